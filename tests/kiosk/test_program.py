"""The kiosk program from outside: its page's routes, signs of life, inputs, the service manager, days without a server."""

import http.client
import json
import os
import pty
import socket
import tty
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.feed import BEAT_S
from kiosk.watchdog import Heart, Watchdog
from tests.house import House, Reply, until
from tests.kiosk.test_killed import Halting, touch


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Halting]:
    """A kiosk with a scanner on a serial line; its server answers."""
    folder = tmp_path_factory.mktemp("program")
    house = House(folder / "house").start()
    found = Halting(folder / "kiosk", house, "virtual:")
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    found.arguments += ["--scanner", f"serial://{os.ttyname(theirs)}", "--pace", "1000/1"]
    found.scanner, found.house = ours, house  # type: ignore[attr-defined]
    found.run()
    until(found.ready, "the kiosk to know the menu")
    yield found
    found.stop()
    house.stop()


def post(kiosk: Halting, path: str, data: Any, **headers: str) -> Reply:
    """A post as the page makes it."""
    plain = {"Content-Type": "application/json", "Origin": kiosk.address}
    return kiosk.request("POST", path, json.dumps(data), plain | {name.replace("_", "-"): text for name, text in headers.items()})


def listen(kiosk: Halting) -> http.client.HTTPResponse:
    """An open stream of the feed, past its first state."""
    connection = http.client.HTTPConnection("127.0.0.1", kiosk.port, timeout=BEAT_S * 3)
    connection.request("GET", "/feed")
    return connection.getresponse()


def events(stream: http.client.HTTPResponse, name: str) -> Iterator[dict[str, Any]]:
    """The data of the stream's events of that name."""
    kind = ""
    while line := stream.readline():
        word, _, rest = line.decode().strip().partition(": ")
        kind = rest if word == "event" else kind
        if word == "data" and kind == name:
            yield json.loads(rest)


def test_what_is_scanned_reaches_the_pages_that_are_open_and_no_later_one(kiosk: Halting) -> None:
    one, two = listen(kiosk), listen(kiosk)
    next(events(one, "state"))
    next(events(two, "state"))
    os.write(kiosk.scanner, b"482913\r\n")  # type: ignore[attr-defined]
    first = next(events(one, "input"))
    assert (first["kind"], first["value"]) == ("scan", "482913")
    assert next(events(two, "input")) == first
    late = listen(kiosk)
    next(events(late, "state"))
    os.write(kiosk.scanner, b"111111\r\n")  # type: ignore[attr-defined]
    found = next(events(late, "input"))
    assert (found["value"], found["n"]) == ("111111", first["n"] + 1)
    assert "482913" not in kiosk.log()


def test_only_its_own_page_is_answered(kiosk: Halting) -> None:
    assert kiosk.request("GET", "/", headers={"Host": "evil.example"}).status == 403
    assert kiosk.request("GET", "/feed", headers={"Host": "evil.example:80"}).status == 403
    assert kiosk.request("GET", "/healthz", headers={"Host": "localhost"}).status == 200
    evil = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert post(kiosk, "/command", {}, **evil).status == 403
    assert post(kiosk, "/beat", {"visible": True, "seen": 1}, Origin="http://evil.example").status == 403
    assert post(kiosk, "/command", {"id": "x" * 100_000}).status == 413
    for path in ("/", "/feed", "/speech", "/speech/voices", "/qr/abcd.svg", "/paper"):
        assert post(kiosk, path, {}).status == 405, path
    assert kiosk.request("GET", "/command").status == 405


def test_commands_that_are_not_for_a_page_are_unknown(kiosk: Halting) -> None:
    for name in ("AdmitOffline", "ReportSlip", "Tick", "CloseDay"):
        answer = post(kiosk, "/command", {"id": str(uuid.uuid4()), "name": name, "data": {}})
        assert answer.status == 404, name
    for data in ({"service": 5}, {}, {"service": "x", "more": ["y"] * 6}):
        assert post(kiosk, "/command", {"id": str(uuid.uuid4()), "name": "TakeTicket", "data": data}).status == 400, data
    plain = {"Content-Type": "application/json", "Origin": kiosk.address}
    assert kiosk.request("POST", "/command", b'{"name":"\xed\xa0\x80"}', plain).status == 400, "no UTF-8"


def test_a_page_gives_signs_of_life(kiosk: Halting) -> None:
    assert post(kiosk, "/beat", {"visible": True, "seen": 3}).status == 204
    assert post(kiosk, "/beat", {"visible": "yes"}).status == 400


def test_speech_has_limits(kiosk: Halting) -> None:
    voices = kiosk.request("GET", "/speech/voices").json
    assert set(voices) == {"lv", "en"}
    if voices["lv"]:
        clip = kiosk.request("GET", "/speech?language=lv&text=J%C5%ABsu%20numurs%20A%20001")
        assert (clip.status, clip.headers["Content-Type"]) == (200, "audio/wav")
        assert clip.body[:4] == b"RIFF"
    assert kiosk.request("GET", "/speech?language=xx&text=a").status == 404
    assert kiosk.request("GET", "/speech?language=..%2Flv&text=a").status == 404
    assert kiosk.request("GET", "/speech?language=lv&text=" + "a" * 401).status == 400
    assert kiosk.request("GET", "/speech?language=lv&text=%20").status == 400


def test_the_page_works_after_a_restart_without_a_server(kiosk: Halting) -> None:
    house = kiosk.house  # type: ignore[attr-defined]
    service = house.data("menu")["services"][0]["service"]
    house.kill()
    kiosk.kill()
    kiosk.run()
    state = next(events(listen(kiosk), "state"))
    assert state["menu"]["services"]
    assert state["link"]["up"] is False
    assert state["reserve"] == {"on": True, "letter": "X", "unsent": 0}
    number = touch(kiosk, service)["number"]
    assert number == "X001"
    help_ = post(kiosk, "/command", {"id": str(uuid.uuid4()), "name": "CallHelp", "data": {}, "language": "lv"})
    assert help_.json["code"] == "no_link"
    assert "pasauciet darbinieku" in help_.json["text"]
    house.start()
    until(lambda: kiosk.ready() and kiosk.unsent() == 0, "the number at the centre")
    state = next(events(listen(kiosk), "state"))
    assert state["reserve"]["on"] is False


def test_the_service_manager_is_told_what_is_wrong(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(5)
        second = 0.0
        dog = Watchdog({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000000"})
        assert dog.every_s == 15.0
        dog.ready()
        assert manager.recv(100) == b"READY=1"
        heart = Heart(lambda: second)
        dog.feed(heart.trouble(0.1), "all is well")
        assert [manager.recv(100), manager.recv(100)] == [b"STATUS=all is well", b"WATCHDOG=1"]
        second = 100.0
        assert heart.trouble(0.1) == "", "a page that never was is not missed"
        heart.beat()
        second = 119.0
        assert heart.trouble(0.1) == ""
        second = 121.0
        dog.feed(heart.trouble(0.1), "all is well")
        assert manager.recv(100) == b"STATUS=the page has not been seen for 21 s"
        heart.beat()
        assert "printer" in heart.trouble(25.0)
        dog.feed(heart.trouble(0.1), "all is well")
        assert [manager.recv(100), manager.recv(100)] == [b"STATUS=all is well", b"WATCHDOG=1"]
        dog.stopping()
        assert manager.recv(100) == b"STOPPING=1"
    no_page = Heart(lambda: second, page=False)
    no_page.beat()
    second = 1000.0
    assert no_page.trouble(0.1) == ""


def test_without_a_service_manager_nothing_is_sent() -> None:
    Watchdog({}).feed("", "all is well")
    Watchdog({"NOTIFY_SOCKET": "/nowhere/at/all"}).ready()
