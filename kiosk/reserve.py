"""Numbers that the kiosk gives without the server, on its own disk: each is durable before anybody is told of it."""

import logging
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

from kiosk import clock
from kiosk.clock import Contact, Given, Moment, estimate, moment_of, true_times
from server.protocol import companion, visit_of

log = logging.getLogger("rinda.kiosk")

KEEP_DAYS = 7
AFTER_BROKEN = 500
BROKEN = "reserve-broken-{}.db"
"""Files that could not be read; who has looked at one deletes it."""
CONTACT_EVERY_US = 60_000_000
DAY_US = 86_400_000_000
SCHEMA = """
CREATE TABLE IF NOT EXISTS numbers (
    place INTEGER PRIMARY KEY AUTOINCREMENT, touch TEXT NOT NULL, part INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL,
    told INTEGER, sent INTEGER NOT NULL DEFAULT 0, refused TEXT NOT NULL DEFAULT '', UNIQUE (touch, part));
CREATE TABLE IF NOT EXISTS contacts (boot TEXT PRIMARY KEY, data BLOB NOT NULL);
"""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the visitor wants: one number for each service; `touch` is the id of the command that stayed unanswered."""

    touch: UUID
    services: tuple[str, ...]
    language: str
    needs: tuple[str, ...] = ()


class ReserveNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number of the reserve. `part` counts the numbers of one touch from 0; `given` tells when.

    `told` is the time that the server was told (microseconds), from the first attempt on; `sent`: it has answered yes;
    `refused` is the code if it answered no.
    """

    place: int = 0
    touch: UUID
    part: int
    number: str
    n: int
    service: str
    language: str
    needs: tuple[str, ...]
    given: Given
    told: int | None = None
    sent: bool = False
    refused: str = ""

    @property
    def command(self) -> UUID:
        """The id of the AdmitOffline."""
        return uuid5(self.touch, f"reserve {self.part}")

    @property
    def visit(self) -> UUID:
        """The visit that it begins."""
        return visit_of(self.command)

    @property
    def instead(self) -> UUID:
        """The visit, or the companion of it, that the unanswered command may have begun."""
        return companion(visit_of(self.touch), self.part)

    @property
    def issued(self) -> datetime:
        """The time that its slip shows."""
        return moment_of(self.given.thought)


class Reserve:
    """The kiosk's own numbers. Every method is durable when it returns; sqlite3.Error when the disk does not take it.

    Calls may come from any thread; `lock`, a re-entrant one, is held meanwhile. `moment` reads this machine's clocks. No count is
    `begin` or less.
    """

    def __init__(
        self, path: Path, moment: Callable[[], Moment], lock: AbstractContextManager[object], begin: int = 0
    ) -> None:  # fmt: skip
        self._moment, self._lock, self._begin = moment, lock, begin
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(SCHEMA)
        rows = self._db.execute("SELECT boot, data FROM contacts").fetchall()
        self._contacts = {boot: msgspec.json.decode(data, type=Contact) for boot, data in rows}
        self._saved = dict(self._contacts)
        self._rows: dict[int, ReserveNumber] = {}
        self._parts: dict[UUID, list[int]] = {}
        self._visits: dict[UUID, int] = {}
        self._instead: dict[UUID, int] = {}
        self._unsent: dict[int, None] = {}
        for row in self._db.execute(_SELECT):
            self._add(_row(*row))
        self._forget_at = 0
        self._forget()
        self._counted: tuple[str, int] | None = None  # the day, and the highest count that may be of it; while nothing is heard

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    def heard(self, server: int) -> None:
        """The server's clock shows `server` microseconds since 1970; on disk once a minute, and when the wall clock was set."""
        with self._lock:
            contact, self._counted = Contact(server=server, at=self._moment()), None
            boot = contact.at.boot_id
            before = self._saved.get(boot)
            self._contacts[boot] = contact
            if before is None or abs(server - before.server) >= CONTACT_EVERY_US or _moved(before, contact):
                self._db.execute("INSERT OR REPLACE INTO contacts VALUES (?, ?)", (boot, msgspec.json.encode(contact)))
                self._saved[boot] = contact
            if contact.at.boot >= self._forget_at:
                self._forget()

    @property
    def now(self) -> int:
        """The centre's time in microseconds since 1970, as well as it is known."""
        return self._estimate(self._moment())

    @property
    def known(self) -> datetime | None:
        """The centre's time; None while nobody knows it, for the wall clock was set back."""
        at = self._moment()
        return moment_of(self._estimate(at)) if clock.known(at, self._contacts, self._last()) else None

    @property
    def sure(self) -> bool:
        """Whether the server was heard since this machine was switched on."""
        return self._moment().boot_id in self._contacts

    def issue(self, wish: Wish, letter: str, timezone: str, used: int) -> tuple[ReserveNumber, ...]:
        """The numbers of a touch: new ones, or those that the same touch got before.

        They go on from the last one of the local day, and from `used`, the server's count for the day of its last menu. While
        nobody knows for certain what day it is they go on from the last one of all that may be of today.
        """
        with self._lock:
            if known := self.of(wish.touch):
                return known
            at = self._moment()
            given = Given(at=at, thought=self._estimate(at), after=last.server if (last := self._last()) else 0)
            zone = ZoneInfo(timezone)
            n = max(self._count(given.thought, zone), used)
            fresh = [
                ReserveNumber(
                    touch=wish.touch, part=part, number=f"{letter}{n + 1 + part:03d}", n=n + 1 + part, service=service,
                    language=wish.language, needs=wish.needs, given=given,
                )
                for part, service in enumerate(wish.services)
            ]  # fmt: skip
            placed = []
            with _transaction(self._db):
                for one in fresh:
                    place = self._db.execute(
                        "INSERT INTO numbers (touch, part, n, data) VALUES (?, ?, ?, ?)",
                        (str(one.touch), one.part, one.n, msgspec.json.encode(one)),
                    ).lastrowid
                    placed.append(msgspec.structs.replace(one, place=place or 0))
            for one in placed:
                self._add(one)
            self._counted = (_day(given.thought, zone), placed[-1].n) if placed else self._counted
            return tuple(placed)

    def of(self, touch: UUID) -> tuple[ReserveNumber, ...]:
        """The numbers that a touch got."""
        with self._lock:
            return tuple(self._rows[place] for place in self._parts.get(touch, ()))

    def rows(self) -> tuple[ReserveNumber, ...]:
        """All numbers of the last days, oldest first."""
        with self._lock:
            return tuple(self._rows.values())

    def unsent(self) -> tuple[ReserveNumber, ...]:
        """Those that the server has not taken yet, oldest first."""
        with self._lock:
            return tuple(self._rows[place] for place in self._unsent)

    def replaces(self, visit: UUID) -> bool:
        """Whether nobody holds the number of this visit, because a reserve number was given instead."""
        return visit in self._instead

    def knows_alone(self, visit: UUID) -> bool:
        """Whether this is the visit of a reserve number that the server has not taken yet."""
        return self._visits.get(visit) in self._unsent

    def times(self) -> dict[int, int]:
        """The true time of each number by its place, as well as it is known now: for who tells many."""
        with self._lock:
            return self._times(self._estimate(self._moment()))

    def tell(self, one: ReserveNumber, times: Mapping[int, int]) -> ReserveNumber:
        """The number with the time that the server is told: that of `times` at the first attempt, then always the same."""
        with self._lock:
            if one.told is not None:
                return one
            told = times[one.place]
            self._db.execute("UPDATE numbers SET told = ? WHERE place = ?", (told, one.place))
            return self._replace(one, told=told)

    def mark(self, one: ReserveNumber, *, sent: bool, refused: str = "") -> None:
        """Notes the server's answer."""
        with self._lock:
            self._db.execute("UPDATE numbers SET sent = ?, refused = ? WHERE place = ?", (int(sent), refused, one.place))
            self._replace(one, sent=sent, refused=refused)

    def _add(self, one: ReserveNumber) -> None:
        self._rows[one.place] = one
        self._parts.setdefault(one.touch, []).append(one.place)
        self._visits[one.visit] = self._instead[one.instead] = one.place
        if not one.sent:
            self._unsent[one.place] = None

    def _replace(self, one: ReserveNumber, **changed: Any) -> ReserveNumber:
        self._counted = None
        after = self._rows[one.place] = msgspec.structs.replace(self._rows[one.place], **changed)
        if after.sent:
            self._unsent.pop(one.place, None)
        return after

    def _estimate(self, at: Moment) -> int:
        return estimate(at, self._contacts, self._last())

    def _last(self) -> Contact | None:
        return max(self._contacts.values(), key=lambda one: one.server, default=None)

    def _times(self, now: int) -> dict[int, int]:
        """The true time of each row by its place: as the server was told, else as well as it is known now."""
        latest, found = 0, {}
        rows = self._rows.values()
        for row, at in zip(rows, true_times([row.given for row in rows], self._contacts, now), strict=True):
            found[row.place] = max(latest, at) if row.told is None else row.told
            latest = max(latest, found[row.place]) if found[row.place] <= now else latest
        return found

    def _count(self, now: int, zone: ZoneInfo) -> int:
        """The highest count that may be of the local day of `now`: all numbers are walked through once a day and when it is heard
        again what time it is.
        """
        today = _day(now, zone)
        if self._counted and self._counted[0] == today:
            return self._counted[1]
        sure, last = self.sure, self._last()
        day_heard = _day(last.server, zone) if last else ""
        counts = [self._begin]
        for row, at in zip(self._rows.values(), self._times(now).values(), strict=True):
            uncertain = row.told is None and row.given.at.boot_id not in self._contacts
            day = _day(at, zone)
            if uncertain or day == today or (not sure and day >= day_heard):
                counts.append(row.n)
        return max(counts)

    def _forget(self) -> None:
        """Deletes what the server took a week ago, once a day, while it is certain what day it is."""
        if not self.sure:
            return
        self._forget_at = self._moment().boot + DAY_US
        oldest = self.now - KEEP_DAYS * DAY_US
        old = [one for one in self._rows.values() if one.sent and one.told is not None and one.told < oldest]
        gone_places = {one.place for one in old}
        kept = {one.given.at.boot_id for one in self._rows.values() if one.place not in gone_places} | {self._moment().boot_id}
        kept |= {last.at.boot_id} if (last := self._last()) else set()
        gone = [boot for boot in self._contacts if boot not in kept]
        with _transaction(self._db):
            self._db.executemany("DELETE FROM numbers WHERE place = ?", [(one.place,) for one in old])
            self._db.executemany("DELETE FROM contacts WHERE boot = ?", [(boot,) for boot in gone])
        for one in old:
            del self._rows[one.place], self._visits[one.visit], self._instead[one.instead]
            self._parts[one.touch].remove(one.place)
            if not self._parts[one.touch]:
                del self._parts[one.touch]
        for boot in gone:
            del self._contacts[boot]
            self._saved.pop(boot, None)


_SELECT = "SELECT place, data, told, sent, refused FROM numbers ORDER BY place"


def opened(path: Path, moment: Callable[[], Moment], lock: AbstractContextManager[object]) -> Reserve:
    """The reserve in a file. One that cannot be read is kept beside it for people to look at; as long as it is there the counts
    begin high, so that no number in it is given twice.
    """
    try:
        return Reserve(path, moment, lock, begin=_begin(path))
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        name = BROKEN.format(moment().wall)
        log.exception("%s cannot be read; it is kept as %s, and a new one begins", path, name)
    for end in ("", "-wal", "-shm"):
        part = path.with_name(path.name + end)
        if part.exists():
            part.rename(path.with_name(name + end))
    return Reserve(path, moment, lock, begin=_begin(path))


def _begin(path: Path) -> int:
    return AFTER_BROKEN * len(list(path.parent.glob(BROKEN.format("*"))))


def _moved(one: Contact, other: Contact) -> bool:
    """Whether somebody set the wall clock in between, by more than a second."""
    return abs((one.server - one.at.wall) - (other.server - other.at.wall)) > 1_000_000


def _row(place: int, data: bytes, told: int | None, sent: int, refused: str) -> ReserveNumber:
    row = msgspec.json.decode(data, type=ReserveNumber)
    return msgspec.structs.replace(row, place=place, told=told, sent=bool(sent), refused=refused)


def _day(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at // 1_000_000, UTC).astimezone(zone).date().isoformat()


class _transaction:
    """BEGIN IMMEDIATE and COMMIT, or ROLLBACK."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *rest: object) -> None:
        try:
            self._db.execute("COMMIT" if kind is None else "ROLLBACK")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if kind is None:
                raise
