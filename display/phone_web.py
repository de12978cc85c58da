"""The page of a visitor's phone, /ticket/<token>: what is true of the ticket, and the steps of whoever holds it.

Whose visit it is, the token alone says: only here an actor "visitor" comes into being, and it can act for that visit only.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import flask
from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from config import texts
from config.plan import Plan
from display.phone import Ticket, ticket
from server.domain.context import Actor
from server.domain.floor import Floor
from server.guard import Bucket, same_origin
from server.protocol import Answer, CommandMessage
from server.quality.rating import Ratings
from server.shell import STATIC, page
from server.submit import HTTP_STATUS

LANGUAGE = "lv"
SIZES = (100, 150, 200)
"""Text sizes in percent, in the order in which the head of the page goes through them."""

PHONE_BURST, PHONE_RATE = 30, 2.0
"""Per ticket; an address alone only has a pace for tokens that are none, for a whole hall may be behind it."""

Submit = Callable[[Actor | None, CommandMessage, str], Answer]


def phone_pages(
    floor: Callable[[], Floor], submit: Submit, may_ask: Callable[[str], bool], ratings: Ratings
) -> flask.Blueprint:  # fmt: skip
    """`/ticket/<token>` for whoever holds a token. `may_ask(address)` keeps one address to a bearable pace."""
    blueprint = flask.Blueprint("phone", __name__)
    pace = Bucket(PHONE_RATE, PHONE_BURST)

    def shown(token: str, refusal: Answer | None = None, faults: Mapping[str, str] = {}) -> ResponseReturnValue:
        here, now = floor(), datetime.now(UTC)
        try:
            found = ticket(here, token, now)
        except LookupError:
            found = None
        # Another language only for whoever asked for it, here or at the kiosk: the browser's preference is no request.
        language = request.args.get("language") or (found.language if found else LANGUAGE)
        status = 404 if found is None else 200 if refusal is None else HTTP_STATUS.get(refusal.code or "", 409)
        status = 422 if faults else status
        visit = here.visits[here.tokens[token]] if found is not None else None
        sent = flask.make_response(
            ticket_page(
                found, here.settled, language=language, now=now, token=token, position=here.position, size=_size(),
                refusal=refusal.text if refusal else None, away="away" in request.args,
                asks=visit is not None and ratings.open_for(here, visit), rated=visit is not None and ratings.is_rated(visit),
                faults=faults, form=request.form,
            ),
            status,
        )  # fmt: skip
        sent.headers["Referrer-Policy"] = "no-referrer"
        sent.headers["X-Robots-Tag"] = "noindex"
        return sent

    def mind_the_pace(token: str) -> None:
        if not (pace.take(token) if token in floor().tokens else may_ask(request.remote_addr or "")):
            flask.abort(429)

    def rate(token: str) -> ResponseReturnValue:
        here = floor()
        faults = ratings.take(here, here.visits[here.tokens[token]], request.form, "phone", datetime.now(UTC))
        return shown(token, faults=faults) if faults else flask.redirect(
            _address(token, request.args.get("language"), _size()), 303
        )  # fmt: skip

    @blueprint.get("/ticket/<token>")
    def phone(token: str) -> ResponseReturnValue:
        mind_the_pace(token)
        return shown(token)

    @blueprint.post("/ticket/<token>")
    def step(token: str) -> ResponseReturnValue:
        mind_the_pace(token)
        if not _from_here():
            flask.abort(403)
        visit = floor().tokens.get(token)
        if visit is None:
            return shown(token)
        if request.form.get("do") == "rate":
            return rate(token)
        if (message := asked(visit, request.form)) is None:
            flask.abort(400)
        done = submit(Actor("visitor", str(visit)), message, request.args.get("language") or LANGUAGE)
        if not done.ok:
            return shown(token, done)
        return flask.redirect(_address(token, request.args.get("language"), _size()), 303)

    return blueprint


def asked(visit: UUID, form: Any) -> CommandMessage | None:
    """The command that a press of a button on the page means; None for a form that no page of ours has."""
    try:
        id, what, places, calls = UUID(form["id"]), form["do"], int(form.get("places", 1)), int(form.get("calls", 1))
    except (KeyError, ValueError):
        return None
    about = {"visit": str(visit)}
    names: dict[str, tuple[str, dict[str, Any]]] = {
        "leave": ("Leave", about),
        "delay": ("Delay", {**about, "places": places}),
        "coming": ("AnswerCall", {**about, "calls": calls, "says": "coming"}),
        "two_minutes": ("AnswerCall", {**about, "calls": calls, "says": "two_minutes"}),
        "return": ("Return", about),
    }
    if what not in names:
        return None
    name, data = names[what]
    return CommandMessage(id=id, name=name, data=data)


def ticket_page(
    ticket: Ticket | None, plan: Plan, *, language: str, now: datetime, token: str = "", position: int = 0, size: int = 100,
    refusal: str | None = None, away: bool = False, asks: bool = False, rated: bool = False, faults: Mapping[str, str] = {},
    form: Mapping[str, str] = {},
) -> str:  # fmt: skip
    """The phone page of a ticket, or of a token no longer valid. `language` falls back to Latvian; `now` is UTC.

    `asks`: with the two questions, what was wrong in them (`faults`) and what was typed (`form`).
    """
    chosen = language if language in plan.languages else LANGUAGE
    ahead = (ticket.ahead if ticket else None) or 0
    zone = ZoneInfo(plan.centre.timezone)
    later = SIZES[(SIZES.index(size) + 1) % len(SIZES)]
    return page(
        "ticket.html",
        language=chosen,
        languages=plan.languages,
        lv=partial(texts.translate, LANGUAGE),
        ticket=ticket,
        centre=plan.centre.short,
        people={code: texts.plural(code, "{n} person", "{n} people", ahead) for code in {LANGUAGE, chosen}},
        times={
            code: texts.plural(code, "called {n} time", "called {n} times", ticket.times if ticket else 0)
            for code in {LANGUAGE, chosen}
        },
        clock=partial(_clock, zone=zone),
        at=_clock(now, zone),
        here=_address(token, chosen, size),
        size=size,
        larger=_address(token, chosen, later),
        keep=f"&{urlencode({'text': size})}" if size != SIZES[0] else "",
        position=position,
        id=uuid4,
        refusal=refusal,
        away=away,
        asks=asks,
        rated=rated,
        faults=faults,
        form=form,
        icon=icon,
    )


@cache
def icon(name: str) -> Markup:
    """An icon of the sprite as part of the page: the whole sprite would be most of what a phone has to fetch."""
    found = re.search(rf'<symbol id="{name}"([^>]*)>(.*?)</symbol>', (STATIC / "vendor" / "icons.svg").read_text(), re.DOTALL)
    if found is None:
        raise LookupError(name)
    return Markup(f'<svg class="icon" aria-hidden="true"{found[1]}>{"".join(map(str.strip, found[2].splitlines()))}</svg>')


def _from_here() -> bool:
    """Whether the form comes from a page of this host. A page without referrer names no origin ("null"); newer browsers say
    beside it from what site the request comes, and who has the token needs no help of a browser that somebody tricked."""
    if (site := request.headers.get("Sec-Fetch-Site")) is not None:
        return site in ("same-origin", "none")
    return request.headers.get("Origin") == "null" or same_origin(request.environ)


def _size() -> int:
    asked = request.args.get("text", "")
    return next((size for size in SIZES if str(size) == asked), SIZES[0])


def _address(token: str, language: str | None, size: int) -> str:
    query = {"language": language} if language else {}
    query |= {"text": str(size)} if size != SIZES[0] else {}
    return f"/ticket/{token}" + (f"?{urlencode(query)}" if query else "")


def _clock(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.hour}:{local:%M}"
