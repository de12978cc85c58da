"""Every state of the kiosk page: how a test comes there, and what may never be wrong with what is drawn."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config.texts import translate
from kiosk.feed import LinkState, ReserveState
from tests.e2e.kiosk_stage import NO_PAPER, Stage

State = Callable[[Any, Stage], None]
LATE_SERVICE = "VID-01"
QUICK = "PASV-14"


def later(page: Any, seconds: int) -> None:
    """Puts the page's clock forward until it is loaded anew."""
    page.evaluate("ms => { const true_ = Date.now.bind(Date); Date.now = () => true_() + ms; }", seconds * 1000)


def lv(source: str) -> str:
    """The page's Latvian for one of its texts."""
    return translate("lv", source)


def press(page: Any, name: str, exact: bool = False) -> None:
    """Presses the control of that Latvian name, once the page listens."""
    page.locator(".shield").wait_for(state="detached")
    words = re.compile(f"^{re.escape(name)}") if not exact else name
    page.locator("main, nav, .access").get_by_role("button", name=words, exact=exact).first.click()


def arrived(page: Any, screen: str) -> None:
    """Waits for a screen that takes presses."""
    page.locator(f".stage[data-screen={screen}]").wait_for()
    page.locator(".shield").wait_for(state="detached")


def start(page: Any, stage: Stage) -> None:
    arrived(page, "start")


def only_queue(page: Any, stage: Stage) -> None:
    menu = stage.menu
    services = [{**one, "queue": menu["queues"][0]["queue"]} for one in menu["services"][:3]]
    stage.show(
        menu={
            "services": services,
            "queues": menu["queues"][:1],
            "unknown": services[0]["service"],
            "quick": [],
            "situations": [],
        }
    )
    page.locator("[data-only=true], [data-only='']").wait_for()


def institutions(page: Any, stage: Stage) -> None:
    press(page, lv("Institutions"))
    arrived(page, "institutions")


def institutions_rest(page: Any, stage: Stage) -> None:
    institutions(page, stage)
    page.locator(".last-row .button").first.click()
    page.locator(".pager").wait_for()


def groups(page: Any, stage: Stage) -> None:
    institutions(page, stage)
    press(page, "VSAA")
    arrived(page, "groups")


def services(page: Any, stage: Stage) -> None:
    groups(page, stage)
    page.locator("main .tile").first.click()
    arrived(page, "services")


def situations(page: Any, stage: Stage) -> None:
    press(page, lv("Life situations"))
    arrived(page, "situations")


def situation(page: Any, stage: Stage) -> None:
    situations(page, stage)
    page.locator("main .tile").first.click()
    arrived(page, "situation")
    page.locator("main .tile").nth(0).click()
    page.locator("main .tile").nth(1).click()


def _search(page: Any, query: str) -> None:
    press(page, lv("Search"))
    arrived(page, "search")
    page.locator(".field input").fill(query)


def search_begun(page: Any, stage: Stage) -> None:
    _search(page, "")


def search(page: Any, stage: Stage) -> None:
    _search(page, "aizbildna")


def search_nothing(page: Any, stage: Stage) -> None:
    _search(page, "qqqqq")


def how(page: Any, stage: Stage) -> None:
    search(page, stage)
    page.locator(".hits .tile").first.click()
    arrived(page, "how")


def added(page: Any, stage: Stage) -> None:
    how(page, stage)
    press(page, lv("Add another service"))
    arrived(page, "start")


def how_two(page: Any, stage: Stage) -> None:
    added(page, stage)
    search(page, stage)
    page.locator(".hits .tile").last.click()
    arrived(page, "how")


def help_(page: Any, stage: Stage) -> None:
    press(page, lv("Help"))
    arrived(page, "help")
    page.locator("main [aria-pressed]").first.click()


def help_called(page: Any, stage: Stage) -> None:
    help_(page, stage)
    stage.show(menu={"help": {"since": datetime.now(UTC).isoformat(), "coming": True}})
    page.locator(".help .notice[data-kind=info]").wait_for()


def help_failed(page: Any, stage: Stage) -> None:
    help_(page, stage)
    stage.refuse("no_link", "")
    press(page, lv("Call a member of staff here"))
    page.locator(".help .notice[data-kind=attention]").wait_for()


def with_needs(page: Any, stage: Stage) -> None:
    help_(page, stage)
    press(page, lv("Start"))
    arrived(page, "start")


def code(page: Any, stage: Stage) -> None:
    press(page, lv("I have an appointment"))
    arrived(page, "code")
    press(page, "4", exact=True)


def _ticket(page: Any, stage: Stage, job: str | None, service: str = QUICK, number: str = "M120", **more: Any) -> None:
    arrived(page, "start")
    visit = stage.issue(number, service, **more)
    stage.show(jobs={visit: job} if job else {})
    press(page, lv("I don't know which service"))
    arrived(page, "ticket")


def printing(page: Any, stage: Stage) -> None:
    _ticket(page, stage, "printing")


def take_it(page: Any, stage: Stage) -> None:
    _ticket(page, stage, "printed", number="A999")


def take_it_long(page: Any, stage: Stage) -> None:
    stage.show(menu={"tray": "left"})
    _ticket(page, stage, "printed", service="VSAA-01", ahead=21, promise={"low": None, "high": 21})


def take_it_right(page: Any, stage: Stage) -> None:
    stage.show(menu={"tray": "right"})
    _ticket(page, stage, "printed")


def linked(page: Any, stage: Stage) -> None:
    others = [
        {"visit": f"4e8d2c6a-0000-4000-8000-00000000000{n}", "number": number, "service": service, "token": "other-token",
         "promise": {"low": None, "high": None}}
        for n, (number, service) in enumerate((("N021", "NVA-01"), ("V007", "VID-01")))
    ]  # fmt: skip
    _ticket(page, stage, "printed", service="VSAA-01", linked=others)


def unconfirmed(page: Any, stage: Stage) -> None:
    _ticket(page, stage, "unconfirmed")


def valid(page: Any, stage: Stage) -> None:
    _ticket(page, stage, None)
    later(page, 21)
    page.locator(".ticket[data-paper=valid]").wait_for()


def no_paper_before(page: Any, stage: Stage) -> None:
    stage.show(printer=NO_PAPER)
    page.locator(".notice[data-kind=attention]").wait_for()


def no_paper(page: Any, stage: Stage) -> None:
    stage.show(printer=NO_PAPER)
    _ticket(page, stage, None, service="VSAA-01")
    page.locator("[data-paper=nopaper]").first.wait_for()


def expired(page: Any, stage: Stage) -> None:
    _ticket(page, stage, "expired")


def reserve_start(page: Any, stage: Stage) -> None:
    stage.show(reserve=ReserveState(on=True, letter="X", unsent=2), link=LinkState(up=False, since=datetime.now(UTC)))
    page.locator(".notice[data-kind=attention]").wait_for()


def reserve(page: Any, stage: Stage) -> None:
    reserve_start(page, stage)
    more = {"promise": {"low": None, "high": None}, "ahead": 0, "token": "", "url": None, "reserve": True}
    _ticket(page, stage, "printed", service="VSAA-01", number="X003", **more)


def checked_in(page: Any, stage: Stage) -> None:
    arrived(page, "start")
    due = (datetime.now(UTC) + timedelta(minutes=20)).isoformat()
    visit = stage.issue("J001", QUICK, due=due)
    stage.show(jobs={visit: "printed"})
    stage.input("scan", "RINDA:418123")
    arrived(page, "ticket")


def unknown_code(page: Any, stage: Stage) -> None:
    arrived(page, "start")
    stage.refuse("unknown_code", "Pieraksta ar šādu kodu nav. Pārbaudiet kodu vai saņemiet kārtas numuru.")
    stage.input("scan", "418123")
    arrived(page, "refused")


def already_checked_in(page: Any, stage: Stage) -> None:
    arrived(page, "start")
    stage.refuse("checked_in", "Ierašanās jau ir pieteikta: jūsu numurs ir J001.")
    stage.input("scan", "418123")
    arrived(page, "refused")


def _refused(page: Any, stage: Stage, refusal: str, text: str) -> None:
    arrived(page, "start")
    stage.refuse(refusal, text)
    press(page, lv("I don't know which service"))
    arrived(page, "refused")


def last_numbers(page: Any, stage: Stage) -> None:
    _refused(page, stage, "day_full", "Jūsu kārta būtu pēc slēgšanas, tāpēc šim pakalpojumam šodien numurus vairs neizsniedz.")


def failed(page: Any, stage: Stage) -> None:
    _refused(page, stage, "too_fast", "Pārāk daudz pieprasījumu. Brīdi uzgaidiet.")


def few_left(page: Any, stage: Stage) -> None:
    quick = stage.menu["quick"]
    services = [
        {**one, "left": 3 if one["service"] == quick[0] else 0, "open": one["service"] == quick[0]}
        if one["service"] in quick[:2]
        else one
        for one in stage.menu["services"]
    ]
    stage.show(menu={"services": services})
    page.locator("main [data-shut=true]").first.wait_for()


def closed(page: Any, stage: Stage) -> None:
    opens = datetime.now(UTC) + timedelta(days=2)
    stage.show(menu={"opens": opens.isoformat(), "closes": None})
    page.locator("table").wait_for()


def never_heard(page: Any, stage: Stage) -> None:
    stage.show(menu=None, link=LinkState(up=False, since=datetime.now(UTC)))
    page.locator(".notice[data-kind=attention]").wait_for()
    page.get_by_text(lv("Please wait")).wait_for()


def program_lost(page: Any, stage: Stage) -> None:
    arrived(page, "start")
    page.route("**/feed", lambda route: route.abort())
    stage.fall_silent()
    later(page, 10)
    page.locator(".notice[data-kind=trouble]").wait_for()


def more_time(page: Any, stage: Stage) -> None:
    services(page, stage)
    later(page, 62)
    stage.show()
    page.locator(".dialog").wait_for()


STATES: dict[str, State] = {
    function.__name__.strip("_"): function
    for function in (
        start, only_queue, institutions, institutions_rest, groups, services, situations, situation, search_begun, search,
        search_nothing, how, added, how_two, help_, help_called, help_failed, with_needs, code, printing, take_it, take_it_long,
        take_it_right, linked, unconfirmed, valid, no_paper_before, no_paper, expired, reserve_start, reserve, checked_in,
        unknown_code, already_checked_in, last_numbers, failed, few_left, closed, never_heard, program_lost, more_time,
    )
}  # fmt: skip

LOOK = (Path(__file__).parent / "kiosk_look.js").read_text("utf-8").partition("\n")[2]
"""What is drawn, measured: `wrong` in words; `words` of the screen; `smallest` type in the content, in mm."""

TOGGLES = {"large": 0, "contrast": 1, "low": 2, "language": 4}


SHOWN = "JSON.stringify({ ...document.documentElement.dataset, keypad: 0, lang: document.documentElement.lang })"
SWITCH = f"""n => {{
  const before = {SHOWN};
  document.querySelectorAll(".access button")[n].click();
  return {SHOWN} !== before;
}}"""


def switch(page: Any, mode: str) -> None:
    """Presses one of the six access controls without a hand, where only what the page looks like then is of interest."""
    assert page.evaluate(SWITCH, TOGGLES[mode]), f"nothing changes by {mode}"


def toggle(page: Any, mode: str) -> None:
    """Presses one of the six access controls until the page changes: a second press right after one on the same is none."""
    before = page.evaluate(SHOWN)
    for _ in range(20):
        page.locator(".access button").nth(TOGGLES[mode]).click()
        if page.evaluate(SHOWN) != before:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"nothing changes by {mode}")


def foreign(own: list[dict[str, Any]], latvian: list[dict[str, Any]]) -> list[str]:
    """Texts of a screen in another language that stand without their Latvian; names that both share are none."""
    known = {one["text"] for one in latvian}
    return [
        one["text"]
        for one in own
        if one["main"] and not one["second"] and not one["latvian"] and one["text"] not in known
        and re.search(r"[^\W\d_]{3}", one["text"])
    ]  # fmt: skip
