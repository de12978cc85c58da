"""Decisions about visitors at a kiosk who need a person."""

from server.domain.commands import AnswerHelp, CallHelp
from server.domain.context import Context
from server.domain.events import Event, HelpAnswered, HelpCalled
from server.domain.floor import Floor, open_help
from server.domain.refusal import Refusal
from server.domain.slips import kiosk_named


def call_help(floor: Floor, command: CallHelp, context: Context) -> tuple[Event, ...]:
    """A visitor asks for a person; while a call is open another one changes nothing."""
    kiosk = kiosk_named(floor, context.actor.id)
    return () if open_help(floor, kiosk.code, context.now) is not None else (HelpCalled(kiosk=kiosk.code),)


def answer_help(floor: Floor, command: AnswerHelp, context: Context) -> tuple[Event, ...]:
    """The actor goes there; whoever says so second hears who went, and need not go."""
    kiosk = kiosk_named(floor, command.kiosk)
    called = open_help(floor, kiosk.code, context.now)
    if called is None:
        raise Refusal("no_help_called", kiosk=kiosk.code)
    if called.clerk == context.actor.id:
        return ()
    if called.clerk is not None:
        raise Refusal("help_coming", clerk=called.clerk, kiosk=kiosk.code)
    return (HelpAnswered(kiosk=kiosk.code, clerk=context.actor.id),)
