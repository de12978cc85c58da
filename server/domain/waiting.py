"""How long somebody will wait, told as a range; said only where today's work or earlier days give a basis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from server.domain.events import Group
from server.domain.floor import Floor, Visit, line, profile_of
from server.domain.forecast import Due, Forecast
from server.domain.moment import microseconds
from server.domain.order import Key
from server.domain.pools import ALL, SOFT, pools

MIN_SERVED, MIN_HISTORY = 3, 20
STEP_MINUTES = 5

TAIL = 1.0364
"""Of a standard normal variable 85 % lie below, 15 % below its negative."""

DOUBT = 0.2
"""Standard deviation of what is wrong with all services of a day at once (means, roster), as a part of the wait."""


class Told(Struct, frozen=True, kw_only=True):
    """A promise: minutes until the call in steps of five, and the median in seconds; all None where there is no basis."""

    low: int | None = None
    high: int | None = None
    middle_s: int | None = None


UNTOLD = Told()

RUSH = 24
"""With so many expected calls a forecast serves the next newcomers too, while nothing happens but that people come."""


def promise(
    floor: Floor, queue: str, now: datetime, *, behind: int = 0, group: Group = "walk_in", at: int | None = None,
    needs: Sequence[str] = (), also: tuple[str, ...] = (),
) -> Told:  # fmt: skip
    """What is told to somebody who comes to the queue now, `behind` so many who are not there yet; `at` ranks, if it is not now.

    `high` is the 85th percentile, rounded up; `low` the 15th, rounded down.
    """
    plain = group == "walk_in" and not also and set(SOFT).isdisjoint(needs)
    if plain and (at is None or at >= microseconds(now)):
        forecast, due = _newcomer(floor, queue, now, behind)
    else:
        forecast = forecast_of(floor, now)
        rank = microseconds(now) if at is None else at
        due = forecast.ranked(queue, group, rank, needs, also) if _basis(forecast, queue) else None
    return _told(forecast, queue, due)


def estimate(floor: Floor, queue: str) -> Told:
    """The same for the views, at the time of the floor."""
    return UNTOLD if floor.at is None else promise(floor, queue, floor.at)


def estimate_of(floor: Floor, visit: Visit, now: datetime) -> Told:
    """The same for a visit that waits, from where it stands; what has passed since the time of the floor is over."""
    found = _standing(floor, visit, now)
    return _told(found[0], visit.leg.queue, found[1]) if found else UNTOLD


def will_be_in_time(floor: Floor, visit: Visit, now: datetime) -> bool:
    """Whether a visit that waits and was never called will surely enough (85 %) be called within what it was promised."""
    found = _standing(floor, visit, now)
    if found is None or not _first_wait(visit) or visit.high is None:
        return False
    forecast, due = found
    end = spread(due, forecast.tempo.variation(visit.leg.queue))[2]
    return now + timedelta(seconds=end) <= visit.issued + timedelta(minutes=visit.high)


def expected_end(floor: Floor, queue: str, services: Sequence[str], now: datetime) -> datetime | None:
    """When somebody who comes to the queue now will surely enough (85 %) have been called and be done; None without a basis."""
    forecast, due = _newcomer(floor, queue, now)
    if due is None:
        return None
    called = spread(due, forecast.tempo.variation(queue))[1]
    return now + timedelta(seconds=called + forecast.tempo.walk + sum(map(forecast.tempo.mean, services)))


def is_late(visit: Visit, now: datetime) -> bool:
    """Whether a visit that was never called waits longer than it was promised."""
    return visit.high is not None and _first_wait(visit) and now - visit.issued > timedelta(minutes=visit.high)


def people_ahead(floor: Floor, queue: str, key: Key) -> int:
    """How many wait who came before a place in a queue and whom a counter that serves the queue may call as well.

    The counters that are at work differ in that; the one with fewest counts.
    """
    look, at = floor.look, Key(1, key.at, key.turn)
    working = {profile_of(floor, code) for code, one in floor.posts.items() if one.clerk is not None and one.pause is None}
    counts = [
        sum(own[ALL].before(at) for own in pools(floor, profile).values())
        for profile in look.profiles_of.get(queue, ()) if profile in working
    ]  # fmt: skip
    return min(counts, default=line(floor, queue).before(key))


def waiting_in(floor: Floor, queue: str) -> int:
    """People waiting in a queue."""
    return len(line(floor, queue))


def forecast_of(floor: Floor, now: datetime) -> Forecast:
    """The forecast of a floor; the last few are kept, since one floor is asked about all its queues."""
    global _kept
    for one in _kept:
        if one.floor is floor and one.now == now:
            return one
    made = Forecast(floor, now)
    _kept = (made, *_kept[:3])
    return made


def _first_wait(visit: Visit) -> bool:
    return visit.state == "waiting" and not any(leg.called for leg in visit.legs)


def _standing(floor: Floor, visit: Visit, now: datetime) -> tuple[Forecast, Due] | None:
    """The forecast of a visit from where it stands, less what has passed since the time of the floor."""
    if floor.at is None or visit.leg.queue not in floor.look.queues:
        return None
    forecast = forecast_of(floor, floor.at)
    due = forecast.visit(visit) if _basis(forecast, visit.leg.queue) else None
    if due is None:
        return None
    gone = max(0.0, (now - floor.at).total_seconds())
    return forecast, due._replace(wait=max(0.0, due.wait - gone), idle=max(0.0, due.idle - gone))


def _newcomer(floor: Floor, queue: str, now: datetime, behind: int = 0) -> tuple[Forecast, Due | None]:
    """A walk-in of this moment. In a rush on long queues a forecast serves again: who has come since stands before it."""
    rush = floor.rush
    if rush is not None and rush.goes_on(floor, now):
        gone = (now - rush.at).total_seconds()
        first = forecast_of(rush.floor, rush.at)
        if first.still_holds(floor) and _basis(first, queue) and first.depth(queue) >= RUSH and first.by_arrival(queue):
            due = first.newcomer(queue, behind + first.come_since(floor, queue))
            if due is not None and due.wait > gone:
                return first, due._replace(wait=due.wait - gone, idle=max(0.0, due.idle - gone))
    forecast = forecast_of(floor, now)
    return forecast, forecast.newcomer(queue, behind) if _basis(forecast, queue) else None


def _basis(forecast: Forecast, queue: str) -> bool:
    today, before = forecast.tempo.basis(queue)
    return today >= MIN_SERVED or before >= MIN_HISTORY


def _told(forecast: Forecast, queue: str, due: Due | None) -> Told:
    if due is None:
        return UNTOLD
    low, middle, high = spread(due, forecast.tempo.variation(queue))
    first = math.floor(low / 60 / STEP_MINUTES) * STEP_MINUTES
    last = math.ceil(high / 60 / STEP_MINUTES) * STEP_MINUTES
    return Told(low=first, high=max(last, first + STEP_MINUTES), middle_s=round(middle))


def spread(due: Due, cv2: float) -> tuple[float, float, float]:
    """The 15th, the 50th and the 85th percentile of a wait, in seconds, as of a log-normal variable.

    The wait is the sum of `calls` gaps between the calls of the counters. With few calls for each counter they come as by
    pure chance (a squared coefficient of variation of 1), with many as evenly as services last (`cv2`). On top of that comes
    what is wrong with all of them at once.
    """
    if due.wait <= 0:
        return 0.0, 0.0, 0.0
    work = due.wait - due.idle
    gap = (due.counters + (due.calls - 1) * cv2) / (due.counters + due.calls - 1) / due.calls
    variance = gap * work**2 + (DOUBT * due.wait) ** 2
    log_variance = math.log1p(variance / due.wait**2)
    middle, deviation = due.wait * math.exp(-log_variance / 2), TAIL * math.sqrt(log_variance)
    return middle * math.exp(-deviation), middle, middle * math.exp(deviation)


_kept: tuple[Forecast, ...] = ()
