"""Sessions of signed-in people, on the server: who, since when, from where, and whether the page is locked."""

import hashlib
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from server.store.schema import sessions

log = logging.getLogger("rinda.people")

SESSION_HOURS = 12
HANDLE = 16

Way = Literal["password", "pin", "sso"]
Do = Callable[[Callable[[Connection], None]], None]


class Session(Struct, frozen=True):
    """A signed-in browser. `until` and `since` in microseconds since 1970; `key` is the digest of its cookie, `station` that
    of the workstation's. `place` is the address and the browser, for people to recognise it by.
    """

    key: str
    account: str
    csrf: str
    until: int
    since: int = 0
    way: Way = "password"
    station: str = ""
    place: str = ""
    locked: bool = False

    @property
    def handle(self) -> str:
        """Names it on pages; opens nothing."""
        return self.key[:HANDLE]


class Sessions:
    """All of them in memory, written through `do`. `lock_after()` is the idle time in seconds after which one is locked."""

    def __init__(self, do: Do, clock: Callable[[], float], lock_after: Callable[[], float]) -> None:
        self._do, self._clock, self._lock_after = do, clock, lock_after
        self._all: dict[str, Session] = {}
        self._active: dict[str, float] = {}
        self._over = set[str]()

    def load(self, connection: Connection) -> None:
        """Reads them; all count as active now, for nobody knows how long the server was away."""
        for row in connection.execute(select(sessions)):
            self._all[row.token] = Session(
                row.token,
                row.account,
                row.csrf,
                row.until,
                row.since,
                row.way,
                row.station or "",
                row.place or "",
                bool(row.locked),
            )
            self._active[row.token] = self._clock()

    def open(
        self, account: str, way: Way, station: str, place: str, until: float, also: Callable[[Connection], None] = lambda _: None
    ) -> str:
        """A new one; returns the cookie's value. `until` in seconds since 1970, at most SESSION_HOURS from now. What is `also`
        to be written goes into the same transaction. A disk that takes nothing keeps nobody out: such a session lasts until the
        server ends, and stands in the server's own log.
        """
        token, now = secrets.token_urlsafe(32), self._clock()
        until = min(until, now + SESSION_HOURS * 3600)
        made = Session(
            digest(token), account, secrets.token_urlsafe(32), int(until * 1_000_000), int(now * 1_000_000), way, station, place
        )
        row = {
            "token": made.key, "account": account, "csrf": made.csrf, "until": made.until, "since": made.since, "way": way,
            "station": station, "place": place, "locked": 0,
        }  # fmt: skip

        def write(connection: Connection) -> None:
            connection.execute(delete(sessions).where(sessions.c.until < int(now * 1_000_000)))
            connection.execute(sessions.insert(), row)
            also(connection)

        try:
            self._do(write)
        except SQLAlchemyError as error:
            log.error("%s signed in (%s, %s) and it could not be stored: %s", account, way, place, getattr(error, "orig", error))
        for key in [key for key, one in self._all.items() if one.until < now * 1_000_000]:
            self._forget(key)
        self._all[made.key], self._active[made.key] = made, now
        return token

    def get(self, token: str | None) -> Session | None:
        """The session behind a cookie, while it lasts."""
        found = self._all.get(digest(token)) if token else None
        return found if found is not None and found.until > self._clock() * 1_000_000 else None

    def of(self, account: str) -> list[Session]:
        """Those of a person that last, newest first."""
        now = self._clock() * 1_000_000
        return sorted(
            (one for one in self._all.values() if one.account == account and one.until > now), key=lambda one: -one.since
        )

    def close(self, *keys: str, also: Callable[[Connection], None] = lambda _: None) -> None:
        """Ends them; those that are gone already are no fault. What the disk does not take raises, and they are over all the
        same: `sweep` writes it down when there is room.
        """
        known = [key for key in keys if key in self._all]

        def write(connection: Connection) -> None:
            connection.execute(delete(sessions).where(sessions.c.token.in_(known)))
            also(connection)

        for key in known:
            self._forget(key)
        if known:
            self._over |= {*known}
            self._do(write)
            self._over -= {*known}

    def leave(self, *keys: str) -> None:
        """As `close`, for who goes: a disk that takes nothing keeps nobody in."""
        try:
            self.close(*keys)
        except SQLAlchemyError as error:
            log.error("it could not be stored that a session is over: %s", getattr(error, "orig", error))

    def touch(self, session: Session) -> None:
        """Somebody works there; a locked one stays locked."""
        if not self.locked(session):
            self._active[session.key] = self._clock()

    def locked(self, session: Session) -> bool:
        """Whether it takes no commands: locked by hand, or nobody worked there for too long."""
        after = self._lock_after()
        idle = self._clock() - self._active.get(session.key, 0.0)
        return session.locked or (after > 0 and idle >= after)

    def set_locked(self, session: Session, locked: bool) -> None:
        """Locks or unlocks it, for a restart too where the disk takes it."""
        if session.key not in self._all:
            return
        self._all[session.key] = replace(self._all[session.key], locked=locked)
        self._active[session.key] = self._clock()
        where = update(sessions).where(sessions.c.token == session.key)
        try:
            self._do(lambda connection: _run(connection, where.values(locked=int(locked))))
        except SQLAlchemyError as error:
            log.error("it could not be stored that a session is locked or open: %s", getattr(error, "orig", error))

    def sweep(self) -> None:
        """Writes down which ones have become locked by standing idle, and those that are over and could not be written down."""
        for one in [one for one in self._all.values() if not one.locked and self.locked(one)]:
            self.set_locked(one, True)
        if over := sorted(self._over):
            with suppress(SQLAlchemyError):  # tried again soon; the log has it since it happened
                self._do(lambda connection: _run(connection, delete(sessions).where(sessions.c.token.in_(over))))
                self._over -= {*over}

    def _forget(self, key: str) -> None:
        self._all.pop(key, None)
        self._active.pop(key, None)


def digest(token: str) -> str:
    """What the database keeps of a cookie or token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _run(connection: Connection, statement: object) -> None:
    connection.execute(statement)  # type: ignore[call-overload]
