"""The node's composition root: intake, projections and pages in one process, or several intakes beside each other."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from gevent.pywsgi import WSGIServer
from gevent.threadpool import ThreadPool
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from server.bridge import Outside, outcome, tried
from server.guard import Bucket
from server.headers import secure
from server.listen import behind, serve
from server.national import wire
from server.national.node.bundles import Bundles, newest_for
from server.national.node.database import POOL, ensure_months, months_around, open_engines
from server.national.node.hook_sender import Sender
from server.national.node.intake import Intake, Refused
from server.national.node.months import note_all
from server.national.node.newcomers import first_plan_of
from server.national.node.office import office
from server.national.node.open_doors import Courier, open_doors
from server.national.node.pages_site import Site
from server.national.node.projection import Projection
from server.national.node.register import Register, Unknown
from server.national.node.webhooks import Webhooks
from server.national.signing import Given, Signed, load_key, public
from server.pages.sso import Sso
from server.shell import check_built
from server.turned_away import noted, pace
from server.workers import Worker

log = logging.getLogger("rinda.node")

IDLE_S = 1.0
SENDERS = 4
"""Receivers of webhooks that are talked to at once, one message each."""
PACE, PACE_OF_ALL, RETRY_S = (1 / 30, 10.0), (1.0, 100.0), 300
"""Tries to enrol, by a second and at once: from one address, and all in all. A code has 49 random bits and is good for a day, so
the second allows a guesser, with a thousand codes open, one chance in six million a day."""
CORRECTIONS_S = 24 * 3600.0
"""So often what closed months say is compared with the records."""
BODY_MOST = wire.PACKED_MOST + wire.LOOSE_MOST
KINDS: dict[str, type[msgspec.Struct]] = {
    "hello": wire.Hello, "hashes": wire.Ask, "fork": wire.Fork, "events": wire.Batch, "bye": wire.Hello,
    "bundle": wire.Pull, "reread": wire.Reread,
}  # fmt: skip


class NodeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`project`: whether this process also makes the projections and shows the pages; one process of all does.

    `trusted_proxies`, `factor_remote` and the single sign-on as at a centre (`config.settings`), `factor_officers` as
    `factor_managers` there; `open_metrics`: not only to this machine.
    """

    host: str
    port: int
    database_url: str
    public_url: str
    key_file: Path
    demo: bool = False
    project: bool = True
    lease_s: float = wire.LEASE_S
    trusted_proxies: int = 0
    open_metrics: bool = False
    factor_officers: bool = False
    factor_remote: bool = False
    sso_issuer: str = ""
    sso_client_id: str = ""
    sso_secret_file: str = ""
    sso_claim: str = "sub"
    sso_name: str = "SSO"


class Node:
    """One process of the node. `start` binds the port and returns."""

    def __init__(self, settings: NodeSettings) -> None:
        self.settings = settings
        self._native, self._stuck = ThreadPool(POOL), False
        self._write, self._read = open_engines(settings.database_url)
        self.intake, self.register = Intake(self._write, settings.lease_s), Register(self._write)
        self.projection = Projection(self._write, self._read)
        key = load_key(settings.key_file)
        self.bundles, self._public_key = Bundles(self._write, key), public(key)
        app = flask.Flask("node", static_folder=str(Path(__file__).parents[2] / "static"), static_url_path="/static")
        app.config.update(MAX_CONTENT_LENGTH=BODY_MOST, PREFERRED_URL_SCHEME=urlsplit(settings.public_url).scheme)
        app.register_blueprint(self._line())
        sso = Sso(settings, Outside()) if settings.sso_issuer else None
        self.site = Site(
            self._write, self._read, POOL, settings.demo, settings.public_url, sso, open_metrics=settings.open_metrics,
            factor_officers=settings.factor_officers, factor_remote=settings.factor_remote,
        )  # fmt: skip
        if settings.project:
            for blueprint in (*self.site.routes(), *office(self.site.ground, self.bundles), *open_doors(self.site.ground)):
                app.register_blueprint(blueprint)
        secure(app)
        self.app = app
        self._projector, self._months = Worker("projection", self._project), Worker("months", self._new_months)
        self._accounts = Worker("accounts", self.site.load)
        self._corrections = Worker("corrections", self._correct)
        courier = Courier(
            Webhooks(self._write, Sender()), self.native, lambda: self._webhooks.wake(), self._wake_senders, SENDERS
        )
        self._webhooks = Worker("webhooks", courier.deal)
        self._senders = [Worker(f"webhooks {n}", courier.send) for n in range(1, SENDERS + 1)]
        self._pace, self._pace_of_all = Bucket(*PACE), Bucket(*PACE_OF_ALL)
        self._http: WSGIServer | None = None

    def start(self) -> None:
        """Work first, then the door."""
        if self.settings.project:
            check_built()
            self._accounts.start()
            self._projector.start()
            self._corrections.start()
            for worker in (self._webhooks, *self._senders):
                worker.start()
        self._months.start()
        front = behind(noted(self.app.wsgi_app), self.settings.trusted_proxies)
        self._http = serve(self.settings.host, self.settings.port, front, pace())

    def stop(self) -> None:
        """In reverse order."""
        if self._http is not None:
            self._http.stop(timeout=1)
        if self.settings.project:
            self._projector.stop()
            for worker in (self._webhooks, *self._senders):
                worker.stop()
            self._corrections.stop()
            self._accounts.stop()
        self._months.stop()
        for engine in (self._write, self._read):
            engine.dispose()

    def native(self, work: Callable[..., Any], *args: Any) -> Any:
        """Runs what blocks on a native thread."""
        return outcome(self._native.apply(tried, (work, args)))

    @property
    def read(self) -> Engine:
        """For short reads."""
        return self._read

    def _wake_senders(self) -> None:
        for worker in self._senders:
            worker.wake()

    def _project(self) -> float:
        return 0.0 if self.native(self.projection.step) else IDLE_S

    def _correct(self) -> float:
        if n := self.native(note_all, self._write, datetime.now(UTC)):
            log.info("%d figures of closed months were put right", n)
        return CORRECTIONS_S

    def _new_months(self) -> float:
        self.native(ensure_months, self._write, months_around(datetime.now(UTC)))
        return 6 * 3600.0

    def _line(self) -> flask.Blueprint:
        blueprint = flask.Blueprint("line", __name__, url_prefix="/sync/v1")
        blueprint.post("/enrol")(self._enrol)
        blueprint.post("/<path>")(self._sync)
        return blueprint

    def _enrol(self) -> ResponseReturnValue:
        if not self._pace.take(request.remote_addr or "") or not self._pace_of_all.take(""):
            answer = _no("too_many", 429, "too many tries: wait some minutes and try again")
            answer.headers["Retry-After"] = str(RETRY_S)
            return answer
        code = request.get_data(as_text=True)[:40]
        try:
            centre, secret = self.native(self.register.enrol, code, datetime.now(UTC))
        except Unknown:
            return _no("unknown_code", 403, "this code is not valid (any more)")
        plan, bundle = self.native(self._beginning, centre)
        return _json(Given(centre=centre, secret=secret, key=self._public_key, plan=plan, bundle=bundle))

    def _beginning(self, centre: str) -> tuple[str, Signed | None]:
        """What a new server begins with: the plan that was made for it, and the settings in force."""
        with self._read.connect() as connection:
            plan, newest = first_plan_of(connection, centre), newest_for(connection, centre)
        return plan, self.bundles.get(centre, newest) if newest else None

    def _sync(self, path: str) -> ResponseReturnValue:
        """One message of the line: who it is from, what it says, and what the record makes of it."""
        if path not in KINDS:
            return _no("unknown", 404, "there is no such message")
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        body = request.get_data()
        try:
            answer: flask.Response = self.native(self._exchange, path, secret if scheme == "Bearer" else "", body)
        except SQLAlchemyError as error:
            if not self._stuck or not isinstance(error, OperationalError):
                log.exception(
                    "the database takes no message: look whether it runs and has room; centres keep theirs until it does"
                )
            self._stuck = True
            return _no("not_stored", 503, "the node cannot write to its database")
        if self._stuck:
            self._stuck = False
            log.info("the database takes messages again")
        return answer

    def _exchange(self, path: str, secret: str, body: bytes) -> flask.Response:
        centre = self.register.centre_of(secret) if secret else None
        if centre is None:
            return _no("signed_out", 401, "the papers of this centre are not known here")
        now = datetime.now(UTC)
        try:
            said = wire.unpack(body, KINDS[path])
            if isinstance(said, wire.Pull):
                signed = self.bundles.get(centre, said.revision)
                return _no("unknown", 404, "no such bundle is meant for you") if signed is None else _json(signed)
            if isinstance(said, wire.Reread):
                return flask.Response(wire.pack(self.intake.reread(centre, said, now)), mimetype="application/x-rinda-sync")
            if path == "bye":
                self.intake.bye(centre, said.instance)  # type: ignore[attr-defined]
                return flask.Response(b"{}", mimetype="application/json")
            work: dict[str, Callable[..., msgspec.Struct]] = {
                "hello": self.intake.hello, "hashes": self.intake.hashes, "fork": self.intake.fork, "events": self.intake.take,
            }  # fmt: skip
            return _json(work[path](centre, said, now))
        except Refused as refused:
            self.intake.note(centre, refused.no)
            return flask.Response(wire.plain(refused.no), 409, mimetype="application/json")
        except ValueError as error:
            return _no("malformed", 400, str(error))


def _json(message: msgspec.Struct) -> flask.Response:
    return flask.Response(wire.plain(message), mimetype="application/json")


def _no(code: str, status: int, text: str) -> flask.Response:
    return flask.Response(wire.plain(wire.No(code=code, text=text)), status, mimetype="application/json")
