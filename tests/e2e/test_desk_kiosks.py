"""The desk and the manager's page as a kiosk needs people: help, a printer that fell out, paper, slips again, numbers by hand."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.axe import clean
from tests.e2e.conftest import sign_in
from tests.house import House
from tests.wire.test_hub import Device

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    found = House(tmp_path_factory.mktemp("house")).start()
    yield found
    found.stop()


@pytest.fixture
def kiosk(house: House) -> Iterator[Device]:
    """The connection on which the kiosk program says how it is."""
    device = Device(house, "menu", "demo-kiosk", device="kiosk-1:menu").connect()
    yield device
    device.socket.emit("status", {"state": "ok"})
    device.close()


def opened(house: House, open_page: Callable[..., Any]) -> Any:
    desk = open_page(f"{house.address}/counter/3")
    sign_in(desk)
    desk.get_by_role("button", name=re.compile("Atvērt lodziņu")).click()
    desk.get_by_role("button", name=re.compile("Izsniegt numuriņu")).wait_for()
    return desk


def test_help_and_paper_at_the_desk_and_the_manager(house: House, kiosk: Device, open_page: Callable[..., Any]) -> None:
    desk = opened(house, open_page)
    assert desk.locator("[data-alert]").count() == 0
    kiosk.socket.emit("status", {"state": "paper_low", "slips": 40})
    desk.get_by_text("Kiosks 1: papīrs beidzas, ap 40 numuriņu.").wait_for()
    assert kiosk.submit("CallHelp")["ok"]
    desk.get_by_text("Apmeklētājs pie kioska 1 lūdz palīdzību.").wait_for()
    kiosk.socket.emit("status", {"state": "paper_out"})
    desk.get_by_text("Kiosks 1 nedrukā: beidzies papīrs.").wait_for()
    assert [one.get_attribute("data-alert") for one in desk.locator("[data-alert]").all()] == ["help", "printer"]
    clean(desk)
    manager = open_page(f"{house.address}/admin/")
    sign_in(manager, "manager")
    manager.get_by_text("Kiosks 1 nedrukā: beidzies papīrs.").wait_for()
    assert "beidzies papīrs" in manager.locator("section[aria-labelledby=kiosks]").inner_text()
    clean(manager)
    desk.get_by_role("button", name="Es eju").click()
    desk.get_by_text("Pie kioska 1 iet clerk1: apmeklētājs lūdza palīdzību.").wait_for()
    assert desk.get_by_role("button", name="Es eju").count() == 0
    kiosk.socket.emit("status", {"state": "ok"})
    desk.locator("[data-alert=printer]").wait_for(state="detached")
    house.done("CloseCounter", {"counter": "3"})


def test_a_number_by_hand_and_its_slip_again(house: House, kiosk: Device, open_page: Callable[..., Any]) -> None:
    jobs = Device(house, "jobs/kiosk-1", "demo-kiosk", device="kiosk-1:jobs").connect()
    desk = opened(house, open_page)
    desk.get_by_role("button", name=re.compile("Izsniegt numuriņu")).click()
    sheet = desk.get_by_role("dialog")
    sheet.get_by_role("combobox", name="Pakalpojums").fill("PMLP-01")
    sheet.get_by_role("option").first.click()
    clean(desk)
    sheet.get_by_role("button", name="Izsniegt", exact=True).click()
    sheet.get_by_text("Izsniegtais numurs:").wait_for()
    number = sheet.get_by_role("status").locator("strong").inner_text()
    (slip,) = jobs.shows(lambda data: data["slips"])["slips"]
    assert (slip["number"], slip["order"], slip["copy"]) == (number, 0, False)
    jobs.submit("ReportSlip", {"visit": slip["visit"], "state": "failed", "order": 0})
    desk.keyboard.press("Escape")
    house.done("CallVisit", {"counter": "3", "visit": slip["visit"]})
    desk.get_by_text("numuriņš nav izdrukāts").wait_for()
    desk.get_by_role("button", name="Izdrukāt numuriņu vēlreiz").click()
    (again,) = jobs.shows(lambda data: data["slips"])["slips"]
    assert (again["visit"], again["number"], again["order"], again["copy"]) == (slip["visit"], number, 1, True)
    desk.get_by_text("numuriņš vēl nav izdrukāts").wait_for()
    jobs.submit("ReportSlip", {"visit": slip["visit"], "state": "printed", "order": 1})
    desk.get_by_text("numuriņš vēl nav izdrukāts").wait_for(state="detached")
    jobs.close()
    house.clear()


MIDDLES = """() => [...document.querySelectorAll(".card.call .button")].map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return [x + width / 2, y + height / 2, one.innerText];
})"""
UNDER = "([x, y]) => document.elementFromPoint(x, y)?.closest('.button')?.innerText"


def test_a_notice_moves_no_step_away_from_the_hand(house: House, kiosk: Device, open_page: Callable[..., Any]) -> None:
    """One comes two seconds after a call that no board has shown, when the hand is on its way to the steps."""
    desk = opened(house, open_page)
    house.done("TakeTicket", {"service": "PMLP-02"})
    house.done("CallNext", {"counter": "3"})
    desk.get_by_role("button", name=re.compile("Neieradās")).wait_for()
    before = desk.evaluate(MIDDLES)
    assert len(before) >= 3
    kiosk.socket.emit("status", {"state": "paper_out"})
    desk.get_by_text("Kiosks 1 nedrukā: beidzies papīrs.").wait_for()
    assert [desk.evaluate(UNDER, [x, y]) for x, y, _ in before] == [name for _, _, name in before]
