"""The edges of a room's time: bookings that touch, the least that is worth having, and what was said twice of one use."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from config.plan import Room
from server.domain import commands as c
from server.domain.events import RoomBookingEnded, RoomExtended, RoomJoined, RoomStarted, RoomWiped
from server.domain.rooms import room_now
from tests.domain.test_rooms import D1, book
from tests.support import MANAGER, Scene, service_of, tiny_plan

R1 = Room(code="r1", name={"lv": "Telpa"}, zone="hall", kind="room", minutes=60, lead=0, horizon=30)
PLAN = replace(tiny_plan(), rooms=(D1, R1))


@pytest.fixture
def scene() -> Scene:
    return Scene(PLAN, opened=("1",))


def free(scene: Scene) -> int:
    return room_now(scene.floor, R1, scene.clock.now).free_for


def test_bookings_may_touch_and_may_not_overlap(scene: Scene) -> None:
    book(scene, 2)
    begin = scene.clock.now + timedelta(hours=2)
    for start, minutes, code in (
        (begin - timedelta(hours=1), 60, None), (begin + timedelta(hours=1), 60, None),
        (begin - timedelta(hours=1), 61, "room_booked"), (begin + timedelta(minutes=59), 60, "room_booked"),
    ):  # fmt: skip
        assert scene.refused(c.BookRoom(room="r1", start=start, minutes=minutes)) == code


def test_a_room_is_not_booked_into_the_time_of_who_has_it(scene: Scene) -> None:
    scene.do(c.StartRoom(room="r1", minutes=90))
    start = scene.clock.now + timedelta(minutes=89)
    assert scene.refused(c.BookRoom(room="r1", start=start, minutes=30)) == "room_taken"
    assert scene.refused(c.BookRoom(room="r1", start=start + timedelta(minutes=1), minutes=30)) is None


def test_five_minutes_before_a_booking_are_worth_having_and_belong_to_who_booked(scene: Scene) -> None:
    booking = book(scene, 1)
    ask = c.StartRoom(room="r1", booking=booking)
    scene.clock.pass_(minutes=54)
    assert (free(scene), scene.refused(ask)) == (6, "room_booking_early")
    scene.clock.pass_(minutes=1)
    assert (free(scene), scene.refused(ask)) == (5, None)
    scene.clock.pass_(seconds=1)
    assert free(scene) == 0


def test_who_has_booked_nothing_gets_a_room_until_the_next_booking_if_that_is_five_minutes(scene: Scene) -> None:
    book(scene, 1)
    begin = scene.clock.now + timedelta(hours=1)
    scene.clock.now = begin - timedelta(minutes=5)
    (started,) = scene.decide(c.StartRoom(room="r1"))
    assert isinstance(started, RoomStarted)
    assert started.until == begin
    scene.clock.pass_(seconds=1)
    assert scene.refused(c.StartRoom(room="r1")) == "room_booked"


def test_who_comes_late_to_a_booking_still_gets_five_minutes_and_nobody_loses_it_before_its_end(scene: Scene) -> None:
    booking = book(scene, 1, minutes=30)
    scene.clock.pass_(minutes=60)
    assert scene.tick() == ()
    scene.clock.pass_(minutes=28)
    (started, kept) = scene.decide(c.StartRoom(room="r1", booking=booking))
    assert isinstance(started, RoomStarted)
    assert started.until == scene.clock.now + timedelta(minutes=5)
    assert kept == RoomBookingEnded(booking=booking, reason="kept")
    assert scene.tick(minutes=2) == (RoomBookingEnded(booking=booking, reason="expired"),)


def test_more_time_counts_from_now_where_the_time_is_over_and_nobody_has_said_so_yet(scene: Scene) -> None:
    scene.do(c.StartRoom(room="d1"))
    scene.clock.pass_(minutes=31)
    (extended,) = scene.decide(c.ExtendRoom(room="d1", minutes=15))
    assert isinstance(extended, RoomExtended)
    assert extended.until == scene.clock.now + timedelta(minutes=15)


def test_what_came_of_a_use_is_counted_once(scene: Scene) -> None:
    scene.do(c.StartRoom(room="d1"))
    scene.do(c.EndRoom(room="d1", outcome="lodged_helped"))
    (wiped,) = scene.do(c.WipeRoom(room="d1", outcome="lodged_helped"))
    assert isinstance(wiped, RoomWiped)
    assert wiped.outcome is None


def test_a_visit_waits_for_a_room_once(scene: Scene) -> None:
    visit = scene.take()
    (joined,) = scene.do(c.JoinRoom(room="d1", visit=visit))
    assert isinstance(joined, RoomJoined)
    assert scene.do(c.JoinRoom(room="d1", visit=visit)) == ()
    scene.do(c.LeaveRoom(room="d1", number=joined.number))
    assert scene.refused(c.LeaveRoom(room="d1", number=joined.number)) == "not_in_room_queue"


def test_a_visit_without_a_number_waits_for_no_room(scene: Scene) -> None:
    scene.do(c.RegisterContact(counter="1", service=service_of(PLAN), channel="talrunis"))
    (caller,) = scene.floor.visits
    assert scene.refused(c.JoinRoom(room="d1", visit=caller)) == "no_number"


def test_a_room_stays_in_the_plan_until_it_is_wiped(scene: Scene) -> None:
    scene.do(c.StartRoom(room="d1"))
    scene.do(c.EndRoom(room="d1"))
    assert scene.refused(c.RevisePlan(plan=replace(PLAN, rooms=(R1,))), MANAGER) == "room_in_use"
    scene.do(c.WipeRoom(room="d1"))
    assert scene.refused(c.RevisePlan(plan=replace(PLAN, rooms=(R1,))), MANAGER) is None
