"""The centre's store: appends what was decided in one durable transaction, and reads it back."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import IO, Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Delete, Executable, FromClause, RowMapping, Select, and_, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from server.domain.commands import Contact
from server.domain.events import (
    AppointmentBooked,
    AppointmentEnded,
    AppointmentMoved,
    DayOpened,
    Event,
    PlanPutOff,
    PlanScheduled,
    Record,
    RoomBooked,
    RoomBookingEnded,
)
from server.domain.floor import Visit
from server.domain.moment import microseconds, moment
from server.domain.pace import ALIKE, LEARNED_DAYS
from server.store import contacts, vouchers
from server.store import journal as rows
from server.store.database import Statement, claim, hold, reader, writer
from server.store.erasure import ERASED, erased_up_to, erasures
from server.store.schema import journal, replies, sessions, visits
from server.store.upgrade import upgrade

PROBE = 64 * 1024
BOOK_DAYS = 400
"""Longer than anybody can book ahead: what was booked or moved before that is over."""

_encoder = msgspec.json.Encoder()
_visit = msgspec.json.Decoder(Visit)
_BOOK = ("AppointmentBooked", "AppointmentMoved", "AppointmentEnded", "RoomBooked", "RoomBookingEnded")
_unprobe = delete(sessions).where(sessions.c.token == "probe")


class StoredReply(msgspec.Struct, frozen=True):
    """The answer once given to a command; `digest` tells a repeated command from another with the same id.

    It is empty in a database that was made again from the journal, which does not know it.
    """

    command: UUID
    digest: str
    position: int
    result: dict[str, Any]


class CentreStore:
    """One centre's database. `append` and `replies_of` belong to the writer's thread; the rest reads from any thread."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._writer = writer(url)
        self._reader = reader(url)
        self._connection: Connection | None = None
        self._claim: IO[str] | None = None
        self._hash = rows.GENESIS
        insert = postgresql.insert if self._writer.dialect.name == "postgresql" else sqlite.insert
        upsert = insert(visits)
        renewed = {column.name: upsert.excluded[column.name] for column in visits.c if column.name != "visit"}
        upsert = upsert.on_conflict_do_update(index_elements=[visits.c.visit], set_=renewed)
        self._upsert = Statement(upsert, self._writer.dialect)
        self._journal = Statement(journal.insert(), self._writer.dialect)
        self._replies = Statement(replies.insert(), self._writer.dialect)
        self._known: Callable[[Sequence[str]], Any] = lambda ids: select(replies).where(replies.c.command.in_(ids))

    def open(self) -> None:
        """Takes the right to write, migrates the schema and connects; Busy or any database error goes to the caller."""
        self._claim = claim(self._writer)
        try:
            upgrade(self._writer)
            self._connect()
        except Exception:
            self._release()
            raise

    def close(self) -> None:
        """Gives the connections back; on SQLite the log is folded into the file."""
        if self._connection is not None:
            self._fold_log(self._connection)
            self._connection.close()
            self._connection = None
        self._reader.dispose()
        self._release()

    def append(
        self, records: Sequence[Record], changed: Iterable[tuple[Visit, int]], answers: Sequence[StoredReply],
        more: Sequence[Executable] = (),
    ) -> None:  # fmt: skip
        """Journal rows, visit rows and replies in one transaction; on any error nothing of it is there.

        `changed` are visits with the position of the record that changed them last, `more` further statements (contacts).
        """
        previous, batch = self._hash, []
        for record in records:
            row = rows.to_row(record, previous)
            previous = row["hash"]
            batch.append(row)
        connection = self._connection or self._connect()
        try:
            with connection.begin():
                self._journal.run(connection, batch)
                if visit_rows := [_visit_row(visit, position) for visit, position in changed]:
                    self._upsert.run(connection, visit_rows)
                if answers:
                    self._replies.run(connection, [_reply_row(answer) for answer in answers])
                for statement in more:
                    connection.execute(statement)
        except Exception:
            self._drop()
            raise
        self._hash = previous
        if any(isinstance(record.event, DayOpened) for record in records) or any(isinstance(one, Delete) for one in more):
            self._fold_log(connection)

    def do(self, work: Callable[[Connection], None]) -> None:
        """Runs `work` in one transaction on the writer's connection."""
        connection = self._connection or self._connect()
        try:
            with connection.begin():
                work(connection)
        except Exception:
            self._drop()
            raise

    def put_back(
        self, connection: Connection, batch: Sequence[dict[str, Any]], changed: Iterable[tuple[Visit, int]],
        answers: Iterable[StoredReply],
    ) -> None:  # fmt: skip
        """Journal rows as they were elsewhere, with their visits and answers; for a database that is made again.

        A command may have an answer already, from the page before: that one holds.
        """
        self._journal.run(connection, batch)
        if visit_rows := [_visit_row(visit, position) for visit, position in changed]:
            self._upsert.run(connection, visit_rows)
        for answer in answers:
            here = replies.c.command == str(answer.command)
            if connection.execute(select(replies.c.position).where(here)).first() is None:
                self._replies.run(connection, [_reply_row(answer)])

    def erasures(self, events: Sequence[Event]) -> tuple[Executable, ...]:
        """What records of erasures change in the tables, for `append`."""
        return erasures(events, self._writer.dialect.name)

    def writable(self) -> bool:
        """Whether there is room for a commit: PROBE bytes are written and taken away again."""

        def probe(connection: Connection) -> None:
            connection.execute(sessions.insert(), {"token": "probe", "account": "", "csrf": "x" * PROBE, "until": 0})
            connection.execute(_unprobe)

        try:
            self.do(probe)
        except Exception:
            return False
        return True

    def replies_of(self, ids: Sequence[UUID]) -> dict[UUID, StoredReply]:
        """Answers already given to any of these commands."""
        connection = self._connection or self._connect()
        try:
            with connection.begin():
                found = connection.execute(self._known([str(i) for i in ids])).mappings().all()
        except Exception:
            self._drop()
            raise
        stored = (
            StoredReply(UUID(row["command"]), row["digest"], row["position"], msgspec.json.decode(row["result"])) for row in found
        )
        return {reply.command: reply for reply in stored}

    def today(self) -> list[Record]:
        """What rebuilds the present floor.

        The plan in force when the business day began, one that waited for its time then, what happened before to
        appointments that were not over then, and the day's records.
        """
        with self._reader.connect() as connection:
            opened = self._last(connection, "DayOpened", None)
            start = (opened or 1) - 1
            plan = self._last(connection, "PlanRevised", start)
            first = [] if plan is None else rows.read(connection, plan - 1, 1)
            return [
                *map(rows.to_record, first),
                *open_plan(map(rows.to_record, connection.execute(plans_to_come(journal, start)).mappings())),
                *open_book(map(rows.to_record, self._bookings(connection, start))),
                *map(rows.to_record, rows.read(connection, start)),
            ]

    def spare_vouchers(self, most: int) -> list[tuple[int, str]]:
        """Words for the visitors' network that nobody has yet, with their places in the list; on the writer's connection."""
        connection = self._connection or self._connect()
        with connection.begin():
            return [(n, code) for n, code in connection.execute(vouchers.spare(most))]

    def given_vouchers(self) -> dict[UUID, str]:
        """Words for the visitors' network by the slip that they are for, until that is printed."""
        with self._reader.connect() as connection:
            return {UUID(paper): code for paper, code in connection.execute(vouchers.given())}

    def contacts_on(self, day: str) -> dict[UUID, Contact]:
        """How to reach who has an appointment on a local day, by appointment."""
        with self._reader.connect() as connection:
            return contacts.on_day(connection, day)

    def since(self, position: int) -> list[Record]:
        """Records after a position."""
        with self._reader.connect() as connection:
            return [rows.to_record(row) for row in rows.read(connection, position)]

    def head(self) -> int:
        """The last journal position; 0 in an empty journal."""
        with self._reader.connect() as connection:
            return int(connection.execute(select(func.coalesce(func.max(journal.c.position), 0))).scalar_one())

    def scalar(self, query: Executable) -> Any:
        """The first value that a query finds, or None."""
        with self._reader.connect() as connection:
            return connection.execute(query).scalar()

    def read(self, query: Select[Any]) -> list[dict[str, Any]]:
        """What a query finds."""
        with self._reader.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def reading(self) -> Connection:
        """A connection that only reads, for as long as it is held open."""
        return self._reader.connect()

    def verify_today(self) -> int:
        """Checks the chain of the open business day only, as at every start; raises BrokenChain."""
        with self._reader.connect() as connection:
            start = (self._last(connection, "DayOpened", None) or 1) - 1
            previous = connection.execute(select(journal.c.hash).where(journal.c.position == start)).scalar()
            return rows.verify(rows.read(connection, start), previous or rows.GENESIS, start)[0]

    def verify(self) -> int:
        """Checks the whole hash chain and returns the last position; raises BrokenChain.

        What was emptied for its age holds its place by its hash, where a record of the journal says that it was.
        """
        with self._reader.connect() as connection:
            return rows.verify(rows.read(connection), emptied=erased_up_to(connection))[0]

    def rows(self, after: int, limit: int | None = None) -> list[dict[str, Any]]:
        """Journal rows as they stand, for tail and export."""
        with self._reader.connect() as connection:
            return [dict(row) for row in rows.read(connection, after, limit)]

    def visits_since(self, position: int, limit: int) -> list[dict[str, Any]]:
        """Visits whose last change lies after a position, in position order."""
        query = select(visits).where(visits.c.position > position).order_by(visits.c.position, visits.c.visit).limit(limit)
        with self._reader.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def visit(self, id: UUID) -> Visit | None:
        """The visit as it stands, of whatever day."""
        query = select(visits.c.data).where(visits.c.visit == str(id))
        with self._reader.connect() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else _visit.decode(found)

    def numbered(self, day: str, series: str, n: int) -> Visit | None:
        """The visit that has this number of this business day."""
        query = select(visits.c.data).where(visits.c.day == day, visits.c.series == series, visits.c.n == n)
        with self._reader.connect() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else _visit.decode(found)

    def history(self, before_day: str) -> list[tuple[str, datetime, datetime]]:
        """Service, begin and end of the served visits of the last days before one; only where one service had the time alone."""
        first = (date.fromisoformat(before_day) - timedelta(days=LEARNED_DAYS)).isoformat()
        query = select(visits.c.service, visits.c.served, visits.c.ended).where(
            visits.c.day >= first, visits.c.day < before_day, visits.c.end == "served", visits.c.served.is_not(None),
            visits.c.data.contains('"more":[]'),
        )  # fmt: skip
        with self._reader.connect() as connection:
            return [(service, moment(served), moment(ended)) for service, served, ended in connection.execute(query)]

    def arrivals(self, day: str) -> tuple[list[tuple[str, datetime]], str]:
        """Day and time of the visits of the last six such weekdays that had any, and the last day of all before one."""
        today = date.fromisoformat(day)
        alike = [(today - timedelta(weeks=n)).isoformat() for n in range(1, 9)]
        numbered = select(visits.c.day, visits.c.issued).where(visits.c.series.is_not(None))
        with self._reader.connect() as connection:
            last = connection.execute(select(func.max(visits.c.day)).where(visits.c.day < day)).scalar() or ""
            rows = [(of, moment(at)) for of, at in connection.execute(numbered.where(visits.c.day.in_(alike)))]
        kept = sorted({of for of, _ in rows}, reverse=True)[:ALIKE]
        return [(of, at) for of, at in rows if of in kept], last

    def visits_on(self, day: str) -> list[Visit]:
        """The visits of a business day as they stand."""
        query = select(visits.c.data).where(visits.c.day == day).order_by(visits.c.position, visits.c.visit)
        with self._reader.connect() as connection:
            return [_visit.decode(data) for data in connection.execute(query).scalars()]

    def _connect(self) -> Connection:
        connection = self._writer.connect()
        query = select(journal.c.hash).order_by(journal.c.position.desc()).limit(1)
        try:
            with connection.begin():
                hold(connection)
                self._hash = connection.execute(query).scalar() or rows.GENESIS
        except Exception:
            # Kept only with the present end of the chain: with an older one the next append would break it.
            connection.invalidate()
            connection.close()
            raise
        self._connection = connection
        return connection

    def _fold_log(self, connection: Connection) -> None:
        """On SQLite: the log into the file and cut to nothing, so that no erased contact stays in it."""
        if self._writer.dialect.name == "sqlite":
            connection.rollback()
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _release(self) -> None:
        if self._claim is not None:
            self._claim.close()
            self._claim = None

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    @staticmethod
    def _bookings(connection: Connection, until: int) -> Iterator[RowMapping]:
        """What happened to appointments, up to a position, in the days when what is open now can have been booked."""
        days = select(journal.c.position, journal.c.day).where(journal.c.type == "DayOpened", journal.c.position <= until + 1)
        opened = connection.execute(days.order_by(journal.c.position)).all()
        if not opened:
            return iter(())
        bound = (date.fromisoformat(opened[-1].day) - timedelta(days=BOOK_DAYS)).isoformat()
        since = next(position for position, day in opened if day >= bound)
        query = select(journal).where(
            journal.c.type.in_(_BOOK), journal.c.position.between(since, until), journal.c.data != ERASED
        )  # fmt: skip
        return iter(connection.execute(query.order_by(journal.c.position)).mappings())

    @staticmethod
    def _last(connection: Connection, kind: str, until: int | None) -> int | None:
        query = select(func.max(journal.c.position)).where(journal.c.type == kind)
        if until is not None:
            query = query.where(journal.c.position <= until)
        found: int | None = connection.execute(query).scalar()
        return found


def open_book(records: Iterable[Record]) -> list[Record]:
    """Those about appointments and bookings of rooms that are not over."""
    open_: dict[UUID, list[Record]] = {}
    for record in records:
        event = record.event
        if isinstance(event, AppointmentBooked | AppointmentMoved):
            open_.setdefault(event.appointment, []).append(record)
        elif isinstance(event, AppointmentEnded):
            open_.pop(event.appointment, None)
        elif isinstance(event, RoomBooked):
            open_[event.booking] = [record]
        elif isinstance(event, RoomBookingEnded):
            open_.pop(event.booking, None)
    return sorted((record for some in open_.values() for record in some), key=lambda record: record.position)


def plans_to_come(rows: FromClause, until: int) -> Select[Any]:
    """The rows, up to a position, that say whether a plan waits for its time."""
    begun = and_(rows.c.type == "PlanRevised", rows.c.data.contains('"scheduled":true'))
    said = or_(rows.c.type.in_(("PlanScheduled", "PlanWithdrawn", "PlanPutOff")), begun)
    return select(rows).where(said, rows.c.position <= until).order_by(rows.c.position)


def open_plan(records: Iterable[Record]) -> list[Record]:
    """Those about a plan that waits for its time, or could not be started then."""
    found: list[Record] = []
    for record in records:
        if isinstance(record.event, PlanScheduled):
            found = [record]
        elif isinstance(record.event, PlanPutOff):
            found = [*found, record]
        else:
            found = []
    return found


def _reply_row(reply: StoredReply) -> dict[str, Any]:
    return {
        "command": str(reply.command),
        "digest": reply.digest,
        "position": reply.position,
        "result": _encoder.encode(reply.result).decode(),
    }


def _visit_row(visit: Visit, position: int) -> dict[str, Any]:
    leg = visit.leg
    served = next((past.served for past in reversed(visit.legs) if past.served), None)
    return {
        "visit": str(visit.id),
        "day": visit.day,
        "series": visit.series,
        "n": visit.n,
        "number": visit.number,
        "service": visit.service,
        "queue": leg.queue,
        "state": visit.state,
        "counter": leg.counter,
        "issued": microseconds(visit.issued),
        "called": leg.called and microseconds(leg.called),
        "served": served and microseconds(served),
        "ended": leg.ended and microseconds(leg.ended) if visit.state == "ended" else None,
        "end": visit.end,
        "position": position,
        "data": _encoder.encode(visit).decode(),
    }
