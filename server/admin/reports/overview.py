"""The first page of the reports: five figures with those of the period before, and what asks to be looked at."""

from datetime import date

import numpy as np
from msgspec import Struct

from server.admin.reports.pages_kept import basis, of_weekday, off
from server.admin.reports.pages_what import time_shares
from server.admin.reports.pages_when import by
from server.admin.reports.sections import Asked, Section
from server.charts import Mark
from server.reports.groups import quantiles
from server.reports.maker import FAULT_BITS
from server.reports.promises import SECOND
from server.reports.sheet import NONE, Sheets
from server.reports.staffing import hint
from server.reports.waits import GOAL, waits


class Tile(Struct, frozen=True, kw_only=True):
    """A figure with its address, and a line below it."""

    title: str
    value: str
    href: str
    below: str


class Desk(Struct, frozen=True, kw_only=True):
    """An hour of the forecast."""

    hour: str
    low: int
    high: int
    need: int
    have: int


class Overview(Struct, frozen=True, kw_only=True):
    """Everything of the page; `faults` are counts of the repair list by fault."""

    visits: int
    services: int
    days: int
    finding: str
    tiles: tuple[Tile, ...]
    hours: Section
    errors: Section
    time: Section
    faults: tuple[Mark, ...]
    weekday: str
    desks: tuple[Desk, ...]
    basis: str


class Sums(Struct, frozen=True, kw_only=True):
    """The figures that are compared; waits in minutes."""

    visits: int
    services: int
    days: int
    p50: float | None
    p80: float | None
    kept: float | None
    error: float | None
    no_show: int
    elsewhere: int


def sums(sheets: Sheets) -> Sums:
    """Of all days together."""
    part, given = sheets.visits, sheets.given
    called = part["wait"] != NONE
    p50, p80 = (None if one is None else one / SECOND / 60 for one in quantiles(part["wait"][called], (0.5, GOAL)))
    told = called & (part["high"] != NONE)
    wait, promised = part["wait"][told], int(told.sum())
    kept = int((wait <= part["high"][told] * 60 * SECOND).sum())
    error = int(np.abs(wait - part["expected"][told] * SECOND).sum()) / SECOND / 60
    redirected = given["quantity"][given["outcome"] == sheets.code("redirected")].sum()
    return Sums(
        visits=len(part), services=int(given["quantity"].sum()), days=len(np.unique(part.day)), p50=p50, p80=p80,
        kept=kept / promised if promised else None, error=error / promised if promised else None,
        no_show=int((part["end"] == sheets.code("no_show")).sum()),
        elsewhere=int(redirected) + int((part["end"] == sheets.code("sent")).sum()),
    )  # fmt: skip


def overview(sheets: Sheets, before: Sums, basis_sheets: Sheets, day: date, asked: Asked) -> Overview:
    """`before` are the sums of the period before, `basis_sheets` the last weeks, `day` the open business day."""
    w, names, now = asked.names.w, asked.names, sums(sheets)
    hours = by(waits(sheets, ("hour",)), "hour", asked)
    faults = sheets.visits["faults"]
    counted = {name: int(((faults & bit) > 0).sum()) for name, bit in FAULT_BITS.items()}
    found = hint(basis_sheets)
    weekday = _weekday(found.table.rows, str(day.weekday() + 1))
    return Overview(
        visits=now.visits, services=now.services, days=now.days, finding=_finding(now, sheets.about.target, asked),
        tiles=_tiles(now, before, sheets.about.target, asked), hours=hours, errors=off(sheets, asked, 420),
        time=time_shares(sheets, asked, 6),
        faults=tuple(Mark(value=count, text=fault) for fault, count in counted.items() if count),
        weekday=names("weekday", weekday) if weekday else "",
        desks=tuple(
            Desk(
                hour=names("hour", str(row["hour"])), low=int(row["low"]), high=int(row["high"]), need=int(row["need"]),
                have=int(row["have"]),
            )
            for row in of_weekday(found.table, weekday)
        ),
        basis=basis(found, asked) if found.table.rows else w("There is nothing to reckon from yet"),
    )  # fmt: skip


def _weekday(rows: tuple[tuple[object, ...], ...], wanted: str) -> str:
    """The weekday itself or the next one with figures; empty for none."""
    there = sorted({str(row[0]) for row in rows})
    return next((one for one in there if one >= wanted), there[0] if there else "")


def _finding(now: Sums, target: int, asked: Asked) -> str:
    w = asked.names.w
    if not now.visits:
        return w("Nobody came in these days.")
    if now.p80 is None:
        return w("Nobody has been called yet.")
    said = "Eight in ten waited {wait} at most; the target of {target} min was met." if now.p80 <= target else (
        "Eight in ten waited {wait} at most; the target of {target} min was missed."
    )  # fmt: skip
    return w(said, wait=w.minutes(now.p80 * 60), target=target)


def _tiles(now: Sums, before: Sums, target: int, asked: Asked) -> tuple[Tile, ...]:
    w, query = asked.names.w, asked.period.query()
    earlier = asked.period.beside(-1).name(w)

    def then(text: str) -> str:
        return (
            w("{period}: no visits", period=earlier) if not before.visits else w("{period}: {value}", period=earlier, value=text)
        )

    def minutes(value: float | None) -> str:
        return w.minutes(None if value is None else value * 60)

    def share(count: int, whole: int) -> str:
        return w.share(count / whole if whole else None, 1)

    goal, error = "", ""
    if now.p80 is not None:
        goal = w("target {n} min: met" if now.p80 <= target else "target {n} min: missed", n=target) + " · "
    if now.error is not None:
        error = w("mean error {n}", n=w.minutes(now.error * 60)) + " · "
    away_ = w("{n} of {all}", n=w.number(now.no_show), all=w.number(now.visits))
    football = w("{n} of {all}", n=w.number(now.elsewhere), all=w.number(now.services))
    missed, sent = share(before.no_show, before.visits), share(before.elsewhere, before.services)
    rows = (
        (w("Wait P50"), minutes(now.p50), "waits", then(minutes(before.p50))),
        (w("Wait P80"), minutes(now.p80), "waits", goal + then(minutes(before.p80))),
        (w("Promise kept"), w.share(now.kept), "promises", error + then(w.share(before.kept))),
        (w("Did not come"), share(now.no_show, now.visits), "away", f"{away_} · {then(missed)}"),
        (w("Sent elsewhere"), share(now.elsewhere, now.services), "away", f"{football} · {then(sent)}"),
    )
    return tuple(Tile(title=t, value=v, href=f"/admin/reports/{page}?{query}", below=below) for t, v, page, below in rows)
