"""Reports on visits that are over: pure makers of tables, and the formats in which they are handed out."""

from collections.abc import Callable, Iterable, Sequence

from server.domain.floor import Visit
from server.reports.calls import calls
from server.reports.delivered import delivered
from server.reports.overtakes import overtakes
from server.reports.promises import promises
from server.reports.table import Table
from server.reports.visits import visits

REPORTS: dict[str, Callable[[Iterable[Sequence[Visit]]], Table]] = {
    "promises": promises,
    "overtakes": overtakes,
    "visits": visits,
    "delivered": delivered,
    "calls": calls,
}
"""Every report by name: a table of the visits of several days, which are given day by day."""
