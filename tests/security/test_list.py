"""docs/security.md against the list of requirements, and against the tests that it names."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = """
1.2.1-3 1.2.4 1.2.5 1.2.10 1.3.3 1.3.4 1.3.6 1.5.2 2.1.1-3 2.2.1-2 2.3.1 2.3.2 2.3.3 2.3.4 2.4.1 3.2.1 3.2.2 3.3.1-4
3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.5.1-3 3.5.4 3.7.2 4.1.1 4.1.2 4.1.3 15.3.4 4.2.1 4.4.1 4.4.2 4.4.3 4.4.4 5.2.1-2
5.3.1-2 6.1.1 6.3.1 6.2.1 6.2.4 6.2.5 6.2.7-10 6.2.12 6.3.2 6.3.3 6.4.1 6.4.3 6.4.4 6.5.1-5 6.8.1 6.8.2 7.1.1 7.3.1
7.3.2 7.1.2 7.2.1-4 7.4.1 7.4.2 7.4.5 7.4.4 8.1.1 8.2.1-3 8.3.1 8.4.1 9.1.1-3 9.2.1-3 10.1.2 10.2.1 10.2.2 10.5.1-4
11.1.1-2 11.2.2 11.4.2 11.5.1 12.1.1 12.2.1 12.2.2 12.3.2 12.3.4 12.1.3 12.3.5 13.2.1-3 13.2.4 13.3.1-2 13.4.1 13.4.2
13.4.5 14.1.1-2 14.2.4 14.2.1 14.3.1-3 15.1.1 15.2.1 15.1.2 15.1.3 15.2.2 15.3.1 15.3.3 15.3.5 16.1.1 16.2.1 16.2.2
16.2.4 16.2.5 16.3.1-4 16.4.1 16.4.2 16.4.3 16.5.1-3
"""


def wanted() -> list[str]:
    """Every requirement by itself."""
    found = []
    for one in LIST.split():
        first, _, last = one.partition("-")
        head, _, number = first.rpartition(".")
        found += [f"V{head}.{n}" for n in range(int(number), int(last or number) + 1)]
    return found


def rows() -> list[tuple[str, str, str]]:
    """Requirements, what is done, and what shows it."""
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    found = [[cell.strip() for cell in line.strip("| \n").split(" | ")] for line in text.splitlines() if line.startswith("| V")]
    assert all(len(row) == 3 for row in found), [row for row in found if len(row) != 3]
    return [(row[0], row[1], row[2]) for row in found]


@cache
def named_in(path: Path) -> frozenset[str]:
    """The names of the tests of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = (one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"))
    machines = (one.targets[0].id for one in tree.body if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name))
    return frozenset((*functions, *(name for name in machines if name.startswith("Test"))))


def test_every_requirement_of_the_list_has_one_row() -> None:
    listed = [one for row in rows() for one in row[0].split(", ")]
    assert sorted(listed) == sorted(wanted())


def test_every_row_says_what_is_done_and_what_shows_it() -> None:
    for requirement, done, shown in rows():
        assert len(done) > 10, requirement
        assert re.fullmatch(r"not here: .{10,}|tests/\S+(, tests/\S+)*", shown), (requirement, shown)


def test_every_test_that_is_named_exists() -> None:
    missing = []
    for requirement, _, shown in rows():
        for node in shown.split(", ") if shown.startswith("tests/") else ():
            file, _, name = node.partition("::")
            path = ROOT / file
            if not path.is_file() or not named_in(path) or (name and name not in named_in(path)):
                missing.append(f"{requirement}: {node}")
    assert missing == []
