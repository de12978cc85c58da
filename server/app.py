"""The composition root of the centre server: it alone knows all parts, starts them in order and stops them in reverse."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import flask
import gevent
from flask_socketio import SocketIO
from gevent.pywsgi import WSGIServer

import counter.web
import display.phone_web
import display.slides
import display.web
import server.admin.web
from config import CATALOGUE
from config.hours import next_opening
from config.load import load_catalogue
from config.plan import Plan
from config.settings import Settings
from counter.book_page import book_pages
from counter.panel_page import panel_pages
from display.load_web import Past, load_pages
from server import channels
from server.account_pages import AccountPages
from server.admin.content_web import ContentPages
from server.alerts import VOICE, alerts
from server.api import Api
from server.bridge import Bridge, Door, Outside
from server.channels import Onlooker
from server.clip_cache import ClipCache
from server.clip_sources import Sources
from server.clips import Clips
from server.clock import WallClock
from server.domain.commands import Command, RevisePlan, Tick
from server.domain.context import NETWORK, Actor
from server.domain.events import Record
from server.domain.floor import Floor
from server.domain.refusal import CODES, Refusal
from server.engine import Engine, Reply, now_utc
from server.guard import TICKET_BURST, TICKET_RATE, Bucket, Gate
from server.headers import secure
from server.hub import Hub, Json
from server.listen import behind, serve
from server.login import Login, leave_counters
from server.logs import MUTE
from server.media import Media
from server.media_pages import MediaPages
from server.metrics import Metrics
from server.national.line import CentreLine
from server.national.papers import Papers, load_papers
from server.national.receiver import Receiver
from server.national.troubles import troubles
from server.people import People
from server.session_pages import LOCK_GRACE_S, SessionPages
from server.shell import check_built
from server.sso import Sso
from server.store.centre import CentreStore
from server.store.journal import BrokenChain
from server.submit import Submit
from server.voice import Voice
from server.voice_service import VoiceService
from server.web import Web
from server.workers import Worker

log = logging.getLogger("rinda.app")

BODY_MOST = 512 * 1024
TICK_S = 1.0
SYSTEM = Actor("system", "server")


class CentreServer:
    """One centre's server process. `start` binds the port and returns; `stop` finishes what was begun.

    `plan`, if given, is compared with the plan in force and journalled when it differs.
    """

    def __init__(self, settings: Settings, plan: Plan | None = None) -> None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.settings, self._plan = settings, plan
        self._store = CentreStore(settings.database_url)
        self._media = Media(settings.data_dir)
        self.engine = Engine(self._store)
        self._bridge = Bridge()
        self.door = Door(self.engine, self._bridge)
        self.people = People(self.door.do, lock_after=self._lock_after)
        app = flask.Flask("server", static_folder=str(Path(__file__).parent / "static"), static_url_path="/static")
        app.config.update(MAX_CONTENT_LENGTH=BODY_MOST, PREFERRED_URL_SCHEME=urlsplit(settings.public_url).scheme)
        self._socketio = SocketIO(
            app, async_mode="gevent", json=Json, ping_interval=5, ping_timeout=4, max_http_buffer_size=64 * 1024,
            manage_session=False, logger=MUTE, engineio_logger=MUTE, cors_allowed_origins=None, transports=["websocket"],
        )  # fmt: skip
        submit = Submit(_Counted(self.door, metrics := Metrics(self._floor, lambda: self.hub.connected, lambda: self.hub.health)))
        self.hub = Hub(self._socketio, self._floor, submit, self.people, self._bridge)
        self.engine.wake = self._notice
        clips = Clips(ClipCache(settings.clips_dir), Voice(), Sources(settings.recordings_dir, settings.piper_dir))
        self._voice = VoiceService(
            clips, lambda: self.engine.floor.plan, Outside(1), lambda status: self.hub.report(VOICE, status)
        )  # fmt: skip
        phones = Bucket(TICKET_RATE, TICKET_BURST)
        web = Web(settings, self.engine, self.people, metrics)
        sso = Sso(settings, Outside()) if settings.sso_issuer else None
        for blueprint in (
            web.routes(),
            Login(self.people, self.door, self.hub.cut, sso, leave_counters(self._floor, self.people, self.door)).routes(),
            SessionPages(self._floor, self.people, self.door, self.hub.cut).routes(),
            AccountPages(self._floor, self.people, self.door, self.hub.cut).routes(),
            Api(self._floor, submit, self.people, self.door, self._store, lambda: self.hub.health, phones).routes(),
            display.web.pages(self._settled_plan, web.admit),
            display.phone_web.phone_pages(self._floor, submit, phones.take),
            load_pages(self._floor, phones.take, Past(self.door.native, self._store.visits_on)),
            counter.web.pages(self._settled_plan, web.admit, web.who),
            book_pages(self._settled_plan, web.admit, web.who),
            server.admin.web.pages(self._settled_plan, web.admit, web.who, web.manages),
            ContentPages(
                self._floor,
                self.people,
                submit,
                self.door,
                self._media,
                display.slides.shown,
                display.slides.is_on,
                web.admit,
                web.who,
            ).routes(),
            MediaPages(self._media, self.people, settings.public_url).routes(),
            panel_pages(self._settled_plan, web.admit),
            self._voice.routes(web.admit),
        ):
            app.register_blueprint(blueprint)
        secure(app)
        self.app = app
        self._clock, self._doubted = WallClock(), False
        self._ticker, self._speaking = Worker("ticker", self._tick), Worker("voice", self._voice.step)
        papers = load_papers(settings.data_dir)
        self._line = self._network(papers) if papers is not None else None
        self._http: WSGIServer | None = None

    def start(self) -> None:
        """Journal, plan, day, people, then the doors. Raises what stands in the way, before anybody is let in."""
        check_built()
        self._media.open()
        self.engine.start()
        if self._plan is not None:
            reply = self.door.handle(RevisePlan(plan=self._plan), SYSTEM, uuid4())
            if isinstance(reply, Refusal) and reply.code == "locked_key":
                # The records are here without the network's settings beside them, as after a restore: these come over the line.
                log.warning("the plan in force stays: the file says %s otherwise, which the network sets", reply.facts["key"])
            else:
                self._settled(reply)
        self._tick()
        self.people.load()
        if (plan := self.engine.floor.plan) is not None:
            # Reads the public holidays (0.6 s) before anybody waits for them.
            next_opening(plan.hours, now_utc(), plan.centre.timezone)
        self.hub.start()
        self._ticker.start()
        self._speaking.start()
        if self._line is not None:
            self._line.start()
        gevent.spawn(self._check_journal)
        self._http = serve(
            self.settings.host, self.settings.port, behind(Gate(self.app.wsgi_app, self.people), self.settings.trusted_proxies)
        )  # fmt: skip

    def stop(self) -> None:
        """In reverse order; what was acknowledged is durable already."""
        if self._http is not None:
            self._http.stop(timeout=1)
        self._voice.close()
        self._speaking.stop()
        self._ticker.stop()
        if self._line is not None:
            self._line.stop()
        self.engine.stop()
        self._bridge.close()

    def _network(self, papers: Papers) -> CentreLine:
        receiver = None
        if papers.key:
            catalogue = load_catalogue(CATALOGUE)
            receiver = Receiver(
                self.settings.data_dir, papers.key, catalogue, lambda: self.engine.floor.plan, self._revise, self._healthy
            )
        return CentreLine(papers, self._store, self.hub.report, Outside(1), receiver, self._troubles)

    def _troubles(self) -> tuple[str, ...]:
        """Of devices, for the network to see."""
        floor = self.engine.floor
        return () if floor.plan is None else troubles(alerts(floor, self.hub.health, now_utc()))

    def _revise(self, plan: Plan) -> None:
        """The network's plan into force (on the line's thread); ValueError with the refusal's words."""
        try:
            self.engine.handle(RevisePlan(plan=plan), NETWORK)
        except Refusal as refusal:
            raise ValueError(CODES[refusal.code].format(**refusal.facts)) from None

    def _healthy(self) -> bool:
        """Whether what everybody sees can still be made."""
        floor = self.engine.floor
        look = Onlooker(SYSTEM, self.hub.health, now_utc())
        names = ["menu", *(f"board/{zone.code}" for zone in floor.settled.zones)]
        names += [f"panel/{counter.code}" for counter in floor.settled.counters]
        try:
            for name in names:
                channels.view(floor, name, look)
        except Exception:
            log.exception("a view cannot be made any more")
            return False
        return not self.engine.broken

    def _notice(self, records: Sequence[Record]) -> None:
        """Something is durable (on the writer's thread)."""
        self.hub.notice(records)
        if self._line is not None:
            self._bridge.post(self._line.notice)

    def _floor(self) -> Floor:
        return self.engine.floor

    def _lock_after(self) -> float:
        """Seconds; the pages lock themselves a little earlier, so that nobody is surprised by a refusal."""
        minutes = self.engine.floor.plan.rules.lock_minutes if self.engine.floor.plan else 0
        return minutes * 60 + LOCK_GRACE_S if minutes else 0.0

    def _settled_plan(self) -> Plan:
        return self.engine.floor.settled

    def _tick(self) -> float:
        """Time passes only while the clock can be believed: a day that was begun by a wrong one would stay."""
        wall, mono = now_utc(), steady()
        right = self._clock.expected(mono)
        if believed := self._clock.step(wall, mono):
            self._settled(self.door.handle(Tick(), SYSTEM, uuid4()))
        if believed and self._doubted:
            log.info("the clock is believed again: %s", wall.isoformat())
        elif not believed and not self._doubted and right is not None:
            log.error(
                "the computer's clock leapt to %s where %s was due: set it right; else it is believed after 30 minutes, and "
                "the business day follows it", wall.isoformat(), right.isoformat(),
            )  # fmt: skip
        self._doubted = not believed
        return TICK_S

    def _check_journal(self) -> None:
        """Beside the work: a changed row must be known, but must not close the centre."""
        try:
            self.door.native(self._store.verify_today)
        except BrokenChain as broken:
            log.error("the journal was changed from outside: %s; see docs/operations.md, Is the journal intact?", broken)

    @staticmethod
    def _settled(reply: Reply) -> None:
        if isinstance(reply, Refusal):
            raise reply


def steady() -> float:
    """Seconds that no setting of the clock changes; with the time that the computer slept, where the system counts it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class _Counted:
    """The door with a stop-watch."""

    def __init__(self, door: Door, metrics: Metrics) -> None:
        self._door, self._metrics = door, metrics

    def handle(self, command: Command, actor: Actor, id: UUID) -> Reply:
        """Submits, waits, counts."""
        started = time.perf_counter()
        reply = self._door.handle(command, actor, id)
        code = reply.code if isinstance(reply, Refusal) else "ok"
        self._metrics.count(type(command).__name__, code, time.perf_counter() - started)
        return reply
