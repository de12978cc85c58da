"""Quality from outside: what visitors may say and how often, who sees it, and the files of the quarter's report."""

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from server.quality.rating import LEAST
from tests.e2e import phone_states as phones
from tests.house import House, Reply, bearer

PAGES = ("", "/standard", "/feedback", "/forms", "/forms/mystery", "/findings", "/training", "/tips", "/indicators", "/report")
FILES = ("ratings", "institutions", "standard", "findings", "indicators")
ROOT = "/admin/quality"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A centre with counter 1 open."""
    found = phones.centre(tmp_path_factory.mktemp("quality"))
    yield found
    found.stop()


def served(house: House) -> str:
    """Somebody was served; the token."""
    token = phones.take(house)
    phones.serve(house)
    return token


def rate(house: House, token: str, **form: str) -> Reply:
    return house.form(f"/ticket/{token}", {"do": "rate", **form})


def get(house: House, path: str, token: str | None = "demo-manager") -> Reply:
    return house.request("GET", path, headers=bearer(token))


def post(house: House, path: str, **form: str) -> Reply:
    return house.form(path, form, **bearer("demo-manager"))


def table(house: House, name: str) -> list[dict[str, str]]:
    answer = get(house, f"{ROOT}/report/{name}.csv")
    assert answer.status == 200, answer.body
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))


def rated(house: House) -> int:
    return sum(int(row["ratings"]) for row in table(house, "ratings"))


def test_a_phone_without_script_asks_two_questions_once(house: House) -> None:
    before, token = rated(house), served(house)
    page = house.request("GET", f"/ticket/{token}").text
    assert page.count('type="radio" name="score"') == 5
    assert page.count('type="radio" name="settled"') == 3
    assert "http-equiv" not in page, "nothing takes away what somebody is filling in"
    assert 'href="/feedback"' in page
    answer = rate(house, token, score="4", settled="partly", text="Paldies Ilzei")
    assert (answer.status, answer.headers["Location"]) == (303, f"/ticket/{token}")
    after = house.request("GET", f"/ticket/{token}").text
    assert "Paldies par atbildi!" in after
    assert 'name="score"' not in after
    assert rate(house, token, score="1").status == 303, "as if it were taken"
    assert rated(house) == before + 1


def test_what_is_wrong_is_said_and_what_was_typed_stays(house: House) -> None:
    before, token = rated(house), served(house)
    answer = rate(house, token, score="5", text="mans numurs 29123456")
    assert answer.status == 422
    assert "nerakstiet tālruņa numuru" in html.unescape(answer.text)
    assert 'value="mans numurs 29123456"' in answer.text
    assert re.search(r'value="5" id="score-5" checked', answer.text)
    assert rated(house) == before
    assert rate(house, token, score="5").status == 303
    assert rated(house) == before + 1


def test_only_who_was_served_is_asked_and_only_from_here(house: House) -> None:
    before, waiting = rated(house), phones.take(house)
    assert 'name="score"' not in house.request("GET", f"/ticket/{waiting}").text
    assert rate(house, waiting, score="5").status == 303
    phones.serve(house)
    foreign = house.form(f"/ticket/{waiting}", {"do": "rate", "score": "1"}, Origin="https://example.org")
    assert foreign.status == 403
    assert rate(house, "A" * 22, score="1").status == 404
    assert rated(house) == before


def test_the_tablet_takes_one_answer_with_the_word_of_this_visit(house: House) -> None:
    before, _ = rated(house), served(house)
    view = house.data("rate/1", "demo-display")
    assert view["state"] == "ask"
    assert house.view("rate/1", "demo-kiosk").status == 403
    assert house.view("rate/1", None).status == 401
    tablet = {"Cookie": "rinda_device=demo-display"}
    assert house.form("/rate/1", {"key": "x", "score": "1"}, **tablet).status == 410
    assert house.form("/rate/2", {"key": view["key"], "score": "1"}, **tablet).status == 410
    assert house.form("/rate/1", {"key": view["key"], "score": "1"}, Origin="https://example.org", **tablet).status == 403
    assert house.form("/rate/1", {"key": view["key"], "score": "9"}, **tablet).status == 400
    for score in ("5", "1"):
        assert house.form("/rate/1", {"key": view["key"], "score": score, "settled": "yes"}, **tablet).status == 200
    assert rated(house) == before + 1
    assert house.request("GET", "/rate/99", headers=tablet).status == 404


def test_a_few_ratings_show_their_number_only(house: House) -> None:
    while rated(house) < LEAST:
        rate(house, served(house), score="5", settled="yes")
    month = next(row for row in table(house, "ratings") if int(row["ratings"]) >= LEAST)
    assert float(month["mean"]) > 0
    empty = [row for row in table(house, "ratings") if row["ratings"] == "0"]
    assert {(row["good"], row["mean"], row["settled"]) for row in empty} == {("", "", "")}


def test_feedback_tells_the_ways_and_takes_a_complaint(house: House) -> None:
    page = house.request("GET", "/feedback?language=en").text
    for text in ("Atbild centra vadītāja.", "Atbildam 30 dienu laikā.", "We answer within 30 days.", "Par VSAA lēmumu"):
        assert text in page
    form = {"kind": "complaint", "about": "VID", "text": "Tablo mirgo.", "contact": "anna@example.org"}
    wrong = house.form("/feedback", {**form, "text": "kods 010190-12349"})
    assert wrong.status == 422
    assert "anna@example.org" in wrong.text
    assert house.form("/feedback", form, Origin="https://example.org").status == 403
    sent = house.form("/feedback", form)
    assert sent.status == 303
    assert "Paldies, saņēmām" in house.request("GET", sent.headers["Location"]).text
    listed = get(house, f"{ROOT}/feedback").text
    assert "anna@example.org" not in listed
    (id,) = re.findall(rf'href="{ROOT}/feedback/(\w+)">Tablo mirgo', listed)
    assert "anna@example.org" in get(house, f"{ROOT}/feedback/{id}").text
    due = (date.today() + timedelta(days=3)).isoformat()  # noqa: DTZ011
    blank = post(house, f"{ROOT}/feedback/{id}", owner="manager", state="answered", due=due, answer="")
    assert blank.status == 422
    done = post(house, f"{ROOT}/feedback/{id}", owner="manager", state="answered", due=due, answer="Salabojām.")
    assert done.status == 303
    after = get(house, f"{ROOT}/feedback/{id}").text
    assert "Pierakstīta atbilde." in after
    assert "Salabojām." in after


def test_a_flood_of_complaints_is_stopped(house: House) -> None:
    form = {"kind": "proposal", "text": "Vairāk krēslu."}
    answers = [house.form("/feedback", form) for _ in range(8)]
    assert {answer.status for answer in answers} == {303, 429}
    assert "Vairāk krēslu." in answers[-1].text, "nothing typed is lost"


@pytest.mark.parametrize("page", PAGES)
def test_only_managers_see_the_pages(house: House, page: str) -> None:
    assert get(house, ROOT + page).status == 200
    for token in ("demo-clerk", "demo-national"):
        assert get(house, ROOT + page, token).status == 403, token
    for token in (None, "demo-kiosk", "demo-display"):
        answer = get(house, ROOT + page, token)
        assert (answer.status, answer.headers["Location"].partition("?")[0]) == (302, "/login"), token


def test_slides_of_tips_are_called_as_on_the_boards_and_not_by_their_codes(house: House) -> None:
    page = house.request("GET", f"{ROOT}/tips", headers={"Cookie": house.session("manager")}).text
    named = dict(re.findall(r'<option value="(\w*)"[^>]*>([^<]*)</option>', page))
    assert (named["declaration"], named["phone"]) == ("Ienākumu deklarācija no 1. marta", "Centra lapas kods")


@pytest.mark.parametrize("page", ["/standard", "/feedback/x", "/forms/mystery", "/findings", "/findings/x", "/training", "/tips"])
def test_a_form_needs_the_word_of_its_session(house: House, page: str) -> None:
    cookie = house.session("manager")
    answer = house.form(ROOT + page, {"text": "x"}, Cookie=cookie)
    assert answer.status == 403
    answer = house.form(ROOT + page, {"text": "x"}, Cookie=cookie, Origin="https://example.org")
    assert answer.status == 403
    assert house.form(ROOT + page, {"text": "x"}, **bearer("demo-clerk")).status == 403


def test_a_line_that_is_not_met_becomes_a_finding_that_is_seen_to(house: House) -> None:
    today = date.today().isoformat()  # noqa: DTZ011
    assert post(house, f"{ROOT}/standard", do="answer", line="ramp", answer="no", day=today, evidence="Slieksnis.").status == 303
    assert "Slieksnis." in get(house, f"{ROOT}/standard").text
    late, soon = "2020-01-01", (date.today() + timedelta(days=2)).isoformat()  # noqa: DTZ011
    new = {"source": "line", "of": "ramp", "text": "Jāuzliek plāksne.", "owner": "manager"}
    assert post(house, f"{ROOT}/findings", **new, due=late).status == 422
    assert post(house, f"{ROOT}/findings", **new, due=soon).status == 303
    (id,) = re.findall(rf'href="{ROOT}/findings/(\w+)">Jāuzliek', get(house, f"{ROOT}/findings").text)
    assert post(house, f"{ROOT}/findings/{id}", owner="manager", due=late, state="open", note="").status == 303
    assert "Nokavēts" in get(house, f"{ROOT}/findings").text
    assert post(house, f"{ROOT}/findings/{id}", owner="manager", due=late, state="done", note="").status == 422
    assert post(house, f"{ROOT}/findings/{id}", owner="manager", due=late, state="done", note="Uzlikta.").status == 303
    page = get(house, f"{ROOT}/findings/{id}").text
    assert "Uzlikta." in page
    assert "Nokavēts" not in page
    (row,) = (row for row in table(house, "findings") if row["finding"] == "Jāuzliek plāksne.")
    assert (row["state"], row["late"], row["owner"]) == ("done", "", "Manager")
    (line,) = (row for row in table(house, "standard") if row["evidence"] == "Slieksnis.")
    assert line["met"] == "no"


def test_what_the_checklist_measures_is_what_the_records_say(house: House) -> None:
    phones.take(house)
    for step in ("CallNext", "NoShow"):
        phones.step(house, step)

    def share(text: str) -> str:
        (row,) = (row for row in table(house, "standard") if row["measured"] == text)
        return row["value"]

    visits = house.request("GET", "/api/v1/visits?since=0", headers=bearer("demo-manager")).json["visits"]
    over = [visit for visit in visits if visit["end"]]
    missed = sum(visit["end"] == "no_show" for visit in over)
    assert missed >= 1
    assert float(share("no_show")) == pytest.approx(missed / len(over), abs=1e-4)
    assert float(share("closed")) == sum(visit["end"] == "day_closed" for visit in over) / len(over)


@pytest.mark.parametrize("name", FILES)
def test_the_report_can_be_taken_along(house: House, name: str) -> None:
    assert table(house, name), name
    book = get(house, f"{ROOT}/report/{name}.xlsx")
    assert book.status == 200
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(book.body)).namelist()
    assert get(house, f"{ROOT}/report/{name}.pdf").status == 404
    assert get(house, f"{ROOT}/report/nothing.csv").status == 404
