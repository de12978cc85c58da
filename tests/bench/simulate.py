"""What a simulated day costs: 400 visits on the real rules, and a year of a state city's hall reckoned from it."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from time import perf_counter

from msgspec.structs import replace

from config import CATALOGUE, CENTRES, LOADS
from config.load import load_catalogue, load_plan, load_visitors
from server.simulation.run import run
from tests.bench.report import Row

DAY_S, YEAR_S, WORKING_DAYS = 2.0, 600.0, 250


def simulate(quick: bool) -> Iterator[Row]:
    """Days of 400 visits, one core, in memory; the first day, which loads modules, is left out."""
    catalogue = load_catalogue(CATALOGUE)
    plan = load_plan(CENTRES / "state_city.toml", catalogue)
    load = load_visitors(LOADS / "p4.toml", catalogue)
    load = replace(load, visitors=400, counters=len(plan.counters), weekdays=dict.fromkeys(load.weekdays, 100))
    days = 4 if quick else 10
    ends: list[float] = []
    results = run(plan, load, 1, date(2026, 10, 4), days + 1, told=lambda done: ends.append(perf_counter()))
    spent = [end - begin for (begin, end), day in zip(pairwise(ends), results[1:], strict=True) if day.outcomes]
    visits = sum(len(day.outcomes) for day in results)
    mean = sum(spent) / len(spent)
    for name, seconds, goal in (
        (f"simulated day, {visits / len(spent):.0f} visits", mean, DAY_S),
        ("simulated year, reckoned from it", mean * WORKING_DAYS, YEAR_S),
    ):
        yield Row(
            name=name, ours=f"{seconds:.2f} s", baseline=f"{goal:g} s", ratio=seconds / goal, goal="<= 1", met=seconds <= goal
        )
