"""What a visit keeps of its way: legs, delivered services, ranks, parking, transfers, calls and why."""

from datetime import timedelta
from typing import get_args
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from server.domain import commands as c
from server.domain.events import Passed, Reason, Rival, VisitCalled, VisitEnd, VisitEnded, VisitParked, VisitReturned
from server.domain.floor import LegEnd
from server.domain.refusal import Refusal
from server.domain.reply import result
from server.domain.waiting import estimate
from tests.support import BOARD, CLERK, KIOSK, MANAGER, MORNING, OTHER, SYSTEM, Actor, Scene, service_of, tiny_plan


def record(scene: Scene, counter: str = "1") -> c.RecordService:
    return c.RecordService(counter=counter, service=service_of(scene.plan), kind="konsultacija")


def called(scene: Scene, counter: str = "1") -> UUID:
    (event,) = scene.do(c.CallNext(counter=counter))
    assert isinstance(event, VisitCalled)
    return event.visit


def test_legs_are_appended_and_old_ones_never_change() -> None:
    scene = Scene(opened=["1", "2"])
    visit = scene.take()
    seen: list[tuple[object, ...]] = []

    def step(command: c.Command, actor: Actor = CLERK) -> None:
        scene.clock.pass_(seconds=30)
        scene.do(command, actor)
        legs = scene.visit(visit).legs
        over = tuple(leg for leg in legs if leg.end is not None)
        assert over[: len(seen)] == tuple(seen)
        assert all(leg.ended is not None for leg in over)
        seen[:] = over

    step(c.CallNext(counter="1"))
    step(c.Requeue(counter="1"))
    step(c.CallNext(counter="1"))
    step(c.Serve(counter="1"))
    step(c.Park(counter="1", minutes=5))
    step(c.CallVisit(counter="2", visit=visit))
    step(c.Serve(counter="2"))
    step(c.Transfer(counter="2", queue=scene.plan.queues[1].code))
    step(c.CallNext(counter="1"))
    step(c.Park(counter="1", minutes=1))
    scene.tick(minutes=2)
    step(c.CallNext(counter="1"))
    step(c.Park(counter="1", minutes=60))
    step(c.Leave(visit=visit))
    assert [leg.end for leg in scene.visit(visit).legs] == [
        "requeued", "parked", "transferred", "parked", "parked", "left",
    ]  # fmt: skip
    assert [(leg.counter, leg.served is not None) for leg in scene.visit(visit).legs] == [
        ("1", False), ("1", True), ("2", True), ("1", False), ("1", False), (None, False),
    ]  # fmt: skip


def test_ends_are_closed_lists() -> None:
    assert set(get_args(VisitEnd)) == {"served", "no_show", "left", "sent", "day_closed"}
    assert set(get_args(LegEnd)) == set(get_args(VisitEnd)) | {"requeued", "transferred", "parked"}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"type": "VisitEnded", "visit": str(UUID(int=1)), "reason": "bored"}, VisitEnded)


def test_a_call_out_of_parking_starts_clean() -> None:
    """Nothing of the stretch before is left in the new one: neither its service nor its confirmation."""
    scene = Scene(opened=["1", "2"])
    visit = scene.take()
    called(scene)
    scene.do(c.ConfirmShown(visit=visit, calls=1, zone="hall"), BOARD)
    scene.do(c.Serve(counter="1"))
    scene.do(c.Park(counter="1", minutes=30, note="meklē pasi"))
    scene.clock.pass_(minutes=4)
    scene.do(c.CallVisit(counter="2", visit=visit))
    leg = scene.visit(visit).leg
    assert (leg.counter, leg.called, leg.served, leg.shown, leg.ended, leg.end) == ("2", scene.clock.now, None, None, None, None)
    assert (scene.visit(visit).until, len(scene.floor.parked)) == (None, 0)
    assert scene.visit(visit).note == "meklē pasi"


def test_every_call_of_a_visit_has_a_name_of_its_own() -> None:
    """`(visit, calls)` names a call: a late confirmation of an earlier call must not pass for the present one."""
    scene = Scene(opened=["1"])
    visit = scene.take()
    called(scene)
    scene.do(c.Recall(counter="1"))
    scene.do(c.Requeue(counter="1"))
    called(scene)
    assert [(call.visit, call.calls) for call in scene.floor.calls] == [(visit, 3), (visit, 2), (visit, 1)]
    assert len(scene.do(c.ConfirmShown(visit=visit, calls=1, zone="hall"), BOARD)) == 1
    assert scene.visit(visit).leg.shown is None
    scene.do(c.ConfirmShown(visit=visit, calls=3, zone="hall"), BOARD)
    assert scene.visit(visit).leg.shown == scene.clock.now
    assert scene.do(c.ConfirmShown(visit=visit, calls=3, zone="hall"), BOARD) == ()
    scene.do(c.Recall(counter="1"))
    assert (scene.visit(visit).leg.calls, scene.visit(visit).leg.shown) == (4, None)


def test_confirmations_that_do_not_count() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    assert scene.do(c.ConfirmShown(visit=visit, calls=1, zone="hall"), BOARD) == ()
    called(scene)
    assert scene.refused(c.ConfirmShown(visit=visit, calls=1, zone="cellar"), BOARD) == "unknown_zone"
    assert scene.refused(c.ConfirmShown(visit=UUID(int=3), calls=1, zone="hall"), BOARD) == "unknown_visit"
    assert scene.do(c.ConfirmShown(visit=visit, calls=2, zone="hall"), BOARD) == ()
    scene.do(c.Undo(counter="1"))
    assert scene.do(c.ConfirmShown(visit=visit, calls=1, zone="hall"), BOARD) == ()


def test_requeue_keeps_the_place_and_the_wait() -> None:
    scene = Scene(opened=["1", "2"])
    first = scene.take()
    scene.clock.pass_(minutes=1)
    second = scene.take()
    assert called(scene) == first
    scene.do(c.Requeue(counter="1"))
    assert [place.visit for place in scene.floor.lines[scene.plan.queues[0].code]] == [first, second]
    assert called(scene, "2") == first
    assert scene.visit(first).leg.since == MORNING
    assert scene.visit(first).leg.reason == Reason(
        rule="arrival", waited_s=60, overtakes=0, score=1.0, rivals=(Rival(visit=second, number="A002", score=0.0),)
    )  # fmt: skip


def test_next_please_after_putting_back_calls_the_one_after_it() -> None:
    scene = Scene(opened=["1"])
    first = scene.take()
    scene.clock.pass_(minutes=1)
    second = scene.take()
    assert called(scene) == first
    scene.do(c.Requeue(counter="1"))
    assert called(scene) == second
    assert scene.visit(second).leg.reason == Reason(
        rule="put_back", waited_s=0, overtakes=1, score=0.0, rivals=(Rival(visit=first, number="A001", score=1.0),),
        passed=(Passed(visit=first, number="A001", times=1),),
    )  # fmt: skip
    scene.do(c.NoShow(counter="1"))
    assert called(scene) == first
    scene.do(c.Requeue(counter="1"))
    assert called(scene) == first  # nobody else waits


def test_several_delivered_services_and_an_amendment() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    called(scene)
    scene.do(c.Serve(counter="1"))
    scene.do(record(scene))
    other = service_of(scene.plan, 1)
    scene.do(c.RecordService(counter="1", service=other, kind="pieteikums", channel="klatiene", quantity=2))
    scene.do(c.RecordService(counter="1", service=other, kind="e_atbalsts", outcome="not_served"))
    scene.do(c.AmendService(counter="1", n=2, service=other, kind="pieteikums", quantity=3))
    assert [(d.n, d.service, d.kind, d.outcome, d.quantity) for d in scene.visit(visit).delivered] == [
        (1, service_of(scene.plan), "konsultacija", "advised", 1),
        (2, other, "pieteikums", "lodged", 3),
        (3, other, "e_atbalsts", "not_served", 1),
    ]
    assert scene.refused(c.AmendService(counter="1", n=4, service=other, kind="pieteikums")) == "unknown_record"
    scene.do(c.Finish(counter="1"))
    assert len(scene.visit(visit).delivered) == 3
    assert scene.floor.posts["1"].served == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"service": "XXX-99"}, "unknown_service"), ({"kind": "miracle"}, "unknown_kind"),
        ({"channel": "pigeon"}, "unknown_service_channel"), ({"outcome": "bliss"}, "unknown_outcome"),
    ],
)  # fmt: skip
def test_a_record_outside_the_catalogue_is_refused(wrong: dict[str, str], code: str) -> None:
    scene = Scene(opened=["1"])
    scene.take(), called(scene), scene.do(c.Serve(counter="1"))
    assert scene.refused(replace(record(scene), **wrong)) == code


def test_finish_needs_no_record_where_the_plan_does_not_ask() -> None:
    plan = tiny_plan()
    scene = Scene(replace(plan, rules=replace(plan.rules, outcome_required=False)), opened=["1"])
    scene.take(), called(scene), scene.do(c.Serve(counter="1"))
    (ended,) = scene.do(c.Finish(counter="1"))
    assert ended.reason == "served"


def test_a_parked_visit_returns_ahead_of_those_never_called() -> None:
    scene = Scene(opened=["1"])
    parked = scene.take()
    scene.clock.pass_(minutes=1)
    others = [scene.take(), scene.take()]
    assert called(scene) == parked
    scene.do(c.Park(counter="1", minutes=10, note="kopija"))
    until = scene.clock.now + timedelta(minutes=10)
    assert (scene.visit(parked).until, scene.visit(parked).note) == (until, "kopija")
    assert scene.tick(minutes=9, seconds=59) == ()
    (returned,) = scene.tick(seconds=1)
    assert isinstance(returned, VisitReturned)
    assert scene.visit(parked).until is None
    (event,) = scene.do(c.CallNext(counter="1"))
    assert (event.visit, event.reason.rule) == (parked, "returned")
    scene.do(c.NoShow(counter="1"))
    assert [called(scene)] == others[:1]


def test_parking_has_a_limit_and_two_come_back_in_order() -> None:
    scene = Scene(opened=["1", "2"])
    limit = scene.plan.rules.park_limit_minutes
    first, second = scene.take(), scene.take()
    called(scene), called(scene, "2")
    assert scene.refused(c.Park(counter="1", minutes=limit + 1)) == "park_too_long"
    scene.do(c.Park(counter="1", minutes=limit))
    scene.do(c.Park(counter="2", minutes=limit - 5))
    back = scene.tick(minutes=limit)
    assert [event.visit for event in back] == [second, first]
    assert called(scene) == second


@pytest.mark.parametrize(
    "note",
    [
        "pk 010190-12345", "01019012345", "PK:010190–12345", "pk010190-12345", "010190 12345", "010190 - 12345",
        "32-0190-11111 320190-11111",        "konts LV80BANK0000435195001", "LV80 BANK 0000 4351 9500 1", "lv80bank0000435195001",
    ],
)  # fmt: skip
def test_a_personal_code_in_a_note_is_refused(note: str) -> None:
    scene = Scene(opened=["1"])
    scene.take(), called(scene)
    assert scene.refused(c.Park(counter="1", note=note)) == "personal_data"


@pytest.mark.parametrize("note", ["", "zvanīt 67 012 345", "lieta 123456", "līdz 14:30", "2026-03-16 plkst. 10", "A012, LV"])
def test_an_ordinary_note_is_kept(note: str) -> None:
    scene = Scene(opened=["1"])
    scene.take(), called(scene)
    (parked,) = scene.do(c.Park(counter="1", note=note))
    assert isinstance(parked, VisitParked)
    assert parked.note == note


@pytest.mark.parametrize(
    "text", ["a\nb", "ends\n", "\x1b[31m", "nul\x00", "del\x7f", "c1\x85", "bidi\u202eabc", "sep\u2028", "x" * 141]
)
def test_control_characters_are_no_note(text: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="note"):
        msgspec.convert({"counter": "1", "note": text}, c.Park)


@pytest.mark.parametrize("code", ["1\n", "", "a b", "1;drop", "ā", "x" * 41, "\x00"])
def test_a_code_is_a_short_plain_word(code: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="counter"):
        msgspec.convert({"counter": code}, c.CallNext)


@pytest.mark.parametrize("number", ["X001\n", "A001", "X01", "X123456", "x001", ""])
def test_only_reserve_numbers_can_be_admitted(number: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="number"):
        msgspec.convert({"number": number, "service": "s", "issued": "2026-03-16T08:00:00Z"}, c.AdmitOffline)


def test_times_need_a_zone() -> None:
    with pytest.raises(msgspec.ValidationError, match="start"):
        msgspec.convert({"service": "s", "start": "2026-03-16T08:00:00"}, c.BookAppointment)


def test_transfer_to_a_queue_by_rank() -> None:
    scene = Scene(opened=["1", "2", "3"])
    queue = scene.plan.queues[1].code
    early = scene.take()
    scene.clock.pass_(minutes=1)
    there = [scene.take(1), scene.take(1)]
    scene.clock.pass_(minutes=1)
    late = [scene.take(), scene.take()]
    order = []
    for rank, expected in (("arrival", 0), ("last", 3), ("first", 0)):
        visit = called(scene, "3")
        scene.clock.pass_(seconds=10)
        scene.do(c.Transfer(counter="3", queue=queue, rank=rank))
        order.insert(expected, visit)
        assert [place.visit for place in scene.floor.lines[queue]] == [
            *[v for v in order if v in (late[1],)], early, *there, *[v for v in order if v == late[0]],
        ]  # fmt: skip
        assert scene.visit(visit).leg.since == scene.clock.now
        assert scene.visit(visit).leg.queue == queue
    (event,) = scene.do(c.CallNext(counter="1"))
    assert (event.visit, event.reason.rule) == (late[1], "first")


def test_transfer_to_a_counter_and_to_a_clerk() -> None:
    scene = Scene(opened=["1", "2"])
    scene.do(c.OpenCounter(counter="3"), OTHER)
    to_counter = scene.take()
    scene.clock.pass_(seconds=1)
    to_clerk = scene.take()
    scene.clock.pass_(seconds=1)
    plain = scene.take()
    called(scene)
    scene.do(c.Transfer(counter="1", to_counter="2"))
    called(scene)
    scene.do(c.Transfer(counter="1", to_clerk="clerk2"))
    assert scene.visit(to_counter).leg.queue == scene.visit(to_clerk).leg.queue == scene.plan.queues[0].code
    (event,) = scene.do(c.CallNext(counter="2"))
    assert (event.visit, event.reason.rule) == (to_counter, "directed")
    assert called(scene, "1") == plain
    (event,) = scene.do(c.CallNext(counter="3"), OTHER)
    assert (event.visit, event.reason.rule) == (to_clerk, "directed")


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({"queue": "nowhere"}, "unknown_queue"),
        ({"to_counter": "99"}, "unknown_counter"), ({"to_clerk": "ghost"}, "unknown_clerk"),
        ({}, "one_target"), ({"to_counter": "1", "to_clerk": "clerk1"}, "one_target"),
    ],
)  # fmt: skip
def test_transfer_needs_exactly_one_target_that_exists(target: dict[str, str], code: str) -> None:
    scene = Scene(opened=["1"])
    scene.take(), called(scene)
    assert scene.refused(c.Transfer(counter="1", **target)) == code


def test_transfer_to_the_place_where_it_is_needs_another_rank() -> None:
    scene = Scene(opened=["1"])
    scene.take(), called(scene)
    queue = scene.plan.queues[0].code
    assert scene.refused(c.Transfer(counter="1", queue=queue)) == "same_place"
    assert scene.refused(c.Transfer(counter="1", queue=queue, rank="last")) is None


def test_call_visit_says_how_many_it_overtakes() -> None:
    scene = Scene(opened=["1"])
    first, second, chosen, last = scene.take(), scene.take(1), scene.take(), scene.take()
    (event,) = scene.do(c.CallVisit(counter="1", visit=chosen))
    assert (event.reason.rule, event.reason.overtakes) == ("chosen", 2)
    assert [(one.visit, one.times) for one in event.reason.passed] == [(first, 1), (second, 1)]
    assert [one.visit for one in event.reason.rivals] == [first, second, last]


def test_a_counter_calls_the_earliest_of_its_own_queues_only() -> None:
    scene = Scene(opened=["1", "3"])
    elsewhere = scene.take(1)
    scene.clock.pass_(seconds=1)
    own = scene.take(0)
    assert called(scene, "3") == own
    assert called(scene, "1") == elsewhere


def test_a_second_clerk_at_one_counter() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    assert scene.refused(c.OpenCounter(counter="1"), OTHER) == "counter_taken"
    assert scene.refused(c.OpenCounter(counter="1")) == "counter_open"
    for command in (
        c.CallNext(counter="1"), c.CloseCounter(counter="1"), c.Pause(counter="1", reason="lunch"), c.Undo(counter="1"),
    ):  # fmt: skip
        assert scene.refused(command, OTHER) == "counter_taken"
        assert scene.refused(command, MANAGER) != "counter_taken"


def test_counters_open_pause_and_close() -> None:
    scene = Scene()
    assert scene.refused(c.OpenCounter(counter="9")) == "unknown_counter"
    assert scene.refused(c.OpenCounter(counter="1", profile="none")) == "unknown_profile"
    assert scene.refused(c.CallNext(counter="1")) == "counter_closed"
    scene.do(c.OpenCounter(counter="1", profile="first"))
    scene.take(1)
    assert scene.refused(c.CallNext(counter="1")) == "nobody_waiting"
    scene.do(c.Pause(counter="1", reason="lunch", minutes=30))
    assert (scene.floor.posts["1"].pause, scene.floor.posts["1"].until) == ("lunch", scene.clock.now + timedelta(minutes=30))
    scene.take(0)
    assert scene.refused(c.CallNext(counter="1")) == "counter_paused"
    assert scene.refused(c.Pause(counter="1", reason="lunch")) == "counter_paused"
    scene.do(c.Resume(counter="1"))
    assert scene.refused(c.Resume(counter="1")) == "not_paused"
    called(scene)
    for command in (c.CloseCounter(counter="1"), c.Pause(counter="1", reason="lunch"), c.CallNext(counter="1")):
        assert scene.refused(command) == "counter_busy"
    scene.do(c.NoShow(counter="1"))
    scene.do(c.CloseCounter(counter="1"))
    assert scene.refused(c.CloseCounter(counter="1")) == "counter_closed"


def test_a_contact_without_a_number() -> None:
    scene = Scene(opened=["1"])
    (event,) = scene.do(c.RegisterContact(counter="1", service=service_of(scene.plan), channel="talrunis"))
    visit = scene.visit(event.visit)
    assert (visit.number, visit.series, visit.n, visit.state, visit.origin) == ("", None, None, "serving", "contact")
    assert (visit.leg.counter, visit.leg.called, visit.leg.served) == ("1", MORNING, MORNING)
    assert len(scene.floor.series) == 0
    scene.do(record(scene))
    scene.do(c.Finish(counter="1"))
    bad = c.RegisterContact(counter="1", service=service_of(scene.plan), channel="pigeon")
    assert scene.refused(bad) == "unknown_service_channel"


@pytest.mark.parametrize("due", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00", "1969-12-31T23:59:59.5Z"])
def test_an_absurd_time_does_no_harm(due: str) -> None:
    scene = Scene(opened=["1"])
    service = service_of(scene.plan)
    assert scene.refused(msgspec.convert({"service": service, "start": due}, c.BookAppointment)) in ("slot_outside", "malformed")
    ask = msgspec.convert({"number": "X001", "service": service, "issued": due}, c.AdmitOffline)
    assert scene.refused(ask, KIOSK) in ("time_ahead", "time_too_old", "malformed")
    scene.take(), called(scene)


def test_language_and_service_that_are_off() -> None:
    scene = Scene()
    service = service_of(scene.plan)
    assert scene.refused(c.TakeTicket(service=service, language="xx")) == "language_off"
    assert scene.refused(c.BookAppointment(service=service, start=MORNING, language="xx")) == "language_off"
    assert scene.refused(c.TakeTicket(service="NO-1")) == "unknown_service"
    scene.do(c.TakeTicket(service=service, language="en"), KIOSK)


def test_a_ticket_says_who_is_ahead_and_what_was_promised() -> None:
    scene = Scene(opened=["1"])
    for _ in range(3):
        visit = scene.take()
        called(scene), scene.do(c.Serve(counter="1")), scene.do(record(scene))
        scene.clock.pass_(minutes=10)
        scene.do(c.Finish(counter="1"))
    assert (scene.visit(visit).low, scene.visit(visit).high) == (None, None)  # two were served then: no basis yet
    scene.take(), scene.take()
    events = scene.do(c.TakeTicket(service=service_of(scene.plan), needs=("priority", "priority", "more_time")), KIOSK)
    told = result(scene.floor, events)
    assert (told["number"], told["ahead"], told["promise"]) == ("A006", 2, {"low": 15, "high": 55})
    assert scene.visit(events[0].visit).needs == ("priority", "more_time")
    before = estimate(scene.floor, scene.plan.queues[0].code)
    scene.do(c.Pause(counter="1", reason="lunch", minutes=60))
    after = estimate(scene.floor, scene.plan.queues[0].code)
    assert before.middle_s is not None
    assert after.middle_s is not None
    assert after.middle_s - before.middle_s == pytest.approx(3600, rel=0.05)
    scene.do(c.CloseCounter(counter="1"))
    assert estimate(scene.floor, scene.plan.queues[0].code).high is None, "nobody works, nothing is promised"


def test_the_promise_is_never_negative_when_the_clock_was_set_back() -> None:
    scene = Scene(opened=["1"])
    for _ in range(3):
        scene.take(), called(scene), scene.do(c.Serve(counter="1")), scene.do(record(scene))
        scene.clock.pass_(minutes=-10)
        scene.do(c.Finish(counter="1"))
    told = estimate(scene.floor, scene.plan.queues[0].code)
    assert told.low is not None
    assert told.high is not None
    assert 0 <= told.low < told.high


def test_slips_are_owed_until_reported() -> None:
    scene = Scene()
    first, second = scene.take(), scene.take()
    by_clerk = scene.take(actor=CLERK)
    assert [place.visit for place in scene.floor.owed["kiosk-1"]] == [first, second]
    assert scene.refused(c.ReportSlip(visit=by_clerk, state="printed"), KIOSK) == "other_kiosk"
    assert scene.refused(c.ReportSlip(visit=first, state="printed"), Actor("kiosk", "kiosk-2")) == "other_kiosk"
    assert scene.refused(c.ReportSlip(visit=UUID(int=4), state="printed"), KIOSK) == "unknown_visit"
    scene.do(c.ReportSlip(visit=first, state="printed"), KIOSK)
    assert scene.do(c.ReportSlip(visit=first, state="printed"), KIOSK) == ()
    assert [place.visit for place in scene.floor.owed["kiosk-1"]] == [second]
    assert (scene.visit(first).slip, scene.visit(second).slip) == ("printed", "owed")


def test_undo_does_not_take_back_what_a_printer_did_meanwhile() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    called(scene)
    scene.do(c.ReportSlip(visit=visit, state="printed"), KIOSK)
    scene.do(c.Undo(counter="1"))
    assert (scene.visit(visit).state, scene.visit(visit).slip) == ("waiting", "printed")


def test_no_show_by_the_ticker_at_the_limit_exactly() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    called(scene)
    limit = scene.plan.rules.no_show_s
    assert scene.tick(seconds=limit - 1) == ()
    (ended,) = scene.tick(seconds=1)
    assert ended == VisitEnded(visit=visit, reason="no_show", counter="1")
    assert scene.floor.posts["1"].visit is None
    with pytest.raises(Refusal):
        scene.do(c.Serve(counter="1"))


def test_plan_changes_keep_every_place() -> None:
    scene = Scene(opened=["1", "3"])
    plan = scene.plan
    waiting = scene.take(1)
    assert scene.do(c.RevisePlan(plan=plan), SYSTEM) == ()

    def without(queue: int) -> c.RevisePlan:
        return c.RevisePlan(plan=replace(plan, queues=tuple(q for i, q in enumerate(plan.queues) if i != queue)))

    def without_counter(code: str) -> c.RevisePlan:
        return c.RevisePlan(plan=replace(plan, counters=tuple(one for one in plan.counters if one.code != code)))

    assert scene.refused(without(1), SYSTEM) == "queue_in_use"
    assert called(scene) == waiting
    assert scene.refused(without(1), SYSTEM) == "queue_in_use"  # Requeue would bring it back
    scene.do(c.Park(counter="1", minutes=5))
    assert scene.refused(without(1), SYSTEM) == "queue_in_use"
    assert scene.refused(without_counter("1"), SYSTEM) == "counter_in_use"
    scene.do(c.CallVisit(counter="1", visit=waiting))
    scene.do(c.Transfer(counter="1", to_counter="2"))
    scene.do(without_counter("2"), SYSTEM)
    assert scene.visit(waiting).leg.line == scene.visit(waiting).leg.queue, "who was sent there is everybody's"
    assert (scene.floor.version, "2" in scene.floor.look.counters) == (2, False)
    assert scene.floor.posts["1"].clerk == "clerk1"


def test_a_counter_whose_profile_is_gone_serves_its_own() -> None:
    scene = Scene()
    scene.do(c.OpenCounter(counter="1", profile="first"))
    waiting = scene.take(1)
    plan = replace(scene.plan, profiles=scene.plan.profiles[:1])
    plan = replace(plan, counters=tuple(replace(one, profile="all") for one in plan.counters))
    scene.do(c.RevisePlan(plan=plan), SYSTEM)
    assert called(scene) == waiting


def test_who_was_sent_to_a_clerk_that_went_home_is_everybodys() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    scene.do(c.OpenCounter(counter="2"), OTHER)
    called(scene)
    scene.do(c.Transfer(counter="1", to_clerk=OTHER.id))
    assert scene.refused(c.CallNext(counter="1")) == "nobody_waiting"
    scene.do(c.CloseCounter(counter="2"), OTHER)
    assert called(scene) == visit
