"""A run of days: the same visitors for every plan, one door, one result for each day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from config.hours import instant
from config.plan import Plan
from config.settings import sqlite_url
from config.visitors import Load
from server.domain.commands import RevisePlan
from server.domain.context import SYSTEM
from server.simulation.day import Day
from server.simulation.doors import Door, Durable, Memory, Watch
from server.simulation.outcome import DayResult, day_result
from server.simulation.roster import roster
from server.simulation.visitors import visitors
from server.store.centre import CentreStore


def run(
    plan: Plan, load: Load, seed: int, first: date, days: int, *, like: Plan | None = None, watch: Watch | None = None,
    data: Path | None = None, told: Callable[[int], None] = lambda done: None, until: datetime | None = None,
) -> list[DayResult]:  # fmt: skip
    """`days` days from `first`, one result each; the visitors are those who come to a centre `like` that one, if given.

    `watch` sees every record with the floor before its command; `told` how many days are done. With `data` everything goes
    through the engine and is kept there; a folder that is not empty is a ValueError. With `until` the run breaks off there,
    in the middle of a day that stays open.
    """
    results = []
    with _door(plan, seed, first, data) as door:
        door.do(RevisePlan(plan=plan), SYSTEM)
        for n in range(days):
            day = first + timedelta(days=n)
            morning = instant(day, 1, plan.centre.timezone)
            if until is not None and until <= morning:
                break
            simulated = Day(door, plan, load, watch, until)
            simulated.run(morning, visitors(like or plan, load, seed, day), roster(plan, load, seed, day))
            results.append(day_result(door.floor, simulated.records, dict(simulated.refused), plan.centre.timezone))
            told(n + 1)
    return results


@contextmanager
def _door(plan: Plan, seed: int, first: date, data: Path | None) -> Iterator[Door]:
    start = instant(first, 0, plan.centre.timezone)
    if data is None:
        yield Memory(start, seed)
        return
    data.mkdir(parents=True, exist_ok=True)
    if any(data.iterdir()):
        raise ValueError(f"{data}: is not empty; the data of a simulation wants a new folder")
    durable = Durable(start, CentreStore(sqlite_url(data)))
    try:
        yield durable
    finally:
        durable.stop()
