"""Desks by Erlang's formula against known values, forecasts against days that are known, clerks, and periods."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from server.admin.reports.period import Period, around, asked
from server.domain.floor import Visit
from server.reports import REPORTS
from server.reports.clerks import Part, Work, clerks
from server.reports.maker import sheets_of
from server.reports.staffing import delayed, desks, hint
from tests.reports.made import served
from tests.support import MORNING


@pytest.mark.parametrize(
    ("count", "load", "late"),
    [(1, 0.5, 0.5), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (10, 8.0, 0.40918), (5, 5.0, 1.0), (1, 2.0, 1.0)],
)
def test_erlang_c_by_published_values(count: int, load: float, late: float) -> None:
    assert delayed(count, load) == pytest.approx(late, abs=1e-5)


def test_desks_are_the_fewest_that_meet_the_target() -> None:
    assert desks(0, 600, 900) == 0
    assert desks(3, 0, 900) == 0
    for an_hour in (1, 6, 12, 30, 60):
        count, load = desks(an_hour, 840, 900), an_hour * 840 / 3600

        def late(n: int, load: float = load) -> float:
            return delayed(n, load) * 2.718281828 ** (-(n - load) * 900 / 840) if n > load else 1.0

        assert late(count) <= 0.2 + 1e-9
        assert count == 1 or late(count - 1) > 0.2
    assert desks(5000, 3600, 1) == 99


def weeks(counts: list[int]) -> list[list[Visit]]:
    """Mondays with so many arrivals at eight o'clock each."""
    days = []
    for n, count in enumerate(counts):
        shift = timedelta(weeks=n - 11)  # all of it in winter time
        day = (MORNING + shift).date().isoformat()
        days.append([_moved(served(100 * n + k, 5, 10), shift, day) for k in range(count)])
    return days


def _moved(visit: Visit, shift: timedelta, day: str) -> Visit:
    one = visit.leg
    moved = replace(
        one, since=one.since + shift, called=one.called and one.called + shift, served=one.served and one.served + shift,
        ended=one.ended and one.ended + shift,
    )  # fmt: skip
    return replace(visit, day=day, issued=visit.issued + shift, legs=(moved,), id=UUID(int=visit.n or 0))


def test_a_steady_week_is_forecast_without_error_and_names_its_basis() -> None:
    found = hint(sheets_of(weeks([6] * 10)))
    (row,) = found.table.rows
    keys = dict(zip([one.key for one in found.table.columns], row, strict=True))
    assert (keys["weekday"], keys["hour"], keys["days"], keys["arrivals"]) == ("1", "08", 8, 6.0)
    assert int(keys["low"] or 0) < 6 < int(keys["high"] or 0)  # chance alone spreads arrivals
    assert keys["minutes"] == 10.0
    assert found.error == 0.0


def test_the_error_is_of_the_last_four_weeks_by_what_was_known_then() -> None:
    found = hint(sheets_of(weeks([6, 6, 6, 6, 6, 6, 10, 10, 10, 10])))
    expected = []
    counts = [6, 6, 6, 6, 6, 6, 10, 10, 10, 10]
    for n in range(6, 10):
        basis = counts[max(0, n - 8) : n]
        expected.append(abs(sum(basis) / len(basis) - counts[n]))
    assert found.error == pytest.approx(sum(expected) / 4, abs=0.01)
    assert hint(sheets_of([])).table.rows == ()
    assert hint(sheets_of(weeks([5]))).error is None
    assert REPORTS["staffing"](weeks([5])).rows


def test_clerks_by_hand_and_each_alone() -> None:
    def part(clerk: str, begin: int, end: int, how: str = "served") -> Part:
        first = datetime(2026, 3, 16, 8, tzinfo=UTC)
        return Part(clerk, first + timedelta(minutes=begin), first + timedelta(minutes=end), how)

    work = [
        Work((part("b", 0, 10),), ({}, {})), Work((part("a", 0, 4, "transferred"), part("b", 5, 25)), ({},)),
        Work((Part("a", None, datetime(2026, 3, 16, 8, tzinfo=UTC), "no_show"),)), Work((Part(),)),
    ]  # fmt: skip
    assert clerks(work).rows == (("a", 1, 0, 4.0, 4.0, 1), ("b", 2, 3, 30.0, 10.0, 0))
    assert clerks(work, "a").rows == clerks(work).rows[:1]
    assert clerks(work, "nobody").rows == ()


@pytest.mark.parametrize(
    ("kind", "first", "last", "before"),
    [
        ("day", "2026-03-31", "2026-03-31", "2026-03-30"), ("week", "2026-03-30", "2026-04-05", "2026-03-23"),
        ("month", "2026-03-01", "2026-03-31", "2026-02-01"), ("quarter", "2026-01-01", "2026-03-31", "2025-10-01"),
        ("year", "2026-01-01", "2026-12-31", "2025-01-01"),
    ],
)  # fmt: skip
def test_periods(kind: str, first: str, last: str, before: str) -> None:
    found = asked({"span": kind, "at": "2026-03-31"}, date(2020, 1, 1))
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert found.beside(-1).first.isoformat() == before
    assert found.beside(-1).beside(1) == found == around(kind, found.first)
    assert found.beside(-1).last == found.first - timedelta(days=1)


def test_a_free_period_is_compared_with_one_as_long() -> None:
    found = asked({"span": "free", "at": "2026-03-10", "to": "2026-03-16"}, date(2020, 1, 1))
    assert found.beside(-1) == Period(kind="free", first=date(2026, 3, 3), last=date(2026, 3, 9))
    assert asked({}, date(2026, 3, 16)) == around("month", date(2026, 3, 16))
