"""The kiosk program is killed in each state of its reserve while the server is away: every number is at the centre once."""

import http.client
import re
import signal
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.numbers import ANSWER_S
from printers.virtual import VirtualPrinter
from server.store.centre import CentreStore
from tests.house import House, Kiosk, until
from tests.kiosk.halting import STATES

GIVING = ("before_commit", "committed", "before_paper")


class Halting(Kiosk):
    """The kiosk program, to be halted in a state."""

    def run(self, state: str = "") -> None:
        """Starts it and waits until it serves."""
        (self.folder / "halted").unlink(missing_ok=True)
        plain = self.arguments
        self._spawn(["-m", "tests.kiosk.halting", state, *plain[2:]] if state else plain)
        until(self.serves, "the kiosk's page")

    def serves(self) -> bool:
        """Whether its page is there."""
        try:
            return self.request("GET", "/healthz").status == 200
        except OSError:
            return False

    def ready(self) -> bool:
        """Whether it has both links and a menu."""
        return self.request("GET", "/readyz").status == 200

    def halted(self) -> bool:
        """Whether it stands still in its state."""
        return (self.folder / "halted").exists()

    def unsent(self) -> int:
        """Numbers that the server has not taken."""
        found = re.search(r"unsent (\d+)", self.request("GET", "/metrics").text)
        assert found
        return int(found[1])


PAGE_WAITS_S = 4.0
SLOW_S = 3.0
"""What a loaded machine may take beyond the time that the program itself states; less than it would take to wait twice."""


def touch(kiosk: Kiosk, service: str, id: str | None = None) -> dict[str, Any]:
    """A number, whatever it takes."""
    answer = kiosk.command("TakeTicket", {"service": service}, id or str(uuid.uuid4())).json
    assert answer["ok"], answer
    return dict(answer["result"])


def issued(house: House) -> list[dict[str, Any]]:
    """What the journal says was issued, by time."""
    rows = CentreStore(f"sqlite:///{house.folder / 'rinda.db'}").rows(0)
    events = [msgspec.json.decode(row["data"]) for row in rows if row["type"] == "TicketIssued"]
    return sorted(events, key=lambda event: str(event["issued"]))


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.parametrize("state", sorted(STATES))
def test_killed_in_each_state_of_the_reserve(tmp_path: Path, state: str) -> None:
    printer = VirtualPrinter(speed=2500)
    paper = printer.serve(port=0)
    house = House(tmp_path / "house").start()
    kiosk = Halting(tmp_path / "kiosk", house, f"tcp://127.0.0.1:{paper.port}")
    try:
        service = house.data("menu")["services"][0]["service"]
        kiosk.run()
        until(kiosk.ready, "the kiosk to know the menu")
        said = [touch(kiosk, service)]
        house.kill()
        said.append(touch(kiosk, service))
        kiosk.kill()
        id = str(uuid.uuid4())
        if state in GIVING:
            kiosk.run(state)
            unanswered = threading.Thread(target=_touch_in_vain, args=(kiosk, service, id))
            unanswered.start()
            until(kiosk.halted, state)
            kiosk.kill()
            unanswered.join()
        kiosk.run()
        said.append(touch(kiosk, service, id))
        assert touch(kiosk, service, id) == said[-1], "the same touch, the same number"
        if state not in GIVING:
            kiosk.kill()
            house.start()
            kiosk.run(state)
            until(kiosk.halted, state)
            kiosk.kill()
            kiosk.run()
        else:
            house.start()
        until(kiosk.ready, "both links")
        until(lambda: kiosk.unsent() == 0, "all numbers at the centre")
        said.append(touch(kiosk, service))
        assert [one["number"] for one in said] == ["A001", "X001", "X002", "A002"]
        found = issued(house)
        assert [(one["number"], one["visit"]) for one in found] == [(one["number"], one["visit"]) for one in said]
        _on_paper_once(printer, said[-1]["number"])
    finally:
        kiosk.stop()
        house.stop()
        paper.close()


def _touch_in_vain(kiosk: Halting, service: str, id: str) -> None:
    """A touch whose answer may never come."""
    with suppress(OSError, http.client.HTTPException):
        kiosk.command("TakeTicket", {"service": service}, id)


def _on_paper_once(printer: VirtualPrinter, last: str) -> None:
    """No number is on two pieces of paper; the last one is on one."""
    until(lambda: any(last in piece.text for piece in printer.papers), "the last slip")
    lines = [line for piece in printer.papers for line in piece.lines if "VOID" not in line]
    numbers = re.findall(r"\b[AX]\d{3}\b", " ".join(lines))
    assert len(numbers) == len(set(numbers)), numbers


@pytest.mark.faults
def test_a_server_that_stands_still_and_goes_on(tmp_path: Path) -> None:
    """The command waits in the line and takes effect later: its number is nobody's, and its slip stays in the list only."""
    printer = VirtualPrinter(speed=2500)
    paper = printer.serve(port=0)
    house = House(tmp_path / "house").start()
    kiosk = Halting(tmp_path / "kiosk", house, f"tcp://127.0.0.1:{paper.port}")
    try:
        service = house.data("menu")["services"][0]["service"]
        kiosk.run()
        until(kiosk.ready, "the kiosk to know the menu")
        first = touch(kiosk, service)
        assert house.process
        house.process.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        own = touch(kiosk, service)
        assert ANSWER_S < PAGE_WAITS_S
        assert time.monotonic() - begun < ANSWER_S + SLOW_S, "the visitor was not kept waiting"
        house.process.send_signal(signal.SIGCONT)
        until(lambda: kiosk.ready() and kiosk.unsent() == 0, "the number at the centre")
        last = touch(kiosk, service)
        _on_paper_once(printer, last["number"])
        found = {event["number"]: event["visit"] for event in issued(house)}
        assert (first["number"], own["number"]) == ("A001", "X001")
        assert found["X001"] == own["visit"]
        ghosts = set(found) - {first["number"], own["number"], last["number"]}
        assert ghosts <= {"A002"}
        assert not [piece.text for piece in printer.papers if any(ghost in piece.text for ghost in ghosts)]
        rows = CentreStore(f"sqlite:///{house.folder / 'rinda.db'}").rows(0)
        ended = [msgspec.json.decode(row["data"]) for row in rows if row["type"] == "VisitEnded"]
        assert [(one["visit"], one["reason"]) for one in ended] == [(found[ghost], "left") for ghost in ghosts]
    finally:
        if house.process:
            house.process.send_signal(signal.SIGCONT)
        kiosk.stop()
        house.stop()
        paper.close()
