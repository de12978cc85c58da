"""A board is paired in a browser, runs, and stops when it is revoked; what the manager sees meanwhile."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.axe import clean
from tests.e2e.conftest import sign_in
from tests.house import House

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server whose screens are to be paired, as outside the demo."""
    found = House(Path(tmp_path_factory.mktemp("paired")), options=("--paired",)).start()
    yield found
    found.stop()


def test_a_board_is_paired_runs_and_is_revoked(house: House, open_page: Callable[..., Any]) -> None:
    board = open_page(f"{house.address}/display/hall?screen=hall-2", 1920, 1080)
    code = board.locator("#code").inner_text()
    assert board.locator("#left").inner_text().startswith(("9:", "10:"))
    clean(board, "a screen with its code")
    office = open_page(f"{house.address}/admin/devices", 1024, 768)
    sign_in(office, "manager")
    office.get_by_role("button", name="Pieņemt kodus 5 minūtes").click()
    office.get_by_label("Kods tās ekrānā").fill(code.lower())
    office.get_by_role("button", name="Tālāk").click()
    assert office.locator("[name=target]").input_value() == "board/hall/hall-2"
    clean(office, "what the device is to be")
    office.locator("#pair [name=title]").fill("Pie loga")
    office.get_by_role("button", name="Pieteikt").click()
    office.get_by_text("Pie loga ir pieteikta").wait_for()
    board.wait_for_url("**/display/hall?screen=hall-2")
    board.locator("[data-call], .waiting, h1, h2").first.wait_for()
    board.wait_for_function("document.body.innerText.includes('Lielā zāle') || document.body.innerText.length > 40")
    row = office.locator("tr[data-kind=board][data-code=hall-2]", has_text="Pie loga")
    office.reload()
    row.and_(office.locator("[data-state=ok], [data-state=attention]")).wait_for()
    clean(office, "devices")
    row.locator("summary").click()
    clean(office, "devices, one opened")
    row.get_by_role("button", name="Atsaukt").click()
    board.wait_for_selector("[data-link=refused], .notice", timeout=5000)
    office.get_by_text("Pie loga").wait_for(state="detached")
    board.reload()
    board.locator("#code").wait_for()


@pytest.mark.parametrize("width", [1024, 320])
def test_the_pages_of_people(house: House, open_page: Callable[..., Any], width: int) -> None:
    page = open_page(f"{house.address}/admin/people", width, 768)
    sign_in(page, "manager")
    for path in ("/admin/people", "/admin/people/clerk1", "/admin/devices", "/account", "/account/factor"):
        page.goto(f"{house.address}{path}")
        clean(page, f"{path} at {width}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_steps_of_a_sign_in(house: House, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{house.address}/admin/people", 1024, 768)
    sign_in(page, "manager")
    page.locator("[name=name]").fill("jauna")
    page.locator("[name=display]").fill("Jaunā Darbiniece")
    page.get_by_role("button", name="Izveidot kontu").click()
    code = page.locator(".code").inner_text()
    clean(page, "the code, once")
    newcomer = open_page(f"{house.address}/login", 1024, 768)
    newcomer.fill("#name", "jauna")
    newcomer.fill("#password", code)
    newcomer.click("button[type=submit]")
    newcomer.locator("#again").wait_for()
    clean(newcomer, "choose a password")
    newcomer.fill("#password", "12345678")
    newcomer.fill("#again", "12345678")
    newcomer.click("button[type=submit]")
    newcomer.get_by_role("alert").wait_for()
    clean(newcomer, "a password that is refused")
    newcomer.fill("#password", "četri zaļi vārdi")
    newcomer.fill("#again", "četri zaļi vārdi")
    newcomer.click("button[type=submit]")
    newcomer.wait_for_url(f"{house.address}/")
