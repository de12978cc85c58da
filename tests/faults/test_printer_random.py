"""Hundreds of jobs under random faults (seeded); then every piece of paper is inspected."""

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from printers.jobs import Phase
from tests.conftest import NIGHTLY
from tests.printers.bench import Bench, copy_of, slip_of

JOBS = 70 if NIGHTLY else 50
FAULTS = ["paper", "cover", "cutter", "silent", "hung", "fin", "rst", "power", "crash", "silent then power"]


def break_it(bench: Bench, chance: random.Random, fault: str) -> None:
    """One fault at a random moment of the job that is on its way."""
    for _ in range(chance.randrange(8)):
        bench.spooler.step()
        bench.now += 0.02
    printer = bench.printer
    match fault:
        case "cover" | "silent" | "hung":
            printer.fault("cover_open" if fault == "cover" else fault)
            bench.pass_time(chance.choice((0.3, 3, 12)))
            printer.fault("cover_open" if fault == "cover" else fault, False)
        case "fin" | "rst":
            bench.server.drop(reset=fault == "rst")
        case "power" | "silent then power":
            if fault != "power":
                printer.fault("silent")
                bench.pass_time(chance.choice((0.3, 2)))
            printer.power_cycle()
            bench.server.drop(reset=True)
            printer.fault("silent", False)
        case "crash":
            bench.crash()
            bench.now += chance.choice((1, 5, 100))
            bench.start()


def one_job(bench: Bench, chance: random.Random, n: int) -> None:
    """Submits, breaks, mends, answers as a visitor who looks at the paper would, and waits for the end."""
    job, name = f"j{n}", f"A{n:03d}"
    fault = chance.choice(FAULTS) if chance.random() < 0.5 else ""
    if fault == "paper":
        bench.printer.paper_left = chance.randrange(1, 400)
    if fault == "cutter":
        bench.printer.fault("cutter")
    bench.spooler.submit(job, slip_of(name), ttl_s=chance.choice((3, 60)))
    if fault:
        break_it(bench, chance, fault)
    bench.pass_time(chance.choice((0, 1, 10)), step=0.2)
    bench.printer.fault("paper_out", False)
    bench.printer.fault("cutter", False)
    bench.until(lambda: bench.job(job).over, flow=0.1)
    if bench.job(job).phase is Phase.UNCONFIRMED and chance.random() < 0.5:
        bench.spooler.answer(job, printed=False)
        bench.spooler.reprint(job, copy_of(name))
        bench.until(lambda: bench.job(job).over, flow=0.1)


def inspect(bench: Bench, generic: bool) -> Counter[str]:
    """Fails on a double, on a loss that was called printed, and on a strip with two numbers; counts the outcomes."""
    pieces = bench.pieces()
    for text in pieces:
        names = set(re.findall(r"A\d{3}", text))
        assert len(names) <= 1 or "VOID" in text, text
        if len(names) > 1:  # nothing may follow the word that takes the strip back
            assert not re.search(r"END A\d+", text.rsplit("VOID", 1)[1]), text
    outcomes: Counter[str] = Counter()
    for n in range(JOBS):
        job, name = bench.job(f"j{n}"), f"A{n:03d}"
        full = [text for text in pieces if re.search(rf"^END {name}", text, re.M) and "VOID" not in text]
        copies = [text for text in pieces if f"COPY END {name}" in text and "VOID" not in text]
        assert len(full) <= 1, (name, full)
        if job.phase is Phase.PRINTED and job.evidence == "marker":
            assert len(copies if job.copies else full) >= 1, (job, pieces)
        if job.phase is Phase.PRINTED and job.evidence == "counter":
            assert len(full) == 1, (job, pieces)
        if not full and not copies and not (generic and job.evidence == "fence"):
            assert job.phase in (Phase.UNCONFIRMED, Phase.UNKNOWN, Phase.EXPIRED, Phase.MISSING), job
        outcomes[f"{job.phase} {job.evidence}".strip()] += 1
    return outcomes


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.parametrize(("seed", "generic"), [(1, False), (2, False), (3, False), (4, True)])
def test_random_faults(tmp_path: Path, seed: int, generic: bool) -> None:
    chance = random.Random(seed)
    bench = Bench(tmp_path / "jobs.sqlite", generic=generic).ready()
    for n in range(JOBS):
        one_job(bench, chance, n)
    bench.ready()
    outcomes = inspect(bench, generic)
    assert outcomes["printed " + ("fence" if generic else "marker")] > JOBS // 2
    bench.close()
