"""Appointments: which times are offered, what becomes of a place in the book, and who comes when."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from config.plan import Booking, Exceptional, Hours, OpenHours, Plan, Shift
from server.domain import commands as c
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.events import AppointmentBooked, AppointmentEnded, AppointmentMoved, DayOpened, TicketIssued
from server.domain.follow import follow
from server.domain.refusal import CODES, Refusal
from server.domain.reply import result
from server.domain.slots import slots
from tests.conftest import drawn
from tests.support import CLERK, KIOSK, MANAGER, MORNING, SYSTEM, Scene, service_of, tiny_plan

TODAY = date(2026, 3, 16)
WEEK = ("mon", "tue", "wed", "thu", "fri")
NINE = MORNING + timedelta(hours=1)
"""Nine o'clock in Riga on the Monday; the scene begins at eight."""


def plan_with(
    booking: Booking | None = None, *, minutes: int = 15, hours: str | None = "8:00-12:00; 13:00-17:00", **more: Any
) -> Plan:
    """The tiny plan with all its services of one length, appointments and opening hours."""
    tiny = tiny_plan()
    every = tuple(service.code for service in tiny.services)
    return replace(
        tiny, services=tuple(replace(service, minutes=minutes) for service in tiny.services),
        hours=Hours(regular=(OpenHours(days=WEEK, spans=hours),)) if hours else None,
        booking=replace(booking or Booking(services=(), lead=0), services=every), **more,
    )  # fmt: skip


def shown(scene: Scene, day: date = TODAY, queue: int = 0) -> dict[str, int]:
    """Free places by local time."""
    found = slots(scene.floor, service_of(scene.plan, queue), day, scene.clock.now)
    assert all(slot.start.tzinfo == UTC for slot in found)
    return {f"{slot.start + timedelta(hours=2):%H:%M}": slot.free for slot in found}


def booked(scene: Scene, start: datetime = NINE, queue: int = 0, **more: Any) -> AppointmentBooked:
    (event,) = scene.do(c.BookAppointment(service=service_of(scene.plan, queue), start=start, **more))
    assert isinstance(event, AppointmentBooked)
    return event


def refused_at(scene: Scene, start: datetime, queue: int = 0) -> str | None:
    return scene.refused(c.BookAppointment(service=service_of(scene.plan, queue), start=start))


# which times there are


def test_the_grid_begins_at_each_opening_and_a_service_ends_before_closing_and_lunch() -> None:
    scene = Scene(plan_with(Booking(services=(), step=20, lead=0), minutes=40, hours="8:30-12:00; 12:15-14:00"))
    assert list(shown(scene)) == [
        "08:30", "08:50", "09:10", "09:30", "09:50", "10:10", "10:30", "10:50", "11:10",
        "12:15", "12:35", "12:55", "13:15",
    ]  # fmt: skip
    assert refused_at(scene, NINE + timedelta(minutes=10)) is None
    for minute in (0, 9, 11, 150):  # between two, and one that would run into lunch
        assert refused_at(scene, NINE + timedelta(minutes=minute)) == "slot_outside"
    assert refused_at(scene, NINE + timedelta(minutes=10, seconds=1)) == "slot_outside"


def test_a_service_longer_than_every_opening_has_no_time() -> None:
    assert shown(Scene(plan_with(minutes=120, hours="8:00-9:30; 10:00-11:30"))) == {}


def test_lead_and_horizon_to_the_second() -> None:
    scene = Scene(plan_with(Booking(services=(), lead=60, horizon=2)))
    assert refused_at(scene, NINE) is None
    assert next(iter(shown(scene))) == "09:00"
    scene.clock.pass_(seconds=1)
    assert refused_at(scene, NINE) == "slot_outside"
    assert next(iter(shown(scene))) == "09:15"
    assert refused_at(scene, NINE + timedelta(days=2)) is None
    assert refused_at(scene, NINE + timedelta(days=3)) == "slot_outside"
    assert refused_at(scene, NINE - timedelta(days=3)) == "slot_outside"
    for day in (TODAY + timedelta(days=3), TODAY - timedelta(days=1), date.min, date.max):
        assert shown(scene, day) == {}


def test_days_that_are_closed_have_no_times() -> None:
    base = plan_with(Booking(services=(), lead=0, horizon=365))
    closed = Exceptional(date="2026-03-18", spans="")
    scene = Scene(replace(base, hours=replace(base.hours, exceptions=(closed,))))
    assert shown(scene, date(2026, 3, 18)) == shown(scene, date(2026, 3, 21)) == shown(scene, date(2026, 5, 4)) == {}
    assert shown(scene, date(2026, 3, 19)) != {}


def test_a_centre_that_is_always_open_is_booked_from_eight_to_six_on_weekdays() -> None:
    scene = Scene(plan_with(hours=None))
    times = list(shown(scene, date(2026, 3, 20)))
    assert (times[0], times[-1], shown(scene, date(2026, 3, 21))) == ("08:00", "17:45", {})


def test_a_specialist_who_comes_on_tuesdays() -> None:
    base = plan_with()
    specialist = replace(base.queues[1], hours=(OpenHours(days=("tue",), spans="11:30-13:30"),))
    scene = Scene(replace(base, queues=(base.queues[0], specialist, *base.queues[2:])))
    assert shown(scene, queue=1) == {}
    assert list(shown(scene, date(2026, 3, 17), queue=1)) == ["11:30", "11:45", "13:00", "13:15"]


def test_the_hour_that_the_clock_leaps_over() -> None:
    """On 29 March 2026 Riga goes from 3:00 to 4:00: each time is offered once, and lasts as long as it says."""
    scene = Scene(plan_with(Booking(services=(), step=30, lead=0), hours=None))
    hours = Hours(regular=(OpenHours(days=("sun",), spans="2:00-5:00"),), holidays=False)
    scene.do(c.RevisePlan(plan=replace(scene.plan, hours=hours)), SYSTEM)
    found = [slot.start for slot in slots(scene.floor, service_of(scene.plan), date(2026, 3, 29), MORNING)]
    assert found == [datetime(2026, 3, 29, 0, tzinfo=UTC) + timedelta(minutes=30 * n) for n in range(4)]


def test_an_appointment_takes_all_the_steps_that_it_covers_for_every_service() -> None:
    scene = Scene(plan_with(minutes=40))
    booked(scene, queue=1)
    full = [time for time, free in shown(scene).items() if free == 0]
    assert full == ["08:30", "08:45", "09:00", "09:15", "09:30"]
    for minutes, code in ((-45, None), (-30, "slot_taken"), (0, "slot_taken"), (30, "slot_taken"), (45, None)):
        assert refused_at(scene, NINE + timedelta(minutes=minutes)) == code, minutes


def test_two_that_follow_each_other_take_one_place() -> None:
    scene = Scene(plan_with(Booking(services=(), places=2, lead=0)))
    booked(scene), booked(scene, NINE + timedelta(minutes=15))
    long = replace(scene.plan, services=tuple(replace(one, minutes=30) for one in scene.plan.services))
    scene.do(c.RevisePlan(plan=long), SYSTEM)
    assert shown(scene)["09:00"] == 1
    booked(scene)
    assert refused_at(scene, NINE) == "slot_taken"


def test_the_roster_limits_the_places() -> None:
    """Counter 1 serves everything, counter 3 the first queue only."""
    shifts = (Shift(counter="1", days=("mon",), spans="8:00-12:00"), Shift(counter="3", days=("mon",), spans="9:00-10:00"))
    scene = Scene(plan_with(Booking(services=(), places=5, lead=0), shifts=shifts))
    assert {time: shown(scene)[time] for time in ("08:45", "09:00", "09:45", "10:00", "13:00")} == {
        "08:45": 1, "09:00": 2, "09:45": 2, "10:00": 1, "13:00": 0,
    }  # fmt: skip
    assert shown(scene, queue=1)["09:00"] == 1
    booked(scene)  # counter 3 can take it, so counter 1 is left for the other queue
    assert (shown(scene)["09:00"], shown(scene, queue=1)["09:00"]) == (1, 1)
    booked(scene, queue=1)
    assert (shown(scene)["09:00"], shown(scene, queue=1)["09:00"]) == (0, 0)
    assert refused_at(scene, NINE) == "slot_taken"
    assert shown(scene, TODAY + timedelta(days=1))["09:00"] == 0  # nobody is planned on Tuesday


@pytest.mark.parametrize("other", [1, 2])
def test_who_can_be_served_elsewhere_leaves_a_counter_to_who_cannot(other: int) -> None:
    """The first queue goes to both counters, each of the others to one of them."""
    tiny = plan_with(Booking(services=(), places=5, lead=0))
    codes = [queue.code for queue in tiny.queues]
    profiles = tuple(replace(tiny.profiles[0], code=f"to{n}", queues=(codes[0], codes[n])) for n in (1, 2))
    counters = tuple(replace(tiny.counters[0], code=str(n), profile=f"to{n}") for n in (1, 2))
    shifts = tuple(Shift(counter=str(n), days=WEEK, spans="8:00-12:00") for n in (1, 2))
    scene = Scene(replace(tiny, profiles=profiles, counters=counters, shifts=shifts))
    booked(scene)
    assert shown(scene, queue=other)["09:00"] == 1
    booked(scene, queue=other)
    assert [shown(scene, queue=queue)["09:00"] for queue in range(3)] == [0, 0, 0]


def test_who_cannot_be_booked() -> None:
    scene = Scene(plan_with())
    service = service_of(scene.plan)
    only = replace(scene.plan, booking=replace(scene.plan.booking, services=(service,)))
    scene.do(c.RevisePlan(plan=only), SYSTEM)
    assert [refused_at(scene, NINE, queue) for queue in (0, 1)] == [None, "not_bookable"]
    assert scene.refused(c.BookAppointment(service="NO-1", start=NINE)) == "unknown_service"
    assert scene.refused(c.HoldSlot(service="NO-1", start=NINE)) == "unknown_service"
    assert scene.refused(c.BookAppointment(service=service, start=NINE, language="xx")) == "language_off"
    scene.do(c.RevisePlan(plan=replace(only, booking=None)), SYSTEM)
    assert refused_at(scene, NINE) == "not_bookable"
    assert scene.refused(c.CheckIn(code="000000"), KIOSK) == "unknown_code"
    with pytest.raises(Refusal, match="not_bookable"):
        shown(scene)


# a place in the book


def test_booking_gives_a_code_and_says_when() -> None:
    scene = Scene(plan_with())
    events = scene.do(c.BookAppointment(service=service_of(scene.plan), start=NINE, needs=("priority", "priority")))
    told = result(scene.floor, events)
    one = scene.floor.book[events[0].appointment]
    assert told == {"appointment": str(one.id), "code": one.code, "start": "2026-03-16T07:00:00Z"}
    assert (one.needs, one.minutes, one.held) == (("priority",), 15, None)
    assert len(one.code) == 6
    assert one.code.isdigit()
    assert scene.floor.codes[one.code] == one.id


def test_a_code_is_never_one_that_is_known_today() -> None:
    scene = Scene(plan_with(Booking(services=(), places=99, lead=0)))
    command, codes = c.BookAppointment(service=service_of(scene.plan), start=NINE), set()
    for n in range(3):
        # The same token three times: only what the floor holds can make the codes differ.
        context = Context(now=scene.clock.now, actor=CLERK, visit=uuid4(), token="the same")
        events = decide(scene.floor, command, context)
        assert events == decide(scene.floor, command, context)
        codes |= {event.code for event in events if isinstance(event, AppointmentBooked)}
        scene.floor = follow(scene.floor, events, uuid4(), CLERK, scene.clock.now).floor
        if n == 0:
            scene.do(c.CancelAppointment(appointment=context.visit))
    assert len(codes) == 3


def test_a_held_place_is_booked_with_the_same_code_until_its_last_second() -> None:
    scene = Scene(plan_with(Booking(services=(), lead=0, hold=10)))
    service = service_of(scene.plan)
    (hold,) = scene.do(c.HoldSlot(service=service, start=NINE))
    assert hold.held == scene.clock.now + timedelta(minutes=10)
    assert refused_at(scene, NINE) == "slot_taken"
    assert scene.refused(c.CheckIn(code=hold.code), KIOSK) == "unknown_code"
    book = c.BookAppointment(service=service, start=NINE, held=hold.appointment, language="en")
    scene.clock.pass_(minutes=10)
    assert scene.refused(book) == "hold_over"
    scene.clock.pass_(seconds=-1)
    (event,) = scene.do(book)
    assert (event.appointment, event.code, event.held, event.language) == (hold.appointment, hold.code, None, "en")
    assert len(scene.floor.book) == len(scene.floor.agenda) == 1
    assert len(scene.floor.holds) == 0
    assert scene.refused(book) == "hold_over"
    assert scene.tick(minutes=11) == ()


def test_a_hold_made_in_time_may_be_booked_when_the_lead_has_passed_and_at_another_time() -> None:
    scene = Scene(plan_with(Booking(services=(), lead=60, hold=10)))
    service = service_of(scene.plan)
    (hold,) = scene.do(c.HoldSlot(service=service, start=NINE))
    scene.clock.pass_(minutes=5)
    assert scene.refused(c.BookAppointment(service=service, start=NINE)) == "slot_outside"
    assert scene.refused(c.BookAppointment(service=service, start=NINE + timedelta(minutes=7), held=hold.appointment)) == (
        "slot_outside"
    )
    assert scene.refused(c.BookAppointment(service=service, start=NINE, held=hold.appointment)) is None
    (event,) = scene.do(c.BookAppointment(service=service, start=NINE + timedelta(minutes=15), held=hold.appointment))
    assert (event.appointment, event.code) == (hold.appointment, hold.code)
    assert [scene.floor.book[place.visit].start for place in scene.floor.agenda] == [NINE + timedelta(minutes=15)]


def test_a_held_place_keeps_its_length_when_the_plan_changes() -> None:
    scene = Scene(plan_with(minutes=15))
    service = service_of(scene.plan)
    (hold,) = scene.do(c.HoldSlot(service=service, start=NINE))
    booked(scene, NINE + timedelta(minutes=15))
    long = tuple(replace(one, minutes=30) for one in scene.plan.services)
    scene.do(c.RevisePlan(plan=replace(scene.plan, services=long)), SYSTEM)
    assert booked(scene, held=hold.appointment).minutes == 15


def test_a_hold_that_runs_out_gives_the_place_back() -> None:
    scene = Scene(plan_with(Booking(services=(), lead=0, hold=10)))
    (hold,) = scene.do(c.HoldSlot(service=service_of(scene.plan), start=NINE))
    assert scene.tick(minutes=9, seconds=59) == ()
    assert scene.tick(seconds=1) == (AppointmentEnded(appointment=hold.appointment, reason="expired"),)
    assert refused_at(scene, NINE) is None
    assert scene.refused(c.CheckIn(code=hold.code), KIOSK) == "unknown_code"
    (hold,) = scene.do(c.HoldSlot(service=service_of(scene.plan), start=NINE))
    (given_back,) = scene.do(c.CancelAppointment(appointment=hold.appointment))
    assert given_back.reason == "expired"


def test_moving_keeps_the_code_and_frees_the_old_time() -> None:
    scene = Scene(plan_with(minutes=30))
    one = booked(scene)
    later = NINE + timedelta(minutes=15)  # overlaps its own old place
    assert scene.do(c.MoveAppointment(appointment=one.appointment, start=NINE)) == ()
    (moved,) = scene.do(c.MoveAppointment(appointment=one.appointment, start=later))
    assert moved == AppointmentMoved(
        appointment=one.appointment, start=later, code=one.code, service=one.service, minutes=one.minutes, language=one.language,
        needs=one.needs,
    )  # fmt: skip
    assert scene.floor.book[one.appointment].start == later
    assert scene.floor.codes[one.code] == one.appointment
    assert [refused_at(scene, NINE + timedelta(minutes=m)) for m in (-15, 0, 30, 45)] == [None, "slot_taken", "slot_taken", None]
    other = booked(scene, NINE - timedelta(minutes=15))
    for start, code in ((later, "slot_taken"), (later + timedelta(minutes=1), "slot_outside")):
        assert scene.refused(c.MoveAppointment(appointment=other.appointment, start=start)) == code
    assert scene.refused(c.MoveAppointment(appointment=uuid4(), start=NINE)) == "unknown_appointment"


def test_a_moved_appointment_keeps_its_length_when_the_plan_changes() -> None:
    scene = Scene(plan_with(minutes=30))
    one = booked(scene)
    short = tuple(replace(service, minutes=5) for service in scene.plan.services)
    scene.do(c.RevisePlan(plan=replace(scene.plan, services=short)), SYSTEM)
    before_lunch = datetime(2026, 3, 16, 9, 45, tzinfo=UTC)
    assert refused_at(scene, before_lunch) is None
    assert scene.refused(c.MoveAppointment(appointment=one.appointment, start=before_lunch)) == "slot_outside"


def test_cancelling() -> None:
    scene = Scene(plan_with())
    one = booked(scene)
    assert scene.do(c.CancelAppointment(appointment=one.appointment)) == (
        AppointmentEnded(appointment=one.appointment, reason="cancelled"),
    )
    assert (len(scene.floor.book), len(scene.floor.agenda), len(scene.floor.codes)) == (0, 0, 0)
    assert scene.refused(c.CancelAppointment(appointment=one.appointment)) == "unknown_appointment"
    assert scene.refused(c.CheckIn(code=one.code), KIOSK) == "appointment_over"
    assert refused_at(scene, NINE) is None


def test_a_plan_may_not_orphan_the_book() -> None:
    scene = Scene(plan_with())
    one = booked(scene)
    queue = scene.plan.queues[0]
    without = replace(scene.plan, queues=(replace(queue, services=queue.services[1:]), *scene.plan.queues[1:]))
    assert scene.refused(c.RevisePlan(plan=without), SYSTEM) == "service_in_use"
    assert scene.refused(c.RevisePlan(plan=replace(scene.plan, booking=None)), SYSTEM) == "booking_in_use"
    no_more = replace(scene.plan, booking=replace(scene.plan.booking, services=()))
    scene.do(c.RevisePlan(plan=no_more), SYSTEM)  # nobody else is booked, whoever is may come
    scene.clock.now = NINE
    assert scene.refused(c.CheckIn(code=one.code), KIOSK) is None
    scene.do(c.CancelAppointment(appointment=one.appointment))
    scene.do(c.RevisePlan(plan=replace(without, booking=None)), SYSTEM)


# who comes


WINDOWS = Booking(services=(), lead=0, early=15, late=10, no_show=30)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-901, "too_early"), (-900, "appointment"), (0, "appointment"), (600, "appointment"), (601, "walk_in"),
        (1799, "walk_in"), (1800, "appointment_over"),
    ],
)  # fmt: skip
def test_windows_to_the_second(seconds: int, expected: str) -> None:
    scene = Scene(plan_with(WINDOWS))
    one = booked(scene, needs=("accessible",), language="en")
    scene.clock.now = NINE + timedelta(seconds=seconds)
    if (code := scene.refused(c.CheckIn(code=one.code), KIOSK)) is not None:
        assert code == expected
        return
    issued, ended = scene.do(c.CheckIn(code=one.code), KIOSK)
    assert isinstance(issued, TicketIssued)
    assert ended == AppointmentEnded(appointment=one.appointment, reason="kept", visit=issued.visit)
    assert (issued.number, issued.series, issued.origin, issued.prints) == ("J001", "J", "appointment", "kiosk-1")
    assert (issued.appointment, issued.due, issued.language, issued.needs) == (one.appointment, NINE, "en", ("accessible",))
    assert (issued.group, issued.service) == (expected, one.service)
    assert issued.key.at == int(max(NINE, scene.clock.now).timestamp() * 1_000_000)
    assert result(scene.floor, (issued, ended))["number"] == "J001"
    assert len(scene.floor.book) == 0


@pytest.mark.parametrize(("days", "day"), [(0, "16.03.2026"), (4, "20.03.2026")])
def test_too_early_says_from_when(days: int, day: str) -> None:
    scene = Scene(plan_with(WINDOWS))
    one = booked(scene, NINE + timedelta(days=days))
    with pytest.raises(Refusal, match="too_early") as refusal:
        scene.decide(c.CheckIn(code=one.code), KIOSK)
    assert refusal.value.facts == {"date": day, "time": "8:45"}


def test_who_comes_twice_is_told_the_number() -> None:
    scene = Scene(plan_with(WINDOWS))
    one = booked(scene)
    scene.clock.now = NINE
    scene.do(c.CheckIn(code=one.code), KIOSK)
    with pytest.raises(Refusal, match="checked_in") as refusal:
        scene.decide(c.CheckIn(code=one.code), KIOSK)
    assert CODES["checked_in"].format(**refusal.value.facts).endswith("J001.")
    for command in (
        c.CancelAppointment(appointment=one.appointment),
        c.MoveAppointment(appointment=one.appointment, start=NINE + timedelta(hours=1)),
    ):
        assert scene.refused(command) == "unknown_appointment"


def test_late_with_priority_is_priority_still() -> None:
    scene = Scene(plan_with(WINDOWS))
    one = booked(scene, needs=("priority",))
    scene.clock.now = NINE + timedelta(minutes=11)
    assert scene.do(c.CheckIn(code=one.code), KIOSK)[0].group == "priority"


@pytest.mark.parametrize(("actor", "prints"), [(KIOSK, "kiosk-1"), (CLERK, None), (Actor("kiosk", "gone"), None)])
def test_at_a_desk_nothing_is_printed(actor: Actor, prints: str | None) -> None:
    scene = Scene(plan_with(WINDOWS))
    one = booked(scene)
    scene.clock.now = NINE
    assert scene.do(c.CheckIn(code=one.code), actor)[0].prints == prints


def test_a_checked_in_place_is_not_given_away_again() -> None:
    scene = Scene(plan_with(replace(WINDOWS, early=60)))
    one = booked(scene)
    scene.do(c.CheckIn(code=one.code), KIOSK)
    assert refused_at(scene, NINE) == "slot_taken"
    assert shown(scene)["09:00"] == 0


def test_nobody_came_by_then() -> None:
    scene = Scene(plan_with(WINDOWS))
    first, second = booked(scene), booked(scene, NINE + timedelta(minutes=15))
    scene.clock.now = NINE
    assert scene.tick(minutes=29, seconds=59) == ()
    assert scene.tick(seconds=1) == (AppointmentEnded(appointment=first.appointment, reason="no_show"),)
    assert scene.refused(c.CheckIn(code=first.code), KIOSK) == "appointment_over"
    assert scene.tick(minutes=20) == (AppointmentEnded(appointment=second.appointment, reason="no_show"),)
    assert scene.tick() == ()


def test_the_turn_of_the_day_ends_what_is_past_and_keeps_the_rest() -> None:
    scene = Scene(plan_with(Booking(services=(), lead=0, no_show=480, hold=60)))
    past = booked(scene, NINE + timedelta(hours=8) - timedelta(minutes=15))
    tomorrow, friday = booked(scene, NINE + timedelta(days=1)), booked(scene, NINE + timedelta(days=4))
    scene.clock.now = datetime(2026, 3, 16, 21, 59, 50, tzinfo=UTC)
    (hold,) = scene.do(c.HoldSlot(service=service_of(scene.plan), start=NINE + timedelta(days=2)))
    events = scene.tick(seconds=10)
    assert events == (
        AppointmentEnded(appointment=hold.appointment, reason="expired"),
        AppointmentEnded(appointment=past.appointment, reason="no_show"),
        DayOpened(day="2026-03-17"),
    )
    assert [place.visit for place in scene.floor.agenda] == [tomorrow.appointment, friday.appointment]
    assert scene.refused(c.CheckIn(code=past.code), KIOSK) == "unknown_code"
    assert scene.replayed() == scene.floor


# together with walk-ins


def called(scene: Scene, counter: str = "1") -> UUID:
    event = scene.do(c.CallNext(counter=counter))[0]
    return event.visit  # type: ignore[union-attr]


def test_whoever_is_booked_goes_first_from_the_minute_on() -> None:
    scene = Scene(plan_with(replace(WINDOWS, places=2)), opened=["1", "2"])
    one = booked(scene)
    scene.clock.now = NINE - timedelta(minutes=5)
    before = scene.take()
    visit = scene.do(c.CheckIn(code=one.code), KIOSK)[0].visit
    after, last = scene.take(), scene.take()
    assert called(scene) == before
    assert called(scene, "2") == after  # five minutes before the time walk-ins still go first
    scene.do(c.NoShow(counter="1"))
    scene.clock.now = NINE
    assert called(scene) == visit
    assert scene.visit(visit).leg.reason.rule == "appointment"
    scene.do(c.NoShow(counter="2"))
    assert called(scene, "2") == last


def test_who_comes_too_late_waits_from_then_on() -> None:
    scene = Scene(plan_with(WINDOWS), opened=["1"])
    one = booked(scene)
    scene.clock.now = NINE + timedelta(minutes=11)
    walk_in = scene.take()
    visit = scene.do(c.CheckIn(code=one.code), KIOSK)[0].visit
    scene.clock.pass_(seconds=1)
    order = [called(scene)]
    scene.do(c.NoShow(counter="1"))
    assert [*order, called(scene)] == [walk_in, visit]


def test_no_counter_idles_for_a_place_that_is_not_due() -> None:
    """Walk-ins fill what is free: neither an empty slot nor an early visitor keeps a counter from calling."""
    scene = Scene(plan_with(replace(WINDOWS, places=3)), opened=["1", "2"])
    here, away = booked(scene), booked(scene)
    scene.clock.now = NINE - timedelta(minutes=15)
    early = scene.do(c.CheckIn(code=here.code), KIOSK)[0].visit
    walk_ins = [scene.take(), scene.take()]
    assert [called(scene), called(scene, "2")] == walk_ins
    scene.do(c.NoShow(counter="1"))
    assert called(scene) == early  # nobody else waits: why should it?
    scene.do(c.NoShow(counter="2"))
    scene.clock.now = NINE  # the place of the one who stays away holds nobody up either
    later = scene.take()
    assert called(scene, "2") == later
    assert away.appointment in scene.floor.book


# whatever the order


steps = st.lists(
    st.tuples(
        st.sampled_from(["book", "book", "book", "hold", "confirm", "move", "cancel", "check in", "tick", "wait", "revise"]),
        st.integers(0, 40), st.integers(0, 2),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(max_examples=drawn(60), deadline=None, derandomize=True)
@given(steps=steps, places=st.integers(1, 3), rostered=st.booleans())
def test_never_more_at_a_time_than_places(steps: list[tuple[str, int, int]], places: int, rostered: bool) -> None:
    """Booked, held and checked in together; by the roster never more in a queue than counters that serve it."""
    shifts = tuple(Shift(counter=counter, days=WEEK, spans="8:00-12:00") for counter in ("1", "3")) if rostered else ()
    lengths = (10, 25, 45)
    base = plan_with(Booking(services=(), places=places, lead=0, early=60, hold=5), hours="8:00-12:00", shifts=shifts)
    varied = tuple(replace(one, minutes=lengths[n % 3]) for n, one in enumerate(base.services))
    scene = Scene(replace(base, services=varied))
    known: dict[UUID, AppointmentBooked] = {}
    for what, n, queue in steps:
        start, service = NINE + timedelta(minutes=5 * n), service_of(scene.plan, queue)
        some = list(known.values())[n % len(known)] if known else None
        commands: dict[str, c.Command] = {
            "book": c.BookAppointment(service=service, start=start),
            "hold": c.HoldSlot(service=service, start=start),
            "tick": c.Tick(),
            "revise": c.RevisePlan(plan=replace(scene.plan, services=tuple(
                replace(one, minutes=lengths[(n + i) % 3]) for i, one in enumerate(scene.plan.services)
            ))),
        }  # fmt: skip
        if some is not None:
            commands |= {
                "confirm": c.BookAppointment(service=service, start=start if n % 2 else some.start, held=some.appointment),
                "move": c.MoveAppointment(appointment=some.appointment, start=start),
                "cancel": c.CancelAppointment(appointment=some.appointment),
                "check in": c.CheckIn(code=some.code),
            }
        if what == "wait":
            scene.clock.pass_(minutes=n / 4)
        if what in commands:
            actor = SYSTEM if what in ("tick", "revise") else MANAGER
            events = () if scene.refused(commands[what], actor) else scene.do(commands[what], actor)
            known |= {event.appointment: event for event in events if isinstance(event, AppointmentBooked)}
        _within(scene, places)
    assert scene.replayed() == scene.floor


def _within(scene: Scene, places: int) -> None:
    floor = scene.floor
    taken = [*floor.book.values(), *(over.appointment for over in floor.over.values() if over.reason == "kept")]
    rostered = bool(floor.settled.shifts)
    for moment in {one.start for one in taken}:
        here = [one for one in taken if one.start <= moment < one.start + timedelta(minutes=one.minutes)]
        assert len(here) <= min(places, 2 if rostered else places)
        others = [one for one in here if floor.look.queue_of[one.service] != floor.settled.queues[0].code]
        assert not rostered or len(others) <= 1  # counter 3 serves the first queue only
    assert {floor.book[place.visit].id for place in floor.agenda} == set(floor.book)
    assert {one.code: one.id for one in floor.book.values()} == dict(floor.codes.items())
    assert {place.visit for place in floor.holds} == {one.id for one in floor.book.values() if one.held is not None}
