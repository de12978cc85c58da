"""A child pressing everything, a held finger, ten fingers, a stuck key, a USB keyboard: no way out, and no number too many."""

import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.pace import LIMITS
from tests.e2e.conftest import Demo, free_ports, until
from tests.e2e.test_appointments import any_hour, revise
from tests.e2e.test_main_job import _visits

pytestmark = pytest.mark.e2e

SIZE = (1080, 1920)
SEED = 20260301
ACTIONS = 300

SHOWN = """
window.shown = new Set();
new MutationObserver(() => document.querySelectorAll(".number").forEach((one) => window.shown.add(one.textContent.trim())))
  .observe(document, { subtree: true, childList: true, characterData: true });
"""
WAYS_OUT = ("F1", "F3", "F5", "F6", "F11", "F12", "Control+P", "Control+L", "Control+Shift+I", "Control+U", "Alt+ArrowLeft")
LETTERS = ("a", "1", "Enter", "Escape", "Backspace", "Tab", "Space", "ArrowDown", "ArrowRight", "ArrowUp", "Delete", "PageDown")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that is open at every hour."""
    demo = Demo(tmp_path_factory.mktemp("abuse") / "data", free_ports())
    demo.start()
    revise(demo, any_hour())
    yield demo
    demo.stop()


@pytest.fixture
def kiosk(centre: Demo, open_page: Any) -> Any:
    page = open_page("about:blank", *SIZE, has_touch=True)
    page.add_init_script(SHOWN)
    page.goto(f"{centre.kiosk}/")
    page.get_by_role("button", name=re.compile("Nezinu")).first.wait_for()
    return page


class Fingers:
    """Touches as the glass reports them; a finger is named by its number."""

    def __init__(self, page: Any) -> None:
        self._screen = page.context.new_cdp_session(page)
        self._down: dict[int, tuple[float, float]] = {}

    def _send(self, kind: str) -> None:
        points = [{"id": finger, "x": x, "y": y} for finger, (x, y) in self._down.items()]
        self._screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def down(self, finger: int, x: float, y: float) -> None:
        self._down[finger] = (x, y)
        self._send("touchStart")

    def up(self, finger: int) -> None:
        del self._down[finger]
        self._send("touchEnd")

    def tap(self, x: float, y: float) -> None:
        self.down(0, x, y)
        self.up(0)


def middle(control: Any) -> tuple[float, float]:
    box = control.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def unknown(kiosk: Any) -> tuple[float, float]:
    return middle(kiosk.get_by_role("button", name=re.compile("Nezinu")).first)


def count(centre: Demo) -> int:
    return len(_visits(centre))


def on_ticket(kiosk: Any) -> None:
    until(lambda: re.search(r"[A-Z]\d{3}", kiosk.inner_text("main")), "the number")


def test_a_held_finger_presses_once_when_it_is_lifted(centre: Demo, kiosk: Any) -> None:
    before = count(centre)
    fingers = Fingers(kiosk)
    fingers.down(0, *unknown(kiosk))
    kiosk.wait_for_timeout(1_500)  # longer than the browser's own long press
    assert count(centre) == before
    fingers.up(0)
    on_ticket(kiosk)
    assert count(centre) == before + 1


def test_ten_fingers_are_one_press_at_most(centre: Demo, kiosk: Any) -> None:
    before = count(centre)
    tiles = [middle(tile) for tile in kiosk.locator(".quick .tile").all()]
    fingers = Fingers(kiosk)
    for finger in range(10):
        x, y = tiles[finger % len(tiles)]
        fingers.down(finger, x + finger, y + finger)
    for finger in reversed(range(10)):
        fingers.up(finger)
    until(lambda: count(centre) > before, "the press of the first finger")
    kiosk.wait_for_timeout(700)
    assert count(centre) == before + 1


def test_a_bouncing_finger_presses_once(kiosk: Any) -> None:
    fingers = Fingers(kiosk)
    contrast = kiosk.get_by_role("button", name="Kontrasts")
    # The finger is faster than any machine under load.
    kiosk.evaluate(
        "(now) => Object.defineProperty(Event.prototype, 'timeStamp', { get: () => now })", kiosk.evaluate("performance.now()")
    )
    for _ in range(4):
        fingers.tap(*middle(contrast))
    assert contrast.get_attribute("aria-pressed") == "true"


def test_a_finger_that_slips_off_presses_nothing(centre: Demo, kiosk: Any) -> None:
    before = count(centre)
    fingers = Fingers(kiosk)
    fingers.down(0, *unknown(kiosk))
    fingers._down[0] = (20, 20)
    fingers._send("touchMove")
    fingers.up(0)
    kiosk.wait_for_timeout(500)
    assert count(centre) == before
    fingers.tap(*unknown(kiosk))
    on_ticket(kiosk)


def test_a_stuck_key_is_not_listened_to(kiosk: Any) -> None:
    kiosk.get_by_role("button", name=re.compile("^Meklēt")).click()
    kiosk.locator(".field input").wait_for()
    kiosk.locator(".field input").focus()
    held = (
        "for (let i = 0; i < 200; i += 1) heard.push(dispatchEvent(new KeyboardEvent('keydown', {key: 'a', cancelable: true})));"
    )
    taken = kiosk.evaluate(f"() => {{ const heard = []; {held} return heard.filter(Boolean).length; }}")
    assert 0 < taken <= 80
    repeat = "dispatchEvent(new KeyboardEvent('keydown', {key: 'b', repeat: true, cancelable: true}))"
    assert kiosk.evaluate(repeat) is False


def test_no_shortcut_and_no_address_leads_out(centre: Demo, kiosk: Any) -> None:
    pressed = [{"key": f"F{n}"} for n in range(1, 13)] + [
        {"key": "p", "ctrlKey": True},
        {"key": "w", "ctrlKey": True},
        {"key": "I", "ctrlKey": True, "shiftKey": True},
        {"key": "ArrowLeft", "altKey": True},
        {"key": "F4", "altKey": True},
        {"key": "d", "metaKey": True},
        {"key": "BrowserBack"},
        {"key": "ContextMenu"},
    ]
    ask = "keys => keys.map(key => dispatchEvent(new KeyboardEvent('keydown', {...key, cancelable: true, bubbles: true})))"
    assert not any(kiosk.evaluate(ask, pressed[:15]))
    kiosk.wait_for_timeout(1_100)  # more at once would be a flood, which is ignored anyway
    assert not any(kiosk.evaluate(ask, pressed[15:]))
    for kind in ("contextmenu", "dragstart", "drop", "auxclick", "selectstart", "wheel"):
        assert (
            kiosk.evaluate("kind => document.body.dispatchEvent(new Event(kind, {cancelable: true, bubbles: true}))", kind)
            is False
        )
    assert kiosk.evaluate("window.open('/paper')") is None
    kiosk.evaluate("() => { location.href = '/paper'; history.back(); window.print(); }")
    kiosk.wait_for_timeout(300)
    assert kiosk.url == f"{centre.kiosk}/"
    assert len(kiosk.context.pages) == 1


def test_latvian_letters_of_a_keyboard_are_letters(kiosk: Any) -> None:
    kiosk.get_by_role("button", name=re.compile("^Meklēt")).click()
    kiosk.locator(".field input").wait_for()
    letter = "new KeyboardEvent('keydown', {key: 'ā', ctrlKey: true, altKey: true, modifierAltGraph: true, cancelable: true})"
    assert kiosk.evaluate(f"document.querySelector('.field input').dispatchEvent({letter})") is True


def test_a_child_pressing_everything(centre: Demo, kiosk: Any) -> None:
    dice = random.Random(SEED)
    fingers = Fingers(kiosk)
    before, begun = count(centre), time.monotonic()
    kiosk.evaluate("window.shown.clear()")

    def somewhere() -> tuple[float, float]:
        return dice.uniform(1, SIZE[0] - 1), dice.uniform(1, SIZE[1] - 1)

    def many() -> None:
        some = range(dice.randint(2, 10))
        for finger in some:
            fingers.down(finger, *somewhere())
        for finger in dice.sample(some, len(some)):
            fingers.up(finger)

    def address() -> None:
        kiosk.evaluate(
            "to => { location.href = to; }", dice.choice(("/paper", "file:///etc/passwd", "data:text/html,x", "/nowhere"))
        )

    acts = (
        (12, lambda: fingers.tap(*somewhere())),
        (4, lambda: kiosk.keyboard.press(dice.choice(LETTERS))),
        (2, many),
        (2, lambda: kiosk.mouse.click(*somewhere(), button=dice.choice(("left", "left", "right", "middle")))),
        (1, lambda: kiosk.keyboard.press(dice.choice(WAYS_OUT))),
        (1, address),
        (1, lambda: kiosk.mouse.dblclick(*somewhere())),
    )
    for step in range(ACTIONS):
        dice.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()
        if step % 20 == 0:
            assert kiosk.url == f"{centre.kiosk}/"
            assert len(kiosk.context.pages) == 1
    until(lambda: kiosk.locator("main h1").count() == 1 and kiosk.locator("[aria-busy=true]").count() == 0, "a living page")
    given = [visit["number"] for visit in _visits(centre)][before:]
    lasted = time.monotonic() - begun
    assert all(len(given) <= limit.count * (1 + lasted // limit.seconds) for limit in LIMITS), given
    shown = set(kiosk.evaluate("[...window.shown]"))
    assert set(given) <= shown, "no number without a screen that showed it"
    series: defaultdict[str, list[int]] = defaultdict(list)
    for visit in _visits(centre):
        series[visit["number"][0]].append(int(visit["number"][1:]))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in series.values()), series
