"""What a clerk does at the desk beside calling: contacts, calls back, messages, the alarm, corrections, what must be said."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from server.demo import always_open
from tests.e2e.desk_stage import Desk, open_desk, opened, running
from tests.house import House

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

CODE = "150485-11234"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    with running(tmp_path_factory.mktemp("work")) as found:
        yield found


@pytest.fixture
def desk(house: House, open_page: Callable[..., Any]) -> Iterator[Desk]:
    """Counter 3, opened by clerk1."""
    yield opened(house, open_page)
    house.clear()


def begin_contact(desk: Desk, letters: str = "dek") -> None:
    """By phone, with the keys alone."""
    desk.key("Control+Shift+F2")
    desk.sheet()
    desk.key("Tab")
    desk.type(letters)
    desk.page.locator("#contact-service-hits li").first.wait_for()
    desk.key("Enter", "Enter")
    desk.page.locator(".both").wait_for()


def record(desk: Desk, kind: str = "2") -> None:
    """With a service chosen: its kind, and into the table."""
    desk.focused("input[name=kind]")
    desk.key(kind, "Enter")


def test_a_contact_by_phone_beside_the_visit_and_back_to_what_was_begun(desk: Desk) -> None:
    number = desk.serving()
    desk.key("F8")
    desk.type("bērn")
    begin_contact(desk)
    desk.page.locator(".desk[data-front=contact]").wait_for()
    desk.focused("#finder")
    assert desk.page.input_value("#finder") == ""
    desk.type("dek")
    desk.key("Enter")
    record(desk)
    desk.page.locator(".delivered tbody tr").wait_for()
    (recorded,) = desk.data()["contact"]["delivered"]
    assert (recorded["channel"], desk.data()["visit"]["delivered"]) == ("talrunis", [])
    desk.key("Control+Shift+F2")
    desk.page.locator(".desk[data-front=visit]").wait_for()
    assert desk.page.input_value("#finder") == "bērn"
    desk.key("Control+Shift+F2")
    desk.page.locator(".desk[data-front=contact]").wait_for()
    desk.key("F2")
    desk.page.locator(".both").wait_for(state="detached")
    here = desk.data()
    assert (here["contact"], here["visit"]["number"], here["state"]) == (None, number, "serving")
    assert desk.page.input_value("#finder") == "bērn"
    assert desk.page.locator(".desk[data-front=visit]").count() == 1
    desk.focused("[data-heading]")


def test_no_key_does_anything_to_the_visit_behind_a_contact(desk: Desk) -> None:
    number = str(desk.take()["number"])
    desk.key("F2")
    desk.state("called")
    begin_contact(desk)
    desk.page.locator(".desk[data-front=contact]").wait_for()
    desk.key("F4", "Shift+F2", "F9", "Shift+F9", "Shift+F4")
    assert desk.page.locator("dialog.sheet[open]").count() == 0
    desk.key("Control+Shift+F2")
    desk.page.locator(".desk[data-front=visit]").wait_for()
    desk.key("F2")
    desk.state("serving")
    visit = desk.data()["visit"]
    assert (visit["number"], visit["calls"]) == (number, 1)


def test_a_call_after_a_transfer_is_counted_as_a_first_one(desk: Desk, house: House) -> None:
    desk.serving()
    house.done("Transfer", {"counter": "3", "to_counter": "3"})
    desk.state("idle")
    desk.key("F2")
    desk.state("called")
    desk.page.get_by_text("Izsaukts 1. reizi").wait_for()
    desk.key("F4")
    desk.page.get_by_text("Izsaukts 2. reizi").wait_for()
    assert desk.data()["visit"]["calls"] == 3


def test_what_cannot_be_taken_back_of_a_contact_is_said_before_the_visit_s_step_goes(desk: Desk) -> None:
    number = desk.serving()
    begin_contact(desk)
    desk.type("dek")
    desk.key("Enter")
    record(desk)
    desk.page.locator(".delivered tbody tr").wait_for()
    desk.key("F2")
    desk.page.locator(".both").wait_for(state="detached")
    desk.shows(f"Apmeklējums (ne ieraksts līdzās): Sākta apkalpošana: {number}", ".desk-foot")
    desk.key("Control+z")
    desk.shows("Pabeigtu ierakstu līdzās atsaukt nevar.", ".desk-foot")
    assert desk.data()["visit"]["served"]
    desk.key("Control+z")
    desk.state("called")


@pytest.mark.parametrize(("key", "field"), [("Shift+F9", "minutes"), ("F9", "queue")])
def test_a_chosen_service_is_recorded_before_the_visit_goes_elsewhere(desk: Desk, key: str, field: str) -> None:
    desk.serving()
    desk.key("F8")
    desk.type("dek")
    desk.key("Enter")
    desk.focused("input[name=kind]")
    desk.key(key)
    desk.shows("Nav izvēlēts pakalpojuma veids", "form.record")
    assert desk.page.locator("dialog.sheet[open]").count() == 0
    desk.key("1", "Enter")
    desk.sheet()
    (one,) = desk.data()["visit"]["delivered"]
    assert one["kind"] == "pieteikums"
    desk.key("Escape")
    desk.sheet(False)
    assert desk.data()["state"] == "serving"


def test_a_colleague_to_send_somebody_to_has_a_name(house: House, desk: Desk, open_page: Callable[..., Any]) -> None:
    opened(house, open_page, "4", "clerk2")
    desk.serving()
    desk.key("F9")
    desk.sheet()
    desk.page.locator("dialog option", has_text="Clerk2 · 4. lodziņš").wait_for(state="attached")


def test_whose_counter_it_is_is_said_by_name_with_the_way_to_the_others(desk: Desk, open_page: Callable[..., Any]) -> None:
    other = open_desk(desk.house, open_page, name="clerk2")
    other.shows("Pie šī lodziņa strādā cits speciālists: Clerk1.", ".desk-centre")
    other.page.locator(".desk-centre").get_by_role("link", name="Visi lodziņi").click()
    other.page.wait_for_url(f"{desk.house.address}/")


def test_a_contact_at_a_free_counter_is_the_visit_itself(desk: Desk) -> None:
    desk.key("Control+Shift+F2")
    desk.sheet()
    desk.key("ArrowDown", "Tab")
    desk.type("dek")
    desk.key("Enter", "Enter")
    desk.state("serving")
    visit = desk.data()["visit"]
    assert (visit["number"], visit["channel"]) == ("", "video")
    desk.key("F2")
    record(desk)
    desk.state("idle")


def test_a_call_back_is_noted_opened_and_answered(desk: Desk) -> None:
    page = desk.page
    page.locator("[data-step=callback]").click()
    desk.sheet()
    desk.focused("#callback-service")
    desk.type("dek")
    desk.key("Enter")
    soon = page.evaluate(
        "timeZone => new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone }).format(Date.now() + 60000)", "Europe/Riga"
    )
    page.fill("dialog input[name=at]", soon)
    page.fill("dialog input[name=phone]", "2000 00-00")
    page.fill("dialog input[name=person]", "Pēteris")
    page.locator("dialog [type=submit]").click()
    page.locator(".callbacks li").wait_for()
    desk.sheet(False)
    (noted,) = desk.data()["callbacks"]
    assert "Pēteris" not in str(desk.data())
    page.locator(".callbacks li button").click()
    desk.shows("Pēteris · 20000000", ".reach")
    page.locator("dialog .button", has_text="Sazvanīts").click()
    desk.state("serving")
    desk.sheet(False)
    desk.focused("#finder")
    here = desk.data()
    assert (here["callbacks"], here["visit"]["service"], here["visit"]["channel"]) == ([], noted["service"], "talrunis")


def test_a_number_that_nobody_could_call_stays_in_the_sheet(desk: Desk) -> None:
    page = desk.page
    page.locator("[data-step=callback]").click()
    desk.sheet()
    desk.focused("#callback-service")
    desk.type("dek")
    desk.key("Enter")
    page.fill("[name=at]", "23:59")
    for wrong in ("abc", "29-12", "2912345x", "1-----"):
        page.fill("[name=phone]", wrong)
        page.locator("[name=phone]").press("Enter")
        assert page.locator("[name=phone]:invalid").count() == 1
    desk.focused("[name=phone]")
    desk.shows("Tālrunis. Cipari un atstarpes, pirms tiem var būt +.", "dialog [data-refusal]")
    for right in ("29 123 456", "+371 29-123-456", "29123456"):
        page.fill("[name=phone]", right)
        assert page.locator("[name=phone]:valid").count() == 1
    desk.key("Escape")
    assert desk.data()["callbacks"] == []


def test_a_message_to_the_manager_and_back(house: House, desk: Desk) -> None:
    page = desk.page
    desk.key("Control+Shift+F9")
    desk.sheet()
    desk.type(f"Klients {CODE} gaida")
    page.locator("dialog [type=submit]").click()
    desk.shows("personas kod", "dialog")
    assert page.input_value("dialog textarea") == f"Klients {CODE} gaida"
    page.fill("dialog textarea", "Beidzas veidlapas")
    page.locator("dialog [type=submit]").click()
    desk.shows("Beidzas veidlapas", ".desk-why")
    desk.sheet(False)
    (sent,) = desk.data()["messages"]
    house.done("AcknowledgeMessage", {"message": sent["message"]})
    desk.shows("izlasīts", ".desk-why .course")
    house.done("SendMessage", {"counter": "3", "to": "counter", "text": "Nesīšu tūlīt"})
    desk.shows("Nesīšu tūlīt", ".desk-centre")
    page.get_by_role("button", name="Izlasīts").click()
    page.get_by_text("Nesīšu tūlīt").wait_for(state="detached")
    assert [one["text"] for one in desk.data()["messages"]] == ["Beidzas veidlapas"]


def test_a_quiet_alarm_is_seen_and_answered_at_another_desk(house: House, desk: Desk, open_page: Callable[..., Any]) -> None:
    other = opened(house, open_page, "4", "clerk2")
    desk.key("Control+Shift+Space")
    desk.page.locator("[data-alarm][data-kind=attention]").wait_for()
    assert desk.page.locator("audio, dialog[open]").count() == 0
    alert = other.page.locator("[data-alert=alarm]")
    alert.wait_for()
    assert desk.page.locator("[data-alert=alarm]").count() == 0
    alert.get_by_role("button").click()
    desk.page.locator("[data-alarm][data-kind=info]").wait_for()
    assert "Clerk2" in desk.text("[data-alarm]")
    alert.get_by_role("button").wait_for(state="detached")


def test_a_personal_code_in_a_note_is_refused_and_the_text_kept(desk: Desk) -> None:
    page = desk.page
    desk.serving()
    desk.key("F8", "ArrowDown", "Enter")
    desk.focused("input[name=kind]")
    page.locator("details summary").click()
    page.fill("input[name=note]", f"kods {CODE}")
    page.locator("input[name=kind]").first.focus()
    desk.key("1", "Enter")
    desk.shows("personas kod", "form.record")
    assert page.input_value("input[name=note]") == f"kods {CODE}"
    assert desk.data()["visit"]["delivered"] == []
    page.fill("input[name=note]", "ar pielikumu")
    page.keyboard.press("Enter")
    desk.shows("ar pielikumu", ".delivered tbody")


def test_a_record_is_corrected_and_cancelled_and_undone(desk: Desk) -> None:
    page = desk.page
    desk.serving()
    desk.key("F8", "ArrowDown", "Enter")
    record(desk, "1")
    row = page.locator(".delivered tbody tr")
    row.wait_for()
    row.get_by_role("button", name="Labot: ").click()
    page.locator("tr[data-correcting=true]").wait_for()
    desk.key("Escape")
    page.locator("tr[data-correcting=true]").wait_for(state="detached")
    row.get_by_role("button", name="Labot: ").click()
    record(desk, "2")
    desk.until(lambda data: data["visit"]["delivered"][0]["kind"] == "konsultacija", "the correction")
    assert len(desk.data()["visit"]["delivered"]) == 1
    desk.page.locator(".undo").wait_for()


def test_a_recorded_service_is_taken_out_and_that_is_undone(desk: Desk) -> None:
    desk.serving()
    for letters in ("dek", "bērn"):
        desk.key("F8")
        desk.type(letters)
        desk.key("Enter")
        record(desk)
        desk.page.locator(".record-rest").wait_for(state="hidden")
    first, second = desk.data()["visit"]["delivered"]
    desk.page.get_by_role("button", name="Izņemt: ").first.click()
    desk.page.wait_for_function("n => document.querySelectorAll('.delivered tbody tr').length === n", arg=1)
    desk.focused("#finder")
    (left,) = desk.data()["visit"]["delivered"]
    assert (left["n"], left["service"]) == (1, second["service"])
    desk.shows("Izņemts pakalpojums: ", ".desk-foot")
    assert desk.text("[role=status]") == "Pakalpojums ir izņemts."
    desk.page.get_by_role("button", name="Labot: ").click()
    desk.focused("input[name=kind]")
    desk.page.locator("[title=Izņemt]:disabled").wait_for(state="attached")
    desk.page.locator("[data-step=undo]").click()
    desk.page.wait_for_function("n => document.querySelectorAll('.delivered tbody tr').length === n", arg=2)
    assert desk.page.locator("tr[data-correcting=true]").count() == 0, "the one that was corrected has another number now"
    assert [one["service"] for one in desk.data()["visit"]["delivered"]] == [first["service"], second["service"]]


def test_finish_asks_for_what_the_plan_wants_said(house: House, desk: Desk) -> None:
    plan = always_open(load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE)))
    strict = replace(plan, rules=replace(plan.rules, record=("outcome", "why", "redirected_to", "language")))
    house.done("RevisePlan", {"plan": msgspec.to_builtins(strict)})
    page = desk.page
    desk.serving()
    desk.key("F2")
    desk.focused("input[name=kind]")
    desk.key("1", "Enter")
    desk.focused("select[name=outcome]")
    page.select_option("select[name=outcome]", "redirected")
    page.locator("input[name=kind]").first.focus()
    desk.key("Enter")
    desk.focused("input[name=redirected_to]")
    desk.type("VID")
    desk.key("Enter")
    desk.focused("select[name=language]")
    assert desk.data()["state"] == "serving"
    page.select_option("select[name=language]", "lv")
    page.locator("input[name=kind]").first.focus()
    desk.key("Enter")
    desk.state("idle")
    house.done("RevisePlan", {"plan": msgspec.to_builtins(plan)})


def test_each_step_is_taken_back(house: House, desk: Desk) -> None:
    served = desk.data()["served_today"]
    desk.take()
    desk.key("F2")
    desk.state("called")
    desk.key("Control+Z")
    desk.state("idle")
    for step in (("Shift+F4",), ("Shift+F9", "Enter"), ("F9", "ArrowDown", "Enter")):
        desk.key("F2")
        desk.state("called")
        first, *rest = step
        desk.key(first)
        if rest:
            desk.sheet()
            desk.key(*rest)
        desk.state("idle")
        desk.key("Control+Z")
        desk.state("called")
        desk.key("Control+Z")
        desk.state("idle")
    desk.key("F2")
    desk.state("called")
    desk.key("F2")
    desk.state("serving")
    desk.key("Control+Z")
    desk.state("called")
    desk.key("F2")
    desk.state("serving")
    desk.key("F2")
    record(desk)
    desk.state("idle")
    assert desk.data()["served_today"] == served + 1
    desk.key("Control+Z")
    desk.state("serving")
    assert [one["kind"] for one in desk.data()["visit"]["delivered"]] == ["konsultacija"]
    assert re.search(r"A\d{3}", desk.text(".card.serve"))


@pytest.mark.parametrize(("field", "value", "most"), [("minutes", "481", 480), ("scanned", "1000", 999), ("quantity", "100", 99)])
def test_a_number_that_cannot_be_is_said_at_its_field_before_it_is_sent(desk: Desk, field: str, value: str, most: int) -> None:
    desk.serving()
    desk.key("F8")
    desk.type("dek")
    desk.key("Enter")
    desk.focused("input[name=kind]")
    more = desk.page.locator("form.record summary")
    more.click()
    desk.page.fill(f"form.record [name={field}]", value)
    more.click()
    desk.page.locator("input[name=kind]").first.focus()
    desk.key("1", "Enter")
    desk.focused(f"form.record [name={field}]")
    desk.shows(f"vajadzīgs vesels skaitlis no {int(field == 'quantity')} līdz {most}.", "form.record [data-refusal]")
    right = int(field != "minutes")  # more is not on the clock yet
    desk.page.fill(f"form.record [name={field}]", str(right))
    desk.key("Enter")
    desk.page.locator(".delivered tbody tr").wait_for()
    assert desk.data()["visit"]["delivered"][0][field] == right


def test_lines_and_tabs_of_pasted_words_are_no_fault(desk: Desk) -> None:
    desk.serving()
    desk.key("Control+Shift+F9")
    desk.sheet()
    desk.type("Vajag papīru\nun tinti")
    desk.key("Tab", "Enter")
    desk.sheet(False)
    assert desk.data()["messages"][-1]["text"] == "Vajag papīru un tinti"
    desk.key("Shift+F9")
    desk.sheet()
    desk.page.locator("dialog [name=note]").fill("a\tb\u202e")
    desk.key("Enter")
    desk.state("idle")
    assert desk.data()["parked"][0]["note"] == "a b"


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("Control+Shift+F9", "   ", "Teksts: šis lauks ir jāaizpilda."), ("F9", "", "Uz kurieni: šis lauks ir jāaizpilda."),
        ("Control+Shift+F2", "", "Izvēlieties pakalpojumu no saraksta."),
    ],
)  # fmt: skip
def test_what_a_sheet_still_needs_is_said_in_words(desk: Desk, key: str, typed: str, said: str) -> None:
    desk.serving()
    desk.key(key)
    desk.sheet()
    desk.type(typed)
    desk.page.locator("dialog [type=submit]").press("Enter")
    desk.shows(said, "dialog [data-refusal]")
    assert desk.page.evaluate("document.activeElement.matches('dialog textarea, dialog select, dialog [role=combobox]')")


def test_a_name_in_words_is_no_user_name_of_a_colleague(house: House, desk: Desk) -> None:
    plan = always_open(load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE)))
    named = replace(plan, rules=replace(plan.rules, for_colleagues=True))
    house.done("RevisePlan", {"plan": msgspec.to_builtins(named)})
    desk.page.wait_for_function("v => fetch('/api/v1/views/catalogue').then((a) => a.json()).then((a) => a.data.for_colleagues)")
    desk.page.reload()
    desk.state("idle")
    desk.key("Control+Shift+F2")
    desk.sheet()
    desk.key("Tab")
    desk.type("dek")
    desk.key("Enter")
    desk.page.fill("dialog [name=clerk]", "Jānis Ozols")
    desk.key("Enter")
    desk.page.locator("dialog [name=clerk]").press("Enter")
    desk.shows("Lietotājvārdā nav atstarpju un garumzīmju.", "dialog [data-refusal]")
    desk.focused("[name=clerk]")
    desk.key("Escape")
    house.done("RevisePlan", {"plan": msgspec.to_builtins(plan)})
