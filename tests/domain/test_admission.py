"""When a number may be given: opening hours, hours of a queue, contingents, the last number, from afar, the full day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from config import texts
from config.hours import WEEKDAYS
from config.plan import Booking, Exceptional, Hours, OpenHours, Plan
from kiosk.view import menu
from server.domain import admission
from server.domain import commands as c
from server.domain.events import DayOpened, TicketIssued, VisitEnded
from server.domain.refusal import WAYS, Refusal
from server.submit import refused
from tests.support import CLERK, KIOSK, MANAGER, Scene, service_of, tiny_plan

WEEK = WEEKDAYS[:5]
LUNCH = Hours(
    regular=(OpenHours(days=WEEK, spans="8:30-12:00; 12:20-17:00"), OpenHours(days=("tue",), spans="8:30-19:00")), last_ticket=15
)


def riga(text: str, *, fold: int = 0) -> datetime:
    """An instant, by the clock on a wall in Riga."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Riga"), fold=fold).astimezone(UTC)


def with_hours(hours: Hours | None = LUNCH, own: tuple[OpenHours, ...] = ()) -> Plan:
    """The tiny plan with opening hours, and its second queue with hours of its own."""
    plan = tiny_plan()
    queues = tuple(replace(one, hours=own) if i == 1 else one for i, one in enumerate(plan.queues))
    return replace(plan, hours=hours, queues=queues)


def limited(daily: int, **changes: object) -> Plan:
    """The tiny plan with a contingent for the first service of its first queue."""
    plan = replace(tiny_plan(), **changes)
    services = tuple(replace(one, daily=daily) if one.code == service_of(plan) else one for one in plan.services)
    return replace(plan, services=services)


def no(scene: Scene, at: str, *, queue: int = 0, remote: bool = False) -> Refusal | None:
    """Why no number is given at a time in Riga, or None; nothing happens."""
    scene.clock.now = riga(at)
    try:
        scene.decide(c.TakeTicket(service=service_of(scene.plan, queue), remote=remote), KIOSK)
    except Refusal as refusal:
        return refusal
    return None


def code(scene: Scene, at: str, **more: object) -> str | None:
    """The code of the refusal."""
    refusal = no(scene, at, **more)  # type: ignore[arg-type]
    return refusal.code if refusal else None


def test_a_centre_without_hours_is_always_open() -> None:
    scene = Scene()
    for at in ("2026-03-16T03:00", "2026-12-25T12:00", "2026-03-15T23:59"):
        assert code(scene, at) is None
        assert code(scene, at, remote=True) is None


@pytest.mark.parametrize(
    ("at", "expected", "again"),
    [
        ("2026-03-16T08:29:59", "closed_now", "16.03.2026 8:30"),
        ("2026-03-16T08:30", None, ""),
        ("2026-03-16T11:59:59", None, ""),
        ("2026-03-16T12:00", "closed_now", "16.03.2026 12:20"),
        ("2026-03-16T16:44:59", None, ""),
        ("2026-03-16T16:45", "too_late", "17.03.2026 8:30"),
        ("2026-03-16T17:00", "closed_now", "17.03.2026 8:30"),
        ("2026-03-17T18:44", None, ""),
        ("2026-03-20T18:00", "closed_now", "23.03.2026 8:30"),
        ("2026-03-21T12:00", "closed_now", "23.03.2026 8:30"),
        ("2026-04-03T12:00", "closed_now", "07.04.2026 8:30"),  # Good Friday, Easter Monday
    ],
)
def test_numbers_are_given_only_in_opening_hours(at: str, expected: str | None, again: str) -> None:
    refusal = no(Scene(with_hours()), at)
    assert (refusal.code if refusal else None) == expected
    if refusal:
        assert f"{refusal.facts['date']} {refusal.facts['time']}" == again
        assert refusal.ways[0] == "again"


def test_round_the_clock_numbers_are_given_again_at_the_very_midnight() -> None:
    always = Hours(regular=(OpenHours(days=WEEKDAYS, spans="0-24"),), holidays=False, last_ticket=15)
    refusal = no(Scene(replace(tiny_plan(), hours=always)), "2026-03-16T23:50")
    assert refusal
    assert (refusal.code, refusal.facts["date"], refusal.facts["time"]) == ("too_late", "17.03.2026", "0:00")


def test_what_is_never_refused_for_the_hour() -> None:
    scene = Scene(with_hours(), now=riga("2026-03-16T10:00"), opened=["1"])
    appointment = scene.book(start=riga("2026-03-16T16:00"))
    scene.clock.now = riga("2026-03-16T16:05")
    scene.do(c.CheckIn(code=appointment.code), KIOSK)
    scene.clock.now = riga("2026-03-16T20:00")
    service = service_of(scene.plan)
    assert scene.refused(c.TakeTicket(service=service), KIOSK) == "closed_now"
    assert scene.refused(c.AdmitOffline(number="X001", service=service, issued=scene.clock.now), KIOSK) is None
    assert scene.refused(c.RegisterContact(counter="1", service=service, channel="talrunis")) is None


def test_all_who_hold_a_number_are_served_after_closing_time() -> None:
    scene = Scene(with_hours(), now=riga("2026-03-16T16:44"), opened=["1"])
    visit = scene.take()
    scene.clock.now = riga("2026-03-16T17:10")
    assert scene.tick() == ()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    assert scene.visit(visit).state == "serving"


def test_a_queue_with_hours_of_its_own() -> None:
    scene = Scene(with_hours(own=(OpenHours(days=("tue",), spans="10-14"),)))
    assert [code(scene, at, queue=1) for at in ("2026-03-17T09:59", "2026-03-17T10:00", "2026-03-17T13:59")] == [
        "queue_closed", None, None,
    ]  # fmt: skip
    refusal = no(scene, "2026-03-17T14:00", queue=1)
    assert refusal
    assert (refusal.code, refusal.facts["date"], refusal.facts["time"]) == ("queue_closed", "24.03.2026", "10:00")
    assert code(scene, "2026-03-17T09:00") is None, "other queues do not mind"
    assert code(scene, "2026-03-17T20:00", queue=1) == "closed_now", "the centre's hours come first"


@pytest.mark.parametrize(
    ("own", "at", "again"),
    [
        ("7-10", "2026-03-16T09:00", "17.03.2026 8:30"),  # opens before the centre does
        ("12:05-14", "2026-03-16T09:00", "17.03.2026 12:05"),  # Tuesday has no lunch gap
        ("17:30-18:30", "2026-03-16T09:00", "17.03.2026 17:30"),
    ],
)
def test_a_queue_is_next_open_when_the_centre_is_too(own: str, at: str, again: str) -> None:
    refusal = no(Scene(with_hours(own=(OpenHours(days=("tue",), spans=own),))), at, queue=1)
    assert refusal
    assert f"{refusal.facts['date']} {refusal.facts['time']}" == again


def test_a_queue_that_never_opens_with_the_centre_tells_no_time() -> None:
    refusal = no(Scene(with_hours(own=(OpenHours(days=("sun",), spans="10-14"),))), "2026-03-16T09:00", queue=1)
    assert refusal
    assert (refusal.code, "again" in refusal.ways) == ("queue_closed", False)


def test_the_contingent_of_a_day() -> None:
    scene = Scene(limited(2))
    service = service_of(scene.plan)
    assert admission.left(scene.floor, service_of(scene.plan, 1)) is None
    for left in (2, 1):
        assert admission.left(scene.floor, service) == left
        scene.take()
    assert admission.left(scene.floor, service) == 0
    assert scene.refused(c.TakeTicket(service=service), KIOSK) == "none_left"
    assert scene.refused(c.TakeTicket(service=service_of(scene.plan, 0, 1)), KIOSK) is None
    scene.tick(days=1)
    assert admission.left(scene.floor, service) == 2


def test_a_further_service_on_the_same_number_counts_and_a_phone_call_does_not() -> None:
    scene = Scene(limited(1), opened=["1"])
    service, other = service_of(scene.plan), service_of(scene.plan, 0, 1)
    scene.do(c.RegisterContact(counter="1", service=service, channel="talrunis"))
    assert admission.left(scene.floor, service) == 1
    scene.do(c.TakeTicket(service=other, more=(service,)), KIOSK)
    assert admission.left(scene.floor, service) == 0
    assert scene.refused(c.TakeTicket(service=other, more=(service,)), KIOSK) == "none_left"


def test_a_contingent_of_none_and_one_that_was_lowered() -> None:
    scene = Scene(limited(0))
    assert scene.refused(c.TakeTicket(service=service_of(scene.plan)), KIOSK) == "none_left"
    scene = Scene(limited(5))
    for _ in range(3):
        scene.take()
    scene.do(c.RevisePlan(plan=limited(2)), MANAGER)
    assert admission.left(scene.floor, service_of(scene.plan)) == 0


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-16T08:59:59", "remote_closed"),
        ("2026-03-16T09:00", None),
        ("2026-03-16T12:10", None),  # in the lunch gap too: the number waits until it is over
        ("2026-03-16T16:29:59", None),
        ("2026-03-16T16:30", "remote_closed"),
        ("2026-03-16T17:00", "closed_now"),
        ("2026-03-16T08:00", "closed_now"),
    ],
)
def test_from_afar_numbers_are_given_in_a_narrower_window(at: str, expected: str | None) -> None:
    assert code(Scene(with_hours()), at, remote=True) == expected


def test_who_is_refused_from_afar_hears_of_the_window_and_of_the_counter() -> None:
    refusal = no(Scene(with_hours()), "2026-03-16T16:31", remote=True)
    assert refusal
    assert refusal.ways[:2] == ("window", "here")
    assert (refusal.facts["begin"], refusal.facts["end"]) == ("9:00", "16:30")
    narrow = replace(LUNCH, remote_after=300, remote_before=300)
    refusal = no(Scene(with_hours(narrow)), "2026-03-16T12:30", remote=True)
    assert refusal
    assert refusal.ways[0] == "here", "a window that is none is not told"


def test_no_number_where_the_turn_would_come_after_closing_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The forecast has tests of its own; here stands what follows from it."""
    ends = iter([riga("2026-03-16T17:00"), riga("2026-03-16T17:00:01"), None])
    monkeypatch.setattr(admission, "expected_end", lambda floor, queue, service, now: next(ends))
    scene = Scene(with_hours())
    assert [code(scene, "2026-03-16T15:00") for _ in range(3)] == [None, "day_full", None]


def test_the_queue_of_a_specialist_is_full_when_he_would_have_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "expected_end", lambda floor, queue, service, now: riga("2026-03-17T14:10"))
    scene = Scene(with_hours(own=(OpenHours(days=("tue",), spans="10-14"),)))
    assert code(scene, "2026-03-17T13:00", queue=1) == "day_full"
    assert code(scene, "2026-03-17T13:00", queue=0) is None


def test_a_refusal_names_the_other_ways_in() -> None:
    plan = limited(0, hours=LUNCH, booking=None)
    service = service_of(plan)
    channels = ("klatiene", "e_pakalpojums", "talrunis", "papirs")
    services = tuple(replace(one, channels=channels) if one.code == service else one for one in plan.services)
    plan = replace(plan, services=services)
    refusal = no(Scene(plan), "2026-03-16T10:00")
    assert refusal
    assert refusal.ways == ("again", "e_pakalpojums", "talrunis", "staff")
    refusal = no(Scene(replace(plan, booking=Booking(services=(service,)))), "2026-03-16T18:00")
    assert refusal
    assert refusal.ways == ("again", "appointment", "e_pakalpojums", "talrunis"), "nobody is there to be asked"
    assert refused(refusal, "lv").text == (
        "Centrs šobrīd ir slēgts. Numurus atkal izsniegs 17.03.2026. no plkst. 8:30. Varat arī iepriekš pierakstīties. "
        "Šis pakalpojums ir pieejams arī internetā. Šis pakalpojums ir pieejams arī pa tālruni."
    )
    assert refused(refusal, "en").text is not None
    assert "{" not in str(refused(refusal, "en").text)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_has_its_latvian(way: str) -> None:
    assert texts.translate("lv", WAYS[way]) != WAYS[way]


def test_the_menu_says_what_is_open_and_how_many_are_left() -> None:
    scene = Scene(limited(2, hours=LUNCH), now=riga("2026-03-16T10:00"))
    service = service_of(scene.plan)
    shown = {one.service: one for one in menu(scene.floor, "kiosk-1", scene.clock.now).services}
    assert (shown[service].open, shown[service].left) == (True, 2)
    assert (shown[service_of(scene.plan, 1)].open, shown[service_of(scene.plan, 1)].left) == (True, None)
    scene.take()
    scene.take()
    found = menu(scene.floor, "kiosk-1", scene.clock.now)
    assert [(one.open, one.left) for one in found.services if one.service == service] == [(False, 0)]
    assert (found.closes, found.opens) == (riga("2026-03-16T17:00"), None)


def test_the_menu_of_a_closed_centre_says_when_it_opens_without_any_event() -> None:
    scene = Scene(with_hours(own=(OpenHours(days=("tue",), spans="10-14"),)), now=riga("2026-03-16T18:00"))
    shut = menu(scene.floor, "kiosk-1", riga("2026-03-16T18:00"))
    assert {one.open for one in shut.services} == {False}
    assert (shut.closes, shut.opens) == (None, riga("2026-03-17T08:30"))
    morning = menu(scene.floor, "kiosk-1", riga("2026-03-17T09:00"))
    assert {one.queue for one in morning.services if not one.open} == {scene.plan.queues[1].code}
    late = menu(scene.floor, "kiosk-1", riga("2026-03-17T18:50"))
    assert (late.closes, late.opens) == (None, riga("2026-03-18T08:30"))
    always = menu(Scene().floor, None, scene.clock.now)
    assert (always.closes, always.opens, {one.open for one in always.services}) == (None, None, {True})


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"])
def test_hours_are_those_of_the_wall_around_daylight_saving(day: str) -> None:
    scene = Scene(with_hours(Hours(regular=(OpenHours(days=WEEKDAYS, spans="8:30-17:00"),))))
    times = ("08:29", "08:30", "16:59", "17:00")
    assert [code(scene, f"{day}T{time}") for time in times] == ["closed_now", None, None, "closed_now"]


@pytest.mark.parametrize(
    ("day", "after"),
    [("2026-03-28", "2026-03-29"), ("2026-03-29", "2026-03-30"), ("2026-10-25", "2026-10-26")],
)
def test_who_is_left_at_midnight_ends_as_day_closed_on_any_night(day: str, after: str) -> None:
    scene = Scene(
        with_hours(Hours(regular=(OpenHours(days=WEEKDAYS, spans="8:30-17:00"),))), now=riga(f"{day}T16:00"), opened=["1"]
    )
    called, waiting = scene.take(), scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.clock.now = riga(f"{after}T00:00") - timedelta(seconds=1)
    assert all(not isinstance(event, DayOpened) for event in scene.tick())
    events = scene.tick(seconds=1)
    ended = {event.visit: event.reason for event in events if isinstance(event, VisitEnded)}
    assert set(ended) <= {called, waiting}
    assert ended[waiting] == "day_closed"
    assert scene.floor.day == after
    assert not scene.floor.visits


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(days=400), timedelta(hours=26)])
def test_a_clock_that_leaps_ahead_ends_everybody_by_name_once(jump: timedelta) -> None:
    scene = Scene(with_hours(), now=riga("2026-03-16T10:00"), opened=["1"])
    visits = [scene.take() for _ in range(3)]
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    scene.clock.now += jump
    events = scene.do(c.Tick())
    assert [(event.visit, event.reason) for event in events if isinstance(event, VisitEnded)] == [
        (visit, "day_closed") for visit in visits
    ]
    scene.clock.now = riga("2026-03-16T11:00")
    assert scene.do(c.Tick()) == (), "and going back opens nothing"
    assert code(scene, "2026-03-16T11:00") is None, "the hours are those of the clock"


def test_close_day_ends_all_who_are_left_by_name_and_counts_nobody_as_served() -> None:
    scene = Scene(with_hours(), now=riga("2026-03-16T16:40"), opened=["1", "2"])
    waiting, serving, parked = scene.take(), scene.take(), scene.take(1)
    scene.do(c.CallVisit(counter="1", visit=serving))
    scene.do(c.Serve(counter="1"))
    scene.do(c.CallVisit(counter="2", visit=parked))
    scene.do(c.Park(counter="2"))
    scene.clock.now = riga("2026-03-16T17:30")
    events = scene.do(c.CloseDay(), MANAGER)
    ended = [(event.visit, event.reason) for event in events if isinstance(event, VisitEnded)]
    assert sorted(ended) == sorted((visit, "day_closed") for visit in (waiting, serving, parked))
    assert {scene.visit(visit).end for visit in (waiting, serving, parked)} == {"day_closed"}
    assert scene.floor.posts["1"].served == 0
    assert scene.floor.paces.get(service_of(scene.plan)) is None
    assert scene.refused(c.OpenCounter(counter="1"), CLERK) is None


def test_an_exception_of_the_day_closes_at_once() -> None:
    scene = Scene(with_hours())
    assert code(scene, "2026-03-16T10:00") is None
    shut = replace(LUNCH, exceptions=(Exceptional(date="2026-03-16", note={"lv": "Nav elektrības"}),))
    scene.do(c.RevisePlan(plan=with_hours(shut)), MANAGER)
    assert code(scene, "2026-03-16T10:00") == "closed_now"


def test_of_several_services_one_that_is_closed_refuses_the_number() -> None:
    plan = with_hours(own=(OpenHours(days=("tue",), spans="10-14"),))
    scene = Scene(plan, now=riga("2026-03-16T10:00"))
    first, second = service_of(plan), service_of(plan, 1)
    assert scene.refused(c.TakeTicket(service=first, more=(second,)), KIOSK) == "queue_closed"
    scene.clock.now = riga("2026-03-17T10:00")
    events = scene.do(c.TakeTicket(service=first, more=(second,)), KIOSK)
    assert {type(event) for event in events} == {TicketIssued}
