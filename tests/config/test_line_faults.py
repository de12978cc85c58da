"""Faults in the serial lines of a plan, each with its place; what is sound is read, and written again as it was."""

from pathlib import Path

import pytest

from config.byte_template import literal, pieces, sign_template
from config.catalogue import Catalogue
from config.load import dump_plan, load_plan
from tests.config.test_load_faults import SOUND, told_once


def line(**said: str) -> str:
    """A sound line, but for what is said."""
    fields = {
        "code": '"hall"', "driver": '"modbus"', "port": '"/dev/ttyUSB0"', "panels": '[{ counter = "1", address = 1 }]', **said,
    }  # fmt: skip
    return "[[line]]\n" + "\n".join(f"{name} = {value}" for name, value in fields.items() if value)


TEMPLATE = {"driver": '"template"'}
NEXT = '{ counter = "1", says = "N", does = ["CallNext"] }'
# What is written behind the sound file, the path of the fault, its words.
FAULTS = {
    "driver": (line(driver='"modbas"'), "line[0].driver", 'did you mean "modbus"?'),
    "no port": (line(port=""), "line[0].port", "is missing"),
    "speed": (line(speed="96"), "line[0].speed", "96 is outside 300 to 921600"),
    "frame": (line(frame='"8X1"'), "line[0].frame", "expected one of"),
    "same port": (line() + "\n" + line(code='"b"'), "line[1].port", 'line "hall" has the port /dev/ttyUSB0 already'),
    "same code": (line() + "\n" + line(port='"b"'), "line[1].code", 'line "hall" is there already'),
    "no panels": (line(panels="[]"), "line[0].panels", "has no panels"),
    "counter": (line(panels='[{ counter = "9" }]'), "line[0].panels[0].counter", "which no [[counter]] defines"),
    "address": (line(panels='[{ counter = "1", address = 248 }]'), "line[0].panels[0].address", "outside 1 to 247"),
    "address twice": (
        line(panels='[{ counter = "1" }, { counter = "2" }]'), "line[0].panels[1].address", "is that of counter 1's panel",
    ),
    "lamp": (
        line(driver='"alpha"', panels='[{ counter = "1", shows = "lamp" }]'),
        "line[0].panels[0].shows", 'goes with driver "modbus"',
    ),
    "two poles": (
        line(driver='"pole"', panels='[{ counter = "1" }, { counter = "2", address = 2 }]'), "line[0].panels", "only one",
    ),
    "form": (line(form='"{nummer}"'), "line[0].form", "needs {number}"),
    "dim": (line(dim='"at night"'), "line[0].dim", "is not a stretch of time"),
    "no template": (line(**TEMPLATE), "line[0].template", "needs a template"),
    "template elsewhere": (line(template="'{num}'"), "line[0].template", 'goes with driver "template"'),
    "template without number": (line(**TEMPLATE, template="'{addr}'"), "line[0].template", "has no {num}"),
    "template place": (line(**TEMPLATE, template="'{adr}{num}'"), "line[0].template", "column 1: {adr} is none of"),
    "template form": (line(**TEMPLATE, template="'{num:zz}'"), "line[0].template", 'column 1: {num} cannot be written as "zz"'),
    "template escape": (line(**TEMPLATE, template=r"'{num}\q'"), "line[0].template", "column 6: after a backslash"),
    "template brace": (line(**TEMPLATE, template="'{num}}'"), "line[0].template", "column 6: a single }"),
    "template letter": (line(**TEMPLATE, template="'Ā{num}'"), "line[0].template", "column 1: 'Ā' is no ASCII sign"),
    "checksum": (line(checksum="true"), "line[0].checksum", 'goes with driver "alpha"'),
    "key command": (
        line(driver='"alpha"', keys='[{ counter = "1", says = "N", does = ["CloseDay"] }]'),
        "line[0].keys[0].does[0]", "expected",
    ),
    "key of nothing": (
        line(driver='"alpha"', keys='[{ counter = "1", says = "N", does = [] }]'), "line[0].keys[0].does", "names no command",
    ),
    "key with places": (
        line(driver='"alpha"', keys='[{ counter = "1", says = "{num}", does = ["Recall"] }]'),
        "line[0].keys[0].says", "only bytes",
    ),
    "keys alike": (line(driver='"alpha"', keys=f"[{NEXT}, {NEXT}]"), "line[0].keys[1].says", "begins as keys[0] does"),
    "keys on modbus": (line(keys=f"[{NEXT}]"), "line[0].keys", "name a keys_port"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_once_with_its_place(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    told_once(*FAULTS[name], catalogue, tmp_path)


def test_a_sound_line_comes_back(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    said = line(
        **TEMPLATE, template=r"'\x02{addr:02d}{num:>4}\x03{xor}'", keys=f"[{NEXT}]", dim='"0:00-7:00"', dim_to="0",
        panels='[{ counter = "1", address = 1 }, { counter = "2", address = 2 }]',
    )  # fmt: skip
    path.write_text(f"{SOUND}\n{said}\n", encoding="utf-8")
    plan = load_plan(path, catalogue)
    assert [panel.counter for panel in plan.lines[0].panels] == ["1", "2"]
    assert plan.lines[0].keys[0].does == ("CallNext",)
    path.write_text(dump_plan(plan, catalogue), encoding="utf-8")
    assert load_plan(path, catalogue) == plan


def test_bytes_as_they_are_written() -> None:
    assert literal(r"\x02A\r\n\\\0{{}}") == b"\x02A\r\n\\\0{}"
    assert len(pieces(r"\x02{addr}{num}")) == 3
    with pytest.raises(ValueError, match=r"column 2: after a backslash"):
        sign_template("a\\")
