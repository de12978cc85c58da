"""Expected calls, reckoned by hand, against the real rules, and over floors made at random."""

import itertools
import math
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from config.plan import Calling, Plan, Share, Shift
from counter.view import desk
from display.phone import ticket
from display.phone_web import ticket_page
from server.domain import commands as c
from server.domain.events import AppointmentBooked, Record, ServiceHistory
from server.domain.evolve import evolve
from server.domain.expected import CALLS
from server.domain.floor import Floor, Flow
from server.domain.forecast import Due, Forecast
from server.domain.moment import microseconds
from server.domain.waiting import RUSH, Told, estimate, estimate_of, expected_end, promise, spread
from tests.conftest import drawn
from tests.support import CLERK, KIOSK, OTHER, Scene, service_of, tiny_plan

MEAN = 600.0
STAY = 0.96 * (30 + MEAN) + 0.04 * 240 + 10
"""Of ten minutes' service: 30 s to walk, 4 % who do not come and are waited for 240 s, 10 s to the next call."""


def known(floor: Floor, mean: float = MEAN) -> Floor:
    """The floor with so much history of every service that today and the catalogue do not count."""
    told = {one.code: ServiceHistory(service=one.code, count=10**9, mean_s=mean, spread=0.6) for one in floor.settled.services}
    return replace(floor, history=told)


def wait(scene: Scene, queue: int = 0) -> float | None:
    """Seconds that a newcomer to the n-th queue is expected to wait."""
    due = Forecast(known(scene.floor), scene.clock.now).newcomer(scene.plan.queues[queue].code)
    return None if due is None else due.wait


def with_shifts(*spans: tuple[str, str]) -> Plan:
    """The tiny plan with Monday's shifts of counters."""
    return replace(tiny_plan(), shifts=tuple(Shift(counter=code, days=("mon",), spans=text) for code, text in spans))


def with_order(calling: Calling) -> Plan:
    """The tiny plan with a rule for the profile of counters 1 and 2."""
    plan = tiny_plan()
    return replace(plan, profiles=(replace(plan.profiles[0], calling=calling), *plan.profiles[1:]))


def test_one_counter_and_three_ahead() -> None:
    scene = Scene(opened=["1"])
    assert wait(scene) == 0
    visits = [scene.take() for _ in range(3)]
    assert wait(scene) == pytest.approx(3 * STAY)
    forecast = Forecast(known(scene.floor), scene.clock.now)
    own = [forecast.visit(scene.visit(visit)) for visit in visits]
    assert [due and due.wait for due in own] == pytest.approx([0, STAY, 2 * STAY])


def test_the_service_in_progress_is_reckoned_with_by_how_long_it_lasts_already() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.do(c.CallNext(counter="1"))
    assert wait(scene) == pytest.approx(STAY)
    scene.do(c.Serve(counter="1"))
    assert wait(scene) == pytest.approx(MEAN + 10)
    scene.clock.pass_(minutes=5)
    assert MEAN / 3 < (wait(scene) or 0) < MEAN - 60, "some of it is over; long ones last on"
    scene.clock.pass_(hours=3)
    assert 60 < (wait(scene) or 0) < MEAN + 11, "nobody knows any more"


def test_of_several_busy_counters_one_is_free_soon() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    for counter, clerk in (("1", CLERK), ("2", OTHER)):
        scene.take()
        scene.do(c.CallNext(counter=counter), clerk)
        scene.do(c.Serve(counter=counter), clerk)
    assert 0.3 * MEAN < (wait(scene) or 0) < 0.65 * MEAN


def test_two_profiles_each_call_their_own() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.OpenCounter(counter="3"), OTHER)  # serves the first queue alone
    scene.take(1), scene.take(1), scene.take(0)
    assert wait(scene, 0) == pytest.approx(STAY), "counter 3, after the one of its queue"
    assert wait(scene, 1) == pytest.approx(2 * STAY), "counter 1, after both of its queue"


def test_nobody_is_called_in_the_lunch_of_the_only_counter() -> None:
    scene = Scene(with_shifts(("1", "8:00-12:00; 12:30-17:00")), opened=["1"])
    scene.clock.pass_(hours=3, minutes=50)
    for _ in range(3):
        scene.take()
    # 11:50 and, as the first is done at 12:00:24, 12:30 and 12:40:24.
    assert wait(scene) == pytest.approx(40 * 60 + 2 * STAY)
    due = Forecast(known(scene.floor), scene.clock.now).newcomer(scene.plan.queues[0].code)
    assert due is not None
    assert due.idle == 30 * 60


def test_a_clerk_is_awaited_for_ten_minutes_and_not_after_lunch_either() -> None:
    scene = Scene(with_shifts(("1", "8:00-12:00; 12:30-17:00"), ("2", "9:00-17:00")))
    assert wait(scene) == 0, "counter 1 should be open by now"
    scene.clock.pass_(minutes=9)
    assert wait(scene) == 0
    scene.clock.pass_(minutes=1)
    assert wait(scene) == 50 * 60, "at nine comes counter 2"
    scene.clock.pass_(minutes=60)
    assert wait(scene) is None
    scene.do(c.OpenCounter(counter="1"))
    scene.clock.pass_(hours=3)
    scene.do(c.CloseCounter(counter="1"))
    assert wait(scene) == 20 * 60, "who was here in the morning is expected after lunch"


def test_a_pause_ends_when_it_was_said_or_after_a_quarter_of_an_hour() -> None:
    scene = Scene(opened=["1"])
    reason = next(iter(scene.plan.pause_reasons))
    scene.do(c.Pause(counter="1", reason=reason, minutes=40))
    assert wait(scene) == 40 * 60
    scene.clock.pass_(minutes=45)
    assert wait(scene) == 5 * 60, "overdue"
    scene.do(c.Resume(counter="1"))
    scene.do(c.Pause(counter="1", reason=reason))
    assert wait(scene) == 15 * 60


def test_whoever_is_open_after_the_last_shift_serves_those_who_are_left() -> None:
    scene = Scene(with_shifts(("1", "8:00-9:00")), opened=["1"])
    scene.take(), scene.take()
    scene.clock.pass_(minutes=55)
    assert wait(scene) == pytest.approx(2 * STAY)
    scene.clock.pass_(minutes=10)
    assert wait(scene) == pytest.approx(2 * STAY)


def test_an_appointment_that_will_be_due_goes_first() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    booked = AppointmentBooked(
        appointment=UUID(int=5), code="123456", service=service_of(scene.plan), start=scene.clock.now + timedelta(minutes=10),
        minutes=10, language="lv",
    )  # fmt: skip
    record = Record(
        position=scene.floor.position + 1, day=scene.floor.day, at=scene.clock.now, actor="", command=UUID(int=1), event=booked
    )
    scene.floor = evolve(scene.floor, record)
    # One in ten does not come; before its minute, and with the first in line, it takes no time from anybody.
    assert wait(scene) == pytest.approx(STAY + 0.9 * STAY)
    scene.clock.pass_(minutes=11)
    assert wait(scene) == pytest.approx(STAY), "it should be here by now"


def test_a_parked_visit_returns_before_those_who_were_never_called() -> None:
    scene = Scene(opened=["1"])
    parked = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Park(counter="1", minutes=5))
    scene.take()
    assert wait(scene) == pytest.approx(2 * STAY)
    assert scene.visit(parked).state == "parked"


def test_priority_visitors_who_will_come_overtake() -> None:
    scene = Scene(with_order(Calling(order="points")), opened=["1"])
    queue = scene.plan.queues[0].code
    scene.take()
    since = microseconds(scene.clock.now - timedelta(hours=1))
    floor = replace(known(scene.floor), flows=scene.floor.flows.insert((queue, "priority"), Flow(count=6, since=since)))
    forecast = Forecast(floor, scene.clock.now)
    due = forecast.newcomer(queue)
    assert due is not None
    # Every ten minutes one: who comes after 5 has more points after 10.4, who comes after 15 not yet at the next call.
    assert due.wait == pytest.approx(STAY + forecast.tempo.typical, abs=0.01)
    first = forecast.ranked(queue, "priority", microseconds(scene.clock.now))
    assert first is not None
    assert first.wait == 0 or first.wait < due.wait


@pytest.mark.parametrize(
    "calling",
    [
        Calling(),
        Calling(order="points"),
        Calling(order="points", overtakes_most=2),
        Calling(order="points", wait_most=15),
        Calling(order="preference"),
        Calling(order="preference", overtakes_most=3),
        Calling(order="target"),
        Calling(order="ratio", shares=(Share(queue="vsaa", take=2), Share(queue="vid"))),
    ],
    ids=str,
)
@given(arrivals=st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(0, 300)), min_size=2, max_size=10))
@settings(max_examples=drawn(25), deadline=None)
def test_the_forecast_calls_whom_the_rules_call(calling: Calling, arrivals: list[tuple[int, bool, int]]) -> None:
    scene = Scene(with_order(calling), opened=["1"])
    for queue, first, seconds in arrivals:
        scene.clock.pass_(seconds=seconds)
        scene.do(c.TakeTicket(service=service_of(scene.plan, queue), needs=("priority",) if first else ()), KIOSK)
    now = scene.clock.now
    # Nobody else comes.
    forecast = Forecast(replace(known(scene.floor), flows=Floor().flows), now)
    dues = [(visit.id, forecast.visit(visit)) for visit in scene.floor.visits.values()]
    for id, due in sorted(dues, key=lambda one: one[1].wait if one[1] else 0.0):
        assert due is not None
        scene.clock.now = now + timedelta(seconds=round(due.wait, 6))
        (called,) = scene.do(c.CallNext(counter="1"))
        assert called.visit == id
        scene.do(c.NoShow(counter="1"))


def test_without_a_basis_nothing_is_said() -> None:
    scene = Scene(opened=["1"])
    queue, service = scene.plan.queues[0].code, service_of(scene.plan)
    assert estimate(scene.floor, queue) == Told()
    assert expected_end(scene.floor, queue, service, scene.clock.now) is None
    told = {service: ServiceHistory(service=service, count=19, mean_s=600, spread=0.6)}
    assert estimate(replace(scene.floor, history=told), queue) == Told()
    told[service] = replace(told[service], count=20)
    assert estimate(replace(scene.floor, history=told), queue) == Told(low=0, high=5, middle_s=0)
    scene.do(c.CloseCounter(counter="1"))
    assert estimate(known(scene.floor), queue) == Told(), "nobody is planned to serve it"
    assert expected_end(known(scene.floor), queue, service, scene.clock.now) is None


def test_today_counts_the_more_the_more_there_is_of_it() -> None:
    scene = Scene(opened=["1"])
    service = service_of(scene.plan)
    floor = replace(scene.floor, history={service: ServiceHistory(service=service, count=1000, mean_s=600, spread=0.6)})
    before = Forecast(floor, scene.clock.now).tempo.mean(service)
    for _ in range(10):
        scene.take()
        scene.do(c.CallNext(counter="1"))
        scene.do(c.Serve(counter="1"))
        scene.do(c.RecordService(counter="1", service=service, kind=scene.plan.services[0].kinds[0]))
        scene.clock.pass_(minutes=20)
        scene.do(c.Finish(counter="1"))
    scene.floor = replace(scene.floor, history=floor.history)
    tempo = Forecast(scene.floor, scene.clock.now).tempo
    assert before == pytest.approx(600, abs=5)
    assert 700 < tempo.mean(service) < 1000
    other = service_of(scene.plan, 1)
    catalogue = 60.0 * scene.floor.look.services[other].minutes
    assert tempo.mean(other) > 1.05 * catalogue, "a slow day is slow for services not seen yet"


def test_calls_that_nobody_follows_are_learned_and_unlearned() -> None:
    scene = Scene(opened=["1"])
    before = Forecast(scene.floor, scene.clock.now).tempo
    for _ in range(10):
        scene.take()
        scene.do(c.CallNext(counter="1"))
        scene.clock.pass_(minutes=1)
        scene.do(c.NoShow(counter="1"))
    tempo = Forecast(scene.floor, scene.clock.now).tempo
    assert tempo.absent > 3 * before.absent
    assert tempo.absent_s < before.absent_s
    absent = scene.floor.absent
    scene.do(c.Undo(counter="1"))
    assert (scene.floor.absent.count, scene.floor.absent.ms) == (absent.count - 1, absent.ms - 60_000)


def test_more_people_ahead_never_make_it_shorter() -> None:
    scene = Scene(opened=["1"])
    scene.do(c.OpenCounter(counter="3"), OTHER)
    queue = scene.plan.queues[0].code
    told = []
    for n in range(2 * CALLS):
        floor = known(scene.floor)
        told.append(promise(floor, queue, scene.clock.now))
        scene.take(n % 2)
    middles = [one.middle_s or 0 for one in told]
    assert all(later >= earlier - 60 for earlier, later in itertools.pairwise(middles)), middles
    assert middles[-1] > 20 * MEAN
    floor = known(scene.floor)
    behind = [promise(floor, queue, scene.clock.now, behind=n).middle_s or 0 for n in range(0, 200, 20)]
    assert behind == sorted(behind)


def test_beyond_the_calls_laid_out_the_pace_goes_on_through_breaks() -> None:
    scene = Scene(with_shifts(("1", "8:00-12:00; 13:00-19:00")), opened=["1"])
    for _ in range(30):
        scene.take()
    # 22.6 visits fit before twelve: calls until 11:55:42, then from one o'clock on.
    assert wait(scene) == pytest.approx(5 * 3600 + 6 * STAY, abs=STAY)


def test_the_phone_counts_down_and_says_when_it_takes_longer_than_promised() -> None:
    scene = Scene(opened=["1"])
    scene.floor = known(scene.floor)
    scene.take()
    visit = scene.take()
    token, high = scene.visit(visit).token, scene.visit(visit).high
    assert high is not None
    first = ticket(scene.floor, token, scene.clock.now)
    assert (first.late, first.low, first.high) == (False, scene.visit(visit).low, high)
    later = ticket(scene.floor, token, scene.clock.now + timedelta(minutes=high))
    assert (later.late, later.low, later.high) == (False, 0, 5), "never below zero"
    now = scene.clock.now + timedelta(minutes=high, seconds=1)
    late = ticket(scene.floor, token, now)
    assert late.late
    pages = [ticket_page(one, scene.plan, language="lv", now=now) for one in (later, late)]
    assert ["ilgāk, nekā solījām" in page for page in pages] == [False, True]
    scene.clock.pass_(minutes=high, seconds=1)
    scene.take()
    assert [one.late for one in desk(scene.floor, "1", CLERK).waiting] == [True, True, False]
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Requeue(counter="1"))
    assert not desk(scene.floor, "1", CLERK).waiting[-1].late
    assert [one.late for one in desk(scene.floor, "1", CLERK).waiting if one.visit == visit] == [True]


def test_the_phone_says_that_the_promise_is_kept_only_while_the_wait_still_ends_within_it() -> None:
    scene = Scene(opened=["1"])
    scene.floor = known(scene.floor)
    scene.take()
    visit = scene.take()
    token, high = scene.visit(visit).token, scene.visit(visit).high
    assert high is not None

    def said(floor: Floor, minutes: float = 0) -> tuple[bool, bool]:
        now = scene.clock.now + timedelta(minutes=minutes)
        one = ticket(floor, token, now)
        return one.in_time, "Iekļaujamies" in ticket_page(one, scene.plan, language="lv", now=now)

    slower = known(scene.floor, 3 * MEAN)
    assert [said(scene.floor), said(scene.floor, high / 2), said(slower)] == [(True, True), (True, True), (False, False)]
    assert (ticket(slower, token, scene.clock.now).high or 0) > high
    assert not ticket(slower, token, scene.clock.now).late, "not yet"
    scene.do(c.CallNext(counter="1"))
    scene.do(c.NoShow(counter="1"))
    assert said(scene.floor) == (True, True), "first in line"
    assert said(scene.floor, high + 1) == (False, False), "over"
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Requeue(counter="1"))
    assert said(scene.floor) == (False, False), "was called: nothing was promised for another time"


def test_on_a_floor_where_somebody_was_passed_over_the_forecast_calls_whom_the_rules_call() -> None:
    scene = Scene(with_order(Calling(order="preference", overtakes_most=3)), opened=["1"])
    last = scene.take(2)
    preferred = [scene.take(0) for _ in range(5)]
    for _ in range(2):
        scene.do(c.CallNext(counter="1"))
        scene.do(c.NoShow(counter="1"))
    forecast = Forecast(replace(known(scene.floor), flows=Floor().flows), scene.clock.now)
    dues = {visit: forecast.visit(scene.visit(visit)) for visit in (last, *preferred[2:])}
    expected = sorted(dues, key=lambda one: due.wait if (due := dues[one]) else 0.0)
    called = []
    for _ in expected:
        (event, *_) = scene.do(c.CallNext(counter="1"))
        called.append(event.visit)
        scene.do(c.NoShow(counter="1"))
    assert called == expected == [preferred[2], last, *preferred[3:]]


def test_a_place_that_is_only_held_is_nobody_who_will_come() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    start = scene.clock.now + timedelta(minutes=10)
    (held,) = scene.do(c.HoldSlot(service=service_of(scene.plan), start=start), KIOSK)
    assert isinstance(held, AppointmentBooked)
    assert wait(scene) == pytest.approx(STAY)
    scene.do(c.BookAppointment(service=service_of(scene.plan), start=start, held=held.appointment))
    assert wait(scene) == pytest.approx(STAY + 0.9 * STAY)


def in_a_rush(ahead: int = 40) -> Scene:
    """Six counters, so many people, and a clock that has just left the rush in which they came."""
    counters = tuple("123456")
    scene = Scene(tiny_plan(counters=counters), opened=counters)
    for _ in range(ahead):
        scene.take()
    scene.clock.pass_(seconds=60)
    scene.floor = known(scene.floor)
    assert Forecast(scene.floor, scene.clock.now).depth(scene.plan.queues[0].code) >= RUSH
    return scene


def fresh(scene: Scene) -> Told:
    """What a forecast of this very floor promises to the next in the first queue."""
    queue = scene.plan.queues[0].code
    return promise(replace(scene.floor, rush=None), queue, scene.clock.now)


def told(scene: Scene) -> Told:
    """What the next in the first queue is promised, who takes a number."""
    visit = scene.visit(scene.take())
    return Told(low=visit.low, high=visit.high, middle_s=visit.middle_s)


@pytest.mark.parametrize("step", ["close", "pause"])
def test_in_a_rush_a_counter_that_stops_changes_the_next_promise(step: str) -> None:
    scene = in_a_rush()
    first = told(scene)
    reason = next(iter(scene.plan.pause_reasons))
    for counter in "123":
        scene.do(c.CloseCounter(counter=counter) if step == "close" else c.Pause(counter=counter, reason=reason, minutes=60))
    scene.clock.pass_(seconds=5)
    expected = fresh(scene)
    assert told(scene) == expected
    assert (expected.middle_s or 0) > 1.15 * (first.middle_s or 0)


def test_in_a_rush_who_came_since_stands_before_the_next() -> None:
    scene = in_a_rush()
    first = told(scene)
    for _ in range(5):
        scene.take()
    expected, last = fresh(scene), told(scene)
    assert (last.middle_s or 0) > (first.middle_s or 0) + STAY / 2
    assert last.middle_s == pytest.approx(expected.middle_s, rel=0.1)


@pytest.mark.parametrize("counters", [1, 4])
@pytest.mark.parametrize("calls", [1, 4, 20])
def test_of_waits_drawn_as_sums_of_gaps_seven_in_ten_lie_within_the_spread(calls: int, counters: int) -> None:
    """Gaps as by chance for as many calls as there are counters, then as even as services; a fifth of doubt over all of it."""
    chance, cv2, gap = Random(f"{calls} {counters}"), 0.45, 300.0
    own = (counters + (calls - 1) * cv2) / (counters + calls - 1)

    def drawn(mean: float, squared: float) -> float:
        variance = math.log1p(squared)
        return mean * chance.lognormvariate(-variance / 2, math.sqrt(variance))

    waits = [sum(drawn(gap, own) for _ in range(calls)) * drawn(1.0, 0.2**2) for _ in range(10_000)]
    low, middle, high = spread(Due(wait=calls * gap, calls=calls, counters=counters, idle=0.0), cv2)
    share = [sum(wait < bound for wait in waits) / len(waits) for bound in (low, middle, high)]
    assert 0.13 <= share[0] <= 0.17
    assert 0.47 <= share[1] <= 0.53
    assert 0.83 <= share[2] <= 0.87


COMMANDS = st.sampled_from(
    ["take", "priority", "call", "serve", "finish", "park", "requeue", "pause", "resume", "close", "open", "tick"]
)


@given(steps=st.lists(st.tuples(COMMANDS, st.sampled_from("123"), st.integers(0, 2), st.integers(0, 90)), max_size=40))
@settings(max_examples=drawn(60), deadline=None)
def test_on_any_floor_the_range_is_told_or_nothing(steps: list[tuple[str, str, int, int]]) -> None:
    plan = replace(
        with_order(Calling(order="points", overtakes_most=2, wait_most=30)),
        shifts=with_shifts(("1", "8:00-10:00; 10:30-17:00"), ("2", "9:00-12:00")).shifts,
    )  # fmt: skip
    scene = Scene(plan)
    for name, counter, queue, minutes in steps:
        service = service_of(plan, queue)
        command = {
            "take": c.TakeTicket(service=service),
            "priority": c.TakeTicket(
                service=service, needs=("priority", "accessible"), more=(service_of(plan, (queue + 1) % 3),)
            ),
            "call": c.CallNext(counter=counter),
            "serve": c.Serve(counter=counter),
            "finish": c.NoShow(counter=counter),
            "park": c.Park(counter=counter, minutes=5),
            "requeue": c.Requeue(counter=counter),
            "pause": c.Pause(counter=counter, reason=next(iter(plan.pause_reasons))),
            "resume": c.Resume(counter=counter),
            "close": c.CloseCounter(counter=counter),
            "open": c.OpenCounter(counter=counter),
            "tick": c.Tick(),
        }[name]
        scene.clock.pass_(minutes=minutes)
        if scene.refused(command) is None:
            scene.do(command)
        floor = known(scene.floor)
        for one in plan.queues:
            told = promise(floor, one.code, scene.clock.now)
            assert told == Told() or 0 <= (told.low or 0) < (told.high or 0)
            assert told == Told() or 60 * (told.low or 0) <= (told.middle_s or 0) <= 60 * (told.high or 0)
        for visit in floor.visits.values():
            if visit.state in ("waiting", "parked"):
                told = estimate_of(floor, visit, scene.clock.now)
                assert told == Told() or 0 <= (told.low or 0) < (told.high or 0)
