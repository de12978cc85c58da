"""Faults in rooms, the visitors' network and the exceptions of a queue; what is sound comes back; the suggestions of the year."""

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from config.catalogue import Catalogue
from config.hours import Span, day_spans, own_hours, season
from config.load import check_plan, dump_plan, load_plan
from config.plan import Exceptional, OpenHours
from config.seasons import fitting, seasons, with_notice, with_slide
from tests.config.test_load_faults import SOUND, told_once
from tests.support import demo_plan


def room(**said: str) -> str:
    """A sound room, but for what is said."""
    fields = {"code": '"d1"', "name": '{ lv = "Dators" }', "zone": '"hall"', **said}
    return "[[room]]\n" + "\n".join(f"{name} = {value}" for name, value in fields.items() if value)


# What is written behind the sound file, the path of the fault, its words.
FAULTS = {
    "no name": (room(name=""), "room[0].name", "is missing"),
    "same code": (room() + "\n" + room(), "room[1].code", 'room "d1" is there already'),
    "zone": (room(zone='"hal"'), "room[0].zone", 'did you mean "hall"?'),
    "kind": (room(kind='"cellar"'), "room[0].kind", "computer"),
    "minutes": (room(minutes="0"), "room[0].minutes", "1"),
    "extension": (room(extend="[15, 15]"), "room[0].extend[1]", "15 minutes longer already"),
    "never": (room(lead="2880", horizon="1"), "room[0].lead", "could never be booked"),
    "network": ('[wifi]\nnetwork = " "', "wifi.network", "is empty"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_once_with_its_place(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    told_once(*FAULTS[name], catalogue, tmp_path)


def test_sound_rooms_and_a_network_come_back(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    said = room(kind='"room"', extend="[]", bookable="false") + '\n[wifi]\nnetwork = "Viesi"\nvouchers = true\ntile = true'
    path.write_text(f"{SOUND}\n{said}\n", encoding="utf-8")
    plan = load_plan(path, catalogue)
    path.write_text(dump_plan(plan, catalogue), encoding="utf-8")
    assert load_plan(path, catalogue) == plan
    assert (plan.rooms[0].kind, plan.rooms[0].extend, plan.rooms[0].bookable, plan.wifi and plan.wifi.tile) == (
        "room", (), False, True,
    )  # fmt: skip


def test_a_specialist_of_tuesdays_comes_otherwise_on_a_date(catalogue: Catalogue, tmp_path: Path) -> None:
    """Quirk 27: only on Tuesdays from 10 to 14; on one Tuesday not, on another day instead."""
    tuesdays = (OpenHours(days=("tue",), spans="10-14"),)
    plan = demo_plan()
    queue = replace(plan.queues[0], hours=tuesdays, exceptions=(
        Exceptional(date="2026-03-17", note={"lv": "Slimo"}), Exceptional(date="2026-03-19", spans="9:00-12:00"),
    ))  # fmt: skip
    days = [day_spans(own_hours(queue), date(2026, 3, day)) for day in (10, 16, 17, 19, 24)]
    assert days == [(Span(600, 840),), (), (), (Span(540, 720),), (Span(600, 840),)]
    whole = replace(plan, queues=(queue, *plan.queues[1:]))
    path = tmp_path / "centre.toml"
    path.write_text(dump_plan(whole, catalogue), encoding="utf-8")
    assert load_plan(path, catalogue) == whole
    twice = replace(whole, queues=(replace(queue, exceptions=queue.exceptions[:1] * 2), *plan.queues[1:]))
    bare = replace(whole, queues=(replace(queue, hours=()), *plan.queues[1:]))
    assert ["exceptions[1].date" in str(check_plan(twice)[0]), "no hours of its own" in str(check_plan(bare)[0])] == [True, True]


def test_suggestions_of_the_year_are_sound_and_each_makes_a_sound_plan() -> None:
    plan = demo_plan()
    assert all(fitting(plan, month) for month in range(1, 13))
    for one in seasons():
        season(one.season)
        made = with_notice(with_slide(plan, one), one, "2026-01-01", "2026-12-31")
        assert check_plan(made) == ()
        assert with_slide(made, one).slides == made.slides
        assert [slide.code for slide in made.slides].count(one.code) == 1
    assert {one.code for one in fitting(replace(plan, institutions=()), 4)} < {one.code for one in fitting(plan, 4)}
