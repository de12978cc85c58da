"""What all pages of the node stand on: who looks, in which language, and how a page is made beside everything else."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import quote

import flask
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Engine

from server.guard import COOKIE, identify, same_origin
from server.national.node.access import NodeDoor, Viewer, Viewers
from server.national.node.pages_words import Words
from server.people.people import People
from server.shell import chosen_language, page

NAV = (
    ("centres", "/", "map-2", "Centres now"),
    ("figures", "/month", "chart-bar", "Monthly figures"),
    ("closing", "/months", "calendar-check", "Months"),
    ("grant", "/grant", "coins", "Grant"),
    ("rollout", "/rollout", "flag", "Roll-out"),
    ("compare", "/compare", "scale", "Comparison"),
    ("settings", "/settings", "list-check", "Settings"),
)
"""The pages of the menu: what one must be admitted to, address, icon, name."""

Handler = Callable[..., ResponseReturnValue]


class Ground:
    """`read` and `write` are the node's database, `public` its address."""

    def __init__(
        self, read: Engine, write: Engine, door: NodeDoor, people: People, viewers: Viewers, public: str
    ) -> None:  # fmt: skip
        self.read, self.write, self.door, self.people, self.viewers = read, write, door, people, viewers
        self.public = public.rstrip("/")

    def viewer(self) -> Viewer | None:
        """Who makes the present request."""
        return self.viewers.of(identify(request.environ, self.people))

    def admitted(self, what: str) -> Callable[[Handler], Handler]:
        """Only for who may see `what`; the handler gets the viewer first. Others get the way in, or are told no."""

        def wrap(handler: Handler) -> Handler:
            @wraps(handler)
            def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
                viewer = self.viewer()
                if viewer is not None and viewer.may(what):
                    return handler(viewer, *args, **kwargs)
                return self._turned_away(viewer)

            return guarded

        return wrap

    def look_up(self, work: Callable[..., Any], *args: Any) -> Any:
        """What `work(connection, ...)` reads, on a native thread."""

        def within() -> Any:
            with self.read.connect() as connection:
                return work(connection, *args)

        return self.door.native(within)

    def show(
        self, viewer: Viewer, here: str, template: str, work: Callable[[Connection, Words], dict[str, Any]]
    ) -> flask.Response:
        """The page that a template makes of what `work` reads; unchanged ones are not sent again."""
        words, csrf = Words(chosen_language()), self.csrf()
        nav = [one for one in NAV if viewer.may(one[0])]

        def make(connection: Connection) -> str:
            values = work(connection, words)
            return page(
                f"national/{template}", language=words.language, w=words, viewer=viewer, nav=nav, here=here, csrf=csrf, **values
            )

        return tagged(self.look_up(make), "text/html")

    def csrf(self) -> str:
        """The word that a form of the present session must bring back."""
        session = self.people.session(request.cookies.get(COOKIE))
        return session.csrf if session is not None else ""

    def forged(self) -> bool:
        """Whether a form was not sent by a page of ours."""
        return not same_origin(request.environ) or not self.csrf() or request.form.get("csrf_token") != self.csrf()

    def _turned_away(self, viewer: Viewer | None) -> ResponseReturnValue:
        if request.path.startswith("/api/"):
            code, status = ("not_allowed", 403) if viewer else ("signed_out", 401)
            return flask.jsonify(ok=False, code=code), status
        if viewer is None:
            return flask.redirect(f"/login?next={quote(request.full_path.rstrip('?'))}")
        if request.path == "/":
            return flask.redirect(next(one[1] for one in NAV if viewer.may(one[0])))
        return page("error.html", language=chosen_language(), code=403, text=None), 403


def tagged(body: str | bytes, kind: str) -> flask.Response:
    """An answer with its tag; who has it already is told only that nothing changed."""
    response = flask.Response(body, mimetype=kind)
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request.environ)
    return response


def now_utc() -> datetime:
    """The time by which pages are made."""
    return datetime.now(UTC)
