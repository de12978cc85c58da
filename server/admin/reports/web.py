"""The report pages and their files."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

import flask
from flask import request
from flask.typing import ResponseReturnValue

from server.admin.ground import Ground
from server.admin.reports.names import Names
from server.admin.reports.overview import overview, sums
from server.admin.reports.pages_kept import desks, papers, promised, shown
from server.admin.reports.pages_rooms import used
from server.admin.reports.pages_what import by_kind, by_self, by_time, not_here
from server.admin.reports.pages_when import met, usual_week, volumes, waiting
from server.admin.reports.period import DAYS_MOST, KINDS, Period, around, asked
from server.admin.reports.plots import Bars, Heat, Spread
from server.admin.reports.sections import Asked, Make, Section
from server.authority import may_submit
from server.charts import Chart, draw
from server.domain.context import Actor
from server.engine import now_utc
from server.reports.formats import KINDS as FORMATS
from server.reports.formats import encode
from server.reports.sheet import Sheets
from server.reports.staffing import ERROR_WEEKS, WEEKS
from server.reports.words import FAULT_NAMES
from server.shell import chosen_language
from server.store.sheets import DaySheets
from server.words import Words


class Page(NamedTuple):
    """A report page: its name, its icon and what makes its sections."""

    title: str
    icon: str
    make: Make


PAGES: dict[str, Page] = {
    "volumes": Page("Visitors", "users-group", volumes),
    "waits": Page("Waiting", "clock", waiting),
    "week": Page("The usual week", "calendar", usual_week),
    "targets": Page("Targets", "flag", met),
    "promises": Page("Promises", "hourglass", promised),
    "kinds": Page("Applications and consultations", "file-text", by_kind),
    "time": Page("Time by institution", "building-community", by_time),
    "away": Page("Not served here", "arrow-right", not_here),
    "alone": Page("On their own", "device-laptop", by_self),
    "calls": Page("Proof of calls", "speakerphone", shown),
    "staffing": Page("Desks needed", "adjustments", desks),
    "paper": Page("Paper", "printer", papers),
    "rooms": Page("Use of rooms", "door-enter", used),
}
"""In the order of the menu."""

BASIS_DAYS = 7 * (WEEKS + ERROR_WEEKS) + 1


class ReportPages:
    """Figures are made on native threads; `sheets` makes what is missing first."""

    def __init__(self, ground: Ground, sheets: DaySheets) -> None:
        self._ground, self._sheets = ground, sheets

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        ground, blueprint = self._ground, flask.Blueprint("reports", __name__)
        blueprint.get("/admin/reports")(ground.admitted("reports")(self.first))
        blueprint.get("/admin/reports/<any(" + ",".join(PAGES) + "):key>")(ground.admitted("reports")(self.page))
        address = "/admin/reports/<any(" + ",".join(PAGES) + "):key>/<section>.<any(" + ",".join(FORMATS) + "):kind>"
        blueprint.get(address)(ground.admitted("reports")(self.file))
        return blueprint

    def first(self, actor: Actor) -> ResponseReturnValue:
        """The overview."""
        return self._shown(actor, self._first)

    def _first(self, actor: Actor, wanted: Period) -> flask.Response:
        asked_, earlier, day = self._asked(wanted), wanted.beside(-1), date.fromisoformat(self._ground.floor().day)
        since = (day - timedelta(days=BASIS_DAYS)).isoformat()

        def work() -> dict[str, Any]:
            before = self._of(earlier, sums)
            basis = self._sheets.get(since, (day - timedelta(days=1)).isoformat(), lambda sheets: sheets)
            found = self._of(wanted, lambda sheets: overview(sheets, before, basis, day, asked_))
            return {"found": found, "drawn": _drawn((found.hours, found.errors, found.time), asked_.names.w)}

        return self._ground.show(
            actor, "reports", "reports.html", **self._ground.door.native(work), **self._frame(actor, wanted, ""),
            fault_names=FAULT_NAMES, names=asked_.names,
        )  # fmt: skip

    def page(self, actor: Actor, key: str) -> ResponseReturnValue:
        """One report."""
        return self._shown(actor, partial(self._page, key=key))

    def _page(self, actor: Actor, wanted: Period, key: str) -> flask.Response:
        asked_ = self._asked(wanted)
        sections = self._ground.door.native(self._of, wanted, lambda sheets: tuple(PAGES[key].make(sheets, asked_)))
        return self._ground.show(
            actor, "reports", "report.html", **self._frame(actor, wanted, key), sections=sections,
            drawn=_drawn(sections, asked_.names.w), names=asked_.names, title=PAGES[key].title,
        )  # fmt: skip

    def file(self, actor: Actor, key: str, section: str, kind: str) -> ResponseReturnValue:
        """The table of one section."""
        try:
            wanted = self._wanted()
        except ValueError as error:
            return self._no(actor, str(error))
        asked_, now = self._asked(wanted), now_utc()

        def make(sheets: Sheets) -> bytes | None:
            found = next((one for one in PAGES[key].make(sheets, asked_) if one.key == section), None)
            if found is None:
                return None
            language = asked_.names.w.language
            return encode(found.table, kind, found.report, wanted.first, wanted.last, language, now)

        body = self._ground.door.native(self._of, wanted, make)
        if body is None:
            flask.abort(404)
        return download(body, kind, f"rinda-{key}-{section}-{wanted.first}-{wanted.last}.{kind}")

    def _of(self, wanted: Period, make: Callable[[Sheets], Any]) -> Any:
        return self._sheets.get(wanted.first.isoformat(), wanted.last.isoformat(), make)

    def _shown(self, actor: Actor, make: Callable[[Actor, Period], flask.Response]) -> ResponseReturnValue:
        try:
            wanted = self._wanted()
        except ValueError as error:
            return self._no(actor, str(error))
        return make(actor, wanted)

    def _wanted(self) -> Period:
        return asked(request.args, date.fromisoformat(self._ground.floor().day))

    def _no(self, actor: Actor, said: str) -> flask.Response:
        """The chooser again, with what is wrong with the days."""
        wanted = around("month", date.fromisoformat(self._ground.floor().day))
        return self._ground.show(
            actor, "reports", "report.html", 400, **self._frame(actor, wanted, ""), sections=(), drawn={}, fault=said,
            title="Reports", most=DAYS_MOST,
        )  # fmt: skip

    def _asked(self, wanted: Period) -> Asked:
        return Asked(period=wanted, names=Names(self._ground.plan(), Words(chosen_language())))

    def _frame(self, actor: Actor, wanted: Period, key: str) -> dict[str, Any]:
        return {
            "period": wanted, "spans": KINDS, "pages": PAGES, "key": key, "table": request.args.get("view") == "table",
            "manages": may_submit(actor.role, "CorrectVisit"), "clerks": self._ground.plan().rules.clerk_figures,
        }  # fmt: skip


def _drawn(sections: tuple[Section, ...], w: Words) -> dict[str, Any]:
    """What kind of drawing each section has, and the places of those that are lines or stacks."""
    found: dict[str, Any] = {}
    for one in sections:
        plot = one.plot
        if isinstance(plot, Chart):
            made = None if plot.shape == "share" else draw(plot, w.number)
            found[one.key] = (plot.shape, made)
        elif isinstance(plot, Spread | Bars | Heat):
            found[one.key] = (type(plot).__name__.lower(), None)
        elif plot:
            found[one.key] = ("lying", None)
    return found


def download(body: bytes, kind: str, name: str) -> flask.Response:
    """A file."""
    response = flask.Response(body, content_type=FORMATS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
