"""The page of the centre now: each act is done from there on a live stand, and the desk and the boards go on."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.conftest import sign_in, until
from tests.e2e.desk_stage import Desk, clean, opened, running
from tests.house import House
from tests.support import demo_plan

pytestmark = pytest.mark.e2e
WHY = "trūkst darbinieku"
FOCUSED = "one => one === document.activeElement"
SERVICE = "VSAA-21"
OWN_PARTS = ("Balss", "Valsts tīkls", "Disks", "Servera pulkstenis", "Rezerves kopija")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    with running(tmp_path_factory.mktemp("now")) as found:
        yield found


@pytest.fixture(autouse=True)
def cleared(house: House) -> Iterator[None]:
    """Nobody is left after a test."""
    yield
    house.clear()


class Now:
    """The page as a manager or somebody else sees it."""

    def __init__(self, house: House, open_page: Callable[..., Any], name: str = "manager", width: int = 1440) -> None:
        self.page = open_page(f"{house.address}/admin/", width, 900)
        sign_in(self.page, name)
        self.page.locator(".now[data-link=up]").wait_for()

    def act(self, id: str, within: str = ".now") -> Any:
        """Presses the button of an act."""
        self.page.locator(f"{within} [data-act={id}]").first.click()

    def give(self, button: str, **fields: str) -> None:
        """Fills the open sheet and sends it; waits until it is gone."""
        sheet = self.page.locator("dialog[data-sheet]")
        for name, value in fields.items():
            found = sheet.locator(f"[name={name}]")
            if found.evaluate("one => one.tagName") == "SELECT":
                found.select_option(value)
            else:
                found.fill(value)
        sheet.get_by_role("button", name=button, exact=True).click()
        sheet.wait_for(state="detached")

    def says(self, text: str) -> None:
        """Waits until the page says what was done."""
        self.page.locator(".now-done", has_text=text).wait_for()


@pytest.fixture
def desk(house: House, open_page: Callable[..., Any]) -> Desk:
    """Counter 3, opened by clerk1."""
    return opened(house, open_page)


def test_each_act_from_the_page_with_an_open_desk(house: House, desk: Desk, open_page: Callable[..., Any]) -> None:
    now = Now(house, open_page)
    page = now.page
    page.get_by_text("Šodien vēl neviens nav nācis.").wait_for()
    clean(page, "nobody yet")
    first, second = desk.take(SERVICE), desk.take(SERVICE)

    row = f"[data-queue={queue_of(house, first['visit'])}]"
    now.act("close", row)
    page.locator("dialog[data-sheet]").wait_for()
    clean(page, "sheet")
    now.give("Slēgt", reason=WHY)
    page.locator(f"{row}[data-gives=false]", has_text=WHY).wait_for()
    assert page.locator(f"{row} [data-act=open]").evaluate(FOCUSED), "whoever sent it goes on from there"
    assert house.submit("TakeTicket", {"service": SERVICE}).json["code"] == "queue_stopped"
    page.get_by_role("button", name="Atsaukt").click()
    page.locator(f"{row}[data-gives=true]").wait_for()
    until(lambda: page.locator(".now-done").evaluate(FOCUSED), "the focus where the pressed button was")

    page.locator(f"{row} .figure-button").click()
    list_ = page.locator("dialog.wide-sheet")
    list_.locator(f"[data-visit={second['number']}]").wait_for()
    clean(page, "list")
    now.act("move", f"[data-visit={second['number']}]")
    now.give("Pārcelt", rank="first", reason="brauc tālu")
    list_.locator(f"[data-visit={second['number']}]", has_text="likts pirmais").wait_for()
    now.act("end", f"[data-visit={first['number']}]")
    now.give("Beigt", reason="aizgāja, neviens nepamanīja")
    list_.locator(f"[data-visit={first['number']}]").wait_for(state="detached")
    list_.get_by_role("button", name="Aizvērt sarakstu").click()
    assert page.locator(f"{row} .figure-button").evaluate(FOCUSED)

    desk.key("F2")
    desk.shows(second["number"])
    other = next(one.code for one in demo_plan().profiles if one.code != profile(house))
    now.act("counter", "[data-counter='3']")
    now.act("profile", "dialog[data-sheet]")
    assert page.locator("dialog[data-sheet] [name=profile]").evaluate(FOCUSED), "a sheet after another begins with its field"
    now.give("Iestatīt", profile=other)
    until(lambda: profile(house) == other, "the other profile")
    now.act("counter", "[data-counter='3']")
    now.act("message", "dialog[data-sheet]")
    now.give("Nosūtīt", text="paldies, drīz pauze")
    desk.shows("paldies, drīz pauze", "body")
    now.act("counter", "[data-counter='3']")
    now.act("release", "dialog[data-sheet]")
    now.give("Slēgt lodziņu", reason=WHY)
    page.locator("[data-counter='3'][data-state=closed]").wait_for()
    desk.until(lambda data: data["state"] == "closed", "the counter to be closed")
    assert house.data("overview")["waiting"] == 1, "who was called waits again"
    desk.key("F2")
    desk.until(lambda data: data["state"] == "idle", "the clerk, still signed in, to open again")
    desk.shows(WHY, "body")

    board = open_page(f"{house.address}/display/hall", 1280, 720)
    now.act("announce")
    now.give("Rādīt", text="Strādā divi lodziņi", minutes="10")
    board.get_by_text("Strādā divi lodziņi").wait_for()
    now.act("withdraw", "[data-line]")
    now.says("Paziņojums noņemts.")
    board.get_by_text("Strādā divi lodziņi").wait_for(state="detached")

    now.act("take")
    now.give("Izsniegt", service=SERVICE, prints="")
    now.says("Numurs ir ")
    waiting = house.data("overview")["waiting"]
    assert waiting == 2
    now.act("close-day")
    sheet = page.locator("dialog[data-sheet=CloseDay]")
    sheet.get_by_text("Vēl atvērti 2 apmeklējumi").wait_for()
    now.give("Slēgt dienu")
    page.locator("[data-stopped]").wait_for()
    assert house.submit("TakeTicket", {"service": SERVICE}).json["code"] == "closed_now"
    now.act("reopen")
    now.give("Atvērt", reason="vēl ir ļaudis")
    page.locator("[data-stopped]").wait_for(state="detached")
    assert house.submit("TakeTicket", {"service": SERVICE}).status == 200
    assert desk.data()["state"] == "closed"
    assert desk.page.evaluate("fetch('/api/v1/views/desk/3').then((one) => one.status)") == 200, "no clerk was logged out"


def queue_of(house: House, visit: str) -> str:
    (found,) = [one["queue"] for one in house.data("visits")["visits"] if one["visit"] == visit]
    return str(found)


def profile(house: House) -> str:
    return str(next(one["profile"] for one in house.data("overview")["counters"] if one["counter"] == "3"))


def test_an_alert_is_seen_by_somebody_moves_down_and_is_kept_with_its_times(house: House, open_page: Callable[..., Any]) -> None:
    now = Now(house, open_page)
    house.done("OpenCounter", {"counter": "4"}, "clerk-4")
    house.done("RaiseAlarm", {"counter": "4"}, "clerk-4")
    alert = now.page.locator("[data-alert=alarm]")
    alert.locator("[data-act=see]").click()
    now.page.locator("[data-alert=alarm][data-seen=true]").wait_for()
    clean(now.page, "alert")
    house.done("AcknowledgeAlarm", {"counter": "4"}, "clerk-4")
    alert.wait_for(state="detached")
    now.page.locator("details summary").click()
    row = now.page.locator("[data-trouble=alarm][data-over=true]")
    assert re.search(r"Lūdz kolēģi\s+4\s+\d+:\d\d\s+\d+:\d\d", row.inner_text())


@pytest.mark.parametrize("name", ["clerk1", "network"])
def test_who_may_not_act_sees_the_same_without_a_button(house: House, open_page: Callable[..., Any], name: str) -> None:
    house.done("OpenCounter", {"counter": "4"}, "clerk-4")
    now = Now(house, open_page, name, 1024)
    now.page.locator("[data-counter='4'][data-state=idle]").wait_for()
    found = now.page.locator(".now [data-act]").evaluate_all("all => all.map((one) => one.dataset.act)")
    assert found == []
    assert house.submit("SetQueue", {"open": False, "reason": WHY}, "demo-clerk").status == 403


def test_the_page_is_readable_on_a_phone(house: House, open_page: Callable[..., Any]) -> None:
    now = Now(house, open_page, width=320)
    until(lambda: now.page.locator("[data-figure]").count() == 5, "five figures")
    assert now.page.evaluate("document.documentElement.scrollWidth") == 320
    clean(now.page, "320 px")


def test_counted_are_the_devices_in_the_rooms_and_no_page_of_a_manager(house: House, open_page: Callable[..., Any]) -> None:
    left = Now(house, open_page)
    left.page.close()
    now = Now(house, open_page)
    rows = now.page.locator(".device-list > li").evaluate_all("all => all.map((one) => one.innerText)")
    own = [row for row in rows if row.split("\n")[0].strip() in OWN_PARTS]
    assert len(own) == len(OWN_PARTS)
    kept = until(lambda: house.data("overview")["devices"], "the server's own devices")
    assert any(one["device"].startswith("admin-") for one in kept)
    assert now.page.locator("#kiosks .small").inner_text() == f"0 pievienotu, {len(rows) - len(own)} bez sakariem"
