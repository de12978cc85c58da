"""The sheet of the visits finished today, and putting the record of one right, with the keys alone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.desk_stage import Desk, clean, open_desk, opened, running
from tests.house import House

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    with running(tmp_path_factory.mktemp("finished")) as found:
        yield found


@pytest.fixture
def desk(house: House, open_page: Callable[..., Any]) -> Iterator[Desk]:
    """Counter 3, opened by clerk1."""
    yield opened(house, open_page)
    house.clear()


def finish(desk: Desk, kind: str = "2") -> str:
    """Somebody is served and gone; their number."""
    number = desk.serving()
    desk.key("F2")
    desk.focused("input[name=kind]")
    desk.key(kind, "Enter")
    desk.state("idle")
    return number


def open_list(desk: Desk) -> None:
    desk.key("Shift+F1")
    desk.focused(".finished li:first-child > button")


def recorded(desk: Desk, number: str) -> list[tuple[str, str]]:
    """Kind and service, as the server has them."""
    (one,) = [one for one in desk.house.data(f"finished/{desk.counter}")["visits"] if one["number"] == number]
    return [(service["kind"], service["service"]) for service in one["delivered"]]


def test_a_wrong_kind_is_put_right_while_the_next_visitor_is_served(desk: Desk) -> None:
    wrong = finish(desk)
    number = desk.serving()
    desk.key("F8")
    desk.type("bērn")
    open_list(desk)
    assert desk.page.locator(".finished li:first-child strong").inner_text() == wrong
    clean(desk.page, "finished-list")
    desk.key("Enter", "Enter")
    desk.focused("input[name=kind]:checked")
    desk.key("1", "Enter")
    desk.shows("Ieraksts ir labots.", ".finished")
    assert recorded(desk, wrong) == [("pieteikums", "VSAA-21")]
    clean(desk.page, "finished-record")
    desk.key("Escape")
    desk.focused(".finished li:first-child > button")
    desk.shows("Pieteikums · Iesniegts", ".finished li")
    desk.key("Escape")
    desk.sheet(False)
    here = desk.data()["visit"]
    assert (here["number"], here["delivered"]) == (number, [])
    assert desk.page.input_value("#finder") == "bērn", "what was begun for who is here waits"


def test_a_forgotten_service_is_added_and_a_wrong_one_taken_out(desk: Desk) -> None:
    number = finish(desk)
    open_list(desk)
    desk.key("Enter")
    assert desk.page.locator(".finished tbody").get_by_role("button", name="Izņemt").count() == 0, "the last one stays"
    desk.key("F8")
    desk.focused("dialog #finder")
    desk.type("dek")
    desk.key("Enter")
    desk.focused("input[name=kind]")
    desk.key("3", "Enter")
    desk.page.locator(".finished .delivered tbody tr").nth(1).wait_for()
    assert len(recorded(desk, number)) == 2
    desk.page.locator(".finished tbody tr").first.get_by_role("button", name="Izņemt").press("Enter")
    desk.page.locator(".finished .delivered tbody tr").nth(1).wait_for(state="detached")
    ((kind, _),) = recorded(desk, number)
    assert kind == "e_atbalsts"


def test_what_the_server_refuses_is_said_in_the_sheet_and_the_words_stay(desk: Desk) -> None:
    number = finish(desk)
    open_list(desk)
    desk.key("Enter", "Enter")
    desk.page.locator("dialog summary").press("Enter")
    desk.page.fill("dialog [name=note]", "150485-11234")
    desk.page.locator("dialog [name=note]").press("Enter")
    desk.page.locator("dialog [data-refusal]").wait_for()
    assert desk.page.input_value("dialog [name=note]") == "150485-11234"
    assert recorded(desk, number) == [("konsultacija", "VSAA-21")]


def test_the_arrows_go_along_the_list(desk: Desk) -> None:
    finish(desk)
    finish(desk)
    open_list(desk)
    for key, row in (("ArrowDown", 2), ("ArrowUp", 1), ("ArrowUp", 1), ("End", -1), ("ArrowDown", -1), ("Home", 1)):
        desk.key(key)
        desk.focused(f".finished li:nth-{'last-' if row < 0 else ''}child({abs(row)}) > button")


def test_the_last_service_found_is_in_sight_in_a_low_window(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 1280, "height": 620})
    finish(desk)
    open_list(desk)
    desk.key("Enter", "F8")
    desk.type("a")
    desk.page.locator("dialog #finder-7").wait_for()
    desk.key("ArrowUp")
    desk.page.wait_for_function(
        "() => { const one = document.querySelector('#finder-7[aria-selected=true]');"
        " const { x, bottom } = one.getBoundingClientRect(); return one.contains(document.elementFromPoint(x + 40, bottom - 3)) }"
    )


def test_esc_takes_one_step_back_at_a_time(desk: Desk) -> None:
    number = finish(desk)
    open_list(desk)
    desk.key("Enter", "F8")
    desk.type("dek")
    desk.page.locator("dialog #finder-hits li").first.wait_for()
    for gone in ("#finder-hits:not([hidden])", "#finder:not(:placeholder-shown)"):
        desk.key("Escape")
        desk.page.wait_for_function("s => !document.querySelector(s) || !document.querySelector('#finder').value", arg=gone)
        desk.sheet()
    assert number in desk.text(".sheet-head")
    desk.key("Escape")
    desk.focused(".finished li:first-child > button")
    desk.key("Escape")
    desk.sheet(False)


def test_a_colleague_s_visit_is_seen_and_it_is_said_whose_record_it_is(desk: Desk, open_page: Callable[..., Any]) -> None:
    number = finish(desk)
    other = open_desk(desk.house, open_page, name="clerk2")
    open_list(other)
    other.key("Enter")
    other.shows("Šo apmeklējumu apkalpoja Clerk1.", ".finished")
    assert number in other.text(".sheet-head")
    assert other.page.locator("dialog form, dialog tbody button:visible").count() == 0
    clean(other.page, "finished-not-mine")


def test_a_list_that_could_not_be_loaded_says_so_and_is_asked_for_again(desk: Desk) -> None:
    desk.page.route("**/api/v1/views/finished/*", lambda route: route.fulfill(status=503))
    desk.key("Shift+F1")
    desk.shows("neizdevās ielādēt", ".finished")
    desk.page.unroute("**/api/v1/views/finished/*")
    desk.page.get_by_role("button", name="Mēģināt vēlreiz").press("Enter")
    desk.page.locator(".finished [data-kind=attention]").wait_for(state="detached")
