"""Every way to a printer: bytes out, bytes back, time-outs, one kind of error."""

import contextlib
import os
import pty
import socket
import sys
import termios
import threading
import time
import tty
from pathlib import Path

import pytest

from printers.drivers import CUTS_BYTES
from printers.jobs import Phase
from printers.ports import PortError, open_port
from printers.ports.serial import SerialPort
from printers.ports.tcp import TcpPort
from printers.ports.usblp import UsblpPort
from printers.spooler import Spooler
from printers.status import State
from printers.virtual import VirtualPrinter
from tests.printers.bench import START, Bench, plain, slip_of


@pytest.mark.parametrize(
    "url", ["", "printer", "ftp://x", "tcp://", "tcp://x:99999", "usblp:", "serial:///dev/x?parity=odd", "serial:///dev/x?flow=no",
            "serial:///dev/x?baudrate=fast"],
)  # fmt: skip
def test_a_bad_url_names_what_would_be_good(url: str) -> None:
    with pytest.raises(ValueError, match=r"tcp://|baudrate|range"):
        open_port(url)


def test_good_urls() -> None:
    assert isinstance(open_port("tcp://printer"), TcpPort)
    assert isinstance(open_port("usblp:///dev/usb/lp0"), UsblpPort)
    assert isinstance(open_port("serial:///dev/ttyUSB0?baudrate=9600&flow=xonxoff"), SerialPort)


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "usblp:///nowhere/lp0", "serial:///nowhere/tty", "file:///nowhere/file"])
def test_what_cannot_be_opened_is_refused(url: str) -> None:
    port = open_port(url)
    with pytest.raises(PortError) as caught:
        port.open()
    assert caught.value.cause == "refused"
    with pytest.raises(PortError) as caught:
        port.write(b"x", 0.1)
    assert caught.value.cause == "gone"
    port.close()
    port.abort()


def pair() -> tuple[TcpPort, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = TcpPort("127.0.0.1", listener.getsockname()[1])
        port.open()
        port.open()
        peer, _ = listener.accept()
        return port, peer


def test_tcp_there_and_back() -> None:
    port, peer = pair()
    port.write(b"hello", 1)
    assert peer.recv(10) == b"hello"
    assert port.read(0) == b""
    peer.sendall(b"\x12")
    assert port.read(5) == b"\x12"
    sock = port._socket
    assert sock
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 5000
    peer.close()
    with pytest.raises(PortError) as caught:
        port.read(5)
    assert caught.value.cause == "eof"
    port.close()


def test_tcp_reset() -> None:
    port, peer = pair()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, (1).to_bytes(4, "little") + bytes(4))
    peer.close()
    with pytest.raises(PortError) as caught:
        port.read(5)
    assert caught.value.cause == "reset"
    with pytest.raises(PortError):
        port.write(b"x", 1)
    port.abort()


def test_tcp_peer_that_reads_nothing_times_out_and_says_how_far_it_came() -> None:
    port, peer = pair()
    with pytest.raises(PortError) as caught:
        port.write(bytes(50_000_000), 0.2)
    assert caught.value.cause == "timeout"
    assert 0 < caught.value.written < 50_000_000
    port.abort()
    peer.close()


def test_tcp_close_with_unread_status_bytes_loses_nothing() -> None:
    """Without shutdown and drain the peer got 128,000 of 200,000 bytes."""
    port, peer = pair()
    got = bytearray()
    sent = threading.Event()

    def slow() -> None:
        peer.sendall(b"\x12" * 4)  # status nobody reads
        sent.set()
        while data := peer.recv(1000):
            got.extend(data)
            time.sleep(0)
        peer.close()

    thread = threading.Thread(target=slow)
    thread.start()
    sent.wait(5)
    port.write(bytes(200_000), 10)
    port.close()
    thread.join(10)
    assert len(got) == 200_000


@pytest.mark.parametrize("kind", ["serial", "usblp"])
def test_a_character_device(kind: str) -> None:
    """A pseudo-terminal stands for the line; modem lines and LPGETSTATUS are not there."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    port = SerialPort(name, flow="none") if kind == "serial" else UsblpPort(name)
    port.open()
    port.open()
    port.write(b"\x10\x04\x01\x00\xff", 1)
    assert os.read(master, 10) == b"\x10\x04\x01\x00\xff"
    assert port.read(0.01) == b""
    os.write(master, b"\x12\x11\x13")
    assert port.read(2) == b"\x12\x11\x13"
    os.close(slave)
    os.close(master)
    with pytest.raises(PortError) as caught:  # noqa: PT012  the read or the write notices, depending on the kernel
        for _ in range(3):
            port.read(0.2)
            port.write(b"x", 0.2)
    assert caught.value.cause == "gone"
    port.close()
    port.close()


def test_a_serial_line_of_pyserial() -> None:
    port = open_port("serial+loop://")
    port.open()
    port.write(b"abc", 1)
    got = port.read(1)
    while len(got) < 3:
        got += port.read(1)
    assert got == b"abc"
    port.close()


def test_a_slow_serial_line_loses_nothing() -> None:
    """The other end takes a little now and then, so that a write ends in the middle: what it took is said to the byte."""
    far, near = os.openpty()
    tty.setraw(far)
    tty.setraw(near)
    port = open_port(f"serial://{os.ttyname(near)}?flow=none")
    port.open()
    data = bytes(range(256)) * 256
    came, sent, timeouts = bytearray(), 0, 0
    causes: set[str] = set()
    try:
        while sent < len(data):
            try:
                port.write(data[sent : sent + 8192], 0.01)
                sent += len(data[sent : sent + 8192])
            except PortError as error:
                causes.add(error.cause)
                sent, timeouts = sent + error.written, timeouts + 1
                came += os.read(far, 1000)
        while len(came) < len(data):
            came += os.read(far, 65536)
    finally:
        port.close()
        os.close(far)
        os.close(near)
    assert timeouts > 3
    assert causes == {"timeout"}
    assert bytes(came) == data


def test_file_appends(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        port = open_port(f"file://{tmp_path}/out")
        port.open()
        port.write(data, 1)
        assert port.read(0) == b""
        port.close()
    assert (tmp_path / "out").read_bytes() == b"onetwo"


class Wire:
    """A pseudo-terminal with a virtual printer at its far end; `path` is a symlink, as udev would make it."""

    def __init__(self, path: Path, printer: VirtualPrinter) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        path.unlink(missing_ok=True)
        path.symlink_to(os.ttyname(self.slave))
        self.printer = printer
        self.thread = threading.Thread(target=self._feed, daemon=True)
        self.thread.start()

    def reply(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self.master, data)

    def _feed(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self.master, 4096):
                self.printer.feed(data, self.reply)

    def unplug(self) -> None:
        """Both ends go, as the device file of a pulled cable does."""
        os.close(self.slave)
        os.close(self.master)
        self.thread.join(0.2)


@pytest.mark.parametrize("kind", ["serial", "usblp"])
def test_unplugged_and_plugged_in_elsewhere(kind: str, tmp_path: Path) -> None:
    printer, path = VirtualPrinter(), tmp_path / "printer"
    wire = Wire(path, printer)
    bench = Bench(tmp_path / "jobs.sqlite")
    spooler = bench.start(f"serial://{path}?flow=none" if kind == "serial" else f"usblp://{path}")
    bench.ready()
    spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", Phase.PRINTED)
    wire.unplug()
    path.unlink()
    bench.until(lambda: spooler.status().state is State.LOST)
    spooler.submit("j2", slip_of("A002"))
    bench.pass_time(3)
    assert bench.job("j2").phase is Phase.QUEUED
    wire = Wire(path, printer)
    bench.phase("j2", Phase.PRINTED)
    assert [piece.text.split()[1] for piece in printer.papers] == ["A001", "A002"]
    bench.close()
    wire.unplug()


@pytest.mark.parametrize("kind", ["serial", "usblp"])
def test_a_device_that_takes_nothing_times_out(kind: str) -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    port = SerialPort(os.ttyname(slave), flow="none") if kind == "serial" else UsblpPort(os.ttyname(slave))
    port.open()
    began = time.monotonic()
    with pytest.raises(PortError) as caught:
        port.write(bytes(1_000_000), 0.2)
    assert caught.value.cause == "timeout"
    assert time.monotonic() - began < 5
    termios.tcflush(slave, termios.TCIOFLUSH)
    port.abort()
    os.close(master)
    os.close(slave)


def test_a_printer_that_says_nothing_on_usb_is_still_known_to_be_out_of_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = [0x18]

    def ioctl(fd: int, request: int, answer: bytearray) -> int:
        assert request == 0x060B
        answer[:] = paper[0].to_bytes(4, sys.byteorder)
        return 0

    monkeypatch.setattr("printers.ports.usblp.fcntl.ioctl", ioctl)
    printer, path = VirtualPrinter(), tmp_path / "printer"
    printer.fault("silent")
    wire = Wire(path, printer)
    bench = Bench(tmp_path / "jobs.sqlite")
    now = [1000.0]
    spooler = Spooler(f"usblp://{path}", tmp_path / "s", plain, lambda: START, lambda job: None, driver="raw-writeonly",
                      timer=lambda: now[0])  # fmt: skip

    def step_until(state: State) -> None:
        for _ in range(200):
            spooler.step()
            now[0] += 0.1
            if spooler.status().state is state:
                return
        pytest.fail(f"{spooler.status()}")

    step_until(State.READY)
    paper[0] = 0x38
    step_until(State.BLOCKED)
    assert spooler.status().reason == "paper_out"
    paper[0] = 0x18
    step_until(State.READY)
    spooler.close()
    bench.close()
    wire.unplug()


def cups(folder: Path, monkeypatch: pytest.MonkeyPatch, lp: str) -> None:
    """A printing system of two programs: it knows the queue `slips` only."""
    for name, text in (("lpstat", '[ "$2" = slips ] || { echo unknown >&2; exit 1; }'), ("lp", lp)):
        program = folder / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_a_print_queue_gets_each_job_whole_and_says_that_it_cannot_confirm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cups(tmp_path, monkeypatch, f'echo "$@" >> {tmp_path}/calls; cat > {tmp_path}/job.$$; mv {tmp_path}/job.$$ {tmp_path}/job')
    bench = Bench(tmp_path / "jobs.sqlite")
    spooler = bench.start("cups://slips")
    spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", Phase.UNCONFIRMED)
    assert not bench.job("j1").ask
    assert not spooler.status().confirms
    assert (tmp_path / "job").read_bytes() == plain(slip_of("A001")) + CUTS_BYTES["full"]
    assert (tmp_path / "calls").read_text() == "-s -d slips -o raw\n"
    bench.close()


def test_a_print_queue_that_is_unknown_missing_or_stuck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cups(tmp_path, monkeypatch, "exec sleep 20")
    with pytest.raises(PortError, match="unknown"):
        open_port("cups://other").open()
    port = open_port("cups://slips")
    port.open()
    port.write(b"x", 1)
    monkeypatch.setattr("printers.ports.cups.HAND_S", 0.2)
    with pytest.raises(PortError) as caught:
        port.end(0.1)
    assert caught.value.cause == "timeout"
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(PortError, match="missing"):
        open_port("cups://slips").open()
