"""A person's own second factor: switched on with the program on a phone, with ten codes to recover; switched off again."""

import re
import time
from collections.abc import Callable
from urllib.parse import quote

import flask
from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from config import texts
from server.api import no, speaks
from server.bridge import Threads
from server.domain.refusal import CODES
from server.guard import riding, same_origin
from server.pages.qr import qr_picture
from server.people.cookies import place, station
from server.people.factor import address_of, fresh_codes, fresh_secret, step_of
from server.people.people import By, People, Session, TooFast
from server.people.stations import station_of
from server.shell import chosen_language, page

PENDING_S = 900.0
PENDING_MOST = 200
_FREE = re.compile(r"factor\.|login\.|(.+\.)?static$")
"""Endpoints that are open without a second factor where one is a must."""


class FactorPages:
    """A secret that is not confirmed yet is known to its session alone, and for a quarter of an hour. `whose()` is what the
    program on the phone calls it, beside the name of the account.
    """

    def __init__(self, whose: Callable[[], str], people: People, door: Threads) -> None:
        self._whose, self._people, self._door = whose, people, door
        self._fresh: dict[str, tuple[str, float]] = {}

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint = flask.Blueprint("factor", __name__)
        blueprint.before_app_request(self.demand)
        blueprint.get("/account/factor")(self.show)
        blueprint.post("/account/factor")(self.change)
        return blueprint

    def demand(self) -> ResponseReturnValue | None:
        """Leads whoever owes a second factor to its page, and nowhere else but in and out."""
        session = riding(request.environ, self._people)
        if session is None or not self._people.owes_factor(session) or _FREE.match(request.endpoint or ""):
            return None
        if request.method == "GET" and not request.path.startswith("/api/"):
            return flask.redirect("/account/factor")
        return no("factor_needed", speaks())

    def show(self) -> ResponseReturnValue:
        """A fresh secret as a picture and in letters, or how to switch off."""
        session = riding(request.environ, self._people)
        return self._page(session) if session is not None else flask.redirect(f"/login?next={quote(request.path)}")

    def change(self) -> ResponseReturnValue:
        """On with the password and the first code, off with the password and a code."""
        session = riding(request.environ, self._people)
        if session is None:
            return flask.redirect("/login?next=/account/factor", 303)
        if not same_origin(request.environ) or request.form.get("csrf_token") != session.csrf:
            return no("foreign_origin", "lv")
        account = self._people.account(session.account)
        assert account is not None
        given, by = request.form.get("code", "")[:40], By(session.account, place())
        address, at = request.remote_addr or "", station()
        try:
            if not self._people.check(account.name, request.form.get("password", "")[:200], address, self._door.secret, at):
                return self._page(session, "Wrong password.", 403)
            if account.totp is not None:
                if not self._people.check_factor(account.name, given, by, self._door.secret):
                    return self._page(session, "Wrong code, or one that was used already. Wait for the next one.", 403)
                self._people.set_factor(account.name, None, 0, (), by)
                self._people.stations.prove(station_of(at), account.name)
                return flask.redirect("/account?done=factor", 303)
            secret = self._secret(session)
            if (step := step_of(secret, given, time.time(), 0)) is None:
                return self._page(session, "Wrong code. Is the clock of the phone right?", 403)
            plain, hashed = self._door.secret(fresh_codes)
            self._people.set_factor(account.name, secret, step, hashed, by)
            self._people.stations.prove(station_of(at), account.name)
        except (TooFast, TimeoutError):
            self._door.put_off()
            return self._page(session, "Too many attempts. Please wait a minute.", 429)
        except SQLAlchemyError:
            return self._page(session, CODES["not_stored"], 503)
        self._fresh.pop(session.key, None)
        return _made("factor.html", session, "", 200, codes=plain, on=True, owed=False)

    def _secret(self, session: Session) -> str:
        """The same one until it is confirmed: a page that is loaded again must not spoil what the phone has read."""
        now = time.time()
        self._fresh = {key: one for key, one in self._fresh.items() if one[1] > now}
        while len(self._fresh) >= PENDING_MOST:
            self._fresh.pop(next(iter(self._fresh)))
        secret, _ = self._fresh.setdefault(session.key, (fresh_secret(), now + PENDING_S))
        return secret

    def _page(self, session: Session, error: str = "", status: int = 200) -> flask.Response:
        account = self._people.account(session.account)
        if account is not None and account.totp is not None:
            return _made("factor.html", session, error, status, codes=None, on=True, owed=False)
        secret = self._secret(session)
        picture = Markup(qr_picture(address_of(secret, session.account, self._whose())))
        letters = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        owed = self._people.owes_factor(session)
        return _made("factor.html", session, error, status, codes=None, on=False, owed=owed, picture=picture, letters=letters)


def _made(template: str, session: Session, error: str, status: int, **values: object) -> flask.Response:
    language = chosen_language()
    said = texts.translate(language, error) if error else ""
    made = page(template, language=language, csrf_token=session.csrf, error=said, name=session.account, **values)
    return flask.make_response(made, status)
