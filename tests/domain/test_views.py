"""What boards, panels and desks show, straight from the floor."""

from msgspec.structs import replace

from counter.view import desk, panel
from display.view import board
from server.domain import commands as c
from server.domain.labels import public_label
from tests.support import CLERK, OTHER, Scene, service_of, tiny_plan


def test_a_board_shows_each_visit_once_with_its_latest_call() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Recall(counter="1"))
    assert [(one.visit, one.calls) for one in board(scene.floor, "hall", scene.clock.now).calls] == [(visit, 2)]
    scene.do(c.Undo(counter="1"))
    assert board(scene.floor, "hall", scene.clock.now).calls == (), "a call taken back"


def test_a_board_shows_who_waited_in_its_zone_and_is_called_to_another() -> None:
    plan = tiny_plan()
    zones = (*(z for z in plan.zones if z.code == "hall"), replace(plan.zones[0], code="far"))
    counters = (replace(plan.counters[0], zone="far"), *plan.counters[1:])
    scene = Scene(replace(plan, zones=zones, counters=counters), opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    for zone in ("hall", "far"):
        assert [one.visit for one in board(scene.floor, zone, scene.clock.now).calls] == [visit], zone


def test_a_desk_shows_only_parked_visits_of_its_own_lines() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.OpenCounter(counter="3"), OTHER)  # serves the first queue alone
    scene.take(1)
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Park(counter="1", minutes=5))
    assert len(desk(scene.floor, "1", CLERK).parked) == 1
    assert desk(scene.floor, "3", OTHER).parked == ()


def test_the_main_key_follows_the_state() -> None:
    scene = Scene()
    scene.take()
    found = [desk(scene.floor, "1", CLERK).main]
    for step in (c.OpenCounter, c.CallNext, c.Serve):
        scene.do(step(counter="1"))
        found.append(desk(scene.floor, "1", CLERK).main)
    assert found == ["OpenCounter", "CallNext", "Serve", "Finish"]


def test_a_paused_counter_is_not_offered() -> None:
    scene = Scene(opened=["1"])
    assert panel(scene.floor, "2").open == ("1",)
    scene.do(c.Pause(counter="1", reason=next(iter(scene.plan.pause_reasons))))
    assert panel(scene.floor, "2").open == ()


def test_a_sensitive_service_goes_by_its_institution_alone() -> None:
    plan = tiny_plan()
    code = service_of(plan)
    services = tuple(replace(one, sensitive=one.code == code) for one in plan.services)
    floor = Scene(replace(plan, services=services)).floor
    owner = next(one for one in services if one.code == code)
    short = next(one.short for one in plan.institutions if one.code == owner.institution)
    assert public_label(floor, code) == (short, {"lv": ""})
    assert public_label(floor, service_of(plan, 1))[0] != short
