"""The one pure function from a floor and a command to events, and the table of what each state allows."""

from collections.abc import Callable
from typing import Any

from server.domain import arrival, calling, day, serving
from server.domain import commands as c
from server.domain import post as posts
from server.domain.context import Actor, Context
from server.domain.events import Event
from server.domain.floor import Floor, counter_state, post
from server.domain.refusal import Refusal

_DECIDERS: dict[type[c.Command], Callable[[Floor, Any, Context], tuple[Event, ...]]] = {
    c.TakeTicket: arrival.take_ticket,
    c.CheckIn: arrival.check_in,
    c.AdmitOffline: arrival.admit_offline,
    c.RegisterContact: arrival.register_contact,
    c.Leave: arrival.leave,
    c.OpenCounter: posts.open_counter,
    c.CloseCounter: posts.close_counter,
    c.Pause: posts.pause,
    c.Resume: posts.resume,
    c.CallNext: calling.call_next,
    c.CallVisit: calling.call_visit,
    c.Recall: calling.recall,
    c.Serve: serving.serve,
    c.Requeue: serving.requeue,
    c.Transfer: serving.transfer,
    c.Park: serving.park,
    c.NoShow: serving.no_show,
    c.RecordService: serving.record_service,
    c.AmendService: serving.amend_service,
    c.Finish: serving.finish,
    c.Undo: serving.undo,
    c.CloseDay: day.close_day,
    c.ConfirmShown: day.confirm_shown,
    c.ReportSlip: day.report_slip,
    c.RevisePlan: day.revise_plan,
    c.Tick: day.tick,
}

ACTIONS: dict[str, tuple[str, ...]] = {
    "closed": ("OpenCounter",),
    "idle": ("CallNext", "CallVisit", "RegisterContact", "Pause", "CloseCounter"),
    "called": ("Serve", "Recall", "Requeue", "Transfer", "Park", "NoShow"),
    "serving": ("Finish", "RecordService", "AmendService", "Transfer", "Park"),
    "paused": ("Resume", "CloseCounter"),
}
"""The steps at a counter by its state; the first one is the main step."""


def _always(floor: Floor, counter: str) -> bool:
    return True


def _next_waits(floor: Floor, counter: str) -> bool:
    return calling.next_for(floor, counter) is not None


def _anybody_waits(floor: Floor, counter: str) -> bool:
    return len(floor.parked) > 0 or any(map(len, floor.lines.values()))


def _has_record(floor: Floor, counter: str) -> bool:
    visit = post(floor, counter).visit
    return visit is not None and bool(floor.visits[visit].delivered)


_WHEN: dict[str, Callable[[Floor, str], bool]] = {
    "CallNext": _next_waits,
    "CallVisit": _anybody_waits,
    "AmendService": _has_record,
}
"""What some steps need beyond the counter's state."""


def decide(floor: Floor, command: c.Command, context: Context) -> tuple[Event, ...]:
    """What happens when `command` is asked of `floor`; raises Refusal when the answer is no, and then nothing happens."""
    if not floor.day and not isinstance(command, c.RevisePlan | c.Tick):
        raise Refusal("server_error")
    return _DECIDERS[type(command)](floor, command, context)


def actions(floor: Floor, counter: str, actor: Actor) -> tuple[str, ...]:
    """The steps that the actor may take at the counter now; none at a counter where somebody else works."""
    state = counter_state(floor, counter)
    at = floor.posts.get(counter)
    if at is not None and at.clerk is not None and at.clerk != actor.id and actor.role != "manager":
        return ()
    offered = [name for name in ACTIONS[state] if _WHEN.get(name, _always)(floor, counter)]
    if at is not None and serving.undoable(floor, at):
        offered.append("Undo")
    return tuple(offered)
