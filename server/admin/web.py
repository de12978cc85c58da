"""The manager's page of the centre, /admin/: the overview in words and tables."""

from collections.abc import Callable

import flask
from flask.typing import ResponseReturnValue

from config import texts
from config.plan import Plan
from server.shell import LANGUAGES, chosen_language, shell


def pages(
    plan: Callable[[], Plan], admit: Callable[[str], flask.Response | None], who: Callable[[], str], manages: Callable[[], bool]
) -> flask.Blueprint:
    """`/admin/`. `admit(channel)` answers a person who may not see it, `who()` names the one who may; `manages()`: a manager."""
    blueprint = flask.Blueprint("admin", __name__, static_folder="static", static_url_path="/admin/static")

    @blueprint.get("/admin/")
    def overview() -> ResponseReturnValue:
        now, language = plan(), chosen_language()
        return admit("overview") or shell(
            title=f"{texts.translate(language, 'The centre now')} · {now.centre.short.get(language, now.centre.short['lv'])}",
            language=language,
            languages=LANGUAGES,
            channel="overview",
            device="admin",
            catalogues=("server", "admin", "alerts", "lock"),
            sheets=("/admin/static/admin.css",),
            scripts=("/admin/static/admin.js",),
            who=who(),
            manages=manages(),
            place=now.place,
            timezone=now.centre.timezone,
        )

    return blueprint
