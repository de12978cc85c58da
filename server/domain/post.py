"""Decisions about counters: who works where, and the checks that every step at a counter begins with."""

from datetime import timedelta
from uuid import UUID

from server.domain.commands import CloseCounter, OpenCounter, Pause, Resume, TakeCounter
from server.domain.context import Actor, Context
from server.domain.events import CounterClosed, CounterOpened, CounterPaused, CounterResumed, CounterTaken, Event
from server.domain.floor import Floor, Post, Visit, counter_state, post
from server.domain.refusal import Refusal


def open_counter(floor: Floor, command: OpenCounter, context: Context) -> tuple[Event, ...]:
    """The actor becomes the clerk of a closed counter."""
    _known(floor, command.counter)
    at = post(floor, command.counter)
    if at.clerk is not None:
        raise Refusal("counter_open" if at.clerk == context.actor.id else "counter_taken", counter=command.counter)
    profile = command.profile or _own_profile(floor, context.actor) or floor.look.counters[command.counter].profile
    if profile not in floor.look.profiles:
        raise Refusal("unknown_profile", profile=profile)
    return (CounterOpened(counter=command.counter, clerk=context.actor.id, profile=profile),)


def take_counter(floor: Floor, command: TakeCounter, context: Context) -> tuple[Event, ...]:
    """The actor becomes the clerk of the counter that `giver` works at; whoever is there and a pause stay."""
    _known(floor, command.counter)
    at = post(floor, command.counter)
    if at.clerk is None or at.profile is None:
        raise Refusal("counter_closed", counter=command.counter)
    if at.clerk == context.actor.id:
        return ()
    if at.clerk != command.giver:
        raise Refusal("counter_taken", counter=command.counter)
    profile = _own_profile(floor, context.actor) or at.profile
    return (CounterTaken(counter=command.counter, clerk=context.actor.id, profile=profile),)


def close_counter(floor: Floor, command: CloseCounter, context: Context) -> tuple[Event, ...]:
    """Only when nobody is at the counter."""
    own_post(floor, command.counter, context.actor)
    _free(floor, command.counter)
    _no_contact(floor, command.counter)
    return (CounterClosed(counter=command.counter),)


def pause(floor: Floor, command: Pause, context: Context) -> tuple[Event, ...]:
    """Only when nobody is at the counter."""
    idle_post(floor, command.counter, context.actor)
    _no_contact(floor, command.counter)
    known = floor.settled.pause_reasons
    if known and command.reason not in known:
        raise Refusal("unknown_pause", reason=command.reason)
    until = None if command.minutes is None else context.now + timedelta(minutes=command.minutes)
    return (CounterPaused(counter=command.counter, reason=command.reason, until=until),)


def resume(floor: Floor, command: Resume, context: Context) -> tuple[Event, ...]:
    """Ends a pause."""
    if own_post(floor, command.counter, context.actor).pause is None:
        raise Refusal("not_paused", counter=command.counter)
    return (CounterResumed(counter=command.counter),)


def own_post(floor: Floor, counter: str, actor: Actor) -> Post:
    """The open counter at which this actor may act: its clerk, or a manager."""
    _known(floor, counter)
    at = post(floor, counter)
    if at.clerk is None:
        raise Refusal("counter_closed", counter=counter)
    if at.clerk != actor.id and actor.role not in ("manager", "panel", "system"):
        raise Refusal("counter_taken", counter=counter)
    return at


def idle_post(floor: Floor, counter: str, actor: Actor) -> Post:
    """The open counter, with nobody at it and not paused."""
    at = own_post(floor, counter, actor)
    _free(floor, counter)
    if at.pause is not None:
        raise Refusal("counter_paused", counter=counter)
    return at


def visit_at(floor: Floor, counter: str, actor: Actor) -> Visit:
    """The visit called to or served at the counter."""
    at = own_post(floor, counter, actor)
    if at.visit is None:
        raise Refusal("counter_free", counter=counter)
    return floor.visits[at.visit]


def called_at(floor: Floor, counter: str, actor: Actor) -> Visit:
    """The visit that is being called to the counter."""
    visit = visit_at(floor, counter, actor)
    if visit.state != "called":
        raise Refusal("not_called", number=visit.number)
    return visit


def contact_at(floor: Floor, counter: str, visit: UUID | None, actor: Actor) -> Visit | None:
    """The contact beside, if `visit` names it; None if nothing is named, or the visit at the counter. Refuses any other."""
    at = own_post(floor, counter, actor)
    if visit is None or visit == at.visit:
        return None
    if visit != at.contact:
        raise Refusal("counter_moved_on", counter=counter)
    return floor.visits[visit]


def serving_at(floor: Floor, counter: str, actor: Actor) -> Visit:
    """The visit that is being served at the counter."""
    visit = visit_at(floor, counter, actor)
    if visit.state != "serving":
        raise Refusal("not_serving", number=visit.number)
    return visit


def _own_profile(floor: Floor, actor: Actor) -> str | None:
    """The profile that the plan names for this clerk."""
    return next((clerk.profile for clerk in floor.settled.clerks if clerk.code == actor.id), None)


def _known(floor: Floor, counter: str) -> None:
    if counter not in floor.look.counters:
        raise Refusal("unknown_counter", counter=counter)


def _no_contact(floor: Floor, counter: str) -> None:
    if post(floor, counter).contact is not None:
        raise Refusal("contact_open", counter=counter)


def _free(floor: Floor, counter: str) -> None:
    at = post(floor, counter)
    if at.visit is not None and counter_state(floor, counter) in ("called", "serving"):
        raise Refusal("counter_busy", counter=counter, number=floor.visits[at.visit].number or "—")
