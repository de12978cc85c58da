"""Boards in a browser: an ear at their loudspeaker, clips that a test can tell apart, counters that call."""

import json
import math
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.conftest import BROWSER, chromium_path, need
from tests.house import House

EAR = (Path(__file__).parent / "board_ear.js").read_text("utf-8")
SERVICE = "PMLP-02"
RATE = 8000


def wav(ms: int) -> bytes:
    """A tone."""
    samples = [int(12_000 * math.sin(2 * math.pi * 440 * i / RATE)) for i in range(RATE * ms // 1000)]
    data = struct.pack(f"<{len(samples)}h", *samples)
    form = struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16)
    head = struct.pack("<4sI8sI16s4sI", b"RIFF", 36 + len(data), b"WAVEfmt ", 16, form, b"data", len(data))
    return head + data


def pack(lengths: Mapping[str, int]) -> bytes:
    """Four bytes of length, a JSON index, the clips; `lengths` in ms by name."""
    index, clips = {}, b""
    for name, ms in lengths.items():
        one = wav(ms)
        index[name] = {"at": len(clips), "bytes": len(one), "ms": ms, "engine": "test"}
        clips += one
    head = json.dumps(index).encode()
    return struct.pack(">I", len(head)) + head + clips


def loud_browser(browser: Any) -> Iterator[Any]:
    """Chromium as it is set up on a screen: sound without a touch."""
    need("chromium", path := chromium_path(whole=True))
    flags = [*BROWSER, "--autoplay-policy=no-user-gesture-required"]
    chromium = browser.browser_type.launch(executable_path=path, args=flags)
    yield chromium
    chromium.close()


def board(browser: Any, house: House, address: str = "", script: str = EAR, **more: Any) -> Any:
    """A board's page whose link is up, in a browser that knows nothing of it."""
    page = listening(browser, script, **more)
    page.goto(f"{address or house.address}/display/hall?screen=hall-1")
    linked(page)
    return page


def untouched_board(browser: Any, house: House) -> Any:
    """A board's page that opened its sound before anything touched it: the driver's own look into a page counts as a touch."""
    page = listening(browser)
    with page.expect_console_message(lambda message: message.text == "ear laid"):
        page.goto(f"{house.address}/display/hall?screen=hall-1")
    linked(page)
    return page


def listening(browser: Any, script: str = EAR, **more: Any) -> Any:
    """An empty page of a board's size with an ear."""
    page = browser.new_context(viewport={"width": 1920, "height": 1080}, **more).new_page()
    page.add_init_script(script)
    return page


def linked(page: Any) -> None:
    """Waits until a board shows what is true now."""
    page.wait_for_selector(".board[data-link=up], .night")


class Counters:
    """Counters of a house, open for whoever calls."""

    def __init__(self, house: House, count: int) -> None:
        self.house, self.codes = house, [str(n) for n in range(1, count + 1)]
        for code in self.codes:
            house.done("OpenCounter", {"counter": code}, f"clerk-{code}")

    def take(self) -> str:
        """Somebody takes a number."""
        return str(self.house.done("TakeTicket", {"service": SERVICE})["number"])

    def call(self, counter: str = "1") -> str:
        """Somebody is called who has just come; their visit."""
        self.take()
        return self.next(counter)

    def next(self, counter: str = "1") -> str:
        """Whose turn it is at a counter is called, and whoever was called before did not come; the visit."""
        if self.house.data(f"desk/{counter}")["state"] == "called":
            self.house.done("NoShow", {"counter": counter})
        self.house.done("CallNext", {"counter": counter})
        return str(self.house.data(f"desk/{counter}")["visit"]["visit"])
