"""Every state of the desk and every sheet, each reached as a clerk reaches it, and what no state may show."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.desk_stage import Desk
from tests.house import House
from tests.wire.test_hub import Device

SIZES = {"1366x768": (1366, 768), "1280x720": (1280, 720), "strip": (380, 768), "zoom": (683, 384)}

LOOK = (Path(__file__).parent / "desk_look.js").read_text("utf-8")
"""What is cut, outside, covered, over each other or out of reach on the page as it stands."""

MAIN_SEEN = """
() => {
  scrollTo(0, 0);
  const main = document.querySelector(".desk-centre [data-kind=main], .desk-centre [data-kind=done]");
  const box = main?.getBoundingClientRect();
  if (!box || box.top < 0 || box.bottom > innerHeight) return false;
  return main.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
}
"""
"""Whether the main step is in sight without scrolling."""

PLACES = """
() => Object.fromEntries([...document.querySelectorAll(".desk .steps [data-step], .bar-steps [data-step]")].map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return [one.dataset.step, [x, y, width, height]];
}))
"""
"""Where each step is."""


LONG = "Lūdz sagatavot izziņu par pilnu pagājušo gadu; atnesīs papildu dokumentus un iesniegumu pēc pusdienām, līdz četriem."
ASIDE = "VSAA-21"


def all_states(desk: Desk, house: House, kiosk: Device) -> Iterator[str]:
    """Brings the desk of counter 3, closed at first, into every state, one after the other; yields each one's name."""
    yield "closed"
    desk.key("F2")
    desk.state("idle")
    yield "nobody"
    yield from _waiting(desk, house)
    yield from _called(desk, house)
    yield from _serving(desk)
    yield from _beside(desk, house)
    yield from _paper_and_calls(desk, house)
    yield from _alerts(desk, house, kiosk)
    yield from _paused(desk)
    yield from _links(desk)


@contextmanager
def _sheet(desk: Desk, *keys: str, button: str | None = None) -> Iterator[None]:
    """Opens a sheet by its key or its button and closes it again."""
    if button:
        desk.page.locator(f"[data-step={button}]").click()
    desk.key(*keys)
    desk.sheet()
    yield
    desk.key("Escape")
    desk.sheet(False)


def _waiting(desk: Desk, house: House) -> Iterator[str]:
    for service in (ASIDE, "VID-01", "PMLP-01", "NVA-01", "UR-01", "LAD-01", "VZD-01", "PASV-01", ASIDE, ASIDE):
        house.done("TakeTicket", {"service": service, "needs": ["accessible", "more_time"], "language": "en"})
    desk.shows("10", ".desk-waits h2 strong")
    yield "idle"
    desk.page.locator(".later .menu button").last.click()
    desk.page.locator(".menu-sheet").wait_for()
    yield "menu"
    desk.page.locator(".menu-sheet button").first.click()
    desk.sheet()
    yield "chosen"
    desk.key("Escape")
    desk.sheet(False)
    with _sheet(desk, "Shift+F8"):
        yield "pause"


def _called(desk: Desk, house: House) -> Iterator[str]:
    desk.key("F2")
    desk.state("called")
    desk.key("F4")
    desk.page.get_by_text("Izsaukts 2. reizi").wait_for()
    yield "called"
    with _sheet(desk, "F9"):
        yield "transfer"
        desk.page.locator("select[name=to]").select_option("to_centre:")
        desk.page.locator("input[name=centre]").wait_for()
        yield "transfer away"
    with _sheet(desk, "Shift+F9"):
        desk.page.fill("input[name=note]", LONG)
        yield "park"
        desk.key("Enter")
        desk.state("idle")
        parked = desk.until(lambda data: data["parked"], "the parked visit")["parked"][0]
    yield "parked"
    house.done("CallVisit", {"counter": "3", "visit": parked["visit"], "note": LONG})
    desk.state("called")
    yield "called with a note"


def _serving(desk: Desk) -> Iterator[str]:
    desk.key("F2")
    desk.state("serving")
    yield "serving"
    desk.key("F8")
    desk.focused("#finder")
    desk.type("de")
    desk.page.locator("#finder-hits li").first.wait_for()
    yield "finder"
    desk.key("Enter")
    desk.focused("input[name=kind]")
    yield "recording"
    desk.page.select_option("select[name=outcome]", "redirected")
    desk.page.locator("input[name=redirected_to]").wait_for()
    yield "recording, details"
    desk.page.select_option("select[name=outcome]", "not_served")
    desk.page.select_option("select[name=why]", index=1)
    desk.page.select_option("select[name=alone]", "helped")
    desk.page.fill("input[name=note]", LONG)
    desk.page.locator("input[name=kind]").nth(1).focus()
    desk.key("2", "Enter")
    desk.page.locator(".delivered tbody tr").wait_for()
    yield "recorded"
    desk.page.locator(".delivered tbody button:first-child").click()
    desk.page.locator("tr[data-correcting=true]").wait_for()
    yield "correcting"
    desk.page.locator("input[name=kind]").first.focus()
    desk.key("Escape")
    desk.page.locator("tr[data-correcting=true]").wait_for(state="detached")


def _beside(desk: Desk, house: House) -> Iterator[str]:
    with _sheet(desk, "Control+Shift+F2"):
        desk.key("Tab")
        desk.type("de")
        desk.page.locator("#contact-service-hits li").first.wait_for()
        desk.key("Enter")
        yield "contact"
    house.done("RegisterContact", {"counter": "3", "service": ASIDE, "channel": "video", "language": "en"})
    desk.page.locator(".both").wait_for()
    yield "contact beside"
    desk.key("Control+Shift+F2")
    desk.page.locator(".desk[data-front=contact]").wait_for()
    yield "contact in front"
    desk.key("F2")
    desk.focused("input[name=kind]")
    yield "outcome due"
    desk.key("2", "Enter")
    desk.page.locator(".both").wait_for(state="detached")
    desk.key("F2")
    desk.state("idle")


def _paper_and_calls(desk: Desk, house: House) -> Iterator[str]:
    with _sheet(desk, button="give"):
        desk.type("de")
        desk.page.locator("#give-service-hits li").first.wait_for()
        yield "give, finder"
        desk.key("Enter")
        yield "give"
    with _sheet(desk, "Control+Shift+F9"):
        desk.type(LONG)
        yield "message"
        desk.page.locator(".sheet-steps [type=submit]").click()
        desk.page.locator(".desk-why .course").wait_for()
    house.done("SendMessage", {"counter": "3", "text": LONG, "to": "counter"})
    desk.page.get_by_role("button", name="Izlasīts").wait_for()
    yield "messages"
    desk.page.get_by_role("button", name="Izlasīts").click()
    with _sheet(desk, button="callback"):
        yield "callback"
    contact = {"name": "Pēteris Bērziņš-Kalniņš", "phone": "+371 20000000", "email": "peteris.berzins.kalnins@example.lv"}
    start = desk.page.evaluate("new Date(Date.now() + 60000).toISOString()")
    house.done("RegisterCallback", {"service": ASIDE, "start": start, "contact": contact, "language": "en"})
    desk.page.locator(".callbacks li button").click()
    desk.shows("+371", ".reach")
    yield "reach"
    desk.key("Escape")
    desk.sheet(False)
    with _sheet(desk, "Shift+F1"):
        desk.page.locator(".finished li").first.wait_for()
        yield "finished today"
        desk.page.locator(".finished li button").first.click()
        desk.page.locator(".finished .delivered tbody button").first.click()
        desk.page.locator("dialog tr[data-correcting=true]").wait_for()
        yield "finished, correcting"
        desk.page.locator("[data-step=back]").click()
    with _sheet(desk, "F1"):
        yield "keys"
        desk.page.locator(".keys button").first.click()
        desk.page.locator(".keys button").first.get_by_text("…").wait_for()
        yield "rebinding"
        desk.key("Escape")  # leaves the key as it is; the next one leaves the sheet


def _alerts(desk: Desk, house: House, kiosk: Device) -> Iterator[str]:
    kiosk.socket.emit("status", {"state": "paper_out"})
    assert kiosk.submit("CallHelp")["ok"]
    desk.page.locator("[data-alert=help]").wait_for()
    desk.page.locator("[data-alert=printer]").wait_for()
    yield "two alerts, idle"
    with _sheet(desk, button="give"):
        yield "give, no printer"
    desk.key("F2")
    desk.state("called")
    yield "two alerts, called"
    desk.page.locator("[data-step=print]").click()
    desk.sheet()
    yield "print"
    desk.key("Escape")
    desk.sheet(False)
    desk.key("F2")
    desk.state("serving")
    yield "two alerts, serving"
    house.done("OpenCounter", {"counter": "4"}, "clerk-4")
    house.done("RaiseAlarm", {"counter": "4"}, "clerk-4")
    desk.page.locator("[data-alert=alarm]").wait_for()
    desk.key("Control+Shift+Space")
    desk.page.locator("[data-alarm]").wait_for()
    yield "alarms"
    house.done("AcknowledgeAlarm", {"counter": "3"}, "clerk-4")
    desk.page.locator("[data-alarm][data-kind=info]").wait_for()
    yield "own alarm answered"
    kiosk.socket.emit("status", {"state": "ok"})
    house.done("AnswerHelp", {"kiosk": "kiosk-1"})
    house.done("AcknowledgeAlarm", {"counter": "4"})
    house.done("CloseCounter", {"counter": "4"}, "clerk-4")
    house.done("Park", {"counter": "3", "minutes": 10})
    desk.state("idle")


def _paused(desk: Desk) -> Iterator[str]:
    desk.key("Shift+F8")
    desk.sheet()
    desk.page.select_option("select[name=minutes]", "30")
    desk.page.locator("input[name=reason]").first.focus()
    desk.key("Enter")
    desk.state("paused")
    yield "paused"
    desk.key("F2")
    desk.state("idle")


def _links(desk: Desk) -> Iterator[str]:
    desk.page.evaluate("cut(9000)")
    desk.page.locator(".desk[data-link=stale]").wait_for()
    yield "stale"
    desk.page.evaluate("mend()")
    desk.page.locator(".desk[data-link=up]").wait_for()
    other = desk.page.context.new_page()
    other.goto(desk.page.url)
    desk.page.locator(".desk[data-link=replaced]").wait_for()
    other.close()
    yield "replaced"
    desk.page.get_by_role("button", name="Izmantot šeit").click()
    desk.page.locator(".desk[data-link=up]").wait_for()
