"""Each kind of change of the plan through the page while a busy day goes on, forwards and back one by one."""

import json
import sqlite3
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from config.plan import Hours
from server.demo import EVERY_DAY, always_open
from tests.e2e.conftest import sign_in
from tests.house import House
from tests.support import demo_plan, long_day

pytestmark = pytest.mark.e2e

SERVICES = ("VSAA-21", "VID-01", "PASV-14", "NVA-01")
CLERKS = {"1": "clerk-1", "2": "clerk-2"}
PACE_S = 0.25
"""Between two rounds: eight visits a second are busier than any centre, and leave the machine to the pages."""
KEPT = 8
"""Visitors who wait before the day begins; every one that is called makes room for the next."""


class Day(threading.Thread):
    """Two clerks at work until `over`: visitors come, are called, served and go; what was refused is in `faults`."""

    def __init__(self, house: House) -> None:
        super().__init__(daemon=True)
        self._house, self._over = house, threading.Event()
        self.served = 0
        self.faults: list[str] = []

    def run(self) -> None:
        while not self._over.wait(PACE_S):
            for counter, clerk in CLERKS.items():
                self._do("TakeTicket", {"service": SERVICES[self.served % len(SERVICES)]})
                for step in ("CallNext", "Serve", "Finish"):
                    self._do(step, {"counter": counter}, clerk)
                self.served += 1

    def over(self) -> None:
        """After the round that is being worked."""
        self._over.set()
        self.join()

    def _do(self, name: str, data: dict[str, Any], token: str = "demo-manager") -> None:
        answer = self._house.submit(name, data, token)
        if answer.status != 200:
            self.faults.append(f"{name} {data}: {answer.text}")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A centre at work round the clock, far from midnight: nothing must be recorded, so that clerks need not choose."""
    found = House(tmp_path_factory.mktemp("house")).start()
    plan = always_open(demo_plan())
    plan = replace(
        plan,
        centre=replace(plan.centre, timezone=long_day(plan.centre.timezone)),
        booking=None,
        hours=Hours(regular=EVERY_DAY, holidays=False),
        rules=replace(plan.rules, outcome_required=False),
    )
    found.done("RevisePlan", {"plan": msgspec.to_builtins(plan)})
    for counter, clerk in CLERKS.items():
        found.done("OpenCounter", {"counter": counter}, clerk)
    for n in range(KEPT):
        found.done("TakeTicket", {"service": SERVICES[n % len(SERVICES)]})
    yield found
    found.stop()


class Office:
    """The manager's pages in a browser."""

    def __init__(self, page: Any, house: House) -> None:
        self.page, self.house = page, house

    def said(self) -> dict[str, Any]:
        """The file of the plan in force."""
        return tomllib.loads(self.page.request.get(f"{self.house.address}/admin/plan/toml").text())

    def at(self, path: str) -> Any:
        return self.page.locator(f'[id="{path}"]')

    def open(self, section: str, *items: str) -> None:
        self.page.click(f"#section-{section}")
        for item in items:
            self.at(f"open-{item}").click()

    def fill(self, path: str, text: str) -> None:
        self.at(path).fill(text)

    def pick(self, path: str, value: str) -> None:
        self.page.select_option(f'[id="{path}"]', value)

    def press(self, path: str) -> None:
        self.at(path).click()

    def add(self, path: str) -> None:
        """Another item of a list, which is open then."""
        self.press(f"{path}.add")

    def start(self, why: str) -> None:
        """The draft comes into force at once."""
        page = self.page
        page.wait_for_selector("#answer [data-kind=ok]")
        page.click("#step-start")
        page.wait_for_selector("#begin[aria-disabled=false]")
        assert "Zaudē vietu\n0 cilvēku" in page.inner_text(".effect")
        page.fill("#reason", why)
        version = self.version()
        page.click("#begin")
        page.wait_for_function(
            "n => JSON.parse(document.getElementById('boot')?.textContent ?? '{}').now_version === n", arg=version + 1
        )
        page.wait_for_selector(".plan-edit")

    def version(self) -> int:
        found: int = json.loads(self.page.inner_text("#boot"))["now_version"]
        return found


def services(office: Office) -> None:
    office.open("services", "institutions[1]")
    office.press("institutions[1].services.all")
    count = office.page.locator('[id^="off-institutions[1].services["]').count()
    office.press(f"off-institutions[1].services[{count - 1}]")


def queues(office: Office) -> None:
    office.open("queues", "queues[2]")
    office.fill("queues[2].name.lv", "Nodokļi")
    office.fill("queues[2].target", "12")


def counters(office: Office) -> None:
    office.open("counters")
    office.add("counters")
    office.fill("counters[6].code", "9")
    office.pick("counters[6].zone", "side")
    office.pick("counters[6].profile", "universal")


def profiles(office: Office) -> None:
    office.open("profiles", "profiles[1]")
    office.pick("profiles[1].calling.order", "target")


def zones(office: Office) -> None:
    office.open("zones", "zones[0]")
    office.fill("zones[0].name.lv", "Gaišā zāle")


def kiosks(office: Office) -> None:
    office.open("kiosks", "kiosks[0]")
    office.press("off-kiosks[0].quick[0]")


def screens(office: Office) -> None:
    office.open("screens", "screens[0]")
    office.fill("screens[0].metres", "7")


def rooms(office: Office) -> None:
    office.open("booths", "rooms[0]")
    office.fill("rooms[0].minutes", "45")


def hours(office: Office) -> None:
    office.open("hours")
    office.add("hours.exceptions")
    office.fill("hours.exceptions[0].date", "2099-12-24")
    office.fill("hours.exceptions[0].spans", "8-12")


def texts(office: Office) -> None:
    office.open("centre")
    office.fill("centre.short.lv", "Pārdēvētais centrs")


def rules(office: Office) -> None:
    office.open("rules")
    office.fill("rules.no_show_s", "600")


def slip(office: Office) -> None:
    office.open("slip")
    office.fill("slip_footer.lv", "Paldies, ka nācāt.")


def languages(office: Office) -> None:
    """Calls in English too: refused until the reason that the law wants is there."""
    office.open("screens")
    office.pick("voice.languages.add", "en")
    office.at("fault-voice.because").wait_for()
    office.fill("voice.because", "Novada domes lēmums Nr. 12, 2026. gada 1. martā")
    adder = office.page.locator('[data-path="voice.place"] > .plan-add')
    adder.locator("select").select_option("en")
    adder.get_by_role("button").click()
    office.fill("voice.place.en.text", "to counter {n}")
    office.pick("voice.place.en.number", "cardinal")


def boards(office: Office) -> None:
    """What stands on the boards has a page of its own."""
    page = office.page
    page.goto(f"{office.house.address}/admin/board")
    page.wait_for_selector(".boards")
    page.click("[data-add=notice]")
    page.fill("#f-notices-1-text-lv", "Rīt strādājam līdz pusdienām.")
    page.get_by_role("button", name="Saglabāt un rādīt").click()
    page.wait_for_selector("#answer [data-kind=ok]")


Kind = tuple[Callable[[Office], None], str, str]
KINDS: tuple[Kind, ...] = (
    (services, "institution", ""),
    (queues, "queue", ""),
    (counters, "counter", ""),
    (profiles, "profile", ""),
    (zones, "zone", ""),
    (kiosks, "kiosk", ""),
    (screens, "screen", ""),
    (rooms, "room", ""),
    (hours, "hours", ""),
    (rules, "rules", ""),
    (slip, "slip_footer", ""),
    (languages, "voice", ""),
    (boards, "notice", "Rīt strādājam līdz pusdienām."),
    (texts, "centre", "Pārdēvētais centrs"),
)
"""By kind: how it is done, what of the file is another one then, and what a board says from then on."""


def on_board(board: Any, text: str, there: bool) -> None:
    """As soon as the board paints the plan that was started."""
    board.wait_for_function("([text, there]) => document.body.innerText.includes(text) === there", arg=[text, there])


@pytest.mark.parametrize("kinds", [KINDS[:4], KINDS[4:8], KINDS[8:11], KINDS[11:]], ids=["offer", "devices", "rules", "words"])
def test_each_kind_of_change_in_the_middle_of_a_busy_day(
    centre: House, open_page: Callable[..., Any], kinds: tuple[Kind, ...]
) -> None:
    board = open_page(f"{centre.address}/display/hall", 1920, 1080, reduced_motion="reduce")  # a pulse costs half of all
    board.wait_for_selector("#app > :not(.loading)")
    desk = open_page(f"{centre.address}/counter/1", 1366, 768)
    sign_in(desk)
    page = open_page(f"{centre.address}/admin/plan", 1440, 900)
    sign_in(page, "manager")
    office = Office(page, centre)
    page.wait_for_selector(".plan-edit")
    first = office.version()
    _, before = recounted(centre)
    day = Day(centre)
    day.start()
    said = [office.said()]
    for change, part, text in kinds:
        page.goto(f"{centre.address}/admin/plan")
        page.wait_for_selector(".plan-edit")
        change(office)
        if change is not boards:
            office.start(change.__name__)
        said.append(office.said())
        assert {name for name in said[-1].keys() | said[-2].keys() if said[-1].get(name) != said[-2].get(name)} == {part}
        if text:
            on_board(board, text, True)
    assert (centre.view("panel/9").status == 200) == any(change is counters for change, _, _ in kinds)
    page.goto(f"{centre.address}/admin/plan/versions")
    for n, (_, _, text) in reversed(list(enumerate(kinds))):
        row = page.locator("tbody tr").filter(has=page.get_by_role("rowheader", name=str(first + n), exact=True))
        row.get_by_role("button").click()
        page.wait_for_selector(f"tbody tr:first-child th:has-text('{first + 2 * len(kinds) - n}')")
        assert office.said() == said[n]
        if text:
            on_board(board, text, False)
    day.over()
    assert day.faults == []
    assert day.served > len(kinds)
    assert desk.locator("#name").count() == 0, "the clerk is still signed in"
    assert all(centre.data(f"desk/{counter}", clerk)["state"] == "idle" for counter, clerk in CLERKS.items())
    assert recounted(centre) == (KEPT, before + day.served)


def recounted(house: House) -> tuple[int, int]:
    """How many wait and were served, by the journal alone; whoever came first of whom a counter serves was called first."""
    with closing(sqlite3.connect(house.folder / "rinda.db")) as database:
        rows = [(kind, json.loads(data)) for kind, data in database.execute("SELECT type, data FROM journal ORDER BY position")]
    waiting, gone, plan = dict[str, str](), 0, dict[str, Any]()
    for kind, data in rows:
        if kind == "PlanRevised":
            plan = data["plan"]
        elif kind == "TicketIssued":
            waiting[data["visit"]] = data["service"]
        elif kind == "VisitCalled":
            profile = next(one["profile"] for one in plan["counters"] if one["code"] == data["counter"])
            queues = next(one["queues"] for one in plan["profiles"] if one["code"] == profile)
            can = {service for queue in plan["queues"] if queue["code"] in queues for service in queue["services"]}
            assert data["visit"] == next(visit for visit, service in waiting.items() if service in can), "not the first"
            del waiting[data["visit"]]
        elif kind == "VisitEnded":
            assert data["reason"] == "served"
            gone += 1
    return len(waiting), gone
