"""The page of people, /admin/people: accounts, roles, sign-ins, and the log of who may come in."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

import flask
from flask import request
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from server.admin.ground import Ground
from server.admin.people_words import ROLES, WAYS, told
from server.domain.context import Actor
from server.domain.refusal import CODES
from server.people import hashing
from server.people.cookies import place
from server.people.log import Deed
from server.people.names import display_fault, name_fault
from server.people.people import Account, By, LastManager, People
from server.shell import chosen_language

log = logging.getLogger("rinda.people")

LAST = "This is the last manager: make another one first."
LOG_SHOWN = 40


class PersonRow(Struct, frozen=True):
    """An account as the page lists it; `role` is a source text, `skills` what the plan says the person can do."""

    name: str
    display: str
    role: str
    skills: tuple[str, ...]
    off: bool
    once: datetime | None
    late: bool
    pin: bool
    factor: bool
    sso: bool
    sessions: int


class PeoplePages:
    """`cut()` ends the sockets of sessions that are over; `gone(account)` does what else is to do when a person goes."""

    def __init__(self, ground: Ground, cut: Callable[[], None], gone: Callable[[str], None]) -> None:
        self._ground, self._cut, self._gone = ground, cut, gone

    @property
    def _people(self) -> People:
        return self._ground.people

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint, ground = flask.Blueprint("people", __name__), self._ground
        for rule, show, change in (
            ("/admin/people", self.all, self.make),
            ("/admin/people/<name>", self.one, self.change),
        ):
            blueprint.get(rule)(ground.admitted("people")(show))
            blueprint.post(rule)(ground.posted("people")(change))
        return blueprint

    def all(self, actor: Actor) -> ResponseReturnValue:
        """Everybody, and what happened lately."""
        return self._all(actor)

    def make(self, actor: Actor) -> ResponseReturnValue:
        """A new account; its code is on the page that answers and nowhere else."""
        name, display = request.form.get("name", "").strip(), request.form.get("display", "").strip()
        role = request.form.get("role", "")
        if role not in ROLES:
            return self._all(actor, "Choose a role.", 400)
        if (fault := name_fault(name, display)) is not None:
            return self._all(actor, fault, 400)
        try:
            code = self._people.make_account(name, role, display, _by(actor), self._ground.door.secret)  # type: ignore[arg-type]
        except (SQLAlchemyError, TimeoutError):
            log.exception("an account could not be made")
            return self._all(actor, CODES["not_stored"], 503)
        if code is None:
            return self._all(actor, "There is an account of this name already.", 409)
        return self._one(actor, name, code=code)

    def one(self, actor: Actor, name: str) -> ResponseReturnValue:
        """One person."""
        return self._one(actor, name)

    def change(self, actor: Actor, name: str) -> ResponseReturnValue:
        """One change of a person's account, named by the field `act`."""
        account = self._people.account(name)
        if account is None:
            flask.abort(404)
        acts: dict[str, Callable[[Account, By], str | tuple[str, int] | None]] = {
            "rename": self._rename, "role": self._role, "pin": self._pin, "no_pin": self._no_pin, "sso": self._sso,
            "reset": self._reset, "no_factor": self._no_factor, "off": self._off, "on": self._on, "end": self._end,
            "end_all": self._end_all,
        }  # fmt: skip
        act = acts.get(request.form.get("act", ""))
        if act is None:
            return self._ground.refused("malformed", 400)
        try:
            done = act(account, _by(actor))
        except LastManager:
            return self._one(actor, name, LAST, 409)
        except (SQLAlchemyError, TimeoutError):
            log.exception("a change of an account could not be stored")
            return self._one(actor, name, CODES["not_stored"], 503)
        self._cut()
        if isinstance(done, tuple):
            return self._one(actor, name, *done)
        if done is not None:
            return self._one(actor, name, code=done)
        return flask.redirect(f"/admin/people/{name}", 303)

    def _rename(self, account: Account, by: By) -> tuple[str, int] | None:
        display = request.form.get("display", "").strip()
        if (fault := display_fault(display)) is not None:
            return fault, 400
        self._people.set_display(account.name, display, by)
        return None

    def _role(self, account: Account, by: By) -> tuple[str, int] | None:
        role = request.form.get("role", "")
        if role not in ROLES:
            return "Choose a role.", 400
        if role != account.role:
            self._people.set_role(account.name, role, by)  # type: ignore[arg-type]
        return None

    def _pin(self, account: Account, by: By) -> tuple[str, int] | None:
        pin = request.form.get("pin", "")
        if not hashing.like_pin(pin):
            return "A PIN has 6 to 12 digits.", 400
        if hashing.easy(pin):
            return "This PIN is too easy to guess. Choose another.", 400
        self._people.set_pin(account.name, self._ground.door.secret(hashing.hasher.hash, pin), by)
        return None

    def _no_pin(self, account: Account, by: By) -> None:
        self._people.set_pin(account.name, None, by)

    def _sso(self, account: Account, by: By) -> tuple[str, int] | None:
        subject = request.form.get("subject", "").strip()
        if len(subject) > 200 or not subject.isprintable():
            return "The name at the single sign-on has at most 200 characters.", 400
        try:
            self._people.set_sso(account.name, subject or None, by)
        except ValueError:
            return "Another account is this person at the single sign-on already.", 409
        return None

    def _reset(self, account: Account, by: By) -> str:
        return self._people.reset(account.name, by, self._ground.door.secret)

    def _no_factor(self, account: Account, by: By) -> None:
        if account.totp is not None:
            self._people.set_factor(account.name, None, 0, (), by)

    def _off(self, account: Account, by: By) -> None:
        self._people.set_off(account.name, True, by)
        self._gone(account.name)

    def _on(self, account: Account, by: By) -> None:
        self._people.set_off(account.name, False, by)

    def _end(self, account: Account, by: By) -> None:
        wanted = request.form.get("session", "")
        self._people.end_sessions(
            account.name, [one.key for one in self._people.sessions.of(account.name) if one.handle == wanted], by
        )

    def _end_all(self, account: Account, by: By) -> None:
        self._people.end_sessions(account.name, [one.key for one in self._people.sessions.of(account.name)], by)

    def _all(self, actor: Actor, error: str = "", status: int = 200) -> flask.Response:
        rows = [self._row(one) for one in self._people.everybody()]
        return self._ground.show(
            actor, "people", "people.html", status, rows=rows, error=error, roles=ROLES,
            deeds=self._told(self._people.log.newest(LOG_SHOWN)), form=request.form, managers=len(self._people.managers()),
            without=sum(one.role == "manager" and one.totp is None for one in self._people.everybody() if not one.off),
        )  # fmt: skip

    def _one(self, actor: Actor, name: str, error: str = "", status: int = 200, code: str = "") -> flask.Response:
        account = self._people.account(name)
        if account is None:
            flask.abort(404)
        sessions = [
            (one.handle, one.place, WAYS[one.way], _moment(one.since), _moment(one.until))
            for one in self._people.sessions.of(name)
        ]
        return self._ground.show(
            actor, "people", "person.html", status, one=self._row(account), role=account.role, subject=account.sso or "",
            codes_left=self._people.recovery.left(name), sessions=sessions, error=error, code=code, roles=ROLES,
            wrong=request.form.get("act", "") if error else "",
            deeds=self._told(self._people.log.newest(LOG_SHOWN, name)),
        )  # fmt: skip

    def _row(self, one: Account) -> PersonRow:
        plan = self._ground.plan()
        clerk = next((each for each in plan.clerks if each.code == one.name), None)
        skills = {queue.skill: queue.name["lv"] for queue in plan.queues if queue.skill}
        return PersonRow(
            name=one.name, display=one.display, role=ROLES.get(one.role, one.role),
            skills=tuple(skills.get(skill, skill) for skill in clerk.skills) if clerk is not None else (), off=one.off,
            once=datetime.fromtimestamp(one.once, UTC) if one.once is not None else None,
            late=one.once is not None and one.once < datetime.now(UTC).timestamp(), pin=one.pin is not None,
            factor=one.totp is not None, sso=one.sso is not None, sessions=len(self._people.sessions.of(one.name)),
        )  # fmt: skip

    @staticmethod
    def _told(deeds: list[Deed]) -> list[tuple[Deed, str, str]]:
        return [(one, *told(one, chosen_language())) for one in deeds]


def _by(actor: Actor) -> By:
    return By(actor.id, place())


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1e6, UTC)
