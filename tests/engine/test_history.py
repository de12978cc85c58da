"""What earlier days say of service times: learned from the visits table when a day opens, and kept in the journal."""

import math
from collections.abc import Callable
from datetime import timedelta

import pytest

from server.domain import commands as c
from server.domain.events import DayOpened
from server.domain.pace import LEARNED_DAYS, SPREAD, learned
from server.domain.waiting import MIN_HISTORY
from server.engine import Engine
from server.store.centre import CentreStore
from tests.support import CLERK, KIOSK, MORNING, SYSTEM, Clock, service_of, tiny_plan

PLAN = tiny_plan()
SERVICE, OTHER_SERVICE = service_of(PLAN), service_of(PLAN, 0, 1)


def serve(engine: Engine, clock: Clock, minutes: float, *more: str, finish: bool = True) -> None:
    """One visit, served so long."""
    engine.handle(c.TakeTicket(service=SERVICE, more=more), KIOSK)
    engine.handle(c.CallNext(counter="1"), CLERK)
    if not finish:
        engine.handle(c.NoShow(counter="1"), CLERK)
        return
    engine.handle(c.Serve(counter="1"), CLERK)
    clock.pass_(minutes=minutes)
    kind = next(one.kinds[0] for one in PLAN.services if one.code == SERVICE)
    engine.handle(c.RecordService(counter="1", service=SERVICE, kind=kind), CLERK)
    engine.handle(c.Finish(counter="1"), CLERK)


def test_a_day_opens_with_what_the_days_before_say(start: Callable[[], Engine], clock: Clock, url: str) -> None:
    engine = start()
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    for minutes in (8, 10, 12):
        serve(engine, clock, minutes)
    serve(engine, clock, 0.1)  # a forgotten key
    serve(engine, clock, 30, OTHER_SERVICE)  # whose time it was is not known
    serve(engine, clock, 0, finish=False)
    assert engine.floor.history == {}
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    (told,) = engine.floor.history.values()
    assert (told.service, told.count, told.mean_s) == (SERVICE, 3, 600.0)
    assert 0.2 < told.spread < SPREAD
    engine.stop()
    again = start()
    assert again.floor.history == engine.floor.history
    store = CentreStore(url)
    opened = [record.event for record in store.since(0) if isinstance(record.event, DayOpened)]
    assert [len(event.history) for event in opened] == [0, 1]
    store.close()


def test_only_the_turn_of_the_day_reads_it(engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(CentreStore, "history", lambda store, day: read.append(day) or [])
    clock.pass_(minutes=1)
    engine.handle(c.Tick(), SYSTEM)
    engine.handle(c.TakeTicket(service=SERVICE), KIOSK)
    assert read == []
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    assert read == [(MORNING + timedelta(days=1)).date().isoformat()]


def test_what_is_older_than_two_months_is_forgotten(engine: Engine, clock: Clock) -> None:
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    serve(engine, clock, 10)
    for days, known in ((LEARNED_DAYS, 1), (1, 0)):
        clock.pass_(days=days)
        engine.handle(c.Tick(), SYSTEM)
        assert len(engine.floor.history) == known


def test_with_history_the_first_number_of_a_day_has_a_promise(engine: Engine, clock: Clock) -> None:
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    for _ in range(MIN_HISTORY):
        serve(engine, clock, 2)
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    done = engine.handle(c.TakeTicket(service=SERVICE), KIOSK)
    assert done.result["promise"] == {"low": 0, "high": 5}


def test_learning_is_robust_and_has_no_order() -> None:
    rows = [(SERVICE, MORNING, MORNING + timedelta(seconds=seconds)) for seconds in (300, 600, 1200)]
    wrong = [(SERVICE, MORNING, MORNING + timedelta(seconds=seconds)) for seconds in (-60, 0, 19, 14_401)]
    (told,) = learned(rows + wrong)
    assert (told.count, told.mean_s) == (3, 700.0)
    assert told == learned(wrong + rows[::-1])[0]
    # Three times, each twice the one before, beside ten that are as usual.
    assert told.spread == pytest.approx(math.sqrt((2 * math.log(2) ** 2 + 10 * SPREAD**2) / 12), abs=0.001)
    assert learned(wrong) == ()


def test_a_day_opens_with_who_came_on_the_same_weekday_and_when_somebody_came_last(engine: Engine, clock: Clock) -> None:
    assert engine.floor.arrivals.days == 0
    for count in (2, 4):
        for _ in range(count):
            engine.handle(c.TakeTicket(service=SERVICE), KIOSK)
        clock.pass_(hours=2)
        engine.handle(c.TakeTicket(service=SERVICE), KIOSK)
        clock.pass_(hours=-2, days=1)
        engine.handle(c.Tick(), SYSTEM)
        clock.pass_(days=6)
        engine.handle(c.Tick(), SYSTEM)
    told = engine.floor.arrivals
    assert (told.days, told.hours) == (2, ((8, 3.0), (10, 1.0)))
    assert told.last == (MORNING + timedelta(days=7)).date().isoformat()
