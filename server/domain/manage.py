"""Decisions of a manager over what runs already: queues, counters and visits, each with its reason in the journal."""

from datetime import datetime

from config.hours import opening, own_hours
from server.domain.arrival import OF_CONTACTS, waiting_visit
from server.domain.commands import EndVisit, MoveVisit, ReleaseCounter, SetProfile, SetQueue
from server.domain.context import Context
from server.domain.events import (
    CounterClosed,
    Event,
    Gives,
    Group,
    MessageSent,
    ProfileSet,
    QueueSet,
    VisitEnd,
    VisitEnded,
    VisitMoved,
    VisitRequeued,
    VisitTransferred,
)  # fmt: skip
from server.domain.floor import WHOLE, Floor, Visit, post, profile_of
from server.domain.moment import microseconds
from server.domain.order import Key
from server.domain.post import own_post
from server.domain.recording import missing
from server.domain.refusal import Refusal


def set_queue(floor: Floor, command: SetQueue, context: Context) -> tuple[Event, ...]:
    """Open means also outside the queue's own hours; the opposite step goes back to the plan where that says the same."""
    if command.queue is None:
        whole = WHOLE in floor.gates
        if whole != command.open:
            raise Refusal("numbers_open_already" if command.open else "numbers_shut_already")
        return (QueueSet(queue=WHOLE, gives="plan" if command.open else "none", reason=command.reason),)
    if command.queue not in floor.look.queues:
        raise Refusal("unknown_queue", queue=command.queue)
    if WHOLE in floor.gates and command.open:
        raise Refusal("day_over")
    planned = _planned(floor, command.queue, context.now)
    gate = floor.gates.get(command.queue)
    if (planned if gate is None else gate.gives == "always") == command.open:
        raise Refusal("queue_open_already" if command.open else "queue_shut_already")
    gives: Gives = "plan" if planned == command.open else "always" if command.open else "none"
    return (QueueSet(queue=command.queue, gives=gives, reason=command.reason),)


def release_counter(floor: Floor, command: ReleaseCounter, context: Context) -> tuple[Event, ...]:
    """Who is called keeps the old place, who is served waits as the first of the line; the clerk reads the reason at the desk."""
    at = own_post(floor, command.counter, context.actor)
    here = None if at.visit is None else floor.visits[at.visit]
    if at.contact is not None or (here is not None and here.origin in OF_CONTACTS):
        raise Refusal("contact_open", counter=command.counter)
    told = MessageSent(
        message=context.visit, counter=command.counter, to="counter", text=command.reason, sender=context.actor.id
    )  # fmt: skip
    return (*_back(floor, command.counter, here), CounterClosed(counter=command.counter, reason=command.reason), told)


def set_profile(floor: Floor, command: SetProfile, context: Context) -> tuple[Event, ...]:
    """Whoever is at the counter stays there."""
    own_post(floor, command.counter, context.actor)
    if command.profile not in floor.look.profiles:
        raise Refusal("unknown_profile", profile=command.profile)
    if profile_of(floor, command.counter) == command.profile:
        raise Refusal("same_profile", counter=command.counter)
    return (ProfileSet(counter=command.counter, profile=command.profile),)


def move_visit(floor: Floor, command: MoveVisit, context: Context) -> tuple[Event, ...]:
    """By arrival (the place that it would have had there), as the first or as the last of the line."""
    visit = waiting_visit(floor, command.visit)
    queue, line = _target(floor, command, visit)
    same, begun = line == visit.leg.line, visit.legs[0]
    rank = {
        "arrival": (begun.key.band, begun.key.at), "first": (0, microseconds(visit.issued)),
        "last": (1, microseconds(context.now)),
    }[command.rank]  # fmt: skip
    if same and visit.state == "waiting" and rank == visit.leg.key[:2]:
        raise Refusal("same_place", number=visit.number)
    kept: Group = "priority" if "priority" in visit.needs else begun.group if line == begun.line else "transferred"
    return (
        VisitMoved(
            visit=visit.id, queue=queue, line=line, key=Key(*rank, floor.position + 1),
            group="first" if command.rank == "first" else kept, reason=command.reason,
        ),
    )  # fmt: skip


def end_visit(floor: Floor, command: EndVisit, context: Context) -> tuple[Event, ...]:
    """One that was served counts as that only with a whole record; without one it is for the list of repairs."""
    visit = floor.visits.get(command.visit)
    if visit is None:
        raise Refusal("unknown_visit")
    if visit.state == "ended":
        raise Refusal("visit_over", number=visit.number)
    counters = (code for code, at in floor.posts.items() if visit.id in (at.visit, at.contact))
    return (VisitEnded(visit=visit.id, reason=_end(floor, visit), counter=next(counters, None), note=command.reason),)


def _planned(floor: Floor, queue: str, now: datetime) -> bool:
    """Whether the plan's own hours of the queue let it give numbers."""
    own = own_hours(floor.look.queues[queue])
    return not own or opening(own, now, floor.settled.centre.timezone) is not None


def _back(floor: Floor, counter: str, visit: Visit | None) -> tuple[Event, ...]:
    """The visit at a counter back to the line that it came from."""
    if visit is None:
        return ()
    if visit.state == "called":
        return (VisitRequeued(visit=visit.id, counter=counter),)
    key = Key(0, microseconds(visit.issued), floor.position + 1)
    queue = visit.leg.queue
    return (VisitTransferred(visit=visit.id, counter=counter, queue=queue, line=queue, key=key, group="first"),)


def _end(floor: Floor, visit: Visit) -> VisitEnd:
    if visit.state in ("waiting", "parked"):
        return "left"
    if visit.state == "called":
        return "no_show"
    whole = bool(visit.delivered) and not missing(floor.settled.rules, visit.delivered)
    return "served" if whole else "day_closed"


def _target(floor: Floor, command: MoveVisit, visit: Visit) -> tuple[str, str]:
    """Queue and line."""
    if sum(one is not None for one in (command.queue, command.counter, command.clerk)) > 1:
        raise Refusal("one_target")
    if command.queue is not None and command.queue not in floor.look.queues:
        raise Refusal("unknown_queue", queue=command.queue)
    if command.counter is not None:
        if command.counter not in floor.look.counters:
            raise Refusal("unknown_counter", counter=command.counter)
        return visit.leg.queue, f"counter:{command.counter}"
    if command.clerk is not None:
        if not any(post(floor, counter).clerk == command.clerk for counter in floor.look.counters):
            raise Refusal("unknown_clerk", clerk=command.clerk)
        return visit.leg.queue, f"clerk:{command.clerk}"
    return (visit.leg.queue, visit.leg.line) if command.queue is None else (command.queue, command.queue)
