"""What the network counts, as SQL over `visits` and `deliveries`: every figure and the list of what it counts share one filter.

The counting is that of the centre's own reports (`server.reports`): services by their quantity, documents and minutes once, waits
from the issue of a number to its first call. What a centre has lost (`lost`) is not counted.
"""

import math
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Integer, Select, Text, and_, case, exists, func, literal_column, or_, select

from server.national.node.figures_filter import Filter
from server.national.node.places import Span, spans
from server.national.node.schema import centres, deliveries, visits

SUMS = ("services", "minutes", "lodged", "redirected", "not_served", "alone_yes", "alone_helped", "alone_no")
ENDS = ("served", "no_show", "left", "sent", "day_closed", "open")

Sums = dict[tuple[Any, ...], dict[str, int]]
"""By the values of the dimensions that were asked for."""


class Waits(Struct, frozen=True, kw_only=True):
    """Waits of at least one visit, in whole seconds. `p80_low` and `p80_high` bound the P80 with 95 % confidence, by the ranks
    that a binomial count would have.
    """

    called: int
    promised: int
    kept: int
    p50: int
    p80: int
    p95: int
    p80_low: int
    p80_high: int

    @property
    def kept_share(self) -> float | None:
        """Of those who were told a time, who was called by then."""
        return self.kept / self.promised if self.promised else None


def services(connection: Connection, which: Filter, by: Sequence[str]) -> Sums:
    """Services of visits that are over, as `server.reports.delivered` counts them; `by` as DIMENSIONS names them.

    `services` are quantities, `alone_` counts entries, minutes do not multiply with quantities.
    """
    table, keys = deliveries.c, _Keys(connection, deliveries, which, by)
    query = keys.grouped(
        (table.outcome, table.alone), _delivered(connection, which),
        (func.sum(table.quantity), func.sum(table.minutes), func.count()),
    )  # fmt: skip
    found: Sums = {}
    for *key, outcome, alone, quantity, minutes, entries in connection.execute(query):
        sums = found.setdefault(keys.of(key), dict.fromkeys(SUMS, 0))
        sums["services"] += int(quantity)
        sums["minutes"] += int(minutes)
        if outcome in sums:
            sums[outcome] += int(quantity)
        if alone is not None:
            sums[f"alone_{alone}"] += entries
    return found


def ends(connection: Connection, which: Filter, by: Sequence[str]) -> Sums:
    """Visits by how they ended, as `server.reports.visits` counts them."""
    table, keys = visits.c, _Keys(connection, visits, which, by)
    again = case((table.corrected > 0, 1), else_=0)
    query = keys.grouped((table.end,), _visits(connection, which), (func.count(), func.sum(again)))
    found: Sums = {}
    for *key, end, count, corrected in connection.execute(query):
        sums = found.setdefault(keys.of(key), dict.fromkeys(("issued", *ENDS, "corrected"), 0))
        sums["issued"] += count
        sums[end or "open"] += count
        sums["corrected"] += int(corrected)
    return found


def waits(connection: Connection, which: Filter, by: Sequence[str]) -> dict[tuple[Any, ...], Waits]:
    """How long people waited from a number to its first call, as `server.reports.promises` counts them."""
    table, keys = visits.c, _Keys(connection, visits, which, by)
    where = _visits(connection, msgspec.structs.replace(which, called="1"))
    query = keys.grouped((table.wait_s, table.kept), where, (func.count(),))
    groups: dict[tuple[Any, ...], list[tuple[int, int | None, int]]] = {}
    for *key, seconds, kept, count in connection.execute(query):
        groups.setdefault(keys.of(key), []).append((seconds, kept, count))
    return {key: _folded(rows) for key, rows in groups.items()}


def _folded(rows: list[tuple[int, int | None, int]]) -> Waits:
    called = sum(count for _, _, count in rows)
    ordered = sorted(rows, key=lambda row: row[0])

    def quantile(at: float, beside: float = 0.0) -> int:
        left = min(max(math.ceil(at * called + beside), 1), called)
        for seconds, _, count in ordered:
            left -= count
            if left <= 0:
                return seconds
        raise ValueError("no waits")

    spread = 1.96 * math.sqrt(called * 0.8 * 0.2)
    return Waits(
        called=called, promised=sum(count for _, kept, count in rows if kept is not None),
        kept=sum(count for _, kept, count in rows if kept), p50=quantile(0.5), p80=quantile(0.8), p95=quantile(0.95),
        p80_low=quantile(0.8, -spread), p80_high=quantile(0.8, spread),
    )  # fmt: skip


def listed(connection: Connection, which: Filter) -> Select[Any]:
    """The visits of a filter, newest first, without their data."""
    columns = [column for column in visits.c if column.name != "data"]
    return (
        select(*columns)
        .where(*_visits(connection, which))
        .order_by(visits.c.month.desc(), visits.c.day.desc(), visits.c.issued.desc(), visits.c.visit.desc())
    )


def count_listed(connection: Connection, which: Filter, own: Filter) -> tuple[int, int, int]:
    """How many visits a filter finds; how many services `own` counts, and in how many entries those stand."""
    found: int | None
    if _given(which) and not _visit(which):
        each = select(deliveries.c.centre, deliveries.c.visit).where(*_delivered(connection, which)).distinct().subquery()
        found = connection.execute(select(func.count()).select_from(each)).scalar()
    else:
        found = connection.execute(select(func.count()).select_from(visits).where(*_visits(connection, which))).scalar()
    sums = select(func.coalesce(func.sum(deliveries.c.quantity), 0), func.count()).where(*_delivered(connection, own))
    quantity, records = connection.execute(sums).one()
    return found or 0, int(quantity), int(records)


def given_to(names: Sequence[tuple[str, str]], which: Filter) -> Select[Any]:
    """The services of some visits (centre, visit), those that the filter counts."""
    wanted = [visit for _, visit in names]
    return select(deliveries).where(
        deliveries.c.centre.in_({centre for centre, _ in names}), deliveries.c.visit.in_(wanted), *_given(which)
    ).order_by(deliveries.c.n)  # fmt: skip


DIMENSIONS = ("month", "day", "centre", "institution", "service", "kind", "channel", "municipality", "type")


class _Keys:
    """By what is grouped: what people call a municipality is in SQL the centre, and the time in which borders stayed the same."""

    def __init__(self, connection: Connection, table: Any, which: Filter, by: Sequence[str]) -> None:
        self._table, self._by = table, by
        first, last = (which.day[:7],) * 2 if which.day else (which.first, which.last)
        self._spans = spans(connection, first, last, which.borders) if "municipality" in by else ()

    def grouped(self, also: Sequence[Any], where: Sequence[Any], sums: Sequence[Any]) -> Select[Any]:
        """In long form, which an index answers alone."""
        table = self._table
        keys: list[Any] = [centres.c.type if name == "type" else table.c[_COLUMN.get(name, name)] for name in self._by]
        if len(self._spans) > 1:
            # Written out: PostgreSQL would take two parameters of the same value for two expressions.
            lasts = [literal_column(f"'{one.last}'", Text) for one in self._spans]
            keys.append(case(*((table.c.day <= last, literal_column(str(n), Integer)) for n, last in enumerate(lasts))))
        query = select(*keys, *also, *sums).where(*where).group_by(*keys, *also)
        if "type" in self._by:
            query = query.select_from(table.join(centres, centres.c.centre == table.c.centre))
        return query

    def of(self, found: Sequence[Any]) -> tuple[Any, ...]:
        """The key that people asked for, of what SQL found."""
        if not self._spans:
            return tuple(found)
        its = self._spans[found[len(self._by)] if len(self._spans) > 1 else 0].of
        values = zip(self._by, found, strict=False)
        return tuple(its.get(value, "") if name == "municipality" else value for name, value in values)


_COLUMN = {"municipality": "centre"}


def _delivered(connection: Connection, which: Filter) -> list[ColumnElement[bool]]:
    """What a service must be, and the visit that it belongs to."""
    table = deliveries.c
    where = [table.lost == 0, *_place(connection, which, deliveries), *_given(which)]
    if which.service:
        where.append(table.service == which.service)
    if said := _visit(which):
        where.append(exists().where(visits.c.centre == table.centre, visits.c.visit == table.visit, *said))
    return where


def _visits(connection: Connection, which: Filter) -> list[ColumnElement[bool]]:
    """What a visit must be; one of whose services the filter names must have such a service."""
    where = [visits.c.lost == 0, *_place(connection, which, visits), *_visit(which)]
    given = _given(which)
    if given and which.service:
        given.append(deliveries.c.service == which.service)
    elif which.service:
        where.append(visits.c.service == which.service)
    if given:
        same = (deliveries.c.centre == visits.c.centre, deliveries.c.visit == visits.c.visit)
        where.append(exists().where(*same, *given))
    return where


def _place(connection: Connection, which: Filter, table: Any) -> list[ColumnElement[bool]]:
    """When and where."""
    where = []
    if which.first:
        where.append(table.c.month >= which.first)
    if which.last:
        where.append(table.c.month <= which.last)
    if which.day:
        where.append(and_(table.c.month == which.day[:7], table.c.day == which.day))
    if which.centre:
        where.append(table.c.centre == which.centre)
    if which.type:
        where.append(table.c.centre.in_(select(centres.c.centre).where(centres.c.type == which.type)))
    if which.municipality:
        first, last = (which.day[:7],) * 2 if which.day else (which.first, which.last)
        where.append(_within(which.municipality, spans(connection, first, last, which.borders), table))
    return where


def _within(municipality: str, times: Sequence[Span], table: Any) -> ColumnElement[bool]:
    """Where a centre lay when the visit was."""
    each = []
    for one in times:
        here = table.c.centre.in_([centre for centre, name in one.of.items() if name == municipality])
        each.append(here if len(times) == 1 else and_(here, table.c.day.between(one.first, one.last)))
    return or_(*each)


def _visit(which: Filter) -> list[ColumnElement[bool]]:
    table, where = visits.c, list[ColumnElement[bool]]()
    if which.end:
        where.append(table.end.is_(None) if which.end == "open" else table.end == which.end)
    if which.about:
        where.append(table.institution == which.about)
    if which.called:
        where.append(table.wait_s.is_not(None))
    if which.promised:
        where.append(table.kept.is_not(None))
    if which.kept:
        where.append(table.kept == 1)
    if which.corrected:
        where.append(table.corrected > 0)
    return where


def _given(which: Filter) -> list[ColumnElement[bool]]:
    table, where = deliveries.c, list[ColumnElement[bool]]()
    if which.institution:
        where.append(table.institution.in_(which.institution))
    if which.besides:
        where.append(table.institution.not_in(which.besides))
    if which.kind:
        where.append(table.kind.in_(which.kind))
    for name in ("channel", "outcome", "alone"):
        if wanted := getattr(which, name):
            where.append(table[name] == wanted)
    if where:
        where.append(table.lost == 0)
    return where
