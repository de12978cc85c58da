"""Exports: the same figures as the pages in three formats, only to whom they are open, and no formula for a spreadsheet."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import flask
import pytest
from sqlalchemy import Engine, create_engine, update
from sqlalchemy.pool import StaticPool

from config import texts
from server.domain.moment import microseconds
from server.national.node import exports_file
from server.national.node.access import MAY, Viewer
from server.national.node.exports import EXPORTS, Exports
from server.national.node.exports_pvs import FIELDS, missing
from server.national.node.schema import centres, deliveries, frozen, metadata, visits, worksheets
from server.store.journal import GENESIS

NOW = microseconds(datetime(2026, 11, 3, 9, 0, tzinfo=UTC))
OFFICER, MINISTRY, HOLDER = Viewer("national", "a"), Viewer("ministry", "b"), Viewer("holder", "c", "VSAA")


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(made)
    with made.begin() as connection:
        connection.execute(centres.insert(), [
            {"centre": "v", "name": "=cmd|'/c calc'!A1", "municipality": "Varakļānu novads", "hash": GENESIS},
            {"centre": "w", "name": "Valkas VPVKAC", "municipality": "Valkas novads", "hash": GENESIS},
        ])  # fmt: skip
        for n, (centre, month, institution, lost) in enumerate(
            (
                ("v", "2025-06", "VSAA", 0),
                ("v", "2025-07", "VSAA", 0),
                ("v", "2025-07", "VID", 0),
                ("w", "2025-07", "VID", 0),
                ("w", "2025-07", "VID", 1),
            )
        ):
            connection.execute(visits.insert(), {
                "centre": centre, "visit": str(n), "epoch": 1, "position": 1, "lost": lost, "day": f"{month}-03",
                "month": month, "number": "A1",
                "service": f"{institution}-01", "institution": institution, "origin": "kiosk", "end": "served", "issued": 0,
                "wait_s": 90,
                "kept": 1, "data": "{}",
            })  # fmt: skip
            connection.execute(deliveries.insert(), {
                "centre": centre, "visit": str(n), "n": 1, "lost": lost, "day": f"{month}-03", "month": month,
                "institution": institution,
                "service": f"{institution}-01", "kind": "pieteikums", "own_kind": "pieteikums", "channel": "klatiene",
                "outcome": "lodged" if institution == "VSAA" else None, "quantity": 2, "minutes": 7,
            })  # fmt: skip
        cell = {
            "month": "2025-07",
            "centre": "v",
            "institution": "VSAA",
            "service": "VSAA-01",
            "kind": "pieteikums",
            "channel": "klatiene",
        }
        connection.execute(frozen.insert(), [
            {**cell, "n": 0, "quantity": 9, "minutes": 9, "noted": NOW},
            {**cell, "n": 1, "quantity": -2, "minutes": 0, "noted": NOW},
            {**cell, "n": 0, "institution": "VID", "quantity": 5, "minutes": 9, "noted": NOW},
        ])  # fmt: skip
        connection.execute(worksheets.insert(), {
            "worksheet": "abc", "made": NOW, "by": "anna", "terms": "{}", "data": (
                '{"months":["2025-07"],"digests":{"2025-07":"d"},"corrections":{},"terms":{"formula":"base","base":{"novada":"1"},'
                '"rate":{},"source":"s","approved":false},"lines":[{"inputs":{"centre":"v","name":"V","municipality":"M","type":"novada",'
                '"registered":{"pieteikums":7}},"sum":"4,6","amount":"4.60"}],"total":"4.60"}'),
        })  # fmt: skip
    yield made
    made.dispose()


class _Ground:
    """Who looks is given; the rest is as on the node."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.viewer = engine, OFFICER

    def look_up(self, work: Callable[..., Any], *args: Any) -> Any:
        with self._engine.connect() as connection:
            return work(connection, *args)

    def admitted(self, what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        return lambda handler: lambda: handler(self.viewer) if self.viewer.may(what) else flask.abort(403)


@pytest.fixture
def site(engine: Engine) -> tuple[_Ground, Any]:
    ground, app = _Ground(engine), flask.Flask("t")
    app.register_blueprint(Exports(ground).routes())  # type: ignore[arg-type]
    return ground, app.test_client()


def rows(client: Any, name: str, first: str = "2025-06", last: str = "2025-07") -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/exports/{name}?from={first}&to={last}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["rows"]
    return found


def test_services_by_cell_with_the_municipality_of_their_month(site: tuple[_Ground, Any]) -> None:
    found = rows(site[1], "deliveries")
    assert [(row["month"], row["centre"], row["municipality"], row["institution"], row["services"]) for row in found] == [
        ("2025-06", "v", "Varakļānu novads", "VSAA", 2), ("2025-07", "v", "Madonas novads", "VID", 2),
        ("2025-07", "v", "Madonas novads", "VSAA", 2),
        ("2025-07", "w", "Valkas novads", "VID", 2),
    ]  # fmt: skip
    assert rows(site[1], "deliveries", "2025-06", "2025-06") == found[:1]


def test_visits_and_waits(site: tuple[_Ground, Any]) -> None:
    assert [(row["month"], row["centre"], row["issued"], row["served"]) for row in rows(site[1], "visits")] == [
        ("2025-06", "v", 1, 1), ("2025-07", "v", 2, 2), ("2025-07", "w", 1, 1),
    ]  # fmt: skip
    assert {(row["p50"], row["p95"]) for row in rows(site[1], "waits")} == {(1.5, 1.5)}


def test_closed_months_have_corrections_as_rows_of_their_own(site: tuple[_Ground, Any]) -> None:
    assert [(row["correction"], row["institution"], row["services"]) for row in rows(site[1], "months")] == [
        (0, "VID", 5), (0, "VSAA", 9), (1, "VSAA", -2),
    ]  # fmt: skip


def test_worksheets_line_by_line_in_cents(site: tuple[_Ground, Any]) -> None:
    assert [(row["worksheet"], row["registered"], row["sum"], row["cents"]) for row in rows(site[1], "worksheets")] == [
        ("abc", 7, "4,6", 460)
    ]
    assert rows(site[1], "worksheets", "2025-08", "2025-09") == []


def test_pvs_list_says_what_is_missing(site: tuple[_Ground, Any]) -> None:
    assert [(row["institution"], row["ready"], row["missing"]) for row in rows(site[1], "pvs")] == [
        ("VSAA", 1, ""), ("VSAA", 1, ""), ("VID", 0, "outcome"), ("VID", 0, "outcome"),
    ]  # fmt: skip
    full: dict[str, object] = {**dict.fromkeys(FIELDS, "x"), "kind": "pieteikums", "quantity": 1}
    assert missing(full) == ()
    assert [missing({**full, one: "" if one != "quantity" else 0}) for one in FIELDS] == [(one,) for one in FIELDS]
    assert missing({**full, "kind": "cits"}) == ("kind",)


def test_a_service_holder_gets_its_own_and_nothing_else(site: tuple[_Ground, Any]) -> None:
    ground, client = site
    ground.viewer = HOLDER
    for name in ("deliveries", "months", "pvs"):
        assert {row["institution"] for row in rows(client, name)} == {"VSAA"}
    assert sum(row["issued"] for row in rows(client, "visits")) == 2
    assert sum(row["called"] for row in rows(client, "waits")) == 2
    assert client.get("/api/v1/exports/worksheets?from=2025-06&to=2025-07").status_code == 403


@pytest.mark.parametrize("role", [*MAY, "nobody"])
def test_who_may_have_what(site: tuple[_Ground, Any], role: str) -> None:
    ground, client = site
    ground.viewer = Viewer(role, "x", "VSAA" if role == "holder" else "")
    wanted = {
        "national": set(EXPORTS), "ministry": set(EXPORTS) - {"pvs"}, "association": set(EXPORTS) - {"pvs"},
        "holder": set(EXPORTS) - {"worksheets"}, "nobody": set(),
    }[role]  # fmt: skip
    assert {
        name for name in EXPORTS if client.get(f"/api/v1/exports/{name}?from=2025-06&to=2025-07").status_code == 200
    } == wanted


def test_csv_and_workbook_hold_the_same_and_no_formula(site: tuple[_Ground, Any]) -> None:
    _, client = site
    wanted = rows(client, "deliveries")
    text = client.get("/api/v1/exports/deliveries?from=2025-06&to=2025-07&format=csv").data.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["services"] for line in lines] == [str(row["services"]) for row in wanted]
    assert lines[0]["name"] == "'=cmd|'/c calc'!A1"
    answer = client.get("/api/v1/exports/deliveries?from=2025-06&to=2025-07&format=xlsx")
    assert 'filename="rinda-deliveries-2025-06-2025-07.xlsx"' in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<t>=cmd|'/c calc'!A1</t>" in sheet
    assert re.findall(r'<c r="I(?!1")\d+"[^>]*><v>(\d+)</v>', sheet) == [str(row["services"]) for row in wanted]
    assert "<f>" not in sheet


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_every_sign_that_begins_a_formula_is_escaped(site: tuple[_Ground, Any], engine: Engine, sign: str) -> None:
    with engine.begin() as connection:
        connection.execute(update(centres).values(name=f"{sign}1+1"))
    text = site[1].get("/api/v1/exports/visits?from=2025-06&to=2025-07&format=csv").data.decode("utf-8-sig")
    assert {line["name"] for line in csv.DictReader(io.StringIO(text))} == {f"'{sign}1+1"}


@pytest.mark.parametrize(
    "query",
    ["", "from=2025-06", "from=2025-06&to=2025-13", "from=2025-07&to=2025-06", "from=2020-01&to=2025-01",
    "from=2025-06&to=2025-07&format=pdf",
     "from=2025-6&to=2025-07", "from=2025-06-01&to=2025-07-01"],
)  # fmt: skip
def test_what_is_asked_wrongly_is_refused(site: tuple[_Ground, Any], query: str) -> None:
    assert site[1].get(f"/api/v1/exports/visits?{query}").status_code == 400


def test_a_workbook_that_nobody_could_open_is_refused(site: tuple[_Ground, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports_file, "SHEET_MOST", 2)
    answer = site[1].get("/api/v1/exports/deliveries?from=2025-06&to=2025-07&format=xlsx")
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_every_title_has_a_latvian_word(engine: Engine) -> None:
    with engine.connect() as connection:
        for _, read in EXPORTS.values():
            for column in read(connection, "2025-06", "2025-07", OFFICER).columns:
                assert texts.translate("lv", column.title) != column.title, column.title
