"""A person's own page: where one is signed in, ending that, the own PIN and password."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import flask
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from config import texts
from server.api import no
from server.authority import staff
from server.bridge import Threads
from server.domain.refusal import CODES
from server.guard import COOKIE, riding, same_origin
from server.people import hashing, passwords
from server.people.cookies import DEVICE_DAYS, STATION_COOKIE, place, set_cookie, station
from server.people.people import SESSION_HOURS, By, People, Session, TooFast
from server.shell import chosen_language, page

log = logging.getLogger("rinda.account")

WAYS = {"password": "with the password", "pin": "with the PIN", "sso": "through the single sign-on"}
DONE = {"password": "The password is changed.", "factor": "The second factor is gone."}
PIN_RULE = "A PIN has 6 to 12 digits."
PIN_EASY = "This PIN is too easy to guess. Choose another."


class AccountPages:
    """`cut()` ends the sockets of sessions that are over; `names` are what of the house no password may hold; `zone` is that of
    its times. Only where there are desks has anybody a use for a PIN, and the way to the centre's pages.
    """

    def __init__(
        self,
        people: People,
        door: Threads,
        cut: Callable[[], None],
        zone: Callable[[], ZoneInfo],
        names: Callable[[], tuple[str, ...]],
        *,
        desks: bool = True,
    ) -> None:
        self._people, self._door, self._cut, self._zone, self._names, self._desks = people, door, cut, zone, names, desks

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        blueprint = flask.Blueprint("account", __name__)
        blueprint.get("/account")(self.own)
        blueprint.post("/account/end")(self.end)
        blueprint.post("/account/password")(self.own_password)
        if self._desks:
            blueprint.post("/account/pin")(self.own_pin)
        return blueprint

    def own(self) -> ResponseReturnValue:
        """The own sessions and PIN."""
        session = self._signed_in()
        if not isinstance(session, Session):
            return session
        return self._own(session, done=DONE.get(request.args.get("done", ""), ""))

    def end(self) -> ResponseReturnValue:
        """Ends one of the own sessions, or all others; its sockets are cut before the answer."""
        session = self._posted()
        if not isinstance(session, Session):
            return session
        wanted = request.form.get("session", "")
        ended = [
            one.key for one in self._people.sessions.of(session.account)
            if one.handle == wanted or (wanted == "others" and one.key != session.key)
        ]  # fmt: skip
        try:
            self._people.end_sessions(session.account, ended, By(session.account, place()))
        except SQLAlchemyError:
            return self._own(session, CODES["not_stored"], 503)
        self._cut()
        return flask.redirect("/login" if session.key in ended else "/account", 303)

    def own_pin(self) -> ResponseReturnValue:
        """A PIN of one's own, for who knows the password."""
        session = self._posted()
        if not isinstance(session, Session):
            return session
        password, pin = request.form.get("password", "")[:200], request.form.get("pin", "")
        if (fault := pin_fault(pin)) is not None:
            return self._own(session, fault, 400)
        try:
            address, at = request.remote_addr or "", request.cookies.get(STATION_COOKIE, "")
            if not self._people.check(session.account, password, address, self._door.secret, at):
                return self._own(session, "Wrong password.", 403)
            self._set_pin(session.account, pin)
        except TooFast:
            self._door.put_off()
            return self._own(session, "Too many attempts. Please wait a minute.", 429)
        except SQLAlchemyError:
            return self._own(session, CODES["not_stored"], 503)
        return self._own(session, done="The PIN is set. It works after the next sign-in with the password.")

    def own_password(self) -> ResponseReturnValue:
        """Another password of one's own, for who knows the present one; everywhere else one is signed out."""
        session = self._posted()
        if not isinstance(session, Session):
            return session
        account = self._people.account(session.account)
        assert account is not None
        now, new, again = (request.form.get(name, "") for name in ("password", "new", "again"))
        fault = passwords.fault(new, (*self._names(), account.name, account.display))
        if fault is not None:
            return self._own(session, texts.translate(chosen_language(), fault[0], **fault[1]), 400)
        if new != again:
            return self._own(session, "The two are not the same. Type it again.", 400)
        try:
            address, at = request.remote_addr or "", station()
            if not self._people.check(account.name, now[:200], address, self._door.secret, at):
                return self._own(session, "Wrong password.", 403)
            self._people.choose(account.name, self._door.secret(hashing.hasher.hash, new), By(account.name, place()))
            fresh = self._people.open_session(account.name, "password", at, place())
        except (TooFast, TimeoutError):
            self._door.put_off()
            return self._own(session, "Too many attempts. Please wait a minute.", 429)
        except SQLAlchemyError:
            return self._own(session, CODES["not_stored"], 503)
        self._cut()
        response = flask.make_response(flask.redirect("/account?done=password", 303))
        set_cookie(response, COOKIE, fresh, SESSION_HOURS * 3600)
        set_cookie(response, STATION_COOKIE, at, DEVICE_DAYS * 86400)
        return response

    def _set_pin(self, name: str, pin: str) -> None:
        self._people.set_pin(name, self._door.native(hashing.hasher.hash, pin), By(name, place()))

    def _own(self, session: Session, error: str = "", status: int = 200, done: str = "") -> flask.Response:
        account = self._people.account(session.account)
        rows = [
            {
                "handle": one.handle, "place": one.place, "way": WAYS[one.way], "since": self._time(one.since),
                "until": self._time(one.until), "this": one.key == session.key,
            }
            for one in self._people.sessions.of(session.account)
        ]  # fmt: skip
        return _made(
            "account.html", status, session, error, done=done, person=account.display if account else session.account,
            rows=rows, pin=account is not None and account.pin is not None, least=hashing.PASSWORD_LEAST,
            factor=account is not None and account.totp is not None, codes=self._people.recovery.left(session.account),
            desks=self._desks, office=account is not None and staff(account.role),
            wanted=account is not None and account.role in ("manager", "national"),
        )  # fmt: skip

    def _time(self, microseconds: int) -> str:
        at = datetime.fromtimestamp(microseconds / 1_000_000, UTC).astimezone(self._zone())
        return f"{at:%d.%m.} {at.hour}:{at:%M}"

    def _signed_in(self) -> Session | flask.Response:
        session = riding(request.environ, self._people)
        if session is None:
            return flask.make_response(flask.redirect(f"/login?next={quote(request.path)}"))
        return session

    def _posted(self) -> Session | flask.Response:
        """The session of a form that a page of ours sent, or the answer to another one."""
        session = riding(request.environ, self._people)
        if session is None:
            return flask.make_response(flask.redirect("/login?next=/account", 303))
        if not same_origin(request.environ) or request.form.get("csrf_token") != session.csrf:
            return no("foreign_origin", "lv")
        return session


def pin_fault(pin: str) -> str | None:
    """Why the PIN is not taken; None if it is."""
    if not hashing.like_pin(pin):
        return PIN_RULE
    return PIN_EASY if hashing.easy(pin) else None


def _made(template: str, status: int, session: Session, error: str, done: str = "", **values: object) -> flask.Response:
    language = chosen_language()
    said = {"error": texts.translate(language, error), "done": texts.translate(language, done)}
    return flask.make_response(page(template, language=language, csrf_token=session.csrf, **said, **values), status)
