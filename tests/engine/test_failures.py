"""The database fails, by real means: the floor stays the durable one, the commands are refused, the next one works."""

import os
import queue
import select
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, create_engine, make_url

from server.domain import commands as c
from server.domain.events import TicketIssued
from server.domain.refusal import Refusal
from server.engine import Done, Engine
from server.store.centre import CentreStore
from server.store.database import Busy
from tests.conftest import need
from tests.engine.test_engine import Box, numbers, refused, rows, together
from tests.support import CLERK, KIOSK, SYSTEM, Clock, demo_plan, engine_over, service_of, tiny_plan

TAKE = c.TakeTicket(service=service_of(tiny_plan()))


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_over(f"sqlite:///{tmp_path}/centre.db")
    yield engine
    engine.stop()


def fill_up(engine: Engine) -> None:
    """SQLite says that the disk is full, on the writer's connection, until that is opened anew."""

    def limit(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    engine.do(limit)


def test_a_full_database_refuses_the_batch_and_the_next_one_works(sqlite: Engine) -> None:
    sqlite.handle(c.OpenCounter(counter="1"), CLERK)
    fill_up(sqlite)
    before = sqlite.floor
    ids = [uuid4() for _ in range(300)]
    box = Box(sqlite)
    for id in ids:
        box.submit(TAKE, id=id)
    replies = box.all()
    lost = [id for id, reply in zip(ids, replies, strict=True) if isinstance(reply, Refusal)]
    assert lost
    assert {reply.code for reply in replies if isinstance(reply, Refusal)} == {"not_stored"}
    issued = {r.command for r in sqlite._store.since(before.position) if isinstance(r.event, TicketIssued)}
    assert issued == set(ids) - set(lost)
    for id in lost:
        assert isinstance(sqlite.handle(TAKE, KIOSK, id), Done)
    assert numbers(sqlite) == list(range(1, 301))
    assert not sqlite.broken
    assert sqlite._store.verify() == sqlite.floor.position


def test_the_floor_stays_at_the_last_durable_one(sqlite: Engine) -> None:
    """A big plan does not fit any more; it must not be in force in memory either."""
    fill_up(sqlite)
    before = sqlite.floor
    assert refused(sqlite, c.RevisePlan(plan=demo_plan()), SYSTEM) == "not_stored"
    assert sqlite.broken
    assert sqlite.floor is before
    assert sqlite.handle(TAKE, KIOSK).position == before.position + 1
    assert not sqlite.broken
    assert sqlite.floor.plan == tiny_plan()


FULL_DISK = """
import resource, signal, sys
from server.domain.refusal import Refusal
from tests.engine.test_failures import TAKE
from tests.support import KIOSK, engine_over
from uuid import uuid4

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
engine = engine_over("sqlite:///" + sys.argv[1])
for _ in range(5):
    engine.handle(TAKE, KIOSK)
size = __import__("os").stat(sys.argv[1] + "-wal").st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 1000, resource.RLIM_INFINITY))
ids = [uuid4() for _ in range(4)]
for id in ids:
    try:
        engine.handle(TAKE, KIOSK, id)
        sys.exit("a write went through a full disk")
    except Refusal as refusal:
        assert refusal.code == "not_stored", refusal.code
assert engine.broken
assert len(engine.floor.visits) == 5
assert engine._store.verify() == 7
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
for id in ids:
    print(engine.handle(TAKE, KIOSK, id).result["number"])
assert not engine.broken
assert engine._store.verify() == 11
engine.stop()
"""


def test_a_disk_that_stays_full_for_a_while(tmp_path: Path) -> None:
    """The file may not grow (RLIMIT_FSIZE): every command is refused, reading goes on, and then it works again."""
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "centre.db")],
        capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["A006", "A007", "A008", "A009"]
    assert run.stderr.count("cannot write to the database") == 1  # told on the edge, once


def test_a_database_that_is_locked_for_long(sqlite: Engine, tmp_path: Path) -> None:
    """Somebody else holds the write lock: refused after the busy time-out, and the hash chain goes on unbroken."""
    sqlite.do(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=1") and None)
    other = create_engine(f"sqlite:///{tmp_path}/centre.db")
    with other.connect() as connection:
        connection.connection.dbapi_connection.isolation_level = None  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        assert refused(sqlite, TAKE, KIOSK) == "not_stored"
        connection.exec_driver_sql("ROLLBACK")
    other.dispose()
    sqlite.handle(TAKE, KIOSK)
    assert numbers(sqlite) == [1]
    assert sqlite._store.verify() == 3


def attempt(engine: Engine, id: UUID) -> str:
    """The number, or the code of the refusal."""
    try:
        return str(engine.handle(TAKE, KIOSK, id).result["number"])
    except Refusal as refusal:
        return refusal.code


def kill_writer(url: str) -> None:
    """Every connection of the database but this one is terminated by the server."""
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    rows(url, query)


def test_postgresql_throws_the_writer_out(postgres_url: str) -> None:
    engine = engine_over(postgres_url)
    try:
        engine.handle(TAKE, KIOSK)
        engine._store.head()
        before = engine.floor
        kill_writer(postgres_url)
        id = uuid4()
        assert refused(engine, TAKE, KIOSK, id) == "not_stored"
        assert engine.floor is before
        assert engine.handle(TAKE, KIOSK, id).result["number"] == "A002"
        assert not engine.broken
        assert engine._store.verify() == 4
    finally:
        engine.stop()


def test_postgresql_throws_the_writer_out_under_load(postgres_url: str) -> None:
    """Clients that repeat with the same id until they are told a number: each gets one, and nothing is left over."""
    engine = engine_over(postgres_url)
    got, stop = queue.SimpleQueue[str](), threading.Event()

    def client() -> None:
        for _ in range(15):
            id = uuid4()
            while (told := attempt(engine, id)) == "not_stored":
                pass
            got.put(told)

    def nemesis() -> None:
        while not stop.wait(0.02):
            kill_writer(postgres_url)

    threads = [threading.Thread(target=client) for _ in range(8)]
    killer = threading.Thread(target=nemesis)
    killer.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    killer.join()
    try:
        assert sorted(got.get() for _ in range(120)) == [f"A{n:03d}" for n in range(1, 121)]
        assert numbers(engine) == list(range(1, 121))
        assert engine._store.verify() == 122
    finally:
        engine.stop()


class Wire:
    """A line to PostgreSQL that can be cut after a COMMIT has arrived there and before its answer is back."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        folder = str(address.query["host"])
        self._server = f"{folder}/.s.PGSQL.{address.port or 5432}"
        self._folder = tempfile.TemporaryDirectory(prefix="wire-")
        self._ear = socket.socket(socket.AF_UNIX)
        self._ear.bind(f"{self._folder.name}/.s.PGSQL.5432")
        self._ear.listen()
        self.url = address.set(port=5432).update_query_dict({"host": self._folder.name}).render_as_string(hide_password=False)
        self.cut_next_commit = threading.Event()
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._ear.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        far = socket.socket(socket.AF_UNIX)
        far.connect(self._server)
        with suppress(OSError), near, far:
            doomed = False
            while True:
                for ready in select.select([near, far], [], [])[0]:
                    data = ready.recv(65536)
                    if not data or (doomed and ready is far):
                        self.cuts += doomed
                        return  # the server has answered the COMMIT; nobody hears it
                    if ready is near and b"COMMIT" in data and self.cut_next_commit.is_set():
                        self.cut_next_commit.clear()
                        doomed = True
                    (far if ready is near else near).sendall(data)

    def close(self) -> None:
        self._ear.close()
        self._folder.cleanup()


@pytest.fixture
def wire(postgres_url: str) -> Iterator[Wire]:
    need("PostgreSQL with a Unix socket", "host" in make_url(postgres_url).query and os.name == "posix")
    line = Wire(postgres_url)
    yield line
    line.close()


def test_a_commit_whose_answer_is_lost_took_place_once(wire: Wire) -> None:
    """The doubt: refused as not stored, though it is; the same id again is told what was stored the first time."""
    engine = engine_over(wire.url)
    woken: list[int] = []
    engine.wake = lambda records: woken.extend(record.position for record in records)
    try:
        engine.handle(TAKE, KIOSK)
        id = uuid4()
        wire.cut_next_commit.set()
        assert refused(engine, TAKE, KIOSK, id) == "not_stored"
        assert wire.cuts == 1
        assert engine.handle(TAKE, KIOSK, id).result["number"] == "A002"
        assert engine.handle(TAKE, KIOSK).result["number"] == "A003"
        assert numbers(engine) == [1, 2, 3]
        assert engine._store.verify() == 5
        engine.do(lambda connection: None)
        assert sorted(set(woken)) == [3, 4, 5]  # devices are told of the one that was in doubt, too
    finally:
        engine.stop()


def test_the_floor_catches_up_with_a_commit_in_doubt_at_the_next_tick(wire: Wire) -> None:
    engine = engine_over(wire.url)
    woken: list[int] = []
    engine.wake = lambda records: woken.extend(record.position for record in records)
    try:
        wire.cut_next_commit.set()
        assert refused(engine, TAKE, KIOSK) == "not_stored"
        assert len(engine.floor.visits) == 0
        engine.handle(c.Tick(), SYSTEM)
        assert [visit.number for visit in engine.floor.visits.values()] == ["A001"]
        engine.do(lambda connection: None)
        assert woken == [3]
    finally:
        engine.stop()


def test_other_commands_go_on_after_a_commit_in_doubt(wire: Wire) -> None:
    engine = engine_over(wire.url)
    try:
        engine.handle(c.OpenCounter(counter="1"), CLERK)
        ids = [uuid4() for _ in range(5)]

        def fill(box: Box) -> None:
            for id in ids:
                box.submit(TAKE, id=id)

        assert all(isinstance(reply, Done) for reply in together(engine, fill))
        wire.cut_next_commit.set()
        lost = uuid4()
        assert refused(engine, c.CallNext(counter="1"), CLERK, lost) == "not_stored"
        assert refused(engine, c.CallNext(counter="1"), CLERK) == "counter_busy"
        assert engine.handle(c.CallNext(counter="1"), CLERK, lost).result["number"] == "A001"
        engine.handle(c.Serve(counter="1"), CLERK)
        assert engine._store.verify() == engine.floor.position
    finally:
        engine.stop()


def test_a_restart_after_a_commit_in_doubt(wire: Wire, postgres_url: str) -> None:
    engine = engine_over(wire.url)
    id = uuid4()
    wire.cut_next_commit.set()
    assert refused(engine, TAKE, KIOSK, id) == "not_stored"
    engine.stop()
    again = engine_over(postgres_url, Clock())
    try:
        assert again.handle(TAKE, KIOSK, id).result["number"] == "A001"
        assert numbers(again) == [1]
    finally:
        again.stop()


def test_a_second_writer_is_turned_away(url: str, start: Callable[[], Engine]) -> None:
    one = start()
    with pytest.raises(Busy, match="another program writes"):
        CentreStore(url).open()
    assert one.handle(TAKE, KIOSK).result["number"] == "A001"
    one.stop()
    assert start().handle(TAKE, KIOSK).result["number"] == "A002"


def test_a_second_writer_that_got_in_all_the_same_overwrites_nothing(
    url: str, start: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As from another machine over a network drive: the journal stays one chain and no number is given twice."""
    monkeypatch.setattr("server.store.centre.claim", lambda engine: None)
    monkeypatch.setattr("server.store.centre.hold", lambda connection: None)
    one, other = start(), start()
    assert one.handle(TAKE, KIOSK).result["number"] == "A001"
    assert other.handle(TAKE, KIOSK).result["number"] == "A002"
    assert one.handle(TAKE, KIOSK).result["number"] == "A003"
    assert numbers(one) == [1, 2, 3]
    assert one._store.verify() == other._store.head() == 5
    assert rows(url, "SELECT count(*) AS n FROM visits") == [{"n": 3}]
