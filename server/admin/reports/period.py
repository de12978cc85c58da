"""The days that a report is about: a day, a week, a month, a quarter, a year, or from one day to another. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from msgspec import Struct

from server.words import ROMAN, Words

KINDS = {
    "day": "Day", "week": "Week", "month": "Month", "quarter": "Quarter", "year": "Year", "free": "From – to",
}  # fmt: skip
DAYS_MOST = 4018
"""Eleven years."""

TOO_LONG = "From the first to the last day there are more than fit on this page."

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Period(Struct, frozen=True, kw_only=True):
    """Both days are in it."""

    kind: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    def beside(self, by: int) -> "Period":
        """The one before (-1) or after (1): of the same kind, or as long."""
        if self.kind in _MONTHS:
            n = self.first.year * 12 + self.first.month - 1 + by * _MONTHS[self.kind]
            return around(self.kind, date(min(max(n // 12, 1), 9999), n % 12 + 1, 1))
        shift = timedelta(days=by * self.days)
        return Period(kind=self.kind, first=self.first + shift, last=self.last + shift)

    def query(self) -> str:
        """As it stands in an address."""
        said = {"span": self.kind, "at": self.first.isoformat()}
        return urlencode(said | ({"to": self.last.isoformat()} if self.kind == "free" else {}))

    def name(self, w: Words) -> str:
        """As people call it."""
        if self.kind == "day":
            return w.day(self.first)
        if self.kind == "month":
            return w.month(f"{self.first:%Y-%m}")
        if self.kind == "quarter":
            return w("{quarter} quarter of {year}", quarter=ROMAN[(self.first.month - 1) // 3], year=f"{self.first:%Y}")
        if self.kind == "year":
            return w("the year {year}", year=f"{self.first:%Y}")
        return f"{w.day(self.first)} – {w.day(self.last)}"


def around(kind: str, day: date) -> Period:
    """The period of a kind that a day lies in."""
    if kind in _MONTHS:
        length = _MONTHS[kind]
        first = date(day.year, (day.month - 1) // length * length + 1, 1)
        n = first.year * 12 + first.month - 1 + length
        after = date(n // 12, n % 12 + 1, 1) if n // 12 <= date.max.year else date.max
        return Period(kind=kind, first=first, last=after - timedelta(days=1))
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return Period(kind=kind, first=first, last=first + timedelta(days=6))
    return Period(kind="day", first=day, last=day)


def asked(query: Mapping[str, str], today: date) -> Period:
    """What an address asks for, the present month if it does not say; ValueError says in a source text what is wrong."""
    kind = query.get("span", "month")
    if kind not in KINDS:
        raise ValueError("The span is none of the list.")
    at = _date(query["at"], "The day, or the first one, is no date.") if query.get("at") else today
    if kind != "free":
        return around(kind, at)
    last = _date(query["to"], "The last day is no date.") if query.get("to") else today
    if last < at:
        raise ValueError("The last day is before the first.")
    if (last - at).days >= DAYS_MOST:
        raise ValueError(TOO_LONG)
    return Period(kind="free", first=at, last=last)


def _date(text: str, fault: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError(fault) from None
    if not 1900 <= found.year <= 2199:
        raise ValueError(fault)
    return found
