"""What a long queue costs: numbers and calls with 10, 1,000 and 10,000 visits waiting."""

from collections.abc import Iterator
from contextlib import ExitStack

from tests.bench.boards import Hall
from tests.bench.client import command, services
from tests.bench.report import Row, at_most
from tests.bench.servers import centre

GOAL = 1.3
BOARDS = 10


def depth(quick: bool) -> Iterator[Row]:
    """Medians beside those with 10 waiting; three servers take turns."""
    depths = (10, 10_000) if quick else (10, 1_000, 10_000)
    samples = 100 if quick else 300
    with ExitStack() as stack:
        ports = {waiting: stack.enter_context(centre(waiting)).port for waiting in depths}
        service = services(ports[10])[0]
        halls = {waiting: Hall(port, BOARDS) for waiting, port in ports.items()}
        taken: dict[int, list[float]] = {waiting: [] for waiting in depths}
        called: dict[int, list[float]] = {waiting: [] for waiting in depths}
        for n in range(samples + 20):
            for waiting, hall in halls.items():
                issue = hall.plain(command("TakeTicket", service=service))
                _, call = hall.ask(command("CallNext", counter="1"))
                hall.ask(command("NoShow", counter="1"))
                hall.rest(0.002)
                if n >= 20:
                    taken[waiting].append(issue.seconds)
                    called[waiting].append(call)
        for hall in halls.values():
            hall.close()
    for name, found in (("TakeTicket", taken), (f"CallNext to {BOARDS} boards", called)):
        for waiting in depths[1:]:
            goal = GOAL if waiting == depths[-1] else None
            yield at_most(f"{name} with {waiting:,} waiting / with 10", found[waiting], found[10], goal)
