"""The panel program against a real server: signs follow the counters, lines are cut and found again, keys give commands."""

import asyncio
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

import counter.agent as agent_module
from config.plan import Key, Line, Panel
from counter.agent import PanelAgent
from counter.panels import truth
from counter.panels.settings import PanelSettings
from server.protocol import CommandMessage
from tests.conftest import need
from tests.counter.lines import Pty
from tests.house import House, until
from tests.support import demo_plan

BACK_S = 2.0  # a replugged line shows the right number within this time
HASTE_S = 10.0


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house")).start()
    service = house.data("menu")["services"][0]["service"]
    for _ in range(12):
        house.done("TakeTicket", {"service": service})
    for counter in ("1", "2", "3"):
        house.done("OpenCounter", {"counter": counter})
    yield house
    house.stop()


@contextmanager
def program(house: House, token: str = "demo-manager", test: bool = False, **said: Any) -> Iterator[PanelAgent]:
    addresses, data = said.pop("addresses", {"1": 1, "2": 2}), said.pop("data", None)
    agent = PanelAgent(PanelSettings(server=house.address, token=token, said=said, addresses=addresses, test=test, data=data))
    agent.start()
    try:
        yield agent
    finally:
        agent.stop()


@pytest.fixture
def pty(tmp_path: Path) -> Iterator[Pty]:
    pty = Pty(tmp_path / "ttyRINDA")
    yield pty
    pty.pull()


def template(pty: Pty) -> dict[str, Any]:
    return {"driver": "template", "port": str(pty.link), "template": "{addr}:{num:>4};"}


def test_a_call_is_on_the_sign_and_a_replugged_line_shows_it_again(house: House, pty: Pty) -> None:
    with program(house, **template(pty)):
        pty.until(b"1:    ;", HASTE_S)
        number = house.done("CallNext", {"counter": "1"})["number"].encode()
        pty.until(b"1:" + number + b";", HASTE_S)
        pty.pull()
        house.done("NoShow", {"counter": "1"})
        other = house.done("CallNext", {"counter": "1"})["number"].encode()
        pty.plug()
        heard = pty.until(b"1:" + other + b";", BACK_S)
        assert number not in heard
        house.done("NoShow", {"counter": "1"})
        pty.until(b"1:    ;", HASTE_S)


def test_each_sign_shows_its_own_address(house: House, pty: Pty) -> None:
    with program(house, test=True, **template(pty) | {"addresses": {"1": 7, "2": 31}}):
        pty.until(b"7:   7;31:  31;", HASTE_S)


def test_without_a_server_the_remembered_line_shows_no_old_number(
    house: House, pty: Pty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that ends takes its numbers off; one that finds no server drives the line as it was."""
    data = tmp_path / "panels"
    with program(house, "demo-panel", addresses={}, port=str(pty.link), data=data):
        pty.until(b"\x0202    \x03", HASTE_S)
        number = house.done("CallNext", {"counter": "2"})["number"].encode()
        pty.until(b"\x0202" + number + b"\x03", HASTE_S)
    heard = pty.until(b"\x0202----\x03", HASTE_S)
    assert heard.rindex(b"\x0202----\x03") > heard.rindex(number)
    house.done("NoShow", {"counter": "2"})
    monkeypatch.setattr(truth, "DASHES_S", 0.2)
    pty.pull()
    pty.plug()
    with program(House(tmp_path / "nobody"), "demo-panel", addresses={}, port=str(pty.link), data=data):
        heard = pty.until(b"\x0202----\x03", HASTE_S)
    assert number not in heard


class Slaves:
    """A Modbus server of pymodbus on its end of a pair of pseudo-terminals; it remembers what was last written where.

    The units in `mute` do as they are told, but their answers are lost.
    """

    def __init__(self, port: str, units: tuple[int, ...]) -> None:
        self._loop, self._port = asyncio.new_event_loop(), port
        self.mute: set[int] = set()
        self._devices = [self._device(unit) for unit in units]
        self._written: dict[tuple[int, int], list[Any]] = {}
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._run(self._serve())

    def _device(self, unit: int) -> SimDevice:
        async def note(function: int, start: int, at: int, count: int, now: list[int], values: list[Any] | None) -> None:
            if values is not None:
                self._written[unit, function] = list(values)

        bits, registers = (SimData(0, values=[0] * 16, datatype=kind) for kind in (DataType.BITS, DataType.REGISTERS))
        return SimDevice(unit, simdata=([bits], [bits], [registers], [registers]), action=note)

    async def _serve(self) -> None:
        def heard(sending: bool, frame: bytes) -> bytes:
            return b"" if sending and frame[0] in self.mute else frame

        self._server = ModbusSerialServer(self._devices, port=self._port, baudrate=9600, trace_packet=heard)
        await self._server.serve_forever(background=True)

    def show(self, unit: int) -> str:
        """The registers of a sign as text."""
        return "".join(chr(value) for value in self._written.get((unit, 16), []))

    def lamp(self, unit: int) -> bool:
        """Whether the coil is on."""
        return any(self._written.get((unit, 5), []))

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def stop(self) -> None:
        """Lets the line go."""
        self._run(self._server.shutdown())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Two ends of a socat pair."""
    need("socat", shutil.which("socat"))
    ends = tmp_path / "a", tmp_path / "b"
    process = subprocess.Popen(["socat", *(f"pty,raw,echo=0,link={end}" for end in ends)])
    until(lambda: all(end.exists() for end in ends), "socat has made both ends")
    yield str(ends[0]), str(ends[1])
    process.terminate()
    process.wait()


def test_a_modbus_server_takes_our_frames_and_a_dead_slave_is_told(house: House, wire: tuple[str, str]) -> None:
    ours, theirs = wire
    slaves = Slaves(theirs, (1, 2))
    slaves.mute.add(2)
    panels = Panel(counter="1", address=1), Panel(counter="1", address=1, shows="lamp"), Panel(counter="2", address=2)

    def health() -> str:
        return next((one["state"] for one in house.data("overview")["devices"] if one["device"] == "panels@demo-manager"), "")

    try:
        with program(house, driver="modbus", port=ours, panels=panels, addresses={}):
            number = house.done("CallNext", {"counter": "1"})["number"]
            until(lambda: slaves.show(1).strip() == number, "the sign shows the number", HASTE_S)
            until(lambda: slaves.lamp(1), "the lamp is lit", HASTE_S)
            until(lambda: health() == "silent", "the dead one is reported", HASTE_S)
            house.done("NoShow", {"counter": "1"})
            until(lambda: not slaves.lamp(1) and not slaves.show(1).strip(), "all is dark", HASTE_S)
            slaves.mute.clear()
            until(lambda: health() == "ok", "it has come back", HASTE_S)
    finally:
        slaves.stop()


def test_a_key_pressed_twice_is_one_call(house: House, pty: Pty) -> None:
    keys = (Key(counter="3", says="N", does=("CallNext",)), Key(counter="3", says="E", does=("NoShow",)))
    with program(house, **template(pty) | {"addresses": {"3": 3}, "keys": keys}):
        pty.until(b"3:    ;", HASTE_S)
        waiting = house.data("overview")["waiting"]
        pty.say(b"NN")
        pty.say(b"N")
        until(lambda: house.data("panel/3")["number"], "it is called", HASTE_S)
        number = house.data("panel/3")["number"]
        pty.until(b"3:" + number.encode() + b";", HASTE_S)
        pty.say(b"E")
        until(lambda: house.data("panel/3")["number"] is None, "it is a no-show", HASTE_S)
        assert house.data("overview")["waiting"] == waiting - 1


def test_a_line_of_the_plan_needs_a_token_and_its_port(house: House, pty: Pty) -> None:
    """Driver, addresses, template and keys come from the plan; the keys may not act elsewhere."""
    with program(house, "demo-panel", addresses={}, port=str(pty.link)):
        pty.until(b"\x0204    \x03", HASTE_S)
        pty.say(b"01N\r")
        until(lambda: house.data("panel/1")["number"], "it is called", HASTE_S)
        number = house.data("panel/1")["number"]
        pty.until(b"\x0201" + number.encode() + b"\x03", HASTE_S)
        refused = house.submit("CallNext", {"counter": "5"}, "demo-panel")
        assert (refused.status, refused.json["code"]) == (409, "other_panel")
        assert house.view("desk/1", "demo-panel").status == 403
        before = house.data("panel/1")["calls"]
        pty.say(b"01R\r")
        until(lambda: house.data("panel/1")["calls"] == before + 1, "it is called again", HASTE_S)
        house.done("NoShow", {"counter": "1"})
        pty.pull()
        told = {"kind": "panel", "line": "hall-panels", "detail": "lost", "counters": ["3"]}
        until(lambda: [a for a in house.data("desk/3")["alerts"] if told.items() <= a.items()], "the desk is told", HASTE_S)
        assert not house.data("desk/5")["alerts"]
        pty.plug()
        until(lambda: not house.data("desk/3")["alerts"], "and that it is back", HASTE_S)


def test_signs_that_leave_the_plan_keep_no_number(house: House, pty: Pty) -> None:
    plan = demo_plan()
    panels = Panel(counter="1", address=1), Panel(counter="2", address=2)
    line = Line(code="hall-panels", driver="template", port=str(pty.link), panels=panels, template="{addr}:{num:>4};")

    def revise(*lines: Line) -> None:
        assert house.submit("RevisePlan", {"plan": to_builtins(replace(plan, lines=lines))}).status == 200

    try:
        revise(line)
        numbers = [house.done("CallNext", {"counter": counter})["number"].encode() for counter in ("1", "2")]
        with program(house, "demo-panel", addresses={}):
            pty.until(b"1:" + numbers[0] + b";", HASTE_S)
            revise(replace(line, panels=panels[1:]))
            pty.until(b"1:    ;", HASTE_S)
            pty.until(b"2:" + numbers[1] + b";", HASTE_S)
            revise()
            pty.until(b"2:    ;", HASTE_S)
            assert pty.heard.endswith(b"2:    ;")
    finally:
        revise(*plan.lines)
        for counter in ("1", "2"):
            house.done("NoShow", {"counter": counter})


def test_a_press_that_waited_too_long_behind_another_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    now, given = [100.0], list[tuple[str, float]]()

    class SlowLink:
        def submit(self, message: CommandMessage, within_s: float) -> None:
            given.append((message.data["counter"], within_s))
            now[0] += 4.0

    monkeypatch.setattr(agent_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    agent = PanelAgent(PanelSettings(server="http://127.0.0.1:1", token="t"))
    monkeypatch.setattr(agent, "_link", SlowLink())
    for code in ("1", "2", "3"):
        agent._press(Key(counter=code, says="N", does=("CallNext",)))
    agent._presses.put(None)
    agent._give()
    assert given == [("1", 5.0), ("2", 1.0)]


def test_keys_on_a_line_of_their_own(house: House, pty: Pty, tmp_path: Path) -> None:
    pad = Pty(tmp_path / "ttyKEYS")
    keys = (Key(counter="2", says=r"\x05", does=("CallNext",)), Key(counter="2", says=r"\x06", does=("Serve",)))
    said = template(pty) | {"addresses": {"2": 2}, "keys": keys, "keys_port": str(pad.link)}
    try:
        with program(house, **said):
            pty.until(b"2:    ;", HASTE_S)
            until(lambda: _pressed(house, pad, b"\x05") == "called", "it is called", HASTE_S)
            pad.pull()
            pad.plug()
            until(lambda: _pressed(house, pad, b"\x06") == "serving", "the key is heard again", HASTE_S)
    finally:
        pad.pull()


def _pressed(house: House, pad: Pty, key: bytes) -> str:
    """The state of counter 2 a little after a key was pressed: bytes that come before the line is open are lost."""
    pad.say(key)
    return str(house.data("panel/2")["state"])
