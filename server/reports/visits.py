"""How many visits there were and how they ended, per day and service."""

from server.reports.groups import Groups
from server.reports.sheet import CORRECTED, Sheets
from server.reports.table import Column, Table

ENDS = ("served", "no_show", "left", "sent", "day_closed", "open")
END_TITLES = ("Served", "Did not come", "Left", "Sent to another centre", "Ended with the day", "Not over yet")
_COLUMNS = (
    Column(key="day", title="Day", kind="date"),
    Column(key="service", title="Service", kind="text"),
    Column(key="issued", title="Visits begun", kind="count"),
    *(Column(key=end, title=title, kind="count") for end, title in zip(ENDS, END_TITLES, strict=True)),
    Column(key="corrected", title="Records corrected", kind="count"),
)


def visits(sheets: Sheets) -> Table:
    """All visits by the business day and the service of their beginning; one that ended with the day was not served.

    `corrected` are the visits of them whose record was put right afterwards.
    """
    part = sheets.visits
    groups, ends = Groups(part.day, part["service"]), part["end"]
    counts = [groups.count(ends == sheets.code(end)) for end in ENDS]
    right = groups.count((part["flags"] & CORRECTED) > 0)
    rows = zip(
        [sheets.days[day] for day, _ in groups.keys], [sheets.words[service] for _, service in groups.keys], groups.count(),
        *counts, right, strict=True,
    )  # fmt: skip
    return Table(columns=_COLUMNS, rows=tuple(sorted(rows)))
