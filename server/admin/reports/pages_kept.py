"""Report pages on promises, calls, paper, and how many desks will be needed."""

from collections.abc import Sequence

from server.admin.reports.plots import Bars, bars, heat, lying
from server.admin.reports.sections import Asked, Section, records
from server.charts import Axis, Chart, Mark, Series
from server.reports.away import errors
from server.reports.calls import calls
from server.reports.promises import promises
from server.reports.sheet import Sheets
from server.reports.staffing import Hint, hint
from server.reports.table import ALL, Table
from server.reports.volumes import paper

LISTED = 15
_NEAR = ("-5", "0", "5")


def promised(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """How wrong promises were, and where they were kept."""
    w, names, table = asked.names.w, asked.names, promises(sheets)
    rows = records(table)
    every = next((row for row in rows if row["service"] == ALL), None)
    title = w("Nobody was promised a time")
    if every is not None and every["promised"]:
        title = w("{share} of promises kept; the mean error is {error}", share=w.share(every["kept_share"]),
                  error=w.minutes(every["error_mean_min"] * 60))  # fmt: skip
    told = sorted((row for row in rows if row["promised"] and row["service"] != ALL), key=lambda row: row["kept_share"])[:LISTED]
    plot = lying([(names("service", row["service"]), row["kept_share"], w.share(row["kept_share"])) for row in told])
    kept = Section(
        key="kept", report="promises", title=title, about=w("Promises kept by service; the least first"), table=table, plot=plot,
        axes=("", w("Called by the upper bound") + ", %"),
    )  # fmt: skip
    return off(sheets, asked), kept


def off(sheets: Sheets, asked: Asked, width: int = 760) -> Section:
    """What was promised against what was, in minutes."""
    w, table = asked.names.w, errors(sheets)
    rows = records(table)
    near = sum(row["share"] for row in rows if row["error_min"] in _NEAR)
    title = (
        w("{share} within five minutes or so of the promise", share=w.share(near)) if rows else w("Nobody was promised a time")
    )
    labels = {"-15": "≤ −15", "15": "≥ +15"}

    def label(value: str) -> str:
        return labels.get(value, value.replace("-", "−") if value.startswith("-") else f"+{value}" if value != "0" else "0")

    values = [(label(row["error_min"]), 100 * row["share"], w.share(row["share"]), row["error_min"] in _NEAR) for row in rows]
    plot: Bars = bars(values, " %", width)
    about = w("Promise against what happened: difference, minutes; plus is longer")
    axes = (w("Share of visits") + ", %", w("Difference, min"))
    return Section(key="errors", report="errors", title=title, about=about, table=table, plot=plot, axes=axes)


def shown(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """How calls reached the waiting rooms."""
    w, table = asked.names.w, calls(sheets)
    rows = records(table)
    by_day: dict[str, list[int]] = {}
    for row in rows:
        counts = by_day.setdefault(row["day"], [0, 0])
        counts[0] += row["summons"]
        counts[1] += row["in_time"]
    every = max(1, -(-len(by_day) // 10))
    axis = tuple(
        Axis(key=day, label=f"{int(day[8:])}.{day[5:7]}." if n % every == 0 else "", name=w.day(day))
        for n, day in enumerate(by_day)
    )
    series = (
        Series(key="summons", name=w("Calls"), marks=tuple(Mark(value=float(a), text=w.number(a)) for a, _ in by_day.values())),
        Series(key="in_time", name=w("In time"), marks=tuple(Mark(value=float(b), text=w.number(b)) for _, b in by_day.values())),
    )
    summons, in_time, never = (sum(row[key] for row in rows) for key in ("summons", "in_time", "never"))
    title = w("Nobody was called")
    if summons:
        title = w(
            "{share} of calls shown within 2 s; never shown: {never}", share=w.share(in_time / summons, 1), never=w.number(never)
        )
    about = w("Calls and recalls, and those shown within 2 s, by day")
    chart = Chart(key="calls", title=title, about=about, shape="lines", axis=axis, series=series)
    return (Section(key="calls", report="calls", title=title, about=about, table=table, plot=chart if by_day else None,
                    axes=(w("Calls"), w("Day"))),)  # fmt: skip


def papers(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """Slips that were not printed."""
    w, table = asked.names.w, paper(sheets)
    rows = records(table)
    numbers, saved = sum(row["numbers"] for row in rows), sum(row["saved"] for row in rows)
    title = w("No numbers were taken")
    if numbers:
        title = w("{share} of numbers without paper: {saved} slips saved", share=w.share(saved / numbers), saved=w.number(saved))
    axis = tuple(
        Axis(key=row["month"], label=f"{row['month'][5:]}.{row['month'][2:4]}", name=w.month(row["month"])) for row in rows
    )
    series = tuple(
        Series(key=key, name=w(name), marks=tuple(Mark(value=float(row[key]), text=w.number(row[key])) for row in rows))
        for key, name in (("printed", "Slips printed"), ("saved", "Numbers without paper"))
    )
    about = w("Slips printed and numbers without paper, by month")
    chart = Chart(key="paper", title=title, about=about, shape="stack", axis=axis, series=series)
    return (Section(key="paper", report="paper", title=title, about=about, table=table, plot=chart if numbers else None,
                    axes=(w("How many"), w("Month"))),)  # fmt: skip


def desks(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """How many desks each hour of the week needs."""
    w, names, found = asked.names.w, asked.names, hint(sheets)
    rows = records(found.table)
    short = [row for row in rows if row["need"] > row["have"]]
    title = w("There is nothing to reckon from yet")
    if rows:
        title = w("The planned desks suffice in every hour")
    if short:
        worst = max(short, key=lambda row: row["need"] - row["have"])
        said = w.several("{count} hour of the week needs more desks", "{count} hours of the week need more desks", len(short))
        title = w("{said}; the most: {day} {hour}, {need} instead of {have}", said=said, day=names("weekday", worst["weekday"]),
                  hour=names("hour", worst["hour"]), need=worst["need"], have=worst["have"])  # fmt: skip
    by = {(row["weekday"], row["hour"]): row for row in rows}
    hours, days = sorted({row["hour"] for row in rows}), sorted({row["weekday"] for row in rows})
    cells = [
        (names("weekday", day), [
            None if (row := by.get((day, hour))) is None
            else (row["need"], f"{row['need']} / {row['have']}" + (" ▲" if row["need"] > row["have"] else "")) for hour in hours
        ])
        for day in days
    ]  # fmt: skip
    about = w("Desks needed / planned by weekday and hour; ▲ fewer are planned than needed")
    plot = heat([names("hour", hour) for hour in hours], cells)
    return (
        Section(
            key="week",
            report="staffing",
            title=title,
            about=about,
            table=found.table,
            plot=plot,
            note=basis(found, asked),
            axes=(w("Weekday"), w("Hour")),
        ),
    )


def basis(found: Hint, asked: Asked) -> str:
    """From what it was reckoned, and how wrong the same reckoning was lately."""
    w = asked.names.w
    if not found.table.rows:
        return ""
    said = w(
        "From the last eight days of each weekday: as many arrivals as come in four weeks of five at most, {minutes} at a desk "
        "each, eight in ten called within the target (Erlang C).", minutes=w.minutes(found.desk_s),
    )  # fmt: skip
    if found.error is None:
        return said
    return f"{said} {w('Error of the last four weeks: ±{n} arrivals an hour.', n=w.number(found.error, 1))}"


def of_weekday(table: Table, weekday: str) -> list[dict[str, int | float | str]]:
    """The hours of one weekday."""
    return [row for row in records(table) if row["weekday"] == weekday]
