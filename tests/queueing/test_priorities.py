"""Priorities that accumulate against Kleinrock 1964, strict ones against Cobham 1954, and the conservation of waiting work.

The tables of Stanford, Taylor and Ziedins (2014) are of distributions; their means are Kleinrock's.
"""

from collections.abc import Sequence

import pytest

from config.plan import Calling, Gain, Points, Share
from tests.queueing.room import MINUTE, Customer, Room, customers, one_counter, room
from tests.queueing.theory import cobham, interval, kleinrock, residual

GAINS = (1, 2, 5)
MIXED = ((0.02, 0.025, 0.03), (10.0, 14.0, 6.0))
KLEINROCK = [
    ((0.035, 0.035), (10.0, 10.0), (1, 3)),
    ((0.05, 0.03), (12.0, 8.0), (1, 4)),
    (*MIXED, GAINS),
]
RULES = {
    "arrival": Calling(),
    "preference": Calling(order="preference"),
    "ratio": Calling(order="ratio", shares=(Share(queue="vid", take=2), Share(queue="vsaa"))),
    "points": Calling(order="points"),
    "target": Calling(order="target"),
    "preference, finally": Calling(order="preference", overtakes_most=3, wait_most=40),
    "points, finally": Calling(order="points", overtakes_most=2),
}


def _points(gains: Sequence[int]) -> Calling:
    walk_in, priority, appointment = (Gain(rate=rate) for rate in (*gains, 1)[:3])
    return Calling(order="points", points=Points(walk_in=walk_in, priority=priority, appointment=appointment))


def _by_kind(coming: Sequence[Customer], waits: Sequence[int], kinds: int) -> list[list[float]]:
    found: list[list[float]] = [[] for _ in range(kinds)]
    for customer, wait in zip(coming, waits, strict=True):
        found[customer.kind].append(wait / MINUTE)
    return found


def test_the_formula_of_kleinrock_has_the_right_limits():
    rates, means = MIXED
    loads = [rate * mean for rate, mean in zip(rates, means, strict=True)]
    fifo = residual(rates, means) / (1 - sum(loads))

    assert kleinrock(rates, means, (1, 1, 1)) == pytest.approx([fifo] * 3)
    strict = cobham(rates[::-1], means[::-1])[::-1]
    assert kleinrock(rates, means, (1, 1e6, 1e12)) == pytest.approx(strict, rel=1e-4)
    waits = kleinrock(rates, means, GAINS)
    assert sum(load * wait for load, wait in zip(loads, waits, strict=True)) == pytest.approx(sum(loads) * fifo)


@pytest.mark.parametrize(("rates", "means", "gains"), KLEINROCK)
def test_points_wait_as_kleinrock_says(rates: tuple[float, ...], means: tuple[float, ...], gains: tuple[int, ...]):
    coming = customers(5, 100_000, rates, means)
    waits = one_counter(coming, lambda one, now: gains[one.kind] * (now - one.at))

    for found, wait in zip(_by_kind(coming, waits, len(rates)), kleinrock(rates, means, gains), strict=True):
        mean, half = interval(found)
        assert mean == pytest.approx(wait, abs=half)
        assert half < 0.15 * mean


@pytest.mark.parametrize(("rates", "means", "gains"), KLEINROCK)
def test_the_centre_calls_by_points(rates: tuple[float, ...], means: tuple[float, ...], gains: tuple[int, ...]):
    coming = customers(3, 700, rates, means)
    waits = Room(room(_points(gains)), classes=True).serve(coming)

    assert waits == one_counter(coming, lambda one, now: gains[one.kind] * (now - one.at))


def test_the_mean_waits_at_the_centre_are_kleinrocks():
    rates, means, gains = (0.03, 0.03), (10.0, 10.0), (1, 3)
    coming = customers(3, 3_000, rates, means)
    waits = Room(room(_points(gains)), classes=True).serve(coming)

    for found, wait in zip(_by_kind(coming, waits, len(rates)), kleinrock(rates, means, gains), strict=True):
        mean, half = interval(found)
        assert mean == pytest.approx(wait, abs=half)


def test_a_head_start_is_an_earlier_arrival():
    points = Points(walk_in=Gain(rate=2), priority=Gain(rate=2, head_start=20), appointment=Gain(rate=3, head_start=5))
    coming = customers(4, 500, *MIXED)
    waits = Room(room(Calling(order="points", points=points)), classes=True).serve(coming)

    ahead, rates = (0, 20 * MINUTE, 5 * MINUTE), (2, 2, 3)
    assert waits == one_counter(coming, lambda one, now: rates[one.kind] * (now - one.at + ahead[one.kind]))


def test_strict_preference_waits_as_cobham_says():
    coming = customers(2, 100_000, *MIXED)
    reference = one_counter(coming, lambda one, now: -one.kind)
    few = coming[:700]
    waits = Room(room(Calling(order="preference"))).serve(few)

    assert waits == one_counter(few, lambda one, now: -one.kind)
    for found, wait in zip(_by_kind(coming, reference, 3), cobham(*MIXED), strict=True):
        mean, half = interval(found)
        assert mean == pytest.approx(wait, abs=half)
        assert half < 0.15 * mean


def test_no_rule_makes_or_saves_waiting_work():
    """At one counter that never idles while somebody waits, the sum of service x wait is the same to the microsecond.

    (The integral of the work in the room is; L. Kleinrock 1965, A conservation law.) Its mean is rho W0 / (1 - rho).
    """
    rates, means = MIXED
    coming = customers(8, 450, rates, means)
    waits = {
        name: Room(room(calling, targets=(60, 20, 5)), classes=calling.order == "points").serve(coming)
        for name, calling in RULES.items()
    }

    work = {name: sum(one.service * wait for one, wait in zip(coming, found, strict=True)) for name, found in waits.items()}
    assert len(set(work.values())) == 1
    assert len({tuple(found) for found in waits.values()}) == len(RULES)  # and yet they are different rules
    loads = sum(rate * mean for rate, mean in zip(rates, means, strict=True))
    shares = [one.service * wait / MINUTE**2 * sum(rates) for one, wait in zip(coming, waits["arrival"], strict=True)]
    mean, half = interval(shares)
    assert mean == pytest.approx(loads * residual(rates, means) / (1 - loads), abs=half)
