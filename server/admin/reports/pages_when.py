"""Report pages on how many came and how long they waited."""

from collections.abc import Sequence
from typing import Any

from server.admin.reports.plots import Quantiles, bars, heat, lying, spread
from server.admin.reports.sections import Asked, Section, only, records
from server.charts import Axis, Chart, Mark, Series
from server.reports.sheet import Sheets
from server.reports.table import Column, Table
from server.reports.volumes import by_unit, origins
from server.reports.waits import targets, waits, week
from server.reports.words import WORDS

DAYS_APART = 62
"""Of a longer period months are shown, not days."""
LISTED = 15
UPRIGHT = 14
"""Of more there is no room for the names under a drawing, nor of seven long ones."""


def volumes(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """Visits and services over time, by hour, and the ways in which they began."""
    return (over_time(sheets, asked), _by_hour(sheets, asked), _origins(sheets, asked))


def over_time(sheets: Sheets, asked: Asked) -> Section:
    """By day, or by month in a long period."""
    w, names = asked.names.w, asked.names
    unit = "day" if asked.period.days <= DAYS_APART else "month"
    table = by_unit(sheets, unit)
    rows = records(table)
    every = max(1, -(-len(rows) // 12))
    axis = tuple(
        Axis(
            key=str(row[unit]),
            label=_short(str(row[unit]), unit) if n % every == 0 else "",
            name=_long(str(row[unit]), unit, asked),
        )
        for n, row in enumerate(rows)
    )
    series = tuple(
        Series(key=key, name=w(title), marks=tuple(Mark(value=float(row[key]), text=w.number(row[key])) for row in rows))
        for key, title in (("visits", "Visits"), ("services", "Services"))
    )
    visits, services = (sum(int(row[key]) for row in rows) for key in ("visits", "services"))
    title = w("Nobody came")
    if visits:
        most = max(rows, key=lambda row: int(row["visits"]))
        title = w(
            "{visits}, {services}; most came: {when} ({most})", visits=w.several("{count} visit", "{count} visits", visits),
            services=w.several("{count} service", "{count} services", services), when=_long(str(most[unit]), unit, asked),
            most=w.number(int(most["visits"])),
        )  # fmt: skip
    about = names.w("Visits and services by day") if unit == "day" else names.w("Visits and services by month")
    chart = Chart(key="time", title=title, about=about, shape="lines", axis=axis, series=series)
    plot = chart if visits or services else None
    return Section(key="time", report="volumes", title=title, about=about, table=table, plot=plot,
                   axes=(w("How many"), w("Day" if unit == "day" else "Month")))  # fmt: skip


def _by_hour(sheets: Sheets, asked: Asked) -> Section:
    w, names = asked.names.w, asked.names
    table = by_unit(sheets, "hour")
    rows = records(table)
    whole = sum(int(row["visits"]) for row in rows)
    most = max((int(row["visits"]) for row in rows), default=0)
    title = w("Nobody came")
    if whole:
        top = next(row for row in rows if int(row["visits"]) == most)
        title = w("Most come from {hour}: {share} of all", hour=names("hour", str(top["hour"])), share=w.share(most / whole))
    plot = bars(
        [(names("hour", str(row["hour"])), row["visits"], w.number(row["visits"]), row["visits"] == most) for row in rows]
    )
    return Section(key="hours", report="volumes", title=title, about=w("Visits by hour of arrival"), table=table, plot=plot,
                   axes=(w("Visits"), w("Hour")))  # fmt: skip


def _origins(sheets: Sheets, asked: Asked) -> Section:
    w = asked.names.w
    found = sorted(origins(sheets).items(), key=lambda one: -one[1])
    whole = sum(count for _, count in found)
    visits = Column(key="visits", title="Visits begun", kind="count")
    table = Table(columns=(Column(key="origin", title="How it began", kind="text"), visits), rows=tuple(found))
    named = [(w(WORDS.get(name, name)), count) for name, count in found]
    title = (
        w("{name}: {share} of the visits", name=named[0][0][:1].upper() + named[0][0][1:], share=w.share(named[0][1] / whole))
        if named
        else w("Nobody came")
    )
    plot = lying([(name, count, w.number(count)) for name, count in named])
    return Section(
        key="origins", report="volumes", title=title, about=w("How visits began"), table=table, plot=plot,
        axes=("", w("Visits")),
    )  # fmt: skip


def waiting(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """P50, P80 and P95 of the wait by hour, weekday, queue and service."""
    table = waits(sheets)
    return tuple(by(table, name, asked) for name in ("hour", "weekday", "queue", "service"))


_ABOUT = {
    "hour": "Wait by hour of arrival, minutes", "weekday": "Wait by weekday, minutes", "queue": "Wait by queue, minutes",
    "service": "Wait by service, minutes: P80",
}  # fmt: skip


_ALONG = {"hour": "Hour", "weekday": "Weekday", "queue": "Queue"}


def by(table: Table, name: str, asked: Asked) -> Section:
    """One of the dimensions of waits; services as lying bars, for there are many."""
    w, names = asked.names.w, asked.names
    part = only(table, "by", name)
    rows = records(part)
    about, plot, note = w(_ABOUT[name]), None, ""
    if name == "service" or len(rows) > UPRIGHT or (len(rows) > 6 and any(len(names(name, row["value"])) > 13 for row in rows)):
        longest = sorted(rows, key=lambda row: -(row["p80_min"] or 0))[:LISTED]
        plot = lying([(names(name, row["value"]), row["p80_min"], w.minutes(row["p80_min"] * 60)) for row in longest])
        if len(rows) > LISTED:
            note = w("The {n} longest of {all}; the table has all.", n=LISTED, all=len(rows))
        return Section(key=name, report="waits", title=_longest(rows, name, asked), about=about, table=part, plot=plot, note=note,
                       axes=("", w("Wait P80, min")))  # fmt: skip
    values: list[Quantiles] = [(names(name, row["value"]), row["p50_min"], row["p80_min"], row["p95_min"]) for row in rows]
    same = {row["target_min"] for row in rows}
    target = same.pop() if len(same) == 1 else None
    target_text = "" if target is None else w("P80 target {n}", n=target)
    drawn = spread(values, target, target_text, w("{name}: P50 {p50}, P80 {p80}, P95 {p95} min"))
    return Section(key=name, report="waits", title=_longest(rows, name, asked), about=about, table=part, plot=drawn,
                   axes=(w("Minutes"), w(_ALONG[name])))  # fmt: skip


def _longest(rows: list[dict[str, Any]], name: str, asked: Asked) -> str:
    w = asked.names.w
    if not rows:
        return w("Nobody was called")
    row = max(rows, key=lambda one: one["p80_min"] or 0)
    over = sum((one["p80_min"] or 0) > one["target_min"] for one in rows)
    if not over:
        return w("Everywhere eight in ten are called within the target")
    found = w(
        "The longest wait is at {what}: P80 {wait}", what=asked.names(name, row["value"]), wait=w.minutes(row["p80_min"] * 60)
    )
    return f"{found}; {w.several('{count} is over its target', '{count} are over their target', over)}"


def usual_week(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """Heat maps of who comes and who waits."""
    w, names, table = asked.names.w, asked.names, week(sheets)
    rows = {(row["weekday"], row["hour"]): row for row in records(table)}
    hours, days = sorted({hour for _, hour in rows}), sorted({day for day, _ in rows})
    found = []
    for key, column, about in (
        ("arrivals", "per_day", w("Visits of an hour, on a day that had any")),
        ("p80", "p80_min", w("Wait P80 by arrival, minutes")),
    ):
        cells = [(names("weekday", day), [_square(rows.get((day, hour)), column, asked) for hour in hours]) for day in days]
        top = max(rows.items(), key=lambda one: one[1][column] or 0, default=None)
        title = w("Nobody came")
        if top is not None:
            (day, hour), row = top
            value = w.number(row[column] or 0, 1)
            said = "Most come: {day} {hour} ({value})" if key == "arrivals" else "Longest wait: {day} {hour} ({value} min)"
            title = w(said, day=names("weekday", day), hour=names("hour", hour), value=value)
        plot = heat([names("hour", hour) for hour in hours], cells)
        found.append(Section(key=key, report="week", title=title, about=about, table=table, plot=plot,
                             axes=(w("Weekday"), w("Hour"))))  # fmt: skip
    return found


def _square(row: dict[str, Any] | None, column: str, asked: Asked) -> tuple[float, str] | None:
    value = None if row is None else row[column]
    return None if value is None else (value, asked.names.w.number(value, 1))


def met(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """Every queue against its target."""
    w, names, table = asked.names.w, asked.names, targets(sheets)
    rows = records(table)
    missed = [row for row in rows if row["met"] == "no"]
    title = w("Nobody was called")
    if rows:
        title = w("Every queue meets its target")
    if missed:
        worst = min(missed, key=lambda row: row["within_share"])
        said = w.several("{count} queue misses its target", "{count} queues miss their target", len(missed))
        title = w("{said}; the farthest: {queue}, {share}", said=said, queue=names("queue", worst["queue"]),
                  share=w.share(worst["within_share"]))  # fmt: skip
    plot = lying([
        (f"{names('queue', row['queue'])} ({row['target_min']} min)", row["within_share"], w.share(row["within_share"], 1))
        for row in rows
    ])  # fmt: skip
    about = w("Share called within the target; it is met with eight in ten")
    return (Section(key="queues", report="targets", title=title, about=about, table=table, plot=plot,
                    axes=("", w("Called within the target") + ", %")),)  # fmt: skip


def _short(name: str, unit: str) -> str:
    return f"{int(name[8:])}.{int(name[5:7]):02}." if unit == "day" else f"{name[5:7]}.{name[2:4]}"


def _long(name: str, unit: str, asked: Asked) -> str:
    return asked.names.w.day(name) if unit == "day" else asked.names.w.month(name)
