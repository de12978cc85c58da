"""The page of devices beyond pairing: pages of panels and rooms by code, tests of sound, proofs that outlive the server."""

import socket
from collections.abc import Iterator
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from server.pairing.doubles import SWAPS
from tests.house import House, until
from tests.wire.test_gate import Socket
from tests.wire.test_hub import Device
from tests.wire.test_pairing import handle_of, paired_board, row, shown, waiting, window
from tests.wire.test_sessions import Page, cut_off


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("devices"), options=("--paired",)).start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def manager(house: House) -> Page:
    found = Page(house)
    assert found.sign_in("manager").status == 303
    return found


def board_of(house: House, manager: Page, name: str) -> Device:
    """A board of the hall that has sound, paired by a code."""
    _, token = paired_board(house, manager, title=name)
    board = Device(house, "board/hall", token, device=f"board-hall-hall-1-{name}").connect()
    board.socket.emit("status", {"state": "ok", "sound": "on"})
    return board


def due(board: Device) -> dict[str, Any]:
    """The test of sound that the board has not played yet."""
    (test,) = board.shows(lambda data: data["tests"])["tests"]
    return dict(test)


@pytest.mark.parametrize(("path", "target"), [("/panel/3", "panel/3"), ("/room/d1", "room/d1")])
def test_pages_of_panels_and_rooms_are_paired_by_code_for_themselves_alone(
    house: House, manager: Page, path: str, target: str
) -> None:  # fmt: skip
    screen = Page(house)
    code = shown(screen.request("GET", path))
    thread, found = waiting(screen)
    window(manager)
    step = manager.form("/admin/devices/pair", code=code)
    assert f'value="{target}" selected' in step.text
    assert manager.form("/admin/devices/pair", code=code, target=target).status == 303
    thread.join(10)
    assert found[0].json == {"ok": True, "open": path}
    assert screen.request("GET", path).status == 200
    assert [screen.request("GET", other).status for other in ("/panel/4", "/room/d2", "/display/hall")] == [403, 403, 403]
    token = screen.cookies["rinda_device"]
    assert [house.view(channel, token).status for channel in (target, "board/hall")] == [200, 403]


def test_a_sound_is_tested_from_the_page_and_heard(house: House, manager: Page) -> None:
    board = board_of(house, manager, "skan")
    until(lambda: "Pārbaudīt skaņu" in row(manager, "hall-1"), "the board to be seen")
    assert manager.form("/admin/devices/sound", zone="hall", screen="hall-1").status == 303
    test = due(board)
    assert (test["screen"], test["said"]) == ("hall-1", [["lv/test"]])
    assert "gaida ekrānu" in row(manager, "hall-1")
    early = manager.form("/admin/devices/heard", test=test["test"], heard="yes")
    assert (early.status, "Ekrāns pārbaudi vēl nav atskaņojis." in early.text) == (409, True)
    assert board.submit("ReportSound", {"test": test["test"], "zone": "side", "result": "played"})["code"] == "not_allowed"
    assert board.submit("ReportSound", {"test": test["test"], "zone": "hall", "result": "played"})["ok"]
    assert "atskaņots: signāls un vārdi" in row(manager, "hall-1")
    assert "atskaņots" in row(manager, "hall-1")  # its last proof
    assert manager.form("/admin/devices/heard", test=test["test"], heard="yes").status == 303
    assert "dzirdēja manager" in row(manager, "hall-1")
    assert manager.form("/admin/devices/sound", zone="hall", screen="moon").status == 409
    clerk = Page(house)
    clerk.sign_in("clerk1")
    assert clerk.form("/admin/devices/sound", zone="hall", screen="hall-1").status == 403
    board.close()


def test_one_token_on_two_machines_is_an_alert(house: House, manager: Page) -> None:
    _, token = paired_board(house, manager, title="Divi")
    machines = []
    for n in range(SWAPS + 1):
        with patch("socket.create_connection", partial(socket.create_connection, source_address=(f"127.0.0.{2 + n % 2}", 0))):
            machines.append(Socket(house, Cookie=f"rinda_device={token}", Origin=house.address))
        assert machines[-1].connect(protocol=1, channel="board/hall", device="board-hall-hall-1-divi").startswith(b"40")

    def told() -> list[str]:
        found = house.view("overview", "demo-manager").json["data"]
        return [one["detail"] for one in found["alerts"] if one["kind"] == "doubled"]

    assert until(told, "the manager to be told") == ["Divi"]
    until(lambda: [one for one in house.view("overview", "demo-manager").json["data"]["troubles"] if one["kind"] == "doubled"],
          "the history to have it")  # fmt: skip
    assert manager.form(f"/admin/devices/{handle_of(manager, 'Divi')}", act="revoke").status == 303
    assert cut_off(machines[-1])
    until(lambda: not told(), "the alert to be over")


def test_what_a_device_proved_is_known_after_a_restart(house: House, manager: Page) -> None:
    board = board_of(house, manager, "paliek")
    assert manager.form("/admin/devices/sound", zone="hall", screen="hall-1").status == 303
    test = due(board)
    assert board.submit("ReportSound", {"test": test["test"], "zone": "hall", "result": "chime"})["ok"]
    board.close()
    before = _proofs(manager, "paliek")
    assert "atskaņots" in before
    house.stop()
    house.start()
    assert _proofs(manager, "paliek") == before  # nobody has connected yet


def _proofs(manager: Page, title: str) -> str:
    """The cell of the last proofs in the row of a device."""
    page: Any = manager.request("GET", "/admin/devices").text
    found = next(one for one in page.split("<tr ") if title in one)
    return str(found.split("<td>")[2].split("</td>")[0])
