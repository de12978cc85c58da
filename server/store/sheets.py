"""The day sheets of a centre: made when a day is over or was corrected, kept in its database, read for reports."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, and_, delete, func, select, text

from config.hours import closing
from config.plan import Plan
from server.domain.context import Reckoned
from server.domain.events import MonthClosed, RoomEnded, RoomWiped
from server.domain.floor import Floor
from server.repairs import repairs
from server.reports.about import about
from server.reports.maker import made
from server.reports.month import figures
from server.reports.sheet import PARTS, DaySheet, Sheets
from server.store.centre import CentreStore
from server.store.schema import day_sheets, journal, visits

T = TypeVar("T")

TRIES = 5
AT_ONCE = 5
"""So many days are made in one step: an eighth of a second of a busy centre."""

WORDS = "words"
"""The part that is a list of words, as JSON."""

_DAYS = text(
    "WITH RECURSIVE known(day) AS (SELECT MIN(day) FROM visits UNION ALL "
    "SELECT (SELECT MIN(day) FROM visits WHERE visits.day > known.day) FROM known WHERE known.day IS NOT NULL) "
    "SELECT day FROM known WHERE day IS NOT NULL AND day < :today ORDER BY day"
)
"""The days that have visits, by steps along their index: a million rows are not looked at for it."""

_closed = msgspec.json.Decoder(MonthClosed)
_room_ended, _room_wiped = msgspec.json.Decoder(RoomEnded), msgspec.json.Decoder(RoomWiped)
_strings = msgspec.json.Decoder(tuple[str, ...])


class SheetsChanged(RuntimeError):
    """A sheet was made anew between two readings."""


class DaySheets:
    """On native threads only. `do` runs work on the writer's connection and waits for it."""

    def __init__(
        self, store: CentreStore, floor: Callable[[], Floor], do: Callable[[Callable[[Connection], None]], None]
    ) -> None:  # fmt: skip
        self._store, self._floor, self._do = store, floor, do

    def step(self) -> bool:
        """Makes the next sheets that are due; whether more are."""
        changed, missing, head = self._due()
        self._make([*changed, *missing[: 0 if changed else AT_ONCE]], head)
        return len(missing) > AT_ONCE or bool(changed and missing)

    def get(self, first: str, last: str, make: Callable[[Sheets], T]) -> T:
        """What `make` makes of the days from `first` to `last` as they are now, the open day too; missing sheets are made."""
        for _ in range(TRIES - 1):
            with suppress(SheetsChanged):
                return make(self._get(first, last))
        return make(self._get(first, last))

    def _get(self, first: str, last: str) -> Sheets:
        changed, missing, head = self._due()
        self._make(changed, head)
        wanted = [day for day in missing if first <= day <= last]
        for n in range(0, len(wanted), AT_ONCE):
            self._make(wanted[n : n + AT_ONCE], head)
        today = self._floor().day
        open_ = [self._sheet(today)] if first <= today <= last else []
        return self._read(first, last, open_)

    def _rooms(self, first: str, last: str) -> list[RoomEnded | RoomWiped]:
        """From the journal, along its index of types; what retention has taken out of it is not there."""
        kinds = (RoomEnded.__name__, RoomWiped.__name__)
        here = and_(journal.c.type.in_(kinds), journal.c.day.between(first, last), journal.c.data != "")
        return [_room_event(row) for row in self._store.read(select(journal).where(here).order_by(journal.c.position))]

    def month(self, month: str) -> Reckoned:
        """What a month has come to by what is durable. Writes nothing, so that the writer itself may ask."""
        first, last = f"{month}-01", f"{month}-31"
        said = select(journal.c.data).where(journal.c.type == MonthClosed.__name__)
        with self._store.reading() as connection:
            closed = any(_closed.decode(data).month == month for data in connection.execute(said).scalars())
        changed, missing, _ = self._due()
        late = {day for day in (*changed, *missing) if first <= day <= last}
        return Reckoned(figures=figures(self._read(first, last, [self._sheet(day) for day in sorted(late)])), closed=closed)

    def holds(self, day: str) -> bool:
        """Whether the day's sheet knows everything of its visits, so that these are not needed for reports any more."""
        kept = select(day_sheets.c.position).where(day_sheets.c.day == day, day_sheets.c.part == WORDS)
        last = select(func.max(visits.c.position)).where(visits.c.day == day)
        known = self._store.scalar(kept)
        return known is not None and known >= (self._store.scalar(last) or 0)

    def _due(self) -> tuple[list[str], list[str], int]:
        """Days of which a visit changed since sheets were made, days that have none (all before the open one), and up to where.

        That is read first: what changes meanwhile, on whatever day, lies behind it and is seen the next time.
        """
        today = self._floor().day
        with self._store.reading() as connection:
            head = connection.execute(select(func.coalesce(func.max(visits.c.position), 0))).scalar() or 0
            known_to = select(func.coalesce(func.max(day_sheets.c.position), 0)).where(day_sheets.c.part == WORDS)
            mark = connection.execute(known_to).scalar() or 0
            # Asked for by position alone: with the day in it SQLite would walk the index of days, over all visits.
            later = select(visits.c.day).where(visits.c.position > mark)
            changed = sorted({day for day in connection.execute(later).scalars() if day < today}) if mark else []
            kept = set(connection.execute(select(day_sheets.c.day).where(day_sheets.c.part == WORDS)).scalars())
            known = connection.execute(_DAYS, {"today": today}).scalars().all()
        return changed, [day for day in known if day not in kept and day not in changed], head

    def _make(self, days: Sequence[str], head: int) -> None:
        if not days:
            return
        sheets = [self._sheet(day) for day in days]
        self._do(lambda connection: _write(connection, sheets, head))

    def _sheet(self, day: str) -> DaySheet:
        plan, here = self._floor().settled, self._store.visits_on(day)
        zone = plan.centre.timezone
        now = max((visit.leg.ended or visit.issued for visit in here), default=None)
        return made(day, here, () if now is None else repairs(here, now, _shut(plan), timezone=zone), zone)

    def _read(self, first: str, last: str, more: Sequence[DaySheet]) -> Sheets:
        floor, instead = self._floor(), {one.day for one in more}
        here = and_(day_sheets.c.day.between(first, last), day_sheets.c.day.not_in(instead))
        query = select(day_sheets.c.day, day_sheets.c.position, day_sheets.c.body).where(here).order_by(day_sheets.c.day)
        with self._store.reading() as connection:
            known = connection.execute(query.where(day_sheets.c.part == WORDS)).all()
        state = [(day, position) for day, position, _ in known]

        def read(part: str) -> Sequence[bytes]:
            with self._store.reading() as connection:
                rows = connection.execute(query.where(day_sheets.c.part == part)).all()
            if [(day, position) for day, position, _ in rows] != state:
                raise SheetsChanged
            return [*(body for _, _, body in rows), *(one.parts[part] for one in more)]

        return Sheets(
            [*(day for day, _ in state), *(one.day for one in more)],
            [*(_strings.decode(body) for _, _, body in known), *(one.words for one in more)],
            read, about(floor.settled, date.fromisoformat(floor.day)), lambda: self._rooms(first, last),
        )  # fmt: skip


def _room_event(row: dict[str, Any]) -> RoomEnded | RoomWiped:
    return (_room_ended if row["type"] == RoomEnded.__name__ else _room_wiped).decode(row["data"])


def _shut(plan: Plan) -> Callable[[datetime], datetime | None]:
    """When the day of an instant ends; reckoned once for each local day, for all visits of a sheet ask about the same."""
    zone, known = ZoneInfo(plan.centre.timezone), dict[date, datetime | None]()

    def shut(at: datetime) -> datetime | None:
        day = at.astimezone(zone).date()
        if day not in known:
            known[day] = closing(plan.hours, at, plan.centre.timezone)
        return known[day]

    return shut


def _write(connection: Connection, sheets: Sequence[DaySheet], head: int) -> None:
    """One that was made later by somebody else stays."""
    days = [one.day for one in sheets]
    newer = select(day_sheets.c.day).where(day_sheets.c.day.in_(days), day_sheets.c.position > head)
    kept = set(connection.execute(newer).scalars())
    connection.execute(delete(day_sheets).where(day_sheets.c.day.in_(set(days) - kept)))
    rows = [
        {"day": one.day, "part": part, "position": head, "body": body}
        for one in sheets
        if one.day not in kept
        for part, body in (*((name, one.parts[name]) for name in PARTS), (WORDS, msgspec.json.encode(one.words)))
    ]
    if rows:
        connection.execute(day_sheets.insert(), rows)
