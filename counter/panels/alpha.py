"""Driver `alpha`: Alpha and BetaBrite signs, the M-Protocol (Adaptive document 9708-8061); nothing is acknowledged."""

from config.plan import Line, Panel
from counter.panels.exchange import Exchange
from counter.panels.shown import Shown

WAKE = bytes(5)
SOH, STX, ETX, EOT, ESC = b"\x01", b"\x02", b"\x03", b"\x04", b"\x1b"
ALL_SIGNS, WRITE_TEXT, MIDDLE = b"Z", b"A", b"\x20"
"""Only the middle position: makers and libraries disagree on the codes of all others."""
LABEL = b"A"
HOLD, FLASH = b"b", b"c"


def exchanges(line: Line, panel: Panel, shown: Shown) -> tuple[Exchange, ...]:
    """One packet; a dark sign is an empty text, for brightness is no part of what all these signs understand."""
    text = shown.text if shown.light else ""
    return (Exchange(request=packet(panel.address, text, FLASH if shown.flash else HOLD, line.checksum)),)


def packet(address: int, text: str, mode: bytes = HOLD, checksum: bool = False) -> bytes:
    """Write to text file A of a sign; address 0 is every sign. The checksum is the 16-bit sum from STX to ETX in hex."""
    body = STX + WRITE_TEXT + LABEL + ESC + MIDDLE + mode + text.encode("ascii", "replace")
    if checksum:
        body += ETX
        body += f"{sum(body) & 0xFFFF:04X}".encode()
    return WAKE + SOH + ALL_SIGNS + f"{address:02X}".encode() + body + EOT
