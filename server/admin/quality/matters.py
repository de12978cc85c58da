"""Complaints and proposals, filled forms, and findings: pages on which somebody has to do something."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import flask
from flask import request
from flask.typing import ResponseReturnValue

from config.quality import forms
from server.admin.quality.office import Office
from server.domain.context import Actor
from server.quality import feedback, findings, inquiries
from server.quality.feedback import Feedback
from server.quality.findings import Finding
from server.quality.inquiries import Sheet
from server.quality.records import Step
from server.shell import chosen_language

DUE_DAYS = 30
"""When a new finding is due unless somebody says otherwise."""


def add(blueprint: flask.Blueprint, office: Office) -> None:
    """Adds the pages to the blueprint."""
    _feedback(blueprint, office)
    _forms(blueprint, office)
    _findings(blueprint, office)


def _feedback(blueprint: flask.Blueprint, office: Office) -> None:
    ground, records = office.ground, office.records

    def one(actor: Actor, id: str, faults: Mapping[str, str], status: int = 200) -> ResponseReturnValue:
        matter = _one(office, feedback.of(id), Feedback)
        contact = next((row["contact"] for row in records.rows(feedback.contact_of(id))), "")
        return office.show(
            actor, "feedback", "feedback_one.html", status, one=matter, contact=contact, kinds=feedback.KINDS,
            states=feedback.STATES, names=office.institutions(chosen_language()), steps=records.find(findings.steps(id), Step),
            faults=faults, form=request.form or _values(matter),
        )  # fmt: skip

    @blueprint.get("/admin/quality/feedback")
    @ground.admitted("quality")
    def matters(actor: Actor) -> ResponseReturnValue:
        quarter = office.quarter()
        found = records.find(feedback.every(quarter.first.isoformat()), Feedback)
        return office.show(
            actor, "feedback", "feedback.html", every=[each for each in found if each.day <= quarter.last.isoformat()],
            kinds=feedback.KINDS, states=feedback.STATES, names=office.institutions(chosen_language()),
        )  # fmt: skip

    @blueprint.get("/admin/quality/feedback/<id>")
    @ground.admitted("quality")
    def matter_page(actor: Actor, id: str) -> ResponseReturnValue:
        return one(actor, id, {})

    @blueprint.post("/admin/quality/feedback/<id>")
    @ground.posted("quality")
    def matter_changed(actor: Actor, id: str) -> ResponseReturnValue:
        matter = _one(office, feedback.of(id), Feedback)
        faults, statements = feedback.changed(matter, request.form, office.staff(), actor.id, office.today())
        if faults:
            return one(actor, id, faults, 422)
        records.write(*statements)
        return flask.redirect(f"/admin/quality/feedback/{id}", 303)


def _forms(blueprint: flask.Blueprint, office: Office) -> None:
    ground, records = office.ground, office.records

    @blueprint.get("/admin/quality/forms")
    @ground.admitted("quality")
    def sheets_page(actor: Actor) -> ResponseReturnValue:
        quarter = office.quarter()
        sheets = records.find(inquiries.between(quarter.first, quarter.last), Sheet)
        results = [(form, *inquiries.results(form, sheets)) for form in forms().values()]
        return office.show(actor, "forms", "forms.html", results=results, answers=_ANSWERS)

    def sheet(actor: Actor, code: str, faults: Mapping[str, str], status: int = 200) -> ResponseReturnValue:
        if code not in forms():
            flask.abort(404)
        form = request.form or {"day": office.today().isoformat()}
        return office.show(
            actor, "forms", "form.html", status, questionnaire=forms()[code], answers=_ANSWERS, faults=faults, form=form
        )

    @blueprint.get("/admin/quality/forms/<code>")
    @ground.admitted("quality")
    def sheet_page(actor: Actor, code: str) -> ResponseReturnValue:
        return sheet(actor, code, {})

    @blueprint.post("/admin/quality/forms/<code>")
    @ground.posted("quality")
    def sheet_filled(actor: Actor, code: str) -> ResponseReturnValue:
        if code not in forms():
            flask.abort(404)
        stems = ground.plan().health_words
        faults, statements = inquiries.filled(forms()[code], request.form, actor.id, office.today(), stems)
        if faults:
            return sheet(actor, code, faults, 422)
        records.write(*statements)
        return flask.redirect("/admin/quality/forms", 303)


def _findings(blueprint: flask.Blueprint, office: Office) -> None:
    ground, records = office.ground, office.records

    def listed(actor: Actor, faults: Mapping[str, str], status: int = 200) -> ResponseReturnValue:
        quarter = office.quarter()
        found = records.find(findings.every(quarter.first.isoformat()), Finding)
        new = {
            "source": request.args.get("source", "own"), "of": request.args.get("of", ""),
            "text": request.args.get("text", "")[:400],
            "owner": actor.id, "due": (office.today() + timedelta(days=DUE_DAYS)).isoformat(),
        }  # fmt: skip
        return office.show(
            actor, "findings", "findings.html", status, every=[one for one in found if one.day <= quarter.last.isoformat()],
            sources=findings.SOURCES, states=findings.STATES, faults=faults, form=request.form or new,
            making="source" in request.args,
        )  # fmt: skip

    def one(actor: Actor, id: str, faults: Mapping[str, str], status: int = 200) -> ResponseReturnValue:
        finding = _one(office, findings.of(id), Finding)
        return office.show(
            actor, "findings", "finding.html", status, one=finding, sources=findings.SOURCES, states=findings.STATES,
            steps=records.find(findings.steps(id), Step), faults=faults, form=request.form or _values(finding),
        )  # fmt: skip

    @blueprint.get("/admin/quality/findings")
    @ground.admitted("quality")
    def findings_page(actor: Actor) -> ResponseReturnValue:
        return listed(actor, {})

    @blueprint.post("/admin/quality/findings")
    @ground.posted("quality")
    def finding_made(actor: Actor) -> ResponseReturnValue:
        stems = ground.plan().health_words
        faults, statements = findings.found(request.form, office.staff(), actor.id, office.today(), stems)
        if faults:
            return listed(actor, faults, 422)
        records.write(*statements)
        return flask.redirect("/admin/quality/findings", 303)

    @blueprint.get("/admin/quality/findings/<id>")
    @ground.admitted("quality")
    def finding_page(actor: Actor, id: str) -> ResponseReturnValue:
        return one(actor, id, {})

    @blueprint.post("/admin/quality/findings/<id>")
    @ground.posted("quality")
    def finding_changed(actor: Actor, id: str) -> ResponseReturnValue:
        finding, stems = _one(office, findings.of(id), Finding), ground.plan().health_words
        faults, statements = findings.changed(finding, request.form, office.staff(), actor.id, office.today(), stems)
        if faults:
            return one(actor, id, faults, 422)
        records.write(*statements)
        return flask.redirect(f"/admin/quality/findings/{id}", 303)


_ANSWERS = {"yes": "Yes", "partly": "Partly", "no": "No"}


def _one(office: Office, query: Any, kind: type[Any]) -> Any:
    found = office.records.find(query, kind)
    if not found:
        flask.abort(404)
    return found[0]


def _values(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}
