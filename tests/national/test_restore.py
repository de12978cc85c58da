"""A centre that burned is made again from the node, and one with a copy of its database from that."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from config import CATALOGUE, LOADS
from config.load import load_catalogue, load_visitors
from config.settings import sqlite_url
from server.cli import main
from server.domain import commands as c
from server.domain.evolve import fold
from server.domain.floor import Floor
from server.engine import Engine
from server.national import wire
from server.national.outbox import JournalOutbox
from server.national.restore import restore
from server.national.uplink import Reply, Uplink
from server.simulation.run import run
from server.store.centre import CentreStore
from server.store.journal import BrokenChain
from server.store.schema import journal, replies, visits
from tests.national.alive import Alive
from tests.national.sim import Journal, Network, the_node
from tests.support import KIOSK, SYSTEM, Clock, demo_plan, service_of

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
EVENING = datetime(2026, 10, 6, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def burned(tmp_path_factory: pytest.TempPathFactory) -> CentreStore:
    """The database of a centre after a day."""
    folder = tmp_path_factory.mktemp("burned")
    load = load_visitors(LOADS / "p4.toml", load_catalogue(CATALOGUE))
    run(demo_plan(), load, 1, date(2026, 10, 6), 1, data=folder)
    return CentreStore(sqlite_url(folder))


class Line:
    """A node with one centre, and a line to it that works."""

    def __init__(self, journal: type[Journal] = Journal) -> None:
        self.network = Network(0, journal)
        self.network.faulty, self.calls = 0.0, 0
        self.fails_after: int | None = None

    def __call__(self, path: str, body: bytes) -> Reply:
        self.calls += 1
        if self.fails_after is not None and self.calls > self.fails_after:
            raise OSError("cut")
        if path == "reread":
            said = wire.unpack(body, wire.Reread)
            return Reply(200, wire.pack(self.network.intake.reread("a", said, NOW)))
        return self.network.serve("a", path, body)

    def send_all(self, store: CentreStore) -> Uplink:
        uplink = Uplink(
            JournalOutbox(store), self, "instance-1", lambda head, since: wire.Pulse(at=NOW, head=head), self.network.chance
        )
        while uplink.step(NOW) == 0:
            pass
        assert uplink.state.acked == store.head()
        return uplink


def everything(store: CentreStore, *, digests: bool = True) -> dict[str, list[Any]]:
    """The journal, the visits and the answers as they stand in the tables."""
    skipped = () if digests else ("digest",)
    return {
        table.name: sorted(
            tuple(row.values()) for row in store.read(select(*(one for one in table.c if one.name not in skipped)))
        )
        for table in (journal, visits, replies)
    }


@pytest.fixture
def line(burned: CentreStore) -> Iterator[Line]:
    """A node that has all of the centre's rows; nobody else speaks for it."""
    found = Line()
    found.send_all(burned).stop()
    found.calls = 0
    yield found
    the_node().restored()


def test_a_burned_centre_comes_back_as_it_was(burned: CentreStore, line: Line, tmp_path: Path) -> None:
    again = CentreStore(sqlite_url(tmp_path))
    done = restore(again, line)
    assert (done.position, done.epoch, done.fetched, done.damaged) == (burned.head(), 1, burned.head(), ())
    assert again.verify() == burned.head()
    assert everything(again, digests=False) == everything(burned, digests=False)
    assert fold(Floor(), again.today()) == fold(Floor(), burned.today())


def test_its_numbers_go_on_and_its_line_in_the_same_epoch(burned: CentreStore, line: Line, tmp_path: Path) -> None:
    store = CentreStore(sqlite_url(tmp_path))
    restore(store, line)
    last = max(visit.n or 0 for visit in store.visits_on("2026-10-06") if visit.series == "A")
    clock = Clock(EVENING)
    engine = Engine(store, clock=clock)
    engine.start()
    plan = engine.floor.plan
    assert plan is not None
    engine.handle(c.RevisePlan(plan=replace(plan, hours=None)), SYSTEM)
    took = next(row for row in store.rows(0) if row["type"] == "TicketIssued" and row["actor"].startswith("kiosk:"))
    before = engine.floor.position
    repeated = engine.handle(c.TakeTicket(service=service_of(plan)), KIOSK, UUID(took["command"]))
    assert repeated.position == took["position"]
    assert engine.floor.position == before, "a number that a kiosk asks for once more is the one that it has"
    service = next(queue for queue in plan.queues if queue.letter == "A").services[0]
    assert engine.handle(c.TakeTicket(service=service), KIOSK).result["number"] == f"A{last + 1:03d}"
    uplink = line.send_all(store)
    engine.stop()
    assert uplink.state.epoch == 1
    assert store.verify() == uplink.state.acked


def test_broken_off_and_begun_again_it_is_the_same(burned: CentreStore, line: Line, tmp_path: Path) -> None:
    line.fails_after = 1
    again = CentreStore(sqlite_url(tmp_path))
    with pytest.raises(OSError, match="cut"):
        restore(again, line)
    assert 0 < again.head() < burned.head()
    line.fails_after = None
    done = restore(again, line)
    assert done.fetched < done.position == burned.head()
    assert everything(again, digests=False)["visits"] == everything(burned)["visits"]
    assert again.verify() == burned.head()


def test_a_centre_with_other_records_is_left_alone(burned: CentreStore, line: Line, tmp_path: Path) -> None:
    other = CentreStore(sqlite_url(tmp_path))
    engine = Engine(other, clock=Clock(EVENING))
    engine.start()
    engine.handle(c.RevisePlan(plan=demo_plan()), SYSTEM)
    engine.stop()
    before = everything(other)
    with pytest.raises(ValueError, match="not the node's"):
        restore(other, line)
    assert everything(other) == before


def test_a_damaged_row_comes_back_as_the_node_has_it(tmp_path: Path) -> None:
    line = Line(journal=Alive)
    server = line.network.sites[0].servers[0]
    for _ in range(20):
        server.journal.add(line.network.chance, NOW)
    server.journal.damage(6, data="\0 no record any more")
    while server.uplink.step(NOW) == 0:
        pass
    store = CentreStore(sqlite_url(tmp_path))
    done = restore(store, line)
    assert (done.position, done.damaged) == (server.journal.head(), (6,))
    with pytest.raises(BrokenChain, match="position 6"):
        store.verify()


def test_a_copy_of_the_database_is_verified_and_brought_back(
    burned: CentreStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(burned.url.removeprefix("sqlite:///")).parent
    copy, fresh = tmp_path / "copy.db", tmp_path / "fresh"
    assert main(["backup", str(copy), "--data", str(folder)]) == 0
    assert f"{burned.head()} records" in capsys.readouterr().out
    assert main(["backup", str(copy), "--data", str(folder)]) == 2, "a copy is not written over"
    assert main(["restore", str(copy), "--data", str(fresh)]) == 0
    assert main(["restore", str(copy), "--data", str(fresh)]) == 2, "nor is a database"
    assert everything(CentreStore(sqlite_url(fresh))) == everything(burned)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "fresh"]


def test_a_copy_that_somebody_changed_is_no_copy(burned: CentreStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(burned.url.removeprefix("sqlite:///")).parent
    copy = tmp_path / "copy.db"
    assert main(["backup", str(copy), "--data", str(folder)]) == 0
    with sqlite3.connect(copy) as changed:
        changed.execute("DROP TRIGGER journal_no_update")
        changed.execute("UPDATE journal SET actor = 'nobody' WHERE position = 7")
    changed.close()
    assert main(["restore", str(copy), "--data", str(tmp_path / "fresh")]) == 2
    assert "position 7" in capsys.readouterr().err
    assert not (tmp_path / "fresh" / "rinda.db").exists()
    copy.write_bytes(b"no database")
    assert main(["restore", str(copy), "--data", str(tmp_path / "fresh")]) == 2
