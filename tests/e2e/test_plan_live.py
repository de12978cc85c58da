"""The page of the plan in a browser, in the middle of a busy day: every kind of change through the page, forwards and back."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.demo import always_open
from tests.e2e.axe import clean
from tests.e2e.conftest import sign_in
from tests.house import MANAGER, House, bearer
from tests.support import demo_plan

pytestmark = pytest.mark.e2e

SERVICES = ("VSAA-21", "VID-01", "PASV-14", "NVA-01")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    found = House(tmp_path_factory.mktemp("house")).start()
    yield found
    found.stop()


@pytest.fixture
def house(centre: House) -> House:
    """The centre, open at any hour, with a busy floor: two counters at work, one visitor called, one served, eight waiting."""
    plan = msgspec.structs.replace(always_open(demo_plan()), booking=None)
    centre.clear()
    centre.done("RevisePlan", {"plan": msgspec.to_builtins(plan)})
    for counter, clerk in (("1", "clerk-1"), ("2", "clerk-2")):
        centre.done("OpenCounter", {"counter": counter}, clerk)
    for n in range(10):
        centre.done("TakeTicket", {"service": SERVICES[n % len(SERVICES)]})
    centre.done("CallNext", {"counter": "1"}, "clerk-1")
    centre.done("CallNext", {"counter": "2"}, "clerk-2")
    centre.done("Serve", {"counter": "2"}, "clerk-2")
    return centre


@pytest.fixture
def admin(house: House, open_page: Callable[..., Any]) -> Any:
    """The manager's page of the plan."""
    page = open_page(f"{house.address}/admin/plan", 1440, 900)
    sign_in(page, "manager")
    page.wait_for_selector(".plan-edit")
    return page


def at(page: Any, path: str) -> Any:
    return page.locator(f'[id="{path}"]')


def section(page: Any, name: str, *items: str) -> None:
    """Opens a section, and in it the items at these paths."""
    page.click(f"#section-{name}")
    for item in items:
        at(page, f"open-{item}").click()


def started(page: Any, reason: str, draws: bool = True) -> None:
    """Starts the draft now: what it would do has lost nobody's place; whether a connected screen draws anew is told."""
    page.wait_for_selector("#answer [data-kind=ok]")
    page.click("#step-start")
    page.wait_for_selector("#begin[aria-disabled=false]")
    effect = page.inner_text(".effect")
    assert "Zaudē vietu\n0 cilvēku" in effect
    assert draws == ("pārzīmēsies\n0, bez" not in effect)
    page.fill("#reason", reason)
    version = page.evaluate("JSON.parse(document.getElementById('boot').textContent).now_version")
    page.click("#begin")
    page.wait_for_function(
        "n => JSON.parse(document.getElementById('boot')?.textContent ?? '{}').now_version === n", arg=version + 1
    )
    page.wait_for_selector(".plan-edit")


def standing(house: House) -> Any:
    """Who is here: numbers, states and places, and who works where."""
    visits = [
        one
        for one in house.request("GET", "/api/v1/visits?since=0", headers=bearer(MANAGER)).json["visits"]
        if one["state"] != "ended"
    ]
    desks = {n: house.data(f"desk/{n}", "clerk-" + n).get("state") for n in ("1", "2")}
    return sorted((one["number"], one["visit"], one["state"]) for one in visits), desks


def number_of(plan: Any, code: str, part: str = "queues") -> int:
    return [one.code for one in getattr(plan, part)].index(code)


def test_each_kind_of_change_through_the_page_forwards_and_back(house: House, admin: Any, open_page: Callable[..., Any]) -> None:
    board = open_page(f"{house.address}/display/hall", 1920, 1080)
    board.wait_for_selector("#app > :not(.loading)")
    desk = open_page(f"{house.address}/counter/1", 1366, 768)
    sign_in(desk)
    before, plan = standing(house), demo_plan()
    first = admin.evaluate("JSON.parse(document.getElementById('boot').textContent).now_version")
    vid, vsaa = number_of(plan, "vid"), number_of(plan, "vsaa")

    # A queue has another name, letter and target; its visitors keep their numbers. The board says so within a second.
    section(admin, "queues", f"queues[{vid}]")
    at(admin, f"queues[{vid}].name.lv").fill("Nodokļi")
    at(admin, f"queues[{vid}].target").fill("12")
    section(admin, "centre")
    at(admin, "centre.short.lv").fill("Pārdēvētais centrs")
    started(admin, "jauns nosaukums")
    board.wait_for_function("() => document.body.innerText.includes('Pārdēvētais centrs')", timeout=1000)
    assert standing(house) == before

    # A service goes to another queue, and those who wait for it go along.
    section(admin, "queues", f"queues[{vsaa}]")
    admin.select_option(f'[id="queues[{vsaa}].services.add"]', "VID-01")
    at(admin, f"fault-queues[{vsaa}].letter").wait_for()
    at(admin, f"queues[{vsaa}].name.lv").fill("VSAA")
    at(admin, f"queues[{vsaa}].letter").fill(plan.queues[vsaa].letter)
    admin.wait_for_selector("#answer [data-kind=ok]")
    admin.click("#step-compare")
    admin.wait_for_selector(".effect div")
    assert "Pāriet no rindas „Nodokļi” uz „VSAA”" in admin.inner_text(".effect")
    assert "Valsts sociālās" not in admin.inner_text(".diff >> nth=0")
    clean(admin)
    admin.click("#step-edit")
    started(admin, "VID-01 pie VSAA")
    assert standing(house) == before

    # Another calling rule, a counter more, other zone of a counter, other rules, a kiosk's quick service, a note for staff.
    section(admin, "profiles", "profiles[0]")
    admin.select_option('[id="profiles[0].calling.order"]', "target")
    section(admin, "counters")
    at(admin, "counters.add").click()
    at(admin, f"counters[{len(plan.counters)}].code").fill("9")
    admin.select_option(f'[id="counters[{len(plan.counters)}].zone"]', "side")
    admin.select_option(f'[id="counters[{len(plan.counters)}].profile"]', "universal")
    section(admin, "rules")
    at(admin, "rules.no_show_s").fill("600")
    section(admin, "kiosks", "kiosks[0]")
    at(admin, "off-kiosks[0].quick[0]").click()
    section(admin, "slip")
    at(admin, "slip_footer.lv").fill("Paldies, ka nācāt.")
    started(admin, "daudz kas")
    house.data("panel/9")
    assert standing(house) == before
    assert desk.locator("#name").count() == 0, "the clerk is still signed in"

    # The history says who and why; one press goes back to the beginning.
    admin.goto(f"{house.address}/admin/plan/versions")
    assert admin.locator("tbody tr").first.inner_text().split("\t")[3].strip() == "daudz kas"
    clean(admin)
    row = admin.locator("tbody tr").filter(has=admin.get_by_role("rowheader", name=str(first), exact=True))
    row.get_by_role("button").click()
    admin.wait_for_selector(f"tbody tr:first-child th:has-text('{first + 4}')")
    board.wait_for_function("() => !document.body.innerText.includes('Pārdēvētais centrs')", timeout=1000)
    assert standing(house) == before

    # The day goes on: whoever came first is called first.
    house.done("NoShow", {"counter": "1"}, "clerk-1")
    called = house.done("CallNext", {"counter": "1"}, "clerk-1")
    assert called["visit"] in {visit for _, visit, state in before[0] if state == "waiting"}
    board.wait_for_function("number => document.body.innerText.includes(number)", arg=called["number"], timeout=1000)


def test_faults_stand_at_their_fields_while_one_types(admin: Any) -> None:
    section(admin, "counters", "counters[0]")
    at(admin, "counters[0].code").fill("2")
    fault = admin.locator('[id="fault-counters[1].code"], [id="fault-counters[0].code"]').or_(admin.locator(".plan-open .tag"))
    fault.first.wait_for()
    assert "kļūd" in admin.inner_text("#answer")
    admin.click("#step-check")
    admin.wait_for_selector(".plan-faults button")
    assert "Tāds nosaukums jau ir: 2." in admin.inner_text(".plan-faults")
    clean(admin)
    admin.locator(".plan-faults button").first.click()
    admin.wait_for_selector("[aria-invalid=true]")
    clean(admin)
    admin.get_by_role("button", name="Izmest melnrakstu").click()
    admin.wait_for_function("() => document.querySelector('#answer')?.innerText === 'Nekas nav mainīts.'")
    admin.set_viewport_size({"width": 320, "height": 800})
    admin.wait_for_function("document.documentElement.scrollWidth <= 320")


def test_a_draft_is_kept_and_brought_together_with_what_another_has_started(house: House, admin: Any) -> None:
    section(admin, "rules")
    at(admin, "rules.no_show_s").fill("900")
    admin.wait_for_selector("#answer [data-kind=ok]")
    admin.reload()
    section(admin, "rules")
    assert at(admin, "rules.no_show_s").input_value() == "900"
    plan = msgspec.structs.replace(always_open(demo_plan()), booking=None)
    other = msgspec.structs.replace(plan, rules=msgspec.structs.replace(plan.rules, lock_minutes=33))
    house.done("RevisePlan", {"plan": msgspec.to_builtins(other)})
    admin.reload()
    admin.wait_for_selector("#stale")
    assert "Noteikumi" in admin.inner_text("#stale")
    admin.click("#stale button")
    admin.wait_for_function("() => !document.querySelector('#stale') && document.querySelector('.plan-edit')")
    section(admin, "rules")
    assert [at(admin, f"rules.{name}").input_value() for name in ("no_show_s", "lock_minutes")] == ["900", "33"]
    started(admin, "abi kopā", draws=False)


def test_a_file_gives_the_same_back_and_a_plan_can_wait_for_its_time(house: House, admin: Any, tmp_path: Path) -> None:
    with admin.expect_download() as got:
        admin.get_by_role("link", name="Lejupielādēt TOML").click()
    text = Path(got.value.path()).read_text()
    (tmp_path / "bad.toml").write_text(text.replace('zone = "hall"', 'zone = "hal"', 1))
    admin.set_input_files("#toml", tmp_path / "bad.toml")
    admin.wait_for_selector("#toml-faults")
    assert "Nav uzgaidāmās telpas hal; vai domājāt „hall”?" in admin.inner_text("#toml-faults")
    assert "rinda failā" in admin.inner_text("#toml-faults")
    (tmp_path / "same.toml").write_text(text.replace("Wi-Fi apmeklētājiem", "Bezvadu tīkls", 1))
    admin.set_input_files("#toml", tmp_path / "same.toml")
    admin.wait_for_selector("#answer [data-kind=ok]")
    assert admin.evaluate("JSON.parse(document.getElementById('boot').textContent).checked.changes") == 2
    admin.click("#step-start")
    admin.wait_for_selector("#begin[aria-disabled=false]")
    admin.get_by_label("Noteiktā laikā").check()
    day = date.today() + timedelta(days=30)  # noqa: DTZ011
    admin.fill("#at-date", day.isoformat())
    admin.click("#begin")
    admin.wait_for_selector("#planned")
    assert f"{day:%d.%m.%Y}. 08:00" in admin.inner_text("#planned")
    admin.click("#planned button")
    admin.wait_for_function("() => !document.querySelector('#planned') && document.querySelector('#answer [data-kind=ok]')")
    assert json.loads(admin.inner_text("#boot"))["checked"]["changes"] == 2, "it is a draft again"
    admin.get_by_role("button", name="Izmest melnrakstu").click()
    admin.wait_for_function("() => document.querySelector('#answer')?.innerText === 'Nekas nav mainīts.'")
