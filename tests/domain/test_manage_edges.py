"""The edges of what a manager does: ranks among those put first, groups of who is moved, contacts beside a visit."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from server.domain import commands as c
from server.domain.events import VisitTransferred
from server.domain.floor import Visit, post
from server.domain.tally import quantile, recounted, total, waits
from tests.support import MANAGER, Scene, service_of, tiny_plan

WHY = "brauc tālu"


def move(visit: UUID, **goal: str) -> c.MoveVisit:
    return c.MoveVisit(visit=visit, reason=WHY, **goal)  # type: ignore[arg-type]


def test_among_those_put_first_the_earlier_arrival_stands_before_whenever_it_was_moved() -> None:
    scene = Scene()
    visits = []
    for _ in range(4):
        visits.append(scene.take())
        scene.clock.pass_(minutes=1)
    scene.do(move(visits[2], rank="first"), MANAGER)
    scene.clock.pass_(minutes=5)
    scene.do(move(visits[1], rank="first"), MANAGER)
    line = [place.visit for place in scene.floor.lines[scene.plan.queues[0].code]]
    assert line == [visits[1], visits[2], visits[0], visits[3]]
    scene.clock.pass_(minutes=5)
    assert scene.refused(move(visits[1], rank="first"), MANAGER) == "same_place"


def test_who_is_moved_to_another_queue_counts_as_transferred_and_back_as_what_it_was() -> None:
    scene = Scene()
    visit, (first, second, _) = scene.take(), (queue.code for queue in scene.plan.queues)
    scene.do(move(visit, queue=second), MANAGER)
    assert scene.visit(visit).leg.group == "transferred"
    scene.do(move(visit, queue=first), MANAGER)
    assert scene.visit(visit).leg.group == "walk_in"


def test_who_is_set_aside_can_be_put_back_to_the_very_place_that_it_had() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Park(counter="1", minutes=30))
    assert scene.refused(move(visit), MANAGER) is None
    scene.do(move(visit), MANAGER)
    assert scene.visit(visit).state == "waiting"
    assert scene.refused(move(visit), MANAGER) == "same_place"


def beside() -> tuple[Scene, UUID, UUID]:
    """Somebody is served at counter 1 and telephones beside: scene, visit, contact."""
    scene = Scene(opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    scene.do(c.RegisterContact(counter="1", service=service_of(scene.plan), channel="talrunis"))
    contact = post(scene.floor, "1").contact
    assert contact is not None
    return scene, visit, contact


def test_a_contact_beside_a_visit_keeps_its_counter_and_is_ended_there() -> None:
    scene, visit, contact = beside()
    assert scene.refused(c.ReleaseCounter(counter="1", reason=WHY), MANAGER) == "contact_open"
    scene.do(c.EndVisit(visit=contact, reason=WHY), MANAGER)
    at = post(scene.floor, "1")
    assert (at.contact, at.visit, scene.visit(contact).end, scene.visit(visit).state) == (None, visit, "day_closed", "serving")
    assert scene.refused(c.ReleaseCounter(counter="1", reason=WHY), MANAGER) is None
    assert scene.replayed() == scene.floor


def test_who_was_served_at_a_released_counter_goes_before_all_and_says_so() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    back = next(one for one in scene.do(c.ReleaseCounter(counter="1", reason=WHY), MANAGER) if isinstance(one, VisitTransferred))
    assert (back.visit, back.group) == (visit, "first")


@pytest.mark.parametrize(("share", "found"), [(0.5, 1), (0.8, 1), (0.81, 2), (1.0, 3)])
def test_a_quantile_is_the_least_value_that_the_share_does_not_exceed(share: float, found: int) -> None:
    assert quantile({3: 1, 1: 8, 2: 1}, share) == found
    assert quantile({}, share) is None


def called(scene: Scene, minutes: float) -> Visit:
    """A visit that was promised 5 to 10 minutes, 6 as the likely ones, and is called after so many."""
    visit = scene.visit(scene.take())
    scene.clock.pass_(minutes=minutes)
    after = replace(visit.leg, called=scene.clock.now)
    return replace(visit, low=5, high=10, middle_s=360, legs=(after,))


@pytest.mark.parametrize(("minutes", "kept", "off"), [(10, 1, 240), (10.02, 0, 241), (4, 1, 120), (6, 1, 0)])
def test_a_promise_holds_up_to_its_bound_and_is_off_both_ways(minutes: float, kept: int, off: int) -> None:
    scene = Scene()
    visit = called(scene, minutes)
    floor = replace(scene.floor, tally=recounted(scene.floor.tally, scene.visit(visit.id), visit, scene.floor.day))
    assert [total(floor, what) for what in ("told", "kept", "off")] == [1, kept, off]
    assert waits(floor) == {int(minutes): 1}


def test_a_contact_and_a_visit_of_another_day_do_not_count_among_the_waits_of_this_one() -> None:
    scene, _, _ = beside()
    assert waits(scene.floor) == {0: 1}, "the contact waited for nobody"
    yesterday = replace(called(scene, 3), day="2026-03-13")
    assert recounted(scene.floor.tally, None, yesterday, scene.floor.day) == scene.floor.tally


def test_a_forgotten_visit_whose_record_lacks_what_the_plan_wants_does_not_count_as_served() -> None:
    plan = tiny_plan()
    scene = Scene(replace(plan, rules=replace(plan.rules, record=("language",))), opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    scene.do(c.RecordService(counter="1", service=service_of(scene.plan), kind="konsultacija"))
    scene.do(c.EndVisit(visit=visit, reason=WHY), MANAGER)
    assert (scene.visit(visit).end, len(scene.visit(visit).delivered)) == ("day_closed", 1)
