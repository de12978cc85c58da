"""Services by institution: what the network counts, the time that they took, who could do it alone next time."""

from server.reports.delivered import SUMS, sums
from server.reports.groups import Groups
from server.reports.sheet import Sheets
from server.reports.table import Cell, Column, Table, share

APPLICATION, CONSULTATION, E_HELP = "pieteikums", "konsultacija", "e_atbalsts"
"""The two kinds that the network counts, and the one that counts as either of them."""
PORTAL = "PORTALS"
"""The institution under which help with latvija.gov.lv is recorded."""

_INSTITUTION = Column(key="institution", title="Institution", kind="text")
_KINDS = (
    Column(key="month", title="Month", kind="text"), _INSTITUTION,
    Column(key="applications", title="Applications", kind="count"),
    Column(key="consultations", title="Consultations", kind="count"),
    Column(key="services", title="Services", kind="count"),
)  # fmt: skip
_TIME = (
    _INSTITUTION,
    *(Column(key=key, title=title, kind="count") for key, title in SUMS[:2]),
    Column(key="share", title="Share of the time", kind="share"),
)
_ALONE = (
    _INSTITUTION,
    Column(key="helped", title="Help with e-services", kind="count"),
    Column(key="lodged", title="Of these lodged", kind="count"),
    Column(key="asked", title="Asked about next time", kind="count"),
    *(Column(key=key, title=title, kind="count") for key, title in SUMS[7:]),
    Column(key="alone_share", title="Share alone next time", kind="share"),
)


def kinds(sheets: Sheets) -> Table:
    """Applications and consultations, as the network counts them, by month and institution."""
    part, (months, place) = sheets.given, sheets.months
    groups, quantity = Groups(place[part.day], part["institution"]), part["quantity"]
    columns = [groups.sum(quantity, part["kind"] == sheets.code(kind)) for kind in (APPLICATION, CONSULTATION)]
    rows = zip(
        [months[month] for month, _ in groups.keys], [sheets.words[holder] for _, holder in groups.keys], *columns,
        groups.sum(quantity), strict=True,
    )  # fmt: skip
    return Table(columns=_KINDS, rows=tuple(sorted(rows)))


def time(sheets: Sheets) -> Table:
    """The minutes at counters by institution; most first."""
    groups = Groups(sheets.given["institution"])
    services, spent, *_ = sums(sheets, groups)
    whole = sum(spent)
    rows: list[tuple[Cell, ...]] = [
        (sheets.words[key], count, minutes, share(minutes, whole))
        for (key,), count, minutes in zip(groups.keys, services, spent, strict=True)
    ]
    return Table(columns=_TIME, rows=tuple(sorted(rows, key=lambda row: (-int(row[2] or 0), str(row[0])))))


def alone(sheets: Sheets) -> Table:
    """Help with e-services, how much of it ended with an application, and what was said of the next time."""
    part = sheets.given
    groups = Groups(part["institution"])
    help_ = part["own"] == sheets.code(E_HELP)
    helped = groups.sum(part["quantity"], help_)
    lodged = groups.sum(part["quantity"], help_ & (part["outcome"] == sheets.code("lodged")))
    said = sums(sheets, groups)[7:]
    rows: list[tuple[Cell, ...]] = []
    for (key,), helps, done, yes, with_help, no in zip(groups.keys, helped, lodged, *said, strict=True):
        asked = yes + with_help + no
        rows.append((sheets.words[key], helps, done, asked, yes, with_help, no, share(yes, asked)))
    return Table(columns=_ALONE, rows=tuple(sorted(rows, key=lambda row: str(row[0]))))
