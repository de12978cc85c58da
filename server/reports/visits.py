"""How many visits there were and how they ended, per day and service."""

from collections import Counter
from collections.abc import Iterable, Sequence

from server.domain.floor import Visit
from server.reports.table import Cell, Column, Table

_ENDS = ("served", "no_show", "left", "sent", "day_closed", "open")
_TITLES = ("Served", "Did not come", "Left", "Sent to another centre", "Ended with the day", "Not over yet")
_COLUMNS = (
    Column(key="day", title="Day", kind="date"),
    Column(key="service", title="Service", kind="text"),
    Column(key="issued", title="Visits begun", kind="count"),
    *(Column(key=end, title=title, kind="count") for end, title in zip(_ENDS, _TITLES, strict=True)),
    Column(key="corrected", title="Records corrected", kind="count"),
)


def visits(days: Iterable[Sequence[Visit]]) -> Table:
    """All visits by the business day and the service of their beginning; one that ended with the day was not served.

    `corrected` are the visits of them whose record was put right afterwards.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for day in days:
        for visit in day:
            counts[visit.day, visit.service, visit.end or "open"] += 1
            right[visit.day, visit.service] += visit.corrected > 0
    names = sorted({(name, service) for name, service, _ in counts})
    return Table(columns=_COLUMNS, rows=tuple((*_row(counts, *name), right[name]) for name in names))


def _row(counts: Counter[tuple[str, str, str]], day: str, service: str) -> tuple[Cell, ...]:
    ends = [counts[day, service, end] for end in _ENDS]
    return day, service, sum(ends), *ends
