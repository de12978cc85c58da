"""What the centres are really like: one test for each quirk of the domain notes, by its number.

Not here: 22 (wiping a client computer) and 25 (charts of a village with two visitors a day), which belong to pages to come.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from config.hours import WEEKDAYS, day_spans, spans
from config.load import check_plan
from config.plan import Exceptional, Hours, OpenHours, Plan, Queue
from config.texts import plural
from counter.view import panel
from display.phone import ticket
from display.view import board
from kiosk.view import jobs, menu
from printers.layout import Ticket, ticket_slip
from printers.slip import as_text
from server.admin.view import overview
from server.alerts import Health
from server.domain import commands as c
from server.domain.events import PlanRevised, TicketIssued, VisitEnded, VisitReturned
from server.domain.labels import public_label
from server.domain.refusal import Refusal
from server.protocol import Status
from tests.support import KIOSK, MANAGER, SYSTEM, Clock, Scene, engine_over, service_of, tiny_plan

WEEK = WEEKDAYS[:5]
GROBINA = (
    OpenHours(days=("mon", "wed", "thu"), spans="8:30–12:00; 12:20–17:00"),
    OpenHours(days=("tue",), spans="8:30–12:00; 12:20–19:00"),
    OpenHours(days=("fri",), spans="8:30–14:00"),
)


def riga(text: str) -> datetime:
    """An instant, by the clock on a wall in Riga."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Riga")).astimezone(UTC)


def shown(rules: tuple[OpenHours, ...] | Hours, *days: str) -> list[str]:
    """The hours of days as people write them."""
    found = (day_spans(rules, datetime.fromisoformat(day).date()) for day in days)
    return [" ".join(f"{a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}" for a, b in one) for one in found]


def planned(*rules: OpenHours, **hours: Any) -> Plan:
    """The tiny plan with these hours."""
    return replace(tiny_plan(), hours=Hours(regular=rules, **hours))


def refused(scene: Scene, at: str, queue: int = 0, *, remote: bool = False) -> tuple[str, str] | None:
    """Code of the refusal of a number at a time in Riga, and when it says that numbers are given again."""
    scene.clock.now = riga(at)
    try:
        scene.decide(c.TakeTicket(service=service_of(scene.plan, queue), remote=remote), KIOSK)
    except Refusal as no:
        return no.code, f"{no.facts.get('date', '')} {no.facts.get('time', '')}".strip()
    return None


def changed_queue(plan: Plan, queue: int, **changes: Any) -> Plan:
    """The plan with one queue changed."""
    queues: tuple[Queue, ...] = tuple(replace(one, **changes) if i == queue else one for i, one in enumerate(plan.queues))
    return replace(plan, queues=queues)


def changed_service(plan: Plan, code: str, **changes: Any) -> Plan:
    """The plan with one service changed."""
    return replace(plan, services=tuple(replace(one, **changes) if one.code == code else one for one in plan.services))


def test_01_a_lunch_gap_a_long_tuesday_and_a_short_friday() -> None:
    days = ("2026-03-16", "2026-03-17", "2026-03-20", "2026-03-21")
    assert shown(GROBINA, *days) == ["8:30-12:00 12:20-17:00", "8:30-12:00 12:20-19:00", "8:30-14:00", ""]
    scene = Scene(planned(*GROBINA))
    assert refused(scene, "2026-03-16T12:10") == ("closed_now", "16.03.2026 12:20")
    assert refused(scene, "2026-03-20T14:00") == ("closed_now", "23.03.2026 8:30")
    assert refused(scene, "2026-03-17T18:59") is None


def test_02_winter_and_summer_hours() -> None:
    rules = (
        OpenHours(days=WEEK, spans="9-18"),
        OpenHours(days=("sat",), spans="9-15", season="10-01/05-31"),
        OpenHours(days=("sat",), season="06-01/09-30"),
    )
    days = ("2026-05-30", "2026-06-06", "2026-09-26", "2026-10-03")
    assert shown(rules, *days) == ["9:00-15:00", "", "", "9:00-15:00"]


def test_03_methodical_day_every_second_wednesday_and_the_last_for_the_library() -> None:
    rules = (OpenHours(days=WEEK, spans="9-17"), OpenHours(days=("wed",), nth=(2, -1)))
    days = ("2026-03-04", "2026-03-11", "2026-03-18", "2026-03-25", "2026-04-29")
    assert [bool(one) for one in shown(rules, *days)] == [True, False, True, False, False]
    assert refused(Scene(planned(*rules)), "2026-03-11T10:00") == ("closed_now", "12.03.2026 9:00")


def test_04_closed_on_tuesdays_for_the_clerk_is_in_another_parish() -> None:
    rules = (OpenHours(days=WEEK, spans="9-16"), OpenHours(days=("tue",), note={"lv": "Slēgts (pieņem Rugāju pagasta pārvaldē)"}))
    assert refused(Scene(planned(*rules)), "2026-03-17T10:00") == ("closed_now", "18.03.2026 9:00")


def test_05_saturdays_from_september_to_may() -> None:
    rules = (OpenHours(days=("sat",), spans="10–14", season="09-01/05-31"),)
    assert [bool(one) for one in shown(rules, "2026-08-29", "2026-09-05", "2027-01-09", "2027-06-05")] == [
        False,
        True,
        True,
        False,
    ]


def test_06_a_centre_that_is_yet_to_open() -> None:
    plan = planned(*GROBINA, exceptions=(Exceptional(date="2026-01-01/2026-04-12", note={"lv": "Tiks atvērts 13. aprīlī"}),))
    assert check_plan(plan) == ()
    scene = Scene(plan)
    assert refused(scene, "2026-03-16T10:00") == ("closed_now", "13.04.2026 8:30")
    assert refused(scene, "2026-04-13T10:00") is None


def test_07_dirty_input() -> None:
    assert spans("8:00 – 17.00") == spans("\t8.00-17:00 ") == spans("8:00&nbsp;&ndash; 17:00") == ((480, 1020),)


def test_08_holidays_moved_working_days_midsummer_and_the_short_day_before() -> None:
    hours = Hours(regular=(OpenHours(days=WEEK, spans="8-17"),), short_before_holiday=60)
    days = ("2026-06-19", "2026-06-22", "2026-06-23", "2026-06-24", "2026-06-25", "2026-06-27", "2026-11-17", "2026-11-18")
    whole = "8:00-17:00"
    assert shown(hours, *days) == [whole, "", "", "", whole, whole, "8:00-16:00", ""]


def test_09_no_numbers_in_the_night_of_daylight_saving_but_timers() -> None:
    for night in ("2026-03-29T02:50", "2026-10-25T03:50"):
        scene = Scene(now=riga(night), opened=["1"])
        visit = scene.take()
        scene.do(c.CallNext(counter="1"))
        scene.do(c.Park(counter="1", minutes=30))
        assert scene.tick(minutes=29) == ()
        (returned,) = scene.tick(minutes=1)
        assert isinstance(returned, VisitReturned)
        assert (returned.visit, scene.clock.now - riga(night)) == (visit, timedelta(minutes=30))
        scene.do(c.RevisePlan(plan=planned(*GROBINA)), MANAGER)
        assert scene.refused(c.TakeTicket(service=service_of(scene.plan)), KIOSK) == "closed_now"


def test_10_jelgava_is_not_jaunjelgava() -> None:
    plan = tiny_plan()
    zones = tuple(replace(plan.zones[0], code=code, name={"lv": code.title()}) for code in ("jelgava", "jaunjelgava"))
    queues = tuple(replace(one, zone="jaunjelgava" if i else "jelgava") for i, one in enumerate(plan.queues))
    counters = tuple(replace(one, zone="jaunjelgava" if one.code == "2" else "jelgava") for one in plan.counters)
    kiosks = tuple(replace(one, zone="jelgava") for one in plan.kiosks)
    rooms = tuple(replace(one, zone="jelgava") for one in plan.rooms)
    plan = replace(plan, zones=zones, queues=queues, counters=counters, kiosks=kiosks, rooms=rooms)
    assert check_plan(plan) == ()
    scene = Scene(plan, opened=["2"])
    scene.take(1)
    scene.do(c.CallNext(counter="2"))
    assert [len(board(scene.floor, zone, scene.clock.now).calls) for zone in ("jelgava", "jaunjelgava")] == [0, 1]
    with pytest.raises(LookupError):
        board(scene.floor, "elgava", scene.clock.now)


def test_11_a_county_is_merged_in_mid_year() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    merged = replace(scene.plan, centre=replace(scene.plan.centre, municipality="Madonas novads"))
    scene.do(c.RevisePlan(plan=merged), MANAGER)
    assert scene.do(c.CallNext(counter="1"))[0].visit == visit  # type: ignore[union-attr]
    told = [record.event.plan.centre.municipality for record in scene.records if isinstance(record.event, PlanRevised)]
    assert told == ["Valmieras novads", "Madonas novads"], "what was before stays as it was"
    assert scene.replayed() == scene.floor


def test_12_a_ministry_gets_another_name() -> None:
    scene = Scene()
    visit = scene.take()
    number = scene.visit(visit).number
    first = scene.plan.institutions[0]
    named = replace(first, name={"lv": "Klimata un enerģētikas ministrija"}, short={"lv": "KEM"})
    scene.do(c.RevisePlan(plan=replace(scene.plan, institutions=(named, *scene.plan.institutions[1:]))), MANAGER)
    assert (scene.visit(visit).number, scene.visit(visit).state) == (number, "waiting")
    shorts = {one.institution: one.short["lv"] for one in menu(scene.floor, "kiosk-1", scene.clock.now).institutions}
    assert shorts[first.code] == "KEM"


def test_13_a_service_is_retired_and_stays_in_what_was() -> None:
    scene = Scene(opened=["1"])
    old, other = service_of(scene.plan), service_of(scene.plan, 0, 1)
    visit = scene.take()
    retired = changed_service(changed_queue(scene.plan, 0, services=(other,)), old, retired=True)
    retired = replace(retired, booking=None)
    assert check_plan(retired) == ()
    scene.do(c.RevisePlan(plan=retired), MANAGER)
    assert scene.visit(visit).state == "waiting", "who waits for it is still served"
    for step in (c.CallNext, c.Serve):
        scene.do(step(counter="1"))
    scene.do(c.RecordService(counter="1", service=old, kind="konsultacija"))
    scene.do(c.Finish(counter="1"))
    assert scene.refused(c.TakeTicket(service=old), KIOSK) == "unknown_service"
    assert old not in {one.service for one in menu(scene.floor, "kiosk-1", scene.clock.now).services}
    assert [one.service for one in scene.visit(visit).delivered] == [old]
    assert public_label(scene.floor, old)[0]["lv"], "old records keep its name"


def test_14_numbers_are_used_up_before_noon() -> None:
    plan = changed_service(planned(*GROBINA), service_of(tiny_plan()), daily=3)
    scene = Scene(plan, now=riga("2026-03-16T09:00"))
    left = []
    for _ in range(3):
        scene.take()
        left += [one.left for one in menu(scene.floor, "kiosk-1", scene.clock.now).services if one.service == service_of(plan)]
    assert left == [2, 1, 0]
    assert refused(scene, "2026-03-16T11:00") == ("none_left", "17.03.2026 8:30")
    assert refused(scene, "2026-03-16T11:00", 1) is None
    scene.tick(days=1)
    assert refused(scene, "2026-03-17T09:00") is None


def test_15_one_in_ten_does_not_come() -> None:
    scene = Scene(opened=["1"])
    visits = [scene.take() for _ in range(10)]
    for i in range(10):
        scene.do(c.CallNext(counter="1"))
        if i == 4:
            scene.do(c.NoShow(counter="1"))
            continue
        scene.do(c.Serve(counter="1"))
        scene.do(c.RecordService(counter="1", service=service_of(scene.plan), kind="konsultacija"))
        scene.do(c.Finish(counter="1"))
    assert [scene.visit(visit).end for visit in visits].count("no_show") == 1
    assert scene.visit(visits[4]).end == "no_show"
    assert scene.floor.posts["1"].served == 9
    assert scene.floor.paces[service_of(scene.plan)].count == 9


def test_16_from_afar_29_minutes_before_closing_no_31_minutes_yes() -> None:
    scene = Scene(planned(*GROBINA))
    assert refused(scene, "2026-03-16T16:29", remote=True) is None
    assert refused(scene, "2026-03-16T16:31", remote=True) == ("remote_closed", "")
    assert refused(scene, "2026-03-16T16:31") is None, "at the centre a number is given"
    assert refused(scene, "2026-03-16T08:59", remote=True) == ("remote_closed", "")


def test_17_the_portal_is_down_and_an_e_service_becomes_a_consultation_on_paper() -> None:
    scene = Scene(opened=["1"])
    visit, service = scene.take(), service_of(scene.plan)
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    scene.do(c.Park(counter="1", minutes=30, note="EDS nestrādā"))
    (returned,) = scene.tick(minutes=30)
    assert isinstance(returned, VisitReturned)
    assert scene.do(c.CallNext(counter="1"))[0].visit == visit  # type: ignore[union-attr]
    scene.do(c.Serve(counter="1"))
    scene.do(c.RecordService(counter="1", service=service, kind="e_atbalsts", channel="e_pakalpojums"))
    scene.do(c.AmendService(counter="1", n=1, service=service, kind="konsultacija", channel="papirs"))
    scene.do(c.Finish(counter="1"))
    (delivered,) = scene.visit(visit).delivered
    assert (delivered.kind, delivered.channel, scene.visit(visit).end) == ("konsultacija", "papirs", "served")


def test_18_after_a_power_cut_the_day_is_there_and_numbers_go_on(tmp_path: Path) -> None:
    url, clock, service = f"sqlite:///{tmp_path}/centre.db", Clock(), service_of(tiny_plan())
    numbers = []
    for _ in range(2):
        engine = engine_over(url, clock)
        try:
            numbers += [engine.handle(c.TakeTicket(service=service), KIOSK).result["number"] for _ in range(2)]
            assert len(engine.floor.visits) == len(numbers)
        finally:
            engine.stop()
    assert numbers == ["A001", "A002", "A003", "A004"]


def test_19_a_printer_without_paper_takes_nobodys_number() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    assert [slip.visit for slip in jobs(scene.floor, "kiosk-1").slips] == [visit]
    scene.do(c.ReportSlip(visit=visit, state="failed"), KIOSK)
    assert jobs(scene.floor, "kiosk-1").slips == ()
    seen = ticket(scene.floor, scene.visit(visit).token)
    assert (seen.number, seen.state, seen.ahead) == ("A001", "waiting", 0)
    told = {"kiosk-1:menu": Health(channel="menu", connected=True, status=Status(state="paper_out"))}
    devices = overview(scene.floor, told, scene.clock.now).devices
    assert [(one.device, one.state) for one in devices] == [("kiosk-1:menu", "paper_out")]
    assert scene.do(c.CallNext(counter="1"))[0].visit == visit  # type: ignore[union-attr]


def test_20_who_comes_three_times_has_three_numbers_and_no_identity() -> None:
    scene = Scene(opened=["1"])
    visits = [scene.visit(scene.take()) for _ in range(3)]
    assert [visit.number for visit in visits] == ["A001", "A002", "A003"]
    assert len({visit.token for visit in visits}) == len({visit.id for visit in visits}) == 3
    assert {visit.party for visit in visits} == {None}
    assert len(scene.floor.parties) == 0


def test_21_two_services_at_two_institutions_are_linked_and_never_called_at_once() -> None:
    plan = tiny_plan()
    first, *rest = (queue.code for queue in plan.queues)
    split = tuple(replace(plan.profiles[0], code=code, queues=queues) for code, queues in (("a", (first,)), ("b", tuple(rest))))
    counters = tuple(replace(one, profile="a" if one.code == "1" else "b") for one in plan.counters)
    scene = Scene(replace(plan, profiles=split, counters=counters), opened=["1"])
    scene.do(c.OpenCounter(counter="2"))
    scene.tick(minutes=1)
    one, two = scene.do(c.TakeTicket(service=service_of(plan), more=(service_of(plan, 1),)), KIOSK)
    assert isinstance(one, TicketIssued)
    assert isinstance(two, TicketIssued)
    assert one.party == two.party == one.visit
    scene.tick(minutes=5)
    later = scene.take(1)
    scene.do(c.CallNext(counter="1"))
    assert scene.refused(c.CallVisit(counter="2", visit=two.visit)) == "companion_called"
    for step in (c.Serve(counter="1"), c.RecordService(counter="1", service=service_of(plan), kind="konsultacija")):
        scene.do(step)
    scene.do(c.Finish(counter="1"))
    assert scene.do(c.CallNext(counter="2"))[0].visit == two.visit, "ranked by the first arrival"  # type: ignore[union-attr]
    assert scene.visit(later).state == "waiting"


def test_23_twenty_one_people_are_one_in_latvian() -> None:
    words = ("{n} person is waiting", "{n} people are waiting")
    found = [plural("lv", *words, n) for n in (0, 1, 2, 10, 11, 20, 21, 22, 111, 121)]
    assert [text.split()[-1] for text in found] == [
        *("cilvēku", "cilvēks", "cilvēki", "cilvēku", "cilvēku"),
        *("cilvēku", "cilvēks", "cilvēki", "cilvēku", "cilvēks"),
    ]
    assert found[6] == "gaida 21 cilvēks"


def test_24_a_name_of_more_than_110_characters() -> None:
    name = (
        "Dienvidkurzemes novada Grobiņas pilsētas un Grobiņas, Medzes un Bārtas pagastu "
        "valsts un pašvaldības vienotais klientu apkalpošanas centrs"
    )
    assert len(name) > 110
    plan = replace(tiny_plan(), centre=replace(tiny_plan().centre, name={"lv": name}, short={"lv": name}))
    assert check_plan(plan) == ()
    scene = Scene(plan)
    visit = scene.visit(scene.take())
    assert menu(scene.floor, "kiosk-1", scene.clock.now).centre["lv"] == name
    slip = ticket_slip(
        Ticket(visit.number, {"lv": "Pakalpojums"}, {"lv": "VSAA"}, {"lv": name}, issued=visit.issued, url="http://c/t")
    )
    assert name in " ".join(as_text(slip).split())


def test_26_the_only_clerk_goes_to_lunch_and_the_panel_says_until_when() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    scene.do(c.Pause(counter="1", reason="lunch", minutes=30))
    sign = panel(scene.floor, "1")
    assert (sign.state, sign.until) == ("paused", scene.clock.now + timedelta(minutes=30))
    assert scene.refused(c.CallNext(counter="1")) == "counter_paused"
    scene.tick(minutes=30)
    scene.do(c.Resume(counter="1"))
    assert scene.do(c.CallNext(counter="1"))[0].visit == visit  # type: ignore[union-attr]


def test_27_a_specialist_who_comes_on_tuesdays_from_ten_to_two() -> None:
    own = (OpenHours(days=("tue",), spans="10–14"),)
    scene = Scene(changed_queue(planned(*GROBINA), 1, hours=own))
    assert refused(scene, "2026-03-16T11:00", 1) == ("queue_closed", "17.03.2026 10:00")
    assert refused(scene, "2026-03-17T09:59", 1) == ("queue_closed", "17.03.2026 10:00")
    assert refused(scene, "2026-03-17T10:00", 1) is None
    assert refused(scene, "2026-03-17T14:00", 1) == ("queue_closed", "24.03.2026 10:00")
    shut = {one.queue for one in menu(scene.floor, "kiosk-1", riga("2026-03-16T11:00")).services if not one.open}
    assert shut == {scene.plan.queues[1].code}
    scene.clock.now = riga("2026-03-17T13:59")
    visit = scene.take(1)
    events = scene.tick(hours=11)
    assert [(one.visit, one.reason) for one in events if isinstance(one, VisitEnded)] == [(visit, "day_closed")]
    assert scene.do(c.Tick(), SYSTEM) == ()
