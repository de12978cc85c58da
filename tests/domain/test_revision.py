"""Another plan while people wait: each kind of change, forwards and back. Nobody loses a place and nobody is sent away."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from config.catalogue import Service
from config.load import check_plan
from config.network import with_value
from config.plan import Calling, Clerk, Counter, Network, Plan, Queue
from server.domain import commands as c
from server.domain.context import NETWORK
from server.domain.events import PlanPutOff, PlanRevised, VisitCalled
from server.domain.rules import times_passed
from server.domain.waiting import waiting_in
from server.store.centre import open_plan
from tests.domain.test_quirks import changed_queue
from tests.support import CLERK, KIOSK, MANAGER, OTHER, SYSTEM, Scene, service_of, tiny_plan


def sorted_like_new(scene: Scene) -> None:
    """Lines and pools are as a floor folded anew would have them, and everybody who is open stands somewhere once."""
    assert scene.replayed() == scene.floor
    floor, here = scene.floor, list[UUID]()
    for line in (*floor.lines.values(), *floor.directed.values(), floor.parked):
        here += (place.visit for place in line)
    here += (at.visit for at in floor.posts.values() if at.visit is not None)
    here += floor.held
    assert sorted(here) == sorted(visit.id for visit in floor.visits.values() if visit.state != "ended")
    for name in floor.lines:
        assert name in floor.look.queues


def moved_services(plan: Plan) -> Plan:
    """The first service of the first queue goes to the second queue."""
    first, second, *rest = plan.queues
    one, *others = first.services
    return replace(
        plan, queues=(replace(first, services=tuple(others)), replace(second, services=(*second.services, one)), *rest)
    )


def joined(plan: Plan) -> Plan:
    """The first queue is gone; the second has its services."""
    first, second, *rest = plan.queues
    queues = (replace(second, services=(*second.services, *first.services)), *rest)
    profiles = tuple(
        replace(one, queues=tuple(dict.fromkeys(second.code if q == first.code else q for q in one.queues)))
        for one in plan.profiles
    )
    return replace(plan, queues=queues, profiles=profiles)


def with_queue(plan: Plan) -> Plan:
    """A queue of its own for one service."""
    first, *rest = plan.queues
    one, *others = first.services
    new = Queue(code="new", name={"lv": "Jauna"}, letter="N", zone=first.zone, services=(one,))
    profiles = tuple(replace(p, queues=(*p.queues, "new")) for p in plan.profiles)
    return replace(plan, queues=(replace(first, services=tuple(others)), *rest, new), profiles=profiles)


def by_points(plan: Plan) -> Plan:
    return replace(plan, profiles=tuple(replace(p, calling=Calling(order="points")) for p in plan.profiles))


def with_counter(plan: Plan) -> Plan:
    return replace(plan, counters=(*plan.counters, Counter(code="9", zone="hall", profile="all")))


def retired(plan: Plan) -> Plan:
    """The first service is not given any more."""
    old = service_of(plan)
    services = tuple(replace(one, retired=True) if one.code == old else one for one in plan.services)
    return replace(changed_queue(plan, 0, services=plan.queues[0].services[1:]), services=services, booking=None)


CHANGES: dict[str, Callable[[Plan], Plan]] = {
    "a service goes to another queue": moved_services, "two queues become one": joined, "a queue more": with_queue,
    "another rule": by_points, "a counter more": with_counter, "a service is retired": retired,
    "other minutes": lambda plan: replace(plan, services=tuple(replace(s, minutes=5) for s in plan.services)),
    "another zone": lambda plan: changed_queue(plan, 0, zone="side"),
    "other rules": lambda plan: with_value(plan, "rules.no_show_s", 60),
    "a target": lambda plan: changed_queue(plan, 0, target=5),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_every_kind_of_change_forwards_and_back_keeps_everybody(name: str) -> None:
    plan = replace(tiny_plan(), booking=None)
    scene = Scene(plan, opened=["1"])
    scene.do(c.OpenCounter(counter="3"), OTHER)
    visits = [scene.take(n % 3) for n in range(9)]
    scene.do(c.TakeTicket(service=service_of(plan), more=(service_of(plan, 1),)), KIOSK)
    scene.do(c.CallNext(counter="1"))
    scene.do(c.CallNext(counter="3"), OTHER)
    scene.do(c.Serve(counter="3"), OTHER)
    scene.do(c.Park(counter="3", minutes=5), OTHER)
    before = {visit.id: (visit.number, visit.state, visit.leg.key, visit.leg.since) for visit in scene.floor.visits.values()}
    clerks = {counter: at.clerk for counter, at in scene.floor.posts.items()}
    changed = CHANGES[name](plan)
    assert check_plan(changed) == ()
    for there in (changed, plan):
        scene.do(c.RevisePlan(plan=there), MANAGER)
        after = {visit.id: (visit.number, visit.state, visit.leg.key, visit.leg.since) for visit in scene.floor.visits.values()}
        assert after == before
        assert {counter: at.clerk for counter, at in scene.floor.posts.items()} == clerks
        sorted_like_new(scene)
        for visit in scene.floor.visits.values():
            if visit.state in ("waiting", "parked") and visit.service in scene.floor.look.queue_of:
                assert visit.leg.queue == scene.floor.look.queue_of[visit.service]
    # The day goes on to its end: everybody is called, in the order of arrival.
    scene.do(c.NoShow(counter="1"))
    called = []
    while scene.refused(c.CallNext(counter="1")) is None:
        called += [event.visit for event in scene.do(c.CallNext(counter="1")) if isinstance(event, VisitCalled)]
        scene.do(c.NoShow(counter="1"))
    assert set(visits) - set(called) == {visits[0], visits[3]}, "but for the one who was called before and the one set aside"
    assert called == sorted(called, key=lambda id: scene.visit(id).position)


def test_what_can_be_taken_back_leads_to_a_place_that_there_is() -> None:
    scene = Scene(replace(tiny_plan(), booking=None), opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.RevisePlan(plan=joined(scene.plan)), MANAGER)
    scene.do(c.Undo(counter="1"))
    assert scene.visit(visit).leg.queue == scene.plan.queues[1].code
    sorted_like_new(scene)


def test_who_stands_at_a_counter_keeps_the_queue_it_was_called_from() -> None:
    scene = Scene(replace(tiny_plan(), booking=None), opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.RevisePlan(plan=moved_services(scene.plan)), MANAGER)
    assert scene.visit(visit).leg.queue == scene.plan.queues[0].code
    scene.do(c.Requeue(counter="1"))
    sorted_like_new(scene)


def test_who_a_clerk_sent_elsewhere_stays_there() -> None:
    scene = Scene(replace(tiny_plan(), booking=None), opened=["1"])
    visit, queue = scene.take(), scene.plan.queues[2].code
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Transfer(counter="1", queue=queue))
    scene.do(c.RevisePlan(plan=moved_services(scene.plan)), MANAGER)
    assert scene.visit(visit).leg.queue == queue


def test_nobody_counts_as_passed_over_by_calls_that_could_not_have_been_its_own() -> None:
    plan = replace(tiny_plan(), booking=None)
    never = replace(plan.profiles[1], calling=Calling(overtakes_most=1))
    plan = replace(plan, profiles=(plan.profiles[0], never))
    scene = Scene(plan)
    scene.do(c.OpenCounter(counter="3"))
    waits = scene.take(1)
    later = [scene.take(0) for _ in range(3)]
    for _ in later[:2]:
        scene.do(c.CallNext(counter="3"))
        scene.do(c.NoShow(counter="3"))
    both = replace(never, queues=(plan.queues[0].code, plan.queues[1].code))
    scene.do(c.RevisePlan(plan=replace(plan, profiles=(plan.profiles[0], both))), MANAGER)
    assert times_passed(scene.floor, waits) == 0
    (called,) = scene.do(c.CallNext(counter="3"))
    assert isinstance(called, VisitCalled)
    assert (called.visit, called.reason.rule) == (waits, "arrival"), "its turn by arrival, not for having been wronged"


def test_a_counter_goes_on_with_the_profile_that_the_plan_gives_it_but_not_a_clerk_with_an_own_one() -> None:
    scene = Scene(replace(tiny_plan(), booking=None))
    scene.do(c.OpenCounter(counter="1"))
    scene.do(c.OpenCounter(counter="2", profile="first"), OTHER)
    first = replace(scene.plan.counters[0], profile="first")
    plan = replace(scene.plan, counters=(first, *scene.plan.counters[1:]))
    scene.do(c.RevisePlan(plan=plan), MANAGER)
    assert [scene.floor.posts[n].profile for n in ("1", "2")] == ["first", "first"]
    scene.do(c.RevisePlan(plan=scene.plan), MANAGER)
    assert [scene.floor.posts[n].profile for n in ("1", "2")] == ["all", "first"]
    own = replace(scene.plan, clerks=(Clerk(code=CLERK.id, skills=(), profile="all"),))
    scene.do(c.RevisePlan(plan=own), MANAGER)
    scene.do(c.RevisePlan(plan=replace(own, counters=plan.counters)), MANAGER)
    assert scene.floor.posts["1"].profile == "all"


def test_a_service_that_the_plan_forgets_altogether_is_in_use_while_somebody_waits() -> None:
    scene = Scene(replace(tiny_plan(), booking=None))
    scene.take()
    gone = service_of(scene.plan)
    services: tuple[Service, ...] = tuple(one for one in scene.plan.services if one.code != gone)
    plan = replace(changed_queue(scene.plan, 0, services=scene.plan.queues[0].services[1:]), services=services)
    assert scene.refused(c.RevisePlan(plan=plan), MANAGER) == "service_in_use"


def later(scene: Scene, plan: Plan, **delta: float) -> c.SchedulePlan:
    return c.SchedulePlan(plan=plan, version=scene.floor.version, at=scene.clock.now + timedelta(**delta), reason="no rīta")


def test_a_plan_starts_by_itself_at_its_time_and_can_be_taken_back_until_then() -> None:
    scene = Scene(replace(tiny_plan(), booking=None))
    visit, plan = scene.take(), with_counter(scene.plan)
    scene.do(later(scene, plan, minutes=10), MANAGER)
    assert scene.refused(later(scene, plan, minutes=20), MANAGER) == "plan_waits"
    scene.do(c.WithdrawPlan(), MANAGER)
    assert scene.tick(minutes=10) == ()
    assert scene.refused(later(scene, plan, minutes=0), MANAGER) == "time_over"
    assert scene.refused(later(scene, plan, days=367), MANAGER) == "time_far"
    scene.do(later(scene, plan, minutes=10), MANAGER)
    assert scene.tick(minutes=9) == ()
    (revised,) = scene.tick(minutes=1)
    assert isinstance(revised, PlanRevised)
    assert (revised.reason, revised.scheduled, revised.version) == ("no rīta", True, 2)
    assert (scene.floor.plan, scene.floor.planned) == (plan, None)
    assert waiting_in(scene.floor, scene.visit(visit).leg.queue) == 1
    sorted_like_new(scene)


def test_a_plan_waits_over_the_turn_of_the_day_and_a_restart() -> None:
    scene = Scene(replace(tiny_plan(), booking=None))
    plan = with_counter(scene.plan)
    scene.do(later(scene, plan, hours=30), MANAGER)
    scene.tick(hours=24)
    assert scene.floor.planned is not None
    assert [type(one.event).__name__ for one in open_plan(r for r in scene.records if "Plan" in type(r.event).__name__)] == [
        "PlanScheduled"
    ]
    scene.tick(hours=6)
    assert scene.floor.plan == plan
    assert open_plan(r for r in scene.records if getattr(r.event, "scheduled", False) or "Sched" in type(r.event).__name__) == []


@pytest.mark.parametrize("actor", [MANAGER, NETWORK])
def test_a_plan_whose_ground_has_changed_is_not_started_and_not_lost(actor: object) -> None:
    scene = Scene(replace(tiny_plan(), booking=None))
    plan, other = with_counter(scene.plan), with_value(scene.plan, "rules.no_show_s", 60)
    scene.do(later(scene, plan, minutes=10), MANAGER)
    assert isinstance(scene.do(c.RevisePlan(plan=other), actor)[-1], PlanPutOff)  # type: ignore[arg-type]
    planned = scene.floor.planned
    assert planned is not None
    assert (planned.plan, planned.code, scene.floor.plan) == (plan, "plan_moved_on", other)
    assert scene.tick(minutes=30) == ()
    scene.do(later(scene, with_counter(other), minutes=5), MANAGER)
    scene.tick(minutes=5)
    assert scene.floor.plan == with_counter(other)


def test_a_plan_that_does_not_fit_at_its_time_stays_with_the_reason() -> None:
    scene = Scene(replace(tiny_plan(), booking=None))
    plan = replace(scene.plan, counters=tuple(one for one in scene.plan.counters if one.code != "2"))
    scene.do(later(scene, plan, minutes=10), MANAGER)
    scene.do(c.OpenCounter(counter="2"))
    (off,) = scene.tick(minutes=10)
    assert off == PlanPutOff(code="counter_in_use", facts={"counter": "2"})
    assert scene.floor.planned is not None
    assert scene.floor.posts["2"].clerk == CLERK.id
    scene.do(c.WithdrawPlan(), MANAGER)
    sorted_like_new(scene)
    assert scene.tick(minutes=10) == ()


def test_what_the_network_has_set_cannot_be_scheduled_away() -> None:
    plan = replace(tiny_plan(), booking=None, network=Network(bundle=1, locked=("rules.no_show_s",)))
    scene = Scene(plan)
    assert scene.refused(later(scene, with_value(plan, "rules.no_show_s", 60), minutes=5), MANAGER) == "locked_key"
    assert scene.refused(c.RevisePlan(plan=with_counter(plan), version=7), SYSTEM) == "plan_moved_on"
