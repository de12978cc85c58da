"""Drawings that only the office's reports have: quantiles over hours, bars, the heat map of a week; values with places."""

from collections.abc import Sequence

from msgspec import Struct

from server.charts import Label, nice

WIDTH, HEIGHT = 760, 300
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 14, 40


class Point(Struct, frozen=True, kw_only=True):
    """Of the spread: what is under it, and the heights of its three quantiles, with the words for all of them."""

    x: float
    label: str
    p50: float
    p80: float
    p95: float
    text: str
    said: str


class Spread(Struct, frozen=True, kw_only=True):
    """P50, P80 and P95 over something, with the line of a target."""

    points: tuple[Point, ...]
    ticks: tuple[Label, ...]
    target: float | None
    target_text: str


class Bar(Struct, frozen=True, kw_only=True):
    """`main`: filled, as one of those that the title speaks of."""

    x: float
    y: float
    width: float
    height: float
    label: str
    text: str
    said: str
    main: bool


class Bars(Struct, frozen=True, kw_only=True):
    """Upright bars."""

    bars: tuple[Bar, ...]
    ticks: tuple[Label, ...]
    width: int


class Lying(Struct, frozen=True, kw_only=True):
    """A bar that lies: `part` of the longest one, in per cent."""

    name: str
    part: float
    text: str


class Heat(Struct, frozen=True, kw_only=True):
    """Rows of squares: each a level from 0 to 4 and its figure, None where there is none."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[int, str] | None, ...]], ...]


Quantiles = tuple[str, float | None, float | None, float | None]
"""A name, and P50, P80, P95 in minutes."""


def spread(values: Sequence[Quantiles], target: int | None, target_text: str, said: str) -> Spread:
    """`said` is the sentence of a point with {name}, {p50}, {p80}, {p95}."""
    top = nice(max([target or 0, *(p95 or 0 for _, _, _, p95 in values)]))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values))
    points = [
        Point(
            x=round(LEFT + step * (n + 0.5), 1), label=name, p50=_y(p50 or 0, top), p80=_y(p80 or 0, top), p95=_y(p95 or 0, top),
            text=str(round(p95 or 0)), said=said.format(name=name, p50=round(p50 or 0), p80=round(p80 or 0), p95=round(p95 or 0)),
        )
        for n, (name, p50, p80, p95) in enumerate(values)
        if p95 is not None
    ]  # fmt: skip
    return Spread(
        points=tuple(points), ticks=_ticks(top, ""), target=None if target is None else _y(target, top), target_text=target_text
    )  # fmt: skip


def bars(values: Sequence[tuple[str, float, str, bool]], unit: str = "", width: int = WIDTH) -> Bars:
    """Name, value, its text, whether it is filled."""
    top = nice(max((value for _, value, _, _ in values), default=0))
    step = (width - LEFT - RIGHT) / max(1, len(values))
    made = tuple(
        Bar(
            x=round(LEFT + step * (n + 0.12), 1), y=_y(value, top), width=round(step * 0.76, 1),
            height=round(HEIGHT - BOTTOM - _y(value, top), 1), label=name, text=text, said=f"{name}: {text}", main=main,
        )
        for n, (name, value, text, main) in enumerate(values)
    )  # fmt: skip
    return Bars(bars=made, ticks=_ticks(top, unit), width=width)


def lying(values: Sequence[tuple[str, float, str]]) -> tuple[Lying, ...]:
    """Name, value, its text."""
    top = max((value for _, value, _ in values), default=0) or 1
    return tuple(Lying(name=name, part=round(100 * value / top, 1), text=text) for name, value, text in values)


def heat(columns: Sequence[str], rows: Sequence[tuple[str, Sequence[tuple[float, str] | None]]]) -> Heat:
    """Levels are fifths of the largest value."""
    top = max((one[0] for _, cells in rows for one in cells if one is not None), default=0) or 1
    made = tuple(
        (name, tuple(None if one is None else (min(4, int(5 * one[0] / top)), one[1]) for one in cells)) for name, cells in rows
    )
    return Heat(columns=tuple(columns), rows=made)


def _y(value: float, top: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)


def _ticks(top: float, unit: str) -> tuple[Label, ...]:
    return tuple(Label(x=LEFT - 8, y=_y(top * n / 4, top), text=f"{top * n / 4:g}".replace(".", ",") + unit) for n in (0, 2, 4))
