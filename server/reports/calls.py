"""How calls reached the waiting rooms: how many were shown in time, later or never, per day and waiting area."""

from server.domain.proof import PROOF_S
from server.reports.groups import Groups
from server.reports.sheet import NONE, SPOKEN, Sheets
from server.reports.table import Cell, Column, Table

_COLUMNS = (
    Column(key="day", title="Day", kind="date"),
    Column(key="zone", title="Waiting area", kind="text"),
    Column(key="summons", title="Calls and recalls", kind="count"),
    Column(key="in_time", title="Shown within 2 s", kind="count"),
    Column(key="later", title="Shown later", kind="count"),
    Column(key="never", title="Never shown", kind="count"),
    Column(key="spoken", title="Spoken", kind="count"),
    Column(key="shown_median_ms", title="Half of them shown within, ms", kind="count"),
)


def calls(sheets: Sheets) -> Table:
    """Every call and recall that was not taken back, by the business day and the area where the visitor waited.

    Shown is what a board of that area has shown or, where none did, any board. Visits from before proofs were kept have none.
    """
    part = sheets.calls
    groups, took = Groups(part.day, part["zone"]), part["took"]
    shown = took != NONE
    figures = zip(
        groups.keys, groups.count(), groups.count(shown), groups.count(shown & (took <= PROOF_S * 1_000_000)),
        groups.count((part["flags"] & SPOKEN) > 0), groups.quantiles(took, (0.5,), shown), strict=True,
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for (day, zone), summons, seen, in_time, spoken, (median,) in figures:
        half = None if median is None else round(median / 1000)
        rows.append((sheets.days[day], sheets.words[zone], summons, in_time, seen - in_time, summons - seen, spoken, half))
    return Table(columns=_COLUMNS, rows=tuple(sorted(rows, key=lambda row: (str(row[0]), str(row[1])))))
