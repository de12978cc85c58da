"""`Line` against a plain sorted list."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.order import _FULL, EMPTY, Key, Line, Place

keys = st.builds(Key, st.integers(0, 1), st.integers(-5, 40), st.integers(1, 12))
steps = st.lists(st.tuples(st.sampled_from(["insert", "insert", "insert", "remove"]), keys), max_size=400)


def place(key: Key) -> Place:
    return Place(key, UUID(int=hash(key) & (2**128 - 1)))


def check(line: Line, model: list[Place]) -> None:
    assert list(line) == model
    assert len(line) == len(model)
    assert line.head == (model[0] if model else None)
    assert all(0 < len(block) <= _FULL for block in line._blocks)


@given(steps, keys)
def test_against_a_sorted_list(changes: list[tuple[str, Key]], probe: Key) -> None:
    line, model = EMPTY, []
    for what, key in changes:
        old, was = line, list(model)
        there = any(one.key == key for one in model)
        if what == "insert" and there:
            with pytest.raises(ValueError, match="already"):
                line.insert(place(key))
        elif what == "insert":
            line, model = line.insert(place(key)), sorted([*model, place(key)])
        else:
            line, model = line.remove(key), [one for one in model if one.key != key]
            assert there or line is old
        check(line, model)
        check(old, was)
    assert line.before(probe) == sum(one.key < probe for one in model)
    for one in model:
        assert line.before(one.key) == model.index(one)


@pytest.mark.parametrize("order", [1, -1])
def test_long_lines_stay_right_and_in_blocks(order: int) -> None:
    line = EMPTY
    for at in range(1000)[::order]:
        line = line.insert(place(Key(1, at, at)))
    check(line, [place(Key(1, at, at)) for at in range(1000)])
    assert len(line._blocks) <= 1000 // (_FULL // 2) + 1
    for at in range(0, 1000, 2):
        line = line.remove(Key(1, at, at))
    check(line, [place(Key(1, at, at)) for at in range(1, 1000, 2)])


def test_equal_by_content_however_it_was_made() -> None:
    ascending = descending = EMPTY
    for at in range(200):
        ascending = ascending.insert(place(Key(1, at, at)))
        descending = descending.insert(place(Key(1, 199 - at, 199 - at)))
    assert ascending == descending
    assert hash(ascending) == hash(descending)
    assert ascending != ascending.remove(Key(1, 5, 5))
    assert EMPTY != ()


def test_arrivals_in_order_fill_their_blocks() -> None:
    """A day's arrivals come in order: blocks left half full would double the work of every later change."""
    line = EMPTY
    for at in range(10 * _FULL):
        line = line.insert(place(Key(1, at, at)))
    assert len(line._blocks) == 10
