"""The table of ratios, for people and as JSON."""

from collections.abc import Sequence
from statistics import median

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison: ours against a baseline measured in the same run. `met` is None where there is no goal."""

    name: str
    ours: str
    baseline: str
    ratio: float | None
    goal: str = ""
    met: bool | None = None


def at_most(name: str, ours: Sequence[float], baseline: Sequence[float], goal: float | None = None) -> Row:
    """A row of seconds whose ratio should be small; without a goal it is only told."""
    ratio = _ratio(ours, baseline)
    limit, met = ("", None) if goal is None else (f"<= {goal:g}", ratio <= goal)
    return Row(name=name, ours=_ms(ours), baseline=_ms(baseline), ratio=ratio, goal=limit, met=met)


def at_least(name: str, ours: Sequence[float], baseline: Sequence[float], goal: float | None = None) -> Row:
    """A row of rates (per second) whose ratio should be large; without a goal it is only told."""
    ratio = _ratio(ours, baseline)
    limit, met = ("", None) if goal is None else (f">= {goal:g}", ratio >= goal)
    return Row(name=name, ours=_rate(ours), baseline=_rate(baseline), ratio=ratio, goal=limit, met=met)


def table(rows: Sequence[Row]) -> str:
    """Columns as wide as they need to be."""
    cells = [("", "ours", "baseline", "ratio", "goal", ""), *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(_line(line, widths) for line in cells)


def quantile(values: Sequence[float], part: float) -> float:
    """The nearest-rank quantile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _ratio(ours: Sequence[float], baseline: Sequence[float]) -> float:
    """The median of the ratios of what was measured in turn, so that a busy minute weighs on both sides."""
    return median(a / b for a, b in zip(ours, baseline, strict=True))


def _ms(seconds: Sequence[float]) -> str:
    return f"{median(seconds) * 1000:.2f} ms"


def _rate(per_second: Sequence[float]) -> str:
    return f"{median(per_second):,.0f}/s"


def _cells(row: Row) -> tuple[str, ...]:
    said = {True: "met", False: "MISSED", None: ""}[row.met]
    return (row.name, row.ours, row.baseline, "" if row.ratio is None else f"{row.ratio:.2f}", row.goal, said)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *figures = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join((name.strip().ljust(widths[0]), *figures))
