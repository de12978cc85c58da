"""What became of every visit and every counter of a simulated day, read off its records and its floor."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.domain.events import (
    AppointmentBooked,
    AppointmentEnded,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    Group,
    Record,
    VisitEnd,
)  # fmt: skip
from server.domain.floor import Floor, Visit


class Outcome(Struct, frozen=True, kw_only=True):
    """A visit that is over. `wait_s` is None if it was never called; `late_s` is its wait after the booked time.

    `minute` is the local minute of the day at which it began, `passed` how many later arrivals were called before it as far
    as the reasons of calls tell, `overtakes` how many its own call passed over.
    """

    service: str
    queue: str
    group: Group
    minute: int
    wait_s: int | None
    end: VisitEnd
    low: int | None
    high: int | None
    middle_s: int | None
    late_s: int | None
    overtakes: int
    passed: int


class Bench(Struct, frozen=True):
    """Seconds that a counter was open (pauses left out) and that somebody was called to it or served."""

    open_s: int
    busy_s: int


class DayResult(Struct, frozen=True, kw_only=True):
    """A day: its visits, its counters, answers no by code, and appointments kept and not kept."""

    day: str
    outcomes: tuple[Outcome, ...]
    counters: dict[str, Bench]
    refused: dict[str, int]
    booked: int
    kept: int
    missed: int


def day_result(floor: Floor, records: Iterable[Record], refused: dict[str, int], timezone: str) -> DayResult:
    """The result of a day that is over: every visit of the floor has ended."""
    records, zone = tuple(records), ZoneInfo(timezone)
    visits = sorted(floor.visits.values(), key=lambda visit: visit.position)
    passed: dict[UUID, int] = {}
    for visit in visits:
        for leg in visit.legs:
            for one in leg.reason.passed if leg.reason else ():
                passed[one.visit] = max(one.times, passed.get(one.visit, 0))
    ends = [record.event.reason for record in records if isinstance(record.event, AppointmentEnded)]
    return DayResult(
        day=floor.day, outcomes=tuple(_outcome(visit, passed.get(visit.id, 0), zone) for visit in visits),
        counters=_benches(records, visits), refused=refused,
        booked=sum(isinstance(record.event, AppointmentBooked) for record in records),
        kept=ends.count("kept"), missed=ends.count("no_show"),
    )  # fmt: skip


def _outcome(visit: Visit, passed: int, zone: ZoneInfo) -> Outcome:
    first = next((leg for leg in visit.legs if leg.called is not None), None)
    local = visit.issued.astimezone(zone)
    called = first.called if first is not None else None
    return Outcome(
        service=visit.service, queue=visit.legs[0].queue, group=visit.legs[0].group, minute=local.hour * 60 + local.minute,
        wait_s=_seconds(visit.issued, called), end=visit.end or "day_closed", low=visit.low, high=visit.high,
        middle_s=visit.middle_s, late_s=None if visit.due is None else max(0, _seconds(visit.due, called) or 0),
        overtakes=sum(leg.reason.overtakes for leg in visit.legs if leg.reason is not None), passed=passed,
    )  # fmt: skip


def _seconds(begin: datetime, end: datetime | None) -> int | None:
    return None if end is None else round((end - begin).total_seconds())


def _benches(records: Iterable[Record], visits: Iterable[Visit]) -> dict[str, Bench]:
    since: dict[str, datetime] = {}
    opened: dict[str, float] = {}
    busy: dict[str, float] = {}
    for record in records:
        match record.event:
            case CounterOpened(counter=counter) | CounterResumed(counter=counter):
                since[counter] = record.at
            case CounterPaused(counter=counter) | CounterClosed(counter=counter) if counter in since:
                opened[counter] = opened.get(counter, 0) + (record.at - since.pop(counter)).total_seconds()
    for visit in visits:
        for leg in visit.legs:
            if leg.counter is not None and leg.called is not None and leg.ended is not None:
                busy[leg.counter] = busy.get(leg.counter, 0) + (leg.ended - leg.called).total_seconds()
    return {counter: Bench(round(seconds), round(busy.get(counter, 0))) for counter, seconds in sorted(opened.items())}
