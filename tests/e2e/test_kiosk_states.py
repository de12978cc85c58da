"""Every state of the kiosk page in its modes, languages and shapes of screen: axe finds nothing, nothing is cut or covered."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.axe import clean
from tests.e2e.kiosk_stage import Stage
from tests.e2e.kiosk_states import LOOK, STATES, foreign, switch, toggle

pytestmark = pytest.mark.e2e

Round = tuple[tuple[str, ...], ...]

PORTRAIT, LANDSCAPE, WIDE = (1080, 1920), (1280, 1024), (1920, 1080)
EVERY: dict[tuple[int, int], Round] = {PORTRAIT: ((), ("language",), ("large",), ("low",)), LANDSCAPE: ((),)}
"""The modes that every state is looked at in; none chosen is Latvian in ordinary size and colours."""
HARDEST: dict[tuple[int, int], Round] = {
    PORTRAIT: (
        (),
        ("contrast",),
        ("language", "low"),
        ("language",),
        ("language", "large"),
        ("large",),
        ("large", "low"),
        ("low",),
    ),
    LANDSCAPE: ((), ("language",), ("language", "large"), ("large",), ("large", "low"), ("low",)),
    WIDE: ((), ("contrast", "large", "low")),
}
AXED: dict[tuple[int, int], Round] = {PORTRAIT: ((),), LANDSCAPE: (), WIDE: ()}
AXED_TOO: dict[tuple[int, int], Round] = {
    PORTRAIT: (("language",), ("contrast",), ("large",), ("low",)),
    LANDSCAPE: ((),),
    WIDE: (),
}
"""Where axe looks: at every state, and besides at the hardest."""
CYRILLIC: dict[tuple[int, int], Round] = {
    PORTRAIT: ((), ("language",), ("language", "low"), ("language", "large", "low"), ("language", "large")),
    LANDSCAPE: ((), ("language",), ("language", "large")),
}
"""The modes that the states with the most on the screen are looked at in where the other language is Russian or Ukrainian."""
HARD = ("start", "institutions", "services", "situation", "search", "how", "take_it_long", "no_paper", "last_numbers", "closed")
"""States with the most on the screen, and between them all kinds of parts: a part has the same colours wherever it stands."""
PLAIN = ("never_heard", "more_time")
"""States in which no mode can be chosen."""
LEAST_TYPE_MM = {"ordinary": 6.5, "large": 10.4}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """A kiosk program that says what it is told to say."""
    program = Stage()
    yield program
    program.close()


def faults(page: Any, latvian: list[dict[str, Any]], modes: tuple[str, ...]) -> list[str]:
    """What is wrong with the screen as it stands; `latvian` are its texts in Latvian alone."""
    look = page.evaluate(LOOK)
    least = LEAST_TYPE_MM["large" if "large" in modes else "ordinary"]
    small = [f"type of {look['smallest']:.1f} mm"] if (look["smallest"] or least) < least else []
    alone = [f"no Latvian beside: {text}" for text in foreign(look["words"], latvian)] if "language" in modes else []
    return [*look["wrong"], *small, *alone]


def visit(
    page: Any, stage: Stage, name: str, looks: dict[tuple[int, int], Round], change: Callable[[Any, str], None] = switch
) -> list[str]:
    """Comes to a state and goes through the modes and shapes of the screen; answers with everything that is wrong."""
    page.unroute_all()
    page.set_viewport_size({"width": PORTRAIT[0], "height": PORTRAIT[1]})
    stage.rest()
    page.goto(stage.url)
    page.locator("h1").wait_for()
    STATES[name](page, stage)
    found: list[str] = []
    chosen: set[str] = set()
    for size, rounds in looks.items():
        page.set_viewport_size({"width": size[0], "height": size[1]})
        latvian: list[dict[str, Any]] = []
        for modes in rounds[:1] if name in PLAIN else rounds:
            for mode in (*sorted({*modes} - chosen), *sorted(chosen - {*modes})):  # never the same control twice in a row
                change(page, mode)
            chosen = set(modes)
            page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
            latvian = latvian or page.evaluate(LOOK)["words"]
            where = f"{name} {size} {'+'.join(modes) or 'lv'}"
            found += [f"{where}: {fault}" for fault in faults(page, latvian, modes)]
            if modes in AXED[size] or (name in HARD and modes in AXED_TOO[size]):
                clean(page, where)
    return found


HALVES = [
    pytest.param(name, marks=pytest.mark.xdist_group(f"kiosk states {n * 2 // len(STATES)}")) for n, name in enumerate(STATES)
]
"""Where two processes share the tests, each has one page for its half."""


@pytest.mark.parametrize("name", HALVES)
def test_nothing_is_cut_covered_or_too_small(stage: Stage, page: Any, name: str) -> None:
    assert visit(page, stage, name, HARDEST if name in HARD else EVERY) == []


@pytest.mark.parametrize(("name", "language"), [(name, ("ru", "uk")[n % 2]) for n, name in enumerate(HARD)])
def test_another_alphabet_has_room_too(stage: Stage, page: Any, name: str, language: str) -> None:
    stage.menu["languages"] = ["lv", language]
    try:
        assert visit(page, stage, name, CYRILLIC, toggle) == []
    finally:
        stage.menu["languages"] = ["lv", "en"]


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    """One page for all states; it may not have had an error of its own."""
    errors: list[str] = []
    one = browser.new_page(viewport={"width": PORTRAIT[0], "height": PORTRAIT[1]})
    one.set_default_timeout(8_000)
    one.on("pageerror", lambda error: errors.append(str(error)))
    yield one
    one.close()
    assert errors == []
