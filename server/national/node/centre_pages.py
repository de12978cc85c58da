"""The page on which a new centre is made: a few facts give its checked plan and the code for its server."""

from collections.abc import Mapping

import flask
from flask import request
from flask.typing import ResponseReturnValue

from config import CATALOGUE
from config.fault import Fault, PlanFault
from config.first_plan import TYPES, Facts, open_hours
from config.load import load_catalogue
from server.national.node.access import Viewer
from server.national.node.newcomers import Newcomer, first_plan_of, newcomer
from server.national.node.pages_ground import Ground, now_utc
from server.shell import whole

FIELDS = ("code", "short", "name", "municipality", "type", "counters", "hours", "lat", "lon")


class CentrePages:
    """New centres."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._packaged = ground, load_catalogue(CATALOGUE)

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        ground, blueprint = self._ground, flask.Blueprint("newcomers", __name__)
        blueprint.get("/centres/new")(ground.admitted("change")(self.form))
        blueprint.post("/centres/new")(ground.admitted("change")(self.make))
        blueprint.get("/centres/<centre>/plan.toml")(ground.admitted("change")(self.plan))
        return blueprint

    def form(self, viewer: Viewer, faults: tuple[Fault, ...] = ()) -> flask.Response:
        """What is asked of a new centre."""
        given = {name: request.form.get(name, "") for name in FIELDS}
        values = {"given": given, "faults": faults, "types": TYPES, "made": None}
        return self._ground.show(viewer, "settings", "centre_new.html", lambda connection, words: values)

    def make(self, viewer: Viewer) -> ResponseReturnValue:
        """Makes it, and shows the code, which is not kept anywhere in plain."""
        if self._ground.forged():
            flask.abort(403)
        given = {name: request.form.get(name, "").strip()[:200] for name in FIELDS}
        try:
            made: Newcomer = self._ground.door.native(
                newcomer, self._ground.write, given["type"], _facts(given), _place(given), self._packaged, now_utc()
            )
        except PlanFault as fault:
            return self.form(viewer, fault.faults), 400
        values = {"given": given, "faults": (), "types": TYPES, "made": made, "node": self._ground.public}
        answer = self._ground.show(viewer, "settings", "centre_new.html", lambda connection, words: values)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def plan(self, viewer: Viewer, centre: str) -> ResponseReturnValue:
        """The first plan of a centre as a file."""
        text = self._ground.look_up(first_plan_of, centre)
        if not text:
            flask.abort(404)
        return flask.Response(text, mimetype="application/toml; charset=utf-8")


def _facts(given: Mapping[str, str]) -> Facts:
    if (counters := whole(given["counters"])) is None:
        raise PlanFault([Fault("counters", None, "is not a number")])
    return Facts(
        code=given["code"], name=given["name"], short=given["short"], municipality=given["municipality"],
        counters=counters, hours=open_hours(given["hours"]),
    )  # fmt: skip


def _place(given: Mapping[str, str]) -> dict[str, float]:
    """Coordinates, both or none."""
    if not given["lat"] and not given["lon"]:
        return {}
    try:
        lat, lon = (float(given[name].replace(",", ".")) for name in ("lat", "lon"))
    except ValueError:
        raise PlanFault([Fault("lat", None, "both are degrees, as in 57.42 and 25.90, or both are left empty")]) from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise PlanFault([Fault("lat", None, "there is no such place")])
    return {"lat": lat, "lon": lon}
