"""`python -m tests.bench [--quick] [--json] [name ...]`: measures, prints the table, exits 1 when a goal is missed."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from time import perf_counter

import msgspec

from tests.bench import (
    choose,
    copies,
    depth,
    desk,
    memory,
    months,
    national,
    overview,
    painted,
    panel,
    promise,
    reports,
    reserve,
    restart,
    revise,
    rush,
    simulate,
    slip,
    slow_disk,
    throughput,
    uplink,
    voice,
)
from tests.bench.report import Row, table
from tests.bench.servers import pin

BENCHMARKS: dict[str, Callable[[bool], Iterator[Row]]] = {
    "take": throughput.take,
    "call": throughput.call,
    "boards": painted.boards,
    "overview": overview.overview,
    "depth": depth.depth,
    "choose": choose.choose,
    "disk": slow_disk.slow_disk,
    "restart": restart.restart,
    "revise": revise.revise,
    "memory": memory.memory,
    "rush": rush.rush,
    "simulate": simulate.simulate,
    "promise": promise.promised,
    "slip": slip.slip,
    "reserve": reserve.reserve,
    "panel": panel.panel,
    "desk": desk.desk,
    "uplink": uplink.line,
    "national": national.national,
    "months": months.months,
    "reports": reports.reports,
    "copies": copies.copies,
    "voice": voice.voice,
}


def main() -> int:
    """Runs the chosen benchmarks, one after the other."""
    parser = argparse.ArgumentParser(prog="make bench", epilog='Example: make bench ARGS="--quick take boards"')
    parser.add_argument("names", nargs="*", metavar="name", help=f"which to run: {', '.join(BENCHMARKS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, under 90 seconds")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(BENCHMARKS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    print(f"load average before: {os.getloadavg()[0]:.1f} (other work on the machine makes every ratio worse)", file=sys.stderr)
    pin(-1)
    rows: list[Row] = []
    for name in chosen.names or BENCHMARKS:
        began = perf_counter()
        rows += BENCHMARKS[name](chosen.quick)
        print(f"{name}: {perf_counter() - began:.0f} s", flush=True, file=sys.stderr)
    print(msgspec.json.format(msgspec.json.encode(rows)).decode() if chosen.json else table(rows))
    return int(any(row.met is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
