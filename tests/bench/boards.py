"""Many websocket devices in one process: raw Engine.IO 4 text frames, each view noted with its position and time."""

import base64
import os
import re
import socket
from selectors import EVENT_READ, DefaultSelector
from time import perf_counter

import msgspec

from tests.bench.client import GIVE_UP_S, HOST, Answer, Connection, Request, must, pump

_POSITION = re.compile(rb'"position":(\d+)')


class Board:
    """One device on a channel, identified by token and name."""

    def __init__(self, port: int, selector: DefaultSelector, channel: str, device: str, token: str) -> None:
        self.views: list[tuple[int, float]] = []
        self.last, self.joined = b"", False
        self._selector = selector
        self._socket = socket.create_connection((HOST, port), timeout=GIVE_UP_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {HOST}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        self._got = self._handshake()
        identify = {"protocol": 1, "channel": channel, "device": device, "token": token}
        self._send(b"40" + msgspec.json.encode(identify))
        selector.register(self._socket, EVENT_READ, self.read)

    def read(self) -> None:
        """Takes what has come: notes views, answers pings."""
        part = self._socket.recv(262_144)
        if not part:
            raise ConnectionError("the server closed a device's socket")
        at = perf_counter()
        self._got += part
        while (frame := self._frame()) is not None:
            if frame.startswith(b'42["view"'):
                found = _POSITION.search(frame)
                self.views.append((int(found[1]) if found else 0, at))
                self.last = frame
            elif frame.startswith(b"40"):
                self.joined = True
            elif frame == b"2":
                self._send(b"3")
            elif frame.startswith((b"44", b"41")):
                raise ConnectionError(f"a device was refused: {frame[:200]!r}")

    def close(self) -> None:
        """Hangs up."""
        self._selector.unregister(self._socket)
        self._socket.close()

    def first(self, position: int) -> float | None:
        """When the first view at this position or a later one came."""
        return next((at for seen, at in self.views if seen >= position), None)

    def _handshake(self) -> bytes:
        got = b""
        while b"\r\n\r\n" not in got:
            part = self._socket.recv(65_536)
            if not part:
                raise ConnectionError("the server hung up in the handshake")
            got += part
        head, _, rest = got.partition(b"\r\n\r\n")
        if b" 101 " not in head:
            raise ConnectionError(f"no websocket: {head[:200]!r}")
        return rest

    def _frame(self) -> bytes | None:
        got = self._got
        if len(got) < 2:
            return None
        size, start = got[1] & 127, 2
        if size == 126:
            size, start = int.from_bytes(got[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(got[2:10], "big"), 10
        if len(got) < start or len(got) < start + size:
            return None
        self._got = got[start + size :]
        return got[start : start + size]

    def _send(self, text: bytes) -> None:
        size = bytes([128 + len(text)]) if len(text) < 126 else bytes([254]) + len(text).to_bytes(2, "big")
        self._socket.sendall(b"\x81" + size + bytes(4) + text)  # an all-zero mask leaves the text as it is


class Hall:
    """Boards and one caller on one selector: a call is over when its answer and its view are on the last board."""

    def __init__(self, port: int, count: int, channel: str = "board/hall", *, views: bool = True) -> None:
        self.selector = DefaultSelector()
        self._answers: list[Answer] = []
        self._caller = Connection(port, self.selector, self._answers.append)
        self.boards: list[Board] = []
        for n in range(count):
            board = Board(port, self.selector, channel, f"board-{n}", "demo-display")
            self.boards.append(board)
            while not (board.views if views else board.joined):
                self.pump()
        self.rest(0.3)

    def ask(self, request: Request) -> tuple[Answer, float]:
        """Sends, waits until all boards show the answer's position; the seconds from the question to the last board."""
        for board in self.boards:
            board.views.clear()
        started = perf_counter()
        (answer,) = must([self.plain(request)])
        position, last = answer.json["position"], started
        for board in self.boards:
            while (at := board.first(position)) is None:
                self.pump()
            last = max(last, at)
        return answer, last - started

    def plain(self, request: Request) -> Answer:
        """Sends and waits for the answer alone."""
        self._answers.clear()
        self._caller.send(request)
        while not self._answers:
            self.pump()
        return self._answers[0]

    def pump(self) -> None:
        """Handles what has come."""
        pump(self.selector, perf_counter() + GIVE_UP_S)

    def rest(self, seconds: float) -> None:
        """Handles whatever comes for a while."""
        over = perf_counter() + seconds
        while (left := over - perf_counter()) > 0:
            for key, _ in self.selector.select(left):
                key.data()

    def close(self) -> None:
        """Everybody hangs up."""
        for board in self.boards:
            board.close()
        self._caller.close()
        self.selector.close()
