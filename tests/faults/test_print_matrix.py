"""Every fault of the matrix, for every family of printers, over TCP and over a serial line; then every piece of paper is read."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from printers.jobs import Phase
from printers.status import State
from tests.conftest import need
from tests.faults.stand import Stand, ticket

PRINTERS = (
    ("tcp", "epson"), ("tcp", "generic"), ("tcp", "star"),
    ("serial", "epson"), ("serial", "custom"), ("serial", "star-presenter"),
)  # fmt: skip
INSIDE = 9_000  # bytes: inside the raster of a ticket
ROWS = 300  # rows: in the middle of a ticket


def paper_out_before(stand: Stand) -> None:
    stand.printer.fault("paper_out")
    stand.until(lambda: not stand.spooler.status().can_print)
    stand.spooler.submit("j1", ticket("A001"))
    stand.pass_time(5)
    assert stand.phases("j1") == [Phase.QUEUED], "nothing is sent to a printer without paper"
    stand.phase("j1", Phase.EXPIRED)


def paper_out_during(stand: Stand) -> None:
    stand.printer.paper_left = ROWS
    stand.spooler.submit("j1", ticket("A001"))
    stand.until(lambda: stand.spooler.status().state is State.BLOCKED)
    stand.until(lambda: stand.job("j1").phase in (Phase.QUEUED, Phase.UNCONFIRMED))


def paper_out_between_the_markers(stand: Stand) -> None:
    """The content is on paper; the paper ends while it is fed to the cutter."""
    stand.spooler.submit("j0", ticket("A000"))
    stand.phase("j0", Phase.PRINTED)
    stand.printer.paper_left = len(stand.printer.papers[0].rows) - 60
    stand.spooler.submit("j1", ticket("A001"))
    stand.phase("j1", Phase.UNCONFIRMED)
    stand.judge(j0="A000")


def paper_out_after(stand: Stand) -> None:
    stand.spooler.submit("j1", ticket("A001"))
    stand.phase("j1", Phase.PRINTED)
    stand.printer.fault("paper_out")
    stand.until(lambda: stand.spooler.status().state is State.BLOCKED)
    assert stand.job("j1").phase is Phase.PRINTED


def cover(stand: Stand) -> None:
    stand.printer.paper_left = ROWS
    stand.spooler.submit("j1", ticket("A001"))
    stand.until(lambda: stand.spooler.status().state is State.BLOCKED)
    stand.printer.fault("cover_open")
    stand.until(lambda: stand.spooler.status().reason == "cover")
    stand.printer.fault("paper_out", False)
    stand.pass_time(3)


def cutter(stand: Stand) -> None:
    stand.printer.fault("cutter")
    stand.spooler.submit("j1", ticket("A001"))
    stand.phase("j1", Phase.UNCONFIRMED)


def jam(stand: Stand) -> None:
    stand.line.allow(INSIDE, lambda: stand.printer.fault("jam"))
    stand.spooler.submit("j1", ticket("A001"))
    stand.until(stand.line.spent.is_set)
    stand.until(lambda: stand.spooler.status().state in (State.BLOCKED, State.LOST))
    stand.pass_time(3)


def silence(stand: Stand) -> None:
    stand.line.allow(INSIDE)
    stand.spooler.submit("j1", ticket("A001"))
    stand.until(stand.line.spent.is_set)
    stand.printer.fault("silent")
    stand.pass_time(12, step=0.2)


def half_open(stand: Stand) -> None:
    """The peer vanishes in the middle; nobody says so."""
    stand.line.allow(INSIDE)
    stand.spooler.submit("j1", ticket("A001"))
    stand.until(stand.line.spent.is_set)
    stand.pass_time(12, step=0.2)
    assert stand.spooler.status().state is State.LOST


def half_open_before(stand: Stand) -> None:
    stand.pass_time(2)
    stand.line.dead = True
    stand.now += 5
    stand.spooler.submit("j1", ticket("A001"))
    stand.pass_time(5, step=0.2)
    assert stand.phases("j1") == [Phase.QUEUED], "a dead line is found before the first byte"


def reset(stand: Stand) -> None:
    stand.line.allow(INSIDE)
    stand.spooler.submit("j1", ticket("A001"))
    stand.until(stand.line.spent.is_set)
    stand.line.unplug(reset=True)
    stand.until(lambda: stand.spooler.status().state is State.LOST)


def unplugged_idle(stand: Stand) -> None:
    stand.line.unplug()
    stand.until(lambda: stand.spooler.status().state is State.LOST)
    stand.spooler.submit("j1", ticket("A001"))
    stand.pass_time(3)
    assert stand.phases("j1") == [Phase.QUEUED]


def unplugged_during(stand: Stand) -> None:
    stand.line.allow(INSIDE)
    stand.spooler.submit("j1", ticket("A001"))
    stand.until(stand.line.spent.is_set)
    stand.line.unplug()
    stand.until(lambda: stand.spooler.status().state is State.LOST)


def power_cut(stand: Stand) -> None:
    stand.line.allow(INSIDE)
    stand.spooler.submit("j1", ticket("A001"))
    stand.until(stand.line.spent.is_set)
    stand.printer.power_cycle()
    stand.line.unplug()
    stand.until(lambda: stand.spooler.status().state is State.LOST)


def late_answers(stand: Stand) -> None:
    """What the printer says after the last byte arrives when it was given up long ago, in the middle of the next connection."""
    stand.line.allow(INSIDE)
    stand.spooler.submit("j1", ticket("A001"))
    stand.until(stand.line.spent.is_set)
    stand.line.free()
    stand.line.late = True
    stand.pass_time(12, step=0.2)
    stand.line.release()
    stand.pass_time(2)


def interleaved(stand: Stand) -> None:
    stand.line.noisy = True
    stand.spooler.submit("j1", ticket("A001"))
    stand.phase("j1", Phase.PRINTED)


def drip(stand: Stand) -> None:
    stand.line.drip = True
    stand.spooler.submit("j1", ticket("A001"))
    stand.phase("j1", Phase.PRINTED)


FAULTS: tuple[Callable[[Stand], None], ...] = (
    paper_out_before, paper_out_during, paper_out_between_the_markers, paper_out_after, cover, cutter, jam, silence,
    half_open, half_open_before, reset, unplugged_idle, unplugged_during, power_cut, late_answers, interleaved, drip,
)  # fmt: skip


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize(("medium", "family"), PRINTERS, ids=lambda word: word)
def test_a_number_on_paper_once_or_asked_about(tmp_path: Path, medium: str, family: str, fault: Callable[[Stand], None]) -> None:
    if medium == "serial":
        need("socat", shutil.which("socat"))
    stand = Stand(tmp_path, medium, family=family).ready()
    try:
        fault(stand)
        stand.mend()
        stand.ready()
        stand.until(lambda: stand.job("j1").over)
        stand.spooler.submit("j2", ticket("B002"))  # the next visitor
        stand.phase("j2", Phase.PRINTED)
        stand.judge(j1="A001", j2="B002")
    finally:
        stand.close()
