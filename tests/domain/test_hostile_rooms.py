"""Rooms over midnight and the change of the clocks, by a clock that leaps, and given to two at once."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from config.plan import Room
from server.domain import commands as c
from server.domain.events import RoomEnded
from server.domain.rooms import room_now, room_use
from tests.support import MANAGER, SYSTEM, Scene, tiny_plan

ROOM = Room(code="r1", name={"lv": "Telpa"}, zone="hall", kind="room", minutes=60, lead=0, horizon=30)
PLAN = replace(tiny_plan(), rooms=(ROOM, replace(ROOM, code="r2")))


def test_a_use_over_midnight_ends_with_the_day_and_is_to_be_wiped_in_the_new_one() -> None:
    scene = Scene(PLAN, now=datetime(2026, 3, 16, 21, 50, tzinfo=UTC))  # ten to midnight in Riga
    scene.do(c.StartRoom(room="r1"))
    scene.do(c.JoinRoom(room="r1"))
    ended = [event for event in scene.tick(minutes=20) if isinstance(event, RoomEnded)]
    assert [(one.room, one.reason) for one in ended] == [("r1", "day_closed"), ("r1", "unwiped")]
    assert (scene.floor.day, room_use(scene.floor, "r1").state, room_use(scene.floor, "r1").waits) == ("2026-03-17", "wipe", ())
    assert scene.refused(c.StartRoom(room="r1")) == "room_unwiped"
    scene.do(c.WipeRoom(room="r1"))
    assert scene.refused(c.StartRoom(room="r1")) is None
    assert scene.replayed() == scene.floor


def test_an_hour_is_an_hour_when_the_clocks_change() -> None:
    scene = Scene(PLAN, now=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))  # half an hour before the hour that comes twice
    scene.do(c.StartRoom(room="r1"))
    assert room_use(scene.floor, "r1").until == scene.clock.now + timedelta(hours=1)
    scene.tick(minutes=59)
    assert room_use(scene.floor, "r1").state == "used"
    (ended,) = scene.tick(minutes=1)
    assert (ended.reason, ended.minutes) == ("over", 60)  # type: ignore[union-attr]


def test_a_booking_that_goes_over_midnight_is_kept_until_its_end() -> None:
    scene = Scene(PLAN, now=datetime(2026, 3, 28, 21, 0, tzinfo=UTC))  # the night in which an hour is left out
    start = datetime(2026, 3, 28, 21, 30, tzinfo=UTC)
    (booked,) = scene.do(c.BookRoom(room="r1", start=start, minutes=120))
    scene.tick(minutes=90)
    assert scene.floor.day == "2026-03-29"
    assert scene.refused(c.StartRoom(room="r1", minutes=30)) == "room_booked"
    scene.do(c.StartRoom(room="r1", booking=booked.booking))  # type: ignore[union-attr]
    assert room_use(scene.floor, "r1").until == start + timedelta(hours=2)
    scene.tick(minutes=60)
    assert (room_use(scene.floor, "r1").state, len(scene.floor.kept)) == ("wipe", 0)


def test_a_clock_that_goes_back_takes_no_time_away_and_gives_no_room_twice() -> None:
    scene = Scene(PLAN)
    scene.do(c.StartRoom(room="r1"))
    assert scene.tick(hours=-3) == ()
    assert scene.refused(c.StartRoom(room="r1")) == "room_taken"
    (ended,) = scene.do(c.EndRoom(room="r1"))
    assert ended.minutes == 0, "never less than nothing"  # type: ignore[union-attr]
    assert room_now(scene.floor, ROOM, scene.clock.now).free_for == 0


def test_a_room_that_is_used_waited_for_or_booked_stays_in_the_plan() -> None:
    scene = Scene(PLAN)
    less = replace(PLAN, rooms=PLAN.rooms[1:])
    for begin, end in (
        (c.StartRoom(room="r1"), (c.EndRoom(room="r1"), c.WipeRoom(room="r1"))),
        (c.JoinRoom(room="r1"), (c.LeaveRoom(room="r1", number="R1-1"),)),
    ):
        scene.do(begin)
        assert scene.refused(c.RevisePlan(plan=less), MANAGER) == "room_in_use"
        for step in end:
            scene.do(step)
    scene.do(c.RevisePlan(plan=less), SYSTEM)
    assert scene.refused(c.StartRoom(room="r1")) == "unknown_room"
