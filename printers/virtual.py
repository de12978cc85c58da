"""A printer made of software: eats ESC/POS, answers like a TM-T88-class Epson, breaks on request, keeps its paper.

It was written from the makers' documents (docs/printing.md), never compared with a real device.
"""

import threading
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path

from printers import paper
from printers.paper import Paper
from printers.realtime import Scanner
from printers.virtual_server import Server

FAULTS = ("paper_out", "near_end", "cover_open", "cutter", "silent", "offline", "hung")
PAGES = {0: "cp437", 2: "cp850", 17: "cp866", 18: "cp852", 33: "cp775", 46: "cp1251", 51: "cp1257"}
Reply = Callable[[bytes], None]
KEEP = 1000  # pieces kept in memory and read back from the folder
STALL = -1  # the program waits for the printer to be able to go on
# bytes of parameters after ESC x and GS x, for commands without an effect here
ESC_SKIP = {b" ": 1, b"!": 1, b"$": 2, b"-": 1, b"2": 0, b"3": 1, b"=": 1, b"?": 1, b"D": 0, b"E": 1, b"G": 1, b"L": 0,
            b"M": 1, b"R": 1, b"S": 0, b"T": 1, b"U": 1, b"V": 1, b"W": 8, b"\\": 2, b"c": 2, b"p": 3, b"r": 1,
            b"{": 1, b"\x06": 1}  # fmt: skip
GS_SKIP = {b"!": 1, b"$": 2, b"B": 1, b"H": 1, b"L": 2, b"P": 2, b"W": 2, b"\\": 2, b"b": 1, b"f": 1, b"h": 1, b"w": 1,
           b"T": 1}  # fmt: skip
Program = Generator[int, bytes, None]


class VirtualPrinter:
    """One printer. `speed` in dot rows per second (0 = at once); `folder` keeps the pieces over a restart.

    Usable from several threads. `fault(name, on)` switches FAULTS while it runs; `generic=True` has no GS ( H, no clear
    and no counter. `paper_left` is None (endless) or the dot rows until the paper is out.
    """

    def __init__(
        self,
        dots: int = 576,
        *,
        speed: float = 0,
        folder: str | Path | None = None,
        generic: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.dots, self.speed, self.generic = dots, speed, generic
        self.faults: set[str] = set()
        self.paper_left: int | None = None
        self.cuts = 0
        self.lock = threading.RLock()
        self._clock, self._timer = clock, timer
        self._folder = Path(folder) if folder else None
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
        self.papers: list[Paper] = paper.load(self._folder)[-KEEP:] if self._folder else []
        self.sheet = Paper(dots, clock())
        self._scanners: dict[Reply, Scanner] = {}
        self._asb: dict[Reply, bytes] = {}
        self._host: Reply | None = None
        self._jammed = False
        self._next_row = 0.0
        self._buffer = bytearray()
        self._restart()
        if speed:
            threading.Thread(target=self._tick, daemon=True, name="virtual-printer").start()

    # what the world does to it

    def serve(self, host: str = "127.0.0.1", port: int = 9100) -> Server:
        """Answers on TCP; port 0 takes a free one. OSError when the port is taken."""
        return Server(self, host, port)

    def fault(self, name: str, on: bool = True) -> None:
        """Switches a fault; ValueError for an unknown name. Removing paper_out also loads a new, endless roll."""
        if name not in FAULTS:
            raise ValueError(f"unknown fault {name!r}; use one of: {', '.join(FAULTS)}")
        with self.lock:
            if on:
                self.faults.add(name)
            else:
                self.faults.discard(name)
                if name == "paper_out":
                    self.paper_left = None
                if name == "cutter":
                    self._jammed = False
            self._changed()
            self._pump()

    def power_cycle(self) -> None:
        """Off and on: buffer, modes and ASB are gone; the strip in the machine stays."""
        with self.lock:
            self._buffer.clear()
            self._asb.clear()
            self._scanners.clear()
            self._jammed = False
            self._restart()

    def feed(self, data: bytes, reply: Reply) -> None:
        """Bytes from one connection; `reply` identifies it and takes the answers."""
        with self.lock:
            scanner = self._scanners.setdefault(reply, Scanner())
            commands = scanner.feed(data)
            if self._host is None or len(data) > sum(len(command) for _, command in commands):
                self._host = reply
            start = 0
            for end, command in commands:
                self._buffer += data[start:end]
                self._pump()
                self._at_once(command, reply)
                start = end
            self._buffer += data[start:]
            self._pump()

    def gone(self, reply: Reply) -> None:
        """A connection ended."""
        with self.lock:
            self._scanners.pop(reply, None)
            self._asb.pop(reply, None)
            if self._host == reply:
                self._host = None

    # what it says

    @property
    def offline(self) -> bool:
        """True while it does not print."""
        return bool(self.faults & {"paper_out", "cover_open", "offline"}) or self._jammed

    def realtime(self, n: int) -> int:
        """The answer to DLE EOT n (Epson ESC/POS command reference)."""
        out, cover = "paper_out" in self.faults, "cover_open" in self.faults
        near = out or "near_end" in self.faults
        bits = {
            1: 0x08 * self.offline,
            2: 0x04 * cover + 0x20 * out + 0x40 * self._jammed,
            3: 0x08 * self._jammed,
            4: 0x0C * near + 0x60 * out,
        }
        return 0x12 | bits.get(n, 0)

    def asb(self) -> bytes:
        """The four bytes of automatic status (Epson ESC/POS command reference, GS a)."""
        out, cover = "paper_out" in self.faults, "cover_open" in self.faults
        near = out or "near_end" in self.faults
        return bytes((0x10 | 0x08 * self.offline | 0x20 * cover, 0x08 * self._jammed, 0x03 * near | 0x0C * out, 0))

    def _say(self, data: bytes, reply: Reply | None) -> None:
        if reply and "silent" not in self.faults:
            reply(data)

    def _changed(self) -> None:
        for reply, last in list(self._asb.items()):
            if (now := self.asb()) != last:
                self._asb[reply] = now
                self._say(now, reply)

    def _at_once(self, command: bytes, reply: Reply) -> None:
        if command[:2] == b"\x10\x04" and 1 <= command[2] <= 4:
            self._say(bytes((self.realtime(command[2]),)), reply)
        elif command[:2] == b"\x10\x14" and command[2] == 8 and not self.generic:
            self._buffer.clear()
            self._restart()
            self._say(b"\x37\x25\x00", reply)
        elif command == b"\x10\x05\x02" and "cutter" not in self.faults:
            self._jammed = False
            self._changed()

    # what it does

    def _restart(self) -> None:
        self._line = ""
        self._align, self._scale, self._page = 0, (1, 1), "cp437"
        self._program = self._run()
        self._need = next(self._program)

    def _tick(self) -> None:
        while True:
            with self.lock:
                self._pump()
            time.sleep(0.005)

    def _pump(self) -> None:
        while True:
            if self._need == STALL:
                if self._waits():
                    return
                self._need = self._program.send(b"")
            elif len(self._buffer) >= self._need and not self.offline:
                data = bytes(self._buffer[: self._need])
                del self._buffer[: self._need]
                self._need = self._program.send(data)
            else:
                return

    def _waits(self) -> bool:
        return self.offline or bool(self.speed and self._timer() < self._next_row)

    def _run(self) -> Program:
        while True:
            byte = yield 1
            if byte == b"\x1b":
                yield from self._esc()
            elif byte == b"\x1d":
                yield from self._gs()
            elif byte == b"\x1c":
                yield from self._fs()
            elif byte == b"\x10":
                yield from self._dle()
            elif byte == b"\n":
                yield from self._line_feed()
            elif byte >= b" ":
                self._line += byte.decode(self._page, "replace")

    def _dle(self) -> Program:
        """A real-time command comes by a second time, in its turn: nothing to do."""
        kind = yield 1
        if kind == b"\x14":
            function = yield 1
            yield 7 if function == b"\x08" else 2
        elif kind in (b"\x04", b"\x05"):
            yield 1

    def _esc(self) -> Program:
        kind = yield 1
        if kind == b"@":
            self._line, self._align, self._scale, self._page = "", 0, (1, 1), "cp437"
            if self._host:
                self._asb.pop(self._host, None)
        elif kind in b"dJ":
            n = (yield 1)[0]
            if self._line:
                yield from self._line_feed()
            yield from self._blank(n * 30 if kind == b"d" else n)
        elif kind == b"a":
            self._align = min(2, (yield 1)[0] & 3)
        elif kind == b"t":
            self._page = PAGES.get((yield 1)[0], "cp437")
        elif kind == b"!":
            mode = (yield 1)[0]
            self._scale = (2 if mode & 0x20 else 1, 2 if mode & 0x10 else 1)
        elif kind in (b"i", b"m"):
            yield from self._cut()
        elif kind == b"*":
            head = yield 3
            yield (head[1] + 256 * head[2]) * (3 if head[0] >= 32 else 1)
        elif kind == b"D":
            while (yield 1) != b"\0":
                pass
        else:
            yield ESC_SKIP.get(kind, 0)

    def _fs(self) -> Program:
        kind = yield 1
        if kind == b"(":
            head = yield 3
            yield head[1] + 256 * head[2]
        elif kind == b"S":
            yield 2
        elif kind in b"!-CW":
            yield 1

    def _gs(self) -> Program:
        kind = yield 1
        if kind == b"v":
            yield from self._raster()
        elif kind == b"V":
            mode = (yield 1)[0]
            if mode >= 65:
                yield from self._blank((yield 1)[0])
            yield from self._cut()
        elif kind == b"a":
            mask = (yield 1)[0]
            if self._host and mask:
                self._asb[self._host] = self.asb()
                self._say(self.asb(), self._host)
            elif self._host:
                self._asb.pop(self._host, None)
        elif kind == b"r":
            yield 1
            self._say(bytes((0x03 if "near_end" in self.faults else 0,)), self._host)
        elif kind == b"(":
            yield from self._gs_block()
        elif kind == b"g":
            yield from self._counter()
        elif kind == b"I":
            names = {66: "EPSON", 67: "TM-T88VI", 65: "1.00 ESC/POS"}
            n = (yield 1)[0]
            answer = b"\x5f" + names.get(n, "").encode() + b"\0" if n >= 65 else b"\x02"
            self._say(answer, self._host)
        elif kind == b"!":
            size = (yield 1)[0]
            self._scale = ((size >> 4) % 8 + 1, size % 8 + 1)
        elif kind == b"8":
            head = yield 5
            yield int.from_bytes(head[1:], "little")
        elif kind == b"k":
            yield from self._barcode()
        else:
            yield GS_SKIP.get(kind, 0)

    def _barcode(self) -> Program:
        kind = (yield 1)[0]
        if kind >= 65:
            yield (yield 1)[0]
        else:
            while (yield 1) != b"\0":
                pass

    def _gs_block(self) -> Program:
        head = yield 3
        data = yield head[1] + 256 * head[2]
        if head[:1] == b"H" and not self.generic:
            if data[:2] == b"00":
                self._say(b"\x37\x22" + data[2:6] + b"\0", self._host)
            elif data[:2] == b"10":
                self._say(b"\x37\x23" + data[2:3] + b"\0", self._host)

    def _counter(self) -> Program:
        which = yield 1
        number = yield 3
        if which == b"2" and not self.generic:
            self._say(b"\x5f" + str(self.cuts if number[1] in (50, 178) else 0).encode() + b"\0", self._host)

    def _raster(self) -> Program:
        head = yield 6
        wide, high = head[2] + 256 * head[3], head[4] + 256 * head[5]
        if not wide:
            return
        for _ in range(high):
            row = yield wide
            yield from self._row(row)

    def _line_feed(self) -> Program:
        line, self._line = self._line, ""
        if not line:
            yield from self._blank(30)
            return
        rows = paper.text_rows(line, self.dots, self._align, self._scale)
        for at, row in enumerate(rows):
            yield from self._row(row)
            if at == len(rows) // 2:
                self.sheet.lines.append(line)

    def _blank(self, rows: int) -> Program:
        for _ in range(rows):
            yield from self._row(b"")

    def _row(self, row: bytes) -> Program:
        while self._waits():
            yield STALL
        self.sheet.rows.append(row)
        if self.speed:
            self._next_row = max(self._timer() - 0.02, self._next_row) + 1 / self.speed
        if self.paper_left is not None:
            self.paper_left -= 1
            if self.paper_left <= 0:
                self.faults.add("paper_out")
                self._changed()

    def _cut(self) -> Program:
        if self._line:
            yield from self._line_feed()
        while self._waits():
            yield STALL
        if "cutter" in self.faults:
            self._jammed = True
            self._changed()
            while self._waits():
                yield STALL
        self.cuts += 1
        self._finish(cut=True)

    def _finish(self, cut: bool) -> None:
        piece, now = self.sheet, self._clock()
        self.sheet = Paper(self.dots, now)
        if not piece.rows:
            return
        piece.cut = cut
        last = self.papers[-1].time if self.papers else now
        piece.time = max(now, last)
        piece.seal()
        self.papers.append(piece)
        del self.papers[:-KEEP]
        if self._folder:
            piece.save(self._folder)


def serve(host: str = "127.0.0.1", port: int = 9100, folder: str | Path | None = None) -> tuple[VirtualPrinter, Server]:
    """A new virtual printer that answers on TCP."""
    printer = VirtualPrinter(folder=folder)
    return printer, printer.serve(host, port)


__all__ = ["FAULTS", "Paper", "Server", "VirtualPrinter", "serve"]
