"""Who may come in: accounts with passwords, PINs and single sign-on, their sessions, and devices with bearer tokens."""

import time
from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from server import people_secrets
from server.domain.context import Actor, Role
from server.people_secrets import Delays, Native, TooFast, run_here
from server.people_sessions import SESSION_HOURS, Do, Session, Sessions, Way, digest
from server.people_stations import Barred, Stations, station_of
from server.store.schema import accounts, devices

__all__ = ["SESSION_HOURS", "Account", "Barred", "People", "Session", "TooFast"]


class Account(Struct, frozen=True):
    """A person with a role. `pin` is None without one, `sso` who it is at the single sign-on; `off`: may not come in."""

    name: str
    role: Role
    display: str
    password: str
    pin: str | None = None
    sso: str | None = None
    off: bool = False


class People:
    """All of it in memory, written through `do` (a transaction on the writer's connection).

    `lock_after()` is the idle time in seconds after which a session is locked, 0 for never. `station` is always the value of a
    workstation's cookie, empty for none.
    """

    def __init__(
        self, do: Do, clock: Callable[[], float] = time.time, lock_after: Callable[[], float] = lambda: 0.0
    ) -> None:  # fmt: skip
        self._do, self._clock = do, clock
        self._accounts: dict[str, Account] = {}
        self._devices: dict[str, Actor] = {}
        self._delays = Delays(clock)
        self.sessions = Sessions(do, clock, lock_after)
        self.stations = Stations(do, clock)

    def load(self) -> None:
        """Reads everything once."""

        def read(connection: Connection) -> None:
            for row in connection.execute(select(accounts)):
                self._accounts[row.name] = Account(
                    row.name, row.role, row.display, row.password, row.pin, row.sso, bool(row.off)
                )  # fmt: skip
            for row in connection.execute(select(devices)):
                self._devices[row.token] = Actor(row.role, row.device)
            self.sessions.load(connection)
            self.stations.load(connection)

        self._do(read)

    def add_account(self, name: str, role: Role, display: str, password: str) -> None:
        """Makes an account; one that is there already stays as it is."""
        if name in self._accounts:
            return
        account = Account(name, role, display, people_secrets.hasher.hash(password))
        row = {"name": name, "role": role, "display": display, "password": account.password}
        self._do(lambda connection: _run(connection, accounts.insert(), row))
        self._accounts[name] = account

    def add_device(self, device: str, role: Role, token: str) -> None:
        """Lets a device in by this token; one that is known already stays as it is."""
        key = digest(token)
        if key in self._devices:
            return
        self._do(
            lambda connection: _run(connection, devices.insert(), {"token": key, "device": device, "role": role})
        )  # fmt: skip
        self._devices[key] = Actor(role, device)

    def set_pin(self, name: str, pin_hash: str | None) -> None:
        """The person's PIN as `people_secrets.hasher` made it, or none; it is taken only after the next password."""
        self._change(name, pin=pin_hash)
        self.stations.forget(name)

    def set_sso(self, name: str, subject: str | None) -> None:
        """Who the person is at the single sign-on; ValueError when somebody else is."""
        taken = next((one.name for one in self._accounts.values() if subject and one.sso == subject), name)
        if taken != name:
            raise ValueError(f"{subject!r} is {taken} already")
        self._change(name, sso=subject)

    def set_off(self, name: str, off: bool) -> None:
        """Whether the person may not come in; who may not has no session any more."""
        self._change(name, off=off)
        if off:
            self.sessions.close(*(one.key for one in self.sessions.of(name)))
            self.stations.forget(name)

    def check(self, name: str, password: str, address: str, native: Native = run_here, station: str = "") -> bool:
        """Whether the password is right; TooFast. Argon2, tens of milliseconds of one core, runs through `native`."""
        known = name in self.stations.known(station_of(station))
        self._delays.begin(name, address, known)
        account = self._accounts.get(name)
        usable = account if account is not None and not account.off else None
        if not self._slowly(native, usable.password if usable else None, password):
            self._delays.wrong(name, address)
            return False
        self._delays.right(name, address, known)
        return True

    def check_pin(self, name: str, pin: str, native: Native = run_here) -> bool:
        """Whether the PIN is right, and nothing else: call `begin` before, `right` after; TooFast."""
        account = self._accounts.get(name)
        return self._slowly(native, account.pin if account and not account.off else None, pin)

    @staticmethod
    def _slowly(native: Native, hashed: str | None, secret: str) -> bool:
        try:
            return bool(native(people_secrets.right, hashed, secret))
        except TimeoutError:
            raise TooFast(1.0) from None

    def pin_until(self, name: str, station: str) -> float:
        """Until when a PIN is enough for the person at this workstation (seconds since 1970); 0.0: a password is needed."""
        account = self._accounts.get(name)
        has = account is not None and account.pin is not None and not account.off
        return self.stations.until(station_of(station), name) if has else 0.0

    def known_at(self, station: str) -> list[Account]:
        """Who was signed in at this workstation lately and may come in, the last one first."""
        found = (self._accounts.get(name) for name in self.stations.known(station_of(station)))
        return [account for account in found if account is not None and not account.off]

    def by_sso(self, subject: str) -> Account | None:
        """The account of who came from the single sign-on, also one that may not come in."""
        return next((account for account in self._accounts.values() if account.sso == subject), None) if subject else None

    def open_session(self, name: str, way: Way = "password", station: str = "", place: str = "") -> str:
        """A new session for an account whose secret was checked; returns the cookie's value.

        One that was opened with a PIN ends when the password's own hours are over.
        """
        until = self._clock() + SESSION_HOURS * 3600
        if way == "pin":
            until = min(until, self.stations.until(station_of(station), name))
        elif station:
            self.stations.prove(station_of(station), name)
        return self.sessions.open(name, way, station_of(station), place, until)

    def close_session(self, token: str) -> None:
        """Signs out."""
        self.sessions.close(digest(token))

    def session(self, token: str | None) -> Session | None:
        """The session behind a cookie, while it lasts and its person may come in."""
        found = self.sessions.get(token)
        account = self._accounts.get(found.account) if found else None
        return found if account is not None and not account.off else None

    def locked(self, token: str | None) -> bool:
        """Whether the session behind a cookie is locked."""
        found = self.session(token)
        return found is not None and self.sessions.locked(found)

    def account(self, name: str) -> Account | None:
        """The account of that name."""
        return self._accounts.get(name)

    def everybody(self) -> list[Account]:
        """All accounts by the name that colleagues see."""
        return sorted(self._accounts.values(), key=lambda account: (account.display.casefold(), account.name))

    def by_session(self, token: str | None) -> Actor | None:
        """The actor behind a session cookie."""
        return self.actor(self.session(token))

    def actor(self, session: Session | None) -> Actor | None:
        """The actor of a session."""
        account = self._accounts.get(session.account) if session else None
        return Actor(account.role, account.name) if account else None

    def by_token(self, token: str | None) -> Actor | None:
        """The actor behind a bearer token."""
        return self._devices.get(digest(token)) if token else None

    def _change(self, name: str, **values: Any) -> None:
        account = self._accounts[name]
        row = {key: int(value) if isinstance(value, bool) else value for key, value in values.items()}
        self._do(lambda connection: _run(connection, update(accounts).where(accounts.c.name == name).values(row)))
        self._accounts[name] = replace(account, **values)


def _run(connection: Connection, statement: Any, row: dict[str, Any] | None = None) -> None:
    connection.execute(statement, row)
