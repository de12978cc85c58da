"""A recall is heard twice, a reload not at all; a browser that blocks sound says so to the hall and to the manager."""

import json
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from server.store.centre import CentreStore
from tests.conftest import need
from tests.e2e.board_stand import Counters, board, linked, loud_browser, untouched_board
from tests.house import House, until

pytestmark = pytest.mark.e2e

CHIME = 2
"""Tones of a chime."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("house")).start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def counters(house: House) -> Counters:
    return Counters(house, 2)


@pytest.fixture(scope="module")
def loud(browser: Any) -> Iterator[Any]:
    yield from loud_browser(browser)


@pytest.fixture(autouse=True)
def _closed(browser: Any, loud: Any) -> Iterator[None]:
    """No page of one test speaks in the next."""
    yield
    for context in (*browser.contexts, *loud.contexts):
        context.close()


def heard(page: Any, tones: int) -> int:
    """How many tones there were, as soon as there are so many and the last one is over."""
    page.wait_for_function("n => heard.filter((one) => one.kind === 'tone' && one.ended !== null).length >= n", arg=tones)
    return len([one for one in page.evaluate("heard") if one["kind"] == "tone"])


def spoken(house: House) -> set[str]:
    """The visits whose call a board has said whole."""
    rows = CentreStore(f"sqlite:///{house.folder / 'rinda.db'}").rows(0)
    return {json.loads(row["data"])["visit"] for row in rows if row["type"] == "CallSpoken"}


def alerts(house: House, kind: str) -> list[Any]:
    return [one for one in house.data("overview")["alerts"] if one["kind"] == kind]


def test_a_call_and_its_recall_ring_and_a_reload_does_not(house: House, counters: Counters, loud: Any) -> None:
    page = board(loud, house)
    counters.call("1")
    assert heard(page, CHIME) == CHIME
    house.done("Recall", {"counter": "1"})
    assert heard(page, 2 * CHIME) == 2 * CHIME
    page.wait_for_selector("[data-call$='/2']")

    page.reload()
    linked(page)
    page.wait_for_selector("[data-call$='/2']")
    house.done("Recall", {"counter": "1"})
    assert heard(page, CHIME) == CHIME, "of three summons this page has heard the last one only"
    assert alerts(house, "board_mute") == []


def test_a_call_that_came_during_a_reload_rings(house: House, counters: Counters, loud: Any) -> None:
    page = board(loud, house)
    page.goto("about:blank")
    counters.call("2")
    page.goto(f"{house.address}/display/hall?screen=hall-1")
    assert heard(page, CHIME) == CHIME


def test_blocked_sound_is_said_and_one_touch_makes_the_board_heard(house: House, counters: Counters, browser: Any) -> None:
    counters.call("1")
    page = untouched_board(browser, house)
    page.get_by_role("button", name="Skaņa bloķēta. Pieskarieties vienreiz.").wait_for()
    until(lambda: alerts(house, "board_mute"), "the manager to be told")
    house.done("Recall", {"counter": "1"})
    page.wait_for_selector("[data-call] .again")
    assert page.evaluate("heard") == []

    page.get_by_role("button", name="Skaņa bloķēta").click()  # and who is still called is announced
    heard(page, CHIME)
    until(lambda: not alerts(house, "board_mute"), "the alert to go")
    page.wait_for_selector("button.sound", state="detached")


def test_a_call_is_spoken_with_the_clips_of_the_plan_and_proven(house: House, counters: Counters, loud: Any) -> None:
    need("eSpeak NG", find_spec("espeakng_loader") or shutil.which("espeak-ng"))
    until(lambda: house.data("board/hall")["voice"]["clips"], "the clips to be made", 60)
    page = board(loud, house)
    visit = counters.call("1")
    said = next(one["said"] for one in house.data("board/hall")["calls"] if one["counter"] == "1")
    until(lambda: visit in spoken(house), "the board to confirm that it was spoken")
    clips = [one for one in page.evaluate("heard") if one["kind"] == "clip"]
    assert len(clips) == sum(len(language) for language in said)
    assert all(one["ms"] > 50 and one["ended"] is not None for one in clips)
    assert alerts(house, "voice") == []
