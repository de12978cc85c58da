"""How full the centre is, for anybody: a pure function of the floor, and the best hours of the week, of visits that are over.

Nothing is told of a person: lines are counted as on the boards of the waiting room, a sensitive service is not named, and an
hour of the week is told only where at least five visits are behind it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import msgspec

from config.catalogue import Text
from config.hours import WEEKDAYS, openings, own_hours
from config.hours import next_opening as next_of
from config.notices import holds
from config.plan import Plan, Queue, Weekday
from server.domain.admission import centre_shut, left, queue_shut
from server.domain.floor import Floor, Visit
from server.domain.waiting import estimate, waiting_in

BASIS = 5
"""Of so many visits at least an hour of the week is told."""
DAYS = 60
"""So many days before today are looked at."""
_CAME = ("kiosk", "desk", "api", "offline", "roll")
"""Whoever came without an appointment."""


class LoadHour(msgspec.Struct, frozen=True, kw_only=True):
    """An hour of the week: half of those who took a number then were called within `wait_min`; `arrivals` an average day has."""

    day: Weekday
    hour: int
    wait_min: int
    arrivals: int


class LoadService(msgspec.Struct, frozen=True, kw_only=True):
    """A service with so many numbers a day: how many are left."""

    name: Text
    left: int


class LoadQueue(msgspec.Struct, frozen=True, kw_only=True):
    """One queue: minutes only where there is a basis; `open`: numbers are given now, until `last` if that is known."""

    queue: str
    letter: str
    name: Text
    waiting: int
    low: int | None
    high: int | None
    open: bool
    last: datetime | None
    limited: tuple[LoadService, ...]


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """The centre now. `hours` are today's in words ("8:30–17:00"), empty where it is always open or closed today.

    `closes` and `opens` are the next ones, null where nothing says so; `best` is empty without a basis.
    """

    centre: Text
    timezone: str
    at: datetime
    open: bool
    closes: datetime | None
    opens: datetime | None
    hours: str
    waiting: int
    queues: tuple[LoadQueue, ...]
    notices: tuple[Text, ...]
    access: tuple[Text, ...]
    phone: str
    best: tuple[LoadHour, ...]


def load(floor: Floor, now: datetime, best: tuple[LoadHour, ...] = ()) -> Load:
    """The load of the centre at a time."""
    plan = floor.settled
    zone, hours = plan.centre.timezone, plan.hours
    today = openings(hours, now, zone) if hours else ()
    during = next((one for one in today if one.begin <= now < one.end), None)
    queues = tuple(_queue(floor, plan, queue, now) for queue in plan.queues if queue.services)
    return Load(
        centre=plan.centre.name, timezone=zone, at=now, open=during is not None or not hours,
        closes=during.end if during else None, opens=None if during or not hours else next_of(hours, now, zone),
        hours=", ".join(f"{_clock(one.begin, zone)}–{_clock(one.end, zone)}" for one in today),
        waiting=sum(one.waiting for one in queues), queues=queues,
        notices=tuple(n.text for n in plan.notices if holds(n, now.astimezone(ZoneInfo(zone)).date().isoformat())),
        access=plan.centre.access, phone=plan.centre.phone, best=best,
    )  # fmt: skip


def _queue(floor: Floor, plan: Plan, queue: Queue, now: datetime) -> LoadQueue:
    told = estimate(floor, queue.code)
    given = centre_shut(floor, now) is None and queue_shut(floor, queue.code, now) is None
    services = (floor.look.services[code] for code in queue.services)
    return LoadQueue(
        queue=queue.code, letter=queue.letter, name=queue.name, waiting=waiting_in(floor, queue.code), low=told.low,
        high=told.high, open=given, last=_last(plan, queue, now) if given else None,
        limited=tuple(
            LoadService(name=one.name, left=rest)
            for one in services if not one.sensitive and (rest := left(floor, one.code)) is not None
        ),
    )  # fmt: skip


def _last(plan: Plan, queue: Queue, now: datetime) -> datetime | None:
    """When the last number of today is given; None where nothing closes."""
    zone, ends = plan.centre.timezone, []
    if plan.hours and (today := openings(plan.hours, now, zone)):
        ends.append(today[-1].end - timedelta(minutes=plan.hours.last_ticket))
    if queue.hours and (own := openings(own_hours(queue), now, zone)):
        ends.append(own[-1].end)
    return min(ends, default=None)


def best_hours(days: Iterable[Sequence[Visit]], timezone: str) -> tuple[LoadHour, ...]:
    """The hours of the week in which people took numbers, in order, by the days on which anybody did."""
    waits: dict[tuple[int, int], list[float]] = defaultdict(list)
    came: dict[tuple[int, int], int] = defaultdict(int)
    open_days: dict[int, int] = defaultdict(int)
    zone = ZoneInfo(timezone)
    for day in days:
        visits = [visit for visit in day if visit.origin in _CAME and visit.series is not None]
        if not visits:
            continue
        open_days[visits[0].issued.astimezone(zone).weekday()] += 1
        for visit in visits:
            local = visit.issued.astimezone(zone)
            at = local.weekday(), local.hour
            came[at] += 1
            called = next((leg.called for leg in visit.legs if leg.called is not None), None)
            if called is not None:
                waits[at].append(max(0.0, (called - visit.issued) / timedelta(minutes=1)))
    return tuple(
        LoadHour(
            day=WEEKDAYS[day], hour=hour, wait_min=round(median(waits[day, hour])),
            arrivals=max(1, round(count / max(1, open_days[day]))),
        )
        for (day, hour), count in sorted(came.items()) if len(waits[day, hour]) >= BASIS
    )  # fmt: skip


def shortest(best: tuple[LoadHour, ...], count: int = 3) -> Iterator[LoadHour]:
    """The hours with the shortest waits, of equal ones those in which fewest come; nothing where all hours are alike."""
    found = sorted(best, key=lambda one: (one.wait_min, one.arrivals))
    if found and found[0].wait_min < found[-1].wait_min:
        yield from found[:count]


def _clock(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.hour}:{local:%M}"
