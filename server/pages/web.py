"""The centre server's own pages: front door, errors, health; and who may see a page."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import flask
from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from config import texts
from config.plan import Plan
from config.settings import Settings
from server import authority
from server.api import answer, speaks
from server.domain.context import Actor
from server.domain.floor import Floor
from server.domain.refusal import CODES
from server.engine import Engine
from server.guard import DEVICE_COOKIE, SCREENS, carried, identify
from server.metrics import Metrics
from server.pages.faults import not_taken
from server.people.cookies import DEVICE_DAYS, set_cookie
from server.people.people import People
from server.protocol import Answer
from server.shell import chosen_language, page

STAFF = ("clerk", "manager", "national")
DISK_FREE_LEAST = 0.02
NEAR = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


class Web:
    """Pages and checks that need to know the people."""

    def __init__(
        self, settings: Settings, engine: Engine, people: People, metrics: Metrics, unpaired: Callable[[str], flask.Response]
    ) -> None:
        """`unpaired(path)` is what a screen sees that may not open the page of that path: how to pair it."""
        self._settings, self._engine, self._people, self._metrics = settings, engine, people, metrics
        self._unpaired = unpaired

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages, with the error pages of the whole app."""
        blueprint = flask.Blueprint("web", __name__)
        blueprint.get("/")(self.front)
        blueprint.get("/favicon.ico")(lambda: flask.redirect("/static/mark.svg"))
        blueprint.get("/healthz")(self.healthz)
        blueprint.get("/readyz")(self.readyz)
        blueprint.get("/metrics")(self.figures)
        blueprint.app_errorhandler(HTTPException)(error_page)
        return blueprint

    def actor(self) -> Actor | None:
        """Who makes the present request."""
        return identify(request.environ, self._people)

    def who(self) -> str:
        """The display name of the person who makes the present request."""
        actor = self.actor()
        account = self._people.account(actor.id) if actor else None
        return account.display if account else (actor.id if actor else "")

    def own(self) -> str:
        """What a browser may keep of that person's in place of a name: always the same, and nobody can be read from it."""
        actor = self.actor()
        return hashlib.sha256(f"rinda {actor.id}".encode()).hexdigest()[:16] if actor else ""

    def manages(self) -> bool:
        """Whether whoever makes the present request may change the plan."""
        actor = self.actor()
        return actor is not None and authority.may_submit(actor.role, "RevisePlan")

    def admit(self, channel: str) -> flask.Response | None:
        """None for somebody who may see the channel; else the way in: sign-in for staff, pairing for devices."""
        offered = request.args.get("token")
        device = self._people.by_token(offered)
        if device is not None and device.role in SCREENS:
            # A screen is paired by opening its page once with the token; the address without it is kept.
            return self._with_device(offered or "")
        token = carried(request.environ, self._people)
        if token and (fresh := self._people.devices.renew(token)) is not None:
            return self._with_device(fresh)
        actor = self.actor()
        if actor is not None and authority.may_see(actor.role, channel, only=actor.only):
            if token is not None:
                self._people.devices.used(token)
            return None
        staff = channel.partition("/")[0] in ("desk", "catalogue", "overview")
        if staff and (actor is None or actor.role not in STAFF):
            return flask.redirect(f"/login?next={quote(request.full_path.rstrip('?'))}")  # type: ignore[return-value]
        if not staff and actor is None and self._people.by_token(self._settings.screen_token) is not None:
            # The demo's screens need no pairing: the page comes back with the demo's display token.
            return self._with_device(self._settings.screen_token or "")
        if staff or self._settings.screen_token:
            return flask.make_response(page("error.html", language="lv", code=403, text=None), 403)
        return self._unpaired(request.full_path.rstrip("?"))

    def front(self) -> str:
        """Every screen of the centre on one page."""
        floor = self._engine.floor
        return page(
            "front.html",
            language="lv",
            centre=floor.settled.centre.short,
            links=front_links(floor, self._settings),
            demo=self._settings.screen_token is not None,
        )

    def healthz(self) -> ResponseReturnValue:
        """The process answers."""
        return flask.jsonify(ok=True)

    def readyz(self) -> ResponseReturnValue:
        """Whether numbers can be given now, with what stands in the way."""
        usage = shutil.disk_usage(self._settings.data_dir)
        checks = {
            "plan": self._engine.floor.plan is not None,
            "store": not self._engine.broken,
            "disk": usage.free / usage.total > DISK_FREE_LEAST,
        }
        ready = all(checks.values())
        return flask.jsonify(ok=ready, checks=checks), 200 if ready else 503

    def figures(self) -> ResponseReturnValue:
        """Prometheus; to this machine alone, and to nobody who comes through a proxy on it, unless it was set otherwise."""
        near = request.remote_addr in NEAR and "X-Forwarded-For" not in request.headers
        if not near and not self._settings.open_metrics:
            return flask.Response("only from this machine; RINDA_OPEN_METRICS=1\n", 403, mimetype="text/plain")
        return flask.Response(self._metrics.text(), mimetype="text/plain; version=0.0.4")

    def _with_device(self, token: str) -> flask.Response:
        rest = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "token"])
        back = flask.make_response(flask.redirect(f"{request.path}?{rest}" if rest else request.path))
        set_cookie(back, DEVICE_COOKIE, token, DEVICE_DAYS * 86400)
        return back


def error_page(error: HTTPException) -> ResponseReturnValue:
    """An error as JSON for programs and as a page for people; a form that the disk did not take is told so."""
    code = error.code or 500
    if not_taken(error):
        code, text = 503, texts.translate(chosen_language(), CODES["not_stored"])
        if request.path.startswith("/api/") or "X-CSRF-Token" in request.headers:
            return answer(Answer(ok=False, code="not_stored", text=text))
        return page("error.html", language=chosen_language(), code=code, text=text), code
    if request.path.startswith("/api/"):
        words = {404: "unknown_path", 413: "too_large", 500: "server_error"}.get(code)
        if words is None:
            return flask.jsonify(ok=False, code="malformed", text=error.description), code, error.get_headers()[1:]
        return answer(Answer(ok=False, code=words, text=texts.translate(speaks(), CODES[words]))), code
    return page("error.html", language=chosen_language(), code=code, text=None), code


def front_links(floor: Floor, settings: Settings) -> list[tuple[str, str, object, str]]:
    """(group, address, title, description) of every screen; plain strings are source texts."""
    plan = floor.settled
    host = request.host.rpartition(":")[0] or request.host
    kiosk = f"http://{host}:{settings.port + 1}"
    return [
        ("Kiosk", f"{kiosk}/", "Kiosk", "Take a number here; the kiosk program serves this page itself"),
        ("Kiosk", f"{kiosk}/paper", "Paper", "What the virtual printer printed, newest first"),
        *(
            ("Counters", f"/counter/{c.code}", _numbered(plan.place.noun, c.code), "The clerk's desk: call, serve, record")
            for c in plan.counters
        ),
        *([("Counters", "/counter/appointments", "Appointments", "Book, move, cancel, check in")] if plan.booking else []),
        *_boards(plan),
        *(
            ("Waiting room", f"/room/{room.code}", room.name, "The screen of this place: whose time runs until when")
            for room in plan.rooms
        ),
        ("Waiting room", "/load", "How full it is", "For everybody: open or closed, who waits, the best hours of the week"),
        ("Waiting room", "/feedback", "Complaint or proposal", "For everybody: who answers, and a short form"),
        *(
            ("Counters", f"/rate/{c.code}", "Rate our service", "The tablet beside this counter: two questions after a visit")
            for c in plan.counters[:1]
            if plan.feedback.asks
        ),
        *(
            ("Call panels", f"/panel/{c.code}", _numbered(plan.place.noun, c.code), "The sign over this counter")
            for c in plan.counters
        ),
        *(
            [("Call panels", "/panels", "Signs on a serial line", "What the bytes of the panel program make them show")]
            if "signs" in flask.current_app.blueprints
            else []
        ),
        ("Management", "/admin/", "Manager's page", "The centre now: queues, counters, who was passed over"),
        ("For programs", "/api/v1/openapi.json", "API description", "OpenAPI 3.1 of the HTTP API"),
        ("For programs", "/readyz", "Health", "Whether the server works"),
    ]


def _boards(plan: Plan) -> Iterator[tuple[str, str, object, str]]:
    """Every screen of every zone; a zone whose screens the plan does not name has one."""
    for zone in plan.zones:
        codes = [screen.code for screen in plan.screens if screen.zone == zone.code]
        named = [(f"?screen={code}", {lang: f"{name} · {code}" for lang, name in zone.name.items()}) for code in codes]
        for query, title in named or [("", zone.name)]:
            yield "Waiting room", f"/display/{zone.code}{query}", title, "The board of this waiting area"


def _numbered(text: dict[str, str], n: str) -> dict[str, str]:
    return {code: one.replace("{n}", n) for code, one in text.items()}
