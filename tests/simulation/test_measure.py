"""Figures of a run, reckoned by hand."""

import pytest

from server.simulation.measure import measure, percentile
from server.simulation.outcome import Bench, DayResult, Outcome
from server.simulation.show import comparison, plot, table


def _outcome(wait: int | None, **changes: object) -> Outcome:
    said: dict[str, object] = {
        "service": "VID-01", "queue": "vid", "group": "walk_in", "minute": 545, "wait_s": wait, "end": "served", "low": None,
        "high": None, "middle_s": None, "late_s": None, "overtakes": 0, "passed": 0,
    }  # fmt: skip
    return Outcome(**{**said, **changes})  # type: ignore[arg-type]


DAY = DayResult(
    day="2026-10-05",
    outcomes=(
        _outcome(600, low=5, high=15, middle_s=660),
        _outcome(1200, low=5, high=15, middle_s=600, passed=2),
        _outcome(0, group="priority", overtakes=2, minute=560),
        _outcome(300, group="appointment", late_s=120, end="no_show"),
        _outcome(None, end="left"),
    ),
    counters={"1": Bench(3600, 1800), "2": Bench(1800, 1800)},
    refused={"day_full": 2},
    booked=2,
    kept=1,
    missed=1,
)  # fmt: skip


def test_waits_promises_overtakes_and_use():
    found = measure([DAY, DAY])

    assert (found.days, found.visits, found.waits.count) == (2, 10, 8)
    assert found.waits.mean == pytest.approx(35 / 4)
    assert (found.waits.p50, found.waits.longest) == (5.0, 20.0)
    assert found.ended == {"left": 2, "no_show": 2, "served": 6}
    assert found.refused == {"day_full": 4}
    assert found.classes["priority"].mean == 0
    assert (found.overtakes, found.overtaken) == (4, 2)
    assert found.promises is not None
    assert (found.promises.had, found.promises.of, found.promises.kept) == (4, 8, 0.5)
    assert found.promises.error == pytest.approx(5.5)
    assert found.promises.relative == pytest.approx(11 / 30, abs=0.001)
    assert found.worked == pytest.approx(2 / 3, abs=0.001)
    assert found.counters == {"1": 0.5, "2": 1.0}
    assert (found.appointments.kept, found.appointments.missed, found.appointments.late) == (2, 2, 2.0)
    assert set(found.slots) == {18}


def test_percentiles_are_values_that_were_there():
    assert percentile([1, 2, 3, 4], 0.5) == 2
    assert percentile([1, 2, 3, 4], 0.85) == 4
    assert percentile([], 0.5) == 0


def test_a_day_without_visitors_has_figures_too():
    empty = measure([DayResult(day="2026-10-04", outcomes=(), counters={}, refused={}, booked=0, kept=0, missed=0)])
    assert empty.waits.count == 0
    assert empty.promises is None
    assert plot({"demo": empty}, 80, colour=False) == ""
    assert "visits" in table(empty)


def test_a_comparison_says_what_changes_in_words():
    one = measure([DAY])
    two = measure(
        [DayResult(day="2026-10-05", outcomes=DAY.outcomes[2:], counters=DAY.counters, refused={}, booked=0, kept=0, missed=0)]
    )
    said = comparison(("demo", "other"), (one, two))
    assert "the mean wait is 6.2 min shorter" in said
    assert "the longest wait is 15.0 min shorter" in said
    assert "the number of visitors served is 2 lower" in said
    assert "counters are busy is the same" in said


def test_the_plot_has_colours_only_where_they_are_wanted():
    one = measure([DAY])
    assert "\x1b[" not in plot({"demo": one}, 80, colour=False)
    assert "\x1b[" in plot({"demo": one}, 80, colour=True)
