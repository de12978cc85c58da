"""Repairs, corrections and reports over HTTP: the whole way from a forgotten visit to a true figure."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from server.reports import REPORTS
from tests.house import House, Reply, bearer

SERVICE = "PMLP-01"
GOT = [{"service": SERVICE, "kind": "konsultacija"}]


def today() -> str:
    return datetime.now(ZoneInfo("Europe/Riga")).date().isoformat()


def get(house: House, path: str, token: str | None = "demo-manager", **headers: str) -> Reply:
    return house.request("GET", f"/api/v1/{path}", headers=bearer(token) | {k.replace("_", "-"): v for k, v in headers.items()})


def span() -> str:
    """From the day before to the day after, so that midnight in the middle of a test does no harm."""
    now = datetime.now(UTC)
    return f"from={(now - timedelta(days=2)).date()}&to={(now + timedelta(days=2)).date()}"


def forgotten(house: House) -> str:
    """A visit that was ended with the day while it was being served."""
    house.done("OpenCounter", {"counter": "5", "profile": "universal"}, "clerk-5")
    visit: str = house.done("RegisterContact", {"counter": "5", "service": SERVICE, "channel": "talrunis"}, "clerk-5")["visit"]
    house.clear()
    return visit


def test_from_the_repair_list_to_the_report(house: House) -> None:
    visit = forgotten(house)
    (fault,) = [one for one in get(house, f"repairs?{span()}").json["repairs"] if one["visit"] == visit]
    day, name = fault["day"], fault["facts"]["number"]
    assert re.fullmatch(rf"\d\d:\d\d {SERVICE}", name)
    assert fault == {
        "visit": visit, "number": "", "day": day, "fault": "forgotten", "facts": {"number": name, "counter": "5"},
        "text": f"Slēdzot dienu, {name} vēl bija pie 5. lodziņa.",
    }  # fmt: skip
    english = get(house, f"repairs?{span()}", Accept_Language="en").json["repairs"]
    assert f"{name} was still at counter 5 when the day was closed." in [one["text"] for one in english]

    def figures() -> dict[str, int]:
        rows = get(house, f"reports/visits?from={day}&to={day}").json["rows"]
        return next(row for row in rows if row["service"] == SERVICE)

    before = figures()
    shown = get(house, "visits").json
    told = {"visit": visit, "end": "served", "delivered": GOT, "reason": "nav nospiests Pabeigt"}
    assert house.submit("CorrectVisit", told, "clerk-5").status == 403
    position = house.submit("CorrectVisit", told).json["position"]
    assert [one for one in get(house, f"repairs?{span()}").json["repairs"] if one["fault"] == "forgotten"] == []
    after = figures()
    assert {key for key in after if after[key] != before[key]} == {"served", "day_closed", "corrected"}
    assert after["served"] == before["served"] + 1
    (changed,) = get(house, f"visits?since={shown['next']}").json["visits"]
    assert (changed["visit"], changed["end"], changed["position"]) == (visit, "served", position)
    again = house.submit("CorrectVisit", told, Accept_Language="en")
    assert (again.status, again.json["code"]) == (409, "nothing_changed")
    assert again.json["text"] == "The record of — says this already."


@pytest.mark.parametrize("name", REPORTS)
def test_three_formats(house: House, name: str) -> None:
    path = f"reports/{name}?from={today()}&to={today()}"
    told = get(house, path)
    assert (told.status, told.headers["Content-Type"]) == (200, "application/json")
    assert get(house, f"{path}&format=json").json == told.json
    table = get(house, f"{path}&format=csv")
    assert (table.status, table.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert table.headers["Content-Disposition"] == f'attachment; filename="{name}_{today()}_{today()}.csv"'
    lines = list(csv.reader(io.StringIO(table.body.decode("utf-8-sig"), newline="")))
    keys = [column["key"] for column in told.json["columns"]]
    again = [f"{key}_name" for key in keys if key in ("weekday", "hour") or (key == "value" and "by" in keys)]
    assert lines[0] == [*keys, *again]
    assert len(lines) == 1 + len(told.json["rows"])
    book = get(house, f"{path}&format=xlsx")
    assert book.headers["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(book.body)).namelist()


def test_titles_speak_the_language_that_is_asked_for(house: House) -> None:
    path = f"reports/visits?from={today()}&to={today()}"
    assert get(house, path).json["columns"][0]["title"] == "Diena"
    assert get(house, path, Accept_Language="en").json["columns"][0]["title"] == "Day"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "from"), ("from=2026-03-16", "to"), ("to=2026-03-16", "from"), ("from=&to=2026-03-16", "from"),
        ("from=2026-02-30&to=2026-03-16", "from"), ("from=20260316&to=2026-03-16", "from"),
        ("from=2026-W12-1&to=2026-03-16", "from"), ("from=2026-03-16&to=2026-03-15", "to"),
        ("from=2025-03-16&to=2026-03-17", "to"), ("from=2026-03-16&to=2026-03-16T00:00", "to"),
        ("from=0000-00-00&to=2026-03-16", "from"), ("from=2026-03-16%0A&to=2026-03-16", "from"),
        (f"from={quote('٢٠٢٦-٠٣-١٦')}&to=2026-03-16", "from"),
        ("from=0001-01-01&to=9999-12-31", "to"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["repairs", "reports/visits"])
def test_bad_days_are_named(house: House, path: str, query: str, field: str) -> None:
    answer = get(house, f"{path}?{query}")
    assert (answer.status, answer.json["code"]) == (400, "malformed")
    assert answer.json["text"].startswith(f"Ziņojums ir kļūdains. {field}: "), answer.json["text"]


def test_a_whole_year_at_either_end_of_the_calendar(house: House) -> None:
    for days in ("from=0001-01-01&to=0002-01-01", "from=9998-12-31&to=9999-12-31"):
        assert get(house, f"reports/promises?{days}").json["rows"] == []


@pytest.mark.parametrize("kind", ["", "pdf", "JSON", "csv%00"])
def test_an_unknown_format_is_named(house: House, kind: str) -> None:
    answer = get(house, f"reports/visits?from=2026-03-16&to=2026-03-16&format={kind}")
    assert answer.status == 400
    assert answer.json["text"] == "Ziņojums ir kļūdains. format: must be one of json, csv, xlsx"


@pytest.mark.parametrize("name", ["nothing", "Visits", "%7Bcode%7D", "visits%0d%0aX:1"])
def test_an_unknown_report(house: House, name: str) -> None:
    answer = get(house, f"reports/{name}?from=2026-03-16&to=2026-03-16")
    assert (answer.status, answer.json["code"]) == (404, "unknown_report")
    assert "X" not in answer.headers


@pytest.mark.parametrize(
    ("token", "repairs", "reports"),
    [("demo-manager", 200, 200), ("demo-national", 403, 200), ("demo-clerk", 403, 403), ("demo-kiosk", 403, 403),
     ("demo-display", 403, 403), (None, 401, 401), ("wrong", 401, 401)],
)  # fmt: skip
def test_who_may_read_them(house: House, token: str | None, repairs: int, reports: int) -> None:
    days = "from=2026-03-16&to=2026-03-16"
    assert get(house, f"repairs?{days}", token).status == repairs
    for name in REPORTS:
        assert get(house, f"reports/{name}?{days}", token).status == reports
