"""The kiosk program as it runs in a centre dies by SIGKILL in every state of a print job; then numbers and paper are read."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from printers.jobs import JobState
from printers.virtual import VirtualPrinter
from tests.faults.evidence import judge
from tests.faults.lines import TcpLine
from tests.house import House, Kiosk, until

INSIDE = 9_000  # bytes: inside the raster of a ticket
MARK = b"\x37\x22"  # begins the answer to a process ID
PROBED = b"oooo"  # the process ID of a probe


class Hall:
    """A centre's kiosk and printer, with a line between them that can be cut."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder
        self.printer = VirtualPrinter()
        self.line = TcpLine(self.printer)
        self.kiosk = Kiosk(folder, house, self.line.url)
        self.taken: dict[str, dict[str, Any]] = {}

    def swallow(self, marks: tuple[int, ...]) -> None:
        """The n-th answers of these to a job's process IDs are lost on the way."""
        say, seen = VirtualPrinter.say, 0

        def lossy(data: bytes, reply: Any) -> None:
            nonlocal seen
            seen += data[:2] == MARK and PROBED not in data
            if data[:2] != MARK or seen not in marks:
                say(self.printer, data, reply)

        self.printer.say = lossy  # type: ignore[method-assign]

    def take(self) -> str:
        """Touches a service; the visit. The answer is there before the paper."""
        id = str(uuid.uuid4())
        service = self.house.data("menu")["services"][0]["service"]
        answer = until(lambda: self._asked(service, id), "a number")
        self.taken[answer["visit"]] = answer
        return str(answer["visit"])

    def _asked(self, service: str, id: str) -> Any:
        try:
            answer = self.kiosk.command("TakeTicket", {"service": service}, id).json
        except OSError:
            return None
        return answer["result"] if answer["ok"] else None

    def jobs(self) -> dict[str, JobState]:
        """The kiosk's own record of its jobs."""
        file = self.folder / "jobs.db"
        if not file.exists():
            return {}
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as base:
            rows = base.execute("SELECT job_id, state FROM jobs").fetchall()
        return {job: msgspec.json.decode(state, type=JobState) for job, state in rows}

    def phase(self, visit: str, *phases: str) -> str:
        """Waits until the job is in one of the phases."""
        return str(until(lambda: (job := self.jobs().get(visit)) and job.phase in phases and job.phase, f"{visit} {phases}", 60))


def queued(hall: Hall) -> str:
    hall.printer.fault("paper_out")
    until(lambda: b"can_print 0" in hall.kiosk.request("GET", "/metrics").body, "paper out is seen")
    visit = hall.take()
    hall.phase(visit, "queued")
    return visit


def sending(hall: Hall) -> str:
    """Some of the bytes are in the printer; the others are lost with the program."""
    hall.line.allow(INSIDE)
    visit = hall.take()
    assert hall.line.spent.wait(30)
    return visit


def sent(hall: Hall) -> str:
    """All bytes are in the printer and printed; the program never hears of that."""
    hall.swallow(marks=(1, 2))
    visit = hall.take()
    hall.phase(visit, "sent")
    until(lambda: hall.printer.papers, "the ticket is out")
    return visit


def content_done(hall: Hall) -> str:
    """The content is confirmed, the cut is not."""
    hall.swallow(marks=(2,))
    visit = hall.take()
    hall.phase(visit, "content_done")
    return visit


def printed(hall: Hall) -> str:
    visit = hall.take()
    hall.phase(visit, "printed")
    return visit


def unconfirmed(hall: Hall) -> str:
    hall.printer.fault("cutter")
    visit = hall.take()
    hall.phase(visit, "unconfirmed")
    return visit


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One centre server for all."""
    server = House(tmp_path_factory.mktemp("house")).start()
    yield server
    server.stop()


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.parametrize("state", [queued, sending, sent, content_done, printed, unconfirmed], ids=lambda state: state.__name__)
def test_killed_in_each_state_of_a_job(tmp_path: Path, house: House, state: Callable[[Hall], str]) -> None:
    hall = Hall(house, tmp_path)
    hall.kiosk.start()
    try:
        until(lambda: _ready(hall.kiosk), "the kiosk is ready")
        first = state(hall)
        hall.kiosk.kill()
        hall.swallow(marks=())
        hall.line.unplug()
        hall.line.free()
        hall.line.replug()
        for name in tuple(hall.printer.faults):
            hall.printer.fault(name, False)
        hall.kiosk.start()
        until(lambda: _ready(hall.kiosk), "the kiosk is back")
        second = hall.take()
        hall.phase(second, "printed")
        hall.phase(first, "printed", "unconfirmed", "unknown", "expired")
        until(lambda: not house.data("jobs/kiosk-1")["slips"], "the server knows of every slip", 60)
        jobs = hall.jobs()
    finally:
        hall.kiosk.stop()
        hall.line.close()
    names = {answer["token"]: answer["number"] for answer in hall.taken.values()}
    numbers = {answer["number"]: jobs[visit] for visit, answer in hall.taken.items()}
    hanging = hall.printer.sheet
    judge([*hall.printer.papers, *([hanging] if hanging.rows else [])], numbers, names=names)
    with sqlite3.connect(f"file:{house.folder / 'rinda.db'}?mode=ro", uri=True) as base:
        ended = base.execute("SELECT json_extract(data, '$.visit') FROM journal WHERE type = 'VisitEnded'").fetchall()
    assert not {visit for (visit,) in ended} & set(hall.taken), "a number is valid whatever became of its paper"


def _ready(kiosk: Kiosk) -> bool:
    try:
        metrics = kiosk.request("GET", "/metrics").body
    except OSError:
        return False
    return b"link_up 1" in metrics and b"can_print 1" in metrics
