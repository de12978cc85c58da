"""Reports of a manager against figures reckoned by hand, each at the edge where another reckoning would differ."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from server.domain.floor import Visit
from server.reports import REPORTS
from server.reports.maker import sheets_of
from server.reports.staffing import hint
from tests.reports.made import GOT, leg, served, visit

(ADVISED,) = GOT


def rows(name: str, *days: list[Visit]) -> list[dict[str, Any]]:
    table = REPORTS[name](days)
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def later(one: Visit, day: timedelta = timedelta(days=1)) -> Visit:
    """The same a day later, or by so much."""
    legs = []
    for each in one.legs:
        moved = {name: at + day for name in ("called", "served", "ended") if (at := getattr(each, name)) is not None}
        legs.append(replace(each, since=each.since + day, **moved))
    return replace(one, id=UUID(int=one.id.int + 1000), day="2026-03-17", issued=one.issued + day, legs=tuple(legs))


def test_away_names_where_to_and_why() -> None:
    sent = replace(ADVISED, outcome="redirected", redirected_to="NVA", why="ne mūsu", quantity=2)
    refused = replace(ADVISED, outcome="not_served", redirected_to="", why="nav dokumenta")
    day = [
        served(1, 5, delivered=(sent,)), served(2, 5, delivered=(refused,)), served(3, 5),
        visit(4, leg(0, 5, None, 8, end="no_show"), end="no_show"), visit(5, leg(0, ended=9), end="left"),
        visit(6, leg(0, 2, None, 3, end="requeued"), leg(0, 4, 4, 9), end="served"),
    ]  # fmt: skip
    found = {(row["what"], row["reason"]): (row["count"], row["share"]) for row in rows("away", day)}
    assert found == {
        ("no_show", "kiosk"): (1, 0.1667), ("left", ""): (1, 0.1667), ("requeued", ""): (1, 0.1667),
        ("redirected", "NVA"): (2, 0.5), ("not_served", "nav dokumenta"): (1, 0.25),
    }  # fmt: skip


def test_errors_of_promises_are_positive_where_it_took_longer_and_the_ends_take_what_is_beyond() -> None:
    waits = (10, 14, 27, 60, 0, -50)
    day = [served(n, 60 + wait, high=90, low=0, middle_s=3600) for n, wait in enumerate(waits, 1)]
    found = {row["error_min"]: row["count"] for row in rows("errors", day)}
    assert found == {"-15": 1, "-10": 0, "-5": 0, "0": 1, "5": 0, "10": 1, "15": 3}


def test_kinds_are_what_the_network_counts_by_month() -> None:
    helped = replace(ADVISED, n=2, kind="e_atbalsts", counts="pieteikums", quantity=3)
    day = [served(1, 5, delivered=(ADVISED, helped))]
    assert rows("kinds", day) == [
        {"month": "2026-03", "institution": "VID", "applications": 3, "consultations": 1, "services": 4}
    ]  # fmt: skip


def test_help_lodged_and_who_manages_alone_next_time() -> None:
    helped = replace(ADVISED, kind="e_atbalsts", outcome="lodged", alone="yes")
    day = [
        served(1, 5, delivered=(helped, replace(helped, n=2, outcome="advised", alone="helped", quantity=2))),
        served(2, 5, delivered=(replace(ADVISED, outcome="lodged", alone="no"),)),
    ]
    (row,) = rows("alone", day)
    assert (row["helped"], row["lodged"], row["asked"], row["alone_share"]) == (3, 1, 3, 0.3333)


def test_a_wait_as_long_as_the_target_is_within_it_and_eight_in_ten_meet_it() -> None:
    (every,) = [row for row in rows("waits", [served(1, 5)]) if row["by"] == "all"]
    target = every["target_min"]
    assert target > 0
    day = [served(n, target) for n in range(1, 9)] + [served(n, target + 1) for n in (9, 10)]
    (every,) = [row for row in rows("waits", day) if row["by"] == "all"]
    assert (every["called"], every["within_share"], every["p80_min"]) == (10, 0.8, target)
    (queue,) = rows("targets", day)
    assert (queue["within"], queue["met"]) == (8, "yes")
    (queue,) = rows("targets", day[1:])
    assert (queue["within"], queue["met"]) == (7, "no")


def test_an_hour_of_the_week_is_shared_by_the_days_of_its_own_weekday() -> None:
    monday = [served(n, 5) for n in (1, 2, 3)]
    found = rows("week", monday, [later(served(4, 5))])
    assert [(row["weekday"], row["visits"], row["per_day"]) for row in found] == [("1", 3, 3.0), ("2", 1, 1.0)]


def test_volumes_count_calls_back_as_contacts_and_paper_only_where_there_was_some() -> None:
    day = [
        served(1, 5, prints="kiosk-1", slip="printed"), served(2, 5), served(3, 0, series=None, number="", origin="callback"),
        served(4, 0, series=None, number="", origin="contact"),
    ]  # fmt: skip
    (month,) = rows("volumes", day)
    assert (month["visits"], month["numbers"], month["contact"], month["served"]) == (4, 2, 2, 4)
    (paper,) = rows("paper", day)
    assert (paper["numbers"], paper["slips"], paper["printed"], paper["saved"]) == (2, 1, 1, 1)


def weeks_of(count: int, weeks: int) -> list[list[Visit]]:
    """Mondays before the present one with so many arrivals at eight."""
    days = []
    for n in range(weeks):
        back = timedelta(weeks=-n)
        each = [later(served(k, 5, 10), back) for k in range(1, count + 1)]
        days.append([replace(one, day=one.issued.date().isoformat()) for one in each])
    return days


def test_four_of_five_hours_lie_in_bounds_that_know_how_few_days_there_were() -> None:
    # 20 +- 1.28 * sqrt(20 * (1 + 1/8)) = 13.9 to 26.1
    (row,) = rows("staffing", *weeks_of(20, 8))
    assert (row["arrivals"], row["low"], row["high"]) == (20.0, 13, 27)


def test_a_walk_that_is_not_known_takes_half_a_minute_and_one_day_before_is_no_basis() -> None:
    (row,) = rows("staffing", [visit(1, leg(0, None, 5, 15), end="served")])
    assert row["minutes"] == 10.5
    assert hint(sheets_of(weeks_of(5, 2))).error is None
    assert hint(sheets_of(weeks_of(5, 3))).error == 0.0


def test_a_walk_is_that_of_the_last_counter() -> None:
    one = visit(1, leg(0, 5, 6, 10, end="transferred"), leg(10, 20, 23, 30), end="served")
    assert sheets_of([[one]]).visits["walk"].tolist() == [180]
