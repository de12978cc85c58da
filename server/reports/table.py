"""A report as a table: columns with a kind, rows of plain values; and the few figures that reports are made of."""

import math
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

Kind = Literal["text", "date", "count", "minutes", "share"]
"""count: a whole number; minutes: to a hundredth; share: of one, to a ten-thousandth."""

Cell = str | int | float | None
"""None where there is no figure: nobody to reckon it from."""


class Column(Struct, frozen=True, kw_only=True):
    """`key` is for programs and does not change; `title` is an English sentence for people, which is translated."""

    key: str
    title: str
    kind: Kind


class Table(Struct, frozen=True, kw_only=True):
    """Rows have a cell for each column, in their order."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


ALL = "*"
"""Stands where a row is about everything; no code of a plan looks like it."""


def minutes(seconds: float | None) -> float | None:
    """Seconds as minutes to a hundredth."""
    return None if seconds is None else round(seconds / 60, 2)


def share(part: float, whole: float) -> float | None:
    """The part of the whole; None of nothing."""
    return round(part / whole, 4) if whole else None


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    return sum(values) / len(values) if values else None


def quantile(values: Sequence[float], at: float) -> float | None:
    """The smallest value that at least this share of the values does not exceed; None of nothing."""
    return sorted(values)[math.ceil(at * len(values)) - 1] if values else None
