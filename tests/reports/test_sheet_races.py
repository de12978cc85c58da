"""Day sheets at the worst moments: a correction while another day is made, an end in the middle of writing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from server.domain import commands as c
from server.engine import Engine
from server.reports.month import figures
from server.store.sheets import DaySheets
from tests.reports.test_month import correct, march, served
from tests.support import CLERK, MANAGER, SYSTEM, Clock

__all__ = ["march"]


class Meanwhile:
    """A centre's store in which something happens once, right after it was looked what is due."""

    def __init__(self, store: Any, happens: Callable[[], None]) -> None:
        self._store, self._happens, self._looked = store, [happens], False

    def __getattr__(self, name: str) -> Any:
        if name in ("reading", "visits_on"):
            if self._looked and self._happens:
                self._happens.pop()()
            self._looked = True
        return getattr(self._store, name)


def test_a_correction_while_another_day_is_made_is_seen(march: tuple[Engine, DaySheets, list[str]], clock: Clock) -> None:
    engine, sheets, known = march
    sheets.get("2026-03-01", "2026-03-31", figures)
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    served(engine, clock)
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    late = DaySheets(Meanwhile(engine._store, lambda: correct(engine, known[0])), lambda: engine.floor, engine.do)  # type: ignore[arg-type]
    late.step()
    sheets.step()
    day = engine._store.visit(UUID(known[0])).day  # type: ignore[union-attr]
    assert sheets.holds(day)
    assert sheets.get("2026-03-01", "2026-03-31", figures).no_show == 1


def test_killed_while_writing_nothing_is_half_there(march: tuple[Engine, DaySheets, list[str]]) -> None:
    engine, sheets, known = march
    before = sheets.get("2026-03-01", "2026-03-31", figures)
    correct(engine, known[0])

    def killed(work: Callable[[Connection], None]) -> None:
        def half(connection: Connection) -> None:
            work(connection)
            raise KeyboardInterrupt

        try:
            engine._store.do(half)
        except KeyboardInterrupt:
            raise SystemExit from None

    with pytest.raises(SystemExit):
        DaySheets(engine._store, lambda: engine.floor, killed).step()
    after = sheets.get("2026-03-01", "2026-03-31", figures)
    assert (after.served, after.no_show) == (before.served - 1, before.no_show + 1)
    assert sheets.holds(engine._store.visit(UUID(known[0])).day)  # type: ignore[union-attr]


def test_two_corrections_of_a_closed_month_over_the_turn_of_the_day(
    march: tuple[Engine, DaySheets, list[str]], clock: Clock
) -> None:
    engine, sheets, known = march
    engine.handle(c.CloseMonth(month="2026-03"), MANAGER)
    correct(engine, known[0])
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    correct(engine, known[0], "left")
    correct(engine, known[1])
    assert sheets.month("2026-03").closed
    now = sheets.get("2026-03-01", "2026-03-31", figures)
    assert (now.served, now.no_show, now.left) == (2, 1, 1)
    assert sheets.month("2026-03").figures == now, "what the writer reckons is what reports say"
    again = DaySheets(engine._store, lambda: engine.floor, engine.do)
    again.step()
    assert again.get("2026-03-01", "2026-03-31", figures) == now
