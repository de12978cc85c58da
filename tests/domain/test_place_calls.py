"""Calls to rooms and booths: who is called, again, over; what boards, phones and desks show of it, and the proof."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from config.plan import Booth, Room, SpokenPlace, Voice
from config.spoken import clips_of
from counter.view import desk
from display.phone import ticket
from display.view import BoardCall, board, urgent
from server.alerts import Health, alerts, turns
from server.domain import commands as c
from server.domain.context import Actor
from server.domain.events import PlaceCalled, PlaceCallShown, PlaceCallSpoken
from server.domain.refusal import CODES
from server.protocol import Status
from tests.domain.test_booths import NINE, plan_with
from tests.support import CLERK, KIOSK, Scene, tiny_plan

SCREEN = Actor("display", "hall")
HEARD = {"b": Health(channel="board/hall", connected=True, status=Status(), role="display")}
D1 = Room(
    code="d1", name={"lv": "1. dators"}, zone="hall", way={"lv": "pie 1. datora"}, spoken={"lv": "pie pirmā datora"}
)  # fmt: skip
R1 = Room(code="r1", name={"lv": "Telpa"}, zone="hall", kind="room")
VOICE = Voice(languages=("lv",), place={"lv": SpokenPlace(text="pie {n} lodziņa")})
PLAN = replace(tiny_plan(), rooms=(D1, R1), voice=VOICE)


@pytest.fixture
def scene() -> Scene:
    return Scene(PLAN, opened=("1",))


def shown(scene: Scene, zone: str = "hall") -> list[BoardCall]:
    return list(board(scene.floor, zone, scene.clock.now).calls)


def call(scene: Scene, place: str = "d1", **more: Any) -> PlaceCalled:
    (event,) = scene.do(c.CallToPlace(kind="room", place=place, **more))
    assert isinstance(event, PlaceCalled)
    return event


def unshown(scene: Scene) -> list[tuple[str, str, str]]:
    return [(one.number, one.room, one.booth) for one in alerts(scene.floor, HEARD, scene.clock.now) if one.kind == "unshown"]


def test_who_waits_is_called_as_to_a_counter_and_again(scene: Scene) -> None:
    visit = scene.take()
    scene.do(c.JoinRoom(room="d1", visit=visit))
    scene.do(c.JoinRoom(room="d1"))
    first = call(scene)
    assert (first.number, first.visit, first.calls) == ("A001", visit, 1)
    (seen,) = shown(scene)
    assert (seen.visit, seen.calls, seen.number, seen.place, seen.counter) == (first.call, 1, "A001", "room", "d1")
    assert (seen.towards, seen.state) == ({"lv": "pie 1. datora"}, "called")
    assert seen.said == (("lv/number", "lv/letter-A", "lv/0-more", "lv/0-more", "lv/1", "lv/room-d1"),)
    assert clips_of(PLAN)["lv/room-d1"].text == "Lūdzu, nāciet pie pirmā datora."
    scene.clock.pass_(seconds=10)
    again = call(scene)
    assert (again.call, again.calls) == (first.call, 2)  # rings anew, and is the same call
    assert [(one.visit, one.calls) for one in shown(scene)] == [(first.call, 2)]
    other = call(scene, number="D1-1")
    assert (other.call != first.call, other.calls, [one.number for one in shown(scene)]) == (True, 1, ["D1-1"])
    assert set(shown(scene)[0].said[0]) <= set(clips_of(PLAN))  # a room's own number can be said too
    scene.do(c.StartRoom(room="d1", number="D1-1"))
    assert [one.state for one in shown(scene)] == ["serving"]
    scene.do(c.EndRoom(room="d1"))
    assert [one.state for one in shown(scene)] == ["over"]
    assert scene.replayed() == scene.floor


def test_the_phone_says_where_to_go_until_somebody_is_there(scene: Scene) -> None:
    visit = scene.take()
    token = scene.floor.visits[visit].token
    scene.do(c.JoinRoom(room="r1", visit=visit))
    assert ticket(scene.floor, token, scene.clock.now).state == "waiting"
    call(scene, "r1")
    told = ticket(scene.floor, token, scene.clock.now)
    assert (told.state, told.counter, told.towards, told.calls) == ("called", "R1", {"lv": "uz vietu „Telpa”"}, 1)
    assert "coming" not in told.actions
    scene.do(c.StartRoom(room="r1", number="A001"))
    assert ticket(scene.floor, token, scene.clock.now).state == "waiting"  # the visit itself still waits for its queue


@pytest.mark.parametrize("how", ["left", "counter", "ended"])
def test_a_call_is_over_when_its_visitor_is_elsewhere(scene: Scene, how: str) -> None:
    visit = scene.take()
    scene.do(c.JoinRoom(room="d1", visit=visit))
    call(scene)
    scene.clock.pass_(seconds=3)
    assert unshown(scene) == [("A001", "d1", "")]
    if how == "left":
        scene.do(c.LeaveRoom(room="d1", number="A001"))
    elif how == "counter":
        scene.do(c.CallVisit(counter="1", visit=visit))
    else:
        scene.do(c.Leave(visit=visit))
    assert [one.state for one in shown(scene) if one.place == "room"] == ([] if how == "left" else ["over"])
    assert unshown(scene) == []
    assert scene.replayed() == scene.floor


def test_its_proof_is_recorded_once_for_each_zone_and_missed_when_it_stays_away(scene: Scene) -> None:
    scene.do(c.JoinRoom(room="d1"))
    made = call(scene)
    assert turns(scene.floor, HEARD, scene.clock.now) == scene.clock.now + timedelta(seconds=2)
    scene.clock.pass_(seconds=2)
    assert unshown(scene) == [("D1-1", "d1", "")]
    assert [one.kind for one in desk(scene.floor, "1", CLERK, HEARD, scene.clock.now).alerts if one.kind == "unshown"] == []
    painted = c.ConfirmShown(visit=made.call, calls=1, zone="hall")
    assert scene.do(painted, SCREEN) == (PlaceCallShown(call=made.call, calls=1, zone="hall"),)
    assert (scene.do(painted, SCREEN), unshown(scene)) == ((), [])
    said = c.ConfirmSpoken(visit=made.call, calls=1, zone="hall")
    assert scene.do(said, SCREEN) == (PlaceCallSpoken(call=made.call, calls=1, zone="hall"),)
    assert scene.refused(c.ConfirmShown(visit=made.call, calls=1, zone="moon"), SCREEN) == "unknown_zone"
    assert scene.do(c.ConfirmShown(visit=made.call, calls=9, zone="hall"), SCREEN) == ()
    (only,) = scene.floor.place_calls.values()
    assert [len(one.shown) + len(one.spoken) for one in only.summons] == [2]
    call(scene)
    scene.clock.pass_(seconds=2)
    assert unshown(scene) == [("D1-1", "d1", "")]  # the repeat wants a proof of its own


def test_who_comes_to_the_same_room_once_more_is_called_anew(scene: Scene) -> None:
    calls = []
    visit = scene.take()
    for _ in range(2):
        scene.do(c.JoinRoom(room="d1", visit=visit))
        calls.append(call(scene))
        scene.do(c.StartRoom(room="d1", number="A001"))
        scene.do(c.EndRoom(room="d1"))
        scene.do(c.WipeRoom(room="d1"))
    assert [one.calls for one in calls] == [1, 1]
    assert calls[0].call != calls[1].call
    scene.do(c.JoinRoom(room="d1", visit=visit))
    scene.do(c.StartRoom(room="d1", number="A001"))
    assert [one.state for one in shown(scene)] == ["over"]  # this time nobody called


def test_who_leaves_takes_no_call_of_others_along(scene: Scene) -> None:
    for _ in range(2):
        scene.do(c.JoinRoom(room="d1"))
    call(scene, number="D1-1")
    scene.do(c.LeaveRoom(room="d1", number="D1-2"))
    assert [(one.number, one.state) for one in shown(scene)] == [("D1-1", "called")]


def test_who_is_called_to_two_rooms_goes_to_the_last(scene: Scene) -> None:
    visit = scene.take()
    token = scene.floor.visits[visit].token
    for room in ("r1", "d1"):
        scene.do(c.JoinRoom(room=room, visit=visit))
        call(scene, room)
        scene.clock.pass_(seconds=1)
        assert ticket(scene.floor, token, scene.clock.now).counter == room.upper()


def test_a_call_to_a_counter_that_is_over_does_not_end_one_to_a_room_at_the_same_instant(scene: Scene) -> None:
    visit = scene.take()
    scene.do(c.CallVisit(counter="1", visit=visit))
    scene.do(c.Requeue(counter="1"))
    scene.do(c.JoinRoom(room="d1", visit=visit))
    call(scene)
    assert [one.state for one in shown(scene) if one.place == "room"] == ["called"]


def test_the_boards_where_the_room_lies_prove_a_call_where_nobody_shows_it_to_who_waits() -> None:
    side = Room(code="d2", name={"lv": "2. dators"}, zone="side")
    hall = next(one for one in PLAN.zones if one.code == "hall")
    scene = Scene(replace(PLAN, zones=(hall, replace(hall, code="side")), rooms=(side,)), opened=("1",))
    scene.do(c.JoinRoom(room="d2", visit=scene.take()))
    made = call(scene, "d2")
    scene.clock.pass_(seconds=3)
    there = {"b": replace(HEARD["b"], channel="board/side")}
    for heard, found in ((HEARD, ["A001"]), (there, ["A001"]), ({}, [])):
        assert [one.number for one in alerts(scene.floor, heard, scene.clock.now) if one.kind == "unshown"] == found
    scene.do(c.ConfirmShown(visit=made.call, calls=1, zone="side"), SCREEN)
    assert [one.kind for one in alerts(scene.floor, there, scene.clock.now) if one.kind == "unshown"] == []
    assert [one.kind for one in alerts(scene.floor, HEARD, scene.clock.now) if one.kind == "unshown"] == ["unshown"]


def test_what_cannot_be_called(scene: Scene) -> None:
    for command, code in (
        (c.CallToPlace(kind="room", place="moon"), "unknown_room"),
        (c.CallToPlace(kind="booth", place="moon"), "unknown_booth"),
        (c.CallToPlace(kind="room", place="d1"), "nobody_for_room"),
    ):
        assert (scene.refused(command), code in CODES) == (code, True)
    scene.do(c.JoinRoom(room="d1"))
    assert scene.refused(c.CallToPlace(kind="room", place="d1", number="A777")) == "not_in_room_queue"
    scene.do(c.StartRoom(room="d1"))
    assert scene.refused(c.CallToPlace(kind="room", place="d1")) == "room_not_ready"


def test_a_call_cannot_wait_a_second_on_the_board(scene: Scene) -> None:
    scene.do(c.JoinRoom(room="d1"))
    before = urgent(board(scene.floor, "hall", scene.clock.now))
    call(scene)
    assert urgent(board(scene.floor, "hall", scene.clock.now)) != before


def test_who_has_a_talk_is_called_to_the_booth() -> None:
    scene = Scene(plan_with("v1"), opened=("1",))
    scene.clock.now = NINE - timedelta(minutes=20)
    (booked,) = scene.do(c.BookAppointment(service=scene.plan.services[0].code, start=NINE, channel="video"))
    summon = c.CallToPlace(kind="booth", place="v1")
    assert scene.refused(summon) == "not_checked_in"
    assert desk(scene.floor, "1", CLERK, now=scene.clock.now).booths[0].call is None
    scene.do(c.CheckIn(code=booked.code), KIOSK)  # type: ignore[union-attr]
    offered = desk(scene.floor, "1", CLERK, now=scene.clock.now).booths[0].call
    assert offered is not None
    assert (offered.number, offered.called) == ("J001", 0)
    floor = scene.floor
    scene.do(c.SetBooth(booth="v1", state="ready"))
    assert scene.refused(summon) == "not_checked_in"  # it is ready for a talk that is in no book
    scene.floor = floor
    (made,) = scene.do(summon)
    assert isinstance(made, PlaceCalled)
    (seen,) = board(scene.floor, "hall", scene.clock.now).calls
    assert (seen.number, seen.place, seen.towards["lv"]) == ("J001", "booth", "uz vietu „Kabīne v1”")
    scene.do(c.ConfirmShown(visit=made.call, calls=1, zone="hall"), SCREEN)
    told = desk(scene.floor, "1", CLERK, now=scene.clock.now).booths[0].call
    assert told is not None
    assert (told.called, told.shown) == (1, scene.clock.now)
    scene.do(c.SetBooth(booth="v1", state="ready", appointment=booked.appointment))  # type: ignore[union-attr]
    scene.do(c.SetBooth(booth="v1", state="busy", appointment=booked.appointment))  # type: ignore[union-attr]
    assert [one.state for one in board(scene.floor, "hall", scene.clock.now).calls] == ["serving"]
    assert scene.refused(summon) == "not_checked_in"
    scene.do(c.SetBooth(booth="v1", state="free"))
    assert [one.state for one in board(scene.floor, "hall", scene.clock.now).calls] == ["over"]
    assert scene.refused(summon) == "not_checked_in"  # the talk was had
    assert desk(scene.floor, "1", CLERK, now=scene.clock.now).booths[0].call is None
    assert scene.replayed() == scene.floor


def test_a_booth_says_its_own_way() -> None:
    booth = Booth(code="v1", name={"lv": "Kabīne"}, zone="hall", services=(), way={"lv": "uz kabīni"}, spoken={"lv": "uz kabīni"})
    plan = replace(tiny_plan(), booths=(booth,), voice=VOICE)
    assert clips_of(plan)["lv/booth-v1"].text == "Lūdzu, nāciet uz kabīni."
