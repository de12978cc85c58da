"""Every state of the kiosk page in every mode, two languages and two shapes of screen: axe finds nothing, nothing is cut or covered."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.kiosk_stage import Stage
from tests.e2e.kiosk_states import LOOK, STATES, foreign, toggle
from tests.e2e.test_access import clean

pytestmark = pytest.mark.e2e

PORTRAIT, LANDSCAPE, WIDE = (1080, 1920), (1280, 1024), (1920, 1080)
ROUND = (("", "lv"), ("contrast", "lv, contrast"), ("contrast", "lv again"), ("language", "en"), ("large", "en, large"),
         ("low", "en, large, low"), ("large", "en, low"), ("language", "lv, low"), ("large", "lv, large, low"),
         ("low", "lv, large"))  # fmt: skip
"""Every mode in both languages by one press each; what the screen is after it."""
AXED = ("lv", "lv, contrast", "en", "lv, large")
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


def visit(page: Any, stage: Stage, name: str, size: tuple[int, int], rounds: Any = ROUND, axed: Any = AXED) -> list[str]:
    """Comes to a state and goes through the modes; answers with everything that is wrong, each once."""
    stage.rest()
    page.goto(stage.url)
    page.locator("h1").wait_for()
    STATES[name](page, stage)
    found, latvian, modes = [], page.evaluate(LOOK)["words"], set[str]()
    for press, shown in rounds:
        if press:
            toggle(page, press)
            modes ^= {press}
        beside = latvian if "language" in modes else []
        found += [f"{name} {size} ({shown}): {fault}" for fault in faults(page, beside, "large" in modes)]
        if shown in axed:
            clean(page, f"{name} {size} ({shown})")
    return found


@pytest.mark.parametrize("name", STATES)
def test_a_state_in_portrait(stage: Stage, page_of: Any, name: str) -> None:
    assert visit(page_of(PORTRAIT), stage, name, PORTRAIT) == []


@pytest.mark.parametrize("name", STATES)
def test_a_state_in_landscape(stage: Stage, page_of: Any, name: str) -> None:
    assert visit(page_of(LANDSCAPE), stage, name, LANDSCAPE, axed=("lv", "en")) == []


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
