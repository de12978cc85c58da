"""Letter heights measured in the pixels of the picture, against what the farthest seat needs (EN 301 549, 5.1.4: 0.7 degrees)."""

import io
from collections.abc import Iterator
from math import hypot, radians, tan
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.e2e.board_stage import LYING, STANDING, BoardPage, Stage
from tests.e2e.board_states import BEFORE, DISTURBED, call, lv, primed, queues, screen, step, view

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

INCHES, METRES = (32, 43, 55, 65), (4, 6, 8, 10)
NUMBERS = ("E147", "E471", "E714")
"""Flat above and below: their ink is as high as a capital, no curve stands out."""

LIST = tuple(
    call(number, "1", 60 * n, "over") for n, number in enumerate(("E117", "E141", "E171", "E177", "E114", "E144"), start=2)
)


@pytest.fixture(scope="module")
def board(browser: Any) -> Iterator[BoardPage]:
    """One page for all screens."""
    stage = Stage({})
    one = BoardPage(browser, stage)
    yield one
    one.close()
    stage.close()


ONLY_NUMBERS = (
    """.board { visibility: hidden } article, .number { visibility: visible } article > :not(.number) { visibility: hidden }"""
)


def ink(board: BoardPage, selector: str) -> list[tuple[int, int]]:
    """Width and height in pixels of what is painted of each of these numbers; all else is taken away for the picture."""
    board.page.evaluate(
        "css => { const one = new CSSStyleSheet(); one.replaceSync(css); document.adoptedStyleSheets = [one] }", ONLY_NUMBERS
    )
    picture = np.asarray(Image.open(io.BytesIO(board.picture())).convert("L"), dtype=np.int16)
    boxes = board.page.eval_on_selector_all(
        selector,
        """all => all.map(one => { const range = document.createRange(); range.selectNodeContents(one);
            const { left, right, top, bottom } = range.getBoundingClientRect(); return [left, right, top, bottom] })""",
    )
    board.page.evaluate("document.adoptedStyleSheets = []")
    sizes = []
    for left, right, top, bottom in boxes:
        part = picture[round(top) : round(bottom), round(left) - 4 : round(right) + 4]
        painted = np.abs(part - part[part.shape[0] // 2, 0]) > 60
        assert painted.any(), selector
        rows, columns = np.flatnonzero(painted.any(axis=1)), np.flatnonzero(painted.any(axis=0))
        sizes.append((int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1)))
    return sizes


def needed_px(size: tuple[int, int], inches: float, metres: float) -> float:
    """How many pixels high a capital must be."""
    return 2 * metres * 1000 * tan(radians(0.35)) * hypot(*size) / (inches * 25.4)


@pytest.mark.parametrize("size", [LYING, STANDING], ids=["lying", "standing"])
@pytest.mark.parametrize("inches", INCHES)
def test_the_farthest_seat_reads_call_and_list(board: BoardPage, size: tuple[int, int], inches: int) -> None:
    """A standing screen may be too narrow: then the number fills its width."""
    board.size(*size)
    for metres in METRES:
        tv = (screen(inches, metres),)
        board.play([primed(*LIST, screens=tv), step(view(call("E147", "16"), *LIST, screens=tv))])
        needs = needed_px(size, inches, metres)
        ((width, height),) = ink(board, ".call > .number")
        fills = size == STANDING and width >= 0.76 * size[0]
        where = f"{inches} inches, {metres} m: {height} px of {needs:.0f}"
        assert height >= needs - 1 or fills, where
        rows = ink(board, ".recent .number")
        assert rows or needs > 200, f"{where}: the list is there unless the call needs all"
        for _, row in rows:
            assert row >= needs / 2 - 1 or (size == STANDING and needs / 2 > 130), f"{where}: {row} px in the list"


@pytest.mark.parametrize("size", [LYING, STANDING], ids=["lying", "standing"])
@pytest.mark.parametrize("inches", INCHES)
def test_as_many_calls_at_once_as_stay_legible(board: BoardPage, size: tuple[int, int], inches: int) -> None:
    board.size(*size)
    counts = []
    for metres in METRES:
        tv = (screen(inches, metres),)
        calls = [call(number, str(n), n) for n, number in enumerate(NUMBERS)]
        board.play([primed(*LIST, screens=tv), step(view(*calls, *LIST, screens=tv))])
        heights = [height for _, height in ink(board, ".calls .number")]
        needs = needed_px(size, inches, metres)
        assert len(heights) == 1 or min(heights) >= needs - 1, f"{inches} inches, {metres} m: {heights} px of {needs:.0f}"
        assert len(heights) + board.page.locator(".next li").count() == 3, "who has no band yet stands in the line"
        counts.append(len(heights))
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 3, "at 4 m all three are legible on every screen"


def test_sizes_are_those_of_the_design(board: BoardPage) -> None:
    """The table of the design: 145 mm at 43 inches for a single call, 36 mm in the list, 69 mm and more for three at once."""
    board.size(*LYING)
    mm = 43 * 25.4 / hypot(*LYING)
    tv = (screen(43, 4),)
    board.play([primed(*LIST, screens=tv), step(view(call("E147", "16"), *LIST, screens=tv))])
    ((_, single),) = ink(board, ".call > .number")
    (_, row), *_ = ink(board, ".recent .number")
    assert single * mm == pytest.approx(145, abs=4)
    assert row * mm == pytest.approx(36, abs=1)
    board.play([step(view(*(call(number, str(n), n) for n, number in enumerate(NUMBERS)), screens=tv))])
    assert min(height for _, height in ink(board, ".calls .number")) * mm >= 69


@pytest.mark.parametrize(
    ("inches", "metres", "layout", "tiles", "rows"),
    [
        (32, 2, "auto", 0, 6), (32, 2, "full", 5, 4), (43, 4, "auto", 5, 4), (43, 5, "auto", 0, 6), (55, 4, "auto", 5, 4),
        (55, 4.5, "auto", 0, 6), (55, 4, "calls", 0, 6), (65, 4.5, "auto", 5, 4), (65, 6, "auto", 0, 6), (75, 5, "auto", 5, 4),
    ],
)  # fmt: skip
def test_queues_are_shown_where_they_can_be_read(
    board: BoardPage, inches: int, metres: float, layout: str, tiles: int, rows: int
) -> None:
    board.size(*LYING)
    tv = (screen(inches, metres, layout),)
    board.play([primed(*BEFORE, screens=tv), step(view(call("A012", "4"), *BEFORE, screens=tv))])
    assert (board.page.locator(".tile").count(), board.page.locator(".recent li").count()) == (tiles, rows)


def test_a_page_is_the_screen_of_its_address_else_the_first(board: BoardPage) -> None:
    board.size(*LYING)
    near, far = screen(65, 4), screen(43, 10)
    both = (near, type(far)(**{name: getattr(far, name) for name in far.__struct_fields__ if name != "code"}, code="far"))
    tall = {}
    for code in ("tv", "far", "gone"):
        board.play([primed(*LIST, screens=both), step(view(call("E147", "16"), *LIST, screens=both), code=code)])
        ((_, tall[code]),) = ink(board, ".call > .number")
    assert tall["far"] > tall["tv"] == tall["gone"]


def test_what_is_beside_takes_nothing_that_the_call_needs(board: BoardPage) -> None:
    """With a line of notices, queues forced and the widest number there is, the number is still as large as it must be."""
    board.size(*LYING)
    tv = (screen(55, 6, "full"),)
    more: dict[str, Any] = {"screens": tv, "notices": (lv(DISTURBED),), "queues": queues(7)}
    board.play([primed(*LIST, **more), step(view(call("E1147", "16"), *LIST, **more))])
    ((_, height),) = ink(board, ".call > .number")
    assert height >= needed_px(LYING, 55, 6) - 1
    assert board.page.locator(".tile").count() == 7
