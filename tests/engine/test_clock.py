"""A clock that leaps must not carry the business day away."""

import logging
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from server.clock import WallClock
from server.ticker import TICK_S, Ticker

NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
YEARS = timedelta(days=2000)


def at(clock: WallClock, mono: float, ahead: timedelta = timedelta(0)) -> bool:
    return clock.step(NOW + timedelta(seconds=mono) + ahead, mono)


def test_a_leap_of_years_is_not_believed_and_gone_when_the_clock_is_right_again() -> None:
    clock = WallClock()
    assert at(clock, 0)
    assert not at(clock, 1, YEARS)
    assert not at(clock, 1790, YEARS)
    assert clock.expected(1790) == NOW + timedelta(seconds=1790)
    assert at(clock, 1791)
    assert not at(clock, 1792, YEARS), "the doubt begins anew"
    assert not at(clock, 3591, YEARS)


def test_a_leap_that_lasts_is_believed() -> None:
    clock = WallClock()
    assert at(clock, 0)
    assert not at(clock, 1, YEARS)
    assert not at(clock, 1800, YEARS)
    assert at(clock, 1801, YEARS)
    assert at(clock, 1802, YEARS)
    assert at(clock, 1803), "back is believed at once"


def test_a_clock_that_keeps_leaping_never_settles() -> None:
    clock = WallClock()
    assert at(clock, 0)
    assert not any(at(clock, n * 60.0, YEARS + n * timedelta(hours=2)) for n in range(1, 100))


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(seconds=1), -YEARS])
def test_small_steps_and_steps_back_are_believed(ahead: timedelta) -> None:
    clock = WallClock()
    assert at(clock, 0)
    assert at(clock, 1, ahead)


@pytest.mark.parametrize("back", [timedelta(hours=2), 10 * YEARS])
def test_a_clock_that_was_set_back_is_believed_when_it_is_right_again(back: timedelta) -> None:
    clock = WallClock()
    assert at(clock, 0)
    assert at(clock, 1, -back)
    assert at(clock, 4000, -back)
    assert clock.expected(4000) == NOW + timedelta(seconds=4000) - back
    assert at(clock, 4001)
    assert at(clock, 4002, -back)
    assert not at(clock, 4003, timedelta(hours=1, seconds=1)), "what was never believed is doubted as before"
    assert at(clock, 4004)


def test_a_long_time_between_two_steps_is_no_leap() -> None:
    clock = WallClock()
    assert at(clock, 0)
    assert at(clock, 86_400 * 3)


def test_the_server_does_not_tick_by_a_clock_that_leapt(caplog: Any) -> None:
    ticks, times = list[float](), SimpleNamespace(mono=0.0, ahead=timedelta(0))
    ticker = Ticker(
        lambda: ticks.append(times.mono), lambda: NOW + timedelta(seconds=times.mono) + times.ahead, lambda: times.mono
    )  # fmt: skip
    caplog.set_level(logging.INFO, "rinda.ticker")
    for mono, ahead in ((0, timedelta(0)), (1, YEARS), (2, YEARS), (3, timedelta(0)), (4, timedelta(0))):
        times.mono, times.ahead = float(mono), ahead
        assert ticker.step() == TICK_S
        assert ticker.believed == (ahead == timedelta(0))
    assert ticks == [0, 3, 4]
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "2026-03-16T08:00:01" in caplog.text
    assert (NOW + YEARS).date().isoformat() in caplog.text
