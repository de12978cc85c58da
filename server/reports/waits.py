"""How long people waited from their number to the first call: P50, P80 and P95 by hour, weekday, service and queue."""

from collections.abc import Sequence

import numpy as np

from server.reports.groups import Groups
from server.reports.promises import SECOND
from server.reports.sheet import NONE, Array, Sheets
from server.reports.table import ALL, Cell, Column, Table, minutes, share

PARTS = (0.5, 0.8, 0.95)
GOAL = 0.8
"""The share of visitors for whom a target is meant."""

_QUANTILES = tuple(Column(key=f"p{n}_min", title=f"Wait P{n}, min", kind="minutes") for n in (50, 80, 95))
_COLUMNS = (
    Column(key="by", title="By", kind="text"),
    Column(key="value", title="Of what", kind="text"),
    Column(key="called", title="Called", kind="count"),
    *_QUANTILES,
    Column(key="target_min", title="Target, min", kind="count"),
    Column(key="within_share", title="Called within the target", kind="share"),
)
_WEEK = (
    Column(key="weekday", title="Weekday", kind="text"),
    Column(key="hour", title="Hour", kind="text"),
    Column(key="visits", title="Visits begun", kind="count"),
    Column(key="per_day", title="Visits on a day", kind="minutes"),
    Column(key="called", title="Called", kind="count"),
    Column(key="p80_min", title="Wait P80, min", kind="minutes"),
)
_TARGETS = (
    Column(key="queue", title="Queue", kind="text"),
    Column(key="target_min", title="Target, min", kind="count"),
    Column(key="called", title="Called", kind="count"),
    Column(key="within", title="Within the target", kind="count"),
    Column(key="within_share", title="Called within the target", kind="share"),
    Column(key="p80_min", title="Wait P80, min", kind="minutes"),
    Column(key="met", title="Target met", kind="text"),
)
DIMENSIONS = ("all", "hour", "weekday", "service", "queue")


def waits(sheets: Sheets, dimensions: Sequence[str] = DIMENSIONS) -> Table:
    """Everybody who was called, by the hour and weekday of arrival (1 is Monday), the service and the queue of the number."""
    part = sheets.visits
    called = part["wait"] != NONE
    wait = part["wait"][called]
    columns = {
        "all": np.zeros(len(wait), dtype=np.int64), "hour": part["minute"][called] // 60,
        "weekday": sheets.weekdays[part.day[called]] + 1, "service": part["service"][called], "queue": part["queue"][called],
    }  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for by in dimensions:
        rows += _rows(sheets, by, columns[by], columns["queue"], wait)
    return Table(columns=_COLUMNS, rows=tuple(rows))


def _rows(sheets: Sheets, by: str, column: Array, queue: Array, wait: Array) -> list[tuple[Cell, ...]]:
    groups, within = Groups(column), wait <= limits(sheets, queue)
    found = zip(groups.keys, groups.count(), groups.quantiles(wait, PARTS), groups.count(within), strict=True)
    rows = []
    for (key,), count, quantiles, kept in found:
        value = ALL if by == "all" else f"{key:02}" if by == "hour" else str(key) if by == "weekday" else sheets.words[key]
        target = sheets.about.targets.get(value, sheets.about.target) if by == "queue" else sheets.about.target
        rows.append((by, value, count, *map(in_minutes, quantiles), target, share(kept, count)))
    return sorted(rows, key=lambda row: str(row[1]))


def week(sheets: Sheets) -> Table:
    """The usual week: visits of an hour on a day that had any, and the wait of those who came then."""
    part = sheets.visits
    days_there = np.unique(part.day)
    open_days = np.bincount(sheets.weekdays[days_there], minlength=7) if len(days_there) else np.zeros(7)
    groups = Groups(sheets.weekdays[part.day] if len(part) else part.day, part["minute"] // 60)
    called = part["wait"] != NONE
    found = zip(
        groups.keys, groups.count(), groups.count(called), groups.quantiles(part["wait"], (GOAL,), called), strict=True
    )  # fmt: skip
    rows = tuple(
        (str(day + 1), f"{hour:02}", count, round(count / int(open_days[day]), 2), waited, in_minutes(p80))
        for (day, hour), count, waited, (p80,) in found
    )
    return Table(columns=_WEEK, rows=rows)


def targets(sheets: Sheets) -> Table:
    """Every queue against the minutes in which its visitors should be called; `met`: eight in ten were."""
    part = sheets.visits
    called = part["wait"] != NONE
    wait, queue = part["wait"][called], part["queue"][called]
    groups = Groups(queue)
    within = groups.count(wait <= limits(sheets, queue))
    rows: list[tuple[Cell, ...]] = []
    for (key,), count, kept, (p80,) in zip(groups.keys, groups.count(), within, groups.quantiles(wait, (GOAL,)), strict=True):
        name = sheets.words[key]
        target = sheets.about.targets.get(name, sheets.about.target)
        met = "yes" if kept >= GOAL * count else "no"
        rows.append((name, target, count, kept, share(kept, count), in_minutes(p80), met))
    return Table(columns=_TARGETS, rows=tuple(sorted(rows, key=lambda row: str(row[0]))))


def limits(sheets: Sheets, queue: Array) -> Array:
    """The target of each row's queue in microseconds."""
    by_word = np.array([sheets.about.targets.get(word, sheets.about.target) for word in sheets.words], dtype=np.int64)
    return by_word[queue] * 60 * SECOND


def in_minutes(micros: int | None) -> float | None:
    """Microseconds as minutes to a hundredth."""
    return None if micros is None else minutes(micros / SECOND)
