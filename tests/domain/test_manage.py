"""What a manager does over what runs: queues, counters, visits and lines on boards; each is refused with a code or journalled."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from config.plan import Exceptional, Hours, OpenHours
from counter.view import desk
from display.view import board
from kiosk.view import menu
from server.domain import commands as c
from server.domain.announce import announced
from server.domain.events import CounterClosed, MessageSent, QueueSet, VisitMoved, VisitRequeued, VisitTransferred
from server.domain.refusal import WAYS
from tests.support import CLERK, KIOSK, MANAGER, MORNING, OTHER, Scene, service_of, tiny_plan

WHY = "trūkst darbinieku"


def waiting(scene: Scene, queue: int = 0) -> list[str]:
    """Numbers in the order of the line."""
    line = scene.floor.lines.get(scene.plan.queues[queue].code) or ()
    return [scene.visit(place.visit).number for place in line]


def shut(scene: Scene, n: int = 0) -> c.SetQueue:
    return c.SetQueue(queue=scene.plan.queues[n].code, open=False, reason=WHY)


def opened(scene: Scene, n: int = 0) -> c.SetQueue:
    return c.SetQueue(queue=scene.plan.queues[n].code, open=True, reason=WHY)


def test_a_queue_that_is_closed_gives_no_number_says_why_and_keeps_who_waits() -> None:
    scene = Scene(opened=["1"])
    first = scene.take()
    scene.do(shut(scene), MANAGER)
    assert scene.refused(shut(scene), MANAGER) == "queue_shut_already"
    assert scene.refused(c.TakeTicket(service=service_of(scene.plan)), KIOSK) == "queue_stopped"
    tile = next(one for one in menu(scene.floor, "kiosk-1", scene.clock.now).services if one.service == service_of(scene.plan))
    assert (tile.open, tile.why) == (False, WHY)
    scene.take(1)
    scene.do(c.CallNext(counter="1"))
    assert scene.visit(first).state == "called"
    scene.do(opened(scene), MANAGER)
    assert scene.refused(opened(scene), MANAGER) == "queue_open_already"
    scene.take()
    assert scene.floor.gates.get(scene.plan.queues[0].code) is None
    assert scene.replayed() == scene.floor


def test_a_queue_is_opened_outside_its_hours_and_closed_again() -> None:
    plan = tiny_plan()
    late = replace(plan.queues[0], hours=(OpenHours(days=("mon",), spans="18:00-19:00"),))
    scene = Scene(replace(plan, queues=(late, *plan.queues[1:])))
    ask = c.TakeTicket(service=service_of(scene.plan))
    assert scene.refused(ask, KIOSK) == "queue_closed"
    assert scene.refused(shut(scene), MANAGER) == "queue_shut_already"
    scene.do(opened(scene), MANAGER)
    assert scene.refused(ask, KIOSK) is None
    (event,) = scene.do(shut(scene), MANAGER)
    assert event == QueueSet(queue=late.code, gives="plan", reason=WHY)
    assert scene.refused(ask, KIOSK) == "queue_closed"


def test_the_whole_centre_stops_and_a_queue_alone_cannot_be_opened_then() -> None:
    scene = Scene()
    code = scene.book(0).code
    assert scene.refused(c.SetQueue(open=True, reason=WHY), MANAGER) == "numbers_open_already"
    scene.do(c.SetQueue(open=False, reason=WHY), MANAGER)
    assert scene.refused(c.SetQueue(open=False, reason=WHY), MANAGER) == "numbers_shut_already"
    assert scene.refused(opened(scene), MANAGER) == "day_over"
    for ask in (c.TakeTicket(service=service_of(scene.plan)), c.CheckIn(code=code)):
        assert scene.refused(ask, KIOSK) == "numbers_stopped"
    shown = menu(scene.floor, "kiosk-1", scene.clock.now)
    assert {(one.open, one.why) for one in shown.services} == {(False, WHY)}
    offline = c.AdmitOffline(number="X001", service=service_of(scene.plan), issued=scene.clock.now)
    assert scene.refused(offline, KIOSK) is None, "who holds a number already is not lost"
    scene.do(c.SetQueue(open=True, reason=WHY), MANAGER)
    scene.do(c.CheckIn(code=code), KIOSK)
    assert scene.refused(c.SetQueue(queue="none", open=True, reason=WHY), MANAGER) == "unknown_queue"


def test_after_the_close_the_menu_says_when_numbers_are_given_again() -> None:
    plan = tiny_plan()
    hours = Hours(
        regular=(OpenHours(days=("mon", "tue"), spans="8:00-12:00; 12:30-17:00"),),
        exceptions=(Exceptional(date="2026-03-17", spans="9:00-12:00"),),
    )  # fmt: skip
    scene = Scene(replace(plan, hours=hours))
    scene.do(c.CloseDay(stops=True), MANAGER)
    shown = menu(scene.floor, "kiosk-1", scene.clock.now)
    assert shown.opens == MORNING.replace(hour=7, minute=0, day=17), "not after today's lunch gap"


@pytest.mark.parametrize("state", ["idle", "paused", "called", "serving"])
def test_a_counter_is_released_from_outside_and_nobody_there_is_lost(state: str) -> None:
    scene = Scene(opened=["1"])
    first, second = (scene.take(), scene.take())
    if state == "paused":
        scene.do(c.Pause(counter="1", reason="lunch"))
    if state in ("called", "serving"):
        scene.do(c.CallNext(counter="1"))
    if state == "serving":
        scene.do(c.Serve(counter="1"))
    events = scene.do(c.ReleaseCounter(counter="1", reason=WHY), MANAGER)
    assert [type(event) for event in events if not isinstance(event, CounterClosed | MessageSent)] == {
        "called": [VisitRequeued], "serving": [VisitTransferred],
    }.get(state, [])  # fmt: skip
    assert CounterClosed(counter="1", reason=WHY) in events
    assert waiting(scene) == ["A001", "A002"]
    assert desk(scene.floor, "1", CLERK, {}, scene.clock.now).state == "closed"
    scene.do(c.OpenCounter(counter="1"))
    shown = desk(scene.floor, "1", CLERK, {}, scene.clock.now)
    assert [one.text for one in shown.messages] == [WHY], "the clerk reads why"
    scene.do(c.CallNext(counter="1"))
    assert (scene.visit(first).state, scene.visit(second).state) == ("called", "waiting")
    assert scene.replayed() == scene.floor


def test_a_counter_with_somebody_on_the_telephone_is_not_released() -> None:
    scene = Scene(opened=["1"])
    assert scene.refused(c.ReleaseCounter(counter="2", reason=WHY), MANAGER) == "counter_closed"
    scene.do(c.RegisterContact(counter="1", service=service_of(scene.plan), channel="talrunis"))
    assert scene.refused(c.ReleaseCounter(counter="1", reason=WHY), MANAGER) == "contact_open"


def test_a_profile_is_changed_from_outside_and_taking_a_step_back_keeps_it() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take(1)
    scene.do(c.CallNext(counter="1"))
    for profile, code in (("none", "unknown_profile"), ("all", "same_profile")):
        assert scene.refused(c.SetProfile(counter="1", profile=profile), MANAGER) == code
    assert scene.refused(c.SetProfile(counter="2", profile="first"), MANAGER) == "counter_closed"
    scene.do(c.SetProfile(counter="1", profile="first"), MANAGER)
    assert (scene.visit(visit).state, scene.floor.posts["1"].clerk) == ("called", CLERK.id)
    scene.do(c.Undo(counter="1"))
    assert scene.floor.posts["1"].profile == "first"
    assert scene.refused(c.CallNext(counter="1")) == "nobody_waiting", "the other queue is no longer its own"
    assert scene.replayed() == scene.floor


def move(visit: UUID, **goal: str) -> c.MoveVisit:
    return c.MoveVisit(visit=visit, reason="brauc tālu", **goal)  # type: ignore[arg-type]


def test_a_visit_is_put_first_and_back_to_its_place() -> None:
    scene = Scene(opened=["1"])
    _, _, third = (scene.take() for _ in range(3))
    assert scene.refused(move(third), MANAGER) == "same_place"
    scene.do(move(third, rank="first"), MANAGER)
    assert waiting(scene) == ["A003", "A001", "A002"]
    assert scene.refused(move(third, rank="first"), MANAGER) == "same_place"
    scene.do(move(third), MANAGER)
    assert waiting(scene) == ["A001", "A002", "A003"], "the opposite step undoes it"
    assert scene.visit(third).leg.group == "walk_in"
    scene.clock.pass_(minutes=1)
    first = next(iter(scene.floor.lines[scene.plan.queues[0].code])).visit
    scene.do(move(first, rank="last"), MANAGER)
    assert waiting(scene) == ["A002", "A003", "A001"]
    assert scene.replayed() == scene.floor


def test_a_visit_moves_to_a_queue_a_counter_or_a_clerk_and_out_of_the_parked() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    visit = scene.take()
    scene.do(move(visit, queue=scene.plan.queues[1].code), MANAGER)
    assert (waiting(scene), waiting(scene, 1)) == ([], ["A001"])
    scene.do(move(visit, counter="2"), MANAGER)
    assert scene.visit(visit).leg.line == "counter:2"
    scene.do(move(visit, clerk=OTHER.id), MANAGER)
    assert scene.refused(c.CallNext(counter="1")) == "nobody_waiting"
    scene.do(c.CallNext(counter="2"), OTHER)
    assert scene.refused(move(visit, rank="first"), MANAGER) == "not_waiting"
    scene.do(c.Park(counter="2", minutes=30), OTHER)
    (event,) = scene.do(move(visit, queue=scene.plan.queues[0].code), MANAGER)
    assert isinstance(event, VisitMoved)
    assert (scene.visit(visit).state, len(scene.floor.parked), scene.visit(visit).until) == ("waiting", 0, None)
    for goal, code in (
        ({"queue": "none"}, "unknown_queue"), ({"counter": "9"}, "unknown_counter"), ({"clerk": "nobody"}, "unknown_clerk"),
        ({"queue": "vid", "counter": "2"}, "one_target"),
    ):  # fmt: skip
        assert scene.refused(move(visit, **goal), MANAGER) == code
    assert scene.replayed() == scene.floor


def test_a_forgotten_visit_is_ended_and_only_a_whole_record_counts_as_served() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    visit = scene.floor.posts["1"].visit
    assert visit is not None
    ask = c.EndVisit(visit=visit, reason="darbiniece aizgāja mājās")
    scene.do(ask, MANAGER)
    assert (scene.visit(visit).end, scene.visit(visit).note, scene.floor.posts["1"].served) == ("day_closed", ask.reason, 0)
    scene.do(c.Undo(counter="1"))
    assert scene.visit(visit).state == "serving", "the clerk takes it back at the desk"
    scene.do(c.RecordService(counter="1", service=service_of(scene.plan), kind="konsultacija"))
    scene.do(ask, MANAGER)
    assert (scene.visit(visit).end, scene.floor.posts["1"].served) == ("served", 1)
    scene.do(c.RegisterContact(counter="1", service=service_of(scene.plan), channel="talrunis"))
    contact = scene.floor.posts["1"].visit
    assert contact is not None
    scene.do(c.EndVisit(visit=contact, reason="klausule nolikta"), MANAGER)
    assert scene.floor.posts["1"].visit is None
    assert scene.replayed() == scene.floor


def test_a_line_stands_on_the_boards_of_its_zones_until_its_time_or_until_it_is_withdrawn() -> None:
    scene = Scene()
    scene.do(c.Announce(text="Strādā divi lodziņi", zones=("hall",), minutes=10), MANAGER)
    scene.do(c.Announce(text="Slēdzam pulksten 16", minutes=30), MANAGER)

    def lines(zone: str) -> list[str]:
        return [text["lv"] for text in board(scene.floor, zone, scene.clock.now).notices]

    assert lines("hall")[:2] == ["Slēdzam pulksten 16", "Strādā divi lodziņi"]
    assert lines("side")[:1] == ["Slēdzam pulksten 16"]
    scene.clock.pass_(minutes=10)
    assert lines("hall")[:1] == ["Slēdzam pulksten 16"]
    (left,) = announced(scene.floor, scene.clock.now)
    scene.do(c.Withdraw(announcement=left.id), MANAGER)
    assert scene.refused(c.Withdraw(announcement=left.id), MANAGER) == "unknown_announcement"
    assert "Slēdzam pulksten 16" not in lines("hall") + lines("side")
    assert scene.refused(c.Announce(text="labdien", zones=("none",)), MANAGER) == "unknown_zone"
    assert scene.replayed() == scene.floor


def test_troubles_begin_are_seen_and_end_and_the_same_once_more_changes_nothing() -> None:
    scene = Scene()
    printer, voice = c.Trouble(kind="printer", about="kiosk-1"), c.Trouble(kind="voice")
    scene.do(c.NoteTroubles(troubles=(printer, voice)), MANAGER)
    assert scene.do(c.NoteTroubles(troubles=(voice, printer)), MANAGER) == ()
    scene.do(c.SeeTrouble(kind="printer", about="kiosk-1"), MANAGER)
    assert scene.do(c.SeeTrouble(kind="printer", about="kiosk-1"), MANAGER) == ()
    scene.clock.pass_(minutes=4)
    scene.do(c.NoteTroubles(troubles=(voice,)), MANAGER)
    assert scene.refused(c.SeeTrouble(kind="printer", about="kiosk-1"), MANAGER) == "unknown_trouble"
    (mended,) = scene.floor.mended
    assert (mended.kind, mended.began, mended.clerk) == ("printer", MORNING, MANAGER.id)
    assert mended.ended == MORNING + timedelta(minutes=4)
    assert [one for one, _ in scene.floor.troubles] == ["voice"]
    assert scene.replayed() == scene.floor


def test_the_reason_is_looked_through_for_personal_data() -> None:
    scene = Scene()
    visit = scene.take()
    assert scene.refused(c.EndVisit(visit=visit, reason="010190-12345 aizgāja"), MANAGER) == "personal_data"
    assert {"in_reason", "in_text"} <= WAYS.keys()
