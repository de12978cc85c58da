"""The one pure function from a floor and a record to the next floor; it never raises on a journal that decide wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from server.domain import events as e
from server.domain import evolve_book, evolve_centre, evolve_ends, evolve_places, evolve_rooms, evolve_visits
from server.domain.evolve_line import at_post, settle_party
from server.domain.floor import Floor, Planned
from server.domain.tally import recounted
from server.domain.under_plan import under_plan


def evolve(floor: Floor, record: e.Record) -> Floor:
    """The floor after the record."""
    was, floor = floor, _EVOLVERS[type(record.event)](floor, record.event, record)
    if type(record.event) in _MOVES and (counter := getattr(record.event, "counter", None)) is not None:
        floor = at_post(floor, counter, moved=record.position)
    id = getattr(record.event, "visit", None) or _NOBODY
    visit = floor.visits.get(id)
    if visit is not None:
        floor = replace(floor, tally=recounted(floor.tally, was.visits.get(id), visit, floor.day))
    if visit is not None and visit.party is not None:
        floor = settle_party(floor, visit.party)
    return replace(floor, position=record.position, at=record.at)


def fold(floor: Floor, records: Iterable[e.Record]) -> Floor:
    """The floor after all the records, in their order."""
    for record in records:
        floor = evolve(floor, record)
    return floor


def _plan_revised(floor: Floor, event: e.PlanRevised, record: e.Record) -> Floor:
    planned = None if event.scheduled else floor.planned
    return under_plan(replace(floor, planned=planned), event)


def _plan_scheduled(floor: Floor, event: e.PlanScheduled, record: e.Record) -> Floor:
    return replace(floor, planned=Planned(
        plan=event.plan, version=event.version, at=event.at, reason=event.reason, actor=record.actor
    ))  # fmt: skip


def _plan_withdrawn(floor: Floor, event: e.PlanWithdrawn, record: e.Record) -> Floor:
    return replace(floor, planned=None)


def _plan_put_off(floor: Floor, event: e.PlanPutOff, record: e.Record) -> Floor:
    if floor.planned is None:
        return floor
    return replace(floor, planned=replace(floor.planned, code=event.code, facts=event.facts))


def _day_opened(floor: Floor, event: e.DayOpened, record: e.Record) -> Floor:
    return Floor(
        plan=floor.plan, version=floor.version, directory=floor.directory, day=event.day, book=floor.book, codes=floor.codes,
        agenda=floor.agenda, talks=floor.talks, holds=floor.holds, arrivals=event.arrivals,
        history={one.service: one for one in event.history}, planned=floor.planned,
        kept=floor.kept,
    )  # fmt: skip


def _retention_done(floor: Floor, event: e.RetentionDone, record: e.Record) -> Floor:
    return floor


def _month_closed(floor: Floor, event: e.MonthClosed, record: e.Record) -> Floor:
    return replace(floor, months=(*floor.months, event.month))


_EVOLVERS: dict[type, Callable[[Floor, Any, e.Record], Floor]] = {
    e.PlanRevised: _plan_revised,
    e.DayOpened: _day_opened,
    e.PlanScheduled: _plan_scheduled,
    e.PlanWithdrawn: _plan_withdrawn,
    e.PlanPutOff: _plan_put_off,
    e.RetentionDone: _retention_done,
    e.MonthClosed: _month_closed,
    **evolve_visits.EVOLVERS,
    **evolve_ends.EVOLVERS,
    **evolve_book.EVOLVERS,
    **evolve_centre.EVOLVERS,
    **evolve_rooms.EVOLVERS,
    **evolve_places.EVOLVERS,
}
_MOVES = frozenset({
    e.VisitCalled, e.ServiceStarted, e.VisitRequeued, e.VisitTransferred, e.VisitParked, e.VisitEnded, e.StepUndone,
    e.ServiceStruck,
    e.CounterOpened, e.CounterTaken, e.CounterClosed, e.CounterPaused, e.CounterResumed,
})  # fmt: skip
"""What moves a counter on: a step that was chosen before it would now do something else."""
_NOBODY = UUID(int=0)
