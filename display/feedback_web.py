"""The public page /feedback: who answers complaints and proposals, an institution's own way, and a short form."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import flask
from flask import request
from flask.typing import ResponseReturnValue

from config import texts
from config.plan import Plan
from server.guard import Bucket, same_origin
from server.quality import feedback
from server.quality.records import Records
from server.shell import page

LANGUAGE = "lv"
BURST, RATE = 6, 1 / 120
"""Of what one address sends: six at once, then one in two minutes; a whole hall may be behind it."""
ALL_BURST, ALL_RATE = 60, 1 / 10
"""And of all addresses together: a flood from everywhere does not fill the manager's list."""


def feedback_pages(plan: Callable[[], Plan], records: Records, may_ask: Callable[[str], bool]) -> flask.Blueprint:
    """For everybody; `may_ask(address)` keeps one address to a bearable pace."""
    blueprint = flask.Blueprint("feedback", __name__)
    pace, together = Bucket(RATE, BURST), Bucket(ALL_RATE, ALL_BURST)

    @blueprint.get("/feedback")
    def shown() -> ResponseReturnValue:
        if not may_ask(request.remote_addr or ""):
            flask.abort(429)
        return feedback_page(plan(), _language(), sent="sent" in request.args)

    @blueprint.post("/feedback")
    def said() -> ResponseReturnValue:
        here, language = plan(), _language()
        if not same_origin(request.environ):
            flask.abort(403)
        today = datetime.now(ZoneInfo(here.centre.timezone)).date()
        faults, statements = feedback.said(request.form, here, language, today)
        if faults:
            return feedback_page(here, language, faults, request.form), 422
        if not (pace.take(request.remote_addr or "") and together.take("")):
            return feedback_page(
                here, language, {"text": "Too much at once. Please try again in a few minutes."}, request.form
            ), 429
        records.write(*statements)
        return flask.redirect(f"/feedback?sent=1&language={language}", 303)

    def _language() -> str:
        asked = request.args.get("language", LANGUAGE)
        return asked if asked in plan().languages else LANGUAGE

    return blueprint


def feedback_page(
    plan: Plan, language: str, faults: Mapping[str, str] = {}, form: Mapping[str, str] = {}, *, sent: bool = False
) -> str:  # fmt: skip
    """The page in Latvian, with another language of the plan beneath for whoever asked for it."""
    names = {one.code: one.short for one in plan.institutions}
    within = plan.feedback.within_days
    return page(
        "feedback.html",
        language=language,
        languages=plan.languages,
        lv=partial(texts.translate, LANGUAGE),
        centre=plan.centre.short,
        phone=plan.centre.phone,
        answers=plan.feedback.answers,
        days={
            code: texts.plural(code, "We answer within {n} day.", "We answer within {n} days.", within)
            for code in {LANGUAGE, language}
        },
        routes=[(names[code], text) for code, text in plan.feedback.routes.items() if code in names],
        institutions=list(names.items()),
        kinds=list(feedback.KINDS.items()),
        faults=faults,
        form=form,
        sent=sent,
    )
