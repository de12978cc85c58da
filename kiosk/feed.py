"""The kiosk program's truth for its page: published from any thread, streamed to browsers as server-sent events."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import gevent
import msgspec
from gevent.event import Event

from kiosk.shapes import Menu

BEAT_S = 5.0
"""Seconds between two signs of life; the page calls itself stale after 10 s without any."""

INPUTS_KEPT = 32
"""For a page that does not read; a visitor presses slower than that."""

JobState = Literal["queued", "printing", "printed", "unconfirmed", "expired", "failed"]


class LinkState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the centre server is in reach, and since when (UTC)."""

    up: bool
    since: datetime


class PrinterState(msgspec.Struct, frozen=True, kw_only=True):
    """The printer as the spooler knows it; `reason` is a word such as `paper_out`, empty when it can print."""

    state: str
    reason: str
    can_print: bool
    paper_low: bool
    slips_left: int | None = None
    confirms: bool
    driver: str


class ReserveState(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers without the server. `on`: the next number will be one of them; `unsent` are not with the server yet."""

    on: bool = False
    letter: str = "X"
    unsent: int = 0


class KioskState(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page draws besides its own session. `jobs` is keyed by visit; no menu before the server was first heard.

    `menu` is the last one that the server sent, from disk after a restart; what it says of waiting is old while `reserve.on`.
    """

    menu: Menu | None
    link: LinkState
    printer: PrinterState
    jobs: dict[UUID, JobState] = {}
    reserve: ReserveState = ReserveState()


class Feed:
    """Holds the newest state and wakes every stream when it is replaced. `clock` gives the time that the page shows."""

    def __init__(self, state: KioskState, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._latest = (0, state)
        self._inputs = 0
        self._streams: dict[Any, deque[dict[str, Any]]] = {}

    @property
    def state(self) -> KioskState:
        """The state published last."""
        return self._latest[1]

    def publish(self, state: KioskState) -> None:
        """Replaces the state; from any native thread or greenlet. An equal state wakes nobody."""
        with self._lock:
            version, last = self._latest
            if state == last:
                return
            self._latest = (version + 1, state)
            for waker in self._streams:
                waker.send()

    def signal(self, kind: str, value: str) -> None:
        """Something was pressed, scanned or plugged in: for the streams that are open now, and for nobody later."""
        with self._lock:
            self._inputs += 1
            for waker, inputs in self._streams.items():
                inputs.append({"kind": kind, "value": value, "n": self._inputs})
                waker.send()

    def stream(self) -> Iterator[bytes]:
        """Server-sent events for one greenlet: `state` at once and after each change, `input`, `beat` in between."""
        changed = Event()
        waker = gevent.get_hub().loop.async_()
        waker.start(changed.set)
        inputs: deque[dict[str, Any]] = deque(maxlen=INPUTS_KEPT)
        with self._lock:
            self._streams[waker] = inputs
        try:
            told = -1
            while True:
                changed.clear()
                version, state = self._latest
                now = {"now": self._clock()}
                if version != told:
                    told = version
                    yield _event("state", now | msgspec.structs.asdict(state))
                elif not inputs:
                    yield _event("beat", now)
                while inputs:
                    yield _event("input", inputs.popleft())
                changed.wait(BEAT_S)
        finally:
            with self._lock:
                del self._streams[waker]
            waker.stop()
            waker.close()


def _event(name: str, data: Any) -> bytes:
    return b"event: %s\nretry: 1000\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(data))
