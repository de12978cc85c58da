"""HTTP API v1: commands in, views and records out, and its own description."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue

from config import texts
from config.booths import VIDEO, WAYS
from config.hours import closing
from server import authority, channels, preview
from server.alerts import Health
from server.book import appointment_page, slot_page
from server.bridge import Door
from server.channels import Onlooker
from server.domain.context import Actor
from server.domain.floor import Floor, Visit
from server.domain.refusal import CODES, Refusal
from server.engine import now_utc
from server.guard import Bucket, identify, riding, same_origin
from server.openapi import document
from server.people.people import People
from server.protocol import Answer, SignedIn, View
from server.records import repair_list, visit_page
from server.repairs import repairs
from server.reports import BY_DAY, REPORTS
from server.reports.formats import KINDS, encode
from server.store.centre import CentreStore
from server.store.sheets import DaySheets
from server.submit import HTTP_STATUS, Submit, decode, refused

VISITS_AT_ONCE = 500
DAYS_AT_ONCE = 366
YEARS_AT_ONCE = 4018
"""Days, of reports that do not have a row for each of them: eleven years."""

SLOT_DAYS = 31
SERVICE = re.compile(r"[A-Za-z0-9_.@-]{1,40}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Api:
    """The routes under /api/v1. `floor`, `health` and `store` are only read."""

    def __init__(
        self,
        floor: Callable[[], Floor],
        submit: Submit,
        people: People,
        door: Door,
        store: CentreStore,
        sheets: DaySheets,
        health: Callable[[], Mapping[str, Health]],
        vouchers: Callable[[], Mapping[UUID, str]],
        phones: Bucket,
    ) -> None:
        self._floor, self._submit, self._people = floor, submit, people
        self._door, self._store, self._health, self._vouchers = door, store, health, vouchers
        self._phones, self._sheets = phones, sheets
        self._document = msgspec.json.encode(document())

    def routes(self) -> flask.Blueprint:
        """The blueprint of the whole API."""
        blueprint = flask.Blueprint("api", __name__, url_prefix="/api/v1")
        blueprint.post("/commands/<name>")(self.command)
        blueprint.get("/views/<path:channel>")(self.view)
        blueprint.get("/session")(self.session)
        blueprint.get("/visits")(self.visits)
        blueprint.get("/slots")(self.slots)
        blueprint.get("/appointments")(self.appointments)
        blueprint.get("/repairs")(self.repairs)
        blueprint.get("/slip")(self.slip)
        blueprint.post("/slip", endpoint="slip_draft")(self.slip)
        blueprint.get("/reports/<name>")(self.report)
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
        if kind in channels.CHANNELS and not authority.may_see(actor.role, channel, actor.id, actor.only):
            return no("not_allowed", language)
        try:
            data = channels.view(floor, channel, Onlooker(actor, self._health(), datetime.now(UTC), self._vouchers()))
        except LookupError:
            return no("unknown_channel", language)
        return flask.Response(encode_view(channel, floor.position, data), mimetype="application/json")

    def session(self) -> ResponseReturnValue:
        """Who is signed in by the session cookie, and the value that its commands must carry; no other site can read it."""
        known = riding(request.environ, self._people)
        account = self._people.account(known.account) if known is not None else None
        if known is None or account is None:
            return no("signed_out", speaks())
        found = SignedIn(account=account.name, role=account.role, csrf=known.csrf)
        return flask.Response(msgspec.json.encode(found), mimetype="application/json")

    def visits(self) -> ResponseReturnValue:
        """Visits that changed after a journal position, oldest change first; `next` is where to go on."""
        language = speaks()
        actor = identify(request.environ, self._people)
        if actor is None:
            return no("signed_out", language)
        if not authority.may_read_visits(actor.role):
            return no("not_allowed", language)
        try:
            query = asked()
            since = whole(query, "since", 0, 2**53)
            limit = whole(query, "limit", VISITS_AT_ONCE, VISITS_AT_ONCE, least=1)
        except ValueError as error:
            return bad(error, language)
        rows = self._door.native(self._store.visits_since, since, limit)
        return flask.Response(msgspec.json.encode(visit_page(rows, since)), mimetype="application/json")

    def slots(self) -> ResponseReturnValue:
        """Free and full times for a service on some local days."""
        language = speaks()
        if (away := self._no_reader(language)) is not None:
            return away
        try:
            query = asked()
            service, first = query.get("service", [""])[-1], day(query, "from")
            ahead = whole(query, "days", 1, SLOT_DAYS, least=1)
            if not SERVICE.fullmatch(service):
                raise ValueError("service: must be a code")
            without = identifier(query, "without")
            if (channel := query.get("channel", [WAYS[0]])[-1]) not in WAYS:
                raise ValueError(f"channel: must be one of {', '.join(WAYS)}")
        except ValueError as error:
            return bad(error, language)
        days = map(date.fromordinal, range(first.toordinal(), min(first.toordinal() + ahead, date.max.toordinal())))
        try:
            pages = partial(slot_page, video=channel == VIDEO)
            page = self._door.native(pages, self._floor(), service, days, now_utc(), without)
        except Refusal as refusal:
            return answer(refused(refusal, language))
        return flask.Response(msgspec.json.encode(page), mimetype="application/json")

    def appointments(self) -> ResponseReturnValue:
        """What the book has for a local day, with contacts."""
        language = speaks()
        if (away := self._no_reader(language)) is not None:
            return away
        try:
            on = day(asked(), "day").isoformat()
        except ValueError as error:
            return bad(error, language)
        contacts = self._door.native(self._store.contacts_on, on)
        return flask.Response(msgspec.json.encode(appointment_page(self._floor(), on, contacts)), mimetype="application/json")

    def _no_reader(self, language: str) -> flask.Response | None:
        """Why the one who asks may not read the book; None for who may."""
        actor = identify(request.environ, self._people)
        if actor is None:
            return no("signed_out", language)
        return None if authority.may_read_book(actor.role) else no("not_allowed", language)

    def slip(self) -> ResponseReturnValue:
        """A made-up visitor's slip by the plan in force, or with texts to try, as a picture or as text."""
        language = speaks()
        if (refusal := self._no_reader(language)) is not None:
            return refusal
        try:
            query, draft = preview.asked(request.args, request.get_data(cache=False))
            made = preview.sample(self._floor(), query, draft, now_utc())
        except ValueError as error:
            return bad(error, language)
        except LookupError as error:
            return no("unknown_service", language, service=error.args[0])
        kind = "text/plain" if query.format == "txt" else "image/png"
        return flask.Response(self._door.native(partial(preview.rendered, made, query)), mimetype=kind)

    def repairs(self) -> ResponseReturnValue:
        """Visits of some days whose records are impossible or unfinished, for those who may correct them."""
        language = speaks()
        actor = identify(request.environ, self._people)
        if actor is None:
            return no("signed_out", language)
        if not authority.may_submit(actor.role, "CorrectVisit"):
            return no("not_allowed", language)
        try:
            first, last = span(asked())
        except ValueError as error:
            return bad(error, language)
        plan = self._floor().settled
        shut = partial(closing, plan.hours, timezone=plan.centre.timezone)

        def work() -> bytes:
            now = now_utc()
            found = (repairs(visits, now, shut, timezone=plan.centre.timezone) for visits in self._days(first, last))
            return msgspec.json.encode(repair_list(chain.from_iterable(found), language))

        return flask.Response(self._door.native(work), mimetype="application/json")

    def report(self, name: str) -> ResponseReturnValue:
        """A report on some days as JSON, CSV or a workbook."""
        language = speaks()
        actor = identify(request.environ, self._people)
        if actor is None:
            return no("signed_out", language)
        if not authority.may_read_visits(actor.role):
            return no("not_allowed", language)
        if name not in REPORTS:
            return no("unknown_report", language, report=name)
        try:
            query = asked()
            first, last = span(query, DAYS_AT_ONCE if name in BY_DAY else YEARS_AT_ONCE)
            kind = query.get("format", ["json"])[-1]
            if kind not in KINDS:
                raise ValueError(f"format: must be one of {', '.join(KINDS)}")
        except ValueError as error:
            return bad(error, language)

        def work() -> bytes:
            made = self._sheets.get(first.isoformat(), last.isoformat(), REPORTS[name])
            return encode(made, kind, name, first, last, language, now_utc())

        sent = flask.Response(self._door.native(work), content_type=KINDS[kind])
        if kind != "json":
            sent.headers["Content-Disposition"] = f'attachment; filename="{name}_{first}_{last}.{kind}"'
        return sent

    def _days(self, first: date, last: date) -> Iterator[list[Visit]]:
        """The visits of each day; read one by one, so that no reading lasts."""
        for n in range((last - first).days + 1):
            yield self._store.visits_on((first + timedelta(days=n)).isoformat())

    def describe(self) -> ResponseReturnValue:
        """OpenAPI 3.1, from the types that decode the requests."""
        return flask.Response(self._document, mimetype="application/json")

    def _forged(self) -> str | None:
        """Why a request that rides on a cookie is not believed; None for one with a token of its own."""
        if not same_origin(request.environ):
            return "foreign_origin"
        session = riding(request.environ, self._people)
        return None if session is None or request.headers.get("X-CSRF-Token") == session.csrf else "foreign_origin"


def asked() -> dict[str, list[str]]:
    """The query; ValueError if it is none."""
    text = request.query_string.decode("ascii")
    return parse_qs(text, keep_blank_values=True, strict_parsing=bool(text))


def span(query: dict[str, list[str]], most: int = DAYS_AT_ONCE) -> tuple[date, date]:
    """The days `from` and `to`, at most so many; ValueError that names the field."""
    first, last = day(query, "from"), day(query, "to")
    if last < first:
        raise ValueError("to: must not be before from")
    if (last - first).days >= most:
        raise ValueError(f"to: must be at most {most - 1} days after from")
    return first, last


def day(query: dict[str, list[str]], name: str) -> date:
    """A date from the query; ValueError that names it."""
    text = query.get(name, [""])[-1]
    try:
        if DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # a day that no month has
    raise ValueError(f"{name}: must be a date such as 2026-03-16")


def identifier(query: dict[str, list[str]], name: str) -> UUID | None:
    """An id from the query, None where it is left out; ValueError that names it."""
    if name not in query:
        return None
    try:
        return UUID(query[name][-1])
    except ValueError:
        raise ValueError(f"{name}: must be an id such as 018f3c5e-7b1a-7c3d-9e2f-0123456789ab") from None


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


def no(code: str, language: str, **facts: str) -> flask.Response:
    """A refusal by code."""
    return answer(Answer(ok=False, code=code, text=texts.translate(language, CODES[code], **facts)))


def bad(error: ValueError, language: str) -> flask.Response:
    """The answer to a query of the wrong shape; the error names the field."""
    return answer(Answer(ok=False, code="malformed", text=f"{texts.translate(language, CODES['malformed'])} {error}"))


def encode_view(channel: str, position: int, data: Any) -> bytes:
    """The view message as JSON."""
    return msgspec.json.encode(View(channel=channel, position=position, now=now_utc(), data=data))
