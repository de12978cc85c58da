"""Faults that were found by other eyes, each as it was seen."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from config.plan import Calling, Clerk, Counter, Plan, Profile, Roll
from server.domain import commands as c
from server.domain.events import VisitCalled
from server.domain.rules import times_passed
from server.domain.waiting import people_ahead
from tests.domain.test_parties import opened as two_counters
from tests.domain.test_parties import take as take_several
from tests.support import CLERK, KIOSK, MANAGER, OTHER, Actor, Scene, service_of, tiny_plan


def take(scene: Scene, *queues: int, needs: tuple[str, ...] = ()) -> UUID:
    first, *more = (service_of(scene.plan, queue) for queue in queues or (0,))
    events = scene.do(c.TakeTicket(service=first, more=tuple(more), needs=needs), KIOSK)
    return events[0].visit  # type: ignore[union-attr]


def with_counters(*counters: Counter, calling: Calling | None = None, **more: object) -> Plan:
    plan = tiny_plan()
    if calling is not None:
        more["profiles"] = tuple(replace(one, calling=calling) for one in plan.profiles)
    return replace(plan, counters=counters, **more)


def call(scene: Scene, counter: str = "1", actor: Actor = CLERK) -> VisitCalled:
    (event,) = scene.do(c.CallNext(counter=counter), actor)
    assert isinstance(event, VisitCalled)
    return event


def test_a_need_that_only_an_unskilled_counter_meets_keeps_nobody_waiting() -> None:
    """Counter 1 has the skill, counter 2 is accessible: together they can, alone neither; who has the skill serves."""
    plan = with_counters(
        Counter(code="1", zone="hall", profile="all"), Counter(code="2", zone="hall", profile="all", accessible=True),
        clerks=(Clerk(code="clerk1", skills=("taxes",)),),
    )  # fmt: skip
    scene = Scene(replace(plan, queues=(replace(plan.queues[0], skill="taxes"), *plan.queues[1:])), opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    visit = take(scene, 0, needs=("accessible",))
    assert scene.refused(c.CallNext(counter="2"), OTHER) == "nobody_waiting"
    assert call(scene).visit == visit


def test_two_needs_that_no_one_counter_meets_are_met_by_everybody() -> None:
    plan = with_counters(
        Counter(code="1", zone="hall", profile="all", accessible=True), Counter(code="2", zone="hall", profile="all"),
        clerks=(Clerk(code="clerk2", skills=("sign_language",)),),
    )  # fmt: skip
    scene = Scene(plan, opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    visit = take(scene, 0, needs=("accessible", "sign_language"))
    assert call(scene).visit == visit


def test_one_number_for_several_services_waits_for_a_counter_that_is_open() -> None:
    """The joint counter is closed: two numbers; it closes after the number was given: its first queue is enough."""
    plan = tiny_plan()
    codes = [queue.code for queue in plan.queues]
    profiles = tuple(
        Profile(code=code, name={"lv": code}, queues=queues)
        for code, queues in (("left", (codes[0],)), ("right", (codes[1],)), ("both", (codes[0], codes[1])))
    )
    counters = tuple(Counter(code=str(n), zone="hall", profile=one.code) for n, one in enumerate(profiles, 1))
    queues = plan.queues[:2]
    scene = Scene(replace(plan, profiles=profiles, counters=counters, queues=queues), opened=["1", "2"])
    assert len(take_several(scene, 0, 1)) == 2
    scene.do(c.OpenCounter(counter="3"), OTHER)
    (issued,) = take_several(scene, 0, 1)
    scene.do(c.NoShow(counter="1") if scene.do(c.CallNext(counter="1")) else c.Tick())
    assert scene.refused(c.CallNext(counter="1")) == "nobody_waiting", "it waits for counter 3"
    scene.do(c.CloseCounter(counter="3"), OTHER)
    assert call(scene).visit == issued.visit


@pytest.mark.parametrize("step", ["Finish", "NoShow", "Park", "Transfer", "Requeue"])
def test_undo_never_puts_one_person_at_two_counters(step: str) -> None:
    scene = two_counters()
    first, _ = take_several(scene, 0, 2)
    scene.do(c.CallNext(counter="1"))
    if step == "Finish":
        scene.do(c.Serve(counter="1"))
        scene.do(c.RecordService(counter="1", service=first.service, kind="konsultacija"))
    target = {"queue": scene.plan.queues[1].code} if step == "Transfer" else {}
    scene.do(c.COMMANDS[step](counter="1", **target))
    scene.do(c.CallNext(counter="2"), OTHER)
    assert scene.refused(c.Undo(counter="1")) == "moved_on"
    scene.do(c.NoShow(counter="2"), OTHER)
    assert scene.refused(c.Undo(counter="1")) is None


def test_a_parked_companion_is_not_called_beside_the_other() -> None:
    scene = two_counters()
    first, second = take_several(scene, 0, 2)
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Park(counter="1"))
    scene.do(c.CallNext(counter="2"), OTHER)
    assert scene.visit(second.visit).state == "called"
    assert scene.refused(c.CallVisit(counter="1", visit=first.visit)) == "companion_called"


def test_a_stored_next_comes_when_the_least_time_between_calls_is_over() -> None:
    scene = Scene(with_counters(*tiny_plan().counters, calling=Calling(gap_s=30)), opened=["1"])
    take(scene), call(scene), scene.do(c.NoShow(counter="1"))
    scene.do(c.StoreNext(counter="1"))
    visit = take(scene)
    assert scene.visit(visit).state == "waiting"
    assert scene.tick(seconds=29) == ()
    (called,) = scene.tick(seconds=1)
    assert called.visit == visit  # type: ignore[union-attr]


def test_undo_of_a_call_that_came_by_itself_is_not_reversed_by_the_next_arrival() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.StoreNext(counter="1"))
    first = take(scene)
    scene.do(c.Undo(counter="1"))
    take(scene, 1)
    assert (scene.visit(first).state, scene.floor.posts["1"].stored) == ("waiting", None)


def test_undo_of_a_no_show_by_the_ticker_gives_the_time_again() -> None:
    scene = Scene(opened=["1"])
    visit = take(scene)
    call(scene)
    limit = scene.plan.rules.no_show_s
    scene.tick(seconds=limit)
    scene.do(c.Undo(counter="1"))
    assert scene.tick(seconds=limit - 1) == ()
    assert scene.visit(visit).state == "called"
    scene.tick(seconds=1)
    assert scene.visit(visit).end == "no_show"


def test_passed_over_is_counted_over_all_profiles() -> None:
    """Two profiles with a limit of 2 each: the third call takes who was passed over once by each."""
    plan = tiny_plan()
    rule = Calling(order="preference", overtakes_most=2)
    codes = tuple(queue.code for queue in plan.queues)
    profiles = tuple(Profile(code=code, name={"lv": code}, queues=codes, calling=rule) for code in ("one", "two"))
    counters = tuple(Counter(code=str(n), zone="hall", profile=one.code) for n, one in enumerate(profiles, 1))
    scene = Scene(replace(plan, profiles=profiles, counters=counters), opened=["1", "2"])
    last = take(scene, 2)
    for _ in range(4):
        take(scene, 0)
    call(scene), call(scene, "2")
    assert times_passed(scene.floor, last) == 2
    scene.do(c.NoShow(counter="1"))
    event = call(scene)
    assert (event.visit, event.reason.rule) == (last, "finally")


def test_who_is_meant_for_one_counter_is_watched_too() -> None:
    scene = Scene(with_counters(*tiny_plan().counters, calling=Calling(order="points", wait_most=20)), opened=["1"])
    visit = take(scene)
    call(scene)
    scene.do(c.Transfer(counter="1", to_counter="1", rank="last"))
    scene.clock.pass_(minutes=20)
    take(scene, 0, needs=("priority",))
    scene.clock.pass_(minutes=30)
    event = call(scene)
    assert (event.visit, event.reason.rule) == (visit, "finally")


def test_put_first_keeps_its_arrival() -> None:
    """It came first: nobody came earlier whom it could pass over."""
    scene = Scene(opened=["1"])
    first = take(scene)
    for _ in range(3):
        scene.clock.pass_(minutes=1)
        take(scene)
    call(scene)
    scene.do(c.Transfer(counter="1", queue=scene.plan.queues[1].code, rank="first"))
    event = call(scene)
    assert (event.visit, event.reason.overtakes, event.reason.passed) == (first, 0, ())


def test_nobody_passes_over_itself() -> None:
    scene = Scene(opened=["1"])
    earlier, visit = take(scene), take(scene)
    scene.do(c.CallVisit(counter="1", visit=visit))
    scene.do(c.Transfer(counter="1", to_counter="1", rank="first"))
    event = call(scene)
    assert (event.visit, event.reason.overtakes) == (visit, 1)
    assert [one.visit for one in event.reason.passed] == [earlier]


def test_a_parked_visit_that_is_called_keeps_its_class_and_services() -> None:
    scene = Scene(opened=["1"])
    visit = take(scene, 0, 1, needs=("priority",))
    call(scene)
    scene.do(c.Park(counter="1"))
    scene.do(c.CallVisit(counter="1", visit=visit))
    scene.do(c.Requeue(counter="1"))
    leg = scene.visit(visit).leg
    assert (leg.group, leg.also) == ("priority", (scene.plan.queues[1].code,))


def test_people_ahead_are_those_whom_the_same_counters_call() -> None:
    scene = Scene(opened=["1"])
    for _ in range(5):
        take(scene, 1)
    events = scene.do(c.TakeTicket(service=service_of(scene.plan, 0)), KIOSK)
    assert events[0].ahead == 5  # type: ignore[union-attr]
    scene.do(c.OpenCounter(counter="3"), OTHER)  # the first queue alone
    key = scene.visit(events[0].visit).leg.key  # type: ignore[union-attr]
    assert people_ahead(scene.floor, scene.plan.queues[0].code, key) == 0


def test_a_number_from_the_roll_is_held_by_one_person() -> None:
    plan = tiny_plan()
    scene = Scene(replace(plan, roll=Roll(service=service_of(plan), first=1, last=3), kiosks=()), opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    scene.do(c.CallRoll(counter="1"))
    assert scene.refused(c.SetRoll(counter="2", next=1), OTHER) == "number_taken"
    scene.do(c.Undo(counter="1"))
    for before, expected in enumerate(("2", "3"), 1):
        issued, called, _ = scene.do(c.CallRoll(counter="2"), OTHER)
        assert (issued.number, called.reason.rule, called.reason.overtakes) == (expected, "roll", before)  # type: ignore[union-attr]
        scene.do(c.Transfer(counter="2", to_counter="2"), OTHER)
    assert scene.refused(c.CallRoll(counter="2"), OTHER) == "number_taken"


def test_a_number_from_far_back_is_the_fault_of_a_clock() -> None:
    scene = Scene()
    old = c.AdmitOffline(number="X001", service=service_of(scene.plan), issued=scene.clock.now - timedelta(days=3661))
    assert scene.refused(old, KIOSK) == "time_too_old"
    assert scene.refused(replace(old, issued=scene.clock.now - timedelta(days=3659)), KIOSK) is None


def test_a_personal_code_is_no_name() -> None:
    scene = Scene()
    soon = scene.clock.now + timedelta(minutes=5)
    ask = c.BookAppointment(service=service_of(scene.plan), start=soon, contact=c.Contact(name="010190-12345"))
    assert scene.refused(ask, MANAGER) == "personal_data"


def test_a_promise_counts_what_somebody_asks_for() -> None:
    """Only one of two counters is accessible: whoever needs it waits for that one."""
    plan = with_counters(
        Counter(code="1", zone="hall", profile="all", accessible=True), Counter(code="2", zone="hall", profile="all")
    )
    scene = Scene(plan, opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    for _ in range(3):
        take(scene), call(scene), scene.do(c.Serve(counter="1"))
        scene.do(c.RecordService(counter="1", service=service_of(scene.plan), kind="konsultacija"))
        scene.clock.pass_(minutes=10)
        scene.do(c.Finish(counter="1"))
    for _ in range(4):
        take(scene, 0, needs=("accessible",))
    plain = scene.visit(take(scene, 0)).middle_s
    special = scene.visit(take(scene, 0, needs=("accessible",))).middle_s
    assert plain is not None
    assert special is not None
    assert special > 2 * plain
