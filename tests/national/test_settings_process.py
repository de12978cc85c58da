"""Settings from a node to a centre, both as programs: in force in the middle of a day without a visit lost, and taken back."""

import sqlite3
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from config import CATALOGUE
from config.load import load_catalogue
from server.national.enrol import enrol
from server.national.node.bundle_check import State, states
from server.national.node.bundles import Bundles
from server.national.node.database import open_engines
from server.national.node.register import Register
from server.national.signing import load_key
from tests.house import House, bearer, until
from tests.national.test_process import Intake

SECONDS = 60


class Frail(House):
    """A centre with the defect of tests/national/frail_server.py."""

    def start(self) -> "Frail":
        self._spawn(["-m", "tests.national.frail_server", str(self.port), str(self.folder)], stdout=subprocess.PIPE)
        assert self.process is not None
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n", self.log()[-4000:]
        return self


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_settings_come_in_the_middle_of_a_day_and_harmful_ones_are_taken_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/node.db"
    write, read = open_engines(url)
    register, made = Register(write), Bundles(write, load_key(tmp_path / "node.key"))
    register.add("valmiera-demo", {"name": "Valmiera"})
    node, house = Intake(tmp_path / "node", url, "--demo").start(), Frail(tmp_path / "house")
    taken = 0

    def publish(minutes: int) -> int:
        values: dict[str, Any] = {"catalogue": load_catalogue(CATALOGUE), "locked": {"rules.lock_minutes": minutes}}
        revision = made.draft("all", "anna", datetime.now(UTC), not_before=datetime.now(UTC), **values)
        made.publish(revision, datetime.now(UTC))
        return revision

    def told(revision: int) -> State:
        """What the node knows, after one more visitor has come: what happens wakes the line."""
        nonlocal taken
        house.done("TakeTicket", {"service": "VSAA-01"})
        taken += 1
        with read.connect() as connection:
            return states(connection, revision)[0]

    try:
        code = register.invite("valmiera-demo", datetime.now(UTC))
        until(lambda: _enrolled(node, code, house.folder), "the node takes the code", SECONDS)
        house.start()
        good = publish(3)
        until(lambda: told(good).state == "applied", "the first settings are in force", SECONDS)
        assert _plan(house)["rules"]["lock_minutes"] == 3
        bad = publish(4)
        until(lambda: told(bad).state == "rolled_back", "the harmful settings are taken back", SECONDS)
        assert (_plan(house)["rules"]["lock_minutes"], _plan(house)["network"]["bundle"]) == (3, good)
        assert [one["rules"]["lock_minutes"] for one in _plans(house)][-3:] == [3, 4, 3], "it was in force, and no longer"
        reasons = [msgspec.json.decode(data).get("reason") for name, data in _events(house) if name == "PlanRevised"]
        went = f"Atsaukta tīkla iestatījumu {bad}. redakcija: ar to centrs nedarbojās, kā nākas"
        assert reasons[-3:] == [f"Tīkla iestatījumi, {good}. redakcija", f"Tīkla iestatījumi, {bad}. redakcija", went]
        page = _page(node, f"/settings/{bad}")
        assert "atcelts: 1" in page, page
        assert "ar to centrs nedarbojās, kā nākas" in page
        house.stop()
        house.start()
        assert _plan(house)["network"]["bundle"] == good, "a file that does not know the settings cannot undo them"
        told(bad)
        events = Counter(name for name, _ in _events(house))
        assert (events["TicketIssued"], events["VisitEnded"]) == (taken, 0), "nobody was lost"
        assert house.data("overview", "demo-manager")["waiting"] == taken
    finally:
        house.stop()
        node.kill()
        write.dispose()
        read.dispose()


def _enrolled(node: Intake, code: str, folder: Path) -> bool:
    try:
        enrol(f"http://127.0.0.1:{node.port}", code, folder)
    except OSError:
        return False
    return True


def _events(house: House) -> list[tuple[str, str]]:
    with sqlite3.connect(f"file:{house.folder / 'rinda.db'}?mode=ro", uri=True) as database:
        return database.execute("SELECT type, data FROM journal ORDER BY position").fetchall()


def _plans(house: House) -> list[dict[str, Any]]:
    return [msgspec.json.decode(data)["plan"] for name, data in _events(house) if name == "PlanRevised"]


def _plan(house: House) -> dict[str, Any]:
    return _plans(house)[-1]


def _page(node: Intake, path: str) -> str:
    return requests.get(f"http://127.0.0.1:{node.port}{path}", headers=bearer("demo-national"), timeout=30).text
