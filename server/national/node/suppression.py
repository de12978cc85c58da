"""Tables with totals in which no small figure can be reckoned: primary and secondary suppression, as a pure function.

The rule. A table has rows, columns and the totals of both. A count of 1 to 4 is hidden; 0 is shown, for it tells of nobody. So
that a hidden cell cannot be reckoned from the totals, others are hidden with it, and no mark tells which: each hidden small
cell stands in a rectangle of four hidden cells of which the two beside it are at least 5. Along such a rectangle one may add up
to 4 to the hidden cell, take it from its neighbours and add it to the fourth, and every total stays: at least five values
remain possible, also for who knows that what is hidden is at least 1. A row or column that cannot be protected so, or whose
total is below 5, is folded into one named OTHER; where nothing else helps the table is shown as its sum.
"""

from collections.abc import Mapping, Sequence
from itertools import islice, product

from msgspec import Struct

SMALL = 5
"""Counts from 1 to below this are hidden."""
OTHER = "OTHER"
TRIED = 40
"""So many rows are tried as the other side of a rectangle, the smallest first."""

Cells = dict[tuple[str, str], int]


class Safe(Struct, frozen=True, kw_only=True):
    """What may be published. `cells` has a cell for each row and column, None where it is hidden; `folded` are in OTHER."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: dict[tuple[str, str], int | None]
    row_totals: dict[str, int]
    column_totals: dict[str, int]
    total: int | None
    folded: tuple[str, ...]
    folded_columns: tuple[str, ...] = ()


def folded_rows(tables: Sequence[Mapping[tuple[str, str], int]]) -> frozenset[str]:
    """Rows to fold in all tables that share them: what one folds must not stand in another."""
    found: frozenset[str] = frozenset()
    while True:
        more = found.union(*(protect(table, found).folded for table in tables))
        if more == found:
            return found
        found = more


def protect(table: Mapping[tuple[str, str], int], fold: frozenset[str] = frozenset()) -> Safe:
    """The table made safe; `fold` are rows to fold in any case. ValueError for counts below 0."""
    if any(value < 0 for value in table.values()):
        raise ValueError("a count is below 0")
    folds = set(fold), set[str]()
    while True:
        cells = _folded(table, *folds)
        rows, columns = sorted({row for row, _ in cells}), sorted({column for _, column in cells})
        wrong = _too_small(cells, rows, columns)
        hidden = frozenset[tuple[str, str]]()
        if not any(wrong):
            hidden, failed = _hidden(cells, rows, columns)
            wrong = failed, []
        if not any(wrong):
            return _safe(cells, rows, columns, hidden, folds, {row for row, _ in table})
        if not _fold(cells, folds, wrong):
            total = sum(table.values())
            return Safe(
                rows=(), columns=(), cells={}, row_totals={}, column_totals={},
                total=total if total >= SMALL else None,
                folded=(),
            )  # fmt: skip


def _folded(table: Mapping[tuple[str, str], int], rows: set[str], columns: set[str]) -> Cells:
    found: Cells = {}
    for (row, column), value in table.items():
        key = (OTHER if row in rows else row, OTHER if column in columns else column)
        found[key] = found.get(key, 0) + value
    names = {row for (row, _), value in found.items()}, {column for (_, column), value in found.items()}
    return {(row, column): found.get((row, column), 0) for row, column in product(*names)}


def _too_small(cells: Cells, rows: Sequence[str], columns: Sequence[str]) -> tuple[list[str], list[str]]:
    """The rows and the columns whose totals are small counts."""
    return (
        [row for row in rows if 0 < sum(cells[row, column] for column in columns) < SMALL],
        [column for column in columns if 0 < sum(cells[row, column] for row in rows) < SMALL],
    )


def _hidden(cells: Cells, rows: Sequence[str], columns: Sequence[str]) -> tuple[frozenset[tuple[str, str]], list[str]]:
    """What is hidden, and the rows that cannot be protected."""
    primary = sorted((value, key) for key, value in cells.items() if 0 < value < SMALL)
    hidden = {key for _, key in primary}
    strong = {column: sorted((cells[row, column], row) for row in rows if cells[row, column] >= SMALL) for column in columns}
    failed = set[str]()
    for _, (row, column) in primary:
        best: tuple[int, int, str, str] | None = None
        for beside in columns:
            if beside == column or cells[row, beside] < SMALL:
                continue
            partners = (one for _, one in strong[column] if one != row and cells[one, beside] > 0)
            for over in islice(partners, TRIED):
                fresh = [one for one in ((row, beside), (over, column), (over, beside)) if one not in hidden]
                cost = (len(fresh), sum(cells[one] for one in fresh), over, beside)
                best = cost if best is None or cost < best else best
        if best is None:
            failed.add(row)
        else:
            _, _, over, beside = best
            hidden |= {(row, beside), (over, column), (over, beside)}
    return frozenset(hidden), sorted(failed)


def _fold(cells: Cells, folds: tuple[set[str], set[str]], wrong: tuple[list[str], list[str]]) -> bool:
    """Folds what is wrong, and the smallest other where OTHER would hold one alone or is wrong; whether anything could be.

    Rows first; columns where they are wrong themselves, or where no row is left to fold. At least one stays beside OTHER.
    """
    for way, names in ((0, wrong[0]), (1, wrong[1]), (1, wrong[0])):
        if not names:
            continue
        totals: dict[str, int] = {}
        for key, value in cells.items():
            totals[key[way]] = totals.get(key[way], 0) + value
        left = sorted((one for one in totals if one != OTHER), key=lambda one: (totals[one], one))
        wanted = [one for one in left if one in names]
        others = [one for one in left if one not in names]
        if OTHER in names or not wanted or (len(wanted) == 1 and not folds[way]):
            wanted += others[:1]
        if wanted and len(left) > len(wanted):
            folds[way].update(wanted)
            return True
    return False


def _safe(
    cells: Cells, rows: Sequence[str], columns: Sequence[str], hidden: frozenset[tuple[str, str]],
    folds: tuple[set[str], set[str]],
    there: set[str],
) -> Safe:  # fmt: skip
    return Safe(
        rows=tuple(rows), columns=tuple(columns), cells={key: None if key in hidden else value for key, value in cells.items()},
        row_totals={row: sum(cells[row, column] for column in columns) for row in rows},
        column_totals={column: sum(cells[row, column] for row in rows) for column in columns}, total=sum(cells.values()),
        folded=tuple(sorted(folds[0] & there)), folded_columns=tuple(sorted(folds[1])),
    )  # fmt: skip
