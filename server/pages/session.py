"""The session of a page at a desk: lock, unlock, switch to another person; and what a locked session may not have."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote
from uuid import uuid4

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from config import texts
from config.plan import Plan
from server.api import no, speaks
from server.bridge import Door
from server.domain.commands import TakeCounter
from server.domain.context import Actor
from server.domain.floor import Floor
from server.guard import COOKIE, riding, same_origin
from server.people.cookies import DEVICE_DAYS, STATION_COOKIE, place, set_cookie, station
from server.people.enter import enter
from server.people.people import SESSION_HOURS, Account, Barred, People, Session, TooFast
from server.people.sessions import Way
from server.people.stations import station_of
from server.shell import chosen_language

_T = TypeVar("_T")

LOCK_GRACE_S = 30
"""The server locks this much later than the page does by itself."""

STAFF = ("clerk", "manager")
_CLOSED = ("/counter/", "/admin", "/account", "/api/")
"""What a locked session may not open, but for:"""
_OPEN = ("/counter/static/", "/admin/static/", "/api/v1/views/desk/", "/api/v1/session", "/api/v1/openapi.json")


class Person(msgspec.Struct, frozen=True):
    """Somebody known at this workstation. `pin`: the PIN is enough here now; `can` are texts by language."""

    name: str
    display: str
    pin: bool
    can: tuple[dict[str, str], ...]


class Here(msgspec.Struct, frozen=True):
    """What the page's lock needs: `lock_s` is the idle time in seconds, 0 for never; `people` are the others too.

    `names` are what colleagues call everybody who works at the centre, by account.
    """

    account: str
    display: str
    csrf: str
    locked: bool
    lock_s: int
    people: tuple[Person, ...]
    names: dict[str, str]
    messages: dict[str, object]


class Secret(msgspec.Struct, frozen=True):
    """A PIN or a password."""

    secret: str


class Switch(msgspec.Struct, frozen=True):
    """Who takes over, with that person's PIN or password, and at which counter."""

    name: str
    secret: str
    counter: str | None = None


class SessionPages:
    """`cut()` ends the sockets of sessions that are over."""

    def __init__(
        self, floor: Callable[[], Floor], people: People, door: Door, cut: Callable[[], None]
    ) -> None:  # fmt: skip
        self._floor, self._people, self._door, self._cut = floor, people, door, cut

    def routes(self) -> flask.Blueprint:
        """The blueprint, which looks at every request of the whole app first."""
        blueprint = flask.Blueprint("session", __name__)
        blueprint.before_app_request(self.veil)
        blueprint.get("/session/here")(self.here)
        blueprint.post("/session/active")(self.active)
        blueprint.post("/session/lock")(self.lock)
        blueprint.post("/session/unlock")(self.unlock)
        blueprint.post("/session/switch")(self.switch)
        return blueprint

    def veil(self) -> ResponseReturnValue | None:
        """Turns a locked session away from everything but its own desk's view and the way back; notes who works."""
        session = self._session()
        if session is None:
            return None
        if not self._people.sessions.locked(session):
            if request.method == "POST":
                self._people.sessions.touch(session)
            return None
        if request.path.startswith(_OPEN) or not request.path.startswith(_CLOSED):
            return None
        if request.path.startswith("/api/"):
            return no("locked", speaks())
        return flask.redirect(f"/login?next={quote(request.full_path.rstrip('?'))}")

    def here(self) -> ResponseReturnValue:
        """Who works here, who else was here lately, and when the page locks."""
        session = self._session()
        account = self._people.account(session.account) if session is not None else None
        if session is None or account is None:
            return no("signed_out", speaks())
        plan = self._floor().settled
        at = request.cookies.get(STATION_COOKIE, "")
        found = [account, *(one for one in self._people.known_at(at) if one.name != account.name and one.role in STAFF)]
        known = (Person(one.name, one.display, self._people.pin_until(one.name, at) > 0, can(plan, one)) for one in found)
        language = chosen_language()
        return _json(Here(
            account=account.name, display=account.display, csrf=session.csrf, locked=self._people.sessions.locked(session),
            lock_s=plan.rules.lock_minutes * 60,
            people=tuple(known),
            names={one.name: one.display for one in self._people.everybody() if one.role in ("clerk", "manager")},
            messages={language: texts.messages(language, ("lock",))},
        ))  # fmt: skip

    def active(self) -> ResponseReturnValue:
        """Somebody moves the mouse or types; answers whether the page is locked all the same."""
        session = self._own()
        if isinstance(session, flask.Response):
            return session
        return flask.jsonify(ok=True, locked=self._people.sessions.locked(session))

    def lock(self) -> ResponseReturnValue:
        """Locks the page of this session, in every window."""
        session = self._own()
        if isinstance(session, flask.Response):
            return session
        self._people.sessions.set_locked(session, True)
        return flask.jsonify(ok=True)

    def unlock(self) -> ResponseReturnValue:
        """The same person is back."""
        session = self._own()
        if isinstance(session, flask.Response):
            return session
        sent = _sent(Secret)
        if sent is None:
            return no("malformed", speaks())
        way = self._enter(session.account, sent.secret)
        if isinstance(way, flask.Response):
            return way
        at = station()
        if way == "password":
            self._people.stations.prove(station_of(at), session.account)
        self._people.sessions.set_locked(session, False)
        return _stationed(flask.jsonify(ok=True), at)

    def switch(self) -> ResponseReturnValue:
        """Another person goes on at this page: a new session in place of the old one, and the counter with it.

        Who is being served there stays with the one who serves; the next step at the counter is the newcomer's.
        """
        before = self._own()
        if isinstance(before, flask.Response):
            return before
        sent = _sent(Switch)
        if sent is None:
            return no("malformed", speaks())
        way = self._enter(sent.name, sent.secret)
        if isinstance(way, flask.Response):
            return way
        account = self._people.account(sent.name)
        if account is None or account.role not in STAFF:
            return no("not_allowed", speaks())
        at = station()
        token = self._people.open_session(sent.name, way, at, place())
        if sent.counter is not None:
            # Refused where the counter is closed or somebody else's: then there is nothing to hand over.
            command = TakeCounter(counter=sent.counter, giver=before.account)
            self._door.handle(command, Actor(account.role, account.name), uuid4())
        self._people.sessions.leave(before.key)
        self._cut()
        response = _stationed(flask.jsonify(ok=True), at)
        set_cookie(response, COOKIE, token, SESSION_HOURS * 3600)
        return response

    def _enter(self, name: str, secret: str) -> Way | flask.Response:
        language = speaks()
        try:
            at = request.cookies.get(STATION_COOKIE, "")
            way = enter(self._people, self._door.secret, name[:80], secret[:200], at, request.remote_addr or "")
        except TooFast:
            self._door.put_off()
            return no("too_fast", language)
        except Barred:
            return no("password_needed", language)
        except SQLAlchemyError:
            return no("not_stored", language)
        if way == "password" and self._people.unfinished(name[:80], at):
            return no("sign_in_first", language)
        return way or no("wrong_secret", language)

    def _session(self) -> Session | None:
        return riding(request.environ, self._people)

    def _own(self) -> Session | flask.Response:
        """The session of a request that a page of ours sent, or the answer to another one."""
        session = self._session()
        if session is None:
            return no("signed_out", speaks())
        if not same_origin(request.environ) or request.headers.get("X-CSRF-Token") != session.csrf:
            return no("foreign_origin", speaks())
        return session


def can(plan: Plan, account: Account) -> tuple[dict[str, str], ...]:
    """What the plan says that the person can do: own profile, then skills, as names of the queues that ask for them or needs."""
    clerk = next((one for one in plan.clerks if one.code == account.name), None)
    if clerk is None:
        return ()
    profile = [one.name for one in plan.profiles if one.code == clerk.profile]
    words: list[dict[str, str]] = []
    for skill in clerk.skills:
        queues = [queue.name for queue in plan.queues if queue.skill == skill]
        words += queues or [{code: texts.translate(code, SKILLS.get(skill, skill)) for code in ("lv", "en")}]
    return (*profile, *words)


SKILLS = {
    "sign_language": "sign language", "english": "English", "russian": "Russian", "latvian": "Latvian", "ukrainian": "Ukrainian",
    "german": "German", "french": "French", "polish": "Polish", "lithuanian": "Lithuanian", "estonian": "Estonian",
}  # fmt: skip
"""Skills whose name is a text; any other that no queue asks for is shown as the plan writes it."""


def _sent(kind: type[_T]) -> _T | None:
    try:
        return msgspec.json.decode(request.get_data(cache=False), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _stationed(response: flask.Response, at: str) -> flask.Response:
    set_cookie(response, STATION_COOKIE, at, DEVICE_DAYS * 86400)
    return response


def _json(value: object) -> flask.Response:
    return flask.Response(msgspec.json.encode(value), mimetype="application/json")
