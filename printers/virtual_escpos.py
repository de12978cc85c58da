"""ESC/POS as the virtual printer speaks it: like a TM-T88-class Epson, or like a generic printer that knows less."""

from printers.codec import CLEAR
from printers.realtime import Scanner
from printers.symbol import modules, picture
from printers.virtual_machine import LETTERS, Machine, Program, Reply

PAGES = {0: "cp437", 2: "cp850", 17: "cp866", 18: "cp852", 33: "cp775", 46: "cp1251", 51: "cp1257"}
# bytes of parameters after ESC x and GS x, for commands without an effect here
ESC_SKIP = {b" ": 1, b"!": 1, b"$": 2, b"-": 1, b"2": 0, b"3": 1, b"=": 1, b"?": 1, b"D": 0, b"E": 1, b"G": 1, b"L": 0,
            b"M": 1, b"R": 1, b"S": 0, b"T": 1, b"U": 1, b"V": 1, b"W": 8, b"\\": 2, b"c": 2, b"p": 3, b"r": 1,
            b"{": 1, b"\x06": 1}  # fmt: skip
GS_SKIP = {b"!": 1, b"$": 2, b"B": 1, b"H": 1, b"L": 2, b"P": 2, b"W": 2, b"\\": 2, b"b": 1, b"f": 1, b"h": 1, b"w": 1,
           b"T": 1}  # fmt: skip


class EscposFamily:
    """`epson` knows process IDs, clear and the cut counter."""

    presents = False
    _line: str
    _align: int
    _scale: tuple[int, int]
    _page: str

    def __init__(self, machine: Machine, epson: bool = True) -> None:
        self.machine, self.epson = machine, epson
        self.asb_to: dict[Reply, bytes] = {}
        self._symbol, self._module = "", 3

    def scanner(self) -> Scanner:
        """DLE EOT, DLE ENQ, DLE DC4."""
        return Scanner()

    def forget(self, reply: Reply | None = None) -> None:
        """ASB ends with its connection, and with the power."""
        for known in [reply] if reply else list(self.asb_to):
            self.asb_to.pop(known, None)

    def changed(self) -> None:
        """Sends ASB to all who asked for it, if it is not as before."""
        for reply, last in list(self.asb_to.items()):
            if (now := self.asb()) != last:
                self.asb_to[reply] = now
                self.machine.say(now, reply)

    def realtime(self, n: int) -> int:
        """The answer to DLE EOT n (Epson ESC/POS command reference)."""
        faults = self.machine.faults
        out, cover, jam = "paper_out" in faults, "cover_open" in faults, "jam" in faults
        near = out or "near_end" in faults
        bits = {
            1: 0x08 * self.machine.offline,
            2: 0x04 * cover + 0x20 * out + 0x40 * (self.machine.jammed or jam),
            3: 0x08 * self.machine.jammed + 0x04 * jam,
            4: 0x0C * near + 0x60 * out,
        }
        return 0x12 | bits.get(n, 0)

    def asb(self) -> bytes:
        """The four bytes of automatic status (Epson ESC/POS command reference, GS a)."""
        faults = self.machine.faults
        out, cover, jam = "paper_out" in faults, "cover_open" in faults, "jam" in faults
        near = out or "near_end" in faults
        first = 0x10 | 0x08 * self.machine.offline | 0x20 * cover
        return bytes((first, 0x08 * self.machine.jammed | 0x04 * jam, 0x03 * near | 0x0C * out, 0))

    def at_once(self, command: bytes, reply: Reply) -> None:
        """Status, clear, recovery."""
        if command[:2] == b"\x10\x04" and 1 <= command[2] <= 4:
            self.machine.say(bytes((self.realtime(command[2]),)), reply)
        elif command == CLEAR and self.epson:
            self.machine.restart()
            self.machine.say(b"\x37\x25\x00", reply)
        elif command == b"\x10\x05\x02" and "cutter" not in self.machine.faults:
            self.machine.jammed = False
            self.changed()

    # the buffer

    def run(self) -> Program:
        """Eats commands and prints."""
        self._line, self._align, self._scale, self._page = "", 0, (1, 1), "cp437"
        while True:
            byte = yield LETTERS
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
            if self.machine.host:
                self.asb_to.pop(self.machine.host, None)
        elif kind in b"dJ":
            n = (yield 1)[0]
            if self._line:
                yield from self._line_feed()
            yield from self.machine.blank(n * 30 if kind == b"d" else n)
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
                yield from self.machine.blank((yield 1)[0])
            yield from self._cut()
        elif kind == b"a":
            mask = (yield 1)[0]
            if self.machine.host and mask:
                self.asb_to[self.machine.host] = self.asb()
                self.machine.say(self.asb(), self.machine.host)
            elif self.machine.host:
                self.asb_to.pop(self.machine.host, None)
        elif kind == b"r":
            yield 1
            self.machine.say(bytes((0x03 if "near_end" in self.machine.faults else 0,)), self.machine.host)
        elif kind == b"(":
            yield from self._gs_block()
        elif kind == b"g":
            yield from self._counter()
        elif kind == b"I":
            names = {66: "EPSON", 67: "TM-T88VI", 65: "1.00 ESC/POS"}
            n = (yield 1)[0]
            answer = b"\x5f" + names.get(n, "").encode() + b"\0" if n >= 65 else b"\x02"
            self.machine.say(answer, self.machine.host)
        elif kind == b"!":
            size = (yield 1)[0]
            self._scale = ((size >> 4) % 8 + 1, size % 8 + 1)
        elif kind == b"8":
            head = yield 5
            yield int.from_bytes(head[1:], "little")
        elif kind == b"k":
            yield from self._barcode()
        else:
            yield from self._gs_other(kind)

    def _gs_other(self, kind: bytes) -> Program:
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
        if head[:1] == b"H" and self.epson:
            if data[:2] == b"00":
                self.machine.say(b"\x37\x22" + data[2:6] + b"\0", self.machine.host)
            elif data[:2] == b"10":
                self.machine.say(b"\x37\x23" + data[2:3] + b"\0", self.machine.host)
        elif head[:1] == b"k" and data[:1] == b"1":
            yield from self._qr(data[1], data[2:])

    def _qr(self, function: int, data: bytes) -> Program:
        """GS ( k, QR code: 67 module size, 80 store, 81 print."""
        if function == 67:
            self._module = data[0]
        elif function == 80:
            self._symbol = data[1:].decode("ascii", "replace")
        elif function == 81 and self._symbol:
            dots = self.machine.dots
            side = len(modules(self._symbol)) * self._module
            strip = picture(self._symbol, self._module, dots, (0, (dots - side) // 2, dots - side)[self._align])
            stride, ink = -(-dots // 8), strip.tobytes()
            for at in range(0, len(ink), stride):
                yield from self.machine.row(ink[at : at + stride])

    def _counter(self) -> Program:
        which = yield 1
        number = yield 3
        if which == b"2" and self.epson:
            self.machine.say(
                b"\x5f" + str(self.machine.cuts if number[1] in (50, 178) else 0).encode() + b"\0", self.machine.host
            )

    def _raster(self) -> Program:
        head = yield 6
        wide, high = head[2] + 256 * head[3], head[4] + 256 * head[5]
        if not wide:
            return
        for _ in range(high):
            row = yield wide
            yield from self.machine.row(row)

    def _line_feed(self) -> Program:
        line, self._line = self._line, ""
        if line:
            yield from self.machine.text(line, self._align, self._scale)
        else:
            yield from self.machine.blank(30)

    def _cut(self) -> Program:
        if self._line:
            yield from self._line_feed()
        yield from self.machine.cut()
