"""The kiosk program's web pages: the touch screen with its feed and commands, and what the printer has printed."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import flask
import msgspec
import qrcode
from flask.typing import ResponseReturnValue
from qrcode.image.svg import SvgPathFillImage
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, NotFound, UnsupportedMediaType

from config import texts
from config.shape import LANGUAGES
from kiosk.feed import Feed
from kiosk.numbers import Taken
from server.protocol import Answer, CommandMessage
from server.shell import STATIC, shell

T = TypeVar("T")

FAULT_WORDS = {
    "paper_out": "Paper out",
    "near_end": "Paper nearly out",
    "cover_open": "Cover open",
    "silent": "Gives no answer",
}

SHEETS = ("kiosk", "screens", "ticket", "modes", "wide", "more", "crowded", "access/access")

BROKEN = "This screen is out of order. Please ask a member of staff."

BODY_LIMIT = 64 * 1024
SPOKEN_LONGEST = 400
TOKEN = re.compile(r"[A-Za-z0-9_-]{4,64}")


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """One slip that came out of the printer: an image (PNG) and the same as text. `at` is UTC."""

    name: str
    png: bytes
    text: str
    at: datetime


class SlipAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the visitor says to 'Did the ticket print?'."""

    visit: UUID
    printed: bool


class SlipWithdraw(msgspec.Struct, frozen=True, kw_only=True):
    """The visitor has left the screen."""

    visit: UUID


class PageBeat(msgspec.Struct, frozen=True, kw_only=True):
    """The page draws: `seen` counts the states that it has drawn."""

    visible: bool
    seen: int


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One switch of the virtual printer."""

    name: str
    on: bool


class KioskProgram(Protocol):
    """What the pages need of the program. Calls come from greenlets: they may wait, but never block the loop."""

    @property
    def feed(self) -> Feed:
        """The truth for the page."""

    def command(self, message: CommandMessage) -> Answer:
        """Hands a visitor's command to the centre server; a number that was issued carries `url` besides the token."""

    def answer_slip(self, visit: UUID, printed: bool) -> Answer:
        """Closes the question about an unconfirmed slip; not printed means that a copy is due."""

    def withdraw_slip(self, visit: UUID) -> Answer:
        """Gives up a slip that still waits for the printer."""

    def beat(self, visible: bool) -> None:
        """The page has given a sign of life."""

    def clip(self, language: str, text: str) -> Path | None:
        """A WAV file in which the text is spoken; None where the program has no voice for the language."""

    def voices(self) -> Mapping[str, bool]:
        """Which of the menu's languages can be spoken."""

    def ticket_url(self, token: str) -> str:
        """Address of a visitor's phone page."""

    def papers(self) -> Sequence[Paper]:
        """What the virtual printer printed, newest first; empty for any other printer."""

    def faults(self) -> Mapping[str, bool] | None:
        """The virtual printer's fault switches, or None when the printer is a real one."""

    def set_fault(self, name: str, on: bool) -> None:
        """Sets one of the switches that `faults` names."""


def pages(kiosk: KioskProgram) -> flask.Blueprint:
    """All routes of the kiosk program's own site. The app that takes them has `static_folder=None`."""
    blueprint = flask.Blueprint(
        "kiosk", __name__, static_folder="static", static_url_path="/kiosk/static", template_folder="templates"
    )

    @blueprint.before_request
    def guard() -> None:
        flask.request.max_content_length = BODY_LIMIT
        if flask.request.method == "POST":
            if urlsplit(flask.request.headers.get("Origin", "")).netloc != flask.request.host:
                raise Forbidden("The request comes from another site.")
            if not flask.request.is_json:
                raise UnsupportedMediaType("Content-Type must be application/json.")

    @blueprint.errorhandler(HTTPException)
    def say_no(error: HTTPException) -> ResponseReturnValue:
        if flask.request.method != "POST":
            return error
        code = error.code or 500
        text = error.description if code < 500 else texts.translate("lv", BROKEN)
        return _json(Answer(ok=False, code=error.name.lower().replace(" ", "_"), text=text), code)

    @blueprint.get("/")
    def page() -> str:
        return shell(
            title=texts.translate("lv", "Take a number"),
            language="lv",
            languages=LANGUAGES,
            channel="menu",
            device="page",
            catalogues=("kiosk",),
            sheets=[f"/kiosk/static/{name}.css" for name in SHEETS],
            scripts=("/kiosk/static/kiosk.js",),
        )

    @blueprint.get("/feed")
    def feed() -> flask.Response:
        return flask.Response(kiosk.feed.stream(), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})

    @blueprint.post("/command")
    def command() -> ResponseReturnValue:
        message = _body(CommandMessage)
        match message.name:
            case "TakeTicket":
                _converted(message.data, Taken)
                answer = kiosk.command(message)
            case "CheckIn" | "CallHelp" | "PrintPaper":
                answer = kiosk.command(message)
            case "SlipAnswer":
                slip = _converted(message.data, SlipAnswer)
                answer = kiosk.answer_slip(slip.visit, slip.printed)
            case "SlipWithdraw":
                answer = kiosk.withdraw_slip(_converted(message.data, SlipWithdraw).visit)
            case _:
                raise NotFound("A kiosk page has no such command.")
        return _json(answer, 200 if answer.ok else 409)

    @blueprint.post("/beat")
    def beat() -> ResponseReturnValue:
        kiosk.beat(_body(PageBeat).visible)
        return "", 204

    @blueprint.get("/speech")
    def speech() -> flask.Response:
        language, text = flask.request.args.get("language", ""), flask.request.args.get("text", "").strip()
        if not 0 < len(text) <= SPOKEN_LONGEST:
            raise BadRequest(f"A text has 1 to {SPOKEN_LONGEST} characters.")
        found = kiosk.clip(language, text)
        if found is None:
            raise NotFound("There is no voice for this language.")
        clip = flask.Response(found.read_bytes(), mimetype="audio/wav")
        clip.headers["Cache-Control"] = "private, max-age=3600"
        return clip

    @blueprint.get("/speech/voices")
    def voices() -> flask.Response:
        return _json(kiosk.voices(), 200)

    @blueprint.get("/qr/<token>.svg")
    def qr(token: str) -> flask.Response:
        if not TOKEN.fullmatch(token):
            raise NotFound
        return _qr(kiosk.ticket_url(token))

    @blueprint.get("/portal.svg")
    def portal() -> flask.Response:
        """The code of the page where a service, or without one any service, can be had without the centre."""
        menu, wanted = kiosk.feed.state.menu, flask.request.args.get("service")
        found = {None: menu.portal} | {one.service: one.alone for one in menu.services} if menu else {}
        if not (address := found.get(wanted)):
            raise NotFound
        return _qr(address)

    @blueprint.get("/paper")
    def paper() -> str:
        state = kiosk.feed.state
        zone = ZoneInfo(state.menu.timezone if state.menu else "UTC")
        return flask.render_template(
            "paper.html",
            papers=[(paper, _moment(paper.at, zone)) for paper in kiosk.papers()],
            faults=kiosk.faults(),
            fault_words={name: texts.translate("lv", words) for name, words in FAULT_WORDS.items()},
            printer=state.printer,
            _=partial(texts.translate, "lv"),
        )

    @blueprint.get("/paper/<name>.png")
    def paper_image(name: str) -> flask.Response:
        wanted = (paper for paper in kiosk.papers() if name in (paper.name, "latest"))
        found = next(wanted, None)
        if found is None:
            raise NotFound
        return flask.Response(found.png, mimetype="image/png")

    @blueprint.post("/paper/fault")
    def fault() -> ResponseReturnValue:
        wanted = _body(Fault)
        if wanted.name not in (kiosk.faults() or {}):
            raise NotFound("This printer has no such switch.")
        kiosk.set_fault(wanted.name, wanted.on)
        return _json(kiosk.faults(), 200)

    @blueprint.get("/static/<path:name>")
    def shared(name: str) -> flask.Response:
        return flask.send_from_directory(STATIC, name)

    return blueprint


def _qr(address: str) -> flask.Response:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, image_factory=SvgPathFillImage)
    code.add_data(address)
    return flask.Response(code.make_image().to_string(), mimetype="image/svg+xml")


def _body(kind: type[T]) -> T:
    """The request's body as `kind`, or 400 with the path of the fault."""
    try:
        return msgspec.json.decode(flask.request.get_data(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise BadRequest(str(fault)) from fault


def _converted(data: dict[str, Any], kind: type[T]) -> T:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as fault:
        raise BadRequest(str(fault)) from fault


def _json(value: Any, status: int) -> flask.Response:
    return flask.Response(msgspec.json.encode(value), status, mimetype="application/json")


def _moment(at: datetime, zone: ZoneInfo) -> str:
    """Time of the day in the centre's zone, as `H:mm:ss`."""
    local = at.astimezone(zone)
    return f"{local.hour}:{local:%M:%S}"
