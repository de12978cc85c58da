"""The printer's one back channel, split into its messages (Epson ESC/POS command reference; docs/printing.md)."""

import msgspec

CLEAR = bytes.fromhex("10140801031401060208")  # DLE DC4 fn 8, real time; answered with 37 25 00
ASB_ON = bytes.fromhex("1d610f")  # GS a: drawer, online, error and paper status
CUTS = bytes.fromhex("1d6732 00b200")  # GS g 2, counter 178: cuts since the printer was made
FENCE = bytes.fromhex("1d7201")  # GS r 1, queued: answered when all before it has been processed
BLOCKS = frozenset(bytes.fromhex("3537393b3d535f"))  # not 56: it collides with a DLE EOT answer
XON, XOFF = 0x11, 0x13
LONGEST = 96  # bytes of a block; a longer one has lost its end


def dle_eot(n: int) -> bytes:
    """Real-time status request, n = 1 printer, 2 offline cause, 3 error cause, 4 paper."""
    return bytes((0x10, 0x04, n))


def process_id(ident: bytes) -> bytes:
    """GS ( H fn 48: the printer sends 37 22 `ident` 00 once all before it is printed; `ident` is 4 bytes 20..7e."""
    return b"\x1d\x28\x48\x06\x00\x30\x30" + ident


class RealTime(msgspec.Struct, frozen=True):
    """One DLE EOT answer (0**1**10); it does not say which n it answers."""

    byte: int


class Asb(msgspec.Struct, frozen=True):
    """Automatic status back: four bytes, the first 0**1**00, the others 0**0****."""

    b1: int
    b2: int
    b3: int
    b4: int


class Fence(msgspec.Struct, frozen=True):
    """An answer to GS r 1 (0**0****)."""

    byte: int


class Block(msgspec.Struct, frozen=True):
    """A block: its first byte and what stands before the closing 00."""

    kind: int
    data: bytes

    @property
    def process(self) -> bytes | None:
        """The four letters of a process ID answer, otherwise None."""
        return self.data[1:] if self.kind == 0x37 and len(self.data) == 5 and self.data[0] == 0x22 else None

    @property
    def cleared(self) -> bool:
        """True for the answer to CLEAR."""
        return self.kind == 0x37 and self.data == b"\x25"

    @property
    def count(self) -> int | None:
        """The figure of a maintenance counter answer, otherwise None."""
        return int(self.data) if self.kind == 0x5F and self.data.isdigit() else None


class Flow(msgspec.Struct, frozen=True):
    """XON or XOFF."""

    on: bool


class Garbage(msgspec.Struct, frozen=True):
    """Bytes that fit no message: counted as no answer, never as "fine"."""

    data: bytes


class Full(msgspec.Struct, frozen=True):
    """The full status of a Custom kiosk printer, 10 0f p u r x: paper, user, recoverable and unrecoverable errors."""

    paper: int
    user: int
    recoverable: int
    unrecoverable: int


class StarStatus(msgspec.Struct, frozen=True):
    """An automatic status of Star Line Mode: 7 to 15 bytes, the first 0**0***1, the others 0**0***0."""

    data: bytes

    def byte(self, n: int) -> int:
        """The n-th byte as Star's tables count them, from 1; 0 where the printer sends fewer."""
        return self.data[n - 1] if n <= len(self.data) else 0

    @property
    def jobs(self) -> int:
        """The ETB counter, 0 to 31 (eighth byte: bits 1, 2, 3, 5, 6)."""
        return (self.byte(8) >> 1 & 0x07) | (self.byte(8) >> 2 & 0x18)

    @property
    def presenter(self) -> int:
        """Where the paper is (ninth byte): 0 none, 1 loop, 3 presented, 6 recovered, 7 pulled out."""
        return self.byte(9) >> 1 & 0x07


Message = RealTime | Asb | Fence | Block | Flow | Garbage | Full | StarStatus


class Splitter:
    """Feeds on bytes as they arrive, in any portions, and gives whole messages; real-time bytes may land inside an ASB.

    Inside a process ID only letters of our own alphabet (bit 4 clear) are expected, so a real-time byte stands out
    there too; a counter's digits hide 32 and 36, hence never ask for a counter while a real-time answer is due.
    """

    def __init__(self) -> None:
        self._asb: list[int] = []
        self._block = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """The messages completed by these bytes, in order of completion."""
        out: list[Message] = []
        for byte in data:
            self._take(byte, out)
        return out

    def reset(self) -> None:
        """Forgets a half message, as after a reconnect."""
        self._asb.clear()
        self._block.clear()

    def _take(self, byte: int, out: list[Message]) -> None:
        if self._block:
            self._in_block(byte, out)
        elif self._asb and byte & 0x90 == 0:
            self._asb.append(byte)
            if len(self._asb) == 4:
                out.append(Asb(*self._asb))
                self._asb.clear()
        elif byte & 0x93 == 0x12:
            out.append(RealTime(byte))
        elif byte in (XON, XOFF):
            out.append(Flow(byte == XON))
        else:
            if self._asb:
                out.append(Garbage(bytes(self._asb)))
                self._asb.clear()
            if byte in BLOCKS:
                self._block.append(byte)
            elif byte & 0x93 == 0x10:
                self._asb.append(byte)
            elif byte & 0x90 == 0:
                out.append(Fence(byte))
            else:
                out.append(Garbage(bytes((byte,))))

    def _in_block(self, byte: int, out: list[Message]) -> None:
        inside_id = self._block[:2] == b"\x37\x22" and len(self._block) < 6
        digits = self._block[0] == 0x5F
        if byte == 0:
            out.append(Block(self._block[0], bytes(self._block[1:])))
            self._block.clear()
        elif byte & 0x93 == 0x12 and (inside_id or byte < 0x20 or (digits and 0x39 < byte < 0x3F)):
            out.append(RealTime(byte))
        elif byte in (XON, XOFF):
            out.append(Flow(byte == XON))
        else:
            self._block.append(byte)
            if len(self._block) > LONGEST:
                out.append(Garbage(bytes(self._block)))
                self._block.clear()
