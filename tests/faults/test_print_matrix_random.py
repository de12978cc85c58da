"""Thousands of jobs under random faults in time of their own (seeded); then every piece of paper is read."""

import os
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from printers.jobs import JobState, Phase
from printers.paper import Paper
from tests.conftest import NIGHTLY
from tests.faults.evidence import judge
from tests.faults.stand import Crash, Virtual
from tests.printers.bench import copy_of, slip_of

FAMILIES = ("epson", "generic", "custom", "star", "star-presenter")
JOBS, A_DAY = 800 if NIGHTLY else 400, 80
SEED = int(os.environ.get("RINDA_MATRIX_SEED", "1"))
TWO_DAYS_S = 49 * 3600.0  # after which finished jobs are forgotten
FRAME = 700  # bytes of a job, about


class Day:
    """So many visitors, one or two at a time, and what may happen to each."""

    def __init__(self, stand: Virtual, chance: random.Random) -> None:
        self.stand, self.chance = stand, chance
        self.numbers: dict[str, str] = {}
        self.jobs: dict[str, JobState] = {}
        stand.printer.papers.clear()

    def visitors(self, first: int, count: int) -> None:
        """Each takes a number, has a fault or none, and goes when the slip's fate is known."""
        stand, chance, at = self.stand, self.chance, 0
        while at < count:
            party = min(count - at, 1 + (chance.random() < 0.2))
            jobs = {f"j{first + n}": f"A{n:03d}" for n in range(at, at + party)}
            at += party
            if chance.random() < 0.5:
                self.fault()
            for job, name in jobs.items():
                stand.spooler.submit(job, slip_of(name), ttl_s=chance.choice((3, 60)))
            stand.pass_time(chance.choice((0.3, 3, 12)))
            stand.mend()
            stand.until(lambda jobs=jobs: all(stand.job(job).over for job in jobs))  # type: ignore[misc]
            for job, name in jobs.items():
                self.question(job, name)
            self.numbers |= jobs
        stand.ready()

    def question(self, job: str, name: str) -> None:
        """A visitor who is asked looks at the paper, or has gone."""
        stand = self.stand
        if stand.job(job).phase is not Phase.UNCONFIRMED or not stand.job(job).ask or self.chance.random() < 0.3:
            return
        there = any(f"END {name}" in piece.text and "VOID" not in piece.text for piece in stand.printer.papers)
        stand.spooler.answer(job, printed=there)
        if not there:
            stand.spooler.reprint(job, copy_of(name))
            stand.until(lambda: stand.job(job).over)

    def fault(self) -> None:
        """One fault, now or after some bytes of the next job."""
        chance, printer, line = self.chance, self.stand.printer, self.stand.line
        now = {
            "paper": lambda: setattr(printer, "paper_left", chance.randrange(1, 500)),
            "cutter": lambda: printer.fault("cutter"),
            "untaken": lambda: printer.fault("untaken"),
            "noise": lambda: setattr(line, "noisy", True),
            "drip": lambda: setattr(line, "drip", True),
        }
        then = {
            "paper out": lambda: printer.fault("paper_out"),
            "cover": lambda: printer.fault("cover_open"),
            "jam": lambda: printer.fault("jam"),
            "still": lambda: printer.fault("offline"),
            "silent": lambda: printer.fault("silent"),
            "vanished": line.die,
            "late": lambda: setattr(line, "late", True),
            "eof": lambda: line.unplug("eof"),
            "reset": lambda: line.unplug("reset"),
            "unplugged": lambda: line.unplug("gone"),
            "power": self.power,
            "silent, then power": lambda: (printer.fault("silent"), self.power()),
            "crash": self.crash,
        }
        name = chance.choice((*now, *then))
        if name in now:
            now[name]()
        else:
            line.allow(chance.randrange(1, FRAME), then[name])

    def power(self) -> None:
        """Of the printer."""
        self.stand.printer.power_cycle()
        self.stand.line.unplug("reset")

    def crash(self) -> None:
        """Of the program, in the middle of a write."""
        raise Crash


def days(stand: Virtual, chance: random.Random, jobs: int) -> Counter[str]:
    """The outcomes of all jobs; each day's paper is read when it is over."""
    outcomes: Counter[str] = Counter()
    for first in range(0, jobs, A_DAY):
        day = Day(stand, chance)
        day.visitors(first, A_DAY)
        outcomes += judge(papers(stand), {name: stand.job(job) for job, name in day.numbers.items()}, sure=SURE)
        stand.now += TWO_DAYS_S
    return outcomes


def papers(stand: Virtual) -> list[Paper]:
    hanging = stand.printer.sheet
    return [*stand.printer.papers, *([hanging] if hanging.rows else [])]


SURE = ("marker", "counter", "job counter", "presenter")  # a fence is only said to be processed


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder whose flushes cost nothing, where there is one: programs die here, the machine does not."""
    fast = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=fast if os.access(fast, os.W_OK) else tmp_path) as folder:
        yield Path(folder)


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_thousands_of_jobs(memory: Path, monkeypatch: pytest.MonkeyPatch, family: str) -> None:
    chance = random.Random(SEED)
    lines: list[Virtual] = []
    monkeypatch.setattr("printers.session.open_port", lambda url: lines[0].line.open(url) if lines else None)
    stand = Virtual(memory, family=family)
    lines.append(stand)
    monkeypatch.setattr("printers.drivers.time", SimpleNamespace(monotonic=lambda: stand.now, sleep=stand.wait))
    stand.ready()
    outcomes = days(stand, chance, JOBS)
    assert outcomes.total() == JOBS
    assert sum(count for name, count in outcomes.items() if name.startswith("printed")) > JOBS // 2
    stand.close()
