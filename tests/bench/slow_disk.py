"""A slow disk: every fsync of the server is made to take 4 ms longer."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.client import drive, must, services, tickets
from tests.bench.report import Row, at_most, middle, ms, quantile
from tests.bench.servers import centre

FSYNC_S = 0.004
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
            drive(ours.port, [tickets(offered, seed=n) for n in range(CLIENTS)], 0.5)
            answers, taken = drive(ours.port, [tickets(offered, seed=n) for n in range(CLIENTS)], 3 if quick else 8)
    seconds = [answer.seconds for answer in must(answers)]
    name = f"TakeTicket, {CLIENTS} clients, fsync + 4 ms ({len(answers) / taken:,.0f}/s)"
    for what, part, goal in (("median", 0.5, None), ("p99", 0.99, GOAL)):
        found = middle(seconds) if part == 0.5 else quantile(seconds, part)
        yield at_most(f"{name}: {what} in fsyncs", ms(found), ms(FSYNC_S), found / FSYNC_S, goal)
