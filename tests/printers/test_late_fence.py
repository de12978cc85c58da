"""Plain ESC/POS on a serial line, where an answer outlives its connection: a late fence never speaks for the next job."""

import os
import pty
import select
import threading
import tty
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from printers.jobs import Phase
from printers.session import Timing
from printers.spooler import Spooler
from printers.status import State
from tests.house import until
from tests.printers.bench import plain, slip_of

FENCE = b"\x1dr\x01"


class Line:
    """A printer that answers DLE EOT at once and works off the rest in its order; at a number it stands still until `go`."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.master)
        tty.setraw(self.slave)
        self.url = f"serial://{os.ttyname(self.slave)}"
        self.at, self.go = "", threading.Event()
        self.polls = self.fences_due = 0
        self._raw, self._buffer, self._stop = bytearray(), bytearray(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(10)
        os.close(self.slave)
        os.close(self.master)

    def _run(self) -> None:
        while not self._stop.is_set():
            if select.select([self.master], [], [], 0.02)[0]:
                self._raw += os.read(self.master, 65536)
            self._take()
            self._work()

    def _take(self) -> None:
        """DLE EOT n is answered as it comes; of the other real-time questions this printer knows none."""
        while self._raw:
            if self._raw[:1] == b"\x10":
                if len(self._raw) < 3:
                    return
                if self._raw[1] == 4 and self._raw[2] <= 4:
                    os.write(self.master, b"\x12")
                    self.polls += 1
                del self._raw[:3]
            else:
                self._buffer.append(self._raw.pop(0))
        self.fences_due = self._buffer.count(FENCE)

    def _work(self) -> None:
        while self._buffer:
            if self.at:
                if not self.go.is_set():
                    return
                self.at = ""
                self.go.clear()
            if self._buffer[:3] == FENCE:
                os.write(self.master, b"\x00")
                del self._buffer[:3]
            elif self._buffer[:5] == b"BEGIN":
                if b"\n" not in self._buffer:
                    return
                self.at = self._buffer[6 : self._buffer.index(b"\n")].decode()
                del self._buffer[:5]
            elif FENCE.startswith(self._buffer[:2]):
                return
            else:
                del self._buffer[0]


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.close()


def test_a_late_fence_does_not_confirm_the_next_job(line: Line, tmp_path: Path) -> None:

    timing = Timing(marker=0.5, back_off=(0.2,))
    spooler = Spooler(line.url, tmp_path / "jobs.db", plain, lambda: datetime.now(UTC), lambda job: None, timing=timing)
    stop = threading.Event()
    runs = threading.Thread(target=spooler.run, args=(stop,))
    runs.start()
    try:
        phase = lambda job: spooler.jobs()[job].phase  # noqa: E731
        until(lambda: spooler.status().can_print, "the printer is ready", 30)
        assert spooler.status().driver == "escpos-generic"
        spooler.submit("one", slip_of("A001"), ttl_s=600)
        until(lambda: phase("one") is Phase.UNCONFIRMED, "the first is given up", 30)
        spooler.submit("two", slip_of("A002"), ttl_s=600)
        due = line.fences_due
        until(lambda: line.fences_due >= due + 2 or phase("two") is not Phase.QUEUED, "it was tried twice to begin anew", 30)
        assert phase("two") is Phase.QUEUED
        assert spooler.status().state is not State.READY
        line.go.set()
        until(lambda: line.at == "A002", "the second begins", 30)
        polls = line.polls
        until(lambda: line.polls >= polls + 12 or phase("two") is not Phase.SENT, "three rounds of polls", 30)
        assert phase("two") is not Phase.PRINTED
        line.go.set()
        until(lambda: phase("two") in (Phase.PRINTED, Phase.UNCONFIRMED), "the second is over", 30)
    finally:
        stop.set()
        runs.join(20)
