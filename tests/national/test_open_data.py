"""Open data: nothing small can be reckoned from what is published, whatever one solves."""

import csv
import io
import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import product
from typing import Any

import flask
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, delete
from sqlalchemy.pool import StaticPool

from server.domain.moment import microseconds
from server.national.node.open_data import Cell, OpenData, as_csv, made_safe, published, read_year
from server.national.node.schema import centres, deliveries, frozen, metadata, months
from server.national.node.suppression import OTHER, SMALL, Safe, folded_rows, protect
from server.store.journal import GENESIS
from tests.conftest import drawn

NOW = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
Cells = dict[tuple[str, str], int | None]


def equations(table: Safe) -> tuple[list[tuple[str, str]], list[list[Fraction]]]:
    """What an attacker knows: for each row and column the sum of what is hidden in it, as a system with the right side last."""
    hidden = sorted(key for key, value in table.cells.items() if value is None)
    system = []
    for axis, totals in ((0, table.row_totals), (1, table.column_totals)):
        for name, total in totals.items():
            known = sum(value for key, value in table.cells.items() if value is not None and key[axis] == name)
            system.append([Fraction(int(key[axis] == name)) for key in hidden] + [Fraction(total - known)])
    return hidden, system


def solved(table: Safe) -> dict[tuple[str, str], Fraction]:
    """Every hidden cell that the totals determine: those of Gauss and Jordan's reduced rows that have one unknown left."""
    hidden, rows = equations(table)
    at = 0
    for column in range(len(hidden)):
        pivot = next((n for n in range(at, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        lead = rows[at][column]
        rows[at] = [one / lead for one in rows[at]]
        for n, row in enumerate(rows):
            if n != at and (factor := row[column]):
                rows[n] = [one - factor * other for one, other in zip(row, rows[at], strict=True)]
        at += 1
    return {
        hidden[next(n for n, one in enumerate(row[:-1]) if one)]: row[-1]
        for row in rows
        if sum(bool(one) for one in row[:-1]) == 1
    }


def bounds(table: Safe) -> dict[tuple[str, str], tuple[int, int]]:
    """How narrow an attacker gets who also knows that what is hidden is at least 1: intervals, tightened until nothing moves."""
    hidden, rows = equations(table)
    low = dict.fromkeys(hidden, 1)
    high = {key: min(table.row_totals[key[0]], table.column_totals[key[1]]) for key in hidden}
    moved = True
    while moved:
        moved = False
        for row in rows:
            its, total = [key for key, one in zip(hidden, row, strict=False) if one], int(row[-1])
            for key in its:
                up = total - sum(low[one] for one in its if one != key)
                down = total - sum(high[one] for one in its if one != key)
                if up < high[key] or down > low[key]:
                    high[key], low[key], moved = min(high[key], up), max(low[key], down), True
    return {key: (low[key], high[key]) for key in hidden}


def village(seed: int, rows: int = 14, columns: int = 6) -> dict[tuple[str, str], int]:
    """Many small figures beside some large ones."""
    chance = random.Random(seed)
    return {
        (f"c{r}", f"i{c}"): value
        for r, c in product(range(rows), range(columns))
        if (value := round(chance.expovariate(1.0) * chance.choice((0.5, 3, 12, 60))))
    }


def test_the_attack_finds_what_primary_suppression_alone_leaves_open() -> None:
    naive = {("a", "x"): 3, ("a", "y"): 40, ("b", "x"): 20, ("b", "y"): 30}
    table = Safe(
        rows=("a", "b"), columns=("x", "y"), cells={key: value if value >= SMALL else None for key, value in naive.items()},
        row_totals={"a": 43, "b": 50}, column_totals={"x": 23, "y": 70}, total=93, folded=(),
    )  # fmt: skip
    assert solved(table) == {("a", "x"): 3}
    # A second cell in the row does not help where both are 1.
    pair = Safe(
        rows=("a", "b"), columns=("x", "y"), cells=dict.fromkeys(product("ab", "xy")), row_totals={"a": 2, "b": 2},
        column_totals={"x": 2, "y": 2}, total=4, folded=(),
    )  # fmt: skip
    assert solved(pair) == {}
    assert set(bounds(pair).values()) == {(1, 1)}


@pytest.mark.parametrize("seed", range(25))
def test_no_hidden_cell_can_be_solved(seed: int) -> None:
    counts = village(seed)
    table = protect(counts)
    assert all(value is None or value == 0 or value >= SMALL for value in table.cells.values())
    assert all(value >= SMALL for value in (*table.row_totals.values(), *table.column_totals.values()))
    assert solved(table) == {}
    assert all(high - low >= SMALL - 1 for low, high in bounds(table).values())


@settings(max_examples=drawn(150), deadline=None)
@given(st.dictionaries(st.tuples(st.sampled_from("abcde"), st.sampled_from("uvwxy")), st.integers(0, 14), max_size=25))
def test_whatever_the_figures_nothing_small_is_shown_or_solved(counts: dict[tuple[str, str], int]) -> None:
    table = protect(counts)
    shown = [*table.cells.values(), *table.row_totals.values(), *table.column_totals.values(), table.total]
    assert all(value is None or value == 0 or value >= SMALL for value in shown)
    assert solved(table) == {}
    assert all(high - low >= SMALL - 1 for low, high in bounds(table).values())
    total = sum(counts.values())
    assert table.total == total if total >= SMALL or total == 0 else table.total is None


@pytest.mark.parametrize("seed", range(6))
def test_every_hidden_cell_really_can_be_five_values(seed: int) -> None:
    """The proof of the rule, walked: along a rectangle of hidden cells up to 4 can be moved, and all totals stay."""
    counts = village(seed)
    table = protect(counts)
    true: dict[tuple[str, str], int] = {}
    for (row, column), value in counts.items():
        key = OTHER if row in table.folded else row, OTHER if column in table.folded_columns else column
        true[key] = true.get(key, 0) + value
    hidden = {key for key, value in table.cells.items() if value is None}
    assert hidden
    small = [key for key in hidden if true[key] < SMALL]
    for row, column in small:
        assert any(
            true[row, beside] >= SMALL and true[over, column] >= SMALL
            for over, beside in hidden
            if over != row and beside != column and {(row, beside), (over, column)} <= hidden
        )


def test_nothing_is_lost_when_rows_are_folded_and_none_is_folded_alone() -> None:
    counts = {
        ("village", "x"): 2,
        ("hamlet", "x"): 1,
        ("town", "x"): 400,
        ("town", "y"): 300,
        ("city", "x"): 90,
        ("city", "y"): 80,
    }
    table = protect(counts)
    assert table.folded == ("hamlet", "village") or len(table.folded) > 2
    assert table.total == sum(counts.values())
    alone = protect({("village", "x"): 2, ("town", "x"): 400, ("town", "y"): 300, ("city", "x"): 90, ("city", "y"): 80})
    assert len(alone.folded) >= 2


LARGE = {(row, column): 50 + n for n, (row, column) in enumerate(product("abc", "xy"))}


def test_rows_that_another_table_folds_are_folded_here_and_only_those_there_are_told() -> None:
    table = protect(LARGE, frozenset("abq"))
    assert (table.rows, table.folded) == ((OTHER, "c"), ("a", "b"))


def test_a_sum_of_five_is_shown_and_a_column_of_one_goes_to_others_with_the_smallest_one() -> None:
    five = {**LARGE, ("d", "x"): SMALL, ("d", "y"): 0}
    assert protect(five).cells == five
    table = protect({**LARGE, ("a", "y"): 60, ("a", "z"): 1, ("b", "w"): 300, ("c", "w"): 300})
    assert (table.folded, table.folded_columns) == ((), ("x", "z"))


def test_the_smallest_row_is_folded_beside_one_that_cannot_stand_alone() -> None:
    counts = {("village", "x"): 2, ("town", "x"): 400, ("town", "y"): 300, ("city", "x"): 90, ("city", "y"): 80}
    assert protect(counts).folded == ("city", "village")


def test_where_all_would_be_folded_only_the_sum_is_told_and_a_count_below_nothing_is_none() -> None:
    table = protect({("a", "x"): 3, ("b", "x"): 3})
    assert (table.rows, table.cells, table.total) == ((), {}, 6)
    with pytest.raises(ValueError, match="below 0"):
        protect({**LARGE, ("a", "x"): -1})


def test_tables_that_share_their_rows_fold_the_same_ones() -> None:
    one = {("a", "x"): 2, ("b", "x"): 60, ("b", "y"): 60, ("c", "x"): 50, ("c", "y"): 70, ("d", "x"): 55, ("d", "y"): 65}
    other = {("a", "k"): 2, ("b", "k"): 100, ("b", "l"): 20, ("c", "k"): 100, ("c", "l"): 20, ("d", "k"): 100, ("d", "l"): 20}
    fold = folded_rows([one, other])
    assert "a" in fold
    assert len(fold) >= 2
    assert protect(one, fold).folded == protect(other, fold).folded == tuple(sorted(fold))


@pytest.mark.timeout(60)
def test_a_network_of_592_centres_is_made_safe_with_most_of_it_shown() -> None:
    chance = random.Random(5)
    busy = [chance.choice((2, 10, 60, 600)) for _ in range(592)]
    counts = {
        (f"c{r}", f"i{c}"): value
        for r, c in product(range(592), range(12))
        if (value := round(chance.expovariate(1.0) * busy[r] / (1 + c)))
    }
    table = protect(counts)
    assert len(table.rows) > 300
    assert sum(value is None for value in table.cells.values()) < len(table.cells) / 2


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(made)
    chance = random.Random(3)
    with made.begin() as connection:
        connection.execute(centres.insert(), [
            {"centre": f"c{n}", "name": f"=c{n} VPVKAC", "municipality": "Varakļānu novads", "hash": GENESIS} for n in range(9)
        ])  # fmt: skip
        rows = []
        for n, month, institution, kind in product(
            range(9), range(1, 13), ("VSAA", "VID", "PMLP"), ("pieteikums", "konsultacija")
        ):
            count = round(chance.expovariate(1.0) * (0.2 if n < 3 else 30))
            if count:
                rows.append({
                    "month": f"2025-{month:02}", "n": 0, "centre": f"c{n}", "institution": institution,
                    "service": f"{institution}-01",
                    "kind": kind, "channel": "klatiene", "quantity": count, "minutes": 9, "noted": microseconds(NOW),
                })  # fmt: skip
        connection.execute(frozen.insert(), rows)
        connection.execute(frozen.insert(), {**rows[0], "n": 1, "quantity": 1000})
        connection.execute(months.insert(), [
            {"month": f"2025-{month:02}", "closed": microseconds(NOW), "by": "anna", "digest": f"d{month}", "open_centres": "{}"}
            for month in range(1, 13)
        ])  # fmt: skip
    yield made
    made.dispose()


def test_a_year_is_published_when_it_is_over_and_closed(engine: Engine) -> None:
    with engine.begin() as connection:
        assert list(published(connection, date(2026, 1, 1))) == [2025]
        assert published(connection, date(2025, 12, 31)) == {}
        connection.execute(delete(months).where(months.c.month == "2025-12"))
        assert published(connection, date(2026, 1, 1)) == {}


def test_a_month_that_is_still_open_keeps_its_year_back(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(delete(months).where(months.c.month == "2025-03"))
        assert list(published(connection, date(2026, 1, 1))) == [2025]
        connection.execute(deliveries.insert(), {
            "centre": "c1", "visit": "v", "n": 1, "day": "2025-03-03", "month": "2025-03", "institution": "VID",
            "service": "VID-01",
            "kind": "pieteikums", "own_kind": "pieteikums", "channel": "klatiene", "quantity": 1, "minutes": 1,
        })  # fmt: skip
        assert published(connection, date(2026, 1, 1)) == {}


def test_the_published_tables_hold_together_and_hide(engine: Engine) -> None:
    with engine.connect() as connection:
        year = read_year(connection, 2025, {"2025-12": "d"})
        for table in made_safe(connection, 2025).values():
            assert solved(table) == {}
    assert {cell.table for cell in year.cells} == {"institutions", "kinds", "months"}
    assert len({cell.services for cell in year.cells if cell.row == "*" and cell.column == "*"}) == 1
    assert all((cell.services is None) == bool(cell.hidden) for cell in year.cells)
    assert all(cell.services is None or cell.services == 0 or cell.services >= SMALL for cell in year.cells)
    assert any(cell.hidden for cell in year.cells)
    # A correction of a closed month would tell by its difference.
    assert max(cell.services or 0 for cell in year.cells if cell.row == "*") < 1000 * 20


def test_there_is_no_day_and_no_weekday_in_it(engine: Engine) -> None:
    assert Cell.__struct_fields__ == ("year", "table", "row", "name", "municipality", "column", "services", "hidden")
    with engine.connect() as connection:
        months_of = {cell.row for cell in read_year(connection, 2025, {}).cells if cell.table == "months"}
    assert months_of - {"*", OTHER} <= {f"2025-{n:02}" for n in range(1, 13)}


def test_the_file_says_what_each_field_means_and_under_which_licence(engine: Engine) -> None:
    with engine.connect() as connection:
        year = read_year(connection, 2025, {"2025-12": "d"})
    assert set(year.fields) == set(Cell.__struct_fields__)
    assert year.licence["name"] == "CC0 1.0"
    rows = list(csv.DictReader(io.StringIO(as_csv(year).decode("utf-8-sig"))))
    assert len(rows) == len(year.cells)
    named = next(row for row in rows if row["name"])
    assert named["name"].startswith("'=c")
    assert named["municipality"] == "Madonas novads"


class _Ground:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.reads: list[str] = []

    def look_up(self, work: Any, *args: Any) -> Any:
        self.reads.append(work.__name__)
        with self._engine.connect() as connection:
            return work(connection, *args)


def test_anybody_may_read_it_and_it_is_made_once(engine: Engine) -> None:
    ground = _Ground(engine)
    app = flask.Flask("t")
    app.register_blueprint(OpenData(ground, lambda: date(2026, 2, 3)).routes())  # type: ignore[arg-type]
    client = app.test_client()
    first = client.get("/open-data/2025.json")
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "public, max-age=3600")
    assert json.loads(first.data)["licence"]["url"].startswith("https://creativecommons.org/publicdomain/zero")
    assert client.get("/open-data/2025.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get("/open-data/2025.csv").data.startswith("\ufeffyear,table,row".encode())
    assert [client.get(f"/open-data/{name}").status_code for name in ("2024.csv", "2025.xlsx", "2026.csv")] == [404] * 3
    assert ground.reads.count("read_year") == 1
    assert "2025.csv" in client.get("/open-data").text
