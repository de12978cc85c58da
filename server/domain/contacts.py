"""Decisions about work without a number: contacts by phone or video, who came straight to a counter, and calling back."""

from datetime import UTC

from server.domain.arrival import arrival_key, local_day, queue_for
from server.domain.commands import CallCallback, EndCallback, RegisterCallback, RegisterContact
from server.domain.context import Context
from server.domain.events import CallbackBooked, CallbackEnded, Event, Origin, TicketIssued
from server.domain.floor import Callback, Floor, Post
from server.domain.post import idle_post, own_post
from server.domain.refusal import Refusal

PHONE = "talrunis"
"""The channel of who is called back."""


def register_contact(floor: Floor, command: RegisterContact, context: Context) -> tuple[Event, ...]:
    """A contact without a number, served at once: at an idle counter, or beside the visit that is there."""
    at = own_post(floor, command.counter, context.actor)
    queue_for(floor, command.service, command.language)
    if command.channel not in floor.settled.channels:
        raise Refusal("unknown_service_channel", channel=command.channel)
    clerk = at.clerk or ""
    if command.clerk is not None and command.clerk != clerk:
        _mind_colleague(floor, command.clerk, context)
        clerk = command.clerk
    return (_begun(floor, command, context, at, clerk, "contact", command.service, command.language, command.channel),)


def register_callback(floor: Floor, command: RegisterCallback, context: Context) -> tuple[Event, ...]:
    """A promise to call back later today."""
    queue_for(floor, command.service, command.language)
    if not command.contact.phone.strip():
        raise Refusal("no_phone")
    if command.start < context.now or local_day(floor, command.start) != floor.day:
        raise Refusal("callback_today")
    return (
        CallbackBooked(
            callback=context.visit, service=command.service, start=command.start.astimezone(UTC), language=command.language
        ),
    )  # fmt: skip


def call_callback(floor: Floor, command: CallCallback, context: Context) -> tuple[Event, ...]:
    """The one who wanted it has answered: a contact by phone begins."""
    at = own_post(floor, command.counter, context.actor)
    found = _open(floor, command)
    queue_for(floor, found.service, found.language)
    issued = _begun(floor, command, context, at, at.clerk or "", "callback", found.service, found.language, PHONE)
    return (issued, CallbackEnded(callback=found.id, reason="called", visit=issued.visit))


def end_callback(floor: Floor, command: EndCallback, context: Context) -> tuple[Event, ...]:
    """Nobody will call back any more."""
    return (CallbackEnded(callback=_open(floor, command).id, reason=command.reason),)


def left_over(floor: Floor) -> tuple[Event, ...]:
    """The day is over, and with it every promise to call back on it."""
    waiting = sorted(floor.callbacks.values(), key=lambda one: one.position)
    return tuple(CallbackEnded(callback=one.id, reason="expired") for one in waiting)


def _begun(
    floor: Floor, command: RegisterContact | CallCallback, context: Context, at: Post, clerk: str, origin: Origin, service: str,
    language: str, channel: str,
) -> TicketIssued:  # fmt: skip
    beside = at.visit is not None
    if not beside:
        idle_post(floor, command.counter, context.actor)
    elif at.contact is not None:
        raise Refusal("contact_open", counter=command.counter)
    return TicketIssued(
        visit=context.visit, day=floor.day, series=None, n=None, number="", service=service,
        queue=floor.look.queue_of[service], language=language, needs=(), origin=origin, device=str(context.actor),
        token=context.token, issued=context.now, key=arrival_key(floor, context.now), ahead=0, low=None, high=None,
        counter=command.counter, clerk=clerk, channel=channel, beside=beside,
    )  # fmt: skip


def _open(floor: Floor, command: CallCallback | EndCallback) -> Callback:
    found = floor.callbacks.get(command.callback)
    if found is None:
        raise Refusal("unknown_callback")
    return found


def _mind_colleague(floor: Floor, clerk: str, context: Context) -> None:
    """A manager may say that somebody else served; a clerk only where the plan lets clerks do so."""
    if context.actor.role != "manager" and not floor.settled.rules.for_colleagues:
        raise Refusal("not_allowed")
    if clerk not in floor.look.skills and all(at.clerk != clerk for at in floor.posts.values()):
        raise Refusal("unknown_clerk", clerk=clerk)
