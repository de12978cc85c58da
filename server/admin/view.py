"""What the manager sees of the whole centre now, as a pure function of the floor and the devices' health."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from config.catalogue import Text
from server.domain.floor import Floor, counter_state, line, post
from server.protocol import Status


class OverviewQueue(msgspec.Struct, frozen=True, kw_only=True):
    """A queue: how many wait, since when the longest."""

    queue: str
    name: Text
    letter: str
    waiting: int
    longest: datetime | None


class OverviewCounter(msgspec.Struct, frozen=True, kw_only=True):
    """A counter: its state, its clerk, the number at it."""

    counter: str
    zone: str
    state: str
    clerk: str | None
    number: str | None
    since: datetime | None
    served: int


class OverviewDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device that is connected or was: what it says of itself."""

    device: str
    channel: str
    connected: bool
    state: str
    detail: str


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """A device as the hub knows it."""

    channel: str
    connected: bool
    status: Status


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `overview`: the whole centre at one look."""

    centre: Text
    day: str
    plan: int
    waiting: int
    parked: int
    queues: tuple[OverviewQueue, ...]
    counters: tuple[OverviewCounter, ...]
    devices: tuple[OverviewDevice, ...]


def overview(floor: Floor, health: Mapping[str, Health]) -> Overview:
    """The centre now; `health` by device name."""
    queues = []
    for queue in floor.settled.queues:
        waiting = line(floor, queue.code)
        longest = floor.visits[waiting.head.visit].issued if waiting.head else None
        queues.append(
            OverviewQueue(queue=queue.code, name=queue.name, letter=queue.letter, waiting=len(waiting), longest=longest)
        )
    counters = []
    for counter in floor.settled.counters:
        at = post(floor, counter.code)
        counters.append(
            OverviewCounter(
                counter=counter.code, zone=counter.zone, state=counter_state(floor, counter.code), clerk=at.clerk,
                number=floor.visits[at.visit].number if at.visit else None, since=at.since, served=at.served,
            )
        )  # fmt: skip
    return Overview(
        centre=floor.settled.centre.name,
        day=floor.day,
        plan=floor.version,
        waiting=sum(queue.waiting for queue in queues),
        parked=len(floor.parked),
        queues=tuple(queues),
        counters=tuple(counters),
        devices=tuple(
            OverviewDevice(
                device=name, channel=one.channel, connected=one.connected, state=one.status.state, detail=one.status.detail
            )
            for name, one in sorted(health.items())
        ),
    )


def urgent(overview: Overview) -> object:
    """The part that cannot wait a second: counters and devices."""
    return (overview.counters, overview.devices, overview.plan)
