"""A visitor's phone in a real browser: a call reaches it, every step works without script too, and everybody can read it."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e import phone_states as phones
from tests.e2e.axe import clean
from tests.e2e.desk_stage import opened
from tests.e2e.phone_states import STATES, called, line, serve, step, take
from tests.house import House, until

pytestmark = pytest.mark.e2e

CALL_S = 1.0
PAGE_BYTES = 60_000
WORLD = """
window.shaken = []; window.chimes = 0; window.signalled = null;
navigator.vibrate = (pattern) => { shaken.push(pattern); window.signalled ??= Date.now(); return true; };
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { chimes += 1; return start.apply(this, when); };
"""
"""Counts what the phone would do for its visitor."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A centre with counter 1 open."""
    found = phones.centre(tmp_path_factory.mktemp("phones"), "--languages", "lv,en,ru,uk")
    yield found
    found.stop()


@pytest.fixture
def phone(house: House, open_page: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Opens the page of a ticket; in the end nobody is left in the centre."""

    def open_(path: str, width: int = 390, height: int = 844, **more: Any) -> Any:
        page = open_page("about:blank", width, height, **more)
        page.context.add_init_script(WORLD)
        page.goto(f"{house.address}/ticket/{path}")
        return page

    yield open_
    phones.clear(house)


def state(page: Any, wanted: str) -> None:
    page.wait_for_function("s => document.body.dataset.state === s", arg=wanted)


LOOK = """() => ({
  wide: document.documentElement.scrollWidth - innerWidth,
  small: [...document.querySelectorAll("a, button, summary")].filter((one) => one.checkVisibility())
    .map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width < 48 || height < 48).length,
  cut: [...document.querySelectorAll("main *")].filter((one) => one.checkVisibility() && one.tagName !== "svg")
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80)),
  torn: [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && !one.closest("svg, .visually-hidden"))
    .flatMap((one) => [...one.childNodes]).filter((one) => one.nodeType === Node.TEXT_NODE)
    .flatMap((text) => [...text.data.matchAll(/(?<![^\\s])\\p{L}-[^\\s-]+|[^\\s-]+/gu)].filter(({ 0: word, index }) => {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      return new Set([...range.getClientRects()].filter(({ width }) => width > 0.5).map(({ top }) => Math.round(top))).size > 1;
    })).map(([word]) => word),
})"""
"""`torn`: words and ranges of numbers that are broken off at the end of a line; after a hyphen they may be."""
WELL = {"wide": 0, "small": 0, "cut": [], "torn": []}


@pytest.fixture(scope="module")
def sight(browser: Any) -> Iterator[Any]:
    """One page for all states."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", STATES)
def test_every_state_at_every_size(house: House, sight: Any, name: str) -> None:
    path = STATES[name](house)
    sight.set_viewport_size({"width": 390, "height": 844})
    sight.goto(f"{house.address}/ticket/{path}")
    clean(sight, name)
    sight.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for width, text in ((390, 100), (320, 100), (320, 200)):
        sight.set_viewport_size({"width": width, "height": 640})
        sight.evaluate("text => (document.body.dataset.text = text)", text)
        assert sight.evaluate(LOOK) == WELL, f"{name}, {width} px, {text} %"
    shown = sight.inner_text("body")
    assert "None" not in shown
    assert "{" not in shown
    assert ("Šobrīd nevienu neizsauc. Turpināsim plkst." in shown.replace("\xa0", " ")) == (name == "at a break")
    for language in ("ru", "uk"):
        sight.goto(f"{house.address}/ticket/{path.partition('?')[0]}?language={language}")
        sight.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        for text in (100, 200):
            sight.evaluate("text => (document.body.dataset.text = text)", text)
            assert sight.evaluate(LOOK) == WELL, f"{name}, {language}, {text} %"
        others = sight.locator(f".second[lang={language}]").all_inner_texts()
        assert [one for one in others if one and not re.search(r"[а-яіїєґ]|^[\d– ]+$", one, re.IGNORECASE)] == []
        assert any(others) or name == "unknown"
    phones.clear(house)


def test_the_size_of_the_text_stays_through_a_step(house: House, phone: Any) -> None:
    page = phone(line(house, 0), java_script_enabled=False)
    sizes = []
    for _ in range(2):
        with page.expect_navigation():
            page.locator("#size").click()
        sizes.append(page.evaluate("getComputedStyle(document.documentElement).fontSize"))
    page.get_by_text("Atteikties").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Jā, atteikties").click()
    sizes.append(page.evaluate("getComputedStyle(document.documentElement).fontSize"))
    assert sizes == ["24px", "32px", "32px"]


def test_a_page_is_small_and_says_nothing_of_the_visitor(house: House, open_page: Any) -> None:
    token = line(house, 3, 2)
    fetched: list[tuple[str, int]] = []
    page = open_page("about:blank")
    page.on("response", lambda answer: fetched.append((answer.url, len(answer.body()))))
    page.goto(f"{house.address}/ticket/{token}")
    page.wait_for_load_state("networkidle")
    counted = {url: size for url, size in fetched if "/fonts/" not in url}
    assert sum(counted.values()) <= PAGE_BYTES, counted
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    phones.clear(house)


def test_a_call_is_seen_heard_and_felt_and_a_recall_again(house: House, phone: Any) -> None:
    token = take(house)
    page = phone(token)
    page.get_by_role("button", name="Paziņot ar skaņu un vibrāciju").click()
    page.get_by_text("Kad jūs izsauks, šī lapa skanēs, vibrēs un mirgos.").wait_for()
    page.wait_for_function("() => chimes === 2")
    page.evaluate("(shaken.length = 0, chimes = 0, window.signalled = null)")
    begun = time.time()
    step(house, "CallNext")
    state(page, "called")
    page.wait_for_function("() => shaken.length === 1 && chimes === 2")
    assert page.evaluate("signalled") / 1000 - begun < CALL_S
    assert page.title().endswith("pie 1. lodziņa")
    assert page.inner_text("#spoken") == page.title()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != "rgb(246, 242, 232)"
    step(house, "Recall")
    page.wait_for_function("() => shaken.length === 2 && chimes === 4")
    assert page.get_by_text("Šis ir jau 2. izsaukums.").is_visible()
    page.reload()
    state(page, "called")
    assert page.evaluate("shaken.length") == 0, "who opens the page again is not called again"


def test_a_call_is_seen_by_who_neither_hears_nor_allowed_anything(house: House, phone: Any) -> None:
    token = take(house)
    page = phone(token, reduced_motion="no-preference")
    page.wait_for_load_state("networkidle")
    step(house, "CallNext")
    page.wait_for_function("() => document.body.hasAttribute('data-flash')")
    found = page.evaluate(
        "(({ duration, iterations }) => [duration, iterations])(document.documentElement.getAnimations()[0].effect.getTiming())"
    )
    assert found == [1000, 3], "one pulse a second, three times"
    assert page.evaluate("shaken.length + chimes") == 0
    calm = phone(called_again(house, token), reduced_motion="reduce")
    step(house, "Recall")
    calm.wait_for_function("() => document.body.hasAttribute('data-flash')")
    assert calm.evaluate("document.documentElement.getAnimations().length") == 0


def called_again(house: House, token: str) -> str:
    step(house, "Recall")
    return token


def test_people_ahead_are_told_at_five_three_two_one(house: House, phone: Any) -> None:
    token = line(house, 6)
    page = phone(token)
    page.wait_for_load_state("networkidle")
    heard = []
    for ahead in (5, 4, 3):
        serve(house)
        page.wait_for_function("n => document.body.dataset.ahead === n", arg=str(ahead))
        heard.append(page.inner_text("#spoken").rpartition(" · ")[2])
    assert heard == ["5 cilvēki", "5 cilvēki", "3 cilvēki"]


@pytest.mark.parametrize("script", [True, False])
def test_every_step_of_a_visitor(house: House, phone: Any, script: bool) -> None:
    token = line(house, 0, 3)
    page = phone(token, java_script_enabled=script)

    def seen(text: str) -> None:
        page.get_by_text(text).first.wait_for()

    page.get_by_text("Kavēšos").click()
    page.get_by_role("button", name="2", exact=True).click()
    seen("2 cilvēki")
    serve(house)
    serve(house)
    step(house, "CallNext")
    if not script:
        page.reload()
    seen("Lūdzu, nāciet!")
    page.get_by_role("button", name="Vajag vēl 2 minūtes").click()
    seen("Pagaidīsim divas minūtes ilgāk.")
    assert house.data("desk/1", phones.CLERK)["visit"]["answer"] == "two_minutes"
    step(house, "Recall")
    if not script:
        page.reload()
    seen("Šis ir jau 2. izsaukums.")
    assert page.get_by_role("button", name="Vajag vēl 2 minūtes").count() == 0
    page.get_by_role("button", name="Es nāku").click()
    seen("Zinām, ka nākat.")
    step(house, "NoShow")
    if not script:
        page.reload()
    seen("Jūsu vieta vēl nav zudusi")
    page.get_by_role("link", name="Šodien nenākšu").click()
    seen("Paldies, ka pateicāt")
    page.get_by_role("link", name="Atpakaļ").click()
    page.get_by_role("button", name="Esmu šeit, izsauciet vēlreiz").click()
    seen("Jūsu kārta ir nākamā.")
    page.get_by_text("Atteikties").first.click()
    page.get_by_role("button", name="Jā, atteikties").click()
    seen("Šis numurs vairs nav rindā")


def test_the_keyboard_alone_is_enough_and_a_change_does_not_take_it_away(house: House, phone: Any) -> None:
    token = line(house, 2, 3)
    page = phone(token)
    page.wait_for_load_state("networkidle")

    def tab_to(selector: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        pytest.fail(f"no way to {selector}")

    tab_to("#leave summary")
    page.keyboard.press("Enter")
    tab_to("#do-leave")
    serve(house)
    page.wait_for_function("() => document.body.dataset.ahead === '1'")
    assert page.evaluate("document.activeElement.id") == "do-leave"
    page.keyboard.press("Enter")
    state(page, "ended")


def test_a_refusal_is_a_sentence_beside_what_is_true_now(house: House, phone: Any) -> None:
    token = line(house, 0, 1)
    page = phone(token, java_script_enabled=False)
    page.get_by_text("Kavēšos").click()
    serve(house)  # who stood here is gone
    page.get_by_role("button", name="1", exact=True).click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_text("Paldies, ka").count() == 1


def test_without_a_network_the_last_truth_stays_greyed_and_comes_back_right(
    tmp_path_factory: pytest.TempPathFactory, open_page: Any
) -> None:
    house = phones.centre(tmp_path_factory.mktemp("cut"))
    try:
        token = take(house)
        page = open_page(f"{house.address}/ticket/{token}", 390, 844)
        page.wait_for_load_state("networkidle")
        begun = time.monotonic()
        house.kill()
        page.wait_for_function("() => document.body.dataset.link === 'stale'")
        assert time.monotonic() - begun < 10
        assert page.get_by_text("Nav sakaru.").is_visible()
        assert re.search(r"Atjaunots plkst\. \d+:\d\d\.", page.inner_text("footer"))
        house.start()
        step(house, "CallNext")
        state(page, "called")
        until(lambda: page.evaluate("document.body.dataset.link") is None, "the page to be true again")
    finally:
        house.stop()


def test_the_page_of_somebody_called_before_it_was_opened_rings_at_a_recall_only(house: House, phone: Any) -> None:
    page = phone(called(house))
    page.get_by_role("button", name="Paziņot ar skaņu un vibrāciju").click()
    page.wait_for_function("() => chimes === 2")
    page.evaluate("chimes = 0")
    step(house, "Recall")
    page.wait_for_function("() => chimes === 2")


def test_the_desk_hears_what_the_visitor_answers(house: House, phone: Any, open_page: Any) -> None:
    desk = opened(house, open_page)
    token = desk.take()["token"]
    desk.key("F2")
    desk.state("called")
    page = phone(token, java_script_enabled=False)
    page.get_by_role("button", name="Vajag vēl 2 minūtes").click()
    desk.shows("Lūdz 2 minūtes", ".call")
    desk.shows("/ 6:00", ".call .clock")
    clean(desk.page, "a desk whose visitor has answered")
