"""The gate before Engine.IO, from raw sockets: who gets in, who is turned away, and that nobody can block the door."""

import base64
import contextlib
import json
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.guard import IDENTIFY_WITHIN_S, UNIDENTIFIED_AT_ONCE
from tests.house import House, until

PATH = "/socket.io/?EIO=4&transport=websocket"
AT_ONCE_S = IDENTIFY_WITHIN_S * 0.8  # an answer that waits for the silent ones comes when they are cut
SLOW_S = 2.0  # generous allowance for a loaded machine, beyond the time that the rule itself states


class Socket:
    """A websocket by hand: handshake, text frames out, frames in."""

    def __init__(self, house: House, path: str = PATH, **headers: str) -> None:
        self.sock = socket.create_connection(("127.0.0.1", house.port), timeout=10)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = {
            "Host": f"127.0.0.1:{house.port}", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": "13", **{name.replace("_", "-"): value for name, value in headers.items()},
        }  # fmt: skip
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        self.sock.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1"))
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            data = self.sock.recv(4096)
            if not data:
                break
            self.buffer += data
        self.head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(self.head.split()[1]) if self.head else 0  # 0: the connection was ended without a word

    def send(self, text: str | bytes, opcode: int = 1) -> None:
        """One masked frame."""
        data = text.encode() if isinstance(text, str) else text
        size = len(data)
        head = bytes((0x80 | opcode,))
        head += (
            bytes((0x80 | size,))
            if size < 126
            else b"\xfe" + size.to_bytes(2, "big")
            if size < 65536
            else b"\xff" + size.to_bytes(8, "big")
        )
        self.sock.sendall(head + bytes(4) + data)

    def read(self) -> tuple[int, bytes] | None:
        """The next frame (opcode, payload), or None at the end of the connection."""
        try:
            head = self._take(2)
            size = head[1] & 0x7F
            if size == 126:
                size = int.from_bytes(self._take(2), "big")
            elif size == 127:
                size = int.from_bytes(self._take(8), "big")
            return head[0] & 0x0F, self._take(size)
        except (EOFError, ConnectionError):
            return None

    def connect(self, **auth: object) -> bytes:
        """Engine.IO open, then Socket.IO CONNECT with `auth`; the answer."""
        opened = self.read()
        assert opened is not None
        assert opened[1].startswith(b"0{")
        self.send("40" + json.dumps(auth))
        return self.packet()

    def packet(self) -> bytes:
        """The next Socket.IO packet, pings answered."""
        while (frame := self.read()) is not None and frame[0] in (1, 2):
            if frame[1] == b"2":
                self.send("3")
            else:
                return frame[1]
        return b""

    def ended(self, within_s: float) -> bool:
        """Whether the server ends the connection in time, pings unanswered."""
        self.sock.settimeout(within_s)
        try:
            while (frame := self.read()) is not None:
                if frame[0] == 8:
                    return True
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        self.sock.close()

    def _take(self, size: int) -> bytes:
        while len(self.buffer) < size:
            data = self.sock.recv(65536)
            if not data:
                raise EOFError
            self.buffer += data
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken


def identity(channel: str = "board/hall", **more: object) -> dict[str, object]:
    """What a device says of itself."""
    return {"protocol": 1, "channel": channel, "device": f"d-{os.urandom(4).hex()}", **more}


@pytest.fixture
def alive(house: House) -> Iterator[House]:
    """Afterwards every place is free again and the server answers at once."""
    yield house
    health(house)

    def free() -> bool:
        one = Socket(house)
        one.close()
        return one.status == 101

    until(free, "a free place", IDENTIFY_WITHIN_S + 10)


def health(house: House) -> None:
    """The server answers at once."""
    started = time.monotonic()
    assert house.request("GET", "/healthz", timeout=5).status == 200
    assert time.monotonic() - started < AT_ONCE_S


def full(house: House) -> list[Socket]:
    """All places for clients that have not said who they are."""
    with ThreadPoolExecutor(UNIDENTIFIED_AT_ONCE) as pool:
        found = list(pool.map(lambda _: Socket(house), range(UNIDENTIFIED_AT_ONCE)))
    assert [one.status for one in found] == [101] * UNIDENTIFIED_AT_ONCE
    return found


# how


@pytest.mark.parametrize(
    "path", ["/socket.io/?EIO=4&transport=polling", "/socket.io/", "/socket.io", "/socket.io/x", "/socket.iox"]
)
def test_plain_polling_is_refused(alive: House, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer demo-manager"}, {"Upgrade": "h2c", "Connection": "Upgrade"}):
        assert alive.request("GET", path, headers=headers).status == 400
        assert alive.request("POST", path, "40", headers).status == 400


@pytest.mark.parametrize(
    "path", ["/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=4", f"{PATH}&transport=polling", "/socket.io/"]
)
def test_polling_in_the_clothes_of_a_websocket_is_refused(alive: House, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer demo-display"}):
        assert Socket(alive, path, **headers).status == 400


def test_a_handshake_that_is_none(alive: House) -> None:
    for broken in ({"Sec_WebSocket_Key": ""}, {"Sec_WebSocket_Version": "7"}, {"Connection": "close"}):
        assert Socket(alive, Authorization="Bearer demo-display", **broken).status != 101
    assert Socket(alive, "/socket.io/?EIO=3&transport=websocket", Authorization="Bearer demo-display").status == 400
    assert Socket(alive, f"{PATH}&sid=guess", Authorization="Bearer demo-display").status == 400


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://[", "http://127.0.0.1", "file://", "http://127.0.0.1:1@evil.example"]
)
def test_a_foreign_origin_is_refused(alive: House, origin: str) -> None:
    for headers in ({}, {"Authorization": "Bearer demo-manager"}, {"Cookie": "rinda_device=demo-display"}):
        assert Socket(alive, Origin=origin, **headers).status == 403
    assert Socket(alive, Origin=f"http://127.0.0.1:{alive.port}").status == 101


# who


def test_known_in_the_handshake(alive: House) -> None:
    session = alive.session("clerk1")
    held = full(alive)  # no place is left for anybody who is not
    for path, headers, channel in (
        (PATH, {"Authorization": "Bearer demo-display"}, "board/hall"),
        (PATH, {"Authorization": "bearer  demo-display "}, "board/hall"),
        (f"{PATH}&token=demo-display", {}, "board/hall"),
        (PATH, {"Cookie": "x=y; rinda_device=demo-display"}, "panel/3"),
        (PATH, {"Cookie": session}, "desk/3"),
        (PATH, {"Cookie": f"{session}; rinda_device=demo-display"}, "desk/3"),
    ):
        one = Socket(alive, path, **headers)
        assert one.status == 101, headers
        assert one.connect(**identity(channel)).startswith(b"40{"), headers
        assert json.loads(one.packet()[2:])[1]["channel"] == channel
        one.close()
    for path, headers in (
        (PATH, {"Authorization": "Bearer wrong"}),
        (f"{PATH}&token=wrong", {}),
        (PATH, {"Cookie": "rinda_session=wrong"}),
    ):
        refused = Socket(alive, path, **headers)
        assert refused.status == 401
        assert b"nosniff" in refused.head
    for one in held:
        one.close()


@pytest.mark.parametrize(("token", "pairs"), [("demo-display", True), ("demo-panel", True), ("demo-manager", False)])
def test_only_a_screens_token_becomes_a_cookie(alive: House, token: str, pairs: bool) -> None:
    given = alive.request("GET", f"/panel/1?token={token}").cookies().get("rinda_device", "")
    assert given.startswith(f"rinda_device={token};") == pairs
    assert (Socket(alive, Cookie=f"rinda_device={token}").connect(**identity("panels")).startswith(b"40{")) == pairs
    answer = alive.request("GET", "/api/v1/views/panels", headers={"Cookie": f"rinda_device={token}"})
    assert answer.status == (200 if pairs else 401)


def test_known_in_the_socketio_connect_only(alive: House) -> None:
    seats = [Socket(alive) for _ in range(3)]
    for one in seats:
        assert one.connect(**identity(token="demo-display")).startswith(b"40{")
    # They hold no place any more, and are not cut.
    held = full(alive)
    time.sleep(IDENTIFY_WITHIN_S + 0.5)
    assert all(one.ended(SLOW_S + 5) for one in held)
    for one in seats:
        one.sock.settimeout(10)
        assert one.packet().startswith(b'42["view",')
        one.send('421["command",{"id":"00000000-0000-4000-8000-000000000001","name":"TakeTicket","data":{}}]')
        assert b'"not_allowed"' in one.packet()
        one.close()


def test_refused_in_the_socketio_connect_and_then_cut(alive: House) -> None:
    refused: list[tuple[dict[str, object], str]] = [
        (identity(token="wrong"), "signed_out"), (identity(), "signed_out"), (identity(token=7), "malformed"), ({}, "malformed"),
        (identity(token="demo-display", protocol=2), "protocol"), (identity("menu", token="demo-display"), "not_allowed"),
        (identity("ticket/guess"), "unknown_channel"), (identity("board/x", token="demo-display"), "unknown_channel"),
    ]  # fmt: skip
    opened = []
    for who, code in refused:
        opened.append(Socket(alive))
        answer = opened[-1].connect(**who)
        assert answer.startswith(b"44"), who
        assert json.loads(answer[2:])["data"]["code"] == code, who
    assert all(one.ended(IDENTIFY_WITHIN_S + SLOW_S) for one in opened)


def test_a_second_try_on_the_same_socket_may_succeed(alive: House) -> None:
    one = Socket(alive)
    assert one.connect(**identity()).startswith(b"44")
    one.send("40" + json.dumps(identity(token="demo-display")))
    assert one.packet().startswith(b"40{")
    one.close()


# how many, how long


def test_sixteen_silent_ones_fill_the_places_and_are_cut_after_three_seconds(alive: House) -> None:
    started = time.monotonic()
    held = full(alive)
    for _ in range(20):
        assert Socket(alive).status == 401
    health(alive)
    assert Socket(alive, Authorization="Bearer demo-display").status == 101
    assert all(one.ended(IDENTIFY_WITHIN_S + SLOW_S) for one in held)
    assert time.monotonic() - started > IDENTIFY_WITHIN_S - 0.5
    assert Socket(alive).status == 101


def test_chatter_is_no_identity(alive: House) -> None:
    said = ["2probe", "3", "6", "zzz", "", "4", "42", "42[", "45-", "451-[", "40" + "[" * 5000, "41", "40/x,{}", "\u0000"]
    opened = []
    for chatter in said:
        opened.append(Socket(alive))
        opened[-1].read()
        with contextlib.suppress(OSError):
            for _ in range(3):
                opened[-1].send(chatter)
    for chatter, one in zip(said, opened, strict=True):
        assert one.ended(IDENTIFY_WITHIN_S + SLOW_S), chatter


def test_frames_that_are_none_of_ours(alive: House) -> None:
    frames = [(b"\xff\xfe", 1), (b"\x00" * 9, 2), (b"4" * 1_000_000, 1), (b"x", 3), (b"x" * 200, 9)]
    opened = []
    for data, opcode in frames:
        opened.append(Socket(alive))
        opened[-1].read()
        with contextlib.suppress(OSError):
            opened[-1].send(data, opcode)
    for frame, one in zip(frames, opened, strict=True):
        assert one.ended(IDENTIFY_WITHIN_S + SLOW_S), frame[0][:20]


def test_places_are_given_back_whatever_way_a_client_goes(alive: House) -> None:
    for _ in range(2):
        for n, one in enumerate(full(alive)):
            if n % 3 == 0:
                one.send(b"\x03\xe8", 8)
            elif n % 3 == 1:
                one.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytes((1, 0, 0, 0, 0, 0, 0, 0)))
            one.close()
        time.sleep(IDENTIFY_WITHIN_S + 0.5)


def test_half_open_connections_do_not_stop_the_others(alive: House) -> None:
    slow = [socket.create_connection(("127.0.0.1", alive.port)) for _ in range(150)]
    try:
        for n, one in enumerate(slow):
            one.sendall(
                (b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\na=")[
                    n % 2
                ]
            )
        for _ in range(5):
            health(alive)
            assert alive.done("TakeTicket", {"service": "PMLP-01"})
        assert Socket(alive, Authorization="Bearer demo-display").status == 101
    finally:
        for one in slow:
            one.close()
