"""What a press on the kiosk page asks of the program: one number for one service, for several, with what is to be minded."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e import kiosk_states as states
from tests.e2e.conftest import until
from tests.e2e.kiosk_stage import LONG, NO_PAPER, Stage
from tests.e2e.kiosk_states import LOOK, arrived, lv, press, toggle

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def program() -> Iterator[Stage]:
    """A kiosk program that says what it is told to say."""
    stage = Stage()
    yield stage
    stage.close()


@pytest.fixture
def stage(program: Stage) -> Stage:
    program.rest()
    program.shielded = False
    program.issue("M120", "PASV-14")
    return program


@pytest.fixture
def kiosk(stage: Stage, open_page: Any) -> Any:
    page = open_page(stage.url, 1080, 1920)
    page.locator("h1").wait_for()
    return page


def asked(stage: Stage, name: str = "TakeTicket") -> dict[str, Any]:
    """The data of the one command of that name."""
    until(lambda: [one for one in stage.commands if one.name == name], name)
    (found,) = [one.data for one in stage.commands if one.name == name]
    return found


def test_a_quick_tile_gives_a_number_at_once(kiosk: Any, stage: Stage) -> None:
    kiosk.locator(".quick .tile").first.click()
    arrived(kiosk, "ticket")
    assert asked(stage) == {"service": stage.menu["quick"][0], "more": [], "language": "lv", "needs": []}


def test_every_quick_tile_tells_of_its_queue_beside_english_too(kiosk: Any) -> None:
    press(kiosk, "English")
    arrived(kiosk, "start")
    lines = kiosk.locator(".quick .tile-line")
    assert lines.count() == 4
    assert min(line.bounding_box()["width"] for line in lines.all()) > 100
    assert all(one.locator(".second").last.is_visible() for one in lines.all()), "what it tells is there in English"
    for one in kiosk.locator(".screen > .tile .tile-line .second").all():
        assert one.evaluate("one => getComputedStyle(one, '::before').content") == "none", "no line begins with a stroke"


def test_what_to_bring_is_told_before_the_number(kiosk: Any, stage: Stage) -> None:
    states.how(kiosk, stage)
    text = kiosk.inner_text("main")
    assert "Personu apliecinošs dokuments" in text
    assert "latvija.gov.lv" in text
    assert stage.commands == [], "nothing is issued by looking"
    press(kiosk, lv("With a specialist"))
    arrived(kiosk, "ticket")
    assert asked(stage)["more"] == []


def test_services_are_added_and_taken_with_one_press(kiosk: Any, stage: Stage) -> None:
    states.how_two(kiosk, stage)
    assert LONG in kiosk.inner_text("main").replace("\u2060", "")
    kiosk.locator("main .tile[data-kind=unknown]").click()
    arrived(kiosk, "ticket")
    data = asked(stage)
    assert len({data["service"], *data["more"]}) == 2, data


def test_services_of_a_situation_are_taken_together(kiosk: Any, stage: Stage) -> None:
    states.situation(kiosk, stage)
    kiosk.locator("main .tile[data-kind=unknown]").click()
    arrived(kiosk, "ticket")
    first = stage.menu["situations"][0]["services"]
    data = asked(stage)
    assert [data["service"], *data["more"]] == list(first[:2])


def test_what_is_to_be_minded_goes_with_the_next_number(kiosk: Any, stage: Stage) -> None:
    states.with_needs(kiosk, stage)
    assert lv("An accessible counter") in kiosk.inner_text("main")
    kiosk.locator(".quick .tile").first.click()
    arrived(kiosk, "ticket")
    assert asked(stage)["needs"] == ["accessible"]


def test_a_person_is_called_and_the_screen_says_what_is_true(kiosk: Any, stage: Stage) -> None:
    press(kiosk, lv("Help"))
    arrived(kiosk, "help")
    stage.answer = None
    press(kiosk, lv("Call a member of staff here"))
    assert asked(stage, "CallHelp") == {}
    since = datetime.now(UTC).isoformat()
    for coming, words in (
        (False, "We have called a member of staff. Please wait here."),
        (True, "A member of staff is on the way."),
    ):
        stage.show(menu={"help": {"since": since, "coming": coming}})
        kiosk.locator("main .notice", has_text=lv(words)).wait_for()
    assert kiosk.locator("main .tile[aria-disabled=true]").count() == 1, "one call is enough"


def test_a_call_that_does_not_get_through_says_so(kiosk: Any, stage: Stage) -> None:
    stage.refuse("no_link", "")
    press(kiosk, lv("Help"))
    arrived(kiosk, "help")
    press(kiosk, lv("Call a member of staff here"))
    kiosk.locator("main .notice[data-kind=attention]").wait_for()


def test_without_paper_somebody_is_called_to_write_the_number_down(kiosk: Any, stage: Stage) -> None:
    states.no_paper(kiosk, stage)
    number = kiosk.inner_text(".number")
    press(kiosk, lv("Staff will write it down"))
    arrived(kiosk, "help")
    until(lambda: stage.commands[-1].name == "CallHelp", "somebody to be called")
    assert kiosk.locator("main .needs .choice").count() == 0, "nothing is chosen for a number that is given already"
    assert lv("You have a number already: a member of staff will help you.") in kiosk.inner_text("main")
    press(kiosk, lv("Back"))
    arrived(kiosk, "ticket")
    assert kiosk.inner_text(".number") == number


def test_without_paper_the_phones_code_is_explained_in_english_too(kiosk: Any, stage: Stage) -> None:
    press(kiosk, "English")
    states.no_paper(kiosk, stage)
    assert kiosk.locator(".phone h2 .second").is_visible()


@pytest.mark.parametrize("where", ["start", "institutions", "search", "help"])
def test_a_code_that_a_reader_reads_is_checked_in_from_any_screen(kiosk: Any, stage: Stage, where: str) -> None:
    states.STATES[where](kiosk, stage)
    stage.input("scan", "RINDA:418123")
    arrived(kiosk, "ticket")
    assert asked(stage, "CheckIn") == {"code": "418123"}


def test_without_the_server_the_kiosk_goes_on_and_says_so(kiosk: Any, stage: Stage) -> None:
    waits = re.compile("jāgaida|nav rindas")
    states.situations(kiosk, stage)
    kiosk.locator("main .tile").first.click()
    arrived(kiosk, "situation")
    assert waits.search(kiosk.inner_text("main"))
    states.reserve_start(kiosk, stage)
    kiosk.locator(".notice[data-kind=attention]", has_text=re.compile(r"\bX\b")).wait_for()
    assert not waits.search(kiosk.inner_text("main")), "waiting is not known now"
    press(kiosk, lv("Start"))
    arrived(kiosk, "start")
    stage.issue("X003", stage.menu["quick"][0], reserve=True, promise={"low": None, "high": None}, token="", url=None)
    kiosk.locator(".quick .tile").first.click()
    arrived(kiosk, "ticket")
    assert "X003" in kiosk.inner_text("main")
    assert kiosk.locator("main .row, main img").count() == 0


@pytest.mark.parametrize("language", ["lv", "en"])
def test_in_large_type_and_low_the_start_still_says_what_is_not_as_usual(kiosk: Any, stage: Stage, language: str) -> None:
    stage.show(printer=NO_PAPER)
    for mode in ("large", "low", *(["language"] if language != "lv" else [])):
        toggle(kiosk, mode)
    kiosk.locator(".start > .notice", has_text="Printeris").wait_for()
    assert kiosk.evaluate(LOOK)["wrong"] == []


def test_a_page_that_lost_its_program_says_so_and_comes_back(kiosk: Any, stage: Stage) -> None:
    cut = lambda route: route.abort()  # noqa: E731
    kiosk.route("**/feed", cut)
    stage.fall_silent()
    states.later(kiosk, 10)
    kiosk.locator(".notice[data-kind=trouble]").wait_for()
    assert kiosk.locator(".quick .tile[aria-disabled=false]").count() == 0
    kiosk.unroute("**/feed", cut)
    kiosk.locator(".notice[data-kind=trouble]").wait_for(state="detached", timeout=12_000)


def test_no_to_the_question_asks_for_a_copy(kiosk: Any, stage: Stage) -> None:
    states.unconfirmed(kiosk, stage)
    press(kiosk, lv("No"), exact=True)
    visit = until(lambda: stage.said and stage.said[0], "the answer")
    assert visit[1] == "not printed"


def test_a_visitor_in_a_hurry_gets_one_number(stage: Stage, open_page: Any) -> None:
    stage.shielded = True
    kiosk = open_page(stage.url, 1080, 1920)
    kiosk.locator("main .tile[data-kind=unknown]").dblclick()
    arrived(kiosk, "ticket")
    asked(stage)


def test_a_number_with_its_paper_stays_a_minute(kiosk: Any, stage: Stage) -> None:
    states.take_it(kiosk, stage)
    states.later(kiosk, 40)
    until(lambda: int(kiosk.locator(".left").inner_text().split()[0]) <= 20, "the seconds that are left of the minute")
    assert kiosk.locator(".ticket[data-paper=take]").is_visible()
    states.later(kiosk, 21)
    arrived(kiosk, "start")


@pytest.mark.parametrize("name", ["valid", "no_paper", "printing"])
def test_a_number_without_paper_does_not_go_unasked(kiosk: Any, stage: Stage, name: str) -> None:
    states.STATES[name](kiosk, stage)
    states.later(kiosk, 61)
    kiosk.locator(".dialog").wait_for()
    kiosk.locator("#stay").click()
    kiosk.locator(".dialog").wait_for(state="detached")
    assert kiosk.locator(".number").is_visible()
    states.later(kiosk, 91)
    arrived(kiosk, "start")


def test_everything_is_as_before_for_the_next_visitor(kiosk: Any, stage: Stage) -> None:
    states.help_(kiosk, stage)
    press(kiosk, lv("Start"))
    arrived(kiosk, "start")
    for mode in ("large", "contrast", "low", "language"):
        states.toggle(kiosk, mode)
    assert kiosk.get_attribute("html", "lang") == "en"
    visit = stage.issue("M121", stage.menu["unknown"])
    stage.show(jobs={visit: "printed"})
    kiosk.locator("main .tile[data-kind=unknown]").click()
    arrived(kiosk, "ticket")
    assert asked(stage)["language"] == "en"
    kiosk.locator("main .button[data-kind=done]").click()
    arrived(kiosk, "start")
    page = kiosk.locator("html")
    assert [page.get_attribute(name) for name in ("lang", "data-theme", "data-text", "data-low")] == [
        "lv",
        "lins",
        "ordinary",
        "false",
    ]
    kiosk.locator(".shield").wait_for(state="detached")
    kiosk.locator(".quick .tile").first.click()
    until(lambda: len(stage.commands) == 2, "the next one's number")
    assert stage.commands[-1].data["needs"] == []


def test_search_forgives_and_its_keys_have_the_letters_of_the_language(kiosk: Any, stage: Stage) -> None:
    press(kiosk, lv("Search"))
    arrived(kiosk, "search")

    def letters() -> set[str]:
        return {key.strip() for key in kiosk.locator(".key").all_inner_texts()}

    assert set("āčēģīķļņšūž0123456789") <= letters()
    assert not letters() & set("qwxy")
    for letter in "uznemums":
        kiosk.locator(".key", has_text=re.compile(f"^{letter}$")).click()
    assert kiosk.locator(".field input").input_value() == "uznemums"
    assert "UR · " in kiosk.inner_text(".hits .tile >> nth=0"), "the register of enterprises"
    states.toggle(kiosk, "language")
    assert set("qwxy") <= letters()


def test_four_languages_follow_one_another_and_each_has_its_keys(kiosk: Any, stage: Stage) -> None:
    stage.show(menu={"languages": ["lv", "en", "ru", "uk"]})
    button = kiosk.locator(".access button").nth(states.TOGGLES["language"])
    kiosk.locator(".access .later").wait_for()
    offered = [" ".join(button.inner_text().replace("\u00ad", "").split())]
    press(kiosk, lv("Search"))
    arrived(kiosk, "search")
    letters = []
    for _ in range(3):
        states.toggle(kiosk, "language")
        offered.append(" ".join(button.inner_text().replace("\u00ad", "").split()))
        letters.append({key.strip() for key in kiosk.locator(".key").all_inner_texts()})
    assert offered == ["English Рус Укр", "Русский Укр Lat", "Українська Lat Eng", "Latviski Eng Рус"]
    assert set("qwxy") <= letters[0]
    assert set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя") <= letters[1]
    assert set("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя") <= letters[2]
    for letter in "пенсі":
        kiosk.locator(".key", has_text=re.compile(f"^{letter}$")).click()
    assert kiosk.locator(".field input").input_value() == "пенсі"
    assert kiosk.locator(".hits .tile").count() > 0
    kiosk.locator(".hits .tile").first.click()
    until(lambda: kiosk.get_attribute("html", "lang") == "uk", "the language stays")


def test_the_screen_says_how_large_a_millimetre_is(kiosk: Any, stage: Stage) -> None:
    """A 32 inch screen of the same pixels has larger ones, so everything takes fewer of them."""

    def height() -> float:
        return float(kiosk.locator(".access button").first.bounding_box()["height"])

    stage.show(menu={"inches": 22.0})
    until(lambda: abs(height() - 40 * 3.94) < 3, "158 px")
    stage.show(menu={"inches": 32.0})
    until(lambda: abs(height() - 40 * 2.71) < 3, "108 px")


def test_the_page_tells_the_program_that_it_lives(kiosk: Any, stage: Stage) -> None:
    before = stage.beats
    until(lambda: kiosk.wait_for_timeout(50) or stage.beats > before, "a sign of life", 8)
