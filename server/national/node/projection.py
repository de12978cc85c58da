"""From records to visits: every centre's floor is made again with the centre's own code, and what it says is written down."""

import logging
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine, RowMapping, Select, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.domain.events import Event, Record, VisitCorrected
from server.domain.evolve import corrected, evolve
from server.domain.floor import Floor, Visit
from server.domain.moment import microseconds, moment
from server.domain.shares import clock_minutes, shares
from server.national.node.parts import parts
from server.national.node.live import live
from server.national.node.schema import centres, deliveries, epochs, events, visits
from server.store.centre import BOOK_DAYS, open_book

log = logging.getLogger("rinda.projection")

STEP_ROWS = 2000
FLOORS_KEPT = 300

_encoder = msgspec.json.Encoder()
_event: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_visit = msgspec.json.Decoder(Visit)


class Projection:
    """`step` brings one centre a little further; the marks are in the database, so that any process may go on at any time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._floors: OrderedDict[str, tuple[int, int, Floor]] = OrderedDict()

    def step(self) -> bool:
        """Projects a batch of the centre that is farthest behind; False when every centre is level."""
        behind = or_(centres.c.acked > centres.c.projected, centres.c.epoch != centres.c.projected_epoch)
        order = centres.c.acked - centres.c.projected
        with self._engine.connect() as connection:
            name = connection.execute(select(centres.c.centre).where(behind).order_by(order.desc()).limit(1)).scalar()
        if name is None:
            return False
        self.bring(name)
        return True

    def bring(self, centre: str) -> None:
        """One batch of a centre, in one transaction with its mark."""
        with self._engine.begin() as connection:
            mark = connection.execute(select(centres).where(centres.c.centre == centre).with_for_update()).mappings().one()
            epoch, after = mark["epoch"], mark["projected"]
            if epoch != mark["projected_epoch"]:
                after = _turn_back(connection, centre, mark["projected_epoch"], epoch, after)
                self._floors.pop(centre, None)
            floor = self._floor(connection, centre, epoch, after)
            rows = list(_line(connection, centre, epoch, after, mark["acked"], STEP_ROWS))
            changed: dict[UUID, tuple[Visit, int]] = {}
            skipped = 0
            for row in rows:
                try:
                    floor = _follow(connection, centre, floor, _record(row), changed)
                except Exception as error:
                    # Of a newer version than ours, or damaged: the record is kept, and the rest must be told all the same.
                    skipped += 1
                    log.warning("%s: record %s (%s) is passed over: %s", centre, row["position"], row["type"], error)
            _write(connection, centre, epoch, changed.values())
            values: dict[str, Any] = {"projected_epoch": epoch, "projected": rows[-1]["position"] if rows else after}
            if skipped:
                values["skipped"] = mark["skipped"] + skipped
            if rows:
                values["live"] = _encoder.encode(live(floor)).decode()
                if floor.plan is not None:
                    values["plan"] = _encoder.encode(floor.plan).decode()
            connection.execute(update(centres).where(centres.c.centre == centre).values(values))
        self._floors[centre] = (epoch, values["projected"], floor)
        self._floors.move_to_end(centre)
        while len(self._floors) > FLOORS_KEPT:
            self._floors.popitem(last=False)

    def rebuild(self, centre: str) -> None:
        """Throws away what was made of a centre's records; `step` makes it again."""
        with self._engine.begin() as connection:
            for table in (deliveries, visits):
                connection.execute(delete(table).where(table.c.centre == centre))
            here = update(centres).where(centres.c.centre == centre)
            connection.execute(here.values(projected=0, projected_epoch=1, skipped=0, live="{}", plan="{}"))
        self._floors.pop(centre, None)

    def floor(self, centre: str) -> Floor:
        """The centre's floor at the node's mark, made anew."""
        with self._engine.connect() as connection:
            mark = connection.execute(select(centres).where(centres.c.centre == centre)).mappings().one()
            return _standing(connection, centre, mark["epoch"], mark["acked"])

    def _floor(self, connection: Connection, centre: str, epoch: int, at: int) -> Floor:
        kept = self._floors.get(centre)
        return kept[2] if kept is not None and kept[:2] == (epoch, at) else _standing(connection, centre, epoch, at)


def _follow(connection: Connection, centre: str, floor: Floor, record: Record, changed: dict[UUID, tuple[Visit, int]]) -> Floor:
    """The floor after a record; visits that it touched are put into `changed`."""
    floor = evolve(floor, record)
    id = getattr(record.event, "visit", None)
    if id is None:
        return floor
    if (visit := floor.visits.get(id)) is not None:
        changed[id] = (visit, record.position)
    elif isinstance(record.event, VisitCorrected) and (past := _past(connection, centre, id, changed)) is not None:
        changed[id] = (corrected(past, record.event, record.position), record.position)
    return floor


def _past(connection: Connection, centre: str, id: UUID, changed: dict[UUID, tuple[Visit, int]]) -> Visit | None:
    if id in changed:
        return changed[id][0]
    query = select(visits.c.data).where(visits.c.centre == centre, visits.c.visit == str(id))
    found = connection.execute(query).scalar()
    return None if found is None else _visit.decode(found)


def _line_query(connection: Connection, centre: str, epoch: int) -> Select[Any]:
    """The rows of the line of an epoch: its own, and those of the epochs before up to where the next one began."""
    each = parts(connection, centre, epoch)
    return select(events).where(events.c.centre == centre, or_(*(and_(events.c.epoch == one, part) for one, part in each)))


def _line(
    connection: Connection, centre: str, epoch: int, after: int, until: int, most: int | None = None
) -> Iterator[RowMapping]:
    query = _line_query(connection, centre, epoch).where(events.c.position > after, events.c.position <= until)
    return iter(connection.execute(query.order_by(events.c.position).limit(most)).mappings())


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
    first = list(_line(connection, centre, epoch, plan - 1, plan)) if plan else []
    day = connection.execute(select(line.c.day).where(line.c.position == opened)).scalar() if opened else None
    booked: list[Record] = []
    if day:
        bound = (date.fromisoformat(day) - timedelta(days=BOOK_DAYS)).isoformat()
        kinds = ("AppointmentBooked", "AppointmentMoved", "AppointmentEnded")
        query = select(line).where(line.c.type.in_(kinds), line.c.position <= start, line.c.day >= bound)
        booked = open_book(map(_record, connection.execute(query.order_by(line.c.position)).mappings()))
    for record in (*map(_record, first), *booked):
        floor = evolve(floor, record)
    for row in _line(connection, centre, epoch, start, at):
        with suppress(Exception):
            floor = evolve(floor, _record(row))
    return floor


def _turn_back(connection: Connection, centre: str, before: int, epoch: int, projected: int) -> int:
    """A new epoch began: what was made of rows that are not on its line is marked as lost; the position to go on from."""
    bases = select(epochs.c.base).where(epochs.c.centre == centre, epochs.c.epoch > before, epochs.c.epoch <= epoch)
    base = min(projected, *connection.execute(bases).scalars())
    gone = select(visits.c.visit).where(visits.c.centre == centre, visits.c.position > base)
    for table in (deliveries, visits):
        connection.execute(update(table).where(table.c.centre == centre, table.c.visit.in_(gone)).values(lost=1))
    # Visits of that day are made again from the day's own beginning, for what was written of them is younger than the base.
    line = _line_query(connection, centre, epoch).subquery()
    opened = select(func.max(line.c.position)).where(line.c.type == "DayOpened", line.c.position <= base)
    return max((connection.execute(opened).scalar() or 0) - 1, 0)


def _record(row: RowMapping) -> Record:
    return Record(
        position=row["position"], day=row["day"], at=moment(row["at"]), actor=row["actor"], command=UUID(row["command"]),
        event=_event.decode(row["data"]),
    )  # fmt: skip


def _write(connection: Connection, centre: str, epoch: int, changed: Iterable[tuple[Visit, int]]) -> None:
    rows: list[dict[str, Any]] = []
    given: list[dict[str, Any]] = []
    for visit, position in changed:
        rows.append(_visit_row(centre, epoch, visit, position))
        if visit.end is not None:
            given += _delivered(centre, visit)
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


def _visit_row(centre: str, epoch: int, visit: Visit, position: int) -> dict[str, Any]:
    leg = visit.leg
    called = next((past.called for past in visit.legs if past.called), None)
    served = next((past.served for past in reversed(visit.legs) if past.served), None)
    return {
        "centre": centre, "visit": str(visit.id), "epoch": epoch, "position": position, "lost": 0, "day": visit.day,
        "month": visit.day[:7], "number": visit.number, "service": visit.service, "origin": visit.origin,
        "channel": visit.channel, "end": visit.end, "issued": microseconds(visit.issued),
        "series": visit.series, "called": called and microseconds(called), "served": served and microseconds(served),
        "ended": microseconds(leg.ended) if leg.ended and visit.end else None, "low": visit.low, "high": visit.high,
        "middle_s": visit.middle_s, "corrected": visit.corrected,
        "data": _encoder.encode(visit).decode(),
    }  # fmt: skip


def _delivered(centre: str, visit: Visit) -> Iterator[dict[str, Any]]:
    """As `server.reports.delivered` counts: quantities count, minutes do not multiply with them."""
    now = visit.leg.ended or visit.issued
    for n, (one, minutes) in enumerate(zip(visit.delivered, shares(visit.delivered, clock_minutes(visit, now)), strict=True), 1):
        yield {
            "centre": centre, "visit": str(visit.id), "n": n, "lost": 0, "day": visit.day, "month": visit.day[:7],
            "institution": one.institution, "service": one.service, "kind": one.counts or one.kind, "own_kind": one.kind,
            "channel": one.channel, "outcome": one.outcome, "why": one.why, "redirected_to": one.redirected_to,
            "alone": one.alone, "scanned": one.scanned, "printed": one.printed, "quantity": one.quantity, "minutes": minutes,
        }  # fmt: skip
