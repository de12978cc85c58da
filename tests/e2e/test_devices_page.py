"""The page of devices with a kiosk that is there: what can be done lies apart."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.conftest import sign_in
from tests.e2e.desk_stage import running
from tests.house import House
from tests.wire.test_hub import Device

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

EDGE = 4
"""Pixels that a button's edge takes below it."""

GAP = """
() => {
  const cell = document.querySelector("tr[data-code=kiosk-1] td.acts");
  const [button, below] = ["form .button", "details"].map((one) => cell.querySelector(one).getBoundingClientRect());
  return below.top - button.bottom;
}
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    with running(tmp_path_factory.mktemp("devices")) as found:
        yield found


@pytest.mark.parametrize("width", [1440, 800])
def test_the_test_print_does_not_lie_over_what_is_below_it(house: House, open_page: Callable[..., Any], width: int) -> None:
    kiosk = Device(house, "menu", "demo-kiosk", device="kiosk-1:menu").connect()
    kiosk.socket.emit("status", {"state": "ok"})
    page = open_page(f"{house.address}/login?next=/admin/devices")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "manager")
    page.locator("tr[data-code=kiosk-1] td.acts form .button").first.wait_for()
    page.wait_for_function(f"({GAP})() > {EDGE}")
    kiosk.close()
