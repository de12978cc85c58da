"""One person, several services: one number where a counter serves them all, linked numbers where not; and the paper roll."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from config.plan import Counter, Plan, Profile, Roll
from server.domain import commands as c
from server.domain.events import TicketIssued, VisitCalled
from server.domain.reply import result
from tests.support import CLERK, KIOSK, MORNING, OTHER, Scene, service_of, tiny_plan


def split_plan() -> Plan:
    """Two counters: `1` serves the first and second queue, `2` only the third."""
    plan = tiny_plan()
    codes = [queue.code for queue in plan.queues]
    profiles = (
        Profile(code="left", name={"lv": "Kreisā"}, queues=tuple(codes[:2])),
        Profile(code="right", name={"lv": "Labā"}, queues=(codes[2],)),
    )
    counters = (Counter(code="1", zone="hall", profile="left"), Counter(code="2", zone="hall", profile="right"))
    return replace(plan, profiles=profiles, counters=counters)


def take(scene: Scene, *queues: int) -> list[TicketIssued]:
    first, *more = (service_of(scene.plan, queue) for queue in queues)
    events = scene.do(c.TakeTicket(service=first, more=tuple(more)), KIOSK)
    return [event for event in events if isinstance(event, TicketIssued)]


def opened() -> Scene:
    scene = Scene(split_plan(), opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    return scene


def test_one_number_where_one_counter_serves_all() -> None:
    scene = opened()
    (issued,) = take(scene, 0, 1)
    assert (issued.number, issued.more, issued.party) == ("A001", (service_of(scene.plan, 1),), None)
    assert [place.visit for place in scene.floor.lines[scene.plan.queues[0].code]] == [issued.visit]


def test_only_a_counter_that_serves_all_of_them_calls_the_number() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.OpenCounter(counter="3"), OTHER)  # profile `first`: the first queue alone
    (issued,) = take(scene, 0, 1)
    assert scene.refused(c.CallNext(counter="3"), OTHER) == "nobody_waiting"
    (called,) = scene.do(c.CallNext(counter="1"))
    assert called.visit == issued.visit
    scene.do(c.Transfer(counter="1", queue=scene.plan.queues[0].code, rank="first"))
    assert scene.refused(c.CallNext(counter="3"), OTHER) is None, "handed on for the rest: that counter is enough"


def test_linked_numbers_where_no_counter_serves_all() -> None:
    scene = opened()
    scene.clock.pass_(minutes=1)
    first, second = take(scene, 0, 2)
    assert (first.number, second.number) == ("A001", "C001")
    assert first.party == second.party == first.visit
    assert first.key.at == second.key.at
    told = result(scene.floor, (first, second))
    assert [(one["number"], one["visit"]) for one in told["linked"]] == [("C001", str(second.visit))]
    assert len({first.token, second.token}) == 2


def test_numbers_of_one_series_in_one_party_follow_each_other() -> None:
    plan = split_plan()
    plan = replace(plan, profiles=tuple(replace(one, queues=one.queues[:1]) for one in plan.profiles))
    plan = replace(plan, profiles=(*plan.profiles, Profile(code="mid", name={"lv": "V"}, queues=(plan.queues[1].code,))))
    counters = (*plan.counters, Counter(code="3", zone="hall", profile="mid"))
    scene = Scene(replace(plan, counters=counters), opened=["1"])
    numbers = [one.number for one in take(scene, 0, 1, 2)]
    assert numbers == ["A001", "B001", "C001"]
    assert scene.replayed() == scene.floor


def test_linked_visits_are_never_called_at_once_and_lose_no_place() -> None:
    scene = opened()
    first, second = take(scene, 0, 2)
    scene.clock.pass_(minutes=1)
    (other,) = take(scene, 2)
    (called,) = scene.do(c.CallNext(counter="1"))
    assert called.visit == first.visit
    assert scene.refused(c.CallVisit(counter="2", visit=second.visit), OTHER) == "companion_called"
    (called,) = scene.do(c.CallNext(counter="2"), OTHER)
    assert (called.visit, called.reason.overtakes) == (other.visit, 0), "nobody who could have been called was passed over"
    scene.do(c.NoShow(counter="2"), OTHER)
    assert scene.refused(c.CallNext(counter="2"), OTHER) == "nobody_waiting"
    scene.do(c.Serve(counter="1"))
    scene.do(c.RecordService(counter="1", service=first.service, kind="konsultacija"))
    (later,) = take(scene, 2)
    scene.do(c.Finish(counter="1"))
    (called,) = scene.do(c.CallNext(counter="2"), OTHER)
    assert called.visit == second.visit, f"its arrival ranks it before {later.number}"
    assert scene.visit(second.visit).leg.since == MORNING
    assert scene.replayed() == scene.floor


@pytest.mark.parametrize("step", ["NoShow", "Requeue", "Park", "Undo", "Leave"])
def test_the_other_visit_is_free_again_when_the_first_is_at_no_counter(step: str) -> None:
    scene = opened()
    first, second = take(scene, 0, 2)
    before = scene.floor
    scene.do(c.CallNext(counter="1"))
    assert scene.floor.held == {second.visit}
    if step == "Leave":
        scene.do(c.Leave(visit=second.visit))
        assert (set(scene.floor.held), scene.visit(second.visit).end) == (set(), "left")
        return
    scene.do(c.COMMANDS[step](counter="1"))
    assert set(scene.floor.held) == set()
    (called,) = scene.do(c.CallNext(counter="2"), OTHER)
    assert called.visit == second.visit
    if step == "Undo":
        assert before.pools == replace(before, held=scene.floor.held).pools
    assert scene.visit(first.visit).state in ("waiting", "parked", "ended")


def test_undo_of_a_finish_holds_the_other_visit_again() -> None:
    scene = opened()
    first, second = take(scene, 0, 2)
    for step in (c.CallNext(counter="1"), c.Serve(counter="1")):
        scene.do(step)
    scene.do(c.RecordService(counter="1", service=first.service, kind="konsultacija"))
    scene.do(c.Finish(counter="1"))
    assert set(scene.floor.held) == set()
    scene.do(c.Undo(counter="1"))
    assert set(scene.floor.held) == {second.visit}


def test_the_day_closes_over_held_visits_too() -> None:
    scene = opened()
    take(scene, 0, 2)
    scene.do(c.CallNext(counter="1"))
    scene.do(c.CloseDay())
    assert {visit.end for visit in scene.floor.visits.values()} == {"day_closed"}
    assert set(scene.floor.held) == set()


# the paper roll


def rolled(first: int = 1, last: int = 3) -> Scene:
    plan = tiny_plan()
    return Scene(replace(plan, roll=Roll(service=service_of(plan), first=first, last=last), kiosks=()), opened=["1"])


def call(scene: Scene) -> tuple[str, int | None]:
    issued, called, _ = scene.do(c.CallRoll(counter="1"))
    assert isinstance(issued, TicketIssued)
    assert isinstance(called, VisitCalled)
    scene.do(c.NoShow(counter="1"))
    return issued.number, issued.n


def test_a_roll_goes_round_and_counts_on() -> None:
    """The printed number comes again; the count within the day does not, so that no two visits are one."""
    scene = rolled()
    assert [call(scene) for _ in range(5)] == [("1", 1), ("2", 2), ("3", 3), ("1", 4), ("2", 5)]
    assert {visit.origin for visit in scene.floor.visits.values()} == {"roll"}
    assert scene.replayed() == scene.floor


def test_a_new_roll_and_a_new_day() -> None:
    scene = rolled(10, 30)
    assert call(scene) == ("10", 1)
    scene.do(c.SetRoll(counter="1", next=25))
    assert call(scene) == ("25", 2)
    assert scene.refused(c.SetRoll(counter="1", next=31)) == "not_on_roll"
    scene.tick(days=1)
    scene.do(c.OpenCounter(counter="1"))
    assert call(scene) == ("10", 1)


def test_a_visit_from_the_roll_is_served_and_recorded_like_any_other() -> None:
    scene = rolled()
    events = scene.do(c.CallRoll(counter="1"))
    assert result(scene.floor, events)["number"] == "1"
    visit = events[0].visit
    scene.clock.pass_(minutes=3)
    scene.do(c.Serve(counter="1"))
    scene.do(c.RecordService(counter="1", service=service_of(scene.plan, 1), kind="konsultacija"))
    scene.do(c.Finish(counter="1"))
    assert (scene.visit(visit).end, scene.visit(visit).leg.served) == ("served", MORNING + timedelta(minutes=3))


def test_a_centre_without_a_roll_says_so() -> None:
    scene = Scene(opened=["1"])
    assert scene.refused(c.CallRoll(counter="1"), CLERK) == "no_roll"
    assert scene.refused(c.SetRoll(counter="1", next=1), CLERK) == "no_roll"
