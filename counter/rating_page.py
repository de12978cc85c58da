"""The rating tablet beside a counter as a page, /rate/<counter>: two questions with large faces, answered without a name."""

from collections.abc import Callable
from datetime import UTC, datetime

import flask
from flask import request
from flask.typing import ResponseReturnValue

from config import texts
from config.plan import Plan
from counter.rating_view import ASK_S, LATE_S, key, last_over
from server.domain.floor import Floor
from server.guard import same_origin
from server.quality.rating import Ratings
from server.shell import shell

LANGUAGE = "lv"


def rating_pages(floor: Callable[[], Floor], ratings: Ratings, admit: Callable[[str], flask.Response | None]) -> flask.Blueprint:
    """`admit(channel)` answers who may not see the channel, or None."""
    blueprint = flask.Blueprint("rate", __name__)

    def counter_of(plan: Plan, counter: str) -> None:
        if counter not in {each.code for each in plan.counters}:
            flask.abort(404)

    @blueprint.get("/rate/<counter>")
    def tablet(counter: str) -> ResponseReturnValue:
        plan = floor().settled
        counter_of(plan, counter)
        channel = f"rate/{counter}"
        return admit(channel) or shell(
            title=f"{texts.translate(LANGUAGE, 'Rate our service')} · {plan.centre.short[LANGUAGE]}",
            language=LANGUAGE,
            languages=plan.languages,
            channel=channel,
            device=f"rate-{counter}",
            catalogues=("server", "visitor"),
            sheets=("/counter/static/rate.css",),
            scripts=("/counter/static/rate.js",),
            counter=counter,
        )

    @blueprint.post("/rate/<counter>")
    def take(counter: str) -> ResponseReturnValue:
        here, now = floor(), datetime.now(UTC)
        counter_of(here.settled, counter)
        if not same_origin(request.environ) or admit(f"rate/{counter}") is not None:
            return flask.jsonify(ok=False), 403
        over = last_over(here, counter, now, ASK_S + LATE_S)
        if over is None or key(over[0]) != request.form.get("key"):
            return flask.jsonify(ok=False), 410
        said = {name: request.form[name] for name in ("score", "settled") if name in request.form}
        faults = ratings.take(here, over[0], said, "tablet", now)
        return (flask.jsonify(ok=False, faults=faults), 400) if faults else (flask.jsonify(ok=True), 200)

    return blueprint
