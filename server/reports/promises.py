"""How true the promised waiting times were, per service and in all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from server.domain.floor import Visit
from server.reports.table import ALL, Cell, Column, Table, mean, minutes, quantile, share

SHARE_CASES = 20
SHARE_WAIT_S = 60
"""Of fewer cases, or of a shorter mean wait, the share of the error says nothing."""

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


class _Case(NamedTuple):
    """A wait that was promised; seconds."""

    wait: float
    error: float
    kept: bool


def promises(days: Iterable[Sequence[Visit]]) -> Table:
    """Visits with a number by the service for which it was taken; the row of `*` is all of them.

    A wait is from the issue to the first call; who was never called is not counted. The error is what the wait differs, either
    way, from the expected one of the promise, or from its middle where that is not known.
    """
    called: dict[str, int] = defaultdict(int)
    cases: dict[str, list[_Case]] = defaultdict(list)
    for visit in (visit for day in days for visit in day):
        wait = _wait(visit)
        if wait is None:
            continue
        for name in (visit.service, ALL):
            called[name] += 1
            if visit.high is not None:
                cases[name].append(_Case(wait, abs(wait - _expected(visit)), wait <= visit.high * 60))
    return Table(columns=_COLUMNS, rows=tuple(_row(name, called[name], cases[name]) for name in sorted(called)))


def _wait(visit: Visit) -> float | None:
    """Seconds from the issue to the first call; None without a number or a call."""
    called = next((leg.called for leg in visit.legs if leg.called is not None), None)
    return None if called is None or visit.series is None else max(0.0, (called - visit.issued) / timedelta(seconds=1))


def _expected(visit: Visit) -> float:
    return visit.middle_s if visit.middle_s is not None else ((visit.low or 0) + (visit.high or 0)) * 30


def _row(name: str, called: int, cases: list[_Case]) -> tuple[Cell, ...]:
    error, wait = mean([case.error for case in cases]), mean([case.wait for case in cases])
    telling = len(cases) >= SHARE_CASES and (wait or 0) >= SHARE_WAIT_S
    return (
        name, called, len(cases), share(sum(case.kept for case in cases), len(cases)), minutes(error),
        minutes(quantile([case.error for case in cases], 0.9)), minutes(wait), share(error or 0, wait or 0) if telling else None,
    )  # fmt: skip
