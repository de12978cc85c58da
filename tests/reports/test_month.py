"""A month is closed once and for ever; what is put right later stands beside it, and both together are what the records say."""

import queue
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from server.admin.reports.closing import Months
from server.domain import commands as c
from server.domain.events import MonthCell
from server.domain.refusal import Refusal
from server.engine import Ask, Engine
from server.reports.month import changes, figures, frozen
from server.store.schema import day_sheets, visits
from server.store.sheets import DaySheets
from tests.support import CLERK, KIOSK, MANAGER, SYSTEM, Clock, service_of, tiny_plan

PLAN = tiny_plan()
GOT = c.DeliveredService(service=service_of(PLAN), kind="konsultacija")


def served(engine: Engine, clock: Clock) -> str:
    visit = engine.handle(c.TakeTicket(service=service_of(PLAN)), KIOSK).result["visit"]
    for step in (c.CallNext(counter="1"), c.Serve(counter="1")):
        clock.pass_(seconds=60)
        engine.handle(step, CLERK)
    engine.handle(c.RecordService(counter="1", service=GOT.service, kind="pieteikums"), CLERK)
    clock.pass_(minutes=10)
    engine.handle(c.Finish(counter="1"), CLERK)
    return str(visit)


@pytest.fixture
def march(start: Callable[[], Engine], clock: Clock) -> tuple[Engine, DaySheets, list[str]]:
    """Two days of March with two visits each; the first day of April is open."""
    engine = start()
    sheets = DaySheets(engine._store, lambda: engine.floor, engine.do)
    engine.reckon = sheets.month
    engine.handle(c.RevisePlan(plan=PLAN), SYSTEM)
    engine.handle(c.Tick(), SYSTEM)
    known = []
    for _ in range(2):
        engine.handle(c.OpenCounter(counter="1"), CLERK)
        known += [served(engine, clock), served(engine, clock)]
        clock.pass_(days=1)
        engine.handle(c.Tick(), SYSTEM)
    clock.pass_(days=15)
    engine.handle(c.Tick(), SYSTEM)
    assert engine.floor.day.startswith("2026-04")
    return engine, sheets, known


def correct(engine: Engine, visit: str, end: str = "no_show") -> None:
    given = (GOT, GOT) if end == "served" else ()
    command = c.CorrectVisit(visit=UUID(visit), end=end, delivered=given, reason="nospiests par agru")  # type: ignore[arg-type]
    engine.handle(command, MANAGER)


def refusal(engine: Engine, month: str) -> str:
    with pytest.raises(Refusal) as no:
        engine.handle(c.CloseMonth(month=month), MANAGER)
    return no.value.code


def test_a_month_is_closed_once_and_only_when_it_is_over(march: tuple[Engine, DaySheets, list[str]]) -> None:
    engine, _, _ = march
    assert [refusal(engine, month) for month in ("2026-04", "2026-05")] == ["month_open", "month_open"]
    engine.handle(c.CloseMonth(month="2026-03"), MANAGER)
    assert refusal(engine, "2026-03") == "month_closed"


def test_it_stays_closed_over_a_restart_on_another_day(
    march: tuple[Engine, DaySheets, list[str]], start: Callable[[], Engine], clock: Clock
) -> None:  # fmt: skip
    engine, _, _ = march
    engine.handle(c.CloseMonth(month="2026-03"), MANAGER)
    engine.stop()
    clock.pass_(days=2)
    again = start()
    again.reckon = DaySheets(again._store, lambda: again.floor, again.do).month
    again.handle(c.Tick(), SYSTEM)
    assert again.floor.months == ()
    assert refusal(again, "2026-03") == "month_closed"


def test_later_corrections_stand_beside_the_frozen_figures(march: tuple[Engine, DaySheets, list[str]]) -> None:
    engine, sheets, known = march
    months = Months(engine._store, sheets)
    assert months.state("2026-03") is None
    correct(engine, known[3], "served")
    engine.handle(c.CloseMonth(month="2026-03"), MANAGER)
    before = months.state("2026-03")
    assert before is not None
    assert (before.cells, before.corrections) == ((), ())
    assert before.closed.figures == sheets.get("2026-03-01", "2026-03-31", figures) == before.now
    correct(engine, known[0])
    correct(engine, known[1], "served")
    after = months.state("2026-03")
    assert after is not None
    assert after.closed == before.closed
    assert [(one.was, one.end, one.by) for one in after.corrections] == [
        ("served", "no_show", "manager"),
        ("served", "served", "manager"),
    ]
    sums = {one.key: (one.was, one.more, one.now) for one in after.sums}
    assert (sums["served"], sums["no_show"], sums["services"]) == ((4, -1, 3), (0, 1, 1), (5, 0, 5))
    assert all(was + more == now for was, more, now in sums.values())
    table = frozen(after.closed.figures.cells, after.now.cells)
    quantities: dict[tuple[object, ...], int] = {}
    for row in table.rows:
        quantities[row[1:5]] = quantities.get(row[1:5], 0) + int(row[5] or 0)
    now = {(one.institution, one.service, one.kind, one.channel): one.quantity for one in after.now.cells}
    assert {key: count for key, count in quantities.items() if count} == now
    assert {row[0] for row in table.rows} == {"closed", "corrected"}


def test_what_is_put_right_in_another_month_is_none_of_this_ones_corrections(
    march: tuple[Engine, DaySheets, list[str]], clock: Clock
) -> None:
    engine, sheets, known = march
    engine.handle(c.CloseMonth(month="2026-03"), MANAGER)
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    other = served(engine, clock)
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    correct(engine, other)
    correct(engine, known[0])
    found = Months(engine._store, sheets).state("2026-03")
    assert found is not None
    assert [one.day[:7] for one in found.corrections] == ["2026-03"]
    assert [(one.key, one.more) for one in found.sums if one.more] == [("served", -1), ("no_show", 1), ("services", -1)]


def test_sheets_follow_corrections_and_outlive_the_visits(march: tuple[Engine, DaySheets, list[str]]) -> None:
    engine, sheets, known = march

    def ends() -> tuple[int, int]:
        found = sheets.get("2026-03-01", "2026-03-31", figures)
        return found.served, found.no_show

    assert ends() == (4, 0)
    day = engine._store.visit(UUID(known[0])).day  # type: ignore[union-attr]
    assert sheets.holds(day)
    correct(engine, known[0])
    assert not sheets.holds(day)
    assert ends() == (3, 1)
    assert sheets.holds(day)
    engine.do(lambda connection: connection.execute(visits.delete().where(visits.c.day < "2026-04-01")))
    assert ends() == (3, 1)
    assert sheets.step() is False


def test_an_older_making_does_not_replace_a_newer_one(march: tuple[Engine, DaySheets, list[str]]) -> None:
    engine, sheets, known = march
    sheets.get("2026-03-01", "2026-03-31", figures)
    slow = DaySheets(engine._store, lambda: engine.floor, lambda work: late.append(work))
    late: list[object] = []
    correct(engine, known[0])
    slow.step()
    correct(engine, known[0], "left")
    assert sheets.get("2026-03-01", "2026-03-31", figures).left == 1
    engine.do(late[0])  # type: ignore[arg-type]
    assert sheets.get("2026-03-01", "2026-03-31", figures).left == 1
    assert sheets.get("2026-03-01", "2026-03-31", figures).no_show == 0


def test_nothing_in_a_sheet_says_who(march: tuple[Engine, DaySheets, list[str]]) -> None:
    engine, sheets, known = march
    sheets.get("2026-03-01", "2026-03-31", figures)
    with engine._store.reading() as connection:
        bodies = b"".join(connection.execute(select(day_sheets.c.body)).scalars())
    for word in (*known, "clerk1", "A001"):
        assert word.encode() not in bodies


def test_two_managers_close_it_at_once(march: tuple[Engine, DaySheets, list[str]]) -> None:
    engine, _, _ = march
    box: queue.SimpleQueue[object] = queue.SimpleQueue()
    for _ in range(2):
        engine.submit(Ask(uuid4(), c.CloseMonth(month="2026-03"), MANAGER, box.put))
    replies = [box.get(timeout=10), box.get(timeout=10)]
    assert sorted(isinstance(one, Refusal) for one in replies) == [False, True]


def test_a_service_that_only_took_longer_is_a_correction_too() -> None:
    was = MonthCell(institution="VID", service="VID-01", kind="konsultacija", channel="klatiene", quantity=2, minutes=20)
    longer, gone = replace(was, minutes=25), replace(was, quantity=-2, minutes=-20)
    assert changes([was], [longer]) == (replace(was, quantity=0, minutes=5),)
    assert (changes([was], [was]), changes([was], []), changes([], [was])) == ((), (gone,), (was,))
