"""Faults in the screens of a plan, each with its place; warnings where letters do not fit; and the letters themselves."""

import json
import math
from pathlib import Path

import pytest

from config.catalogue import Catalogue
from config.legible import cap_mm, rows_that_fit
from config.load import dump_plan, load_plan
from server.cli import main
from tests.config.test_load_faults import SOUND, told_once


def screen(**said: str) -> str:
    """A sound screen, but for what is said."""
    fields = {"code": '"s1"', "zone": '"hall"', "inches": "55", "metres": "5", **said}
    return "[[screen]]\n" + "\n".join(f"{name} = {value}" for name, value in fields.items() if value)


# What is written behind the sound file, the path of the fault, its words.
FAULTS = {
    "no zone": (screen(zone=""), "screen[0].zone", "is missing"),
    "same code": (screen() + "\n" + screen(), "screen[1].code", 'screen "s1" is there already (screen[0])'),
    "zone": (screen(zone='"hal"'), "screen[0].zone", 'did you mean "hall"?'),
    "zone twice": (screen() + "\n" + screen(code='"s2"', zone='"yard"'), "screen[1].zone", "which no [[zone]] defines"),
    "small": (screen(inches="4.9"), "screen[0].inches", "4.9 is outside 5 to 120"),
    "large": (screen(inches="121"), "screen[0].inches", "121.0 is outside 5 to 120"),
    "near": (screen(metres="0.5"), "screen[0].metres", "0.5 is outside 1 to 60"),
    "far": (screen(metres="61"), "screen[0].metres", "61.0 is outside 1 to 60"),
    "no number": (screen(inches='"55"'), "screen[0].inches", "expected a number"),
    "layout": (screen(layout='"cals"'), "screen[0].layout", 'did you mean "calls"?'),
    "loop": (screen(loop="true", sound="false"), "screen[0].loop", "has no sound"),
    "key": (screen(inch="55"), "screen[0].inch", 'unknown key "inch"'),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_once_with_its_place(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    told_once(*FAULTS[name], catalogue, tmp_path)


def test_a_sound_screen_comes_back(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    second = screen(code='"s2"', loop="true", layout='"calls"')
    path.write_text(f"{SOUND}\n{screen()}\n{second}\n", encoding="utf-8")
    plan = load_plan(path, catalogue)
    assert [(one.code, one.loop, one.layout) for one in plan.screens] == [("s1", False, "auto"), ("s2", True, "calls")]
    path.write_text(dump_plan(plan, catalogue), encoding="utf-8")
    assert load_plan(path, catalogue) == plan


def test_too_small_a_screen_is_a_warning_and_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.toml"
    second = screen(code='"s2"', inches="32")
    path.write_text(f"{SOUND}\n{screen()}\n{second}\n", encoding="utf-8")
    assert main(["plan", "check", str(path)]) == 0
    good, warning = capsys.readouterr().out.splitlines()
    assert ": good: " in good
    assert 'warning: screen "s2": at 5 m capitals of 61 mm are needed, and only 3 rows of them fit on 32 inches' in warning
    assert "upright 6" in warning
    assert main(["plan", "check", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["faults"], len(told["warnings"])) == (True, [], 1)


def test_letters_of_0_7_degrees() -> None:
    """Seen from the distance, the two ends of a capital are 0.7 degrees apart (EN 301 549, 5.1.4)."""
    for metres in (1, 4.5, 20):
        seen = 2 * math.degrees(math.atan(cap_mm(metres) / 2 / (metres * 1000)))
        assert seen == pytest.approx(0.7)
    assert cap_mm(5) == pytest.approx(61.1, abs=0.05)


@pytest.mark.parametrize(
    ("inches", "metres", "lying", "upright"), [(43, 5, 4, 8), (55, 5, 5, 10), (32, 5, 3, 6), (65, 10, 3, 6), (10, 20, 0, 0)]
)
def test_rows_that_fit(inches: float, metres: float, lying: int, upright: int) -> None:
    assert (rows_that_fit(inches, metres), rows_that_fit(inches, metres, portrait=True)) == (lying, upright)
