"""From what was decided to what is recorded: events in their places in the journal, and the floor after them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from server.domain.context import Actor
from server.domain.events import DayOpened, Event, PlanRevised, Record, VisitCorrected
from server.domain.evolve import evolve
from server.domain.evolve_ends import corrected
from server.domain.floor import Floor, Visit


class Followed(Struct, frozen=True):
    """The floor after a decision, its records, and every visit they touched with the position that changed it last."""

    floor: Floor
    records: tuple[Record, ...]
    changed: tuple[tuple[Visit, int], ...]


def follow(
    floor: Floor, events: tuple[Event, ...], command: UUID, actor: Actor, now: datetime, past: Visit | None = None
) -> Followed:
    """The visits are taken on the way: those that the turn of the day ends are not on the floor after it.

    `past` is the visit of an earlier day that a correction is about.
    """
    records, changed = [], {}
    for event in events:
        day = event.day if isinstance(event, DayOpened) else floor.day
        record = Record(position=floor.position + 1, day=day, at=now, actor=str(actor), command=command, event=event)
        floor = evolve(floor, record)
        records.append(record)
        id = getattr(event, "visit", None)
        if id is not None and (visit := floor.visits.get(id)) is not None:
            changed[visit.id] = (visit, record.position)
        elif isinstance(event, PlanRevised):
            changed |= {moved.visit: (floor.visits[moved.visit], record.position) for moved in event.moved}
        elif isinstance(event, VisitCorrected) and past is not None:
            changed[past.id] = (corrected(past, event, record.position), record.position)
    return Followed(floor, tuple(records), tuple(changed.values()))
