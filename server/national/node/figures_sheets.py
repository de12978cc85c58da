"""The tables and charts of the months, made of what was counted: every figure with the address of what it counts. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from server.charts import Axis, Chart, Mark, Series
from server.national.node.figures_filter import Filter
from server.national.node.figures_month import APPLICATION, CONSULTATION, OTHER, PORTAL, Key, Year, coming
from server.national.node.pages_words import Words
from server.reports.table import Cell, Column, Kind, Table

Link = Callable[[Filter], str]
"""The address of the list of a filter's visits; empty where the viewer sees no lists."""


class Line(Struct, frozen=True, kw_only=True):
    """A row: what it is about, as people and as programs read it."""

    name: str
    key: Cell
    marks: tuple[Mark, ...]
    open: bool = False
    href: str = ""


class Sheet(Struct, frozen=True, kw_only=True):
    """A table for people (`lines`) and for programs (`table`)."""

    key: str
    title: str
    about: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    def table(self) -> Table:
        """As reports are handed out."""
        kinds = [one.kind for one in self.columns[1:]]
        rows = ((one.key, *(_cell(mark, kind) for mark, kind in zip(one.marks, kinds, strict=True))) for one in self.lines)
        return Table(columns=self.columns, rows=tuple(rows))


def _cell(mark: Mark, kind: str) -> float | None:
    return int(mark.value) if kind == "count" and mark.value is not None else mark.value


def charts(year: Year, words: Words, link: Link) -> tuple[Chart, ...]:
    """The four charts of the network."""
    made = _Charts(year, words, link)
    return made.shares(), made.kinds(), made.portal(), made.institutions()


class _Charts:
    def __init__(self, year: Year, words: Words, link: Link) -> None:
        self._year, self._words, self._link = year, words, link
        self._axis = tuple(
            Axis(key=one.key, label=words.roman(one.key), name=words.month(one.key), open=not one.closed) for one in year.months
        )

    def shares(self) -> Chart:
        """Applications and consultations of the whole time."""
        first, last = self._year.months[0].key, self._year.months[-1].key
        totals = {kind: sum(self._year.count(one.key, kind) for one in self._year.months) for kind in (APPLICATION, CONSULTATION)}
        whole = sum(totals.values())
        names = {APPLICATION: self._words("Applications"), CONSULTATION: self._words("Consultations")}
        series = []
        for kind, total in totals.items():
            href = self._link(msgspec.structs.replace(self._year.which, first=first, last=last, kind=(kind,)))
            value = total / whole if whole else None
            series.append(
                Series(key=kind, name=names[kind], marks=(Mark(value=value, text=self._words.number(total), href=href),))
            )
        more, its = max(zip(totals.values(), totals, strict=True))
        title = self._words("No services were registered")
        if whole:
            share, number = self._words.share(more / whole, 1), self._words.number(whole)
            title = self._words("{name}: {share} of {number}", name=names[its], share=share, number=number)
        portal = sum(self._portal(one.key) for one in self._year.months)
        note = self._words(
            "Of the consultations, {number} are on latvija.gov.lv. {first} to {last}.", number=self._words.number(portal),
            first=self._words.month(first), last=self._words.month(last),
        )  # fmt: skip
        about = self._words("Applications and consultations, {n} months", n=len(self._year.months))
        return Chart(key="shares", title=title, about=about, shape="share", axis=self._axis, series=tuple(series), note=note)

    def kinds(self) -> Chart:
        """Both by month."""
        series = (
            self._series(
                APPLICATION, "Applications", {"kind": (APPLICATION,)}, lambda month: self._year.count(month, APPLICATION)
            ),
            self._series(
                CONSULTATION, "Consultations", {"kind": (CONSULTATION,)}, lambda month: self._year.count(month, CONSULTATION)
            ),
        )
        both = {one.key: self._year.count(one.key, APPLICATION) + self._year.count(one.key, CONSULTATION) for one in self._full()}
        title = self._words("No services were registered")
        if both:
            most, least = max(both, key=lambda one: both[one]), min(both, key=lambda one: both[one])
            title = self._words(
                "Most: {most} ({high}), least: {least} ({low})",
                most=self._words.month(most), high=self._words.number(both[most]),
                least=self._words.month(least), low=self._words.number(both[least]),
            )  # fmt: skip
        return self._chart("kinds", title, "Applications and consultations by month", "lines", series)

    def portal(self) -> Chart:
        """All consultations, and those on latvija.gov.lv."""
        series = (
            self._series("all", "All", {"kind": (CONSULTATION,)}, lambda month: self._year.count(month, CONSULTATION)),
            self._series(
                "portal", "latvija.gov.lv", {"kind": (CONSULTATION,), "institution": (PORTAL,), "besides": ()}, self._portal
            ),
        )
        all_ = sum(self._year.count(one.key, CONSULTATION) for one in self._year.months)
        part = sum(self._portal(one.key) for one in self._year.months)
        title = self._words("No services were registered")
        if all_:
            title = self._words("latvija.gov.lv: {share} of the consultations", share=self._words.share(part / all_))
        return self._chart("portal", title, "Consultations, and those on latvija.gov.lv, by month", "lines", series)

    def institutions(self) -> Chart:
        """Both kinds by groups of institutions."""
        both, grouping = (APPLICATION, CONSULTATION), self._year.grouping
        kept = self._year.which.institution
        # Who asks for some institutions, or may see no others, is not told of groups that none of them is in.
        names = [one for one in (*grouping.groups, OTHER) if not kept or any(grouping.of(its) == one for its in kept)]
        series, totals = [], dict[str, int]()
        for name in names:
            narrowed = grouping.narrowed(Filter(), name)

            def count(month: str, name: str = name) -> int:
                return sum(self._year.count(month, kind, name) for kind in both)

            more = {"kind": both, "institution": narrowed.institution, "besides": narrowed.besides}
            shown = name or self._words("others")
            series.append(self._series(name or "other", shown, more, count))
            totals[shown] = sum(count(one.key) for one in self._year.months)
        whole, top = sum(totals.values()), max(totals, key=lambda one: totals[one])
        title = self._words("No services were registered")
        if whole:
            title = self._words("{name} has most: {share}", name=top, share=self._words.share(totals[top] / whole))
        return self._chart("institutions", title, "By institution and month", "stack", tuple(series))

    def _portal(self, month: str) -> int:
        found = self._year.services.get((month, PORTAL, CONSULTATION))
        return found["services"] if found else 0

    def _full(self) -> list[Any]:
        return [one for one in self._year.months if not one.empty and one.closed] or [
            one for one in self._year.months if not one.empty
        ]

    def _series(self, key: str, name: str, more: Mapping[str, Any], count: Callable[[str], int]) -> Series:
        marks = []
        for one in self._year.months:
            if one.empty:
                marks.append(Mark(value=None, text="–"))
                continue
            value = count(one.key)
            asked = msgspec.structs.replace(self._year.which, first=one.key, last=one.key, **self._narrower(more))
            marks.append(Mark(value=float(value), text=self._words.number(value), href=self._link(asked) if value else ""))
        return Series(key=key, name=self._words(name), marks=tuple(marks))

    def _narrower(self, more: Mapping[str, Any]) -> dict[str, Any]:
        """With institutions that the whole page is about kept: a group counts only those of them that are in it."""
        kept = self._year.which.institution
        if not kept or not ({"institution", "besides"} & more.keys()):
            return dict(more)
        wanted, besides = more.get("institution") or kept, more.get("besides", ())
        both = tuple(one for one in kept if one in wanted and one not in besides)
        return {**more, "institution": both or ("-",), "besides": ()}

    def _chart(self, key: str, title: str, about: str, shape: str, series: tuple[Series, ...]) -> Chart:
        return Chart(key=key, title=title, about=self._words(about), shape=shape, axis=self._axis, series=series)


def sheet_of(chart: Chart, words: Words) -> Sheet:
    """A chart as a table."""
    if chart.shape == "share":
        columns = (Column(key="kind", title=words("Kind"), kind="text"), Column(key="share", title=words("Share"), kind="share"))
        lines = tuple(
            Line(name=f"{one.name} ({one.marks[0].text})", key=one.key, marks=(
                Mark(value=one.marks[0].value, text=words.share(one.marks[0].value, 1), href=one.marks[0].href),
            )) for one in chart.series
        )  # fmt: skip
        return Sheet(key=chart.key, title=chart.title, about=chart.about, columns=columns, lines=lines)
    months = Column(key="month", title=words("Month"), kind="text")
    counts = tuple(Column(key=one.key, title=one.name, kind="count") for one in chart.series)
    lines = tuple(
        Line(name=one.name, key=one.key, marks=tuple(series.marks[n] for series in chart.series), open=one.open)
        for n, one in enumerate(chart.axis)
    )
    return Sheet(key=chart.key, title=chart.title, about=chart.about, columns=(months, *counts), lines=lines)


_QUALITY: tuple[tuple[str, str, Kind], ...] = (
    ("visits", "Visits", "count"), ("p50", "Wait P50", "minutes"), ("p80", "Wait P80", "minutes"), ("p95", "Wait P95", "minutes"),
    ("kept", "Promise kept", "share"), ("no_show", "Did not come", "share"), ("sent", "Sent to another centre", "count"),
    ("redirected", "Services sent elsewhere", "count"), ("alone", "Next time alone", "share"), ("video", "Video share", "share"),
    ("phone", "Phone share", "share"),
)  # fmt: skip


def quality(year: Year, words: Words, link: Link) -> Sheet:
    """Waits, promises and how people were served, by month."""
    lines = tuple(_quality(year, words, link, one.key, one.closed) for one in reversed(year.months) if not one.empty)
    columns = (
        Column(key="month", title=words("Month"), kind="text"),
        *(Column(key=k, title=words(t), kind=kind) for k, t, kind in _QUALITY),
    )
    title = words("Waiting and quality")
    latest = next((year.waits[one.key,] for one in reversed(year.months) if (one.key,) in year.waits), None)
    if latest is not None and latest.kept_share is not None:
        title = words(
            "Eight in ten wait {wait} at most; {share} of promises kept",
            wait=words.minutes(latest.p80),
            share=words.share(latest.kept_share),
        )
    return Sheet(key="quality", title=title, about=words("Waiting and quality by month"), columns=columns, lines=lines)


def _quality(year: Year, words: Words, link: Link, month: str, closed: bool) -> Line:
    here = msgspec.structs.replace(year.which, first=month, last=month)

    def mark(value: float | None, text: str, **more: Any) -> Mark:
        asked = here if more.keys() & {"outcome", "alone", "channel"} else coming(here)
        return Mark(value=value, text=text, href=link(msgspec.structs.replace(asked, **more)) if value else "")

    ends, waits = year.ends.get((month,), {}), year.waits.get((month,))
    issued, alone = ends.get("issued", 0), {one: year.count(month, sum_=f"alone_{one}") for one in ("yes", "helped", "no")}
    services = year.count(month)
    part = {name: year.channels.get((month, name), 0) for name in ("video", "talrunis")}
    kept = waits.kept_share if waits else None

    def waited(at: str) -> Mark:
        seconds = getattr(waits, at) if waits else None
        return mark(None if seconds is None else round(seconds / 60, 2), words.minutes(seconds), called="1")

    def share(count: int, whole: int, **more: Any) -> Mark:
        value = round(count / whole, 4) if whole else None
        return mark(value, words.share(value, 1), **more)

    marks = (
        mark(issued, words.number(issued)), waited("p50"), waited("p80"), waited("p95"),
        mark(None if kept is None else round(kept, 4), words.share(kept, 1), kept="1"),
        share(ends.get("no_show", 0), issued, end="no_show"),
        mark(ends.get("sent", 0), words.number(ends.get("sent", 0)), end="sent"),
        mark(n := year.count(month, sum_="redirected"), words.number(n), outcome="redirected"),
        share(alone["yes"], sum(alone.values()), alone="yes"),
        share(part["video"], services, channel="video"), share(part["talrunis"], services, channel="talrunis"),
    )  # fmt: skip
    return Line(name=words.month(month), key=month, marks=marks, open=not closed)


def reach(
    names: Sequence[tuple[str, str]], by: str, which: Filter, ends: Mapping[Key, Mapping[str, int]],
    services: Mapping[Key, Mapping[str, int]], counts: Mapping[str, int], words: Words, link: Link, onward: Callable[[str], str],
) -> Sheet:  # fmt: skip
    """How many people came in a month, by municipality or, within one, by centre; who had nobody is there too."""
    lines = []
    for code, name in names:
        visits = ends.get((code,), {}).get("issued", 0)
        given = services.get((code,), {}).get("services", 0)
        place = msgspec.structs.replace(which, **{by: code})
        marks = (
            Mark(value=counts.get(code, 0), text=words.number(counts.get(code, 0))),
            Mark(value=visits, text=words.number(visits), href=link(coming(place)) if code and visits else ""),
            Mark(value=given, text=words.number(given), href=link(place) if code and given else ""),
            Mark(value=(each := round(visits / max(1, counts.get(code, 0)), 2)), text=words.number(each)),
        )  # fmt: skip
        lines.append(Line(name=name or words("without a municipality"), key=code, marks=marks, href=onward(code) if code else ""))
    columns = (
        Column(key=by, title=words("Municipality") if by == "municipality" else words("Centre"), kind="text"),
        Column(key="centres", title=words("Centres"), kind="count"), Column(key="visits", title=words("Visits"), kind="count"),
        Column(key="services", title=words("Services"), kind="count"),
        Column(key="each", title=words("Visits to a centre"), kind="minutes"),
    )  # fmt: skip
    quiet = sum(not line.marks[1].value for line in lines)
    title = (
        words("Everywhere somebody came")
        if not quiet
        else words.several("In {count} place nobody came", "In {count} places nobody came", quiet)
    )
    return Sheet(key="reach", title=title, about=words("Reach by place in the month"), columns=columns, lines=tuple(lines))
