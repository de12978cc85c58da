"""Where a second factor is a must for managers: its page and nowhere else until it is on; everybody else as before."""

import re
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from config.settings import SettingsFault, from_environment
from server.people.factor import STEP_S, code_at
from tests.house import House
from tests.wire.test_gate import Socket
from tests.wire.test_sessions import Page

ELSEWHERE = ("/", "/admin/", "/admin/devices", "/admin/people", "/account", "/counter/3", "/session/here", "/display/hall")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("must"), options=("--factor",)).start()
    yield found
    found.stop()


def changed(page: Page, step: int = 0) -> str:
    """Switches the second factor of who is signed in on, or off with the secret that it had; the secret."""
    shown = page.request("GET", "/account/factor").text
    letters = re.search(r'class="letters">([A-Z2-7 ]+)<', shown)
    secret = letters[1].replace(" ", "") if letters else SECRETS[page]
    SECRETS[page] = secret
    word = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert word
    code = code_at(secret, int(time.time() // STEP_S) + step)
    body = urlencode({"csrf_token": word[1], "password": "demo", "code": code})
    answer = page.request("POST", "/account/factor", body, Content_Type="application/x-www-form-urlencoded")
    assert answer.status in (200, 303)
    return secret


SECRETS: dict[Page, str] = {}


def test_a_manager_gets_to_the_second_factor_and_nowhere_else(house: House) -> None:
    page = Page(house)
    assert page.sign_in("manager").status == 303
    for path in ELSEWHERE:
        answer = page.request("GET", path)
        assert (answer.status, answer.headers["Location"]) == (302, "/account/factor"), path
    assert page.request("GET", "/static/base.css").status == 200
    assert "vajadzīgs otrais faktors" in page.request("GET", "/account/factor").text
    assert page.request("GET", "/api/v1/views/overview").json["code"] == "factor_needed"
    assert page.request("POST", "/admin/devices/window", "act=open").json["code"] == "factor_needed"
    assert not joins(house, page)
    changed(page)
    for path in ELSEWHERE[1:5]:
        assert page.request("GET", path).status == 200, path
    assert joins(house, page)
    changed(page, step=1)  # off again, with the next code
    assert page.request("GET", "/admin/").headers["Location"] == "/account/factor"
    assert not joins(house, page)


def joins(house: House, page: Page) -> bool:
    """Whether the session gets a socket for the manager's page."""
    socket = Socket(house, Cookie=f"rinda_session={page.cookies['rinda_session']}", Origin=house.address)
    return socket.connect(protocol=1, channel="overview", device="admin").startswith(b"40")


def test_nobody_else_is_asked(house: House) -> None:
    clerk = Page(house)
    assert clerk.sign_in("clerk1").headers["Location"] == "/counter/3"
    assert [clerk.request("GET", path).status for path in ("/counter/3", "/account", "/admin/")] == [200, 200, 200]
    assert house.view("overview", "demo-manager").status == 200  # tokens have no second factor, nor a password


def test_it_is_a_setting_that_is_named_when_it_is_wrong() -> None:
    assert from_environment({"RINDA_FACTOR_MANAGERS": "1"}).factor_managers
    assert not from_environment({}).factor_managers
    with pytest.raises(SettingsFault, match='RINDA_FACTOR_MANAGERS: "yes" is not 0 or 1'):
        from_environment({"RINDA_FACTOR_MANAGERS": "yes"})
