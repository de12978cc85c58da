"""A person's own page: where one is signed in, ending that, the own PIN; and for managers the PINs and sessions of all."""

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
from server import people_secrets
from server.api import no
from server.bridge import Door
from server.cookies import STATION_COOKIE
from server.domain.floor import Floor
from server.domain.refusal import CODES
from server.guard import riding, same_origin
from server.people import Account, People, Session, TooFast
from server.shell import chosen_language, page

log = logging.getLogger("rinda.account")

WAYS = {"password": "with the password", "pin": "with the PIN", "sso": "through the single sign-on"}
ROLES = {"clerk": "clerk", "manager": "manager", "national": "network's officer"}
PIN_RULE = "A PIN has 6 to 12 digits."
PIN_EASY = "This PIN is too easy to guess. Choose another."


class AccountPages:
    """`cut()` ends the sockets of sessions that are over."""

    def __init__(
        self, floor: Callable[[], Floor], people: People, door: Door, cut: Callable[[], None]
    ) -> None:  # fmt: skip
        self._floor, self._people, self._door, self._cut = floor, people, door, cut

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        blueprint = flask.Blueprint("account", __name__)
        blueprint.get("/account")(self.own)
        blueprint.post("/account/end")(self.end)
        blueprint.post("/account/pin")(self.own_pin)
        blueprint.get("/account/people")(self.all)
        blueprint.post("/account/people")(self.change)
        return blueprint

    def own(self) -> ResponseReturnValue:
        """The own sessions and PIN."""
        session = self._signed_in()
        return self._own(session) if isinstance(session, Session) else session

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
            self._people.sessions.close(*ended)
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
        if (fault := _pin_fault(pin)) is not None:
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

    def all(self) -> ResponseReturnValue:
        """Everybody's PINs and sessions, for managers."""
        session = self._signed_in()
        return self._all(session) if isinstance(session, Session) else session

    def change(self) -> ResponseReturnValue:
        """A manager sets or removes a person's PIN, or ends all of a person's sessions."""
        session = self._posted()
        if not isinstance(session, Session):
            return session
        account = self._people.account(request.form.get("name", ""))
        if not self._manages(session) or account is None:
            return self._all(session)
        act, pin = request.form.get("act", ""), request.form.get("pin", "")
        if act == "set" and (fault := _pin_fault(pin)) is not None:
            return self._all(session, fault, 400)
        try:
            if act == "set":
                self._set_pin(account.name, pin)
            elif act == "remove":
                self._people.set_pin(account.name, None)
            elif act == "end":
                self._people.sessions.close(*(one.key for one in self._people.sessions.of(account.name)))
                self._cut()
        except SQLAlchemyError:
            return self._all(session, CODES["not_stored"], 503)
        log.info("%s: %s of %s", session.account, act, account.name)
        return flask.redirect("/account/people", 303)

    def _set_pin(self, name: str, pin: str) -> None:
        self._people.set_pin(name, self._door.native(people_secrets.hasher.hash, pin))

    def _manages(self, session: Session) -> bool:
        account = self._people.account(session.account)
        return account is not None and account.role == "manager"

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
            rows=rows, pin=account is not None and account.pin is not None, manages=self._manages(session),
        )  # fmt: skip

    def _all(self, session: Session, error: str = "", status: int = 200) -> flask.Response:
        if not self._manages(session):
            return flask.make_response(page("error.html", language=chosen_language(), code=403, text=None), 403)
        return _made("people.html", status, session, error, rows=[self._row(one) for one in self._people.everybody()])

    def _row(self, account: Account) -> dict[str, object]:
        return {
            "name": account.name, "display": account.display, "role": ROLES.get(account.role, account.role),
            "pin": account.pin is not None, "off": account.off, "sessions": len(self._people.sessions.of(account.name)),
        }  # fmt: skip

    def _time(self, microseconds: int) -> str:
        zone = ZoneInfo(self._floor().settled.centre.timezone)
        at = datetime.fromtimestamp(microseconds / 1_000_000, UTC).astimezone(zone)
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


def _pin_fault(pin: str) -> str | None:
    if not people_secrets.like_pin(pin):
        return PIN_RULE
    return PIN_EASY if people_secrets.easy(pin) else None


def _made(template: str, status: int, session: Session, error: str, done: str = "", **values: object) -> flask.Response:
    language = chosen_language()
    said = {"error": texts.translate(language, error), "done": texts.translate(language, done)}
    return flask.make_response(page(template, language=language, csrf_token=session.csrf, **said, **values), status)
