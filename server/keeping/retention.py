"""The retention job: finds what is too old, has it erased with a record of it, and looks whether it is gone."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, delete, func, select

from server.domain.commands import Command, EraseOld
from server.domain.events import Erased
from server.domain.moment import microseconds
from server.domain.months import month_after
from server.domain.retention import REPLIES_DAYS, kept_from
from server.store.centre import CentreStore
from server.store.erasure import old_rows
from server.store.schema import contacts, journal, replies, sessions, visits

log = logging.getLogger("rinda.retention")

DAYS_AT_ONCE = 3
"""Of the journal in one transaction: while it runs, nobody gets a number."""

LEAP_DAYS = 7
"""A business day that comes so long after the one before it may be a wrong clock's."""

Eraser = Callable[[Connection, str], Mapping[str, int]]
"""Erases what is older than a day (ISO date) from tables of its own; how many rows of what went."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What is there to be erased: days before `until`; `position` is the last that may be emptied and `visits` the day before
    which visits go. `held` says in English why something older stays, if so; `held_facts` fill it.
    """

    until: str
    position: int
    visits: str
    replies: int
    journal_rows: int
    visit_rows: int
    reply_rows: int
    session_rows: int
    contact_rows: int
    oldest: str = ""
    held: str = ""
    held_facts: Mapping[str, str] = {}

    @property
    def total(self) -> int:
        """How many rows."""
        return self.journal_rows + self.visit_rows + self.reply_rows + self.session_rows + self.contact_rows


class Remains(RuntimeError):
    """After the erasure something was still there that should not be."""


class Retention:
    """`submit` puts a command through the door and raises its refusal; `do` runs work on the writer's connection.

    `archived()` is up to which position the network's node has the journal;
    `reported(day)` whether reports hold a day, so that its visits are not needed any more. `erasers` are of other parts, each
    with the months after which it erases, counted from the first of the month.
    """

    def __init__(
        self, store: CentreStore, submit: Callable[[Command], None], do: Callable[[Callable[[Connection], None]], None], *,
        archived: Callable[[], int | None] | None = None, reported: Callable[[str], bool] = lambda day: True,
        erasers: Sequence[tuple[int, Eraser]] = (),
    ) -> None:  # fmt: skip
        self._store, self._submit, self._do = store, submit, do
        self._archived, self._reported, self._erasers = archived, reported, tuple(erasers)

    def find(self, now: datetime, today: str) -> Found:
        """What is too old on a business day. Reads only."""
        until, held, facts = kept_from(today), "", dict[str, str]()
        last = self._number(select(func.max(journal.c.position)).where(old_rows(until, self._store.head())))
        if self._archived is not None:
            safe = self._archived() or 0
            if safe < last:
                last, held = safe, "the network's node has not stored all of it yet"
        visits_until = until
        for day in self._days(select(visits.c.day).where(visits.c.day < until).distinct().order_by(visits.c.day)):
            if not self._reported(day):
                visits_until, held, facts = day, "the reports do not hold {day} yet", {"day": day}
                break
        reply = self._number(
            select(func.max(journal.c.position)).where(journal.c.at < microseconds(now - timedelta(days=REPLIES_DAYS)))
        )  # fmt: skip
        return Found(
            until=until, position=last, visits=visits_until, replies=reply, held=held, held_facts=facts,
            journal_rows=self._count(journal, old_rows(until, last)), visit_rows=self._count(visits, visits.c.day < visits_until),
            reply_rows=self._count(replies, replies.c.position <= reply),
            session_rows=self._count(sessions, sessions.c.until < microseconds(now)),
            contact_rows=self._count(contacts, contacts.c.day < today),
            oldest=str(self._store.scalar(select(func.min(journal.c.day)).where(old_rows(until, last))) or ""),
        )  # fmt: skip

    def leapt(self, today: str) -> bool:
        """Whether the open day came more than LEAP_DAYS after the one before it. Reads only."""
        before = self._store.scalar(select(func.max(journal.c.day)).where(journal.c.day < today, journal.c.day != ""))
        return before is not None and (date.fromisoformat(today) - date.fromisoformat(str(before))).days > LEAP_DAYS

    def run(self, now: datetime, today: str) -> Found:
        """Erases it, a few days at a time, and looks afterwards; what was found. Remains says what is still there. Long."""
        found = self.find(now, today)
        others = self._others(now, today)
        rows = self._days(select(journal.c.day).where(old_rows(found.until, found.position)).distinct())
        days = sorted({*rows, *self._days(select(visits.c.day).where(visits.c.day < found.visits).distinct())})
        steps = [days[n + DAYS_AT_ONCE] for n in range(0, len(days) - DAYS_AT_ONCE, DAYS_AT_ONCE)]
        for n, until in enumerate([*steps, found.until]):
            self._erase(found, until, others if n == 0 else (), last=n == len(steps))
        self._prove(found, now, today)
        return found

    def _erase(self, found: Found, until: str, others: tuple[Erased, ...], *, last: bool) -> None:
        gone = min(until, found.visits)
        rows = old_rows(until, found.position)
        since, position = (self._number(select(which(journal.c.position)).where(rows)) for which in (func.min, func.max))
        counts = (
            Erased(what="journal", n=self._count(journal, rows)),
            Erased(what="visits", n=self._count(visits, visits.c.day < gone)),
            Erased(what="replies", n=self._count(replies, replies.c.position <= found.replies) if last else 0),
        )
        erased = (*(one for one in counts if one.n), *others)
        self._submit(
            EraseOld(
                until=until, since=since, position=position, visits=gone, replies=found.replies if last else 0, erased=erased
            )
        )  # fmt: skip

    def _others(self, now: datetime, today: str) -> tuple[Erased, ...]:
        """What lies in tables that no event is about."""
        counts: dict[str, int] = {}

        def work(connection: Connection) -> None:
            counts["sessions"] = connection.execute(delete(sessions).where(sessions.c.until < microseconds(now))).rowcount
            counts["contacts"] = connection.execute(delete(contacts).where(contacts.c.day < today)).rowcount
            for months, erase in self._erasers:
                counts.update(erase(connection, f"{month_after(today[:7], -months)}-01"))

        self._do(work)
        return tuple(Erased(what=what, n=n) for what, n in counts.items() if n)

    def _prove(self, found: Found, now: datetime, today: str) -> None:
        """Looks once more: nothing may be left, and the chain must hold."""
        left = self.find(now, today)
        if left.total:
            raise Remains(f"after the erasure {left.total} old rows are still there: {msgspec.json.encode(left).decode()}")
        log.info("retention: %s rows of before %s are gone", found.total, found.until)

    def _number(self, query: Select[Any]) -> int:
        return int(self._store.scalar(query) or 0)

    def _count(self, table: Any, where: Any) -> int:
        return self._number(select(func.count()).select_from(table).where(where))

    def _days(self, query: Select[Any]) -> list[str]:
        return [str(row["day"]) for row in self._store.read(query)]


def due(last: str, today: str, hour: int, *, quiet: bool) -> bool:
    """Whether the job should run now: once a business day, at night or when nobody works; a day later in any case. Pure."""
    if last >= today:
        return False
    night = 1 <= hour < 5
    late = last < (date.fromisoformat(today) - timedelta(days=1)).isoformat() and last != ""
    return night or quiet or late
