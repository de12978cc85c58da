"""The visits that a desk has finished today: which they are, what was recorded, and whose record may be put right."""

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from counter.finished import Finished, finished
from server.domain import commands as c
from server.domain.context import Actor
from tests.support import CLERK, MANAGER, OTHER, Scene, service_of, tiny_plan

PLAN = tiny_plan()
SERVICE, OTHER_SERVICE = service_of(PLAN), service_of(PLAN, 1)
ALL = ("RecordService", "AmendService", "StrikeService")


def scene_of(plan: Any = PLAN) -> Scene:
    scene = Scene(plan, opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    return scene


def served(scene: Scene, counter: str = "1", by: Actor = CLERK, note: str = "ar pilnvaru") -> UUID:
    """Somebody was served for five minutes, and the visit ended."""
    visit = scene.take()
    scene.do(c.CallNext(counter=counter), by)
    scene.do(c.Serve(counter=counter), by)
    scene.clock.pass_(minutes=5)
    scene.do(c.RecordService(counter=counter, service=SERVICE, kind="konsultacija", note=note), by)
    scene.do(c.Finish(counter=counter), by)
    return visit


def seen(scene: Scene, by: Actor = CLERK, counter: str = "1") -> Finished:
    return finished(scene.floor, counter, by)


def test_what_ended_last_comes_first_with_its_record() -> None:
    scene = scene_of()
    first, second = served(scene), served(scene)
    found = seen(scene).visits
    assert [one.visit for one in found] == [second, first]
    (recorded,) = found[0].delivered
    assert (recorded.service, recorded.kind, recorded.share, recorded.note) == (SERVICE, "konsultacija", 5, "ar pilnvaru")
    assert (found[0].number, found[0].clerk, found[0].end) == (scene.visit(second).number, "clerk1", "served")
    assert (found[0].served, found[0].ended) == (scene.visit(second).leg.served, scene.visit(second).leg.ended)


def test_open_visits_and_those_whom_nobody_served_are_not_among_them() -> None:
    scene = scene_of()
    scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.NoShow(counter="1"))
    scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    assert seen(scene).visits == ()


def test_a_contact_without_a_number_is_among_them() -> None:
    scene = scene_of()
    scene.do(c.RegisterContact(counter="1", service=SERVICE, channel="talrunis"))
    contact = scene.floor.posts["1"].visit or scene.floor.posts["1"].contact
    scene.do(c.RecordService(counter="1", visit=contact, service=SERVICE, kind="konsultacija", channel="talrunis"))
    scene.do(c.Finish(counter="1", visit=contact))
    (one,) = seen(scene).visits
    assert (one.visit, one.number, one.channel) == (contact, "", "talrunis")


def test_those_of_the_counter_and_those_of_who_looks_and_only_their_notes() -> None:
    scene = scene_of()
    mine, theirs = served(scene), served(scene, "2", OTHER)
    scene.do(c.CloseCounter(counter="1"))
    here = served(scene, "2", OTHER)
    assert {one.visit for one in seen(scene).visits} == {mine}
    at_other = {one.visit: one for one in seen(scene, CLERK, "2").visits}
    assert set(at_other) == {mine, theirs, here}, "a clerk who has moved to another counter finds what was done before"
    assert (at_other[mine].actions[0], at_other[mine].delivered[0].note) == ("RecordService", "ar pilnvaru")
    assert (at_other[theirs].actions, at_other[theirs].delivered[0].note) == ((), "")
    assert {one.visit for one in seen(scene, MANAGER, "2").visits} == {theirs, here}


def steps(visit: UUID) -> dict[str, c.Command]:
    given: dict[str, Any] = {"counter": "1", "visit": visit}
    return {
        "RecordService": c.RecordService(service=OTHER_SERVICE, kind="konsultacija", **given),
        "AmendService": c.AmendService(n=1, service=OTHER_SERVICE, kind="pieteikums", **given),
        "StrikeService": c.StrikeService(n=1, **given),
    }


@pytest.mark.parametrize("actor", [CLERK, OTHER, MANAGER])
@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("services", [1, 2])
def test_exactly_the_steps_that_are_listed_are_taken(actor: Actor, required: bool, services: int) -> None:
    scene = scene_of(replace(PLAN, rules=replace(PLAN.rules, outcome_required=required)))
    visit = served(scene)
    if services == 2:
        scene.do(c.RecordService(counter="1", visit=visit, service=OTHER_SERVICE, kind="pieteikums"))
    (one,) = seen(scene, actor).visits
    taken = {name for name, step in steps(visit).items() if scene.refused(step, actor) is None}
    assert set(one.actions) == taken
    assert taken == (set() if actor is OTHER else set(ALL) if services == 2 or not required else set(ALL[:2]))


def test_of_a_day_that_is_over_there_is_nothing() -> None:
    scene = scene_of()
    served(scene)
    scene.clock.pass_(days=1)
    scene.tick()
    assert seen(scene).visits == ()


def test_a_counter_that_the_plan_does_not_have() -> None:
    with pytest.raises(LookupError):
        seen(scene_of(), counter="99")
