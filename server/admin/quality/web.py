"""/admin/quality: ratings, the standard, the report and its files; the other pages are in the modules beside."""

from collections.abc import Callable, Sequence

import flask
from flask import request
from flask.typing import ResponseReturnValue

from config.quality import Line
from server.admin.ground import Ground
from server.admin.quality import matters, training
from server.admin.quality.office import Office, months_of
from server.domain.context import Actor
from server.domain.floor import Visit
from server.engine import now_utc
from server.quality import standard, tables
from server.quality.indicators import GROUPS
from server.quality.rating import LEAST, summary
from server.quality.records import Records
from server.reports.formats import KINDS, encode
from server.reports.table import Table
from server.shell import chosen_language

LINE_GROUPS = {
    "waiting": "Waiting", "calling": "Calls to the counter", "service": "At the counter", "access": "Access",
    "records": "Records", "voice": "What visitors say", "staff": "People at work",
}  # fmt: skip


def quality_pages(ground: Ground, records: Records, visits_on: Callable[[str], Sequence[Visit]]) -> flask.Blueprint:
    """All pages of quality; `visits_on(day)` are the visits of a business day."""
    blueprint = flask.Blueprint("quality", __name__)
    office = Office(ground, records, visits_on)
    _look(blueprint, office)
    _standard(blueprint, office)
    _report(blueprint, office)
    matters.add(blueprint, office)
    training.add(blueprint, office)
    return blueprint


def _look(blueprint: flask.Blueprint, office: Office) -> None:
    @blueprint.get("/admin/quality")
    @office.ground.admitted("quality")
    def ratings(actor: Actor) -> ResponseReturnValue:
        gathered, language = office.gathered(office.quarter()), chosen_language()
        today = office.today()
        return office.show(
            actor, "ratings", "ratings.html", gathered=gathered, sums=summary(gathered.ratings), least=LEAST,
            months=tables.by_month(gathered.trend, months_of(gathered, today)),
            institutions=tables.by_institution(gathered.ratings, office.institutions(language)),
            texts=[one for one in gathered.ratings if one.text] if len(gathered.ratings) >= LEAST else [],
        )  # fmt: skip

    @blueprint.get("/admin/quality/indicators")
    @office.ground.admitted("quality")
    def indicators(actor: Actor) -> ResponseReturnValue:
        gathered, plan = office.gathered(office.quarter()), office.ground.plan()
        return office.show(
            actor, "indicators", "indicators.html", gathered=gathered, groups=GROUPS,
            names=office.institutions(chosen_language()),
            elsewhere=gathered.figures.elsewhere.most_common(10),
            unserved=[(plan.unserved.get(code, {}), code, n) for code, n in gathered.figures.unserved.most_common(10)],
        )  # fmt: skip


def _standard(blueprint: flask.Blueprint, office: Office) -> None:
    ground, records = office.ground, office.records

    def shown(actor: Actor, faults: dict[str, str], status: int = 200) -> ResponseReturnValue:
        return office.show(
            actor, "standard", "standard.html", status, gathered=office.gathered(office.quarter()), groups=LINE_GROUPS,
            answers=standard.ANSWERS, faults=faults, form=request.form,
            left_out=[line for line in _lines(records) if line.off],
        )  # fmt: skip

    @blueprint.get("/admin/quality/standard")
    @ground.admitted("quality")
    def checklist(actor: Actor) -> ResponseReturnValue:
        return shown(actor, {})

    @blueprint.post("/admin/quality/standard")
    @ground.posted("quality")
    def said(actor: Actor) -> ResponseReturnValue:
        if request.form.get("do") == "set":
            faults, statements = standard.set_line(request.form, actor.id, now_utc())
        else:
            stems = ground.plan().health_words
            faults, statements = standard.answered(request.form, actor.id, office.today(), stems)
        if faults:
            return shown(actor, faults, 422)
        records.write(*statements)
        line = request.form["line"]
        return flask.redirect(f"/admin/quality/standard?period={office.quarter()}#line-{line}", 303)


def _lines(records: Records) -> tuple[Line, ...]:
    return standard.lines(standard.changes_of(records.rows(standard.all_changes())))


def _report(blueprint: flask.Blueprint, office: Office) -> None:
    @blueprint.get("/admin/quality/report")
    @office.ground.admitted("quality")
    def report(actor: Actor) -> ResponseReturnValue:
        gathered, language, today = office.gathered(office.quarter()), chosen_language(), office.today()
        return office.show(
            actor, "report", "report.html", gathered=gathered, sums=summary(gathered.ratings), least=LEAST, names=tables.NAMES,
            months=tables.by_month(gathered.trend, months_of(gathered, today)),
            institutions=tables.by_institution(gathered.ratings, office.institutions(language)), groups=GROUPS,
        )  # fmt: skip

    @blueprint.get("/admin/quality/report/<name>.<kind>")
    @office.ground.admitted("quality")
    def file(actor: Actor, name: str, kind: str) -> ResponseReturnValue:
        if name not in tables.NAMES or kind not in KINDS:
            flask.abort(404)
        quarter, language = office.quarter(), chosen_language()
        data = encode(_table(office, name, language), kind, tables.NAMES[name], quarter.first, quarter.last, language, now_utc())
        sent = flask.Response(data, mimetype=KINDS[kind])
        sent.headers.set("Content-Disposition", "attachment", filename=f"{name}-{quarter}.{kind}")
        return sent


def _table(office: Office, name: str, language: str) -> Table:
    gathered, today = office.gathered(office.quarter()), office.today()
    match name:
        case "ratings":
            return tables.by_month(gathered.trend, months_of(gathered, today))
        case "institutions":
            return tables.by_institution(gathered.ratings, office.institutions(language))
        case "standard":
            return tables.standard(gathered.checked, language)
        case "findings":
            return tables.findings(gathered.findings, office.staff(), today.isoformat())
        case _:
            return tables.indicators(gathered.indicators)
