"""The officers' pages, through the node's own app: months closed, terms set, sheets kept, settings published, centres made."""

import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan, read_plan
from server.national.enrol import PLAN
from server.national.node.access import MAY
from server.national.node.app import Node
from server.national.node.months import verify
from server.national.node.schema import centres, frozen, month_heads, terms
from server.national.signing import Given, opened
from tests.national.test_pages import MONTH, NOW, ROLES, clients, node  # noqa: F401 - fixtures

PLANLESS = load_catalogue(CATALOGUE)
PAGES = {
    "/months": "closing",
    f"/months/{MONTH}/close": "change",
    "/grant": "grant",
    "/settings": "settings",
    "/centres/new": "change",
}


@pytest.fixture
def officer(clients: dict[str, FlaskClient]) -> FlaskClient:  # noqa: F811 - a fixture
    return clients["national"]


def post(client: FlaskClient, path: str, page: str, **values: Any) -> Any:
    """Sends a form of a page of ours; the answer after redirects."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert token
    return client.post(
        path, data={"csrf_token": token[1], **values}, headers={"Origin": "http://localhost"}, follow_redirects=True
    )


def texts(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def _tamper(node: Node, statement: Any) -> None:  # noqa: F811
    """As somebody would who can do anything with the database: it refuses first."""
    with pytest.raises(DBAPIError, match="append-only"), node._write.begin() as connection:
        connection.execute(statement)
    with node._write.begin() as connection:
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS frozen_no_{verb}"))
        connection.execute(statement)
        for verb in ("update", "delete"):
            connection.execute(
                text(
                    f"CREATE TRIGGER frozen_no_{verb} BEFORE {verb} ON frozen "
                    "BEGIN SELECT RAISE(ABORT, 'frozen is append-only'); END"
                )
            )


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", PAGES)
def test_each_role_sees_what_the_table_says(clients: dict[str, FlaskClient], role: str, path: str) -> None:  # noqa: F811
    assert clients[role].get(path).status_code == (200 if PAGES[path] in MAY[role] else 403)


@pytest.mark.parametrize(
    "path", ["/months/2026-01/close", "/grant/terms", "/grant/keep", "/settings", "/settings/1/publish", "/centres/new"]
)
def test_a_form_that_no_page_of_ours_sent_changes_nothing(officer: FlaskClient, path: str) -> None:
    assert officer.post(path, data={"csrf_token": "guessed"}).status_code == 403


def test_a_month_is_closed_by_who_was_told_what_is_missing(node: Node, officer: FlaskClient) -> None:  # noqa: F811
    with node._write.begin() as connection:
        connection.execute(update(centres).values(secret=centres.c.centre, live="{}", projected=centres.c.acked))
        late = update(centres).where(centres.c.centre == "c001")
        connection.execute(late.values(projected=0, acked=7, pulse='{"head": 7}'))
        for one in connection.execute(select(centres.c.centre, centres.c.epoch, centres.c.acked)).all():
            heard = {"centre": one.centre, "month": MONTH, "epoch": one.epoch, "head": one.acked, "noted": 0}
            connection.execute(month_heads.insert(), heard)
    page = f"/months/{MONTH}/close"
    assert "7 ieraksti" in texts(officer.get(page))
    assert post(officer, page, page).status_code == 409
    assert "Slēgt mēnesi" in texts(officer.get("/months"))
    listed = post(officer, page, page, anyway="1")
    assert listed.status_code == 200
    assert "slēgts" in texts(listed)
    assert "1 centra" in texts(listed)
    assert "tie paši" in texts(post(officer, f"/months/{MONTH}/verify", "/months"))
    with node._write.begin() as connection:
        connection.execute(update(centres).where(centres.c.centre == "c001").values(projected=7))
    _tamper(node, frozen.delete().where(frozen.c.centre == "c000"))
    assert not verify(node._read, MONTH)
    assert "mainīti" in texts(post(officer, f"/months/{MONTH}/verify", "/months"))
    assert "Labojumi ir ierakstīti" in texts(post(officer, f"/months/{MONTH}/corrections", "/months"))
    assert "Labojums 1" in texts(officer.get("/months"))
    assert "Nav, ko labot" in texts(post(officer, f"/months/{MONTH}/corrections", "/months"))


SPAN = {"first": MONTH, "last": MONTH}
TERMS = {
    "formula": "base * months / 12 + rate(pieteikums) * registered(pieteikums)", "base.vietejas": "1 000,50",
    "base.novada": "4000", "base.regionalas": "9000", "base.nacionalas": "12000", "rate.pieteikums": "2,50",
    "rate.konsultacija": "1",
    "source": "MK",
}  # fmt: skip


def test_the_grant_is_an_example_until_somebody_confirms_it(officer: FlaskClient) -> None:
    page = f"/grant?first={MONTH}&last={MONTH}"
    assert "piemērs, nav apstiprināta" in texts(officer.get(page))
    post(officer, "/grant/terms", page, **TERMS, approved="1")
    shown = texts(officer.get(page))
    assert "apstiprināja national" in shown
    assert "bāze pēc centra veida × mēneši : 12 + 2,5 € × pieteikumi" in shown
    assert "4000 × 1 : 12 + 2,5 ×" in shown


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"formula": "base + tips"}, "base + <mark>t</mark>ips"),
        ({"base.novada": "daudz"}, 'name="base.novada" value="4000,00" inputmode="decimal" aria-invalid="true"'),
        ({"base.novada": "1e999"}, 'name="base.novada" value="4000,00" inputmode="decimal" aria-invalid="true"'),
        ({"base.novada": "NaN"}, 'name="base.novada" value="4000,00" inputmode="decimal" aria-invalid="true"'),
        ({"rate.pieteikums": "0,0000001"}, 'inputmode="decimal" aria-invalid="true"'),
        ({"source": "", "approved": "1"}, "aria-invalid"),
        ({"rate.pieteikums": "-1"}, 'name="rate.pieteikums" value="-1,00" inputmode="decimal" aria-invalid="true"'),
    ],
)
def test_what_is_wrong_with_terms_stands_at_its_place(officer: FlaskClient, change: dict[str, str], says: str) -> None:
    answer = post(officer, "/grant/terms", "/grant", **{**TERMS, "base.novada": "4000", **change})
    assert answer.status_code == 400
    assert says in re.sub(r"\s+", " ", answer.text)


@pytest.mark.parametrize("language", ["lv", "en"])
def test_terms_that_are_set_again_as_they_stand_are_the_same(node: Node, officer: FlaskClient, language: str) -> None:  # noqa: F811
    post(officer, "/grant/terms", "/grant", **{**TERMS, "base.novada": "12 000,50", "rate.konsultacija": "0,125"})
    officer.set_cookie("rinda_language", language)
    fields = dict(re.findall(r'name="((?:base|rate)[^"]+)" value="([^"]+)"', officer.get("/grant").text))
    officer.delete_cookie("rinda_language")
    assert post(officer, "/grant/terms", "/grant", **{**TERMS, **fields}).status_code == 200
    with node._read.connect() as connection:
        before, after = connection.execute(select(terms.c.data).order_by(terms.c.n.desc()).limit(2)).scalars()
    as_said = msgspec.json.decode(after)
    assert (as_said["base"]["novada"], as_said["rate"]["konsultacija"]) == ("12000.50", "0.125")
    assert {key: msgspec.convert(value, Decimal, strict=False) for key, value in as_said["base"].items()} == {
        key: msgspec.convert(value, Decimal, strict=False) for key, value in msgspec.json.decode(before)["base"].items()
    }


def test_a_kept_sheet_is_compared_with_the_frozen_months(node: Node, officer: FlaskClient) -> None:  # noqa: F811
    kept = post(officer, "/grant/keep", "/grant?first={MONTH}", **SPAN)
    name = kept.request.path.rsplit("/", 1)[1]
    assert "sakrīt līdz pēdējam baitam" in texts(kept)
    lines = re.findall(r"<tr(?: class=\"county\")?>.*?</tr>", kept.text, re.S)
    sums = [[int(re.sub(r"\D", "", one)) for one in re.findall(r'<td class="n">([\d\s]*)</td>', line)] for line in lines]
    counties = [one for line, one in zip(lines, sums, strict=True) if 'class="county"' in line]
    assert sums[-1][1:] == [sum(column) for column in zip(*counties, strict=True)][1:]
    assert len(sums[-1]) > 2, "a sum for every kind"
    rows = officer.get(f"/grant/{name}.csv").data.decode("utf-8-sig").splitlines()
    total = msgspec.json.decode(officer.get(f"/grant/{name}.json").data)["total"]
    assert f"{sum(float(row.rsplit(',', 1)[1]) for row in rows[1:]):.2f}" == total
    assert officer.get(f"/grant/{name}.xlsx").data[:2] == b"PK"
    _tamper(node, update(frozen).where(frozen.c.centre == "c002").values(quantity=frozen.c.quantity + 1))
    assert "lapa ir cita" in texts(officer.get(f"/grant/{name}"))


def test_settings_go_from_a_file_to_the_centre(node: Node, officer: FlaskClient) -> None:  # noqa: F811
    plan = load_plan(CENTRES / "village.toml", PLANLESS)
    with node._write.begin() as connection:
        here = update(centres).where(centres.c.centre == "c003")
        connection.execute(here.values(plan=msgspec.json.encode(plan).decode()))
    source = CATALOGUE.read_text("utf-8")
    bad = source.replace('institution = "VSAA"', 'institution = "VSAB"', 1)
    wrong = post(officer, "/settings", "/settings", catalogue=(io.BytesIO(bad.encode()), "katalogs.toml"))
    assert wrong.status_code == 400
    assert re.search(r"katalogs\.toml:\d+: .*VSAB", unescape(wrong.text))
    first = PLANLESS.services[0]
    good = re.sub(r"(?m)^minutes = \d+", "minutes = 77", source, count=1)
    drafted = post(
        officer, "/settings", "/settings", catalogue=(io.BytesIO(good.encode()), "katalogs.toml"), scope="centre:c003",
        locked="rules.lock_minutes = 3\n", advised="booking.lead = 5", note="rudens",
    )  # fmt: skip
    shown = texts(drafted)
    assert "bija" in shown
    assert "77" in shown
    assert "slēgts: 3" in shown
    assert "1 centrs to noraidītu" in shown, "a village has no booking to advise"
    assert post(officer, "/settings/1/publish", "/settings/1").status_code == 409
    again = post(officer, "/settings", "/settings", scope="centre:c003", locked="rules.lock_minutes = 3")
    assert again.request.path == "/settings/2"
    when = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    out = post(officer, "/settings/2/publish", "/settings/2", at=when.strftime("%Y-%m-%dT%H:%M"))
    assert out.status_code == 200
    assert "publicēts: 1" in texts(out)
    assert "rules.lock_minutes : 10, nevis 3" in texts(out)
    signed = node.bundles.get("c003", 2)
    assert signed is not None
    assert opened(signed, node._public_key).locked == {"rules.lock_minutes": 3}
    assert opened(signed, node._public_key).catalogue.services[0].code == first.code
    assert "jau ir publicēts" in unescape(post(officer, "/settings/1/publish", "/settings", anyway="1").text)


def test_a_draft_that_nobody_had_is_not_what_settings_are_compared_with(officer: FlaskClient) -> None:
    left = post(officer, "/settings", "/settings", scope="all", locked="rules.wait_minutes = 12")
    assert "rules.wait_minutes : slēgts: 12" in texts(left)
    later = post(officer, "/settings", "/settings", scope="all", locked="rules.lock_minutes = 3")
    assert later.request.path != left.request.path
    assert "rules.wait_minutes" not in texts(later), "it was never locked anywhere"


def test_a_key_that_is_none_is_named_with_its_line(officer: FlaskClient) -> None:
    answer = post(officer, "/settings", "/settings", scope="all", locked="rules.lock_minutes = 3\nrules.delays 2")
    assert "Slēgtās atslēgas, 2. rinda: rules.delays 2: trūkst =" in unescape(answer.text)
    assert post(officer, "/settings", "/settings", scope="pagasts:rauna").status_code == 400


def test_a_new_centre_gets_plan_settings_and_papers_for_its_code(
    node: Node,  # noqa: F811
    officer: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = node.bundles.draft(
        "type:vietejas", "anna", NOW, catalogue=PLANLESS, not_before=NOW - timedelta(hours=1), locked={"rules.lock_minutes": 3}
    )
    node.bundles.publish(made, NOW)
    facts = {
        "code": "rauna", "short": "Raunas VPVKAC", "municipality": "Smiltenes novads", "type": "vietejas", "counters": "2",
        "hours": "mon-fri 8:30-17:00", "lat": "57,33", "lon": "25.61",
    }  # fmt: skip
    wrong = post(officer, "/centres/new", "/centres/new", **{**facts, "hours": "vienmēr"})
    assert (wrong.status_code, 'name="hours" value="vienmēr"' in wrong.text) == (400, True)
    monkeypatch.setattr(node.site.ground, "public", "https://node.example.lv")
    page = post(officer, "/centres/new", "/centres/new", **facts)
    assert "rinda enrol https://node.example.lv " in page.text, "not the address that a proxy asked"
    code = re.search(r"[A-Z0-9]{5}-[A-Z0-9]{5}", page.text)
    assert code
    answer = node.app.test_client().post("/sync/v1/enrol", data=code[0])
    given = msgspec.json.decode(answer.data, type=Given)
    assert given.bundle is not None
    assert (given.centre, given.key, given.bundle.revision) == ("rauna", node._public_key, made)
    plan = read_plan(given.plan, Path(PLAN), PLANLESS)
    assert ([one.code for one in plan.counters], plan.rules.lock_minutes) == (["1", "2"], 3)
    assert officer.get("/centres/rauna/plan.toml").text == given.plan
    assert node.app.test_client().post("/sync/v1/enrol", data=code[0]).status_code == 403, "good once"
    taken = post(officer, "/centres/new", "/centres/new", **facts)
    assert "with papers already" in unescape(taken.text)


def test_a_value_that_is_too_deep_is_named(officer: FlaskClient) -> None:
    answer = post(officer, "/settings", "/settings", locked="rules.lock_minutes = " + "[" * 5000)
    assert answer.status_code == 400
    assert "Slēgtās atslēgas, 1. rinda" in texts(answer)


@pytest.mark.parametrize("at", ["9999-12-31T23:59", "0001-01-01T00:00", "2226-03-01T08:00", "drīz"])
def test_settings_come_into_force_at_a_time_that_is_near(node: Node, officer: FlaskClient, at: str) -> None:  # noqa: F811
    made = node.bundles.draft("all", "anna", NOW, catalogue=PLANLESS, not_before=NOW)
    refused = post(officer, f"/settings/{made}/publish", f"/settings/{made}", at=at, anyway="1")
    assert (refused.status_code, "Norādiet laiku gada robežās" in texts(refused)) == (409, True)
    assert officer.get(f"/settings/{made}").status_code == 200


def test_a_form_that_the_database_does_not_take_says_so(node: Node, officer: FlaskClient) -> None:  # noqa: F811
    def full(*_: Any) -> None:
        raise OperationalError("INSERT", None, OSError("database or disk is full"))

    event.listen(node._write, "before_cursor_execute", full)
    try:
        refused = post(officer, "/grant/terms", "/grant", **TERMS)
    finally:
        event.remove(node._write, "before_cursor_execute", full)
    assert (refused.status_code, "tīkla serveris nevar ierakstīt datubāzē" in texts(refused)) == (503, True)
