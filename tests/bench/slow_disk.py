"""A slow disk: every fsync of the server is made to take 4 ms longer."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.client import drive, must, services, tickets
from tests.bench.report import Row, at_most, quantile
from tests.bench.servers import centre

SLOWER_S = 0.004
GOAL = 20
CLIENTS = 32
SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int slow(const char *name, int fd) {
    usleep(4000);
    return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
}
int fsync(int fd) { return slow("fsync", fd); }
int fdatasync(int fd) { return slow("fdatasync", fd); }
"""


def slow_disk(quick: bool) -> Iterator[Row]:
    """The median and the 99th percentile of TakeTicket with 32 clients, in fsyncs."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        yield Row(name="TakeTicket with fsync + 4 ms: skipped, no C compiler", ours="", baseline="", ratio=None)
        return
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as folder:
        shim = Path(folder) / "slow.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-xc", "-", "-o", shim, "-ldl"], input=SHIM.encode(), check=True)
        with centre(environ={"LD_PRELOAD": str(shim)}) as ours:
            offered = services(ours.port)
            rates, medians, tails, syncs = [], [], [], []
            for _ in range(3 if quick else 7):
                answers, taken = drive(ours.port, [tickets(offered, seed=n) for n in range(CLIENTS)], 1.5)
                seconds = [answer.seconds for answer in must(answers)]
                rates.append(len(answers) / taken)
                medians.append(median(seconds))
                tails.append(quantile(seconds, 0.99))
                syncs.append(_fsync(Path(folder) / "file") + SLOWER_S)
    name = f"TakeTicket, {CLIENTS} clients, fsync + 4 ms ({median(rates):,.0f}/s)"
    yield at_most(f"{name}: median in fsyncs", medians, syncs)
    yield at_most(f"{name}: p99 in fsyncs", tails, syncs, GOAL)


def _fsync(path: Path) -> float:
    """The median of what one takes here without the shim."""
    taken = []
    with path.open("ab", buffering=0) as file:
        for _ in range(50):
            file.write(bytes(4096))
            began = perf_counter()
            os.fsync(file.fileno())
            taken.append(perf_counter() - began)
    return median(taken)
