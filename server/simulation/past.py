"""The last day of the database that is worth playing again, under the plan in force and under another one."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from config import CATALOGUE, LOADS
from config.load import load_catalogue, load_visitors
from config.plan import CentreType, Plan
from server.domain.floor import Visit
from server.simulation.replay import ENOUGH, Trial, trial
from server.store.schema import visits

LOOKED_BACK = 31
USUAL: dict[CentreType, str] = {"vietejas": "p1", "novada": "p2", "regionalas": "p3", "nacionalas": "p4"}
"""The load of a day that is drawn, by type of centre."""


class PastDay:
    """Callable: (plan in force, other plan, last day) -> Trial. It takes its time: for a native thread.

    `read` runs a query, `visits_on(day)` gives the visits of a business day.
    """

    def __init__(self, read: Callable[[Select[Any]], list[dict[str, Any]]], visits_on: Callable[[str], list[Visit]]) -> None:
        self._read, self._visits_on = read, visits_on

    def __call__(self, now: Plan, other: Plan, last: date) -> Trial:
        """The day played with both; ValueError where the plan in force has no visitors to draw."""
        load = load_visitors(LOADS / f"{USUAL[now.centre.type]}.toml", load_catalogue(CATALOGUE))
        first = (last - timedelta(days=LOOKED_BACK)).isoformat()
        query = select(visits.c.day).where(visits.c.day >= first, visits.c.day <= last.isoformat(), visits.c.number != "")
        busy = query.group_by(visits.c.day).having(func.count() >= ENOUGH).order_by(visits.c.day.desc()).limit(1)
        found = self._read(busy)
        if found:
            day: str = found[0]["day"]
            return trial(now, other, date.fromisoformat(day), self._visits_on(day), load)
        return trial(now, other, last - timedelta(days=max(0, last.weekday() - 4)), (), load)
