"""A full disk: a clear no in Latvian, nothing half done, /readyz says so, and the next command works once there is room."""

import os
import signal
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.store.centre import CentreStore
from tests.house import House, until

SERVICE = "PMLP-01"
ROOM = 800 * 1024  # bytes that a file may have: the log holds about 400 KiB after the first start
LV = "Nekas nav mainīts: centra serveris nevar ierakstīt diskā. Pasakiet vadītājam."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A server whose files cannot grow beyond ROOM until SIGUSR1 (RLIMIT_FSIZE: write() fails as on a full disk)."""
    found = House(tmp_path / "house", options=("--disk", str(ROOM))).start()
    yield found
    found.stop()


def fill(house: House) -> tuple[str, list[str]]:
    """Takes numbers until one is refused: that command's id, and the numbers that were given."""
    given: list[str] = []
    for _ in range(3000):
        id = str(uuid.uuid4())
        answer = house.submit("TakeTicket", {"service": SERVICE}, id=id)
        if answer.status != 200:
            assert (answer.status, answer.json) == (503, {"ok": False, "code": "not_stored", "text": LV}), answer.body
            return id, given
        given.append(answer.json["result"]["number"])
    raise AssertionError("the disk was never full")


def make_room(house: House) -> None:
    """There is room again; the server is not told."""
    assert house.process is not None
    limits = Path(f"/proc/{house.process.pid}/limits")
    before = limits.read_text()
    os.kill(house.process.pid, signal.SIGUSR1)
    until(lambda: limits.read_text() != before, "the limit to be gone")


@pytest.mark.faults
def test_a_full_disk_and_room_again(house: House) -> None:
    refused, given = fill(house)
    assert given == [f"P{n:03d}" for n in range(1, len(given) + 1)]
    # nothing half done: what is shown is what was acknowledged
    waiting = sum(one["waiting"] for one in house.data("board/hall")["queues"])
    assert waiting == len(given)
    position = house.view("overview").json["position"]
    english = house.submit("TakeTicket", {"service": SERVICE}, Accept_Language="en")
    assert english.json["text"].startswith("Nothing was changed: ")
    # it says so, for as long as it lasts, though the ticker goes on
    for _ in range(6):
        ready = house.request("GET", "/readyz")
        assert (ready.status, ready.json["ok"], ready.json["checks"]["store"]) == (503, False, False)
        time.sleep(0.5)
    assert house.request("GET", "/healthz").status == 200
    # nobody is kept out: a session that finds no room is kept in memory, and the log of the server has it
    assert {house.sign_in("clerk1").status for _ in range(12)} == {303}
    assert "signed in (password, 127.0.0.1" in house.log()
    assert house.request("GET", "/admin/keeping", headers={"Cookie": house.session("manager")}).status == 200
    assert house.sign_in("clerk1", "wrong").status == 401
    assert house.view("overview").json["position"] == position
    make_room(house)
    answer = house.submit("TakeTicket", {"service": SERVICE}, id=refused)  # the refused one is not remembered as refused
    assert answer.status == 200, answer.body
    assert answer.json["result"]["number"] == f"P{len(given) + 1:03d}"
    assert answer.json["position"] == position + 1
    assert house.request("GET", "/readyz").status == 200
    assert house.sign_in("clerk1").status == 303
    house.stop()
    store = CentreStore(f"sqlite:///{house.folder / 'rinda.db'}")
    rows = [row for row in store.rows(0) if row["type"] == "TicketIssued"]
    assert store.verify() == position + 1
    assert len(rows) == len(given) + 1


@pytest.mark.faults
def test_a_form_that_finds_no_room_says_so(house: House) -> None:
    fill(house)
    due = datetime.now(UTC) + timedelta(days=30)
    form = {"text": "Durvis neaizveras.", "source": "own", "owner": "manager", "due": f"{due:%Y-%m-%d}"}
    refused = house.form("/admin/quality/findings", form, Authorization="Bearer demo-manager")
    assert (refused.status, LV in refused.text) == (503, True)


@pytest.mark.faults
def test_readiness_comes_back_without_a_command(house: House) -> None:
    fill(house)
    assert house.request("GET", "/readyz").status == 503
    make_room(house)
    until(lambda: house.request("GET", "/readyz").status == 200, "ready again", 10)


@pytest.mark.faults
def test_killed_while_the_disk_is_full(house: House) -> None:
    _, given = fill(house)
    house.kill()
    house.options = ()
    house.start()
    assert house.done("TakeTicket", {"service": SERVICE})["number"] == f"P{len(given) + 1:03d}"
