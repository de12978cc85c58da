"""What the pages of quality share: the day, the quarter that is looked at, the staff, and everything known of that quarter."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import flask
from flask import request
from msgspec import Struct

from server.admin.ground import Ground
from server.domain.context import Actor
from server.domain.floor import Visit
from server.engine import now_utc
from server.quality import feedback, findings, rating, standard
from server.quality.feedback import Feedback
from server.quality.findings import Finding
from server.quality.indicators import Indicator, indicators
from server.quality.measures import Figures, figures, together
from server.quality.periods import Quarter, chosen, days, latest, months_back
from server.quality.rating import Rating
from server.quality.records import Records
from server.quality.standard import Answer, Checked
from server.shell import chosen_language
from server.words import Words, local

TABS = (
    ("ratings", "/admin/quality", "Visitors' ratings"),
    ("standard", "/admin/quality/standard", "The standard"),
    ("feedback", "/admin/quality/feedback", "Complaints and proposals"),
    ("forms", "/admin/quality/forms", "Visits and interviews"),
    ("findings", "/admin/quality/findings", "Findings"),
    ("training", "/admin/quality/training", "Training of staff"),
    ("tips", "/admin/quality/tips", "What to tell visitors"),
    ("indicators", "/admin/quality/indicators", "Indicators"),
    ("report", "/admin/quality/report", "Report of the quarter"),
)
TREND_MONTHS = 12
FRESH_S = 600.0
"""So long the figures of days that are over are kept: who corrects an old record sees it here a little later."""
ROMAN = ("I", "II", "III", "IV")


class Gathered(Struct, frozen=True, kw_only=True):
    """Everything known of a quarter: ratings of the months up to its last, and of itself; what holds of the standard."""

    quarter: Quarter
    figures: Figures
    trend: list[Rating]
    ratings: list[Rating]
    said: list[Feedback]
    checked: list[Checked]
    findings: list[Finding]
    indicators: list[Indicator]


class Office:
    """`visits_on(day)` are the visits of a business day as they stand, from any thread."""

    def __init__(self, ground: Ground, records: Records, visits_on: Callable[[str], Sequence[Visit]]) -> None:
        self.ground, self.records, self._visits_on = ground, records, visits_on
        self._past: dict[tuple[Quarter, date], tuple[float, Figures]] = {}

    def today(self) -> date:
        """In the centre's own time."""
        return self.now().date()

    def now(self) -> datetime:
        """In the centre's own time."""
        return now_utc().astimezone(ZoneInfo(self.ground.plan().centre.timezone))

    def staff(self) -> dict[str, str]:
        """Names by account of who works here."""
        return {one.name: one.display for one in self.ground.people.everybody() if one.role in ("clerk", "manager")}

    def quarter(self) -> Quarter:
        """The one that the request asks for."""
        return chosen(request.args.get("period", ""), self.today())

    def institutions(self, language: str) -> dict[str, str]:
        """Short names by code."""
        return {one.code: one.short.get(language, one.short["lv"]) for one in self.ground.plan().institutions}

    def show(self, actor: Actor, tab: str, template: str, status: int = 200, **values: Any) -> flask.Response:
        """A page of `templates/admin/quality/` under its tab."""
        today = self.today()
        return self.ground.show(
            actor, "quality", f"quality/{template}", status, tab=tab, tabs=TABS, on=today.isoformat(), quarters=latest(today),
            roman=ROMAN, stamp=_stamp, **{"quarter": self.quarter(), "faults": {}, "form": {}, "staff": self.staff(), **values},
        )  # fmt: skip

    def figures(self, quarter: Quarter) -> Figures:
        """Of the visits of a quarter up to now, made on a native thread."""
        today, native = self.today(), self.ground.door.native
        made, past = self._past.get((quarter, today), (0.0, None))
        if past is None or time.monotonic() - made > FRESH_S:
            past = native(figures, self._days(quarter, today))
            self._past = {of: kept for of, kept in self._past.items() if of[1] == today}
            self._past[quarter, today] = (time.monotonic(), past)
        if not quarter.first <= today <= quarter.last:
            return past
        return together(past, native(figures, self._on(today.isoformat())))

    def gathered(self, quarter: Quarter) -> Gathered:
        """All that the overview, the checklist and the report are made of."""
        find, plan, today = self.records.find, self.ground.plan(), self.today()
        month = min(quarter.months[-1], f"{today:%Y-%m}")
        first = date.fromisoformat(f"{months_back(month, TREND_MONTHS)[0]}-01")
        trend = find(rating.between(first, quarter.last), Rating)
        own = [one for one in trend if one.day >= quarter.first.isoformat()]
        begin, end = quarter.first.isoformat(), quarter.last.isoformat()
        said = [one for one in find(feedback.every(begin), Feedback) if one.day <= end]
        changes = standard.changes_of(self.records.rows(standard.all_changes()))
        here, found = self.figures(quarter), standard.lines(changes)
        values = standard.measured(found, plan, here, own, [one for one in said if one.day >= begin], today.isoformat())
        answers = find(standard.answers_until(quarter.last), Answer)
        return Gathered(
            quarter=quarter, figures=here, trend=trend, ratings=own, said=said,
            checked=standard.checked(changes, values, answers, min(today, quarter.last)),
            findings=[one for one in find(findings.every(begin), Finding) if one.day <= end],
            indicators=indicators(here, plan, own, values["answered"]),
        )  # fmt: skip

    def _days(self, quarter: Quarter, today: date) -> Iterator[Sequence[Visit]]:
        """The days of a quarter that are over."""
        for day in days(quarter, today - timedelta(days=1)):
            yield self._visits_on(day)

    def _on(self, day: str) -> Iterator[Sequence[Visit]]:
        yield self._visits_on(day)


def _stamp(us: int) -> str:
    """When, as people read it."""
    w, at = Words(chosen_language()), local(us)
    return f"{w.day(at.date())} {w.clock(at)}"


def months_of(gathered: Gathered, today: date) -> tuple[str, ...]:
    """The months of its trend."""
    return months_back(min(gathered.quarter.months[-1], f"{today:%Y-%m}"), TREND_MONTHS)
