"""How many desks an hour of the week needs: arrivals of the last weeks, the time at a desk, and how wrong such hints were."""

import math
from datetime import date, timedelta

import numpy as np
from msgspec import Struct

from server.reports.sheet import NONE, NUMBERED, Array, Sheets
from server.reports.table import Cell, Column, Table
from server.reports.waits import GOAL

WEEKS = 8
"""So many of the same weekday are looked at."""
ERROR_WEEKS = 4
WITHIN = 1.28
"""Standard deviations in which four of five values lie."""
WALK_S = 30
"""From the call to the counter, where it is not known."""
DESKS_MOST = 99
_COLUMNS = (
    Column(key="weekday", title="Weekday", kind="text"),
    Column(key="hour", title="Hour", kind="text"),
    Column(key="days", title="Days looked at", kind="count"),
    Column(key="arrivals", title="Arrivals expected", kind="minutes"),
    Column(key="low", title="At least, four times of five", kind="count"),
    Column(key="high", title="At most, four times of five", kind="count"),
    Column(key="minutes", title="Minutes at a desk", kind="minutes"),
    Column(key="need", title="Desks needed", kind="count"),
    Column(key="have", title="Desks planned", kind="count"),
)


class Hint(Struct, frozen=True, kw_only=True):
    """What was reckoned: the table, the seconds that a visit takes at a desk, and the mean error of the arrivals of an hour, in
    visits, over the last four weeks, None where there were not enough days before them."""

    table: Table
    desk_s: float
    error: float | None


def staffing(sheets: Sheets) -> Table:
    """By weekday (1 is Monday) and hour, from the last eight of each weekday."""
    return hint(sheets).table


def hint(sheets: Sheets) -> Hint:
    """Reckoned from the days that had any visit, the last eight weeks of them."""
    part = sheets.visits
    came = _arrivals(sheets)
    there = np.flatnonzero(came.sum(axis=1) > 0)
    if not len(there):
        return Hint(table=Table(columns=_COLUMNS, rows=()), desk_s=0.0, error=None)
    served = part["served"] > 0
    walk = np.where(part["walk"] == NONE, WALK_S, part["walk"])
    desk_s = float((part["served"] + walk)[served].mean()) if served.any() else 0.0
    after = date.fromisoformat(sheets.days[int(there[-1])]) + timedelta(days=1)
    rows: list[tuple[Cell, ...]] = []
    for weekday in range(7):
        basis = came[_before(sheets, there, after, weekday)]
        if not len(basis):
            continue
        for hour in np.flatnonzero(basis.sum(axis=0)).tolist():
            mean, low, high = _interval(basis[:, hour])
            need = desks(high, desk_s, sheets.about.target * 60)
            rows.append(
                (str(weekday + 1), f"{hour:02}", len(basis), round(mean, 2), low, high, round(desk_s / 60, 2), need,
                 sheets.about.have.get((weekday, hour), 0))
            )  # fmt: skip
    return Hint(table=Table(columns=_COLUMNS, rows=tuple(rows)), desk_s=desk_s, error=_error(sheets, came, there))


def desks(an_hour: float, desk_s: float, target_s: float) -> int:
    """The least number of desks with which eight in ten of so many arrivals an hour wait no longer than the target.

    Erlang's C formula: arrivals by chance, times at the desk spread exponentially, one line for all desks.
    """
    load = an_hour * desk_s / 3600
    if load <= 0:
        return 0
    for count in range(max(1, math.floor(load) + 1), DESKS_MOST):
        late = delayed(count, load) * math.exp(-(count - load) * target_s / desk_s)
        if late <= 1 - GOAL:
            return count
    return DESKS_MOST


def delayed(count: int, load: float) -> float:
    """The share of arrivals that must wait at all (Erlang C) where `count` desks share a `load` in desks; 1 if it is too much."""
    if load >= count:
        return 1.0
    blocked = 1.0
    for n in range(1, count + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked / (1 - load / count * (1 - blocked))


def _arrivals(sheets: Sheets) -> Array:
    """Numbers taken, by day and hour."""
    part = sheets.visits
    numbered = (part["flags"] & NUMBERED) > 0
    at = part.day[numbered] * 24 + part["minute"][numbered] // 60
    return np.bincount(at, minlength=len(sheets.days) * 24).reshape(len(sheets.days), 24)


def _before(sheets: Sheets, there: Array, day: date, weekday: int) -> Array:
    """The last eight days of a weekday before a day, of those that had visits; none is older than eight weeks."""
    least = (day - timedelta(weeks=WEEKS)).isoformat()
    wanted = [n for n in there.tolist() if least <= sheets.days[n] < day.isoformat() and sheets.weekdays[n] == weekday]
    return np.array(wanted[-WEEKS:], dtype=np.int64)


def _interval(counts: Array) -> tuple[float, int, int]:
    """The mean, and the bounds in which four of five such hours lie; at least as wide as chance alone makes it."""
    mean = float(counts.mean())
    spread = max(mean, float(counts.var(ddof=1)) if len(counts) > 1 else mean)
    reach = WITHIN * math.sqrt(spread * (1 + 1 / len(counts)))
    return mean, max(0, math.floor(mean - reach)), math.ceil(mean + reach)


def _error(sheets: Sheets, came: Array, there: Array) -> float | None:
    """The mean difference, in visits of an hour, between what this would have said of the last four weeks and what was."""
    last = date.fromisoformat(sheets.days[int(there[-1])])
    found = []
    for n in there.tolist():
        day = date.fromisoformat(sheets.days[n])
        basis = _before(sheets, there, day, day.weekday()) if day > last - timedelta(weeks=ERROR_WEEKS) else there[:0]
        if len(basis) >= 2:
            expected = came[basis].mean(axis=0)
            busy = (expected > 0) | (came[n] > 0)
            found.append(np.abs(expected - came[n])[busy])
    return round(float(np.concatenate(found).mean()), 2) if found else None
