"""The pages of keeping and of the journal, over HTTP as a manager's browser asks for them."""

import csv
import io
import json
import re
from collections.abc import Iterator

import pytest

from tests.house import House, until


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A centre with a visit that was served, one that waits, and one that was called out of order."""
    found = House(tmp_path_factory.mktemp("house")).start()
    for _ in range(3):
        found.done("TakeTicket", {"service": SERVICE}, "demo-kiosk")
    found.done("OpenCounter", {"counter": "1"})
    found.done("CallNext", {"counter": "1"})
    found.done("Serve", {"counter": "1"})
    found.done("RecordService", {"counter": "1", "service": SERVICE, "kind": "konsultacija", "channel": "klatiene"})
    found.done("Finish", {"counter": "1"})
    found.done("CallVisit", {"counter": "1", "visit": visits(found)[2]["visit"], "note": "steidzami"})
    yield found
    found.stop()


SERVICE = "VSAA-01"


def visits(house: House) -> list[dict[str, str]]:
    """By number."""
    answer = house.request("GET", "/api/v1/visits?since=0", headers={"Authorization": "Bearer demo-manager"})
    return sorted(answer.json["visits"], key=lambda one: one["number"])


@pytest.fixture(scope="module")
def cookie(house: House) -> str:
    return house.session("manager")


def page(house: House, cookie: str, path: str, status: int = 200) -> str:
    answer = house.request("GET", path, headers={"Cookie": cookie})
    assert answer.status == status, answer.text[:500]
    return re.sub(r"\s+", " ", answer.text)


def word(house: House, cookie: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page(house, cookie, "/admin/keeping"))
    assert found
    return found[1]


def test_only_a_manager_comes_in(house: House) -> None:
    for path in ("/admin/keeping", "/admin/keeping/check", "/admin/journal", "/admin/journal/export?format=csv"):
        assert house.request("GET", path).headers["Location"].startswith("/login?next=")
        for name in ("clerk1", "network"):
            assert house.request("GET", path, headers={"Cookie": house.session(name)}).status == 403, (path, name)


def test_the_buttons_want_the_pages_word(house: House, cookie: str) -> None:
    for path in ("/admin/keeping/copy", "/admin/keeping/erase", "/admin/journal/check"):
        assert house.form(path, {}, Cookie=cookie).status == 403
        assert house.form(path, {"csrf_token": "x"}, Cookie=cookie).status == 403


def test_a_copy_is_made_when_asked_and_shown(house: House, cookie: str) -> None:
    assert "Otras vietas nav" in page(house, cookie, "/admin/keeping")
    answer = house.form("/admin/keeping/copy", {"csrf_token": word(house, cookie)}, Cookie=cookie)
    assert (answer.status, answer.headers["Location"]) == (303, "/admin/keeping?asked=copy")
    until(lambda: list((house.folder / "backup").glob("*.sha256")), "the copy")
    shown = until(
        lambda: found if "visas kontrolsummas pareizas" in (found := page(house, cookie, "/admin/keeping")) else "",
        "the page says so",
    )
    assert "kārtībā" in shown


def test_the_retention_job_runs_when_asked_and_leaves_a_record(house: House, cookie: str) -> None:
    assert "Vēl nav darīts." in page(house, cookie, "/admin/keeping")
    assert house.form("/admin/keeping/erase", {"csrf_token": word(house, cookie)}, Cookie=cookie).status == 303
    until(lambda: "nebija, ko dzēst" in page(house, cookie, "/admin/keeping"), "a run on the page")
    assert "Dzēsts, kas bija vecāks par" in page(house, cookie, "/admin/journal?type=RetentionDone")


def test_the_check_up_is_a_page(house: House, cookie: str) -> None:
    shown = page(house, cookie, "/admin/keeping/check")
    assert f"atbild: 127.0.0.1:{house.port}, numurus var izsniegt" in shown
    assert "kopijām nav otras vietas" in shown


def test_the_journal_says_what_happened(house: House, cookie: str) -> None:
    shown = page(house, cookie, "/admin/journal")
    number = visits(house)[0]["number"]
    for words in (
        f"Izsniegts {number}: Vecuma pensijas piešķiršana, rinda VSAA",
        f"{number} izsaukts pie 1. lodziņa",
        "1. lodziņu atvēra",
        "Sākās darba diena",
    ):
        assert words in shown, words
    assert '"token": "…"' in shown.replace("&#34;", '"')


def test_the_reason_stands_beside_a_call_out_of_order(house: House, cookie: str) -> None:
    shown = page(house, cookie, "/admin/journal?type=VisitCalled")
    first, second, third = visits(house)
    assert f"Kāpēc: izvēlējies darbinieks; gaidīja 0 min; apsteidza 1: {second['number']}; steidzami" in shown
    assert shown.count("Kāpēc:") == 1, "not beside the plain order of arrival"
    assert first["number"] in shown
    assert third["number"] in shown


def test_a_visit_has_a_story(house: House, cookie: str) -> None:
    first = visits(house)[0]
    shown = page(house, cookie, f"/admin/journal/visit/{first['visit']}")
    said = [words.strip() for words in re.findall(r"<td>([^<]+)<details>", shown)]
    number = first["number"]
    assert [words for words in said if "ekrān" not in words and "talons" not in words] == [
        f"Izsniegts {number}: Vecuma pensijas piešķiršana, rinda VSAA, priekšā 0", f"{number} izsaukts pie 1. lodziņa",
        f"{number} pienāca pie 1. lodziņa", f"{number}: ierakstīts Vecuma pensijas piešķiršana, iznākums Konsultēts",
        f"{number} beidzies: apkalpots",
    ]  # fmt: skip
    assert "Šāda apmeklējuma nav" in page(house, cookie, "/admin/journal/visit/00000000-0000-0000-0000-000000000000", 404)


def test_records_are_found_by_each_field(house: House, cookie: str) -> None:
    one = visits(house)[1]

    def positions(query: str) -> set[int]:
        answer = house.request("GET", f"/admin/journal/export?format=json&{query}", headers={"Cookie": cookie})
        assert answer.status == 200, answer.text
        return {row["position"] for row in answer.json}

    everything = positions("")
    day = one["day"]
    assert everything == set(range(1, max(everything) + 1))
    assert positions(f"day={day}") == everything - {1}
    assert positions("day=2020-01-01&until=2020-01-02") == set()
    assert positions(f"number={one['number']}") <= everything
    assert positions("counter=1&type=ServiceStarted") != set()
    assert positions("counter=2") == set()
    assert positions("who=demo-manager") >= positions("counter=1&type=ServiceStarted")
    assert positions("who=nobody") == set()
    assert positions("text=steidzami") == positions("type=VisitCalled") - positions("text=points&type=VisitCalled")
    assert positions("text=steid%25mi") == set(), "a per cent sign is itself"
    answer = house.request("GET", "/admin/journal/export?format=json&type=TicketIssued", headers={"Cookie": cookie})
    row = answer.json[0]
    assert positions(f"command={row['command']}") == {row["position"]}


def test_wrong_words_are_said_at_their_field_and_stay(house: House, cookie: str) -> None:
    shown = page(house, cookie, "/admin/journal?day=vakar&type=Nothing&command=x&text=%3Cb%3E", 422)
    for words in ("Tā nav diena", "Tāda ieraksta veida nav", "Komandas id ir 36", 'value="vakar"', 'value="&lt;b&gt;"'):
        assert words in shown, words
    assert "<b>" not in shown


def test_pages_go_on_by_position(house: House, cookie: str) -> None:
    for _ in range(60):
        house.done("RaiseAlarm", {"counter": "1"})
        house.done("AcknowledgeAlarm", {"counter": "1"}, "demo-clerk")
    first = page(house, cookie, "/admin/journal?type=AlarmRaised")
    older = re.search(r'href="(/admin/journal\?type=AlarmRaised&amp;before=\d+)"', first)
    assert older
    second = page(house, cookie, older[1].replace("&amp;", "&"))
    found = [re.findall(r'<th scope="row" class="n">(\d+)</th>', one) for one in (first, second)]
    assert (len(found[0]), len(found[1])) == (50, 10)
    assert not set(found[0]) & set(found[1])
    assert "Vecāki" not in second


def test_every_hash_is_checked_on_demand(house: House, cookie: str) -> None:
    shown = house.form("/admin/journal/check", {"csrf_token": word(house, cookie)}, Cookie=cookie)
    assert shown.status == 200
    assert re.search(r"Ieraksti: \d+, visas kontrolsummas pareizas; tas ilga \d", shown.text)


def test_a_selection_is_handed_out_and_holds_no_formula(house: House, cookie: str) -> None:
    house.done("SendMessage", {"counter": "1", "text": "=1+1"})
    answer = house.request("GET", "/admin/journal/export?format=csv&type=MessageSent", headers={"Cookie": cookie})
    assert answer.headers["Content-Disposition"] == "attachment; filename=journal.csv"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert json.loads(rows[0]["data"])["text"] == "=1+1"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row.values())
