"""HTTP API v1: commands in, views and records out, and its own description."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue

from config import texts
from server import authority, channels
from server.admin.view import Health
from server.bridge import Door
from server.channels import Onlooker
from server.domain.context import Actor
from server.domain.floor import Floor
from server.domain.refusal import CODES
from server.engine import now_utc
from server.guard import COOKIE, Bucket, identify, same_origin
from server.openapi import document
from server.people import People
from server.protocol import Answer, View
from server.records import visit_page
from server.store.centre import CentreStore
from server.submit import HTTP_STATUS, Submit, decode

VISITS_AT_ONCE = 500


class Api:
    """The routes under /api/v1. `floor`, `health` and `store` are only read."""

    def __init__(
        self,
        floor: Callable[[], Floor],
        submit: Submit,
        people: People,
        door: Door,
        store: CentreStore,
        health: Callable[[], Mapping[str, Health]],
        phones: Bucket,
    ) -> None:
        self._floor, self._submit, self._people = floor, submit, people
        self._door, self._store, self._health = door, store, health
        self._phones = phones
        self._document = msgspec.json.encode(document())

    def routes(self) -> flask.Blueprint:
        """The blueprint of the whole API."""
        blueprint = flask.Blueprint("api", __name__, url_prefix="/api/v1")
        blueprint.post("/commands/<name>")(self.command)
        blueprint.get("/views/<path:channel>")(self.view)
        blueprint.get("/visits")(self.visits)
        blueprint.get("/openapi.json")(self.describe)
        return blueprint

    def command(self, name: str) -> ResponseReturnValue:
        """One command; the answer's code decides the status."""
        language = speaks()
        actor = identify(request.environ, self._people)
        if (refusal := self._forged()) is not None:
            return no(refusal, language)
        body = request.get_data(cache=False)
        if len(body) == request.max_content_length:  # of a chunked body werkzeug just cuts off the rest
            flask.abort(413)
        decoded = decode(body, name, language)
        if actor is None:
            return no("signed_out", language)
        if isinstance(decoded, Answer):
            return answer(decoded)
        return answer(self._submit(actor, decoded, language))

    def view(self, channel: str) -> ResponseReturnValue:
        """What a device with this channel shows now."""
        language, floor = speaks(), self._floor()
        kind = channel.partition("/")[0]
        actor = identify(request.environ, self._people)
        if kind in authority.OPEN_CHANNELS:
            if not self._phones.take(request.remote_addr or ""):
                return no("too_fast", language)
            actor = actor or Actor("visitor", kind)
        if actor is None:
            return no("signed_out", language)
        if kind in channels.CHANNELS and not authority.may_see(actor.role, channel, actor.id):
            return no("not_allowed", language)
        try:
            data = channels.view(floor, channel, Onlooker(actor, self._health()))
        except LookupError:
            return no("unknown_channel", language)
        return flask.Response(encode_view(channel, floor.position, data), mimetype="application/json")

    def visits(self) -> ResponseReturnValue:
        """Visits that changed after a journal position, oldest change first; `next` is where to go on."""
        language = speaks()
        actor = identify(request.environ, self._people)
        if actor is None:
            return no("signed_out", language)
        if not authority.may_read_visits(actor.role):
            return no("not_allowed", language)
        try:
            query = parse_qs(request.query_string.decode("ascii"), strict_parsing=bool(request.query_string))
            since = whole(query, "since", 0, 2**53)
            limit = whole(query, "limit", VISITS_AT_ONCE, VISITS_AT_ONCE, least=1)
        except ValueError as error:
            words = texts.translate(language, CODES["malformed"])
            return answer(Answer(ok=False, code="malformed", text=f"{words} {error}"))
        rows = self._door.native(self._store.visits_since, since, limit)
        return flask.Response(msgspec.json.encode(visit_page(rows, since)), mimetype="application/json")

    def describe(self) -> ResponseReturnValue:
        """OpenAPI 3.1, from the types that decode the requests."""
        return flask.Response(self._document, mimetype="application/json")

    def _forged(self) -> str | None:
        """Why a request that rides on a cookie is not believed; None for one with a token of its own."""
        if not same_origin(request.environ):
            return "foreign_origin"
        if "Authorization" in request.headers:
            return None
        session = self._people.session(request.cookies.get(COOKIE))
        return None if session is None or request.headers.get("X-CSRF-Token") == session.csrf else "foreign_origin"


def whole(query: dict[str, list[str]], name: str, default: int, most: int, least: int = 0) -> int:
    """A whole number from the query; ValueError that names it."""
    text = query.get(name, [str(default)])[-1]
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and least <= int(text) <= most):
        raise ValueError(f"{name}: must be a whole number from {least} to {most}")
    return int(text)


def speaks() -> str:
    """The language of sentences in the answer: Latvian unless the client asks for another that has texts."""
    if "HTTP_ACCEPT_LANGUAGE" not in request.environ:
        return "lv"
    return request.accept_languages.best_match(("lv", "en"), default="lv") or "lv"


def answer(found: Answer) -> flask.Response:
    """An answer as HTTP."""
    status = 200 if found.ok else HTTP_STATUS.get(found.code or "", 409)
    return flask.Response(msgspec.json.encode(found), status, mimetype="application/json")


def no(code: str, language: str) -> flask.Response:
    """A refusal by code."""
    return answer(Answer(ok=False, code=code, text=texts.translate(language, CODES[code])))


def encode_view(channel: str, position: int, data: Any) -> bytes:
    """The view message as JSON."""
    return msgspec.json.encode(View(channel=channel, position=position, now=now_utc(), data=data))
