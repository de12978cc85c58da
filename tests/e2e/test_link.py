"""A cut link: every page says so within ten seconds and has the right state within three after it is mended."""

import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Demo, free_ports, sign_in, until

pytestmark = pytest.mark.e2e

STALE_WITHIN_S = 10.0
RIGHT_WITHIN_S = 3.0
SLACK_S = 2.0
"""For a loaded machine; the pages themselves count 8 s."""


def test_pages_say_that_they_are_stale_and_recover_by_themselves(tmp_path: Path, open_page: Any) -> None:
    centre = Demo(tmp_path / "data", free_ports())
    centre.start()
    try:
        board = open_page(f"{centre.base}/display/hall", 1920, 1080)
        panel = open_page(f"{centre.base}/panel/3", 1280, 720)
        kiosk = open_page(f"{centre.kiosk}/", 1080, 1920)
        desk = open_page(f"{centre.base}/counter/3")
        sign_in(desk)
        desk.get_by_role("button", name=re.compile("Atvērt lodziņu")).wait_for()
        desk.keyboard.press("F2")
        until(lambda: centre.view("desk/3")["state"] == "idle", "the counter to open")
        issued = centre.command("demo-manager", "TakeTicket", service="VID-01")["result"]
        until(lambda: issued["number"] in desk.inner_text("main"), "the ticket on the desk")

        centre.stop(signal.SIGKILL)
        cut = time.monotonic()
        until(lambda: "neatjaunojas" in board.inner_text("body"), "the board's stale band", STALE_WITHIN_S + SLACK_S)
        until(lambda: "Klausieties darbinieku" in panel.inner_text("body"), "the panel's dashes", STALE_WITHIN_S + SLACK_S)
        until(lambda: "Nav sakaru" in desk.inner_text("body"), "the desk's warning", STALE_WITHIN_S + SLACK_S)
        until(lambda: "Šis ekrāns nedarbojas" in kiosk.inner_text("body"), "the kiosk's notice", STALE_WITHIN_S + SLACK_S)
        assert time.monotonic() - cut < STALE_WITHIN_S + SLACK_S

        centre.start()
        back = time.monotonic()
        until(lambda: "neatjaunojas" not in board.inner_text("body"), "the board", RIGHT_WITHIN_S + SLACK_S)
        until(lambda: issued["number"] in desk.inner_text("main"), "the desk", RIGHT_WITHIN_S + SLACK_S)
        until(lambda: "Šis ekrāns nedarbojas" not in kiosk.inner_text("body"), "the kiosk", RIGHT_WITHIN_S + SLACK_S)
        assert time.monotonic() - back < RIGHT_WITHIN_S + SLACK_S
        desk.wait_for_timeout(450)
        desk.keyboard.press("F2")
        until(lambda: issued["number"] in board.inner_text("body"), "the call on the board after the cut")
    finally:
        centre.stop()
