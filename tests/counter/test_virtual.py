"""The demo's signs of software: they show what the drivers' bytes say and nothing else; and the demo with all its programs."""

import os
from pathlib import Path

import gevent
import pytest

from config.plan import Key, Line, Panel
from counter.panels.drivers import DRIVERS
from counter.panels.shown import Shown
from counter.panels.virtual import VirtualLine
from server import virtual_serial
from tests.house import PATIENCE_S, House, free_port, share_clips, until

PANELS = (Panel(counter="1", address=7), Panel(counter="4", address=31))


def line(template: str = "", checksum: bool = False) -> Line:
    driver = "template" if template else "alpha"
    return Line(code="hall", driver=driver, port="x", panels=PANELS, template=template, checksum=checksum, width=5)  # type: ignore[arg-type]


def frames(line: Line, panel: Panel, shown: Shown) -> bytes:
    return b"".join(exchange.request for exchange in DRIVERS[line.driver](line, panel, shown))


LINES = (
    line(),
    line(checksum=True),
    line(r"\x02{addr:02d}{num:>4}\x03{xor:02X}"),
    line(r"{addr:raw}{num}{counter:>2}{light}\r{crc16}"),
    line(r"#{from}{addr:02X}:{num:<6};{sum16:04X}\n"),
    line(r"{addr}:{num:>4}:{lrc}"),
)


@pytest.mark.parametrize("of", LINES, ids=lambda one: one.template or f"alpha {one.checksum}")
def test_signs_show_what_the_driver_said(of: Line) -> None:
    signs = VirtualLine(of)
    said = (
        frames(of, PANELS[0], Shown(text="A012", counter="1"))
        + b"\xff\x02"
        + frames(of, PANELS[1], Shown(text="B7", counter="4"))
    )
    changes = [signs.feed(said[at : at + 1]) for at in range(len(said))]
    assert sum(changes) == 2
    assert [(sign.counter, sign.text) for sign in signs.signs] == [("1", "A012"), ("4", "B7")]
    signs.feed(frames(of, PANELS[0], Shown(text="", counter="1")))
    assert [sign.text for sign in signs.signs] == ["", "B7"]


def test_alpha_flashes_and_speaks_to_all() -> None:
    signs = VirtualLine(line())
    signs.feed(frames(line(), Panel(counter="1", address=0), Shown(text="A012", flash=True)))
    assert {(sign.text, sign.flash) for sign in signs.signs} == {("A012", True)}


@pytest.mark.parametrize("of", [one for one in LINES if one.checksum or one.template.endswith(("{xor:02X}", "{crc16}", "{lrc}"))])
def test_a_damaged_frame_shows_nothing(of: Line) -> None:
    good = frames(of, PANELS[0], Shown(text="A012", counter="1"))
    signs = VirtualLine(of)
    assert not signs.feed(good.replace(b"A012", b"A013"))
    assert signs.feed(good)


def test_whoever_watches_is_told_at_once_and_a_key_says_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_serial, "AWAIT_S", 10 * PATIENCE_S)
    of = LINES[2]
    signs = virtual_serial.VirtualSerial(of)
    near = os.open(signs.port, os.O_RDWR | os.O_NOCTTY)
    try:
        watching = gevent.spawn(signs.shown, 0)
        gevent.sleep(0)
        os.write(near, frames(of, PANELS[0], Shown(text="A012", counter="1")))
        news = watching.get(timeout=PATIENCE_S)
        assert (news.version, news.signs[0].text) == (1, "A012")
        signs.press(Key(counter="1", says=r"01N\r", does=("CallNext",)))
        assert os.read(near, 100) == b"01N\r"
    finally:
        os.close(near)
        signs.close()


START_S = 120.0  # three programs


class Demo(House):
    """`rinda demo`."""

    def start(self) -> "Demo":
        """Returns at once."""
        share_clips(self.folder)
        self._spawn(["-m", "server.cli", "demo", "--port", str(self.port), "--data", str(self.folder), "--visitors", "0"])
        return self

    def text(self, counter: str) -> str | None:
        """What a sign shows; None while nobody has spoken to it."""
        try:
            found = self.request("GET", "/panels/shown").json["signs"]
        except OSError:
            return None
        return next(sign["text"] if sign["said"] else None for sign in found if sign["counter"] == counter)


def test_a_key_of_the_demo_calls_and_its_sign_shows_the_number(tmp_path: Path) -> None:
    """Bytes of a key go up the line, bytes of the number come down, through the real panel program."""
    demo = Demo(tmp_path / "demo", port=free_port(2)).start()
    try:
        until(lambda: demo.text("1") == "", "the program drives the line", START_S)
        assert "/panels" in demo.request("GET", "/").text
        demo.done("OpenCounter", {"counter": "1"})
        service = demo.data("menu")["services"][0]["service"]
        number = demo.done("TakeTicket", {"service": service})["number"]
        pressed = demo.request("POST", "/panels/key", "0", {"Content-Type": "application/json"})
        assert pressed.status == 200
        until(lambda: demo.text("1") == number, "the sign shows it")
        assert demo.request("POST", "/panels/key", "0", {"Content-Type": "text/plain"}).status == 415
        assert demo.request("POST", "/panels/key", "99", {"Content-Type": "application/json"}).status == 404
        assert demo.request("POST", "/panels/key", "[" * 20_000, {"Content-Type": "application/json"}).status == 400
    finally:
        demo.stop()
    assert "Traceback" not in demo.log()
