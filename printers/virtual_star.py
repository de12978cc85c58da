"""A Star printer as the virtual printer plays it (Star Line Mode Command Specifications); a presenter if it is told to."""

from printers.realtime import Scanner
from printers.virtual_machine import LETTERS, Machine, Program, Reply

REALTIME_STAR = {b"\x1b\x06\x01": 3, b"\x04": 1, b"\x05": 1}
POSITIONS = {"none": 0, "loop": 1, "out": 3}
SKIP = {b" ": 1, b"s": 2, b"i": 2, b"W": 1, b"h": 1, b"-": 1, b"_": 1, b"R": 1, b"C": 1, b"l": 1, b"Q": 1, b"z": 1}
CUT_FEED = 60  # dot rows from the head to the cutter


class StarFamily:
    """`presents`: models with a presenter, such as the TUP900."""

    def __init__(self, machine: Machine, presents: bool = False) -> None:
        self.machine, self.presents = machine, presents
        self._jobs = 0
        self._asb: dict[Reply, bytes] = {}
        self._line, self._align, self._in_raster = "", 0, False

    def scanner(self) -> Scanner:
        """ESC ACK SOH, ENQ, EOT: answered also in the middle of a row, as the specification does not say otherwise."""
        return StarScanner()

    def forget(self, reply: Reply | None = None) -> None:
        """The automatic status ends with its connection; without power the counter begins anew."""
        for known in [reply] if reply else list(self._asb):
            self._asb.pop(known, None)
        if reply is None:
            self._jobs = 0

    def status(self) -> bytes:
        """An automatic status of nine bytes."""
        faults, machine = self.machine.faults, self.machine
        near, out = bool(faults & {"paper_out", "near_end"}), "paper_out" in faults
        counted = (self._jobs & 0x07) << 1 | (self._jobs & 0x18) << 2
        place = POSITIONS[machine.position] << 1 if self.presents else 0
        return bytes((
            0x23, 0x06, 0x08 * machine.offline | 0x20 * ("cover_open" in faults), 0x08 * machine.jammed,
            0x04 * ("jam" in faults), 0x08 * out | 0x04 * near, 0, counted, place,
        ))  # fmt: skip

    def changed(self) -> None:
        """Sends the status to all who asked for it, if it is not as before."""
        for reply, last in list(self._asb.items()):
            if (now := self.status()) != last:
                self._asb[reply] = now
                self.machine.say(now, reply)

    def at_once(self, command: bytes, reply: Reply) -> None:
        """ESC ACK SOH; one byte to EOT and ENQ unless the automatic status is on."""
        if command == b"\x1b\x06\x01":
            self.machine.say(self.status(), reply)
        elif reply not in self._asb:
            out, near = "paper_out" in self.machine.faults, "near_end" in self.machine.faults
            self.machine.say(bytes((0x10 | 0x08 * out | 0x04 * near,)) if command == b"\x04" else b"\0", reply)

    def run(self) -> Program:
        """Eats commands and prints."""
        self._line, self._align, self._in_raster = "", 0, False
        while True:
            byte = yield 1 if self._in_raster else LETTERS
            if byte == b"\x1b":
                yield from self._esc()
            elif byte == b"\x17":
                self._jobs = (self._jobs + 1) % 32
                self.changed()
            elif byte == b"\x18":
                self._line, self._jobs = "", 0
            elif self._in_raster:
                if byte == b"b":
                    head = yield 2
                    yield from self.machine.row((yield head[0] + 256 * head[1]))
            elif byte == b"\n":
                yield from self._line_feed()
            elif byte >= b" ":
                self._line += byte.decode("cp437")

    def _esc(self) -> Program:
        kind = yield 1
        host = self.machine.host
        if kind == b"@":
            self._line, self._align, self._in_raster = "", 0, False
        elif kind == b"*":
            yield from self._raster()
        elif kind == b"d":
            n = (yield 1)[0] & 3
            if self._line:
                yield from self._line_feed()
            yield from self.machine.blank(CUT_FEED if n >= 2 else 0)
            yield from self.machine.cut()
            self.machine.present()
        elif kind == b"a":
            for _ in range((yield 1)[0]):
                yield from self._line_feed()
        elif kind == b"J":
            yield from self.machine.blank((yield 1)[0] * 2)
        elif kind == b"\x06":
            yield 1  # ESC ACK SOH by a second time, in its turn
        elif kind == b"\x0c":
            yield 1  # ESC FF EOT, ESC FF NUL: our rows are printed as they come
        elif kind == b"\x16":
            if (yield 2)[:1] == b"0":
                self.machine.retract()
        elif kind == b"\x1e":
            what = yield 2
            if what[:1] == b"E":
                self._jobs = 0
            elif what[:1] == b"a" and host:
                self._asb.pop(host, None)
                if what[1]:
                    self._asb[host] = self.status()
                    self.machine.say(self.status(), host)
        elif kind == b"\x1d":
            what = yield 2
            self._align = what[1] & 3 if what[:1] == b"a" else self._align
            yield 1 if what[:1] in b"AR" else 0
        else:
            yield SKIP.get(kind, 0)

    def _raster(self) -> Program:
        yield 1  # r
        kind = yield 1
        if kind in b"AB":
            self._in_raster = kind == b"A"
        elif kind not in b"CR":
            digits = b""
            while (byte := (yield 1)) != b"\0":
                digits += byte
            if kind == b"Y" and digits.isdigit():  # a torn one holds what came behind it
                yield from self.machine.blank(int(digits))

    def _line_feed(self) -> Program:
        line, self._line = self._line, ""
        if line:
            yield from self.machine.text(line, self._align, (1, 1))
        else:
            yield from self.machine.blank(30)


class StarScanner(Scanner):
    """Finds ESC ACK SOH, ENQ and EOT."""

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """(offset in `data` behind the command, the command), in order."""
        base = -len(self._held)
        self._held += data
        out: list[tuple[int, bytes]] = []
        at = 0
        while at < len(self._held):
            found = next((word for word in REALTIME_STAR if self._held.startswith(word, at)), b"")
            if not found and b"\x1b\x06\x01".startswith(bytes(self._held[at:])):
                break
            if found:
                out.append((base + at + len(found), found))
            at += max(1, len(found))
        self._held = self._held[at:]
        return out
