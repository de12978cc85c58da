"""The page of all centres and of a month, before every centre is heard: sums that hold together, and words in their gender."""

import io
import re
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from server.national.node import pages
from server.national.node.app import Node
from server.national.node.figures_filter import Filter
from server.national.node.figures_month import read_year
from server.national.node.figures_sheets import charts
from server.national.node.grant_pages import euro
from server.national.node.pages_words import ZONE, Words
from server.national.node.schema import centres, deliveries
from tests.national.nodes import node_in
from tests.national.test_pages import client_of
from tests.national.year import live_now, load, network, year

NOW = datetime.now(ZONE)
NOW -= timedelta(days=max(0, NOW.weekday() - 4))
MONTH = f"{NOW:%Y-%m}"
"""That of the last day on which a made network is open."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    """Sixty centres, some of which were never heard, with visits until today."""
    folder = tmp_path_factory.mktemp("node")
    made = node_in(folder, demo=True)
    facts = network(60)
    live_now(made._write, facts, NOW)
    load(made._write, year(facts, NOW.date(), 6000))
    with made._write.begin() as connection:
        first = select(deliveries.c.visit).where(deliveries.c.day == f"{NOW:%Y-%m-%d}").limit(1).scalar_subquery()
        connection.execute(update(deliveries).where(deliveries.c.visit == first).values(kind="informacija"))
    made.site.load()
    made.site.viewers.add("officer", "national", "Amatpersona", "long enough")
    return made


@pytest.fixture(scope="module")
def officer(node: Node) -> FlaskClient:
    return client_of(node, "officer")


def test_the_head_counts_all_centres_of_the_municipalities_it_counts(officer: FlaskClient) -> None:
    page = officer.get("/").text
    head = re.search(r'class="when">([^<]*)', page)
    assert head
    assert " · 60 centru · " in head[1]
    assert ">60 no 60</span>" in page


def test_the_legend_explains_every_mark_that_is_drawn(officer: FlaskClient) -> None:
    legend = re.search(r'<ul class="legend">.*?</ul>', officer.get("/").text, re.DOTALL)
    assert legend
    assert "vēl nav dzirdēts" in legend[0]


def test_the_parts_of_what_was_registered_today_make_the_whole(officer: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "now_utc", lambda: NOW)
    tile = re.search(r"Šodien reģistrēti</span>.*?</li>", officer.get("/").text, re.DOTALL)
    assert tile
    whole, *parts = [int(one) for one in re.findall(r"(?:>|: )(\d+)", tile[0])]
    assert len(parts) == 3
    assert sum(parts) == whole


def test_all_is_said_in_the_gender_of_what_it_means(officer: FlaskClient) -> None:
    names = re.compile(r'<select name="(?:county|municipality|type|state|institution)"><option value="">([^<]*)<')
    assert names.findall(officer.get("/").text) == ["visas pašvaldības", "visi", "visi"]
    assert names.findall(officer.get("/month").text) == ["visas pašvaldības", "visi", "visas iestādes"]


def test_both_charts_give_applications_the_same_mark(node: Node) -> None:
    with node.read.connect() as connection:
        shares, kinds, *_ = charts(read_year(connection, Filter(), MONTH), Words("lv"), lambda which: "")
    assert [one.key for one in kinds.series] == [one.key for one in shares.series]


def test_the_fields_of_the_open_data_are_told_in_latvian(node: Node) -> None:
    page = node.app.test_client().get("/open-data").text
    assert "Centra nosaukums tīkla reģistrā." in page
    assert not re.search(r"\b(the|of|which)\b", re.sub(r"<[^>]*>", " ", page))


def test_conditions_are_told_in_words_not_codes(officer: FlaskClient) -> None:
    page = officer.get(f"/visits?first={MONTH}&last={MONTH}&kind=pieteikums&kind=konsultacija").text
    assert "veids: pieteikumi, konsultācijas" in page


def test_files_count_in_whole_numbers_on_a_sheet_with_a_latvian_name(officer: FlaskClient) -> None:
    last = officer.get(f"/month/kinds.csv?month={MONTH}").text.splitlines()[-1]
    assert re.fullmatch(rf"{MONTH},[1-9]\d*,[1-9]\d*", last)
    with zipfile.ZipFile(io.BytesIO(officer.get(f"/month/reach.xlsx?month={MONTH}").data)) as book:
        assert 'name="Sasniedzamība pa vietām"' in book.read("xl/workbook.xml").decode()


def test_one_month_of_the_grant_is_named_once_and_amounts_are_grouped_as_counts_are(officer: FlaskClient) -> None:
    head = re.search(r'class="when">([^<]*)', officer.get("/grant?first=2026-01&last=2026-01").text)
    assert head
    assert head[1] == "2026. gada janvāris"
    assert [euro(Decimal(one), "lv") for one in ("3685", "18287.5")] == ["3685,00", "18\u00a0287,50"]


def test_a_release_for_all_says_so(node: Node, officer: FlaskClient) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', officer.get("/settings").text)
    assert token
    form = {"csrf_token": token[1], "scope": "all", "note": "x", "locked": "", "advised": "rules.wait_minutes = 20"}
    drafted = officer.post("/settings", data=form)
    assert drafted.status_code == 303, drafted.text
    assert "<td>visi centri</td>" in officer.get("/settings").text
    assert '<p class="when">visi centri' in officer.get(drafted.headers["Location"]).text


def test_the_public_reads_the_whole_name_of_a_centre(node: Node, officer: FlaskClient) -> None:
    """Without its last words a name ends in a genitive."""
    with node.read.connect() as connection:
        names = set(connection.execute(select(centres.c.name)).scalars())
    listed: Any = officer.get("/api/v1/load").json
    assert {one["name"] for one in listed["centres"]} <= names
    assert any(one.endswith(" VPVKAC") for one in names)


def test_browsers_can_read_the_pattern_of_a_code(officer: FlaskClient) -> None:
    """They read it with the flag v, under which a bare hyphen in a class is a fault and the whole pattern is passed over."""
    pattern = re.search(r'name="code"[^>]* pattern="([^"]+)"', officer.get("/centres/new").text)
    assert pattern
    assert not re.search(r"\[[^\]]*[^A-Za-z0-9]-|-\]", pattern[1])
    assert [bool(re.fullmatch(pattern[1], code)) for code in ("strenci-2", "a_B", "šķ", "a b", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]
