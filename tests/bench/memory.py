"""Resident memory at rest and with 200 devices, beside Flask-SocketIO alone with the same 200."""

from collections.abc import Iterator

from tests.bench.boards import Hall
from tests.bench.report import Row
from tests.bench.servers import Server, bare, centre

DEVICES = 200
GOAL_MIB = 120
REST_S = 1.5


def memory(quick: bool) -> Iterator[Row]:
    """MiB; every device has had a view or a broadcast."""
    with centre(20) as ours, bare() as base:
        yield _row("memory at rest", ours, base, None)
        hall, plain = Hall(ours.port, DEVICES), Hall(base.port, DEVICES, views=False)
        hall.rest(REST_S)
        yield _row(f"memory with {DEVICES} devices", ours, base, GOAL_MIB)
        hall.close()
        plain.close()


def _row(name: str, ours: Server, base: Server, goal: int | None) -> Row:
    mine, theirs = ours.resident_mib, base.resident_mib
    return Row(
        name=name, ours=f"{mine:.0f} MiB", baseline=f"{theirs:.0f} MiB", ratio=mine / theirs,
        goal="" if goal is None else f"ours <= {goal} MiB", met=None if goal is None else mine <= goal,
    )  # fmt: skip
