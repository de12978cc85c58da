"""Charts as values: what they say, and where their lines and bars stand. Pure; templates draw them."""

import math
from collections.abc import Callable, Sequence

from msgspec import Struct

WIDTH, HEIGHT = 560, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 104, 14, 34


class Mark(Struct, frozen=True, kw_only=True):
    """One figure: None where there is none, and the address of the list of what it counts."""

    value: float | None
    text: str = ""
    href: str = ""


class Series(Struct, frozen=True, kw_only=True):
    """Figures of one name, one a month."""

    key: str
    name: str
    marks: tuple[Mark, ...]


class Axis(Struct, frozen=True, kw_only=True):
    """A month under the chart; `open`: more may come."""

    key: str
    label: str
    name: str
    open: bool = False


class Chart(Struct, frozen=True, kw_only=True):
    """`title` says what was found, `about` what is shown. `shape`: shares of a whole, lines, or bars on each other."""

    key: str
    title: str
    about: str
    shape: str
    axis: tuple[Axis, ...]
    series: tuple[Series, ...]
    note: str = ""


class Spot(Struct, frozen=True, kw_only=True):
    """A mark with its place; `height` is that of a bar."""

    x: float
    y: float
    series: int
    label: str
    href: str
    width: float = 0.0
    height: float = 0.0


class Label(Struct, frozen=True, kw_only=True):
    """A text with its place."""

    x: float
    y: float
    text: str


class Drawing(Struct, frozen=True, kw_only=True):
    """Everything of a chart in its places; `paths` are the lines, broken where a month has no figure, by series."""

    ticks: tuple[Label, ...]
    months: tuple[Label, ...]
    open: tuple[Spot, ...]
    paths: tuple[tuple[int, str], ...]
    spots: tuple[Spot, ...]
    ends: tuple[Label, ...]


Tick = Callable[[float], str]
Place = Callable[[float], float]
Drawn = tuple[tuple[Spot, ...], tuple[tuple[int, str], ...], list[Label]]


def nice(top: float) -> float:
    """The least of 2, 4, 6, 8, 10, 12, 16, 20, ... times a power of ten that is not less, so that its half is round too."""
    if top <= 2:
        return 2.0
    unit = 10.0 ** math.floor(math.log10(top))
    return next(unit * step for step in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10, 12) if unit * step >= top)


def draw(chart: Chart, tick: Tick) -> Drawing:
    """Lines or bars of a chart over its months; `tick` writes a number of the scale."""
    stack = chart.shape == "stack"
    columns = [[one.marks[n].value for one in chart.series] for n in range(len(chart.axis))]
    tops = [
        sum(v or 0.0 for v in column) if stack else max((v for v in column if v is not None), default=0.0) for column in columns
    ]
    top = nice(max(tops, default=0.0))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(chart.axis))

    def x(n: float) -> float:
        return round(LEFT + step * (n + 0.5), 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)

    open_ = tuple(
        Spot(
            x=round(x(n) - step / 2, 1),
            y=TOP,
            series=-1,
            label=one.name,
            href="",
            width=round(step, 1),
            height=HEIGHT - TOP - BOTTOM,
        )
        for n, one in enumerate(chart.axis)
        if one.open and any(v is not None for v in columns[n])
    )
    spots, paths, ends = (_bars if stack else _lines)(chart, x, y, step)
    return Drawing(
        ticks=tuple(Label(x=LEFT - 10, y=y(value), text=tick(value)) for value in (0.0, top / 2, top)),
        months=tuple(Label(x=x(n), y=HEIGHT - BOTTOM + 20, text=one.label) for n, one in enumerate(chart.axis)),
        open=open_, paths=paths, spots=spots, ends=_apart(ends),
    )  # fmt: skip


def _lines(chart: Chart, x: Place, y: Place, step: float) -> Drawn:
    spots, paths, ends = list[Spot](), list[tuple[int, str]](), list[Label]()
    for s, series in enumerate(chart.series):
        path, on, last = "", False, None
        for n, mark in enumerate(series.marks):
            if mark.value is None:
                on = False
                continue
            path += f"{'L' if on else 'M'}{x(n)} {y(mark.value)}"
            on, last = True, Label(x=x(n) + 12, y=y(mark.value) + 4, text=series.name)
            label = f"{series.name}, {chart.axis[n].name}: {mark.text}"
            spots.append(Spot(x=x(n), y=y(mark.value), series=s, label=label, href=mark.href))
        paths.append((s, path))
        if last is not None:
            ends.append(last)
    return tuple(spots), tuple(paths), ends


def _bars(chart: Chart, x: Place, y: Place, step: float) -> Drawn:
    spots, ends = list[Spot](), list[Label]()
    wide = round(step * 0.7, 1)
    for n, axis in enumerate(chart.axis):
        below = 0.0
        for s, series in enumerate(chart.series):
            mark = series.marks[n]
            if not mark.value:
                continue
            high = round(y(below) - y(below + mark.value), 1)
            label = f"{series.name}, {axis.name}: {mark.text}"
            spots.append(
                Spot(
                    x=round(x(n) - wide / 2, 1), y=y(below + mark.value), series=s, label=label, href=mark.href, width=wide,
                    height=high,
                )
            )  # fmt: skip
            below += mark.value
    last = max((n for n in range(len(chart.axis)) if any(one.marks[n].value for one in chart.series)), default=None)
    if last is not None:
        below = 0.0
        for series in chart.series:
            if value := series.marks[last].value:
                ends.append(Label(x=x(len(chart.axis) - 1) + step / 2 + 8, y=y(below + value / 2) + 4, text=series.name))
                below += value
    return tuple(spots), (), ends


def _apart(ends: Sequence[Label], least: float = 16.0) -> tuple[Label, ...]:
    """Names at the ends, pushed apart until none stands over another, from below upwards."""
    found: list[Label] = []
    limit = HEIGHT - BOTTOM + 4.0
    for one in sorted(ends, key=lambda label: -label.y):
        at = min(one.y, limit)
        limit = at - least
        found.append(Label(x=one.x, y=round(at, 1), text=one.text))
    return tuple(found)
