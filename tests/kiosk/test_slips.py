"""Slips: each is printed once, none whose number was replaced, late or forgotten ones are told, copies survive a restart."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from kiosk.clock import Moment, microseconds_of
from kiosk.replay import LATER
from kiosk.reserve import Reserve, Wish
from kiosk.shapes import Jobs, SlipJob
from kiosk.slips import SlipBook, Slips
from printers.jobs import Phase
from printers.slip import Slip, Text
from printers.spooler import Spooler
from server.protocol import Answer, CommandMessage, visit_of

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
YES = Answer(ok=True, result={})


class Bench:
    """Slips over a spooler whose printer is nowhere: what is handed to it waits."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, NOW
        self.spooler = Spooler("tcp://127.0.0.1:9", folder / "jobs.db", lambda slip: b"", lambda: self.now, lambda job: None)
        self.reports: list[CommandMessage] = []
        self.answer = YES
        self.papers: list[tuple[str, bool]] = []
        self.start()

    def start(self) -> None:
        """The program's part, anew."""
        lock = threading.RLock()
        wall = microseconds_of(self.now)
        self.reserve = Reserve(self.folder / "reserve.db", lambda: Moment(wall=wall, boot=wall, boot_id="b"), lock)
        self.book = SlipBook(self.folder / "slips.db", self.now)
        self.slips = Slips(
            self.spooler, self.reserve, self.book, lock, self._submit, self._paper, lambda: None, lambda: self.now
        )  # fmt: skip

    def _submit(self, message: CommandMessage) -> Answer:
        self.reports.append(message)
        return self.answer

    def _paper(self, slip: SlipJob, copy: bool, jobs: Jobs | None) -> Slip:
        self.papers.append((slip.number, copy))
        return (Text(slip.number),)

    def due(self, *slips: SlipJob) -> None:
        """The server's list."""
        self.slips.due(Jobs(centre={"lv": "C"}, timezone="Europe/Riga", footer={}, slips=slips))
        self.slips.reconcile()

    def over(self, visit: UUID, printed: bool = True) -> None:
        """The job ends, as the visitor says."""
        job = self.spooler.jobs()[str(visit)]
        self.spooler._jobs[str(visit)] = replace(job, phase=Phase.PRINTED if printed else Phase.UNCONFIRMED, since=self.now)

    def told(self) -> list[tuple[str, str]]:
        """Visit and state of each report."""
        return [(one.data["visit"], one.data["state"]) for one in self.reports]


def slip(number: str = "A001", **changed: object) -> SlipJob:
    plain = SlipJob(
        visit=uuid4(), number=number, service={"lv": "S"}, institution={"lv": "I"}, language="lv", issued=NOW, ahead=0,
        low=None, high=None, token="t", waiting=True,
    )  # fmt: skip
    return replace(plain, **changed)


def test_a_slip_goes_to_the_printer_once(tmp_path: Path) -> None:
    bench, one = Bench(tmp_path), slip()
    bench.due(one)
    bench.due(one)
    bench.start()
    bench.due(one)
    assert bench.papers == [("A001", False)]


def test_a_slip_that_comes_too_late_is_told_and_not_printed(tmp_path: Path) -> None:
    bench, late = Bench(tmp_path), slip(issued=NOW - timedelta(seconds=61))
    bench.due(late)
    assert bench.papers == []
    assert bench.told() == [(str(late.visit), "expired")]


def test_the_slip_of_a_replaced_visit_is_never_printed_also_after_a_restart(tmp_path: Path) -> None:
    bench, touch = Bench(tmp_path), uuid4()
    (row,) = bench.reserve.issue(Wish(touch=touch, services=("s",), language="lv"), "X", "Europe/Riga", 0)
    replaced = slip("B002", visit=visit_of(touch))
    bench.due(replaced)
    bench.start()
    bench.due(replaced)
    assert [number for number, _ in bench.papers] == ["X001"]
    assert set(bench.told()) == {(str(replaced.visit), "expired")}
    assert list(bench.spooler.jobs()) == [str(row.visit)]


def test_a_reserve_slip_is_reported_only_when_the_centre_knows_its_visit(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    (row,) = bench.reserve.issue(Wish(touch=uuid4(), services=("s",), language="lv"), "X", "Europe/Riga", 0)
    bench.slips.reconcile()
    bench.over(row.visit)
    bench.slips.reconcile()
    assert bench.told() == []
    bench.reserve.mark(row, sent=True)
    bench.slips.reconcile()
    bench.slips.reconcile()
    assert bench.told() == [(str(row.visit), "printed")]


@pytest.mark.parametrize("file", ["jobs.db", "slips.db"])
def test_after_a_file_was_lost_what_was_given_before_comes_as_a_copy(tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_bytes(b"\xff" * 8192)
    bench = Bench(tmp_path)
    bench.reserve.issue(Wish(touch=uuid4(), services=("s",), language="lv"), "X", "Europe/Riga", 0)
    bench.now += timedelta(seconds=5)
    bench.due(slip(), slip("A002", issued=bench.now), slip("A003", issued=NOW - timedelta(hours=1), order=1))
    assert bench.papers == [("X001", True), ("A001", True), ("A002", False), ("A003", True)]
    assert len(list(tmp_path.glob(file.replace(".", "-broken-*.")))) == 1


@pytest.mark.parametrize("code", LATER)
def test_a_report_that_was_not_taken_is_made_again(tmp_path: Path, code: str) -> None:
    bench, one = Bench(tmp_path), slip()
    bench.due(one)
    bench.over(one.visit)
    bench.answer = Answer(ok=False, code=code)
    bench.due()
    bench.answer = YES
    bench.due()
    bench.due()
    assert bench.told() == [(str(one.visit), "printed")] * 2


def test_many_numbers_of_before_cost_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for _ in range(20):
        bench.reserve.issue(Wish(touch=uuid4(), services=("s", "t"), language="lv"), "X", "Europe/Riga", 0)
    bench.now += timedelta(seconds=59)
    bench.slips.reconcile()
    assert len(bench.papers) == 40
    for visit in bench.spooler.jobs():
        bench.spooler.withdraw(visit)
    asked = []
    bench.reserve.of = lambda touch: asked.append(touch)  # type: ignore[method-assign,assignment,return-value]
    bench.now += timedelta(seconds=2)
    bench.slips.reconcile()
    assert asked == []


def test_staff_ask_for_a_slip_again_and_it_comes_once(tmp_path: Path) -> None:
    bench, one = Bench(tmp_path), slip()
    bench.due(one)
    bench.over(one.visit)
    bench.now += timedelta(hours=1)
    again = replace(one, order=1, copy=True)
    bench.due(again)
    bench.due(again)
    assert bench.papers == [("A001", False), ("A001", True)]
    bench.over(one.visit)
    bench.due()
    assert bench.reports[-1].data == {"visit": str(one.visit), "state": "printed", "copy": True, "order": 1}


def test_staff_print_a_first_slip_however_old_the_number_is(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.due(slip(issued=NOW - timedelta(hours=3), order=1))
    assert bench.papers == [("A001", False)]


def test_a_copy_can_be_printed_after_a_restart(tmp_path: Path) -> None:
    bench, one = Bench(tmp_path), slip()
    bench.due(one)
    bench.over(one.visit, printed=False)
    bench.start()
    bench.slips.settle(one.visit, printed=False)
    assert bench.papers == [("A001", False), ("A001", True)]
    assert bench.spooler.jobs()[str(one.visit)].phase is Phase.QUEUED
