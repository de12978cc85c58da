"""What was delivered: services by day, institution and kind as the network counts it, with the time that they took."""

from server.reports.groups import Groups
from server.reports.sheet import Sheets
from server.reports.table import Column, Table

SUMS = (
    ("services", "Services"), ("minutes", "Minutes"), ("lodged", "Lodged"), ("redirected", "Redirected elsewhere"),
    ("not_served", "Not given"), ("scanned", "Documents scanned"), ("printed", "Documents printed"),
    ("alone_yes", "Next time alone"), ("alone_helped", "Next time with help"), ("alone_no", "Next time not alone"),
)  # fmt: skip
_COLUMNS = (
    Column(key="day", title="Day", kind="date"),
    Column(key="institution", title="Institution", kind="text"),
    Column(key="service", title="Service", kind="text"),
    Column(key="kind", title="Kind", kind="text"),
    *(Column(key=key, title=title, kind="count") for key, title in SUMS),
)


def delivered(sheets: Sheets) -> Table:
    """The recorded services of visits that are over; quantities count, documents and minutes do not multiply with them."""
    part, words = sheets.given, sheets.words
    groups = Groups(part.day, part["institution"], part["service"], part["kind"])
    columns = sums(sheets, groups)
    names = [(sheets.days[day], words[holder], words[service], words[kind]) for day, holder, service, kind in groups.keys]
    rows = ((*name, *figures) for name, figures in zip(names, zip(*columns, strict=True), strict=True))
    return Table(columns=_COLUMNS, rows=tuple(sorted(rows)))


def sums(sheets: Sheets, groups: Groups) -> list[list[int]]:
    """A column for each of SUMS."""
    part = sheets.given
    quantity = part["quantity"]
    found = {"services": groups.sum(quantity), **{name: groups.sum(part[name]) for name in ("minutes", "scanned", "printed")}}
    for outcome in ("lodged", "redirected", "not_served"):
        found[outcome] = groups.sum(quantity, part["outcome"] == sheets.code(outcome))
    for said in ("yes", "helped", "no"):
        found[f"alone_{said}"] = groups.count(part["alone"] == sheets.code(said))
    return [found[key] for key, _ in SUMS]
