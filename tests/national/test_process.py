"""The real programs with a bad line between: two intakes on one PostgreSQL and a centre, everything killed in mid-flow.

In the end the node has the centre's journal to the row, each row once.
"""

import http.client
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from server.national.enrol import enrol
from server.national.node.database import open_engines
from server.national.node.register import Register
from tests.house import ROOT, House, free_port, until
from tests.national.servers import Postgres
from tests.national.test_postgres import NOW
from tests.national.toxic import Toxic

ROUNDS = 7
SECONDS = 60


class Intake:
    """`rinda national serve` as a program."""

    def __init__(self, folder: Path, url: str, *options: str) -> None:
        folder.mkdir(parents=True)
        self.port, self.folder = free_port(), folder
        self._arguments = [
            sys.executable, "-m", "server.cli", "national", "serve", "--port", str(self.port), "--database", url,
            "--key", str(folder.parent / "node.key"), "--lease", "3", *options,
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Intake":
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self._arguments, cwd=ROOT, stderr=log)
        return self

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


class Crowd:
    """Visitors who take numbers at one centre, on a thread, whatever happens to it."""

    def __init__(self, house: House) -> None:
        self._house, self._stop, self.taken = house, threading.Event(), 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        services: list[str] = []
        for tried in count():
            if self._stop.wait(0.01):
                return
            try:
                services = services or [one["service"] for one in self._house.data("menu", "demo-manager")["services"]]
                if self._house.submit("TakeTicket", {"service": services[tried % len(services)]}).status == 200:
                    self.taken += 1
            except (OSError, http.client.HTTPException, AssertionError):
                services = []

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A server of the test's own: it will be killed."""
    found = Postgres()
    yield found
    found.close()


def journal(house: House) -> list[tuple[Any, ...]]:
    """The centre's rows."""
    with sqlite3.connect(f"file:{house.folder / 'rinda.db'}?mode=ro", uri=True) as database:
        return database.execute("SELECT position, day, at, type, actor, command, data, hash FROM journal ORDER BY 1").fetchall()


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.timeout(300)
def test_whatever_is_killed_the_node_has_the_centre_to_the_row(postgres: Postgres, tmp_path: Path) -> None:
    chance = random.Random(7)
    write, read = open_engines(postgres.url)
    register = Register(write)
    register.add("a")
    code = register.invite("a", NOW.now(NOW.tzinfo))
    intakes = [Intake(tmp_path / "one", postgres.url), Intake(tmp_path / "two", postgres.url, "--no-projections")]
    line = Toxic([one.port for one in intakes])
    house = House(tmp_path / "house", options=("--patience", "4"))
    crowd = None
    try:
        for one in intakes:
            one.start()
        until(lambda: _reached(line), "an intake answers", SECONDS)
        enrol(f"http://127.0.0.1:{line.port}", code, house.folder)
        house.start()
        crowd = Crowd(house)
        for what in ("slow", "intake", "cut", "centre", "limit", "postgres", "slices")[:ROUNDS]:
            before = _stored(postgres) or 0
            if what == "slow":
                line.delay_s, line.rate = 0.05, 20_000
            elif what == "intake":
                (victim := chance.choice(intakes)).kill()
                victim.start()
            elif what == "cut":
                line.cut()
            elif what == "centre":
                house.kill()
                house.start()
            elif what == "limit":
                line.limit = chance.randrange(500, 5_000)
            elif what == "postgres":
                postgres.kill()
                postgres.start()
            else:
                line.piece = 40
            until(lambda before=before: (_stored(postgres) or 0) > before, f"the line goes on: {what}", SECONDS)
            line.free()
        crowd.stop()
        head = len(journal(house))
        until(lambda: _stored(postgres) == head, "level", SECONDS)
        rows = postgres.sql("SELECT position, day, at, type, actor, command, data, hash FROM events ORDER BY position, epoch")
        assert rows == journal(house), "row for row, each once"
        assert postgres.sql("SELECT epoch FROM centres") == [(1,)]
        assert crowd.taken > 20
        shown = "SELECT projected = acked FROM centres"
        until(lambda: postgres.sql(shown) == [(True,)], "projected", SECONDS)
        tickets = sum(row[3] == "TicketIssued" for row in journal(house))
        assert postgres.sql("SELECT count(*) FROM visits WHERE lost = 0") == [(tickets,)]
    finally:
        if crowd is not None:
            crowd.stop()
        house.stop()
        for one in intakes:
            if one.process is not None:
                one.kill()
        line.close()
        for engine in (write, read):
            engine.dispose()


def _stored(postgres: Postgres) -> int | None:
    try:
        return int(str(postgres.sql("SELECT acked FROM centres")[0][0]))
    except Exception:
        return None


def _reached(line: Toxic) -> bool:
    import requests

    try:
        return requests.post(f"http://127.0.0.1:{line.port}/sync/v1/nothing", timeout=5).status_code == 404
    except OSError:
        return False
