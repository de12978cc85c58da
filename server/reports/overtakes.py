"""Who waited how long, and who was passed over how often and by which rule, per queue and class of visitors."""

from collections import defaultdict

from msgspec import Struct, field

from server.reports.groups import Groups
from server.reports.promises import SECOND
from server.reports.sheet import Sheets
from server.reports.table import Cell, Column, Table, minutes

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
    """What is known of one queue and class; waits in seconds."""

    calls: int = 0
    mean: float | None = None
    p85: float | None = None
    longest: float | None = None
    overtook: int = 0
    passed: int = 0
    most: int = 0
    rules: dict[str, int] = field(default_factory=dict)


def overtakes(sheets: Sheets) -> Table:
    """Stretches of waiting that ended with a call, by their queue and class.

    A wait is that of the stretch. `overtook` counts all earlier arrivals whom these calls overtook. Of those whom one call
    passed over it names the first three: `passed_over` are the stretches that were ever named, `passed_most` the most often
    that one of them had been passed over, `rules` the calls that named them, by rule.
    """
    words, part = sheets.words, sheets.legs
    tallies: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
    groups = Groups(part["queue"], part["group"])
    figures = zip(
        groups.keys, groups.count(), groups.sum(part["wait"]), groups.quantiles(part["wait"], (0.85, 1.0)),
        groups.sum(part["overtook"]), strict=True,
    )  # fmt: skip
    for (queue, group), count, total, (p85, longest), overtook in figures:
        tally = tallies[words[queue], words[group]]
        tally.calls, tally.overtook, tally.mean = count, overtook, total / SECOND / count
        tally.p85, tally.longest = (p85 or 0) / SECOND, (longest or 0) / SECOND
    _passed(sheets, tallies)
    return Table(columns=_COLUMNS, rows=tuple(_row(*name, tally) for name, tally in sorted(tallies.items())))


def _passed(sheets: Sheets, tallies: dict[tuple[str, str], _Tally]) -> None:
    words, part = sheets.words, sheets.passed
    for queue, group, _, _ in Groups(part["queue"], part["group"], part.day, part["stretch"]).keys:
        tallies[words[queue], words[group]].passed += 1
    by_rule = Groups(part["queue"], part["group"], part["rule"])
    figures = zip(by_rule.keys, by_rule.count(), by_rule.quantiles(part["times"], (1.0,)), strict=True)
    for (queue, group, rule), count, (most,) in figures:
        tally = tallies[words[queue], words[group]]
        tally.rules[words[rule]], tally.most = count, max(tally.most, most or 0)


def _row(queue: str, group: str, tally: _Tally) -> tuple[Cell, ...]:
    rules = ", ".join(f"{rule} {count}" for rule, count in sorted(tally.rules.items(), key=lambda one: (-one[1], one[0])))
    return (
        queue, group, tally.calls, minutes(tally.mean), minutes(tally.p85), minutes(tally.longest), tally.overtook, tally.passed,
        tally.most, rules,
    )  # fmt: skip
