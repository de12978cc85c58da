"""The one pure function from a floor and a record to the next floor; it never raises on a journal that decide wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from rpds import HashTrieMap

from server.domain import events as e
from server.domain.floor import (
    Appointment,
    BoothUse,
    Call,
    Callback,
    Directory,
    Floor,
    Flow,
    HelpCall,
    Leg,
    LegEnd,
    Message,
    Over,
    Pace,
    Post,
    Proof,
    Rush,
    State,
    Step,
    Summons,
    Visit,
    line,
    post,
    profile_of,
    with_line,
)  # fmt: skip
from server.domain.moment import microseconds
from server.domain.order import EMPTY, Key, Line, Place
from server.domain.pools import called_key, demand, may_serve, passed_by, pools, rebuilt
from server.domain.pools import enter as into_pools
from server.domain.pools import leave as out_of_pools


def evolve(floor: Floor, record: e.Record) -> Floor:
    """The floor after the record."""
    floor = _EVOLVERS[type(record.event)](floor, record.event, record)
    if type(record.event) in _MOVES and (counter := getattr(record.event, "counter", None)) is not None:
        floor = _at_post(floor, counter, moved=record.position)
    visit = floor.visits.get(getattr(record.event, "visit", None) or _NOBODY)
    if visit is not None and visit.party is not None:
        floor = _settle_party(floor, visit.party)
    return replace(floor, position=record.position, at=record.at)


def fold(floor: Floor, records: Iterable[e.Record]) -> Floor:
    """The floor after all the records, in their order."""
    for record in records:
        floor = evolve(floor, record)
    return floor


def _plan_revised(floor: Floor, event: e.PlanRevised, record: e.Record) -> Floor:
    return rebuilt(replace(floor, plan=event.plan, version=event.version, directory=Directory.of(event.plan)))


def _day_opened(floor: Floor, event: e.DayOpened, record: e.Record) -> Floor:
    return Floor(
        plan=floor.plan, version=floor.version, directory=floor.directory, day=event.day, book=floor.book, codes=floor.codes,
        agenda=floor.agenda, talks=floor.talks, holds=floor.holds, history={one.service: one for one in event.history},
    )  # fmt: skip


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
        floor = _owing(floor, event.prints, visit)
    if event.instead is not None:
        floor = replace(floor, instead=floor.instead.insert(event.instead, visit.id))
    if event.party is not None:
        floor = replace(floor, parties=floor.parties.insert(event.party, (*(floor.parties.get(event.party) or ()), visit.id)))
    floor = replace(floor, rush=rush)
    if event.counter is not None and event.beside:
        return _at_post(floor, event.counter, contact=visit.id)
    if event.counter is not None:
        return _at_post(floor, event.counter, visit=visit.id, stored=None, step=None, moved=record.position)
    return _enter(floor, visit)


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
    floor, open_ = _withdraw(floor, visit), _in_open_leg(visit, record)
    floor = replace(floor, passed=_passing(floor, event.counter, visit, record.position))
    calls = 1 + max(leg.calls for leg in visit.legs)
    leg = replace(
        open_.leg, counter=event.counter, clerk=event.clerk, called=record.at, calls=calls, reason=event.reason,
        note=event.note, summons=(_summons(floor, open_.leg, event.counter, calls, record),),
    )  # fmt: skip
    floor = _moved(floor, open_, record, state="called", leg=leg, until=None)
    call = Call(visit=visit.id, calls=calls, counter=event.counter, at=record.at)
    floor = replace(floor, calls=floor.calls.push_front(call))
    turn = at.turn if event.turn is None else event.turn
    step = _step(floor, event.counter, event, visit, record)
    return _at_post(floor, event.counter, visit=visit.id, called=record.at, turn=turn, stored=None, step=step)


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
    floor = _put(floor, replace(visit, legs=(*visit.legs[:-1], replace(visit.leg, calls=event.calls, summons=summons))))
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
    return _put(floor, replace(visit, legs=tuple(
        replace(leg, summons=tuple(proven(one, proof) if one.calls == event.calls else one for one in leg.summons))
        if any(one.calls == event.calls for one in leg.summons) else leg
        for leg in visit.legs
    )))  # fmt: skip


def _service_started(floor: Floor, event: e.ServiceStarted, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor = _moved(floor, visit, record, state="serving", leg=replace(visit.leg, served=record.at))
    return _at_post(floor, event.counter, step=_step(floor, event.counter, event, visit, record))


def _visit_requeued(floor: Floor, event: e.VisitRequeued, record: e.Record) -> Floor:
    leg = floor.visits[event.visit].leg
    back = Leg(
        queue=leg.queue, line=leg.line, since=leg.since, key=leg.key, group=leg.group, also=leg.also, spared=leg.spared
    )  # fmt: skip
    return _back_to_line(floor, event, record, "requeued", back)


def _visit_transferred(floor: Floor, event: e.VisitTransferred, record: e.Record) -> Floor:
    onward = Leg(queue=event.queue, line=event.line, since=record.at, key=event.key, group=event.group)
    visit = floor.visits[event.visit]
    if event.note:
        visit = replace(visit, note=event.note)
        floor = _put(floor, visit)
    onward = replace(onward, spared=_spared(floor, replace(visit, legs=(*visit.legs, onward))))
    return _back_to_line(floor, event, record, "transferred", onward)


def _spared(floor: Floor, visit: Visit) -> int:
    """How many calls of later arrivals there were before the present leg of the visit began."""
    asked = demand(floor.look, visit)
    found = (floor.passed.get((profile, asked)) for profile in floor.look.profiles_of.get(visit.leg.queue, ()))
    return sum(passed_by(one, visit.leg) for one in found if one is not None)


def _visit_parked(floor: Floor, event: e.VisitParked, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    step = _step(floor, event.counter, event, visit, record)
    leg = replace(visit.leg, ended=record.at, end="parked")
    floor = _moved(floor, visit, record, state="parked", leg=leg, until=event.until, note=event.note)
    floor = replace(floor, parked=floor.parked.insert(Place(_until_key(floor.visits[visit.id]), visit.id)))
    return _at_post(floor, event.counter, visit=None, step=step)


def _visit_returned(floor: Floor, event: e.VisitReturned, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor = _withdraw(floor, visit)
    leg = Leg(
        queue=visit.leg.queue, line=visit.leg.line, since=record.at, key=event.key, group=event.group, also=visit.leg.also
    )  # fmt: skip
    leg = replace(leg, spared=_spared(floor, replace(visit, legs=(*visit.legs, leg))))
    visit = replace(visit, state="waiting", legs=(*visit.legs, leg), until=None, end=None, moved=record.position)
    return _enter(_put(floor, visit), visit)


def _visit_delayed(floor: Floor, event: e.VisitDelayed, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    floor, leg = _withdraw(floor, visit), replace(visit.leg, key=event.key, group=event.group)
    # Nobody whom it let by overtook it: from its new place it begins anew.
    leg = replace(leg, spared=_spared(floor, replace(visit, legs=(*visit.legs[:-1], leg))))
    visit = replace(visit, legs=(*visit.legs[:-1], leg), delays=visit.delays + 1, moved=record.position)
    return _enter(_put(floor, visit), visit)


def _call_answered(floor: Floor, event: e.CallAnswered, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    grace = GRACE_S if event.says == "two_minutes" else visit.leg.grace_s
    leg = replace(visit.leg, answer=event.says, answered=event.calls, grace_s=grace)
    return _put(floor, replace(visit, legs=(*visit.legs[:-1], leg)))


def _service_recorded(floor: Floor, event: e.ServiceRecorded, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    n = event.delivered.n
    delivered = (*visit.delivered[: n - 1], event.delivered, *visit.delivered[n:])
    at = post(floor, event.counter)
    # A step beside the visit cannot be taken back: the steps that can are those of the visit.
    step = at.step if at.contact == visit.id else _step(floor, event.counter, event, visit, record)
    recent = (event.delivered.service, *(service for service in at.recent if service != event.delivered.service))[:RECENT]
    floor = _put(floor, replace(visit, delivered=delivered, moved=record.position))
    return _at_post(floor, event.counter, step=step, recent=recent)


def _visit_ended(floor: Floor, event: e.VisitEnded, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    beside = event.counter is not None and post(floor, event.counter).contact == visit.id
    step = None if event.counter is None or beside else _step(floor, event.counter, event, visit, record)
    floor, open_ = _withdraw(floor, visit), _in_open_leg(visit, record)
    leg = replace(open_.leg, ended=record.at, end=event.reason)
    note = event.note or visit.note
    floor = _moved(
        floor, open_, record, state="ended", leg=leg, until=None, end=event.reason, to_centre=event.to_centre, note=note
    )
    floor = _paced(floor, visit, leg, 1)
    if event.counter is None:
        return floor
    if beside:
        at = replace(post(floor, event.counter), contact=None)
        return replace(floor, posts=floor.posts.insert(event.counter, _recounted(at, visit.id, event.reason == "served")))
    served = post(floor, event.counter).served + (event.reason == "served")
    return _at_post(floor, event.counter, visit=None, served=served, step=step)


def _step_undone(floor: Floor, event: e.StepUndone, record: e.Record) -> Floor:
    step = post(floor, event.counter).step
    if step is None:
        return floor
    now, before = floor.visits[event.visit], step.before
    floor = _withdraw(floor, now)
    floor = _paced(floor, before, now.leg, -1)
    # What devices have reported meanwhile stays true, also of the summons that stand.
    restored = replace(
        before, prints=now.prints, slip=now.slip, order=now.order, copy=now.copy,
        legs=tuple(
            replace(then, summons=leg.summons[: len(then.summons)]) for then, leg in zip(before.legs, now.legs, strict=False)
        ),
    )  # fmt: skip
    floor = _put(floor, restored)
    if restored.state in ("waiting", "parked"):
        floor = _enter(floor, restored)
    if step.event == "VisitCalled":
        floor = _uncalled(floor, now, step)
    # Who was called by itself and put back would be called again by itself: the counter no longer waits for an arrival.
    stored = None if step.event == "VisitCalled" else step.post.stored
    at = post(floor, event.counter)  # the contact beside went its own way
    back = replace(step.post, stored=stored, undone=record.at, contact=at.contact)
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
    floor = _put(floor, after)
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


def _appointment_booked(floor: Floor, event: e.AppointmentBooked, record: e.Record) -> Floor:
    known = floor.book.get(event.appointment)
    if known is not None:
        floor = _out_of_book(floor, known)
    return _in_book(floor, Appointment(
        id=event.appointment, code=event.code, service=event.service, start=event.start, minutes=event.minutes,
        language=event.language, needs=event.needs, position=record.position, held=event.held,
        booth=event.booth,
    ))  # fmt: skip


def _appointment_moved(floor: Floor, event: e.AppointmentMoved, record: e.Record) -> Floor:
    known = floor.book.get(event.appointment)
    if known is None:
        return floor
    moved = replace(known, start=event.start, booth=event.booth, position=record.position)
    return _in_book(_out_of_book(floor, known), moved)


def _appointment_ended(floor: Floor, event: e.AppointmentEnded, record: e.Record) -> Floor:
    known = floor.book.get(event.appointment)
    if known is None:
        return floor
    over = Over(appointment=known, reason=event.reason, visit=event.visit)
    return replace(_out_of_book(floor, known), over=floor.over.insert(known.code, over))


def _in_book(floor: Floor, one: Appointment) -> Floor:
    place = Place(Key(0, microseconds(one.start), one.position), one.id)
    holds = floor.holds if one.held is None else floor.holds.insert(Place(Key(0, microseconds(one.held), one.position), one.id))
    return replace(
        floor, book=floor.book.insert(one.id, one), codes=floor.codes.insert(one.code, one.id), agenda=floor.agenda.insert(place),
        talks=floor.talks if one.booth is None else floor.talks.insert(place), holds=holds,
    )  # fmt: skip


def _out_of_book(floor: Floor, one: Appointment) -> Floor:
    key = Key(0, microseconds(one.start), one.position)
    holds = floor.holds if one.held is None else floor.holds.remove(Key(0, microseconds(one.held), one.position))
    return replace(
        floor, book=floor.book.discard(one.id), codes=floor.codes.discard(one.code), agenda=floor.agenda.remove(key),
        talks=floor.talks if one.booth is None else floor.talks.remove(key), holds=holds,
    )  # fmt: skip


def _next_stored(floor: Floor, event: e.NextStored, record: e.Record) -> Floor:
    return _at_post(floor, event.counter, stored=record.at if event.on else None)


def _roll_set(floor: Floor, event: e.RollSet, record: e.Record) -> Floor:
    return replace(floor, roll=event.next)


def _counter_opened(floor: Floor, event: e.CounterOpened, record: e.Record) -> Floor:
    served = post(floor, event.counter).served
    recent = floor.posts[event.counter].recent if event.counter in floor.posts else ()
    opened = Post(recent=recent, clerk=event.clerk, profile=event.profile, since=record.at, served=served)
    return replace(floor, posts=floor.posts.insert(event.counter, opened))


def _counter_taken(floor: Floor, event: e.CounterTaken, record: e.Record) -> Floor:
    # The other one's last step is not this one's to take back.
    return _at_post(floor, event.counter, clerk=event.clerk, profile=event.profile, step=None)


def _counter_closed(floor: Floor, event: e.CounterClosed, record: e.Record) -> Floor:
    at = post(floor, event.counter)
    return replace(floor, posts=floor.posts.insert(event.counter, Post(served=at.served, recent=at.recent)))


def _counter_paused(floor: Floor, event: e.CounterPaused, record: e.Record) -> Floor:
    return _at_post(floor, event.counter, pause=event.reason, until=event.until, since=record.at, stored=None)


def _counter_resumed(floor: Floor, event: e.CounterResumed, record: e.Record) -> Floor:
    return _at_post(floor, event.counter, pause=None, until=None, since=record.at)


def _slip_reported(floor: Floor, event: e.SlipReported, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    if event.kiosk != visit.prints:
        return floor
    return _paid(_put(floor, replace(visit, slip=event.state)), event.kiosk, visit)


def _slip_requested(floor: Floor, event: e.SlipRequested, record: e.Record) -> Floor:
    """The slip is owed by this kiosk and by no other one."""
    visit = floor.visits[event.visit]
    if visit.prints is not None:
        floor = _paid(floor, visit.prints, visit)
    after = replace(visit, prints=event.kiosk, slip="owed", order=visit.order + 1, copy=event.copy)
    return _owing(_put(floor, after), event.kiosk, after)


def _owing(floor: Floor, kiosk: str, visit: Visit) -> Floor:
    owed = (floor.owed.get(kiosk) or EMPTY).insert(Place(Key(1, 0, visit.position), visit.id))
    return replace(floor, owed=floor.owed.insert(kiosk, owed))


def _paid(floor: Floor, kiosk: str, visit: Visit) -> Floor:
    owed = (floor.owed.get(kiosk) or EMPTY).remove(Key(1, 0, visit.position))
    return replace(floor, owed=floor.owed.insert(kiosk, owed))


def _help_called(floor: Floor, event: e.HelpCalled, record: e.Record) -> Floor:
    return replace(floor, help=floor.help.insert(event.kiosk, HelpCall(since=record.at)))


def _help_answered(floor: Floor, event: e.HelpAnswered, record: e.Record) -> Floor:
    called = floor.help.get(event.kiosk)
    if called is None:
        return floor
    return replace(floor, help=floor.help.insert(event.kiosk, replace(called, answered=record.at, clerk=event.clerk)))


def _callback_booked(floor: Floor, event: e.CallbackBooked, record: e.Record) -> Floor:
    one = Callback(
        id=event.callback, service=event.service, start=event.start, language=event.language, position=record.position
    )  # fmt: skip
    return replace(floor, callbacks=floor.callbacks.insert(one.id, one))


def _callback_ended(floor: Floor, event: e.CallbackEnded, record: e.Record) -> Floor:
    return replace(floor, callbacks=floor.callbacks.discard(event.callback))


def _message_sent(floor: Floor, event: e.MessageSent, record: e.Record) -> Floor:
    one = Message(
        id=event.message, counter=event.counter, to=event.to, text=event.text, sender=event.sender, sent=record.at,
        position=record.position,
    )  # fmt: skip
    return replace(floor, messages=floor.messages.insert(one.id, one))


def _message_acknowledged(floor: Floor, event: e.MessageAcknowledged, record: e.Record) -> Floor:
    one = floor.messages.get(event.message)
    if one is None:
        return floor
    return replace(floor, messages=floor.messages.insert(one.id, replace(one, read=record.at, reader=event.reader)))


def _alarm_raised(floor: Floor, event: e.AlarmRaised, record: e.Record) -> Floor:
    return replace(floor, alarms=floor.alarms.insert(event.counter, HelpCall(since=record.at)))


def _alarm_acknowledged(floor: Floor, event: e.AlarmAcknowledged, record: e.Record) -> Floor:
    raised = floor.alarms.get(event.counter)
    if raised is None:
        return floor
    return replace(floor, alarms=floor.alarms.insert(event.counter, replace(raised, answered=record.at, clerk=event.clerk)))


def _booth_set(floor: Floor, event: e.BoothSet, record: e.Record) -> Floor:
    known = floor.booths.get(event.booth) or BoothUse()
    last, had = known.appointment, known.had
    if last is not None and last != event.appointment and known.state in ("ready", "busy"):
        had = tuple(dict.fromkeys((*had, last)))
    use = BoothUse(state=event.state, since=record.at, clerk=event.clerk, appointment=event.appointment, had=had)
    return replace(floor, booths=floor.booths.insert(event.booth, use))


def _put(floor: Floor, visit: Visit) -> Floor:
    return replace(floor, visits=floor.visits.insert(visit.id, visit))


def _moved(floor: Floor, visit: Visit, record: e.Record, *, leg: Leg, **changes: Any) -> Floor:
    return _put(floor, replace(visit, legs=(*visit.legs[:-1], leg), moved=record.position, **changes))


def _in_open_leg(visit: Visit, record: e.Record) -> Visit:
    """The visit; if it is parked its last leg is over, and what comes now needs a leg of its own."""
    if visit.state != "parked":
        return visit
    last = visit.leg
    leg = Leg(
        queue=last.queue, line=last.line, since=record.at, key=last.key, group=last.group, also=last.also, spared=last.spared
    )
    return replace(visit, legs=(*visit.legs, leg))


def _back_to_line(floor: Floor, event: e.VisitRequeued | e.VisitTransferred, record: e.Record, end: LegEnd, leg: Leg) -> Floor:
    visit = floor.visits[event.visit]
    step = _step(floor, event.counter, event, visit, record)
    ended = replace(visit.leg, ended=record.at, end=end)
    back = replace(visit, state="waiting", legs=(*visit.legs[:-1], ended, leg), moved=record.position)
    return _at_post(_enter(_put(floor, back), back), event.counter, visit=None, step=step)


def _enter(floor: Floor, visit: Visit) -> Floor:
    if visit.state == "parked":
        return replace(floor, parked=floor.parked.insert(Place(_until_key(visit), visit.id)))
    place = Place(visit.leg.key, visit.id)
    return into_pools(with_line(floor, visit.leg.line, line(floor, visit.leg.line).insert(place)), visit)


def _withdraw(floor: Floor, visit: Visit) -> Floor:
    if visit.state == "parked":
        return replace(floor, parked=floor.parked.remove(_until_key(visit)))
    if visit.state != "waiting":
        return floor
    if visit.id in floor.held:
        return replace(floor, held=floor.held.discard(visit.id))
    return out_of_pools(with_line(floor, visit.leg.line, line(floor, visit.leg.line).remove(visit.leg.key)), visit)


def _settle_party(floor: Floor, party: UUID) -> Floor:
    """While one visit of a party is at a counter the others are held: they keep their place and are not called."""
    members = [floor.visits[id] for id in floor.parties.get(party) or ()]
    busy = any(member.state in ("called", "serving") for member in members)
    for member in members:
        if member.state != "waiting" or busy == (member.id in floor.held):
            continue
        if busy:
            floor = _withdraw(floor, member)
            floor = replace(floor, held=floor.held.insert(member.id))
        else:
            floor = _enter(replace(floor, held=floor.held.discard(member.id)), member)
    return floor


def _until_key(visit: Visit) -> Key:
    return Key(0, 0 if visit.until is None else microseconds(visit.until), visit.position)


def _at_post(floor: Floor, counter: str, **changes: Any) -> Floor:
    return replace(floor, posts=floor.posts.insert(counter, replace(post(floor, counter), **changes)))


def _step(floor: Floor, counter: str, event: e.Event, before: Visit, record: e.Record) -> Step:
    """The step with the counter before it; of the steps before it only the last is kept."""
    at = post(floor, counter)
    if at.step is not None:
        at = replace(at, step=replace(at.step, post=replace(at.step.post, step=None)))
    return Step(event=type(event).__name__, before=before, post=at, at=record.at, moved=record.position)


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


_EVOLVERS: dict[type, Callable[[Floor, Any, e.Record], Floor]] = {
    e.PlanRevised: _plan_revised,
    e.DayOpened: _day_opened,
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
    e.ServiceRecorded: _service_recorded,
    e.VisitEnded: _visit_ended,
    e.StepUndone: _step_undone,
    e.CounterOpened: _counter_opened,
    e.CounterTaken: _counter_taken,
    e.CounterClosed: _counter_closed,
    e.CounterPaused: _counter_paused,
    e.CounterResumed: _counter_resumed,
    e.SlipReported: _slip_reported,
    e.VisitCorrected: _visit_corrected,
    e.AppointmentBooked: _appointment_booked,
    e.AppointmentMoved: _appointment_moved,
    e.AppointmentEnded: _appointment_ended,
    e.NextStored: _next_stored,
    e.RollSet: _roll_set,
    e.SlipRequested: _slip_requested,
    e.HelpCalled: _help_called,
    e.HelpAnswered: _help_answered,
    e.CallbackBooked: _callback_booked,
    e.CallbackEnded: _callback_ended,
    e.MessageSent: _message_sent,
    e.MessageAcknowledged: _message_acknowledged,
    e.AlarmRaised: _alarm_raised,
    e.AlarmAcknowledged: _alarm_acknowledged,
    e.BoothSet: _booth_set,
}
_MOVES = frozenset({
    e.VisitCalled, e.ServiceStarted, e.VisitRequeued, e.VisitTransferred, e.VisitParked, e.VisitEnded, e.StepUndone,
    e.CounterOpened, e.CounterTaken, e.CounterClosed, e.CounterPaused, e.CounterResumed,
})  # fmt: skip
"""What moves a counter on: a step that was chosen before it would now do something else."""

GRACE_S = 120
"""Who asks for two minutes more is waited for so much longer."""

RECENT = 8
"""So many of the services recorded at a counter are kept at hand."""
_NOBODY = UUID(int=0)
