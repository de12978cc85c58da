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
    desk.wait_for_selector("[data-link=refused]", timeout=1000)
    desk.get_by_text("Jūsu pieteikšanās šeit ir beigusies.").wait_for()
    clean(desk, "ended elsewhere")
    desk.get_by_role("button", name="Pieteikties").click()
    desk.wait_for_url("**/login?next=/counter/2")


def test_a_manager_whose_session_is_ended_is_told_so_and_signs_in_again(demo: Demo, open_page: Callable[..., Any]) -> None:
    office, other = open_page(f"{demo.base}/admin/"), open_page(f"{demo.base}/account")
    sign_in(office, "manager")
    office.wait_for_selector(".now[data-link=up]")
    sign_in(other, "manager")
    other.click("text=Beigt visas pārējās")
    office.get_by_text("Jūsu pieteikšanās šeit ir beigusies.").wait_for()
    office.get_by_role("button", name="Pieteikties").click()
    office.wait_for_url("**/login?next=/admin/")
