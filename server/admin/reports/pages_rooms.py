"""The report page on rooms and client computers."""

from collections.abc import Sequence

from server.admin.reports.plots import lying
from server.admin.reports.sections import Asked, Section, records
from server.reports.rooms import rooms
from server.reports.sheet import Sheets


def used(sheets: Sheets, asked: Asked) -> Sequence[Section]:
    """How long each was used, and what came of it."""
    w, names, table = asked.names.w, asked.names, rooms(sheets)
    rows = sorted(records(table), key=lambda row: -row["minutes"])
    title = w("No room was used")
    uses = sum(row["uses"] for row in rows)
    if uses:
        alone = sum(row["alone"] for row in rows)
        title = w("{uses}; without a helper: {share}", uses=w.several("{count} use of rooms", "{count} uses of rooms", uses),
                  share=w.share(alone / uses))  # fmt: skip
    lodged = sum(row["lodged_alone"] + row["lodged_helped"] for row in rows)
    note = w("Lodged by the client: {alone}; with help: {helped}.", alone=w.number(sum(row["lodged_alone"] for row in rows)),
             helped=w.number(sum(row["lodged_helped"] for row in rows))) if lodged else ""  # fmt: skip
    plot = lying([(names("room", row["room"]), row["minutes"], w.minutes(60 * row["minutes"])) for row in rows])
    about = w("Use of rooms and client computers, as long as the journal has it in full")
    return (Section(key="rooms", report="rooms", title=title, about=about, table=table, plot=plot, note=note,
                    axes=("", w("Minutes"))),)  # fmt: skip
