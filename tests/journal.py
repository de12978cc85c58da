"""What the journal alone says of visits: an account of its own, folded from the first record to the last."""

from collections.abc import Iterable
from uuid import UUID

from server.domain.events import Record, VisitCorrected
from server.domain.evolve import evolve
from server.domain.evolve_ends import corrected
from server.domain.floor import Floor, Visit


def visits_of(records: Iterable[Record]) -> dict[UUID, tuple[Visit, int]]:
    """Every visit of every day, with the position of the last record about it."""
    floor, found = Floor(), dict[UUID, tuple[Visit, int]]()
    for record in records:
        floor = evolve(floor, record)
        id = getattr(record.event, "visit", None)
        if id in floor.visits:
            found[id] = (floor.visits[id], record.position)
        elif isinstance(record.event, VisitCorrected):
            found[id] = (corrected(found[id][0], record.event, record.position), record.position)
    return found
