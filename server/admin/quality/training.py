"""The log of training and the calendar of what is worth telling visitors."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import flask
from flask import request
from flask.typing import ResponseReturnValue

from config import texts
from config.plan import Slide
from server.admin.quality.office import Office
from server.domain.context import Actor
from server.quality import training
from server.quality.training import Course
from server.shell import chosen_language

SHOWN_DAYS = 3 * 365
YEAR_DAYS = 365


def add(blueprint: flask.Blueprint, office: Office) -> None:
    """Adds the pages to the blueprint."""
    ground, records = office.ground, office.records

    def log(actor: Actor, faults: Mapping[str, str], status: int = 200) -> ResponseReturnValue:
        today = office.today()
        every = records.find(training.courses_since(today - timedelta(days=SHOWN_DAYS)), Course)
        year = (today - timedelta(days=YEAR_DAYS)).isoformat()
        minutes = Counter[str]()
        for one in every:
            if one.day >= year:
                minutes[one.person] += one.minutes
        return office.show(
            actor, "training", "training.html", status, every=every, minutes=minutes, faults=faults,
            form=request.form or {"day": today.isoformat()},
        )  # fmt: skip

    def year(actor: Actor, faults: Mapping[str, str], status: int = 200) -> ResponseReturnValue:
        slides, language = ground.plan().slides, chosen_language()
        every = training.calendar(records.rows(training.all_tips()), slides, language, office.today())
        called = {one.code: _called(one, language) for one in slides}
        return office.show(
            actor, "tips", "tips.html", status, every=every, slides=called, faults=faults, form=request.form, states=_STATES,
            season=training.season_said,
        )  # fmt: skip

    @blueprint.get("/admin/quality/training")
    @ground.admitted("quality")
    def courses(actor: Actor) -> ResponseReturnValue:
        return log(actor, {})

    @blueprint.post("/admin/quality/training")
    @ground.posted("quality")
    def trained(actor: Actor) -> ResponseReturnValue:
        faults, statements = training.course(request.form, office.staff(), actor.id, office.today())
        if faults:
            return log(actor, faults, 422)
        records.write(*statements)
        return flask.redirect("/admin/quality/training", 303)

    @blueprint.get("/admin/quality/tips")
    @ground.admitted("quality")
    def tips(actor: Actor) -> ResponseReturnValue:
        return year(actor, {})

    @blueprint.post("/admin/quality/tips")
    @ground.posted("quality")
    def told(actor: Actor) -> ResponseReturnValue:
        faults, statements = training.tip(request.form, ground.plan().slides)
        if faults:
            return year(actor, faults, 422)
        records.write(*statements)
        return flask.redirect("/admin/quality/tips", 303)


def _called(slide: Slide, language: str) -> str:
    """What people call a slide: its first line, else what kind it is."""
    lines = (line.strip("#* ") for line in (slide.text.get(language) or slide.text.get("lv", "")).splitlines())
    return next(filter(None, lines), "") or texts.translate(language, _KINDS.get(slide.kind, slide.code))


_KINDS = {
    "phone": "Code of this centre's page", "feedback": "Code of the page for complaints and proposals",
    "rule": "Why numbers are not called one after another",
}  # fmt: skip
_STATES = {"now": "Now", "soon": "Soon", "later": "Later"}
