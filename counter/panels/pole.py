"""Driver `pole`: customer displays of 2 x 20 characters, alone on their line; nothing is acknowledged.

Dialects: Epson DM-D (ESC/POS for displays, DM-D manual) and CD5220 (its command list). Number above, counter below.
"""

from config.plan import Line, Panel
from counter.panels.exchange import Exchange
from counter.panels.shown import Shown

ROW = 20
INIT, CLEAR = b"\x1b\x40", b"\x0c"
FLASH_UNIT = b"\x0a"
"""Blinks every 10 x 50 ms: 1 Hz."""


def exchanges(line: Line, panel: Panel, shown: Shown) -> tuple[Exchange, ...]:
    """The whole face of the display, from its initialisation on: it may have been without power."""
    if not shown.light:
        return (Exchange(request=INIT + CLEAR),)
    light = bytes((shown.light,))
    if line.dialect == "cd5220":
        return (Exchange(request=cd5220(shown.text, shown.counter, b"\x1b\x2a" + light)),)
    face = epson(shown.text, shown.counter) + b"\x1f\x58" + light + (b"\x1f\x45" + FLASH_UNIT if shown.flash else b"")
    return (Exchange(request=face),)


def epson(upper: str, lower: str) -> bytes:
    """DM-D: `US $ 1 2` goes to the second row."""
    return INIT + CLEAR + _row(upper) + b"\x1f\x24\x01\x02" + _row(lower)


def cd5220(upper: str, lower: str, before: bytes = b"") -> bytes:
    """CD5220: `ESC Q A` and `ESC Q B` write a row that CR ends; other commands (`ESC * n`, brightness) can only stand before."""
    return INIT + CLEAR + before + b"\x1bQA" + _row(upper) + b"\r\x1bQB" + _row(lower) + b"\r"


def _row(text: str) -> bytes:
    return text.encode("ascii", "replace")[:ROW].ljust(ROW)
