"""Plain ESC/POS: DLE EOT and a GS r 1 fence. Weaker: the fence says processed, not cut and out (docs/printing.md)."""

from printers import codec
from printers.codec import Fence, Message
from printers.drivers.base import INIT, LARGEST_BAND, Escpos, Seen, body


class Generic(Escpos):
    """A printer that answers DLE EOT but no process ID."""

    name, evidence = "escpos-generic", "fence"
    confirms = asks = True
    clears = counts = False

    def hello(self) -> bytes:
        """ESC @ 1b 40."""
        return INIT

    def frame(self, content: bytes, ident: bytes, cut: bytes, void: bytes) -> bytes:
        """1b 40 | [void, cut] | content | cut | GS r 1."""
        return INIT + body(content, cut, void) + cut + codec.FENCE

    def seen(self, message: Message, ident: bytes, base: int) -> Seen:
        """A fence answer; it names no job, so the spooler counts them."""
        return "fence" if isinstance(message, Fence) else ""

    def flush(self) -> bytes:
        """NUL bytes: white dots to a raster that lacks its end, nothing to a printer that waits for a command."""
        return bytes(LARGEST_BAND)
