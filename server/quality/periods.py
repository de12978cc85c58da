"""Quarters of a year: the periods that quality is looked at by."""

import re
from datetime import date, timedelta

from msgspec import Struct

from server.domain.months import month_after

SHOWN = 9
"""So many quarters can be chosen: the present one and two years before it."""


class Quarter(Struct, frozen=True, order=True):
    """A quarter; as text `2026-Q1`."""

    year: int
    n: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.n}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.n * 3 - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after.first - timedelta(days=1)

    @property
    def after(self) -> "Quarter":
        """The next one."""
        return Quarter(self.year + self.n // 4, self.n % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """The one before."""
        return Quarter(self.year, self.n - 1) if self.n > 1 else Quarter(self.year - 1, 4)

    @property
    def months(self) -> tuple[str, ...]:
        """Its months, as 2026-01."""
        return tuple(f"{self.year}-{self.n * 3 - 2 + k:02d}" for k in range(3))


def quarter_of(day: date) -> Quarter:
    """The quarter that a day lies in."""
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def latest(today: date) -> tuple[Quarter, ...]:
    """Those that can be chosen, the present one first."""
    found = [quarter_of(today)]
    while len(found) < SHOWN:
        found.append(found[-1].before)
    return tuple(found)


def chosen(said: str, today: date) -> Quarter:
    """The quarter that was asked for if it can be, else the present one."""
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", said):
        asked = Quarter(int(found[1]), int(found[2]))
        if asked in latest(today):
            return asked
    return quarter_of(today)


def days(quarter: Quarter, today: date) -> list[str]:
    """Its days up to today."""
    last = min(quarter.last, today)
    return [(quarter.first + timedelta(days=n)).isoformat() for n in range((last - quarter.first).days + 1)]


def months_back(month: str, count: int) -> tuple[str, ...]:
    """So many months up to this one, the oldest first."""
    return tuple(month_after(month, -ago) for ago in reversed(range(count)))
