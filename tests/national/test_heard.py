"""What the node said last outlives a restart: a server that starts while the node is away knows what waits for it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gevent.event import Event

from config.settings import sqlite_url
from server.bridge import Outside
from server.domain import commands as c
from server.engine import Engine
from server.national import line as line_module
from server.national import wire
from server.national.heard import NAME
from server.national.line import CentreLine
from server.national.papers import Papers
from server.national.uplink import Reply
from server.national.wire import ROWS_MOST, Ack, Batch, Welcome
from server.protocol import Status
from server.store.centre import CentreStore
from server.store.journal import GENESIS
from tests.support import KIOSK, SYSTEM, Clock, service_of, tiny_plan

PAPERS = Papers(node="http://127.0.0.1:9", centre="cesis", secret="s")


class Node:
    """Takes everything, or is away; it knows only what came since this line began."""

    def __init__(self, papers: Papers) -> None:
        self.acked = 0

    def __call__(self, path: str, body: bytes) -> Reply:
        if path == "hello":
            return Reply(200, wire.plain(Welcome(epoch=1, acked=0, hash=GENESIS, archived=0)))
        if path == "events" and (rows := wire.unpack(body, Batch).rows):
            self.acked = rows[-1].position
        return Reply(200, wire.plain(Ack(acked=self.acked, archived=0, now=datetime.now(UTC), rows=ROWS_MOST)))

    def close(self) -> None:
        """Nothing to hang up."""


class Away(Node):
    """Nobody answers."""

    def __call__(self, path: str, body: bytes) -> Reply:
        raise ConnectionRefusedError(111, "Connection refused")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CentreStore]:
    """A centre with a day under way."""
    found = CentreStore(sqlite_url(tmp_path))
    engine = Engine(found, clock=Clock())
    engine.start()
    engine.handle(c.RevisePlan(plan=tiny_plan()), SYSTEM)
    engine.handle(c.Tick(), SYSTEM)
    engine.stop()
    yield found
    found.close()


@pytest.fixture
def told(store: CentreStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Node]], Status]:
    """What the line says first of all when it has come to an end with a node: level with it, or down."""

    def run(node: type[Node]) -> Status:
        monkeypatch.setattr(line_module, "Sender", node)
        said, done = list[Status](), Event()

        def tell(device: str, status: Status) -> None:
            said.append(status)
            if status.state != "up" or not status.unsent:
                done.set()

        line = CentreLine(PAPERS, store, tell, Outside(1), folder=tmp_path)
        line.start()
        assert done.wait(20)
        line.stop()
        return said[-1]

    return run


def take(store: CentreStore, count: int) -> None:
    engine = Engine(store, clock=Clock())
    engine.start()
    for _ in range(count):
        engine.handle(c.TakeTicket(service=service_of(tiny_plan())), KIOSK)
    engine.stop()


def test_only_what_came_since_is_said_to_wait(store: CentreStore, told: Callable[[type[Node]], Status]) -> None:
    assert (told(Away).unsent, store.head()) == (store.head(), store.head()), "nothing was heard yet"
    assert told(Node).unsent == 0
    before = store.head()
    take(store, 3)
    down = told(Away)
    assert (down.state, down.unsent) == ("down", store.head() - before)
    first = next(iter(store.rows(before, 1)))
    assert down.unsent_since is not None
    assert int(down.unsent_since.timestamp() * 1_000_000) == first["at"]
    assert told(Away).unsent == store.head() - before, "a second start knows it too"


KEPT = {
    "empty": b"",
    "cut": b"{",
    "another journal": b'{"acked":4,"hash":"0"}',
    "beyond": b'{"acked":9000,"hash":""}',
    "before all": b'{"acked":-1,"hash":""}',
    "deep": b"[" * 9000,
}


@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
def test_a_mark_of_another_journal_is_none(
    store: CentreStore, told: Callable[[type[Node]], Status], tmp_path: Path, kept: bytes
) -> None:
    take(store, 3)
    (tmp_path / NAME).write_bytes(kept)
    assert told(Away).unsent == store.head()


def test_a_disk_that_takes_nothing_costs_the_line_nothing(
    store: CentreStore, told: Callable[[type[Node]], Status], tmp_path: Path
) -> None:
    (tmp_path / NAME).mkdir()
    assert told(Node).state == "up"
    assert told(Away).unsent == store.head()
