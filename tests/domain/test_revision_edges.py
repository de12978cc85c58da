"""The edges of another plan in force: counters that are gone, what still needs a part, and what was recorded before it."""

import pytest
from msgspec.structs import replace

from config.plan import Network, Plan, Profile
from server.domain import commands as c
from server.domain.events import TicketIssued
from server.domain.rules import times_passed
from tests.domain.test_parties import split_plan
from tests.domain.test_quirks import changed_queue
from tests.domain.test_revision import by_points, joined, moved_services, sorted_like_new
from tests.support import KIOSK, MANAGER, OTHER, Scene, service_of, tiny_plan

PLAN = replace(tiny_plan(), booking=None)


def without_queue(plan: Plan) -> Plan:
    """The first queue is gone and its services wait nowhere."""
    gone = plan.queues[0].code
    profiles = tuple(replace(one, queues=tuple(queue for queue in one.queues if queue != gone)) for one in plan.profiles)
    return replace(plan, queues=plan.queues[1:], profiles=profiles)


def test_who_waits_for_a_counter_that_goes_waits_for_any_and_who_waits_for_a_clerk_stays() -> None:
    scene = Scene(PLAN, opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    by_counter, by_clerk = scene.take(), scene.take()
    scene.do(c.MoveVisit(visit=by_counter, counter="3", reason="pie loga"), MANAGER)
    scene.do(c.MoveVisit(visit=by_clerk, clerk=OTHER.id, reason="pie viņas"), MANAGER)
    scene.do(c.RevisePlan(plan=replace(PLAN, counters=PLAN.counters[:2])), MANAGER)
    assert scene.visit(by_counter).leg.line == PLAN.queues[0].code
    assert scene.visit(by_clerk).leg.line == f"clerk:{OTHER.id}"
    sorted_like_new(scene)


def test_who_was_handed_on_for_the_rest_does_not_wait_for_the_further_services_again() -> None:
    scene = Scene(PLAN, opened=["1"])
    (issued,) = scene.do(c.TakeTicket(service=service_of(PLAN), more=(service_of(PLAN, 1),)), KIOSK)
    assert isinstance(issued, TicketIssued)
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Transfer(counter="1", queue=PLAN.queues[0].code, rank="first"))
    scene.do(c.RevisePlan(plan=by_points(PLAN)), MANAGER)
    assert scene.visit(issued.visit).leg.also == ()


def test_the_part_of_the_network_is_the_networks() -> None:
    scene = Scene(PLAN)
    assert scene.refused(c.RevisePlan(plan=replace(PLAN, network=Network(bundle=7))), MANAGER) == "locked_key"


def test_a_queue_whose_services_wait_nowhere_stays_while_somebody_waits_in_it() -> None:
    scene = Scene(PLAN)
    scene.take()
    assert scene.refused(c.RevisePlan(plan=without_queue(PLAN)), MANAGER) == "queue_in_use"


def test_a_service_that_somebody_is_to_be_called_back_for_keeps_a_queue() -> None:
    scene = Scene(PLAN, opened=["1"])
    start = scene.clock.now.replace(minute=30)
    asked = c.RegisterCallback(service=service_of(PLAN), start=start, contact=c.Contact(phone="26123456"))
    assert scene.refused(c.RevisePlan(plan=without_queue(PLAN)), MANAGER) is None
    scene.do(asked)
    assert scene.refused(c.RevisePlan(plan=without_queue(PLAN)), MANAGER) == "service_in_use"


def test_a_further_service_of_a_number_is_in_use_too() -> None:
    scene = Scene(PLAN)
    further = service_of(PLAN, 1)
    scene.do(c.TakeTicket(service=service_of(PLAN), more=(further,)), KIOSK)
    services = tuple(one for one in PLAN.services if one.code != further)
    plan = replace(changed_queue(PLAN, 1, services=PLAN.queues[1].services[1:]), services=services)
    assert scene.refused(c.RevisePlan(plan=plan), MANAGER) == "service_in_use"


def test_a_kiosk_that_still_owes_a_slip_stays_until_it_is_printed() -> None:
    scene = Scene(PLAN)
    visit = scene.take()
    assert scene.visit(visit).slip == "owed"
    plan = replace(PLAN, kiosks=tuple(one for one in PLAN.kiosks if one.code != KIOSK.id))
    assert scene.refused(c.RevisePlan(plan=plan), MANAGER) == "kiosk_in_use"
    scene.do(c.ReportSlip(visit=visit, state="printed"), KIOSK)
    assert scene.refused(c.RevisePlan(plan=plan), MANAGER) is None


def test_a_number_held_for_another_one_of_its_party_moves_without_standing_in_a_line() -> None:
    plan = replace(split_plan(), booking=None)
    scene = Scene(plan, opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    events = scene.do(c.TakeTicket(service=service_of(plan), more=(service_of(plan, 2),)), KIOSK)
    held, _ = (event.visit for event in events if isinstance(event, TicketIssued))
    scene.do(c.CallNext(counter="2"), OTHER)
    assert held in scene.floor.held
    scene.do(c.RevisePlan(plan=moved_services(plan)), MANAGER)
    assert scene.visit(held).leg.queue == plan.queues[1].code
    sorted_like_new(scene)
    scene.do(c.NoShow(counter="2"), OTHER)
    sorted_like_new(scene)
    assert scene.refused(c.CallNext(counter="1")) is None


def test_who_began_anew_at_its_place_was_not_passed_over_under_the_next_plan_either() -> None:
    scene = Scene(PLAN, opened=["1"])
    first = scene.take()
    scene.clock.pass_(minutes=1)
    second = scene.take()
    scene.do(c.CallVisit(counter="1", visit=second))
    assert times_passed(scene.floor, first) == 1
    scene.do(c.MoveVisit(visit=first, rank="first", reason="netaisni"), MANAGER)
    assert times_passed(scene.floor, first) == 0
    scene.do(c.RevisePlan(plan=by_points(PLAN)), MANAGER)
    assert times_passed(scene.floor, first) == 0


def test_a_profile_that_was_chosen_by_hand_stays_when_the_plan_gives_the_counter_another_one() -> None:
    scene = Scene(PLAN, opened=["1"])
    scene.do(c.SetProfile(counter="1", profile="first"), MANAGER)
    profiles = (*PLAN.profiles, Profile(code="second", name={"lv": "Otrā"}, queues=(PLAN.queues[1].code,)))
    counters = (replace(PLAN.counters[0], profile="second"), *PLAN.counters[1:])
    scene.do(c.RevisePlan(plan=replace(PLAN, profiles=profiles, counters=counters)), MANAGER)
    assert scene.floor.posts["1"].profile == "first"


@pytest.mark.parametrize("steps", [1, 2])
def test_every_step_that_can_be_taken_back_leads_to_a_place_that_there_is(steps: int) -> None:
    scene = Scene(PLAN, opened=["1"])
    visits = [scene.take(), scene.take()]
    scene.do(c.CallNext(counter="1"))
    scene.do(c.NoShow(counter="1"))
    scene.do(c.CallNext(counter="1"))
    scene.do(c.RevisePlan(plan=joined(PLAN)), MANAGER)
    for _ in range(steps):
        scene.do(c.Undo(counter="1"))
    assert scene.visit(visits[2 - steps]).leg.queue == PLAN.queues[1].code
    sorted_like_new(scene)


def test_a_forecast_of_the_old_plan_serves_nobody_under_the_new_one() -> None:
    scene = Scene(PLAN, opened=["1"])
    scene.take()
    assert scene.floor.rush is not None
    scene.do(c.RevisePlan(plan=by_points(PLAN)), MANAGER)
    assert scene.floor.rush is None
