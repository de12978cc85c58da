"""Lets time pass for the floor, but only while the computer's clock can be believed."""

import logging
from collections.abc import Callable
from datetime import datetime

from server.clock import WallClock, steady
from server.engine import now_utc

log = logging.getLogger("rinda.ticker")

TICK_S = 1.0


class Ticker:
    """`step` is a worker's: it calls `tick` unless the clock has leapt, for a day that was begun by a wrong one would stay.

    `steady` counts seconds that no setting of the clock changes.
    """

    def __init__(
        self, tick: Callable[[], None], wall: Callable[[], datetime] = now_utc, steady: Callable[[], float] = steady
    ) -> None:  # fmt: skip
        self._tick, self._wall, self._steady = tick, wall, steady
        self._clock, self.believed = WallClock(), True

    def step(self) -> float:
        """Seconds until the next one. Logs once when the clock leaps and once when it is believed again."""
        wall, mono = self._wall(), self._steady()
        right = self._clock.expected(mono)
        if believed := self._clock.step(wall, mono):
            self._tick()
        if believed and not self.believed:
            log.info("the clock is believed again: %s", wall.isoformat())
        elif not believed and self.believed and right is not None:
            log.error(
                "the computer's clock leapt to %s where %s was due: set it right; else it is believed after 30 minutes, and "
                "the business day follows it", wall.isoformat(), right.isoformat(),
            )  # fmt: skip
        self.believed = believed
        return TICK_S
