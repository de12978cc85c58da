"""Reports: pure makers of tables from day sheets, and the formats in which they are handed out."""

from collections.abc import Callable, Iterable, Sequence

from server.domain.floor import Visit
from server.reports.away import away, errors
from server.reports.calls import calls
from server.reports.delivered import delivered
from server.reports.holders import alone, kinds, time
from server.reports.maker import sheets_of
from server.reports.overtakes import overtakes
from server.reports.promises import promises
from server.reports.rooms import rooms
from server.reports.sheet import Sheets
from server.reports.staffing import staffing
from server.reports.table import Table
from server.reports.visits import visits
from server.reports.volumes import paper, volumes
from server.reports.waits import targets, waits, week

Source = Sheets | Iterable[Sequence[Visit]]
"""What a report is made of: sheets, or visits day by day."""


def _from_both(make: Callable[[Sheets], Table]) -> Callable[[Source], Table]:
    def report(source: Source) -> Table:
        return make(source if isinstance(source, Sheets) else sheets_of(source))

    return report


REPORTS: dict[str, Callable[[Source], Table]] = {
    name: _from_both(make)
    for name, make in {
        "promises": promises,
        "overtakes": overtakes,
        "visits": visits,
        "delivered": delivered,
        "calls": calls,
        "volumes": volumes,
        "waits": waits,
        "week": week,
        "targets": targets,
        "errors": errors,
        "away": away,
        "kinds": kinds,
        "time": time,
        "alone": alone,
        "paper": paper,
        "staffing": staffing,
        "rooms": rooms,
    }.items()
}
"""Every report by name."""

OF_VISITS = frozenset(REPORTS) - {"rooms"}
"""Those that visits alone tell, so that the network can make them too."""

BY_DAY = frozenset({"visits", "delivered", "calls"})
"""Those that have rows for each day."""
