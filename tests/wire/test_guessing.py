"""Guessing passwords under many names, and what stands in front of the server."""

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from server.people.hashing import TRIES_FREE
from tests.house import House
from tests.wire.test_gate import Socket, identity
from tests.wire.test_sessions import Page

GUESSES = 3 * TRIES_FREE  # more than one every two seconds adds while they are made


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Behind a proxy, so that every request names the address it comes from."""
    found = House(tmp_path_factory.mktemp("proxy"), options=("--proxy", "https://rinda.example.lv")).start()
    yield found
    found.stop()


def test_guessing_under_many_names_is_slowed_by_address_and_is_no_fault_in_the_log(house: House) -> None:
    colleague = Page(house, "10.0.0.5")
    assert colleague.sign_in("clerk1").status == 303
    stranger = Page(house, "10.0.0.5")
    answers = (stranger.sign_in(f"name{n}", "x").status for n in range(GUESSES))
    found = list(takewhile(lambda status: status == 401, answers))
    assert TRIES_FREE <= len(found) < GUESSES
    assert colleague.sign_in("clerk1").status == 303  # known at this workstation
    elsewhere = Page(house, "10.0.0.6")
    assert elsewhere.sign_in("clerk2").status == 303
    assert "Traceback" not in house.log()


def test_a_proxy_says_whose_address_it_is_and_cookies_need_tls(house: House) -> None:
    # The first one is the client's own word.
    page = Page(house, "8.8.8.8, 10.0.0.7")
    answer = page.sign_in("clerk1")
    assert answer.status == 303
    for name, line in answer.cookies().items():
        assert "; Secure" in line, name
        assert name.startswith("__Host-"), "no other host can set it"
    text = page.request("GET", "/account").text
    assert "<strong>10.0.0.7</strong>" in text
    assert "8.8.8.8" not in text
    forwarded = {"X_Forwarded_For": "10.0.0.7", "X_Forwarded_Proto": "https", "Origin": f"https://127.0.0.1:{house.port}"}
    socket = Socket(house, Cookie=f"__Host-rinda_session={page.cookies['__Host-rinda_session']}", **forwarded)
    assert socket.connect(**identity("desk/3")).startswith(b"40{")


def test_without_a_trusted_proxy_nobody_chooses_an_address(tmp_path: Path) -> None:
    house = House(tmp_path).start()
    try:
        page = Page(house, "10.0.0.7")
        answer = page.sign_in("clerk1")
        assert answer.status == 303
        assert "Secure" not in answer.cookies()["rinda_session"]
        text = page.request("GET", "/account").text
        assert "<strong>127.0.0.1</strong>" in text
        assert "10.0.0.7" not in text
    finally:
        house.stop()
