"""The manager's page of the boards, /admin/board: slides, notices, screens and loudness, saved as one change of the plan."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue

from config import texts
from config.plan import Plan
from server import authority
from server.admin.content import IsOn, Shown, checked, content
from server.admin.ground import Ground
from server.domain.context import Actor
from server.domain.refusal import CODES
from server.engine import now_utc
from server.guard import identify, riding, same_origin
from server.media.folder import Media, Stored, named
from server.media.pictures import Unusable
from server.protocol import CommandMessage
from server.shell import chosen_language
from server.submit import HTTP_STATUS, Submit

log = logging.getLogger("rinda.content")

CHUNK = 1024 * 1024
CHECKED_AT_ONCE = 2
"""Files that are looked at at the same time: a picture takes up to 200 MB meanwhile."""


class Save(msgspec.Struct, frozen=True, kw_only=True):
    """What the page sends: the id of the command, the version of the plan that it was loaded with, the content."""

    id: UUID
    version: int
    content: dict[str, Any]


class ContentPages:
    """`shown` draws a slide and `on` reads its schedule, as the boards do; `who` is the name of whoever asks."""

    def __init__(
        self, ground: Ground, submit: Submit, media: Media, shown: Shown, on: IsOn, who: Callable[[], str]
    ) -> None:  # fmt: skip
        self._floor, self._people, self._door = ground.floor, ground.people, ground.door
        self._ground, self._submit, self._media = ground, submit, media
        self._shown, self._on, self._who = shown, on, who
        self._looked_at = 0

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint = flask.Blueprint("content", __name__)
        blueprint.get("/admin/board")(self._ground.admitted("board")(self.page))
        blueprint.post("/admin/board/check")(self.check)
        blueprint.post("/admin/board/save")(self.save)
        blueprint.post("/admin/board/media")(self.upload)
        blueprint.post("/admin/board/media/<name>/delete")(self.delete)
        return blueprint

    def page(self, actor: Actor) -> ResponseReturnValue:
        """The page, for whoever may change the plan."""
        floor = self._floor()
        plan = floor.settled
        return self._ground.screen(
            actor, "board", "Boards and voice", sheets=("/admin/static/board.css",), scripts=("/admin/static/board.js",),
            catalogues=("server", "admin"), device="content", version=floor.version, content=msgspec.to_builtins(content(plan)),
            checked=msgspec.to_builtins(self._checked(plan, msgspec.to_builtins(content(plan)))[1]), files=self._files(plan),
            zones=[{"code": one.code, "name": one.name} for one in plan.zones],
            about=[{"code": one.code, "name": one.short} for one in plan.institutions]
            + [{"code": one.code, "name": one.name} for one in plan.services if not one.retired],
        )  # fmt: skip

    def check(self) -> ResponseReturnValue:
        """What there is to say about a content that is not saved yet."""
        if (refused := self._refused()) is not None:
            return refused
        try:
            said = msgspec.json.decode(request.get_data(cache=False), type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._no("malformed")
        return _json(self._checked(self._floor().settled, said)[1])

    def save(self) -> ResponseReturnValue:
        """The content comes into force as one command; with faults, or when somebody else was faster, nothing does."""
        if (refused := self._refused()) is not None:
            return refused
        try:
            sent = msgspec.json.decode(request.get_data(cache=False), type=Save)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._no("malformed")
        plan, language = self._floor().settled, chosen_language()
        made, seen = self._checked(plan, sent.content)
        if seen.faults:
            text = texts.translate(language, "This was not saved. Some fields have faults.")
            return _json({"ok": False, "text": text, "checked": seen}, 422)
        reason = texts.translate(language, "Content of the boards")
        data = {"plan": msgspec.to_builtins(made), "version": sent.version, "reason": reason}
        answer = self._submit(self._manager(), CommandMessage(id=sent.id, name="RevisePlan", data=data), language)
        if not answer.ok:
            return _json({"ok": False, "code": answer.code, "text": answer.text}, HTTP_STATUS.get(answer.code or "", 409))
        return _json({"ok": True, "version": sent.version + (made != plan), "checked": seen, "files": self._files(made)})

    def upload(self) -> ResponseReturnValue:
        """A picture or a video as the body of the request; on disk piece by piece, and named when it was found good."""
        if (refused := self._refused()) is not None:
            return refused
        length = request.content_length
        if not length:
            return self._no("malformed")
        part = None
        try:
            part = self._media.begin(length)
            request.max_content_length = length + 1  # a stream that gives all that may come is refused
            with part.open("wb") as file:
                while chunk := request.stream.read(CHUNK):
                    self._door.native(file.write, chunk)
                arrived = file.tell()
            if arrived != length:
                raise Unusable("The file did not arrive whole. Try again.")
            kept = self._kept(part)
        except Unusable as error:
            text = texts.translate(chosen_language(), error.text, **error.facts)
            return _json({"ok": False, "code": "unusable", "text": text}, 409)
        except OSError as error:
            log.error("a file for the boards was not stored: %s", error)
            return self._no("not_stored")
        finally:
            if part is not None:
                part.unlink(missing_ok=True)
        log.info("%s: %s, %d bytes", self._who(), kept.name, kept.bytes)
        return _json({"ok": True, "file": kept, "files": self._files(self._floor().settled)})

    def delete(self, name: str) -> ResponseReturnValue:
        """Removes a file that no slide names."""
        if (refused := self._refused()) is not None:
            return refused
        plan = self._floor().settled
        if not self._media.delete(name, plan):
            text = texts.translate(chosen_language(), "This file is used by a slide, or is not there any more.")
            return _json({"ok": False, "code": "in_use", "text": text, "files": self._files(plan)}, 409)
        log.info("%s: %s deleted", self._who(), name)
        return _json({"ok": True, "files": self._files(plan)})

    def _kept(self, part: Any) -> Stored:
        if self._looked_at >= CHECKED_AT_ONCE:
            raise Unusable("Other files are being checked just now. Try again in a moment.")
        self._looked_at += 1
        try:
            kept: Stored = self._door.native(self._media.keep, part)
            return kept
        finally:
            self._looked_at -= 1

    def _checked(self, plan: Plan, said: object) -> Any:
        there = [one.name for one in self._media.stored()]
        return checked(plan, said, there, chosen_language(), self._shown, self._on, now_utc())

    def _files(self, plan: Plan) -> list[dict[str, object]]:
        used = named(plan)
        return [{**msgspec.to_builtins(one), "used": one.name in used} for one in self._media.stored()]

    def _manager(self) -> Actor | None:
        actor = identify(request.environ, self._people)
        return actor if actor is not None and authority.may_submit(actor.role, "RevisePlan") else None

    def _refused(self) -> flask.Response | None:
        """The answer to a request that no page of ours sent, or that nobody made who may change the plan."""
        session = riding(request.environ, self._people)
        forged = session is not None and request.headers.get("X-CSRF-Token") != session.csrf
        if not same_origin(request.environ) or forged:
            return self._no("foreign_origin")
        if self._manager() is None:
            return self._no("not_allowed" if identify(request.environ, self._people) else "signed_out")
        return None

    def _no(self, code: str) -> flask.Response:
        text = texts.translate(chosen_language(), CODES[code])
        return _json({"ok": False, "code": code, "text": text}, HTTP_STATUS.get(code, 409))


def _json(data: object, status: int = 200) -> flask.Response:
    return flask.Response(msgspec.json.encode(data), status, mimetype="application/json")
