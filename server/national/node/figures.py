"""What the network counts, as SQL over `visits` and `deliveries`: every figure and the list of what it counts share one filter.

The counting is that of the centre's own reports (`server.reports`): services by their quantity, documents and minutes once, waits
from the issue of a number to its first call. What a centre has lost (`lost`) is not counted.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, select

from server.national.node.schema import centres, deliveries, visits

_US = 1_000_000


class Filter(Struct, frozen=True, kw_only=True):
    """Which visits, and which of their services. Empty: all of them.

    `first` and `last` are months, `institution` holds any of several, `besides` none of them; `end` may be `open`; `called`: has a
    number and was called; `promised`: and was told a time; `kept`: and was called by the upper bound.
    """

    first: str = ""
    last: str = ""
    day: str = ""
    centre: str = ""
    municipality: str = ""
    type: str = ""
    service: str = ""
    end: str = ""
    called: str = ""
    promised: str = ""
    kept: str = ""
    corrected: str = ""
    institution: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    given: str = ""
    kind: str = ""
    channel: str = ""
    outcome: str = ""
    alone: str = ""

    def query(self, **more: Any) -> str:
        """As the query of an address, with `more` in place of what is here."""
        wanted = {**msgspec.structs.asdict(self), **more}
        return urlencode([(key, one) for key, value in wanted.items() if value for one in _several(value)])


def read_filter(values: Mapping[str, Sequence[str]]) -> Filter:
    """The filter that stands in an address; what is no part of one is passed over."""
    found: dict[str, Any] = {}
    for name in Filter.__struct_fields__:
        given = tuple(one[:80] for one in values.get(name, ()) if one)[:40]
        if given:
            found[name] = given if name in ("institution", "besides") else given[0]
    return Filter(**found)


SUMS = (
    "services",
    "minutes",
    "lodged",
    "redirected",
    "not_served",
    "scanned",
    "printed",
    "alone_yes",
    "alone_helped",
    "alone_no",
)
ENDS = ("served", "no_show", "left", "sent", "day_closed", "open")


def services(filter: Filter, by: Sequence[str]) -> Select[Any]:
    """Services of visits that are over, as `server.reports.delivered` counts them; `by` as `dimensions` names them."""
    table = deliveries.c

    def of(column: ColumnElement[Any], value: str, amount: Any) -> Any:
        return func.coalesce(func.sum(case((column == value, amount), else_=0)), 0)

    columns = (
        func.sum(table.quantity).label("services"),
        func.sum(table.minutes).label("minutes"),
        *(of(table.outcome, one, table.quantity).label(one) for one in ("lodged", "redirected", "not_served")),
        func.sum(table.scanned).label("scanned"),
        func.sum(table.printed).label("printed"),
        *(of(table.alone, one, 1).label(f"alone_{one}") for one in ("yes", "helped", "no")),
    )
    where = [table.lost == 0, *_place(filter, deliveries), *_given(filter)]
    if filter.service:
        where.append(table.service == filter.service)
    if said := _visit(filter):
        where.append(exists().where(visits.c.centre == table.centre, visits.c.visit == table.visit, *said))
    return _grouped(deliveries, columns, where, by)


def ends(filter: Filter, by: Sequence[str]) -> Select[Any]:
    """Visits by how they ended, as `server.reports.visits` counts them."""
    table = visits.c
    columns = (
        func.count().label("issued"),
        *(func.sum(case((table.end == one, 1), else_=0)).label(one) for one in ENDS[:-1]),
        func.sum(case((table.end.is_(None), 1), else_=0)).label("open"),
        func.sum(case((table.corrected > 0, 1), else_=0)).label("corrected"),
    )
    return _grouped(visits, columns, _visits(filter), by)


def waits(filter: Filter, by: Sequence[str]) -> Select[Any]:
    """How many waited how many whole seconds from a number to its first call, as `server.reports.promises` counts them."""
    table = visits.c
    raw = table.called - table.issued
    wait = case((raw > 0, raw), else_=0)
    columns = (
        (wait // _US).label("seconds"),
        func.count().label("called"),
        func.sum(wait).label("us"),
        func.sum(case((table.high.is_not(None), 1), else_=0)).label("promised"),
        func.sum(case((wait <= table.high * 60 * _US, 1), else_=0)).label("kept"),
    )
    asked = msgspec.structs.replace(filter, called="1")
    return _grouped(visits, columns, _visits(asked), by).group_by(columns[0])


class Waits(Struct, frozen=True):
    """Waits in seconds; shares of one. None: nobody to reckon it from."""

    called: int
    promised: int
    kept: int
    mean: float | None
    p50: int | None
    p80: int | None
    p95: int | None

    @property
    def kept_share(self) -> float | None:
        """Of those who were told a time, who was called by then."""
        return self.kept / self.promised if self.promised else None


def fold_waits(rows: Iterable[Any], by: Sequence[str]) -> dict[tuple[Any, ...], Waits]:
    """What `waits` found, for each group."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        groups.setdefault(tuple(row[: len(by)]), []).append(row)
    return {group: _folded(found) for group, found in groups.items()}


def _folded(rows: list[Any]) -> Waits:
    called, total = sum(row.called for row in rows), sum(row.us for row in rows)
    ordered = sorted((row.seconds, row.called) for row in rows)

    def quantile(at: float) -> int | None:
        left = math.ceil(at * called)
        for seconds, count in ordered:
            left -= count
            if left <= 0:
                return int(seconds)
        return None

    return Waits(
        called, sum(row.promised for row in rows), sum(row.kept for row in rows),
        float(total) / called / _US if called else None, quantile(0.5), quantile(0.8), quantile(0.95),
    )  # fmt: skip


def listed(filter: Filter) -> Select[Any]:
    """The visits of a filter, newest first, without their data."""
    columns = [column for column in visits.c if column.name != "data"]
    return select(*columns).where(*_visits(filter)).order_by(visits.c.day.desc(), visits.c.issued.desc(), visits.c.visit)


def count_listed(connection: Connection, filter: Filter) -> tuple[int, int, int]:
    """How many visits a filter finds, how many services of them it counts, and how many records of services those are."""
    found = connection.execute(select(func.count()).select_from(visits).where(*_visits(filter))).scalar() or 0
    where = [deliveries.c.lost == 0, *_place(filter, deliveries), *_given(filter)]
    if filter.service:
        where.append(deliveries.c.service == filter.service)
    if said := _visit(filter):
        same = (visits.c.centre == deliveries.c.centre, visits.c.visit == deliveries.c.visit)
        where.append(exists().where(*same, *said))
    sums = select(func.coalesce(func.sum(deliveries.c.quantity), 0), func.count()).where(*where)
    quantity, records = connection.execute(sums).one()
    return int(found), int(quantity), int(records)


def given_to(names: Sequence[tuple[str, str]], filter: Filter) -> Select[Any]:
    """The services of some visits (centre, visit), those that the filter counts."""
    wanted = [visit for _, visit in names]
    return select(deliveries).where(
        deliveries.c.centre.in_({centre for centre, _ in names}), deliveries.c.visit.in_(wanted), *_given(filter)
    ).order_by(deliveries.c.n)  # fmt: skip


DIMENSIONS = ("month", "day", "centre", "institution", "service", "kind", "channel", "municipality", "type")


def _grouped(table: Any, columns: Sequence[Any], where: Sequence[Any], by: Sequence[str]) -> Select[Any]:
    keys = [centres.c[name] if name in ("municipality", "type") else table.c[name] for name in by]
    query = select(*keys, *columns).where(*where).group_by(*keys)
    if any(name in ("municipality", "type") for name in by):
        query = query.select_from(table.join(centres, centres.c.centre == table.c.centre))
    return query


def _visits(filter: Filter) -> list[ColumnElement[bool]]:
    """What a visit must be; one of whose services the filter names must have such a service."""
    where = [visits.c.lost == 0, *_place(filter, visits), *_visit(filter)]
    given = _given(filter)
    if given and filter.service:
        given.append(deliveries.c.service == filter.service)
    elif filter.service:
        where.append(visits.c.service == filter.service)
    if given:
        same = (deliveries.c.centre == visits.c.centre, deliveries.c.visit == visits.c.visit)
        where.append(exists().where(*same, *given))
    return where


def _place(filter: Filter, table: Any) -> list[ColumnElement[bool]]:
    """When and where."""
    where = []
    if filter.first:
        where.append(table.c.month >= filter.first)
    if filter.last:
        where.append(table.c.month <= filter.last)
    if filter.day:
        where.append(and_(table.c.month == filter.day[:7], table.c.day == filter.day))
    if filter.centre:
        where.append(table.c.centre == filter.centre)
    for name in ("municipality", "type"):
        if wanted := getattr(filter, name):
            where.append(table.c.centre.in_(select(centres.c.centre).where(centres.c[name] == wanted)))
    return where


def _visit(filter: Filter) -> list[ColumnElement[bool]]:
    table, where = visits.c, list[ColumnElement[bool]]()
    if filter.end:
        where.append(table.end.is_(None) if filter.end == "open" else table.end == filter.end)
    if filter.called or filter.promised or filter.kept:
        where += [table.called.is_not(None), table.series.is_not(None)]
    if filter.promised or filter.kept:
        where.append(table.high.is_not(None))
    if filter.kept:
        where.append(table.called - table.issued <= table.high * 60 * _US)
    if filter.corrected:
        where.append(table.corrected > 0)
    return where


def _given(filter: Filter) -> list[ColumnElement[bool]]:
    table, where = deliveries.c, list[ColumnElement[bool]]()
    if filter.institution:
        where.append(table.institution.in_(filter.institution))
    if filter.besides:
        where.append(table.institution.not_in(filter.besides))
    for name in ("kind", "channel", "outcome", "alone"):
        if wanted := getattr(filter, name):
            where.append(table[name] == wanted)
    if filter.given or where:
        where.append(table.lost == 0)
    return where


def _several(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
