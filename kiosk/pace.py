"""How fast one kiosk gives numbers: a child who presses everything must not empty the day."""

import re
from collections import deque

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """At most `count` numbers in `seconds`."""

    count: int
    seconds: float


LIMITS = (Limit(10, 30.0), Limit(60, 600.0))
"""A number every 3 s for half a minute, one every 10 s for ten minutes: more than a crowd at one screen can take."""


class Pace:
    """Counts what was given; `now` are monotonic seconds."""

    def __init__(self, limits: tuple[Limit, ...] = LIMITS) -> None:
        self._limits = limits
        self._given: deque[float] = deque(maxlen=max((limit.count for limit in limits), default=0))

    def allows(self, now: float) -> bool:
        """Whether one more number may be given."""
        return all(sum(now - at < limit.seconds for at in self._given) < limit.count for limit in self._limits)

    def gave(self, now: float) -> None:
        """One was given."""
        self._given.append(now)


def limits(text: str) -> tuple[Limit, ...]:
    """The limits that "10/30,60/600" names (count/seconds); none for an empty text, ValueError for another."""
    found = []
    for part in filter(None, text.split(",")):
        match = re.fullmatch(r"(\d{1,5})/(\d{1,6})", part.strip())
        if not match or "0" in match.groups():
            raise ValueError(f"{part.strip()!r} is not a limit such as 10/30: numbers in seconds")
        found.append(Limit(int(match[1]), float(match[2])))
    return tuple(found)
