"""The rating tablet in a browser, and the pages of quality on a small and a large screen."""

from typing import Any

import pytest

from tests.e2e.axe import clean
from tests.e2e.conftest import Demo, sign_in

pytestmark = pytest.mark.e2e

PAGES = ("", "/standard", "/feedback", "/forms", "/forms/visitor", "/findings", "/training", "/tips", "/indicators", "/report")


def served(demo: Demo) -> str:
    """Somebody was served at counter 1; the token."""
    demo.command("demo-clerk", "OpenCounter", counter="1")
    issued = demo.command("demo-manager", "TakeTicket", service="VID-01", language="en")["result"]
    for name, data in (
        ("CallVisit", {"visit": issued["visit"]}),
        ("Serve", {}),
        ("RecordService", {"service": "VID-01", "kind": "konsultacija", "channel": "klatiene", "outcome": "advised"}),
        ("Finish", {}),
    ):
        assert demo.command("demo-manager", name, counter="1", **data)["ok"], name
    return str(issued["token"])


def test_a_visitor_answers_on_the_tablet_with_two_presses(demo: Demo, open_page: Any) -> None:
    demo.clear()
    tablet = open_page(f"{demo.base}/rate/1", 1280, 800)
    tablet.locator(".rate[data-state=calm]").wait_for()
    clean(tablet, "calm")
    token = served(demo)
    tablet.get_by_role("heading", name="Kā jūs apkalpoja?").wait_for()
    assert tablet.locator(".choices .second").first.inner_text() == "Very well"
    clean(tablet, "score")
    assert min(box["height"] for box in (one.bounding_box() for one in tablet.locator(".choices button").all()) if box) >= 110
    tablet.get_by_role("button", name="Labi").nth(1).click()
    tablet.get_by_role("heading", name="Vai jautājumu šodien atrisinājāt?").wait_for()
    clean(tablet, "settled")
    with tablet.expect_response("**/rate/1") as sent:
        tablet.get_by_role("button", name="Daļēji").click()
    assert sent.value.status == 200
    tablet.get_by_role("heading", name="Paldies par atbildi!").wait_for()
    phone = open_page(f"{demo.base}/ticket/{token}", 390, 844)
    phone.get_by_text("Paldies par atbildi!").wait_for()
    assert phone.locator("#rating").count() == 0
    tablet.reload()
    tablet.locator(".rate").wait_for()
    clean(tablet, "after a reload")
    demo.clear()


def test_a_phone_answers_in_place(demo: Demo, open_page: Any) -> None:
    demo.clear()
    phone = open_page(f"{demo.base}/ticket/{served(demo)}", 320, 640)
    phone.locator("#rating").wait_for()
    clean(phone, "asked")
    assert phone.evaluate("document.documentElement.scrollWidth") == 320
    phone.locator("#do-rate").click()
    phone.get_by_role("alert").wait_for()
    clean(phone, "nothing chosen")
    phone.locator("label", has=phone.locator("#score-5")).click()
    phone.locator("#do-rate").click()
    phone.get_by_text("Paldies par atbildi!").wait_for()
    demo.clear()


def test_feedback_is_clean_and_fits_a_phone(demo: Demo, open_page: Any) -> None:
    page = open_page(f"{demo.base}/feedback?language=en", 320, 640)
    clean(page, "feedback")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.get_by_role("button").click()
    page.get_by_role("alert").first.wait_for()
    clean(page, "feedback, with faults")


def test_what_is_wrong_with_a_complaint_is_brought_into_sight(demo: Demo, open_page: Any) -> None:
    page = open_page(f"{demo.base}/feedback", 390, 844)
    seen = """id => {
      const { top, bottom } = document.getElementById(id).getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    }"""
    for kind, focused in ((False, "kind"), (True, "text")):
        if kind:
            page.locator("[name=kind]").first.check()
        with page.expect_navigation():
            page.locator("form .button").click()
        page.wait_for_function("name => document.activeElement.name === name", arg=focused)
        page.wait_for_function(seen, arg=f"fault-{focused}")


def test_the_managers_pages_are_clean_and_fit(demo: Demo, open_page: Any) -> None:
    page = open_page(f"{demo.base}/login?next=/admin/quality", 1024, 800)
    sign_in(page, "manager")
    page.get_by_role("heading", level=1).wait_for()
    for path in PAGES:
        page.set_viewport_size({"width": 1024, "height": 800})
        page.goto(f"{demo.base}/admin/quality{path}")
        clean(page, path)
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") == 1024, path
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
    page.goto(f"{demo.base}/admin/quality/standard")
    for summary in page.locator("#line-greet summary").all():
        summary.click()
    clean(page, "a line, opened")
    page.locator("#line-greet").get_by_role("button", name="Saglabāt atbildi").click()
    page.get_by_role("alert").first.wait_for()
    clean(page, "a line, with faults")


def test_the_report_prints_without_menu_and_forms(demo: Demo, open_page: Any) -> None:
    page = open_page(f"{demo.base}/login?next=/admin/quality/report", 1280, 800)
    sign_in(page, "manager")
    page.get_by_role("heading", level=1).wait_for()
    page.emulate_media(media="print")
    assert not page.locator("aside").is_visible()
    assert not page.locator("nav.views").is_visible()
    assert [one for one in page.locator("form").all() if one.is_visible()] == []
    assert page.get_by_role("heading", name="Standarts", exact=True).is_visible()
