"""Decisions about lines between counters and the manager, and about calls for a colleague that nobody hears."""

from server.domain.commands import AcknowledgeAlarm, AcknowledgeMessage, RaiseAlarm, SendMessage
from server.domain.context import Context
from server.domain.events import AlarmAcknowledged, AlarmRaised, Event, MessageAcknowledged, MessageSent
from server.domain.floor import Floor, open_alarm, post
from server.domain.post import own_post
from server.domain.refusal import Refusal


def send_message(floor: Floor, command: SendMessage, context: Context) -> tuple[Event, ...]:
    """From the counter's clerk to the manager, or from a manager to a counter."""
    if command.counter not in floor.look.counters:
        raise Refusal("unknown_counter", counter=command.counter)
    if command.to == "manager":
        own_post(floor, command.counter, context.actor)
    elif context.actor.role != "manager":
        raise Refusal("not_allowed")
    return (
        MessageSent(
            message=context.visit, counter=command.counter, to=command.to, text=command.text, sender=context.actor.id
        ),
    )  # fmt: skip


def acknowledge_message(floor: Floor, command: AcknowledgeMessage, context: Context) -> tuple[Event, ...]:
    """By whom it was written to: a manager, or the clerk of the counter. Who reads it later changes nothing."""
    message = floor.messages.get(command.message)
    if message is None:
        raise Refusal("unknown_message")
    clerk = None if message.to == "manager" else post(floor, message.counter).clerk
    if context.actor.id != clerk and (context.actor.role != "manager" or message.to == "counter"):
        raise Refusal("not_allowed")
    return () if message.read is not None else (MessageAcknowledged(message=message.id, reader=context.actor.id),)


def raise_alarm(floor: Floor, command: RaiseAlarm, context: Context) -> tuple[Event, ...]:
    """A call for a colleague; nothing more while one is open that nobody answered."""
    own_post(floor, command.counter, context.actor)
    raised = open_alarm(floor, command.counter, context.now)
    return () if raised is not None and raised.clerk is None else (AlarmRaised(counter=command.counter),)


def acknowledge_alarm(floor: Floor, command: AcknowledgeAlarm, context: Context) -> tuple[Event, ...]:
    """Who goes there, the first counts; the counter's own clerk takes it back."""
    if command.counter not in floor.look.counters:
        raise Refusal("unknown_counter", counter=command.counter)
    raised = open_alarm(floor, command.counter, context.now)
    if raised is None:
        raise Refusal("no_alarm", counter=command.counter)
    if raised.clerk == context.actor.id:
        return ()
    if raised.clerk is not None:
        raise Refusal("alarm_answered", counter=command.counter, clerk=raised.clerk)
    return (AlarmAcknowledged(counter=command.counter, clerk=context.actor.id),)
