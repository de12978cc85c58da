"""The waiting-room boards as pages, /display/<zone>?screen=<code>, with their static files and their service worker."""

import json
from collections.abc import Callable
from pathlib import Path

import flask
from flask.typing import ResponseReturnValue

from config import texts
from config.plan import Plan
from display import worker
from server.shell import page, shell

LANGUAGE = "lv"
"""Boards stay Latvian (State Language Law, section 21); numbers need no translation."""

_SHEETS = ("board", "board_calls", "board_lists", "board_tiles", "board_states")
_CATALOGUES = ("server", "display")
_VERSION = "Rinda-Version"


def version() -> str:
    """The version of all that a board is made of."""
    return worker.version(json.dumps(texts.messages(LANGUAGE, _CATALOGUES), sort_keys=True))


def pages(plan: Callable[[], Plan], admit: Callable[[str], flask.Response | None]) -> flask.Blueprint:
    """`plan()` is the plan in force; `admit(channel)` answers who may not see the channel, or None."""
    blueprint = flask.Blueprint(
        "display", __name__, static_folder=Path(__file__).parent / "static", static_url_path="/display/static"
    )

    @blueprint.get("/display/<zone>")
    def board(zone: str) -> ResponseReturnValue:
        now = plan()
        if zone not in {each.code for each in now.zones}:
            flask.abort(404)
        channel = f"board/{zone}"
        if (refused := admit(channel)) is not None:
            return refused
        screens = [screen.code for screen in now.screens if screen.zone == zone]
        screen = flask.request.args.get("screen") or next(iter(screens), "")
        if screen and screen not in screens:
            return page("error.html", language=LANGUAGE, code=404, text=_no_screen(screen, screens)), 404
        answer = shell(
            title=f"{texts.translate(LANGUAGE, 'Board')} · {now.centre.short[LANGUAGE]}",
            language=LANGUAGE,
            languages=(LANGUAGE,),
            channel=channel,
            device=f"board-{zone}-{screen}"[:48],
            catalogues=_CATALOGUES,
            sheets=tuple(f"/display/static/{name}.css" for name in _SHEETS),
            scripts=("/display/static/board.js",),
            theme="vakars",
            zone=zone,
            screen=screen,
            version=version(),
            centre=now.centre.name,
            timezone=now.centre.timezone,
        )
        return answer, {_VERSION: version()}

    @blueprint.get("/display/worker.js")
    def service_worker() -> flask.Response:
        answer = flask.Response(worker.script(version()), mimetype="text/javascript")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    return blueprint


def _no_screen(screen: str, screens: list[str]) -> str:
    said = texts.translate(LANGUAGE, "This zone has no screen “{screen}”.", screen=screen)
    return f"{said} {texts.translate(LANGUAGE, 'It has these: {known}.', known=', '.join(screens))}" if screens else said
