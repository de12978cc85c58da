"""The training centre beside a live one that works: nothing live is touched, nobody is called, and who practised is known."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.settings import sqlite_url
from server.domain import commands as c
from server.engine import Engine
from server.national.papers import Papers, save_papers
from server.people.people import People
from server.training.courses import Course, courses, practised
from server.training.live_copy import live
from tests.house import _Program, free_port, until
from tests.support import CLERK, MANAGER, Clock, demo_plan, engine_over, service_of

HOOK = """
import os, sys
def heard(event, args):
    if event == "socket.connect":
        with open(os.environ["HEARD"], "a") as file:
            file.write(repr(args[1]) + "\\n")
sys.addaudithook(heard)
"""
"""Sees every connection that any library of a Python program begins."""


class Training(_Program):
    """`rinda training` in a process of its own, with an ear on its connections."""

    def start(self, data: Path) -> "Training":
        (self.folder / "sitecustomize.py").write_text(HOOK)
        env = {**os.environ, "PYTHONPATH": str(self.folder), "HEARD": str(self.folder / "heard"), "RINDA_SSO_ISSUER": ""}
        words = ["training", "--data", str(data), "--port", str(self.port), "--visitors", "7200"]
        self._spawn(["-m", "server.cli", *words], env=env, stdout=subprocess.DEVNULL)
        return self

    def connections(self) -> set[str]:
        """Addresses that it or its kiosk called."""
        path = self.folder / "heard"
        return {str(eval(line)[0]) for line in path.read_text().splitlines() if line.startswith("(")} if path.exists() else set()


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Engine]]:
    """A live centre in the middle of its work, under the network; its database is open, with a log beside it."""
    data = tmp_path_factory.mktemp("live")
    engine = engine_over(sqlite_url(data), Clock(datetime.now(UTC)), demo_plan())
    people = People(engine.do)
    people.add_account("anna", "manager", "Anna Bērziņa", "demo")
    people.add_account("ilze", "clerk", "Ilze Kalniņa", "demo")
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    engine.handle(c.TakeTicket(service=service_of(demo_plan())), MANAGER)
    save_papers(data, Papers(centre="demo", node="https://192.0.2.1:9", secret="s"))
    yield data, engine
    engine.stop()


def digests(data: Path) -> dict[str, str]:
    """Every file of the live centre but the log's index, which is memory shared by those who read."""
    files = (one for one in data.rglob("*") if one.is_file() and "training" not in one.parts and not one.name.endswith("-shm"))
    return {str(one.relative_to(data)): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


def test_nothing_live_is_touched_and_nobody_is_called(centre: tuple[Path, Engine], tmp_path: Path) -> None:
    data, engine = centre
    before, floor = digests(data), engine.floor
    assert {"rinda.db", "rinda.db-wal"} <= set(before)
    training = Training(tmp_path / "program", free_port()).start(data)
    try:
        until(lambda: answers(training, "/readyz"), "the training centre", 60)
        cookie = training_session(training, "ilze")
        desk = training.request("GET", "/counter/1", headers={"Cookie": cookie})
        pages = [desk.text, *(training.request("GET", path).text for path in ("/", "/login", "/load", "/nowhere"))]
        assert [page.count("MĀCĪBU REŽĪMS") for page in pages] == [1] * len(pages)
        assert command(training, cookie, "OpenCounter", {"counter": "1"})["ok"]
        until(lambda: command(training, cookie, "CallNext", {"counter": "1"})["ok"], "a simulated visitor", 30)
        kiosk = _Program(tmp_path / "kiosk", training.port + 1)
        until(lambda: answers(kiosk, "/readyz"), "the kiosk", 30)
        assert "MĀCĪBU REŽĪMS" in kiosk.request("GET", "/").text
        assert training.request("GET", "/api/v1/views/overview", headers={"Cookie": cookie}).status == 200
        manager = training_session(training, "anna")
        keeping = training.request("GET", "/admin/keeping", headers={"Cookie": manager}).text
        assert "šeit neko nekopē un nedzēš" in keeping
        assert "/admin/keeping/copy" not in keeping
        word = training.request("GET", "/api/v1/session", headers={"Cookie": manager}).json["csrf"]
        for path in ("/admin/keeping/copy", "/admin/keeping/erase"):
            headers = {"Cookie": manager, "X-CSRF-Token": word, "Origin": training.address}
            assert training.request("POST", path, "", headers).json["code"] == "not_allowed"
    finally:
        training.stop()
    assert digests(data) == before
    assert (engine.floor, engine._store.verify()) == (floor, floor.position)
    assert training.connections() == {"127.0.0.1"}
    (line,) = map(json.loads, (data / "training" / "courses.jsonl").read_text("utf-8").splitlines())
    assert (line["account"], line["display"], line["steps"] >= 2, line["minutes"] >= 1) == ("ilze", "Ilze Kalniņa", True, True)
    assert not list((data / "training").glob("rinda.db*"))


def test_what_is_taken_is_the_plan_in_force_and_who_may_come_in(centre: tuple[Path, Engine]) -> None:
    data, engine = centre
    found = live(sqlite_url(data))
    assert (found.plan, [(one.name, one.role, one.display) for one in found.people]) == (
        engine.floor.plan, [("anna", "manager", "Anna Bērziņa"), ("ilze", "clerk", "Ilze Kalniņa")],
    )  # fmt: skip
    assert found.people[0].password.startswith("$argon2id$")


def test_without_a_live_centre_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "training", "--data", str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, "no centre's data is there" in done.stderr) == (1, True)
    assert (courses(tmp_path), list(tmp_path.iterdir())) == ((), [])


def test_a_long_break_makes_two_courses_and_simulated_visitors_none() -> None:
    begin = datetime(2026, 3, 16, 8, tzinfo=UTC)
    steps = [("ilze", 0), ("visitors", 1), ("ilze", 20), ("anna", 21), ("ilze", 51)]
    found = practised([(who, begin + timedelta(minutes=n)) for who, n in steps], {"ilze": "Ilze", "anna": "Anna"})
    assert found == (
        Course("ilze", "Ilze", begin, 20, 2),
        Course("anna", "Anna", begin + timedelta(minutes=21), 1, 1),
        Course("ilze", "Ilze", begin + timedelta(minutes=51), 1, 1),
    )


def answers(program: _Program, path: str) -> bool:
    try:
        return program.request("GET", path, timeout=2).status == 200
    except OSError:
        return False


def training_session(training: _Program, name: str) -> str:
    page = training.request("GET", "/login")
    cookie = page.cookies()["rinda_csrf"].partition(";")[0]
    body = f"csrf_token={cookie.partition('=')[2]}&name={name}&password=demo&next="
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    return training.request("POST", "/login", body, headers).cookies()["rinda_session"].partition(";")[0]


def command(training: _Program, cookie: str, name: str, data: Any) -> Any:
    me = training.request("GET", "/api/v1/session", headers={"Cookie": cookie}).json
    headers = {"Cookie": cookie, "Content-Type": "application/json", "X-CSRF-Token": me["csrf"], "Origin": training.address}
    body = json.dumps({"id": str(os.urandom(16).hex()), "data": data})
    return training.request("POST", f"/api/v1/commands/{name}", body, headers).json
