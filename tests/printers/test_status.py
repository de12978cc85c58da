"""Every printer state of docs/printing.md."""

from datetime import UTC, datetime, timedelta

import pytest

from printers.codec import Asb
from printers.status import Broke, Event, Missed, Opened, Opening, Reading, State, Track, advance, from_asb, from_polls

NOW = datetime(2027, 3, 1, tzinfo=UTC)
EPSON = Opened("escpos-epson", True, True)
OK, LOW = Reading(), Reading(near_end=True)


def run(*events: Event, apart: float = 1.0) -> Track:
    track = Track(State.UNKNOWN, "", NOW)
    for n, event in enumerate(events):
        track = advance(track, event, NOW + timedelta(seconds=n * apart), n * apart)
    return track


@pytest.mark.parametrize(
    ("answers", "reading"),
    [
        ((0x12, 0x12, 0x12, 0x12), Reading()),
        ((0x16, 0x12, 0x12, 0x12), Reading()),  # the drawer pin says nothing about paper
        ((0x1A, 0x32, 0x12, 0x7E), Reading(offline=True, paper_out=True, near_end=True)),
        ((0x1A, 0x16, 0x12, 0x12), Reading(offline=True, cover=True)),
        ((0x1A, 0x52, 0x1A, 0x12), Reading(offline=True, cutter=True)),
        ((0x1A, 0x52, 0x16, 0x12), Reading(offline=True, jam=True)),
        ((0x1A, 0x52, 0x32, 0x12), Reading(offline=True, fault=True)),
        ((0x1A, 0x52, 0x12, 0x12), Reading(offline=True, fault=True)),
        ((0x1A, 0x52, 0x52, 0x12), Reading(offline=True, overheat=True)),
        ((0x12, 0x12, 0x12, 0x16), Reading(near_end=True)),
        ((0x12, 0x12, 0x12, 0x1A), Reading(near_end=True)),
        ((0x12, 0x12, 0x12, 0x32), Reading(paper_out=True)),
        ((0x12, 0x12, 0x12, 0x52), Reading(paper_out=True)),
        ((0x1A, 0x1A, 0x12, 0x12), Reading(offline=True)),  # feed button
    ],
)
def test_polls(answers: tuple[int, int, int, int], reading: Reading) -> None:
    assert from_polls(*answers) == reading


@pytest.mark.parametrize(
    ("asb", "reading"),
    [
        (Asb(0x10, 0, 0, 0), Reading()),
        (Asb(0x38, 0, 0, 0), Reading(offline=True, cover=True)),
        (Asb(0x18, 0x08, 0, 0), Reading(offline=True, cutter=True)),
        (Asb(0x18, 0x04, 0, 0), Reading(offline=True, jam=True)),
        (Asb(0x18, 0x20, 0, 0), Reading(offline=True, fault=True)),
        (Asb(0x18, 0x40, 0, 0), Reading(offline=True, overheat=True)),
        (Asb(0x10, 0, 0x03, 0), Reading(near_end=True)),
        (Asb(0x18, 0, 0x0F, 0), Reading(offline=True, near_end=True, paper_out=True)),
    ],
)
def test_asb(asb: Asb, reading: Reading) -> None:
    assert from_asb(asb) == reading


def test_connecting_then_ready_on_a_clean_reading() -> None:
    assert run(Opening()).state is State.CONNECTING
    assert run(Opening(), EPSON).state is State.CONNECTING
    track = run(Opening(), EPSON, OK)
    assert (track.state, track.status().can_print, track.status().confirms) == (State.READY, True, True)


def test_a_printer_that_cannot_be_asked_is_ready_at_once_and_confirms_nothing() -> None:
    status = run(Opening(), Opened("raw-writeonly", False, False)).status()
    assert (status.state, status.can_print, status.confirms) == (State.READY, True, False)


def test_near_end_needs_three_equal_readings_both_ways() -> None:
    assert run(Opening(), EPSON, OK, LOW, LOW).state is State.READY
    assert run(Opening(), EPSON, OK, LOW, OK, LOW, LOW).state is State.READY
    low = run(Opening(), EPSON, OK, LOW, LOW, LOW)
    assert (low.state, low.status().paper_low, low.status().can_print) == (State.READY_LOW, True, True)
    assert run(Opening(), EPSON, OK, LOW, LOW, LOW, OK, OK).state is State.READY_LOW
    assert run(Opening(), EPSON, OK, LOW, LOW, LOW, OK, OK, OK).state is State.READY


@pytest.mark.parametrize("reason", ["cover", "paper_out", "cutter", "jam", "fault", "overheat", "offline"])
def test_blocked_at_once_with_its_reason(reason: str) -> None:
    track = run(Opening(), EPSON, OK, Reading(**{reason: True}))
    assert (track.state, track.reason, track.ready) == (State.BLOCKED, reason, False)
    assert run(Opening(), EPSON, Reading(**{reason: True})).state is State.BLOCKED


def test_since_stays_while_nothing_changes() -> None:
    track = run(Opening(), EPSON, OK, Reading(cover=True), Reading(cover=True), Reading(cover=True))
    assert track.since == NOW + timedelta(seconds=3)


def test_recovering_wants_two_clean_rounds_a_second_apart() -> None:
    blocked = (Opening(), EPSON, OK, Reading(cover=True))
    assert run(*blocked, OK).state is State.RECOVERING
    assert run(*blocked, OK, OK).state is State.RECOVERING
    assert run(*blocked, OK, OK, OK).state is State.READY
    assert run(*blocked, OK, OK, OK, OK, apart=0.3).state is State.RECOVERING
    assert run(*blocked, OK, OK, Reading(cover=True)).state is State.BLOCKED


def test_two_missed_polls_in_a_row_lose_it_one_does_not() -> None:
    ready = (Opening(), EPSON, OK)
    assert run(*ready, Missed()).state is State.READY
    assert run(*ready, Missed(), OK, Missed()).state is State.READY
    assert run(*ready, Missed(), Missed()).state is State.LOST


@pytest.mark.parametrize("before", [(), (OK,), (Reading(cover=True),), (Reading(cover=True), OK)])
def test_any_state_is_lost_when_the_connection_breaks(before: tuple[Event, ...]) -> None:
    track = run(Opening(), EPSON, *before, Broke("gone"))
    assert (track.state, track.reason) == (State.LOST, "gone")


def test_lost_stays_lost_with_its_first_since_while_trying_again() -> None:
    track = run(Opening(), EPSON, OK, Broke("x"), Opening(), Broke("y"), Opening())
    assert (track.state, track.since) == (State.LOST, NOW + timedelta(seconds=3))
    assert run(Opening(), EPSON, OK, Broke("x"), OK).state is State.LOST  # a late reading mends nothing
    assert run(Opening(), EPSON, OK, Broke("x"), Opening(), EPSON, OK).state is State.READY
