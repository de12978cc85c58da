"""What a manager sees of the order of calling, and what a desk sees of the paper roll and of reasons."""

from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from config.plan import Booking, Calling, Roll
from counter.view import catalogue, desk
from server import authority
from server.admin.today import OverviewOvertakes, OverviewPassed
from server.admin.view import overview
from server.admin.visits import visits
from server.domain import commands as c
from server.domain.context import Actor
from tests.support import CLERK, MANAGER, MORNING, OTHER, Scene, service_of, tiny_plan


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


def served(scene: Scene, minutes: int = 5) -> None:
    """Whoever is next, at counter 1."""
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    scene.do(c.RecordService(counter="1", service=service_of(scene.plan), kind="konsultacija"))
    scene.clock.pass_(minutes=minutes)
    scene.do(c.Finish(counter="1"))


def test_the_figures_of_the_day_are_those_of_its_visits_and_go_back_with_a_step_taken_back() -> None:
    scene = Scene(opened=["1"])
    for _ in range(5):
        scene.take()
    served(scene)
    scene.do(c.CallNext(counter="1"))
    scene.clock.pass_(minutes=4)
    scene.do(c.NoShow(counter="1"))
    third = next(one.id for one in scene.floor.visits.values() if one.number == "A003")
    scene.do(c.Leave(visit=third))
    today = overview(scene.floor, {}, scene.clock.now).today
    assert (today.begun, today.served, today.no_show, today.left, today.waiting) == (5, 1, 1, 1, 2)
    assert (today.lost, today.lost_s, today.p80) == (1, 240, 5)
    scene.do(c.Undo(counter="1"))
    today = overview(scene.floor, {}, scene.clock.now).today
    assert (today.no_show, today.serving, today.lost, today.lost_s) == (0, 1, 0, 0)
    assert [(one.hour, one.came, one.expected) for one in overview(scene.floor, {}, scene.clock.now).hours] == [(8, 5, None)]


def test_a_queue_without_a_target_has_that_of_the_centre() -> None:
    plan = tiny_plan()
    first, *others = plan.queues
    scene = Scene(replace(plan, queues=(replace(first, target=30), *others)), opened=["1"])
    assert (len(others) > 0, overview(scene.floor, {}, scene.clock.now).today.targets) == (True, (plan.rules.wait_minutes, 30))


def test_a_promise_is_kept_by_its_upper_bound_and_its_error_is_from_the_expected_wait() -> None:
    scene = Scene(opened=["1"])
    for _ in range(3):
        scene.take()
        served(scene)
    scene.take()
    scene.take()
    told = max(scene.floor.visits.values(), key=lambda one: one.position)
    assert told.high is not None
    assert told.middle_s is not None
    served(scene, minutes=told.high + 1)
    scene.do(c.CallNext(counter="1"))
    today = overview(scene.floor, {}, scene.clock.now).today
    assert (today.told, today.kept) == (2, 1)
    assert today.error_s is not None
    assert today.error_s >= (told.high * 60 + 60 - told.middle_s) // 2


def test_a_queue_says_how_its_longest_wait_stands_to_what_was_promised() -> None:
    plan = tiny_plan()
    scene = Scene(replace(plan, queues=(replace(plan.queues[0], target=8), *plan.queues[1:])))
    states = []
    for minutes in (0, 6, 3, 2):
        scene.clock.pass_(minutes=minutes)
        queue = overview(scene.floor, {}, scene.clock.now).queues[0]
        states.append((queue.state, queue.over))
        if not minutes:
            scene.take()
    assert states == [("empty", 0), ("near", 0), ("over", 1), ("over", 3)]


def test_a_free_counter_for_which_somebody_waits_says_since_when() -> None:
    scene = Scene(opened=["1"])
    scene.clock.pass_(minutes=2)
    scene.take()
    scene.clock.pass_(minutes=3)
    one = overview(scene.floor, {}, scene.clock.now).counters[0]
    assert one.idle is not None
    assert (one.idle.waiting, one.idle.since) == (1, MORNING + timedelta(minutes=2))
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    one = overview(scene.floor, {}, scene.clock.now).counters[0]
    assert (one.state, one.idle, one.since) == ("serving", None, scene.clock.now)
    assert one.usual is not None


def test_only_who_manages_is_offered_acts() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    for actor, some in ((MANAGER, True), (CLERK, False), (Actor("national", "network"), False), (None, False)):
        found, listed = overview(scene.floor, {}, scene.clock.now, actor), visits(scene.floor, actor)
        assert bool(found.acts) == bool(found.queues[0].acts) == bool(found.counters[0].acts) == some
        assert bool(listed.visits[0].acts) == some
        for name in (*found.acts, *listed.visits[0].acts):
            assert authority.may_submit("manager", name)


def test_every_open_visit_is_listed_once_and_no_other() -> None:
    scene = Scene(opened=["1"])
    for n in range(4):
        scene.take(n % 2)
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Park(counter="1", minutes=10))
    served(scene)
    scene.do(c.CallNext(counter="1"))
    listed = visits(scene.floor, MANAGER)
    assert sorted(one.state for one in listed.visits) == ["called", "parked", "waiting"]
    assert {one.service for one in listed.visits} == listed.services.keys()
