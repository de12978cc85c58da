"""What a centre has erased for its age is erased wherever its journal goes: no fault of a disk, and nothing that comes back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict
from sqlalchemy import select, text, update

from config.settings import sqlite_url
from server.domain.commands import Command
from server.domain.evolve import fold
from server.domain.floor import Floor
from server.keeping.retention import Retention
from server.national import wire
from server.national.node import quarantine
from server.national.node.parts import hash_at
from server.national.node.projection import Projection
from server.national.node.rows import page
from server.national.outbox import JournalOutbox
from server.national.restore import restore
from server.national.uplink import Reply
from server.store.centre import CentreStore
from server.store.journal import is_empty
from server.store.schema import day_sheets, journal, visits
from server.store.sheets import DaySheets
from tests.keeping.conftest import a_day
from tests.national.sim import the_node
from tests.national.test_restore import NOW, Line, everything
from tests.store.test_store import outside
from tests.support import SYSTEM, Clock, engine_over


class Centre:
    """A centre of sixteen months with its line to a node, which had everything before the old days were erased."""

    def __init__(self, folder: Path) -> None:
        clock = Clock()
        engine = engine_over(sqlite_url(folder), clock)
        for days in (0, 1, 120, 364):
            clock.pass_(days=days)
            a_day(engine, clock)
        self.store, self.line = engine._store, Line()
        self.line.send_all(self.store).stop()
        self.whole = {row["position"]: row for row in self.store.rows(0)}
        sheets = DaySheets(self.store, lambda: engine.floor, engine.do)
        while sheets.step():
            pass

        def submit(command: Command) -> None:
            engine.handle(command, SYSTEM)

        safe = max(self.whole)
        Retention(self.store, submit, engine.do, archived=lambda: safe, reported=sheets.holds).run(clock.now, engine.floor.day)
        self.sheets = parts(self.store)
        engine.stop()

    def damaged(self) -> dict[str, int]:
        with self.line.network.node.engine.connect() as connection:
            return quarantine.counts(connection)

    def at_node(self) -> list[wire.Row]:
        with self.line.network.node.engine.connect() as connection:
            return list(page(connection, "a", 1, 0, 10_000))

    def projected(self) -> tuple[set[str], int]:
        """The visits that the node counts, and how many records it could not read."""
        projection = Projection(self.line.network.node.engine)
        while projection.step():
            pass
        (skipped,) = self.line.network.node.all("SELECT skipped FROM centres")[0]
        return {visit for (visit,) in self.line.network.node.all("SELECT visit FROM visits WHERE lost = 0")}, skipped


def parts(store: CentreStore) -> set[Any]:
    return {tuple(row.values()) for row in store.read(select(*(one for one in day_sheets.c if one.name != "position")))}


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    yield Centre(tmp_path)
    the_node().restored()


def test_what_was_erased_does_not_come_back_from_the_node_and_reports_stay(centre: Centre, tmp_path: Path) -> None:
    centre.line.send_all(centre.store).stop()
    assert not any(wire.emptied(row) for row in centre.at_node()), "the node had it before"
    again = CentreStore(sqlite_url(tmp_path / "again"))
    (tmp_path / "again").mkdir()
    done = restore(again, centre.line)
    assert (done.position, done.damaged) == (centre.store.head(), ())
    assert everything(again, digests=False) == everything(centre.store, digests=False)
    assert again.verify() == centre.store.verify() == centre.store.head()
    assert fold(Floor(), again.today()) == fold(Floor(), centre.store.today())
    assert parts(again) == centre.sheets


def test_broken_off_before_the_erasure_was_done_again_it_is_done_at_the_next(
    centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.line.send_all(centre.store).stop()
    (tmp_path / "again").mkdir()
    again = CentreStore(sqlite_url(tmp_path / "again"))
    with monkeypatch.context() as patch:
        patch.setattr(DaySheets, "step", _no_power)
        with pytest.raises(OSError, match="no power"):
            restore(again, centre.line)
    assert not any(is_empty(row) for row in again.rows(0))
    assert restore(again, centre.line).fetched == 0
    assert everything(again, digests=False) == everything(centre.store, digests=False)
    assert parts(again) == centre.sheets


def _no_power(sheets: DaySheets) -> bool:
    raise OSError("no power")


def test_another_node_takes_the_emptied_rows_for_what_they_are(
    centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = centre.line = Line()
    calls: list[int] = []
    serve = new.network.serve

    def counted(name: str, path: str, body: bytes) -> Reply:
        reply = serve(name, path, body)
        calls.append(reply.status)
        return reply

    with monkeypatch.context() as patch:
        patch.setattr(new.network, "serve", counted)
        new.send_all(centre.store).stop()
    assert set(calls) == {200}, "nothing is refused as damaged first"
    assert [asdict(row) for row in centre.at_node()] == centre.store.rows(0)
    assert centre.damaged() == {}
    here = {str(row["visit"]) for row in centre.store.read(select(visits.c.visit))}
    assert centre.projected() == (here, 0)
    (tmp_path / "again").mkdir()
    again = CentreStore(sqlite_url(tmp_path / "again"))
    assert restore(again, new).damaged == ()
    assert everything(again, digests=False)["journal"] == everything(centre.store)["journal"]
    assert again.verify() == centre.store.head()


def test_a_row_that_only_looks_emptied_is_damaged(centre: Centre) -> None:
    """A disk that lost the text of a row: its actor is there still."""
    row = next(row for row in centre.store.rows(0) if row["type"] == "TicketIssued" and row["data"])
    _write(centre.store, row["position"], data="")
    new = centre.line = Line()
    new.send_all(centre.store).stop()
    assert centre.damaged() == {"a": 1}


def test_what_was_damaged_at_the_node_and_is_erased_here_is_awaited_no_more(centre: Centre) -> None:
    new = centre.line = Line()
    erased = next(row for row in centre.store.rows(0) if is_empty(row))
    # The disk was bad when the row was sent, and retention emptied it later.
    before = centre.whole[erased["position"]]
    _write(centre.store, erased["position"], data="\0 no record any more", actor=before["actor"], command=before["command"])
    new.send_all(centre.store).stop()
    assert centre.damaged() == {"a": 1}
    visits_before, _ = centre.projected()
    _write(centre.store, erased["position"], data="", actor="", command=erased["command"])
    uplink = new.send_all(centre.store)
    uplink.step(NOW)
    uplink.step(NOW)
    assert centre.damaged() == {}
    assert centre.projected() == (visits_before, 0)
    with new.network.node.engine.connect() as connection:
        assert hash_at(connection, "a", 1, erased["position"]) == erased["hash"]


def test_the_node_keeps_what_it_has_when_the_emptied_row_comes_again(centre: Centre) -> None:
    known = centre.at_node()
    rows = JournalOutbox(centre.store).rows(0, wire.ROWS_MOST, wire.LOOSE_MOST)
    assert any(wire.emptied(row) for row in rows)
    pulse = wire.Pulse(at=NOW, head=centre.store.head())
    batch = wire.Batch(sync=wire.SYNC, instance="instance-9", epoch=1, rows=tuple(rows[: len(known)]), pulse=pulse)
    assert centre.line.network.intake.take("a", batch, NOW).acked == len(known)
    assert centre.at_node() == known
    assert centre.damaged() == {}


def _write(store: CentreStore, position: int, **values: object) -> None:
    with outside(store.url) as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS journal_no_update"))
        connection.execute(update(journal).where(journal.c.position == position).values(values))
