"""Process under test: the product's own CentreServer, its counters open and visits waiting, until stdin closes."""

import sys
import time

started = time.perf_counter()

import random
from pathlib import Path
from uuid import uuid4

import gevent.socket
import msgspec
from gevent.pool import Pool

from config import CATALOGUE
from config.load import load_catalogue, load_plan
from config.settings import Settings
from server.app import CentreServer
from server.domain.commands import OpenCounter, TakeTicket
from server.domain.context import Actor
from tests.bench.servers import COUNTERS, PLAN, pin

imported = time.perf_counter()
MANAGER = Actor("manager", "demo-manager")
KIOSKS, CLERKS = 32, 16


def main(port: int, data: Path, waiting: int) -> None:
    """Starts, fills the queues, says on one line of JSON how long the start took, and serves."""
    pin(0)
    settings = Settings(
        host="127.0.0.1", port=port, data_dir=data, database_url=f"sqlite:///{data / 'rinda.db'}",
        public_url=f"http://127.0.0.1:{port}", demo=True,
    )  # fmt: skip
    began = time.perf_counter()
    plan = load_plan(PLAN, load_catalogue(CATALOGUE))
    server = CentreServer(settings, plan)
    server.start()
    listening = time.perf_counter()
    try:
        _let_in(server)
        _fill(server, waiting)
        times = {"import": imported - started, "start": listening - began}
        print(msgspec.json.encode(times).decode(), flush=True)
        gevent.socket.wait_read(sys.stdin.fileno())
    finally:
        server.stop()


def _let_in(server: CentreServer) -> None:
    people = server.people
    people.add_device("demo-manager", "manager", "demo-manager")
    people.add_device("demo-display", "display", "demo-display")
    for n in range(KIOSKS):
        people.add_device(f"bench-kiosk-{n}", "kiosk", f"bench-kiosk-{n}")
    for n in range(CLERKS):
        people.add_device(f"bench-clerk-{n}", "clerk", f"bench-clerk-{n}")


def _fill(server: CentreServer, waiting: int) -> None:
    floor, chance, pool = server.engine.floor, random.Random(0), Pool(64)
    offered = sorted(floor.look.queue_of)
    for n, counter in enumerate(COUNTERS):
        if floor.posts.get(counter) is None:
            clerk = Actor("clerk", f"bench-clerk-{n}")
            server.door.handle(OpenCounter(counter=counter, profile="universal"), clerk, uuid4())
    pool.map(lambda _: server.door.handle(TakeTicket(service=chance.choice(offered)), MANAGER, uuid4()), range(waiting))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
