"""Who did not get it here and now: did not come, left, was set aside, handed on, sent elsewhere; with the reasons recorded."""

import numpy as np

from server.reports.groups import Groups
from server.reports.promises import SECOND
from server.reports.sheet import NONE, PARKED, REQUEUED, TRANSFERRED, Array, Sheets
from server.reports.table import Cell, Column, Table, share

_COLUMNS = (
    Column(key="what", title="What happened", kind="text"),
    Column(key="reason", title="Reason or where to", kind="text"),
    Column(key="count", title="How many", kind="count"),
    Column(key="share", title="Of all", kind="share"),
)
_STEPS = (("parked", PARKED), ("transferred", TRANSFERRED), ("requeued", REQUEUED))

_ERRORS = (
    Column(key="error_min", title="Difference, min (−15 and 15: or more)", kind="text"),
    Column(key="count", title="Visits", kind="count"),
    Column(key="share", title="Share of visits", kind="share"),
)
BINS = ("-15", "-10", "-5", "0", "5", "10", "15")
"""Differences to the nearest five minutes; the first and the last are all that is beyond."""


def away(sheets: Sheets) -> Table:
    """Of visits: `no_show` by how they began, `left`, `day_closed`, `sent` by centre, and those ever `parked`, `transferred` or
    `requeued`. Of services: `redirected` by place, `not_served` by reason.
    """
    visits, given = sheets.visits, sheets.given
    end, flags = visits["end"], visits["flags"]
    rows: list[tuple[Cell, ...]] = []
    for what, column in (("no_show", "origin"), ("left", None), ("day_closed", None), ("sent", "to")):
        chosen = end == sheets.code(what)
        rows += _counted(sheets, what, None if column is None else visits[column], chosen, None, len(visits))
    for what, flag in _STEPS:
        rows += _counted(sheets, what, None, (flags & flag) > 0, None, len(visits))
    services = int(given["quantity"].sum())
    for what, column in (("redirected", "to"), ("not_served", "why")):
        rows += _counted(sheets, what, given[column], given["outcome"] == sheets.code(what), given["quantity"], services)
    return Table(columns=_COLUMNS, rows=tuple(rows))


def _counted(
    sheets: Sheets, what: str, column: Array | None, chosen: Array, weights: Array | None, whole: int
) -> list[tuple[Cell, ...]]:  # fmt: skip
    if not chosen.any():
        return []
    of = np.zeros(int(chosen.sum()), dtype=np.int64) if column is None else column[chosen]
    groups = Groups(of)
    counts = groups.count() if weights is None else groups.sum(weights[chosen])
    found = sorted((-count, sheets.words[key]) for (key,), count in zip(groups.keys, counts, strict=True))
    return [(what, reason, -count, share(-count, whole)) for count, reason in found]


def errors(sheets: Sheets) -> Table:
    """By how much waits differed from what was promised: positive is longer."""
    part = sheets.visits
    told = (part["wait"] != NONE) & (part["high"] != NONE)
    nearest = np.rint((part["wait"][told] - part["expected"][told] * SECOND) / (300 * SECOND)).astype(np.int64)
    counts = np.bincount(np.clip(nearest, -3, 3) + 3, minlength=len(BINS))
    whole = int(counts.sum())
    rows = tuple((name, int(count), share(int(count), whole)) for name, count in zip(BINS, counts, strict=True)) if whole else ()
    return Table(columns=_ERRORS, rows=rows)
