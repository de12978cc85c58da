"""What a manager sees of the order of calling, and what a desk sees of the paper roll and of reasons."""

from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from config.plan import Booking, Calling, Roll
from counter.view import catalogue, desk
from server.admin.view import OverviewOvertakes, OverviewPassed, overview
from server.domain import commands as c
from tests.support import CLERK, MORNING, OTHER, Scene, service_of, tiny_plan


def number(scene: Scene, visit: UUID) -> str:
    return scene.visit(visit).number


def test_nobody_was_passed_over_where_calls_follow_arrival() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.take()
    scene.do(c.CallNext(counter="1"))
    assert overview(scene.floor, {}, scene.clock.now).overtakes == OverviewOvertakes(calls=1, overtaking=0, passed=0, most=None)


def test_who_was_passed_over_most_is_named_with_how_often() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    first, second, third, fourth = (scene.take() for _ in range(4))
    scene.do(c.CallVisit(counter="1", visit=fourth))
    scene.do(c.CallVisit(counter="2", visit=second), OTHER)
    found = overview(scene.floor, {}, scene.clock.now).overtakes
    assert (found.calls, found.overtaking, found.passed) == (2, 2, 3 + 1)
    assert found.most == OverviewPassed(number=number(scene, first), times=2, waiting=True)
    scene.do(c.Undo(counter="2"), OTHER)
    found = overview(scene.floor, {}, scene.clock.now).overtakes
    assert (found.calls, found.passed) == (1, 3), "a call that was taken back passed nobody over"
    scene.do(c.NoShow(counter="1"))
    scene.do(c.CallNext(counter="1"))
    found = overview(scene.floor, {}, scene.clock.now).overtakes
    assert found.most == OverviewPassed(number=number(scene, first), times=1, waiting=False)
    assert number(scene, third) in {one.number for one in desk(scene.floor, "1", CLERK).waiting}


def test_the_longest_wait_of_a_queue_is_not_hidden_by_one_of_raised_rank() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.clock.pass_(minutes=5)
    later = scene.take()
    scene.do(c.CallVisit(counter="1", visit=later))
    scene.do(c.Transfer(counter="1", queue=scene.plan.queues[1].code, rank="first"))
    scene.do(c.CallVisit(counter="1", visit=later))
    scene.do(c.Transfer(counter="1", queue=scene.plan.queues[0].code, rank="first"))
    queue = overview(scene.floor, {}, scene.clock.now).queues[0]
    assert (queue.waiting, queue.longest) == (2, MORNING)


def test_a_desk_shows_the_next_number_of_the_roll_and_the_main_key_calls_it() -> None:
    plan = tiny_plan()
    assert desk(Scene(plan, opened=["1"]).floor, "1", CLERK).roll is None
    scene = Scene(replace(plan, roll=Roll(service=service_of(plan), first=20, last=21)), opened=["1"])
    seen = []
    for _ in range(3):
        view = desk(scene.floor, "1", CLERK)
        seen.append((view.roll, view.main))
        scene.do(c.CallRoll(counter="1"))
        scene.do(c.NoShow(counter="1"))
    assert seen == [(20, "CallRoll"), (21, "CallRoll"), (20, "CallRoll")]
    scene.do(c.SetRoll(counter="1", next=21))
    assert desk(scene.floor, "1", CLERK).roll == 21
    assert scene.refused(c.SetRoll(counter="1", next=22)) == "not_on_roll"


def test_the_wish_for_the_next_arrival_can_be_taken_back_while_it_must_still_wait() -> None:
    plan = tiny_plan()
    profiles = tuple(replace(one, calling=Calling(gap_s=60)) for one in plan.profiles)
    scene = Scene(replace(plan, profiles=profiles), opened=["1"])
    scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.NoShow(counter="1"))
    assert "StoreNext" in desk(scene.floor, "1", CLERK).actions
    scene.do(c.StoreNext(counter="1"))
    scene.take()
    view = desk(scene.floor, "1", CLERK)
    assert (view.state, view.total) == ("idle", 1), "the pause between two calls is not over"
    assert "StoreNext" in view.actions
    scene.do(c.StoreNext(counter="1", on=False))
    view = desk(scene.floor, "1", CLERK)
    assert view.stored is None
    assert "StoreNext" not in view.actions


def test_names_and_figures_of_a_reason_are_not_torn_apart() -> None:
    scene = Scene(opened=["1"])
    first, second = scene.take(), scene.take()
    scene.do(c.CallVisit(counter="1", visit=second))
    reason = desk(scene.floor, "1", CLERK).reason
    assert reason is not None
    assert reason["lv"].endswith(f"{number(scene, first)}\N{NO-BREAK SPACE}(1×).")


def test_a_desk_shows_the_time_of_an_appointment_and_what_can_be_booked() -> None:
    plan = tiny_plan()
    service = service_of(plan)
    scene = Scene(replace(plan, hours=None, booking=Booking(services=(service,), lead=0, early=600)), opened=["1"])
    assert catalogue(scene.floor).bookable == (service,)
    start = MORNING + timedelta(hours=1)
    (booked,) = scene.do(c.BookAppointment(service=service, start=start))
    scene.do(c.CheckIn(code=booked.code))  # type: ignore[union-attr]
    assert [one.due for one in desk(scene.floor, "1", CLERK).waiting] == [start]
    scene.do(c.CallNext(counter="1"))
    visit = desk(scene.floor, "1", CLERK).visit
    assert visit is not None
    assert visit.due == start
