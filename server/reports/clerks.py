"""What clerks did, where the municipality decided that reports may tell them apart. Not from day sheets: these know nobody."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct, field

from server.reports.table import Cell, Column, Table, minutes

DAYS_MOST = 92
"""A quarter: longer than that nobody compares people."""


class Part(Struct, frozen=True):
    """What of a leg is needed."""

    clerk: str | None = None
    served: datetime | None = None
    ended: datetime | None = None
    end: str | None = None


class Work(Struct, frozen=True):
    """What of a visit is needed."""

    legs: tuple[Part, ...]
    delivered: tuple[dict[str, object], ...] = ()


class _Tally(Struct):
    took: list[float] = field(default_factory=list)
    services: int = 0
    absent: int = 0


_COLUMNS = (
    Column(key="clerk", title="Clerk", kind="text"),
    Column(key="visits", title="Visits served", kind="count"),
    Column(key="services", title="Services", kind="count"),
    Column(key="minutes", title="Minutes at the counter", kind="minutes"),
    Column(key="p50_min", title="Half of them within, min", kind="minutes"),
    Column(key="no_show", title="Calls that nobody followed", kind="count"),
)


def clerks(visits: Iterable[Work], only: str | None = None) -> Table:
    """By account, of all clerks or of one; a visit that several served counts for each, its services for the last one."""
    tallies: dict[str, _Tally] = {}
    for visit in visits:
        for leg in visit.legs:
            if leg.clerk is None or only not in (None, leg.clerk):
                continue
            tally = tallies.setdefault(leg.clerk, _Tally())
            tally.absent += leg.end == "no_show"
            if leg.served is not None and leg.ended is not None:
                tally.took.append(max(0.0, (leg.ended - leg.served) / timedelta(seconds=1)))
        last = next((leg.clerk for leg in reversed(visit.legs) if leg.served is not None), None)
        if last in tallies:
            tallies[last].services += len(visit.delivered)
    return Table(columns=_COLUMNS, rows=tuple(_row(name, tallies[name]) for name in sorted(tallies)))


def _row(name: str, tally: _Tally) -> tuple[Cell, ...]:
    took = sorted(tally.took)
    half = took[math.ceil(len(took) / 2) - 1] if took else None
    return name, len(took), tally.services, minutes(sum(took)), minutes(half), tally.absent
