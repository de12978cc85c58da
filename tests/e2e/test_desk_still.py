"""A visit that cannot end yet: the desk says what is missing, and the page stays where it is."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.desk_stage import Desk, opened, running
from tests.house import House
from tests.wire.test_hub import Device

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

MANY_KINDS = "VID-01"
"""A service of several kinds: none is suggested."""

HEADS = """
() => [scrollY, ...[...document.querySelectorAll(".desk-side > h2:first-child")].map((one) => {
  const { x, y, height } = one.getBoundingClientRect();
  return [x, y, [y + 1, y + height - 1].every((at) => one.contains(document.elementFromPoint(x + 9, at)))];
})]
"""
"""How far the page is scrolled, where the headings of both sides are, and whether they are in sight."""

SEEN = """
(parts) => [...document.querySelectorAll(parts)].every((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return [y + 2, y + height - 2].every((at) => one.contains(document.elementFromPoint(x + width / 2, at)));
})
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    with running(tmp_path_factory.mktemp("still")) as found:
        yield found


@pytest.fixture
def desk(house: House, open_page: Callable[..., Any]) -> Iterator[Desk]:
    """Counter 3, opened by clerk1."""
    yield opened(house, open_page)
    house.clear()


def test_who_finishes_without_a_kind_is_told_what_is_missing(desk: Desk) -> None:
    desk.serving(MANY_KINDS)
    desk.key("F2")
    desk.shows("Kāds bija pakalpojuma veids? 1–5", ".ask")
    desk.key("F2")
    desk.shows("Nav izvēlēts pakalpojuma veids: izvēlieties ar 1–5.", ".ask[data-kind=attention]")
    assert "Nav izvēlēts" in desk.page.text_content(".desk > [role=status]")
    desk.focused("input[name=kind]")
    desk.key("2")
    desk.shows("Kāds bija pakalpojuma veids?", ".ask:not([data-kind])")
    desk.key("F2")
    desk.state("idle")


def test_a_found_service_without_a_kind_is_told_too(desk: Desk) -> None:
    desk.serving(MANY_KINDS)
    desk.key("F8", "ArrowDown", "Enter")
    desk.focused("input[name=kind]")
    desk.key("Enter")
    desk.shows("Nav izvēlēts", ".ask[data-kind=attention]")
    desk.key("Escape")
    assert desk.page.locator(".ask").count() == 0
    desk.focused("#finder")


@pytest.mark.parametrize(("width", "height", "still"), [(1440, 900, True), (1366, 768, False)])
def test_the_question_for_the_kind_hides_nothing(house: House, desk: Desk, width: int, height: int, still: bool) -> None:
    desk.page.set_viewport_size({"width": width, "height": height})
    kiosk = Device(house, "menu", "demo-kiosk", device="kiosk-1:menu").connect()
    kiosk.socket.emit("status", {"state": "paper_out"})
    desk.page.locator("[data-alert=printer]").wait_for()
    desk.serving(MANY_KINDS)
    before = desk.page.evaluate(HEADS)
    for _ in range(2):
        desk.key("F2")
        desk.focused("input[name=kind]")
        now = desk.page.evaluate(HEADS)
        assert now[1:] == before[1:]
        assert all(seen for *_, seen in now[1:])
        assert desk.page.evaluate(SEEN, ".ask, .kinds label")
        assert now[0] == before[0] or not still
    kiosk.close()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1280, 620)])
def test_a_refusal_is_in_sight_where_it_is_said(desk: Desk, width: int, height: int) -> None:
    page = desk.page
    page.set_viewport_size({"width": width, "height": height})
    desk.serving(MANY_KINDS)
    desk.key("F8", "ArrowDown", "Enter")
    desk.focused("input[name=kind]")
    page.locator("details summary").click()
    page.fill("input[name=note]", "kods 150485-11234")
    page.locator("input[name=kind]").first.focus()
    desk.key("1", "Enter")
    page.locator("[data-refusal]").wait_for()
    page.wait_for_function(SEEN, arg="[data-refusal]")


def test_an_end_asked_for_before_the_beginning_was_taken_back_is_not_due(desk: Desk) -> None:
    desk.serving(MANY_KINDS)
    desk.key("F2")
    desk.shows("Kāds bija pakalpojuma veids?", ".ask")
    desk.key("Control+Z")
    desk.state("called")
    desk.key("F2")
    desk.state("serving")
    assert desk.page.locator(".ask").count() == 0
    desk.page.locator("input[name=kind]").first.focus()
    desk.key("2", "Enter")
    desk.page.locator(".delivered tbody tr").wait_for()
    desk.focused("#finder")
    desk.state("serving")


def test_who_is_called_is_in_sight_though_the_page_was_scrolled_to_the_end_of_a_side(desk: Desk) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1366, "height": 620})
    desk.take(MANY_KINDS)
    page.locator("[data-step=callback]").focus()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    desk.key("F2")
    desk.state("called")
    page.wait_for_function(SEEN, arg=".desk-number, .call [data-heading]")


@pytest.mark.parametrize("width", [1280, 1366])
def test_all_that_can_be_done_with_a_call_is_in_sight_in_a_low_window(desk: Desk, width: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": 620})
    number = desk.house.done("TakeTicket", {"service": MANY_KINDS, "needs": ["accessible"], "language": "en"})["number"]
    desk.shows(number, ".next .desk-number")
    desk.key("F2")
    desk.state("called")
    assert desk.page.locator(".call .flags .tag").count() == 2
    assert desk.page.evaluate(SEEN, ".call .desk-number, .call [data-heading], .call .steps .button")


def test_why_a_key_is_not_taken_is_in_sight_at_the_lowest_row(desk: Desk) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1366, "height": 620})
    desk.key("F1")
    desk.sheet()
    page.locator(".keys button").last.click()
    desk.key("F2")
    page.wait_for_function(SEEN, arg=".key-words")
    assert desk.text(".key-words")
