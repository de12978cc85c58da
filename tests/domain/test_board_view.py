"""What boards are told beside the calls: screens, voice, notices, pauses, hours, slides; with the time as an argument."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from config.legible import cap_mm
from config.plan import Hours, Notice, OpenHours, Plan, Screen, Slide, SpokenPlace, Voice, Volume
from display.view import Board, board
from server.domain import commands as c
from tests.support import CLERK, MORNING, OTHER, Scene, tiny_plan

VOICE = Voice(place={"lv": SpokenPlace(text="pie {n} lodziņa")})
PLAN = replace(tiny_plan(), screens=(), voice=None, slides=(), notices=(), hours=None)
WEEK = OpenHours(days=("mon", "tue", "wed", "thu", "fri"), spans="8:30-12:00; 12:30-17:00")


def seen(plan: Plan, at: datetime = MORNING, zone: str = "hall") -> Board:
    return board(Scene(plan).floor, zone, at)


def test_screens_of_the_zone_in_the_order_of_the_plan() -> None:
    screens = (
        Screen(code="far", zone="hall", inches=75, metres=8, layout="calls", sound=False),
        Screen(code="other", zone="side"), Screen(code="near", zone="hall", loop=True, swaps=False, slides=False),
    )  # fmt: skip
    far, near = seen(replace(PLAN, screens=screens)).screens
    assert (far.code, far.inches, far.cap_mm, far.layout, far.sound) == ("far", 75, round(cap_mm(8), 1), "calls", False)
    assert (near.code, near.loop, near.swaps, near.slides, near.sound) == ("near", True, False, False, True)


@pytest.mark.parametrize(("minutes", "percent"), [(0, 80), (59, 80), (60, 40), (119, 40), (120, 80), (180, 0)])
def test_the_voice_is_as_loud_as_the_hour_says(minutes: int, percent: int) -> None:
    volumes = (Volume(spans="9:00-10:00", percent=40), Volume(spans="8:00-23:00", percent=5, days=("tue",)),
               Volume(spans="11:00-12:00", percent=70), Volume(spans="11:00-11:30", percent=0))  # fmt: skip
    voice = seen(replace(PLAN, voice=replace(VOICE, volumes=volumes)), MORNING + timedelta(minutes=minutes)).voice
    assert voice is not None
    assert voice.volume == pytest.approx(percent / 100)
    assert (voice.chime, voice.repeat_s) == (True, 12)


def test_a_voice_has_its_clips_and_a_quiet_zone_has_none() -> None:
    hall, side = PLAN.zones
    screens = (Screen(code="near", zone="hall"), Screen(code="still", zone="side"))
    plan = replace(PLAN, voice=replace(VOICE, repeat=False), zones=(hall, replace(side, quiet=True)), screens=screens)
    scene = Scene(plan, opened=["1"])
    scene.take(queue=2)
    scene.do(c.CallNext(counter="1"))
    loud, quiet = (board(scene.floor, zone, scene.clock.now) for zone in ("hall", "side"))
    assert (loud.voice is not None, loud.voice and loud.voice.repeat_s, quiet.voice) == (True, 0, None)
    assert [one.sound for view in (loud, quiet) for one in view.screens] == [True, False]
    assert [one.number for one in loud.calls] == [one.number for one in quiet.calls] == ["C001"]
    ((lv,),) = [one.said for one in loud.calls]
    assert lv[-1] == "lv/counter-1"
    assert [one.said for one in quiet.calls] == [()]
    assert seen(PLAN).voice is None


def test_the_set_of_clips_is_the_one_that_is_ready() -> None:
    floor = Scene(replace(PLAN, voice=VOICE)).floor
    found = [board(floor, "hall", MORNING, *clips).voice for clips in ((), ("f00",))]
    assert [one and one.clips for one in found] == ["", "f00"]


def test_notices_of_today_that_concern_the_zone() -> None:
    plan = replace(PLAN, notices=(
        Notice(text={"lv": "visiem"}), Notice(text={"lv": "vakar"}, until="2026-03-15"),
        Notice(text={"lv": "rīt"}, since="2026-03-17"), Notice(text={"lv": "VID"}, about=("VID",)),
        Notice(text={"lv": "pakalpojums"}, about=(PLAN.queues[2].services[0],)),
    ))  # fmt: skip
    assert [one["lv"] for one in seen(plan).notices] == ["visiem", "VID"]
    assert [one["lv"] for one in seen(plan, zone="side").notices] == ["visiem", "pakalpojums"]
    late = MORNING.replace(hour=22)  # in Riga it is midnight, and so the next day
    assert [one["lv"] for one in seen(plan, late).notices] == ["visiem", "rīt", "VID"]


@pytest.mark.parametrize(
    ("at", "open_", "opens", "hours"),
    [
        ("2026-03-16T06:00Z", False, "2026-03-16T06:30Z", "8:30–12:00, 12:30–17:00"),
        ("2026-03-16T06:30Z", True, None, "8:30–12:00, 12:30–17:00"),
        ("2026-03-16T10:10Z", False, "2026-03-16T10:30Z", "8:30–12:00, 12:30–17:00"),
        ("2026-03-20T15:00Z", False, "2026-03-23T06:30Z", "8:30–12:00, 12:30–17:00"),
        ("2026-03-21T10:00Z", False, "2026-03-23T06:30Z", ""),
    ],
)
def test_hours(at: str, open_: bool, opens: str | None, hours: str) -> None:
    found = seen(replace(PLAN, hours=Hours(regular=(WEEK,))), datetime.fromisoformat(at))
    assert (found.open, found.hours) == (open_, hours)
    assert found.opens == (None if opens is None else datetime.fromisoformat(opens))
    always = seen(PLAN, datetime.fromisoformat(at))
    assert (always.open, always.opens, always.hours) == (True, None, "")


def test_a_minute_later_it_is_made_anew() -> None:
    """What is kept for a minute must not outlive it, nor the plan."""
    plan = replace(PLAN, hours=Hours(regular=(WEEK,)))
    opening = datetime.fromisoformat("2026-03-16T06:30Z")
    assert [seen(plan, opening + timedelta(seconds=s)).open for s in (-1, 0, 1)] == [False, True, True]
    scene = Scene(plan)
    assert board(scene.floor, "hall", opening).open
    scene.do(c.RevisePlan(plan=replace(plan, hours=Hours(regular=(replace(WEEK, spans="10:00-11:00"),)))))
    assert not board(scene.floor, "hall", opening).open


def test_slides_of_now() -> None:
    plan = replace(PLAN, slides=(
        Slide(code="both", text={"lv": "# Abās"}), Slide(code="side", text={"lv": "Sānos"}, zones=("side",)),
        Slide(code="later", text={"lv": "Vēlāk"}, since="2026-03-17"),
    ))  # fmt: skip
    assert [one.code for one in seen(plan).slides] == ["both"]
    assert [one.code for one in seen(plan, zone="side").slides] == ["both", "side"]


# everybody pauses


def rest(scene: Scene, zone: str = "hall") -> Any:
    found = board(scene.floor, zone, scene.clock.now).rest
    return found and (found.until and (found.until - MORNING) // timedelta(minutes=1), found.reason.get("lv"))


def test_rest_while_all_who_work_for_the_zone_pause() -> None:
    scene = Scene(PLAN)
    assert rest(scene) is None, "nobody works: that is no pause"
    scene.do(c.OpenCounter(counter="1"))
    scene.do(c.OpenCounter(counter="3"), OTHER)
    scene.do(c.Pause(counter="1", reason="lunch", minutes=30))
    assert rest(scene) is None
    assert rest(scene, "side") == (30, "Pusdienu pārtraukums"), "counter 3 does not serve who waits there"
    scene.do(c.Pause(counter="3", reason="other_work", minutes=10), OTHER)
    assert rest(scene) == (10, "Cits darbs")
    scene.clock.pass_(minutes=10)
    assert rest(scene) == (30, "Pusdienu pārtraukums"), "who is late says no time"
    scene.clock.pass_(minutes=20)
    assert rest(scene) == (None, "Pusdienu pārtraukums")
    scene.do(c.Resume(counter="1"), CLERK)
    assert rest(scene) is None


def test_a_pause_without_an_end() -> None:
    scene = Scene(PLAN, opened=["1"])
    scene.do(c.Pause(counter="1", reason="outside"))
    assert rest(scene) == (None, "Pakalpojums ārpus telpām")


def test_there_is_no_board_of_a_zone_that_is_not_there() -> None:
    with pytest.raises(LookupError):
        seen(PLAN, zone="cellar")


def test_a_zone_whose_screens_the_plan_does_not_name_has_one_and_a_quiet_one_no_loudspeaker() -> None:
    plan = replace(PLAN, zones=tuple(replace(zone, quiet=zone.code == "side") for zone in PLAN.zones))
    told = [(one.code, one.sound) for zone in ("hall", "side") for one in seen(plan, zone=zone).screens]
    assert told == [("", True), ("", False)]
