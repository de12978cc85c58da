"""Pairing over HTTP and Socket.IO: a code, the manager's window, a bound token; revoked, renewed; the page of all devices."""

import json
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio

from server.pairing.client import Kept, TokenFile
from tests.house import ROOT, House, Reply, bearer, until
from tests.wire.test_gate import Socket
from tests.wire.test_hub import Device
from tests.wire.test_sessions import Page, cut_off


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server whose screens are to be paired, as outside the demo."""
    found = House(tmp_path_factory.mktemp("paired"), options=("--paired",)).start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def manager(house: House) -> Page:
    found = Page(house)
    assert found.sign_in("manager").status == 303
    return found


def window(manager: Page, act: str = "open") -> None:
    assert manager.form("/admin/devices/window", act=act).status == 303


def shown(answer: Reply) -> str:
    found = re.search(r'class="pair-code" id="code">([A-Z0-9-]+)<', answer.text)
    assert found
    return found[1]


def waiting(page: Page) -> "tuple[threading.Thread, list[Reply]]":
    """A screen that waits for the manager, as its script does."""
    found: list[Reply] = []
    thread = threading.Thread(target=lambda: found.append(page.request("POST", "/pair/wait")))
    thread.start()
    return thread, found


def paired_board(house: House, manager: Page, target: str = "board/hall/hall-1", title: str = "") -> tuple[Page, str]:
    """A paired screen, and its token."""
    screen = Page(house)
    code = shown(screen.request("GET", "/display/hall?screen=hall-1"))
    thread, found = waiting(screen)
    window(manager)
    assert manager.form("/admin/devices/pair", code=code, target=target, title=title).status == 303
    thread.join(10)
    assert found[0].status == 200
    return screen, screen.cookies["rinda_device"]


def row(manager: Page, code: str) -> str:
    """The row of a device that is connected, as HTML; the first of that code."""
    found = re.findall(rf'<tr data-kind="\w+" data-code="{code}".*?</tr>', manager.request("GET", "/admin/devices").text, re.S)
    assert found
    return str(next((one for one in found if 'data-state="ok"' in one or 'data-state="attention"' in one), found[0]))


def handle_of(manager: Page, title: str) -> str:
    page = manager.request("GET", "/admin/devices").text
    row = next(one for one in re.findall(r"<tr data-kind.*?</tr>", page, re.S) if title in one)
    found = re.search(r'action="/admin/devices/(\w+)"', row)
    assert found
    return found[1]


def test_a_screen_is_paired_by_its_code_and_opens_its_page(house: House, manager: Page) -> None:
    screen = Page(house)
    first = screen.request("GET", "/display/hall?screen=hall-1")
    assert first.status == 403
    code = shown(first)
    assert len(code.replace("-", "")) == 7
    assert shown(screen.request("GET", "/display/hall?screen=hall-1")) == code  # it does not change when the page is loaded again
    thread, found = waiting(screen)
    window(manager)
    step = manager.form("/admin/devices/pair", code=code)
    assert 'value="board/hall/hall-1" selected' in step.text  # what it was opened as
    assert manager.form("/admin/devices/pair", code=code, target="board/hall/hall-2").status == 303
    thread.join(10)
    assert found[0].json == {"ok": True, "open": "/display/hall?screen=hall-2"}
    assert "HttpOnly" in found[0].cookies()["rinda_device"]
    assert screen.request("GET", "/display/hall?screen=hall-2").status == 200
    assert screen.request("POST", "/pair/wait").status in (400, 410)  # once


def test_a_paired_screen_sees_and_says_only_its_own(house: House, manager: Page) -> None:
    screen, token = paired_board(house, manager)
    assert screen.request("GET", "/display/side").status == 403
    assert screen.request("GET", "/panel/3").status == 403
    for channel in ("board/side", "panel/3", "panels"):
        device = Device(house, channel, token)
        with pytest.raises(socketio.exceptions.ConnectionError):
            device.connect()
        assert device.refusal["data"]["code"] == "not_allowed", channel
        device.close()
    assert house.view("board/side", token).status == 403
    assert house.view("board/hall", token).status == 200
    said = {"visit": "00000000-0000-4000-8000-000000000001", "calls": 1}
    assert house.submit("ConfirmShown", {**said, "zone": "side"}, token).json["code"] == "not_allowed"
    assert house.submit("ConfirmShown", {**said, "zone": "hall"}, token).json["code"] == "unknown_visit"


def test_no_code_is_taken_outside_the_window_nor_a_wrong_one(house: House, manager: Page) -> None:
    code = shown(Page(house).request("GET", "/pair"))
    window(manager, "close")
    refused = manager.form("/admin/devices/pair", code=code, target="board/hall/hall-1")
    assert refused.status == 409
    assert "vispirms sāciet kodu pieņemšanu" in refused.text
    window(manager)
    assert manager.form("/admin/devices/pair", code="AAAA-AAA", target="board/hall/hall-1").status == 409
    assert manager.form("/admin/devices/pair", code=code, target="kiosk/kiosk-1").status == 400  # a screen is no kiosk
    assert manager.form("/admin/devices/pair", code=code, target="board/hall/hall-1").status == 303
    assert manager.form("/admin/devices/pair", code=code, target="board/hall/hall-1").status == 409  # once


def test_a_revoked_device_is_cut_within_a_second(house: House, manager: Page) -> None:
    screen, token = paired_board(house, manager, title="Ekrāns pie durvīm")
    socket = Socket(house, Cookie=f"rinda_device={token}", Origin=house.address)
    assert socket.connect(protocol=1, channel="board/hall", device="board-hall-hall-1-x").startswith(b"40")
    assert manager.form(f"/admin/devices/{handle_of(manager, 'Ekrāns pie durvīm')}", act="revoke").status == 303
    assert cut_off(socket)
    assert screen.request("GET", "/display/hall?screen=hall-1").status == 403
    assert house.view("board/hall", token).status == 401


def test_a_device_is_named_and_gets_a_new_token(house: House, manager: Page) -> None:
    screen, token = paired_board(house, manager, title="Vecais")
    handle = handle_of(manager, "Vecais")
    assert manager.form(f"/admin/devices/{handle}", act="rename", title="x" * 61).status == 400
    assert manager.form(f"/admin/devices/{handle}", act="rename", title="Jaunais").status == 303
    socket = Socket(house, Cookie=f"rinda_device={token}", Origin=house.address)
    socket.connect(protocol=1, channel="board/hall", device="board-hall-hall-1-y")
    assert manager.form(f"/admin/devices/{handle}", act="renew").status == 303
    assert cut_off(socket)
    assert house.view("board/hall", token).status == 401
    device = Device(house, "board/hall", token)
    with pytest.raises(socketio.exceptions.ConnectionError):
        device.connect()
    assert device.refusal["data"]["code"] == "renew"
    device.close()
    assert screen.request("POST", "/pair/renew").status == 200
    assert screen.cookies["rinda_device"] != token
    assert screen.request("GET", "/display/hall?screen=hall-1").status == 200
    assert house.request("POST", "/pair/renew", headers=bearer(token)).status == 409  # the old one is gone
    assert manager.form(f"/admin/devices/{'0' * 16}", act="revoke").status == 404


def test_a_program_without_a_token_gets_one(house: House, manager: Page, tmp_path: Path) -> None:
    file, said = TokenFile(house.address, tmp_path / "kiosk" / "token.json"), list[str]()
    found: list[Kept] = []
    thread = threading.Thread(target=lambda: found.append(file.pair("kiosk", said.append)))
    thread.start()
    until(lambda: said, "a code on the console")
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{3}", said[0])
    assert code
    window(manager)
    assert manager.form("/admin/devices/pair", code=code[0], target="board/hall/hall-1").status == 400  # a kiosk is no screen
    assert manager.form("/admin/devices/pair", code=code[0], target="kiosk/kiosk-1").status == 303
    thread.join(10)
    kept = found[0]
    assert kept.device == "kiosk-1"
    assert stat.S_IMODE((tmp_path / "kiosk" / "token.json").stat().st_mode) == 0o600
    assert TokenFile(house.address, tmp_path / "kiosk" / "token.json").kept() == kept
    assert house.view("jobs/kiosk-1", kept.token).status == 200


def test_the_panel_program_pairs_itself_and_takes_a_new_token(house: House, manager: Page, tmp_path: Path) -> None:
    """The whole program, with a line that nobody listens to: what counts is its connection."""
    words = [
        "panel", "--server", house.address, "--pair", "--data", str(tmp_path), "--port", "socket://127.0.0.1:9",
        "--driver", "template", "--template", "{num}", "--until-stdin-closes",
    ]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "server.cli", *words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as program:  # fmt: skip
        assert program.stdout is not None
        code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{3}", program.stdout.readline())
        assert code
        window(manager)
        assert manager.form("/admin/devices/pair", code=code[0], target="line/hall-panels", title="Pults").status == 303
        assert "hall-panels" in program.stdout.readline()
        until(lambda: all(one in row(manager, "hall-panels") for one in ("baiti pēc plāna", "Pults")), "the program's line")
        before = json.loads((tmp_path / "token.json").read_text())["token"]
        assert manager.form(f"/admin/devices/{handle_of(manager, 'Pults')}", act="renew").status == 303
        until(lambda: json.loads((tmp_path / "token.json").read_text())["token"] != before, "a new token in the file")
        fresh = json.loads((tmp_path / "token.json").read_text())["token"]
        until(lambda: house.view("panels", fresh).status == 200, "the new token to hold")
        assert house.view("panels", before).status == 401
        program.terminate()


def test_the_page_says_how_each_device_is(house: House, manager: Page) -> None:
    _, token = paired_board(house, manager, "board/side/side-1", "Sānu ekrāns")
    assert 'data-state="never"' in row(manager, "side-1")
    device = Device(house, "board/side", token, device="board-side-side-1-q").connect()
    said: dict[str, Any] = {"state": "ok", "sound": "on", "clock_ms": -1500, "version": "abc123"}
    device.socket.emit("status", said)
    until(lambda: "abc123" in row(manager, "side-1"), "the status to be heard")
    found = row(manager, "side-1")
    for words in ("darbojas", "Sānu ekrāns", "127.0.0.1", "-1,5 s", "skaņa: ieslēgta", "manager"):
        assert words in found, words
    device.close()
    until(lambda: 'data-state="off"' in row(manager, "side-1"), "the device to be missed")


def test_strangers_get_few_codes(house: House) -> None:
    answers = [house.request("POST", "/pair/begin", json.dumps({"kind": "kiosk"})).status for _ in range(8)]
    assert 429 in answers
    assert house.request("POST", "/pair/begin", json.dumps({"kind": "manager"})).status == 400
    assert house.request("POST", "/pair/wait", json.dumps({"secret": "x" * 43})).status == 410
    assert house.request("POST", "/pair/wait", "{}").status == 400
    assert house.request("POST", "/pair/renew", headers=bearer("demo-kiosk")).status == 409
