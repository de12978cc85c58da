"""How large letters on a wall must be for the farthest seat, and how many rows of them a screen has."""

import math

DEGREES = 0.7
"""EN 301 549, 5.1.4: a capital letter subtends at least so much where it is to be read."""

CAP_OF_ROW = 0.55
"""The height of a capital in its row: 0.7 of the size of the type, with a line of 1.27 of it."""

HEAD = 0.1
"""The bar over the rows, in widths of the short side: 108 of 1080 pixels."""

ROWS_LEAST = 4
"""With fewer rows the calls before the present one are gone before everybody has looked up."""

_LONG, _SHORT = (side / math.hypot(16, 9) for side in (16, 9))


def cap_mm(metres: float) -> float:
    """The height of a capital, in mm, that can be read from so far."""
    return 2 * metres * 1000 * math.tan(math.radians(DEGREES / 2))


def rows_that_fit(inches: float, metres: float, portrait: bool = False) -> int:
    """Rows of letters of that height under the head of a 16:9 screen of this diagonal."""
    diagonal = inches * 25.4
    height = diagonal * (_LONG if portrait else _SHORT) - diagonal * _SHORT * HEAD
    return int(height * CAP_OF_ROW / cap_mm(metres))
