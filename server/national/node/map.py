"""A schematic of the country: places from their coordinates, no border lines, labels where there is room. Pure."""

import math
from collections.abc import Sequence

from msgspec import Struct

WIDTH, HEIGHT, MARGIN = 640, 430, 34
_SOUTH, _NORTH, _WEST, _EAST = 55.65, 58.10, 20.95, 28.25
"""The country's extreme points, degrees of WGS 84, a little rounded outward."""
_SHRINK = math.cos(math.radians((_SOUTH + _NORTH) / 2))
_SCALE = (WIDTH - 2 * MARGIN) / ((_EAST - _WEST) * _SHRINK)
_LETTER, _LINE = 6.6, 15


class Place(Struct, frozen=True, kw_only=True):
    """What is to be drawn; those with a higher `rank` get their label first, 0 gets none."""

    code: str
    label: str
    lat: float
    lon: float
    rank: int = 0


class Drawn(Struct, frozen=True, kw_only=True):
    """Where it stands; no label where there is no room."""

    code: str
    x: float
    y: float
    label: str = ""


def project(lat: float, lon: float) -> tuple[float, float]:
    """Degrees to places of the drawing, equal distances in both directions; what lies outside is brought to the edge."""
    x = MARGIN + (lon - _WEST) * _SHRINK * _SCALE
    y = MARGIN + (_NORTH - lat) * _SCALE
    return round(min(max(x, 4.0), WIDTH - 4.0), 1), round(min(max(y, 4.0), HEIGHT - 4.0), 1)


def draw(places: Sequence[Place]) -> list[Drawn]:
    """The places in their order; labels under them, none over another label or over a place that has one."""
    spots = [project(place.lat, place.lon) for place in places]
    order = sorted((n for n, place in enumerate(places) if place.rank), key=lambda n: (-places[n].rank, places[n].label))
    taken: list[tuple[float, float, float, float]] = [_box(*spots[n], 16, 16) for n in order if places[n].rank > 1]
    labelled: set[int] = set()
    for n in order:
        x, y = spots[n]
        wide = len(places[n].label) * _LETTER
        box = _box(x, y + 19, wide, _LINE)
        if box[0] < 0 or box[2] > WIDTH or any(_meet(box, other) for other in taken):
            continue
        taken.append(box)
        labelled.add(n)
    return [
        Drawn(code=place.code, x=spots[n][0], y=spots[n][1], label=place.label if n in labelled else "")
        for n, place in enumerate(places)
    ]


def _box(x: float, y: float, wide: float, high: float) -> tuple[float, float, float, float]:
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
