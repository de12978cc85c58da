"""The page of a clerk's desk: one address per counter of the plan in force."""

from collections.abc import Callable

import msgspec
from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from config.plan import Plan
from server.shell import LANGUAGES, chosen_language, shell

SHEETS = ("desk", "desk_centre", "desk_record", "desk_sheets", "desk_beside", "desk_booths", "desk_narrow")
"""Style sheets in their order: the last one adapts the others to less room."""


def pages(
    plan: Callable[[], Plan], admit: Callable[[str], Response | None], who: Callable[[], str], own: Callable[[], str]
) -> Blueprint:
    """`/counter/<counter>`, which can be installed as a window of its own.

    `admit(channel)` answers a person who may not see it, `who()` names the one who may, `own()` is what a browser
    keeps the clerk's keys and marks by.
    """
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
            catalogues=("counter", "alerts", "lock"),
            sheets=[f"/counter/static/{name}.css" for name in SHEETS],
            scripts=("/counter/static/desk.js",),
            manifest=f"/counter/{counter}/app.webmanifest",
            counter=counter,
            clerk=who(),
            own=own(),
            place=present.place,
            timezone=present.centre.timezone,
        )

    @blueprint.get("/counter/<counter>/app.webmanifest")
    def manifest(counter: str) -> ResponseReturnValue:
        present = plan()
        if counter not in {known.code for known in present.counters}:
            abort(404)
        name = present.place.noun["lv"].format(n=counter)
        icon = {"src": "/static/mark.svg", "sizes": "any", "type": "image/svg+xml"}
        body = {
            "name": f"{name} · Rinda", "short_name": name, "lang": "lv", "id": f"/counter/{counter}",
            "start_url": f"/counter/{counter}", "scope": "/counter/", "display": "standalone",
            "background_color": "#f6f2e8", "theme_color": "#073b31", "icons": [icon],
        }  # fmt: skip
        return Response(msgspec.json.encode(body), mimetype="application/manifest+json")

    return blueprint
