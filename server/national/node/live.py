"""What the network sees of a centre now, as a pure function of its floor."""

from datetime import datetime

import msgspec

from config.hours import closing, next_opening
from server.domain.floor import Floor, counter_state
from server.domain.waiting import estimate, waiting_in


class LiveQueue(msgspec.Struct, frozen=True, kw_only=True):
    """One queue: who waits, how long (minutes), which services can be had from it."""

    queue: str
    waiting: int
    low: int | None
    high: int | None
    services: tuple[str, ...]


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """A centre at the moment of its last record: nothing personal, and nothing that cannot be made again.

    `closes` and `opens` are by the plan; `late` is how many wait longer than was promised to them.
    """

    at: datetime | None = None
    day: str = ""
    version: int = 0
    waiting: int = 0
    late: int = 0
    high: int | None = None
    counters: int = 0
    working: int = 0
    serving: int = 0
    served: int = 0
    issued: int = 0
    queues: tuple[LiveQueue, ...] = ()
    closes: datetime | None = None
    opens: datetime | None = None


def live(floor: Floor) -> Live:
    """The centre of a floor that has a plan; an empty one else."""
    if floor.plan is None or floor.at is None:
        return Live()
    plan, at = floor.plan, floor.at
    queues = tuple(
        LiveQueue(
            queue=queue.code, waiting=waiting_in(floor, queue.code), services=queue.services,
            low=(told := estimate(floor, queue.code)).low, high=told.high,
        )
        for queue in plan.queues
    )  # fmt: skip
    states = [counter_state(floor, counter.code) for counter in plan.counters]
    everybody = tuple(floor.visits.values())
    return Live(
        at=at, day=floor.day, version=floor.version, waiting=sum(one.waiting for one in queues),
        late=sum(visit.state == "waiting" and visit.due is not None and visit.due < at for visit in everybody),
        high=max((one.high for one in queues if one.high is not None and one.waiting), default=None),
        counters=len(states), working=sum(state != "closed" for state in states), serving=states.count("serving"),
        served=sum(visit.end == "served" for visit in everybody), issued=len(everybody), queues=queues,
        closes=closing(plan.hours, at, plan.centre.timezone) if plan.hours else None,
        opens=next_opening(plan.hours, at, plan.centre.timezone) if plan.hours else None,
    )  # fmt: skip
