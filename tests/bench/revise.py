"""Another plan while 1,000 people wait, passed over already: one durable transaction, against the same rows bare."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter, process_time

from msgspec.structs import replace

from config.plan import Plan
from server.demo import always_open
from server.domain import commands as c
from server.domain.context import Actor
from server.engine import Engine
from server.store.centre import CentreStore
from tests.bench.report import Row, quantile
from tests.support import demo_plan

WAITING, CALLED = 1_000, 40
GOAL_S = 0.1
SYSTEM, MANAGER, KIOSK = Actor("system", "bench"), Actor("manager", "demo-manager"), Actor("kiosk", "kiosk-1")


def revise(quick: bool) -> Iterator[Row]:
    """Two plans in turn: one with another calling rule, which sorts everybody anew, and one in which half of all go elsewhere."""
    plan = replace(always_open(demo_plan()), booking=None)
    for name, other in (("another rule", _ruled(plan)), ("half of them to another queue", _joined(plan))):
        ours, bare, cpu, moved = _measured(plan, other, 10 if quick else 40)
        took, base = min(ours), min(bare)  # always the same work: the least disturbed run is the truest
        work = quantile(cpu, 0.95)
        yield Row(
            name=f"a plan for {WAITING:,} waiting visits, {name} ({moved} moved) / the same rows bare",
            ours=f"{took * 1000:.1f} ms", baseline=f"{base * 1000:.1f} ms", ratio=took / base, goal="ours < 100 ms",
            met=took < GOAL_S,
        )  # fmt: skip
        yield Row(
            name="  its CPU time, 95 of 100 / its wall time there", ours=f"{work * 1000:.1f} ms",
            baseline=f"{quantile(ours, 0.95) * 1000:.1f} ms", ratio=None, goal="ours < 100 ms", met=work < GOAL_S,
        )  # fmt: skip


def _ruled(plan: Plan) -> Plan:
    profiles = (replace(one, calling=replace(one.calling, order="target")) for one in plan.profiles)
    return replace(plan, profiles=tuple(profiles))


def _joined(plan: Plan) -> Plan:
    """The first half of the queues give their services to the last one of all."""
    half = len(plan.queues) // 2
    gone = {queue.code for queue in plan.queues[:half]}
    services = tuple(service for queue in plan.queues[:half] for service in queue.services)
    *kept, last = plan.queues[half:]
    queues = (*kept, replace(last, services=(*last.services, *services)))
    profiles = (replace(one, queues=tuple(q for q in one.queues if q not in gone)) for one in plan.profiles)
    return replace(plan, queues=queues, profiles=tuple(profiles))


def _measured(plan: Plan, other: Plan, rounds: int) -> tuple[list[float], list[float], list[float], int]:
    """Seconds of each revision, there and back, of the bare commit of the rows that it wrote, and of CPU; visits that moved."""
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as folder:
        path = Path(folder) / "rinda.db"
        engine = Engine(CentreStore(f"sqlite:///{path}"))
        engine.start()
        engine.handle(c.RevisePlan(plan=plan), SYSTEM)
        engine.handle(c.Tick(), SYSTEM)
        engine.handle(c.OpenCounter(counter="1"), MANAGER)
        services = [queue.services[n % len(queue.services)] for n in range(3) for queue in plan.queues]
        for n in range(WAITING + CALLED):
            engine.handle(c.TakeTicket(service=services[n % len(services)]), KIOSK)
        last = [visit.id for visit in engine.floor.visits.values() if visit.number][-CALLED:]
        for visit in last:  # everybody was passed over so often
            engine.handle(c.CallVisit(counter="1", visit=visit, note="bench"), MANAGER)
            engine.handle(c.NoShow(counter="1"), MANAGER)
        ours, cpu = [], []
        for n in range(rounds):
            began, worked = perf_counter(), process_time()
            engine.handle(c.RevisePlan(plan=plan if n % 2 else other), MANAGER)
            ours.append(perf_counter() - began)
            cpu.append(process_time() - worked)
        waiting = sum(visit.state == "waiting" for visit in engine.floor.visits.values())
        assert waiting == WAITING, f"{WAITING - waiting} lost"
        with closing(sqlite3.connect(path)) as database:
            row = database.execute("SELECT * FROM journal WHERE type = 'PlanRevised' ORDER BY position DESC LIMIT 1").fetchone()
            changed = database.execute("SELECT * FROM visits WHERE position = ?", (row[0],)).fetchall()
            moved = len(changed)
            named = "SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name IN ('journal', 'visits')"
            tables = [sql for (sql,) in database.execute(named)]
        engine.stop()
        return ours, _bare(Path(folder) / "bare.db", tables, row, changed, rounds), cpu, moved


def _bare(path: Path, tables: list[str], row: tuple[object, ...], changed: list[tuple[object, ...]], rounds: int) -> list[float]:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            database.execute(f"PRAGMA {pragma}")
        for sql in tables:
            database.execute(sql)
        taken = []
        for n in range(rounds):
            began = perf_counter()
            database.execute("BEGIN IMMEDIATE")
            database.execute(f"INSERT INTO journal VALUES ({','.join('?' * len(row))})", (n + 1, *row[1:]))
            for visit in changed:
                database.execute(f"INSERT OR REPLACE INTO visits VALUES ({','.join('?' * len(visit))})", visit)
            database.execute("COMMIT")
            taken.append(perf_counter() - began)
        return taken
