"""A file, a spool, or a printer that never answers: nothing can be confirmed, and it says so."""

from printers.codec import Message
from printers.drivers.base import INIT, Escpos, Seen, body


class WriteOnly(Escpos):
    """Jobs end UNCONFIRMED although nothing is known to be wrong; the visitor is not asked."""

    name, evidence = "raw-writeonly", ""
    confirms = asks = clears = counts = False

    def hello(self) -> bytes:
        """Nothing: it would be the only byte in the file."""
        return b""

    def frame(self, content: bytes, ident: bytes, cut: bytes, void: bytes) -> bytes:
        """1b 40 | [void, cut] | content | cut."""
        return INIT + body(content, cut, void) + cut

    def seen(self, message: Message, ident: bytes, base: int) -> Seen:
        """Nothing is ever seen."""
        return ""

    def flush(self) -> bytes:
        """Nothing."""
        return b""
