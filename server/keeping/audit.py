"""Searching the journal: a page of records at a time, newest first, in as short a time as a person waits."""

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from server.domain.moment import moment
from server.store.centre import CentreStore
from server.store.schema import journal, replies, visits

PAGE = 50
WINDOW = 20_000
"""Rows that one query looks through."""
BUDGET_S = 0.7
"""After so long a search says how far it came, and goes on when it is asked to."""
EXPORT_MOST = 50_000

_PLANS = ("PlanRevised", "PlanScheduled")
"""A plan names every counter."""

_data: msgspec.json.Decoder[dict[str, Any]] = msgspec.json.Decoder(dict[str, Any])


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for; empty is anything. Days are ISO dates, both included; `before` is a position: older ones only."""

    day: str = ""
    until: str = ""
    number: str = ""
    counter: str = ""
    who: str = ""
    type: str = ""
    command: str = ""
    text: str = ""
    before: int = 0


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the journal. `data` is None where it was emptied for its age, and is without the ticket's token."""

    position: int
    day: str
    at: datetime
    type: str
    actor: str
    command: str
    hash: str
    data: dict[str, Any] | None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Entries, newest first. `next` is where to go on, 0 at the end; `reached` the day to which a search came that ran long."""

    entries: tuple[Entry, ...]
    next: int = 0
    reached: str = ""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that has the number that was asked for."""

    visit: UUID
    number: str
    day: str
    issued: datetime
    service: str
    end: str


def search(store: CentreStore, wanted: Search, most: int = PAGE, budget_s: float = BUDGET_S) -> Found:
    """A page of what is wanted. Reads only; for a native thread."""
    low, high = _span(store, wanted)
    where, began = _where(store, wanted), time.monotonic()
    if where is None:
        return Found(entries=())
    entries: list[Entry] = []
    while high > low:
        floor = max(low, high - WINDOW)
        query = select(journal).where(journal.c.position > floor, journal.c.position <= high, *where)
        entries += map(_entry, store.read(query.order_by(journal.c.position.desc()).limit(most + 1 - len(entries))))
        if len(entries) > most:
            return Found(entries=tuple(entries[:most]), next=entries[most - 1].position)
        high = floor
        if high > low and time.monotonic() - began > budget_s:
            return Found(entries=tuple(entries), next=high + 1, reached=_day_at(store, high))
    return Found(entries=tuple(entries))


def export(store: CentreStore, wanted: Search) -> Iterator[Entry]:
    """All that is wanted, newest first, at most EXPORT_MOST. Long."""
    before, given = wanted.before, 0
    while given < EXPORT_MOST:
        page = search(store, msgspec.structs.replace(wanted, before=before), 1000, budget_s=5.0)
        yield from page.entries[: EXPORT_MOST - given]
        given, before = given + len(page.entries), page.next
        if not before:
            return


def with_number(store: CentreStore, number: str, day: str = "", most: int = 30) -> tuple[Named, ...]:
    """The visits that have a number, the newest first."""
    where = [visits.c.number == number.upper(), *([visits.c.day == day] if day else [])]
    rows = store.read(select(visits).where(*where).order_by(visits.c.issued.desc()).limit(most))
    return tuple(
        Named(
            visit=UUID(row["visit"]), number=row["number"], day=row["day"], issued=moment(row["issued"]), service=row["service"],
            end=row["end"] or "",
        )
        for row in rows
    )  # fmt: skip


def story(store: CentreStore, visit: UUID) -> tuple[Entry, ...]:
    """Every record about one visit, in order: its appointment, its day, and what was put right later. Empty: there is none."""
    row = next(iter(store.read(select(visits.c.day, visits.c.data).where(visits.c.visit == str(visit)))), None)
    if row is None:
        return ()
    low, high = _span(store, Search(day=row["day"], until=row["day"]))
    about = _holds(str(visit))
    here = and_(journal.c.position > low, journal.c.position <= high, about)
    later = and_(journal.c.type == "VisitCorrected", journal.c.position > high, about)
    queries = [here, later]
    if appointment := _data.decode(row["data"]).get("appointment"):
        kinds = ("AppointmentBooked", "AppointmentMoved")
        queries.append(and_(journal.c.type.in_(kinds), journal.c.position <= high, _holds(str(appointment))))
    found = {one["position"]: one for where in queries for one in store.read(select(journal).where(where))}
    return tuple(_entry(found[position]) for position in sorted(found))


def numbers_of(store: CentreStore, entries: Iterable[Entry]) -> dict[str, str]:
    """By visit the number that people know it by, of all visits that entries are about."""
    ids = {str(one.data["visit"]) for one in entries if one.data is not None and one.data.get("visit")}
    if not ids:
        return {}
    rows = store.read(select(visits.c.visit, visits.c.number).where(visits.c.visit.in_(sorted(ids))))
    return {row["visit"]: row["number"] for row in rows}


def _span(store: CentreStore, wanted: Search) -> tuple[int, int]:
    """After which position and up to which; the days are found by the records that opened them."""
    opened, position = journal.c.type == "DayOpened", journal.c.position
    low, high = 0, store.head()
    if wanted.day:
        first = store.scalar(select(func.min(position)).where(opened, journal.c.day >= wanted.day))
        low = int(first) - 1 if first is not None else high
    if wanted.until:
        after = store.scalar(select(func.min(position)).where(opened, journal.c.day > wanted.until))
        high = int(after) - 1 if after is not None else high
    return low, min(high, wanted.before - 1) if wanted.before else high


def _where(store: CentreStore, wanted: Search) -> list[ColumnElement[bool]] | None:
    """The conditions on a row; None where nothing can meet them."""
    found: list[ColumnElement[bool]] = []
    if wanted.type:
        found.append(journal.c.type == wanted.type)
    if wanted.counter:
        found.append(_holds(f'"counter":{_json(wanted.counter)}') & journal.c.type.not_in(_PLANS))
    if wanted.who:
        named = _json(wanted.who)
        found.append(
            or_(
                journal.c.actor == wanted.who, journal.c.actor.like(f"%:{_plain(wanted.who)}", escape="\\"),
                *(_holds(f'"{key}":{named}') for key in ("clerk", "sender", "reader")),
            )
        )  # fmt: skip
    if wanted.command:
        answered = store.scalar(select(replies.c.position).where(replies.c.command == wanted.command.lower()))
        found.append(journal.c.command == wanted.command.lower())
        if answered is not None:
            found.append(journal.c.position.between(int(answered) - WINDOW, int(answered)))
    if wanted.number:
        ids = [str(one.visit) for one in with_number(store, wanted.number, wanted.day if wanted.day == wanted.until else "")]
        if not ids:
            return None
        found.append(or_(*map(_holds, ids)))
    if wanted.text:
        found.append(_holds(wanted.text))
    return found


def _holds(text: str) -> ColumnElement[bool]:
    return journal.c.data.like(f"%{_plain(text)}%", escape="\\")


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _json(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _day_at(store: CentreStore, position: int) -> str:
    return str(store.scalar(select(journal.c.day).where(journal.c.position == position)) or "")


def _entry(row: Mapping[str, Any]) -> Entry:
    data = _data.decode(row["data"]) if row["data"] else None
    if data is not None and "token" in data:
        data["token"] = "…"  # who knows it sees the ticket
    return Entry(
        position=row["position"], day=row["day"], at=moment(row["at"]), type=row["type"], actor=row["actor"],
        command=row["command"], hash=row["hash"], data=data,
    )  # fmt: skip
