"""The mechanics of the virtual printer: paper, head, cutter, presenter, buffer, faults; no family's language."""

import re
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from printers import paper
from printers.paper import Paper
from printers.realtime import Scanner

FAULTS = ("paper_out", "near_end", "cover_open", "cutter", "jam", "untaken", "silent", "offline", "hung")
STOPS = frozenset(("paper_out", "cover_open", "jam", "offline"))
Reply = Callable[[bytes], None]
Program = Generator[int, bytes, None]
KEEP = 1000  # pieces kept in memory and read back from the folder
STALL = -1  # the program waits for the printer to be able to go on
LETTERS = -2  # the program wants a byte that is none of text, or as much text as there is
_TEXT = re.compile(rb"[^\x00-\x1f]+|.", re.DOTALL)


class Family(Protocol):
    """A printer's language."""

    presents: bool  # a cut ticket is held until it is taken

    def scanner(self) -> Scanner:
        """What finds real-time commands in one connection's bytes."""

    def run(self) -> Program:
        """Eats the buffer: yields how many bytes it wants next, LETTERS, or STALL."""

    def at_once(self, command: bytes, reply: Reply) -> None:
        """A real-time command."""

    def changed(self) -> None:
        """Something happened to the machine that its hosts may want to hear."""

    def forget(self, reply: Reply | None = None) -> None:
        """A connection ended, or (None) the power failed."""


class Machine:
    """One printer without a language; `family` is set before the first byte. One thread at a time."""

    def __init__(
        self,
        dots: int,
        speed: float,
        folder: Path | None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.dots, self.speed = dots, speed
        self.faults: set[str] = set()
        self.paper_left: int | None = None
        self.cuts = 0
        self.jammed = False  # the cutter stands still in the middle
        self.mouth: Paper | None = None  # what the presenter holds
        self.shown = False  # it is held out, not looped inside
        self.taken_after: float | None = 2.0  # seconds until a visitor takes a ticket held out; None: never
        self.host: Reply | None = None
        self.family: Family
        self._shown_at = 0.0
        self._clock, self._timer = clock, timer
        self._folder = folder
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        self.papers: list[Paper] = paper.load(folder)[-KEEP:] if folder else []
        self.sheet = Paper(dots, clock())
        self._next_row = 0.0
        self._buffer = bytearray()

    @property
    def offline(self) -> bool:
        """True while it does not print."""
        return bool(self.faults & STOPS) or self.jammed

    @property
    def busy(self) -> bool:
        """True while data waits in it."""
        return bool(self._buffer) or self._need == STALL

    def say(self, data: bytes, reply: Reply | None) -> None:
        """Answers, unless it is silent."""
        if reply and "silent" not in self.faults:
            reply(data)

    def restart(self, clear: bool = True) -> None:
        """The language begins anew; `clear` forgets the buffer."""
        if clear:
            self._buffer.clear()
        self._program = self.family.run()
        self._need = next(self._program)

    def pump(self) -> None:
        """Prints as far as bytes, paper and time allow."""
        while True:
            if self._need == STALL:
                if self._waits():
                    return
                self._need = self._program.send(b"")
            elif len(self._buffer) >= (1 if self._need == LETTERS else self._need) and not self.offline:
                text = _TEXT.match(self._buffer) if self._need == LETTERS else None
                end = text.end() if text else self._need
                data = bytes(self._buffer[:end])
                del self._buffer[:end]
                self._need = self._program.send(data)
            else:
                return

    def take_in(self, data: bytes) -> None:
        """Bytes behind those that wait."""
        self._buffer += data
        self.pump()

    def _waits(self) -> bool:
        return self.offline or bool(self.speed and self._timer() < self._next_row)

    # paper

    def blank(self, rows: int) -> Program:
        """Feeds."""
        for _ in range(rows):
            yield from self.row(b"")

    def row(self, row: bytes) -> Program:
        """Prints one row of dots when it can."""
        while self._waits():
            yield STALL
        self.sheet.rows.append(row)
        if self.speed:
            self._next_row = max(self._timer() - 0.02, self._next_row) + 1 / self.speed
        if self.paper_left is not None:
            self.paper_left -= 1
            if self.paper_left <= 0:
                self.faults.add("paper_out")
                self.family.changed()

    def text(self, line: str, align: int, scale: tuple[int, int]) -> Program:
        """Prints one line of native text."""
        rows = paper.text_rows(line, self.dots, align, scale)
        for at, row in enumerate(rows):
            yield from self.row(row)
            if at == len(rows) // 2:
                self.sheet.lines.append(line)

    def cut(self) -> Program:
        """Cuts when it can."""
        while self._waits():
            yield STALL
        if "cutter" in self.faults:
            self.jammed = True
            self.family.changed()
            while self._waits():
                yield STALL
        self.cuts += 1
        self._finish()

    def _finish(self) -> None:
        piece, now = self.sheet, self._clock()
        self.sheet = Paper(self.dots, now)
        if not piece.rows:
            return
        piece.cut = True
        last = self.papers[-1].time if self.papers else now
        piece.time = max(now, last)
        piece.seal()
        self.papers.append(piece)
        del self.papers[:-KEEP]
        if self._folder:
            piece.save(self._folder)
        if self.family.presents:
            self._let_go("ejected")  # one path: what is in it is pushed out
            self.mouth, self.shown = piece, False

    # presenter

    @property
    def position(self) -> str:
        """Of the presenter: 'none', 'loop' or 'out'; a visitor takes what has been out for `taken_after` seconds."""
        waited = self._timer() - self._shown_at
        takes = self.taken_after is not None and waited >= self.taken_after and "untaken" not in self.faults
        if self.mouth and self.shown and takes:
            self.take()
        return "none" if not self.mouth else "out" if self.shown else "loop"

    def present(self) -> None:
        """Holds the ticket out."""
        if self.mouth and not self.shown:
            self.shown, self._shown_at = True, self._timer()
            self.family.changed()

    def take(self) -> None:
        """A visitor takes it; nothing when none is out."""
        if self.shown:
            self._let_go("taken")

    def retract(self) -> None:
        """Into the bin."""
        self._let_go("retracted")

    def eject(self) -> None:
        """Onto the floor."""
        self._let_go("ejected")

    def _let_go(self, fate: str) -> None:
        if self.mouth:
            self.mouth.fate = fate
            self.mouth, self.shown = None, False
            self.family.changed()
