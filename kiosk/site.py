"""The kiosk program as its page sees it: touches in, one at a time, and what the page may ask besides."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import flask
import msgspec
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool
from werkzeug.exceptions import Forbidden

from config import texts
from kiosk import numbers
from kiosk.feed import Feed
from kiosk.numbers import Numbers
from kiosk.settings import KioskSettings
from kiosk.show import metrics
from kiosk.slips import Slips
from kiosk.speech import Speech
from kiosk.virtual import PaperFolder
from kiosk.watchdog import Heart
from kiosk.web import Paper, pages
from printers.spooler import Spooler
from server.headers import secure
from server.protocol import Answer, CommandMessage

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Site:
    """Answers the page on the gevent loop; whatever waits does so on native threads.

    `touched` is called after each touch; `linked` tells whether both links to the server are up.
    """

    def __init__(
        self,
        settings: KioskSettings,
        feed: Feed,
        numbers: Numbers,
        slips: Slips,
        spooler: Spooler,
        speech: Speech,
        heart: Heart,
        paper: PaperFolder | None,
        touched: Callable[[], None],
        linked: Callable[[], bool],
    ) -> None:
        self._settings, self._feed, self._numbers, self._slips, self._spooler = settings, feed, numbers, slips, spooler
        self._speech, self._heart, self._paper, self._touched, self._linked = speech, heart, paper, touched, linked
        self._native, self._talking = ThreadPool(4), ThreadPool(1)
        self._one = BoundedSemaphore(1)
        self._busy: UUID | None = None

    def app(self) -> flask.Flask:
        """The web application."""
        app = flask.Flask("kiosk", static_folder=None)
        app.config["TRAINING"] = self._settings.training
        app.before_request(self._at_home)
        app.register_blueprint(pages(self))
        secure(app)
        app.get("/healthz", endpoint="healthz")(lambda: flask.jsonify(ok=True))
        app.get("/readyz")(self._ready)
        app.get("/metrics", endpoint="metrics")(lambda: metrics(self._feed.state))
        return app

    @property
    def feed(self) -> Feed:
        """The truth for the page."""
        return self._feed

    def command(self, message: CommandMessage) -> Answer:
        """Answers a touch, one at a time; a number from the server carries the address of its phone page."""
        if self._busy not in (None, message.id):
            return Answer(ok=False, code="too_fast", text=texts.translate(message.language, numbers.TOO_FAST))
        self._spooler.expect()
        with self._one:
            self._busy = message.id
            try:
                answer = self._native.apply(self._answer, (message,))
            finally:
                self._busy = None
        self._touched()
        if answer.ok and answer.result and answer.result.get("token"):
            result = {**answer.result, "url": self.ticket_url(answer.result["token"])}
            return msgspec.structs.replace(answer, result=result)
        return answer

    def answer_slip(self, visit: UUID, printed: bool) -> Answer:
        """The visitor's word about a doubtful slip; "no" prints a copy."""
        self._native.apply(self._slips.settle, (visit, printed))
        return Answer(ok=True, position=None, result={})

    def withdraw_slip(self, visit: UUID) -> Answer:
        """The visitor has gone: a slip that still waits for the printer is not printed for the next one."""
        self._native.apply(self._spooler.withdraw, (str(visit),))
        return Answer(ok=True, result={})

    def beat(self, visible: bool) -> None:
        """The page has given a sign of life."""
        if visible:
            self._heart.beat()

    def clip(self, language: str, text: str) -> Path | None:
        """A spoken text."""
        menu = self._feed.state.menu
        if menu is None or language not in menu.languages:
            return None
        found: Path | None = self._talking.apply(self._speech.clip, (language, text))
        return found

    def voices(self) -> Mapping[str, bool]:
        """Which languages of the menu can be spoken."""
        menu = self._feed.state.menu
        return self._speech.voices(menu.languages if menu else ())

    def ticket_url(self, token: str) -> str:
        """Where a phone follows the ticket."""
        return f"{self._settings.public_url}/ticket/{token}"

    def papers(self) -> Sequence[Paper]:
        """What the virtual printer printed, newest first."""
        return self._paper.papers() if self._paper else []

    def faults(self) -> Mapping[str, bool] | None:
        """The virtual printer's switches."""
        return self._paper.faults() if self._paper else None

    def set_fault(self, name: str, on: bool) -> None:
        """Turns a switch."""
        if self._paper is not None:
            self._paper.set_fault(name, on)

    def _at_home(self) -> None:
        """A program on the loopback answers only to names of the loopback: another site's name may be made to lead here."""
        here, asked = self._settings.host, urlsplit(f"//{flask.request.host}").hostname
        if here in LOOPBACK and asked not in LOOPBACK:
            raise Forbidden("The request comes from another site.")

    def _answer(self, message: CommandMessage) -> Answer:
        if message.name == "TakeTicket":
            answer = self._numbers.take(message)
            if answer.ok and answer.result and answer.result.get("token"):
                self._slips.foresee(answer.result, message.data.get("language", "lv"))
            return answer
        if message.name == "PrintPaper":
            # Whatever the page says: here, and only the slip of the network.
            data = {"kiosk": self._settings.kiosk, "kind": "wifi", "language": message.language}
            return self._numbers.relay(msgspec.structs.replace(message, data=data), numbers.NO_WIFI)
        return self._numbers.relay(message, numbers.NO_HELP if message.name == "CallHelp" else numbers.NO_APPOINTMENTS)

    def _ready(self) -> tuple[flask.Response, int]:
        state = self._feed.state
        ready = self._linked() and state.menu is not None
        return flask.jsonify(ok=ready, link=state.link.up, can_print=state.printer.can_print), 200 if ready else 503
