"""The day in numbers of single visits, reckoned by hand, each at the edge where another reckoning would differ."""

import pytest
from rpds import HashTrieMap

from server.domain.floor import Floor, Visit
from server.domain.tally import arrivals, quantile, recounted, total, waits
from tests.reports.made import leg, reason, served, visit
from tests.support import MORNING

DAY = "2026-03-16"
HOUR = int(MORNING.timestamp()) // 3600


def counted(*visits: Visit) -> dict[tuple[str, str, int], int]:
    tally: HashTrieMap[tuple[str, str, int], int] = HashTrieMap()
    for one in visits:
        tally = recounted(tally, None, one, DAY)
    return dict(tally.items())


def test_a_promise_is_kept_at_its_very_bound_and_off_by_whole_seconds() -> None:
    found = counted(
        served(1, 10, low=5, high=10, middle_s=480), served(2, 10.01, low=5, high=10, middle_s=480), served(3, 4, low=0, high=15)
    )
    assert (found["told", "", 0], found["kept", "", 0]) == (3, 2)
    assert found["off", "", 0] == 120 + 120 + abs(240 - 450)
    assert (found["wait", "", 10], found["wait", "", 4]) == (2, 1)


def test_the_middle_of_a_promise_is_half_of_both_bounds() -> None:
    assert counted(served(1, 10, low=4, high=10))["off", "", 0] == 600 - 420
    assert counted(served(1, 10, low=None, high=10))["off", "", 0] == 600 - 300
    assert counted(served(1, 10, low=4, high=10, middle_s=0))["off", "", 0] == 600


def test_every_call_is_counted_and_only_those_that_overtook() -> None:
    twice = visit(
        1, leg(0, 5, None, 6, end="requeued", reason=reason("chosen", (2, 1), (3, 1))),
        leg(0, 9, 9, 12, reason=reason("arrival")), end="served",
    )  # fmt: skip
    found = counted(twice)
    assert (found["calls", "", 0], found["overtaking", "", 0], found["passed", "", 0]) == (2, 1, 2)
    assert (found["wait", "", 5], ("wait", "", 9) in found) == (1, False)


def test_a_clock_that_was_set_back_makes_no_wait_less_than_none() -> None:
    assert counted(served(1, -3, low=0, high=5, middle_s=60))["wait", "", 0] == 1


def test_open_visits_have_a_state_ended_ones_an_end_and_other_days_nothing() -> None:
    found = counted(visit(1, leg(0)), visit(2, leg(0, ended=9), end="left"), served(3, 1, day="2026-03-15"))
    assert found == {("begun", "", 0): 2, ("state", "waiting", 0): 1, ("end", "left", 0): 1, ("hour", "", HOUR): 2}


def test_a_wait_is_rounded_to_minutes_as_reports_round_it() -> None:
    found = counted(served(1, 9.6), served(2, 9.5), served(3, 8.5), served(4, 9.49))
    assert (found["wait", "", 10], found["wait", "", 8], found["wait", "", 9]) == (2, 1, 1)


def test_who_has_no_number_waits_for_nobody() -> None:
    assert not [fact for fact in counted(served(1, 5, series=None, number="", high=5)) if fact[0] in ("wait", "told")]


def test_a_visit_that_becomes_another_leaves_no_trace_of_what_it_was() -> None:
    waiting, done = visit(1, leg(0)), served(1, 5)
    once = recounted(recounted(HashTrieMap(), None, waiting, DAY), waiting, done, DAY)
    assert once == recounted(HashTrieMap(), None, done, DAY)
    assert recounted(once, done, None, DAY) == HashTrieMap()
    floor = Floor(day=DAY, tally=once)
    assert (total(floor, "end", "served"), total(floor, "state", "waiting"), total(floor, "begun")) == (1, 0, 1)
    assert arrivals(floor) == {HOUR: 1}
    assert waits(floor) == {5: 1}


@pytest.mark.parametrize(("share", "found"), [(0.1, 1), (0.5, 1), (0.51, 4), (0.8, 4), (0.81, 9), (1.0, 9)])
def test_quantiles_of_amounts(share: float, found: int) -> None:
    assert quantile({9: 2, 1: 5, 4: 3}, share) == found
    assert quantile({}, share) is None
