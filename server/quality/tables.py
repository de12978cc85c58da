"""The quarter's report as tables, for the page, CSV and workbooks."""

from collections.abc import Mapping, Sequence

from server.quality.findings import Finding
from server.quality.indicators import Indicator
from server.quality.rating import Rating, summary
from server.quality.standard import Checked
from server.reports.table import Cell, Column, Table

NAMES = {
    "ratings": "Ratings by month",
    "institutions": "Ratings by institution",
    "standard": "The standard",
    "findings": "Findings",
    "indicators": "Indicators",
}
"""Of every table of the report; at most 31 characters, as a sheet's name."""

_FIGURES = (
    Column(key="ratings", title="Ratings", kind="count"),
    Column(key="good", title="Rated 4 or 5", kind="share"),
    Column(key="mean", title="Mean rating", kind="minutes"),
    Column(key="settled", title="Matter settled today", kind="share"),
)


def by_month(found: Sequence[Rating], months: Sequence[str]) -> Table:
    """The ratings of each month; of fewer than five only their number."""
    rows = tuple((month, *_row([one for one in found if one.day.startswith(month)])) for month in months)
    return Table(columns=(Column(key="month", title="Month", kind="text"), *_FIGURES), rows=rows)


def by_institution(found: Sequence[Rating], names: Mapping[str, str]) -> Table:
    """The ratings by institution; without one are those of sensitive services and of what is not known."""
    codes = sorted({one.institution for one in found}, key=lambda code: (not code, names.get(code, code)))
    rows = tuple((names.get(code, code), *_row([one for one in found if one.institution == code])) for code in codes)
    return Table(columns=(Column(key="institution", title="Institution", kind="text"), *_FIGURES), rows=rows)


def standard(found: Sequence[Checked], language: str) -> Table:
    """Every line with its target, its value and whether it is met."""
    columns = (
        Column(key="line", title="Line of the standard", kind="text"),
        Column(key="measured", title="Measured", kind="text"),
        Column(key="way", title="At least or at most", kind="text"),
        Column(key="target", title="Target value", kind="minutes"),
        Column(key="value", title="Measured value", kind="minutes"),
        Column(key="cases", title="Cases", kind="count"),
        Column(key="met", title="Whether met", kind="text"),
        Column(key="day", title="Answered on", kind="text"),
        Column(key="evidence", title="Evidence", kind="text"),
    )
    return Table(columns=columns, rows=tuple(_line(one, language) for one in found))


def findings(found: Sequence[Finding], staff: Mapping[str, str], today: str) -> Table:
    """Every finding with its owner and how far it is."""
    columns = (
        Column(key="found", title="Found on", kind="date"),
        Column(key="source", title="Found in", kind="text"),
        Column(key="finding", title="Finding", kind="text"),
        Column(key="owner", title="Whose it is", kind="text"),
        Column(key="due", title="Due by", kind="date"),
        Column(key="state", title="How far it is", kind="text"),
        Column(key="late", title="Overdue", kind="text"),
        Column(key="closed", title="Ended on", kind="text"),
    )
    rows = tuple(
        (one.day, one.source, one.text, staff.get(one.owner, one.owner), one.due, one.state, "late" if one.late(today) else "",
         one.closed or "")
        for one in found
    )  # fmt: skip
    return Table(columns=columns, rows=rows)


def indicators(found: Sequence[Indicator]) -> Table:
    """Every indicator with its definition and source; minutes in minutes."""
    columns = (
        Column(key="group", title="Group", kind="text"),
        Column(key="indicator", title="Indicator", kind="text"),
        Column(key="value", title="Measured value", kind="minutes"),
        Column(key="unit", title="Unit", kind="text"),
        Column(key="cases", title="Cases", kind="count"),
        Column(key="means", title="What it means", kind="text"),
        Column(key="source", title="Where it comes from", kind="text"),
    )
    values = [one.value / 60 if one.unit == "minutes" and one.value is not None else one.value for one in found]
    rows = tuple(
        (one.group, one.title, _number(value, 4), one.unit, one.n, one.means, one.source)
        for one, value in zip(found, values, strict=True)
    )
    return Table(columns=columns, rows=rows)


def _row(found: Sequence[Rating]) -> tuple[Cell, ...]:
    sums = summary(found)
    return sums.n, _number(sums.good, 4), _number(sums.mean), _number(sums.settled, 4)


def _line(one: Checked, language: str) -> tuple[Cell, ...]:
    line, answer = one.line, one.answer
    measured = line.measure is not None
    return (
        line.text.get(language, line.text["lv"]), line.measure or "", line.way if measured else "",
        line.target if measured else None, None if one.met == "few" else _number(one.value, 4), one.n if measured else None,
        one.met, answer.day if answer else "", answer.evidence if answer else "",
    )  # fmt: skip


def _number(value: float | None, places: int = 2) -> float | None:
    return None if value is None else round(value, places)
