"""From CallNext to the last of N boards, against a bare broadcast of the same bytes to the same N."""

from collections.abc import Iterator

from tests.bench.boards import Hall
from tests.bench.client import command, post
from tests.bench.report import Row, at_most, quantile
from tests.bench.servers import COUNTERS, bare, centre, crowd

MEDIAN_GOAL, TAIL_GOAL = 1.5, 3.0
MANY, BUSY_PER_S = 200, 200
REST_S = 0.01


def call(quick: bool) -> Iterator[Row]:
    """10, 60 and 200 boards, and 200 boards while 200 numbers a second are being taken."""
    rounds, samples = (2, 25) if quick else (4, 40)
    with centre(2_000) as ours, bare() as base:
        for boards in (60, 200) if quick else (10, 60, 200):
            hall, plain = Hall(ours.port, boards), Hall(base.port, boards, views=False)
            _call(hall)
            plain.plain(post("/view", hall.boards[0].last.removeprefix(b'42["view",').removesuffix(b"]")))
            calm, busy, bare_calls = [], [], []
            for _ in range(rounds):
                for _ in range(samples):
                    calm.append(_call(hall))
                    bare_calls.append(_broadcast(plain))
                if boards == MANY:
                    with crowd(ours.port, BUSY_PER_S):
                        busy += [_call(hall) for _ in range(samples)]
            hall.close()
            plain.close()
            name = f"CallNext to the last of {boards} boards: median / bare broadcast"
            yield at_most(name, calm, bare_calls, MEDIAN_GOAL if boards == MANY else None)
    name = f"the same while {BUSY_PER_S} numbers a second are taken"
    yield at_most(f"{name}: median / bare broadcast without them", busy, bare_calls)
    yield at_most(f"{name}: p99 / p99", [quantile(busy, 0.99)], [quantile(bare_calls, 0.99)], TAIL_GOAL)


def _call(hall: Hall) -> float:
    """Seconds from the question to the last board; then the counter is made free again."""
    _, seconds = hall.ask(command("CallNext", counter=COUNTERS[0]))
    hall.ask(command("NoShow", counter=COUNTERS[0]))
    hall.rest(REST_S)
    return seconds


def _broadcast(plain: Hall) -> float:
    _, seconds = plain.ask(post("/broadcast", b"{}"))
    plain.rest(REST_S)
    return seconds
