"""Every way to a printer: bytes out, bytes back, time-outs, one kind of error."""

import os
import pty
import socket
import threading
import time
import tty
from pathlib import Path

import pytest

from printers.ports import PortError, open_port
from printers.ports.serial import SerialPort
from printers.ports.tcp import TcpPort
from printers.ports.usblp import UsblpPort


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


def test_file_appends(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        port = open_port(f"file://{tmp_path}/out")
        port.open()
        port.write(data, 1)
        assert port.read(0) == b""
        port.close()
    assert (tmp_path / "out").read_bytes() == b"onetwo"
