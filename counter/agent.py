"""The panel program, put together: the link to the centre server, one serial line with its signs, keys that give commands."""

import logging
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import msgspec

from config.plan import Key, Line
from counter.panels.keys import Keys
from counter.panels.port import Port, PortLost, SerialPort
from counter.panels.session import REOPEN_S, LineHealth, LineSession
from counter.panels.settings import PanelSettings
from counter.panels.shapes import Panels
from counter.panels.truth import Truth
from server.link import Link
from server.pairing.client import TokenFile
from server.parent import end_with_parent
from server.protocol import CommandMessage, Status
from server.release import VERSION

log = logging.getLogger("rinda.panel")

PRESS_S = 5.0
"""From the touch on: a press that got no answer within this time is given up, and so are those that waited behind it."""
SWITCH_S = 0.001
"""The line's thread waits no longer than this for the one that has just taken a view."""
FAREWELL_S = 1.5
"""A program that ends takes no longer to take the numbers off its signs."""
DEVICE = "panels"


class PanelAgent:
    """One serial line. `start` returns at once; the line, its keys and the commands have a thread each."""

    def __init__(self, settings: PanelSettings, open_port: Callable[[str, Line], Port] = SerialPort) -> None:
        self._open_port = open_port
        self._tokens = TokenFile(settings.server, settings.token_file) if settings.token_file else None
        if self._tokens is not None:
            self._tokens.kept()
        self._port: Port | None = None
        self._ahead = timedelta()
        self._stop, self._changed = threading.Event(), threading.Event()
        self._told: LineHealth | None = None
        self._presses: queue.Queue[tuple[Key, float] | None] = queue.Queue(8)
        self._link = Link(
            settings.server, settings.token, "panels", DEVICE, self._on_view, self._on_change, self._on_time, prompt=True,
            renew=self._tokens.fresh if self._tokens is not None else None,
        )  # fmt: skip
        self._truth = Truth(settings, lambda: self._link.up)
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("line", self._drive), ("keys", self._hear), ("commands", self._give))
        ]

    def start(self) -> None:
        """Begins."""
        for thread in self._threads:
            thread.start()
        self._link.start()

    def stop(self) -> None:
        """No sign keeps a number that nobody would take off."""
        self._truth.end()
        self._stop.set()
        self._wake()
        self._presses.put(None)
        self._link.stop()
        for thread in self._threads:
            thread.join(timeout=3)

    # what the server says

    def _on_time(self, now: datetime) -> None:
        self._ahead = now - datetime.now(UTC)

    def _on_view(self, data: Any) -> None:
        self._truth.hear(msgspec.convert(data, Panels))
        self._wake()

    def _on_change(self) -> None:
        self._told = None
        if not self._link.up:
            self._truth.cut()
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        if (port := self._port) is not None:
            port.wake()

    # the line

    def _drive(self) -> None:
        """Drives the line of the day; when the plan has another one, that."""
        while not self._stop.is_set():
            line = self._truth.line
            if line is None:
                if (left := self._truth.recall()) != 0:
                    self._changed.wait(left)
                self._changed.clear()
                continue
            port = self._port = self._open_port(line.port, line)
            session = LineSession(line, port, partial(self._truth.want, driven=line), time.monotonic, self._now)
            try:
                self._serve(line, session)
                self._leave(line, session)
            except Exception:
                log.exception("the line failed; it is begun anew")
                self._stop.wait(REOPEN_S)
            finally:
                self._port = None
                session.close()

    def _serve(self, line: Line, session: LineSession) -> None:
        keys = Keys(() if line.keys_port else line.keys)
        while not self._stop.is_set() and self._truth.line == line:
            wait = session.step()
            self._tell(session.health)
            if wait > 0:
                for key in keys.feed(session.listen(wait), time.monotonic()):
                    self._press(key)

    def _leave(self, line: Line, session: LineSession) -> None:
        """When the program ends or the plan has other signs, those of now are told so, as far as that is quick."""
        until = time.monotonic() + FAREWELL_S
        if not self._stop.is_set() and not self._truth.leaves(line):
            return
        while time.monotonic() < until:
            wait = session.step()
            if session.said:
                break
            session.listen(min(wait, 0.1))

    def _tell(self, health: LineHealth) -> None:
        """Says how the line is when that changed and somebody hears it."""
        if health != self._told and health.state != "starting" and self._link.up:
            self._told = health
            driver = line.driver if (line := self._truth.line) is not None else ""
            self._link.status(
                Status(state=health.state, detail=health.detail, silent=health.silent, version=VERSION, driver=driver)
            )  # fmt: skip

    def _now(self) -> datetime:
        """The server's time."""
        return datetime.now(UTC) + self._ahead

    # the keys

    def _hear(self) -> None:
        """Keys on a port of their own."""
        there = True
        while not self._stop.is_set():
            line = self._truth.line
            if line is None or not line.keys_port:
                self._stop.wait(REOPEN_S)
                continue
            port, keys = self._open_port(line.keys_port, line), Keys(line.keys)
            try:
                port.open()
                there = True
                while not self._stop.is_set() and self._truth.line == line:
                    for key in keys.feed(port.read(REOPEN_S), time.monotonic()):
                        self._press(key)
            except PortLost as error:
                if there:
                    log.warning("the keys are lost: %s", error)
                there = False
                self._stop.wait(REOPEN_S)
            finally:
                port.close()

    def _press(self, key: Key) -> None:
        try:
            self._presses.put_nowait((key, time.monotonic()))
        except queue.Full:
            log.warning("a key of counter %s was not heard: too many wait for the server", key.counter)

    def _give(self) -> None:
        """The commands of one key after the other; the first refusal ends those of its key."""
        while (press := self._presses.get()) is not None:
            key, at = press
            for name in key.does:
                if (left := at + PRESS_S - time.monotonic()) <= 0:
                    log.info("%s at counter %s: too late", name, key.counter)
                    break
                message = CommandMessage(id=uuid4(), name=name, data={"counter": key.counter})
                answer = self._link.submit(message, left)
                if answer is None or not answer.ok:
                    log.info("%s at counter %s: %s", name, key.counter, answer.code if answer else "no answer")
                    break


def run(settings: PanelSettings) -> None:
    """Drives a line until it is interrupted."""
    sys.setswitchinterval(SWITCH_S)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    agent = PanelAgent(settings)
    agent.start()
    if settings.until_stdin_closes:
        end_with_parent()
    try:
        over.wait()
    finally:
        agent.stop()
