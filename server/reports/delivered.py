"""What was delivered: services by day, institution and kind as the network counts it, with the time that they took."""

from collections import Counter
from collections.abc import Iterable, Sequence

from server.domain.floor import Visit
from server.domain.shares import clock_minutes, shares
from server.reports.table import Column, Table

_SUMS = (
    ("services", "Services"), ("minutes", "Minutes"), ("lodged", "Lodged"), ("redirected", "Redirected elsewhere"),
    ("not_served", "Not given"), ("scanned", "Documents scanned"), ("printed", "Documents printed"),
    ("alone_yes", "Next time alone"), ("alone_helped", "Next time with help"), ("alone_no", "Next time not alone"),
)  # fmt: skip
_COLUMNS = (
    Column(key="day", title="Day", kind="date"),
    Column(key="institution", title="Institution", kind="text"),
    Column(key="service", title="Service", kind="text"),
    Column(key="kind", title="Kind", kind="text"),
    *(Column(key=key, title=title, kind="count") for key, title in _SUMS),
)


def delivered(days: Iterable[Sequence[Visit]]) -> Table:
    """The recorded services of visits that are over; quantities count, documents and minutes do not multiply with them."""
    sums: Counter[tuple[tuple[str, str, str, str], str]] = Counter()
    for day in days:
        for visit in day:
            if visit.end is not None:
                _add(visit, sums)
    names = sorted({name for name, _ in sums})
    return Table(columns=_COLUMNS, rows=tuple((*name, *(sums[name, key] for key, _ in _SUMS)) for name in names))


def _add(visit: Visit, sums: Counter[tuple[tuple[str, str, str, str], str]]) -> None:
    now = visit.leg.ended or visit.issued
    for one, minutes in zip(visit.delivered, shares(visit.delivered, clock_minutes(visit, now)), strict=True):
        name = visit.day, one.institution, one.service, one.counts or one.kind
        sums[name, "services"] += one.quantity
        sums[name, "minutes"] += minutes
        sums[name, "scanned"] += one.scanned
        sums[name, "printed"] += one.printed
        if one.outcome in ("lodged", "redirected", "not_served"):
            sums[name, one.outcome] += one.quantity
        if one.alone is not None:
            sums[name, f"alone_{one.alone}"] += 1
