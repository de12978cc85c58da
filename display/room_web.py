"""The screens of rooms and client computers as pages, /room/<code>."""

from collections.abc import Callable

import flask
from flask.typing import ResponseReturnValue

from config import texts
from config.plan import Plan
from server.shell import shell

LANGUAGE = "lv"
CATALOGUES = ("server", "display", "rooms")


def room_pages(plan: Callable[[], Plan], admit: Callable[[str], flask.Response | None]) -> flask.Blueprint:
    """`plan()` is the plan in force; `admit(channel)` answers who may not see the channel, or None."""
    blueprint = flask.Blueprint("rooms_screen", __name__)

    @blueprint.get("/room/<code>")
    def screen(code: str) -> ResponseReturnValue:
        now = plan()
        room = next((one for one in now.rooms if one.code == code), None)
        if room is None:
            flask.abort(404)
        channel = f"room/{code}"
        if (refused := admit(channel)) is not None:
            return refused
        return shell(
            title=f"{texts.translate(LANGUAGE, 'Room')} · {room.name[LANGUAGE]}",
            language=LANGUAGE,
            languages=(LANGUAGE, "en"),
            channel=channel,
            device=f"room-{code}"[:48],
            catalogues=CATALOGUES,
            sheets=("/display/static/room.css",),
            scripts=("/display/static/room.js",),
            theme="vakars",
            name=room.name,
            timezone=now.centre.timezone,
        )

    return blueprint
