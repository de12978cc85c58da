"""The manager's page of the centre, /admin/: the overview in words and tables."""

from collections.abc import Callable

import flask
from flask.typing import ResponseReturnValue

from config import texts
from config.plan import Plan
from server.shell import shell

LANGUAGE = "lv"


def pages(plan: Callable[[], Plan], admit: Callable[[str], flask.Response | None], who: Callable[[], str]) -> flask.Blueprint:
    """`/admin/`. `admit(channel)` answers a person who may not see it, `who()` names the one who may."""
    blueprint = flask.Blueprint("admin", __name__, static_folder="static", static_url_path="/admin/static")

    @blueprint.get("/admin/")
    def overview() -> ResponseReturnValue:
        now = plan()
        return admit("overview") or shell(
            title=f"{texts.translate(LANGUAGE, 'The centre now')} · {now.centre.short[LANGUAGE]}",
            language=LANGUAGE,
            languages=(LANGUAGE,),
            channel="overview",
            device="admin",
            catalogues=("server", "admin"),
            sheets=("/admin/static/admin.css",),
            scripts=("/admin/static/admin.js",),
            who=who(),
            place=now.place,
            timezone=now.centre.timezone,
        )

    return blueprint
