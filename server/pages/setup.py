"""The first manager of a new centre: a link with a token that the console of the server shows once, good for half an hour."""

import logging
import secrets
import time
from collections.abc import Callable

import flask
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from config import texts
from config.plan import Plan
from server.api import no
from server.bridge import Threads
from server.domain.refusal import CODES
from server.guard import same_origin
from server.people import hashing, passwords
from server.people.names import name_fault
from server.people.people import People
from server.people.sessions import digest
from server.shell import page

log = logging.getLogger("rinda.setup")

VALID_S = 1800.0
GONE = "This link does not hold any more. Start the server again for a new one, if there is no manager yet."


class Setup:
    """`plan()` is the plan in force, if any."""

    def __init__(
        self, people: People, door: Threads, plan: Callable[[], Plan | None], clock: Callable[[], float] = time.time
    ) -> None:
        self._people, self._door, self._plan, self._clock = people, door, plan, clock
        self._token, self._until = "", 0.0

    def begin(self) -> str | None:
        """The path of the link, where there is no manager; None where there is one."""
        if self._people.managers():
            return None
        token = secrets.token_urlsafe(32)
        self._token, self._until = digest(token), self._clock() + VALID_S
        return f"/setup?token={token}"

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint = flask.Blueprint("setup", __name__)
        blueprint.get("/setup")(self.show)
        blueprint.post("/setup")(self.make)
        return blueprint

    def show(self) -> ResponseReturnValue:
        """The form."""
        token = request.args.get("token", "")
        return _page(token) if self._holds(token) else _page("", GONE, 403)

    def make(self) -> ResponseReturnValue:
        """Makes the manager; the link is gone with it."""
        if not same_origin(request.environ):
            return no("foreign_origin", "lv")
        token = request.form.get("token", "")
        if not self._holds(token):
            return _page("", GONE, 403)
        name, display = request.form.get("name", "").strip(), request.form.get("display", "").strip()
        password, again = request.form.get("password", ""), request.form.get("again", "")
        if (fault := name_fault(name, display)) is not None:
            return _page(token, fault, 400)
        names = (*passwords.names_of(self._plan()), name, display)
        if (refused := passwords.fault(password, names)) is not None:
            return _page(token, texts.translate("lv", refused[0], **refused[1]), 400)
        if password != again:
            return _page(token, "The two are not the same. Type it again.", 400)
        try:
            hashed = self._door.secret(hashing.hasher.hash, password)
            # Another one may have been faster while Argon2 worked.
            made = self._holds(token) and self._people.make_first(name, display, hashed)
        except TimeoutError:
            return _page(token, "Too many attempts. Please wait a minute.", 429)
        except SQLAlchemyError:
            log.exception("the first manager could not be stored")
            return _page(token, CODES["not_stored"], 503)
        if not made:
            return _page("", GONE, 403)
        self._token = ""
        log.info("the first manager is %s", name)
        return flask.redirect("/login?next=/admin/people", 303)

    def _holds(self, token: str) -> bool:
        known = bool(self._token) and secrets.compare_digest(digest(token), self._token)
        return known and self._clock() < self._until and not self._people.managers()


def _page(token: str, error: str = "", status: int = 200) -> flask.Response:
    language = "en" if request.values.get("language") == "en" else "lv"
    made = page(
        "setup.html", language=language, token=token, error=texts.translate(language, error) if error else None,
        name=request.form.get("name", ""), display=request.form.get("display", ""), least=hashing.PASSWORD_LEAST,
    )  # fmt: skip
    return flask.make_response(made, status)
