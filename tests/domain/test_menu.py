"""What a kiosk is told: ways to a service, notices of the day, the week, help, its reserve series; and the slips it owes."""

from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from config import CATALOGUE
from config.catalogue import Institution
from config.load import load_catalogue
from config.plan import Hours, Kiosk, Notice, OpenHours, Plan, Queue, SlipTexts, Zone
from kiosk.view import jobs, menu, urgent
from server.domain import commands as c
from server.domain.floor import HELP_S
from tests.support import CLERK, KIOSK, MORNING, Scene, demo_plan, service_of, tiny_plan


def with_zone(plan: Plan) -> Plan:
    """The plan with a way to the zone of its first queue, in Latvian only."""
    there = replace(plan.zones[0], name={"lv": "Zāle", "en": "Hall"}, where={"lv": "2. stāvs"})
    return replace(plan, zones=(there, *plan.zones[1:]))


def test_a_situation_shows_only_what_is_offered_and_not_at_all_if_nothing_is() -> None:
    plan = demo_plan()
    gone = {"VSAA-05", "VDI-01"}
    kept = replace(plan, services=tuple(s for s in plan.services if s.code not in gone))
    queues = tuple(replace(q, services=tuple(s for s in q.services if s not in gone)) for q in plan.queues)
    shown = menu(Scene(replace(kept, queues=queues)).floor, "kiosk-1", MORNING)
    offered = {s.service for s in shown.services}
    assert len(shown.situations) == 8
    assert all(set(one.services) <= offered for one in shown.situations)
    assert "VSAA-05" not in shown.situations[0].services
    assert "VSAA-06" in shown.situations[0].services
    few = menu(Scene(tiny_plan()).floor, "kiosk-1", MORNING)
    assert 0 < len(few.situations) < 8


def test_a_notice_holds_from_its_first_to_its_last_date_in_the_zone_of_the_centre() -> None:
    notices = (
        Notice(text={"lv": "vienmēr"}),
        Notice(text={"lv": "viena diena"}, since="2026-03-16", until="2026-03-16", about=("VID",), kind="attention"),
    )
    floor = Scene(replace(tiny_plan(), notices=notices)).floor

    def shown(day: int, hour: int, minute: int) -> list[str]:
        at = datetime(2026, 3, day, hour, minute, tzinfo=UTC)
        return [one.text["lv"] for one in menu(floor, "kiosk-1", at).notices]

    assert shown(15, 21, 59) == ["vienmēr"], "23:59 in Riga the day before"
    assert shown(15, 22, 0) == shown(16, 21, 59) == ["vienmēr", "viena diena"]
    assert shown(16, 22, 0) == ["vienmēr"]
    day = menu(floor, "kiosk-1", MORNING)
    assert (day.notices[1].about, day.notices[1].kind) == (("VID",), "attention")


def test_the_week_is_seven_days_from_today_with_holidays_and_lunch() -> None:
    hours = Hours(regular=(OpenHours(days=("mon", "tue", "wed", "thu", "fri"), spans="8:30-12:00; 12:20-17:00"),))
    before_easter = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
    floor = Scene(replace(tiny_plan(), hours=hours), now=before_easter).floor
    week = menu(floor, "kiosk-1", before_easter).week
    assert [day.date for day in week] == [f"2026-04-0{n}" for n in range(1, 8)]
    assert week[0].spans == (("8:30", "12:00"), ("12:20", "17:00"))
    assert [bool(day.spans) for day in week] == [True, True, False, False, False, False, True], "Good Friday, Easter Monday"
    assert menu(Scene().floor, "kiosk-1", MORNING).week == (), "no hours: always open"


def test_help_is_shown_at_its_own_kiosk_until_somebody_must_have_come() -> None:
    plan = tiny_plan()
    plan = replace(plan, kiosks=(plan.kiosks[0], Kiosk(code="kiosk-2", zone="hall", reserve="Y")))
    scene = Scene(plan, opened=["1"])
    scene.do(c.CallHelp(), KIOSK)
    called = menu(scene.floor, "kiosk-1", scene.clock.now).help
    assert called is not None
    assert (called.since, called.coming) == (scene.clock.now, False)
    assert menu(scene.floor, "kiosk-2", scene.clock.now).help is None
    scene.do(c.AnswerHelp(kiosk="kiosk-1"), CLERK)
    coming = menu(scene.floor, "kiosk-1", scene.clock.now).help
    assert coming is not None
    assert coming.coming
    scene.clock.pass_(seconds=HELP_S - 1)
    assert menu(scene.floor, "kiosk-1", scene.clock.now).help == coming
    scene.clock.pass_(seconds=1)
    assert menu(scene.floor, "kiosk-1", scene.clock.now).help is None


def test_a_kiosk_is_told_the_highest_number_of_its_own_reserve_series() -> None:
    plan = tiny_plan()
    scene = Scene(replace(plan, kiosks=(plan.kiosks[0], Kiosk(code="kiosk-2", zone="hall", reserve="Y", tray="left"))))
    scene.take()
    assert menu(scene.floor, "kiosk-1", MORNING).reserve_used == 0
    for number in ("X007", "X003"):
        scene.do(c.AdmitOffline(number=number, service=service_of(plan), issued=scene.clock.now), KIOSK)
    first, second = (menu(scene.floor, kiosk, MORNING) for kiosk in ("kiosk-1", "kiosk-2"))
    assert (first.reserve, first.reserve_used, first.tray) == ("X", 7, "below")
    assert (second.reserve, second.reserve_used, second.tray) == ("Y", 0, "left")


def test_queues_say_where_to_wait_and_notices_and_help_cannot_wait() -> None:
    scene = Scene(with_zone(tiny_plan()))
    before = menu(scene.floor, "kiosk-1", MORNING)
    assert (before.queues[0].zone["lv"], before.queues[0].where) == ("Zāle", {"lv": "2. stāvs"})
    scene.take()
    waited = menu(scene.floor, "kiosk-1", MORNING)
    assert waited != before
    assert urgent(waited) == urgent(before)
    scene.do(c.CallHelp(), KIOSK)
    assert urgent(menu(scene.floor, "kiosk-1", MORNING)) != urgent(before)
    told = replace(before, notices=(*before.notices, *before.notices))
    assert bool(before.notices)
    assert urgent(told) != urgent(before)


def test_a_slip_says_the_way_what_to_bring_and_the_booked_time() -> None:
    plan = with_zone(tiny_plan())
    scene = Scene(replace(plan, slip=SlipTexts(wifi={"lv": "Wi-Fi"}, logo="", access=False)))
    scene.do(c.TakeTicket(service=service_of(plan)), KIOSK)
    owed = jobs(scene.floor, "kiosk-1")
    (slip,) = owed.slips
    service = next(s for s in plan.services if s.code == service_of(plan))
    assert slip.where == {"lv": "Zāle, 2. stāvs", "en": "Hall"}
    assert slip.bring == service.bring != {}
    assert (slip.due, slip.reserve, slip.copy, slip.party) == (None, False, False, ())
    assert (owed.access, owed.wifi) == ((), {"lv": "Wi-Fi"})
    assert jobs(Scene(plan).floor, "kiosk-1").access == plan.centre.access != ()


def test_a_sensitive_service_is_not_given_away_by_what_to_bring() -> None:
    plan = tiny_plan()
    secret = tuple(replace(s, sensitive=True) if s.code == service_of(plan) else s for s in plan.services)
    scene = Scene(replace(plan, services=secret))
    scene.do(c.TakeTicket(service=service_of(plan)), KIOSK)
    assert jobs(scene.floor, "kiosk-1").slips[0].bring == {}


def everything() -> Plan:
    """A centre with all institutions and services of the catalogue, a queue for each."""
    catalogue, demo = load_catalogue(CATALOGUE), demo_plan()

    def queue(one: Institution) -> Queue:
        codes = tuple(s.code for s in catalogue.services if s.institution == one.code and not s.retired)
        return Queue(code=one.code, name=one.short, letter=one.letter, zone="hall", services=codes)

    queues = tuple(map(queue, catalogue.institutions))
    profile = replace(demo.profiles[0], queues=tuple(one.code for one in queues))
    return replace(
        demo, queues=queues, services=catalogue.services, institutions=catalogue.institutions, situations=catalogue.situations,
        profiles=(profile,), zones=(Zone(code="hall", name={"lv": "Zāle"}),),
        counters=tuple(replace(counter, zone="hall", profile=profile.code) for counter in demo.counters),
    )  # fmt: skip


def test_the_menu_of_the_largest_centre_stays_small() -> None:
    shown = menu(Scene(everything()).floor, "kiosk-1", MORNING)
    assert (len(shown.institutions), len(shown.services)) == (18, 132), "one of 133 is retired"
    assert len(msgspec.json.encode(shown)) < 90_000
