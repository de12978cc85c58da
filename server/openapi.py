"""OpenAPI 3.1 of the API, generated from the types that decode and encode its messages."""

from typing import Any

import msgspec

from config.booths import WAYS
from counter.finished import Finished
from counter.panels.shapes import Panels
from counter.rating_view import RateView
from counter.view import Catalogue, Desk, Panel
from display.load import Load
from display.phone import Ticket
from display.room_view import RoomScreen
from display.view import Board
from kiosk.shapes import Jobs, Menu
from server import authority
from server.admin.view import Overview
from server.admin.visits import OpenVisits
from server.book import AppointmentPage, SlotPage
from server.domain.commands import COMMANDS
from server.domain.refusal import CODES
from server.domain.reply import Booked, Called, Issued
from server.preview import SlipDraft, SlipQuery
from server.protocol import Answer, SignedIn, View
from server.records import RepairList, VisitPage
from server.reports import REPORTS
from server.reports.formats import KINDS, Report

_REF = "#/components/schemas/{name}"
_VIEWS = {
    "menu": Menu,
    "jobs/{kiosk}": Jobs,
    "desk/{counter}": Desk,
    "finished/{counter}": Finished,
    "panel/{counter}": Panel,
    "panels": Panels,
    "catalogue": Catalogue,
    "board/{zone}": Board,
    "room/{room}": RoomScreen,
    "rate/{counter}": RateView,
    "overview": Overview,
    "visits": OpenVisits,
    "ticket/{token}": Ticket,
}
_RESULTS: dict[str, type] = {
    "TakeTicket": Issued, "CheckIn": Issued, "AdmitOffline": Issued, "RegisterContact": Issued, "CallNext": Called,
    "CallVisit": Called, "CallRoll": Called, "HoldSlot": Booked, "BookAppointment": Booked,
}  # fmt: skip


def document() -> dict[str, Any]:
    """The whole description as JSON values."""
    commands = {name: kind for name, kind in COMMANDS.items() if any(name in c for r, c in _people())}
    types: list[type] = [
        *commands.values(), *_VIEWS.values(), Issued, Called, Booked, Answer, View, VisitPage, RepairList, Report, SlotPage,
        AppointmentPage, SignedIn, SlipDraft, Load,
    ]  # fmt: skip
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    by_type = {kind.__name__: schema for kind, schema in zip(types, schemas, strict=True)}
    components["Error"] = {
        "type": "object",
        "required": ["ok", "code", "text"],
        "properties": {
            "ok": {"const": False},
            "code": {"type": "string", "examples": sorted(CODES)},
            "text": {"type": "string", "description": "For people, in the language asked for"},
        },
    }
    paths: dict[str, Any] = {f"/api/v1/commands/{name}": {"post": _command(name, by_type[name], by_type)} for name in commands}
    paths |= {f"/api/v1/views/{path}": {"get": _view(path, by_type[kind.__name__])} for path, kind in _VIEWS.items()}
    paths["/api/v1/load"] = {"get": _load(by_type["Load"])}
    paths["/api/v1/session"] = {"get": _session(by_type["SignedIn"])}
    paths["/api/v1/visits"] = {"get": _visits(by_type["VisitPage"])}
    paths["/api/v1/slots"] = {"get": _slots(by_type["SlotPage"])}
    paths["/api/v1/appointments"] = {"get": _appointments(by_type["AppointmentPage"])}
    paths["/api/v1/slip"] = {"get": _slip(None), "post": _slip(by_type["SlipDraft"])}
    paths["/api/v1/repairs"] = {"get": _repairs(by_type["RepairList"])}
    paths["/api/v1/reports/{name}"] = {"get": _report(by_type["Report"])}
    paths["/api/v1/openapi.json"] = {"get": {"summary": "This description", "responses": {"200": _json({"type": "object"})}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Rinda centre server", "version": "1", "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _people() -> list[tuple[str, frozenset[str]]]:
    """Who has a way in here; a visitor's is the page of the ticket."""
    return [(role, commands) for role, commands in authority.COMMANDS.items() if role not in ("system", "visitor")]


def _command(name: str, schema: dict[str, Any], by_type: dict[str, Any]) -> dict[str, Any]:
    bare = not any(field.required for field in msgspec.structs.fields(COMMANDS[name]))
    body = {
        "type": "object",
        "required": ["id"] if bare else ["id", "data"],
        "properties": {"id": {"type": "string", "format": "uuid"}, "data": schema},
    }
    done = {
        "type": "object",
        "required": ["ok", "position", "result"],
        "properties": {
            "ok": {"const": True},
            "position": {"type": "integer"},
            "result": by_type[_RESULTS[name].__name__] if name in _RESULTS else {"type": "object"},
        },
    }
    return {
        "operationId": name,
        "summary": (COMMANDS[name].__doc__ or name).strip(),
        "description": "The same id again gives the same answer and no second effect. Roles: "
        + ", ".join(role for role, commands in _people() if name in commands),
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": _json(done),
            "409": _error("Refused: nothing changed"),
            **_errors(400, 401, 403, 413, 423, 429, 503),
        },
    }


def _view(path: str, schema: dict[str, Any]) -> dict[str, Any]:
    kind, _, name = path.partition("/")
    name = name.strip("{}")
    view = {
        "type": "object",
        "required": ["channel", "position", "now", "data"],
        "properties": {
            "channel": {"type": "string"},
            "position": {"type": "integer"},
            "now": {"type": "string", "format": "date-time"},
            "data": schema,
        },
    }
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}] if name else []
    return {
        "operationId": f"view_{kind}",
        "summary": f"The {kind} view",
        "parameters": parameters,
        "responses": {"200": _json(view), **_errors(400, 401, 403, 404, 423, 429)},
        **({"security": []} if kind in authority.OPEN_CHANNELS else {}),
    }


def _load(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": "load",
        "summary": "How full the centre is now, and the best hours of the week",
        "responses": {"200": _json(found), **_errors(429)},
        "security": [],
    }


def _session(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": "session",
        "summary": "Who is signed in by the session cookie (no token), and the X-CSRF-Token of its commands",
        "responses": {"200": _json(found), **_errors(401)},
    }


def _visits(page: dict[str, Any]) -> dict[str, Any]:
    number = {"type": "integer", "minimum": 0, "maximum": 2**53}
    return {
        "operationId": "visits",
        "summary": "Visits that changed after a journal position, oldest change first",
        "parameters": [
            {"name": "since", "in": "query", "schema": number},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 500}},
        ],
        "responses": {"200": _json(page), **_errors(400, 401, 403, 423)},
    }


def _slots(page: dict[str, Any]) -> dict[str, Any]:
    code = {"type": "string", "pattern": "^[A-Za-z0-9_.@-]{1,40}$"}
    return {
        "operationId": "slots",
        "summary": "Times at which an appointment may begin, the full ones too, on local days from one on",
        "parameters": [
            {"name": "service", "in": "query", "required": True, "schema": code},
            _day("from"),
            {"name": "days", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 31, "default": 1}},
            {"name": "without", "in": "query", "schema": {"type": "string", "format": "uuid"}},
            {"name": "channel", "in": "query", "schema": {"type": "string", "enum": list(WAYS), "default": WAYS[0]}},
        ],
        "responses": {"200": _json(page), "409": _error("No appointments for this service"), **_errors(400, 401, 403, 423)},
    }  # fmt: skip


def _appointments(page: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": "appointments",
        "summary": "The book of a local day: what is booked or held, with contacts",
        "parameters": [_day("day")],
        "responses": {"200": _json(page), **_errors(400, 401, 403, 423)},
    }


def _slip(draft: dict[str, Any] | None) -> dict[str, Any]:
    """The parameters are the fields of SlipQuery."""
    _, parts = msgspec.json.schema_components([SlipQuery], ref_template=_REF)
    query = parts["SlipQuery"]
    picture = {"image/png": {"schema": {"type": "string", "format": "binary"}}, "text/plain": {"schema": {"type": "string"}}}
    return {
        "operationId": "slip_draft" if draft else "slip",
        "summary": "A made-up visitor's slip " + ("with texts to try" if draft else "as it would be printed now"),
        "parameters": [
            {"name": name, "in": "query", "required": name in query["required"], "schema": kind}
            for name, kind in query["properties"].items()
        ],
        **({"requestBody": _json(draft)} if draft else {}),
        "responses": {"200": {"description": "The slip", "content": picture}, **_errors(400, 401, 403, 409, 423)},
    }


def _repairs(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": "repairs",
        "summary": "Visits of at most a year whose records are impossible or unfinished",
        "parameters": _span(),
        "responses": {"200": _json(found), **_errors(400, 401, 403, 423)},
    }


def _report(found: dict[str, Any]) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    done = _json(found)
    done["content"] |= {media.partition(";")[0]: text for kind, media in KINDS.items() if kind != "json"}
    return {
        "operationId": "report",
        "summary": "A report on the visits of at most a year, or of eleven where no row is about a day",
        "parameters": [
            {"name": "name", "in": "path", "required": True, "schema": {"enum": list(REPORTS)}},
            *_span(),
            {"name": "format", "in": "query", "schema": {"enum": list(KINDS), "default": "json"}},
        ],
        "responses": {"200": done, **_errors(400, 401, 403, 404, 423)},
    }


def _span() -> list[dict[str, Any]]:
    return [_day(name) for name in ("from", "to")]


def _day(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": True, "schema": {"type": "string", "format": "date"}}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "Done", "content": {"application/json": {"schema": schema}}}


def _error(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _errors(*statuses: int) -> dict[str, Any]:
    texts = {
        400: "Malformed; the text names the place",
        401: "Nobody is known by this token or cookie",
        403: "Not allowed",
        404: "No such thing",
        409: "Refused",
        413: "The body is too large",
        423: "The session is locked",
        429: "Too fast",
        503: "Cannot be stored now",
    }
    return {str(status): _error(texts[status]) for status in statuses}
