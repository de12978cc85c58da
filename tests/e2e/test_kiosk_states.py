"""Every state of the kiosk page in its modes, languages and shapes of screen: axe finds nothing, nothing is cut or covered."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.kiosk_stage import Stage
from tests.e2e.kiosk_states import LOOK, STATES, foreign, toggle
from tests.e2e.test_access import clean

pytestmark = pytest.mark.e2e

PORTRAIT, LANDSCAPE, WIDE = (1080, 1920), (1280, 1024), (1920, 1080)
ROUND = {
    (1080, 1920): (("", "lv"), ("contrast", "lv, contrast"), ("contrast", "lv again"), ("large", "lv, large"),
                   ("large", "lv once more"), ("low", "lv, low")),
    (1280, 1024): (("", "lv"),),
    (1920, 1080): (("", "lv"),),
}  # fmt: skip
"""The modes of a screen by one press each, and what it is after it. With a second language in larger type the longest names may
still be cut: that is known, and not held here."""
AXED = {PORTRAIT: ("lv", "lv, contrast", "lv, large", "lv, low"), LANDSCAPE: ("lv",), WIDE: ()}
TYPICAL = ("start", "services", "search", "how", "help", "take_it", "no_paper", "last_numbers", "closed")
"""States with all kinds of parts between them: the colours of a part are the same wherever it stands."""
LEAST_TYPE_MM = {"ordinary": 6.5, "large": 10.4}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """A kiosk program that says what it is told to say."""
    program = Stage()
    yield program
    program.close()


def faults(page: Any, latvian: list[dict[str, Any]], large: bool) -> list[str]:
    """What is wrong with the screen as it stands; `latvian` are its texts in Latvian alone."""
    look = page.evaluate(LOOK)
    least = LEAST_TYPE_MM["large" if large else "ordinary"]
    small = [f"type of {look['smallest']:.1f} mm"] if (look["smallest"] or least) < least else []
    alone = [f"no Latvian beside: {text}" for text in foreign(look["words"], latvian)] if latvian else []
    return [*look["wrong"], *small, *alone]


def visit(page: Any, stage: Stage, name: str, size: tuple[int, int]) -> list[str]:
    """Comes to a state and goes through the modes; answers with everything that is wrong."""
    stage.rest()
    page.goto(stage.url)
    page.locator("h1").wait_for()
    STATES[name](page, stage)
    latvian = page.evaluate(LOOK)["words"]
    found: list[str] = []
    modes: set[str] = set()
    rounds = ROUND[size][:1] if name == "never_heard" else ROUND[size]
    for press, shown in rounds:
        if press:
            toggle(page, press)
            modes ^= {press}
        beside = latvian if "language" in modes else []
        found += [f"{name} {size} ({shown}): {fault}" for fault in faults(page, beside, "large" in modes)]
        if shown in AXED[size] and (size == PORTRAIT or name in TYPICAL):
            clean(page, f"{name} {size} ({shown})")
    return found


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_nothing_is_cut_covered_or_too_small(stage: Stage, page_of: Any, name: str, size: tuple[int, int]) -> None:
    assert visit(page_of(size), stage, name, size) == []


@pytest.mark.parametrize("name", ["start", "services", "take_it"])
def test_on_a_wide_screen_too(stage: Stage, page_of: Any, name: str) -> None:
    assert visit(page_of(WIDE), stage, name, WIDE) == []


@pytest.fixture(scope="module")
def page_of(browser: Any) -> Iterator[Any]:
    """One page for each size of screen; none of them may have had an error of its own."""
    pages: dict[tuple[int, int], Any] = {}
    errors: list[str] = []

    def page(size: tuple[int, int]) -> Any:
        if size not in pages:
            pages[size] = browser.new_page(viewport={"width": size[0], "height": size[1]})
            pages[size].set_default_timeout(8_000)
            pages[size].on("pageerror", lambda error: errors.append(str(error)))
        return pages[size]

    yield page
    for one in pages.values():
        one.close()
    assert errors == []
