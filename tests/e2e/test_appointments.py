"""Appointments through the whole house; the next arrival, the pause between calls and the paper roll at a desk."""

import io
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from config.plan import Calling, Hours, OpenHours, Plan, Roll
from tests.e2e.conftest import Demo, free_ports, sign_in, until
from tests.support import demo_plan, long_day

pytestmark = pytest.mark.e2e

SHIELD_MS = 650
INERT_MS = 450


def any_hour() -> Plan:
    """The demo's plan with appointments at every hour of every day, for a check-in hours before them."""
    plan = demo_plan()
    always = OpenHours(days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), spans="0:00-24:00")
    assert plan.booking is not None
    return replace(
        plan,
        centre=replace(plan.centre, timezone=long_day(plan.centre.timezone)),
        hours=Hours(regular=(always,), holidays=False),
        shifts=(),
        booking=replace(plan.booking, lead=0, early=240),
    )


def revise(centre: Demo, plan: Plan) -> None:
    answer = centre.command("demo-manager", "RevisePlan", plan=msgspec.to_builtins(plan))
    assert answer["ok"], answer


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of this module's own: its plan is revised."""
    demo = Demo(tmp_path_factory.mktemp("book") / "data", free_ports())
    demo.start()
    revise(demo, any_hour())
    yield demo
    demo.stop()


def printed(centre: Demo) -> str:
    """The page with all slips that the kiosk printed."""
    with urllib.request.urlopen(f"{centre.kiosk}/paper", timeout=5) as page:
        return str(page.read().decode())


def book(centre: Demo, page: Any, name: str) -> str:
    """Books the second free place for a service found by a word, for the first may begin meanwhile; answers with the code."""
    page.goto(f"{centre.base}/counter/appointments?counter=3")
    page.get_by_role("combobox").first.wait_for()
    page.keyboard.press("F8")
    page.keyboard.type("deklaracijas aizp")
    page.keyboard.press("Enter")
    page.locator(".book-slot:not([disabled])").nth(1).click()
    page.fill("#contact-name", name)
    page.fill("#contact-phone", "+371 20 000 000")
    page.get_by_role("button", name="Pierakstīt").click()
    page.locator(".book-code").wait_for()
    return re.sub(r"\D", "", page.inner_text(".book-code"))


@pytest.fixture
def desk(centre: Demo, open_page: Any) -> Any:
    """A clerk's browser on the desk of counter 3, which is open and free."""
    centre.clear()
    page = open_page(f"{centre.base}/counter/3", 1280, 800)
    sign_in(page)
    page.get_by_role("button", name=re.compile("Atvērt lodziņu")).wait_for()
    page.keyboard.press("F2")
    until(lambda: centre.view("desk/3")["state"] == "idle", "the counter to open")
    page.wait_for_timeout(INERT_MS)
    return page


def test_booked_at_the_desk_checked_in_at_the_kiosk_and_called(centre: Demo, desk: Any, open_page: Any) -> None:
    kiosk = open_page(f"{centre.kiosk}/", 1080, 1920)
    board = open_page(f"{centre.base}/display/hall", 1920, 1080)
    code = book(centre, desk, "Anna Kalniņa")
    assert _read(desk.locator(".book-sheet img").screenshot()) == f"RINDA:{code}"
    until(lambda: "Anna Kalniņa" in desk.inner_text(".book-list"), "the appointment in the list")

    kiosk.get_by_role("button", name="Man ir pieraksts").click()
    kiosk.wait_for_timeout(SHIELD_MS)
    for digit in code:
        kiosk.get_by_role("button", name=digit, exact=True).click()
    kiosk.get_by_role("button", name="Pieteikt ierašanos").click()
    number = until(lambda: re.search(r"J\d{3}", kiosk.inner_text("main")), "a number on the kiosk").group()
    assert "Jūs izsauks ap šo laiku" in kiosk.inner_text("main")

    desk.get_by_role("link", name="3. lodziņš").click()
    desk.get_by_role("button", name=re.compile(f"Izsaukt nākamo.*{number}")).wait_for()
    assert "pieraksts plkst." in desk.inner_text("main")
    desk.wait_for_timeout(INERT_MS)
    desk.keyboard.press("F2")
    until(lambda: number in board.inner_text("body"), "the call on the board")
    assert number in desk.inner_text(".call .reason")

    kiosk.goto(f"{centre.kiosk}/")
    kiosk.get_by_role("button", name="Man ir pieraksts").wait_for()
    kiosk.keyboard.type(f"RINDA:{code}")
    kiosk.keyboard.press("Enter")
    kiosk.get_by_role("heading", name="Ierašanās jau ir pieteikta").wait_for()
    assert number in kiosk.inner_text(".number-card"), "the same number for who scans the code again"


def test_moved_found_checked_in_at_the_desk_and_cancelled(centre: Demo, desk: Any) -> None:
    first, second = book(centre, desk, "Jānis Bērziņš"), book(centre, desk, "Līga Ozola")
    rows = desk.locator(".book-list tbody tr")
    until(lambda: rows.filter(has_text=second).count() == 1, "both in the list")
    before = rows.filter(has_text=second).locator("th").inner_text()
    rows.filter(has_text=second).get_by_role("button", name=re.compile("^Pārcelt")).click()
    until(lambda: desk.evaluate("document.activeElement.matches('.book-one-day')"), "the days to have the focus")
    desk.locator(".book-slot:not([disabled])").last.click()
    desk.keyboard.press("Enter")
    until(lambda: "Pārcelts uz" in desk.locator(".visually-hidden[role=status]").inner_text(), "what was done in words")
    until(lambda: rows.filter(has_text=second).locator("th").inner_text() != before, "another time")
    assert desk.locator("[data-moving=true]").count() == 0
    desk.keyboard.press("F8")
    until(lambda: desk.evaluate("document.activeElement.id") == "finder", "F8 to begin anew")

    desk.fill("input[type=search]", "janis")
    until(lambda: rows.count() == 1 and first in rows.inner_text(), "only who was sought, diacritics left out")
    rows.get_by_role("button", name=re.compile("^Pieteikt ierašanos")).click()
    told = until(lambda: re.search(r"Kārtas numurs: (J\d{3})", desk.inner_text(".book-list")), "the number for the visitor")
    desk.get_by_role("button", name="Drukāt: kiosks 1").click()
    until(lambda: told[1] in printed(centre), "its slip")

    desk.fill("input[type=search]", "")
    rows.filter(has_text=second).get_by_role("button", name=re.compile("^Atcelt pierakstu")).click()
    desk.get_by_role("button", name="Nē, paturēt").click()
    assert rows.filter(has_text=second).count() == 1, "a question first"
    rows.filter(has_text=second).get_by_role("button", name=re.compile("^Atcelt pierakstu")).click()
    desk.get_by_role("button", name="Jā, atcelt").click()
    until(lambda: rows.filter(has_text=second).count() == 0, "the appointment to be cancelled")
    assert desk.evaluate("document.activeElement.id") == "book-day"


def test_a_wrong_code_tells_what_to_do(centre: Demo, open_page: Any) -> None:
    kiosk = open_page(f"{centre.kiosk}/", 1080, 1920)
    kiosk.get_by_role("button", name="Man ir pieraksts").wait_for()
    kiosk.keyboard.type("https://example.lv/ticket/123456")
    kiosk.keyboard.press("Enter")
    until(lambda: "Tas nav pieraksta kods" in kiosk.inner_text("main"), "a sentence for the code of something else")
    kiosk.wait_for_timeout(1600)  # what comes after a pause is typed anew
    kiosk.keyboard.type("000000")
    kiosk.keyboard.press("Backspace")
    kiosk.keyboard.type("1")
    kiosk.keyboard.press("Enter")
    kiosk.get_by_role("button", name="Ievadīt kodu vēlreiz").wait_for()
    assert "Pieraksta ar šādu kodu nav" in kiosk.inner_text("main")
    kiosk.wait_for_timeout(SHIELD_MS)
    kiosk.get_by_role("button", name="Saņemt kārtas numuru").click()
    kiosk.get_by_role("button", name="Man ir pieraksts").wait_for()


def test_the_next_arrival_comes_by_itself_until_that_is_taken_back(centre: Demo, desk: Any) -> None:
    store = desk.locator("[data-step=store]")
    desk.keyboard.press("Control+F2")
    until(lambda: "Atcelt" in store.inner_text(), "the wish to be kept")
    assert "uzreiz izsauks" in desk.inner_text("main")
    store.click()
    until(lambda: "pie manis" in store.inner_text() and "Atcelt" not in store.inner_text(), "the wish to be taken back")
    store.click()
    until(lambda: centre.view("desk/3")["stored"], "the wish once more")
    number = centre.command("demo-manager", "TakeTicket", service="VID-01")["result"]["number"]
    until(lambda: number in desk.inner_text(".card.call"), "the arrival to be called")


def test_the_paper_roll(centre: Demo, desk: Any) -> None:
    revise(centre, replace(any_hour(), roll=Roll(service="CTR-01", first=1, last=99)))
    try:
        desk.get_by_role("button", name="Izsaukt 1 no ruļļa").wait_for()
        desk.keyboard.press("Control+F9")
        desk.fill("input[name=next]", "100")
        desk.keyboard.press("Enter")
        until(lambda: "Rullī ir numuri no 1 līdz 99" in desk.inner_text("dialog.sheet"), "the refusal where the press was")
        desk.fill("input[name=next]", "47")
        desk.keyboard.press("Enter")
        desk.get_by_role("button", name="Izsaukt 47 no ruļļa").wait_for()
        assert desk.locator("[data-step=call]").get_attribute("aria-keyshortcuts") is None, "F2 is the main step's only"
        desk.wait_for_timeout(INERT_MS)
        desk.keyboard.press("Control+F8")
        until(lambda: "47" in desk.inner_text(".card.call"), "the number of the roll to be called")
        assert centre.view("desk/3")["roll"] == 48
    finally:
        centre.clear()
        revise(centre, any_hour())


def test_a_call_that_comes_too_soon_says_for_how_long(centre: Demo, desk: Any) -> None:
    plan = any_hour()
    revise(centre, replace(plan, profiles=tuple(replace(one, calling=Calling(gap_s=600)) for one in plan.profiles)))
    try:
        for _ in range(2):
            centre.command("demo-manager", "TakeTicket", service="VID-01")
        desk.get_by_role("button", name=re.compile("Izsaukt nākamo: ")).wait_for()
        desk.keyboard.press("F2")
        desk.get_by_role("button", name=re.compile("Neieradās")).wait_for()
        first = centre.view("desk/3")["visit"]["number"]
        desk.wait_for_timeout(INERT_MS)
        desk.keyboard.press("Shift+F2")
        until(lambda: re.search(r"iespējams pēc [56]\d\d s", desk.inner_text(".card.call")), "a refusal over who stays called")
        assert centre.view("desk/3")["visit"]["number"] == first
        desk.wait_for_timeout(INERT_MS)
        desk.keyboard.press("Shift+F4")
        desk.get_by_role("button", name=re.compile("Izsaukt nākamo: ")).wait_for()
        desk.wait_for_timeout(INERT_MS)
        desk.keyboard.press("F2")
        until(lambda: re.search(r"iespējams pēc [56]\d\d s", desk.inner_text("main")), "the seconds that are left")
    finally:
        centre.clear()
        revise(centre, plan)


def test_all_numbers_of_a_person_stand_on_the_kiosk(centre: Demo, open_page: Any) -> None:
    plan = any_hour()
    counters = tuple(replace(one, profile="pasvaldiba" if one.code == "6" else "valsts") for one in plan.counters)
    profiles = tuple(one for one in plan.profiles if one.code != "universal")
    centre.clear()
    revise(centre, replace(plan, counters=counters, profiles=profiles))
    try:
        kiosk = open_page(f"{centre.kiosk}/", 1080, 1920)
        kiosk.route("**/command", _wanting("PASV-14"))
        kiosk.get_by_role("button", name=re.compile("^Gada ienākumu")).click()
        until(lambda: kiosk.locator(".linked-card").count() == 1, "the other numbers")
        assert re.search(r"D\d{3}", kiosk.inner_text(".number-card"))
        assert re.search(r"M\d{3}\s+Pašvaldība", kiosk.inner_text(".linked-card"))
    finally:
        centre.clear()
        revise(centre, plan)


def _wanting(more: str) -> Any:
    """The TakeTicket of a tile, which names one service, with one more."""

    def change(route: Any) -> None:
        message = route.request.post_data_json
        message["data"]["more"] = [more]
        route.continue_(post_data=message)

    return change


def _read(png: bytes) -> str:
    import zxingcpp
    from PIL import Image

    return str(zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))[0].text)
