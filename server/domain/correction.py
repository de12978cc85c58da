"""Putting the record of a visit right that is over, also one of an earlier day."""

from server.domain.commands import CorrectVisit
from server.domain.context import Context
from server.domain.events import Event
from server.domain.floor import Floor
from server.domain.refusal import Refusal


def correct_visit(floor: Floor, command: CorrectVisit, context: Context) -> tuple[Event, ...]:
    """The true end and times, with the reason; the old ones stay in the journal."""
    raise Refusal("server_error")
