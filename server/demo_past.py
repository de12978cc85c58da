"""The demo's days before: drawn visitors and clerks in its database, so that forecasts, promises and reports have a basis."""

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from config import CATALOGUE, LOADS
from config.hours import WEEKDAYS
from config.load import load_catalogue, load_visitors
from config.plan import Plan
from config.visitors import Load
from server.simulation.past import USUAL
from server.simulation.run import run

DATABASE = "rinda.db"


def make(data: Path, plan: Plan, days: int, now: datetime, told: Callable[[int], None]) -> bool:
    """`days` days before `now` and its own day so far into the data folder; False where there are records already.

    `told` hears how many days are done.
    """
    if (data / DATABASE).exists():
        return False
    first = now.astimezone(ZoneInfo(plan.centre.timezone)).date() - timedelta(days=days)
    # Made beside and moved when it is whole: what was broken off is begun anew.
    draft = data / "history.new"
    shutil.rmtree(draft, ignore_errors=True)
    run(plan, load_of(plan), days, first, days + 1, data=draft, told=told, until=now)
    for path in draft.glob(f"{DATABASE}-*"):
        path.replace(data / path.name)
    (draft / DATABASE).replace(data / DATABASE)
    shutil.rmtree(draft)
    return True


def load_of(plan: Plan) -> Load:
    """The usual one of such a centre; one without opening hours has visitors on every day."""
    load = load_visitors(LOADS / f"{USUAL[plan.centre.type]}.toml", load_catalogue(CATALOGUE))
    return replace(load, weekdays=every_day(load.weekdays)) if plan.hours is None else load


def every_day(weekdays: Mapping[str, int]) -> dict[str, int]:
    """Days of the week that have no weight get the least of the others."""
    least = min(weekdays.values())
    return {day: weekdays.get(day, least) for day in WEEKDAYS}
