"""A printer on a bad line, a spooler whose time stands still unless told otherwise, and real slips."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image, ImageOps

from printers import render
from printers.jobs import JobState
from printers.layout import Ticket, ticket_slip
from printers.paper import Paper
from printers.slip import Inverse, Slip, number
from printers.virtual import VirtualPrinter
from tests.faults.evidence import judge
from tests.faults.lines import DirectLine, SerialLine, TcpLine
from tests.printers.bench import START, Bench

ISSUED = datetime(2027, 3, 1, 7, 42, tzinfo=UTC)


def ticket(number: str, copy: bool = False) -> Slip:
    """A whole ticket; its QR code says the number too."""
    return ticket_slip(
        Ticket(
            number=number, service={"lv": "Deklarētās dzīvesvietas reģistrācija"}, institution={"lv": "PMLP"},
            centre={"lv": "Valsts un pašvaldības klientu apkalpošanas centrs"}, issued=ISSUED, copy=copy,
            url=f"https://rinda.example/ticket/{number}", ahead=3, low=10, high=20,
        )
    )  # fmt: skip


def quick(slip: Slip) -> bytes:
    """A slip as few bytes: its number in text, as a QR code, and in text again; or VOID; or marked as a copy."""
    name = number(slip)
    if not name:
        return b"\x1b@VOID\n"
    mark = b"COPY " if any(isinstance(line, Inverse) for line in slip) else b""
    return b"\x1b@" + mark + b"BEGIN " + name.encode() + b"\n" + _code(name) + mark + b"END " + name.encode() + b"\n"


@lru_cache(maxsize=4)
def _code(name: str) -> bytes:
    code = zxingcpp.create_barcode(name, zxingcpp.BarcodeFormat.QRCode)
    picture = Image.fromarray(code.to_image(scale=4))
    return render.bands(ImageOps.invert(picture.convert("L")).convert("1"))


class Crash(BaseException):
    """The program dies where this is raised, and starts again at the next step."""


class Virtual(Bench):
    """Without sockets and without waiting: a read that finds nothing lets so much time pass. The same seed does the same."""

    def __init__(self, folder: Path, **printer: Any) -> None:
        self.now = 1000.0
        self.printer = VirtualPrinter(clock=self.clock, timer=lambda: self.now, **printer)
        self.line = DirectLine(self.printer, self.wait)
        self.url = "tcp://virtual.example"
        self.changes: list[JobState] = []
        self.store, self.render = folder / "jobs.sqlite", quick
        self.spooler = self.start()

    def clock(self) -> datetime:
        """The wall clock of everybody."""
        return START + timedelta(seconds=self.now)

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds

    def until(self, done: Callable[[], object], flow: float = 0.02) -> None:
        """Steps until `done`; AssertionError after ten minutes of its own time."""
        limit = self.now + 600
        while not done():
            assert self.now < limit, (self.spooler.status(), self.spooler.jobs())
            self.wait(min(self.step(), 0.25) or flow)

    def pass_time(self, seconds: float, step: float = 0.1) -> None:
        """Time passes whatever the printer does."""
        end = self.now + seconds
        while self.now < end:
            self.wait(max(0.01, min(self.step(), step)))

    def step(self) -> float:
        """One step, or the end of the program and its next start."""
        try:
            return self.spooler.step()
        except Crash:
            self.crash()
            self.start()
            return 0.0

    def close(self) -> None:
        """Ends everything."""
        self.spooler.close()

    def mend(self) -> None:
        """Whatever was broken is whole again."""
        for name in tuple(self.printer.faults):
            self.printer.fault(name, False)
        self.printer.paper_left = None
        self.line.free()
        self.line.release()
        self.line.replug()


class Stand(Bench):
    """`medium` is tcp or serial, `printer` what VirtualPrinter takes."""

    def __init__(self, folder: Path, medium: str, **printer: Any) -> None:
        self.now = 1000.0
        self.printer = VirtualPrinter(**printer)
        self.line = TcpLine(self.printer) if medium == "tcp" else SerialLine(self.printer, folder / "line")
        self.url = self.line.url
        self.changes: list[JobState] = []
        self.store, self.render = folder / "jobs.sqlite", render.content
        self.spooler = self.start()

    def close(self) -> None:
        """Ends everything."""
        self.line.close()
        self.spooler.close()

    def papers(self) -> list[Paper]:
        """Every piece, with what still hangs out of the printer last."""
        hanging = self.printer.sheet
        return [*self.printer.papers, *([hanging] if hanging.rows else [])]

    def mend(self) -> None:
        """Whatever was broken is whole again."""
        for name in tuple(self.printer.faults):
            self.printer.fault(name, False)
        self.printer.paper_left = None
        self.line.free()
        self.line.replug()

    def judge(self, **numbers: str) -> None:
        """Every piece of paper; `numbers` are by job."""
        judge(self.papers(), {number: self.job(job) for job, number in numbers.items()})
