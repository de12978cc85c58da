"""The public page across centres, and the same for programs. Nobody signs in, nothing is kept of who asks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import flask
from flask import request

from server.national.node.kept import Kept, language_asked
from server.national.node.pages_ground import Ground
from server.national.node.pages_words import ZONE, Words
from server.national.node.public import Found, Picture, Plans, nearest, picture, search
from server.shell import LANGUAGES, page

FRESH_S = 5.0
SHOWN = 40
"""So many centres are listed unless all are asked for."""
CHOICES = 25
"""So many services are offered for what was typed."""


class Load:
    """`/load` and `/api/v1/load`."""

    def __init__(self, ground: Ground, clock: Callable[[], datetime]) -> None:
        plans = Plans()

        def make() -> Picture:
            now = clock()
            found: Picture = ground.look_up(picture, plans, now, now.astimezone(ZONE).date())
            return found

        self._seen = Kept(FRESH_S, make)

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint = flask.Blueprint("load", __name__)
        blueprint.get("/load")(self.page)
        blueprint.get("/api/v1/load")(self.api)
        return blueprint

    def page(self) -> flask.Response:
        """Choose a service and a place; the centres that have it, the best first."""
        seen, words = self._seen(), Words(language_asked())
        service, place, typed = (request.args.get(name, "")[:80] for name in ("service", "municipality", "q"))
        chosen = next((one for one in seen.services if one.code == service), None)
        found = search(seen.services, typed) if typed else []
        if chosen is None and len(found) == 1:
            chosen = found[0]
        listed = nearest(seen, chosen.code if chosen else "", place) if chosen or not typed else []
        body = page(
            "national/load.html", language=words.language, languages=LANGUAGES, w=words, seen=seen, chosen=chosen,
            place=place, typed=typed,
            found=found[:CHOICES], more=max(0, len(found) - CHOICES),
            listed=listed if request.args.get("all") else listed[:SHOWN], total=len(listed),
        )  # fmt: skip
        return _open(flask.Response(body))

    def api(self) -> flask.Response:
        """The same for programs: `?service=&municipality=`."""
        seen = self._seen()
        service, place = request.args.get("service", "")[:80], request.args.get("municipality", "")[:80]
        answer = _open(flask.jsonify(at=seen.at.isoformat(), centres=[_told(one) for one in nearest(seen, service, place)]))
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer


def _told(one: Found) -> dict[str, Any]:
    place = one.place
    times = {name: at.isoformat() if (at := getattr(place, name)) else None for name in ("at", "closes", "opens")}
    return {
        "centre": place.centre, "name": place.name, "municipality": place.municipality, "lat": place.lat, "lon": place.lon,
        "state": place.state, **times, "waiting": one.waiting, "low": one.low, "high": one.high, "km": one.km,
    }  # fmt: skip


def _open(answer: flask.Response) -> flask.Response:
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_S:.0f}"
    return answer
