"""Rooms and client computers: time, its end, the wipe, who waits, bookings; and slips that belong to no visit."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from config.plan import Room, Wifi
from display.room_view import room_screen
from kiosk.view import jobs, menu
from server.alerts import alerts
from server.domain import commands as c
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.events import RoomBooked, RoomEnded, RoomStarted, RoomWiped
from server.domain.evolve import fold
from server.domain.floor import Floor
from server.domain.refusal import CODES, Refusal
from server.domain.rooms import extensions, room_now, room_use
from server.reports.rooms import RoomUsage, usage
from tests.support import CLERK, KIOSK, MANAGER, MORNING, SYSTEM, Scene, tiny_plan

D1 = Room(code="d1", name={"lv": "1. dators"}, zone="hall", extend=(15,))
R1 = Room(code="r1", name={"lv": "Telpa"}, zone="hall", kind="room", minutes=60, lead=60, horizon=30)
PLAN = replace(tiny_plan(), rooms=(D1, R1), wifi=Wifi(network="Viesi; 2", tile=True))


@pytest.fixture
def scene() -> Scene:
    return Scene(PLAN, opened=("1",))


def details(scene: Scene) -> list[str]:
    return [one.detail for one in alerts(scene.floor, {}, scene.clock.now) if one.kind == "room"]


def book(scene: Scene, hours: float, room: str = "r1", minutes: int = 60, **more: Any) -> UUID:
    (event,) = scene.do(c.BookRoom(room=room, start=scene.clock.now + timedelta(hours=hours), minutes=minutes, **more))
    assert isinstance(event, RoomBooked)
    return event.booking


def test_the_time_is_warned_of_ends_and_nobody_else_comes_before_somebody_saw_that_it_is_wiped(scene: Scene) -> None:
    (started,) = scene.do(c.StartRoom(room="d1", helped=True))
    assert started == RoomStarted(room="d1", until=MORNING + timedelta(minutes=30), helped=True)
    assert [scene.tick(minutes=24), details(scene)] == [(), []]
    scene.tick(minutes=1)
    assert (details(scene), scene.tick(minutes=1)) == (["ending"], ())  # said once
    assert scene.tick(minutes=4) == (RoomEnded(room="d1", reason="over", minutes=30, helped=True),)
    assert (details(scene), scene.refused(c.StartRoom(room="d1"))) == (["wipe"], "room_unwiped")
    wiped = c.WipeRoom(room="d1", outcome="lodged_helped")
    assert scene.do(wiped) == (RoomWiped(room="d1", clerk=CLERK.id, outcome="lodged_helped"),)
    assert (scene.do(wiped), details(scene), scene.refused(c.StartRoom(room="d1"))) == ((), [], None)
    assert scene.replayed() == scene.floor


def test_more_time_is_given_until_somebody_has_booked(scene: Scene) -> None:
    scene.do(c.StartRoom(room="d1"))
    scene.tick(minutes=26)
    assert extensions(scene.floor, D1) == (15,)
    scene.do(c.ExtendRoom(room="d1", minutes=15))
    assert not room_use(scene.floor, "d1").warned
    book(scene, 0.5, "d1", 15)  # 8:56, while it is taken until 8:45
    assert (extensions(scene.floor, D1), scene.refused(c.ExtendRoom(room="d1", minutes=15))) == ((), "room_booked")
    assert scene.refused(c.ExtendRoom(room="d1", minutes=20)) == "room_extension"
    assert scene.refused(c.ExtendRoom(room="r1", minutes=15)) == "room_free"


def test_who_waits_has_a_number_of_the_visit_or_of_the_room(scene: Scene) -> None:
    visit = scene.take()
    scene.do(c.StartRoom(room="d1"))
    (own,), (with_ticket,) = scene.do(c.JoinRoom(room="d1")), scene.do(c.JoinRoom(room="d1", visit=visit))
    assert (own.number, with_ticket.number, scene.do(c.JoinRoom(room="d1", visit=visit))) == ("D1-1", "A001", ())  # type: ignore[union-attr]
    assert room_screen(scene.floor, "d1", scene.clock.now).waiting == ("D1-1", "A001")
    scene.do(c.LeaveRoom(room="d1", number="D1-1"))
    assert scene.refused(c.LeaveRoom(room="d1", number="D1-1")) == "not_in_room_queue"
    scene.do(c.EndRoom(room="d1", outcome="lodged_alone"))
    scene.do(c.WipeRoom(room="d1", outcome="other"))  # said already: it stays
    assert details(scene) == ["waiting"]
    (started,) = scene.do(c.StartRoom(room="d1", number="A001"))
    assert (started.visit, room_use(scene.floor, "d1").waits) == (visit, ())  # type: ignore[union-attr]
    (next_own,) = scene.do(c.JoinRoom(room="d1"))
    assert next_own.number == "D1-2"  # type: ignore[union-attr]


def test_a_booking_keeps_its_time_and_is_used_or_expires(scene: Scene) -> None:
    mine = book(scene, 2, title="Digitālo prasmju nodarbība", purpose="group", helper=True)
    assert scene.refused(c.BookRoom(room="r1", start=MORNING + timedelta(hours=2.5), minutes=60)) == "room_booked"
    scene.tick(minutes=90)
    assert room_now(scene.floor, R1, scene.clock.now).free_for == 30
    assert scene.refused(c.StartRoom(room="r1", minutes=45)) == "room_booked"
    assert scene.refused(c.StartRoom(room="r1", booking=mine)) == "room_booking_early"
    scene.tick(minutes=26)
    assert room_now(scene.floor, R1, scene.clock.now).free_for == 0
    started, kept = scene.do(c.StartRoom(room="r1", booking=mine))
    assert (started.until, kept.reason) == (MORNING + timedelta(hours=3), "kept")  # type: ignore[union-attr]
    late = book(scene, 3)
    scene.tick(hours=5)
    assert (late in scene.floor.kept, scene.refused(c.CancelRoomBooking(booking=late))) == (False, "unknown_room_booking")


def test_a_booking_lives_over_the_turn_of_the_day_and_an_unwiped_computer_is_told_of_in_the_morning(scene: Scene) -> None:
    tomorrow = book(scene, 30, contact=c.Contact(name="Jana", phone="+371 29123456"))
    scene.do(c.StartRoom(room="d1"))
    scene.do(c.JoinRoom(room="d1"))
    scene.do(c.CloseDay(), MANAGER)
    assert (room_use(scene.floor, "d1").state, room_use(scene.floor, "d1").waits) == ("wipe", ())
    scene.tick(days=1)
    assert (room_use(scene.floor, "d1").state, tomorrow in scene.floor.kept, details(scene)) == ("wipe", True, ["wipe"])
    scene.do(c.WipeRoom(room="d1"))
    ended = [one.event for one in scene.records if isinstance(one.event, RoomEnded | RoomWiped)]
    assert usage(ended) == (RoomUsage(room="d1", uses=1),)
    assert fold(Floor(), scene.records) == scene.floor


def test_use_is_counted_by_room() -> None:
    found = usage([
        RoomEnded(room="d1", reason="ended", minutes=20, helped=True, outcome="lodged_helped"),
        RoomEnded(room="d1", reason="over", minutes=30), RoomWiped(room="d1", clerk="a", outcome="lodged_alone"),
        RoomEnded(room="d1", reason="unwiped"), RoomEnded(room="a1", reason="ended", minutes=5),
    ])  # fmt: skip
    assert found == (
        RoomUsage(room="a1", uses=1, minutes=5),
        RoomUsage(room="d1", uses=2, minutes=50, helped=1, ran_out=1, lodged_alone=1, lodged_helped=1),
    )
    assert found[1].alone == 1


def test_a_room_in_use_stays_in_the_plan(scene: Scene) -> None:
    book(scene, 2)
    without = replace(PLAN, rooms=(D1,))
    assert scene.refused(c.RevisePlan(plan=without), MANAGER) == "room_in_use"
    assert scene.refused(c.RevisePlan(plan=replace(PLAN, rooms=(R1,))), MANAGER) is None


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.StartRoom(room="d9"), "unknown_room"),
        (c.StartRoom(room="d1", number="D1-9"), "not_in_room_queue"),
        (c.StartRoom(room="d1", visit=uuid4()), "unknown_visit"),
        (c.StartRoom(room="d1", booking=uuid4()), "unknown_room_booking"),
        (c.StartRoom(room="d1", why="VSAA-99"), "unknown_service"),
        (c.EndRoom(room="d1"), "room_free"),
        (c.JoinRoom(room="d1", visit=uuid4()), "unknown_visit"),
        (c.BookRoom(room="r1", start=MORNING + timedelta(minutes=30), minutes=60), "room_too_soon"),
        (c.BookRoom(room="r1", start=MORNING + timedelta(days=31), minutes=60), "room_too_far"),
        (c.BookRoom(room="r1", start=MORNING + timedelta(hours=2), minutes=60, title="Jāņa 010190-12345"), "personal_data"),
        (c.PrintPaper(kiosk="kiosk-1", kind="reminder"), "nothing_to_bring"),
        (c.PrintPaper(kiosk="kiosk-1", kind="intake", institution="VSAA", code="ABC234"), "no_documents"),
        (c.PrintPaper(kiosk="kiosk-1", kind="handover", institution="XX"), "unknown_institution"),
        (c.PrintPaper(kiosk="kiosk-9", kind="wifi"), "unknown_kiosk"),
        (c.ReportPaper(paper=uuid4(), state="printed"), "unknown_paper"),
    ],
)
def test_what_cannot_be_is_refused_in_words(scene: Scene, command: c.Command, code: str) -> None:
    assert scene.refused(command) == code
    assert code in CODES


def test_a_kiosk_prints_the_slip_of_the_network_and_nothing_else(scene: Scene) -> None:
    assert menu(scene.floor, "kiosk-1", scene.clock.now).wifi
    (asked,) = scene.do(c.PrintPaper(kiosk="kiosk-1", kind="wifi", language="en"), KIOSK)
    (job,) = jobs(scene.floor, "kiosk-1").papers
    assert (job.paper, job.network, job.voucher) == (asked.paper, "Viesi; 2", "")  # type: ignore[union-attr]
    scene.do(c.ReportPaper(paper=job.paper, state="printed"), KIOSK)
    assert (jobs(scene.floor, "kiosk-1").papers, scene.do(c.ReportPaper(paper=job.paper, state="printed"), KIOSK)) == ((), ())
    intake = c.PrintPaper(kiosk="kiosk-1", kind="intake", institution="VSAA", code="ABC234",
                          counts=(c.DocumentCount(kind="application", n=1),))  # fmt: skip
    assert (scene.refused(intake, KIOSK), scene.refused(intake)) == ("not_allowed", None)
    assert scene.refused(c.PrintPaper(kiosk="kiosk-1", kind="wifi"), Actor("kiosk", "kiosk-2")) == "other_kiosk"
    scene.do(c.RevisePlan(plan=replace(PLAN, wifi=replace(PLAN.wifi, vouchers=True))), SYSTEM)  # type: ignore[type-var]
    assert scene.refused(c.PrintPaper(kiosk="kiosk-1", kind="wifi")) == "no_voucher"


def test_a_voucher_goes_with_the_slip_that_asked_for_it(scene: Scene) -> None:
    scene.do(c.RevisePlan(plan=replace(PLAN, wifi=replace(PLAN.wifi, vouchers=True))), SYSTEM)  # type: ignore[type-var]
    context = Context(now=scene.clock.now, actor=CLERK, visit=uuid4(), token="t", voucher_n=7)
    (asked,) = decide(scene.floor, c.PrintPaper(kiosk="kiosk-1", kind="wifi"), context)
    assert asked.voucher_n == 7  # type: ignore[union-attr]


def test_the_screen_of_a_room_names_nobody(scene: Scene) -> None:
    book(scene, 1.5, title="Digitālo prasmju nodarbība", contact=c.Contact(name="Jana Kalna"))
    screen = room_screen(scene.floor, "r1", scene.clock.now)
    assert screen.booked == MORNING + timedelta(hours=1.5)
    assert "nodarbība" not in str(screen)
    with pytest.raises(LookupError):
        room_screen(scene.floor, "d9", scene.clock.now)
    with pytest.raises(Refusal):
        scene.do(c.EndRoom(room="r1"))
