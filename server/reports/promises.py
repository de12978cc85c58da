"""How true the promised waiting times were, per service and in all."""

import numpy as np

from server.reports.groups import Groups
from server.reports.sheet import NONE, Sheets
from server.reports.table import ALL, Cell, Column, Table, minutes, share

SHARE_CASES = 20
SHARE_WAIT_S = 60
"""Of fewer cases, or of a shorter mean wait, the share of the error says nothing."""

SECOND = 1_000_000
"""In microseconds."""

_COLUMNS = (
    Column(key="service", title="Service", kind="text"),
    Column(key="called", title="Called", kind="count"),
    Column(key="promised", title="Called with a promise", kind="count"),
    Column(key="kept_share", title="Called by the upper bound", kind="share"),
    Column(key="error_mean_min", title="Mean error of the promise, min", kind="minutes"),
    Column(key="error_p90_min", title="Error of the promise in nine of ten cases at most, min", kind="minutes"),
    Column(key="wait_mean_min", title="Mean wait of those with a promise, min", kind="minutes"),
    Column(key="error_share", title="Mean error to mean wait", kind="share"),
)


def promises(sheets: Sheets) -> Table:
    """Visits with a number by the service for which it was taken; the row of `*` is all of them.

    A wait is from the issue to the first call; who was never called is not counted. The error is what the wait differs, either
    way, from the expected one of the promise, or from its middle where that is not known.
    """
    part = sheets.visits
    called = part["wait"] != NONE
    wait, service = part["wait"][called], part["service"][called]
    high, expected = part["high"][called], part["expected"][called]
    promised = high != NONE
    error, kept = np.abs(wait - expected * SECOND), promised & (wait <= high * 60 * SECOND)
    rows = []
    # The row of all is that of one group.
    for groups, name in ((Groups(service), None), (Groups(np.zeros(len(wait), dtype=np.int64)), ALL)):
        figures = zip(
            groups.keys, groups.count(), groups.count(promised), groups.count(kept), groups.sum(error, promised),
            groups.quantiles(error, (0.9,), promised), groups.sum(wait, promised), strict=True,
        )  # fmt: skip
        rows += [_row(name or sheets.words[key], *facts) for (key,), *facts in figures]
    return Table(columns=_COLUMNS, rows=tuple(sorted(rows, key=lambda row: str(row[0]))))


def _row(
    name: str, called: int, promised: int, kept: int, errors: int, p90: tuple[int | None, ...], waits: int
) -> tuple[Cell, ...]:  # fmt: skip
    error = errors / SECOND / promised if promised else None
    wait = waits / SECOND / promised if promised else None
    telling = promised >= SHARE_CASES and (wait or 0) >= SHARE_WAIT_S
    most = None if p90[0] is None else p90[0] / SECOND
    return (
        name, called, promised, share(kept, promised), minutes(error), minutes(most), minutes(wait),
        share(error or 0, wait or 0) if telling else None,
    )  # fmt: skip
