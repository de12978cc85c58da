"""Faults in the video booths of a plan, each with its place; what is sound is read, and written again as it was."""

from pathlib import Path

import pytest

from config.booths import given_in
from config.catalogue import Catalogue
from config.load import dump_plan, load_plan
from tests.config.test_load_faults import SOUND, told_once


def booth(**said: str) -> str:
    """A sound booth, but for what is said."""
    fields = {"code": '"v1"', "name": '{ lv = "Kabīne" }', "zone": '"hall"', "services": '["VSAA"]', **said}
    return "[[booth]]\n" + "\n".join(f"{name} = {value}" for name, value in fields.items() if value)


# What is written behind the sound file, the path of the fault, its words.
FAULTS = {
    "no name": (booth(name=""), "booth[0].name", "is missing"),
    "same code": (booth() + "\n" + booth(), "booth[1].code", 'booth "v1" is there already'),
    "zone": (booth(zone='"hal"'), "booth[0].zone", 'did you mean "hall"?'),
    "nothing": (booth(services="[]"), "booth[0].services", "has no services"),
    "unknown": (booth(services='["VSA"]'), "booth[0].services[0]", 'did you mean "VSAA"?'),
    "not by video": (booth(services='["VSAA", "VSAA-02"]'), "booth[0].services[1]", 'no service with the channel "video"'),
    "places": (booth(places="2"), "booth[0].places", 'unknown key "places"'),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_once_with_its_place(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    told_once(*FAULTS[name], catalogue, tmp_path)


def test_a_sound_booth_comes_back_and_has_what_is_given_by_video(catalogue: Catalogue, tmp_path: Path) -> None:
    """An institution's code stands for all of its services that have the channel; a retired one is not given."""
    path = tmp_path / "small.toml"
    said = booth(services='["VSAA", "VZD-07"]') + "\n" + booth(code='"v2"', services='["VZD"]')
    path.write_text(f"{SOUND}\n{said}\n", encoding="utf-8")
    plan = load_plan(path, catalogue)
    assert [given_in(one, plan.services) for one in plan.booths] == [("VZD-07", "VSAA-01"), ("VZD-04", "VZD-07")]
    path.write_text(dump_plan(plan, catalogue), encoding="utf-8")
    assert load_plan(path, catalogue) == plan
    path.write_text(f'{SOUND}\n{said}\n[[service]]\ncode = "VZD-04"\nretired = true\n', encoding="utf-8")
    plan = load_plan(path, catalogue)
    assert given_in(plan.booths[1], plan.services) == ("VZD-07",)
