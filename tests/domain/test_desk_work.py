"""Around the visit at the counter: two steps in one, two pages, contacts beside, calling back, messages, alarms."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from config.plan import Clerk
from counter.view import catalogue, desk, desk_urgent
from server.admin.view import overview
from server.alerts import alerts
from server.domain import commands as c
from server.domain.decide import actions
from server.domain.events import TicketIssued, VisitEnded
from server.domain.reply import result
from tests.support import CLERK, MANAGER, OTHER, Scene, service_of, tiny_plan

PLAN = tiny_plan()
SERVICE = service_of(PLAN)
CONTACT = c.RegisterContact(counter="1", service=SERVICE, channel="talrunis")


def two_desks(plan: Any = PLAN) -> Scene:
    scene = Scene(plan, opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    return scene


def got(visit: UUID | None = None) -> c.RecordService:
    return c.RecordService(counter="1", service=SERVICE, kind="konsultacija", visit=visit)


# Two steps in one


@pytest.mark.parametrize("kind", [c.Requeue, c.NoShow, c.Finish])
def test_a_step_and_the_next_call_are_one_command(kind: Any) -> None:
    scene = Scene(opened=["1"])
    first, second = scene.take(), scene.take()
    scene.do(c.CallNext(counter="1"))
    if kind is c.Finish:
        scene.do(c.Serve(counter="1"))
        scene.do(got())
    events = scene.do(kind(counter="1", then_next=True))
    assert scene.floor.posts["1"].visit == second
    assert scene.visit(first).state == ("waiting" if kind is c.Requeue else "ended")
    assert result(scene.floor, events)["number"] == scene.visit(second).number
    scene.do(c.Undo(counter="1"))
    scene.do(c.Undo(counter="1"))
    assert scene.floor.posts["1"].visit == first


def test_next_please_does_not_call_the_same_again() -> None:
    scene = Scene(opened=["1"])
    only = scene.take()
    scene.do(c.CallNext(counter="1"))
    events = scene.do(c.Requeue(counter="1", then_next=True))
    assert (scene.visit(only).state, scene.floor.posts["1"].visit) == ("waiting", None)
    assert result(scene.floor, events) == {}


def test_with_nobody_else_waiting_the_step_alone_is_done() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.do(c.CallNext(counter="1"))
    (event,) = scene.do(c.NoShow(counter="1", then_next=True))
    assert isinstance(event, VisitEnded)


def test_the_gap_between_calls_holds_and_the_step_is_done() -> None:
    calling = replace(PLAN.profiles[0].calling, gap_s=60)
    plan = replace(PLAN, profiles=(replace(PLAN.profiles[0], calling=calling), *PLAN.profiles[1:]))
    scene = Scene(plan, opened=["1"])
    scene.take(), scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.NoShow(counter="1", then_next=True))
    assert scene.floor.posts["1"].visit is None


# Two pages


@pytest.mark.parametrize(
    ("step", "stale"),
    [
        (c.CallNext(counter="1"), c.CallNext(counter="1")),
        (c.CallNext(counter="1"), c.Pause(counter="1", reason="lunch")),
        (c.Pause(counter="1", reason="lunch"), c.CallNext(counter="1")),
        (c.CloseCounter(counter="1"), c.OpenCounter(counter="1")),
    ],
)
def test_what_was_chosen_before_the_counter_moved_on_is_refused(step: c.CounterCommand, stale: c.CounterCommand) -> None:
    scene = Scene(opened=["1"])
    scene.take(), scene.take()
    seen = scene.floor.position
    assert scene.refused(replace(stale, seen=seen)) in (None, "counter_open")
    scene.do(replace(step, seen=seen))
    before = scene.floor
    assert scene.refused(replace(stale, seen=seen)) == "counter_moved_on"
    assert scene.floor is before


def test_two_pages_that_press_no_show_and_next_skip_nobody() -> None:
    scene = Scene(opened=["1"])
    first, second = scene.take(), scene.take()
    scene.do(c.CallNext(counter="1"))
    press = c.NoShow(counter="1", then_next=True, seen=scene.floor.position)
    scene.do(press)
    assert scene.refused(press) == "counter_moved_on"
    assert (scene.visit(first).end, scene.visit(second).state) == ("no_show", "called")


def test_a_page_that_wakes_up_does_not_call_for_a_counter_that_moved_on() -> None:
    scene = Scene(opened=["1"])
    for _ in range(3):
        scene.take()
    asleep = scene.floor.position
    scene.do(c.CallNext(counter="1"))
    scene.do(c.NoShow(counter="1"))
    assert scene.refused(c.CallNext(counter="1", seen=asleep)) == "counter_moved_on"
    assert scene.refused(c.CallNext(counter="1")) is None


def test_records_and_recalls_do_not_move_a_counter_on() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.do(c.CallNext(counter="1"))
    seen = scene.floor.position
    scene.do(c.Recall(counter="1", seen=seen))
    scene.take()
    scene.do(c.Serve(counter="1", seen=seen))
    seen = scene.floor.position
    scene.do(replace(got(), seen=seen))
    scene.do(c.Finish(counter="1", seen=seen))


def test_two_counters_that_call_at_once_call_two() -> None:
    scene = two_desks()
    first, second = scene.take(), scene.take()
    seen = scene.floor.position
    scene.do(c.CallNext(counter="1", seen=seen))
    scene.do(c.CallNext(counter="2", seen=seen), OTHER)
    assert (scene.floor.posts["1"].visit, scene.floor.posts["2"].visit) == (first, second)
    assert scene.refused(c.CallVisit(counter="2", visit=first), OTHER) == "counter_busy"


# Out of order


def test_calling_out_of_order_is_a_right_of_its_own_and_says_why() -> None:
    plan = replace(PLAN, rules=replace(PLAN.rules, clerks_choose=False), clerks=(Clerk(code="clerk2", skills=(), chooses=True),))
    scene = two_desks(plan)
    _, second = scene.take(), scene.take()
    ask = c.CallVisit(counter="1", visit=second, note="autobuss pēc 10 minūtēm")
    assert scene.refused(ask) == "not_allowed"
    assert "CallVisit" not in actions(scene.floor, "1", CLERK)
    assert "CallVisit" in actions(scene.floor, "2", OTHER)
    assert scene.refused(ask, MANAGER) is None
    scene.do(replace(ask, counter="2"), OTHER)
    (leg,) = desk(scene.floor, "2", OTHER).visit.history
    assert (leg.rule, leg.note) == ("chosen", "autobuss pēc 10 minūtēm")


# To another centre


def test_a_visit_that_is_sent_to_another_centre_is_over_here() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Transfer(counter="1", to_centre="Kuldīgas VPVKAC", note="vajag zvērinātu notāru"))
    sent = scene.visit(visit)
    assert (sent.state, sent.end, sent.to_centre, sent.note) == ("ended", "sent", "Kuldīgas VPVKAC", "vajag zvērinātu notāru")
    assert scene.floor.posts["1"].served == 0
    scene.do(c.Undo(counter="1"))
    assert (scene.visit(visit).state, scene.visit(visit).to_centre) == ("called", "")


@pytest.mark.parametrize("more", [{}, {"to_centre": " "}, {"to_centre": "Kuldīga", "to_counter": "2"}])
def test_a_transfer_has_one_target(more: dict[str, str]) -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.do(c.CallNext(counter="1"))
    assert scene.refused(c.Transfer(counter="1", **more)) == "one_target"


def test_a_note_goes_with_a_transfer() -> None:
    scene = two_desks()
    scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Transfer(counter="1", to_counter="2", note="vajag zīmogu"))
    scene.do(c.CallNext(counter="2"), OTHER)
    shown = desk(scene.floor, "2", OTHER).visit
    assert (shown.note, [leg.end for leg in shown.history]) == ("vajag zīmogu", ["transferred", None])


# Contacts without a number


def test_a_call_is_taken_beside_the_visit_with_a_clock_of_its_own() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    scene.clock.pass_(minutes=4)
    (issued,) = scene.do(CONTACT)
    assert isinstance(issued, TicketIssued)
    scene.clock.pass_(minutes=3)
    view = desk(scene.floor, "1", CLERK, now=scene.clock.now)
    assert (view.visit.visit, view.contact.visit, view.contact.channel) == (visit, issued.visit, "talrunis")
    assert scene.clock.now - view.contact.since == timedelta(minutes=3)
    assert "RegisterContact" not in view.actions
    assert view.contact.actions == ("RecordService", "Finish")
    assert view.contact.missing == ("service",)
    assert scene.refused(CONTACT) == "contact_open"
    scene.do(got(issued.visit))
    scene.do(c.Finish(counter="1", visit=issued.visit, seen=0))
    assert (scene.visit(issued.visit).end, scene.visit(visit).state) == ("served", "serving")
    assert (scene.visit(visit).delivered, scene.floor.posts["1"].served) == ((), 1)
    scene.do(c.Undo(counter="1"))
    assert (scene.visit(visit).state, scene.floor.posts["1"].served) == ("called", 1)
    assert scene.replayed() == scene.floor


def test_taking_a_step_back_leaves_the_contact_where_it_is() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.do(c.CallNext(counter="1"))
    (issued,) = scene.do(CONTACT)
    scene.do(c.Undo(counter="1"))
    assert (scene.floor.posts["1"].visit, scene.floor.posts["1"].contact) == (None, issued.visit)
    for step in (c.CloseCounter(counter="1"), c.Pause(counter="1", reason="lunch")):
        assert scene.refused(step) == "contact_open"
        assert type(step).__name__ not in actions(scene.floor, "1", CLERK)
    scene.do(c.CallNext(counter="1"))
    scene.do(c.CloseDay(), MANAGER)
    assert scene.visit(issued.visit).end == "day_closed"
    assert scene.replayed() == scene.floor


def test_who_comes_straight_to_an_idle_counter_is_the_visit() -> None:
    scene = Scene(opened=["1"])
    scene.do(replace(CONTACT, channel="klatiene"))
    view = desk(scene.floor, "1", CLERK)
    assert (view.contact, view.visit.channel, view.state) == (None, "klatiene", "serving")


def test_a_contact_for_a_colleague_needs_the_right() -> None:
    scene = two_desks()
    ask = replace(CONTACT, clerk="clerk2")
    assert scene.refused(ask) == "not_allowed"
    assert scene.refused(replace(ask, clerk="clerk1")) is None
    scene.do(c.RevisePlan(plan=replace(PLAN, rules=replace(PLAN.rules, for_colleagues=True))), MANAGER)
    assert scene.refused(replace(ask, clerk="nobody")) == "unknown_clerk"
    (issued,) = scene.do(ask)
    assert scene.visit(issued.visit).leg.clerk == "clerk2"
    assert catalogue(scene.floor).for_colleagues


def test_another_page_cannot_finish_a_contact_that_is_gone() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.do(c.CallNext(counter="1"))
    (issued,) = scene.do(CONTACT)
    scene.do(got(issued.visit))
    done = c.Finish(counter="1", visit=issued.visit)
    scene.do(done)
    assert scene.refused(done) == "counter_moved_on"


# Calling back


def callback(scene: Scene, **delta: float) -> c.RegisterCallback:
    return c.RegisterCallback(
        service=SERVICE, start=scene.clock.now + timedelta(**delta or {"minutes": 30}), contact=c.Contact(phone="26123456")
    )


def test_who_wants_to_be_called_back_is_on_the_desk_until_somebody_did() -> None:
    scene = two_desks()
    (later,) = scene.do(callback(scene, minutes=30))
    (sooner,) = scene.do(callback(scene, minutes=10), OTHER)
    shown = desk(scene.floor, "1", CLERK, now=scene.clock.now + timedelta(minutes=20)).callbacks
    assert [(one.callback, one.late) for one in shown] == [(sooner.callback, True), (later.callback, False)]
    assert "CallCallback" in actions(scene.floor, "1", CLERK)
    issued, _ = scene.do(c.CallCallback(counter="1", callback=sooner.callback))
    assert (scene.floor.posts["1"].visit, scene.visit(issued.visit).channel) == (issued.visit, "talrunis")
    assert scene.refused(c.CallCallback(counter="2", callback=sooner.callback), OTHER) == "unknown_callback"
    scene.do(c.EndCallback(callback=later.callback, reason="unreached"), OTHER)
    assert desk(scene.floor, "1", CLERK).callbacks == ()


def test_a_call_back_has_a_telephone_and_is_for_later_today() -> None:
    scene = Scene()
    assert scene.refused(replace(callback(scene), contact=c.Contact(name="Anna"))) == "no_phone"
    assert scene.refused(callback(scene, minutes=-1)) == "callback_today"
    assert scene.refused(callback(scene, days=1)) == "callback_today"


def test_the_day_ends_with_its_promises_to_call_back() -> None:
    scene = Scene()
    scene.do(callback(scene))
    events = scene.tick(days=1)
    assert [event.reason for event in events if type(event).__name__ == "CallbackEnded"] == ["expired"]
    assert len(scene.floor.callbacks) == 0


def test_the_plan_keeps_the_service_of_a_promise_to_call_back() -> None:
    scene = Scene()
    scene.do(callback(scene))
    queues = tuple(replace(queue, services=tuple(s for s in queue.services if s != SERVICE)) for queue in PLAN.queues)
    assert scene.refused(c.RevisePlan(plan=replace(PLAN, queues=queues)), MANAGER) == "service_in_use"


# Messages and alarms


def test_a_message_to_the_manager_stays_until_it_is_read() -> None:
    scene = two_desks()
    (sent,) = scene.do(c.SendMessage(counter="1", text="Beidzas papīrs"))

    def seen(actor: Any) -> list[str]:
        return [one.text for one in overview(scene.floor, {}, scene.clock.now, actor).messages]

    assert (seen(MANAGER), seen(CLERK)) == (["Beidzas papīrs"], [])
    assert scene.refused(c.AcknowledgeMessage(message=sent.message)) == "not_allowed"
    scene.do(c.AcknowledgeMessage(message=sent.message), MANAGER)
    assert seen(MANAGER) == []
    (own,) = desk(scene.floor, "1", CLERK).messages
    assert (own.own, own.reader, own.read) == (True, "manager", scene.clock.now)
    assert desk(scene.floor, "2", OTHER).messages == ()
    assert scene.do(c.AcknowledgeMessage(message=sent.message), MANAGER) == ()


def test_a_message_to_a_counter_is_the_manager_s_to_write_and_the_clerk_s_to_read() -> None:
    scene = two_desks()
    ask = c.SendMessage(counter="2", text="Lūdzu, ej pusdienās", to="counter")
    assert scene.refused(ask) == "not_allowed"
    assert scene.refused(replace(ask, to="manager")) == "counter_taken"
    (sent,) = scene.do(ask, MANAGER)
    before = desk(scene.floor, "2", OTHER)
    assert [(one.text, one.own) for one in before.messages] == [("Lūdzu, ej pusdienās", False)]
    assert scene.refused(c.AcknowledgeMessage(message=sent.message)) == "not_allowed"
    scene.do(c.AcknowledgeMessage(message=sent.message), OTHER)
    after = desk(scene.floor, "2", OTHER)
    assert after.messages == ()
    assert desk_urgent(before) != desk_urgent(after)
    assert scene.refused(c.AcknowledgeMessage(message=UUID(int=3)), OTHER) == "unknown_message"


def test_a_quiet_alarm_is_shown_to_the_others_until_somebody_goes() -> None:
    scene = two_desks()
    scene.do(c.RaiseAlarm(counter="1"))
    assert scene.do(c.RaiseAlarm(counter="1")) == ()
    since = scene.clock.now
    assert [(a.kind, a.counters, a.since, a.clerk) for a in desk(scene.floor, "2", OTHER).alerts] == [
        ("alarm", ("1",), since, None)
    ]
    mine = desk(scene.floor, "1", CLERK)
    assert (mine.alerts, mine.alarm.clerk) == ((), None)
    scene.do(c.AcknowledgeAlarm(counter="1"), OTHER)
    assert desk(scene.floor, "1", CLERK).alarm.clerk == "clerk2"
    assert scene.refused(c.AcknowledgeAlarm(counter="1"), MANAGER) == "alarm_answered"
    assert scene.do(c.AcknowledgeAlarm(counter="1"), OTHER) == ()
    assert scene.replayed() == scene.floor
    scene.clock.pass_(minutes=4)
    assert alerts(scene.floor, {}, scene.clock.now) == ()
    assert scene.refused(c.AcknowledgeAlarm(counter="1"), OTHER) == "no_alarm"
    (again,) = scene.do(c.RaiseAlarm(counter="1"))
    assert again.counter == "1"


def test_an_alarm_raised_by_mistake_is_taken_back_and_one_of_a_closed_counter_is_over() -> None:
    scene = two_desks()
    scene.do(c.RaiseAlarm(counter="1"))
    scene.do(c.AcknowledgeAlarm(counter="1"))
    assert desk(scene.floor, "1", CLERK).alarm is None
    assert desk(scene.floor, "2", OTHER).alerts == ()
    scene.do(c.RaiseAlarm(counter="1"))
    assert desk(scene.floor, "1", CLERK).alarm.clerk is None
    scene.do(c.CloseCounter(counter="1"))
    assert desk(scene.floor, "2", OTHER).alerts == ()
    assert scene.replayed() == scene.floor


@pytest.mark.parametrize("beside", [False, True])
def test_a_contact_that_came_to_nothing_is_given_up(beside: bool) -> None:
    scene = two_desks()
    service = service_of(scene.floor.settled)
    if beside:
        scene.do(c.TakeTicket(service=service))
        scene.do(c.CallNext(counter="1"))
    (begun,) = scene.do(c.RegisterContact(counter="1", service=service, channel="talrunis"))
    assert scene.refused(c.Leave(visit=begun.visit), OTHER) == "counter_taken"
    scene.do(c.Leave(visit=begun.visit))
    mine = desk(scene.floor, "1", CLERK)
    assert (mine.contact, mine.state) == (None, "called" if beside else "idle")
    assert scene.floor.visits[begun.visit].end == "left"
    (again,) = scene.do(c.RegisterContact(counter="1", service=service, channel="talrunis"))
    visit = again.visit if beside else None
    scene.do(c.RecordService(counter="1", service=service, kind="konsultacija", visit=visit))
    assert scene.refused(c.Leave(visit=again.visit)) == "not_waiting"
    assert scene.replayed() == scene.floor


def test_an_alarm_is_raised_also_in_a_pause_and_by_a_page_that_lags_behind() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.Pause(counter="1", reason="lunch"))
    assert {"RaiseAlarm", "SendMessage"} <= set(actions(scene.floor, "1", CLERK))
    assert scene.refused(c.RaiseAlarm(counter="1")) is None
    assert "seen" not in c.RaiseAlarm.__struct_fields__


def test_messages_and_alarms_end_with_the_day() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.RaiseAlarm(counter="1"))
    scene.do(c.SendMessage(counter="1", text="Esmu slēgusi seifu"))
    scene.tick(days=1)
    assert (len(scene.floor.alarms), len(scene.floor.messages)) == (0, 0)


# What the desk shows


def test_a_pause_has_one_of_the_plan_s_reasons() -> None:
    scene = Scene(opened=["1"])
    assert scene.refused(c.Pause(counter="1", reason="holiday")) == "unknown_pause"
    for reason in catalogue(scene.floor).pause_reasons:
        assert scene.refused(c.Pause(counter="1", reason=reason)) is None


def test_the_desk_tells_what_to_have_along_who_else_works_and_the_person_s_other_numbers() -> None:
    scene = two_desks()
    services = tuple(queue.services[0] for queue in PLAN.queues)
    events = scene.do(c.TakeTicket(service=services[0], more=services[1:]))
    scene.book(1, start=scene.clock.now + timedelta(hours=1))
    scene.do(c.CallNext(counter="1"))
    view = desk(scene.floor, "1", CLERK)
    assert len(events) == 1
    assert view.visit.more == services[1:]
    bring = {one["lv"] for one in view.visit.checklist}
    assert bring == {s.bring["lv"] for s in PLAN.services if s.code in services and s.bring}
    assert [(one.counter, one.clerk, one.state) for one in view.colleagues] == [("2", "clerk2", "idle")]
    assert [one.service for one in view.booked] == [service_of(PLAN, 1)]
    assert view.visit.usual == sum(s.minutes for s in PLAN.services if s.code in services)


def test_services_recorded_here_are_at_hand() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    other = service_of(PLAN, 1)
    for service in (SERVICE, other, SERVICE):
        scene.do(c.RecordService(counter="1", service=service, kind="konsultacija"))
    assert desk(scene.floor, "1", CLERK).recent == (SERVICE, other)


def test_the_desk_tells_the_person_s_other_numbers() -> None:
    profiles = (replace(PLAN.profiles[0], queues=PLAN.profiles[0].queues[1:]), PLAN.profiles[1])
    scene = Scene(replace(PLAN, profiles=profiles), opened=["1"])
    scene.do(c.OpenCounter(counter="3"), OTHER)
    first, other = scene.do(c.TakeTicket(service=SERVICE, more=(service_of(PLAN, 1),)))
    scene.do(c.CallNext(counter="3"), OTHER)
    (linked,) = desk(scene.floor, "3", OTHER).visit.linked
    assert scene.floor.posts["3"].visit == first.visit
    assert (linked.visit, linked.number, linked.state) == (other.visit, other.number, "waiting")
