"""The manager's page of the boards in a browser: what is filled in there stands on the wall, and gives way to a call."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from server.demo import always_open
from tests.e2e.axe import clean
from tests.e2e.conftest import sign_in
from tests.house import House
from tests.media.made import picture, webm
from tests.support import demo_plan

pytestmark = pytest.mark.e2e

TEXT = "# Deklarācija no 1. marta\nLūdzu, **paņemiet līdzi** izziņas."


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    found = House(tmp_path_factory.mktemp("house")).start()
    yield found
    found.stop()


@pytest.fixture
def house(centre: House) -> House:
    """The centre, open at any hour, without slides, and with nobody in it."""
    plan = msgspec.structs.replace(always_open(demo_plan()), slides=())
    centre.done("RevisePlan", {"plan": msgspec.to_builtins(plan)})
    centre.clear()
    return centre


@pytest.fixture
def admin(house: House, open_page: Callable[..., Any]) -> Any:
    """The manager's page."""
    page = open_page(f"{house.address}/admin/board", height=900)
    sign_in(page, "manager")
    page.wait_for_selector(".boards")
    return page


def field(page: Any, label: str) -> Any:
    return page.get_by_label(label, exact=True)


def save(page: Any, *, well: bool = True) -> None:
    page.get_by_role("button", name="Saglabāt un rādīt").click()
    page.wait_for_selector("#answer [data-kind=ok]" if well else "#answer [data-kind=trouble]")


def test_a_film_plays_without_sound(house: House, admin: Any, open_page: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "filma.webm").write_bytes(webm(20))
    admin.click("[data-add=video]")
    admin.get_by_label("Sūtīt jaunu failu").set_input_files(tmp_path / "filma.webm")
    admin.wait_for_selector(".slide-form .preview video")
    field(admin, "Kas redzams (latviski)").fill("Filma")
    save(admin)
    board = open_page(f"{house.address}/display/hall", width=1920, height=1080)
    board.wait_for_function("() => document.querySelector('.slide video')?.currentTime > 0")
    assert board.evaluate("document.querySelector('.slide video').muted")


def test_what_the_manager_fills_in_stands_on_the_wall_and_gives_way_to_a_call(
    house: House, admin: Any, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    board = open_page(f"{house.address}/display/hall", width=1920, height=1080)
    board.wait_for_selector("#app > :not(.loading)")
    assert board.locator(".slide").count() == 0
    # A picture.
    (tmp_path / "karte.png").write_bytes(picture("PNG", (800, 450)))
    admin.click("[data-add=picture]")
    admin.get_by_label("Sūtīt jaunu failu").set_input_files(tmp_path / "karte.png")
    admin.wait_for_selector(".slide-form .preview img")
    field(admin, "Kas redzams (latviski)").fill("Ceļa karte")
    save(admin)
    board.wait_for_function("() => document.querySelector('.slide[data-kind=picture] img')?.naturalWidth === 800")
    assert board.get_by_alt_text("Ceļa karte").is_visible()
    # A text of the season, in its place.
    admin.click("[data-add=text]")
    admin.keyboard.type(TEXT)
    today = datetime.now(ZoneInfo("Europe/Riga"))
    first, last = today - timedelta(days=1), today + timedelta(days=1)
    admin.get_by_label("Katru gadu vienās un tajās pašās dienās").check()
    admin.get_by_label("no mēneša").select_option(f"{first.month:02}")
    admin.get_by_label("līdz mēnesim").select_option(f"{last.month:02}")
    field(admin, "no dienas").fill(str(first.day))
    field(admin, "līdz dienai").fill(str(last.day))
    admin.get_by_role("button", name="Noņemt: Ceļa karte").click()
    admin.wait_for_function(f"() => document.querySelector('.when').textContent.startsWith('katru gadu no {first.day}. ')")
    clean(admin)
    save(admin)
    board.wait_for_function(
        "() => document.querySelector('.slide[data-kind=text] h2')?.textContent === 'Deklarācija no 1. marta'"
    )
    assert board.locator(".slide strong").inner_text() == "paņemiet līdzi"
    assert house.data("board/hall")["slides"][0]["html"] == {
        "lv": "<h2>Deklarācija no 1. marta</h2>\n<p>Lūdzu, <strong>paņemiet līdzi</strong> izziņas.</p>\n"
    }
    # A call.
    house.done("OpenCounter", {"counter": "1"}, "clerk-1")
    number = house.done("TakeTicket", {"service": demo_plan().queues[0].services[0]})["number"]
    house.done("CallNext", {"counter": "1"}, "clerk-1")
    board.wait_for_function("number => document.body.innerText.includes(number) && !document.querySelector('.slide')", arg=number)


def test_faults_stand_at_their_fields_and_the_first_has_the_focus(admin: Any, tmp_path: Path) -> None:
    admin.click("[data-add=text]")
    save(admin, well=False)
    assert admin.evaluate("document.activeElement.tagName") == "TEXTAREA"
    said = admin.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-describedby').split(' ').pop()).innerText"
    )
    assert said.strip() == "Šis lauks jāaizpilda."
    clean(admin)
    admin.keyboard.type("Sveiki")
    field(admin, "Stundas (tukšs: visu dienu)").fill("12-9")
    admin.get_by_text("12-9 beidzas, pirms sākas.").wait_for()
    field(admin, "Stundas (tukšs: visu dienu)").fill("9-12")
    admin.get_by_text("9:00–12:00", exact=True).wait_for()
    assert admin.locator("[aria-invalid=true]").count() == 0
    # What is no picture is refused in words, and the page goes on.
    (tmp_path / "lapa.png").write_bytes(b"<script>alert(1)</script>")
    admin.click("[data-add=picture]")
    admin.get_by_label("Sūtīt jaunu failu").set_input_files(tmp_path / "lapa.png")
    admin.get_by_text("lapa.png: Attēlu nevar nolasīt").wait_for()
    clean(admin)


def test_another_managers_change_is_not_lost(house: House, admin: Any) -> None:
    other = msgspec.structs.replace(always_open(demo_plan()), slides=demo_plan().slides[:1])
    house.done("RevisePlan", {"plan": msgspec.to_builtins(other)})
    admin.click("[data-add=rule]")
    save(admin, well=False)
    assert "mainījis kāds cits" in admin.inner_text("#answer")
    assert admin.locator("[data-slide]").count() == 1, "what was made is still there to be looked at"
    admin.on("dialog", lambda dialog: dialog.accept())
    admin.get_by_role("link", name="Ielādēt lapu no jauna").click()
    admin.wait_for_selector(f"[data-slide={other.slides[0].code}]")


def test_everything_is_done_with_keys_and_said_to_who_does_not_see_it(admin: Any) -> None:
    for kind in ("phone", "rule"):
        admin.focus(f"[data-add={kind}]")
        admin.keyboard.press("Enter")
    cards = admin.locator("[data-slide]")
    first = cards.nth(0).get_attribute("data-slide")
    admin.focus(f"#down-slide-{first}")
    admin.keyboard.press("Enter")
    assert cards.nth(1).get_attribute("data-slide") == first
    assert admin.evaluate("document.activeElement.id") == f"up-slide-{first}", "the other way is still open"
    assert admin.locator("p[role=status]").last.inner_text() == "Centra lapas kods: tagad 2. no 2"
    admin.keyboard.press("Tab")
    admin.keyboard.press("Enter")
    assert cards.count() == 1
    assert admin.evaluate("document.activeElement.id") == "slides"
    admin.set_viewport_size({"width": 320, "height": 700})
    admin.wait_for_function("document.documentElement.scrollWidth <= 320")
    clean(admin)
