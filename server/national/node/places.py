"""In which municipality a centre lay on a day: the register has one name, the list of municipalities what it was when."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection, select

from config.open_data.municipalities import changes, shown_on
from server.national.node.schema import centres

_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 31)


class Span(Struct, frozen=True):
    """Days in which no municipality changed, both ends in it, with that of each centre; empty: none is known."""

    first: str
    last: str
    of: Mapping[str, str]


def spans(connection: Connection, first: str, last: str, borders: str = "") -> tuple[Span, ...]:
    """The spans of the months from `first` to `last` (empty: of all time), in order.

    `borders` is a day: all is told by what was a municipality then, and there is one span. Empty: by what was true on each day.
    """
    begin = date.fromisoformat(f"{first}-01") if first else _FIRST
    end = last_day(last) if last else _LAST
    rows = connection.execute(select(centres.c.centre, centres.c.municipality)).all()
    if borders:
        cuts: Sequence[date] = ()
    else:
        cuts = [day for day in changes() if begin < day <= end]
    found = []
    for at, since in enumerate((begin, *cuts)):
        until = cuts[at] if at < len(cuts) else None
        day = date.fromisoformat(borders) if borders else since
        names = {row.centre: shown_on(row.municipality, day) if row.municipality else "" for row in rows}
        last_ = end if until is None else date.fromordinal(until.toordinal() - 1)
        found.append(Span(since.isoformat(), last_.isoformat(), names))
    return tuple(found)


def last_day(month: str) -> date:
    """The last day of a month."""
    year, n = int(month[:4]), int(month[5:])
    return date(year, n, monthrange(year, n)[1])
