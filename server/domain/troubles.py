"""What needed seeing to today: when it began, who saw it when, and when it ended. The server notes it as its alerts change."""

from server.domain.commands import NoteTroubles, SeeTrouble
from server.domain.context import Context
from server.domain.events import Event, TroubleBegan, TroubleEnded, TroubleSeen
from server.domain.floor import Floor
from server.domain.refusal import Refusal


def note_troubles(floor: Floor, command: NoteTroubles, context: Context) -> tuple[Event, ...]:
    """What is new began, what is not named any more has ended; the same once more changes nothing."""
    here = {(one.kind, one.about) for one in command.troubles}
    ended = [TroubleEnded(kind=kind, about=about) for kind, about in sorted(floor.troubles) if (kind, about) not in here]
    began = [TroubleBegan(kind=kind, about=about) for kind, about in sorted(here) if (kind, about) not in floor.troubles]
    return (*ended, *began)


def see_trouble(floor: Floor, command: SeeTrouble, context: Context) -> tuple[Event, ...]:
    """The first who sees it counts."""
    known = floor.troubles.get((command.kind, command.about))
    if known is None:
        raise Refusal("unknown_trouble")
    return () if known.seen is not None else (TroubleSeen(kind=command.kind, about=command.about, clerk=context.actor.id),)
