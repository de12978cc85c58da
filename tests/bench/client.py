"""A closed loop of HTTP clients on raw sockets: scripts say what is asked next, the driver asks and takes the time."""

import random
import re
import socket
from collections.abc import Callable, Generator, Sequence
from selectors import EVENT_READ, DefaultSelector
from time import perf_counter
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec

MANAGER = "demo-manager"
HOST = "127.0.0.1"
GIVE_UP_S = 60.0
FREEING = frozenset({"NoShow"})
"""Commands that are sent even when the time is over, so that the next round finds the counters free."""
_HEAD = re.compile(rb"HTTP/1\.1 (\d{3}).*?\r\nContent-Length: (\d+)\r\n.*?\r\n\r\n", re.DOTALL | re.IGNORECASE)


class Request(NamedTuple):
    """A whole request as bytes, with the name under which its answer is counted."""

    name: str
    text: bytes


class Answer(NamedTuple):
    """What came back and how many seconds after the question."""

    name: str
    seconds: float
    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body decoded."""
        return msgspec.json.decode(self.body)


Script = Generator[Request, Answer, None]


def post(path: str, body: bytes, token: str = MANAGER, name: str = "") -> Request:
    """A POST of JSON on a kept-alive connection."""
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    return Request(name or path, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def get(path: str, token: str = MANAGER) -> Request:
    """A GET on a kept-alive connection."""
    return Request(path, f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())


def command(name: str, token: str = MANAGER, **data: object) -> Request:
    """A command with a fresh id."""
    body = msgspec.json.encode({"id": str(uuid4()), "data": data})
    return post(f"/api/v1/commands/{name}", body, token, name)


class Connection:
    """One kept-alive connection; `on_answer` is called by the selector's loop when an answer is complete."""

    def __init__(self, port: int, selector: DefaultSelector, on_answer: Callable[[Answer], None]) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=GIVE_UP_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector, self.on_answer = selector, on_answer
        self._got, self._name, self._sent = b"", "", 0.0
        selector.register(self._socket, EVENT_READ, self.read)

    def send(self, request: Request) -> None:
        """Asks; one question at a time."""
        self._got, self._name, self._sent = b"", request.name, perf_counter()
        self._socket.sendall(request.text)

    def read(self) -> None:
        """Takes what has come."""
        part = self._socket.recv(262_144)
        if not part:
            raise ConnectionError(f"the server closed the connection after {self._name}")
        self._got += part
        if (head := _HEAD.match(self._got)) and len(self._got) >= head.end() + int(head[2]):
            seconds = perf_counter() - self._sent
            self.on_answer(Answer(self._name, seconds, int(head[1]), self._got[head.end() :]))

    def close(self) -> None:
        """Hangs up."""
        self._selector.unregister(self._socket)
        self._socket.close()


def drive(port: int, scripts: Sequence[Script], seconds: float = GIVE_UP_S) -> tuple[list[Answer], float]:
    """Runs each script on a connection of its own until it ends or `seconds` are over; the answers and the time taken."""
    selector, answers, open_now = DefaultSelector(), [], 0
    connections: list[Connection] = []

    def client(script: Script) -> tuple[Connection, Request]:
        def on_answer(answer: Answer) -> None:
            nonlocal open_now
            answers.append(answer)
            try:
                request = script.send(answer)
                if perf_counter() >= over and request.name not in FREEING:
                    raise StopIteration
                connection.send(request)
            except StopIteration:
                open_now -= 1

        connection = Connection(port, selector, on_answer)
        connections.append(connection)
        return connection, next(script)

    over = 0.0
    first = [client(script) for script in scripts]
    started = perf_counter()
    over = started + seconds
    for connection, request in first:
        connection.send(request)
        open_now += 1
    while open_now:
        pump(selector, over + GIVE_UP_S)
    taken = perf_counter() - started
    for connection in connections:
        connection.close()
    selector.close()
    return answers, taken


def pump(selector: DefaultSelector, until: float) -> None:
    """Handles what is readable now, waiting for it at most until a time; TimeoutError after that."""
    ready = selector.select(max(0.0, until - perf_counter()))
    if not ready:
        raise TimeoutError("no answer")
    for key, _ in ready:
        key.data()


def ask(port: int, request: Request) -> Answer:
    """One question on a connection of its own."""
    return drive(port, [repeat(lambda: request, 1)])[0][0]


def repeat(make: Callable[[], Request], times: int = 10**9) -> Script:
    """The same kind of question again and again."""
    for _ in range(times):
        yield make()


def services(port: int) -> list[str]:
    """Codes of the services that a number can be taken for."""
    return [service["service"] for service in ask(port, get("/api/v1/views/menu")).json["data"]["services"]]


def tickets(offered: Sequence[str], times: int = 10**9, token: str = MANAGER, seed: int = 1) -> Script:
    """Takes numbers for any service."""
    chance = random.Random(seed)
    return repeat(lambda: command("TakeTicket", token, service=chance.choice(offered)), times)


def calls(counter: str, times: int = 10**9) -> Script:
    """Calls and lets the visit be a no-show, so that the counter is free again."""
    for _ in range(times):
        yield command("CallNext", counter=counter)
        yield command("NoShow", counter=counter)


def must(answers: Sequence[Answer]) -> Sequence[Answer]:
    """The same answers; RuntimeError with the first that is not 200."""
    if wrong := next((answer for answer in answers if answer.status != 200), None):
        raise RuntimeError(f"{wrong.name} answered {wrong.status}: {wrong.body[:300]!r}")
    return answers
