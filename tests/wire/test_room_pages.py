"""The office's pages of rooms, specialists and slips, and the screen of a room: forms, conflicts, files, who may."""

import io
import re
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from PIL import Image

from tests.house import House, Reply

RIGA = ZoneInfo("Europe/Riga")
PAGES = ("", "/week", "/specialists", "/papers", "/handover", "/season", "/cards")


@pytest.fixture(autouse=True)
def _free(house: House) -> None:
    """Every room free and nobody waiting: tests share the house."""
    for code in ("d1", "d2", "r1"):
        while waits := house.data(f"room/{code}")["waiting"]:
            house.done("LeaveRoom", {"room": code, "number": waits[0]})
        if house.data(f"room/{code}")["state"] == "used":
            house.done("EndRoom", {"room": code})
        if house.data(f"room/{code}")["state"] == "wipe":
            house.done("WipeRoom", {"room": code})


def look(house: House, path: str, who: str = "clerk1") -> Reply:
    return house.request("GET", f"/admin/rooms{path}", headers={"Cookie": house.session(who)})


def post(house: House, path: str, who: str = "clerk1", page: str = "", **fields: object) -> Reply:
    """Sends the form of a page as its browser would."""
    cookie = house.session(who)
    shown = house.request("GET", f"/admin/rooms{page}", headers={"Cookie": cookie}).text
    word = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert word
    body = urlencode({"csrf_token": word[1], **fields}, doseq=True)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Origin": house.address}
    return house.request("POST", f"/admin/rooms{path}", body, headers)


def test_every_page_is_for_those_who_work_here(house: House) -> None:
    for page in PAGES:
        assert [look(house, page, who).status for who in ("clerk1", "manager", "network")] == [200, 200, 403], page
        assert house.request("GET", f"/admin/rooms{page}").status == 302
    foreign = house.request("POST", "/admin/rooms/d1/start", "minutes=10",
                            {"Cookie": house.session("clerk1"), "Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert foreign.status == 403


def test_a_room_is_started_lengthened_ended_and_wiped_by_forms(house: House) -> None:
    assert post(house, "/d1/start", minutes=20, helped=1).status == 303
    state = house.data("room/d1")
    assert (state["state"], state["helped"]) == ("used", True)
    assert post(house, "/d1/extend", minutes=15).status == 303
    longer = house.data("room/d1")["until"]
    assert datetime.fromisoformat(longer) - datetime.fromisoformat(state["until"]) == timedelta(minutes=15)
    again = post(house, "/d1/start", minutes=20)
    assert (again.status, "Telpa „1. klienta dators” ir aizņemta līdz plkst." in again.text) == (409, True)
    assert post(house, "/d1/end", outcome="lodged_helped").status == 303
    assert "Jāiziet no kontiem un jāsakārto" in look(house, "").text
    assert post(house, "/d1/wipe").status == 303
    assert house.data("room/d1")["state"] == "free"
    assert re.search(r"1\. klienta dators</th><td class=\"n\">\d+</td>", look(house, "").text)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("6.7.2031", "06.07.2031."), ("06.07.2031./08.07.2031.", "06.07.2031.–08.07.2031."), ("2031-07-06", "06.07.2031.")],
)
def test_a_specialists_day_is_read_as_people_write_it(house: House, said: str, kept: str) -> None:
    queue = re.search(r'<select name="queue"><option value="([^"]+)"', look(house, "/specialists", "manager").text)
    assert queue
    page = {"who": "manager", "page": "/specialists", "queue": queue[1]}
    assert post(house, "/specialists", date=said, spans="", **page).status == 303
    shown = look(house, "/specialists", "manager").text
    (remove,) = re.findall(r'name="remove" value="([^"]+)"', shown)
    assert kept in shown
    assert post(house, "/specialists", remove=remove, **page).status == 303
    wrong = post(house, "/specialists", date="31.02.2031.", **page)
    assert (wrong.status, "piemēram, 24.12.2026." in wrong.text) == (400, True)
    versions = house.request("GET", "/admin/plan/versions", headers={"Cookie": house.session("manager")}).text
    assert "Izbraukuma speciālisti: citi laiki" in versions


def test_a_conflict_is_refused_with_a_sentence_and_nothing_typed_is_lost(house: House) -> None:
    day = (datetime.now(RIGA) + timedelta(days=3)).date().isoformat()
    said = {"room": "r1", "day": day, "time": "10:00", "minutes": 90, "title": "Nodarbība", "purpose": "group", "helper": 1}
    assert post(house, "/week", page="/week", **said, name="Jana Kalna", phone="+371 29123456").status == 303
    clash = post(house, "/week", page="/week", **{**said, "time": "11:00", "title": "Cita nodarbība"})
    booked = f"Telpa „Nodarbību telpa” ir pieteikta: {date.fromisoformat(day):%d.%m.%Y}. plkst. 10:00."
    assert (clash.status, booked in clash.text, 'value="Cita nodarbība"' in clash.text) == (409, True, True)
    past = post(house, "/week", page="/week", **{**said, "day": "2020-02-03"})
    assert (past.status, "Šis laiks jau ir pagājis" in past.text) == (409, True)
    wrong = post(house, "/week", page="/week", **{**said, "time": "25:61"})
    assert (wrong.status, "Norādiet dienu un laiku" in wrong.text) == (400, True)
    shown = look(house, f"/week?from={day}").text
    assert all(text in shown for text in ("10:00–11:30", "Nodarbība", "Jana Kalna"))
    calendar = Calendar.from_ical(look(house, "/room/r1.ics").text)
    (event,) = calendar.walk("VEVENT")
    assert (str(event["summary"]), event.decoded("dtstart").astimezone(RIGA).hour) == ("Nodarbība", 10)
    assert "Jana" not in look(house, "/room/r1.ics").text
    booking = re.search(r'name="booking" value="([^"]+)"', shown)
    assert booking
    assert post(house, "/week/cancel", page="/week", booking=booking[1]).status == 303
    assert "10:00–11:30" not in look(house, f"/week?from={day}").text


def test_an_application_on_paper_is_kept_printed_and_handed_over(house: House) -> None:
    nothing = post(house, "/papers/intake", page="/papers", institution="VSAA", application=0, kiosk="kiosk-1")
    assert (nothing.status, "Norādiet, cik dokumentu saņemts." in nothing.text) == (400, True)
    odd = post(house, "/papers/intake", page="/papers", institution="VSAA", application=1, copy="daudz", kiosk="kiosk-1")
    assert (odd.status, "Dokumenti: norādiet skaitu" in odd.text, 'value="daudz"' in odd.text) == (400, True, True)
    kept = post(house, "/papers/intake", page="/papers", institution="VSAA", application=1, copy=3, kiosk="kiosk-1")
    code = re.search(r"Reģistrēts ar kodu <strong>([2-9A-Z]{6})</strong>", kept.text)
    assert kept.status == 200
    assert code
    (job,) = [one for one in house.data("jobs/kiosk-1")["papers"] if one["code"] == code[1]]
    assert (job["kind"], job["counts"]) == ("intake", [["application", 1], ["copy", 3]])
    png = house.request("GET", f"/admin/rooms/papers/{job['paper']}.png", headers={"Cookie": house.session("clerk1")})
    assert Image.open(io.BytesIO(png.body)).width == 576
    assert code[1] in look(house, "/handover").text
    none = post(house, "/handover", page="/handover", institution="VSAA")
    assert none.status == 400
    assert post(house, "/handover", page="/handover", institution="VSAA", code=[code[1]], kiosk="kiosk-1").status == 303
    after = look(house, "/handover").text
    assert (f'value="{code[1]}"' in after, "clerk1" in after) == (False, True)
    (listed,) = [one for one in house.data("jobs/kiosk-1")["papers"] if one["kind"] == "handover"]
    assert listed["codes"] == [code[1]]
    for one in house.data("jobs/kiosk-1")["papers"]:
        house.done("ReportPaper", {"paper": one["paper"], "state": "printed"}, "demo-kiosk")


@pytest.mark.parametrize("number", ["²", "9" * 5000, "1.5", "-1"])
def test_what_is_no_number_is_refused_with_a_sentence(house: House, number: str) -> None:
    day = f"{datetime.now(RIGA) + timedelta(days=2):%Y-%m-%d}"
    assert post(house, "/papers/intake", page="/papers", institution="VSAA", application=number).status == 400
    assert post(house, "/week", page="/week", room="r1", day=day, time="10:00", minutes=number).status == 400
    assert post(house, "/d1/start", minutes=number).status == 409
    if len(number) < 10:
        assert look(house, f"/season?{urlencode({'month': number})}").status == 200


def test_vouchers_are_the_managers_and_a_bad_one_is_named(house: House) -> None:
    assert post(house, "/papers/vouchers", page="/papers", codes="ABC").status == 403
    bad = post(house, "/papers/vouchers", "manager", "/papers", codes="ABC\nŽĀĒ")
    assert (bad.status, "„ŽĀĒ”" in bad.text, ">ABC\nŽĀĒ<" in bad.text or "ŽĀĒ" in bad.text) == (400, True, True)
    assert post(house, "/papers/vouchers", "manager", "/papers", codes="K7M2-QX\nK7M2-QY").status == 303


def test_a_suggestion_becomes_a_slide_with_one_press(house: House) -> None:
    assert post(house, "/season", code="school", **{"as": "slide"}).status == 409  # a clerk does not change the plan
    assert post(house, "/season", "manager", "/season?month=8", code="school", month=8, **{"as": "slide"}).status == 303
    assert "jau ir slaids" in look(house, "/season?month=8", "manager").text
    assert post(house, "/season", "manager", "/season?month=8", code="school", month=8, **{"as": "notice"}).status == 303
    assert "jau ir kioskā" in look(house, "/season?month=8", "manager").text


def test_the_screen_of_a_room_needs_a_display_and_names_nobody(house: House) -> None:
    assert house.request("GET", "/room/d9?token=demo-display").status == 404
    paired = house.request("GET", "/room/d1?token=demo-display")
    assert (paired.status, paired.headers["Location"]) == (302, "/room/d1")
    assert [house.view("room/d1", token).status for token in ("demo-display", "demo-clerk", "demo-kiosk")] == [200, 200, 403]
    assert house.view("room/d9").status == 404


def test_cards_and_scripts_are_there(house: House) -> None:
    assert look(house, "/cards").text.count("quick-card") == 4
    for path in ("/admin/static/rooms.css", "/admin/static/rooms.js", "/display/static/room.js", "/display/static/room.css"):
        assert house.request("GET", path).status == 200, path
