"""What the network counts, as SQL over `visits` and `deliveries`: every figure and the list of what it counts share one filter.

The counting is that of the centre's own reports (`server.reports`): services by their quantity, documents and minutes once, waits
from the issue of a number to its first call. What a centre has lost (`lost`) is not counted.
"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, select

from server.national.node.schema import centres, deliveries, visits


class Filter(Struct, frozen=True, kw_only=True):
    """Which visits, and which of their services. Empty: all of them.

    `first` and `last` are months, `institution` and `kind` name several of which it is any, `besides` none of them; `end` may be
    `open`; `called`: has a number and was called; `promised`: and was told a time; `kept`: and was called by the upper bound.
    `service` is that of the number, or of a service given where something else is asked of services too; `about` is the
    institution of the number's service, for whose visits it is known even when nothing was given.
    """

    first: str = ""
    last: str = ""
    day: str = ""
    centre: str = ""
    municipality: str = ""
    type: str = ""
    service: str = ""
    about: str = ""
    end: str = ""
    called: str = ""
    promised: str = ""
    kept: str = ""
    corrected: str = ""
    institution: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    channel: str = ""
    outcome: str = ""
    alone: str = ""

    def query(self, **more: Any) -> str:
        """As the query of an address, with `more` in place of what is here."""
        wanted = {**msgspec.structs.asdict(self), **more}
        return urlencode([(key, one) for key, value in wanted.items() if value for one in _several(value)])


MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


_MANY = ("institution", "besides", "kind")


def read_filter(values: Mapping[str, Sequence[str]]) -> Filter:
    """The filter that stands in an address; what is no part of one is passed over."""
    found: dict[str, Any] = {}
    for name in Filter.__struct_fields__:
        given = tuple(one[:80] for one in values.get(name, ()) if _sound(name, one))[:40]
        if given:
            found[name] = given if name in _MANY else given[0]
    return Filter(**found)


def _sound(name: str, text: str) -> bool:
    """Whether the text can be what the field holds."""
    if name == "day":
        try:
            return date.fromisoformat(text).isoformat() == text
        except ValueError:
            return False
    return bool(MONTH.fullmatch(text)) if name in ("first", "last") else bool(text) and "\0" not in text


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
    table = deliveries.c
    query = _grouped(
        deliveries, (table.outcome, table.alone), _delivered(which), by,
        (func.sum(table.quantity), func.sum(table.minutes), func.count()),
    )  # fmt: skip
    found: Sums = {}
    for *key, outcome, alone, quantity, minutes, entries in connection.execute(query):
        sums = found.setdefault(tuple(key), dict.fromkeys(SUMS, 0))
        sums["services"] += int(quantity)
        sums["minutes"] += int(minutes)
        if outcome in sums:
            sums[outcome] += int(quantity)
        if alone is not None:
            sums[f"alone_{alone}"] += entries
    return found


def ends(connection: Connection, which: Filter, by: Sequence[str]) -> Sums:
    """Visits by how they ended, as `server.reports.visits` counts them."""
    table = visits.c
    again = case((table.corrected > 0, 1), else_=0)
    query = _grouped(visits, (table.end,), _visits(which), by, (func.count(), func.sum(again)))
    found: Sums = {}
    for *key, end, count, corrected in connection.execute(query):
        sums = found.setdefault(tuple(key), dict.fromkeys(("issued", *ENDS, "corrected"), 0))
        sums["issued"] += count
        sums[end or "open"] += count
        sums["corrected"] += int(corrected)
    return found


def waits(connection: Connection, which: Filter, by: Sequence[str]) -> dict[tuple[Any, ...], Waits]:
    """How long people waited from a number to its first call, as `server.reports.promises` counts them."""
    table = visits.c
    where = _visits(msgspec.structs.replace(which, called="1"))
    query = _grouped(visits, (table.wait_s, table.kept), where, by, (func.count(),))
    groups: dict[tuple[Any, ...], list[tuple[int, int | None, int]]] = {}
    for *key, seconds, kept, count in connection.execute(query):
        groups.setdefault(tuple(key), []).append((seconds, kept, count))
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


def listed(which: Filter) -> Select[Any]:
    """The visits of a filter, newest first, without their data."""
    columns = [column for column in visits.c if column.name != "data"]
    return (
        select(*columns)
        .where(*_visits(which))
        .order_by(visits.c.month.desc(), visits.c.day.desc(), visits.c.issued.desc(), visits.c.visit.desc())
    )


def count_listed(connection: Connection, which: Filter, own: Filter) -> tuple[int, int, int]:
    """How many visits a filter finds; how many services `own` counts, and in how many entries those stand."""
    found: int | None
    if _given(which) and not _visit(which):
        each = select(deliveries.c.centre, deliveries.c.visit).where(*_delivered(which)).distinct().subquery()
        found = connection.execute(select(func.count()).select_from(each)).scalar()
    else:
        found = connection.execute(select(func.count()).select_from(visits).where(*_visits(which))).scalar()
    sums = select(func.coalesce(func.sum(deliveries.c.quantity), 0), func.count()).where(*_delivered(own))
    quantity, records = connection.execute(sums).one()
    return found or 0, int(quantity), int(records)


def given_to(names: Sequence[tuple[str, str]], which: Filter) -> Select[Any]:
    """The services of some visits (centre, visit), those that the filter counts."""
    wanted = [visit for _, visit in names]
    return select(deliveries).where(
        deliveries.c.centre.in_({centre for centre, _ in names}), deliveries.c.visit.in_(wanted), *_given(which)
    ).order_by(deliveries.c.n)  # fmt: skip


DIMENSIONS = ("month", "day", "centre", "institution", "service", "kind", "channel", "municipality", "type")


def _grouped(table: Any, also: Sequence[Any], where: Sequence[Any], by: Sequence[str], sums: Sequence[Any]) -> Select[Any]:
    """In long form, which an index answers alone."""
    keys = [centres.c[name] if name in ("municipality", "type") else table.c[name] for name in by]
    query = select(*keys, *also, *sums).where(*where).group_by(*keys, *also)
    if any(name in ("municipality", "type") for name in by):
        query = query.select_from(table.join(centres, centres.c.centre == table.c.centre))
    return query


def _delivered(which: Filter) -> list[ColumnElement[bool]]:
    """What a service must be, and the visit that it belongs to."""
    table = deliveries.c
    where = [table.lost == 0, *_place(which, deliveries), *_given(which)]
    if which.service:
        where.append(table.service == which.service)
    if said := _visit(which):
        where.append(exists().where(visits.c.centre == table.centre, visits.c.visit == table.visit, *said))
    return where


def _visits(which: Filter) -> list[ColumnElement[bool]]:
    """What a visit must be; one of whose services the filter names must have such a service."""
    where = [visits.c.lost == 0, *_place(which, visits), *_visit(which)]
    given = _given(which)
    if given and which.service:
        given.append(deliveries.c.service == which.service)
    elif which.service:
        where.append(visits.c.service == which.service)
    if given:
        same = (deliveries.c.centre == visits.c.centre, deliveries.c.visit == visits.c.visit)
        where.append(exists().where(*same, *given))
    return where


def _place(which: Filter, table: Any) -> list[ColumnElement[bool]]:
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
    wanted = [centres.c[name] == value for name in ("municipality", "type") if (value := getattr(which, name))]
    if wanted:
        where.append(table.c.centre.in_(select(centres.c.centre).where(*wanted)))
    return where


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


def _several(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
