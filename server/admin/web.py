"""The manager's page of the centre, /admin/: the whole centre now."""

import flask
from flask.typing import ResponseReturnValue

from server.admin.ground import Ground, today
from server.domain.context import Actor
from server.engine import now_utc
from server.shell import chosen_language

_SCRIPTS = ("/admin/static/admin.js",)


def pages(ground: Ground) -> flask.Blueprint:
    """`/admin/`."""
    blueprint = flask.Blueprint("admin", __name__, static_folder="static", static_url_path="/admin/static")

    @blueprint.get("/admin/")
    @ground.admitted("now")
    def overview(actor: Actor) -> ResponseReturnValue:
        plan, centre = ground.plan(), actor.role in ("clerk", "manager")
        return ground.screen(
            actor, "now", "The centre now", sheets=("/admin/static/admin.css",), scripts=_SCRIPTS,
            catalogues=("server", "admin", "alerts", "now"), channel="overview", plan=ground.floor().version,
            today=today(now_utc(), plan, chosen_language()), pauses=plan.pause_reasons,
            profiles=[{"code": one.code, "name": one.name} for one in plan.profiles],
            zones=[{"code": one.code, "name": one.name} for one in plan.zones],
            # Who works here is the centre's own: the network's officer sees accounts.
            names={one.name: one.display for one in ground.people.everybody() if one.role != "national"} if centre else {},
        )  # fmt: skip

    return blueprint
