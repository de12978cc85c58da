"""The panel program, put together: the link to the centre server, one serial line with its signs, keys that give commands."""

import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec

from config.plan import Key, Line, Panel
from counter.panels.keys import Keys
from counter.panels.port import Port, PortLost, SerialPort
from counter.panels.session import REOPEN_S, LineHealth, LineSession
from counter.panels.settings import PanelSettings, line_of
from counter.panels.shapes import Panels, Sign
from counter.panels.shown import Shown, address, lost, shown
from server.link import Link
from server.protocol import CommandMessage, Status

log = logging.getLogger("rinda.panel")

DASHES_S = 10.0
"""Signs keep what they show for so long without the server."""
PRESS_S = 5.0
"""A press that got no answer within this time is given up: nobody must be called minutes later."""
SWITCH_S = 0.001
"""The line's thread waits no longer than this for the one that has just taken a view."""
DEVICE = "panels"


class PanelAgent:
    """One serial line. `start` returns at once; the line, its keys and the commands have a thread each."""

    def __init__(self, settings: PanelSettings, open_port: Callable[[str, Line], Port] = SerialPort) -> None:
        self._settings, self._open_port = settings, open_port
        self._view: Panels | None = None
        self._line: Line | None = None
        self._port: Port | None = None
        self._ahead = timedelta()
        self._calls: dict[str, tuple[str | None, int]] = {}
        self._flash_until: dict[str, float] = {}
        self._stop, self._changed = threading.Event(), threading.Event()
        self._told: LineHealth | None = None
        self._presses: queue.Queue[Key | None] = queue.Queue(8)
        self._link = Link(settings.server, settings.token, "panels", DEVICE, self._on_view, self._on_change, self._on_time)
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
        """The signs keep what they show."""
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
        view = msgspec.convert(data, Panels)
        now = time.monotonic()
        line = line_of(self._settings, view)
        for sign in view.signs:
            call = (sign.number, sign.calls)
            # What was called before this program came does not flash as if it were new.
            if self._calls.get(sign.counter, call) != call and sign.state == "called" and line is not None:
                self._flash_until[sign.counter] = now + line.flash_s
            self._calls[sign.counter] = call
        self._view = view
        if line is None and self._line is None:
            log.warning("this device is no line of the plan: name --driver and --port, or pair it under a line's code")
        if line != self._line:
            self._line = line
        self._wake()

    def _on_change(self) -> None:
        self._told = None
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        if (port := self._port) is not None:
            port.wake()

    # the line

    def _drive(self) -> None:
        """Drives the line of the day; when the plan has another one, that."""
        while not self._stop.is_set():
            line = self._line
            if line is None:
                self._changed.wait()
                self._changed.clear()
                continue
            port = self._port = self._open_port(line.port, line)
            session = LineSession(line, port, self._want, time.monotonic, self._now)
            try:
                self._serve(line, session)
            except Exception:
                log.exception("the line failed; it is begun anew")
                self._stop.wait(REOPEN_S)
            finally:
                self._port = None
                session.close()

    def _serve(self, line: Line, session: LineSession) -> None:
        keys = Keys(() if line.keys_port else line.keys)
        while not self._stop.is_set() and self._line == line:
            wait = session.step()
            self._tell(session.health)
            if wait > 0:
                for key in keys.feed(session.listen(wait), time.monotonic()):
                    self._press(key)

    def _want(self, panel: Panel, now: datetime) -> Shown:
        view, line = self._view, self._line
        if self._settings.test:
            return address(panel.address, panel.counter)
        local = now.astimezone(ZoneInfo(view.timezone) if view else UTC)
        sign = next((sign for sign in view.signs if sign.counter == panel.counter), None) if view else None
        assert line is not None
        if not self._link.up and time.time() - self._link.since >= DASHES_S:
            return lost(line, panel.counter, local)
        flash = self._flash_until.get(panel.counter, 0.0) > time.monotonic()
        return shown(line, sign or Sign(counter=panel.counter, state="closed"), local, flash)

    def _tell(self, health: LineHealth) -> None:
        """Says how the line is when that changed and somebody hears it."""
        if health != self._told and health.state != "starting" and self._link.up:
            self._told = health
            self._link.status(Status(state=health.state, detail=health.detail, silent=health.silent))

    def _now(self) -> datetime:
        """The server's time."""
        return datetime.now(UTC) + self._ahead

    # the keys

    def _hear(self) -> None:
        """Keys on a port of their own."""
        there = True
        while not self._stop.is_set():
            line = self._line
            if line is None or not line.keys_port:
                self._stop.wait(REOPEN_S)
                continue
            port, keys = self._open_port(line.keys_port, line), Keys(line.keys)
            try:
                port.open()
                there = True
                while not self._stop.is_set() and self._line == line:
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
            self._presses.put_nowait(key)
        except queue.Full:
            log.warning("a key of counter %s was not heard: too many wait for the server", key.counter)

    def _give(self) -> None:
        """The commands of one key after the other; the first refusal ends those of its key."""
        while (key := self._presses.get()) is not None:
            for name in key.does:
                message = CommandMessage(id=uuid4(), name=name, data={"counter": key.counter})
                answer = self._link.submit(message, PRESS_S)
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
        threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        over.wait()
    finally:
        agent.stop()


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
