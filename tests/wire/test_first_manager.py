"""`rinda serve` of a centre that nobody manages: the link on the console makes the first manager, once."""

import re
import subprocess
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from config import CENTRES
from tests.house import House, Reply, share_clips, until

KIND = "application/x-www-form-urlencoded"
GOOD = {"name": "vadi", "display": "Vadītāja", "password": "četri zaļi vārdi", "again": "četri zaļi vārdi"}


class Served(House):
    """`rinda serve`, as an installation starts it."""

    def start(self) -> "Served":
        share_clips(self.folder)
        self._spawn(
            [
                "-m",
                "server.cli",
                "serve",
                "--plan",
                str(CENTRES / "village.toml"),
                "--data",
                str(self.folder),
                "--port",
                str(self.port),
            ],
            stdout=subprocess.PIPE,
        )
        return self

    def said(self) -> str:
        """The next line on the console."""
        assert self.process is not None
        assert self.process.stdout is not None
        line: str = self.process.stdout.readline().decode()
        return line


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    found = Served(tmp_path_factory.mktemp("served")).start()
    yield found
    found.stop()


def post(house: House, token: str, **fields: str) -> Reply:
    return house.request("POST", "/setup", urlencode({"token": token, **GOOD, **fields}), {"Content-Type": KIND})


def test_the_link_makes_one_manager_and_is_gone(house: Served) -> None:
    assert "30 minutes" in house.said()
    found = re.fullmatch(rf"{house.address}(/setup\?token=([\w-]{{43}}))\n", house.said())
    assert found
    path, token = found[1], found[2]
    assert house.request("GET", path).status == 200
    assert house.request("GET", "/setup?token=guess").status == 403
    assert house.request("GET", "/setup").status == 403
    assert post(house, "guess").status == 403
    for wrong in ({"name": "Vadi"}, {"display": ""}, {"password": "12345678"}, {"again": "cits"}):
        assert post(house, token, **wrong).status == 400, wrong
    own = {"password": "vaditaja1", "again": "vaditaja1"}
    assert post(house, token, **own).status == 400
    assert house.sign_in("vadi", GOOD["password"]).status == 401  # nothing was made yet
    assert post(house, token).headers["Location"] == "/login?next=/admin/people"
    assert post(house, token, name="otra").status == 403
    assert house.request("GET", path).status == 403
    signed = house.sign_in("vadi", GOOD["password"])
    assert signed.status == 303
    cookie = signed.cookies()["rinda_session"].partition(";")[0]
    page = house.request("GET", "/admin/people", headers={"Cookie": cookie}).text
    assert "kļuva par pirmo vadītāju" in page


def test_there_are_no_accounts_and_tokens_of_the_demo(house: Served) -> None:
    for name in ("manager", "clerk1", "clerk2", "network"):
        assert house.sign_in(name, "demo").status in (401, 429), name
    for token in ("demo-manager", "demo-clerk", "demo-display", "demo-kiosk", "demo-national", "demo-panel"):
        assert house.view("overview", token).status == 401, token


def test_no_link_where_somebody_manages(house: Served) -> None:
    house.stop()
    again = Served(house.folder).start()
    until(lambda: answers(again), "the server to serve")
    process = again.process
    again.stop()
    assert process is not None
    assert process.stdout is not None
    assert process.stdout.read() == b""


def answers(house: House) -> bool:
    try:
        return house.request("GET", "/readyz").status == 200
    except OSError:
        return False
