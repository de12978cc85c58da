"""The one pure function from a floor and a command to events, and the table of what each state allows."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from server.domain import (
    announce,
    appointments,
    arrival,
    booths,
    calling,
    contacts,
    correction,
    day,
    helping,
    manage,
    messages,
    months,
    offline,
    papers,
    place_calls,
    private,
    proof,
    recording,
    retention,
    revision,
    rooms,
    serving,
    slips,
    sounds,
    troubles,
    visitor,
)
from server.domain import commands as c
from server.domain import post as posts
from server.domain.context import Actor, Context
from server.domain.events import Event
from server.domain.floor import Floor, counter_state, post
from server.domain.follow import follow
from server.domain.refusal import Refusal

_DECIDERS: dict[type[c.Command], Callable[[Floor, Any, Context], tuple[Event, ...]]] = {
    c.TakeTicket: arrival.take_ticket,
    c.CheckIn: appointments.check_in,
    c.HoldSlot: appointments.hold_slot,
    c.BookAppointment: appointments.book,
    c.MoveAppointment: appointments.move,
    c.CancelAppointment: appointments.cancel,
    c.AdmitOffline: offline.admit_offline,
    c.RegisterContact: contacts.register_contact,
    c.RegisterCallback: contacts.register_callback,
    c.CallCallback: contacts.call_callback,
    c.EndCallback: contacts.end_callback,
    c.Leave: arrival.leave,
    c.Delay: visitor.delay,
    c.AnswerCall: visitor.answer_call,
    c.Return: visitor.come_back,
    c.OpenCounter: posts.open_counter,
    c.TakeCounter: posts.take_counter,
    c.CloseCounter: posts.close_counter,
    c.Pause: posts.pause,
    c.Resume: posts.resume,
    c.CallNext: calling.call_next,
    c.CallVisit: calling.call_visit,
    c.StoreNext: calling.store_next,
    c.CallRoll: calling.call_roll,
    c.SetRoll: calling.set_roll,
    c.Recall: calling.recall,
    c.Serve: serving.serve,
    c.Requeue: serving.requeue,
    c.Transfer: serving.transfer,
    c.Park: serving.park,
    c.NoShow: serving.no_show,
    c.RecordService: recording.record_service,
    c.AmendService: recording.amend_service,
    c.StrikeService: recording.strike_service,
    c.Finish: serving.finish,
    c.Undo: serving.undo,
    c.CorrectVisit: correction.correct_visit,
    c.SetQueue: manage.set_queue,
    c.ReleaseCounter: manage.release_counter,
    c.SetProfile: manage.set_profile,
    c.MoveVisit: manage.move_visit,
    c.EndVisit: manage.end_visit,
    c.Announce: announce.announce,
    c.Withdraw: announce.withdraw,
    c.NoteTroubles: troubles.note_troubles,
    c.SeeTrouble: troubles.see_trouble,
    c.CloseDay: day.close_day,
    c.CloseMonth: months.close_month,
    c.ConfirmShown: proof.confirm_shown,
    c.ConfirmSpoken: proof.confirm_spoken,
    c.ReportSlip: slips.report_slip,
    c.PrintSlip: slips.print_slip,
    c.CallHelp: helping.call_help,
    c.AnswerHelp: helping.answer_help,
    c.SendMessage: messages.send_message,
    c.AcknowledgeMessage: messages.acknowledge_message,
    c.RaiseAlarm: messages.raise_alarm,
    c.AcknowledgeAlarm: messages.acknowledge_alarm,
    c.SetBooth: booths.set_booth,
    c.StartRoom: rooms.start_room,
    c.ExtendRoom: rooms.extend_room,
    c.EndRoom: rooms.end_room,
    c.WipeRoom: rooms.wipe_room,
    c.JoinRoom: rooms.join_room,
    c.LeaveRoom: rooms.leave_room,
    c.BookRoom: rooms.book_room,
    c.CancelRoomBooking: rooms.cancel_room_booking,
    c.CallToPlace: place_calls.call_to_place,
    c.TestSound: sounds.ask_sound,
    c.ReportSound: sounds.report_sound,
    c.HearSound: sounds.hear_sound,
    c.PrintPaper: papers.print_paper,
    c.ReportPaper: papers.report_paper,
    c.RevisePlan: revision.revise_plan,
    c.SchedulePlan: revision.schedule_plan,
    c.WithdrawPlan: revision.withdraw_plan,
    c.EraseOld: retention.erase_old,
    c.Tick: day.tick,
}

ACTIONS: dict[str, tuple[str, ...]] = {
    "closed": ("OpenCounter",),
    "idle": ("CallNext", "CallRoll", "StoreNext", "CallVisit", "RegisterContact", "SetRoll", "Pause", "CloseCounter"),
    "called": ("Serve", "Recall", "Requeue", "Transfer", "Park", "NoShow", "RegisterContact"),
    "serving": ("Finish", "RecordService", "AmendService", "StrikeService", "Transfer", "Park", "RegisterContact"),
    "paused": ("Resume", "CloseCounter"),
}
"""The steps at a counter by its state; the first one is the main step."""


def _always(floor: Floor, counter: str) -> bool:
    return True


def _next_waits(floor: Floor, counter: str) -> bool:
    return bool(calling.upcoming(floor, counter, floor.at or _EPOCH, 1))


def _stored_or_nobody_waits(floor: Floor, counter: str) -> bool:
    return post(floor, counter).stored is not None or not _next_waits(floor, counter)


def _has_roll(floor: Floor, counter: str) -> bool:
    return floor.settled.roll is not None


def _roll_goes_on(floor: Floor, counter: str) -> bool:
    return calling.next_on_roll(floor) is not None


def _anybody_waits(floor: Floor, counter: str) -> bool:
    return len(floor.parked) > 0 or bool(floor.lines) or bool(floor.directed)


def _has_record(floor: Floor, counter: str) -> bool:
    visit = post(floor, counter).visit
    return visit is not None and bool(floor.visits[visit].delivered)


def _no_contact(floor: Floor, counter: str) -> bool:
    return post(floor, counter).contact is None


def _contact_possible(floor: Floor, counter: str) -> bool:
    return post(floor, counter).visit is None or _no_contact(floor, counter)


def _slip_possible(floor: Floor, counter: str) -> bool:
    visit = post(floor, counter).visit
    somebody = (visit is not None and bool(floor.visits[visit].number)) or _anybody_waits(floor, counter)
    return somebody and any(kiosk.prints for kiosk in floor.settled.kiosks)


_WHEN: dict[str, Callable[[Floor, str], bool]] = {
    "CallNext": _next_waits,
    "CallVisit": _anybody_waits,
    "StoreNext": _stored_or_nobody_waits,
    "CallRoll": _roll_goes_on,
    "SetRoll": _has_roll,
    "AmendService": _has_record,
    "StrikeService": _has_record,
    "RegisterContact": _contact_possible,
    "Pause": _no_contact,
    "CloseCounter": _no_contact,
}
"""What some steps need beyond the counter's state."""


def decide(floor: Floor, command: c.Command, context: Context) -> tuple[Event, ...]:
    """What happens when `command` is asked of `floor`; raises Refusal when the answer is no, and then nothing happens."""
    if not floor.day and not isinstance(command, c.RevisePlan | c.Tick):
        raise Refusal("server_error")
    if context.actor.role == "panel":
        _own_counter(floor, command, context.actor)
    if context.actor.role == "visitor" and str(getattr(command, "visit", context.actor.id)) != context.actor.id:
        raise Refusal("not_allowed")  # a visitor is the visit whose token was shown, and acts for no other
    private.mind(command, floor.settled.health_words if floor.plan else ())
    _mind_seen(floor, command)
    events = _DECIDERS[type(command)](floor, command, context)
    if isinstance(command, c.Requeue | c.NoShow | c.Finish) and command.then_next:
        events = (*events, *_next(floor, command, events, context))
    return (*events, *(_stored(floor, events, context) if events or isinstance(command, c.Tick) else ()))


def _own_counter(floor: Floor, command: c.Command, actor: Actor) -> None:
    """A line of panels, with the keys on it, acts at its own counters only."""
    counter = getattr(command, "counter", "")
    lines = (line for line in floor.settled.lines if line.code == actor.id)
    own = {c for line in lines for c in (*(panel.counter for panel in line.panels), *(key.counter for key in line.keys))}
    if counter not in own:
        raise Refusal("other_panel", counter=counter)


def _mind_seen(floor: Floor, command: c.Command) -> None:
    """Refuses a step that was chosen before the counter moved on; what names its visit is about that one in any case."""
    if not isinstance(command, c.CounterCommand) or command.seen is None:
        return
    if isinstance(command, c.RecordService | c.StrikeService | c.Finish) and command.visit is not None:
        return
    if post(floor, command.counter).moved > command.seen:
        raise Refusal("counter_moved_on", counter=command.counter)


def _next(
    floor: Floor, command: c.Requeue | c.NoShow | c.Finish, events: tuple[Event, ...], context: Context
) -> tuple[Event, ...]:
    """The call after a step, as one step of the hand; nothing if nobody else waits or the next call is too soon.

    Nobody is put back for a call that would come too soon: then the whole step is refused.
    """
    if post(floor, command.counter).contact == (ended := getattr(events[0], "visit", None)):
        return ()
    floor = follow(floor, events, context.visit, context.actor, context.now).floor
    found = calling.upcoming(floor, command.counter, context.now, 1)
    if not found or found[0].visit == ended:
        return ()
    try:
        return calling.call_next(floor, c.CallNext(counter=command.counter), context)
    except Refusal:
        if isinstance(command, c.Requeue):
            raise
        return ()


def _stored(floor: Floor, events: tuple[Event, ...], context: Context) -> tuple[Event, ...]:
    """Calls of those who now are the next arrival for a counter that takes it by itself."""
    if all(at.stored is None for at in floor.posts.values()):
        return ()
    calls: list[Event] = []
    floor = follow(floor, events, context.visit, context.actor, context.now).floor
    while found := calling.stored_calls(floor, context.now):
        calls += found
        floor = follow(floor, found, context.visit, context.actor, context.now).floor
    return tuple(calls)


def actions(floor: Floor, counter: str, actor: Actor) -> tuple[str, ...]:
    """The steps that the actor may take at the counter now; none at a counter where somebody else works.

    Numbers and slips for others are given at any open counter.
    """
    state = counter_state(floor, counter)
    at = floor.posts.get(counter)
    if at is not None and at.clerk is not None and at.clerk != actor.id and actor.role != "manager":
        return ()
    offered = [name for name in ACTIONS[state] if _WHEN.get(name, _always)(floor, counter)]
    if "CallVisit" in offered and not calling.may_choose(floor, actor):
        offered.remove("CallVisit")
    if at is not None and serving.undoable(floor, at):
        offered.append("Undo")
    if state != "closed":
        offered += ["TakeTicket", *(["PrintSlip"] if _slip_possible(floor, counter) else []), "SendMessage", "RaiseAlarm"]
        offered += ["RegisterCallback", *(["EndCallback"] if floor.callbacks else [])]
        offered += ["CallCallback"] if "RegisterContact" in offered and floor.callbacks else []
    return tuple(offered)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
