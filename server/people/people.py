"""Who may come in: accounts with passwords, PINs and single sign-on, their sessions, and devices with bearer tokens."""

import time
from collections.abc import Callable, Sequence
from typing import Any, cast

from msgspec import Struct, structs
from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from server.domain.context import Actor, Role
from server.people import hashing
from server.people.devices import Device, Devices
from server.people.factor import Recovery, step_of
from server.people.hashing import FAILURES_FREE, Delays, Native, TooFast, run_here
from server.people.log import SERVER, AccessLog, Act, By
from server.people.passwords import code, grouped, typed
from server.people.proofs import Proofs
from server.people.sessions import SESSION_HOURS, Do, Session, Sessions, Way, digest
from server.people.stations import Barred, Stations, station_of
from server.store.schema import accounts

__all__ = ["SERVER", "SESSION_HOURS", "Account", "Barred", "By", "Device", "LastManager", "People", "Session", "TooFast"]

ONCE_HOURS = 24
ONCE_LENGTH = 12
"""58 random bits."""


class LastManager(Exception):
    """Without this account nobody could manage the centre any more."""


class Account(Struct, frozen=True):
    """A person with a role. `pin` is None without one, `sso` who it is at the single sign-on; `off`: may not come in.

    `once` is until when (seconds since 1970) the password is a code to sign in with and choose a password; None: it is a
    password. `totp` is the secret of the second factor, `totp_step` the last one used.
    """

    name: str
    role: Role
    display: str
    password: str
    pin: str | None = None
    sso: str | None = None
    off: bool = False
    once: float | None = None
    totp: str | None = None
    totp_step: int = 0


class People:
    """All of it in memory, written through `do` (a transaction on the writer's connection).

    `lock_after()` is the idle time in seconds after which a session is locked, 0 for never. `station` is always the value of a
    workstation's cookie, empty for none. Whoever has a role of `factor_roles` needs a second factor for anything.
    """

    def __init__(
        self, do: Do, clock: Callable[[], float] = time.time, lock_after: Callable[[], float] = lambda: 0.0,
        factor_roles: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self._do, self._clock, self._factor_roles = do, clock, factor_roles
        self._accounts: dict[str, Account] = {}
        self._delays = Delays(clock)
        self.log = AccessLog(do, clock)
        self.devices = Devices(do, clock, self.log)
        self.recovery = Recovery(do)
        self.sessions = Sessions(do, clock, lock_after)
        self.stations = Stations(do, clock)
        self.proofs = Proofs(do)

    def load(self) -> None:
        """Reads everything, at a start or again for what another program wrote."""

        def read(connection: Connection) -> None:
            for row in connection.execute(select(accounts)):
                once = row.once / 1e6 if row.once is not None else None
                found = Account(
                    row.name, row.role, row.display, row.password, row.pin, row.sso, bool(row.off), once, row.totp, row.totp_step
                )  # fmt: skip
                known = self._accounts.get(row.name)
                if known is not None and known.totp == found.totp:
                    # Read again beside a sign-in: a code that was used a moment ago stays used.
                    found = replace(found, totp_step=max(found.totp_step, known.totp_step))
                self._accounts[row.name] = found
            self.devices.load(connection)
            self.recovery.load(connection)
            self.sessions.load(connection)
            self.stations.load(connection)
            self.proofs.load(connection)

        self._do(read)

    def add_account(self, name: str, role: Role, display: str, password: str, by: By = SERVER) -> None:
        """Makes an account with a password; one that is there already stays as it is."""
        self._make(Account(name, role, display, hashing.hasher.hash(password)), by, "account_made", role)

    def copy_account(self, name: str, role: str, display: str, password: str, by: By) -> None:
        """An account of another centre, its password as it is kept there; one that is there already stays as it is."""
        self._make(Account(name, cast(Role, role), display, password), by, "account_made", role)

    def make_account(self, name: str, role: Role, display: str, by: By, native: Native = run_here) -> str | None:
        """Makes an account; the code to sign in with, once and within a day, or None when there is one of that name already."""
        plain, values = self._fresh_code(native)
        made = self._make(Account(name, role, display, **values), by, "account_made", role)
        return grouped(plain) if made else None

    def make_first(self, name: str, display: str, password: str) -> bool:
        """Makes the first manager, `password` being hashed; False when there is one, or somebody of that name."""
        if self.managers():
            return False
        return self._make(Account(name, "manager", display, password), By(name), "first_manager", "manager")

    def managers(self) -> list[Account]:
        """Who may come in and manage the centre."""
        return [one for one in self._accounts.values() if one.role == "manager" and not one.off]

    def add_device(self, device: str, role: Role, token: str) -> None:
        """Lets a device in by this token; one that is known already stays as it is."""
        self.devices.add(Device(digest(token), device, role))

    def reset(self, name: str, by: By, native: Native = run_here) -> str:
        """Takes the password away and gives a code in its place; the second factor stays. All sessions end."""
        plain, values = self._fresh_code(native)
        self._change(name, by, "password_reset", **values)
        self._send_away(name)
        return grouped(plain)

    def choose(self, name: str, password: str, by: By) -> None:
        """The person's own new password, hashed; whoever else is signed in with the old one is not any more."""
        self._change(name, by, "password_chosen", password=password, once=None)
        self._send_away(name)

    def set_display(self, name: str, display: str, by: By) -> None:
        """The name that colleagues see."""
        self._change(name, by, "account_renamed", display, display=display)

    def set_role(self, name: str, role: Role, by: By) -> None:
        """What the person may; LastManager."""
        if role != "manager":
            self._spare(name)
        self._change(name, by, "role_changed", role, role=role)

    def set_pin(self, name: str, pin_hash: str | None, by: By = SERVER) -> None:
        """The person's PIN as `hashing.hasher` made it, or none; it is taken only after the next password."""
        self._change(name, by, "pin_set" if pin_hash else "pin_removed", pin=pin_hash)
        self.stations.forget(name)

    def set_sso(self, name: str, subject: str | None, by: By = SERVER) -> None:
        """Who the person is at the single sign-on; ValueError when somebody else is."""
        taken = next((one.name for one in self._accounts.values() if subject and one.sso == subject), name)
        if taken != name:
            raise ValueError(f"{subject!r} is {taken} already")
        self._change(name, by, "sso_set" if subject else "sso_removed", sso=subject)

    def set_off(self, name: str, off: bool, by: By = SERVER) -> None:
        """Whether the person may not come in; who may not has no session any more. LastManager."""
        if off:
            self._spare(name)
        self._change(name, by, "switched_off" if off else "switched_on", off=off)
        if off:
            self._send_away(name)

    def end_sessions(self, name: str, keys: Sequence[str], by: By) -> None:
        """Ends these sessions of a person."""
        ended = [one for one in self.sessions.of(name) if one.key in keys]
        if ended:
            act: Act = "session_ended" if len(ended) == 1 else "sessions_ended"
            detail = ended[0].place if len(ended) == 1 else str(len(ended))
            self.sessions.close(*(one.key for one in ended), also=lambda found: self.log.note(found, by, act, name, detail))

    def set_factor(self, name: str, secret: str | None, step: int, codes: Sequence[str], by: By) -> None:
        """The second factor with its hashed recovery codes, or none; asked again at every workstation. `step`: the last used."""
        known: list[Callable[[], None]] = []

        def also(connection: Connection) -> None:
            known[:] = [self.recovery.replace(connection, name, codes)]

        self._change(name, by, "factor_set" if secret else "factor_removed", also=also, totp=secret, totp_step=step)
        known[0]()
        self.stations.forget(name)

    def needs_factor(self, name: str, station: str, everywhere: bool = False) -> bool:
        """Whether the password alone is not enough: the account has a second factor and was not used at this workstation lately,
        or it is asked for `everywhere`.
        """
        account = self._accounts.get(name)
        if account is None or account.totp is None:
            return False
        return everywhere or name not in self.stations.known(station_of(station))

    def owes_factor(self, session: Session) -> bool:
        """Whether its person may do nothing but switch a second factor on; the single sign-on asks for its own."""
        account = self._accounts.get(session.account)
        return account is not None and account.role in self._factor_roles and account.totp is None and session.way != "sso"

    def unfinished(self, name: str, station: str) -> bool:
        """Whether the right password opens nothing yet: a step of the sign-in page comes after it."""
        account = self._accounts.get(name)
        return account is not None and (account.once is not None or self.needs_factor(name, station))

    def check_factor(self, name: str, given: str, by: By, native: Native = run_here) -> bool:
        """Whether it is the code of now, or a recovery code; each counts once. TooFast after five wrong ones, from wherever."""
        account = self._accounts.get(name)
        if account is None or account.totp is None or account.off:
            return False
        asked = f"second factor of {name}"
        self._delays.begin(asked, "", known=True)
        step = step_of(account.totp, given, self._clock(), account.totp_step)
        if step is not None:
            # Known as used before it is written: the same code at the same moment finds it used.
            self._accounts[name] = replace(account, totp_step=step)
            self._change(name, None, None, totp_step=step)
        elif (n := self.recovery.match(name, given, native)) is None or not self.recovery.use(name, n):
            if self._delays.wrong(asked, "") == FAILURES_FREE:
                self.log.add(by, "wrong_factor", name)
            return False
        else:
            self.log.add(by, "recovery_used", name, str(self.recovery.left(name)))
        self._delays.right(asked, "", known=True)
        return True

    def check(self, name: str, password: str, address: str, native: Native = run_here, station: str = "") -> bool:
        """Whether the password is right; TooFast. Argon2, tens of milliseconds of one core, runs through `native`."""
        known = name in self.stations.known(station_of(station))
        self._delays.begin(name, address, known)
        account = self._accounts.get(name)
        usable = account if account is not None and not account.off and not self._too_late(account) else None
        # A code is typed as it was read out.
        secret = typed(password) if usable is not None and usable.once is not None else password
        if not self._slowly(native, usable.password if usable else None, secret):
            if self._delays.wrong(name, address) == FAILURES_FREE and account is not None:
                self.log.add(By(name, address), "wrong_secret", name)
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
            return bool(native(hashing.right, hashed, secret))
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
        return self.sessions.open(
            name, way, station_of(station), place, until,
            also=lambda connection: self.log.note(connection, By(name, place), "signed_in", name, way),
        )  # fmt: skip

    def close_session(self, token: str) -> None:
        """Signs out."""
        self.sessions.leave(digest(token))

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

    def actor(self, session: Session | None) -> Actor | None:
        """The actor of a session; nobody, while a second factor is owed."""
        account = self._accounts.get(session.account) if session else None
        return Actor(account.role, account.name) if session and account and not self.owes_factor(session) else None

    def by_token(self, token: str | None) -> Actor | None:
        """The actor behind a bearer token."""
        return self.devices.actor(token)

    def _make(self, account: Account, by: By, act: Act, detail: str) -> bool:
        if account.name in self._accounts:
            return False
        # Nobody else takes the name meanwhile.
        self._accounts[account.name] = account

        def write(connection: Connection) -> None:
            connection.execute(accounts.insert(), _row(structs.asdict(account)))
            self.log.note(connection, by, act, account.name, detail)

        try:
            self._do(write)
        except Exception:
            del self._accounts[account.name]
            raise
        return True

    def _change(
        self, name: str, by: By | None, act: Act | None, detail: str = "", also: Callable[[Connection], None] = lambda _: None,
        **values: Any,
    ) -> None:  # fmt: skip
        before = self._accounts[name]
        # A change at the same moment sees this one already: two managers cannot switch each other off.
        self._accounts[name] = replace(before, **values)

        def write(connection: Connection) -> None:
            connection.execute(update(accounts).where(accounts.c.name == name).values(_row(values)))
            if by is not None and act is not None:
                self.log.note(connection, by, act, name, detail)
            also(connection)

        try:
            self._do(write)
        except Exception:
            put_back = {key: getattr(before, key) for key in values}
            self._accounts[name] = replace(self._accounts[name], **put_back)
            raise

    def _spare(self, name: str) -> None:
        if [one.name for one in self.managers()] == [name]:
            raise LastManager

    def _send_away(self, name: str) -> None:
        self.sessions.close(*(one.key for one in self.sessions.of(name)))
        self.stations.forget(name)

    def _fresh_code(self, native: Native) -> tuple[str, dict[str, Any]]:
        plain = code(ONCE_LENGTH)
        return plain, {"password": native(hashing.hasher.hash, plain), "once": self._clock() + ONCE_HOURS * 3600}

    def _too_late(self, account: Account) -> bool:
        return account.once is not None and account.once < self._clock()


def _row(values: dict[str, Any]) -> dict[str, Any]:
    row = {key: int(value) if isinstance(value, bool) else value for key, value in values.items()}
    return row | ({"once": int(row["once"] * 1e6)} if row.get("once") is not None else {})
