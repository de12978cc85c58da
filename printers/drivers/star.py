"""Star Line Mode: status by ESC ACK SOH, jobs counted by ETB, a presenter on some models (docs/printing.md)."""

from printers import status
from printers.codec import Message, StarStatus
from printers.drivers.base import INIT, Escpos, Seen
from printers.splitters import Splits, StarSplitter
from printers.star_lines import CUTS, QUIT, from_escpos
from printers.status import Reading

ASK = b"\x1b\x06\x01"  # ESC ACK SOH, in real time; only while automatic status is off
ASB_OFF = b"\x1b\x1e\x61\x00"  # ESC RS a 0
COUNT_FROM_0 = b"\x1b\x1e\x45\x00"  # ESC RS E 0
ETB = b"\x17"  # counted up when all before it is printed
RECOVER = b"\x1b\x16\x30\x00"  # ESC SYN 0 0: the presenter takes its paper back
CLEAR_RASTER = b"\x1b\x2a\x72\x43"  # ESC * r C
LONGEST_ROW = 256  # bytes that a half-sent row of ours may still lack


class Star(Escpos):
    """Two ETB marks: the content is printed, the cut is made."""

    name, evidence = "star-line", "job counter"
    confirms = asks = presents = settles = True
    clears = counts = letters = False

    def splitter(self) -> Splits:
        """Automatic statuses."""
        return StarSplitter()

    def questions(self) -> tuple[bytes, ...]:
        """ESC ACK SOH."""
        return (ASK,)

    def answers(self, message: Message) -> bool:
        """An automatic status."""
        return isinstance(message, StarStatus)

    def reading(self, answers: tuple[Message, ...]) -> Reading:
        """The last status of the round."""
        found = (status.from_star(message) for message in reversed(answers) if isinstance(message, StarStatus))
        return next(found, Reading(fault=True))

    def hello(self) -> bytes:
        """ESC @ 1b 40, then ESC RS a 0."""
        return INIT + ASB_OFF

    def frame(self, content: bytes, ident: bytes, cut: bytes, void: bytes) -> bytes:
        """1b 40 | ASB off | [void, cut] | content | ETB | cut | ETB; ESC/POS content becomes Star's, ValueError if it cannot."""
        taken_back = from_escpos(void) + CUTS[cut] if void else b""
        return self.hello() + taken_back + from_escpos(content) + ETB + CUTS[cut] + ETB

    def seen(self, message: Message, ident: bytes, base: int) -> Seen:
        """One ETB more than at the start: printed; two: cut as well."""
        risen = message.jobs - base if isinstance(message, StarStatus) else 0  # a power cut leaves 0: never more than before
        return "done" if risen == 2 else "content" if risen == 1 else ""

    def flush(self) -> bytes:
        """The rest of a row in white, then the raster is forgotten and left."""
        return bytes(LONGEST_ROW) + CLEAR_RASTER + QUIT

    def take_back(self, again: bool) -> bytes:
        """ESC SYN 0: recovery into the bin."""
        return RECOVER

    def recount(self, counted: int) -> bytes:
        """ESC RS E 0 before it would go from 31 to 0, which is what it also does when the power fails."""
        return COUNT_FROM_0 if counted + 2 > 31 else b""


def settle(before: int) -> tuple[bytes, int]:
    """What to send so that the job counter ends at the second value once all older jobs are over.

    `before` is the counter now; older jobs add at most 2, so neither they nor the counting itself pass that value.
    """
    goal = 10 if (before - 8) % 32 > 2 else 20
    return COUNT_FROM_0 + ETB * goal, goal
