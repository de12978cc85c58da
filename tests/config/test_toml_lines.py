"""The scanner finds the line of everything that tomllib reads."""

import tomllib
from collections.abc import Iterator

import pytest

from config.toml_lines import line_of, lines
from tests.config.conftest import CONFIG

SOURCE = '''# a comment = "no key"
top = 1
dotted.key = [1.5, 1979-05-27 07:32:00,
  """
many
lines ]""",  # ] , }
  'x', [7,
  8]]
"quoted key" = { a = "}", b = { c = [
  1] } }

[table]
x = "]"
[table.inner]
y = true
[[many]]
a = 1
[[many]]
a = 2
[many.sub]
b = """one\\"""" # tail
[[many.deep]]
c = 3
[[many.deep]]
c = \'\'\'
\'\'\'
last = 1'''


def test_lines_by_hand() -> None:
    found = lines(SOURCE)
    assert tomllib.loads(SOURCE)["many"][1]["deep"][1]["last"] == 1
    wanted = (
        {"top": 2, "dotted": 3, "dotted.key": 3, "dotted.key[0]": 3, "dotted.key[1]": 3, "dotted.key[2]": 4}
        | {"dotted.key[3]": 7, "dotted.key[4]": 7, "dotted.key[4][1]": 8}
        | {"quoted key.a": 9, "quoted key.b.c": 9, "quoted key.b.c[0]": 10}
        | {"table": 12, "table.x": 13, "table.inner": 14, "table.inner.y": 15}
        | {"many": 16, "many[0]": 16, "many[0].a": 17, "many[1]": 18, "many[1].a": 19, "many[1].sub.b": 21}
        | {"many[1].deep[0].c": 23, "many[1].deep[1]": 24, "many[1].deep[1].c": 25, "many[1].deep[1].last": 27}
    )
    assert {path: found.get(path) for path in wanted} == wanted
    rest = {"dotted.key[4][0]", "quoted key", "quoted key.b", "table.inner", "many[1].sub", "many[1].deep", "many[1].deep[0]"}
    assert found.keys() - wanted.keys() == rest - wanted.keys()


def leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from leaves(item, f"{path}[{i}]")
    else:
        yield path, value


@pytest.mark.parametrize("name", ["catalogue.toml", "centres/demo.toml", "centres/village.toml", "centres/state_city.toml"])
def test_every_value_of_the_shipped_files_stands_on_its_line(name: str) -> None:
    source = (CONFIG / name).read_text(encoding="utf-8")
    found, rows = lines(source), source.split("\n")
    seen = list(leaves(tomllib.loads(source), ""))
    assert len(seen) > 60
    for path, value in seen:
        shown = f'"{value}"' if isinstance(value, str) else str(value).lower()
        row = rows[found[path] - 1]
        assert shown in row.replace('\\"', '"').replace("\\n", "\n") or f"'{value}'" in row, path


def test_what_is_not_there_has_the_line_of_what_is_around_it() -> None:
    found = lines("[a]\nb = [1,\n2]\n")
    assert line_of("a.b[1]", found) == 3
    assert line_of("a.b[7].c", found) == 2
    assert line_of("a.x", found) == 1
    assert line_of("z", found) is None
