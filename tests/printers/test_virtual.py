"""The virtual printer, judged by clients that we did not write."""

import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from printers.paper import load
from printers.realtime import Scanner
from printers.virtual import VirtualPrinter, serve


class Host:
    """A host without a wire: what it sent and what came back."""

    def __init__(self, **options: Any) -> None:
        self.printer = VirtualPrinter(**options)
        self.back = b""

    def reply(self, data: bytes) -> None:
        self.back += data

    def send(self, data: bytes | str) -> bytes:
        self.back = b""
        self.printer.feed(bytes.fromhex(data) if isinstance(data, str) else data, self.reply)
        return self.back


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        (None, "12 12 12 12"),
        ("paper_out", "1a 32 12 7e"),
        ("near_end", "12 12 12 1e"),
        ("cover_open", "1a 16 12 12"),
        ("offline", "1a 12 12 12"),
    ],
)
def test_real_time_status(fault: str | None, answers: str) -> None:
    host = Host()
    if fault:
        host.printer.fault(fault)
    assert host.send("100401 100402 100403 100404") == bytes.fromhex(answers)
    if fault:
        host.printer.fault(fault, False)
        assert host.send("100401 100402 100403 100404") == bytes.fromhex("12121212")


def test_silent_answers_nothing() -> None:
    host = Host()
    host.printer.fault("silent")
    assert host.send("100401 1d7201 1d610f") == b""


def test_asb_at_once_and_on_each_change_until_init() -> None:
    host = Host()
    assert host.send("1d61ff") == bytes.fromhex("10000000")
    host.back = b""
    host.printer.fault("cover_open")
    assert host.back == bytes.fromhex("38000000")
    host.back = b""
    host.printer.fault("cover_open", False)
    host.printer.fault("near_end")
    assert host.back == bytes.fromhex("10000000 10000300")
    host.send("1b40")
    host.printer.fault("paper_out")
    assert host.back == b""


def test_markers_fence_counter_and_clear() -> None:
    host = Host()
    assert host.send("1d284806003030 61626361") == bytes.fromhex("3722 61626361 00")
    assert host.send("1d7201") == b"\x00"
    assert host.send("1d673200b200") == b"_0\x00"
    host.send(b"hello\n\x1dV\x00")
    assert host.send("1d673200b200") == b"_1\x00"
    assert host.send("10140801031401060208") == bytes.fromhex("372500")
    assert host.send("1d4942") == b"_EPSON\x00"
    generic = Host(generic=True)
    assert generic.send("1d284806003030 61626361 1d673200b200 10140801031401060208") == b""
    assert generic.send("1d7201") == b"\x00"


def test_paper_out_stops_exactly_there_and_goes_on_after_reload() -> None:
    host = Host()
    host.printer.paper_left = 10
    host.send(b"\x1d\x76\x30\x00\x01\x00\x20\x00" + bytes(range(1, 33)) + b"\x1d\x28\x48\x06\x000\x30abca\x1dV\x00")
    assert [row[0] for row in host.printer.sheet.rows] == list(range(1, 11))
    assert host.back == b""
    host.printer.fault("paper_out", False)
    assert host.back == b"\x37\x22abca\x00"
    assert [row[0] for row in host.printer.papers[0].rows] == list(range(1, 33))


def test_clear_forgets_what_waits_even_inside_a_raster() -> None:
    host = Host()
    host.printer.paper_left = 10
    host.send(b"\x1d\x76\x30\x00\x01\x00\x20\x00" + bytes(20))
    assert host.send("10140801031401060208") == bytes.fromhex("372500")
    host.printer.fault("paper_out", False)
    host.send(b"next\n\x1dV\x00")
    assert host.printer.papers[0].text == "next"
    assert len(host.printer.papers[0].rows) == 40


def test_real_time_commands_in_any_portions() -> None:
    stream = bytes.fromhex("41 10 41 100401 1010 0402 10140801031401060208 1005 02 10 14 01 00 05 100404")
    whole = [command for _, command in Scanner().feed(stream)]
    scanner, parts = Scanner(), []
    for byte in stream:
        parts += [command for _, command in scanner.feed(bytes((byte,)))]
    assert whole == parts
    assert [command.hex() for command in whole] == ["100401", "100402", "10140801031401060208", "100502", "1014010005", "100404"]


def test_native_text_with_code_page_and_alignment() -> None:
    host = Host()
    host.send(b"\x1b@\x1bt\x21" + "Sveiki, āčē".encode("cp775") + b"\n\x1ba\x01A012\n\x1bd\x02\x1dV\x42\x00")
    assert host.printer.papers[0].text == "Sveiki, āčē\nA012"
    assert host.printer.papers[0].png().startswith(b"\x89PNG")


def test_commands_without_effect_are_passed_over() -> None:
    host = Host()
    host.send(
        b"\x1b!\x00\x1bE\x01\x1b2\x1b3\x18\x1dP\xcb\xcb\x1d!\x11\x1bp\x00\x10\x10\x1d(k\x04\x001A2\x00\x1c(A\x02\x000\x00OK\n\x1bi"
    )
    assert host.printer.papers[0].text == "OK"


def test_cutter_jams_at_the_cut_and_mends() -> None:
    host = Host()
    host.printer.fault("cutter")
    assert host.send("100403") == b"\x12"
    host.send(b"x\n\x1dV\x00")
    assert host.send("100401 100402 100403") == bytes.fromhex("1a 52 1a")
    host.printer.fault("cutter", False)
    assert host.send("100401 100402 100403") == bytes.fromhex("12 12 12")
    assert len(host.printer.papers) == 1


def test_a_slow_printer_takes_its_time_and_can_be_cleared() -> None:
    now = [0.0]
    host = Host(timer=lambda: now[0])
    host.printer.speed = 100
    host.send(b"\x1d\x76\x30\x00\x01\x00\x20\x00" + bytes(32))
    for _ in range(11):
        host.printer.pump()
        now[0] += 0.01
    assert 10 <= len(host.printer.sheet.rows) <= 16
    host.send("10140801031401060208")
    assert not host.printer._buffer


def test_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="paper_out"):
        VirtualPrinter().fault("fire")


def test_paper_survives_a_restart(tmp_path: Path) -> None:
    host = Host(folder=tmp_path)
    for n in range(3):
        host.send(f"A00{n}\n".encode() + b"\x1dV\x00")
    again = VirtualPrinter(folder=tmp_path)
    assert [piece.text for piece in again.papers] == ["A000", "A001", "A002"]
    assert [piece.png() for piece in again.papers] == [piece.png() for piece in host.printer.papers]
    (tmp_path / "note.png").write_text("no picture")
    assert len(load(tmp_path)) == 3


def test_two_connections_at_once_and_one_after_the_other() -> None:
    printer, server = serve("127.0.0.1", 0)
    with socket.create_connection(("127.0.0.1", server.port)) as one, socket.create_connection(("127.0.0.1", server.port)) as two:
        for sock in (one, two):
            sock.settimeout(10)
            sock.sendall(b"\x10\x04\x01")
            assert sock.recv(1) == b"\x12"
        printer.fault("cover_open")
        two.sendall(b"\x10\x04\x02")
        assert two.recv(1) == b"\x16"
    server.close()


@pytest.fixture
def served() -> Iterator[tuple[VirtualPrinter, int]]:
    printer, server = serve("127.0.0.1", 0)
    yield printer, server.port
    server.close()


def test_python_escpos_judges_our_status(
    served: tuple[VirtualPrinter, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ESCPOS_CAPABILITIES_PICKLE_DIR", str(tmp_path))
    from escpos.printer import Network

    printer, port = served
    client = Network("127.0.0.1", port=port, timeout=10)
    assert client.is_online()
    assert client.paper_status() == 2
    printer.fault("near_end")
    assert client.paper_status() == 1
    printer.fault("paper_out")
    assert client.paper_status() == 0
    assert not client.is_online()
    printer.fault("paper_out", False)
    printer.fault("near_end", False)
    client.text("hello\n")
    client.cut()
    assert client.is_online()
    client.close()
    assert printer.papers[0].text == "hello"


@pytest.fixture(scope="session")
def receiptio(request: pytest.FixtureRequest) -> Path | None:
    """npm receiptio 2.1.2 in a folder of pytest's cache, or None when npm cannot bring it."""
    folder = Path(request.config.cache.mkdir("receiptio"))
    cli = folder / "node_modules/receiptio/bin/cli.js"
    if not cli.exists() and shutil.which("npm"):
        (folder / "package.json").write_text("{}")
        command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "receiptio@2.1.2"]
        subprocess.run(command, cwd=folder, check=False, timeout=90, capture_output=True)
    return cli if cli.exists() else None


@pytest.mark.xdist_group("port 9100")
@pytest.mark.faults
def test_receiptio_judges_us(receiptio: Path | None, need: Callable[[str, object], None], tmp_path: Path) -> None:
    need("npm receiptio 2.1.2", receiptio and shutil.which("node"))
    printer = VirtualPrinter()
    try:
        server = printer.serve("127.0.0.1", 9100)
    except OSError:
        need("TCP port 9100 (in use)", None)
        return
    ticket = tmp_path / "ticket.receipt"
    ticket.write_text("^^^A012\nhello\n")

    def ask(*arguments: str) -> str:
        command = ["node", str(receiptio), "-d", "127.0.0.1", *arguments]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        return (run.stdout + run.stderr).strip()

    try:
        assert ask("-q") == "online"
        printer.fault("paper_out")
        assert ask("-q") == "paperempty"
        printer.fault("paper_out", False)
        printer.fault("cover_open")
        assert ask("-q") == "coveropen"
        printer.fault("cover_open", False)
        assert ask(str(ticket)) == "success"
        assert len(printer.papers) == 1
        assert not printer.papers[0].empty
        printer.fault("paper_out")
        assert ask(str(ticket)) == "paperempty"
    finally:
        server.close()


def test_the_answers_are_json_for_a_program(served: tuple[VirtualPrinter, int], capsys: pytest.CaptureFixture[str]) -> None:
    from printers import cli

    printer, port = served
    url = f"tcp://127.0.0.1:{port}"
    assert cli.probe(url, json=True) == 0
    assert json.loads(capsys.readouterr().out)["driver"] == "escpos-epson"
    printer.fault("paper_out")
    assert cli.probe(url) == 0
    assert "paper_out" in capsys.readouterr().out
    printer.fault("silent")
    assert cli.probe(url) == 1
    assert "does not answer" in capsys.readouterr().out
    assert cli.probe("tcp://127.0.0.1:1") == 1
    printer.faults.clear()
    assert cli.print_test(url) == 0
    assert "printed" in capsys.readouterr().out
    assert printer.papers[-1].text == "T000"
    assert cli.virtual(port) == 1
