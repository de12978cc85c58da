"""Rules that only show in rare company: steps taken back, visits meant for one counter, who must not be passed over again."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from config.plan import Calling, Plan, Share
from server.domain import commands as c
from server.domain.calling import upcoming
from server.domain.events import VisitCalled
from server.domain.floor import Leg
from server.domain.rules import times_passed
from tests.support import BOARD, CLERK, OTHER, Actor, Scene, tiny_plan


def ruled(calling: Calling, *targets: int | None) -> Plan:
    """The tiny plan, whose profile `all` calls by this rule, perhaps with a target for every queue."""
    plan = tiny_plan()
    profiles = tuple(replace(one, calling=calling) if one.code == "all" else one for one in plan.profiles)
    queues = tuple(replace(one, target=to) for one, to in zip(plan.queues, targets, strict=True)) if targets else plan.queues
    return replace(plan, profiles=profiles, queues=queues)


def two(calling: Calling, *targets: int | None) -> Scene:
    """Counters 1 and 2 by this rule, each with a clerk of its own."""
    scene = Scene(ruled(calling, *targets), opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    return scene


def call(scene: Scene, counter: str = "1", actor: Actor = CLERK) -> VisitCalled:
    (event,) = scene.do(c.CallNext(counter=counter), actor)
    assert isinstance(event, VisitCalled)
    return event


def gone(scene: Scene, counter: str = "1", actor: Actor = CLERK) -> UUID:
    """Who is called next, and does not come."""
    called = call(scene, counter, actor)
    scene.do(c.NoShow(counter=counter), actor)
    return called.visit


def chosen(scene: Scene, visit: UUID, counter: str, actor: Actor) -> VisitCalled:
    (event,) = scene.do(c.CallVisit(counter=counter, visit=visit), actor)
    assert isinstance(event, VisitCalled)
    return event


def sent(scene: Scene, visit: UUID, rank: c.Rank = "arrival") -> None:
    """Counter 2 hands a waiting visit to counter 1."""
    chosen(scene, visit, "2", OTHER)
    scene.do(c.Transfer(counter="2", to_counter="1", rank=rank), OTHER)


def leg(scene: Scene, visit: UUID) -> Leg:
    return scene.visit(visit).leg


def test_undo_is_refused_while_another_visit_stands_at_the_counter() -> None:
    """However a journal led to it: the one at the counter would be lost."""
    scene = two(Calling())
    scene.take()
    other = scene.take()
    gone(scene)
    assert scene.refused(c.Undo(counter="1")) is None
    assert call(scene, "2", OTHER).visit == other
    posts = scene.floor.posts
    scene.floor = replace(scene.floor, posts=posts.insert("1", replace(posts["1"], visit=other)))
    assert scene.refused(c.Undo(counter="1")) == "moved_on"


def test_what_a_board_has_shown_stays_after_undo_of_serve_and_goes_with_the_call() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    call(scene)
    scene.do(c.Serve(counter="1"))
    scene.clock.pass_(seconds=1)
    scene.do(c.ConfirmShown(visit=visit, calls=1, zone="hall"), BOARD)
    shown = scene.clock.now
    scene.clock.pass_(seconds=1)
    scene.do(c.Undo(counter="1"))
    assert (scene.visit(visit).state, leg(scene, visit).shown) == ("called", shown)
    scene.do(c.Undo(counter="1"))
    assert (scene.visit(visit).state, leg(scene, visit).shown) == ("waiting", None)
    call(scene)
    assert leg(scene, visit).shown is None, "nobody has shown the new call"
    assert scene.replayed() == scene.floor


@pytest.mark.parametrize(
    "calling",
    [
        Calling(), Calling(order="points"), Calling(order="preference"), Calling(order="target"),
        Calling(order="ratio", shares=(Share(queue="vid"), Share(queue="vsaa"))),
    ],
    ids=lambda one: one.order,
)  # fmt: skip
def test_who_is_sent_to_a_counter_as_the_first_goes_before_all_who_came_earlier(calling: Calling) -> None:
    scene = two(calling)
    booked = scene.book(start=scene.clock.now + timedelta(minutes=5))
    scene.do(c.CheckIn(code=booked.code), CLERK)
    for queue in (0, 1, 2):
        scene.take(queue)
    scene.clock.pass_(minutes=10)
    late = scene.take(2)
    sent(scene, late, "first")
    event = call(scene)
    assert (event.visit, event.reason.rule) == (late, "directed")


def test_under_targets_who_is_sent_to_a_counter_goes_by_the_target_too() -> None:
    scene = two(Calling(order="target"), 60, 10, 30)
    slow, ordinary = scene.take(0), scene.take(2)
    scene.clock.pass_(minutes=1)
    fast = scene.take(1)
    sent(scene, slow), sent(scene, fast)
    assert [gone(scene) for _ in range(3)] == [fast, ordinary, slow]


def test_who_is_sent_to_a_counter_and_passed_over_is_kept_in_the_reason() -> None:
    scene = two(Calling())
    meant = scene.take()
    scene.clock.pass_(seconds=1)
    other = scene.take()
    sent(scene, meant)
    event = chosen(scene, other, "1", CLERK)
    assert event.reason.overtakes == 1
    assert [one.visit for one in event.reason.passed] == [meant]


def test_who_was_passed_over_too_often_is_found_behind_one_who_was_served_meanwhile() -> None:
    scene = two(Calling(order="preference", overtakes_most=2))
    first = scene.take(1)
    assert call(scene).visit == first
    scene.do(c.Serve(counter="1"))
    scene.clock.pass_(seconds=1)
    overdue = scene.take(2)
    for _ in range(3):
        scene.take(0)
    gone(scene, "2", OTHER), gone(scene, "2", OTHER)
    scene.do(c.Transfer(counter="1", queue=scene.plan.queues[2].code))
    assert (times_passed(scene.floor, first), times_passed(scene.floor, overdue)) == (0, 2)
    found = upcoming(scene.floor, "2", scene.clock.now, 1)
    assert [(one.visit, one.rule) for one in found] == [(overdue, "finally")]


def test_being_passed_over_by_counters_of_two_profiles_adds_up() -> None:
    scene = Scene(ruled(Calling(overtakes_most=2)), opened=["1"])
    scene.do(c.OpenCounter(counter="3"), OTHER)  # its profile serves the first queue alone
    waiting, second, third = (scene.take() for _ in range(3))
    chosen(scene, second, "1", CLERK)
    scene.do(c.NoShow(counter="1"))
    assert upcoming(scene.floor, "1", scene.clock.now, 1)[0].rule == "arrival"
    event = chosen(scene, third, "3", OTHER)
    assert [(one.visit, one.times) for one in event.reason.passed] == [(waiting, 2)]
    assert times_passed(scene.floor, waiting) == 2
    assert call(scene).reason.rule == "finally"


def test_a_queue_without_a_target_counts_as_thirty_minutes() -> None:
    scene = two(Calling(order="target"), None, 29, 31)
    third, plain, second = scene.take(2), scene.take(0), scene.take(1)
    found = upcoming(scene.floor, "1", scene.clock.now, 3)
    assert [(one.visit, one.score) for one in found] == [(second, 29.0), (plain, 30.0), (third, 31.0)]
