"""Sign-in and sign-out: by password and second factor, by PIN where it is enough, or through the network's single sign-on."""

import logging
import secrets
import time
from collections.abc import Callable
from uuid import uuid4

import flask
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from config import texts
from server.api import no
from server.bridge import Door, Threads
from server.domain.commands import CloseCounter
from server.domain.context import Actor
from server.domain.floor import Floor
from server.domain.refusal import CODES
from server.guard import COOKIE, same_origin
from server.pages.login_steps import STEP_S, Pending, Stage, Steps
from server.pages.sso import PENDING_S, Sso, SsoFault
from server.people import hashing, passwords
from server.people.cookies import DEVICE_DAYS, STATION_COOKIE, here, place, set_cookie, station
from server.people.enter import enter
from server.people.people import SESSION_HOURS, Account, Barred, By, People, TooFast
from server.people.sessions import Way
from server.shell import LANGUAGE_COOKIE, page

log = logging.getLogger("rinda.login")

CSRF_COOKIE = "rinda_csrf"
SSO_COOKIE = "rinda_sso"
STEP_COOKIE = "rinda_step"
AGAIN = "That took too long. Please begin again."
OPEN_TOO_LONG = "The page was open too long. Please try again."


class Login:
    """`cut()` ends the sockets of sessions that are over; `sso` is None where there is no single sign-on; `gone(account)` does
    what else is to do when a person signs out. `everywhere(address)` is whether a second factor is asked for at each sign-in
    from there, `names()` is what no password may hold.
    """

    def __init__(
        self, people: People, door: Threads, cut: Callable[[], None], sso: Sso | None, gone: Callable[[str], None],
        everywhere: Callable[[str], bool] = lambda address: False, names: Callable[[], tuple[str, ...]] = lambda: (),
    ) -> None:  # fmt: skip
        self._people, self._door, self._cut, self._sso, self._gone = people, door, cut, sso, gone
        self._everywhere, self._names, self._steps = everywhere, names, Steps(time.time)

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        blueprint = flask.Blueprint("login", __name__)
        blueprint.get("/login")(self.login)
        blueprint.post("/login")(self.sign_in)
        blueprint.get("/login/step")(self.step)
        blueprint.post("/login/step")(self.take_step)
        blueprint.post("/logout")(self.sign_out)
        if self._sso is not None:
            blueprint.get("/sso/start")(self.leave)
            blueprint.get("/sso/back")(self.back)
        return blueprint

    def login(self) -> ResponseReturnValue:
        """The form. Its token is in a cookie and in the form; another site can set neither."""
        return self._page(None)

    def sign_in(self) -> ResponseReturnValue:
        """Checks PIN or password on a native thread and opens a session."""
        if not same_origin(request.environ):
            return no("foreign_origin", "lv")
        if not self._ours():
            return self._page(OPEN_TOO_LONG, 400)
        name, secret = request.form.get("name", "")[:80], request.form.get("password", "")[:200]
        at = station()
        try:
            way = enter(self._people, self._door.secret, name, secret, at, request.remote_addr or "")
        except TooFast:
            self._door.put_off()
            return self._page("Too many attempts. Please wait a minute.", 429)
        except Barred:
            return self._page(CODES["password_needed"], 403)
        except SQLAlchemyError:
            log.exception("a try could not be written down")
            return self._page(CODES["not_stored"], 503)
        if way is None:
            return self._page("Wrong name or password.", 401)
        language = "en" if request.form.get("language") == "en" else "lv"
        wanted = request.form.get("next", "")
        if way == "password" and (stages := self._stages(name, at)):
            token = self._steps.begin(name, at, wanted, language, stages)
            response = flask.make_response(flask.redirect("/login/step", 303))
            set_cookie(response, STEP_COOKIE, token, STEP_S)
            return response
        return self._in(name, way, at, wanted, language)

    def step(self) -> ResponseReturnValue:
        """The form of what still comes."""
        pending = self._steps.get(request.cookies.get(STEP_COOKIE, ""))
        return flask.redirect("/login") if pending is None else self._step_page(pending)

    def take_step(self) -> ResponseReturnValue:
        """A code of the second factor, or a password of one's own; after the last of them the session opens."""
        if not same_origin(request.environ):
            return no("foreign_origin", "lv")
        token = request.cookies.get(STEP_COOKIE, "")
        if (pending := self._steps.get(token)) is None:
            return self._page(AGAIN, 403)
        if not self._ours():
            return self._step_page(pending, OPEN_TOO_LONG, 400)
        take = self._factor if pending.stages[0] == "factor" else self._password
        try:
            refused = take(token, pending)
        except (TooFast, TimeoutError):
            self._door.put_off()
            refused = self._step_page(pending, "Too many attempts. Please wait a minute.", 429)
        except SQLAlchemyError:
            log.exception("a step of a sign-in could not be stored")
            refused = self._step_page(pending, CODES["not_stored"], 503)
        if refused is not None:
            return refused
        left = self._steps.done(token, pending.stages[0])
        if left is None:
            return self._page(AGAIN, 403)
        if left.stages:
            return flask.redirect("/login/step", 303)
        self._steps.end(token)
        response = self._in(pending.name, "password", pending.station, pending.wanted, pending.language)
        response.delete_cookie(STEP_COOKIE)
        return response

    def _stages(self, name: str, at: str) -> tuple[Stage, ...]:
        account, found = self._people.account(name), list[Stage]()
        if self._people.needs_factor(name, at, self._everywhere(request.remote_addr or "")):
            found.append("factor")
        if account is not None and account.once is not None:
            found.append("password")
        return tuple(found)

    def _factor(self, token: str, pending: Pending) -> flask.Response | None:
        given = request.form.get("code", "")[:40]
        if self._people.check_factor(pending.name, given, By(pending.name, place()), self._door.secret):
            return None
        self._steps.wrong(token)
        if self._steps.get(token) is None:
            return self._page("Too many wrong codes. Please give the password again.", 403)
        return self._step_page(pending, "Wrong code, or one that was used already. Wait for the next one.", 403)

    def _password(self, token: str, pending: Pending) -> flask.Response | None:
        account = self._people.account(pending.name)
        if account is None or account.off or account.once is None:
            self._steps.end(token)
            return self._page(AGAIN, 403)
        new, again = request.form.get("password", ""), request.form.get("again", "")
        if (fault := passwords.fault(new, (*self._names(), account.name, account.display))) is not None:
            return self._step_page(pending, texts.translate(pending.language, fault[0], **fault[1]), 400)
        if new != again:
            return self._step_page(pending, "The two are not the same. Type it again.", 400)
        self._people.choose(pending.name, self._door.secret(hashing.hasher.hash, new), By(pending.name, place()))
        return None

    def _ours(self) -> bool:
        """Whether the form was on a page of ours in this browser."""
        sent, kept = request.form.get("csrf_token", ""), request.cookies.get(CSRF_COOKIE, "")
        return bool(kept) and secrets.compare_digest(sent.encode(), kept.encode())

    def _in(self, name: str, way: Way, at: str, wanted: str, language: str) -> flask.Response:
        response = self._open(name, way, at, wanted)
        set_cookie(response, LANGUAGE_COOKIE, language, DEVICE_DAYS * 86400)
        return response

    def sign_out(self) -> ResponseReturnValue:
        """Ends the session and cuts its sockets."""
        if not same_origin(request.environ):
            return no("foreign_origin", "lv")
        token = request.cookies.get(COOKIE, "")
        session = self._people.session(token)
        if session is not None:
            self._gone(session.account)
            self._people.close_session(token)
            self._cut()
        response = flask.make_response(flask.redirect("/", 303))
        response.delete_cookie(COOKIE)
        return response

    def leave(self) -> ResponseReturnValue:
        """To the single sign-on's page; back to our own with a sentence when it cannot be reached within 3 s."""
        assert self._sso is not None
        try:
            address, kept = self._sso.begin(here(request.args.get("next", "")))
        except SsoFault as fault:
            return self._page(fault.text, 503)
        response = flask.make_response(flask.redirect(address, 302))
        set_cookie(response, SSO_COOKIE, kept, PENDING_S)
        return response

    def back(self) -> ResponseReturnValue:
        """From there, with a code: who is it, and may that person come in?"""
        assert self._sso is not None
        try:
            subject, wanted = self._sso.finish(request.cookies.get(SSO_COOKIE, ""), request.args.to_dict())
        except SsoFault as fault:
            return self._page(fault.text, 503 if fault.away else 403)
        account = self._people.by_sso(subject)
        if account is None:
            log.warning("somebody came from the single sign-on whom no account names")
            return self._page("You are signed in there, but this centre has no account for you. Ask the manager.", 403)
        if account.off:
            return self._page("Your account here is switched off. Ask the manager.", 403)
        present = self._people.session(request.cookies.get(COOKIE))
        if present is not None and present.account != account.name and self._people.sessions.locked(present):
            return self._page("Somebody else's page is locked here. Unlock it, or take over with your own PIN or password.", 403)
        response = self._open(account.name, "sso", station(), wanted)
        response.delete_cookie(SSO_COOKIE)
        return response

    def _open(self, name: str, way: Way, at: str, wanted: str) -> flask.Response:
        """The new session in place of the one that this browser had."""
        before = self._people.session(request.cookies.get(COOKIE))
        session = self._people.open_session(name, way, at, place())
        if before is not None:
            self._people.sessions.leave(before.key)
            self._cut()
        response = flask.make_response(flask.redirect(here(wanted), 303))
        set_cookie(response, COOKIE, session, SESSION_HOURS * 3600)
        set_cookie(response, STATION_COOKIE, at, DEVICE_DAYS * 86400)
        return response

    def _step_page(self, pending: Pending, error: str | None = None, status: int = 200) -> flask.Response:
        token = request.cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(24)
        account = self._people.account(pending.name)
        made = page(
            "login_step.html", language=pending.language, stage=pending.stages[0], csrf_token=token, name=pending.name,
            display=account.display if account else pending.name, least=hashing.PASSWORD_LEAST,
            error=texts.translate(pending.language, error) if error else None,
        )  # fmt: skip
        response = flask.make_response(made, status)
        set_cookie(response, CSRF_COOKIE, token, 3600)
        return response

    def _page(self, error: str | None, status: int = 200) -> flask.Response:
        language = request.values.get("language", "lv")
        language = language if language in ("lv", "en") else "lv"
        token = request.cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(24)
        present = self._people.session(request.cookies.get(COOKIE))
        response = flask.make_response(
            page(
                "login.html",
                language=language,
                languages=("lv", "en"),
                csrf_token=token,
                next=request.values.get("next", ""),
                name=request.form.get("name", "") or (present.account if present else ""),
                sso=self._sso.name if self._sso else None,
                error=texts.translate(language, error) if error else None,
            ),
            status,
        )
        set_cookie(response, CSRF_COOKIE, token, 3600)
        return response


def leave_counters(floor: Callable[[], Floor], people: People, door: Door) -> Callable[[str], None]:
    """Counters of somebody who goes home are closed, unless a visitor is there: that one must be finished first."""

    def leave(account: str) -> None:
        found: Account | None = people.account(account)
        for counter, at in floor().posts.items():
            if at.clerk == account and at.visit is None:
                actor = Actor(found.role if found else "clerk", account)
                door.handle(CloseCounter(counter=counter), actor, uuid4())

    return leave
