"""What the manager sees of the whole centre now, as a pure function of the floor and the devices' health."""

import itertools
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from config.catalogue import Text
from server.alerts import Alert, Health, alerts, boards_heard, kiosk_health, pressing
from server.domain.booths import BoothNow, booths_now
from server.domain.context import Actor
from server.domain.floor import Floor, counter_state, line, open_help, post
from server.domain.order import Key, Line
from server.domain.rules import times_passed
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
    """A device that is connected or was: what it says of itself; `unsent` and `unsent_since` as in `status`."""

    device: str
    channel: str
    connected: bool
    state: str
    detail: str
    unsent: int = 0
    unsent_since: datetime | None = None


class OverviewKiosk(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk of the plan: `state` and `detail` (printer driver, what it can tell) as its program says, "" before it was heard.

    `slips` and `unsent` are as in `status`; `help` is since when somebody there waits for a person.
    """

    kiosk: str
    zone: str
    prints: bool
    connected: bool
    state: str
    detail: str
    slips: int | None
    unsent: int
    help: datetime | None


class OverviewBoard(msgspec.Struct, frozen=True, kw_only=True):
    """A screen of a waiting area, `device` as it calls itself; "" where none was heard since the server started.

    `sound` and `clock_ms` are as in `status`.
    """

    zone: str
    name: Text
    device: str
    connected: bool
    state: str
    sound: str
    clock_ms: int | None


class OverviewPassed(msgspec.Struct, frozen=True, kw_only=True):
    """A visit and how often today somebody who came later was called before it."""

    number: str
    times: int
    waiting: bool


class OverviewOvertakes(msgspec.Struct, frozen=True, kw_only=True):
    """Today's calls that passed over somebody who came earlier: how many, whom in all, and who was passed over most."""

    calls: int
    overtaking: int
    passed: int
    most: OverviewPassed | None


class OverviewBooth(msgspec.Struct, frozen=True, kw_only=True):
    """A video booth: its state since a time by account `clerk`, until when it is taken, when the next talk there begins."""

    booth: str
    name: Text
    state: str
    since: datetime | None
    clerk: str | None
    until: datetime | None
    next: datetime | None


class OverviewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A line from a counter to the manager that nobody has read."""

    message: UUID
    counter: str
    text: str
    sender: str
    sent: datetime


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `overview`: the whole centre at one look."""

    centre: Text
    day: str
    plan: int
    waiting: int
    parked: int
    overtakes: OverviewOvertakes
    queues: tuple[OverviewQueue, ...]
    counters: tuple[OverviewCounter, ...]
    alerts: tuple[Alert, ...]
    kiosks: tuple[OverviewKiosk, ...]
    devices: tuple[OverviewDevice, ...]
    messages: tuple[OverviewMessage, ...]
    booths: tuple[OverviewBooth, ...]
    boards: tuple[OverviewBoard, ...]


def overview(floor: Floor, health: Mapping[str, Health], now: datetime, actor: Actor | None = None) -> Overview:
    """The centre now; `health` by device name. Only a manager sees what was written to the manager."""
    manages = actor is not None and actor.role == "manager"
    queues = []
    for queue in floor.settled.queues:
        waiting = line(floor, queue.code)
        queues.append(
            OverviewQueue(
                queue=queue.code, name=queue.name, letter=queue.letter, waiting=len(waiting), longest=longest(floor, waiting)
            )
        )  # fmt: skip
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
        overtakes=overtakes(floor),
        queues=tuple(queues),
        counters=tuple(counters),
        alerts=alerts(floor, health, now),
        kiosks=_kiosks(floor, health, now),
        devices=tuple(
            OverviewDevice(
                device=name,
                channel=one.channel,
                connected=one.connected,
                state=one.status.state,
                detail=one.status.detail,
                unsent=one.status.unsent,
                unsent_since=one.status.unsent_since,
            )
            for name, one in sorted(health.items())
        ),
        messages=_messages(floor) if manages else (),
        booths=tuple(_booth(floor, one) for one in booths_now(floor, now)),
        boards=_boards(floor, health),
    )


def _booth(floor: Floor, one: BoothNow) -> OverviewBooth:
    return OverviewBooth(
        booth=one.code, name=floor.look.booths[one.code].name, state=one.use.state, since=one.use.since, clerk=one.use.clerk,
        until=one.until, next=one.next.booked.start if one.next is not None else None,
    )  # fmt: skip


def _boards(floor: Floor, health: Mapping[str, Health]) -> tuple[OverviewBoard, ...]:
    heard = boards_heard(health)
    silent = {"": Health(channel="", connected=False, status=Status(state=""))}
    return tuple(
        OverviewBoard(
            zone=zone.code, name=zone.name, device=device.partition("@")[0], connected=one.connected, state=one.status.state,
            sound=one.status.sound, clock_ms=one.status.clock_ms,
        )
        for zone in floor.settled.zones for device, one in sorted(heard.get(zone.code, silent).items())
    )  # fmt: skip


def _messages(floor: Floor) -> tuple[OverviewMessage, ...]:
    waiting = (one for one in floor.messages.values() if one.to == "manager" and one.read is None)
    return tuple(
        OverviewMessage(message=one.id, counter=one.counter, text=one.text, sender=one.sender, sent=one.sent)
        for one in sorted(waiting, key=lambda one: one.position)
    )


def _kiosks(floor: Floor, health: Mapping[str, Health], now: datetime) -> tuple[OverviewKiosk, ...]:
    known, found = kiosk_health(health), []
    for kiosk in floor.settled.kiosks:
        said, called = known.get(kiosk.code), open_help(floor, kiosk.code, now)
        status = said.status if said is not None else Status(state="")
        found.append(
            OverviewKiosk(
                kiosk=kiosk.code, zone=kiosk.zone, prints=kiosk.prints, connected=said is not None and said.connected,
                state=status.state, detail=status.detail, slips=status.slips, unsent=status.unsent,
                help=None if called is None else called.since,
            )
        )  # fmt: skip
    return tuple(found)


def longest(floor: Floor, waiting: Line) -> datetime | None:
    """Since when whoever waits longest in a line waits: the first of it, or the first behind those of raised rank."""
    heads = (waiting.head, next(waiting.since(Key(1, 0, 0)), None))
    return min((floor.visits[head.visit].issued for head in heads if head is not None), default=None)


def overtakes(floor: Floor) -> OverviewOvertakes:
    """Of today's calls, from the reasons that were kept with them and from those who head the lines now."""
    reasons = [leg.reason for visit in floor.visits.values() for leg in visit.legs if leg.reason is not None]
    times: dict[UUID, int] = {}
    for reason in reasons:
        for one in reason.passed:
            times[one.visit] = max(times.get(one.visit, 0), one.times)
    for waiting in floor.lines.values():
        for place in itertools.islice(waiting, HEADS):
            times[place.visit] = times_passed(floor, place.visit)
    most = max(times, key=lambda visit: (times[visit], -floor.visits[visit].position), default=None)
    return OverviewOvertakes(
        calls=len(reasons),
        overtaking=sum(reason.overtakes > 0 for reason in reasons),
        passed=sum(reason.overtakes for reason in reasons),
        most=_passed(floor, most, times[most]) if most is not None and times[most] else None,
    )


def _passed(floor: Floor, visit: UUID, times: int) -> OverviewPassed:
    one = floor.visits[visit]
    return OverviewPassed(number=one.number, times=times, waiting=one.state == "waiting")


def urgent(overview: Overview) -> object:
    """The part that cannot wait a second: counters, devices and what somebody must see to."""
    sounds = [(one.zone, one.device, one.sound) for one in overview.boards]
    pressing_now = (pressing(overview.alerts), overview.messages, overview.booths, sounds)
    return (overview.counters, overview.devices, overview.plan, *pressing_now)


HEADS = 3
"""Who came first has been passed over most: so many of each line are looked at."""
