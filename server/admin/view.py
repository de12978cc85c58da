"""What the manager sees of the whole centre now, as a pure function of the floor and the devices' health."""

import itertools
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from config.catalogue import Text
from server import authority
from server.admin.places import OverviewCounter, OverviewQueue, counters, queues
from server.admin.today import (
    OverviewHour,
    OverviewLongest,
    OverviewOvertakes,
    OverviewToday,
    hours,
    longest,
    overtakes,
    today,
)  # fmt: skip
from server.alerts import Alert, Health, alerts, boards_heard, kiosk_health, pressing
from server.domain.announce import announced
from server.domain.booths import BoothNow, booths_now
from server.domain.context import Actor
from server.domain.floor import WHOLE, Floor, open_help
from server.protocol import Status


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


class OverviewStop(msgspec.Struct, frozen=True, kw_only=True):
    """Why the whole centre gives no numbers, and since when; without a reason the day is closed."""

    reason: str
    since: datetime


class OverviewLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that stands on the boards of `zones` (none: everywhere)."""

    announcement: UUID
    text: str
    zones: tuple[str, ...]
    until: datetime


class OverviewTrouble(msgspec.Struct, frozen=True, kw_only=True):
    """An alert of today: its kind and what it is about, who saw it when, and when it ended."""

    kind: str
    about: str
    began: datetime
    seen: datetime | None
    clerk: str | None
    ended: datetime | None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `overview`: the whole centre at one look.

    `alike` days of this weekday say what is expected in `hours`; `stopped`: no numbers are given in the whole centre. `troubles`
    are today's alerts, those that stand first; an alert that somebody has seen comes after the others. `acts` are the commands
    that whoever looks may give from here; queues, counters and visits have theirs.
    """

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
    today: OverviewToday
    longest: OverviewLongest | None
    hours: tuple[OverviewHour, ...]
    alike: int
    stopped: OverviewStop | None
    announcements: tuple[OverviewLine, ...]
    troubles: tuple[OverviewTrouble, ...]
    acts: tuple[str, ...]


def overview(floor: Floor, health: Mapping[str, Health], now: datetime, actor: Actor | None = None) -> Overview:
    """The centre now; `health` by device name. Only a manager sees what was written to the manager."""
    manages = actor is not None and actor.role == "manager"
    may = authority.COMMANDS.get(actor.role, frozenset()) & ACTS if manages and actor is not None else frozenset[str]()
    shown, gate = queues(floor, now, may), floor.gates.get(WHOLE)
    return Overview(
        centre=floor.settled.centre.name,
        day=floor.day,
        plan=floor.version,
        waiting=sum(queue.waiting for queue in shown),
        parked=len(floor.parked),
        overtakes=overtakes(floor),
        queues=shown,
        counters=counters(floor, now, may),
        alerts=tuple(sorted(alerts(floor, health, now), key=lambda one: _is_seen(floor, one))),
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
        today=today(floor),
        longest=longest(floor),
        hours=hours(floor),
        alike=floor.arrivals.days,
        stopped=None if gate is None else OverviewStop(reason=gate.reason, since=gate.since),
        announcements=tuple(
            OverviewLine(announcement=one.id, text=one.text, zones=one.zones, until=one.until) for one in announced(floor, now)
        ),
        troubles=_troubles(floor),
        acts=tuple(sorted(may)),
    )


def _is_seen(floor: Floor, alert: Alert) -> bool:
    trouble = floor.troubles.get((alert.kind, alert.about))
    return trouble is not None and trouble.seen is not None


def _troubles(floor: Floor) -> tuple[OverviewTrouble, ...]:
    """Those that stand by their beginning, then those that are over, the latest first."""
    standing = sorted(floor.troubles.values(), key=lambda one: (one.began, one.kind, one.about))
    return tuple(
        OverviewTrouble(kind=one.kind, about=one.about, began=one.began, seen=one.seen, clerk=one.clerk, ended=one.ended)
        for one in (*standing, *itertools.islice(floor.mended, MENDED))
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


def urgent(overview: Overview) -> object:
    """The part that cannot wait a second: counters, devices and what somebody must see to."""
    sounds = [(one.zone, one.device, one.sound) for one in overview.boards]
    pressing_now = (pressing(overview.alerts), overview.messages, overview.booths, sounds)
    told = (overview.troubles, overview.announcements, overview.stopped, [(one.gives, one.why) for one in overview.queues])
    there = [msgspec.structs.replace(one, idle=None) for one in overview.counters]
    return (there, overview.devices, overview.plan, *pressing_now, *told)


ACTS = authority.MANAGING | {"TakeTicket", "PrintSlip", "SendMessage"}
"""What is done from this page, by who may."""

MENDED = 40
"""So many alerts that are over are listed."""
