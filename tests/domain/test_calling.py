"""Who is next and why: every rule by hand, the layers over them, and what is kept with the call."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from config.plan import Calling, Clerk, Gain, Plan, Points, Share
from counter.view import desk
from server.domain import commands as c
from server.domain.calling import upcoming
from server.domain.events import VisitCalled
from server.domain.pools import rebuilt
from server.domain.rules import times_passed
from tests.conftest import drawn
from tests.support import CLERK, KIOSK, OTHER, SYSTEM, Actor, Scene, service_of, tiny_plan


def ruled(calling: Calling, **more: object) -> Plan:
    """The tiny plan, whose profile `all` calls by this rule."""
    plan = tiny_plan()
    profiles = tuple(replace(one, calling=calling) if one.code == "all" else one for one in plan.profiles)
    return replace(plan, profiles=profiles, **more)


def take(scene: Scene, queue: int = 0, *needs: str) -> UUID:
    (issued,) = scene.do(c.TakeTicket(service=service_of(scene.plan, queue), needs=needs), KIOSK)
    return issued.visit


def calls(scene: Scene, count: int, counter: str = "1", *, every_s: int = 0) -> list[UUID]:
    """So many calls in a row, each ended as a no-show."""
    found = []
    for _ in range(count):
        scene.clock.pass_(seconds=every_s)
        found.append(call(scene, counter).visit)
        scene.do(c.NoShow(counter=counter))
    return found


def call(scene: Scene, counter: str = "1", actor: Actor = CLERK) -> VisitCalled:
    (event,) = scene.do(c.CallNext(counter=counter), actor)
    assert isinstance(event, VisitCalled)
    return event


def rules(scene: Scene) -> list[str]:
    return [record.event.reason.rule for record in scene.records if isinstance(record.event, VisitCalled)]


def test_preference_is_strict() -> None:
    scene = Scene(ruled(Calling(order="preference")), opened=["1"])
    third, second, first = take(scene, 2), take(scene, 1), take(scene, 0)
    later = take(scene, 0)
    assert calls(scene, 4) == [first, later, second, third]
    assert rules(scene) == ["preference"] * 4


def test_a_ratio_goes_on_where_it_was_and_skips_the_empty() -> None:
    shares = (Share(queue="vsaa", take=2), Share(queue="vid"))
    scene = Scene(ruled(Calling(order="ratio", shares=shares)), opened=["1"])
    names = [queue.code for queue in scene.plan.queues]
    a, b, other = names.index("vsaa"), names.index("vid"), names.index("pasv")
    waiting = {queue: [take(scene, queue) for _ in range(4)] for queue in (a, b)}
    rest = take(scene, other)
    assert calls(scene, 4) == [waiting[a][0], waiting[a][1], waiting[b][0], rest]
    assert calls(scene, 5) == [waiting[a][2], waiting[a][3], waiting[b][1], waiting[b][2], waiting[b][3]]
    assert set(rules(scene)) == {"ratio"}


def test_undo_gives_the_turn_of_a_ratio_back() -> None:
    shares = (Share(queue="vsaa"), Share(queue="vid"))
    scene = Scene(ruled(Calling(order="ratio", shares=shares)), opened=["1"])
    for queue in (0, 0, 1, 1):
        take(scene, queue)
    first = call(scene)
    scene.do(c.Undo(counter="1"))
    assert call(scene).visit == first.visit


def test_points_grow_with_the_rate_from_the_head_start() -> None:
    """A walk-in has a point a minute, a priority visitor three from 5 minutes before: 10 against 3 x (1 + 5) = 18."""
    points = Points(priority=Gain(rate=3, head_start=5))
    scene = Scene(ruled(Calling(order="points", points=points)), opened=["1"])
    walk_in = take(scene)
    scene.clock.pass_(minutes=9)
    priority = take(scene, 1, "priority")
    scene.clock.pass_(minutes=1)
    event = call(scene)
    assert (event.visit, event.reason.rule, event.reason.score) == (priority, "points", 18.0)
    assert [(one.visit, one.score) for one in event.reason.rivals] == [(walk_in, 10.0)]
    assert [(one.visit, one.times) for one in event.reason.passed] == [(walk_in, 1)]
    assert event.reason.overtakes == 1


def test_points_turn_when_the_slower_class_has_waited_long_enough() -> None:
    points = Points(priority=Gain(rate=2))
    scene = Scene(ruled(Calling(order="points", points=points)), opened=["1"])
    walk_in = take(scene)
    scene.clock.pass_(minutes=10)
    priority = take(scene, 1, "priority")
    scene.clock.pass_(minutes=9)
    assert [one.visit for one in upcoming(scene.floor, "1", scene.clock.now, 9)] == [walk_in, priority]  # 19 against 18
    scene.clock.pass_(minutes=2)
    assert [one.visit for one in upcoming(scene.floor, "1", scene.clock.now, 9)] == [priority, walk_in]  # 21 against 22


def test_targets_call_whoever_misses_first() -> None:
    plan = ruled(Calling(order="target"))
    queues = tuple(replace(queue, target=minutes) for queue, minutes in zip(plan.queues, (60, 10, 30), strict=True))
    scene = Scene(replace(plan, queues=queues), opened=["1"])
    slow = take(scene, 0)
    scene.clock.pass_(minutes=20)
    fast, middle = take(scene, 1), take(scene, 2)
    scene.clock.pass_(minutes=1)
    event = call(scene)
    assert (event.visit, event.reason.rule, event.reason.score) == (fast, "target", 9.0)
    scene.do(c.NoShow(counter="1"))
    assert calls(scene, 2) == [middle, slow]


def test_nobody_is_passed_over_more_often_than_the_rule_says() -> None:
    scene = Scene(ruled(Calling(order="preference", overtakes_most=2)), opened=["1"])
    last = take(scene, 2)
    first = [take(scene, 0) for _ in range(5)]
    assert calls(scene, 2) == first[:2]
    assert times_passed(scene.floor, last) == 2
    event = call(scene)
    assert (event.visit, event.reason.rule) == (last, "finally")


def test_nobody_waits_beyond_the_longest_wait_while_others_are_called() -> None:
    scene = Scene(ruled(Calling(order="preference", wait_most=30)), opened=["1"])
    last = take(scene, 2)
    scene.clock.pass_(minutes=29, seconds=59)
    take(scene, 0), take(scene, 0)
    assert call(scene).reason.rule == "preference"
    scene.do(c.NoShow(counter="1"))
    scene.clock.pass_(seconds=1)
    event = call(scene)
    assert (event.visit, event.reason.rule) == (last, "finally")


def test_calls_at_another_counter_of_the_profile_count() -> None:
    scene = Scene(ruled(Calling(order="preference", overtakes_most=2)), opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    last = take(scene, 2)
    for _ in range(4):
        take(scene, 0)
    call(scene), call(scene, "2", OTHER)
    scene.do(c.NoShow(counter="1"))
    assert call(scene).visit == last


def test_passing_over_while_at_a_counter_does_not_count() -> None:
    """Who was served, and was then handed on, has not been passed over meanwhile."""
    scene = Scene(ruled(Calling(overtakes_most=2)), opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    first = take(scene)
    scene.clock.pass_(seconds=1)
    assert call(scene).visit == first
    scene.do(c.Serve(counter="1"))
    for _ in range(5):
        take(scene)
        call(scene, "2", OTHER)
        scene.do(c.NoShow(counter="2"), OTHER)
    scene.do(c.Transfer(counter="1", queue=scene.plan.queues[1].code))
    assert times_passed(scene.floor, first) == 0


def test_a_skill_is_needed() -> None:
    plan = ruled(Calling(), clerks=(Clerk(code="clerk2", skills=("signer",)),))
    plan = replace(plan, queues=(replace(plan.queues[0], skill="signer"), *plan.queues[1:]))
    scene = Scene(plan, opened=["1"])
    special = take(scene, 0)
    assert scene.refused(c.CallNext(counter="1")) == "nobody_waiting"
    plain = take(scene, 1)
    event = call(scene)
    assert (event.visit, event.reason.overtakes) == (plain, 0)  # nobody whom this clerk could have called
    scene.do(c.OpenCounter(counter="2"), OTHER)
    assert times_passed(scene.floor, special) == 0
    assert call(scene, "2", OTHER).visit == special


def test_an_accessible_counter_is_waited_for_while_there_is_one() -> None:
    plan = ruled(Calling())
    counters = tuple(replace(one, accessible=one.code == "2", profile="all") for one in plan.counters)
    scene = Scene(replace(plan, counters=counters), opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    special = take(scene, 0, "accessible")
    plain = take(scene)
    assert call(scene).visit == plain
    assert call(scene, "2", OTHER).visit == special
    scene.do(c.Requeue(counter="2"), OTHER)
    scene.do(c.NoShow(counter="1"))
    scene.do(c.Pause(counter="2", reason="lunch"), OTHER)
    assert call(scene).visit == special, "nobody else can: everybody may"


def test_an_accessible_counter_that_does_not_serve_the_queue_is_not_waited_for() -> None:
    plan = ruled(Calling())
    counters = tuple(replace(one, accessible=one.code == "3") for one in plan.counters)  # 3 serves the first queue alone
    scene = Scene(replace(plan, counters=counters), opened=["1"])
    scene.do(c.OpenCounter(counter="3"), OTHER)
    special = take(scene, 1, "accessible")
    assert call(scene).visit == special


def test_appointments_go_first_from_their_minute_and_not_before() -> None:
    scene = Scene(ruled(Calling()), opened=["1"])
    booked = scene.book(start=scene.clock.now + timedelta(minutes=10))
    (issued, *_) = scene.do(c.CheckIn(code=booked.code), KIOSK)
    scene.clock.pass_(minutes=1)
    early = take(scene)
    scene.clock.pass_(minutes=8)
    waiting = take(scene)
    assert calls(scene, 1) == [early]
    scene.clock.pass_(minutes=1)
    event = call(scene)
    assert (event.visit, event.reason.rule) == (issued.visit, "appointment")
    assert [one.visit for one in event.reason.rivals] == [waiting]


def test_who_was_put_first_or_returned_goes_before_the_rule() -> None:
    scene = Scene(ruled(Calling(order="preference")), opened=["1"])
    parked = take(scene, 2)
    call(scene)
    scene.do(c.Park(counter="1", minutes=5))
    preferred = take(scene, 0)
    scene.tick(minutes=6)
    sent = take(scene, 1)
    scene.do(c.CallVisit(counter="1", visit=sent))
    scene.do(c.Transfer(counter="1", queue=scene.plan.queues[2].code, rank="first"))
    assert calls(scene, 3) == [parked, sent, preferred]
    assert rules(scene)[-3:] == ["returned", "first", "preference"]


def test_the_least_time_between_two_calls() -> None:
    scene = Scene(ruled(Calling(gap_s=20)), opened=["1"])
    take(scene), take(scene)
    call(scene)
    scene.do(c.NoShow(counter="1"))
    scene.clock.pass_(seconds=5)
    assert scene.refused(c.CallNext(counter="1")) == "too_soon"
    scene.clock.pass_(seconds=-3600)
    assert scene.refused(c.CallNext(counter="1")) is None, "a clock that was set back does not stop the work"
    scene.clock.pass_(seconds=3600 + 15)
    call(scene)


def test_store_next_brings_the_next_arrival_by_itself() -> None:
    scene = Scene(ruled(Calling()), opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    scene.do(c.StoreNext(counter="2"), OTHER)
    scene.clock.pass_(seconds=1)
    scene.do(c.StoreNext(counter="1"))
    first, called = scene.do(c.TakeTicket(service=service_of(scene.plan)), KIOSK)
    assert (called.counter, called.visit) == ("2", first.visit), "the one who has waited longer for somebody"
    (second, called) = scene.do(c.TakeTicket(service=service_of(scene.plan)), KIOSK)
    assert (called.counter, called.visit) == ("1", second.visit)
    assert len(scene.do(c.TakeTicket(service=service_of(scene.plan)), KIOSK)) == 1
    assert scene.replayed() == scene.floor


def test_store_next_can_be_taken_back_and_ends_with_a_pause() -> None:
    scene = Scene(ruled(Calling()), opened=["1"])
    scene.do(c.StoreNext(counter="1"))
    assert scene.do(c.StoreNext(counter="1")) == ()
    scene.do(c.StoreNext(counter="1", on=False))
    assert len(scene.do(c.TakeTicket(service=service_of(scene.plan)), KIOSK)) == 1
    assert scene.refused(c.StoreNext(counter="1")) == "somebody_waiting"
    calls(scene, 1)
    scene.do(c.StoreNext(counter="1"))
    assert desk(scene.floor, "1", CLERK).stored == scene.clock.now
    scene.do(c.Pause(counter="1", reason="lunch"))
    scene.do(c.Resume(counter="1"))
    assert len(scene.do(c.TakeTicket(service=service_of(scene.plan)), KIOSK)) == 1


def test_a_visitor_for_a_stored_counter_who_comes_another_way() -> None:
    """Handed on, returned, put back, checked in: all are arrivals for a counter that waits for one."""
    scene = Scene(ruled(Calling()), opened=["1"])
    take(scene)
    call(scene)
    scene.do(c.OpenCounter(counter="2"), OTHER)
    scene.do(c.StoreNext(counter="2"), OTHER)
    moved, called = scene.do(c.Transfer(counter="1", to_counter="2"))
    assert (called.counter, called.reason.rule) == ("2", "directed")
    assert moved.visit == called.visit


def test_the_reason_in_one_line() -> None:
    points = Points(priority=Gain(rate=3))
    scene = Scene(ruled(Calling(order="points", points=points)), opened=["1"])
    take(scene), take(scene)
    take(scene, 0, "priority")
    scene.clock.pass_(minutes=4)
    call(scene)
    reason = desk(scene.floor, "1", CLERK).reason
    assert reason is not None
    assert (
        reason["lv"].replace("\xa0", " ")
        == "Numuram A003 ir visvairāk punktu: 12; gaida 4 min. Pēc tam: A001 (4), A002 (4). Apsteigti: A001 (1×), A002 (1×)."
    )


orders = st.sampled_from([
    Calling(), Calling(order="preference"), Calling(order="target"), Calling(order="points"),
    Calling(order="ratio", shares=(Share(queue="vid", take=2), Share(queue="pasv"))),
    Calling(order="points", overtakes_most=1), Calling(order="preference", overtakes_most=0),
    Calling(order="preference", wait_most=1),
])  # fmt: skip
steps = st.lists(
    st.tuples(
        st.sampled_from([
            "take", "take", "priority", "access", "call", "call", "call", "requeue", "park", "transfer", "undo", "tick",
        ]),
        st.integers(0, 2), st.integers(0, 120),
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=drawn(60), deadline=None)
@given(calling=orders, work=steps)
def test_whatever_happens_the_pools_are_those_of_a_fresh_sort(calling: Calling, work: list[tuple[str, int, int]]) -> None:
    """Kept up step by step they equal pools made anew; all who can be called come once, and the first is who is called."""
    scene = Scene(ruled(calling), opened=["1"])
    for what, queue, seconds in work:
        scene.clock.pass_(seconds=seconds)
        command: c.Command = {
            "take": c.TakeTicket(service=service_of(scene.plan, queue)),
            "priority": c.TakeTicket(service=service_of(scene.plan, queue), needs=("priority",)),
            "access": c.TakeTicket(service=service_of(scene.plan, queue), needs=("accessible",)),
            "call": c.CallNext(counter="1"), "requeue": c.Requeue(counter="1"), "park": c.Park(counter="1", minutes=1),
            "transfer": c.Transfer(counter="1", queue=scene.plan.queues[queue].code), "undo": c.Undo(counter="1"),
            "tick": c.Tick(),
        }[what]  # fmt: skip
        actor = SYSTEM if what == "tick" else CLERK
        first = next(iter(upcoming(scene.floor, "1", scene.clock.now, 1)), None)
        if scene.refused(command, actor) is None:
            events = scene.do(command, actor)
            if what == "call":
                assert first is not None
                assert events[0].visit == first.visit
        elif what == "call" and scene.floor.posts["1"].visit is None:
            assert first is None
        assert rebuilt(scene.floor).pools == scene.floor.pools
        waiting = {visit.id for visit in scene.floor.visits.values() if visit.state == "waiting"}
        order = [one.visit for one in upcoming(scene.floor, "1", scene.clock.now, 99)]
        assert len(order) == len(set(order))
        assert set(order) == waiting
    assert scene.replayed() == scene.floor


@pytest.mark.parametrize("order", ["arrival", "preference", "target", "points"])
def test_ties_of_time_go_by_the_order_of_the_numbers(order: str) -> None:
    scene = Scene(ruled(Calling(order=order)), opened=["1"])  # type: ignore[arg-type]
    visits = [take(scene, 0) for _ in range(5)]
    assert calls(scene, 5) == visits
