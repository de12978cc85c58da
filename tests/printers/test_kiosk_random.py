"""Kiosk printers under random faults (seeded); then every piece of paper is inspected."""

import random
import re
from pathlib import Path

import pytest

from printers.jobs import Phase
from tests.printers.bench import Bench, copy_of, slip_of

JOBS = 25
FAULTS = ["paper", "cover_open", "jam", "cutter", "silent", "hung", "untaken", "fin", "rst", "power", "crash"]


def break_it(bench: Bench, chance: random.Random, fault: str) -> None:
    """One fault at a random moment of the job that is on its way."""
    for _ in range(chance.randrange(8)):
        bench.spooler.step()
        bench.now += 0.02
    printer = bench.printer
    match fault:
        case "cover_open" | "jam" | "silent" | "hung" | "untaken":
            printer.fault(fault)
            bench.pass_time(chance.choice((0.3, 3, 12)))
            printer.fault(fault, False)
        case "fin" | "rst":
            bench.server.drop(reset=fault == "rst")
        case "power":
            printer.power_cycle()
            bench.server.drop(reset=True)
        case "crash":
            bench.crash()
            bench.now += chance.choice((1, 5, 100))
            bench.start()


def taking(bench: Bench, chance: random.Random) -> None:
    """The visitor takes what hangs out, sooner or later."""
    if chance.random() < 0.1:
        with bench.printer.lock:
            bench.printer.take()


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("family", ["custom", "star", "star-presenter"])
def test_no_ticket_is_doubled_and_none_called_printed_that_is_not(family: str, seed: int, tmp_path: Path) -> None:
    chance = random.Random(f"{family}{seed}")
    bench = Bench(tmp_path / "jobs.sqlite", family=family, taken_after=None)
    bench.ready()
    for n in range(JOBS):
        job, name = f"j{n}", f"A{n:03d}"
        fault = chance.choice(FAULTS) if chance.random() < 0.5 else ""
        if fault == "paper":
            bench.printer.paper_left = chance.randrange(1, 300)
        if fault == "cutter":
            bench.printer.fault("cutter")
        bench.spooler.submit(job, slip_of(name), ttl_s=chance.choice((3, 60)))
        if fault:
            break_it(bench, chance, fault)
        bench.pass_time(chance.choice((0, 1, 10)), step=0.2)
        bench.printer.fault("paper_out", False)
        bench.printer.fault("cutter", False)
        bench.until(lambda job=job: taking(bench, chance) or bench.job(job).over, flow=0.1)  # type: ignore[misc]
        if bench.job(job).phase is Phase.UNCONFIRMED and chance.random() < 0.5:
            bench.spooler.answer(job, printed=False)
            bench.spooler.reprint(job, copy_of(name))
            bench.until(lambda job=job: taking(bench, chance) or bench.job(job).over, flow=0.1)  # type: ignore[misc]
    pieces = bench.pieces()
    bench.close()
    for text in pieces:
        assert len(set(re.findall(r"A\d{3}", text))) <= 1 or "VOID" in text, text
    for n in range(JOBS):
        job, name = bench.job(f"j{n}"), f"A{n:03d}"  # type: ignore[assignment]
        full = [text for text in pieces if re.search(rf"^END {name}", text, re.M) and "VOID" not in text]
        copies = [text for text in pieces if f"COPY END {name}" in text and "VOID" not in text]
        assert len(full) <= 1, (name, full)
        if job.phase is Phase.PRINTED:
            assert copies if job.copies else full, (job, pieces)
