"""Tests of a board's sound: asked for, played or not, heard by a person or not."""

from datetime import timedelta

from server.domain.commands import HearSound, ReportSound, TestSound
from server.domain.context import Context
from server.domain.events import Event, SoundHeard, SoundPlayed, SoundTested
from server.domain.floor import Floor, SoundTest
from server.domain.refusal import Refusal

PLAYED_WITHIN = timedelta(seconds=60)
"""A test that no board has played after so long is not played any more: nobody listens there by then."""


def ask_sound(floor: Floor, command: TestSound, context: Context) -> tuple[Event, ...]:
    """A new test in place of the last one of this screen; refused where the plan lets nothing sound."""
    zone = next((one for one in floor.settled.zones if one.code == command.zone), None)
    if zone is None:
        raise Refusal("unknown_zone", zone=command.zone)
    here = [one for one in floor.settled.screens if one.zone == zone.code]
    screen = next((one for one in here if one.code == command.screen), None)
    if screen is None and (here or command.screen):
        raise Refusal("unknown_screen", screen=command.screen)
    if zone.quiet or (screen is not None and not screen.sound):
        raise Refusal("screen_silent", screen=command.screen or zone.code)
    return (SoundTested(test=context.visit, zone=zone.code, screen=command.screen, clerk=context.actor.id),)


def report_sound(floor: Floor, command: ReportSound, context: Context) -> tuple[Event, ...]:
    """What the first board of the screen says; later ones, and tests that others took the place of, change nothing."""
    one = _test(floor, command.test)
    if one is None or one.result:
        return ()
    if one.zone != command.zone:
        raise Refusal("unknown_zone", zone=command.zone)
    return (SoundPlayed(test=one.id, result=command.result),)


def hear_sound(floor: Floor, command: HearSound, context: Context) -> tuple[Event, ...]:
    """Somebody stood there and heard it, or did not; said again it changes only with another answer."""
    one = _test(floor, command.test)
    if one is None:
        raise Refusal("unknown_sound_test")
    if not one.result:
        raise Refusal("sound_not_played")
    if one.heard == command.heard:
        return ()
    return (SoundHeard(test=one.id, heard=command.heard, clerk=context.actor.id),)


def _test(floor: Floor, id: object) -> SoundTest | None:
    return next((one for one in floor.sounds.values() if one.id == id), None)
