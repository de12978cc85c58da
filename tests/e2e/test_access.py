"""axe-core finds nothing on any page in any of these states, sizes and languages."""

import re
from typing import Any

import pytest

from tests.e2e.axe import clean
from tests.e2e.conftest import Demo, sign_in, until
from tests.e2e.kiosk_states import arrived, press, toggle

pytestmark = pytest.mark.e2e


def test_front_door_sign_in_and_errors(demo: Demo, open_page: Any) -> None:
    for path in ("/", "/login", "/nowhere", "/ticket/nothing"):
        clean(open_page(demo.base + path), path)


def test_kiosk(demo: Demo, open_page: Any) -> None:
    """As it stands in a hall; tests/e2e/test_kiosk_states.py looks at every state in other shapes of screen."""
    demo.clear()
    kiosk = open_page(f"{demo.kiosk}/", 1080, 1920)
    arrived(kiosk, "start")
    clean(kiosk, "start")
    for mode in ("large", "contrast", "low"):
        toggle(kiosk, mode)
        clean(kiosk, mode)
        toggle(kiosk, mode)
    for way, screen in (
        ("Iestādes", "institutions"),
        ("VSAA", "groups"),
        ("Sākums", "start"),
        ("Meklēt", "search"),
        ("Sākums", "start"),
    ):
        press(kiosk, way)
        arrived(kiosk, screen)
        clean(kiosk, screen)
    press(kiosk, "Man ir pieraksts")
    arrived(kiosk, "code")
    clean(kiosk, "check-in")
    kiosk.keyboard.type("000000")
    toggle(kiosk, "contrast")
    clean(kiosk, "check-in, contrast")
    toggle(kiosk, "contrast")
    press(kiosk, "Pieteikt ierašanos")
    kiosk.get_by_role("button", name="Ievadīt kodu vēlreiz").wait_for()
    arrived(kiosk, "refused")
    clean(kiosk, "unknown code")
    press(kiosk, "Sākums")
    arrived(kiosk, "start")
    toggle(kiosk, "language")
    clean(kiosk, "English")
    press(kiosk, "Nezinu, kurš pakalpojums")
    kiosk.get_by_role("heading", name=re.compile("Take your ticket")).wait_for()  # printed: the paper page stays as it is
    clean(kiosk, "take it")
    clean(open_page(f"{demo.kiosk}/paper"), "paper")


def test_desk_in_every_state(demo: Demo, open_page: Any) -> None:
    demo.clear()
    desk = open_page(f"{demo.base}/counter/2")
    sign_in(desk)
    desk.get_by_role("button", name=re.compile("Atvērt lodziņu")).wait_for()
    clean(desk, "closed")
    steps = (
        ("idle", "TakeTicket", {"service": "VSAA-21"}),
        ("called", "CallNext", {"counter": "2"}),
        ("serving", "Serve", {"counter": "2"}),
    )
    desk.keyboard.press("F2")
    until(lambda: demo.view("desk/2")["state"] == "idle", "the counter to open")
    for state, command, data in steps:
        assert demo.command("demo-manager", command, **data)["ok"]
        desk.wait_for_selector(f".desk[data-state={state}][data-busy=false]")
        clean(desk, state)
    desk.keyboard.press("F9")
    desk.wait_for_selector("dialog.sheet[open]")
    clean(desk, "transfer")
    desk.keyboard.press("Escape")
    desk.wait_for_selector("dialog.sheet:not([open])", state="attached")
    desk.set_viewport_size({"width": 380, "height": 768})
    desk.wait_for_function("innerWidth === 380")
    clean(desk, "380 px")


@pytest.mark.parametrize("language", ["lv", "en"])
def test_appointments(demo: Demo, open_page: Any, language: str) -> None:
    page = open_page(f"{demo.base}/login?next=/counter/appointments&language={language}", 1280, 800)
    sign_in(page)
    page.get_by_role("combobox").first.wait_for()
    assert page.get_attribute("html", "lang") == language
    clean(page, "nothing chosen")
    page.keyboard.press("F8")
    page.keyboard.type("VID")
    page.get_by_role("option").first.wait_for()
    clean(page, "finder")
    page.keyboard.press("Enter")
    page.locator(".book-slot:not([disabled])").first.click()
    page.locator("#contact-name").wait_for()
    clean(page, "contact")
    for theme in ("kontrasts", "vakars"):
        page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
        clean(page, theme)
    page.evaluate("document.documentElement.dataset.theme = 'lins'")
    page.locator(".book-contact button[type=submit]").click()
    page.locator(".book-code").wait_for()
    page.locator(".book-list tbody button[data-kind=grave]").first.wait_for()
    clean(page, "receipt and list")
    page.set_viewport_size({"width": 380, "height": 800})
    page.wait_for_function("innerWidth === 380")
    clean(page, "380 px")
    assert page.evaluate("document.documentElement.scrollWidth") == 380
    page.locator(".book-list tbody button[data-kind=grave]").first.click()
    page.locator("dialog[open]").wait_for()
    clean(page, "question")


def test_managers_page(demo: Demo, open_page: Any) -> None:
    demo.clear()
    demo.command("demo-clerk", "OpenCounter", counter="1")
    issued = [demo.command("demo-manager", "TakeTicket", service="VID-01")["result"] for _ in range(2)]
    demo.command("demo-clerk", "CallVisit", counter="1", visit=issued[1]["visit"])
    page = open_page(f"{demo.base}/admin/", 1280, 800)
    sign_in(page, "manager")
    until(lambda: f"Visvairāk apsteigts {issued[0]['number']}: 1 reizi; vēl gaida." in page.inner_text("main"), "the sentence")
    for theme in ("lins", "kontrasts"):
        page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
        clean(page, theme)
    page.set_viewport_size({"width": 380, "height": 800})
    page.wait_for_function("document.documentElement.scrollWidth === 380")
    demo.clear()


REPORTS = ("", "/volumes", "/waits", "/week", "/kinds", "/staffing", "/months", "/repairs", "/clerks")


def test_report_pages(demo: Demo, open_page: Any) -> None:
    demo.clear()
    demo.command("demo-clerk", "OpenCounter", counter="1")
    for name, data in (
        ("TakeTicket", {"service": "VID-01"}), ("CallNext", {"counter": "1"}), ("Serve", {"counter": "1"}),
        ("RecordService", {"counter": "1", "service": "VID-01", "kind": "konsultacija"}), ("Finish", {"counter": "1"}),
    ):  # fmt: skip
        demo.command("demo-clerk" if name != "TakeTicket" else "demo-manager", name, **data)
    page = open_page(f"{demo.base}/login?next=/admin/reports", 1280, 800)
    sign_in(page, "manager")
    page.locator("h1").wait_for()
    for path in REPORTS:
        for view in ("", "?view=table"):
            page.goto(f"{demo.base}/admin/reports{path}{view}")
            clean(page, path + view)
        page.set_viewport_size({"width": 320, "height": 800})
        page.wait_for_function("document.documentElement.scrollWidth === 320")
        page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{demo.base}/admin/reports")
    for theme in ("kontrasts", "vakars"):
        page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
        clean(page, theme)
    page.goto(f"{demo.base}/admin/reports/repairs")
    page.locator("tbody a.button").first.click()
    page.locator("form.repair-form").wait_for()
    clean(page, "a record to be put right")
    demo.clear()


def test_board_and_panel(demo: Demo, open_page: Any) -> None:
    demo.clear()
    demo.command("demo-clerk", "OpenCounter", counter="1")
    demo.command("demo-manager", "TakeTicket", service="NVA-01")
    for path, width, height in (("/display/hall", 1920, 1080), ("/display/hall", 1080, 1920), ("/panel/1", 1280, 720)):
        clean(open_page(demo.base + path, width, height), path)
    assert demo.command("demo-clerk", "CallNext", counter="1")["ok"]
    for path, width, height in (("/display/hall", 1920, 1080), ("/display/side", 1080, 1920), ("/panel/1", 1280, 720)):
        page = open_page(demo.base + path, width, height)
        page.wait_for_selector(".board[data-link=up], .panel[data-state=called]")
        clean(page, f"{path}, called")
