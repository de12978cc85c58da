"""How calls reached the waiting rooms: how many were shown in time, later or never, per day and waiting area."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from msgspec import Struct, field

from server.domain.floor import Summons, Visit
from server.domain.proof import PROOF_S, every_summons, shown_at
from server.reports.table import Cell, Column, Table, quantile

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


class _Tally(Struct):
    """What is known of one day and waiting area; `took` in milliseconds, `spoken` by any board."""

    took: list[float] = field(default_factory=list)
    summons: int = 0
    spoken: int = 0


def calls(days: Iterable[Sequence[Visit]]) -> Table:
    """Every call and recall that was not taken back, by the business day and the area where the visitor waited.

    Shown is what a board of that area has shown or, where none did, any board. Visits from before proofs were kept have none.
    """
    tallies: dict[tuple[str, str], _Tally] = {}
    for visit in (visit for day in days for visit in day):
        for one in every_summons(visit):
            _count(tallies.setdefault((visit.day, one.zone), _Tally()), one)
    return Table(columns=_COLUMNS, rows=tuple(_row(*name, tally) for name, tally in sorted(tallies.items())))


def _count(tally: _Tally, one: Summons) -> None:
    tally.summons += 1
    tally.spoken += bool(one.spoken)
    if (at := shown_at(one)) is not None:
        tally.took.append(max(0.0, (at - one.at) / timedelta(milliseconds=1)))


def _row(day: str, zone: str, tally: _Tally) -> tuple[Cell, ...]:
    in_time = sum(ms <= PROOF_S * 1000 for ms in tally.took)
    median = quantile(tally.took, 0.5)
    return (
        day, zone, tally.summons, in_time, len(tally.took) - in_time, tally.summons - len(tally.took), tally.spoken,
        None if median is None else round(median),
    )  # fmt: skip
