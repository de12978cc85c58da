"""The floor after what was recorded of a visit, its end, and what was taken back or put right of it. Pure and total."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from server.domain import events as e
from server.domain.evolve_line import at_post, enter, in_open_leg, moved_on, put, step_at, withdraw
from server.domain.floor import Floor, Leg, Pace, Post, Step, Visit, post
from server.domain.moment import microseconds
from server.domain.pools import called_key

RECENT = 8
"""So many of the services recorded at a counter are kept at hand."""


def _service_recorded(floor: Floor, event: e.ServiceRecorded, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    n = event.delivered.n
    delivered = (*visit.delivered[: n - 1], event.delivered, *visit.delivered[n:])
    at = post(floor, event.counter)
    # A step beside the visit cannot be taken back: the steps that can are those of the visit.
    step = at.step if at.contact == visit.id else step_at(floor, event.counter, event, visit, record)
    recent = (event.delivered.service, *(service for service in at.recent if service != event.delivered.service))[:RECENT]
    floor = put(floor, replace(visit, delivered=delivered, moved=record.position))
    return at_post(floor, event.counter, step=step, recent=recent)


def _service_struck(floor: Floor, event: e.ServiceStruck, record: e.Record) -> Floor:
    visit, at = floor.visits[event.visit], post(floor, event.counter)
    step = at.step if at.contact == visit.id else step_at(floor, event.counter, event, visit, record)
    floor = put(floor, replace(visit, delivered=event.delivered, moved=record.position))
    return at_post(floor, event.counter, step=step)


def _visit_ended(floor: Floor, event: e.VisitEnded, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    beside = event.counter is not None and post(floor, event.counter).contact == visit.id
    step = None if event.counter is None or beside else step_at(floor, event.counter, event, visit, record)
    floor, open_ = withdraw(floor, visit), in_open_leg(visit, record)
    leg = replace(open_.leg, ended=record.at, end=event.reason)
    note = event.note or visit.note
    floor = moved_on(
        floor, open_, record, state="ended", leg=leg, until=None, end=event.reason, to_centre=event.to_centre, note=note
    )
    floor = _paced(floor, visit, leg, 1)
    if event.counter is None:
        return floor
    if beside:
        at = replace(post(floor, event.counter), contact=None)
        return replace(floor, posts=floor.posts.insert(event.counter, _recounted(at, visit.id, event.reason == "served")))
    served = post(floor, event.counter).served + (event.reason == "served")
    return at_post(floor, event.counter, visit=None, served=served, step=step)


def _step_undone(floor: Floor, event: e.StepUndone, record: e.Record) -> Floor:
    step = post(floor, event.counter).step
    if step is None:
        return floor
    now, before = floor.visits[event.visit], step.before
    floor = withdraw(floor, now)
    floor = _paced(floor, before, now.leg, -1)
    # What devices have reported meanwhile stays true, also of the summons that stand.
    restored = replace(
        before, prints=now.prints, slip=now.slip, order=now.order, copy=now.copy,
        legs=tuple(
            replace(then, summons=leg.summons[: len(then.summons)]) for then, leg in zip(before.legs, now.legs, strict=False)
        ),
    )  # fmt: skip
    floor = put(floor, restored)
    if restored.state in ("waiting", "parked"):
        floor = enter(floor, restored)
    if step.event == "VisitCalled":
        floor = _uncalled(floor, now, step)
    # Who was called by itself and put back would be called again by itself: the counter no longer waits for an arrival.
    stored = None if step.event == "VisitCalled" else step.post.stored
    at = post(floor, event.counter)  # the contact beside went its own way
    back = replace(step.post, stored=stored, undone=record.at, contact=at.contact, profile=at.profile)
    return replace(floor, posts=floor.posts.insert(event.counter, back))


def _uncalled(floor: Floor, visit: Visit, step: Step) -> Floor:
    """Without the call that was taken back and its recalls; later calls of others stay."""
    before = max(leg.calls for leg in step.before.legs)
    gone = range(before + 1, visit.leg.calls + 1)
    calls, later = floor.calls, []
    for call in floor.calls:
        calls = calls.drop_first()
        if call.visit != visit.id or call.calls not in gone:
            later.append(call)
        elif call.calls == gone.start:
            break
    for call in reversed(later):
        calls = calls.push_front(call)
    key = called_key(step.before.leg, step.moved)
    passed = floor.passed
    for name, known in floor.passed.items():
        if len(rest := known.remove(key)) < len(known):
            passed = passed.insert(name, rest) if len(rest) else passed.discard(name)
    return replace(floor, calls=calls, passed=passed)


def _visit_corrected(floor: Floor, event: e.VisitCorrected, record: e.Record) -> Floor:
    """A visit of today as the correction says; what was counted of its service goes with it, one of an earlier day does not."""
    visit = floor.visits.get(event.visit)
    if visit is None:
        return floor
    after = corrected(visit, event, record.position)
    floor = put(floor, after)
    if visit.day != floor.day:
        return floor
    floor = _paced(floor, visit, visit.leg, -1)
    floor = _paced(floor, after, after.leg, 1)
    by, counter = (after.end == "served") - (visit.end == "served"), visit.leg.counter
    if by == 0 or counter is None:
        return floor
    return replace(floor, posts=floor.posts.insert(counter, _recounted(post(floor, counter), visit.id, by)))


def _recounted(at: Post, visit: UUID, by: int) -> Post:
    """The counter with so many more served, also as undoing the steps since the visit's end would bring it back."""
    step = at.step
    if step is not None and step.before.id != visit:
        step = replace(step, post=_recounted(step.post, visit, by))
    return replace(at, served=at.served + by, step=step)


def corrected(visit: Visit, event: e.VisitCorrected, position: int) -> Visit:
    """The visit as the correction says."""
    leg = replace(visit.leg, served=event.served, ended=event.ended, end=event.end)
    return replace(
        visit, legs=(*visit.legs[:-1], leg), end=event.end, delivered=event.delivered, moved=position,
        corrected=visit.corrected + 1,
    )  # fmt: skip


def _paced(floor: Floor, visit: Visit, leg: Leg, sign: int) -> Floor:
    """With (or, to take it back, without) the times of a leg that ended as served, or as a call that nobody followed."""
    if leg.end == "no_show":
        return replace(floor, absent=_summed(floor.absent, _ms(leg.called, leg.ended), 0, sign))
    if leg.end != "served" or leg.served is None or visit.more:  # how several services share a time is not known
        return floor
    pace = _summed(floor.paces.get(visit.service) or Pace(), _ms(leg.served, leg.ended), _ms(leg.called, leg.served), sign)
    return replace(
        floor, paces=floor.paces.insert(visit.service, pace) if pace.count else floor.paces.discard(visit.service)
    )  # fmt: skip


def _summed(pace: Pace, ms: int, walk_ms: int, sign: int) -> Pace:
    return Pace(count=pace.count + sign, ms=pace.ms + sign * ms, walk_ms=pace.walk_ms + sign * walk_ms)


def _ms(begin: datetime | None, end: datetime | None) -> int:
    """Never negative: the clock may have been set back meanwhile."""
    return 0 if begin is None or end is None else max(0, (microseconds(end) - microseconds(begin)) // 1000)


EVOLVERS: dict[type, Callable[[Floor, Any, e.Record], Floor]] = {
    e.ServiceRecorded: _service_recorded,
    e.ServiceStruck: _service_struck,
    e.VisitEnded: _visit_ended,
    e.StepUndone: _step_undone,
    e.VisitCorrected: _visit_corrected,
}
