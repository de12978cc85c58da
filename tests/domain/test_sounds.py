"""A test of a board's sound: asked for, played by its screen alone, heard; and what stands in its way."""

from uuid import uuid4

import pytest
from msgspec.structs import replace

from config.plan import Screen, SpokenPlace, Voice
from config.spoken import clips_of
from display.view import board
from server.domain import commands as c
from server.domain.context import Actor
from server.domain.events import SoundHeard, SoundPlayed, SoundTested
from server.domain.refusal import CODES
from tests.support import MANAGER, Scene, tiny_plan

SCREEN = Actor("display", "hall", "board/hall")
VOICE = Voice(languages=("lv",), place={"lv": SpokenPlace(text="pie {n} lodziņa")})
PLAN = replace(
    tiny_plan(), voice=VOICE, screens=(Screen(code="a", zone="hall"), Screen(code="b", zone="hall", sound=False))
)  # fmt: skip


@pytest.fixture
def scene() -> Scene:
    return Scene(PLAN, opened=("1",))


def asked(scene: Scene) -> SoundTested:
    (event,) = scene.do(c.TestSound(zone="hall", screen="a"), MANAGER)
    assert isinstance(event, SoundTested)
    return event


def test_it_is_played_told_and_heard(scene: Scene) -> None:
    one = asked(scene)
    (due,) = board(scene.floor, "hall", scene.clock.now).tests
    assert (due.test, due.screen, due.said) == (one.test, "a", (("lv/test",),))
    assert clips_of(PLAN)["lv/test"].text == "Skaņas pārbaude."
    assert scene.refused(c.HearSound(test=one.test, heard=True), MANAGER) == "sound_not_played"
    played = c.ReportSound(test=one.test, zone="hall", result="played")
    assert scene.do(played, SCREEN) == (SoundPlayed(test=one.test, result="played"),)
    assert scene.do(replace(played, result="off"), SCREEN) == ()  # a second machine of the same screen
    assert board(scene.floor, "hall", scene.clock.now).tests == ()
    heard = c.HearSound(test=one.test, heard=True)
    assert scene.do(heard, MANAGER) == (SoundHeard(test=one.test, heard=True, clerk=MANAGER.id),)
    assert scene.do(heard, MANAGER) == ()
    assert scene.do(replace(heard, heard=False), MANAGER) == (SoundHeard(test=one.test, heard=False, clerk=MANAGER.id),)
    (kept,) = scene.floor.sounds.values()
    assert (kept.result, kept.heard, kept.hearer) == ("played", False, MANAGER.id)
    assert scene.replayed() == scene.floor


def test_a_screen_that_comes_too_late_plays_nothing_and_a_new_test_takes_its_place(scene: Scene) -> None:
    old = asked(scene)
    scene.clock.pass_(seconds=61)
    assert board(scene.floor, "hall", scene.clock.now).tests == ()
    new = asked(scene)
    assert [one.test for one in board(scene.floor, "hall", scene.clock.now).tests] == [new.test]
    assert scene.do(c.ReportSound(test=old.test, zone="hall", result="played"), SCREEN) == ()
    assert scene.refused(c.HearSound(test=old.test, heard=True), MANAGER) == "unknown_sound_test"


@pytest.mark.parametrize(
    ("zone", "screen", "code"),
    [
        ("moon", "a", "unknown_zone"),
        ("hall", "c", "unknown_screen"),
        ("hall", "", "unknown_screen"),
        ("hall", "b", "screen_silent"),
    ],
)
def test_what_cannot_sound_is_not_tested(scene: Scene, zone: str, screen: str, code: str) -> None:
    assert (scene.refused(c.TestSound(zone=zone, screen=screen), MANAGER), code in CODES) == (code, True)


def test_a_quiet_area_has_no_sound_to_test() -> None:
    quiet = replace(tiny_plan(), zones=tuple(replace(zone, quiet=True) for zone in tiny_plan().zones))
    assert Scene(quiet).refused(c.TestSound(zone=quiet.zones[0].code), MANAGER) == "screen_silent"
    assert Scene(quiet).refused(c.HearSound(test=uuid4(), heard=True), MANAGER) == "unknown_sound_test"
