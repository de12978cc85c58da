"""What a board proves, over the wire: the desk learns of a call that nobody saw when its time is up, and when it is seen."""

import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from server.alerts import OFF_S
from server.domain.proof import PROOF_S
from server.hub import TIME_S
from tests.house import House
from tests.wire.test_hub import Device

COUNTER, SERVICE = "3", "PMLP-01"
IN_TIME = timedelta(seconds=TIME_S / 2)
"""Far less than the time after which views are looked at without a reason, and far more than a busy machine needs."""


@pytest.fixture
def join(house: House) -> Iterator[Callable[[str, str], Device]]:
    opened: list[Device] = []

    def one(channel: str, token: str) -> Device:
        opened.append(Device(house, channel, token).connect())
        opened[-1].shows(lambda _: True)
        return opened[-1]

    yield one
    for device in opened:
        device.close()


@pytest.fixture
def called(house: House) -> Iterator[dict[str, Any]]:
    """A visit that is called to the counter; over at the end."""
    house.done("OpenCounter", {"counter": COUNTER, "profile": "universal"}, "clerk-3")
    house.done("TakeTicket", {"service": SERVICE})
    yield house.data(f"desk/{COUNTER}")
    house.clear()


def alerts(kind: str) -> Callable[[Any], Any]:
    return lambda data: [one for one in data["alerts"] if one["kind"] == kind]


def figures(house: House) -> str:
    with urllib.request.urlopen(f"{house.address}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def when(device: Device) -> datetime:
    """The server's clock in the newest view."""
    return datetime.fromisoformat(device.views[-1]["now"])


@pytest.mark.usefixtures("called")
def test_the_alarm_comes_when_its_time_is_up_and_goes_with_the_proof(house: House, join: Callable[[str, str], Device]) -> None:
    board, desk, other = join("board/hall", "demo-display"), join(f"desk/{COUNTER}", "clerk-3"), join("overview", "demo-manager")
    house.done("CallNext", {"counter": COUNTER}, "clerk-3")
    (call, *_) = board.shows(lambda data: data["calls"] and data["calls"][0]["state"] == "called")["calls"]
    (alert,) = alerts("unshown")(desk.shows(alerts("unshown")))
    assert (alert["number"], alert["counters"]) == (call["number"], [COUNTER])
    took = when(desk) - datetime.fromisoformat(alert["since"])
    assert timedelta(seconds=PROOF_S) <= took < IN_TIME, took
    other.shows(alerts("unshown"))
    assert "rinda_calls_unproven 1.0" in figures(house)
    proof = {"visit": call["visit"], "calls": call["calls"], "zone": "hall"}
    assert board.submit("ConfirmShown", proof)["ok"]
    assert board.submit("ConfirmSpoken", proof)["ok"]
    for device in (desk, other):
        device.shows(lambda data: not alerts("unshown")(data))
    text = figures(house)
    assert "rinda_calls_unproven 0.0" in text
    assert 'rinda_call_proof_seconds_bucket{le="1.0"} 0.0' in text
    assert "rinda_call_proof_seconds_count 1.0" in text
    day = house.data("overview")["day"]
    reply = house.request("GET", f"/api/v1/reports/calls?from={day}&to={day}", headers={"Authorization": "Bearer demo-manager"})
    (row,) = [one for one in reply.json["rows"] if one["zone"] == "hall"]
    assert [row[key] for key in ("summons", "in_time", "later", "never", "spoken")] == [1, 0, 1, 0, 1]
    assert row["shown_median_ms"] >= PROOF_S * 1000


@pytest.mark.usefixtures("called")
def test_a_call_that_is_shown_in_time_alarms_nobody(house: House, join: Callable[[str, str], Device]) -> None:
    """Also after the time is up: the recall that comes later is the only one that does."""
    board, desk = join("board/hall", "demo-display"), join(f"desk/{COUNTER}", "clerk-3")
    house.done("CallNext", {"counter": COUNTER}, "clerk-3")
    (call, *_) = board.shows(lambda data: data["calls"] and data["calls"][0]["state"] == "called")["calls"]
    assert board.submit("ConfirmShown", {"visit": call["visit"], "calls": 1, "zone": "hall"})["ok"]
    shown = desk.shows(lambda data: data["visit"] and data["visit"]["shown"])["visit"]["shown"]
    house.done("Recall", {"counter": COUNTER}, "clerk-3")
    (alert,) = alerts("unshown")(desk.shows(alerts("unshown")))
    assert alert["since"] > shown
    first = [one["data"] for one in desk.views if one["data"]["visit"] and one["data"]["visit"]["calls"] == 1]
    assert first
    assert not any(map(alerts("unshown"), first))


@pytest.mark.usefixtures("called")
def test_a_board_that_is_cut_is_missed_in_time(house: House, join: Callable[[str, str], Device]) -> None:
    desk = join(f"desk/{COUNTER}", "clerk-3")
    board = join("board/side", "demo-display")

    def off(data: Any) -> list[Any]:
        return [one for one in data["alerts"] if (one["kind"], one["zone"]) == ("board_off", "side")]

    board.socket.emit("status", {"state": "ok", "sound": "blocked", "clock_ms": 31_000})
    desk.shows(alerts("board_mute"))
    board.close()
    (alert,) = off(desk.shows(off))
    took = when(desk) - datetime.fromisoformat(alert["since"])
    assert timedelta(seconds=OFF_S) <= took < IN_TIME, took
    join("board/side", "demo-display")
    desk.shows(lambda data: not off(data))
