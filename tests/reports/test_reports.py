"""Reports against figures reckoned by hand."""

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from config.texts import translate
from server.domain import commands as c
from server.domain.floor import Visit
from server.reports import REPORTS
from server.reports.table import quantile
from tests.reports.made import GOT, leg, reason, served, visit
from tests.support import KIOSK, MANAGER, OTHER, Scene, service_of


def rows(name: str, *days: list[Visit]) -> list[dict[str, Any]]:
    table = REPORTS[name](days)
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def test_promises_by_hand() -> None:
    day = [
        served(1, 10, low=5, high=10, middle_s=480),  # 2 min more than expected, kept at the very bound
        served(2, 4, low=5, high=15, middle_s=600),  # 6 min less
        served(3, 20, low=5, high=15),  # the middle is 10: 10 min more, broken
        served(4, 7),  # without a promise
        served(5, 30, service="S-2", low=None, high=5, middle_s=0),
        visit(6, leg(0), low=5, high=10),  # waits yet
        visit(7, leg(0, ended=50), end="left", low=5, high=10),
        served(8, 0, series=None, number="", low=None, high=None),  # a phone call waits for nobody
    ]
    assert rows("promises", day) == [
        {"service": "*", "called": 5, "promised": 4, "kept_share": 0.5, "error_mean_min": 12.0, "error_p90_min": 30.0,
         "wait_mean_min": 16.0, "error_share": None},
        {"service": "S-1", "called": 4, "promised": 3, "kept_share": 0.6667, "error_mean_min": 6.0, "error_p90_min": 10.0,
         "wait_mean_min": 11.33, "error_share": None},
        {"service": "S-2", "called": 1, "promised": 1, "kept_share": 0.0, "error_mean_min": 30.0, "error_p90_min": 30.0,
         "wait_mean_min": 30.0, "error_share": None},
    ]  # fmt: skip


def test_a_promise_is_judged_by_the_first_call() -> None:
    twice = visit(
        1, leg(0, 10, None, 11, end="requeued"), leg(0, 40, 41, 50), end="served", low=5, high=10, middle_s=600
    )  # fmt: skip
    (every, _) = rows("promises", [twice])
    assert (every["kept_share"], every["error_mean_min"], every["wait_mean_min"]) == (1.0, 0.0, 10.0)


def test_nobody_with_a_promise_has_no_figures() -> None:
    assert rows("promises", []) == []
    (every, _) = rows("promises", [served(1, 5)])
    assert [every[key] for key in ("promised", "kept_share", "error_mean_min", "error_p90_min", "error_share")] == [
        0, None, None, None, None,
    ]  # fmt: skip


def test_the_share_of_the_error_needs_enough_cases_and_a_wait() -> None:
    def found(count: int, wait: float) -> object:
        return rows("promises", [served(n, wait, low=0, high=5, middle_s=wait * 30) for n in range(count)])[0]["error_share"]

    assert (found(20, 2), found(19, 2), found(20, 0.9)) == (0.5, None, None)


def test_a_promise_of_no_wait_has_no_share_of_the_wait() -> None:
    (every, _) = rows("promises", [served(1, 0, low=0, high=5, middle_s=0)])
    assert (every["kept_share"], every["error_share"]) == (1.0, None)


@pytest.mark.parametrize(("at", "found"), [(0.5, 5), (0.85, 9), (0.9, 9), (0.91, 10), (1.0, 10)])
def test_quantiles(at: float, found: int) -> None:
    assert quantile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], at) == found
    assert quantile([], at) is None


def test_overtakes_by_hand() -> None:
    day = [
        visit(1, leg(0, 30, 30, 40, reason=reason("arrival")), end="served"),
        visit(2, leg(1, 10, 10, 20, reason=reason("chosen", (1, 1))), end="served"),
        visit(3, leg(2, 20, 20, 30, reason=reason("points", (1, 2)), group="priority"), end="served"),
        visit(4, leg(3, 25, 25, 30, reason=reason("points", (1, 3), (5, 1))), end="served"),
        visit(5, leg(1, ended=26), end="left"),
        # Handed on: only the leg that waited at the time of the call was passed over.
        visit(6, leg(0, 1, 2, 3, reason=reason("arrival")), leg(3, 50, 51, 52, queue="vsaa", reason=reason("arrival"))),
        visit(7, leg(30, 40, 41, 42, queue="vsaa", reason=reason("first", (6, 1)))),
    ]
    assert rows("overtakes", day) == [
        {"queue": "vid", "group": "priority", "calls": 1, "wait_mean_min": 18.0, "wait_p85_min": 18.0,
         "wait_longest_min": 18.0, "overtook": 1, "passed_over": 0, "passed_most": 0, "rules": ""},
        {"queue": "vid", "group": "walk_in", "calls": 4, "wait_mean_min": 15.5, "wait_p85_min": 30.0,
         "wait_longest_min": 30.0, "overtook": 3, "passed_over": 2, "passed_most": 3, "rules": "points 3, chosen 1"},
        {"queue": "vsaa", "group": "walk_in", "calls": 2, "wait_mean_min": 28.5, "wait_p85_min": 47.0,
         "wait_longest_min": 47.0, "overtook": 1, "passed_over": 1, "passed_most": 1, "rules": "first 1"},
    ]  # fmt: skip


def test_overtakes_that_a_centre_recorded() -> None:
    scene = Scene(opened=["1"])
    first, second, third = scene.take(), scene.take(), scene.take()
    for chosen in (third, second, first):
        scene.clock.pass_(minutes=10)
        scene.do(c.CallVisit(counter="1", visit=chosen))
        scene.do(c.NoShow(counter="1"))
    (row,) = rows("overtakes", list(scene.floor.visits.values()))
    assert (row["calls"], row["wait_longest_min"], row["overtook"]) == (3, 30.0, 3)
    assert (row["passed_over"], row["passed_most"], row["rules"]) == (2, 2, "chosen 3")


@pytest.mark.parametrize("others", [[], [visit(2, leg(0, 1, 2, 3, end="parked"), leg(6))]])
def test_who_did_not_wait_then_was_not_passed_over(others: list[Visit]) -> None:
    (row,) = rows("overtakes", [visit(1, leg(0, 5, reason=reason("chosen", (2, 1)))), *others])
    assert (row["overtook"], row["passed_over"]) == (1, 0)


def test_visits_by_hand() -> None:
    first = [
        served(1, 1, corrected=2), served(2, 1), visit(3, leg(0, 1, ended=2), end="no_show"),
        visit(4, leg(0, ended=2), end="left"), visit(9, leg(0, 1, 2, 3), end="sent"),
        visit(5, leg(0, 1, 2, 480), end="day_closed"), served(6, 1, service="S-0"),
    ]  # fmt: skip
    second = [replace(visit(7, leg(0)), id=UUID(int=8), day="2026-03-17")]
    assert [tuple(row.values()) for row in rows("visits", first, second)] == [
        ("2026-03-16", "S-0", 1, 1, 0, 0, 0, 0, 0, 0),
        ("2026-03-16", "S-1", 6, 2, 1, 1, 1, 1, 0, 1),
        ("2026-03-17", "S-1", 1, 0, 0, 0, 0, 0, 1, 0),
    ]


def test_delivered_by_hand() -> None:
    one = GOT[0]
    two = replace(
        one, n=2, institution="VSAA", service="S-2", kind="e_atbalsts", counts="pieteikums", outcome="lodged", scanned=2
    )
    three = replace(one, n=3, outcome="redirected", redirected_to="NVA", quantity=2, printed=1, alone="yes", minutes=1)
    found = rows("delivered", [served(1, 1, minutes=8, delivered=(one, two, three)), visit(2, leg(0, 1, 2), delivered=(one,))])
    assert [tuple(row.values()) for row in found] == [
        ("2026-03-16", "VID", "S-1", "konsultacija", 3, 5, 0, 2, 0, 0, 1, 1, 0, 0),
        ("2026-03-16", "VSAA", "S-2", "pieteikums", 1, 3, 1, 0, 0, 2, 0, 0, 0, 0),
    ]


def test_every_title_has_its_latvian_and_every_key_is_one() -> None:
    for make in REPORTS.values():
        columns = make([]).columns
        assert len({column.key for column in columns}) == len(columns)
        for column in columns:
            assert translate("lv", column.title) != column.title


def test_whoever_called_it_the_visit_of_a_desk_counts() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    scene.do(c.RegisterContact(counter="2", service=service_of(scene.plan), channel="talrunis"), OTHER)
    scene.take(actor=KIOSK)
    scene.do(c.CloseDay(), MANAGER)
    (row,) = rows("visits", list(scene.floor.visits.values()))
    assert (row["issued"], row["served"], row["day_closed"]) == (2, 0, 2)
