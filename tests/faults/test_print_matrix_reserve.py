"""The cable to the server is cut, the kiosk goes on, dies and goes on; when the cable is back every number is there once."""

import json
import sqlite3
import uuid
from pathlib import Path
from typing import Any

import pytest

from printers.virtual import VirtualPrinter
from tests.faults.lines import Proxy
from tests.house import House, Kiosk, until


class Cut:
    """A kiosk whose cable to the server can be cut."""

    def __init__(self, folder: Path) -> None:
        self.printer = VirtualPrinter()
        self.paper = self.printer.serve(port=0)
        self.house = House(folder / "house").start()
        self.cable = Proxy(self.house.port)
        self.kiosk = Kiosk(folder / "kiosk", self.house, f"tcp://127.0.0.1:{self.paper.port}")
        self.kiosk.arguments[self.kiosk.arguments.index(self.house.address)] = f"http://127.0.0.1:{self.cable.port}"
        self.service = self.house.data("menu")["services"][0]["service"]
        self.taken: list[str] = []

    def start(self, link: bool) -> None:
        """Starts the kiosk program and waits for page and printer, and for the server unless the cable is cut."""
        self.kiosk.start()
        seen = f"link_up {int(link)}".encode()
        until(lambda: seen in (now := self.metrics()) and b"can_print 1" in now, "the kiosk is ready")

    def metrics(self) -> bytes:
        """Nothing while the program is not there."""
        try:
            return self.kiosk.request("GET", "/metrics").body
        except OSError:
            return b""

    def take(self, count: int) -> None:
        """So many touches; each has a number."""
        for _ in range(count):
            answer: Any = self.kiosk.command("TakeTicket", {"service": self.service}, str(uuid.uuid4())).json
            assert answer["ok"], answer
            self.taken.append(answer["result"]["number"])

    def issued(self) -> list[tuple[str, str, int]]:
        """Number, series and count of every ticket in the journal, in order."""
        with sqlite3.connect(f"file:{self.house.folder / 'rinda.db'}?mode=ro", uri=True) as base:
            rows = base.execute("SELECT data FROM journal WHERE type = 'TicketIssued' ORDER BY position").fetchall()
        return [(event["number"], event["series"], event["n"]) for (data,) in rows for event in [json.loads(data)]]


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.parametrize("how", ["unplugged", "vanished"])
def test_a_cut_cable_loses_and_doubles_nothing(tmp_path: Path, how: str) -> None:
    at = Cut(tmp_path)
    at.start(link=True)
    try:
        at.take(2)
        if how == "unplugged":
            at.cable.unplug()
        else:
            at.cable.die()  # nobody is told: the first touch waits for an answer that does not come
        at.take(3)
        at.kiosk.kill()
        at.cable.unplug()
        at.start(link=False)
        at.take(2)
        at.kiosk.kill()
        at.cable.free()
        at.cable.replug()
        at.start(link=True)
        until(lambda: b"numbers_unsent 0" in at.metrics(), "the server has every number", 60)
        at.take(1)
        until(lambda: len(at.printer.papers) >= len(at.taken), "every number is on paper", 60)
        issued = at.issued()
    finally:
        at.kiosk.stop()
        at.house.stop()
        at.cable.close()
        at.paper.close()
    reserve = at.taken[2:7]
    assert len({number[0] for number in reserve}) == 1
    assert [int(number[1:]) for number in reserve] == list(range(1, 6))
    assert [number for number, *_ in issued if number in reserve] == reserve, "once each, in the order of their issue"
    main = [(number, n) for number, _, n in issued if number not in reserve]
    assert [n for _, n in main] == list(range(1, len(main) + 1)), "the main series is consecutive"
    assert {at.taken[0], at.taken[1], at.taken[7]} <= {number for number, _ in main}
