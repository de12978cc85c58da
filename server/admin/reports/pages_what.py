"""Report pages on what people got, and who did not get it here and now."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from config import GROUPS
from server.admin.reports.plots import lying
from server.admin.reports.sections import Asked, Section, records
from server.charts import Axis, Chart, Mark, Series
from server.reports.away import away
from server.reports.holders import PORTAL, alone, kinds, time
from server.reports.sheet import Sheets
from server.reports.table import Cell, Column, Table


def by_kind(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """The four charts of the network, of this centre alone."""
    return _Kinds(sheets, asked).sections()


class _Kinds:
    def __init__(self, sheets: Sheets, asked: Asked) -> None:
        self._w, self._names, self._table = asked.names.w, asked.names, kinds(sheets)
        self._months = sheets.months[0]
        self._counts: dict[str, dict[str, tuple[int, int]]] = {}
        for row in records(self._table):
            self._counts.setdefault(row["month"], {})[row["institution"]] = row["applications"], row["consultations"]
        self._axis = tuple(Axis(key=one, label=f"{one[5:]}.{one[2:4]}", name=self._w.month(one)) for one in self._months)

    def sections(self) -> tuple[Section, ...]:
        """All four."""
        return self._shares(), self._both(), self._portal(), self._holders()

    def _sum(self, at: int, month: str = "", only: Sequence[str] | None = None, besides: Sequence[str] = ()) -> int:
        months = (self._counts.get(month, {}),) if month else self._counts.values()
        return sum(
            counts[at]
            for of_month in months
            for holder, counts in of_month.items()
            if holder not in besides and (only is None or holder in only)
        )

    def _series(self, key: str, name: str, values: Sequence[int]) -> Series:
        return Series(key=key, name=name, marks=tuple(Mark(value=float(one), text=self._w.number(one)) for one in values))

    def _section(self, key: str, title: str, about: str, shape: str, series: tuple[Series, ...], note: str = "") -> Section:
        w = self._w
        chart = Chart(key=key, title=title, about=about, shape=shape, axis=self._axis, series=series, note=note)
        if shape == "share":
            plot = chart if series[0].marks[0].value is not None else None
            return Section(key=key, report="kinds", title=title, about=about, table=self._table, plot=plot,
                           axes=("", w("Services")))  # fmt: skip
        months = Column(key="month", title="Month", kind="text")
        rows: list[tuple[Cell, ...]] = [
            (month, *(int(one.marks[n].value or 0) for one in series)) for n, month in enumerate(self._months)
        ]
        table = Table(columns=(months, *(Column(key=one.key, title=one.name, kind="count") for one in series)), rows=tuple(rows))
        plot = chart if any(any(row[1:]) for row in rows) else None
        return Section(key=key, report="kinds", title=title, about=about, table=table, plot=plot,
                       axes=(w("Services"), w("Month")))  # fmt: skip

    def _shares(self) -> Section:
        w, totals = self._w, {"applications": self._sum(0), "consultations": self._sum(1)}
        whole = sum(totals.values())
        titles = {"applications": w("Applications"), "consultations": w("Consultations")}
        series = tuple(
            Series(key=key, name=titles[key], marks=(Mark(value=total / whole if whole else None, text=w.number(total)),))
            for key, total in totals.items()
        )
        title = w("No services were registered")
        if whole:
            more = max(totals, key=lambda key: totals[key])
            share = w.share(totals[more] / whole, 1)
            title = w("{name}: {share} of {number}", name=titles[more], share=share, number=w.number(whole))
        return self._section("shares", title, w("Applications and consultations"), "share", series)

    def _both(self) -> Section:
        w = self._w
        series = (
            self._series("consultations", w("Consultations"), [self._sum(1, month) for month in self._months]),
            self._series("applications", w("Applications"), [self._sum(0, month) for month in self._months]),
        )
        both = {month: self._sum(0, month) + self._sum(1, month) for month in self._months}
        title = w("No services were registered")
        if len(both) == 1:
            title = w("Applications and consultations: {n}", n=w.number(sum(both.values())))
        elif both:
            most, least = max(both, key=lambda one: both[one]), min(both, key=lambda one: both[one])
            title = w(
                "Most: {most} ({high}), least: {least} ({low})", most=w.month(most), high=w.number(both[most]),
                least=w.month(least), low=w.number(both[least]),
            )  # fmt: skip
        return self._section("kinds", title, w("Applications and consultations by month"), "lines", series)

    def _portal(self) -> Section:
        w = self._w
        all_, part = self._sum(1), self._sum(1, only=(PORTAL,))
        series = (
            self._series("all", w("All"), [self._sum(1, month) for month in self._months]),
            self._series("portal", "latvija.gov.lv", [self._sum(1, month, (PORTAL,)) for month in self._months]),
        )
        title = w("latvija.gov.lv: {share} of the consultations", share=w.share(part / all_)) if all_ else w("No consultations")
        return self._section("portal", title, w("Consultations, and those on latvija.gov.lv, by month"), "lines", series)

    def _holders(self) -> Section:
        w = self._w
        groups = msgspec.toml.decode(GROUPS.read_bytes(), type=dict[str, tuple[str, ...]])
        named = [one for members in groups.values() for one in members]
        values = {name: [self._both_of(month, members) for month in self._months] for name, members in groups.items()}
        values[w("others")] = [self._both_of(month, None, named) for month in self._months]
        whole = sum(map(sum, values.values()))
        title = w("No services were registered")
        if whole:
            top = max(values, key=lambda name: sum(values[name]))
            title = w("{name} has most: {share}", name=top, share=w.share(sum(values[top]) / whole))
        series = tuple(self._series(name, name, counts) for name, counts in values.items())
        return self._section("institutions", title, w("Applications and consultations by institution and month"), "stack", series)

    def _both_of(self, month: str, only: Sequence[str] | None, besides: Sequence[str] = ()) -> int:
        return self._sum(0, month, only, besides) + self._sum(1, month, only, besides)


def by_time(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """For whom the counters worked."""
    return (time_shares(sheets, asked),)


def time_shares(sheets: Sheets, asked: Asked, most: int = 12) -> Section:
    """The share of the time by institution; all beyond the first ones as one."""
    w, names, table = asked.names.w, asked.names, time(sheets)
    rows = records(table)
    shown = [(names("institution", row["institution"]), row["share"] or 0.0) for row in rows[:most]]
    if len(rows) > most:
        shown.append((w("others ({n})", n=len(rows) - most), sum(row["share"] or 0.0 for row in rows[most:])))
    title = w("No time at counters yet")
    if shown and shown[0][1]:
        title = w("{name}: {share} of the time", name=shown[0][0], share=w.share(shown[0][1]))
    plot = lying([(name, part, w.share(part)) for name, part in shown])
    about = w("Time at counters by institution")
    axes = ("", w("Share of the time") + ", %")
    return Section(key="time", report="time", title=title, about=about, table=table, plot=plot, axes=axes)


def by_self(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """What people will do alone next time."""
    w, names, table = asked.names.w, asked.names, alone(sheets)
    rows = records(table)
    said = [row for row in rows if row["asked"]]
    asked_, yes = sum(row["asked"] for row in said), sum(row["alone_yes"] for row in said)
    title = w("Nobody was asked yet")
    if asked_:
        title = w("{share} will do it alone next time ({yes} of {asked})", share=w.share(yes / asked_), yes=w.number(yes),
                  asked=w.number(asked_))  # fmt: skip
    plot = lying([
        (names("institution", row["institution"]), row["alone_share"], w.share(row["alone_share"], 1))
        for row in sorted(said, key=lambda row: -row["alone_share"])
    ])  # fmt: skip
    helped, lodged = sum(row["helped"] for row in rows), sum(row["lodged"] for row in rows)
    note = w(
        "Help with e-services: {helped}; of these lodged at once: {lodged}.", helped=w.number(helped), lodged=w.number(lodged)
    )
    about = w("Share of those asked who will do it alone next time, by institution")
    return (Section(key="alone", report="alone", title=title, about=about, table=table, plot=plot, note=note,
                    axes=("", w("Share alone next time") + ", %")),)  # fmt: skip


def not_here(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """No-shows, who left, was set aside, handed on, sent elsewhere, with the reasons."""
    w, names, table = asked.names.w, asked.names, away(sheets)
    rows = records(table)
    counts, shares = defaultdict[str, int](int), defaultdict[str, float](float)
    for row in rows:
        counts[row["what"]] += row["count"]
        shares[row["what"]] += row["share"] or 0.0
    title = w("Everybody who came was served")
    if counts:
        title = w("Did not come: {no_show}; sent elsewhere: {sent}", no_show=w.share(shares.get("no_show", 0), 1),
                  sent=w.share(shares.get("redirected", 0) + shares.get("sent", 0), 1))  # fmt: skip
    plot = lying(
        [(names("what", what), share, f"{w.share(share, 1)} · {w.number(counts[what])}") for what, share in shares.items()]
    )
    note = w("Shares of visits; redirected and not given are shares of services.")
    about = w("What became of those who were not served here and now")
    axes = ("", w("Of all") + ", %")
    return (Section(key="away", report="away", title=title, about=about, table=table, plot=plot, note=note, axes=axes),)
