"""What a driver is: the bytes around a job and the meaning of what comes back. Pure; the session moves the bytes."""

from typing import Literal, Protocol

from printers import codec, status
from printers.codec import Message, RealTime, Splitter
from printers.cuts import CUTS_BYTES
from printers.splitters import Splits
from printers.status import Reading

INIT = b"\x1b\x40"  # ESC @
Seen = Literal["", "content", "done", "fence"]
IDENT = b"ABCDEFGHIJKLMNO`abcdefghijklmno"  # bit 4 clear: never mistaken for a DLE EOT or ASB byte
LARGEST_BAND = 128 * 128  # bytes that a half-sent raster band of ours may still lack


class Driver(Protocol):
    """One family of printers; the flags are shown to the manager."""

    name: str
    confirms: bool  # it can say that a job came out
    asks: bool  # it answers status requests
    clears: bool  # it can be told to forget a job, and says so
    counts: bool  # it counts cuts
    presents: bool  # it may hold a ticket out and take it back
    settles: bool  # its confirmation counts jobs: a connection begins only when older jobs are over
    letters: bool  # it takes an ESC/POS slip's native letters, not only its picture
    evidence: str  # what its confirmation rests on: 'marker', 'fence', 'job counter', 'presenter' or ''

    def splitter(self) -> Splits:
        """A new splitter for its back channel."""

    def questions(self) -> tuple[bytes, ...]:
        """The status requests of one poll round, sent one after the other."""

    def answers(self, message: Message) -> bool:
        """True when the message answers such a request."""

    def reading(self, answers: tuple[Message, ...]) -> Reading:
        """What the answers of a whole round say."""

    def hello(self) -> bytes:
        """What to send on a new connection and after a recovery."""

    def frame(self, content: bytes, ident: bytes, cut: bytes, void: bytes) -> bytes:
        """A whole job: `void` (a strip to take back, or empty), `content`, `cut`; `ident` is 3 bytes of IDENT."""

    def seen(self, message: Message, ident: bytes, base: int) -> Seen:
        """What the message says about the job with this `ident`; `base` is the job counter when it began."""

    def flush(self) -> bytes:
        """What makes the printer forget a job that a broken connection left half sent."""

    def take_back(self, again: bool) -> bytes:
        """What frees the presenter of a ticket that nobody takes; `again` when the first way did not help."""

    def recount(self, counted: int) -> bytes:
        """What brings the job counter back before the next job would carry it over its end; empty when it need not."""


class Escpos:
    """What the ESC/POS families share: status by DLE EOT 1 to 4, no presenter, no job counter."""

    presents = settles = False
    letters = True

    def splitter(self) -> Splits:
        """Epson's."""
        return Splitter()

    def questions(self) -> tuple[bytes, ...]:
        """DLE EOT 1 to 4."""
        return tuple(codec.dle_eot(n) for n in (1, 2, 3, 4))

    def answers(self, message: Message) -> bool:
        """A real-time byte."""
        return isinstance(message, RealTime)

    def reading(self, answers: tuple[Message, ...]) -> Reading:
        """Four real-time bytes."""
        return status.from_polls(*(message.byte for message in answers if isinstance(message, RealTime)))

    def take_back(self, again: bool) -> bytes:
        """Nothing: there is no presenter."""
        return b""

    def recount(self, counted: int) -> bytes:
        """Nothing: there is no such counter."""
        return b""


def ident_of(sequence: int) -> bytes:
    """Three bytes that name an attempt; they repeat after 29,791 attempts."""
    base = len(IDENT)
    return bytes((IDENT[sequence // base**2 % base], IDENT[sequence // base % base], IDENT[sequence % base]))


def body(content: bytes, cut: bytes, void: bytes) -> bytes:
    """The strip that is taken back and its cut, then the content; each without its own ESC @."""
    taken_back = void.removeprefix(INIT) + (cut or CUTS_BYTES["full"]) if void else b""
    return taken_back + content.removeprefix(INIT)
