"""A virtual printer on a real socket and a spooler whose time stands still unless told otherwise."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from printers.jobs import JobState, Phase
from printers.session import Timing
from printers.slip import Inverse, Number, Slip, number
from printers.spooler import Spooler
from printers.virtual import VirtualPrinter

START = datetime(2027, 3, 1, 7, 42, tzinfo=UTC)
LOST_S = 0.5  # real seconds after which an answer is taken to be swallowed by a fault
PRINTS_S = 0.004  # so long at least a step of time lasts while a slip is under way: the printer draws it in real time
PATIENCE_S = 30.0  # real seconds before a test gives up; never reached when the code is right


def plain(slip: Slip) -> bytes:
    """A slip as native text, so that pieces of paper can be read: BEGIN n, some lines, END n; or VOID; or KOPIJA."""
    words = [line.text for line in slip if isinstance(line, Inverse)]
    if not number(slip):
        return b"\x1b@VOID\n"
    mark = "COPY " if words else ""
    name = number(slip)
    return f"\x1b@{mark}BEGIN {name}\n{mark}line\n{mark}END {name}\n".encode("ascii")


def slip_of(name: str) -> Slip:
    """A slip with nothing but a number."""
    return (Number(name),)


def copy_of(name: str) -> Slip:
    """The same, marked as a copy."""
    return (Inverse("KOPIJA"), Number(name))


class Bench:
    """`now` is the spooler's monotonic time and drives its clock; only `until` and `pass_time` move it."""

    def __init__(self, store: Path, *, render: Callable[[Slip], bytes | Iterable[bytes]] = plain, **printer: Any) -> None:
        self.now = 1000.0
        self.printer = VirtualPrinter(**printer)
        self.server = self.printer.serve(port=0)
        self.url = f"tcp://127.0.0.1:{self.server.port}"
        self.changes: list[JobState] = []
        self.store, self.render = store, render
        self.spooler = self.start()

    def start(self, url: str = "") -> Spooler:
        """A spooler on the same store, as after a restart."""
        self.spooler = Spooler(
            url or self.url,
            self.store,
            self.render,
            lambda: START + timedelta(seconds=self.now),
            self.changes.append,
            timing=Timing(read=0.002),
            timer=lambda: self.now,
        )
        return self.spooler

    def crash(self) -> None:
        """The spooler's process dies: its sockets close, nothing else happens."""
        session = self.spooler._session
        if session._port:
            session._port.abort()
            session._port = None
        self.spooler._store.close()

    def phases(self, job_id: str) -> list[Phase]:
        """The phases that were told about the job, in order."""
        return [job.phase for job in self.changes if job.job_id == job_id]

    def job(self, job_id: str) -> JobState:
        """The job as it stands."""
        return self.spooler.jobs()[job_id]

    def until(self, done: Callable[[], object], flow: float = 0.05) -> None:
        """Steps until `done`; time flows by `flow` s a step, never while an answer is owed, slowly while it prints."""
        limit = time.monotonic() + PATIENCE_S
        flowed = time.monotonic()
        while not done():
            assert time.monotonic() < limit, (self.spooler.status(), self.spooler.jobs())
            wait = self.spooler.step()
            since = time.monotonic() - flowed
            owed = since < (LOST_S if self.spooler._session.polling else PRINTS_S if self.spooler._flight else 0)
            if not owed:
                self.now += flow
                flowed = time.monotonic() if not self.spooler._session.polling else flowed
            if wait > 0:
                time.sleep(0.0005)

    def pass_time(self, seconds: float, step: float = 0.1) -> None:
        """Time passes whatever the printer does."""
        end = self.now + seconds
        while self.now < end:
            self.spooler.step()
            self.now += step
            time.sleep(0.001)

    def ready(self) -> "Bench":
        """Connected and able to print."""
        self.until(lambda: self.spooler.status().can_print)
        return self

    def phase(self, job_id: str, *phases: Phase) -> None:
        """Steps until the job is in one of the phases."""
        self.until(lambda: self.job(job_id).phase in phases)

    def close(self) -> None:
        """Ends everything."""
        self.server.close()
        self.spooler.close()

    def pieces(self) -> list[str]:
        """The native text of each piece, with what still hangs out of the printer last."""
        hanging = self.printer.sheet
        return [piece.text for piece in [*self.printer.papers, *([hanging] if hanging.rows else [])]]
