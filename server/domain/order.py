"""A persistent sorted line of waiting visits: every change gives a new line and shares all but one block with the old."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

_FULL = 64


class Key(NamedTuple):
    """A place in calling order: band (0 before 1), then the time that ranks (microseconds UTC), then order of issue."""

    band: int
    at: int
    turn: int


class Place(NamedTuple):
    """A key with the visit that holds it."""

    key: Key
    visit: UUID


class Line:
    """Places in ascending key order, in blocks of at most 64: insert and remove cost one block, whatever the length."""

    __slots__ = ("_blocks", "_firsts", "_length")

    def __init__(
        self, blocks: tuple[tuple[Place, ...], ...] = (), length: int = 0, firsts: list[Key] | None = None
    ) -> None:  # fmt: skip
        self._blocks = blocks
        self._firsts = [block[0].key for block in blocks] if firsts is None else firsts
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Place]:
        for block in self._blocks:
            yield from block

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line) and self._length == other._length and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    @property
    def head(self) -> Place | None:
        """The place that is called first, or None."""
        return self._blocks[0][0] if self._blocks else None

    @classmethod
    def of(cls, places: Iterable[Place]) -> "Line":
        """A line of places with keys that differ, in any order."""
        every = sorted(places)
        return cls(tuple(tuple(every[at : at + _FULL]) for at in range(0, len(every), _FULL)), len(every))

    def insert(self, place: Place) -> "Line":
        """The line with `place` in it; a key that is there already is a ValueError."""
        if not self._blocks:
            return Line(((place,),), 1)
        index = max(0, bisect_right(self._firsts, place.key) - 1)
        block = self._blocks[index]
        at = bisect_left(block, place.key, key=_key)
        if at < len(block) and block[at].key == place.key:
            raise ValueError(f"key {place.key} is in the line already")
        grown = (*block[:at], place, *block[at:])
        if at and len(grown) <= _FULL:
            blocks = (*self._blocks[:index], grown, *self._blocks[index + 1 :])
            return Line(blocks, self._length + 1, self._firsts)
        # A full last block is left full, so that arrivals in order fill blocks instead of halving them.
        cut = _FULL if index == len(self._blocks) - 1 and at == len(block) else len(grown) // 2
        parts = (grown,) if len(grown) <= _FULL else (grown[:cut], grown[cut:])
        return Line((*self._blocks[:index], *parts, *self._blocks[index + 1 :]), self._length + 1)

    def remove(self, key: Key) -> "Line":
        """The line without the place at `key`; the same line if there is none."""
        index = bisect_right(self._firsts, key) - 1
        if index < 0:
            return self
        block = self._blocks[index]
        at = bisect_left(block, key, key=_key)
        if at == len(block) or block[at].key != key:
            return self
        left = (*block[:at], *block[at + 1 :])
        parts = (left,) if left else ()
        blocks = (*self._blocks[:index], *parts, *self._blocks[index + 1 :])
        return Line(blocks, self._length - 1, self._firsts if at else None)

    def since(self, key: Key) -> Iterator[Place]:
        """The places from `key` on."""
        index = max(0, bisect_right(self._firsts, key) - 1)
        for block in self._blocks[index : index + 1]:
            yield from block[bisect_left(block, key, key=_key) :]
        for block in self._blocks[index + 1 :]:
            yield from block

    def before(self, key: Key) -> int:
        """How many places come before `key`."""
        index = bisect_right(self._firsts, key) - 1
        if index < 0:
            return 0
        return sum(map(len, self._blocks[:index])) + bisect_left(self._blocks[index], key, key=_key)


def _key(place: Place) -> Key:
    return place.key


EMPTY = Line()
