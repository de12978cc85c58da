"""From records to visits: every centre's floor is made again with the centre's own code, and what it says is written down."""

import logging
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine, RowMapping, Select, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError

from server.domain.events import Event, PlanRevised, Record, VisitCorrected
from server.domain.evolve import evolve
from server.domain.evolve_ends import corrected
from server.domain.floor import Floor, Visit
from server.domain.moment import moment
from server.national.node.live import live
from server.national.node.parts import parts
from server.national.node.quarantine import forget, sound
from server.national.node.schema import centres, deliveries, epochs, visits
from server.national.node.visit_rows import services_of, visit_row
from server.store.centre import BOOK_DAYS, open_book, open_plan, plans_to_come
from server.store.journal import is_empty

log = logging.getLogger("rinda.projection")

STEP_ROWS = 2000
FLOORS_KEPT = 300

_encoder = msgspec.json.Encoder()
_event: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_visit = msgspec.json.Decoder(Visit)
_DAY = re.compile(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
"""As figures and pages reckon with it; a damaged row may say anything."""


_MARK = select(
    *(centres.c[name] for name in ("epoch", "acked", "projected_epoch", "projected")), (centres.c.plan == "{}").label("bare")
).where(centres.c.centre == bindparam("of"))


class _Changed(NamedTuple):
    """A visit after the record at a position, and whose service it came for by the plan of that time."""

    visit: Visit
    position: int
    institution: str


class _Made(NamedTuple):
    """What a step has made of rows: from a mark `before` to the mark `at`; visits above `lost_after` are to be marked first."""

    before: tuple[int, int]
    at: tuple[int, int]
    floor: Floor
    changed: dict[UUID, _Changed]
    values: dict[str, Any]
    lost_after: int | None


class Projection:
    """`step` brings one centre a little further; the marks are in the database, so that any process may go on at any time.

    What a step makes is worked out beside the intake, which may go on meanwhile, and written only if nobody else moved the mark.
    """

    def __init__(self, engine: Engine, read: Engine | None = None) -> None:
        self._engine, self._read = engine, read or engine
        self._floors: OrderedDict[str, tuple[int, int, Floor]] = OrderedDict()
        self._aside: dict[str, tuple[int, int]] = {}

    def step(self) -> bool:
        """Projects a batch of the centre that is farthest behind; False when every centre is level.

        A centre that cannot be projected is put aside until it sends more; the others go on.
        """
        behind = or_(centres.c.acked > centres.c.projected, centres.c.epoch != centres.c.projected_epoch)
        query = select(centres.c.centre, centres.c.epoch, centres.c.acked).where(behind)
        with self._read.connect() as connection:
            late = connection.execute(query.order_by((centres.c.acked - centres.c.projected).desc())).all()
        found = next((row for row in late if self._aside.get(row.centre) != (row.epoch, row.acked)), None)
        if found is None:
            return False
        try:
            self.bring(found.centre)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("%s cannot be projected from here on", found.centre)
            self._aside[found.centre] = (found.epoch, found.acked)
        return True

    def bring(self, centre: str) -> bool:
        """One batch of a centre, in one transaction with its mark; False if another process was faster."""
        with self._read.connect() as connection:
            made = self._made(connection, centre)
        with self._engine.begin() as connection:
            before = (centres.c.projected_epoch == made.before[0], centres.c.projected == made.before[1])
            moved = connection.execute(update(centres).where(centres.c.centre == centre, *before).values(made.values))
            if moved.rowcount != 1:
                self._floors.pop(centre, None)
                return False
            if made.lost_after is not None:
                _lose(connection, centre, made.lost_after)
            _write(connection, centre, made.at[0], made.changed.values())
        self._floors[centre] = (*made.at, made.floor)
        self._floors.move_to_end(centre)
        while len(self._floors) > FLOORS_KEPT:
            self._floors.popitem(last=False)
        return True

    def _made(self, connection: Connection, centre: str) -> "_Made":
        mark = connection.execute(_MARK, {"of": centre}).mappings().one()
        before = (mark["projected_epoch"], mark["projected"])
        epoch, after, lost_after = mark["epoch"], mark["projected"], None
        if epoch != mark["projected_epoch"]:
            lost_after, after = _turn_back(connection, centre, mark["projected_epoch"], epoch, after)
        begun = floor = self._floor(connection, centre, epoch, after)
        until = min(mark["acked"], after + STEP_ROWS)
        changed: dict[UUID, _Changed] = {}
        skipped = 0
        for row in _line(connection, centre, epoch, after, until):
            if is_empty(row):
                continue
            try:
                floor = _follow(connection, centre, floor, _record(row), changed)
            except Exception as error:
                # Of a newer version than ours, or damaged: the record is kept, and the rest must be told all the same.
                skipped += 1
                log.warning("%s: record %s (%s) is passed over: %s", centre, row["position"], row["type"], error)
        values: dict[str, Any] = {"projected_epoch": epoch, "projected": until, "live": _encoder.encode(live(floor)).decode()}
        if skipped:
            values["skipped"] = centres.c.skipped + skipped
        if floor.plan is not None and (floor.plan is not begun.plan or mark["bare"]):
            values["plan"] = _encoder.encode(floor.plan).decode()
        return _Made(before, (epoch, until), floor, changed, values, lost_after)

    def rebuild(self, centre: str) -> None:
        """Throws away what was made of a centre's records; `step` makes it again."""
        with self._engine.begin() as connection:
            forget(connection, centre)
        self._floors.pop(centre, None)

    def floor(self, centre: str) -> Floor:
        """The centre's floor at the node's mark, made anew."""
        with self._engine.connect() as connection:
            mark = connection.execute(select(centres).where(centres.c.centre == centre)).mappings().one()
            return _standing(connection, centre, mark["epoch"], mark["acked"])

    def _floor(self, connection: Connection, centre: str, epoch: int, at: int) -> Floor:
        kept = self._floors.get(centre)
        return kept[2] if kept is not None and kept[:2] == (epoch, at) else _standing(connection, centre, epoch, at)


def _follow(connection: Connection, centre: str, floor: Floor, record: Record, changed: dict[UUID, _Changed]) -> Floor:
    """The floor after a record; visits that it touched are put into `changed`."""
    floor = evolve(floor, record)
    if isinstance(record.event, PlanRevised):
        for moved in record.event.moved:
            other = floor.visits[moved.visit]
            changed[moved.visit] = _Changed(other, record.position, _holder(floor, other.service))
    id = getattr(record.event, "visit", None)
    if id is None:
        return floor
    if (visit := floor.visits.get(id)) is not None:
        changed[id] = _Changed(visit, record.position, _holder(floor, visit.service))
    elif isinstance(record.event, VisitCorrected):
        past = _past(connection, centre, id, record.position, changed)
        if past is not None:
            # Whose service it was then does not change because it is put right under a later plan.
            changed[id] = _Changed(corrected(past.visit, record.event, record.position), record.position, past.institution)
    return floor


def _past(connection: Connection, centre: str, id: UUID, position: int, changed: dict[UUID, _Changed]) -> _Changed | None:
    """A visit of an earlier day as it was before the record at a position; None where that record is in it already."""
    if id in changed:
        return changed[id]
    mine = (visits.c.centre == centre, visits.c.visit == str(id), visits.c.position < position, visits.c.lost == 0)
    found = connection.execute(select(visits.c.data, visits.c.position, visits.c.institution).where(*mine)).first()
    return None if found is None else _Changed(_visit.decode(found.data), found.position, found.institution)


def _line_query(connection: Connection, centre: str, epoch: int) -> Select[Any]:
    """The rows of the line of an epoch that came whole: its own, and those of the epochs before until the next one began."""
    table = sound(connection, centre)
    each = parts(connection, centre, epoch, table)
    return select(table).where(table.c.centre == centre, or_(*(and_(table.c.epoch == one, part) for one, part in each)))


def _line(connection: Connection, centre: str, epoch: int, after: int, until: int) -> Iterator[RowMapping]:
    query = _line_query(connection, centre, epoch)
    position = query.selected_columns["position"]
    query = query.where(position > after, position <= until).order_by(position)
    return iter(connection.execute(query).mappings())


def _standing(connection: Connection, centre: str, epoch: int, at: int) -> Floor:
    """The floor after the row `at`, from the records that the centre itself would begin with (CentreStore.today)."""
    if at == 0:
        return Floor()
    line = _line_query(connection, centre, epoch).subquery()

    def last(kind: str, until: int) -> int:
        found = select(func.max(line.c.position)).where(line.c.type == kind, line.c.position <= until)
        return connection.execute(found).scalar() or 0

    opened = last("DayOpened", at)
    start = max(opened - 1, 0)
    plan = last("PlanRevised", start)
    floor = Floor()
    first = list(_readable(_line(connection, centre, epoch, plan - 1, plan))) if plan else []
    while plan and not first:
        # A damaged one was passed over; the plan before it stayed in force.
        plan = last("PlanRevised", plan - 1)
        first = list(_readable(_line(connection, centre, epoch, plan - 1, plan)))
    day = connection.execute(select(line.c.day).where(line.c.position == opened)).scalar() if opened else None
    booked: list[Record] = []
    if day and _DAY.fullmatch(day):
        bound = (date.fromisoformat(day) - timedelta(days=BOOK_DAYS)).isoformat()
        kinds = ("AppointmentBooked", "AppointmentMoved", "AppointmentEnded", "RoomBooked", "RoomBookingEnded")
        query = select(line).where(line.c.type.in_(kinds), line.c.position <= start, line.c.day >= bound)
        booked = open_book(_readable(connection.execute(query.order_by(line.c.position)).mappings()))
    coming = open_plan(_readable(connection.execute(plans_to_come(line, start)).mappings()))
    for record in (*first, *coming, *booked):
        floor = evolve(floor, record)
    for row in _line(connection, centre, epoch, start, at):
        with suppress(Exception):
            floor = evolve(floor, _record(row))
    return floor


def _turn_back(connection: Connection, centre: str, before: int, epoch: int, projected: int) -> tuple[int, int]:
    """A new epoch began: after which row what was made is lost, and the position to go on from.

    That is the beginning of the first day of which a visit was changed by a lost row: what is written of it is too young, and
    it is made again.
    """
    bases = select(epochs.c.base).where(epochs.c.centre == centre, epochs.c.epoch > before, epochs.c.epoch <= epoch)
    base = min(projected, *connection.execute(bases).scalars())
    gone = select(func.min(visits.c.day)).where(visits.c.centre == centre, visits.c.position > base, visits.c.lost == 0)
    first = connection.execute(gone).scalar()
    line = _line_query(connection, centre, epoch).subquery()
    opened = select(func.max(line.c.position)).where(line.c.type == "DayOpened", line.c.position <= base)
    if first is not None:
        opened = opened.where(line.c.day <= first)
    return base, max((connection.execute(opened).scalar() or 0) - 1, 0)


def _lose(connection: Connection, centre: str, base: int) -> None:
    gone = select(visits.c.visit).where(visits.c.centre == centre, visits.c.position > base)
    for table in (deliveries, visits):
        connection.execute(update(table).where(table.c.centre == centre, table.c.visit.in_(gone)).values(lost=1))


def _readable(rows: Iterable[RowMapping]) -> Iterator[Record]:
    """Those that are not damaged, nor of a newer version."""
    for row in rows:
        with suppress(Exception):
            yield _record(row)


def _record(row: RowMapping) -> Record:
    if row["day"] and not _DAY.fullmatch(row["day"]):
        raise ValueError(f"{row['day']!r} is no day")
    return Record(
        position=row["position"], day=row["day"], at=moment(row["at"]), actor=row["actor"], command=UUID(row["command"]),
        event=_event.decode(row["data"]),
    )  # fmt: skip


def _holder(floor: Floor, service: str) -> str:
    """Whose service it is by the plan in force."""
    services = floor.plan.services if floor.plan is not None else ()
    return next((one.institution for one in services if one.code == service), "")


def _write(connection: Connection, centre: str, epoch: int, changed: Iterable[_Changed]) -> None:
    rows: list[dict[str, Any]] = []
    given: list[dict[str, Any]] = []
    for visit, position, institution in changed:
        rows.append(visit_row(centre, epoch, visit, position, institution))
        if visit.end is not None:
            given += services_of(centre, visit)
    if not rows:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    put = insert(visits)
    renewed = {column.name: put.excluded[column.name] for column in visits.c if not column.primary_key}
    connection.execute(put.on_conflict_do_update(index_elements=["centre", "visit"], set_=renewed), rows)
    for some in _chunks([row["visit"] for row in rows]):
        connection.execute(delete(deliveries).where(deliveries.c.centre == centre, deliveries.c.visit.in_(some)))
    if given:
        connection.execute(deliveries.insert(), given)


def _chunks(names: Sequence[str], most: int = 500) -> Iterator[Sequence[str]]:
    for at in range(0, len(names), most):
        yield names[at : at + most]
