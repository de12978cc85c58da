"""How the time of a visit is split over the services that it got, and so over institutions."""

from collections.abc import Sequence
from datetime import datetime

from server.domain.events import Delivered
from server.domain.floor import Visit
from server.domain.moment import microseconds


def served_s(visit: Visit, now: datetime) -> int:
    """Seconds at counters so far, over all legs; never negative, for the clock may have been set back."""
    spans = ((leg.served, leg.ended or now) for leg in visit.legs)
    return sum(max(0, microseconds(end) - microseconds(begin)) for begin, end in spans if begin is not None) // 1_000_000


def clock_minutes(visit: Visit, now: datetime) -> int:
    """The same in minutes, rounded, at least one where there was any."""
    seconds = served_s(visit, now)
    return max(1, (seconds + 30) // 60) if seconds else 0


def shares(delivered: Sequence[Delivered], minutes: int) -> tuple[int, ...]:
    """Minutes for each service: what was said of it; the rest of `minutes` in equal parts to the others, first ones first."""
    silent = [i for i, one in enumerate(delivered) if one.minutes is None]
    found = [one.minutes or 0 for one in delivered]
    left = max(0, minutes - sum(found))
    for place, i in enumerate(silent):
        found[i] = left // len(silent) + (place < left % len(silent))
    return tuple(found)
