"""A clerk's day by keyboard alone: visits of every kind (at night a hundred), their strokes, and how long the page takes."""

import sys
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from tests.conftest import NIGHTLY
from tests.e2e.desk_stage import Desk, opened, running
from tests.house import House

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

VISITS = 100 if NIGHTLY else 20
SERVICES = ("VSAA-21", "VID-01", "PMLP-01", "NVA-01")
MOST_STROKES = 6


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    with running(tmp_path_factory.mktemp("day")) as found:
        yield found


class Day:
    """The steps of a clerk, each by keys; a step is over when the page shows it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.page = desk, desk.page
        self.strokes: dict[str, list[int]] = {}
        self.times: list[float] = []

    def visit(self, kind: str, *steps: Callable[[], None]) -> None:
        """One visit from the call to the free counter."""
        strokes, began = self.desk.strokes, perf_counter()
        for step in steps:
            step()
        self.strokes.setdefault(kind, []).append(self.desk.strokes - strokes)
        self.times.append((perf_counter() - began) * 1000)

    def call(self) -> None:
        self.desk.key("F2")
        self.desk.state("called")

    def arrived(self) -> None:
        self.desk.key("F2")
        self.desk.state("serving")

    def finish(self) -> None:
        """With nothing recorded the number's own service is filled in, and its kind is one digit."""
        self.desk.key("F2")
        self.desk.focused("input[name=kind]")
        self.desk.key("1", "Enter")
        self.desk.state("idle")

    def another(self) -> None:
        """One more service by three letters."""
        rows = self.page.locator(".delivered tbody tr").count()
        self.desk.key("F8")
        self.desk.focused("#finder")
        self.desk.type("dek")
        self.desk.key("Enter")
        self.desk.focused("input[name=kind]")
        self.desk.key("2", "Enter")
        self.page.wait_for_function("n => document.querySelectorAll('.delivered tbody tr').length === n", arg=rows + 1)

    def end(self) -> None:
        """Finish where something is recorded."""
        self.desk.key("F2")
        self.desk.state("idle")

    def transfer(self) -> None:
        """To the second of the queues, in the order of arrival."""
        self.desk.key("F9")
        self.desk.focused("select[name=to]")
        self.desk.key("ArrowDown", "ArrowDown", "Enter")
        self.desk.state("idle")

    def park(self) -> None:
        self.desk.key("Shift+F9")
        self.desk.focused("input[name=minutes]")
        self.desk.key("Enter")
        self.desk.state("idle")

    def no_show(self) -> None:
        self.desk.key("Shift+F4")
        self.desk.state("idle")

    def next_please(self) -> None:
        """Back to its place, and the next one is called."""
        number = self.page.text_content(".call .desk-number > span")
        self.desk.key("Shift+F2")
        self.page.wait_for_function(
            "n => document.querySelector('.desk[data-busy=false] .call .desk-number > span:not(:empty)')?.textContent !== n",
            arg=number,
        )


def test_visits_by_keyboard_alone(house: House, open_page: Callable[..., Any]) -> None:
    for n in range(VISITS + 10):
        house.done("TakeTicket", {"service": SERVICES[n % len(SERVICES)]})
    day = Day(opened(house, open_page))
    began = perf_counter()
    for n in range(VISITS):
        if n % 20 == 0:
            day.visit("called, transferred", day.call, day.transfer)
        elif n % 20 == 5:
            day.visit("served, parked", day.call, day.arrived, day.park)
        elif n % 20 == 10:
            day.visit("no-show", day.call, day.no_show)
        elif n % 20 == 15:
            day.visit("next please, one service", day.call, day.next_please, day.arrived, day.finish)
        elif n % 2:
            day.visit("one service", day.call, day.arrived, day.finish)
        else:
            day.visit("two services", day.call, day.arrived, day.another, day.another, day.end)
    seconds = perf_counter() - began
    lines = [f"{kind}: {min(counts)} to {max(counts)} strokes, {len(counts)} visits" for kind, counts in day.strokes.items()]
    lines.append(f"{median(day.times):.0f} ms per visit (median), {max(day.times):.0f} ms at most, {seconds:.0f} s in all")
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert sum(map(len, day.strokes.values())) == VISITS
    assert max(day.strokes["one service"]) <= MOST_STROKES
    assert max(day.strokes["two services"]) <= 2 * 7 + 3
    done = house.data("desk/3")
    assert done["served_today"] == len(day.strokes["one service"]) + len(day.strokes["two services"]) + len(
        day.strokes["next please, one service"]
    )
    assert len(done["parked"]) == len(day.strokes["served, parked"])
