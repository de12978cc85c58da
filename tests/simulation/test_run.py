"""Whole simulated days: the same visitors for every plan, the same events from memory and from the database."""

import re
from datetime import date
from itertools import count
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from config import CATALOGUE, LOADS
from config.load import load_catalogue, load_visitors
from config.plan import Shift
from config.visitors import Load
from server.domain.events import (
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    DayOpened,
    Record,
    TicketIssued,
    VisitCalled,
    VisitEnded,
)  # fmt: skip
from server.domain.floor import Floor
from server.simulation.measure import measure
from server.simulation.run import run
from server.simulation.visitors import visitors
from server.store.centre import CentreStore
from tests.support import demo_plan

MONDAY = date(2026, 10, 5)


def _load(name: str = "p4", **changes: int) -> Load:
    return replace(load_visitors(LOADS / f"{name}.toml", load_catalogue(CATALOGUE)), **changes)


def _records(seed: int = 1, days: int = 1, data: Path | None = None, **changes: int) -> list[Record]:
    found: list[Record] = []
    run(demo_plan(), _load(**changes), seed, MONDAY, days, watch=lambda floor, record: found.append(record), data=data)
    return found


def _named(records: list[Record]) -> list[tuple[object, ...]]:
    """Records with their random names (ids, tokens, codes of appointments) in the order of their first appearance."""
    numbers, names = count(), dict[str, str]()

    def name(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"name {next(numbers)}")

    fresh = re.compile(r'[0-9a-f]{8}-[0-9a-f-]{27}|(?<="token":")[^"]+|(?<="code":")[0-9]{6}(?=")')
    return [
        (one.position, one.day, one.at, one.actor, fresh.sub(name, msgspec.json.encode(one.event).decode())) for one in records
    ]


def test_a_day_serves_who_comes():
    (day,) = run(demo_plan(), _load(), 1, MONDAY, 1)

    coming = visitors(demo_plan(), _load(), 1, MONDAY)
    served = sum(one.end == "served" for one in day.outcomes)
    assert len(day.outcomes) + sum(day.refused.values()) + day.missed >= len(coming) > 100
    assert served > 0.8 * len(coming)
    assert {one.end for one in day.outcomes} <= {"served", "no_show", "left", "day_closed"}
    assert all(0 < bench.busy_s <= bench.open_s for bench in day.counters.values())


def test_the_same_seed_gives_the_same_days_and_another_one_does_not():
    assert _records(seed=3, visitors=40) == _records(seed=3, visitors=40)
    assert _named(_records(seed=3, visitors=40)) != _named(_records(seed=4, visitors=40))


def test_the_engine_over_a_database_gives_the_same_events(tmp_path: Path):
    in_memory = _records(visitors=25)
    durable = _records(visitors=25, data=tmp_path / "day")

    assert _named(durable) == _named(in_memory)
    assert sum(isinstance(one.event, VisitEnded) for one in durable) > 15
    store = CentreStore(f"sqlite:///{tmp_path / 'day' / 'rinda.db'}")
    assert store.verify() == in_memory[-1].position
    store.close()


def test_a_folder_with_data_is_not_used_again(tmp_path: Path):
    (tmp_path / "rinda.db").touch()
    with pytest.raises(ValueError, match="not empty"):
        _records(data=tmp_path)


def test_a_watcher_sees_the_floor_before_each_number_and_each_call():
    seen = {TicketIssued: 0, VisitCalled: 0}

    def watch(before: Floor, record: Record) -> None:
        if isinstance(record.event, TicketIssued):
            assert record.event.visit not in before.visits
            seen[TicketIssued] += 1
        elif isinstance(record.event, VisitCalled):
            assert before.visits[record.event.visit].state == "waiting"
            seen[VisitCalled] += 1

    (day,) = run(demo_plan(), _load(visitors=20), 1, MONDAY, 1, watch=watch)
    assert seen[TicketIssued] == len(day.outcomes)
    assert seen[VisitCalled] == sum(one.wait_s is not None for one in day.outcomes)


def test_visitors_are_the_same_for_another_plan():
    """What a plan changes is who serves them, not who comes."""
    plan = demo_plan()
    fewer = replace(plan, counters=plan.counters[:3])
    told: list[int] = []
    one = measure(run(plan, _load(), 5, MONDAY, 2, told=told.append))
    two = measure(run(fewer, _load(), 5, MONDAY, 2, like=plan))

    assert told == [1, 2]
    assert one.visits == two.visits
    assert two.waits.mean > one.waits.mean
    assert two.worked > one.worked
    assert len(visitors(fewer, _load(), 5, MONDAY)) < len(visitors(plan, _load(), 5, MONDAY))


def test_shifts_of_the_plan_are_worked():
    plan = demo_plan()
    plan = replace(plan, shifts=(Shift(counter="1", days=("mon",), spans="9:00-11:00; 11:30-16:00"),))
    records: list[Record] = []
    (day,) = run(plan, _load(visitors=20), 1, MONDAY, 1, watch=lambda floor, record: records.append(record))

    at = {type(one.event): f"{one.at:%H:%M}" for one in records}  # UTC, three hours behind
    assert set(day.counters) == {"1"}
    assert at[CounterOpened] == "06:00"
    assert at[CounterPaused] >= "08:00"
    assert at[CounterResumed] >= "08:30"
    assert at[CounterClosed] >= "13:00"


def test_the_second_day_knows_the_first():
    opened = [one.event for one in _records(days=3, visitors=40) if isinstance(one.event, DayOpened)]
    counts = [sum(one.count for one in event.history) for event in opened]

    assert counts[0] == 0
    assert 0 < counts[1] < counts[2]


def test_nobody_comes_on_a_holiday_or_a_sunday_and_twice_as_many_in_march():
    plan, load = demo_plan(), _load()
    assert visitors(plan, load, 1, date(2026, 11, 18)) == ()
    assert visitors(plan, load, 1, date(2026, 10, 4)) == ()
    march = sum(len(visitors(plan, load, seed, date(2026, 3, 11))) for seed in range(20))
    october = sum(len(visitors(plan, load, seed, date(2026, 10, 7))) for seed in range(20))
    assert 1.8 < march / october < 2.2


def test_service_times_have_the_mean_and_the_spread_of_the_load():
    plan, load = demo_plan(), _load()
    minutes = {service.code: service.minutes for service in plan.services}
    factors = [
        seconds / 60 / minutes[service]
        for seed in range(40)
        for one in visitors(plan, load, seed, date(2026, 10, 7))
        for service, seconds in one.seconds.items()
    ]
    mean = sum(factors) / len(factors)
    deviation = (sum((factor - mean) ** 2 for factor in factors) / len(factors)) ** 0.5
    assert mean == pytest.approx(load.times.factor / 100, rel=0.03)
    assert deviation / mean == pytest.approx(load.times.cv / 100, rel=0.1)
