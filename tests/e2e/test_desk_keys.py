"""The keyboard of the desk: other keys, pedals, held keys, typing; and two who work at one counter, or one in two windows."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.desk_stage import Desk, open_desk, opened, running
from tests.house import House

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SPOKEN = """
() => {
  window.said = [];
  const status = document.querySelector(".desk > [role=status]");
  const heard = new MutationObserver(() => window.said.push(status.textContent.trim()));
  heard.observe(status, { childList: true, characterData: true, subtree: true });
}
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    with running(tmp_path_factory.mktemp("keys")) as found:
        yield found


@pytest.fixture
def desk(house: House, open_page: Callable[..., Any]) -> Iterator[Desk]:
    """Counter 3, opened by clerk1."""
    yield opened(house, open_page)
    house.clear()


def steps_of(desk: Desk) -> int:
    """How often the visit at the counter was called."""
    visit = desk.data()["visit"]
    return int(visit["calls"]) if visit else 0


def test_a_key_of_ones_own_stays_and_the_old_one_goes_to_the_other(desk: Desk) -> None:
    page = desk.page
    desk.take()
    desk.key("F1")
    desk.sheet()
    change = page.locator("tr", has_text="izsaukt atkārtoti").get_by_role("button")
    change.click()
    page.keyboard.press("F5")
    desk.shows("pārlūk", "dialog [role=status]")
    page.keyboard.press("F9")
    page.locator("tr", has_text="izsaukt atkārtoti").get_by_text("F9").wait_for()
    page.locator("tr", has_text="novirzīt").get_by_text("F4").wait_for()
    desk.key("Escape")
    desk.sheet(False)
    page.reload()
    desk.state("idle")
    desk.key("F2")
    desk.state("called")
    desk.key("F9")
    desk.called_again()
    assert page.locator("[data-step=recall] kbd").inner_text() == "F9"
    desk.key("F4")
    desk.sheet()
    desk.shows("Novirzīt", "dialog h2")


def test_the_foot_names_the_keys_that_do_something(desk: Desk) -> None:
    hints = desk.page.locator(".keys-hint kbd")
    desk.take()
    assert hints.all_inner_texts() == ["F2"]
    desk.key("F2")
    desk.state("called")
    assert hints.all_inner_texts() == ["F2", "F4", "F9"]
    desk.key("F2")
    desk.state("serving")
    assert hints.all_inner_texts() == ["F2", "F8", "F9"]


def test_pedal_keypad_and_number_pad(desk: Desk) -> None:
    desk.take()
    pedal = (
        "key => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true }))"
    )
    desk.page.evaluate("rest()")
    desk.page.evaluate(pedal, "F13")
    desk.state("called")
    desk.key("NumpadDivide")
    desk.called_again()
    desk.key("NumpadAdd")
    desk.state("serving")
    desk.key("F8")
    desk.focused("#finder")
    desk.key("NumpadAdd")
    assert desk.page.input_value("#finder") == "+"
    desk.key("F1")
    desk.sheet()
    desk.page.locator("dialog input[type=checkbox]").uncheck()
    desk.key("Escape")
    desk.sheet(False)
    desk.page.locator("h1").click()
    desk.key("NumpadAdd")
    assert desk.page.locator("input[name=kind]:focus").count() == 0


def test_a_held_key_acts_once_and_the_next_state_rests(desk: Desk) -> None:
    desk.take()
    desk.page.evaluate("rest()")
    for _ in range(30):
        desk.page.keyboard.down("F2")
    desk.state("called")
    desk.page.keyboard.press("F2")  # let go and pressed again at once: the new state rests
    desk.page.keyboard.up("F2")
    desk.key("F4")
    desk.until(lambda data: data["visit"]["calls"] == 2, "the second call")
    assert desk.data()["state"] == "called"


def test_letters_and_digits_are_for_text_and_readers(desk: Desk) -> None:
    desk.take()
    desk.page.locator("h1").click()
    desk.type("abcdefghijklmnoprstuvz0123456789 ")
    desk.key("F8")
    assert desk.data()["state"] == "idle"
    desk.key("F2")
    desk.state("called")
    desk.key("F2")
    desk.state("serving")
    desk.key("F8")
    desk.focused("#finder")
    desk.type("pens 1")
    desk.key("Control+Z")
    assert desk.data()["state"] == "serving"
    desk.page.wait_for_selector(".desk[data-busy=false]")


def test_an_update_never_takes_the_focus_or_the_text(house: House, desk: Desk) -> None:
    desk.serving()
    desk.key("F8")
    desk.type("pe")
    before = desk.page.evaluate("[document.activeElement.id, document.activeElement.selectionStart]")
    for service in ("VID-01", "NVA-01", "VSAA-21"):
        house.done("TakeTicket", {"service": service})
    desk.shows("3", ".desk-waits h2 strong")
    house.done("SendMessage", {"counter": "3", "to": "counter", "text": "Lūdzu, paskatieties"})
    desk.shows("Lūdzu, paskatieties")
    assert desk.page.evaluate("[document.activeElement.id, document.activeElement.selectionStart]") == before
    assert desk.page.input_value("#finder") == "pe"
    desk.key("Escape", "Escape")
    desk.key("F9")
    desk.sheet()
    desk.page.locator("dialog input[name=note]").focus()
    desk.type("ar bērnu")
    house.done("TakeTicket", {"service": "UR-01"})
    desk.shows("4", ".desk-waits h2 strong")
    assert desk.page.input_value("dialog input[name=note]") == "ar bērnu"
    desk.focused("dialog input[name=note]")


def test_each_change_is_said_once(house: House, desk: Desk) -> None:
    desk.page.evaluate(SPOKEN)
    number = desk.take()["number"]
    house.done("TakeTicket", {"service": "VID-01"})
    desk.shows("2", ".desk-waits h2 strong")
    desk.key("F2")
    desk.state("called")
    house.done("TakeTicket", {"service": "VID-01"})
    desk.key("F4")
    desk.called_again()
    desk.key("F2")
    desk.state("serving")
    desk.page.wait_for_function("said.length >= 4")
    said = desk.page.evaluate("said")
    assert len(said) == 4 == len(set(said)), said
    assert all(number in one for one in said), said


def test_two_windows_of_one_clerk(desk: Desk) -> None:
    desk.take()
    second = Desk(desk.house, desk.page.context.new_page(), "3")
    second.page.goto(desk.page.url)
    second.state("idle")
    desk.page.wait_for_selector(".desk[data-link=replaced]")
    desk.key("F2")
    second.key("F2")
    second.state("called")
    assert steps_of(second) == 1
    desk.page.get_by_role("button", name="Izmantot šeit").click()
    desk.state("called")
    second.page.wait_for_selector(".desk[data-link=replaced]")


def test_two_clerks_at_one_counter(house: House, desk: Desk, open_page: Callable[..., Any]) -> None:
    other = open_desk(house, open_page, "3", "clerk2")
    other.shows("Clerk1")
    assert other.page.locator(".desk-centre [data-step]").count() == 0
    desk.take()
    other.shows("1", ".desk-waits h2 strong")
    other.key("F2", "Shift+F2", "F4")
    assert desk.data()["state"] == "idle"
    desk.key("F2")
    desk.state("called")
    assert steps_of(desk) == 1
    assert desk.page.locator(".desk[data-link=up]").count() == 1


def test_a_step_chosen_on_an_old_view_is_refused_in_words(house: House, desk: Desk) -> None:
    desk.take()
    desk.take("VID-01")
    desk.page.evaluate("hold()")
    desk.key("F2")
    called = house.done("CallNext", {"counter": "3"})
    desk.page.wait_for_selector(".desk[data-state=called]")
    desk.page.evaluate("release()")
    desk.shows("mainījies", ".desk-centre")
    desk.state("called")
    here = desk.data()
    assert (here["visit"]["number"], here["visit"]["calls"], here["total"]) == (called["number"], 1, 1)


def test_the_link_is_lost_in_the_middle_of_recording(desk: Desk) -> None:
    page = desk.page
    desk.serving()
    desk.key("F8", "ArrowDown", "Enter")
    desk.focused("input[name=kind]")
    page.locator("details summary").click()
    page.fill("input[name=note]", "ar pielikumu")
    page.evaluate("cut(9000)")
    page.wait_for_selector(".desk[data-link=stale]")
    assert page.locator(".needs-link:visible").count() == 0
    page.locator("input[name=kind]").first.focus()
    desk.key("1", "Enter")
    assert page.input_value("input[name=note]") == "ar pielikumu"
    page.evaluate("mend()")
    page.wait_for_selector(".desk[data-link=up]")
    assert page.input_value("input[name=note]") == "ar pielikumu"
    page.locator("input[name=kind]").first.focus()
    desk.key("Enter")
    page.locator(".delivered tbody tr").wait_for()
    assert [one["note"] for one in desk.data()["visit"]["delivered"]] == ["ar pielikumu"]


def test_a_step_on_its_way_when_the_link_breaks_is_done_once(desk: Desk) -> None:
    desk.take()
    desk.page.evaluate("hold()")
    desk.key("F2")
    desk.page.evaluate("cut(0)")
    desk.page.wait_for_selector(".desk:not([data-link=up])")
    desk.page.evaluate("lose()")
    desk.page.evaluate("mend()")
    desk.state("called")
    assert steps_of(desk) == 1


def test_an_answer_on_its_way_has_a_sign_at_the_pressed_button(desk: Desk) -> None:
    desk.take()
    desk.page.evaluate("hold()")
    desk.key("F2")
    sign = desk.page.wait_for_selector("[data-step=call][aria-busy=true]")
    assert sign.evaluate("e => getComputedStyle(e, '::after').animationName") != "none"
    desk.key("F2", "F4")
    desk.page.evaluate("release()")
    desk.state("called")
    assert steps_of(desk) == 1
    assert desk.page.locator("[aria-busy=true]").count() == 0


def test_escape_leaves_one_thing_at_a_time(desk: Desk) -> None:
    page = desk.page
    desk.serving()
    desk.key("F8")
    desk.type("de")
    page.locator("#finder-hits li").first.wait_for()
    desk.key("Escape")
    assert (page.locator("#finder-hits li").count(), page.input_value("#finder")) == (0, "de")
    desk.key("Escape")
    assert page.input_value("#finder") == ""
    desk.key("ArrowDown", "Enter")
    desk.focused("input[name=kind]")
    desk.key("Escape")
    desk.focused("#finder")
    assert page.input_value("#finder") == ""
    for key in ("F9", "Shift+F9", "Control+Shift+F2", "Control+Shift+F9", "F1"):
        desk.key(key)
        desk.sheet()
        desk.key("Escape")
        desk.sheet(False)
        desk.focused("#finder")
    assert desk.data()["state"] == "serving"


def test_who_takes_over_is_asked_for_the_name_first(desk: Desk) -> None:
    desk.page.locator(".clerk .switch").click()
    desk.focused("#lock-name")
    desk.key("Escape")
