"""Video booths in the browser: a talk is booked, its visitor comes, and the ready signal stands at the desk and the manager's."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from msgspec.structs import replace

from config.plan import Booth, Hours, OpenHours, Plan
from tests.e2e.axe import clean
from tests.e2e.conftest import sign_in
from tests.house import House
from tests.support import demo_plan

pytestmark = pytest.mark.e2e


def soon() -> Plan:
    """The demo's plan, open in three minutes, so that the first talk begins in less than five; in a zone that is not at midnight.

    VSAA-31 can be had at a counter and by video.
    """
    now = datetime.now(UTC) + timedelta(minutes=3)
    late = now.astimezone(ZoneInfo("Europe/Riga")).hour >= 22
    zone = "Asia/Kolkata" if late else "Europe/Riga"
    opens = f"{now.astimezone(ZoneInfo(zone)):%H:%M}"
    days = OpenHours(days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), spans=f"{opens}-24:00")
    plan = demo_plan()
    assert plan.booking is not None
    booth = Booth(code="video-1", name=plan.booths[0].name, zone="hall", services=("VSAA-30", "VSAA-31"))
    return replace(
        plan, centre=replace(plan.centre, timezone=zone), hours=Hours(regular=(days,), holidays=False), booths=(booth,),
        booking=replace(plan.booking, lead=0, early=30),
    )  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server with a booth that can be booked at once."""
    found = House(tmp_path_factory.mktemp("house")).start()
    found.done("RevisePlan", {"plan": msgspec.to_builtins(soon())})
    yield found
    found.stop()


def chosen(page: Any, service: str) -> None:
    page.get_by_role("combobox").first.fill(service)
    page.keyboard.press("Enter")
    page.locator(".book-slot").first.wait_for()


def test_a_talk_from_the_book_to_the_free_booth(house: House, open_page: Callable[..., Any]) -> None:
    desk = open_page(f"{house.address}/counter/appointments?counter=3")
    sign_in(desk)
    chosen(desk, "VSAA-31")
    way = desk.get_by_role("group", name="Kā")
    assert way.get_by_role("button", pressed=True).inner_text() == "Pie lodziņa"
    way.get_by_role("button", name="Videosarunā").click()
    way.get_by_role("button", name="Videosarunā", pressed=True).wait_for()
    desk.get_by_text("1 vieta").first.wait_for()
    clean(desk)
    desk.keyboard.press("F8")
    chosen(desk, "VSAA-30")
    desk.get_by_text("Videosaruna no kabīnes centrā").wait_for()
    desk.locator(".book-slot:not([disabled])").first.click()
    desk.fill("#contact-name", "Anna Kalniņa")
    desk.get_by_role("button", name="Pierakstīt").click()
    desk.locator(".book-sheet").get_by_text("Videosaruna no kabīnes centrā").wait_for()
    desk.locator(".book-list").get_by_text("Videokabīne").wait_for()

    desk.get_by_role("link", name="3. lodziņš").click()
    desk.get_by_role("button", name=re.compile("Atvērt lodziņu")).click()
    booth, alert = desk.locator("[data-booth=video-1]"), desk.locator("[data-alert=booth]")
    alert.get_by_text(re.compile(r"Videokabīne 1 nav gatava sarunai plkst\. \d")).wait_for()
    booth.get_by_text(re.compile("Nākamā saruna: .*vēl nav ieradies")).wait_for()
    booth.get_by_role("button", name=re.compile("^Sakari pārbaudīti")).click()
    alert.wait_for(state="detached")
    assert booth.get_by_role("button", name=re.compile("^Gatava")).count() == 0, "nobody is there"
    booth.get_by_role("button", name=re.compile("^Pieteikt ierašanos")).click()
    alert.get_by_text("ieaiciniet viņu kabīnē").wait_for()
    booth.get_by_text(re.compile(r"J\d{3}")).first.wait_for()
    booth.get_by_role("button", name=re.compile("^Gatava")).wait_for()
    desk.keyboard.press("Control+Shift+F8")
    desk.keyboard.press("Enter")
    booth.get_by_text(re.compile(r"gatava kopš \d")).wait_for()
    alert.wait_for(state="detached")
    desk.wait_for_function("document.activeElement.innerText.includes('Saruna sākusies')")
    clean(desk)

    manager = open_page(f"{house.address}/admin/")
    sign_in(manager, "manager")
    manager.locator("[data-booth=video-1]").get_by_text(re.compile(r"gatava kopš \d")).wait_for()
    assert "Clerk1" in manager.locator("[data-booth=video-1]").inner_text()
    clean(manager)

    desk.set_viewport_size({"width": 380, "height": 900})
    booth.get_by_role("button", name=re.compile("^Saruna sākusies")).click()
    booth.get_by_text("notiek saruna").wait_for()
    assert desk.evaluate("document.documentElement.scrollWidth") <= 380
    clean(desk)
    booth.get_by_role("button", name=re.compile("^Atbrīvot")).click()
    booth.get_by_text("brīva", exact=True).wait_for()
    manager.locator("[data-booth=video-1][data-state=free]").wait_for()
    house.clear()
