"""What all pages of the centre's office stand on: who looks, in which language, the menu, and how a page is made."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import flask
from babel.dates import format_date
from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from config import texts
from config.plan import Plan
from server import authority
from server.bridge import Door
from server.domain.context import Actor
from server.domain.floor import Floor
from server.domain.refusal import CODES
from server.engine import now_utc
from server.guard import identify, riding, same_origin
from server.people.people import People
from server.protocol import PROTOCOL
from server.shell import LANGUAGES, boot_json, chosen_language, page
from server.words import Words

NAV = (
    ("now", "/admin/", "layout-dashboard", "The centre now"),
    ("devices", "/admin/devices", "devices", "Devices"),
    ("plan", "/admin/plan", "adjustments", "The plan"),
    ("board", "/admin/board", "device-tv", "Boards and voice"),
    ("people", "/admin/people", "users", "People"),
    ("book", "/counter/appointments", "calendar", "Appointments"),
    ("rooms", "/admin/rooms", "door-enter", "Rooms and computers"),
    ("reports", "/admin/reports", "chart-bar", "Reports"),
    ("figures", "/admin/figures", "chart-bar", "My figures"),
    ("quality", "/admin/quality", "star", "Quality"),
    ("journal", "/admin/journal", "history", "Journal"),
    ("keeping", "/admin/keeping", "shield-check", "Keeping"),
)
"""The menu: what one must be admitted to (`authority.PAGES`), address, icon, name."""

Handler = Callable[..., ResponseReturnValue]


class Ground:
    """`floor()` is the centre now, `who()` the display name of whoever makes the present request."""

    def __init__(self, floor: Callable[[], Floor], people: People, door: Door, who: Callable[[], str]) -> None:
        self.floor, self.people, self.door, self._who = floor, people, door, who

    def plan(self) -> Plan:
        """The plan in force."""
        return self.floor().settled

    def actor(self) -> Actor | None:
        """Who makes the present request."""
        return identify(request.environ, self.people)

    def admitted(self, what: str) -> Callable[[Handler], Handler]:
        """Only for who may see the pages `what`; the handler gets the actor first. Others get the way in, or are told no."""

        def wrap(handler: Handler) -> Handler:
            @wraps(handler)
            def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
                actor = self.actor()
                if actor is not None and authority.may_open(actor.role, what):
                    return handler(actor, *args, **kwargs)
                if actor is None or not authority.staff(actor.role):
                    return flask.redirect(f"/login?next={quote(request.full_path.rstrip('?'))}")
                return page("error.html", language=chosen_language(), code=403, text=None), 403

            return guarded

        return wrap

    def posted(self, what: str) -> Callable[[Handler], Handler]:
        """As `admitted`, for a form or a JSON body that a page of ours sent; anything else is refused as foreign.

        The session's word comes in the field `csrf_token` or the header `X-CSRF-Token`; a bearer token needs none.
        """

        def wrap(handler: Handler) -> Handler:
            @wraps(handler)
            def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
                actor = self.actor()
                if not same_origin(request.environ) or self._forged():
                    return self.refused("foreign_origin", 403)
                if actor is None:
                    return self.refused("signed_out", 401)
                if not authority.may_open(actor.role, what):
                    return self.refused("not_allowed", 403)
                return handler(actor, *args, **kwargs)

            return guarded

        return wrap

    def refused(self, code: str, status: int) -> flask.Response:
        """A refusal by code: to a script as JSON, to a form as a page."""
        text = texts.translate(chosen_language(), CODES[code])
        if request.is_json or request.headers.get("X-CSRF-Token"):
            return flask.make_response(flask.jsonify(ok=False, code=code, text=text), status)
        return flask.make_response(page("error.html", language=chosen_language(), code=status, text=text), status)

    def show(self, actor: Actor, here: str, template: str, status: int = 200, **values: Any) -> flask.Response:
        """A page of `templates/admin/` without script; it extends `admin/frame.html`, and `w` are the Words of its language."""
        language = chosen_language()
        made = page(f"admin/{template}", language=language, **self._frame(actor, here, language), **values)
        return flask.make_response(made, status)

    def screen(
        self, actor: Actor, here: str, title: str, sheets: tuple[str, ...], scripts: tuple[str, ...],
        catalogues: tuple[str, ...], channel: str = "", device: str = "admin", **extra: Any,
    ) -> flask.Response:  # fmt: skip
        """A page that its script draws into the frame; `catalogues` and `extra` are as in `shell`."""
        language, plan = chosen_language(), self.plan()
        boot = {
            "language": language,
            "messages": {code: texts.messages(code, (*catalogues, "lock")) for code in LANGUAGES},
            "channel": channel, "device": device, "protocol": PROTOCOL, "static": "/static", "who": self._who(),
            "csrf": self.csrf(), "manages": authority.may_submit(actor.role, "RevisePlan"), "centre": plan.centre.name,
            "place": plan.place, "timezone": plan.centre.timezone, **extra,
        }  # fmt: skip
        made = page(
            "admin/screen.html", language=language, **self._frame(actor, here, language),
            title=texts.translate(language, title), sheets=sheets, scripts=scripts, boot=boot, boot_json=Markup(boot_json(boot)),
        )  # fmt: skip
        return flask.make_response(made)

    def csrf(self) -> str:
        """The word that a form of the present session must bring back."""
        session = riding(request.environ, self.people)
        return session.csrf if session is not None else ""

    def _forged(self) -> bool:
        session = riding(request.environ, self.people)
        said = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token")
        return session is not None and said != session.csrf

    def _frame(self, actor: Actor, here: str, language: str) -> dict[str, Any]:
        plan, w = self.plan(), Words(language)
        return {
            "w": w, "here": here, "who": self._who(), "csrf": self.csrf(), "floor": self.floor(),
            "nav": [one for one in NAV if authority.may_open(actor.role, one[0])],
            "centre": _said(plan.centre.name, language), "short": _said(plan.centre.short, language),
            "today": today(now_utc(), plan, language),
        }  # fmt: skip


def today(now: datetime, plan: Plan, language: str) -> str:
    """The day with its weekday, in the centre's own time."""
    return format_date(now.astimezone(ZoneInfo(plan.centre.timezone)).date(), "full", locale=language)


def _said(text: dict[str, str], language: str) -> str:
    return text.get(language, text["lv"])
