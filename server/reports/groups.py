"""Rows by the values of some columns: how many there are, their sums and their exact quantiles."""

import math
from collections.abc import Sequence

import numpy as np

from server.reports.sheet import Array

_VALUE_BITS = 41
"""Of microseconds: 25 days. What takes longer counts as that."""

_LARGEST = (1 << _VALUE_BITS) - 1


class Groups:
    """Rows by their keys (columns of numbers that are not negative); `keys` are the values of every group, in their order."""

    def __init__(self, *columns: Array) -> None:
        sizes = [int(column.max(initial=0)) + 1 for column in columns]
        packed = columns[0]
        for column, size in zip(columns[1:], sizes[1:], strict=True):
            packed = packed * size + column
        if math.prod(sizes) <= max(1 << 16, 4 * len(packed)):
            there = np.bincount(packed, minlength=1) > 0
            found = np.flatnonzero(there)
            self.of = (np.cumsum(there) - 1)[packed] if len(packed) else packed
        else:
            found, self.of = np.unique(packed, return_inverse=True)
        parts = []
        for size in reversed(sizes[1:]):
            parts.append(found % size)
            found = found // size
        self.keys: list[tuple[int, ...]] = list(zip(*(part.tolist() for part in (found, *reversed(parts))), strict=True))

    def count(self, which: Array | None = None) -> list[int]:
        """How many rows each group has, of all or of those that a mask chooses."""
        rows = self.of if which is None else self.of[which]
        return [int(n) for n in np.bincount(rows, minlength=len(self.keys))]

    def sum(self, values: Array, which: Array | None = None) -> list[int]:
        """The sum of whole numbers; exact below 2^53."""
        rows, values = (self.of, values) if which is None else (self.of[which], values[which])
        return [int(n) for n in np.bincount(rows, weights=values, minlength=len(self.keys))]

    def quantiles(self, values: Array, parts: Sequence[float], which: Array | None = None) -> list[tuple[int | None, ...]]:
        """For every group the smallest values that at least these shares of its values do not exceed; None of nothing.

        Values are whole and not negative.
        """
        rows, values = (self.of, values) if which is None else (self.of[which], values[which])
        ordered = np.sort((rows << _VALUE_BITS) | np.minimum(values, _LARGEST))
        found, begin = [], 0
        for count in np.bincount(rows, minlength=len(self.keys)).tolist():
            places = [begin + math.ceil(at * count) - 1 for at in parts]
            found.append(tuple(int(ordered[place]) & _LARGEST if count else None for place in places))
            begin += count
        return found


def quantiles(values: Array, parts: Sequence[float]) -> tuple[int | None, ...]:
    """The same of all values together."""
    if not len(values):
        return tuple(None for _ in parts)
    places = [math.ceil(at * len(values)) - 1 for at in parts]
    ordered = np.partition(values, sorted(set(places)))
    return tuple(int(ordered[place]) for place in places)
