"""How many came, how they came and how it ended, by month; paper that was used and that was not."""

import numpy as np

from server.reports.groups import Groups
from server.reports.sheet import COPY, NUMBERED, PRINTED, SLIP, Array, Sheets
from server.reports.table import Cell, Column, Table
from server.reports.visits import END_TITLES, ENDS

_WAYS = (("appointment", "With an appointment"), ("contact", "Phone and video"))
_COUNTS = (
    ("visits", "Visits begun"), ("numbers", "With a number"), *_WAYS,
    *zip(ENDS, END_TITLES, strict=True), ("services", "Services"),
)  # fmt: skip
_PAPER = (
    ("numbers", "With a number"), ("slips", "Slips due"), ("printed", "Slips printed"), ("copies", "Printed again"),
    ("saved", "Numbers without paper"), ("scanned", "Documents scanned"), ("documents", "Documents printed"),
)  # fmt: skip


def volumes(sheets: Sheets) -> Table:
    """By month."""
    return by_unit(sheets, "month")


def by_unit(sheets: Sheets, unit: str) -> Table:
    """Visits and services by `month`, `day` or `hour`."""
    part, given = sheets.visits, sheets.given
    days = _places(sheets, unit)
    names: list[str] = [f"{n:02}" for n in range(24)] if unit == "hour" else days[0]
    of = part["minute"] // 60 if unit == "hour" else days[1][part.day]
    size = len(names)
    origin, end = part["origin"], part["end"]
    columns = {"visits": _count(of, size), "numbers": _count(of[(part["flags"] & NUMBERED) > 0], size)}
    columns |= {way: _count(of[origin == sheets.code(way)], size) for way, _ in _WAYS}
    columns["contact"] += _count(of[origin == sheets.code("callback")], size)
    columns |= {one: _count(of[end == sheets.code(one)], size) for one in ENDS}
    if unit == "hour":
        columns["services"] = np.zeros(size, dtype=np.int64)
    else:
        columns["services"] = np.bincount(days[1][given.day], given["quantity"], size).astype(np.int64)
    return _table(unit, names, [(key, title) for key, title in _COUNTS if unit != "hour" or key != "services"], columns)


def paper(sheets: Sheets) -> Table:
    """By month: a number without paper was taken by phone, at a desk, or by who wanted none."""
    part, given = sheets.visits, sheets.given
    names, place = sheets.months
    size, flags = len(names), part["flags"]
    of = place[part.day]
    numbered = (flags & NUMBERED) > 0
    columns = {
        "numbers": _count(of[numbered], size), "slips": _count(of[(flags & SLIP) > 0], size),
        "printed": _count(of[(flags & PRINTED) > 0], size), "copies": _count(of[(flags & COPY) > 0], size),
        "saved": _count(of[numbered & ((flags & SLIP) == 0)], size),
        "scanned": np.bincount(place[given.day], given["scanned"], size).astype(np.int64),
        "documents": np.bincount(place[given.day], given["printed"], size).astype(np.int64),
    }  # fmt: skip
    return _table("month", names, list(_PAPER), columns)


def origins(sheets: Sheets) -> dict[str, int]:
    """Visits by the way in which they began."""
    groups = Groups(sheets.visits["origin"])
    return {sheets.words[key]: count for (key,), count in zip(groups.keys, groups.count(), strict=True)}


def _places(sheets: Sheets, unit: str) -> tuple[list[str], Array]:
    return sheets.months if unit == "month" else (list(sheets.days), np.arange(len(sheets.days)))


def _count(of: Array, size: int) -> Array:
    return np.bincount(of, minlength=size)


def _table(unit: str, names: list[str], titles: list[tuple[str, str]], columns: dict[str, Array]) -> Table:
    first = {"month": Column(key="month", title="Month", kind="text"), "day": Column(key="day", title="Day", kind="date")}
    head = first.get(unit, Column(key="hour", title="Hour", kind="text"))
    rows: list[tuple[Cell, ...]] = [
        (name, *(int(columns[key][n]) for key, _ in titles))
        for n, name in enumerate(names)
        if unit != "hour" or columns["visits"][n]
    ]
    return Table(columns=(head, *(Column(key=key, title=title, kind="count") for key, title in titles)), rows=tuple(rows))
