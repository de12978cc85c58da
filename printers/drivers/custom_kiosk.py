"""Custom kiosk printers (VKP80, KPM, TG2480): full status by DLE EOT 20, a presenter that holds the ticket out."""

from printers import codec, status
from printers.codec import Full, Message
from printers.drivers.base import INIT, LARGEST_BAND, Escpos, Seen
from printers.splitters import FullSplitter, Splits
from printers.status import Reading

FULL = codec.dle_eot(20)  # 10 04 14 -> 10 0f p u r x, in real time
AUTO_FULL = b"\x1d\xe0\x0f"  # GS e0 0f: the same six bytes by themselves on each change
TOTAL_CUT = b"\x1b\x69"  # ESC i; these printers have no partial cut
RETRACT = b"\x1d\x65\x02"  # GS e 2; only where the printer's set-up allows it
PRESENT = b"\x1d\x65\x03\x0c"  # GS e 3 m: 12 steps out, else the visitor gets nothing
EJECT = b"\x1d\x65\x05"  # GS e 5: the ticket falls out
TICKET, BUSY = 0x20, 0x0C  # paper byte: ticket in output; user byte: spooling, motor on


class CustomKiosk(Escpos):
    """A job is proven by the ticket that is seen in the output while no motor turns and no data waits."""

    name, evidence = "custom-kiosk", "presenter"
    confirms = asks = presents = True
    clears = counts = False

    def splitter(self) -> Splits:
        """Six-byte statuses among ESC/POS answers."""
        return FullSplitter()

    def questions(self) -> tuple[bytes, ...]:
        """DLE EOT 20."""
        return (FULL,)

    def answers(self, message: Message) -> bool:
        """A full status."""
        return isinstance(message, Full)

    def reading(self, answers: tuple[Message, ...]) -> Reading:
        """The last full status of the round."""
        return next(
            (status.from_full(message) for message in reversed(answers) if isinstance(message, Full)), Reading(fault=True)
        )

    def hello(self) -> bytes:
        """ESC @ 1b 40, then GS e0 0f."""
        return INIT + AUTO_FULL

    def frame(self, content: bytes, ident: bytes, cut: bytes, void: bytes) -> bytes:
        """1b 40 | 1d e0 0f | [void, cut, retract, eject] | content | cut | present; `cut` says only how, here always total."""
        taken_back = void.removeprefix(INIT) + TOTAL_CUT + RETRACT + EJECT if void else b""
        return self.hello() + taken_back + content.removeprefix(INIT) + TOTAL_CUT + PRESENT

    def seen(self, message: Message, ident: bytes, base: int) -> Seen:
        """A ticket in the output: a job starts only with an empty one, so it is this job's."""
        out = isinstance(message, Full) and message.paper & TICKET and not message.user & BUSY
        return "done" if out else ""

    def flush(self) -> bytes:
        """NUL bytes: white dots to a raster that lacks its end."""
        return bytes(LARGEST_BAND)

    def take_back(self, again: bool) -> bytes:
        """Retract, for nobody else shall read it; eject where retracting is not set up."""
        return EJECT if again else RETRACT
