"""Every state of the board, lying and standing: whole, readable to all, and as in the picture that hangs in `golden/`."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import qrcode
import qrcode.image.svg
from PIL import Image, ImageDraw

from tests.e2e.axe import clean
from tests.e2e.board_golden import fault, is_alike, path_of, small
from tests.e2e.board_stage import LYING, STANDING, BoardPage, Stage
from tests.e2e.board_states import BEFORE, NOW, STATES, call, primed, step, view

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

HERE = Path(__file__).parent
LOOK = (HERE / "board_look.js").read_text("utf-8")
CONTRAST = (HERE / "board_contrast.js").read_text("utf-8")
WAYS = {"lying": LYING, "standing": STANDING}
OTHER_SIZES = ((1024, 768), (1200, 1920))
"""Four to three, and sixteen to ten standing. Another size of the same shape is the same picture in another scale."""


def media() -> dict[str, tuple[str, bytes]]:
    """A picture and a code, as the manager and the server make them."""
    picture, code = io.BytesIO(), io.BytesIO()
    drawn = Image.new("RGB", (1280, 720), (30, 60, 90))
    ImageDraw.Draw(drawn).rectangle((200, 120, 900, 500), outline=(255, 200, 100), width=24)
    drawn.save(picture, "PNG")
    qrcode.make("https://centrs.example/load", image_factory=qrcode.image.svg.SvgPathImage).save(code)
    return {"picture.png": ("image/png", picture.getvalue()), "code.svg": ("image/svg+xml", code.getvalue())}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """What serves the board's files."""
    one = Stage(media())
    yield one
    one.close()


@pytest.fixture(scope="module")
def board(browser: Any, stage: Stage) -> Iterator[BoardPage]:
    """One page for all states."""
    one = BoardPage(browser, stage)
    yield one
    one.close()


@pytest.mark.parametrize("way", WAYS)
def test_every_state(board: BoardPage, way: str) -> None:
    board.size(*WAYS[way])
    found: list[str] = []
    for name, steps in STATES.items():
        board.play(steps)
        found += [f"{name}: {each}" for each in board.page.evaluate(LOOK)]
        seen = board.page.evaluate(CONTRAST)
        assert seen["texts"] or name == "night"
        found += [f"{name}: {each}" for each in seen["low"]]
        if different := fault(name, way, board.picture()):
            found.append(different)
        if way == "lying":
            clean(board.page, name)
    assert found == []


def test_no_other_pictures_hang_there() -> None:
    known = {path_of(name, way).name for name in STATES for way in WAYS}
    hung = sorted(path_of("x", "lying").parent.glob("*.png"))
    assert {path.name for path in hung} == known
    assert sum(path.stat().st_size for path in hung) < 1_000_000


def test_every_state_on_other_screens(board: BoardPage) -> None:
    found = []
    for width, height in OTHER_SIZES:
        board.size(width, height)
        for name, steps in STATES.items():
            board.play(steps)
            found += [f"{name}, {width} x {height}: {each}" for each in board.page.evaluate(LOOK)]
    assert found == []


@pytest.mark.parametrize("way", WAYS)
def test_the_comparison_sees_one_digit(board: BoardPage, way: str) -> None:
    """Another number in the block, another in the list, another counter there, another time: each is another picture."""
    board.size(*WAYS[way])
    pictures = []
    for one in (
        (call("A012", "4"), *BEFORE),
        (call("A013", "4"), *BEFORE),
        (call("A012", "4"), call("D016", "2", 120, "over"), *BEFORE[1:]),
        (call("A012", "4"), call("D018", "3", 120, "over"), *BEFORE[1:]),
        (call("A012", "5"), *BEFORE),
    ):
        board.play([primed(*BEFORE), step(view(*one))])
        pictures.append(small(board.picture()))
    first, *others = pictures
    assert [is_alike(first, other) for other in others] == [False] * 4
    hung = Image.open(path_of("one call", way))
    assert [is_alike(hung, one) for one in pictures] == [True, False, False, False, False]
    board.play([primed(*BEFORE), step(view(call("A012", "4"), *BEFORE))])
    assert is_alike(first, small(board.picture())), "the same again is the same picture"


def test_what_looks_for_faults_finds_them(board: BoardPage) -> None:
    """A number larger than its block, a broken number, pale letters: none of them goes unseen."""
    board.size(*LYING)
    board.play(STATES["one call"])
    sheet = "const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]"
    faults = {
        ".call > .number { font-size: 900px !important }": LOOK,
        ".call > .number { white-space: normal !important; word-break: break-all; inline-size: 2em }": LOOK,
        ".tile .truth { translate: 0 90px }": LOOK,
        ".recent { margin-inline-start: -200px }": LOOK,
        ".label { color: #888 !important }": CONTRAST,
    }
    try:
        for css, look in faults.items():
            board.page.evaluate(f"css => {{ {sheet} }}", css)
            seen = board.page.evaluate(look)
            assert seen["low"] if look is CONTRAST else seen, css
    finally:
        board.page.evaluate("document.adoptedStyleSheets = []")
    assert board.page.evaluate(LOOK) == []


def test_a_call_pulses_three_times_in_three_seconds_and_never_for_who_wants_no_motion(browser: Any, stage: Stage) -> None:
    pulses = "document.getAnimations().map(a => { const t = a.effect.getTiming(); return [t.duration, t.iterations] })"
    for motion, expected in (("no-preference", [[1000, 3]]), ("reduce", [])):
        board = BoardPage(browser, stage, reduced_motion=motion)
        board.play(STATES["one call"])
        assert board.page.evaluate(pulses) == expected
        assert board.page.locator(".call[data-state=bright]").count() == 1
        board.play(STATES["calm"])
        assert board.page.evaluate(pulses) == []
        board.close()


def test_with_colours_of_the_system_a_call_still_stands_out(browser: Any, stage: Stage) -> None:
    board = BoardPage(browser, stage, forced_colors="active", color_scheme="dark")
    ground = "getComputedStyle(document.querySelector('.call')).backgroundColor"
    board.play(STATES["calm"])
    calm = board.page.evaluate(ground)
    board.play(STATES["one call"])
    assert board.page.evaluate(ground) != calm
    assert board.page.evaluate(CONTRAST)["low"] == []
    assert board.page.evaluate(LOOK) == []
    board.close()


def test_how_often_was_called_stands_in_one_line_above_the_number(browser: Any, stage: Stage) -> None:
    label = """(() => {
      const label = document.querySelector(".call > .label");
      const again = label.querySelector(".again");
      const line = Number.parseFloat(getComputedStyle(again).fontSize);
      return [again.innerText, label.scrollWidth <= label.clientWidth, again.offsetHeight < 1.9 * line];
    })()"""
    board = BoardPage(browser, stage)
    for size in (LYING, STANDING, *OTHER_SIZES):
        board.size(*size)
        for calls, said in ((4, "ceturtais izsaukums"), (12, "12. izsaukums")):
            board.play([primed(call("A012", "4", 40), *BEFORE), step(view(call("A012", "4", calls=calls), *BEFORE))])
            assert board.page.evaluate(label) == [said, True, True], size
            assert board.page.evaluate(LOOK) == [], size
    board.close()


def test_a_screen_reader_hears_the_newest_call_once(board: BoardPage) -> None:
    board.play(STATES["a fourth waits"])
    live = board.page.locator("[role=status]")
    assert live.count() == 1
    assert live.inner_text() == "D, 9 9 9, pie 16. lodziņa"
    board.play(STATES["recall"])
    assert live.inner_text() == "A, 0 1 2, pie 4. lodziņa, otrais izsaukums"
    board.play(STATES["cut"])
    assert live.inner_text() == ""
    assert board.page.get_attribute("html", "lang") == "lv"


def test_the_times_in_words(board: BoardPage) -> None:
    said = {
        "closed": "Atvērsim šodien plkst. 10:30",
        "lunch": "Jūsu kārta nezūd.",
        "closed till Monday": "Atvērsim trešdien, 18.3., plkst. 10:30",
        "pause": "Turpinām plkst. 12:30",
        "cut": "Ekrāns neatjaunojas kopš plkst. 10:04. Lūdzu, klausieties darbinieku.",
    }
    for name, words in said.items():
        board.play(STATES[name])
        assert words in board.page.inner_text(".board").replace("\n", " "), name
    assert NOW.hour == 8
