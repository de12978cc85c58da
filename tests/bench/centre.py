"""Process under test: the product's own CentreServer, its counters open and visits waiting, until stdin closes."""

import random
import sys
import time
from pathlib import Path
from uuid import uuid4

import gevent.socket
import msgspec
from gevent.pool import Pool

from config.settings import Settings
from server.app import CentreServer
from server.domain.commands import CallNext, Finish, OpenCounter, RecordService, Serve, TakeTicket
from server.domain.context import Actor
from tests.bench.servers import COUNTERS, hall, pin
from tests.house import share_clips

MANAGER = Actor("manager", "demo-manager")
KIOSKS, CLERKS, SERVED = 32, 16, 3


def main(port: int, data: Path, waiting: int) -> None:
    """Starts, fills the queues, says on one line of JSON how long the start took (without imports), and serves."""
    pin(0)
    settings = Settings(
        host="127.0.0.1", port=port, data_dir=data, database_url=f"sqlite:///{data / 'rinda.db'}",
        public_url=f"http://127.0.0.1:{port}", screen_token="demo-display",
    )  # fmt: skip
    began = time.perf_counter()
    plan = hall()
    share_clips(data)
    server = CentreServer(settings, plan)
    server.start()
    listening = time.perf_counter()
    try:
        _let_in(server)
        _fill(server, waiting)
        print(msgspec.json.encode({"start": listening - began}).decode(), flush=True)
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
    """A day under way: open counters, three visits served in each queue (so that waiting times are told), some waiting."""
    do, floor, chance = server.door.handle, server.engine.floor, random.Random(0)
    if floor.posts:
        return  # the day was in the journal already
    for n, counter in enumerate(COUNTERS):
        do(OpenCounter(counter=counter, profile="universal"), Actor("clerk", f"bench-clerk-{n}"), uuid4())
    for queue in floor.settled.queues:
        service = floor.look.services[queue.services[0]]
        for _ in range(SERVED):
            do(TakeTicket(service=service.code), MANAGER, uuid4())
            do(CallNext(counter="1"), MANAGER, uuid4())
            do(Serve(counter="1"), MANAGER, uuid4())
            do(RecordService(counter="1", service=service.code, kind=service.kinds[0]), MANAGER, uuid4())
            do(Finish(counter="1"), MANAGER, uuid4())
    offered = sorted(floor.look.queue_of)
    Pool(64).map(lambda _: do(TakeTicket(service=chance.choice(offered)), MANAGER, uuid4()), range(waiting))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
