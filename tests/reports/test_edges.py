"""Figures where a rule of one queue, one call or one month alone decides."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from server.domain import commands as c
from server.domain.context import Context, Reckoned
from server.domain.events import RoomEnded, RoomWiped
from server.domain.floor import Floor, Visit
from server.domain.months import close_month
from server.domain.refusal import Refusal
from server.engine import Engine
from server.reports import REPORTS
from server.reports.maker import made
from server.reports.month import figures
from server.reports.rooms import rooms
from server.reports.sheet import About, Sheets, in_memory
from server.reports.table import Table
from server.store.sheets import DaySheets
from tests.reports.made import leg, reason, served, visit
from tests.support import CLERK, MANAGER, SYSTEM, Clock, tiny_plan

DAY = "2026-03-16"


def records(table: Table) -> list[dict[str, Any]]:
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def found(name: str, day: list[Visit], about: About) -> list[dict[str, Any]]:
    return records(REPORTS[name](in_memory([made(DAY, day)], about)))


def test_a_queue_with_a_target_of_its_own_is_held_to_it_wherever_it_is_told() -> None:
    own = visit(3, leg(0, 10, 10, 12, queue="vsaa"), end="served")
    day, about = [served(1, 10), served(2, 10), own], About(target=15, targets={"vsaa": 5})
    by = {(row["by"], row["value"]): (row["target_min"], row["within_share"]) for row in found("waits", day, about)}
    assert (by["queue", "vid"], by["queue", "vsaa"]) == ((15, 1.0), (5, 0.0))
    assert by["all", "*"] == (15, 0.6667)
    targets = {row["queue"]: (row["target_min"], row["within"], row["met"]) for row in found("targets", day, about)}
    assert targets == {"vid": (15, 2, "yes"), "vsaa": (5, 0, "no")}


@pytest.mark.parametrize("first", [("arrival", 5, "points", 2), ("arrival", 2, "points", 5)])
def test_the_most_that_one_was_passed_over_is_that_of_whichever_rule(first: tuple[Any, int, Any, int]) -> None:
    one, times, other, more = first
    day = [
        visit(1, leg(0, 30, 30, 40, reason=reason("finally")), end="served"),
        visit(2, leg(1, 10, 10, 20, reason=reason(one, (1, times))), end="served"),
        visit(3, leg(2, 20, 20, 30, reason=reason(other, (1, more))), end="served"),
    ]
    (row,) = found("overtakes", day, About())
    assert row["passed_most"] == 5


@pytest.mark.parametrize(
    ("known", "closed", "here", "code"),
    [(True, True, (), "month_closed"), (True, False, ("2026-02",), "month_closed"), (False, False, (), "server_error")],
)
def test_a_month_is_closed_by_what_either_the_journal_or_the_day_says(
    known: bool, closed: bool, here: tuple[str, ...], code: str
) -> None:  # fmt: skip
    reckoned = Reckoned(figures=figures(in_memory([])), closed=closed) if known else None
    context = Context(now=datetime(2026, 3, 16, 8, tzinfo=UTC), actor=MANAGER, visit=UUID(int=1), token="t", month=reckoned)
    with pytest.raises(Refusal) as no:
        close_month(Floor(day=DAY, months=here), c.CloseMonth(month="2026-02"), context)
    assert no.value.code == code


def test_rooms_by_hand() -> None:
    events: list[RoomEnded | RoomWiped] = [
        RoomEnded(room="dators-2", reason="over", minutes=30, helped=True, outcome="lodged_helped"),
        RoomEnded(room="dators-1", reason="ended", minutes=20), RoomWiped(room="dators-1", clerk="clerk1", outcome="other"),
        RoomEnded(room="dators-1", reason="day_closed", minutes=5, outcome="not_lodged"),
        RoomEnded(room="dators-1", reason="unwiped"), RoomWiped(room="dators-1", clerk="clerk1"),
    ]  # fmt: skip
    table = rooms(Sheets([], [], lambda part: [], rooms=lambda: events))
    assert [row[0] for row in table.rows] == ["dators-1", "dators-2"]
    first, second = records(table)
    assert [first[key] for key in ("uses", "minutes", "alone", "helped", "ran_out", "not_lodged", "other")] == [
        2,
        25,
        2,
        0,
        0,
        1,
        1,
    ]
    assert [second[key] for key in ("uses", "minutes", "alone", "helped", "ran_out", "lodged_helped")] == [1, 30, 0, 1, 1, 1]


def test_rooms_of_a_centre_are_those_of_the_days_asked_for(start: Callable[[], Engine], clock: Clock) -> None:
    plan, engine = tiny_plan(), start()
    sheets = DaySheets(engine._store, lambda: engine.floor, engine.do)
    engine.handle(c.RevisePlan(plan=plan), SYSTEM)
    engine.handle(c.Tick(), SYSTEM)
    room = plan.rooms[0].code
    for minutes in (10, 25):
        engine.handle(c.StartRoom(room=room), CLERK)
        clock.pass_(minutes=minutes)
        engine.handle(c.EndRoom(room=room), CLERK)
        engine.handle(c.WipeRoom(room=room), CLERK)
        clock.pass_(days=1)
        engine.handle(c.Tick(), SYSTEM)

    def uses(first: str, last: str) -> list[tuple[int, int]]:
        return [(row["uses"], row["minutes"]) for row in records(sheets.get(first, last, REPORTS["rooms"]))]

    assert uses("2026-03-01", "2026-03-31") == [(2, 35)]
    assert uses("2026-03-17", "2026-03-17") == [(1, 25)]
    assert uses("2026-02-01", "2026-02-28") == []
