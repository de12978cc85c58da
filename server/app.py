"""The composition root of the centre server: it alone knows all parts, starts them in order and stops them in reverse."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import flask
import gevent
from flask_socketio import SocketIO
from gevent.pywsgi import WSGIServer
from sqlalchemy.exc import SQLAlchemyError

import counter.web
import display.phone_web
import display.slides
import display.web
import server.admin.web
from config import CATALOGUE
from config.catalogue import Catalogue
from config.hours import next_opening
from config.load import load_catalogue
from config.plan import Plan
from config.settings import Settings
from counter.book_page import book_pages
from counter.panel_page import panel_pages
from counter.rating_page import rating_pages
from display.feedback_web import feedback_pages
from display.load_web import Past, load_pages
from display.room_web import room_pages
from server import channels
from server.admin.content_web import ContentPages
from server.admin.devices_web import DevicePages
from server.admin.ground import Ground
from server.admin.journal_web import JournalPages
from server.admin.keeping_web import KeepingPages
from server.admin.people_web import PeoplePages
from server.admin.plan.at_start import Begin, begin
from server.admin.plan.web import Parts, PlanPages
from server.admin.quality.web import quality_pages
from server.admin.reports.clerks_web import ClerkPages
from server.admin.reports.closing import Months
from server.admin.reports.closing_web import ClosingPages
from server.admin.reports.repairs_web import RepairPages
from server.admin.reports.web import ReportPages
from server.admin.rooms.life_web import LifePages
from server.admin.rooms.papers_web import PaperPages
from server.admin.rooms.web import RoomPages
from server.alerts import VOICE
from server.api import Api
from server.bridge import Bridge, Door, Outside
from server.channels import Onlooker
from server.domain.commands import NoteTroubles, RevisePlan, Tick
from server.domain.context import SYSTEM, Actor
from server.domain.events import DayOpened, Record
from server.domain.floor import Floor
from server.domain.refusal import CODES, Refusal
from server.domain.retention import KEPT_MONTHS
from server.engine import Engine, Reply, now_utc
from server.guard import TICKET_BURST, TICKET_RATE, Bucket, Gate, is_private
from server.headers import secure
from server.hub import Hub, Json
from server.keeping.doctor import Doctor
from server.keeping.retention import Retention
from server.keeping.service import Keeping, submit_to
from server.listen import behind, serve
from server.logs import MUTE
from server.media.folder import Media
from server.membership import Membership
from server.metrics import Counted, Metrics
from server.national.papers import load_papers
from server.national.receiver import catalogue_in
from server.pages.account import AccountPages
from server.pages.factor import FactorPages
from server.pages.login import Login, leave_counters
from server.pages.media import MediaPages
from server.pages.pairing import PairingPages
from server.pages.session import LOCK_GRACE_S, SessionPages
from server.pages.setup import Setup
from server.pages.sso import Sso
from server.pages.web import Web
from server.pairing.window import Pairing
from server.people.passwords import names_of
from server.people.people import People
from server.preview import paper_picture
from server.quality import keeping
from server.quality.rating import Ratings
from server.quality.records import Records
from server.shell import check_built
from server.simulation.past import PastDay
from server.store.centre import CentreStore
from server.store.journal import BrokenChain
from server.store.sheets import DaySheets
from server.submit import Submit
from server.ticker import Ticker
from server.turned_away import noted, pace
from server.voice.cache import ClipCache
from server.voice.clips import Clips
from server.voice.service import VoiceService
from server.voice.sources import Sources
from server.voice.voice import Voice
from server.watch import Watch
from server.workers import Worker

log = logging.getLogger("rinda.app")

BODY_MOST = 512 * 1024
SHEETS_S, SHEET_PAUSE_S = 3600.0, 0.5
"""How often days without sheets are looked for, beside the turn of the day, and the pause between two steps."""


class CentreServer:
    """One centre's server process. `start` binds the port and returns; `stop` finishes what was begun.

    `plan`, if given, is compared with the plan in force and journalled when it differs; `file` is what its file says (`said_by`).
    """

    def __init__(self, settings: Settings, plan: Plan | None = None, file: str = "") -> None:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.settings, self._plan, self._file = settings, plan, file
        self._store = CentreStore(settings.database_url)
        self._media = Media(settings.data_dir)
        self.engine = Engine(self._store)
        self._sheets = DaySheets(self._store, self._floor, self.engine.do)
        self.engine.reckon = self._sheets.month
        self._bridge = Bridge()
        self.door = Door(self.engine, self._bridge)
        must = frozenset({"manager"} if settings.factor_managers else ())
        self.people = People(self.door.do, lock_after=self._lock_after, factor_roles=must)
        app = flask.Flask("server", static_folder=str(Path(__file__).parent / "static"), static_url_path="/static")
        scheme = urlsplit(settings.public_url).scheme
        app.config.update(MAX_CONTENT_LENGTH=BODY_MOST, TRAINING=settings.training, PREFERRED_URL_SCHEME=scheme)
        self._socketio = SocketIO(
            app, async_mode="gevent", json=Json, ping_interval=5, ping_timeout=4, max_http_buffer_size=64 * 1024,
            manage_session=False, logger=MUTE, engineio_logger=MUTE, cors_allowed_origins=None, transports=["websocket"],
        )  # fmt: skip
        metrics = Metrics(self._floor, lambda: self.hub.connected, lambda: self.hub.health)
        submit = Submit(Counted(self.door, metrics), self._floor)
        self.hub = Hub(self._socketio, self._floor, submit, self.people, self._bridge, self._vouchers)
        self.engine.wake = self._notice
        clips = Clips(ClipCache(settings.clips_dir), Voice(), Sources(settings.recordings_dir, settings.piper_dir))
        self._voice = VoiceService(
            clips, lambda: self.engine.floor.plan, Outside(1), lambda status: self.hub.report(VOICE, status)
        )  # fmt: skip
        self._keeping = Keeping(
            settings, self._store, self.engine, self.door.native, lambda device, status: self.hub.report(device, status),
            Retention(
                self._store, submit_to(self.engine), self.engine.do, archived=self._safe_elsewhere,
                reported=self._sheets.holds, erasers=[(KEPT_MONTHS, keeping.erase_before)],
            ),
            lambda: self._passing.believed,
        )  # fmt: skip
        self._records = Records(self._store.read, self.door.native, self.door.do)
        self._ratings = Ratings(self._records)
        self.setup = Setup(self.people, self.door, lambda: self.engine.floor.plan)
        for blueprint in self._pages(submit, metrics):
            app.register_blueprint(blueprint)
        secure(app)
        self.app = app
        self._passing = Ticker(lambda: self._settled(self.door.handle(Tick(), SYSTEM, uuid4())))
        self._ticker, self._speaking = Worker("ticker", self._passing.step), Worker("voice", self._voice.step)
        self._sheeting = Worker("sheets", self._make_sheets)
        watch = Watch(
            self._floor, lambda: self.hub.health, self._note, self.hub.report, lambda: self._passing.believed, settings.data_dir,
            now_utc,
        )  # fmt: skip
        self._watching = Worker("watch", watch.step)
        papers = load_papers(settings.data_dir)
        self._line = None if papers is None else Membership(
            papers, settings.data_dir, self.engine, self._store, lambda: self.hub.health, self.hub.report,
            lambda: self._passing.believed,
        ).line  # fmt: skip
        self._http: WSGIServer | None = None

    def start(self) -> None:
        """Journal, plan, day, people, then the doors. Raises what stands in the way, before anybody is let in."""
        check_built()
        self._media.open()
        self.engine.start()
        if self._plan is not None:
            self._begin_with(self._plan)
        self._passing.step()
        self.people.load()
        self._turn_quality()
        if (plan := self.engine.floor.plan) is not None:
            # Reads the public holidays (0.6 s) before anybody waits for them.
            next_opening(plan.hours, now_utc(), plan.centre.timezone)
        self.hub.start()
        self._ticker.start()
        self._speaking.start()
        self._keeping.start()
        self._watching.start()
        self._sheeting.start()
        if self._line is not None:
            self._line.start()
        gevent.spawn(self._check_journal)
        whole = behind(noted(Gate(self.app.wsgi_app, self.people)), self.settings.trusted_proxies)
        self._http = serve(self.settings.host, self.settings.port, whole, pace())

    def stop(self) -> None:
        """In reverse order; what was acknowledged is durable already."""
        if self._http is not None:
            self._http.stop(timeout=1)
        self._voice.close()
        self._speaking.stop()
        self._keeping.stop()
        self._watching.stop()
        self._ticker.stop()
        self._sheeting.stop()
        if self._line is not None:
            self._line.stop()
        self._keep_proofs()
        self.engine.stop()
        self._bridge.close()

    def _keep_proofs(self) -> None:
        try:
            self.people.proofs.keep(now_utc(), sure=True)
        except SQLAlchemyError:
            log.exception("what devices proved could not be written down")

    def _pages(self, submit: Submit, metrics: Metrics) -> Iterable[flask.Blueprint]:
        """Every page and file that the server hands out."""
        settings = self.settings
        phones = Bucket(TICKET_RATE, TICKET_BURST)
        pairing = Pairing()
        pairing_pages = PairingPages(pairing, self.people)
        web = Web(settings, self.engine, self.people, metrics, pairing_pages.show)
        gone = leave_counters(self._floor, self.people, self.door)
        ground = Ground(self._floor, self.people, self.door, web.who)
        sso = Sso(settings, Outside()) if settings.sso_issuer else None
        return (
            web.routes(),
            Login(self.people, self.door, self.hub.cut, sso, gone, self._remote, self._names).routes(),
            SessionPages(self._floor, self.people, self.door, self.hub.cut).routes(),
            AccountPages(self.people, self.door, self.hub.cut, self._zone, self._names).routes(),
            FactorPages(lambda: f"Rinda {self._floor().settled.centre.short['lv']}", self.people, self.door).routes(),
            self.setup.routes(),
            pairing_pages.routes(),
            PeoplePages(ground, self.hub.cut, gone).routes(),
            DevicePages(ground, pairing, lambda: self.hub.health, self.hub.doubled, self.hub.cut, submit).routes(),
            Api(
                self._floor, submit, self.people, self.door, self._store, self._sheets, lambda: self.hub.health, self._vouchers,
                phones,
            ).routes(),
            display.web.pages(self._settled_plan, web.admit),
            room_pages(self._settled_plan, web.admit),
            display.phone_web.phone_pages(self._floor, submit, phones.take, self._ratings),
            feedback_pages(self._settled_plan, self._records, phones.take),
            rating_pages(self._floor, self._ratings, web.admit),
            load_pages(self._floor, phones.take, Past(self.door.native, self._store.visits_on)),
            counter.web.pages(self._settled_plan, web.admit, web.who, web.own),
            book_pages(self._settled_plan, web.admit, web.who),
            quality_pages(ground, self._records, self._store.visits_on),
            server.admin.web.pages(ground),
            ReportPages(ground, self._sheets).routes(),
            ClosingPages(ground, Months(self._store, self._sheets)).routes(),
            RepairPages(ground, self._store, self._sheets).routes(),
            ClerkPages(ground, self._store).routes(),
            PlanPages(ground, self._plan_parts(submit)).routes(),
            RoomPages(ground, submit, self._store.read).routes(),
            PaperPages(ground, submit, self._store.read, paper_picture).routes(),
            LifePages(ground, submit).routes(),
            ContentPages(ground, submit, self._media, display.slides.shown, display.slides.is_on, web.who).routes(),
            MediaPages(self._media, self.people, settings.public_url).routes(),
            KeepingPages(
                ground, self._keeping, Doctor(settings, self._store, lambda: self.hub.health), lambda: self.hub.health
            ).routes(),
            JournalPages(ground, self._store).routes(),
            panel_pages(self._settled_plan, web.admit),
            self._voice.routes(web.admit),
        )  # fmt: skip

    def _plan_parts(self, submit: Submit) -> Parts:
        papers = load_papers(self.settings.data_dir)
        key = papers.key if papers is not None else ""
        return Parts(
            submit=submit, read=self._store.read, health=lambda: self.hub.health,
            catalogue=lambda packaged: catalogue_in(self.settings.data_dir, key, packaged),
            draws=lambda floor, name, owner: channels.view(
                floor, name, Onlooker(Actor("kiosk", owner) if owner else SYSTEM, self.hub.health, now_utc())
            ),
            media=lambda: [one.name for one in self._media.stored()],
            trial=PastDay(self._store.read, self._store.visits_on),
        )  # fmt: skip

    def _safe_elsewhere(self) -> int | None:
        """Up to which position nobody but this centre needs its journal; None: the network's node has not said yet."""
        return self._store.head() if self._line is None else self._line.state.acked

    def _notice(self, records: Sequence[Record]) -> None:
        """Something is durable (on the writer's thread)."""
        self.hub.notice(records)
        if any(isinstance(one.event, DayOpened) for one in records):
            self._bridge.post(self._sheeting.wake)
            self._bridge.post(self._day_turned)
        if self._line is not None:
            self._bridge.post(self._line.notice)

    def _floor(self) -> Floor:
        return self.engine.floor

    def _vouchers(self) -> Mapping[UUID, str]:
        return self.engine.vouchers

    def _lock_after(self) -> float:
        """Seconds; the pages lock themselves a little earlier, so that nobody is surprised by a refusal."""
        minutes = self.engine.floor.plan.rules.lock_minutes if self.engine.floor.plan else 0
        return minutes * 60 + LOCK_GRACE_S if minutes else 0.0

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.engine.floor.settled.centre.timezone)

    def _names(self) -> tuple[str, ...]:
        """What no password may hold."""
        return names_of(self.engine.floor.plan)

    def _remote(self, address: str) -> bool:
        """Whether the second factor is asked for at every sign-in from there."""
        return self.settings.factor_remote and not is_private(address)

    def _settled_plan(self) -> Plan:
        return self.engine.floor.settled

    def _day_turned(self) -> None:
        """On the loop, where nothing may wait."""
        gevent.spawn(self._turn_quality)

    def _turn_quality(self) -> None:
        """What must be forgotten with the day that is over."""
        if day := self.engine.floor.day:
            keeping.turn(self._records, self._ratings, day)

    def _make_sheets(self) -> float:
        """Of days that are over, a few at a time: nobody waits for them."""
        return SHEET_PAUSE_S if self.engine.floor.plan is not None and self.door.native(self._sheets.step) else SHEETS_S

    def _note(self, command: NoteTroubles) -> None:
        self._settled(self.door.handle(command, SYSTEM, uuid4()))

    def _check_journal(self) -> None:
        """Beside the work: a changed row must be known, but must not close the centre."""
        try:
            self.door.native(self._store.verify_today)
        except BrokenChain as broken:
            log.error("the journal was changed from outside: %s; see docs/operations.md, Is the journal intact?", broken)

    def _begin_with(self, given: Plan) -> None:
        """Takes the file's plan, or what is new of it beside what people changed; a refusal leaves the plan in force."""
        now, version = self.engine.floor.plan, self.engine.floor.version
        found = Begin(plan=given) if now is None else begin(self._store.read, given, now, _packaged, self._file)
        if found.replaces:
            log.warning("the plan's file says something new: it replaces version %s; see /admin/plan/versions", version)
        if found.kept:
            differs = ", ".join(found.kept)
            log.warning("stays as it was changed on /admin/plan, though the file or the catalogue differs: %s", differs)
        if found.plan is None:
            log.info("the plan in force stays: version %s was made after the file was taken", version)
            return
        reply = self.door.handle(RevisePlan(plan=found.plan, reason=found.reason, file=self._file), SYSTEM, uuid4())
        if now is None:
            self._settled(reply)
        elif isinstance(reply, Refusal):
            # A lock of the network: after a restore its settings are not beside the records yet, they come over the line.
            why = CODES[reply.code].format(**reply.facts)
            log.error("the plan of the file is not taken, version %s stays in force: %s", version, why)

    @staticmethod
    def _settled(reply: Reply) -> None:
        if isinstance(reply, Refusal):
            raise reply


def _packaged() -> Catalogue:
    return load_catalogue(CATALOGUE)
