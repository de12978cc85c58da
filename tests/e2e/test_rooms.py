"""The screen of a client computer through its time, also without the server; the office's pages about rooms; axe on all."""

import re
from typing import Any

import pytest

from tests.e2e.axe import clean
from tests.e2e.conftest import Demo, sign_in, until

pytestmark = pytest.mark.e2e

PAGES = ("", "/week", "/specialists", "/papers", "/handover", "/season", "/cards")


def free(demo: Demo, room: str) -> None:
    demo.command("demo-clerk", "EndRoom", room=room)
    demo.command("demo-clerk", "WipeRoom", room=room)


def test_a_screen_tells_the_time_warns_and_asks_to_sign_out_by_its_own_clock(demo: Demo, open_page: Any) -> None:
    free(demo, "d1")
    page = open_page("about:blank", 1280, 800)
    page.clock.install()
    page.goto(f"{demo.base}/room/d1")
    page.get_by_role("heading", name="Brīvs").wait_for()
    clean(page, "free")
    assert demo.command("demo-clerk", "StartRoom", room="d1", minutes=20, helped=True)["ok"]
    page.get_by_role("heading", name=re.compile("Jūsu laiks līdz plkst.")).wait_for()
    page.get_by_text("Palīgs ir jums blakus.").wait_for()
    clean(page, "used")
    assert demo.command("demo-clerk", "JoinRoom", room="d1")["ok"]
    page.get_by_text("Šo vietu gaida: D1-1").wait_for()
    page.context.set_offline(True)
    page.clock.fast_forward("15:30")
    page.get_by_role("heading", name=re.compile("Atlikušas [45] minūtes")).wait_for()
    clean(page, "ending")
    page.clock.fast_forward("05:00")
    page.get_by_role("heading", name="Lūdzu, izejiet no kontiem un paņemiet savus papīrus").wait_for()
    page.get_by_text(re.compile("Nav savienojuma kopš plkst.")).wait_for()
    clean(page, "sign out")
    assert demo.view("room/d1")["state"] == "used"  # the server's clock is the truth, and it says so again
    page.context.set_offline(False)
    demo.command("demo-clerk", "LeaveRoom", room="d1", number="D1-1")
    free(demo, "d1")


def test_a_clerk_gives_a_computer_and_confirms_that_it_is_cleared(demo: Demo, open_page: Any) -> None:
    free(demo, "d2")
    page = open_page(f"{demo.base}/admin/rooms", 1024, 800)
    sign_in(page)
    card = page.get_by_role("region", name=re.compile("2. klienta dators"))
    card.get_by_label("Minūtes").fill("20")
    card.get_by_label("ar palīgu").check()
    card.get_by_role("button", name="Sākt laiku").click()
    card.get_by_text(re.compile("Aizņemts līdz plkst.")).wait_for()
    until(lambda: demo.view("room/d2")["helped"], "the room to be taken with a helper")
    card.get_by_role("button", name="2. klienta dators: vēl 15 min").click()
    card.get_by_label("Rezultāts").select_option("lodged_helped")
    card.get_by_role("button", name="Beigt").click()
    card.get_by_text("Jāiziet no kontiem un jāsakārto").wait_for()
    clean(page, "to be cleared")
    card.get_by_role("button", name="No kontiem iziets, vieta sakārtota").click()
    card.get_by_text("Brīva vieta").wait_for()
    assert demo.view("room/d2")["state"] == "free"


@pytest.mark.parametrize("width", [1440, 320])
def test_every_page_about_rooms_is_clean(demo: Demo, open_page: Any, width: int) -> None:
    page = open_page(f"{demo.base}/admin/rooms", width, 900)
    sign_in(page, "manager")
    for path in PAGES:
        page.goto(f"{demo.base}/admin/rooms{path}")
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        clean(page, path)
