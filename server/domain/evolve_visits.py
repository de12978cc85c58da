"""The floor after what happened to a visit until it ends: its number, calls, services, ways back to a line. Pure and total."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from rpds import HashTrieMap

from server.domain import events as e
from server.domain.evolve_line import (
    at_post,
    back_to_line,
    enter,
    in_open_leg,
    moved_on,
    owing,
    put,
    spared,
    step_at,
    until_key,
    withdraw,
)
from server.domain.floor import Call, Floor, Flow, Leg, Proof, Rush, State, Summons, Visit, post, profile_of
from server.domain.moment import microseconds
from server.domain.order import EMPTY, Line, Place
from server.domain.pools import called_key, may_serve, pools

GRACE_S = 120
"""Who asks for two minutes more is waited for so much longer."""


def _ticket_issued(floor: Floor, event: e.TicketIssued, record: e.Record) -> Floor:
    also, rush = () if not event.more else _other_queues(floor, event), floor.rush
    if rush is None or not rush.goes_on(floor, record.at):
        rush = Rush(floor=replace(floor, rush=None), at=record.at)
    # Journals from before there were classes know a priority only by the need.
    group = "priority" if event.group == "walk_in" and "priority" in event.needs else event.group
    leg = Leg(queue=event.queue, line=event.queue, since=event.issued, key=event.key, group=group, also=also)
    state: State = "waiting"
    if event.counter is not None:
        state, leg = "serving", replace(leg, counter=event.counter, clerk=event.clerk, called=record.at, served=record.at)
    visit = Visit(
        id=event.visit, day=event.day, number=event.number, series=event.series, n=event.n, service=event.service,
        language=event.language, needs=event.needs, origin=event.origin, device=event.device, token=event.token,
        issued=event.issued, position=record.position, moved=record.position, ahead=event.ahead, low=event.low,
        high=event.high, due=event.due, state=state, legs=(leg,), prints=event.prints,
        slip="owed" if event.prints else None, more=event.more, party=event.party, appointment=event.appointment,
        middle_s=event.middle_s, channel=event.channel,
    )  # fmt: skip
    floor = replace(floor, visits=floor.visits.insert(visit.id, visit), tokens=floor.tokens.insert(visit.token, visit.id))
    if event.day == floor.day:
        floor = _counted(floor, event)
    if event.prints is not None:
        floor = owing(floor, event.prints, visit)
    if event.instead is not None:
        floor = replace(floor, instead=floor.instead.insert(event.instead, visit.id))
    if event.party is not None:
        floor = replace(floor, parties=floor.parties.insert(event.party, (*(floor.parties.get(event.party) or ()), visit.id)))
    floor = replace(floor, rush=rush)
    if event.counter is not None and event.beside:
        return at_post(floor, event.counter, contact=visit.id)
    if event.counter is not None:
        return at_post(floor, event.counter, visit=visit.id, stored=None, step=None, moved=record.position)
    return enter(floor, visit)


def _other_queues(floor: Floor, event: e.TicketIssued) -> tuple[str, ...]:
    found = (floor.look.queue_of.get(service) for service in event.more)
    return tuple(dict.fromkeys(queue for queue in found if queue is not None and queue != event.queue))


def _counted(floor: Floor, event: e.TicketIssued) -> Floor:
    flow = floor.flows.get((event.queue, event.group)) or Flow(count=0, since=microseconds(event.issued))
    floor = replace(floor, flows=floor.flows.insert((event.queue, event.group), replace(flow, count=flow.count + 1)))
    if event.series is None or event.n is None:
        return floor
    given = floor.given
    for service in (event.service, *event.more):
        given = given.insert(service, (given.get(service) or 0) + 1)
    top = max(event.n, floor.series.get(event.series) or 0)
    return replace(floor, given=given, series=floor.series.insert(event.series, top))


def _visit_called(floor: Floor, event: e.VisitCalled, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    at = post(floor, event.counter)
    floor, open_ = withdraw(floor, visit), in_open_leg(visit, record)
    floor = replace(floor, passed=_passing(floor, event.counter, visit, record.position))
    calls = 1 + max(leg.calls for leg in visit.legs)
    leg = replace(
        open_.leg, counter=event.counter, clerk=event.clerk, called=record.at, calls=calls, reason=event.reason,
        note=event.note, summons=(_summons(floor, open_.leg, event.counter, calls, record),),
    )  # fmt: skip
    floor = moved_on(floor, open_, record, state="called", leg=leg, until=None)
    call = Call(visit=visit.id, calls=calls, counter=event.counter, at=record.at)
    floor = replace(floor, calls=floor.calls.push_front(call))
    turn = at.turn if event.turn is None else event.turn
    step = step_at(floor, event.counter, event, visit, record)
    return at_post(floor, event.counter, visit=visit.id, called=record.at, turn=turn, stored=None, step=step)


def _passing(floor: Floor, counter: str, visit: Visit, position: int) -> HashTrieMap[tuple[str, str], Line]:
    """The call in the list of every demand whose visitors could have been called instead."""
    profile, passed = profile_of(floor, counter), floor.passed
    for asked in {"", *pools(floor, profile)}:
        if may_serve(floor, counter, asked):
            known = passed.get((profile, asked)) or EMPTY
            called = Place(called_key(visit.leg, position), visit.id)
            passed = passed.insert((profile, asked), known.insert(called))
    return passed


def _visit_recalled(floor: Floor, event: e.VisitRecalled, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    summons = (*visit.leg.summons, _summons(floor, visit.leg, event.counter, event.calls, record))
    floor = put(floor, replace(visit, legs=(*visit.legs[:-1], replace(visit.leg, calls=event.calls, summons=summons))))
    call = Call(visit=visit.id, calls=event.calls, counter=event.counter, at=record.at)
    return replace(floor, calls=floor.calls.push_front(call))


def _summons(floor: Floor, leg: Leg, counter: str, calls: int, record: e.Record) -> Summons:
    queue, own = floor.look.queues.get(leg.queue), floor.look.counters.get(counter)
    zone = queue.zone if queue is not None else own.zone if own is not None else ""
    return Summons(calls=calls, at=record.at, zone=zone)


def _call_shown(floor: Floor, event: e.CallShown, record: e.Record) -> Floor:
    return _proven(floor, event, lambda one, proof: replace(one, shown=(*one.shown, proof)), record)


def _call_spoken(floor: Floor, event: e.CallSpoken, record: e.Record) -> Floor:
    return _proven(floor, event, lambda one, proof: replace(one, spoken=(*one.spoken, proof)), record)


def _proven(
    floor: Floor, event: e.CallShown | e.CallSpoken, proven: Callable[[Summons, Proof], Summons], record: e.Record
) -> Floor:
    """With the proof at the summons that it is about; one that was taken back, or was never kept, needs none."""
    visit, proof = floor.visits[event.visit], Proof(zone=event.zone, at=record.at)
    return put(floor, replace(visit, legs=tuple(
        replace(leg, summons=tuple(proven(one, proof) if one.calls == event.calls else one for one in leg.summons))
        if any(one.calls == event.calls for one in leg.summons) else leg
        for leg in visit.legs
    )))  # fmt: skip


def _service_started(floor: Floor, event: e.ServiceStarted, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor = moved_on(floor, visit, record, state="serving", leg=replace(visit.leg, served=record.at))
    return at_post(floor, event.counter, step=step_at(floor, event.counter, event, visit, record))


def _visit_requeued(floor: Floor, event: e.VisitRequeued, record: e.Record) -> Floor:
    leg = floor.visits[event.visit].leg
    back = Leg(
        queue=leg.queue, line=leg.line, since=leg.since, key=leg.key, group=leg.group, also=leg.also, spared=leg.spared
    )  # fmt: skip
    return back_to_line(floor, event, record, "requeued", back)


def _visit_transferred(floor: Floor, event: e.VisitTransferred, record: e.Record) -> Floor:
    onward = Leg(queue=event.queue, line=event.line, since=record.at, key=event.key, group=event.group)
    visit = floor.visits[event.visit]
    if event.note:
        visit = replace(visit, note=event.note)
        floor = put(floor, visit)
    onward = replace(onward, spared=spared(floor, replace(visit, legs=(*visit.legs, onward))))
    return back_to_line(floor, event, record, "transferred", onward)


def _visit_parked(floor: Floor, event: e.VisitParked, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    step = step_at(floor, event.counter, event, visit, record)
    leg = replace(visit.leg, ended=record.at, end="parked")
    floor = moved_on(floor, visit, record, state="parked", leg=leg, until=event.until, note=event.note)
    floor = replace(floor, parked=floor.parked.insert(Place(until_key(floor.visits[visit.id]), visit.id)))
    return at_post(floor, event.counter, visit=None, step=step)


def _visit_returned(floor: Floor, event: e.VisitReturned, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor = withdraw(floor, visit)
    leg = Leg(
        queue=visit.leg.queue, line=visit.leg.line, since=record.at, key=event.key, group=event.group, also=visit.leg.also
    )  # fmt: skip
    leg = replace(leg, spared=spared(floor, replace(visit, legs=(*visit.legs, leg))))
    visit = replace(visit, state="waiting", legs=(*visit.legs, leg), until=None, end=None, moved=record.position)
    return enter(put(floor, visit), visit)


def _visit_delayed(floor: Floor, event: e.VisitDelayed, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor, leg = withdraw(floor, visit), replace(visit.leg, key=event.key, group=event.group)
    # Nobody whom it let by overtook it: from its new place it begins anew.
    leg = replace(leg, spared=spared(floor, replace(visit, legs=(*visit.legs[:-1], leg))))
    visit = replace(visit, legs=(*visit.legs[:-1], leg), delays=visit.delays + 1, moved=record.position)
    return enter(put(floor, visit), visit)


def _call_answered(floor: Floor, event: e.CallAnswered, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    grace = GRACE_S if event.says == "two_minutes" else visit.leg.grace_s
    leg = replace(visit.leg, answer=event.says, answered=event.calls, grace_s=grace)
    return put(floor, replace(visit, legs=(*visit.legs[:-1], leg)))


def _visit_moved(floor: Floor, event: e.VisitMoved, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor, last = withdraw(floor, visit), visit.leg
    onward = Leg(
        queue=event.queue, line=event.line, since=record.at, key=event.key, group=event.group,
        also=last.also if event.queue == last.queue else (),
    )  # fmt: skip
    legs = visit.legs if visit.state == "parked" else (*visit.legs[:-1], replace(last, ended=record.at, end="transferred"))
    onward = replace(onward, spared=spared(floor, replace(visit, legs=(*legs, onward))))
    visit = replace(visit, state="waiting", legs=(*legs, onward), until=None, end=None, moved=record.position)
    return enter(put(floor, visit), visit)


EVOLVERS: dict[type, Callable[[Floor, Any, e.Record], Floor]] = {
    e.TicketIssued: _ticket_issued,
    e.VisitCalled: _visit_called,
    e.VisitRecalled: _visit_recalled,
    e.CallShown: _call_shown,
    e.CallSpoken: _call_spoken,
    e.ServiceStarted: _service_started,
    e.VisitRequeued: _visit_requeued,
    e.VisitTransferred: _visit_transferred,
    e.VisitParked: _visit_parked,
    e.VisitReturned: _visit_returned,
    e.VisitDelayed: _visit_delayed,
    e.CallAnswered: _call_answered,
    e.VisitMoved: _visit_moved,
}
