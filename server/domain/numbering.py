"""Ticket numbers: a series letter and a count that starts at 1 every business day."""

from server.domain.floor import Floor
from server.domain.refusal import Refusal

APPOINTMENT_SERIES = "J"
RESERVE_SERIES = ("X", "Y")


def next_number(floor: Floor, series: str, taken: int = 0) -> tuple[int, str]:
    """The count and the printed number that come next in a series, after `taken` of the same command: 12, "A012"."""
    n = (floor.series.get(series) or 0) + 1 + taken
    return n, f"{series}{n:03d}"


def reserve_number(floor: Floor, number: str) -> tuple[str, int]:
    """Series and count of a number from a reserve series; refused if it is none."""
    series, n = number[0], int(number[1:])
    if series not in RESERVE_SERIES:
        raise Refusal("series_reserved", series=series)
    return series, n
