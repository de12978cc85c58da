"""Logs and journal: no secret, no contact, one object a line, and nobody but the server writes a line."""

import json
import re
import socket
import sqlite3
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest
import requests

from server.logs import cause
from server.turned_away import BURST
from tests.house import bearer
from tests.security.world import Centre

SERVICE = "PMLP-01"
PASSWORD, PHONE, EMAIL = "kanarijputniņš zelta būrī", "+371 20099887", "kanarijputns@example.lv"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre that has heard secrets in every way that they are told."""
    found = Centre(tmp_path_factory.mktemp("logs"), "kanarijas").start()
    yield found
    found.stop()


def told(centre: Centre) -> dict[str, str]:
    """Tells every kind of secret, right and wrong; what they are by what they are called."""
    manager, clerk = centre.token("manager"), centre.token("clerk")
    ticket = centre.done("TakeTicket", {"service": SERVICE}, manager)
    centre.request("GET", f"/ticket/{ticket['token']}")
    for _ in range(40):
        centre.request("GET", f"/ticket/{ticket['token']}x")
    centre.request("GET", f"/display/hall?token={centre.token('display')}")
    centre.request("GET", "/setup?token=kanarija-iestatijums")
    centre.request("POST", "/setup", urlencode({"token": "kanarija-iestatijums", "password": PASSWORD}), FORM)
    centre.request("GET", "/api/v1/visits", headers=bearer("kanarija-nepareizs-token"))
    signed_in = centre.sign_in("clerk1", "correct horse")
    centre.sign_in("clerk1", PASSWORD)
    centre.sign_in(PASSWORD, "x")
    pair = centre.request("POST", "/pair/begin", json.dumps({"kind": "kiosk", "name": "kase"})).json
    centre.request("POST", "/pair/wait", json.dumps({"secret": "kanarija-paris"}), {"Origin": "https://evil.example"})
    soon = datetime.now(UTC) + timedelta(days=1)
    contact = {"name": "Kanārija Bērziņa", "phone": PHONE, "email": EMAIL}
    for hour in range(6, 15):
        start = soon.replace(hour=hour, minute=0, second=0, microsecond=0).isoformat()
        centre.submit("BookAppointment", {"service": SERVICE, "start": start, "contact": contact}, clerk)
    centre.submit("SendMessage", {"counter": "3", "text": f"zvani {PHONE}"}, clerk)
    return {
        "ticket": ticket["token"],
        "screen's token": centre.token("display"),
        "setup": "kanarija-iestatijums",
        "password": PASSWORD,
        "wrong token": "kanarija-nepareizs-token",
        "session": signed_in.cookies()["rinda_session"].partition(";")[0].partition("=")[2],
        "pairing": pair["secret"],
        "wrong pairing": "kanarija-paris",
        "code": pair["code"],
        "right password": "correct horse",
        "telephone": PHONE,
        "telephone's digits": "20099887",
        "e-mail": EMAIL,
        "name": "Kanārija Bērziņa",
        "form's word": centre.given["csrf"]["clerk"],
        "live session": centre.given["sessions"]["clerk"],
    }


OF_THE_FLOOR = {"ticket"}
"""A ticket's address is drawn with its number and is in its event, which is no log and is shown to nobody."""


def test_no_secret_is_in_the_log_or_the_journal(centre: Centre) -> None:
    secrets = told(centre)
    log = centre.log()
    assert "turned away" in log
    assert [what for what, secret in secrets.items() if secret in log] == []
    with sqlite3.connect(centre.folder / "rinda.db") as base:
        journal = "\n".join(map(repr, base.execute("SELECT * FROM journal")))
        people = "\n".join(
            repr(row) for table in ("accounts", "sessions", "devices") for row in base.execute(f"SELECT * FROM {table}")
        )
    assert [what for what, secret in secrets.items() if secret in journal and what not in OF_THE_FLOOR] == []
    kept = {"form's word"}  # compared at each form; it opens nothing without the cookie, of which there is a digest only
    assert [what for what, secret in secrets.items() if secret in people and what not in kept] == []


def test_nobody_writes_a_line_of_the_log(centre: Centre) -> None:
    forged = '\n{"at":"2026-01-01T00:00:00Z","level":"critical","logger":"rinda","text":"forged"}\n'
    for path in (
        f"/api/v1/commands/{quote(forged)}",
        f"/admin/people/{quote(forged)}",
        f"/{quote(forged)}",
        f"/ticket/{quote(forged)}",
    ):
        centre.request("GET", path, headers={"User-Agent": forged.strip()})
        centre.request("POST", path, b"{}", bearer(quote(forged)))
    centre.sign_in(forged, forged)
    centre.submit("Announce", {"text": forged})
    centre.request("POST", "/pair/begin", json.dumps({"kind": "kiosk", "name": forged}))
    centre.request("POST", f"/api/v1/commands/{uuid.uuid4()}", forged, bearer(centre.token("manager")))
    lines = centre.log().splitlines()
    assert lines
    assert all(json.loads(line)["text"] != "forged" for line in lines)


def test_what_is_no_request_is_one_line_with_a_pace(centre: Centre) -> None:
    for _ in range(BURST + 20):
        with socket.create_connection(("127.0.0.1", centre.port), timeout=5) as sock:
            sock.sendall(b"GET / \x00 no such thing HTTP/9\r\n\r\n")
            assert b" 400 " in sock.recv(200)
    lines = [json.loads(line) for line in centre.log().splitlines() if '"rinda.http"' in line]
    assert BURST <= len(lines) < BURST + 20
    assert {(line["level"], line["text"], line["address"]) for line in lines} == {("info", "not a request", "127.0.0.1")}
    assert all("socket" not in line["why"] and line["why"] for line in lines)


def test_a_line_is_one_object_with_its_time_in_utc(centre: Centre) -> None:
    lines = [json.loads(line) for line in centre.log().splitlines()]
    assert lines
    for line in lines:
        assert {"at", "level", "logger", "text"} <= set(line)
        assert re.fullmatch(r"[0-9-]{10}T[0-9:.]{8,15}Z", line["at"]), line["at"]


def test_what_broke_is_said_without_its_wrappings() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(requests.ConnectionError) as refused:
            requests.get(f"http://127.0.0.1:{taken.getsockname()[1]}/", timeout=5)
    assert cause(refused.value) == "Connection refused"
    assert cause(ValueError("the first")) == "the first"
    assert cause(TimeoutError()) == "TimeoutError"
