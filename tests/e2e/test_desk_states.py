"""Every state and sheet of the desk, at each size it is used in: whole, in reach, its steps in their places, readable to all."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.desk_stage import clean, open_desk, running
from tests.e2e.desk_states import LOOK, MAIN_SEEN, PLACES, SIZES, all_states
from tests.house import House
from tests.wire.test_hub import Device

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

NO_MAIN = ("nobody", "stale", "replaced", "finder")
"""Nothing can be called, nothing can be done without the server, and a list of services lies over the steps while it is open."""

AXE_AT = ("1366x768", "strip")
"""A sheet is the same in both; it is looked at in the first."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    with running(tmp_path_factory.mktemp("states")) as found:
        yield found


@pytest.fixture
def kiosk(house: House) -> Iterator[Device]:
    """The connection on which the kiosk program says how it is."""
    device = Device(house, "menu", "demo-kiosk", device="kiosk-1:menu").connect()
    yield device
    device.close()


def test_every_state_at_every_size(house: House, kiosk: Device, open_page: Callable[..., Any]) -> None:
    desk = open_desk(house, open_page)
    page, seen = desk.page, []
    for name in all_states(desk, house, kiosk):
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(LOOK) == [], f"{name}, {size}"
            if size == AXE_AT[0] or (size in AXE_AT and not page.locator("dialog[open]").count()):
                clean(page, f"{name}, {size}")
        page.set_viewport_size({"width": 1366, "height": 768})
        if name not in NO_MAIN and not page.locator("dialog[open]").count():
            assert page.evaluate(MAIN_SEEN), f"{name}: the main step is in sight"
        seen.append(name)
    assert len(set(seen)) == len(seen) > 35


def test_steps_keep_their_places_while_the_world_changes(house: House, kiosk: Device, open_page: Callable[..., Any]) -> None:
    house.clear()
    desk = open_desk(house, open_page)
    desk.key("F2")
    desk.state("idle")
    desk.serving()
    for state in ("serving", "idle", "called"):
        if state == "idle":
            house.done("Park", {"counter": "3", "minutes": 10})
            desk.state("idle")
            desk.take()
        elif state == "called":
            desk.key("F2")
            desk.state("called")
        before = desk.page.evaluate(PLACES)
        waiting = desk.text(".desk-waits h2 strong")
        for service in ("VSAA-21", "VID-01"):
            house.done("TakeTicket", {"service": service})
        desk.page.wait_for_function(
            "n => document.querySelector('.desk-waits h2 strong').innerText === n", arg=str(int(waiting) + 2)
        )
        assert desk.page.evaluate(PLACES) == before, state
    house.clear()
