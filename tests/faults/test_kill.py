"""The centre server and the kiosk program are killed again and again under load; nothing acknowledged is lost or doubled."""

import http.client
import json
import logging
import os
import random
import sqlite3
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.reserve import ReserveNumber
from printers.jobs import JobState
from printers.virtual import VirtualPrinter
from server.store.centre import CentreStore
from tests.conftest import NIGHTLY
from tests.house import House, Kiosk, Reply, until

log = logging.getLogger(__name__)

KILLS = int(os.environ.get("RINDA_KILLS", "200" if NIGHTLY else "6"))
SEED = int(os.environ.get("RINDA_KILL_SEED", "2027"))
DOUBTFUL = ("unconfirmed", "unknown", "expired", "failed")


class Taker:
    """Takes numbers, one after the other, each with one id until it is acknowledged."""

    def __init__(self, house: House, way: "Token | Kiosk", services: list[str], chance: random.Random, pause_s: float) -> None:
        self.house, self.way, self.services, self.chance, self.pause_s = house, way, services, chance, pause_s
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.asked: dict[str, dict[str, Any]] = {}
        self.tries = 0
        self.fault: BaseException | None = None

    def run(self, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                id, data = (
                    str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
                    {"service": self.chance.choice(self.services)},
                )
                self.asked[id] = data
                answer = self.insist(id, data)
                if answer["ok"]:
                    self.acknowledged[id] = answer
                else:
                    del self.asked[id]
                time.sleep(self.pause_s)
        except BaseException as fault:
            self.fault = fault

    def insist(self, id: str, data: dict[str, Any]) -> dict[str, Any]:
        """Asks with the same id until there is an answer that is none of: nobody there, too fast, no link.

        A queue with hours may be full for the day: that is an answer.
        """
        limit = time.monotonic() + 60
        while True:
            assert time.monotonic() < limit, f"never acknowledged: {id}"
            self.tries += 1
            try:
                reply = self.way.command("TakeTicket", data, id)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            answer: dict[str, Any] = reply.json
            if answer["ok"] or answer["code"] == "day_full":
                return answer
            # signed_out: on its very first start the server listens before the tokens are in its database.
            assert answer["code"] in ("too_fast", "no_link", "signed_out"), answer
            time.sleep(0.2)


class Token:
    """The API with a bearer token."""

    def __init__(self, house: House, token: str) -> None:
        self.house, self.token = house, token

    def command(self, name: str, data: dict[str, Any], id: str) -> Reply:
        return self.house.submit(name, data, self.token, id=id)


class Clerk(Taker):
    """Calls whoever is next and sends them away again, so that the journal holds more than tickets."""

    def run(self, stop: threading.Event) -> None:
        try:
            self.step("OpenCounter")
            while not stop.is_set():
                answer = self.step("CallNext")
                if answer["ok"]:
                    self.step("Serve")
                    self.step("RecordService", service=answer["result"]["service"], kind="konsultacija")
                    self.step("Finish")
                time.sleep(self.pause_s)
        except BaseException as fault:
            self.fault = fault

    def step(self, name: str, **data: str) -> dict[str, Any]:
        id, data = str(uuid.UUID(int=self.chance.getrandbits(128), version=4)), {"counter": "3", **data}
        while True:
            self.tries += 1
            try:
                answer: dict[str, Any] = self.way.command(name, data, id).json
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            assert answer["ok"] or (name, answer["code"]) == ("CallNext", "nobody_waiting"), (name, answer)
            if answer["ok"]:
                self.asked[id], self.acknowledged[id] = {"name": name, **data}, answer
            return answer


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.timeout(240 + 8 * KILLS)
def test_killed_again_and_again(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    printer = VirtualPrinter(speed=2500)
    paper = printer.serve(port=0)
    house = House(tmp_path / "server").start()
    kiosk = Kiosk(tmp_path / "kiosk", house, f"tcp://127.0.0.1:{paper.port}").start()
    services = [one["service"] for one in house.data("menu")["services"]]
    streams = [random.Random(chance.getrandbits(64)) for _ in range(8)]
    takers = [
        *(Taker(house, Token(house, "demo-manager"), services, streams[n], 0.02) for n in range(3)),
        Taker(house, Token(house, "demo-kiosk"), services, streams[3], 1.0),
        *(Taker(house, kiosk, services, streams[n], 1.0) for n in (4, 5)),
        Clerk(house, Token(house, "clerk-3"), services, streams[6], 0.01),
    ]
    stop = threading.Event()
    threads = [threading.Thread(target=taker.run, args=(stop,)) for taker in takers]
    for thread in threads:
        thread.start()
    try:
        for kill in range(KILLS):
            time.sleep(chance.uniform(0.2, 1.5))
            victims = ([house], [kiosk], [house, kiosk])[(kill + SEED) % 3]
            if kiosk in victims:
                _while_printing(printer, chance.randrange(1, 700))
            for victim in victims:
                victim.kill()
            time.sleep(chance.uniform(0, 0.5))
            for victim in victims:
                victim.start()
        log.info("killed for the last time")
        stop.set()
        for thread in threads:
            thread.join(timeout=90)
        assert not any(thread.is_alive() for thread in threads)
        for taker in takers:
            assert taker.fault is None, taker.fault
        until(lambda: "rinda_kiosk_numbers_unsent 0" in _metrics(kiosk), "the reserve at the centre", 60)
        until(lambda: not house.data("jobs/kiosk-1")["slips"], "every slip reported", 60)
        until(lambda: _told(house, kiosk), "the centre knows of every slip what the kiosk knows", 60)
        _same_answers_again(house, takers)
        slips = {id: state for id, state in _slips(house.folder).items() if state is not None}
        jobs, own = _jobs(kiosk.folder), _own(kiosk.folder)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=90)
        kiosk.stop()
        house.stop()
        paper.close()
    rows = _journal(house.folder)
    numbers = _numbers(rows)
    _acknowledged_are_there_once(rows, takers)
    _consecutive(numbers)
    _paper(printer, slips, jobs, numbers, own)
    assert set(own) <= set(numbers), "a number of the reserve is not at the centre"
    total = sum(len(taker.acknowledged) for taker in takers)
    log.info("%d kills, %d acknowledged, %d asked, %d records", KILLS, total, sum(one.tries for one in takers), len(rows))
    log.info("%s, %s, %d pieces", Counter(slips.values()), Counter(jobs.values()), len(printer.papers))
    assert total > 20 * KILLS
    assert len(slips) > KILLS
    assert Counter(slips.values())["printed"] > len(slips) // 3, "kills may leave slips in doubt, but most are paper"


def _metrics(kiosk: Kiosk) -> str:
    """Nothing while it begins: nobody may have asked it since it was killed for the last time."""
    try:
        return kiosk.request("GET", "/metrics").text
    except OSError:
        return ""


def _same_answers_again(house: House, takers: list[Taker]) -> None:
    """Every command once more by its id: the same answer, and the journal does not grow."""
    before = house.request("GET", "/metrics").text
    position = next(line for line in before.splitlines() if line.startswith("rinda_position "))
    for taker in takers:
        if isinstance(taker.way, Kiosk):
            continue
        name = "TakeTicket"
        for id, first in list(taker.acknowledged.items())[-40:]:
            data = dict(taker.asked[id])
            name = data.pop("name", "TakeTicket")
            token = taker.way.token if taker.way.token != "demo-kiosk" else "demo-manager"
            assert house.submit(name, data, token, id=id).json == first
    assert position in house.request("GET", "/metrics").text


def _journal(folder: Path) -> list[dict[str, Any]]:
    """The journal's rows, after its chain was verified."""
    store = CentreStore(f"sqlite:///{folder / 'rinda.db'}")
    rows = store.rows(0)
    assert store.verify() == len(rows)
    return [{**row, "data": json.loads(row["data"])} for row in rows]


def _numbers(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What was issued, by visit."""
    issued = [row["data"] for row in rows if row["type"] == "TicketIssued"]
    by_visit = {event["visit"]: event for event in issued}
    assert len(by_visit) == len(issued)
    return by_visit


def _acknowledged_are_there_once(rows: list[dict[str, Any]], takers: list[Taker]) -> None:
    by_command = Counter(
        row["command"] for row in rows if row["type"] != "SlipReported" and not (row["type"] == "VisitEnded" and _left(row))
    )
    events = {row["command"]: row["data"] for row in reversed(rows)}
    for taker in takers:
        for touch, answer in taker.acknowledged.items():
            id = _reserve(touch) if answer["result"].get("reserve") else touch
            assert by_command[id] == 1, (id, answer)
            if "number" in answer["result"]:
                assert events[id]["visit"] == answer["result"]["visit"]
            if events[id]["type"] == "TicketIssued":
                assert events[id]["number"] == answer["result"]["number"]
                assert answer["result"]["token"] in ("", events[id]["token"])
                assert events[id]["service"] == taker.asked[touch]["service"]
    # Nothing took effect that nobody asked for, and nothing twice under two ids.
    asked = {id for taker in takers for touch in taker.asked for id in (touch, _reserve(touch))}
    assert {row["command"] for row in rows if row["type"] in ("TicketIssued", "VisitCalled")} <= asked


def _reserve(touch: str) -> str:
    """The id under which the kiosk tells of the number that it gave without the server."""
    return str(uuid.uuid5(uuid.UUID(touch), "reserve 0"))


def _left(row: dict[str, Any]) -> bool:
    """Whether a number that nobody holds gave its place to one of the reserve."""
    return str(row["data"].get("reason")) == "left"


def _consecutive(numbers: dict[str, dict[str, Any]]) -> None:
    series: dict[tuple[str, str], list[int]] = {}
    for event in numbers.values():
        series.setdefault((event["day"], event["series"]), []).append(event["n"])
    for name, counts in series.items():
        assert counts == list(range(1, len(counts) + 1)), name


def _slips(folder: Path) -> dict[str, str | None]:
    """What the centre was told of each slip, by visit."""
    with sqlite3.connect(folder / "rinda.db") as base:
        return {visit: msgspec.json.decode(data).get("slip") for visit, data in base.execute("SELECT visit, data FROM visits")}


def _while_printing(printer: VirtualPrinter, rows: int) -> None:
    """Waits until so many rows of a slip are out, for a moment that hurts; not for ever, if nothing is printed."""
    limit = time.monotonic() + 2
    while len(printer.sheet.rows) < rows and time.monotonic() < limit:
        time.sleep(0.002)


def _told(house: House, kiosk: Kiosk) -> bool:
    said = {"missing": "failed"}
    slips, own = _slips(house.folder), _own(kiosk.folder)
    return all(slips[visit] == said.get(phase, phase) for visit, phase in _jobs(kiosk.folder).items() if visit not in own)


def _jobs(folder: Path) -> dict[str, str]:
    """The kiosk's own record of its jobs."""
    with sqlite3.connect(folder / "jobs.db") as base:
        return {
            job: str(msgspec.json.decode(state, type=JobState).phase)
            for job, state in base.execute("SELECT job_id, state FROM jobs")
        }


def _own(folder: Path) -> dict[str, str]:
    """The numbers that the kiosk gave without the server, by visit."""
    with sqlite3.connect(folder / "reserve.db") as base:
        rows = [msgspec.json.decode(data, type=ReserveNumber) for (data,) in base.execute("SELECT data FROM numbers")]
    return {str(row.visit): row.number for row in rows}


def _paper(
    printer: VirtualPrinter, slips: dict[str, str], jobs: dict[str, str], numbers: dict[str, dict[str, Any]], own: dict[str, str]
) -> None:  # fmt: skip
    """At most one valid slip of a number, one for every slip said to be printed, and no strip with two numbers."""
    pieces = [*printer.papers, *([printer.sheet] if printer.sheet.rows else [])]
    valid: Counter[str] = Counter()
    for piece in pieces:
        said = [line for line in piece.lines if "VOID" not in line]
        if len(said) == len(piece.lines):
            assert len(said) <= 1, f"two numbers on one strip: {said}"
            assert piece.cut or not said, said
            assert not piece.empty or not said
            valid.update(said)
    by_number = {event["number"]: visit for visit, event in numbers.items() if visit in slips}
    assert set(valid) <= set(by_number) | set(own.values()), "a slip for a number that no kiosk owed"
    assert not [number for number, count in valid.items() if count > 1]
    for number, visit in by_number.items():
        assert slips[visit] in ("printed", *DOUBTFUL), (number, slips[visit])
        if slips[visit] == "printed":
            assert valid[number] == 1, f"{number} is said to be printed and is not there"
    for visit, number in own.items():
        assert jobs.get(visit) != "printed" or valid[number] == 1, f"{number} is said to be printed and is not there"
    assert set(slips) == (set(jobs) - set(own)) | {visit for visit, state in slips.items() if state == "expired"}
