"""The report of calls, by hand and against a recount from the journal's events alone."""

from datetime import datetime, timedelta
from statistics import median_low
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain import commands as c
from server.domain.context import Actor
from server.domain.events import CallShown, CallSpoken, Record, StepUndone, TicketIssued, VisitCalled, VisitRecalled
from server.domain.floor import Proof, Summons, Visit
from server.domain.refusal import Refusal
from server.reports import REPORTS
from tests.conftest import drawn
from tests.journal import visits_of
from tests.reports.made import leg, visit
from tests.support import BOARD, CLERK, KIOSK, MORNING, SYSTEM, Scene, service_of, tiny_plan

PLAN = tiny_plan()
ZONE_OF = {queue.code: queue.zone for queue in PLAN.queues}
COUNTS = ("summons", "in_time", "later", "never", "spoken")


def rows(visits: list[Visit]) -> list[dict[str, Any]]:
    table = REPORTS["calls"]([visits])
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def summons(calls: int, zone: str = "hall", *, shown: tuple[tuple[str, float], ...] = (), spoken: bool = False) -> Summons:
    """Made at MORNING; shown by zones so many seconds later."""
    proofs = tuple(Proof(zone=where, at=MORNING + timedelta(seconds=after)) for where, after in shown)
    return Summons(
        calls=calls, at=MORNING, zone=zone, shown=proofs, spoken=(Proof(zone=zone, at=MORNING),) if spoken else ()
    )  # fmt: skip


def test_by_hand() -> None:
    day = [
        visit(1, leg(0, 0, summons=(
            summons(1, shown=(("hall", 0.25),), spoken=True), summons(2, shown=(("hall", 2.0),)), summons(3),
        ))),
        visit(2, leg(0, 0, summons=(summons(1, shown=(("side", 0.1), ("hall", 3.5))),))),  # where the visitor waits counts
        visit(3, leg(0, 0, summons=(summons(1, "side", shown=(("hall", 0.5),)),))),  # only the counter's zone has a board
        visit(4, leg(0, 0, summons=(summons(1, shown=(("hall", -1.0),)),))),  # the clock was set back meanwhile
        visit(5, leg(0)),
    ]  # fmt: skip
    assert rows(day) == [
        {"day": "2026-03-16", "zone": "hall", "summons": 5, "in_time": 3, "later": 1, "never": 1, "spoken": 1,
         "shown_median_ms": 250},
        {"day": "2026-03-16", "zone": "side", "summons": 1, "in_time": 1, "later": 0, "never": 0, "spoken": 0,
         "shown_median_ms": 500},
    ]  # fmt: skip
    assert rows([visit(1, leg(0, 0, summons=(summons(1),)))])[0]["shown_median_ms"] is None


def recount(records: list[Record]) -> dict[tuple[str, str], dict[str, int]]:
    """What the events say: a step back that undoes a call takes away the summons since that call."""
    facts: dict[UUID, tuple[str, str]] = {}
    made: dict[UUID, list[list[tuple[datetime, dict[str, datetime], list[datetime]]]]] = {}
    for record in records:
        event = record.event
        match event:
            case TicketIssued():
                facts[event.visit], made[event.visit] = (event.day, ZONE_OF[event.queue]), []
            case VisitCalled():
                made[event.visit].append([(record.at, {}, [])])
            case VisitRecalled():
                made[event.visit][-1].append((record.at, {}, []))
            case StepUndone(step="VisitCalled"):
                made[event.visit].pop()
            case CallShown():
                [one for call in made[event.visit] for one in call][event.calls - 1][1].setdefault(event.zone, record.at)
            case CallSpoken():
                [one for call in made[event.visit] for one in call][event.calls - 1][2].append(record.at)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for id, calls in made.items():
        day, zone = facts[id]
        for at, shown, spoken in (one for call in calls for one in call):
            sums = found.setdefault((day, zone), {**dict.fromkeys(COUNTS, 0), "took": []})
            proof = shown.get(zone) or min(shown.values(), default=None)
            kind = "never" if proof is None else "in_time" if (proof - at).total_seconds() <= 2 else "later"
            sums[kind] += 1
            sums["summons"] += 1
            sums["spoken"] += bool(spoken)
            if proof is not None:
                sums["took"].append((proof - at).total_seconds())
    for sums in found.values():
        took = sums.pop("took")
        sums["shown_median_ms"] = round(median_low(took) * 1000) if took else None
    return found


STEPS: list[tuple[c.Command | str, Actor]] = [
    (c.TakeTicket(service=service_of(PLAN)), KIOSK), (c.TakeTicket(service=service_of(PLAN, 2)), KIOSK),
    (c.CallNext(counter="1"), CLERK), (c.CallNext(counter="1"), CLERK), (c.Recall(counter="1"), CLERK),
    (c.Undo(counter="1"), CLERK), (c.Serve(counter="1"), CLERK), (c.Requeue(counter="1"), CLERK),
    (c.NoShow(counter="1"), CLERK), (c.Park(counter="1", minutes=1), CLERK), (c.OpenCounter(counter="1"), CLERK),
    ("shown hall", BOARD), ("shown hall", BOARD), ("shown side", BOARD), ("spoken hall", BOARD), ("morrow", SYSTEM),
]  # fmt: skip


@settings(deadline=None, max_examples=drawn(60))
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20), st.sampled_from([0.2, 0.9, 1.5, 4.0])), max_size=60))
def test_sums_are_those_of_the_journal(steps: list[tuple[tuple[c.Command | str, Actor], int, float]]) -> None:
    scene = Scene(PLAN, opened=["1"])
    for (command, actor), which, seconds in steps:
        scene.clock.pass_(seconds=seconds)
        if isinstance(command, str) and command == "morrow":
            scene.tick(days=1)
            continue
        if isinstance(command, str):
            what, zone = command.split()
            called = list(scene.floor.calls)[: which + 1]
            if not called:
                continue
            kind = c.ConfirmShown if what == "shown" else c.ConfirmSpoken
            command = kind(visit=called[-1].visit, calls=called[-1].calls, zone=zone)
        try:
            scene.do(command, actor)
        except Refusal:
            continue
    visits = [one for one, _ in visits_of(scene.records).values()]
    counted = {(row["day"], row["zone"]): {key: row[key] for key in (*COUNTS, "shown_median_ms")} for row in rows(visits)}
    assert counted == recount(scene.records)


def test_the_recount_meets_every_column() -> None:
    scene = Scene(PLAN, opened=["1"])
    for wait in (1, 5, None):
        waits = scene.take()
        scene.do(c.CallNext(counter="1"))
        if wait is not None:
            scene.clock.pass_(seconds=wait)
            scene.do(c.ConfirmShown(visit=waits, calls=1, zone="hall"), BOARD)
            scene.do(c.ConfirmSpoken(visit=waits, calls=1, zone="hall"), BOARD)
        scene.do(c.NoShow(counter="1"))
    sums = {"summons": 3, "in_time": 1, "later": 1, "never": 1, "spoken": 2, "shown_median_ms": 1000}
    assert recount(scene.records) == {("2026-03-16", "hall"): sums}
