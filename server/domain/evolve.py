"""The one pure function from a floor and a record to the next floor; it never raises on a journal that decide wrote."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from server.domain import events as e
from server.domain.floor import Call, Directory, Floor, Leg, LegEnd, Pace, Post, State, Step, Visit, line, post
from server.domain.moment import microseconds
from server.domain.order import EMPTY, Key, Place


def evolve(floor: Floor, record: e.Record) -> Floor:
    """The floor after the record."""
    return replace(_EVOLVERS[type(record.event)](floor, record.event, record), position=record.position)


def fold(floor: Floor, records: Iterable[e.Record]) -> Floor:
    """The floor after all the records, in their order."""
    for record in records:
        floor = evolve(floor, record)
    return floor


def _plan_revised(floor: Floor, event: e.PlanRevised, record: e.Record) -> Floor:
    return replace(floor, plan=event.plan, version=event.version, directory=Directory.of(event.plan))


def _day_opened(floor: Floor, event: e.DayOpened, record: e.Record) -> Floor:
    return Floor(plan=floor.plan, version=floor.version, directory=floor.directory, day=event.day)


def _ticket_issued(floor: Floor, event: e.TicketIssued, record: e.Record) -> Floor:
    leg = Leg(queue=event.queue, line=event.queue, since=event.issued, key=event.key)
    state: State = "waiting"
    if event.counter is not None:
        state, leg = "serving", replace(leg, counter=event.counter, clerk=event.clerk, called=record.at, served=record.at)
    visit = Visit(
        id=event.visit, day=event.day, number=event.number, series=event.series, n=event.n, service=event.service,
        language=event.language, needs=event.needs, origin=event.origin, device=event.device, token=event.token,
        issued=event.issued, position=record.position, moved=record.position, ahead=event.ahead, low=event.low,
        high=event.high, due=event.due, state=state, legs=(leg,), prints=event.prints,
        slip="owed" if event.prints else None,
    )  # fmt: skip
    floor = replace(floor, visits=floor.visits.insert(visit.id, visit), tokens=floor.tokens.insert(visit.token, visit.id))
    if event.series is not None and event.n is not None and event.day == floor.day:
        top = max(event.n, floor.series.get(event.series) or 0)
        floor = replace(floor, series=floor.series.insert(event.series, top))
    if event.prints is not None:
        owed = floor.owed.get(event.prints) or EMPTY
        place = Place(Key(1, 0, visit.position), visit.id)
        floor = replace(floor, owed=floor.owed.insert(event.prints, owed.insert(place)))
    if event.counter is not None:
        return _at_post(floor, event.counter, visit=visit.id, step=None)
    return _enter(floor, visit)


def _visit_called(floor: Floor, event: e.VisitCalled, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor, open_ = _withdraw(floor, visit), _in_open_leg(visit, record)
    calls = 1 + max(leg.calls for leg in visit.legs)
    leg = replace(
        open_.leg, counter=event.counter, clerk=event.clerk, called=record.at, calls=calls, reason=event.reason
    )  # fmt: skip
    floor = _moved(floor, open_, record, state="called", leg=leg, until=None)
    call = Call(visit=visit.id, calls=calls, counter=event.counter, at=record.at)
    floor = replace(floor, calls=floor.calls.push_front(call))
    return _at_post(floor, event.counter, visit=visit.id, step=_step(floor, event.counter, event, visit, record))


def _visit_recalled(floor: Floor, event: e.VisitRecalled, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor = _put(floor, replace(visit, legs=(*visit.legs[:-1], replace(visit.leg, calls=event.calls, shown=None))))
    call = Call(visit=visit.id, calls=event.calls, counter=event.counter, at=record.at)
    return replace(floor, calls=floor.calls.push_front(call))


def _call_shown(floor: Floor, event: e.CallShown, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    return _put(floor, replace(visit, legs=(*visit.legs[:-1], replace(visit.leg, shown=record.at))))


def _service_started(floor: Floor, event: e.ServiceStarted, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor = _moved(floor, visit, record, state="serving", leg=replace(visit.leg, served=record.at))
    return _at_post(floor, event.counter, step=_step(floor, event.counter, event, visit, record))


def _visit_requeued(floor: Floor, event: e.VisitRequeued, record: e.Record) -> Floor:
    leg = floor.visits[event.visit].leg
    back = Leg(queue=leg.queue, line=leg.line, since=leg.since, key=leg.key)
    return _back_to_line(floor, event, record, "requeued", back)


def _visit_transferred(floor: Floor, event: e.VisitTransferred, record: e.Record) -> Floor:
    onward = Leg(queue=event.queue, line=event.line, since=record.at, key=event.key)
    return _back_to_line(floor, event, record, "transferred", onward)


def _visit_parked(floor: Floor, event: e.VisitParked, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    leg = replace(visit.leg, ended=record.at, end="parked")
    floor = _moved(floor, visit, record, state="parked", leg=leg, until=event.until, note=event.note)
    floor = replace(floor, parked=floor.parked.insert(Place(_until_key(floor.visits[visit.id]), visit.id)))
    return _at_post(floor, event.counter, visit=None, step=_step(floor, event.counter, event, visit, record))


def _visit_returned(floor: Floor, event: e.VisitReturned, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor = _withdraw(floor, visit)
    leg = Leg(queue=visit.leg.queue, line=visit.leg.line, since=record.at, key=event.key)
    visit = replace(visit, state="waiting", legs=(*visit.legs, leg), until=None, moved=record.position)
    return _enter(_put(floor, visit), visit)


def _service_recorded(floor: Floor, event: e.ServiceRecorded, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    n = event.delivered.n
    delivered = (*visit.delivered[: n - 1], event.delivered, *visit.delivered[n:])
    floor = _put(floor, replace(visit, delivered=delivered, moved=record.position))
    return _at_post(floor, event.counter, step=_step(floor, event.counter, event, visit, record))


def _visit_ended(floor: Floor, event: e.VisitEnded, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor, open_ = _withdraw(floor, visit), _in_open_leg(visit, record)
    leg = replace(open_.leg, ended=record.at, end=event.reason)
    floor = _moved(floor, open_, record, state="ended", leg=leg, until=None, end=event.reason)
    if event.reason == "served":
        floor = _paced(floor, visit, record, 1)
    if event.counter is None:
        return floor
    served = post(floor, event.counter).served + (event.reason == "served")
    return _at_post(floor, event.counter, visit=None, served=served, step=_step(floor, event.counter, event, visit, record))


def _step_undone(floor: Floor, event: e.StepUndone, record: e.Record) -> Floor:
    at = post(floor, event.counter)
    if at.step is None:
        return floor
    now, before = floor.visits[event.visit], at.step.before
    floor = _withdraw(floor, now)
    served = at.served
    if now.end == "served":
        floor = _paced(floor, before, record, -1)
        served -= 1
    restored = replace(before, slip=now.slip)
    floor = _put(floor, restored)
    if restored.state in ("waiting", "parked"):
        floor = _enter(floor, restored)
    here = restored.id if restored.state in ("called", "serving") else None
    return _at_post(floor, event.counter, visit=here, served=served, step=at.step.previous)


def _counter_opened(floor: Floor, event: e.CounterOpened, record: e.Record) -> Floor:
    served = post(floor, event.counter).served
    opened = Post(clerk=event.clerk, profile=event.profile, since=record.at, served=served)
    return replace(floor, posts=floor.posts.insert(event.counter, opened))


def _counter_closed(floor: Floor, event: e.CounterClosed, record: e.Record) -> Floor:
    return replace(floor, posts=floor.posts.insert(event.counter, Post(served=post(floor, event.counter).served)))


def _counter_paused(floor: Floor, event: e.CounterPaused, record: e.Record) -> Floor:
    return _at_post(floor, event.counter, pause=event.reason, until=event.until, since=record.at)


def _counter_resumed(floor: Floor, event: e.CounterResumed, record: e.Record) -> Floor:
    return _at_post(floor, event.counter, pause=None, until=None, since=record.at)


def _slip_reported(floor: Floor, event: e.SlipReported, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    owed = (floor.owed.get(event.kiosk) or EMPTY).remove(Key(1, 0, visit.position))
    return replace(_put(floor, replace(visit, slip=event.state)), owed=floor.owed.insert(event.kiosk, owed))


def _put(floor: Floor, visit: Visit) -> Floor:
    return replace(floor, visits=floor.visits.insert(visit.id, visit))


def _moved(floor: Floor, visit: Visit, record: e.Record, *, leg: Leg, **changes: Any) -> Floor:
    return _put(floor, replace(visit, legs=(*visit.legs[:-1], leg), moved=record.position, **changes))


def _in_open_leg(visit: Visit, record: e.Record) -> Visit:
    """The visit; if it is parked its last leg is over, and what comes now needs a leg of its own."""
    if visit.state != "parked":
        return visit
    leg = Leg(queue=visit.leg.queue, line=visit.leg.line, since=record.at, key=visit.leg.key)
    return replace(visit, legs=(*visit.legs, leg))


def _back_to_line(floor: Floor, event: e.VisitRequeued | e.VisitTransferred, record: e.Record, end: LegEnd, leg: Leg) -> Floor:
    visit = floor.visits[event.visit]
    ended = replace(visit.leg, ended=record.at, end=end)
    back = replace(visit, state="waiting", legs=(*visit.legs[:-1], ended, leg), moved=record.position)
    return _at_post(
        _enter(_put(floor, back), back), event.counter, visit=None, step=_step(floor, event.counter, event, visit, record)
    )


def _enter(floor: Floor, visit: Visit) -> Floor:
    if visit.state == "parked":
        return replace(floor, parked=floor.parked.insert(Place(_until_key(visit), visit.id)))
    place = Place(visit.leg.key, visit.id)
    return replace(floor, lines=floor.lines.insert(visit.leg.line, line(floor, visit.leg.line).insert(place)))


def _withdraw(floor: Floor, visit: Visit) -> Floor:
    if visit.state == "parked":
        return replace(floor, parked=floor.parked.remove(_until_key(visit)))
    if visit.state == "waiting":
        rest = line(floor, visit.leg.line).remove(visit.leg.key)
        return replace(floor, lines=floor.lines.insert(visit.leg.line, rest))
    return floor


def _until_key(visit: Visit) -> Key:
    return Key(0, 0 if visit.until is None else microseconds(visit.until), visit.position)


def _at_post(floor: Floor, counter: str, **changes: Any) -> Floor:
    return replace(floor, posts=floor.posts.insert(counter, replace(post(floor, counter), **changes)))


def _step(floor: Floor, counter: str, event: e.Event, before: Visit, record: e.Record) -> Step:
    last = post(floor, counter).step
    previous = None if last is None else replace(last, previous=None)
    return Step(event=type(event).__name__, before=before, at=record.at, moved=record.position, previous=previous)


def _paced(floor: Floor, visit: Visit, record: e.Record, sign: int) -> Floor:
    leg = visit.leg
    if leg.served is None:
        return floor
    pace = floor.paces.get(leg.queue) or Pace()
    ended = floor.visits[visit.id].leg.ended if sign < 0 else record.at
    # The clock may have been set back meanwhile.
    seconds = max(0.0, (ended - leg.served).total_seconds()) if ended is not None else 0.0
    changed = Pace(count=pace.count + sign, seconds=pace.seconds + sign * seconds)
    return replace(floor, paces=floor.paces.insert(leg.queue, changed))


_EVOLVERS: dict[type, Callable[[Floor, Any, e.Record], Floor]] = {
    e.PlanRevised: _plan_revised,
    e.DayOpened: _day_opened,
    e.TicketIssued: _ticket_issued,
    e.VisitCalled: _visit_called,
    e.VisitRecalled: _visit_recalled,
    e.CallShown: _call_shown,
    e.ServiceStarted: _service_started,
    e.VisitRequeued: _visit_requeued,
    e.VisitTransferred: _visit_transferred,
    e.VisitParked: _visit_parked,
    e.VisitReturned: _visit_returned,
    e.ServiceRecorded: _service_recorded,
    e.VisitEnded: _visit_ended,
    e.StepUndone: _step_undone,
    e.CounterOpened: _counter_opened,
    e.CounterClosed: _counter_closed,
    e.CounterPaused: _counter_paused,
    e.CounterResumed: _counter_resumed,
    e.SlipReported: _slip_reported,
}
