"""The page of a clerk's desk: one address per counter of the plan in force."""

from collections.abc import Callable

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from config.plan import Plan
from server.shell import LANGUAGES, chosen_language, shell

SHEETS = ("desk", "desk_centre", "desk_record", "desk_sheets", "desk_narrow")
"""Style sheets in their order: the last one adapts the others to less room."""


def pages(plan: Callable[[], Plan], admit: Callable[[str], Response | None], who: Callable[[], str]) -> Blueprint:
    """`/counter/<counter>`. `admit(channel)` answers a person who may not see it, `who()` names the one who may."""
    blueprint = Blueprint("counter", __name__, static_folder="static", static_url_path="/counter/static")

    @blueprint.get("/counter/<counter>")
    def desk(counter: str) -> ResponseReturnValue:
        present = plan()
        if counter not in {known.code for known in present.counters}:
            abort(404)
        refused = admit(f"desk/{counter}")
        if refused is not None:
            return refused
        language = chosen_language()
        noun = present.place.noun
        return shell(
            title=noun.get(language, noun["lv"]).format(n=counter),
            language=language,
            languages=LANGUAGES,
            channel=f"desk/{counter}",
            device=f"desk-{counter}",
            catalogues=("counter", "alerts"),
            sheets=[f"/counter/static/{name}.css" for name in SHEETS],
            scripts=("/counter/static/desk.js",),
            counter=counter,
            clerk=who(),
            place=present.place,
            timezone=present.centre.timezone,
        )

    return blueprint
