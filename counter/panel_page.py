"""The call panel as a page, /panel/<counter>: a cheap screen over a counter. Its files lie in counter/static."""

from collections.abc import Callable

import flask
from flask.typing import ResponseReturnValue

from config import texts
from config.plan import Plan
from server.shell import shell

LANGUAGE = "lv"
"""Signs stay Latvian (State Language Law, section 21); numbers need no translation."""


def panel_pages(plan: Callable[[], Plan], admit: Callable[[str], flask.Response | None]) -> flask.Blueprint:
    """`plan()` is the plan in force; `admit(channel)` answers who may not see the channel, or None."""
    blueprint = flask.Blueprint("panel", __name__)

    @blueprint.get("/panel/<counter>")
    def panel(counter: str) -> ResponseReturnValue:
        now = plan()
        if counter not in {each.code for each in now.counters}:
            flask.abort(404)
        channel = f"panel/{counter}"
        return admit(channel) or shell(
            title=f"{texts.translate(LANGUAGE, 'Call panel')} {counter} · {now.centre.short[LANGUAGE]}",
            language=LANGUAGE,
            languages=(LANGUAGE,),
            channel=channel,
            device=f"panel-{counter}",
            catalogues=("server", "display"),
            sheets=("/counter/static/panel.css",),
            scripts=("/counter/static/panel.js",),
            theme="vakars",
            counter=counter,
            timezone=now.centre.timezone,
        )

    return blueprint
