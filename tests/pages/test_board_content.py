"""The manager's page of the boards: schedules in words, faults at their fields, and a plan changed in nothing else."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from config.plan import Notice, Slide, SpokenPlace, Voice, Zone
from display.slides import is_on, shown
from server.admin.content import Checked, changed, checked, content
from server.admin.schedule import schedule
from tests.support import MORNING, demo_plan

# A schedule, and how it is said in Latvian and in English.
WORDS = (
    ({}, "vienmēr", "always"),
    ({"season": "03-01/06-01", "days": ("mon", "tue", "wed", "thu", "fri"), "spans": "9-12"},
     "katru gadu no 1. marta līdz 1. jūnijam, darbdienās, 9:00–12:00",
     "every year from 1 March until 1 June, on working days, 9:00–12:00"),
    ({"since": "2026-01-02", "until": "2026-04-30"}, "no 2026. gada 2. janvāra līdz 2026. gada 30. aprīlim",
     "from 2 January 2026 until 30 April 2026"),
    ({"since": "2026-04-02"}, "no 2026. gada 2. aprīļa", "from 2 April 2026"),
    ({"until": "2026-12-24"}, "līdz 2026. gada 24. decembrim", "until 24 December 2026"),
    ({"since": "2026-03-08", "until": "2026-03-08"}, "tikai 2026. gada 8. martā", "on 8 March 2026 only"),
    ({"since": "2026-09-01", "until": "2026-09-01"}, "tikai 2026. gada 1. septembrī", "on 1 September 2026 only"),
    ({"season": "02-10/05-20"}, "katru gadu no 10. februāra līdz 20. maijam", "every year from 10 February until 20 May"),
    ({"season": "06-24/07-31"}, "katru gadu no 24. jūnija līdz 31. jūlijam", "every year from 24 June until 31 July"),
    ({"season": "08-15/10-15"}, "katru gadu no 15. augusta līdz 15. oktobrim", "every year from 15 August until 15 October"),
    ({"season": "11-18/03-31"}, "katru gadu no 18. novembra līdz 31. martam", "every year from 18 November until 31 March"),
    ({"season": "05-01/08-31"}, "katru gadu no 1. maija līdz 31. augustam", "every year from 1 May until 31 August"),
    ({"season": "07-01/02-28"}, "katru gadu no 1. jūlija līdz 28. februārim", "every year from 1 July until 28 February"),
    ({"days": ("wed",)}, "trešdienās", "on Wednesdays"),
    ({"days": ("sun", "tue", "sat")}, "otrdienās, sestdienās un svētdienās", "on Tuesdays, on Saturdays and on Sundays"),
    ({"days": ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}, "vienmēr", "always"),
    ({"spans": "8.30 – 12; 13-17"}, "8:30–12:00, 13:00–17:00", "8:30–12:00, 13:00–17:00"),
    ({"spans": "12-9"}, "", ""),
)  # fmt: skip


@pytest.mark.parametrize(("said", "latvian", "english"), WORDS)
def test_a_schedule_is_said_as_people_say_it(said: dict[str, Any], latvian: str, english: str) -> None:
    slide = Slide(code="s", text={"lv": "x"}, **said)
    assert (schedule(slide, "lv"), schedule(slide, "en")) == (latvian, english)


def look(data: Any, there: tuple[str, ...] = ()) -> tuple[Any, Checked]:
    return checked(demo_plan(), data, there, "lv", shown, is_on, MORNING)


def sent(**changes: Any) -> dict[str, Any]:
    """The demo's content as a page sends it, changed."""
    data: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(content(demo_plan())))
    return data | changes


def test_what_a_page_was_loaded_with_changes_nothing() -> None:
    made, seen = look(sent())
    assert made == demo_plan()
    assert seen.faults == ()
    assert len(seen.slides) == len(seen.when) == len(demo_plan().slides) > 0


def test_only_what_the_page_shows_is_changed() -> None:
    plan = replace(demo_plan(), voice=Voice(place={"lv": SpokenPlace(text="pie {n} lodziņa")}, repeat=False))
    assert plan.voice is not None
    said = content(plan)
    assert said.voice is not None
    new = replace(
        said, slides=(Slide(code="a", kind="rule"),), notices=(Notice(text={"lv": "Rīt slēgts"}),), quiet=("side",),
        screens=tuple(replace(one, metres=3.0) for one in said.screens), voice=replace(said.voice, volume=30),
    )  # fmt: skip
    made = changed(plan, new)
    assert content(made) == new
    assert made.voice == replace(plan.voice, volume=30)
    assert [zone.quiet for zone in made.zones] == [zone.code == "side" for zone in made.zones]
    back = replace(made, slides=plan.slides, notices=plan.notices, screens=plan.screens, voice=plan.voice, zones=plan.zones)
    assert back == plan


PICTURE = f"{'ab' * 32}.png"


def one(**said: Any) -> dict[str, Any]:
    return sent(slides=[{"code": "s1", "text": {"lv": "x"}} | said])


# What is sent, the field that has the fault, and what is said there.
FAULTS = (
    (one(since="2026-02-30"), "slides[0].since", "Tāda datuma nav."),
    (one(since="31.12.2026"), "slides[0].since", "Tāda datuma nav."),
    (one(since="2026-03-02", until="2026-03-01"), "slides[0].until", "Pēdējā diena ir pirms pirmās."),
    (one(text={}), "slides[0].text", "Šis lauks jāaizpilda."),
    (one(text={"lv": " "}), "slides[0].text.lv", "Šis lauks ir tukšs."),
    (one(text={"lv": "x" * 2001}), "slides[0].text.lv", "Pārāk garš: drīkst būt ne vairāk kā 2\u00a0000 rakstzīmju."),
    (one(spans="9"), "slides[0].spans", "9 nav laika posms. Rakstiet tā: 8:30-12:00; 13:00-17:00"),
    (one(spans="12-9"), "slides[0].spans", "12-9 beidzas, pirms sākas."),
    (one(spans="9-12; 11-13"), "slides[0].spans", "9:00-12:00 un 11:00-13:00 pārklājas."),
    (one(spans="9-25"), "slides[0].spans", "Laika 25:00 nav."),
    (one(season="02-30/03-01"), "slides[0].season", "Datuma 02-30 nav."),
    (one(seconds=301), "slides[0].seconds", "Lūdzu, skaitli no 5 līdz 300, nevis 301."),
    (one(kind="picture"), "slides[0].file", "Šis lauks jāaizpilda."),
    (one(kind="picture", file=PICTURE), "slides[0].file", "Šī faila vairs nav."),
    (one(kind="video", file=PICTURE), "slides[0].file", "Šis fails ir cita veida."),
    (sent(notices=[{"text": {"lv": ""}}]), "notices[0].text.lv", "Šis lauks ir tukšs."),
    (sent(notices=[{"text": {"lv": "x"}, "since": "x"}]), "notices[0].since", "Tāda datuma nav."),
    (sent(screens=[{"code": "h", "zone": "hall", "inches": 4.0}]), "screens[0].inches", "Lūdzu, skaitli no 5 līdz 120, nevis 4."),
)  # fmt: skip


@pytest.mark.parametrize(("data", "path", "text"), FAULTS)
def test_a_fault_stands_at_its_field_in_latvian(data: dict[str, Any], path: str, text: str) -> None:
    _, seen = look(data)
    assert (path, text) in [(fault.path, fault.text) for fault in seen.faults]


def test_every_fault_is_told_at_once() -> None:
    data = sent(
        slides=[{"code": "a", "text": {}}, {"code": "b", "text": {"lv": "x"}, "spans": "x"}, {"code": "a", "kind": "rule"}],
        notices=[{"text": {"lv": ""}}],
    )
    paths = {fault.path for fault in look(data)[1].faults}
    assert {"slides[0].text", "slides[1].spans", "slides[2].code", "notices[0].text.lv"} <= paths


@pytest.mark.parametrize("data", [None, [], "x", {"slides": 1}, {"slides": [None]}, {"other": 1}, {"voice": {"volume": "loud"}}])
def test_whatever_is_sent_is_answered_with_faults(data: Any) -> None:
    assert look(data)[1].faults


def test_a_slide_is_seen_as_a_board_draws_it_also_while_another_has_a_fault() -> None:
    data = sent(slides=[{"code": "a", "text": {"lv": "# Sveiki"}}, {"code": "b", "kind": "x"}])
    _, seen = look(data)
    assert seen.slides[0].html == {"lv": "<h2>Sveiki</h2>\n"}
    assert seen.slides[1] is None
    assert seen.now == (True, False)


def test_a_screen_on_which_the_farthest_seat_reads_too_little_is_named() -> None:
    base = {"zone": "hall", "inches": 55.0}
    _, seen = look(sent(screens=[{"code": "near", "metres": 3.0, **base}, {"code": "far", "metres": 30.0, **base}]))
    assert seen.few == (1,)


def test_a_zone_is_not_made_quiet_by_leaving_it_out() -> None:
    plan = replace(demo_plan(), zones=tuple(replace(zone, quiet=True) for zone in demo_plan().zones))
    made = changed(plan, replace(content(plan), quiet=()))
    assert made.zones == tuple(Zone(code=z.code, name=z.name, where=z.where) for z in demo_plan().zones)
