"""The three formats: what a program reads back is what the report says, and no text becomes a formula."""

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from config import CATALOGUE
from config.load import load_catalogue
from config.plan import CentreType
from config.texts import translate
from server.domain.events import Group, Rule
from server.repairs import FAULTS
from server.reports import REPORTS
from server.reports.formats import encode
from server.reports.table import Column, Table
from server.reports.words import FAULT_NAMES, TITLES, WORDS
from tests.reports.made import leg, served, visit

FIRST, LAST, NOW = date(2026, 3, 16), date(2026, 3, 31), datetime(2026, 4, 1, 6, 0, tzinfo=UTC)
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
OF_THE_NETWORK = {"shares", "portal", "institutions", "quality", "reach", "grant"}
EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "=cmd|' /C calc'!A0",
    "http://a.lv/",
    "{=1}",
    'a"b,c;d\r\ne',
    "Ērgļi",
]
DAYS = [[served(1, 10, low=5, high=10, middle_s=480), served(2, 7), visit(3, leg(0), day="2026-03-17")]]


def made(table: Table, kind: str, language: str = "lv") -> bytes:
    return encode(table, kind, "promises", FIRST, LAST, language, NOW)


def sheet(data: bytes) -> tuple[list[list[Any]], dict[str, str], str]:
    """Rows of (type, value), number formats by cell, and the sheet's XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        styles = ET.fromstring(book.read("xl/styles.xml"))
        custom = {one.get("numFmtId"): one.get("formatCode") for one in styles.iterfind(".//m:numFmt", NS)}
        builtin = {"0": "General", "1": "0", "2": "0.00", "49": "@"}
        formats = [one.get("numFmtId") or "" for one in styles.iterfind("m:cellXfs/m:xf", NS)]
        source = book.read("xl/worksheets/sheet1.xml").decode()
    found, shown = [], {}
    for row in ET.fromstring(source).iterfind(".//m:row", NS):
        cells = []
        for cell in row.iterfind("m:c", NS):
            text, value = cell.find("m:is", NS), cell.findtext("m:v", namespaces=NS)
            assert (text is None) != (value is None)
            kind = formats[int(cell.get("s") or 0)]
            shown[cell.get("r") or ""] = (custom | builtin)[kind] or ""
            cells.append(("number", float(value or "")) if text is None else ("text", "".join(text.itertext())))
        found.append(cells)
    return found, shown, source


def test_json() -> None:
    found = json.loads(made(REPORTS["promises"](DAYS), "json"))
    assert (found["report"], found["from"], found["to"]) == ("promises", "2026-03-16", "2026-03-31")
    assert found["columns"][3] == {
        "key": "kept_share", "title": "Izsaukti līdz solītajam vēlākajam laikam", "kind": "share",
    }  # fmt: skip
    assert found["rows"][0] == {
        "service": "*", "called": 2, "promised": 1, "kept_share": 1.0, "error_mean_min": 2.0, "error_p90_min": 2.0,
        "wait_mean_min": 10.0, "error_share": None,
    }  # fmt: skip
    assert json.loads(made(REPORTS["promises"](DAYS), "json", "en"))["columns"][0]["title"] == "Service"


def test_csv() -> None:
    data = made(REPORTS["visits"](DAYS), "csv")
    assert data == (
        b"\xef\xbb\xbfday,service,issued,served,no_show,left,sent,day_closed,open,corrected\r\n"
        b"2026-03-16,S-1,2,2,0,0,0,0,0,0\r\n"
        b"2026-03-17,S-1,1,0,0,0,0,0,1,0\r\n"
    )


def test_a_missing_figure_is_an_empty_cell() -> None:
    table = REPORTS["promises"]([[served(2, 7)]])
    assert made(table, "csv").decode("utf-8-sig").splitlines()[1] == "*,1,0,,,,,"
    rows, _, _ = sheet(made(table, "xlsx"))
    assert rows[1] == [("text", "*"), ("number", 1.0), ("number", 0.0)]


def test_a_missing_code_is_an_empty_cell_too() -> None:
    columns = tuple(Column(key=key, title=key, kind="text") for key in ("kind", "outcome"))
    rows, _, _ = sheet(made(Table(columns=columns, rows=(("pieteikums", None), (None, "lodged"))), "xlsx"))
    assert [[text for _, text in row if text] for row in rows[1:]] == [["pieteikums"], ["iesniegts"]]


def test_a_workbook_with_typed_cells() -> None:
    rows, shown, _ = sheet(made(REPORTS["visits"](DAYS), "xlsx"))
    assert [text for _, text in rows[0]] == [
        "Diena", "Pakalpojums", "Sākti apmeklējumi", "Apkalpoti", "Neieradās", "Aizgāja", "Nosūtīti uz citu centru",
        "Beigušies līdz ar dienu", "Vēl nav beigušies", "Laboti ieraksti",
    ]  # fmt: skip
    day = (date(2026, 3, 16) - date(1899, 12, 30)).days  # how a workbook counts days
    assert rows[1][:4] == [("number", float(day)), ("text", "S-1"), ("number", 2.0), ("number", 2.0)]
    assert (shown["A2"], shown["B2"], shown["C2"]) == ("yyyy-mm-dd", "@", "0")
    rows, shown, _ = sheet(made(REPORTS["promises"](DAYS), "xlsx"))
    assert (rows[1][3], shown["D2"], rows[1][6], shown["G2"]) == (("number", 1.0), "0.0 %", ("number", 10.0), "0.00")


@pytest.mark.parametrize("name", REPORTS)
def test_an_empty_report_in_every_format(name: str) -> None:
    table = REPORTS[name]([])
    assert json.loads(made(table, "json"))["rows"] == []
    assert len(made(table, "csv").splitlines()) == 1
    assert len(sheet(made(table, "xlsx"))[0]) == 1


def test_no_text_becomes_a_formula() -> None:
    column = Column(key="note", title="=1+1", kind="text")
    table = Table(columns=(column,), rows=tuple((text,) for text in EVIL))
    told = [row[0] for row in csv.reader(io.StringIO(made(table, "csv").decode("utf-8-sig"), newline=""))][1:]
    for text, said in zip(EVIL, told, strict=True):
        assert not said.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert said.removeprefix("'") == text
    rows, _, source = sheet(made(table, "xlsx"))
    assert "<f>" not in source
    assert "hyperlink" not in source
    assert [row[0][0] for row in rows] == ["text"] * (1 + len(EVIL))


def test_a_negative_number_stays_one() -> None:
    table = Table(columns=(Column(key="n", title="N", kind="minutes"),), rows=((-1.5,),))
    assert made(table, "csv").decode("utf-8-sig") == "n\r\n-1.5\r\n"


def test_a_workbook_speaks_in_words_and_programs_read_codes() -> None:
    columns = (Column(key="group", title="Class of visitors", kind="text"), Column(key="rules", title="Passed", kind="text"))
    columns += (Column(key="type", title="Type", kind="text"), Column(key="kind", title="Kind", kind="text"))
    table = Table(columns=columns, rows=(("walk_in", "points 3, put_back 1", "nacionalas", "pieteikums"),))
    data = made(table, "xlsx")
    words = [("text", "nacionālas nozīmes"), ("text", "pieteikums")]
    assert sheet(data)[0][1] == [("text", "bez pieraksta"), ("text", "punkti 3, atlikts atpakaļ rindā 1"), *words]
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert 'name="Solītie gaidīšanas laiki"' in book.read("xl/workbook.xml").decode()
    assert json.loads(made(table, "json"))["rows"] == [
        {"group": "walk_in", "rules": "points 3, put_back 1", "type": "nacionalas", "kind": "pieteikums"}
    ]
    known = load_catalogue(CATALOGUE)
    assert {*known.kinds, *known.channels, *known.outcomes, *get_args(CentreType)} <= set(WORDS)
    assert {*get_args(Group), *get_args(Rule)} <= set(WORDS)
    assert set(TITLES) == {*REPORTS, "month", *OF_THE_NETWORK}
    for text in (*WORDS.values(), *FAULT_NAMES.values(), *TITLES.values()):
        assert translate("lv", text) != text
    assert max(len(translate("lv", text)) for text in TITLES.values()) <= 31
    assert set(FAULT_NAMES) == set(FAULTS)


def test_people_read_the_names_of_weekdays_and_hours_and_programs_their_figures() -> None:
    monday, nine = "pirmdiena", "9–10"
    found = REPORTS["waits"]([[served(1, 10, issued=60)]])
    hour, weekday = (next(row for row in found.rows if row[0] == by) for by in ("hour", "weekday"))
    assert (hour[1], weekday[1]) == ("09", "1")
    told = [row[:2] for row in sheet(made(found, "xlsx"))[0]]
    assert [("text", "stunda"), ("text", nine)] in told
    assert [("text", "nedēļas diena"), ("text", monday)] in told
    lines = list(csv.DictReader(io.StringIO(made(found, "csv").decode("utf-8-sig"), newline="")))
    assert {(line["by"], line["value"]): line["value_name"] for line in lines} == {
        ("all", "*"): "*", ("hour", "09"): nine, ("weekday", "1"): monday, ("service", "S-1"): "S-1", ("queue", "vid"): "vid",
    }  # fmt: skip
    assert {(row["by"], row["value"]) for row in json.loads(made(found, "json"))["rows"]} >= {("hour", "09"), ("weekday", "1")}
    week = REPORTS["week"]([[served(1, 10, issued=60)]])
    assert [text for _, text in sheet(made(week, "xlsx"))[0][1][:2]] == [monday, nine]
    (line,) = csv.DictReader(io.StringIO(made(week, "csv", "en").decode("utf-8-sig"), newline=""))
    assert [line[key] for key in ("weekday", "hour", "weekday_name", "hour_name")] == ["1", "09", "Monday", nine]


@pytest.mark.parametrize("name", ["video", "all", "hour"])
def test_an_account_is_no_code_though_it_reads_like_one(name: str) -> None:
    columns = tuple(Column(key=key, title=key, kind="text") for key in ("by", "type"))
    found = sheet(made(Table(columns=columns, rows=((name, "novada"),)), "xlsx"))[0]
    assert found[1] == [("text", name), ("text", "novada nozīmes")]


def test_the_same_report_is_the_same_file() -> None:
    for kind in ("json", "csv", "xlsx"):
        assert made(REPORTS["visits"](DAYS), kind) == made(REPORTS["visits"](DAYS), kind)
