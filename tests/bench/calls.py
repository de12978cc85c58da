"""From CallNext to the last of N boards, against a bare broadcast of the same bytes to the same N."""

from collections.abc import Iterator, Sequence
from itertools import cycle

from tests.bench.boards import Hall
from tests.bench.client import command, drive, post, repeat, services
from tests.bench.report import Row, at_most, middle, ms, quantile
from tests.bench.servers import COUNTERS, bare, centre, crowd

MEDIAN_GOAL, TAIL_GOAL = 1.5, 3.0
BUSY_PER_S = 200


def call(quick: bool) -> Iterator[Row]:
    """10, 60 and 200 boards, and 200 boards while 200 numbers a second are being taken."""
    samples = 60 if quick else 200
    with centre(200) as ours, bare() as base:
        for boards in (60, 200) if quick else (10, 60, 200):
            mine, theirs = _sample(ours.port, base.port, boards, samples)
            yield _median(f"CallNext to the last of {boards} boards: median / bare broadcast", mine, theirs)
        with crowd(ours.port, BUSY_PER_S):
            mine, theirs = _sample(ours.port, base.port, 200, samples)
        name = f"the same with {BUSY_PER_S} numbers a second being taken"
        yield _median(f"{name}: median", mine, theirs, goal=None)
        tail, bare_tail = quantile(mine, 0.99), quantile(theirs, 0.99)
        yield at_most(f"{name}: p99 / p99", ms(tail), ms(bare_tail), tail / bare_tail, TAIL_GOAL)


def _median(name: str, mine: Sequence[float], theirs: Sequence[float], goal: float | None = MEDIAN_GOAL) -> Row:
    return at_most(name, ms(middle(mine)), ms(middle(theirs)), middle(mine) / middle(theirs), goal)


def _sample(ours: int, base: int, boards: int, samples: int) -> tuple[list[float], list[float]]:
    """Seconds from question to last board, the two servers taking turns."""
    offered = services(ours)
    drive(ours, [repeat(lambda: command("TakeTicket", service=offered[0]), 60) for _ in range(4)])
    hall, plain = Hall(ours, boards), Hall(base, boards, views=False)
    counters, mine, theirs = cycle(COUNTERS[:6]), [], []  # the six of the hall that the boards hang in
    for n in range(samples + 5):
        counter = next(counters)
        _, seconds = hall.ask(command("CallNext", counter=counter))
        if n < 6:
            plain.plain(post("/view", hall.boards[0].last.removeprefix(b'42["view",').removesuffix(b"]")))
        hall.ask(command("NoShow", counter=counter))
        hall.rest(0.01)
        _, bare_seconds = plain.ask(post("/broadcast", b"{}"))
        plain.rest(0.01)
        if n >= 5:
            mine.append(seconds)
            theirs.append(bare_seconds)
    hall.close()
    plain.close()
    return mine, theirs
