"""Ticket numbers: a series letter and a count that starts at 1 every business day."""

from server.domain.floor import Floor
from server.domain.refusal import Refusal

APPOINTMENT_SERIES = "J"
RESERVE_SERIES = ("X", "Y", "Q", "W")
"""Letters that are not in the Latvian alphabet, for kiosks that give numbers without the server."""


def next_count(floor: Floor, series: str) -> int:
    """The count that comes next in a series today."""
    return (floor.series.get(series) or 0) + 1


def printed(series: str, n: int) -> str:
    """The number as it stands on paper: "A012"."""
    return f"{series}{n:03d}"


def reserve_number(floor: Floor, number: str) -> tuple[str, int]:
    """Series and count of a number from a reserve series; refused if it is none."""
    series, n = number[0], int(number[1:])
    if series not in RESERVE_SERIES:
        raise Refusal("series_reserved", series=series)
    return series, n
