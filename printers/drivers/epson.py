"""Epson-class ESC/POS: status by itself, two process-ID markers, clear, cut counter (docs/printing.md)."""

from printers import codec
from printers.codec import Block, Message
from printers.drivers.base import INIT, Escpos, Seen, body


class Epson(Escpos):
    """A printer that says when a job is on paper; chosen because it answered a process ID, never by its name."""

    name, evidence = "escpos-epson", "marker"
    confirms = asks = clears = counts = True

    def hello(self) -> bytes:
        """ESC @ 1b 40, which may end ASB, then GS a 0f."""
        return INIT + codec.ASB_ON

    def frame(self, content: bytes, ident: bytes, cut: bytes, void: bytes) -> bytes:
        """1b 40 | ASB | [void, cut] | content | M1 = GS ( H ident a | cut | M2 = GS ( H ident b."""
        first, second = codec.process_id(ident + b"a"), codec.process_id(ident + b"b")
        return self.hello() + body(content, cut, void) + first + cut + second

    def seen(self, message: Message, ident: bytes, base: int) -> Seen:
        """M1: the content is on paper; M2: it is cut as well."""
        if not isinstance(message, Block):
            return ""
        if message.process == ident + b"b":
            return "done"
        return "content" if message.process == ident + b"a" else ""

    def flush(self) -> bytes:
        """DLE DC4 fn 8: acts in real time, even inside a raster."""
        return codec.CLEAR
