"""From CallNext to the manager's page at 200 connected devices, against a bare broadcast to as many."""

from collections.abc import Iterator
from time import perf_counter

from tests.bench.boards import Board, Hall
from tests.bench.calls import BUSY_PER_S, MANY, REST_S, _broadcast
from tests.bench.client import MANAGER, command, must, post
from tests.bench.report import Row, at_most
from tests.bench.servers import COUNTERS, bare, centre, crowd

WAITING, GOAL = 600, 2.0


def overview(quick: bool) -> Iterator[Row]:
    """600 wait; the page is told beside 200 boards, which have the same call to show."""
    rounds, samples = (2, 25) if quick else (4, 40)
    with centre(WAITING) as ours, bare() as base:
        hall, plain = Hall(ours.port, MANY), Hall(base.port, MANY, views=False)
        page = Board(ours.port, hall.selector, "overview", "bench-admin", MANAGER)
        while not page.views:
            hall.pump()
        _call(hall, page)
        plain.plain(post("/view", hall.boards[0].last.removeprefix(b'42["view",').removesuffix(b"]")))
        calm, busy, bare_calls = list[float](), list[float](), list[float]()
        for _ in range(rounds):
            for _ in range(samples):
                calm.append(_call(hall, page))
                bare_calls.append(_broadcast(plain))
            with crowd(ours.port, BUSY_PER_S):
                for _ in range(samples):
                    busy.append(_call(hall, page))
                    plain.rest(0.001)  # the other boards answer pings meanwhile: silent ones would be cut off
        page.close()
        hall.close()
        plain.close()
    name = f"CallNext to the centre's overview at {MANY} boards, {WAITING} waiting"
    yield at_most(f"{name}: median / bare broadcast", calm, bare_calls, GOAL)
    yield at_most(f"the same while {BUSY_PER_S} numbers a second are taken", busy, bare_calls)


def _call(hall: Hall, page: Board) -> float:
    """Seconds from the question to the page; then the counter is made free again."""
    page.views.clear()
    started = perf_counter()
    (answer,) = must([hall.plain(command("CallNext", counter=COUNTERS[0]))])
    while (at := page.first(answer.json["position"])) is None:
        hall.pump()
    hall.ask(command("NoShow", counter=COUNTERS[0]))
    hall.rest(REST_S)
    return at - started
