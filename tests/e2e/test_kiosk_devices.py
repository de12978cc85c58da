"""Keypad, headphone socket and printer of a kiosk machine, as its program hears them, up to what the visitor hears and holds."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pytest

from printers.virtual import VirtualPrinter
from tests.e2e.test_appointments import any_hour
from tests.e2e.test_kiosk_blind import EAR, NUMBER, Ear, number_of
from tests.faults.evidence import read
from tests.faults.lines import TcpLine
from tests.house import House, Kiosk, until
from tests.kiosk.test_inputs import SWITCH, event, press

pytestmark = pytest.mark.e2e

DOWN, OK, RIGHT = 108, 28, 106
HEADPHONES = 2
MARK, PROBED, COUNTER = b"\x37\x22", b"oooo", b"_"
"""How the answers to a process ID and about a counter begin; the ID of a probe, which is no job's."""


class Machine:
    """A kiosk program with a keypad and a printer on its network. While `lossy`, the printer's word on its jobs is lost."""

    def __init__(self, folder: Path, house: House) -> None:
        self.lossy = False
        self.printer = VirtualPrinter()
        say = self.printer.say

        def said(data: bytes, reply: Any) -> None:
            word = (data[:1] == COUNTER and data[1:2].isdigit()) or (data[:2] == MARK and PROBED not in data)
            if not (self.lossy and word):
                say(data, reply)

        self.printer.say = said  # type: ignore[method-assign]
        self.line = TcpLine(self.printer)
        path = folder / "keys"
        os.mkfifo(path)
        self.kiosk = Kiosk(folder / "kiosk", house, self.line.url)
        self.kiosk.arguments += ["--keys", f"evdev://{path}"]
        self.kiosk.start()
        self.keys: BinaryIO = path.open("wb", buffering=0)
        until(self._ready, "the kiosk")

    def _ready(self) -> bool:
        try:
            metrics = self.kiosk.request("GET", "/metrics").body
        except OSError:
            return False
        return b"link_up 1" in metrics and b"can_print 1" in metrics

    def close(self) -> None:
        """Ends it."""
        self.keys.close()
        self.kiosk.stop()
        self.line.close()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One for all, before a centre that is open at every hour."""
    house = House(tmp_path_factory.mktemp("house")).start()
    house.done("RevisePlan", {"plan": msgspec.to_builtins(any_hour())})
    machine = Machine(tmp_path_factory.mktemp("machine"), house)
    yield machine
    machine.close()
    house.stop()


@pytest.fixture
def ear(machine: Machine, open_page: Any) -> Ear:
    """A visitor before the page."""
    page = open_page("about:blank", 1080, 1920)
    page.add_init_script(EAR)
    page.goto(f"{machine.kiosk.address}/")
    found = Ear(page)
    page.locator(".tile").first.wait_for()
    return found


def heard(ear: Ear, machine: Machine, sent: bytes, pattern: str = "") -> str:
    """What is said after these bytes of the input device."""
    ear.listen()
    machine.keys.write(sent)
    return ear.hear(pattern)


def test_the_keypad_that_the_program_reads_takes_a_number(machine: Machine, ear: Ear) -> None:
    assert "Skaņa ir ieslēgta" in heard(ear, machine, press(DOWN))
    for _ in range(30):
        if heard(ear, machine, press(RIGHT)).startswith("Nezinu, kurš pakalpojums"):
            break
    before = len(machine.printer.papers)
    said = heard(ear, machine, press(OK), NUMBER)
    until(lambda: len(machine.printer.papers) > before, "the paper")
    assert read(machine.printer.papers[-1], {}).whole == number_of(said)


def test_a_plug_in_the_socket_starts_the_speech_and_its_end_ends_it(machine: Machine, ear: Ear) -> None:
    speech = "document.documentElement.dataset.speech"
    assert ear._page.evaluate(speech) is None
    assert "Skaņa ir ieslēgta" in heard(ear, machine, event(SWITCH, HEADPHONES, 1))
    assert "1. no" in heard(ear, machine, press(DOWN)), "the first key already moves"
    machine.keys.write(event(SWITCH, HEADPHONES, 0))
    until(lambda: ear._page.evaluate(speech) == "false", "silence")


def test_who_has_no_paper_says_so_and_gets_a_copy(machine: Machine, ear: Ear) -> None:
    """The ticket is out, but the printer's word of it is lost; "Nē" brings a copy with the same number."""
    before = len(machine.printer.papers)
    machine.lossy = True
    assert "Skaņa ir ieslēgta" in ear.press("ArrowDown")
    number = number_of(ear.choose("Nezinu, kurš pakalpojums", NUMBER))
    until(lambda: len(machine.printer.papers) > before, "the paper")
    machine.line.unplug()
    machine.line.replug()
    ear.hear(r"Vai numuriņš izdrukājās\?")
    machine.lossy = False
    ear.choose("^Nē", "Paņemiet numuriņu")
    first, *between, copy = (read(paper, {}) for paper in machine.printer.papers[before:])
    assert not any(piece.valid for piece in between), between
    assert number in first.numbers
    assert not first.copy
    assert number in copy.numbers
    assert copy.copy
