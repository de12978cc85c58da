"""The main job through the whole house: touch, number, paper, call, panel, board, serve, record, finish, journal."""

import re
import subprocess
import sys
from typing import Any

import pytest

from tests.e2e.conftest import Demo, sign_in, until

pytestmark = pytest.mark.e2e


def test_touch_number_paper_call_board_serve_record_finish(demo: Demo, open_page: Any) -> None:
    demo.clear()
    kiosk = open_page(f"{demo.kiosk}/", 1080, 1920)
    board = open_page(f"{demo.base}/display/hall", 1920, 1080)
    panel = open_page(f"{demo.base}/panel/3", 1280, 720)
    desk = open_page(f"{demo.base}/counter/3")
    sign_in(desk)

    kiosk.get_by_role("button", name=re.compile("Nezinu")).click()
    number = until(lambda: re.search(r"[A-Z]\d{3}", kiosk.inner_text("main")), "a number on the kiosk").group()

    png = until(lambda: _paper_with(demo, number), "the slip on paper")
    url = _qr(png)
    assert url.startswith(f"{demo.base}/ticket/")
    phone = open_page(url, 390, 844)
    assert number in phone.inner_text("body")

    desk.get_by_role("button", name=re.compile("Atvērt lodziņu")).wait_for()
    desk.keyboard.press("F2")
    desk.get_by_role("button", name=re.compile(f"Izsaukt nākamo.*{number}")).wait_for()
    desk.wait_for_timeout(450)  # the main step is inert for 400 ms after each change of state
    desk.keyboard.press("F2")
    until(lambda: number in board.inner_text("body") and "3. lodziņa" in board.inner_text("body"), "the call on the board")
    until(lambda: number in panel.inner_text("body"), "the call on the panel")
    until(lambda: demo.view("desk/3")["visit"]["shown"], "the board's confirmation")
    phone.reload()
    assert phone.locator("body[data-state=called]").count() == 1

    desk.get_by_role("button", name=re.compile("Ieradās")).wait_for()
    desk.wait_for_timeout(450)
    desk.keyboard.press("F2")
    desk.get_by_role("button", name=re.compile("^Pabeigt(?! un)")).wait_for()
    desk.wait_for_timeout(450)
    desk.keyboard.press("F2")
    desk.wait_for_function("document.activeElement?.matches('input[name=kind]')")
    desk.keyboard.press("1")
    desk.keyboard.press("Enter")
    until(lambda: demo.view("desk/3")["state"] == "idle", "the finish")

    visit = _visits(demo)[-1]
    assert (visit["number"], visit["state"], visit["end"]) == (number, "ended", "served")
    types = _journal_types(demo, visit["visit"])
    assert types == [
        "TicketIssued",
        "SlipReported",
        "VisitCalled",
        "CallShown",
        "ServiceStarted",
        "ServiceRecorded",
        "VisitEnded",
    ]
    checked = subprocess.run(
        [sys.executable, "-m", "server.cli", "journal", "verify", "--data", str(demo.data)], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout


def test_english_on_request_and_latvian_again_for_the_next_visitor(demo: Demo, open_page: Any) -> None:
    demo.clear()
    kiosk = open_page(f"{demo.kiosk}/", 1080, 1920)
    kiosk.get_by_role("button", name="English").click()
    kiosk.get_by_role("button", name=re.compile("I don.t know")).click()
    kiosk.get_by_role("button", name=re.compile(r"\bDone\b")).wait_for()
    kiosk.wait_for_timeout(650)  # controls of a new screen are inert for 600 ms
    kiosk.get_by_role("button", name=re.compile(r"\bDone\b")).click()
    kiosk.get_by_role("button", name=re.compile("Nezinu")).wait_for()
    assert kiosk.get_attribute("html", "lang") == "lv"


def test_a_double_touch_takes_one_number(demo: Demo, open_page: Any) -> None:
    demo.clear()
    before = len(_visits(demo))
    kiosk = open_page(f"{demo.kiosk}/", 1080, 1920)
    kiosk.get_by_role("button", name=re.compile("Nezinu")).dblclick()
    until(lambda: re.search(r"[A-Z]\d{3}", kiosk.inner_text("main")), "a number on the kiosk")
    kiosk.wait_for_timeout(700)
    assert len(_visits(demo)) == before + 1


def test_a_wrong_click_is_taken_back(demo: Demo, open_page: Any) -> None:
    demo.clear()
    desk = open_page(f"{demo.base}/counter/4")
    sign_in(desk, "clerk2")
    desk.get_by_role("button", name=re.compile("Atvērt lodziņu")).wait_for()
    desk.keyboard.press("F2")
    issued = demo.command("demo-manager", "TakeTicket", service="VID-01")["result"]
    desk.get_by_role("button", name=re.compile(f"Izsaukt nākamo.*{issued['number']}")).wait_for()
    desk.wait_for_timeout(450)
    desk.keyboard.press("F2")
    desk.get_by_role("button", name=re.compile("Ieradās")).wait_for()
    desk.wait_for_timeout(450)
    desk.keyboard.press("Control+z")
    until(lambda: demo.view("desk/4")["state"] == "idle", "the step to be taken back")
    assert demo.view("desk/4")["waiting"][0]["number"] == issued["number"]


def _paper_with(demo: Demo, number: str) -> bytes | None:
    import urllib.request

    with urllib.request.urlopen(f"{demo.kiosk}/paper", timeout=5) as page:
        if number not in page.read().decode():
            return None
    with urllib.request.urlopen(f"{demo.kiosk}/paper/latest.png", timeout=5) as image:
        return bytes(image.read())


def _qr(png: bytes) -> str:
    import io

    import zxingcpp
    from PIL import Image, ImageOps

    found = zxingcpp.read_barcodes(ImageOps.expand(Image.open(io.BytesIO(png)).convert("L"), 20, 255))
    return str(found[0].text)


def _visits(demo: Demo) -> list[dict[str, Any]]:
    import json
    import urllib.request

    found: list[dict[str, Any]] = []
    since = 0
    while True:
        url = f"{demo.base}/api/v1/visits?since={since}"
        request = urllib.request.Request(url, headers={"Authorization": "Bearer demo-manager"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            page = json.load(answer)
        if not page["visits"]:
            return sorted({v["visit"]: v for v in found}.values(), key=lambda v: v["position"])
        found += page["visits"]
        since = page["next"]


def _journal_types(demo: Demo, visit: str) -> list[str]:
    from server.store.centre import CentreStore

    rows = CentreStore(f"sqlite:///{demo.data / 'rinda.db'}").rows(0)
    return [row["type"] for row in rows if f'"{visit}"' in row["data"]]


def test_signing_out_closes_the_counter_but_not_over_a_visitors_head(demo: Demo, open_page: Any) -> None:
    demo.clear()
    desk = open_page(f"{demo.base}/counter/5")
    sign_in(desk, "clerk2")
    desk.get_by_role("button", name=re.compile("Atvērt lodziņu")).wait_for()
    desk.keyboard.press("F2")
    until(lambda: demo.view("desk/5")["state"] == "idle", "the counter to open")
    desk.get_by_role("button", name="Iziet").click()
    until(lambda: demo.view("desk/5")["state"] == "closed", "the counter to close")

    desk.goto(f"{demo.base}/counter/5")
    sign_in(desk, "clerk2")
    desk.get_by_role("button", name=re.compile("Atvērt lodziņu")).wait_for()
    desk.keyboard.press("F2")
    until(lambda: demo.view("desk/5")["state"] == "idle", "the counter to open again")
    demo.command("demo-manager", "TakeTicket", service="VID-01")
    assert demo.command("demo-manager", "CallNext", counter="5")["ok"]
    desk.get_by_role("button", name="Iziet").click()
    desk.wait_for_url(f"{demo.base}/")
    assert demo.view("desk/5")["state"] == "called"
