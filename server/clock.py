"""Whether the clock on the wall can be believed: one that leaps far ahead must not carry the business day away."""

import time
from datetime import datetime, timedelta

LEAP = timedelta(hours=1)
SETTLED_S = 1800.0


class WallClock:
    """Holds the wall clock against a steady one, which never leaps; that counts the time asleep too, if the system has such.

    A wall clock that runs more than `LEAP` ahead of the steady one is doubted until it is back, or has kept the same course
    for `SETTLED_S` steady seconds. One that is set back is believed at once, and so when it is set right again: no day begins
    by that which had not begun before.
    """

    def __init__(self) -> None:
        self._zero: datetime | None = None
        self._furthest: datetime | None = None
        self._doubted: tuple[datetime, float] | None = None

    def step(self, wall: datetime, mono: float) -> bool:
        """Whether the wall clock is believed; the first one is."""
        zero = wall - timedelta(seconds=mono)
        if self._furthest is None or zero - self._furthest <= LEAP or self._settled(zero, mono):
            self._zero, self._furthest, self._doubted = zero, max(zero, self._furthest or zero), None
            return True
        return False

    def expected(self, mono: float) -> datetime | None:
        """What the wall clock would show had it not leapt; None before the first step."""
        return None if self._zero is None else self._zero + timedelta(seconds=mono)

    def _settled(self, zero: datetime, mono: float) -> bool:
        if self._doubted is None or abs(zero - self._doubted[0]) > LEAP:
            self._doubted = zero, mono
        return mono - self._doubted[1] >= SETTLED_S


def steady() -> float:
    """Seconds that no setting of the clock changes; with the time that the computer slept, where the system counts it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
