"""What is too old to be kept: how far back nothing but counts may remain, and the record that it was erased."""

from datetime import date, timedelta

from server.domain.commands import EraseOld
from server.domain.context import Context
from server.domain.events import Event, RetentionDone
from server.domain.floor import Floor
from server.domain.refusal import Refusal

KEPT_MONTHS = 13
"""Visits in detail and what the journal says of them; then only what reports hold."""
REPLIES_DAYS = 30
"""Answers to commands: so long somebody may send one again."""

KEPT = frozenset({
    "PlanRevised", "PlanScheduled", "PlanWithdrawn", "PlanPutOff", "DayOpened", "MonthClosed", "RetentionDone",
})  # fmt: skip
"""Events about the centre and not about anybody's visit: they stay whole for ever."""


def kept_from(day: str) -> str:
    """The first day that is kept whole on a business day: the same day of the month, 13 months before."""
    today = date.fromisoformat(day)
    months = today.year * 12 + today.month - 1 - KEPT_MONTHS
    year, month = months // 12, months % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(today.day, last)).isoformat()


def erase_old(floor: Floor, command: EraseOld, context: Context) -> tuple[Event, ...]:
    """The record of an erasure, which the store carries out with it; refused for a day that is to be kept."""
    if command.until > kept_from(floor.day) or command.visits > command.until:
        raise Refusal("kept_longer", day=kept_from(floor.day))
    return (
        RetentionDone(
            until=command.until, since=command.since, position=command.position, visits=command.visits, replies=command.replies,
            erased=command.erased,
        ),
    )  # fmt: skip
