"""What a driver is: the bytes around a job and the meaning of what comes back. Pure; the session moves the bytes."""

from typing import Literal, Protocol

from printers.codec import Message

INIT = b"\x1b\x40"  # ESC @
CUTS_BYTES = {  # ESC d 6, then GS V (Epson ESC/POS command reference)
    "full": b"\x1b\x64\x06\x1d\x56\x00",
    "partial": b"\x1b\x64\x06\x1d\x56\x01",
    "none": b"\x1b\x64\x06",
}
Seen = Literal["", "content", "done", "fence"]
IDENT = b"ABCDEFGHIJKLMNO`abcdefghijklmno"  # bit 4 clear: never mistaken for a DLE EOT or ASB byte


class Driver(Protocol):
    """One family of printers; the flags are shown to the manager."""

    name: str
    confirms: bool  # it can say that a job came out
    asks: bool  # it answers status requests
    clears: bool  # it can be told to forget a job, and says so
    counts: bool  # it counts cuts
    evidence: str  # what its confirmation rests on: 'marker', 'fence' or ''

    def hello(self) -> bytes:
        """What to send on a new connection and after a recovery."""

    def frame(self, content: bytes, ident: bytes, cut: bytes, void: bytes) -> bytes:
        """A whole job: `void` (a strip to take back, or empty), `content`, `cut`; `ident` is 3 bytes of IDENT."""

    def seen(self, message: Message, ident: bytes) -> Seen:
        """What the message says about the job with this `ident`."""

    def flush(self) -> bytes:
        """What makes the printer forget a job that a broken connection left half sent."""


def ident_of(sequence: int) -> bytes:
    """Three bytes that name an attempt; they repeat after 29,791 attempts."""
    base = len(IDENT)
    return bytes((IDENT[sequence // base**2 % base], IDENT[sequence // base % base], IDENT[sequence % base]))


def body(content: bytes, cut: bytes, void: bytes) -> bytes:
    """The strip that is taken back and its cut, then the content; each without its own ESC @."""
    taken_back = void.removeprefix(INIT) + (cut or CUTS_BYTES["full"]) if void else b""
    return taken_back + content.removeprefix(INIT)
