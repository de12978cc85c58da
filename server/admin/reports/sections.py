"""A report page: what was found in some sheets, as sections with a drawing, a table and files."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from server.admin.reports.names import Names
from server.admin.reports.period import Period
from server.admin.reports.plots import Bars, Heat, Lying, Spread
from server.charts import Chart
from server.reports.sheet import Sheets
from server.reports.table import Table


class Section(Struct, frozen=True, kw_only=True):
    """`title` says what was found, `about` what is shown. `report` is the one of `REPORTS` that its table is of, or is like.

    `axes` name what is upright and what goes along, with their units.
    """

    key: str
    report: str
    title: str
    about: str
    table: Table
    plot: Chart | Spread | Bars | Heat | tuple[Lying, ...] | None = None
    note: str = ""
    axes: tuple[str, str] = ("", "")


class Asked(Struct, frozen=True, kw_only=True):
    """What a page is made for: a period, the codes' names, and whether the period is over."""

    period: Period
    names: Names


Make = Callable[[Sheets, Asked], Sequence[Section]]


def records(table: Table) -> list[dict[str, Any]]:
    """Rows by the keys of their columns."""
    keys = [one.key for one in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def only(table: Table, key: str, value: str, without: Sequence[str] = ()) -> Table:
    """The rows that have a value in a column, without some columns."""
    at = [one.key for one in table.columns].index(key)
    kept = [n for n, one in enumerate(table.columns) if one.key not in without]
    rows = tuple(tuple(row[n] for n in kept) for row in table.rows if row[at] == value)
    return Table(columns=tuple(table.columns[n] for n in kept), rows=rows)
