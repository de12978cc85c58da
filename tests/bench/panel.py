"""From a key (CallNext on a socket) to the number's bytes on a panel's serial line, against a bare Socket.IO round trip."""

import os
import select
import sqlite3
import subprocess
import sys
import tempfile
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

import socketio

from tests.bench.client import GIVE_UP_S, HOST, MANAGER, ask, command
from tests.bench.report import Row, at_most, quantile
from tests.bench.servers import COUNTERS, bare, centre, unpin

GOAL = 1.5
WARM = 5
SIGN = "#{addr:02d}:{num:>6};"
COUNTER = COUNTERS[0]


def panel(quick: bool) -> Iterator[Row]:
    """Measured in turn, with one client library on both sides; the signs of sixteen counters on a pseudo-terminal."""
    samples = 60 if quick else 300
    ours, views, base, kept = list[float](), list[float](), list[float](), list[float]()
    with (
        centre(2_000) as server,
        bare() as plain,
        _durable() as row,
        _signs(server.port) as line,
        _client(server.port, f"panel/{COUNTER}") as desk,
        _client(plain.port, "") as other,
    ):
        echo, seen = _Echo(other), _Echo(desk)
        for n in range(-WARM, samples):
            told, viewed = _call(seen, line, server.port)
            alone = echo.round()
            stored = row()
            if n >= 0:
                kept.append(alone + stored)
                ours.append(told)
                views.append(viewed)
                base.append(alone)
    name = "key to the number's bytes on the serial line"
    yield at_most(f"{name}: p95 / p95 of a bare Socket.IO round trip", [quantile(ours, 0.95)], [quantile(base, 0.95)], GOAL)
    yield at_most(f"{name}: median / median", [quantile(ours, 0.5)], [quantile(base, 0.5)])
    yield at_most(
        f"{name}: p95 / p95 of that round trip and one durable row of SQLite", [quantile(ours, 0.95)], [quantile(kept, 0.95)]
    )
    yield at_most(f"{name}: median / median of the same", [quantile(ours, 0.5)], [quantile(kept, 0.5)])
    yield at_most(f"{name}: p95 / p95 of the desk's own view of the call", [quantile(ours, 0.95)], [quantile(views, 0.95)])


@contextmanager
def _durable() -> Iterator[Callable[[], float]]:
    """A function that stores a row as the centre must before it tells anybody, and says how long that took."""
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as folder:
        base = sqlite3.connect(Path(folder) / "row.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            base.execute(f"PRAGMA {pragma}")
        base.execute("CREATE TABLE kept (what TEXT)")

        def store() -> float:
            began = perf_counter()
            base.execute("INSERT INTO kept VALUES (?)", ("x" * 500,))
            return perf_counter() - began

        yield store
        base.close()


class _Line:
    """The far end of the signs' line."""

    def __init__(self, master: int) -> None:
        self._master, self._got = master, b""

    def until(self, head: bytes, blank: bool) -> float:
        """When the sign with this head was told a number, or none; earlier bytes are passed over."""
        while True:
            begin = self._got.find(head)
            if begin >= 0 and len(self._got) >= (end := begin + len(head) + 7):
                text, self._got = self._got[begin + len(head) : end - 1], self._got[end:]
                if blank == (not text.strip()):
                    return perf_counter()
            elif not select.select([self._master], [], [], 10)[0]:
                raise TimeoutError("no bytes on the line")
            else:
                self._got += os.read(self._master, 65_536)


@contextmanager
def _signs(port: int) -> Iterator[_Line]:
    """`rinda panel` on a pseudo-terminal."""
    master, slave = os.openpty()
    tty.setraw(slave)
    arguments = ["--server", f"http://{HOST}:{port}", "--token", MANAGER, "--driver", "template", "--template", SIGN]
    arguments += ["--port", os.ttyname(slave), "--speed", "115200", "--until-stdin-closes"]
    process = subprocess.Popen(
        [sys.executable, "-m", "server.cli", "panel", *arguments], stdin=subprocess.PIPE, preexec_fn=unpin,
        env={**os.environ, "RINDA_LOG_LEVEL": "warning"},
    )  # fmt: skip
    try:
        line = _Line(master)
        line.until(b"#01:", blank=True)
        yield line
    finally:
        process.terminate()
        process.wait(10)
        os.close(slave)
        os.close(master)


@contextmanager
def _client(port: int, channel: str) -> Iterator[socketio.Client]:
    client = socketio.Client(reconnection=False)
    auth = {"protocol": 1, "channel": channel, "device": "bench", "token": MANAGER}
    client.connect(f"http://{HOST}:{port}", headers={"Authorization": f"Bearer {MANAGER}"}, auth=auth, transports=["websocket"])
    try:
        yield client
    finally:
        client.disconnect()


class _Echo:
    """A command and the view that comes of it; the bare server sends one of the usual size to everybody at once."""

    def __init__(self, client: socketio.Client) -> None:
        self._client, self._came, self._at = client, threading.Event(), 0.0
        client.on("view", self._view)

    def _view(self, data: Any) -> None:
        self._at = perf_counter()
        self._came.set()

    def send(self) -> float:
        """When the command was sent."""
        self._came.clear()
        began = perf_counter()
        self._client.emit("command", _message())
        return began

    def came(self) -> float:
        """When the view came."""
        if not self._came.wait(GIVE_UP_S):
            raise TimeoutError("no view")
        return self._at

    def round(self) -> float:
        """Seconds from the command to the view."""
        began = self.send()
        return self.came() - began


def _call(desk: _Echo, line: _Line, port: int) -> tuple[float, float]:
    """Seconds from the command to the number on the line, and to the desk's view; then the counter is made free again."""
    began = desk.send()
    seconds = line.until(b"#01:", blank=False) - began, desk.came() - began
    ask(port, command("NoShow", counter=COUNTER))
    line.until(b"#01:", blank=True)
    return seconds


def _message() -> dict[str, Any]:
    return {"id": str(uuid4()), "name": "CallNext", "data": {"counter": COUNTER}}
