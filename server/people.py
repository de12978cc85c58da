"""Who may come in: accounts with Argon2 passwords, server-side sessions, and devices with bearer tokens."""

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from msgspec import Struct
from sqlalchemy import Connection, delete, select

from server.domain.context import Actor, Role
from server.store.schema import accounts, devices, sessions

SESSION_HOURS = 12
FAILURES_FREE = 5
DELAY_MAX_S = 60
FAILURES_KEPT = 10_000

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's floor for Argon2id: 19 MiB, two passes; a flood of sign-ins must not eat the memory of a small PC."""


class Account(Struct, frozen=True):
    """A person with a role."""

    name: str
    role: Role
    display: str
    password: str


class Session(Struct, frozen=True):
    """A signed-in browser. `until` in microseconds since 1970."""

    account: str
    csrf: str
    until: int


class TooFast(Exception):
    """Too many failed sign-ins; try again in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = seconds


class People:
    """All of it in memory, written through `do` (a transaction on the writer's connection)."""

    def __init__(self, do: Callable[[Callable[[Connection], None]], None], clock: Callable[[], float] = time.time) -> None:
        self._do = do
        self._clock = clock
        self._accounts: dict[str, Account] = {}
        self._sessions: dict[str, Session] = {}
        self._devices: dict[str, Actor] = {}
        self._failures: dict[tuple[str, str], tuple[int, float]] = {}

    def load(self) -> None:
        """Reads everything once."""

        def read(connection: Connection) -> None:
            for row in connection.execute(select(accounts)):
                self._accounts[row.name] = Account(row.name, row.role, row.display, row.password)
            for row in connection.execute(select(sessions)):
                self._sessions[row.token] = Session(row.account, row.csrf, row.until)
            for row in connection.execute(select(devices)):
                self._devices[row.token] = Actor(row.role, row.device)

        self._do(read)

    def add_account(self, name: str, role: Role, display: str, password: str) -> None:
        """Makes an account; one that is there already stays as it is."""
        if name in self._accounts:
            return
        account = Account(name, role, display, _hasher.hash(password))
        row = {"name": name, "role": role, "display": display, "password": account.password}
        self._do(lambda connection: _run(connection, accounts.insert(), row))
        self._accounts[name] = account

    def add_device(self, device: str, role: Role, token: str) -> None:
        """Lets a device in by this token; one that is known already stays as it is."""
        key = _digest(token)
        if key in self._devices:
            return
        self._do(
            lambda connection: _run(connection, devices.insert(), {"token": key, "device": device, "role": role})
        )  # fmt: skip
        self._devices[key] = Actor(role, device)

    def check(self, name: str, password: str, address: str) -> bool:
        """Whether the password is right. Costs tens of milliseconds of one core: call it on a native thread.

        After five failures from one address each further try must wait, twice as long every time, at most a minute
        (TooFast); nobody is ever locked out for good.
        """
        now, key = self._clock(), (name, address)
        count, since = self._failures.get(key, (0, 0.0))
        wait = min(DELAY_MAX_S, 2.0 ** min(count - FAILURES_FREE, 10)) if count >= FAILURES_FREE else 0.0
        # The clock may have been set back since.
        if (left := min(wait, since + wait - now)) > 0:
            raise TooFast(left)
        account = self._accounts.get(name)
        try:
            _hasher.verify(account.password if account else _NOBODY, password)
        except VerificationError:
            self._failures[key] = (count + 1, now)
            while len(self._failures) > FAILURES_KEPT:
                self._failures.pop(next(iter(self._failures)))
            return False
        if account is None:
            return False
        self._failures.pop(key, None)
        return True

    def open_session(self, name: str) -> str:
        """A new session for an account whose password was checked; returns the cookie's value."""
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        until = int((self._clock() + SESSION_HOURS * 3600) * 1_000_000)
        row = {"token": _digest(token), "account": name, "csrf": csrf, "until": until}

        def write(connection: Connection) -> None:
            connection.execute(delete(sessions).where(sessions.c.until < int(self._clock() * 1_000_000)))
            connection.execute(sessions.insert(), row)

        self._do(write)
        self._sessions[row["token"]] = Session(name, csrf, until)  # type: ignore[index]
        return token

    def close_session(self, token: str) -> None:
        """Signs out."""
        key = _digest(token)
        if self._sessions.pop(key, None) is not None:
            self._do(lambda connection: _run(connection, delete(sessions).where(sessions.c.token == key)))

    def session(self, token: str | None) -> Session | None:
        """The session behind a cookie, while it lasts."""
        found = self._sessions.get(_digest(token)) if token else None
        return found if found is not None and found.until > self._clock() * 1_000_000 else None

    def account(self, name: str) -> Account | None:
        """The account of that name."""
        return self._accounts.get(name)

    def by_session(self, token: str | None) -> Actor | None:
        """The actor behind a session cookie."""
        found = self.session(token)
        account = self._accounts.get(found.account) if found else None
        return Actor(account.role, account.name) if account else None

    def by_token(self, token: str | None) -> Actor | None:
        """The actor behind a bearer token."""
        return self._devices.get(_digest(token)) if token else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _run(connection: Connection, statement: Any, row: dict[str, Any] | None = None) -> None:
    connection.execute(statement, row)


_NOBODY = _hasher.hash(secrets.token_urlsafe(16))
"""Checked when the name is unknown, so that the answer takes as long as for a known one."""
