"""The book over HTTP: free times, booking, a day with its contacts, and who may see them."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.domain.refusal import CODES
from tests.house import House, Reply, bearer

SERVICE = "VID-01"
CONTACT = {"name": "Kanārija Dzeltenā", "phone": "+371 20009999", "email": "kanarija@dzeltena.example"}


def today() -> date:
    """The local day, as the server's clock has it."""
    return datetime.now(ZoneInfo("Europe/Riga")).date()


def read(house: House, path: str, token: str = "demo-clerk", **headers: str) -> Reply:
    return house.request("GET", f"/api/v1/{path}", headers=bearer(token) | headers)


def slots(house: House, days: int = 14) -> list[dict[str, Any]]:
    answer = read(house, f"slots?service={SERVICE}&from={today()}&days={days}")
    assert answer.status == 200, answer.body
    assert (answer.json["service"], set(answer.json)) == (SERVICE, {"service", "minutes", "slots"})
    found: list[dict[str, Any]] = answer.json["slots"]
    return found


def on_day(house: House, day: str) -> list[dict[str, Any]]:
    answer = read(house, f"appointments?day={day}")
    assert answer.status == 200, answer.body
    assert answer.json["day"] == day
    found: list[dict[str, Any]] = answer.json["appointments"]
    return found


def test_from_a_free_time_to_the_day_list_and_back(house: House) -> None:
    found = slots(house)
    assert all(set(one) == {"day", "start", "free"} for one in found)
    assert [one["start"] for one in found] == sorted(one["start"] for one in found)
    assert datetime.fromisoformat(found[0]["start"]) >= datetime.now(UTC) + timedelta(minutes=59)
    slot = next(one for one in found if one["day"] > str(today()))  # not one that may pass while the test runs
    held = house.done("HoldSlot", {"service": SERVICE, "start": slot["start"]}, "demo-clerk")
    (listed,) = on_day(house, slot["day"])
    assert (listed["appointment"], listed["state"], listed["contact"]) == (held["appointment"], "held", None)
    told = house.done(
        "BookAppointment",
        {"service": SERVICE, "start": slot["start"], "held": held["appointment"], "contact": CONTACT, "needs": ["accessible"]},
        "demo-clerk",
    )
    assert told == held
    (listed,) = on_day(house, slot["day"])
    assert listed == {
        "appointment": told["appointment"], "code": told["code"], "service": SERVICE, "start": slot["start"],
        "minutes": listed["minutes"], "language": "lv", "needs": ["accessible"], "booth": None, "state": "booked",
        "contact": CONTACT,
    }  # fmt: skip
    assert next(one for one in slots(house) if one["start"] == slot["start"])["free"] == slot["free"] - 1
    moving = read(house, f"slots?service={SERVICE}&from={slot['day']}&without={told['appointment']}").json["slots"]
    assert next(one for one in moving if one["start"] == slot["start"]) == slot, "its own place is free for who is moved"
    assert read(house, f"slots?service={SERVICE}&from={slot['day']}&without=x").status == 400
    for secret in CONTACT.values():
        assert secret not in house.log()
        for channel in ("menu", "catalogue", "overview", "desk/1", "board/hall"):
            assert secret not in house.view(channel).text
    house.done("CancelAppointment", {"appointment": told["appointment"]}, "demo-clerk")
    assert on_day(house, slot["day"]) == []
    assert next(one for one in slots(house) if one["start"] == slot["start"])["free"] == slot["free"]


def test_refusals_in_words(house: House) -> None:
    late = slots(house)[-1]
    data = {"service": SERVICE, "start": late["start"]}
    for _ in range(late["free"]):
        told = house.done("BookAppointment", data, "demo-clerk")
    answer = house.submit("BookAppointment", data, "demo-clerk")
    assert (answer.status, answer.json["code"]) == (409, "slot_taken")
    assert answer.json["text"] == "Šis laiks ir aizņemts. Izvēlieties citu."
    answer = house.submit("CheckIn", {"code": told["code"]}, "demo-kiosk")
    assert (answer.status, answer.json["code"]) == (409, "too_early")
    day = date.fromisoformat(late["day"])
    assert re.fullmatch(rf"Ierašanos šim pierakstam varēs pieteikt {day:%d.%m.%Y}\. no plkst\. \d\d:\d\d\.", answer.json["text"])
    answer = house.submit("CheckIn", {"code": "x" * 6}, "demo-kiosk")
    assert (answer.status, answer.json["code"]) == (400, "malformed")
    answer = read(house, f"slots?service=CTR-01&from={today()}")
    assert (answer.status, answer.json["code"]) == (409, "not_bookable")
    answer = read(house, f"slots?service=NO-1&from={today()}", **{"Accept-Language": "en"})
    assert answer.json["text"] == CODES["unknown_service"].format(service="NO-1")


def test_a_talk_by_video_takes_the_booth(house: House) -> None:
    """The demo has one booth, and this service is given by video only."""
    path = f"slots?service=VSAA-30&from={today()}&days=14"
    assert read(house, path).json["code"] == "not_bookable"
    slot = read(house, f"{path}&channel=video").json["slots"][-1]
    assert slot["free"] == 1
    data = {"service": "VSAA-30", "start": slot["start"], "channel": "video"}
    told = house.done("BookAppointment", data, "demo-clerk")
    (listed,) = (one for one in on_day(house, slot["day"]) if one["appointment"] == told["appointment"])
    assert listed["booth"] == "video-1"
    assert house.submit("BookAppointment", data, "demo-clerk").json["code"] == "slot_taken"
    moving = read(house, f"slots?service=VSAA-30&from={slot['day']}&without={told['appointment']}").json["slots"]
    assert next(one for one in moving if one["start"] == slot["start"])["free"] == 1
    house.done("CancelAppointment", {"appointment": told["appointment"]}, "demo-clerk")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("slots", "from"), (f"slots?service={SERVICE}", "from"), (f"slots?service={SERVICE}&from=2026-02-30", "from"),
        (f"slots?service={SERVICE}&from=20260316", "from"), ("slots?from=2026-03-16", "service"),
        ("slots?service=a%20b&from=2026-03-16", "service"), (f"slots?service={SERVICE}&from=2026-03-16&days=0", "days"),
        (f"slots?service={SERVICE}&from=2026-03-16&days=32", "days"), ("appointments", "day"),
        ("appointments?day=2026-3-1", "day"),
        (f"slots?service={SERVICE}&from=2026-03-16&channel=talrunis", "channel"), ("appointments?day=%D9%A2026-03-16", ""),
    ],
)  # fmt: skip
def test_a_malformed_query_names_the_field(house: House, path: str, place: str) -> None:
    answer = read(house, path)
    assert (answer.status, answer.json["code"]) == (400, "malformed")
    assert f" {place}" in answer.json["text"]


@pytest.mark.parametrize("first", ["0001-01-01", "1969-12-31", "9999-12-01", "9999-12-31"])
def test_far_days_are_empty(house: House, first: str) -> None:
    assert read(house, f"slots?service={SERVICE}&from={first}&days=31").json["slots"] == []
    assert on_day(house, first) == []


@pytest.mark.parametrize("path", [f"slots?service={SERVICE}&from=2026-03-16", "appointments?day=2026-03-16"])
def test_only_clerk_and_manager_read_the_book(house: House, path: str) -> None:
    assert house.request("GET", f"/api/v1/{path}").status == 401
    for token, status in (
        ("demo-kiosk", 403), ("demo-display", 403), ("demo-national", 403), ("demo-clerk", 200), ("demo-manager", 200),
    ):  # fmt: skip
        assert read(house, path, token).status == status, token


def test_the_kiosk_is_told_that_codes_are_taken(house: House) -> None:
    assert house.data("menu", "demo-kiosk")["booking"] is True
    answer = house.submit("CheckIn", {"code": "000000"}, "demo-kiosk")
    assert json.loads(answer.body)["code"] == "unknown_code"


def test_who_is_to_be_called_back_is_in_the_day_s_list_with_the_telephone_and_nowhere_else(house: House) -> None:
    midnight = datetime.combine(today() + timedelta(days=1), time.min, ZoneInfo("Europe/Riga"))
    later = min(datetime.now(UTC) + timedelta(minutes=1), (midnight - timedelta(seconds=1)).astimezone(UTC))
    told = house.done("RegisterCallback", {"service": SERVICE, "start": later.isoformat(), "contact": CONTACT}, "demo-clerk")
    listed = read(house, f"appointments?day={today()}").json["callbacks"]
    (mine,) = (one for one in listed if one["callback"] == told["callback"])
    assert (mine["service"], mine["contact"]) == (SERVICE, CONTACT)
    desk = house.data("desk/1", "demo-clerk")
    (shown,) = (one for one in desk["callbacks"] if one["callback"] == told["callback"])
    assert set(shown) == {"callback", "service", "start", "language", "late"}
    house.done("EndCallback", {"callback": told["callback"], "reason": "done"}, "demo-clerk")
    assert told["callback"] not in read(house, f"appointments?day={today()}").body.decode()
