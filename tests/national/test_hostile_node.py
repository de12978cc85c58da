"""A node that is slow, wrong or hostile costs a centre nothing but its line."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gevent
import msgspec
import pytest
from gevent.event import Event

from config.settings import sqlite_url
from server.bridge import Bridge, Outside
from server.national import line as line_module
from server.national import sender as sender_module
from server.national import wire
from server.national.line import CentreLine
from server.national.papers import Papers
from server.national.sender import Sender
from server.national.uplink import BACKOFF_MOST_S, TEXT_MOST, Reply
from server.protocol import Status
from server.store.centre import CentreStore
from tests.national.sim import Network

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@contextmanager
def a_node(answer: Callable[[socket.socket], None]) -> Iterator[Papers]:
    """Listens; `answer` has each connection to itself once something was asked there."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            with line:
                line.recv(65536)
                try:
                    answer(line)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Papers(node=f"http://127.0.0.1:{door.getsockname()[1]}", centre="a", secret="s")
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()


def test_an_answer_without_an_end_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender_module, "ANSWER_MOST", 1_000_000)
    sent = 0

    def pour(line: socket.socket) -> None:
        nonlocal sent
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent < 2**30:
            sent += line.send(b" " * 65536)

    with a_node(pour) as papers, pytest.raises(OSError, match="larger than"):
        Sender(papers)("hello", b"")
    assert sent < 2**28


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"garbage\r\n\r\n",
        b"",
    ],
)
def test_nonsense_is_an_answer_or_none(answer: bytes) -> None:
    with a_node(lambda line: line.sendall(answer)) as papers:
        sender = Sender(papers)
        try:
            assert sender("hello", b"").status == 302
        except OSError:
            assert b"302" not in answer


def said(**values: Any) -> bytes:
    return msgspec.json.encode({"acked": 1, "archived": 0, "now": NOW, **values})


@pytest.mark.parametrize(
    ("body", "phase"),
    [
        (said(wait_s=1e9, rows=0), "up"), (said(wait_s=-1e300, rows=-5), "up"), (said(acked=2**40), "down"),
        (said(bundle=2**63), "down"), (said(acked=-1), "down"), (b"[" * 100, "down"), (b"\xff", "down"), (b"", "down"),
        (b'{"more":' + b"[" * 100_000, "down"),
    ],
)  # fmt: skip
def test_an_answer_without_sense_leaves_the_line_alive(body: bytes, phase: str) -> None:
    network = Network(0)
    server = network.sites[0].servers[0]
    server.journal.add(network.chance, network.now)
    network.faulty = 0.0
    send = server.uplink._send
    server.uplink._send = lambda path, asked: Reply(200, body) if path == "events" else send(path, asked)
    server.uplink.step(network.now)
    assert 0 <= server.uplink.step(network.now) <= BACKOFF_MOST_S
    assert server.uplink.state.phase == phase
    server.uplink._send = send
    for _ in range(10):
        server.uplink.step(network.now)
    assert (server.uplink.state.phase, server.uplink.state.acked) == ("up", 1)


@pytest.mark.parametrize(
    "no", [
        b'{"code": "damaged", "position": %d}' % (2**70,), b'{"code": "damaged", "position": %d}' % (2**53,),
        b'{"code": "x", "text": "%s"}' % (b"y" * 10**6), b'{"code": "x", "more": ' + b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_no_without_sense_leaves_the_line_alive(no: bytes) -> None:
    network = Network(0)
    uplink = network.sites[0].servers[0].uplink
    network.faulty = 0.0
    uplink.step(network.now)
    uplink._send = lambda path, body: Reply(409, no)
    for _ in range(4):
        assert 0 <= uplink.step(network.now) <= BACKOFF_MOST_S
    assert len(uplink.state.text) <= TEXT_MOST


def test_hashes_that_were_not_asked_for_are_no_answer() -> None:
    network = Network(0)
    server = network.sites[0].servers[0]
    server.journal.add(network.chance, network.now)
    answers = {
        "hello": wire.Welcome(epoch=1, acked=1, hash="0" * 64, archived=0), "hashes": wire.Hashes(hashes=(None,) * 3),
    }  # fmt: skip
    server.uplink._send = lambda path, body: Reply(200, wire.plain(answers[path]))
    server.uplink.step(network.now)
    assert server.uplink.state.phase == "down"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CentreStore]:
    found = CentreStore(sqlite_url(tmp_path))
    found.open()
    yield found
    found.close()


@contextmanager
def a_node_that_hangs(asked: Callable[[], None] = lambda: None) -> Iterator[Papers]:
    over = threading.Event()

    def hang(line: socket.socket) -> None:
        asked()
        over.wait(60)

    with a_node(hang) as papers:
        try:
            yield papers
        finally:
            over.set()


def test_a_line_that_hangs_is_told(store: CentreStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(line_module, "STEP_MOST_S", 0.2)
    told, heard = list[Status](), Event()

    def tell(device: str, status: Status) -> None:
        told.append(status)
        heard.set()

    with a_node_that_hangs() as papers:
        line = CentreLine(papers, store, tell, Outside(1))
        line.start()
        assert heard.wait(20)
        line.stop()
    assert [one.state for one in told] == ["down"]
    assert [one.getMessage()[:29] for one in caplog.records if one.name == "rinda.uplink"] == ["the line to the network: down"]


def test_a_line_that_hangs_does_not_hold_up_the_end_of_the_program(store: CentreStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_module, "CONNECT_S", 0.2)
    bridge, asked = Bridge(), Event()
    with a_node_that_hangs(lambda: bridge.post(asked.set)) as papers:
        line = CentreLine(papers, store, lambda device, status: None, Outside(1))
        line.start()
        assert asked.wait(20)
        with gevent.Timeout(20):
            line.stop()
    bridge.close()
