"""Business days: their turn, clocks that go back, daylight saving, numbers that start anew, offline numbers of earlier days."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from server.domain import commands as c
from server.domain.arrival import local_day
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.events import CounterClosed, DayOpened, TicketIssued, VisitEnded
from server.domain.floor import Floor
from server.domain.moment import microseconds
from server.domain.refusal import Refusal
from tests.support import KIOSK, MANAGER, MORNING, SYSTEM, Scene, service_of, tiny_plan


def numbers(scene: Scene) -> list[str]:
    return [record.event.number for record in scene.records if isinstance(record.event, TicketIssued)]


def test_the_turn_of_the_day_ends_everybody_by_name_and_starts_anew() -> None:
    scene = Scene(opened=["1", "2"])
    waiting, called, parked = scene.take(), scene.take(), scene.take(1)
    scene.do(c.CallVisit(counter="1", visit=called))
    scene.do(c.CallVisit(counter="2", visit=parked))
    scene.do(c.Park(counter="2"))
    scene.clock.now = datetime(2026, 3, 16, 21, 59, 59, tzinfo=UTC)
    assert all(not isinstance(event, DayOpened) for event in scene.tick())
    events = scene.tick(seconds=1)  # midnight in Riga
    ended = [event.visit for event in events if isinstance(event, VisitEnded)]
    assert set(ended) <= {waiting, called, parked}
    assert all(event.reason == "day_closed" for event in events if isinstance(event, VisitEnded))
    assert [event.counter for event in events if isinstance(event, CounterClosed)] == ["1", "2"]
    assert events[-1] == DayOpened(day="2026-03-17")
    assert (scene.floor.day, len(scene.floor.visits), len(scene.floor.posts), len(scene.floor.parked)) == ("2026-03-17", 0, 0, 0)
    scene.take()
    assert numbers(scene) == ["A001", "A002", "B001", "A001"]
    assert scene.records[-1].day == "2026-03-17"


def test_all_open_visits_end_at_the_turn_of_the_day() -> None:
    scene = Scene(opened=["1"])
    visits = [scene.take() for _ in range(3)]
    scene.do(c.CallNext(counter="1"))
    scene.clock.now = MORNING + timedelta(minutes=10)
    scene.do(c.Serve(counter="1"))
    events = scene.tick(days=3)
    assert [(event.visit, event.counter) for event in events if isinstance(event, VisitEnded)] == [
        (visits[0], "1"), (visits[1], None), (visits[2], None),
    ]  # fmt: skip


def test_a_clock_that_goes_back_reopens_nothing_and_repeats_no_number() -> None:
    scene = Scene()
    scene.take()
    scene.tick(days=1)
    scene.take()
    for back in (-1, -2, -400):
        assert scene.tick(days=back) == ()
        assert scene.floor.day == "2026-03-17"
        scene.take()
    assert numbers(scene) == ["A001", "A001", "A002", "A003", "A004"]
    assert [record.day for record in scene.records[-3:]] == ["2026-03-17"] * 3


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (datetime(2026, 3, 28, 21, 59, 59, tzinfo=UTC), datetime(2026, 3, 28, 22, 0, tzinfo=UTC)),  # the day of 23 hours
        (datetime(2026, 3, 29, 20, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 21, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 20, 59, 59, tzinfo=UTC), datetime(2026, 10, 24, 21, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 21, 59, 59, tzinfo=UTC), datetime(2026, 10, 25, 22, 0, tzinfo=UTC)),  # of 25
    ],
)
def test_midnight_is_the_centres_own_also_around_daylight_saving(before: datetime, after: datetime) -> None:
    scene = Scene(now=before)
    day = scene.floor.day
    assert scene.tick() == ()
    scene.clock.now = after
    scene.tick()
    assert scene.floor.day == (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()


def test_the_hour_that_comes_twice_opens_no_day_and_keeps_numbers_in_order() -> None:
    scene = Scene(now=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    for _ in range(3):
        scene.take()
        assert scene.tick(minutes=40) == ()
    assert numbers(scene) == ["A001", "A002", "A003"]


def test_numbers_go_on_after_the_close_of_a_day() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.do(c.CloseDay(), MANAGER)
    scene.do(c.OpenCounter(counter="1"))
    scene.take()
    assert numbers(scene) == ["A001", "A002"]
    assert scene.floor.posts["1"].served == 0


def test_no_number_is_given_after_a_close_that_stops_them_until_a_manager_opens_or_the_next_day() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.do(c.CloseDay(stops=True), MANAGER)
    assert scene.do(c.CloseDay(stops=True), MANAGER) == ()
    scene.do(c.OpenCounter(counter="1"))
    ask = c.TakeTicket(service=service_of(scene.plan))
    assert (scene.refused(ask, KIOSK), scene.refused(ask, MANAGER)) == ("closed_now", "closed_now")
    scene.do(c.SetQueue(open=True, reason="vēl ir ļaudis"), MANAGER)
    scene.take()
    scene.do(c.CloseDay(stops=True), MANAGER)
    scene.tick(days=1)
    scene.take()
    assert (numbers(scene), scene.floor.posts.get("1")) == (["A001", "A002", "A001"], None)


def test_nothing_but_a_plan_and_a_tick_is_possible_before_the_first_day() -> None:
    context = Context(now=MORNING, actor=SYSTEM, visit=UUID(int=1), token="t")
    assert decide(Floor(), c.Tick(), context) == ()
    with pytest.raises(Refusal) as refusal:
        decide(Floor(), c.TakeTicket(service="s"), context)
    assert refusal.value.code == "server_error"


def admit(scene: Scene, number: str, issued: datetime) -> c.AdmitOffline:
    return c.AdmitOffline(number=number, service=service_of(scene.plan), issued=issued)


def test_an_offline_number_takes_the_place_of_its_true_time() -> None:
    scene = Scene(opened=["1"])
    scene.clock.pass_(minutes=10)
    online = scene.take()
    (offline,) = scene.do(admit(scene, "X007", MORNING + timedelta(minutes=5)), KIOSK)
    assert (offline.number, offline.series, offline.n, offline.origin, offline.prints) == ("X007", "X", 7, "offline", None)
    assert (offline.issued, offline.ahead) == (MORNING + timedelta(minutes=5), 0)
    (call,) = scene.do(c.CallNext(counter="1"))
    assert (call.visit, call.reason.waited_s) == (offline.visit, 300)
    assert scene.take() != online
    assert numbers(scene) == ["A001", "X007", "A002"]


def test_an_offline_number_comes_once() -> None:
    scene = Scene()
    scene.clock.pass_(seconds=5)
    scene.do(admit(scene, "X007", MORNING), KIOSK)
    assert scene.do(admit(scene, "X007", MORNING), KIOSK) == ()
    assert scene.do(admit(scene, "X0007", MORNING), KIOSK) == ()  # the same number, written wider
    assert scene.refused(admit(scene, "X007", MORNING + timedelta(seconds=1)), KIOSK) == "number_taken"
    assert scene.refused(admit(scene, "X007", MORNING), Actor("kiosk", "kiosk-2")) == "number_taken"
    assert scene.refused(admit(scene, "Y007", MORNING), KIOSK) is None
    ahead = scene.clock.now + timedelta(microseconds=1)
    assert scene.refused(admit(scene, "X008", ahead), KIOSK) == "time_ahead"
    assert scene.refused(admit(scene, "X008", scene.clock.now), KIOSK) is None


def test_an_offline_number_of_an_earlier_day_is_kept_and_closed() -> None:
    scene = Scene(opened=["1"])
    earlier = MORNING - timedelta(days=2)
    issued, ended = scene.do(admit(scene, "X001", earlier), KIOSK)
    assert (issued.day, ended.reason) == ("2026-03-14", "day_closed")
    visit = scene.visit(issued.visit)
    assert (visit.state, visit.day, visit.issued) == ("ended", "2026-03-14", earlier)
    assert scene.refused(c.CallNext(counter="1")) == "nobody_waiting"
    assert scene.do(admit(scene, "X001", earlier), KIOSK) == ()
    assert scene.refused(admit(scene, "X001", earlier + timedelta(hours=1)), KIOSK) == "number_taken"
    assert scene.refused(admit(scene, "X001", MORNING), KIOSK) is None
    assert "X" not in scene.floor.series


def test_an_offline_number_between_midnight_and_the_tick_still_waits() -> None:
    """The day is closed by the ticker; who comes in the second before must not be closed in a day that is not open."""
    scene = Scene(now=datetime(2026, 3, 16, 21, 59, tzinfo=UTC))
    scene.clock.now = datetime(2026, 3, 16, 22, 0, 0, 500_000, tzinfo=UTC)
    events = scene.do(admit(scene, "X001", scene.clock.now), KIOSK)
    assert [type(event) for event in events] == [TicketIssued]
    assert events[0].day == scene.floor.day == "2026-03-16"


def test_the_day_is_the_plans_time_zone() -> None:
    plan = tiny_plan()
    far = replace(plan, centre=replace(plan.centre, timezone="Pacific/Kiritimati"))
    scene = Scene(far, now=datetime(2026, 3, 16, 10, 0, tzinfo=UTC))
    assert scene.floor.day == "2026-03-17"
    assert local_day(scene.floor, MORNING) == "2026-03-16"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC), -500_000),
        (datetime(2026, 3, 16, 6, 0, 0, 999_999, tzinfo=UTC), 1_773_640_800_999_999),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), 253_402_300_799_999_999),
    ],
)
def test_microseconds_are_exact(at: datetime, expected: int) -> None:
    assert microseconds(at) == expected


def test_who_may_not_be_forgotten() -> None:
    """An actor is written as role and name, so that a device and a person of one name differ."""
    assert str(Actor("kiosk", "a")) != str(Actor("clerk", "a"))
