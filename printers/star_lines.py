"""Our own ESC/POS slips in Star Line Mode: raster rows each cropped at its right edge, blank rows skipped, ASCII lines.

Star Line Mode Command Specifications: ESC * r (raster), ESC d (cut), ESC GS a (align), ESC a (feed lines).
"""

from collections.abc import Iterator

from printers.cuts import CUTS_BYTES

ENTER = b"\x1b\x2a\x72\x41" + b"\x1b\x2a\x72\x50\x30\x00" + b"\x1b\x2a\x72\x45\x31\x00"  # raster; page length 0; end: no cut
LEAVE = b"\x1b\x0c\x04"  # ESC FF EOT: print what is left
QUIT = b"\x1b\x2a\x72\x42"  # ESC * r B
CUTS = {  # our ESC/POS cut -> ESC d 2 full, ESC d 3 partial, both behind a feed to the cutter; ESC a 6 feeds six lines
    CUTS_BYTES["full"]: b"\x1b\x64\x02",
    CUTS_BYTES["partial"]: b"\x1b\x64\x03",
    CUTS_BYTES["none"]: b"\x1b\x61\x06",
}
ASK = b"\x1b\x06\x01"  # a status request to a Star printer, wherever it stands: kept out of rows by one dot


def from_escpos(content: bytes) -> bytes:
    """The same slip for a Star printer; ValueError for an ESC/POS command that our raster slips do not hold."""
    out, rows = bytearray(), bytearray()
    for kind, data in _parts(content):
        if kind == "text" and rows:
            out += ENTER + rows + LEAVE + QUIT
            rows.clear()
        if kind == "text":
            out += data
        else:
            rows += data
    return bytes(out + (ENTER + rows + LEAVE + QUIT if rows else b""))


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(content):
        head = content[at : at + 2]
        if head == b"\x1b\x40":
            at += 2
        elif head == b"\x1d\x50":
            at += 4
        elif head == b"\x1b\x4a":
            yield "raster", _skip(content[at + 2])
            at += 3
        elif head == b"\x1b\x61":
            yield "text", b"\x1b\x1d\x61" + content[at + 2 : at + 3]
            at += 3
        elif head == b"\x1d\x76":
            wide, high = (int.from_bytes(content[i : i + 2], "little") for i in (at + 4, at + 6))
            start = at + 8
            for y in range(high):
                yield "raster", _row(content[start + y * wide : start + (y + 1) * wide].rstrip(b"\0"))
            at = start + wide * high
        elif content[at] == 0x0A or 0x20 <= content[at] < 0x7F:
            yield "text", content[at : at + 1]
            at += 1
        else:
            raise ValueError(f"a Star printer gets raster and ASCII only, not {content[at : at + 3].hex(' ')}")


def _row(data: bytes) -> bytes:
    if not data:
        return _skip(1)
    data = data.replace(ASK, b"\x1b\x06\x03")
    return b"\x62" + len(data).to_bytes(2, "little") + data


def _skip(dots: int) -> bytes:
    """ESC * r Y n NUL, n in decimal digits: down by so many rows."""
    return b"\x1b\x2a\x72\x59" + str(dots).encode("ascii") + b"\0" if dots else b""
