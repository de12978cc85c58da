"""Visits of earlier days: corrected in one transaction with the journal, and the table says what the journal says."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from server.domain import commands as c
from server.domain.commands import DeliveredService
from server.domain.context import Actor
from server.domain.events import VisitCorrected
from server.domain.floor import Visit
from server.domain.moment import microseconds
from server.domain.refusal import Refusal
from server.engine import Done, Engine
from server.records import visit_page
from tests.engine.test_engine import Box, rows, together
from tests.journal import visits_of
from tests.support import CLERK, KIOSK, MANAGER, MORNING, SYSTEM, Clock, service_of, tiny_plan

SERVICE = service_of(tiny_plan())
TAKE = c.TakeTicket(service=SERVICE)
GOT = DeliveredService(service=SERVICE, kind="konsultacija")
END = MORNING + timedelta(minutes=9)


def correct(visit: UUID, end: Any = "served", **more: Any) -> c.CorrectVisit:
    facts = {"ended": END, "delivered": (GOT,), **more} if end == "served" else more
    return c.CorrectVisit(visit=visit, end=end, reason="nav pabeigts", **facts)


def ask(engine: Engine, command: c.Command, actor: Actor = CLERK) -> Done:
    return engine.handle(command, actor)


def forgotten(engine: Engine, clock: Clock) -> UUID:
    """A visit of today that nobody finished."""
    ask(engine, c.OpenCounter(counter="1"))
    visit = UUID(ask(engine, TAKE, KIOSK).result["visit"])
    clock.pass_(minutes=2)
    ask(engine, c.CallNext(counter="1"))
    ask(engine, c.Serve(counter="1"))
    return visit


@pytest.fixture
def past(engine: Engine, clock: Clock) -> UUID:
    """The same on the morning after."""
    visit = forgotten(engine, clock)
    clock.pass_(days=1)
    ask(engine, c.Tick(), SYSTEM)
    assert visit not in engine.floor.visits
    return visit


def the_same(engine: Engine, url: str) -> None:
    """The table of visits is what the whole journal folds to."""
    told = {
        str(id): (position, visit) for id, (visit, position) in visits_of(engine._store.since(0)).items()
    }  # fmt: skip
    kept = {
        row["visit"]: (row["position"], msgspec.json.decode(row["data"], type=Visit))
        for row in rows(url, "SELECT visit, position, data FROM visits")
    }
    assert kept == told
    assert engine._store.verify() == engine.floor.position


def test_the_row_and_the_journal_say_it(engine: Engine, url: str, past: UUID) -> None:
    before = engine.floor
    done = ask(engine, correct(past), MANAGER)
    assert done == Done(before.position + 1, {})
    (record,) = engine._store.since(before.position)
    assert isinstance(record.event, VisitCorrected)
    assert (record.day, record.event.day, record.actor, record.event.was) == (
        "2026-03-17", "2026-03-16", "manager:manager", "day_closed",
    )  # fmt: skip
    (row,) = engine._store.visits_since(before.position, 10)
    assert (row["state"], row["end"], row["counter"], row["position"]) == ("ended", "served", "1", done.position)
    assert row["ended"] == microseconds(END)
    (shown,) = visit_page([row], before.position).visits
    assert (shown.visit, shown.day, shown.end, [one.kind for one in shown.delivered]) == (
        past, "2026-03-16", "served", ["konsultacija"],
    )  # fmt: skip
    assert engine.floor.visits == before.visits
    the_same(engine, url)


def test_again_and_after_a_restart(engine: Engine, url: str, past: UUID, start: Callable[[], Engine]) -> None:
    ask(engine, correct(past), MANAGER)
    with pytest.raises(Refusal) as refused:
        ask(engine, correct(past), MANAGER)
    assert refused.value.code == "nothing_changed"
    engine.stop()
    engine = start()
    ask(engine, correct(past, "no_show", delivered=()), MANAGER)
    (row,) = engine._store.visits_since(engine.floor.position - 1, 10)
    assert (row["end"], msgspec.json.decode(row["data"])["delivered"]) == ("no_show", [])
    the_same(engine, url)


def test_the_same_id_has_one_effect(engine: Engine, past: UUID) -> None:
    id = uuid4()
    first = engine.handle(correct(past), MANAGER, id)
    assert engine.handle(correct(past), MANAGER, id) == first
    assert engine.floor.position == first.position


def test_nobody_is_unknown_whatever_the_day(engine: Engine) -> None:
    with pytest.raises(Refusal) as refused:
        ask(engine, correct(uuid4()), MANAGER)
    assert refused.value.code == "unknown_visit"


def test_two_corrections_in_one_batch(engine: Engine, url: str, past: UUID) -> None:
    def fill(box: Box) -> None:
        box.submit(correct(past), MANAGER)
        box.submit(correct(past), MANAGER)
        box.submit(correct(past, "no_show", delivered=()), MANAGER)

    first, second, third = together(engine, fill)
    assert isinstance(first, Done)
    assert isinstance(second, Refusal)
    assert second.code == "nothing_changed"
    assert isinstance(third, Done)
    was = [r.event.was for r in engine._store.since(first.position - 1) if isinstance(r.event, VisitCorrected)]
    assert was == ["day_closed", "served"]
    the_same(engine, url)


def test_the_day_turns_in_the_batch_of_the_correction(engine: Engine, url: str, clock: Clock) -> None:
    visit = forgotten(engine, clock)
    clock.pass_(days=1)

    def fill(box: Box) -> None:
        box.submit(c.Tick(), SYSTEM)
        box.submit(correct(visit), MANAGER)

    turned, corrected = together(engine, fill)
    assert isinstance(turned, Done)
    assert isinstance(corrected, Done)
    (row,) = rows(url, f"SELECT * FROM visits WHERE visit = '{visit}'")
    assert (row["end"], row["position"]) == ("served", corrected.position)
    the_same(engine, url)


def test_a_database_that_does_not_answer_changes_nothing(
    engine: Engine, url: str, past: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(id: UUID) -> None:
        raise OSError("disk")

    monkeypatch.setattr(engine._store, "visit", broken)
    with pytest.raises(Refusal) as refused:
        ask(engine, correct(past), MANAGER)
    assert refused.value.code == "not_stored"
    monkeypatch.undo()
    ask(engine, correct(past), MANAGER)
    the_same(engine, url)


def test_the_table_is_what_the_journal_folds_to_over_days(engine: Engine, url: str, clock: Clock) -> None:
    yesterday: list[UUID] = []
    for _ in range(3):
        visit = forgotten(engine, clock)
        waiting = UUID(ask(engine, TAKE, KIOSK).result["visit"])
        for old in yesterday:
            ask(engine, correct(old, "left"), MANAGER)
        ask(engine, c.Undo(counter="1"))
        ask(engine, c.Requeue(counter="1"))
        ask(engine, c.Leave(visit=visit))
        ask(engine, correct(visit, "no_show"), MANAGER)
        clock.pass_(days=1)
        ask(engine, c.Tick(), SYSTEM)
        the_same(engine, url)
        yesterday = [waiting]
