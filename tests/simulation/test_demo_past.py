"""The demo's days before: whole days, today as far as it has come, and never over records that are there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.settings import sqlite_url
from server import demo_past
from server.domain.commands import TakeTicket, Tick
from server.domain.context import Actor
from server.domain.floor import counter_state
from server.engine import Engine
from server.store.centre import CentreStore
from tests.support import demo_plan

NOON = datetime(2026, 10, 6, 9, 30, tzinfo=UTC)
"""Half past twelve of a Tuesday in Riga."""


def test_a_past_is_drawn_up_to_now_and_the_day_goes_on_from_there(tmp_path: Path):
    told: list[int] = []
    assert demo_past.make(tmp_path, demo_plan(), 1, NOON, told.append)
    assert told == [1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["rinda.db"]

    store = CentreStore(sqlite_url(tmp_path))
    engine = Engine(store, clock=lambda: NOON)
    engine.start()
    try:
        floor = engine.floor
        assert floor.day == "2026-10-06"
        assert {counter_state(floor, counter.code) for counter in demo_plan().counters} == {"closed"}
        assert {visit.state for visit in floor.visits.values()} <= {"waiting", "parked", "ended"}
        assert max(visit.issued for visit in floor.visits.values()) < NOON
        assert len(store.visits_on("2026-10-05")) > 50
        assert all(visit.state == "ended" for visit in store.visits_on("2026-10-05"))
        engine.handle(Tick(), Actor("system", "server"))
        assert engine.handle(TakeTicket(service="VID-01"), Actor("manager", "anna")).result["number"]
    finally:
        engine.stop()
    store.verify()

    assert not demo_past.make(tmp_path, demo_plan(), 1, NOON + timedelta(days=30), told.append)


def test_what_was_broken_off_is_begun_anew(tmp_path: Path):
    (tmp_path / "history.new").mkdir()
    (tmp_path / "history.new" / "rinda.db").write_bytes(b"half of it")
    just_after_midnight = datetime(2026, 10, 5, 21, 0, 30, tzinfo=UTC)
    assert demo_past.make(tmp_path, demo_plan(), 1, just_after_midnight, lambda done: None)
    store = CentreStore(sqlite_url(tmp_path))
    assert [bool(store.visits_on(day)) for day in ("2026-10-05", "2026-10-06")] == [True, False]


def test_a_centre_without_hours_has_visitors_on_every_day():
    weekdays = demo_past.load_of(demo_plan()).weekdays
    assert len(weekdays) == 7
    assert min(weekdays.values()) > 0
