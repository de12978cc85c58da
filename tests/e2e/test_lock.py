"""The desk's lock and the change of people, in a real browser; and the pages about sign-ins."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.axe import clean
from tests.e2e.conftest import Demo, sign_in, until

pytestmark = pytest.mark.e2e

PIN = "482915"


@pytest.fixture(scope="module", autouse=True)
def pins(demo: Demo, browser: Any) -> None:
    """Both clerks have a PIN."""
    page = browser.new_page()
    page.goto(f"{demo.base}/admin/people/clerk1")
    sign_in(page, "manager")
    for name in ("clerk1", "clerk2"):
        page.goto(f"{demo.base}/admin/people/{name}")
        page.locator("[name=pin]").fill(PIN)
        page.locator("[value=pin]").click()
        page.wait_for_selector("[value=no_pin]")
    clean(page, "person")
    page.close()


@pytest.fixture
def desk(demo: Demo, open_page: Callable[..., Any]) -> Iterator[Any]:
    """Counter 2, opened by clerk1."""
    page = open_page(f"{demo.base}/counter/2")
    page.clock.install()
    sign_in(page)
    page.get_by_role("button", name=re.compile("Atvērt")).first.click()
    until(lambda: demo.view("desk/2")["state"] == "idle", "the counter to open")
    yield page
    demo.clear()


def locked(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.hasAttribute('data-locked')"))


def waiting(page: Any) -> str:
    """The number of people that the desk knows of, also where nobody can read it."""
    return str(page.locator(".desk-waits strong").first.text_content())


def readable(page: Any) -> str:
    """What can be read on the page."""
    return str(page.inner_text("body"))


def test_an_idle_desk_is_covered_takes_calls_and_opens_with_its_draft(demo: Demo, desk: Any) -> None:
    demo.command("demo-clerk", "TakeTicket", service=demo.view("menu")["services"][0]["service"])
    until(lambda: waiting(desk) == "1", "the arrival on the desk")
    desk.evaluate("window.kept = 'draft'")
    desk.clock.fast_forward("10:01")
    desk.wait_for_selector("dialog.lock[open]")
    assert "Darba vieta ir bloķēta" in readable(desk)
    assert "Izsaukt nākamo" not in readable(desk)
    clean(desk, "locked")
    desk.keyboard.press("F2")
    desk.keyboard.press("Escape")
    desk.keyboard.press("Escape")
    assert desk.locator("dialog.lock[open]").count() == 1
    demo.command("demo-clerk", "TakeTicket", service=demo.view("menu")["services"][0]["service"])
    until(lambda: waiting(desk) == "2", "the arrival on the desk")
    assert demo.view("desk/2")["state"] == "idle"
    desk.fill("#lock-secret", "wrong")
    desk.keyboard.press("Enter")
    until(lambda: "Nepareizs PIN vai parole." in desk.inner_text("#lock-error"), "the refusal")
    desk.fill("#lock-secret", PIN)
    desk.keyboard.press("Enter")
    desk.wait_for_selector("dialog.lock:not([open])", state="attached")
    assert not locked(desk)
    assert desk.evaluate("window.kept") == "draft"
    desk.keyboard.press("F2")
    until(lambda: demo.view("desk/2")["state"] == "called", "the call after unlocking")


def test_another_clerk_takes_over_with_the_counter(demo: Demo, desk: Any) -> None:
    desk.click("text=Mainīt darbinieku")
    desk.wait_for_selector("dialog.lock[open]")
    clean(desk, "switch")
    desk.fill("#lock-name", "clerk2")
    desk.fill("#lock-secret", "demo")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".desk-bar >> text=Jānis Ozols")
    assert demo.view("desk/2")["clerk"] == "clerk2"
    desk.get_by_role("button", name="Bloķēt").click()
    desk.wait_for_selector("dialog.lock[open]")
    desk.check("dialog.lock label:has-text('Ilze Kalniņa') input")
    desk.fill("#lock-secret", PIN)
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".desk-bar >> text=Ilze Kalniņa")
    assert demo.view("desk/2")["clerk"] == "clerk1"
    assert not locked(desk)


def test_a_session_that_is_ended_elsewhere_loses_its_desk_at_once(demo: Demo, desk: Any, open_page: Callable[..., Any]) -> None:
    other = open_page(f"{demo.base}/account")
    sign_in(other)
    other.wait_for_selector("h1")
    clean(other, "account")
    other.click("text=Beigt visas pārējās")
    desk.wait_for_selector("[data-link=refused]", timeout=1000, state="attached")
    desk.locator("dialog.lock").get_by_text("Jūsu pieteikšanās šeit ir beigusies.").wait_for()
    assert locked(desk)
    assert "Neviens negaida" not in readable(desk)
    clean(desk, "ended elsewhere")


def half_a_note(demo: Demo, desk: Any) -> None:
    """Somebody is served, and the clerk has begun to write about it."""
    service = next(one["service"] for one in demo.view("menu")["services"] if one["service"] == "VSAA-21")
    demo.command("demo-clerk", "TakeTicket", service=service)
    until(lambda: waiting(desk) == "1", "the arrival on the desk")
    for state in ("called", "serving"):
        desk.clock.run_for(500)
        desk.keyboard.press("F2")
        desk.wait_for_selector(f".desk[data-state={state}][data-busy=false]")
    desk.keyboard.press("F8")
    desk.keyboard.type("dek")
    desk.locator("#finder-hits li").first.wait_for()
    desk.keyboard.press("Enter")
    desk.locator("form.record summary").click()
    desk.fill("form.record [name=note]", "atnesa pilnvaru un")


def end_sign_ins(demo: Demo, open_page: Callable[..., Any], name: str) -> None:
    """A manager ends all sign-ins of a person."""
    office = open_page(f"{demo.base}/admin/people/{name}")
    sign_in(office, "manager")
    office.locator("[value=end_all]").click()
    office.wait_for_load_state()


def test_words_half_written_wait_while_the_clerk_signs_in_again(demo: Demo, desk: Any, open_page: Callable[..., Any]) -> None:
    half_a_note(demo, desk)
    end_sign_ins(demo, open_page, "clerk1")
    desk.locator("dialog.lock").get_by_text("Ierakstītais paliek šajā lapā").wait_for()
    assert locked(desk)
    assert desk.evaluate("Object.keys(sessionStorage).concat(Object.keys(localStorage)).join()") == ""
    with desk.expect_popup() as found:
        desk.keyboard.press("Enter")
    sign_in(found.value)
    desk.wait_for_selector(".desk[data-link=up]")
    desk.wait_for_function("() => !document.documentElement.hasAttribute('data-locked')")
    assert desk.input_value("form.record [name=note]") == "atnesa pilnvaru un"
    until(lambda: found.value.is_closed(), "the window of the sign-in to close")
    desk.keyboard.press("F8")
    desk.locator("form.record .kinds label").nth(1).click()
    desk.keyboard.press("Enter")
    until(lambda: demo.view("desk/2")["visit"]["delivered"], "the record")
    assert demo.view("desk/2")["visit"]["delivered"][0]["note"] == "atnesa pilnvaru un"


def test_words_half_written_are_gone_when_somebody_else_signs_in(demo: Demo, desk: Any, open_page: Callable[..., Any]) -> None:
    half_a_note(demo, desk)
    end_sign_ins(demo, open_page, "clerk1")
    desk.locator("dialog.lock").get_by_text("Ierakstītais paliek šajā lapā").wait_for()
    with desk.expect_popup() as found:
        desk.keyboard.press("Enter")
    sign_in(found.value, "clerk2")
    desk.wait_for_selector(".desk-bar >> text=Jānis Ozols")
    assert desk.locator("form.record").count() == 0
    assert "pilnvaru" not in desk.content()


def test_a_manager_whose_session_is_ended_is_told_so_and_signs_in_again(demo: Demo, open_page: Callable[..., Any]) -> None:
    office, other = open_page(f"{demo.base}/admin/"), open_page(f"{demo.base}/account")
    sign_in(office, "manager")
    office.wait_for_selector(".now[data-link=up]")
    sign_in(other, "manager")
    other.click("text=Beigt visas pārējās")
    office.get_by_text("Jūsu pieteikšanās šeit ir beigusies.").wait_for()
    office.get_by_role("button", name="Pieteikties").click()
    office.wait_for_url("**/login?next=/admin/")
