"""The one door's outer side, for HTTP and Socket.IO alike: name, right, shape, pace; then the engine; then the words."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

import msgspec

from config import texts
from config.load import check_plan
from server import authority
from server.domain.commands import COMMANDS, Command, RevisePlan, SchedulePlan
from server.domain.context import Actor
from server.domain.floor import Floor
from server.domain.refusal import CODES, WAYS, Refusal
from server.engine import Reply
from server.guard import Bucket
from server.protocol import Answer, CommandMessage

HTTP_STATUS = {
    "malformed": 400,
    "signed_out": 401,
    "wrong_secret": 403,
    "password_needed": 403,
    "sign_in_first": 403,
    "not_allowed": 403,
    "factor_needed": 403,
    "foreign_origin": 403,
    "unknown_command": 404,
    "unknown_channel": 404,
    "unknown_path": 404,
    "unknown_report": 404,
    "too_large": 413,
    "locked": 423,
    "too_fast": 429,
    "server_error": 500,
    "not_stored": 503,
}
"""HTTP status by answer code; every other refusal is 409."""

KIOSK_BURST, KIOSK_RATE = 40, 1.0
FAULTS_TOLD = 100
"""Of a plan in an answer; the rest is counted."""
PACED = ("TakeTicket", "CheckIn", "PrintPaper")
"""What visitors do at a kiosk, at a visitor's pace."""


class Handles(Protocol):
    """The engine as this side sees it."""

    def handle(self, command: Command, actor: Actor, id: UUID) -> Reply:
        """Submits and waits for the reply."""


class Submit:
    """Callable: (actor, message, language) -> Answer. Never raises for anything that a client can send."""

    def __init__(self, door: Handles, floor: Callable[[], Floor]) -> None:
        self._door, self._floor = door, floor
        self._kiosks = Bucket(KIOSK_RATE, KIOSK_BURST)

    def __call__(self, actor: Actor | None, message: CommandMessage, language: str = "lv") -> Answer:
        kind = COMMANDS.get(message.name)
        if kind is None:
            return refused(Refusal("unknown_command"), language)
        if actor is None:
            return refused(Refusal("signed_out"), language)
        if not authority.may_submit(actor.role, message.name):
            return refused(Refusal("not_allowed"), language)
        try:
            command = msgspec.convert(message.data, kind, str_keys=True)
        except msgspec.ValidationError as error:
            return malformed(error, language, "data")
        if not authority.may_speak(actor.only, getattr(command, "zone", None)):
            return refused(Refusal("not_allowed"), language)
        if isinstance(command, RevisePlan | SchedulePlan) and (faults := check_plan(command.plan)):
            places = "; ".join(f"data.plan.{fault}" for fault in faults[:FAULTS_TOLD])
            if len(faults) > FAULTS_TOLD:
                places += f"; … (+{len(faults) - FAULTS_TOLD})"
            return Answer(ok=False, code="malformed", text=f"{texts.translate(language, CODES['malformed'])} {places}")
        if actor.role == "kiosk" and message.name in PACED and not self._kiosks.take(actor.id):
            return refused(Refusal("too_fast"), language)
        reply = self._door.handle(command, actor, message.id)
        if isinstance(reply, Refusal):
            return refused(_named(reply, self._floor(), language), language)
        return Answer(ok=True, position=reply.position, result=reply.result)


def _named(refusal: Refusal, floor: Floor, language: str) -> Refusal:
    """The refusal with the name that people know a room by."""
    room = floor.look.rooms.get(str(refusal.facts.get("room", "")))
    if room is None:
        return refusal
    name = room.name.get(language) or room.name["lv"]
    return Refusal(refusal.code, refusal.ways, **{**refusal.facts, "room": f"„{name}”" if language == "lv" else f"“{name}”"})


def decode(body: bytes | Any, name: str | None = None, language: str = "lv") -> CommandMessage | Answer:
    """A command message from JSON bytes or from decoded JSON; an Answer that names the fault's place if it is none."""
    try:
        raw = msgspec.json.decode(body) if isinstance(body, bytes) else body
        if name is not None and isinstance(raw, dict):
            raw = {**raw, "name": name}
        return msgspec.convert(raw, CommandMessage)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return malformed(error, language, "")


def refused(refusal: Refusal, language: str) -> Answer:
    """A refusal in words, with the other ways in."""
    sentences = [CODES[refusal.code], *(WAYS[way] for way in refusal.ways)]
    text = " ".join(texts.translate(language, sentence, **refusal.facts) for sentence in sentences)
    return Answer(ok=False, code=refusal.code, text=text)


def malformed(error: Exception, language: str, under: str) -> Answer:
    """The answer to a message of the wrong shape, with the path of the fault."""
    what, _, path = str(error).partition(" - at `$")
    path = f"{under}{path.rstrip('`')}".lstrip(".") or "the message"
    return Answer(ok=False, code="malformed", text=f"{texts.translate(language, CODES['malformed'])} {path}: {what}")
