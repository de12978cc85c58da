"""A centre's database made again from the node: the same journal byte for byte, and what the journal alone can say."""

from collections.abc import Callable, Container, Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from server.domain.events import Record, RetentionDone, VisitCorrected
from server.domain.evolve import evolve
from server.domain.evolve_ends import corrected
from server.domain.floor import Floor, Visit
from server.domain.reply import result
from server.national.uplink import Send
from server.national.wire import SYNC, Page, Reread, Row, emptied, pack, unpack
from server.store import journal
from server.store.centre import CentreStore, StoredReply
from server.store.journal import GENESIS, chain
from server.store.sheets import DaySheets


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """The last position, how many rows came from the node, and which of them do not match their own hash."""

    position: int
    epoch: int
    fetched: int
    damaged: tuple[int, ...] = ()


def restore(store: CentreStore, send: Send, told: Callable[[int, int], None] = lambda done, of: None) -> Restored:
    """Fetches what the store does not have yet; its server must not run (Busy). May be broken off and begun again.

    ValueError where the store has records that the node has not: such a centre restores nothing, it sends. The epoch goes on,
    for the journal ends where the node's does. What never travels is not there again: contacts, accounts, devices. What was
    erased here for its age is erased again, once the sheets of its days are made: the node has it, this centre no more.
    """
    store.open()
    try:
        return _restore(store, send, told)
    finally:
        store.close()


def _restore(store: CentreStore, send: Send, told: Callable[[int, int], None]) -> Restored:
    began = after = store.head()
    previous = _hash_at(store, after)
    again = _Again(store)
    for known in store.rows(0):
        if not journal.is_empty(known):
            again.follow(_record(known))
    again.taken()
    again.erase()
    bad: list[int] = []
    if after:
        _same_there(store, send, after)
    while True:
        page = _page(send, after)
        if not page.rows:
            if after != page.acked:
                raise ValueError(f"the node has {page.acked} records and gave only {after}")
            return Restored(position=after, epoch=page.epoch, fetched=after - began, damaged=tuple(bad))
        for row in page.rows:
            if row.position != after + 1:
                raise ValueError(f"the node gave record {row.position} where {after + 1} was due")
            covered = chain(previous, row.position, row.day, row.at, row.actor, row.command, row.data)
            if row.hash != covered and not emptied(row):
                bad.append(row.position)
            after, previous = row.position, row.hash
        again.keep(page.rows, bad)
        told(after, page.acked)


def _same_there(store: CentreStore, send: Send, position: int) -> None:
    page = _page(send, position - 1)
    if not page.rows or page.rows[0].hash != _hash_at(store, position):
        raise ValueError(f"record {position} here is not the node's: this database is not a part of what the node has")


def _page(send: Send, after: int) -> Page:
    reply = send("reread", pack(Reread(sync=SYNC, after=after)))
    if reply.status != 200:
        raise OSError(f"the node answered {reply.status}: {reply.body[:200].decode('utf-8', 'replace')}")
    return unpack(reply.body, Page)


def _hash_at(store: CentreStore, position: int) -> str:
    return str(store.rows(position - 1, 1)[0]["hash"]) if position else GENESIS


def _record(row: Any) -> Record:
    return journal.to_record(row)


class _Again:
    """The floor, its visits and the replies, made again on the way through the journal."""

    def __init__(self, store: CentreStore) -> None:
        self._store, self._floor = store, Floor()
        self._changed: dict[UUID, tuple[Visit, int]] = {}
        self._erased: list[RetentionDone] = []

    def follow(self, record: Record) -> None:
        """The floor after a record, with the visit that it is about."""
        self._floor = evolve(self._floor, record)
        if isinstance(record.event, RetentionDone):
            self._erased.append(record.event)
        id = getattr(record.event, "visit", None)
        if id is None:
            return
        if (visit := self._floor.visits.get(id)) is not None:
            self._changed[id] = (visit, record.position)
        elif isinstance(record.event, VisitCorrected):
            past = self._changed[id][0] if id in self._changed else self._store.visit(id)
            if past is not None:
                self._changed[id] = (corrected(past, record.event, record.position), record.position)

    def taken(self) -> list[tuple[Visit, int]]:
        """The visits that changed since this was asked last."""
        changed, self._changed = list(self._changed.values()), {}
        return changed

    def keep(self, rows: Sequence[Row], bad: Container[int]) -> None:
        """Writes a page: rows as they came, visits, and an answer for every command that is sent once more."""
        given = [msgspec.structs.asdict(row) for row in rows]
        answers = list(self._answers(given, bad))
        visits = self.taken()

        def work(connection: Connection) -> None:
            self._store.put_back(connection, given, visits, answers)

        self._store.do(work)
        self.erase()

    def erase(self) -> None:
        """Does again what the erasures did that were met since; reports of those days stay."""
        done, self._erased = self._erased, []
        if not done:
            return
        sheets = DaySheets(self._store, lambda: self._floor, self._store.do)
        while sheets.step():
            pass

        def work(connection: Connection) -> None:
            for one in self._store.erasures(done):
                connection.execute(one)

        self._store.do(work)

    def _answers(self, given: Sequence[dict[str, Any]], bad: Container[int]) -> Iterator[StoredReply]:
        for command, some in groupby(given, key=lambda row: row["command"]):
            events = []
            for row in some:
                if journal.is_empty(row):
                    continue
                try:
                    record = _record(row)
                    self.follow(record)
                except Exception as error:
                    if row["position"] in bad:
                        continue
                    raise ValueError(f"record {row['position']} ({row['type']}) cannot be read: {error}") from error
                events.append(record.event)
            if events:
                yield StoredReply(UUID(command), "", self._floor.position, result(self._floor, tuple(events)))
