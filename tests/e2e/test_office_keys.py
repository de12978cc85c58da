"""The office by keyboard: what has the focus is in sight with its ring, and a field says in Latvian what it lacks."""

from typing import Any

import pytest

from tests.e2e.conftest import Demo, sign_in

pytestmark = pytest.mark.e2e

COVERED = """() => {
  const one = document.activeElement, foot = document.querySelector(".plan-foot, .board-foot");
  if (!one || !one.closest("main") || foot.contains(one)) return null;
  const { left, right, top, bottom } = one.getBoundingClientRect(), over = foot.getBoundingClientRect();
  return top < over.bottom && bottom > over.top + 1 && left < over.right && right > over.left ? one.outerHTML.slice(0, 99) : null;
}"""
STEPS = 45
RING = """() => {
  const found = getComputedStyle(document.activeElement);
  return found.outlineStyle === "solid" && parseFloat(found.outlineWidth) >= 4;
}"""


@pytest.mark.parametrize("path", ["/admin/plan", "/admin/board"])
def test_a_foot_that_stays_in_sight_covers_nothing_that_has_the_focus(demo: Demo, open_page: Any, path: str) -> None:
    page = open_page(f"{demo.base}/login?next={path}", 1024, 768)
    sign_in(page, "manager")
    page.locator(".plan-foot, .board-foot").wait_for()
    reached = set()
    page.locator("main h1").evaluate("one => { one.tabIndex = -1; one.focus(); }")
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        assert page.evaluate(COVERED) is None
        reached.add(page.evaluate("Math.round(document.activeElement.getBoundingClientRect().top + scrollY)"))
    assert max(reached) > 768, "so far that the page has to go along"


def test_a_field_says_in_latvian_what_it_lacks(demo: Demo, open_page: Any) -> None:
    page = open_page(f"{demo.base}/login?next=/admin/rooms/week", 1024, 768)
    sign_in(page, "manager")
    minutes = page.locator("main [name=minutes]")
    for typed, said in (
        ("", "Lūdzu, aizpildiet lauku „Minūtes”."),
        ("1000", "Laukā „Minūtes” jābūt skaitlim no 5 līdz 720."),
    ):
        minutes.fill(typed)
        minutes.press("Enter")
        assert minutes.evaluate("one => one.validationMessage") == said
    minutes.fill("60")
    assert minutes.evaluate("one => one.checkValidity()"), "what was said does not stay"


def test_every_part_of_a_day_field_shows_that_it_has_the_focus(demo: Demo, open_page: Any) -> None:
    page = open_page(f"{demo.base}/login?next=/admin/reports", 1024, 768)
    sign_in(page, "manager")
    page.locator("main input[type=date]").first.focus()
    for _ in range(4):  # day, month, year, the calendar
        assert page.evaluate("document.activeElement.type") == "date"
        page.wait_for_function(RING)
        page.keyboard.press("Tab")


def test_what_the_server_refuses_is_read_first(demo: Demo, open_page: Any) -> None:
    page = open_page(f"{demo.base}/login?next=/admin/people/clerk1", 1024, 768)
    sign_in(page, "manager")
    page.fill("[name=pin]", "12")
    page.click("button[value=pin]")
    pin = page.locator("[name=pin][aria-invalid=true]")
    pin.wait_for()
    assert pin.evaluate("one => one === document.activeElement")
    assert pin.get_attribute("aria-describedby") == page.locator("main [role=alert]").get_attribute("id")
    page.goto(f"{demo.base}/admin/reports?span=free&at=2026-03-02&to=2026-03-01")
    page.locator("main [role=alert]").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
