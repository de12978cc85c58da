"""Decisions about a visit at a counter, from the visitor's coming to the end, and about taking a step back."""

from datetime import timedelta

from server.domain.commands import (
    Finish,
    NoShow,
    Park,
    Requeue,
    Serve,
    Transfer,
    Undo,
)  # fmt: skip
from server.domain.context import Context
from server.domain.events import (
    Event,
    Group,
    ServiceStarted,
    StepUndone,
    VisitEnded,
    VisitParked,
    VisitRequeued,
    VisitTransferred,
)  # fmt: skip
from server.domain.floor import Floor, Post, Visit, accompanied, in_plan, post
from server.domain.moment import microseconds
from server.domain.order import Key
from server.domain.post import called_at, contact_at, own_post, serving_at, visit_at
from server.domain.recording import ensure_complete
from server.domain.refusal import Refusal


def serve(floor: Floor, command: Serve, context: Context) -> tuple[Event, ...]:
    """The called visitor came."""
    visit = visit_at(floor, command.counter, context.actor)
    if visit.state == "serving":
        raise Refusal("already_serving", number=visit.number)
    return (ServiceStarted(visit=visit.id, counter=command.counter),)


def requeue(floor: Floor, command: Requeue, context: Context) -> tuple[Event, ...]:
    """Back to the old place; the wait goes on."""
    visit = called_at(floor, command.counter, context.actor)
    return (VisitRequeued(visit=visit.id, counter=command.counter),)


def transfer(floor: Floor, command: Transfer, context: Context) -> tuple[Event, ...]:
    """To a queue, a counter or a clerk; ranked by arrival (the issue time), as the first or as the last. Or to another centre."""
    visit = visit_at(floor, command.counter, context.actor)
    if _one_target(command) == "to_centre":
        return (
            VisitEnded(
                visit=visit.id, reason="sent", counter=command.counter, to_centre=(command.to_centre or "").strip(),
                note=command.note,
            ),
        )  # fmt: skip
    queue, line = _target(floor, command, visit)
    if line == visit.leg.line and command.rank == "arrival":
        raise Refusal("same_place", number=visit.number)
    now, issued = microseconds(context.now), microseconds(visit.issued)
    rank = {"arrival": (1, issued), "first": (0, issued), "last": (1, now)}[command.rank]
    key = Key(*rank, floor.position + 1)
    kept: Group = "priority" if "priority" in visit.needs else "transferred"
    group: Group = "first" if command.rank == "first" else kept
    return (
        VisitTransferred(
            visit=visit.id, counter=command.counter, queue=queue, line=line, key=key, group=group, note=command.note
        ),
    )  # fmt: skip


def park(floor: Floor, command: Park, context: Context) -> tuple[Event, ...]:
    """Set aside until a time; then the visit returns with a raised rank."""
    visit = visit_at(floor, command.counter, context.actor)
    limit = floor.settled.rules.park_limit_minutes
    if command.minutes > limit:
        raise Refusal("park_too_long", minutes=limit)
    until = context.now + timedelta(minutes=command.minutes)
    return (VisitParked(visit=visit.id, counter=command.counter, until=until, note=command.note),)


def no_show(floor: Floor, command: NoShow, context: Context) -> tuple[Event, ...]:
    """The called visitor did not come."""
    visit = called_at(floor, command.counter, context.actor)
    return (VisitEnded(visit=visit.id, reason="no_show", counter=command.counter),)


def finish(floor: Floor, command: Finish, context: Context) -> tuple[Event, ...]:
    """The end of service; refused while something is to be recorded that the plan wants."""
    beside = contact_at(floor, command.counter, command.visit, context.actor)
    visit = beside or serving_at(floor, command.counter, context.actor)
    ensure_complete(floor.settled.rules, visit)
    return (VisitEnded(visit=visit.id, reason="served", counter=command.counter),)


def undo(floor: Floor, command: Undo, context: Context) -> tuple[Event, ...]:
    """Takes back the last step at the counter while the visit has not moved on elsewhere."""
    at = own_post(floor, command.counter, context.actor)
    if at.step is None or at.pause is not None:
        raise Refusal("nothing_to_undo", counter=command.counter)
    if not undoable(floor, at):
        raise Refusal("moved_on", number=at.step.before.number or "—")
    return (StepUndone(visit=at.step.before.id, counter=command.counter, step=at.step.event),)


def undoable(floor: Floor, at: Post) -> bool:
    """Whether the counter's last step can still be taken back."""
    if at.step is None or at.clerk is None or at.pause is not None:
        return False
    visit = floor.visits.get(at.step.before.id)
    elsewhere = at.visit is not None and at.visit != at.step.before.id
    before = at.step.before
    there = in_plan(floor.look, before.leg) and {before.service, *before.more} <= floor.look.services.keys()
    # Back at the counter the person would be at two of them.
    twice = at.step.before.state in ("called", "serving") and accompanied(floor, at.step.before)
    return visit is not None and visit.moved == at.step.moved and not elsewhere and there and not twice


def _one_target(command: Transfer) -> str:
    """The field that says where to."""
    chosen = [name for name in ("queue", "to_counter", "to_clerk", "to_centre") if getattr(command, name) is not None]
    if len(chosen) != 1 or (command.to_centre is not None and not command.to_centre.strip()):
        raise Refusal("one_target")
    return chosen[0]


def _target(floor: Floor, command: Transfer, visit: Visit) -> tuple[str, str]:
    if command.queue is not None:
        if command.queue not in floor.look.queues:
            raise Refusal("unknown_queue", queue=command.queue)
        return command.queue, command.queue
    if command.to_counter is not None:
        if command.to_counter not in floor.look.counters:
            raise Refusal("unknown_counter", counter=command.to_counter)
        return visit.leg.queue, f"counter:{command.to_counter}"
    if not any(post(floor, counter).clerk == command.to_clerk for counter in floor.look.counters):
        raise Refusal("unknown_clerk", clerk=command.to_clerk or "")
    return visit.leg.queue, f"clerk:{command.to_clerk}"
