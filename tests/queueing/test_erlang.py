"""First come first served on several counters against Erlang C."""

import pytest

from config.plan import Calling
from tests.queueing.room import MINUTE, Room, customers, first_come, room
from tests.queueing.theory import erlang_c, erlang_wait, interval

MEAN = 10.0
CASES = [(counters, rho) for counters in (1, 2, 5) for rho in (0.5, 0.7, 0.9)]


def _rates(counters: int, rho: float) -> tuple[float, ...]:
    """Three queues with a third of the load each."""
    return (counters * rho / MEAN / 3,) * 3


def test_formula_gives_the_published_values():
    # Two counters: C = a^2 / (2 + a). Gross and Harris, the eye clinic with three doctors: 6 an hour, 20 minutes each; Wq = 8.89
    # minutes, p(wait) = 4/9.
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(3, 2.0) == pytest.approx(4 / 9)
    assert erlang_wait(3, 6 / 60, 20.0) == pytest.approx(8.89, abs=0.005)
    assert erlang_wait(1, 0.09, MEAN) == pytest.approx(90.0)  # M/M/1: rho / (mu - lambda)


@pytest.mark.parametrize(("counters", "rho"), CASES)
def test_waits_are_those_of_erlang(counters: int, rho: float):
    """The centre's waits are those of the recursion to the microsecond, and the mean of a long recursion is Erlang's."""
    coming = customers(1, 100_000, _rates(counters, rho), (MEAN,) * 3)
    waits = list(first_come(coming, counters))

    assert Room(room(Calling(), counters)).serve(coming[:600]) == waits[:600]
    mean, half = interval([wait / MINUTE for wait in waits])
    assert mean == pytest.approx(erlang_wait(counters, counters * rho / MEAN, MEAN), abs=half)
    assert half < 0.25 * mean


def test_the_mean_wait_at_the_centre_is_erlangs():
    coming = customers(11, 5_000, _rates(2, 0.7), (MEAN,) * 3)
    mean, half = interval([wait / MINUTE for wait in Room(room(Calling(), 2)).serve(coming)])

    assert mean == pytest.approx(erlang_wait(2, 2 * 0.7 / MEAN, MEAN), abs=half)
    assert half < 0.4 * mean
