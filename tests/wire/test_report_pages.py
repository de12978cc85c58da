"""The report pages of a running centre: who sees them, wrong questions, closing a month, putting a record right."""

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config import CATALOGUE, CENTRES, LOADS
from config.load import load_catalogue, load_plan, load_visitors
from server.admin.reports.web import PAGES
from server.simulation.run import run
from server.words import Words
from tests.house import House, Reply

TODAY = datetime.now(ZoneInfo("Europe/Riga")).date()
LAST_MONTH = TODAY.replace(day=1) - timedelta(days=1)
MONTH = f"{LAST_MONTH:%Y-%m}"
FIRST = LAST_MONTH - timedelta(days=6)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A centre with a week of the last month behind it."""
    folder, catalogue = tmp_path_factory.mktemp("house"), load_catalogue(CATALOGUE)
    plan = load_plan(CENTRES / "demo.toml", catalogue)
    run(plan, load_visitors(LOADS / "p2.toml", catalogue), 4, FIRST, 6, data=folder)
    found = House(folder).start()
    yield found
    found.stop()


def see(house: House, path: str, who: str = "manager") -> Reply:
    return house.request("GET", path, headers={"Cookie": cookie(house, who)})


def cookie(house: House, who: str, known: dict[tuple[int, str], str] = {}) -> str:  # noqa: B006 - one session for all tests
    if (house.port, who) not in known:
        known[house.port, who] = house.session(who)
    return known[house.port, who]


def send(house: House, path: str, fields: dict[str, str], who: str = "manager", csrf: str | None = None) -> Reply:
    word = re.search(r'name="csrf_token" value="([^"]*)"', see(house, path if who == "manager" else "/admin/", who).text)
    said = (word[1] if word else "") if csrf is None else csrf
    return house.form(path, {"csrf_token": said, **fields}, Cookie=cookie(house, who), Origin=house.address)


def words(reply: Reply) -> str:
    return html.unescape(re.sub(r"<[^>]+>|\s+", " ", reply.text))


QUERY = f"span=month&at={LAST_MONTH}"


@pytest.mark.parametrize("page", ["", *(f"/{key}" for key in PAGES)])
def test_every_page_speaks_of_the_month_and_of_an_empty_one(house: House, page: str) -> None:
    for query in (QUERY, "span=year&at=2019-05-05", f"{QUERY}&view=table", "span=week"):
        reply = see(house, f"/admin/reports{page}?{query}")
        assert reply.status == 200, house.log()[-3000:]
        assert reply.text.count("<h1") == 1
    told = see(house, f"/admin/reports{page}?{QUERY}")
    assert "<svg" in told.text
    assert 'aria-current="page"' in told.text


def test_files_hold_what_the_page_shows(house: House) -> None:
    page = see(house, f"/admin/reports/waits?{QUERY}")
    links = [html.unescape(link) for link in re.findall(r'href="(/admin/reports/waits/[^"]+)"', page.text)]
    assert len(links) == 8
    for link in links:
        reply = see(house, link)
        assert reply.status == 200
        if ".csv" in link:
            lines = list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"), newline="")))
            assert lines[0][:3] == ["by", "value", "called"]
            assert len(lines) > 1
        else:
            assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(reply.body)).namelist()
    assert see(house, f"/admin/reports/waits/nothing.csv?{QUERY}").status == 404
    assert see(house, f"/admin/reports/waits/hour.pdf?{QUERY}").status == 404
    assert see(house, "/admin/reports/nothing").status == 404


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("span=decade", "Laika posms nav no saraksta."),
        ("span=day&at=2026-02-30", "Diena vai pirmā diena nav datums."),
        ("span=free&at=2026-03-02&to=2026-03-01", "Pēdējā diena ir pirms pirmās."),
        ("span=free&at=1999-01-01&to=2026-03-01", "No pirmās līdz pēdējai dienai to ir vairāk, nekā šajā lapā var parādīt."),
        ("span=day&at=0001-01-01", "Diena vai pirmā diena nav datums."),
        ("span=free&at=2026-01-01&to=x", "Pēdējā diena nav datums."),
    ],
)
@pytest.mark.parametrize("page", ["", "/waits", "/repairs", "/clerks"])
def test_days_that_are_none_are_named(house: House, page: str, query: str, fault: str) -> None:
    reply = see(house, f"/admin/reports{page}?{query}")
    assert reply.status == 400
    assert f"Šīs dienas nevar parādīt. {fault}" in words(reply)
    assert '<select name="span"' in reply.text or page == "/clerks"


def test_who_sees_what(house: House) -> None:
    for path in ("/admin/reports", "/admin/reports/waits", "/admin/reports/months"):
        assert see(house, path, "network").status == 200
        assert see(house, path, "clerk1").status == 403
        assert house.request("GET", path).status == 302
    for path in ("/admin/reports/repairs", "/admin/reports/clerks"):
        assert [see(house, path, who).status for who in ("manager", "network", "clerk1")] == [200, 403, 403]
    assert "nav ieslēgusi" in words(see(house, "/admin/reports/clerks"))
    assert "nav ieslēgusi" in words(see(house, "/admin/figures", "clerk1"))


def faulty(house: House) -> tuple[str, str]:
    """A visit of the last month with a record, and its number."""
    since = 0
    while True:
        page = house.request("GET", f"/api/v1/visits?since={since}", headers={"Authorization": "Bearer demo-manager"}).json
        for one in page["visits"]:
            if one["end"] == "served" and one["day"].startswith(MONTH):
                return one["visit"], one["number"]
        since = page["next"]


def test_a_record_is_put_right_without_codes_and_a_closed_month_keeps_its_figures(house: House) -> None:
    visit, number = faulty(house)
    path = f"/admin/reports/repairs/{visit}"
    form = see(house, path)
    assert form.status == 200
    assert number in words(form)
    options = dict(re.findall(r'<option value="([^"]+)" selected>([^<]+)</option>', form.text))
    assert any(": " in name for name in options.values())  # services by institution and name
    bad = send(house, path, {"end": "served", "served": "aa", "ended": "", "reason": "pārbaude"})
    assert (bad.status, "Apkalpošana sākās: laiks, piemēram, 14:05." in words(bad)) == (400, True)
    short = send(house, path, {"end": "left", "served": "", "ended": "", "reason": "x"})
    assert (short.status, "Iemesls: 3 līdz 140 rakstzīmes." in words(short)) == (400, True)
    early = send(house, path, {"end": "served", "ended": "00:01", "reason": "agrāk beidzās", "service0": ""})
    assert early.status == 409
    assert 'value="agrāk beidzās"' in early.text
    assert 'value="00:01"' in early.text
    assert send(house, path, {"end": "no_show", "reason": "neieradās"}, csrf="wrong").status == 403
    for who in ("network", "clerk1"):
        assert send(house, path, {"end": "no_show", "reason": "neieradās"}, who).status == 403

    months = "/admin/reports/months"
    assert MONTH in see(house, months).text
    assert send(house, f"{months}/{MONTH}", {"anyway": "1"}, "network").status == 403
    row = f"{months}/{MONTH}"
    word = re.search(r'name="csrf_token" value="([^"]*)"', see(house, months).text)
    assert word
    closed = house.form(row, {"csrf_token": word[1], "anyway": "1"}, Cookie=cookie(house, "manager"), Origin=house.address)
    assert closed.status == 303, words(closed)
    assert "Kopš slēgšanas nekas nav labots" in words(see(house, row))
    twice = house.form(row, {"csrf_token": word[1], "anyway": "1"}, Cookie=cookie(house, "manager"), Origin=house.address)
    assert (twice.status, f"{Words('lv').month(MONTH)} jau ir slēgts." in words(twice)) == (409, True)
    later = f"{months}/{TODAY + timedelta(days=1):%Y-%m}"  # which is not over, whatever midnight comes meanwhile
    open_ = house.form(later, {"csrf_token": word[1], "anyway": "1"}, Cookie=cookie(house, "manager"), Origin=house.address)
    assert (open_.status, "vēl nav beidzies" in words(open_)) == (409, True)

    done = send(house, path, {"end": "no_show", "served": "", "ended": "", "reason": "neieradās"})
    assert done.status == 303, words(done)
    after = words(see(house, row))
    assert "Labots pēc slēgšanas: 1" in after
    assert "neieradās" in after
    table = see(house, f"{row}.csv").body.decode("utf-8-sig")
    assert {line.split(",")[0] for line in table.splitlines()[1:]} == {"closed", "corrected"}
    assert see(house, f"{months}/2026-13").status == 404
