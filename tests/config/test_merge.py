"""Two changes of one file brought together: where both say the same nobody is asked, and no part of a list is lost."""

from typing import Any

from config.merge import merged


def coded(*parts: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"code": code, "n": n} for code, n in parts]


def test_what_both_changed_alike_is_no_clash() -> None:
    assert merged({"a": 1}, {"a": 2}, {"a": 2}) == ({"a": 2}, ())
    assert merged({"a": 1}, {}, {}) == ({}, ())


def test_what_both_changed_otherwise_stays_mine_and_is_told() -> None:
    assert merged({"a": {"b": 1, "c": 1}}, {"a": {"b": 2, "c": 1}}, {"a": {"b": 3, "c": 4}}) == (
        {"a": {"b": 2, "c": 4}}, (("a", "b"),)
    )  # fmt: skip


def test_a_table_that_both_have_added_is_taken_field_by_field() -> None:
    for base in ({}, {"a": None}, {"a": [1]}):
        assert merged(base, {"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}) == ({"a": {"b": 1, "c": 2}}, ())


def test_parts_with_codes_are_taken_one_by_one_and_what_only_one_added_or_removed_counts() -> None:
    base, mine, theirs = coded(("a", 1), ("b", 1), ("c", 1)), coded(("a", 2), ("b", 1), ("d", 1)), coded(("a", 1), ("c", 1))
    assert merged(base, mine, theirs) == (coded(("a", 2), ("d", 1)), ())
    assert merged(base, mine, [*coded(("e", 1)), *theirs])[0] == coded(("a", 2), ("d", 1), ("e", 1)), "mine first"


def test_a_list_with_a_code_twice_is_taken_as_a_whole() -> None:
    base, twice, theirs = coded(("a", 1)), coded(("a", 2), ("a", 3)), coded(("a", 1), ("b", 1))
    for one, other in ((twice, theirs), (theirs, twice)):
        assert merged(base, one, other) == (one, ((),)), "neither of the two is lost"
    assert merged(twice, base, theirs) == (base, ((),))


def test_a_list_of_other_things_is_taken_as_a_whole() -> None:
    for mine in (["a"], [{"name": "a"}], [{"code": ""}]):
        assert merged([], mine, coded(("a", 1))) == (mine, ((),))
