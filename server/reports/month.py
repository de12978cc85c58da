"""A month as it is frozen, and what it differs by from what the records say today."""

from collections.abc import Iterable

from server.domain.events import MonthCell, MonthFigures
from server.reports.groups import Groups, quantiles
from server.reports.promises import SECOND
from server.reports.sheet import NONE, Sheets
from server.reports.table import Column, Table
from server.reports.waits import PARTS

NAMES = ("institution", "service", "kind", "channel")
COUNTS = ("visits", "served", "no_show", "left", "sent", "day_closed", "called", "promised", "kept")
"""The figures of a month that are sums, so that corrections can be added to them."""

Cell = tuple[str, str, str, str]

_COLUMNS = (
    Column(key="row", title="Row", kind="text"),
    Column(key="institution", title="Institution", kind="text"),
    Column(key="service", title="Service", kind="text"),
    Column(key="kind", title="Kind", kind="text"),
    Column(key="channel", title="Channel", kind="text"),
    Column(key="services", title="Services", kind="count"),
    Column(key="minutes", title="Minutes", kind="count"),
)


def figures(sheets: Sheets) -> MonthFigures:
    """What the sheets of a month have come to."""
    part = sheets.visits
    called, end = part["wait"] != NONE, part["end"]
    promised = called & (part["high"] != NONE)
    kept = promised & (part["wait"] <= part["high"] * 60 * SECOND)
    p50, p80, p95 = (None if one is None else one // SECOND for one in quantiles(part["wait"][called], PARTS))
    ends = {name: int((end == sheets.code(name)).sum()) for name in ("served", "no_show", "left", "sent", "day_closed")}
    return MonthFigures(
        days=len(set(part.day.tolist())), visits=len(part), called=int(called.sum()), promised=int(promised.sum()),
        kept=int(kept.sum()), p50_s=p50, p80_s=p80, p95_s=p95, cells=_cells(sheets), **ends,
    )  # fmt: skip


def _cells(sheets: Sheets) -> tuple[MonthCell, ...]:
    part, words = sheets.given, sheets.words
    groups = Groups(*(part[name] for name in NAMES))
    sums = zip(groups.keys, groups.sum(part["quantity"]), groups.sum(part["minutes"]), strict=True)
    found = [
        MonthCell(
            institution=words[holder], service=words[service], kind=words[kind], channel=words[channel], quantity=quantity,
            minutes=minutes,
        )
        for (holder, service, kind, channel), quantity, minutes in sums
    ]  # fmt: skip
    return tuple(sorted(found, key=_name))


def changes(was: Iterable[MonthCell], now: Iterable[MonthCell]) -> tuple[MonthCell, ...]:
    """What must be added to the cells of `was` so that they are those of `now`; cells that are the same are left out."""
    before, after = {_name(one): one for one in was}, {_name(one): one for one in now}
    found = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        quantity = (new.quantity if new else 0) - (old.quantity if old else 0)
        minutes = (new.minutes if new else 0) - (old.minutes if old else 0)
        if quantity or minutes:
            found.append(MonthCell(**dict(zip(NAMES, name, strict=True)), quantity=quantity, minutes=minutes))
    return tuple(found)


def frozen(was: Iterable[MonthCell], now: Iterable[MonthCell]) -> Table:
    """The frozen cells, and as rows of their own what was put right afterwards."""
    was, now = tuple(was), tuple(now)
    each = (*(("closed", one) for one in was), *(("corrected", one) for one in changes(was, now)))
    return Table(columns=_COLUMNS, rows=tuple((row, *_name(one), one.quantity, one.minutes) for row, one in each))


def _name(one: MonthCell) -> Cell:
    return one.institution, one.service, one.kind, one.channel
