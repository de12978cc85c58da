"""What choosing the next costs under every rule: 10,000 waiting in 40 queues beside 10 waiting in them."""

from collections.abc import Iterator
from time import perf_counter

from msgspec.structs import replace

from config.plan import Calling, Plan, Profile, Share
from server.domain import commands as c
from tests.bench.report import Row, at_most
from tests.support import CLERK, KIOSK, Scene, demo_plan

GOAL = 1.3
QUEUES, DEEP, SHALLOW = 40, 10_000, 10
NEEDS = ((), (), (), (), (), (), ("priority",), ("accessible",), (), ())
RULES = {
    "arrival": Calling(),
    "preference": Calling(order="preference"),
    "ratio": Calling(order="ratio", shares=(Share(queue="q00", take=2), Share(queue="q01"))),
    "points": Calling(order="points"),
    "target": Calling(order="target"),
    "points, at most 8 passed over": Calling(order="points", overtakes_most=8, wait_most=90),
}


def choose(quick: bool) -> Iterator[Row]:
    """The decision alone, with its reason; both floors in turn."""
    rounds = 200 if quick else 1000
    scenes = {waiting: _waiting(waiting) for waiting in (SHALLOW, DEEP)}
    for name, calling in RULES.items():
        found: dict[int, list[float]] = {waiting: [] for waiting in scenes}
        for scene in scenes.values():
            profiles = (replace(scene.floor.settled.profiles[0], calling=calling),)
            scene.do(c.RevisePlan(plan=replace(scene.floor.settled, profiles=profiles)), CLERK)
        for _ in range(rounds):
            for waiting, scene in scenes.items():
                began = perf_counter()
                scene.decide(c.CallNext(counter="1"))
                found[waiting].append(perf_counter() - began)
        yield at_most(f"choose by {name}, {DEEP:,} waiting / {SHALLOW}", found[DEEP], found[SHALLOW], GOAL)


def _waiting(count: int) -> Scene:
    scene = Scene(_plan(), opened=["1"])
    for i in range(count):
        scene.clock.pass_(milliseconds=200)
        needs = NEEDS[i // QUEUES % len(NEEDS) if count > QUEUES else i]
        scene.do(c.TakeTicket(service=scene.plan.queues[i % QUEUES].services[0], needs=needs), KIOSK)
    scene.clock.pass_(minutes=5)
    return scene


def _plan() -> Plan:
    demo = demo_plan()
    services = demo.services[:QUEUES]
    queues = tuple(
        replace(demo.queues[0], code=f"q{i:02}", letter=f"A{i:02}-", services=(service.code,))
        for i, service in enumerate(services)
    )
    everything = Profile(code="all", name={"lv": "Visi"}, queues=tuple(queue.code for queue in queues))
    counters = (replace(demo.counters[0], code="1", profile="all"), replace(demo.counters[1], code="2", profile="all"))
    return replace(
        demo, services=services, queues=queues, profiles=(everything,), counters=counters, kiosks=(), hours=None, booking=None
    )
