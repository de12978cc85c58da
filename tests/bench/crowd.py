"""Background load: numbers taken at a steady pace by a process of its own, until stdin closes."""

import random
import sys
from collections.abc import Callable
from selectors import EVENT_READ, DefaultSelector
from time import perf_counter

from tests.bench.client import Answer, Connection, command, services
from tests.bench.servers import pin

CONNECTIONS = 16
MOST_S = 300


def main(server: int, per_second: float) -> None:
    """An open loop: a late answer delays nobody else while one of sixteen connections is free."""
    pin(-1)
    chance, offered, selector = random.Random(2), services(server), DefaultSelector()
    free: list[Connection] = []
    for _ in range(CONNECTIONS):
        connection = Connection(server, selector, lambda _: None)
        connection.on_answer = _back(free, connection)
        free.append(connection)
    selector.register(sys.stdin, EVENT_READ, sys.exit)
    print("{}", flush=True)
    due = perf_counter()
    over = due + MOST_S
    while due < over:
        for key, _ in selector.select(max(0.0, due - perf_counter())):
            key.data()
        if perf_counter() >= due and free:
            free.pop().send(command("TakeTicket", service=chance.choice(offered)))
            due += 1 / per_second


def _back(free: list[Connection], connection: Connection) -> Callable[[Answer], None]:
    def done(answer: Answer) -> None:
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {answer.body[:200]!r}")
        free.append(connection)

    return done


if __name__ == "__main__":
    main(int(sys.argv[2]), float(sys.argv[3]))  # the first argument is a port of its own, which it does not need
