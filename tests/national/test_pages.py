"""The node's pages: who may see what, figures that lead to what they count, and what programs read."""

import re
import zlib
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, update

from config.texts import messages
from server.charts import Axis, Chart, Mark, Series, draw, nice
from server.domain.moment import microseconds
from server.national.node.access import MAY
from server.national.node.app import Node
from server.national.node.figures_filter import Filter, read_filter
from server.national.node.figures_month import Grouping, months_until, read_year
from server.national.node.map import HEIGHT, WIDTH, Place, project
from server.national.node.map import draw as draw_map
from server.national.node.pages_live import Look, attention, centre_now, chosen, read, short
from server.national.node.pages_network import rollout_of, set_step, wilson
from server.national.node.pages_words import Words
from server.national.node.register import digest
from server.national.node.schema import centres, months
from server.national.wire import No, Pulse
from server.store.journal import GENESIS
from tests.national.nodes import node_in
from tests.national.year import live_now, load, network, year

NOW = datetime.now(UTC)
LAST = NOW.date().replace(day=1) - timedelta(days=1)
MONTH = f"{LAST:%Y-%m}"
ROOT = Path(__file__).parents[2]
ROLES = {"national": "", "ministry": "", "association": "", "holder": "VSAA"}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    folder = tmp_path_factory.mktemp("node")
    made = node_in(folder, demo=True)
    facts = network(60)
    live_now(made._write, facts, datetime.now(UTC))
    load(made._write, year(facts, LAST, 6000))
    made.site.load()
    for role, institution in ROLES.items():
        made.site.viewers.add(f"a-{role}", role, role, "long enough", institution)
    return made


def client_of(node: Node, name: str, password: str = "long enough") -> FlaskClient:
    client = node.app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert token
    given = {"name": name, "password": password, "csrf_token": token[1], "next": "/month"}
    answer = client.post("/login", data=given)
    assert answer.status_code == 303, answer.text
    return client


@pytest.fixture(scope="module")
def clients(node: Node) -> dict[str, FlaskClient]:
    return {role: client_of(node, f"a-{role}") for role in ROLES}


PAGES = {
    "/": "centres", "/directory": "centres",
    "/live": "centres", "/centre/c001": "centres", "/api/v1/centres": "centres", "/month": "figures",
    "/month?view=table": "figures", "/month/kinds.csv": "figures", "/visits": "visits", "/groups": "change",
    "/compare": "compare", "/rollout": "rollout",
    f"/api/v1/reports/visits?centre=nowhere&from={MONTH}-01&to={MONTH}-05": "visits",
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", PAGES)
def test_each_role_sees_what_the_table_says(clients: dict[str, FlaskClient], role: str, path: str) -> None:
    allowed = PAGES[path] in MAY[role] and not (role == "holder" and "/reports/" in path)
    status = clients[role].get(path).status_code
    if allowed:
        assert status == 200
    else:
        assert status == (302 if path == "/" else 403)


def test_strangers_see_the_way_in_and_nothing_else(node: Node) -> None:
    stranger = node.app.test_client()
    for path in PAGES:
        answer = stranger.get(path)
        if path.startswith("/api/"):
            assert answer.status_code == 401
        else:
            assert answer.location.startswith("/login?next=")
    assert stranger.get("/healthz").json == {"ok": True}
    assert stranger.get("/readyz").status_code == 200
    assert b'rinda_centre_acked{centre="c001"} 100.0' in stranger.get("/metrics").data


def test_the_demos_account_and_token(node: Node) -> None:
    assert client_of(node, "network", "demo").get("/").status_code == 200
    bearer = {"Authorization": "Bearer demo-national"}
    assert node.app.test_client().get("/api/v1/centres", headers=bearer).status_code == 200
    wrong = {"Authorization": "Bearer demo-nationaI"}
    assert node.app.test_client().get("/api/v1/centres", headers=wrong).status_code == 401


def test_an_account_that_is_off_or_has_no_role_sees_nothing(node: Node) -> None:
    node.site.viewers.add("gone", "ministry", "gone", "long enough")
    client = client_of(node, "gone")
    assert client.get("/").status_code == 200
    node.site.ground.people.set_off("gone", True)
    assert client.get("/").status_code == 302
    with pytest.raises(ValueError, match="none of"):
        node.site.viewers.add("x", "manager", "x", "long enough")
    for role, institution in (("holder", ""), ("ministry", "VID")):
        with pytest.raises(ValueError, match="holder"):
            node.site.viewers.add("x", role, "x", "long enough", institution)


def test_programs_read_the_centres_and_are_not_sent_the_same_again(node: Node) -> None:
    client = node.app.test_client()
    bearer = {"Authorization": "Bearer demo-national"}
    answer = client.get("/api/v1/centres", headers=bearer)
    found = {one["centre"]: one for one in answer.json["centres"]}
    assert len(found) == 60
    one = found["c001"]
    assert one["acked"] == one["projected"] == 100
    assert (one["lag_s"], one["phase"], one["epoch"], one["backlog"], one["skew_ms"]) == (0.0, "up", 1, 0, 12)
    assert one["live"]["queues"][0]["queue"] == "vsaa"
    assert {"name", "heard", "backlog_since", "version"} <= one.keys()
    again = client.get("/month/kinds.json", headers=bearer)
    assert again.status_code == 200
    page = client.get("/rollout", headers=bearer)
    assert client.get("/rollout", headers=bearer | {"If-None-Match": page.headers["ETag"]}).status_code == 304


LINK = re.compile(r'href="(/visits\?[^"]+)"[^>]*>([^<]+)</a>')


def figures_of(page: str) -> list[tuple[str, str]]:
    """Every figure in tables of a page, with its link."""
    return [(unescape(href), text.strip()) for href, text in LINK.findall(page)]


@pytest.mark.parametrize("role", ["national", "holder"])
def test_every_figure_of_the_month_leads_to_just_what_it_counts(clients: dict[str, FlaskClient], role: str) -> None:
    client = clients[role]
    found = figures_of(client.get(f"/month?view=table&month={MONTH}").text)
    assert len(found) > 100
    headings = re.compile(r"<h1>([\d\s\u00a0]+) \w+, ([\d\s\u00a0]+) \w+</h1>")
    checked = 0
    for href, text in dict(found).items():
        if not re.fullmatch(r"[\d\s\u00a0]+", text):
            continue
        heading = headings.search(client.get(href).text)
        assert heading, href
        visits, services = (int(re.sub(r"\D", "", one)) for one in heading.groups())
        assert int(re.sub(r"\D", "", text)) in (visits, services), (href, text)
        given = any(name in href for name in ("kind=", "outcome="))
        assert int(re.sub(r"\D", "", text)) == services or not given, href
        checked += 1
        if checked == 60:
            break
    assert checked > 30


def test_a_service_holder_sees_its_own_institution_whatever_it_asks(clients: dict[str, FlaskClient]) -> None:
    holder, officer = clients["holder"], clients["national"]
    for asked in ("institution=VID", "about=VID", "kind=pieteikums&besides=VSAA", f"first={MONTH}", "about=VID&kind=pieteikums"):
        page = holder.get(f"/visits?{asked}").text
        assert set(re.findall(r'class="got">(\w+) ', page)) <= {"VSAA"}, asked
        assert "VSAA" in page
    own = holder.get("/month?institution=VID&view=table").text
    same = officer.get("/month?institution=VSAA&view=table").text
    figures = re.compile(r'<td class="n">(?:<a[^>]*>)?([^<]*)')
    assert figures.findall(own) == figures.findall(same)
    assert figures.findall(own) != figures.findall(officer.get("/month?view=table").text)


def test_aggregates_have_no_way_to_single_visits(clients: dict[str, FlaskClient]) -> None:
    for role in ("ministry", "association"):
        for path in ("/", "/month", "/month?view=table", "/centre/c001", "/compare"):
            assert "/visits" not in clients[role].get(path).text


def test_groups_of_institutions_are_the_officers_to_change(node: Node, clients: dict[str, FlaskClient]) -> None:
    client = clients["national"]
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/groups").text)
    assert token
    wanted = {"csrf_token": token[1], "name": ["Labour", "Land"], "members": ["NVA, VDI", "vzd lad"]}
    assert client.post("/groups", data=wanted | {"csrf_token": "x"}).status_code == 403
    assert client.post("/groups", data=wanted).status_code == 303
    with node.read.connect() as connection:
        made = read_year(connection, Filter(), MONTH)
        assert made.grouping == Grouping({"Labour": ("NVA", "VDI"), "Land": ("LAD", "VZD")})
        assert sum(made.count(MONTH, group=one) for one in ("Labour", "Land", "")) == made.count(MONTH)
    page = client.get("/month").text
    assert "Labour" in page
    assert client.post("/groups", data=wanted | {"members": ["NVA", "NVA"]}).status_code == 400
    assert client.post("/groups", data={"csrf_token": token[1], "name": "", "members": ""}).status_code == 303
    with node.read.connect() as connection:
        assert list(read_year(connection, Filter(), MONTH).grouping.groups) == ["VSAA", "VID", "latvija.gov.lv"]


def test_open_months_are_hatched_and_months_without_data_are_gaps(node: Node, clients: dict[str, FlaskClient]) -> None:
    with node._write.begin() as connection:
        row = {"month": MONTH, "closed": 1, "by": "x", "digest": "", "open_centres": '{"c001":3}'}
        connection.execute(insert(months), row)
    page = clients["national"].get(f"/month?month={MONTH}").text
    assert "59" in re.search(r'class="when">([^<]*)', page)[1]  # type: ignore[index]
    assert page.count('fill="url(#kinds-open)"') == 11
    empty = clients["national"].get("/month/kinds.csv?month=2020-01").text
    assert empty.splitlines()[1] == "2019-02,,"


@pytest.mark.parametrize("key", ["shares", "kinds", "portal", "institutions", "quality", "reach"])
@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_every_chart_is_a_file_too(clients: dict[str, FlaskClient], key: str, kind: str) -> None:
    answer = clients["ministry"].get(f"/month/{key}.{kind}?month={MONTH}")
    assert answer.status_code == 200
    assert len(answer.data) > 40
    assert f"rinda-{key}-{MONTH}.{kind}" in answer.headers["Content-Disposition"]
    assert clients["ministry"].get(f"/month/nothing.{kind}").status_code == 404


def test_search_and_filters_find_centres(node: Node) -> None:
    with node.read.connect() as connection:
        everybody = read(connection, NOW)
    assert {one.centre for one in chosen(everybody, Look(q="cesis"))} == {one.centre for one in everybody if "Cēsis" in one.name}
    assert chosen(everybody, Look(q="CĒSIS novads", type="regionalas"))[0].label == "Cēsis VPVKAC"
    assert {one.state for one in chosen(everybody, Look(state="closed"))} == {"closed"}
    assert chosen(everybody, Look(county="Rīga novads", type="vietejas")) == []
    listed = attention(everybody)
    assert [one.affected for one in listed] == sorted((one.affected for one in listed), reverse=True)
    assert all(one.needs for one in listed)
    assert {one.centre for one in everybody if one.state in ("lost", "late")} <= {one.centre for one in listed}


def test_a_centre_that_falls_silent_is_shown_with_its_last_truth(node: Node) -> None:
    heard, since = NOW, NOW - timedelta(minutes=7)
    pulse = msgspec.json.encode(Pulse(at=heard, head=131, backlog_since=since)).decode()
    with node._write.begin() as connection:
        here = update(centres).where(centres.c.centre == "c007")
        connection.execute(here.values(heard=microseconds(heard), pulse=pulse, acked=100, projected=100))
        row = connection.execute(centres.select().where(centres.c.centre == "c007")).one()
    now = centre_now(row, NOW)
    assert (now.phase, now.backlog, now.lag_s, now.state) == ("late", 31, 420.0, "open")
    later = centre_now(row, NOW + timedelta(hours=3))
    assert (later.phase, later.state, later.backlog) == ("down", "lost", 31)
    assert later.lag_s == 420 + 3 * 3600
    assert later.live == now.live, "never zero: what was true last"


def test_the_map_keeps_places_apart_and_inside(node: Node) -> None:
    west, east = project(56.5, 21.0), project(56.5, 28.2)
    north, south = project(58.0, 25.0), project(55.7, 26.6)
    assert west[0] < east[0]
    assert north[1] < south[1]
    across, up = east[0] - west[0], project(56.5, 25.0)[1] - project(57.5, 25.0)[1]
    assert across / 7.2 / up == pytest.approx(0.545, abs=0.01), "a degree east is shorter than a degree north"
    for lat, lon in ((90.0, 0.0), (-90.0, 180.0)):
        x, y = project(lat, lon)
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
    drawn = draw_map([Place(code=str(n), label="Place name", lat=57.0, lon=25.0 + n / 50, rank=2) for n in range(6)])
    assert 1 <= sum(bool(one.label) for one in drawn) < 6


def test_charts_break_at_a_month_without_data_and_keep_their_names_apart() -> None:
    axis = tuple(Axis(key=one, label="I", name=one, open=one.endswith("04")) for one in months_until("2026-04", 4))
    values = ((10.0, None, 30.0, 40.0), (11.0, None, 29.0, 40.0))
    series = tuple(
        Series(key=str(n), name=str(n), marks=tuple(Mark(value=value, text=str(value)) for value in row))
        for n, row in enumerate(values)
    )
    lines = draw(Chart(key="k", title="", about="", shape="lines", axis=axis, series=series), str)
    assert [path.count("M") for _, path in lines.paths] == [2, 2]
    assert len(lines.spots) == 6
    assert len(lines.open) == 1
    assert abs(lines.ends[0].y - lines.ends[1].y) >= 16
    stack = draw(Chart(key="k", title="", about="", shape="stack", axis=axis, series=series), str)
    top = {spot.x: spot for spot in stack.spots if spot.series == 1}
    for spot in stack.spots:
        if spot.series == 0:
            assert top[spot.x].y + top[spot.x].height == pytest.approx(spot.y, abs=0.2)
    assert [nice(value) for value in (0, 1.5, 21, 950, 27_001)] == [2, 2, 24, 1000, 30_000]


def test_an_address_can_only_say_what_a_filter_is() -> None:
    asked = {"first": ["2026-13"], "last": ["2026-02"], "day": ["2026-02-30"], "kind": ["a", "b"], "centre": ["c\0"], "x": ["1"]}
    assert read_filter(asked) == Filter(last="2026-02", kind=("a", "b"))
    assert read_filter({"institution": ["a"] * 99}).institution == ("a",) * 40
    assert Filter(kind=("a", "b"), end="open").query(end="left") == "end=left&kind=a&kind=b"


def test_steps_of_the_roll_out(node: Node) -> None:
    with node.read.connect() as connection:
        before = rollout_of(connection, NOW.date().isoformat())
    with pytest.raises(ValueError, match="none of"):
        set_step(node._write, "c001", "dreamt", date(2026, 1, 1))
    with pytest.raises(ValueError, match="no centre"):
        set_step(node._write, "nowhere", "open", date(2026, 1, 1))
    set_step(node._write, "c001", "closed", NOW.date())
    with node.read.connect() as connection:
        after = rollout_of(connection, NOW.date().isoformat())
    assert (after.open, len(after.gone)) == (before.open - 1, len(before.gone) + 1)
    assert (before.silent, after.silent) == (0, 0)
    with node._write.begin() as connection:
        connection.execute(centres.insert(), {"centre": "mute", "name": "Rucavas VPVKAC", "municipality": "", "hash": GENESIS})
    with node.read.connect() as connection:
        assert rollout_of(connection, NOW.date().isoformat()).silent == 1
    with node._write.begin() as connection:
        connection.execute(delete(centres).where(centres.c.centre == "mute"))
    assert before.coming
    assert [one.due for one in before.coming] == sorted(one.due for one in before.coming)


def test_wilsons_interval() -> None:
    share, low, high = wilson(9, 10) or (0, 0, 0)
    assert (share, round(low, 3), round(high, 3)) == (0.9, 0.596, 0.982)
    assert wilson(0, 0) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Valmieras VPVKAC", "Valmieras VPVKAC"),
        ("Cēsu novada Cēsu VPVKAC", "Cēsu VPVKAC"),
        ("Cēsu novada VPVKAC", "Cēsu novads"),
        ("Cēsu novada Vecpiebalgas pagasta valsts un pašvaldības vienotais klientu apkalpošanas centrs",
         "Cēsu novada Vecpiebalgas pagasts"),
        ("Valmieras novada Valmieras pilsētas valsts un pašvaldības vienotais klientu apkalpošanas centrs", "Valmieras pilsēta"),
        ("Rīgas valstspilsētas VPVKAC", "Rīgas valstspilsēta"),
        ("Valmieras novada Rūjienas VPVKAC", "Valmieras novada Rūjienas VPVKAC"),
        ("Cēsu novada", "Cēsu novada"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_short_name_stands_alone(name: str, said: str) -> None:
    assert short(name) == said


def test_a_person_changes_the_own_password_and_ends_sign_ins_at_the_node(node: Node) -> None:
    node.site.viewers.add("changes", "ministry", "Ministrijas darbiniece", "long enough")
    here, there = client_of(node, "changes"), client_of(node, "changes")
    assert 'href="/account"' in here.get("/month").text
    page = here.get("/account")
    assert page.status_code == 200
    assert "PIN" not in page.text
    assert 'href="/account/factor"' in page.text
    assert page.text.count('name="session" value=') == 3, "two sign-ins, and all others"
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    new = {"csrf_token": token[1], "password": "long enough", "new": "zils kaķis skrien mežā", "again": "zils kaķis skrien mežā"}
    assert here.post("/account/password", data=new | {"password": "wrong"}).status_code == 403
    assert here.post("/account/password", data=new | {"csrf_token": "other"}).status_code == 403
    assert there.get("/month").status_code == 200
    assert here.post("/account/password", data=new).headers["Location"] == "/account?done=password"
    assert here.get("/month").status_code == 200
    assert there.get("/month").status_code == 302, "elsewhere that person is signed out"
    there = client_of(node, "changes", "zils kaķis skrien mežā")
    token = re.search(r'name="csrf_token" value="([^"]+)"', here.get("/account").text)
    assert token
    assert here.post("/account/end", data={"csrf_token": token[1], "session": "others"}).status_code == 303
    assert there.get("/month").status_code == 302
    assert here.post("/account/pin", data={"csrf_token": token[1]}).status_code == 404


def test_every_text_of_the_pages_has_its_latvian() -> None:
    known: dict[str, Any] = {}
    for path in (ROOT / "config/locale/lv").glob("*.po"):
        known |= messages("lv", (path.stem,))
    found: set[str] = set()
    for path in (*(ROOT / "server/templates/national").glob("*.html"), *(ROOT / "server/national/node").glob("*.py")):
        source = path.read_text()
        found |= set(re.findall(r'(?:\bw|words|self\._words|self|several)\(\s*"((?:[^"\\]|\\.)*)"', source))
    assert len(found) > 120
    assert sorted(text for text in found if text not in known) == []


@pytest.mark.parametrize(
    "path",
    [
        "/month?month=0001-01", "/month?month=9999-12", "/compare?month=0001-01", "/grant?first=0001-01&last=9999-12",
        f"/visits?page={'9' * 30}", "/visits?centre=%00", "/?q=%00",
    ],
)  # fmt: skip
def test_an_address_without_sense_is_a_page_all_the_same(clients: dict[str, FlaskClient], path: str) -> None:
    assert clients["national"].get(path).status_code == 200


@pytest.mark.parametrize("path", [f"/settings/{2**70}", "/months/9999-12/close", "/months/0001-01/close"])
def test_what_cannot_be_there_is_not_there(clients: dict[str, FlaskClient], path: str) -> None:
    assert clients["national"].get(path).status_code == 404


def test_a_draft_that_cannot_be_read_is_refused_in_the_officers_language(clients: dict[str, FlaskClient]) -> None:
    client = clients["national"]
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/settings").text)
    assert token
    answer = client.post("/settings", data={"csrf_token": token[1], "locked": "rules.lock_minutes 5"})
    assert answer.status_code == 400
    assert "Slēgtās atslēgas, 1. rinda: rules.lock_minutes 5: trūkst =" in answer.text


def test_a_draft_for_a_centre_that_is_none_is_refused(clients: dict[str, FlaskClient]) -> None:
    client = clients["national"]
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/settings").text)
    assert token
    answer = client.post("/settings", data={"csrf_token": token[1], "scope": "centre:nekur, c000"})
    assert answer.status_code == 400
    assert "Nav centra ar kodu nekur" in answer.text


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_what_a_centre_says_of_itself_is_only_text(node: Node, clients: dict[str, FlaskClient], since: str) -> None:
    harm = "<img src=x onerror=1>"
    pulse = {"at": since, "head": 9, "backlog_since": since, "version": harm, "troubles": [f"{harm}|{{who}}|{{0}}"]}
    node.register.add("odd", {"name": harm, "municipality": harm, "type": harm})
    with node._write.begin() as connection:
        told = {"pulse": msgspec.json.encode(pulse).decode(), "heard": microseconds(datetime.now(UTC)), "refused": harm}
        connection.execute(update(centres).where(centres.c.centre == "odd").values(told))
    try:
        for path in ("/", "/live", "/centre/odd", "/month", "/compare", "/rollout", "/load"):
            answer = clients["national"].get(path)
            assert answer.status_code == 200
            assert harm not in answer.text
    finally:
        with node._write.begin() as connection:
            connection.execute(delete(centres).where(centres.c.centre == "odd"))


def test_why_a_line_was_refused_is_on_the_centres_page_in_latvian(node: Node, clients: dict[str, FlaskClient]) -> None:
    node.register.add("twice", {"name": "Divas", "municipality": "Cēsu novads", "type": "novada"})
    try:
        node.intake.note("twice", No(code="busy", text="another server spoke for this centre 3 s ago"))
        page = clients["national"].get("/centre/twice").text
        assert "šī centra vārdā runāja cits serveris" in page
        assert "another server" not in page
    finally:
        with node._write.begin() as connection:
            connection.execute(delete(centres).where(centres.c.centre == "twice"))


def test_a_message_that_is_too_deep_is_malformed(node: Node) -> None:
    node.register.add("deep")
    with node._write.begin() as connection:
        connection.execute(update(centres).where(centres.c.centre == "deep").values(secret=digest("s")))
    try:
        answer = node.app.test_client().post(
            "/sync/v1/events", data=zlib.compress(b'{"a":' * 300_000), headers={"Authorization": "Bearer s"}
        )
        assert (answer.status_code, answer.json["code"]) == (400, "malformed")
    finally:
        with node._write.begin() as connection:
            connection.execute(delete(centres).where(centres.c.centre == "deep"))


def test_a_holder_sees_no_code_of_another_institution(node: Node, clients: dict[str, FlaskClient]) -> None:
    client, others = clients["holder"], {"VID", "PMLP", "NVA", "LAD", "VZD", "UR", "VDI"}
    addresses = [path for path, what in PAGES.items() if what in MAY["holder"] and "/reports/" not in path]
    addresses += [
        f"/month/{key}.{kind}?month={MONTH}" for key in ("institutions", "quality", "reach") for kind in ("csv", "json")
    ]
    addresses += [f"/month?month={MONTH}", f"/visits?first={MONTH}&last={MONTH}", f"/visits?about=VID&first={MONTH}"]
    addresses += [
        f"/api/v1/exports/{name}?from={MONTH}&to={MONTH}&format=csv"
        for name in ("deliveries", "visits", "waits", "months", "pvs")
    ]
    seen = ""
    for path in addresses:
        answer = client.get(path)
        assert answer.status_code == 200, path
        seen += answer.text
        assert not others & set(re.findall(r"\b[A-Z]{2,5}(?=\b|-\d)", re.sub(r"<svg.*?</svg>", "", answer.text, flags=re.S))), (
            path
        )
    assert "VSAA-01" in seen
    assert "citas iestādes" in seen, "somebody came for another and got this one's too"


def test_a_refusal_to_close_names_the_month_in_words(clients: dict[str, FlaskClient]) -> None:
    client = clients["national"]
    month = f"{NOW + timedelta(days=1):%Y-%m}"  # in Riga it is tomorrow already for an hour or two
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"/months/{month}/close").text)
    assert token
    said = Words("lv").month(month)
    refused = client.post(f"/months/{month}/close", data={"csrf_token": token[1], "anyway": "1"})
    assert (refused.status_code, f"{said} vēl nav beidzies." in unescape(refused.text)) == (409, True)
    open_ = client.post(f"/months/{month}/corrections", data={"csrf_token": token[1]})
    assert (open_.status_code, f"{said} vēl nav slēgts." in unescape(open_.text)) == (409, True)
