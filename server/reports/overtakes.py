"""Who waited how long, and who was passed over how often and by which rule, per queue and class of visitors."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct, field

from server.domain.floor import Leg, Visit
from server.reports.table import Cell, Column, Table, mean, minutes, quantile

_COLUMNS = (
    Column(key="queue", title="Queue", kind="text"),
    Column(key="group", title="Class of visitors", kind="text"),
    Column(key="calls", title="Calls", kind="count"),
    Column(key="wait_mean_min", title="Mean wait, min", kind="minutes"),
    Column(key="wait_p85_min", title="Wait of 85 in 100 at most, min", kind="minutes"),
    Column(key="wait_longest_min", title="Longest wait, min", kind="minutes"),
    Column(key="overtook", title="Earlier arrivals overtaken", kind="count"),
    Column(key="passed_over", title="Visits passed over", kind="count"),
    Column(key="passed_most", title="Passed over at most, times", kind="count"),
    Column(key="rules", title="Passed over by rule", kind="text"),
)


class _Tally(Struct):
    """What is known of one queue and class."""

    waits: list[float] = field(default_factory=list)
    overtook: int = 0
    passed: set[tuple[UUID, int]] = field(default_factory=set)
    most: int = 0
    rules: Counter[str] = field(default_factory=Counter)


def overtakes(days: Iterable[Sequence[Visit]]) -> Table:
    """Stretches of waiting that ended with a call, by their queue and class.

    A wait is that of the stretch. `overtook` counts all earlier arrivals whom these calls overtook. Of those whom one call
    passed over it names the first three: `passed_over` are the stretches that were ever named, `passed_most` the most often
    that one of them had been passed over, `rules` the calls that named them, by rule.
    """
    tallies: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
    for day in days:
        legs = {visit.id: visit.legs for visit in day}
        for visit in day:
            for leg in visit.legs:
                _count(tallies, legs, leg)
    return Table(columns=_COLUMNS, rows=tuple(_row(*name, tally) for name, tally in sorted(tallies.items())))


def _count(tallies: dict[tuple[str, str], _Tally], legs: dict[UUID, tuple[Leg, ...]], leg: Leg) -> None:
    if leg.called is None or leg.reason is None:
        return
    own = tallies[leg.queue, leg.group]
    own.waits.append(max(0.0, (leg.called - leg.since) / timedelta(seconds=1)))
    own.overtook += leg.reason.overtakes
    for passed in leg.reason.passed:
        n = _waiting_then(legs.get(passed.visit, ()), leg.called)
        if n is None:
            continue
        its = legs[passed.visit][n]
        tally = tallies[its.queue, its.group]
        tally.passed.add((passed.visit, n))
        tally.most = max(tally.most, passed.times)
        tally.rules[leg.reason.rule] += 1


def _waiting_then(legs: tuple[Leg, ...], at: datetime) -> int | None:
    """Which leg waited at an instant; None if none did, because the call in it was undone or the clock set back."""
    return next(
        (n for n, leg in enumerate(legs) if leg.since <= at and all(end is None or at <= end for end in (leg.called, leg.ended))),
        None,
    )


def _row(queue: str, group: str, tally: _Tally) -> tuple[Cell, ...]:
    rules = ", ".join(f"{rule} {count}" for rule, count in sorted(tally.rules.items(), key=lambda one: (-one[1], one[0])))
    return (
        queue, group, len(tally.waits), minutes(mean(tally.waits)), minutes(quantile(tally.waits, 0.85)),
        minutes(max(tally.waits, default=None)), tally.overtook, len(tally.passed), tally.most, rules,
    )  # fmt: skip
