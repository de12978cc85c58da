"""Video booths: places in the book, the ready signal and who may set it, what desks and the manager see, and the day's end."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from config.plan import Booking, Booth, Plan
from counter.view import catalogue, desk, desk_urgent
from counter.work import DeskBooth
from server.admin.view import overview, urgent
from server.alerts import Alert, alerts
from server.book import appointment_page, slot_page
from server.domain import commands as c
from server.domain.events import AppointmentBooked, AppointmentMoved, BoothSet
from server.domain.evolve import fold
from server.domain.floor import Floor
from server.domain.refusal import CODES
from tests.support import CLERK, KIOSK, MANAGER, MORNING, Scene, service_of, tiny_plan

TODAY = date(2026, 3, 16)
NINE = MORNING + timedelta(hours=1)


def plan_with(*booths: str, **more: Any) -> Plan:
    """The tiny plan; of the first queue's services, half an hour each, the first is given by video only, in these booths."""
    tiny = tiny_plan()
    video = service_of(tiny)
    services = tuple(
        replace(one, minutes=30, channels=("klatiene", "video")) if one.code == video else replace(one, minutes=30)
        for one in tiny.services
    )
    at_counters = tuple(one.code for one in tiny.services if one.code != video)
    return replace(
        tiny, services=services, booking=replace(Booking(services=at_counters, lead=0, early=30), **more),
        booths=tuple(Booth(code=code, name={"lv": f"Kabīne {code}"}, zone="hall", services=(video,)) for code in booths),
    )  # fmt: skip


@pytest.fixture
def scene() -> Scene:
    return Scene(plan_with("v1"), opened=("1",))


def book(scene: Scene, start: datetime = NINE, **more: Any) -> AppointmentBooked:
    (event,) = scene.do(c.BookAppointment(service=service_of(scene.plan), start=start, channel="video", **more))
    assert isinstance(event, AppointmentBooked)
    return event


def refused_at(scene: Scene, start: datetime) -> str | None:
    return scene.refused(c.BookAppointment(service=service_of(scene.plan), start=start, channel="video"))


def the_booth(scene: Scene) -> DeskBooth:
    """The first booth at the open desk."""
    return desk(scene.floor, "1", CLERK, now=scene.clock.now).booths[0]


def steps(scene: Scene) -> list[tuple[str, bool]]:
    """What the desk may set, and whether it is for an appointment."""
    return [(one.state, one.appointment is not None) for one in the_booth(scene).steps]


def told(scene: Scene) -> list[Alert]:
    return [one for one in alerts(scene.floor, {}, scene.clock.now) if one.kind == "booth"]


# the book


def test_a_talk_takes_a_booth_for_its_minutes_and_no_place_at_a_counter() -> None:
    scene = Scene(plan_with("v1", "v2"))
    assert [book(scene).booth, book(scene).booth] == ["v1", "v2"]
    assert refused_at(scene, NINE) == refused_at(scene, NINE + timedelta(minutes=15)) == "slot_taken"
    assert refused_at(scene, NINE + timedelta(minutes=30)) is None
    at_counter = service_of(scene.plan, 1)
    (event,) = scene.do(c.BookAppointment(service=at_counter, start=NINE))
    assert isinstance(event, AppointmentBooked)
    assert event.booth is None
    assert scene.refused(c.BookAppointment(service=at_counter, start=NINE)) == "slot_taken", "the one place at the counters"


def test_nobody_changes_the_room_amid_a_talk() -> None:
    """At every moment one of two booths is free, but never the same one for half an hour."""
    scene = Scene(plan_with("v1", "v2"))
    half_past = NINE + timedelta(minutes=30)
    first, gone, second = book(scene), book(scene, half_past), book(scene, half_past)
    scene.do(c.CancelAppointment(appointment=gone.appointment))
    assert (first.booth, second.booth) == ("v1", "v2")
    assert refused_at(scene, NINE + timedelta(minutes=15)) == "slot_taken"
    pages = slot_page(scene.floor, service_of(scene.plan), [TODAY], scene.clock.now, video=True)
    free = {slot.start: slot.free for slot in pages.slots}
    assert [free[NINE + timedelta(minutes=15 * n)] for n in range(-2, 5)] == [2, 1, 1, 0, 1, 1, 2]


@pytest.mark.parametrize(("queue", "channel", "code"), [(0, "klatiene", "not_bookable"), (1, "video", "not_by_video")])
def test_each_way_has_services_of_its_own(scene: Scene, queue: int, channel: Any, code: str) -> None:
    service = service_of(scene.plan, queue)
    assert scene.refused(c.HoldSlot(service=service, start=NINE, channel=channel)) == code
    assert scene.refused(c.BookAppointment(service=service, start=NINE, channel=channel)) == code


def test_a_held_place_keeps_its_booth_and_one_that_moves_stays_in_it_if_it_can() -> None:
    scene = Scene(plan_with("v1", "v2"))
    first = book(scene)
    (held,) = scene.do(c.HoldSlot(service=service_of(scene.plan), start=NINE, channel="video"))
    assert isinstance(held, AppointmentBooked)
    assert held.booth == "v2"
    assert book(scene, held=held.appointment).booth == "v2"
    (moved,) = scene.do(c.MoveAppointment(appointment=held.appointment, start=NINE + timedelta(minutes=15)), CLERK)
    assert isinstance(moved, AppointmentMoved)
    assert moved.booth == "v2"
    scene.do(c.CancelAppointment(appointment=first.appointment))
    third = book(scene, NINE + timedelta(hours=1))
    assert third.booth == "v1"
    book(scene)  # again in v1
    (moved,) = scene.do(c.MoveAppointment(appointment=third.appointment, start=NINE + timedelta(minutes=30)))
    assert moved.booth == "v1"  # type: ignore[union-attr]
    scene.do(c.MoveAppointment(appointment=held.appointment, start=NINE + timedelta(hours=2)))
    (moved,) = scene.do(c.MoveAppointment(appointment=third.appointment, start=NINE + timedelta(minutes=15)))
    assert moved.booth == "v2", "v1 is taken then"  # type: ignore[union-attr]


def test_the_book_and_the_catalogue_say_what_is_by_video(scene: Scene) -> None:
    event = book(scene)
    (record,) = appointment_page(scene.floor, TODAY.isoformat(), {}).appointments
    assert (record.appointment, record.booth) == (event.appointment, "v1")
    (offered,) = catalogue(scene.floor).booths
    assert (offered.booth, offered.services) == ("v1", (service_of(scene.plan),))
    moving = slot_page(scene.floor, service_of(scene.plan), [TODAY], scene.clock.now, event.appointment)
    assert {slot.start: slot.free for slot in moving.slots}[NINE] == 1, "the way of the one that moves"


def test_a_booth_that_is_booked_or_used_stays_in_the_plan(scene: Scene) -> None:
    without = replace(scene.plan, booths=())
    event = book(scene)
    assert scene.refused(c.RevisePlan(plan=without), MANAGER) == "booth_in_use"
    scene.do(c.CancelAppointment(appointment=event.appointment))
    scene.do(c.SetBooth(booth="v1", state="ready"))
    assert scene.refused(c.RevisePlan(plan=without), MANAGER) == "booth_in_use"
    scene.do(c.SetBooth(booth="v1", state="free"))
    scene.do(c.RevisePlan(plan=without), MANAGER)
    assert desk(scene.floor, "1", CLERK).booths == ()


# the ready signal


def test_from_the_visitor_s_coming_to_the_end_of_the_talk(scene: Scene) -> None:
    event, later = book(scene), book(scene, NINE + timedelta(hours=1))
    shown = the_booth(scene)
    assert shown.next is not None
    assert (shown.state, shown.next.appointment, shown.next.number, steps(scene)) == (
        "free", event.appointment, None, [("prepared", False), ("ready", False)],
    )  # fmt: skip
    scene.tick(minutes=40)
    assert steps(scene) == [("prepared", True)], "not ready without its visitor, and free for nobody else"
    ready = c.SetBooth(booth="v1", state="ready", appointment=event.appointment)
    assert scene.refused(ready) == "not_checked_in"
    scene.do(c.SetBooth(booth="v1", state="prepared", appointment=event.appointment))
    (issued, _) = scene.do(c.CheckIn(code=event.code), KIOSK)
    assert issued.channel == "video", "what is recorded for this visit was by video"  # type: ignore[union-attr]
    scene.tick(minutes=5)
    assert steps(scene) == [("ready", True), ("free", False)]
    assert scene.do(ready) == (BoothSet(booth="v1", state="ready", appointment=event.appointment, clerk="clerk1"),)
    since = scene.clock.now
    scene.tick(minutes=3)
    assert scene.do(ready, MANAGER) == (), "the signal keeps its time and who gave it"
    shown = the_booth(scene)
    assert shown.talk is not None
    assert shown.next is not None
    assert (shown.state, shown.since, shown.clerk, shown.until) == ("ready", since, "clerk1", NINE + timedelta(minutes=30))
    assert (shown.talk.number, shown.next.appointment) == (issued.number, later.appointment)  # type: ignore[union-attr]
    (seen,) = overview(scene.floor, {}, scene.clock.now, MANAGER).booths
    assert (seen.state, seen.since, seen.clerk, seen.until, seen.next) == (
        "ready", since, "clerk1", NINE + timedelta(minutes=30), NINE + timedelta(hours=1),
    )  # fmt: skip
    scene.do(c.SetBooth(booth="v1", state="busy", appointment=event.appointment))
    scene.do(c.SetBooth(booth="v1", state="free"))
    shown = the_booth(scene)
    assert shown.next is not None
    assert (shown.state, shown.talk, shown.until, shown.next.appointment) == ("free", None, None, later.appointment)


def test_a_walk_in_takes_a_free_booth_until_the_next_talk(scene: Scene) -> None:
    event = book(scene)
    scene.do(c.SetBooth(booth="v1", state="ready"))
    scene.do(c.SetBooth(booth="v1", state="busy"))
    assert the_booth(scene).until == NINE
    about = c.SetBooth(booth="v1", state="prepared", appointment=event.appointment)
    assert scene.refused(about) == "booth_taken"
    scene.do(c.SetBooth(booth="v1", state="free"))
    scene.clock.now = NINE - timedelta(minutes=5, seconds=1)
    assert scene.refused(c.SetBooth(booth="v1", state="busy")) is None
    scene.clock.pass_(seconds=1)
    assert scene.refused(c.SetBooth(booth="v1", state="busy")) == "booth_booked"
    scene.do(c.CancelAppointment(appointment=event.appointment))
    assert scene.refused(c.SetBooth(booth="v1", state="busy")) is None


def test_a_walk_in_who_is_there_stays_while_the_next_talk_comes_near(scene: Scene) -> None:
    scene.do(c.SetBooth(booth="v1", state="ready"))
    event = book(scene)
    scene.tick(minutes=57)
    assert steps(scene) == [("busy", False), ("free", False)]
    assert [(one.booth, one.detail) for one in told(scene)] == [("v1", "ready")], "ready, but not for this one"
    scene.do(c.CheckIn(code=event.code), KIOSK)
    assert scene.refused(c.SetBooth(booth="v1", state="ready", appointment=event.appointment)) == "booth_taken"


def test_a_booth_is_for_anybody_again_when_the_time_of_its_talk_is_over(scene: Scene) -> None:
    event = book(scene)
    scene.clock.now = NINE
    scene.do(c.CheckIn(code=event.code), KIOSK)
    scene.clock.now = NINE + timedelta(minutes=29)
    assert scene.refused(c.SetBooth(booth="v1", state="ready")) == "booth_booked"
    scene.clock.pass_(minutes=1)
    assert scene.refused(c.SetBooth(booth="v1", state="ready")) is None, "though its visitor is still in the hall"


def test_a_place_that_is_only_held_is_no_talk_yet(scene: Scene) -> None:
    scene.clock.now = NINE - timedelta(minutes=4)
    (held,) = scene.do(c.HoldSlot(service=service_of(scene.plan), start=NINE, channel="video"))
    assert isinstance(held, AppointmentBooked)
    assert (the_booth(scene).next, told(scene)) == (None, [])
    assert scene.refused(c.SetBooth(booth="v1", state="prepared", appointment=held.appointment)) == "unknown_appointment"
    book(scene, held=held.appointment)
    assert (the_booth(scene).next is None, len(told(scene))) == (False, 1)


def test_refusals_have_sentences_and_change_nothing() -> None:
    scene = Scene(plan_with("v1", "v2"))
    event, tomorrow = book(scene), book(scene, NINE + timedelta(days=1))
    before = scene.floor
    for ask, code in (
        (c.SetBooth(booth="v9", state="free"), "unknown_booth"),
        (c.SetBooth(booth="v1", state="ready", appointment=uuid4()), "unknown_appointment"),
        (c.SetBooth(booth="v2", state="prepared", appointment=event.appointment), "unknown_appointment"),
        (c.SetBooth(booth="v1", state="prepared", appointment=tomorrow.appointment), "unknown_appointment"),
        (c.SetBooth(booth="v1", state="busy", appointment=event.appointment), "not_checked_in"),
    ):
        assert scene.refused(ask) == code
    assert scene.floor == before
    assert {"booth_taken", "booth_booked", "not_by_video"} <= set(CODES)


def test_only_who_works_at_an_open_counter_is_offered_steps(scene: Scene) -> None:
    assert steps(scene)
    assert desk(scene.floor, "2", CLERK).booths[0].steps == ()
    assert desk(scene.floor, "1", replace(CLERK, id="somebody")).booths[0].steps == ()


def test_every_offered_step_is_taken(scene: Scene) -> None:
    """Whatever a desk is offered in a morning of talks is not refused."""
    starts = [NINE + timedelta(minutes=30 * n) for n in range(3)]
    codes = {start - timedelta(minutes=10): book(scene, start).code for start in starts}
    taken = set[str]()
    for minute in range(0, 180, 5):
        scene.clock.now = MORNING + timedelta(minutes=minute)
        if scene.clock.now in codes:
            scene.do(c.CheckIn(code=codes[scene.clock.now]), KIOSK)
        for offered in the_booth(scene).steps:
            assert scene.refused(c.SetBooth(booth="v1", state=offered.state, appointment=offered.appointment)) is None
        if offers := the_booth(scene).steps:
            one = next((offer for offer in offers if offer.state not in taken), offers[0])
            taken.add(one.state)
            scene.do(c.SetBooth(booth="v1", state=one.state, appointment=one.appointment))  # type: ignore[arg-type]
    assert taken == {"free", "prepared", "ready", "busy"}


# what must be seen to


def test_the_alert_from_five_minutes_before_until_the_booth_is_ready(scene: Scene) -> None:
    event = book(scene)
    scene.clock.now = NINE - timedelta(minutes=5, seconds=1)
    assert told(scene) == []
    scene.clock.pass_(seconds=1)
    assert told(scene) == [Alert(kind="booth", booth="v1", since=NINE, detail="free")]
    assert [one.kind for one in desk(scene.floor, "3", CLERK, now=scene.clock.now).alerts] == ["booth"], "at every desk"
    assert [one.kind for one in overview(scene.floor, {}, scene.clock.now).alerts] == ["booth"]
    scene.do(c.SetBooth(booth="v1", state="prepared"))
    assert told(scene) == [], "all that can be done before the visitor comes"
    scene.do(c.CheckIn(code=event.code), KIOSK)
    assert [one.detail for one in told(scene)] == ["prepared"], "the visitor is to be shown in"
    scene.do(c.SetBooth(booth="v1", state="ready", appointment=event.appointment))
    assert told(scene) == []
    scene.do(c.SetBooth(booth="v1", state="free"))
    assert told(scene) == [], "it was had"


def test_no_alert_for_who_gave_up_or_when_the_time_is_over(scene: Scene) -> None:
    event = book(scene)
    scene.clock.now = NINE
    scene.do(c.CheckIn(code=event.code), KIOSK)
    assert len(told(scene)) == 1
    (visit,) = scene.floor.visits
    scene.do(c.Leave(visit=visit))
    assert told(scene) == []
    book(scene, NINE + timedelta(hours=1))
    scene.clock.now = NINE + timedelta(minutes=90)
    assert told(scene) == []


def test_a_change_of_a_booth_cannot_wait(scene: Scene) -> None:
    before, seen = desk(scene.floor, "3", CLERK), overview(scene.floor, {}, scene.clock.now)
    scene.do(c.SetBooth(booth="v1", state="ready"))
    assert desk_urgent(desk(scene.floor, "3", CLERK)) != desk_urgent(before)
    assert urgent(overview(scene.floor, {}, scene.clock.now)) != urgent(seen)


# day and journal


@pytest.mark.parametrize("end", ["close", "night"])
def test_the_signal_ends_with_the_day_and_survives_until_then(scene: Scene, end: str) -> None:
    scene.do(c.SetBooth(booth="v1", state="ready"))
    assert fold(Floor(), scene.records) == scene.floor, "what a restart reads"
    events = scene.do(c.CloseDay(), MANAGER) if end == "close" else scene.tick(days=1)
    assert BoothSet(booth="v1", state="free") in events
    assert the_booth(scene).state == "free"
    if end == "close":
        assert BoothSet(booth="v1", state="free") not in scene.do(c.CloseDay(), MANAGER)


def test_an_appointment_at_a_counter_is_in_no_booth(scene: Scene) -> None:
    """Also after it moved, as in journals from before there were booths."""
    (event,) = scene.do(c.BookAppointment(service=service_of(scene.plan, 1), start=NINE))
    assert isinstance(event, AppointmentBooked)
    scene.do(c.MoveAppointment(appointment=event.appointment, start=NINE + timedelta(hours=1)))
    assert scene.floor.book[event.appointment].booth is None
    assert the_booth(scene).next is None
