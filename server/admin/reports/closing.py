"""Closed months as the journal has them, beside what the records say today. From the store to values; on native threads."""

from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import select

from server.domain.events import MonthCell, MonthClosed, MonthFigures, VisitCorrected
from server.domain.moment import moment
from server.domain.months import over
from server.reports.month import COUNTS, changes, figures
from server.reports.sheet import Sheets
from server.store.centre import CentreStore
from server.store.schema import journal
from server.store.sheets import DaySheets

LISTED = 36

_closed = msgspec.json.Decoder(MonthClosed)
_corrected = msgspec.json.Decoder(VisitCorrected)


class Closed(Struct, frozen=True, kw_only=True):
    """A closed month: as it was frozen, at which place of the journal, when and by whom."""

    month: str
    figures: MonthFigures
    position: int
    at: datetime
    by: str


class Row(Struct, frozen=True, kw_only=True):
    """A month of the list; `faults` are records that are impossible or unfinished."""

    month: str
    over: bool
    visits: int
    services: int
    faults: int
    closed: Closed | None


class Correction(Struct, frozen=True, kw_only=True):
    """A record of the month that was put right after it was closed."""

    at: datetime
    by: str
    day: str
    was: str
    end: str
    reason: str


class Sum(Struct, frozen=True, kw_only=True):
    """A figure as it was frozen, what corrections add, and what the records say now: the first two make the third."""

    key: str
    was: int
    more: int
    now: int


class MonthState(Struct, frozen=True, kw_only=True):
    """A closed month beside the records of today; `cells` are what must be added to the frozen ones."""

    closed: Closed
    now: MonthFigures
    sums: tuple[Sum, ...]
    cells: tuple[MonthCell, ...]
    corrections: tuple[Correction, ...]


class Months:
    """`sheets` are those of the store."""

    def __init__(self, store: CentreStore, sheets: DaySheets) -> None:
        self._store, self._sheets = store, sheets

    def closed(self) -> dict[str, Closed]:
        """By month."""
        rows = self._store.read(select(journal).where(journal.c.type == MonthClosed.__name__).order_by(journal.c.position))
        found = {}
        for row in rows:
            event = _closed.decode(row["data"])
            found[event.month] = Closed(
                month=event.month, figures=event.figures, position=row["position"], at=moment(row["at"]),
                by=row["actor"].partition(":")[2],
            )  # fmt: skip
        return found

    def rows(self, today: str) -> list[Row]:
        """The newest months with visits or closed, the newest first."""
        closed = self.closed()
        counted = self._sheets.get("0000-00-00", "9999-99-99", _counted)
        found = []
        for month in sorted({*closed, *counted}, reverse=True)[:LISTED]:
            visits, services, faults = counted.get(month, (0, 0, 0))
            found.append(
                Row(
                    month=month,
                    over=over(month, today),
                    visits=visits,
                    services=services,
                    faults=faults,
                    closed=closed.get(month),
                )
            )
        return found

    def state(self, month: str) -> MonthState | None:
        """A closed month; None if it is open."""
        closed = self.closed().get(month)
        if closed is None:
            return None
        now = self._sheets.get(f"{month}-01", f"{month}-31", figures)
        later = select(journal).where(journal.c.type == VisitCorrected.__name__, journal.c.position > closed.position)
        corrections = []
        for row in self._store.read(later.where(journal.c.data != "").order_by(journal.c.position)):
            event = _corrected.decode(row["data"])
            if event.day.startswith(month):
                corrections.append(
                    Correction(
                        at=moment(row["at"]), by=row["actor"].partition(":")[2], day=event.day, was=event.was, end=event.end,
                        reason=event.reason,
                    )
                )  # fmt: skip
        return MonthState(
            closed=closed, now=now, sums=_sums(closed.figures, now), cells=changes(closed.figures.cells, now.cells),
            corrections=tuple(corrections),
        )  # fmt: skip


def _sums(was: MonthFigures, now: MonthFigures) -> tuple[Sum, ...]:
    pairs = [(key, getattr(was, key), getattr(now, key)) for key in COUNTS]
    before, after = (sum(cell.quantity for cell in one.cells) for one in (was, now))
    pairs.append(("services", before, after))
    return tuple(Sum(key=key, was=a, more=b - a, now=b) for key, a, b in pairs)


def _counted(sheets: Sheets) -> dict[str, tuple[int, int, int]]:
    """Visits, services and visits with a fault by month."""
    names, place = sheets.months
    found = {}
    of, given = place[sheets.visits.day], place[sheets.given.day]
    faults = sheets.visits["faults"] > 0
    for n, name in enumerate(names):
        here = of == n
        found[name] = int(here.sum()), int(sheets.given["quantity"][given == n].sum()), int((here & faults).sum())
    return found
