"""What stands where on the board, and when it gives way: slides, notices, pages of queues, sides, amber, the night."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from PIL import Image

from display.view import BoardRest
from tests.e2e.board_stage import LYING, STANDING, BoardPage, Stage
from tests.e2e.board_states import BEFORE, DISTURBED, NOW, STATES, TAXES, call, lv, primed, queues, screen, slide, step, view

pytestmark = [pytest.mark.e2e]

AMBER = (255, 197, 72)
SLIDE = slide("text", TAXES)


@pytest.fixture(scope="module")
def board(browser: Any) -> Iterator[BoardPage]:
    """One page for all."""
    stage = Stage({})
    one = BoardPage(browser, stage)
    yield one
    one.close()
    stage.close()


@pytest.fixture(autouse=True)
def lying(board: BoardPage) -> None:
    """Each test begins on the same screen."""
    board.size(*LYING)


def kind(board: BoardPage) -> str | None:
    """What has the main place."""
    found: str | None = board.page.get_attribute(".board", "data-kind")
    return found


def numbers(board: BoardPage, where: str = ".recent") -> list[str]:
    """The numbers there, from the top."""
    found: list[str] = board.page.locator(f"{where} .number").all_inner_texts()
    return found


def test_a_slide_comes_when_the_last_call_is_old_and_answered_and_goes_at_once_for_a_new_one(board: BoardPage) -> None:
    served = call("A012", "4", state="serving")
    with_slides = {"slides": (SLIDE,)}
    began = [primed(*BEFORE, **with_slides), step(view(call("A012", "4"), *BEFORE, **with_slides))]
    board.play(began)
    assert kind(board) == "calls"
    began.append(step(view(served, *BEFORE, **with_slides), 19))
    board.play(began)
    assert kind(board) == "calls", "19 s old"
    board.play([*began, step(view(served, *BEFORE, **with_slides), 21)])
    assert kind(board) == "slide"
    assert numbers(board) == ["A012", "D018", "E030", "N003"]
    assert board.page.locator(".tile").count() == 5
    board.play([*began, step(view(call("B001", "2", -30), served, *BEFORE, **with_slides), 30)])
    assert (kind(board), numbers(board, ".call")) == ("calls", ["B001"])
    board.play([primed(*BEFORE, **with_slides), step(view(call("A012", "4"), *BEFORE, **with_slides), 300)])
    assert kind(board) == "calls", "called five minutes ago and not yet answered"


def test_a_screen_that_shows_no_slides_keeps_the_last_call(board: BoardPage) -> None:
    for slides, expected in ((True, "slide"), (False, "calls")):
        tv = (screen(65, 4, slides=slides),)
        board.play([step(view(*BEFORE, slides=(SLIDE,), screens=tv), 60)])
        assert kind(board) == expected


def test_slides_take_turns_by_the_clock_each_for_its_time(board: BoardPage) -> None:
    both = (slide("text", "<p>viens</p>"), slide("rule", "<p>divi</p>"))
    seen = []
    for second in range(0, 48, 6):
        board.play([step(view(*BEFORE, slides=both), 60 + second)])
        seen.append(board.page.inner_text(".slide"))
    assert seen[:4] == seen[4:]
    assert sorted(seen[:4]) == ["divi", "divi", "viens", "viens"]


def test_the_text_of_a_slide_is_as_large_as_its_place_allows(board: BoardPage) -> None:
    sizes = []
    for words in (10, 60, 200):
        text = "<p>" + "vārds " * words + "</p>"
        board.play([step(view(*BEFORE, slides=(slide("text", text),)), 60)])
        inner, outer = board.page.evaluate(
            "['.words > div', '.words'].map(one => document.querySelector(one).getBoundingClientRect().height)"
        )
        assert inner <= outer + 1
        sizes.append(float(board.page.evaluate("parseFloat(getComputedStyle(document.querySelector('.words')).fontSize)")))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 2 * sizes[2]


def test_a_pause_and_a_closed_house_come_after_calls_and_before_slides(board: BoardPage) -> None:
    pause = BoardRest(until=None, reason=lv("Tehniska pauze"))
    board.play([primed(*BEFORE), step(view(call("A012", "4"), *BEFORE, rest=pause, slides=(SLIDE,)))])
    assert kind(board) == "calls"
    board.play([step(view(*BEFORE, rest=pause, slides=(SLIDE,)), 60)])
    assert kind(board) == "rest"
    assert "Tehniska pauze" in board.page.inner_text(".pause")
    assert "Drīz turpināsim" in board.page.inner_text(".pause")
    past = BoardRest(until=NOW - timedelta(minutes=3), reason={})
    board.play([step(view(*BEFORE, rest=past))])
    assert "Drīz turpināsim" in board.page.inner_text(".pause"), "no time that is over"
    board.play([step(view(*BEFORE, open=False, opens=NOW + timedelta(hours=20), slides=(SLIDE,)), 60)])
    assert kind(board) == "slide", "closed, but somebody waits"


def test_notices_take_turns_every_eight_seconds(board: BoardPage) -> None:
    seen = []
    for second in range(0, 32, 4):
        board.play([step(view(*BEFORE, notices=(lv(DISTURBED), lv("Lifts nedarbojas."))), 60 + second)])
        seen.append(board.page.inner_text(".notices"))
    assert seen[:4] == seen[4:]
    assert sorted(seen[:4]) == sorted([DISTURBED] * 2 + ["Lifts nedarbojas."] * 2)


@pytest.mark.parametrize(("size", "most"), [(LYING, 7), (STANDING, 6)], ids=["lying", "standing"])
def test_many_queues_take_turns_and_all_have_one_but_nothing_moves_beside_a_call(
    board: BoardPage, size: tuple[int, int], most: int
) -> None:
    board.size(*size)
    calm, called = set(), set()
    for second in range(0, 60, 15):
        board.play([step(view(*BEFORE, queues=queues(18)), 60 + second)])
        assert board.page.locator(".tile").count() <= most
        calm |= set(board.page.locator(".letter").all_inner_texts())
        board.play([primed(*BEFORE), step(view(call("A012", "4"), *BEFORE, queues=queues(18)), second)])
        called.add(tuple(board.page.locator(".letter").all_inner_texts()))
    assert len(calm) == 18
    assert len(called) == 1


def test_the_list_changes_sides_where_the_plan_lets_it(board: BoardPage) -> None:
    places = []
    for swaps, day in ((True, 0), (True, 1), (False, 0), (False, 1)):
        board.play([step(view(*BEFORE, screens=(screen(65, 4, swaps=swaps),)), 60 + day * 86_400)])
        places.append(board.page.evaluate("document.querySelector('.recent').getBoundingClientRect().left < 500"))
    assert places == [False, True, False, False]


def test_amber_covers_the_screen_only_while_somebody_is_called(board: BoardPage) -> None:
    def amber(name: str) -> float:
        board.play(STATES[name])
        picture = np.asarray(Image.open(io.BytesIO(board.picture())).convert("RGB"), dtype=np.int16)
        return float((np.abs(picture - AMBER).max(axis=2) < 12).mean())

    assert amber("one call") > 0.2
    assert amber("three calls") > 0.4
    assert {name: amber(name) < 0.1 for name in ("calm", "cut", "slide of text", "nobody", "closed", "pause")} == {
        "calm": True, "cut": True, "slide of text": True, "nobody": True, "closed": True, "pause": True,
    }  # fmt: skip


def test_at_night_the_screen_is_dark_and_awake_as_soon_as_somebody_takes_a_number(board: BoardPage) -> None:
    tomorrow = NOW + timedelta(hours=22)
    closed: dict[str, Any] = {"open": False, "opens": tomorrow, "queues": queues(3)[:0]}

    def light(hours: float, **more: Any) -> float:
        board.play([step(view(*BEFORE[2:], **(closed | more)), hours * 3600)])
        return float(np.asarray(Image.open(io.BytesIO(board.picture())).convert("L")).mean())

    assert 0 < light(12) < 0.5
    assert light(17.1) == 0, "from 3:00 to 3:30"
    assert 0 < light(17.5) < 0.5
    assert light(12, queues=queues(1)) > 10
    board.play([step(view(*BEFORE[2:], **closed), 12 * 3600), step(None, 12.2 * 3600, link={"state": "stale", "at": 0})])
    assert board.page.locator(".night").count() == 1, "a server that rests at night wakes nobody"
    for hours in (21.5, 22.1):
        board.play([step(view(*BEFORE[2:], **closed)), step(None, hours * 3600, link={"state": "stale", "at": 0})])
        assert kind(board) == "instruction", "the doors are open, or soon will be, and there is still no link"
