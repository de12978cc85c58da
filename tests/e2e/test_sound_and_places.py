"""In a browser: a board plays a test of its sound and calls somebody to a room, and both are proved on the office's pages."""

import re
from typing import Any

import pytest

from tests.e2e.axe import clean
from tests.e2e.conftest import Demo, sign_in, until

pytestmark = pytest.mark.e2e


def test_a_board_plays_a_test_that_somebody_hears(demo: Demo, open_page: Any) -> None:
    board = open_page(f"{demo.base}/display/hall?screen=hall-1", 1280, 720)
    board.mouse.click(640, 360)  # a browser that blocks sound wants a touch first
    board.get_by_text("Izsaukumus arī nolasa").wait_for()
    page = open_page(f"{demo.base}/admin/devices", 1440, 900)
    sign_in(page, "manager")
    row = page.locator("tr[data-code=hall-1][data-state=ok]").first

    def offered() -> Any:
        page.reload()
        return row.get_by_role("button", name="Pārbaudīt skaņu").count()

    until(offered, "the board to be seen")
    row.get_by_role("button", name="Pārbaudīt skaņu").click()

    def played() -> Any:
        page.goto(f"{demo.base}/admin/devices")
        return row.get_by_text(re.compile("^ *atskaņots")).count() and row.get_by_role("button", name="Dzirdēju").count()

    until(played, "the board to have played it")
    clean(page, "played")
    row.get_by_role("button", name="Dzirdēju", exact=True).click()
    row.get_by_text("dzirdēja manager").wait_for()


def test_who_waits_for_a_room_is_called_by_board_and_phone(demo: Demo, open_page: Any) -> None:
    demo.command("demo-clerk", "EndRoom", room="d1")
    demo.command("demo-clerk", "WipeRoom", room="d1")
    service = demo.view("menu")["services"][0]["service"]
    taken = demo.command("demo-kiosk", "TakeTicket", service=service)["result"]
    assert demo.command("demo-clerk", "JoinRoom", room="d1", visit=taken["visit"])["ok"]
    board = open_page(f"{demo.base}/display/hall", 1280, 720)
    phone = open_page(f"{demo.base}/ticket/{taken['token']}", 390, 844)
    page = open_page(f"{demo.base}/admin/rooms", 1024, 800)
    sign_in(page)
    page.get_by_role("button", name=f"Izsaukt {taken['number']}", exact=True).click()
    board.locator(".towards", has_text="pie 1. klienta datora").first.wait_for()
    assert board.locator("[data-call]", has_text=taken["number"]).count()
    phone.get_by_text("pie 1. klienta datora").first.wait_for()
    clean(phone, "called to a room")

    def proved() -> Any:
        page.goto(f"{demo.base}/admin/rooms")
        return page.get_by_text(re.compile("ekrānā plkst")).count()

    until(proved, "the board to confirm it")
    clean(page, "called")
    assert demo.command("demo-clerk", "StartRoom", room="d1", number=taken["number"])["ok"]
    phone.locator("body[data-state=waiting]").wait_for()  # the visit itself still waits for its queue
    demo.command("demo-clerk", "EndRoom", room="d1")
    demo.command("demo-clerk", "WipeRoom", room="d1")
    demo.command("demo-clerk", "Leave", visit=taken["visit"])
