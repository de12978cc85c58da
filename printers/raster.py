"""A 1-bit picture as ESC/POS raster: bands cropped at the right, cut where that saves most, blank rows fed."""

import base64
import io

from PIL import Image

BAND_ROWS = 128  # rows in one GS v 0: bounds what a torn connection leaves half sent
STEP_ROWS = 8  # a band ends only every so many rows: shorter ones make slow printers stop and start
HEADER = 8  # bytes of GS v 0 before its rows
JOIN_ROWS = 6  # blank rows this few stay inside a band


def drawn(png: str) -> Image.Image:
    """A black and white PNG, as base64 text, as ink (1 = black); OSError if it is none."""
    return Image.open(io.BytesIO(base64.b64decode(png))).convert("1").point(lambda value: 0 if value else 255)


def bands(ink: Image.Image) -> bytes:
    """A 1-bit picture (ink = 1) as GS v 0 bands cropped at the right, blank rows fed with ESC J (1b 4a n).

    No band holds 10 04, 10 05 or 10 14, which a printer would take as a real-time command; one dot is added instead.
    """
    stride = -(-ink.width // 8)
    data = ink.tobytes()
    rows = [data[at : at + stride].rstrip(b"\0") for at in range(0, len(data), stride)]
    out: list[bytes] = []
    y, blank = 0, 0
    while y < len(rows):
        if not rows[y]:
            y, blank = y + 1, blank + 1
            continue
        end = last = y
        while end < len(rows) and end - last <= JOIN_ROWS:
            last = end if rows[end] else last
            end += 1
        out += [_feed(blank), *map(_band, _parts(rows[y : last + 1]))]
        y, blank = last + 1, 0
    return b"".join([*out, _feed(blank)])


def _parts(rows: list[bytes]) -> list[list[bytes]]:
    """The rows in bands of at most BAND_ROWS, so that width x height plus headers is least (dynamic programming from the end)."""
    steps = [rows[at : at + STEP_ROWS] for at in range(0, len(rows), STEP_ROWS)]
    widths = [max(map(len, step)) for step in steps]
    best: list[tuple[int, int]] = [(0, 0)] * (len(steps) + 1)  # bytes from here on, and the steps of the first band
    for at in range(len(steps) - 1, -1, -1):
        wide, least = 0, (1 << 30, 1)
        for count in range(1, min(BAND_ROWS // STEP_ROWS, len(steps) - at) + 1):
            wide = max(wide, widths[at + count - 1])
            least = min(least, (HEADER + wide * count * STEP_ROWS + best[at + count][0], count))
        best[at] = least
    out, at = [], 0
    while at < len(steps):
        count = best[at][1]
        out.append(rows[at * STEP_ROWS : (at + count) * STEP_ROWS])
        at += count
    return out


def _feed(dots: int) -> bytes:
    return b"\x1b\x4a\xff" * (dots // 255) + (bytes((0x1B, 0x4A, dots % 255)) if dots % 255 else b"")


def _band(rows: list[bytes]) -> bytes:
    wide = max(1, *map(len, rows)) if len(rows) > 1 else max(1, len(rows[0]))
    payload = b"".join(row.ljust(wide, b"\0") for row in rows)
    for realtime in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
        payload = payload.replace(realtime, b"\x11" + realtime[1:])
    return b"\x1d\x76\x30\x00" + wide.to_bytes(2, "little") + len(rows).to_bytes(2, "little") + payload
