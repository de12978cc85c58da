"""The waiting-room board as a page, /display/<zone>, its static files, and the page of a visitor's phone."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import flask
from flask.typing import ResponseReturnValue

from config import texts
from config.plan import Plan
from display.phone import Ticket, ticket
from server.domain.floor import Floor
from server.shell import page, shell

LANGUAGE = "lv"
"""Boards stay Latvian (State Language Law, section 21); numbers need no translation."""


def pages(plan: Callable[[], Plan], admit: Callable[[str], flask.Response | None]) -> flask.Blueprint:
    """`plan()` is the plan in force; `admit(channel)` answers who may not see the channel, or None."""
    blueprint = flask.Blueprint(
        "display", __name__, static_folder=Path(__file__).parent / "static", static_url_path="/display/static"
    )

    @blueprint.get("/display/<zone>")
    def board(zone: str) -> ResponseReturnValue:
        now = plan()
        if zone not in {each.code for each in now.zones}:
            flask.abort(404)
        channel = f"board/{zone}"
        return admit(channel) or shell(
            title=f"{texts.translate(LANGUAGE, 'Board')} · {now.centre.short[LANGUAGE]}",
            language=LANGUAGE,
            languages=(LANGUAGE,),
            channel=channel,
            device=f"board-{zone}",
            catalogues=("server", "display"),
            sheets=("/display/static/board.css",),
            scripts=("/display/static/board.js",),
            theme="vakars",
            zone=zone,
            centre=now.centre.name,
            timezone=now.centre.timezone,
        )

    return blueprint


def phone_pages(floor: Callable[[], Floor], may_ask: Callable[[str], bool]) -> flask.Blueprint:
    """`/ticket/<token>` for whoever holds a token. `may_ask(address)` keeps one address to a bearable pace."""
    blueprint = flask.Blueprint("phone", __name__)

    @blueprint.get("/ticket/<token>")
    def phone(token: str) -> ResponseReturnValue:
        if not may_ask(flask.request.remote_addr or ""):
            flask.abort(429)
        here, now = floor(), datetime.now(UTC)
        try:
            found = ticket(here, token, now)
        except LookupError:
            found = None
        # Another language only for whoever asked for it, here or at the kiosk: the browser's preference is no request.
        language = flask.request.args.get("language") or (found.language if found else LANGUAGE)
        return ticket_page(found, here.settled, language=language, now=now), 200 if found else 404

    return blueprint


def ticket_page(ticket: Ticket | None, plan: Plan, *, language: str, now: datetime) -> str:
    """The phone page of a ticket, or of a token no longer valid. `language` falls back to Latvian; `now` is UTC."""
    chosen = language if language in plan.languages else LANGUAGE
    local = now.astimezone(ZoneInfo(plan.centre.timezone))
    ahead = (ticket.ahead if ticket else None) or 0
    return page(
        "ticket.html",
        language=chosen,
        languages=plan.languages,
        lv=partial(texts.translate, LANGUAGE),
        ticket=ticket,
        centre=plan.centre.short,
        people={code: texts.plural(code, "{n} person", "{n} people", ahead) for code in {LANGUAGE, chosen}},
        at=f"{local.hour}:{local:%M}",
    )
