"""Queues and counters on the manager's page, with the acts that are possible at each now. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from config.catalogue import Text
from server.admin.today import first_of
from server.domain.admission import queue_shut, why_stopped
from server.domain.arrival import OF_CONTACTS
from server.domain.floor import WHOLE, Floor, Post, counter_state, line, lines_of, post, profile_of
from server.domain.pace import usual
from server.domain.pools import ALL
from server.domain.rules import eligible
from server.domain.waiting import estimate

NEAR = 0.75
"""From this part of the promise on a wait is near its end."""

Acts = tuple[str, ...]


class OverviewQueue(msgspec.Struct, frozen=True, kw_only=True):
    """A queue: how many wait, since when the longest, what is promised now (minutes; None where there is no basis).

    `limit` are the minutes that who waits longest was promised, or the target. `state`: empty, within or near it, over it by
    `over` minutes; "waiting" where there is none. `gives`: whether numbers are given now, `why` not as a manager said.
    """

    queue: str
    name: Text
    letter: str
    waiting: int
    longest: datetime | None
    low: int | None
    high: int | None
    limit: int | None
    state: str
    over: int
    gives: bool
    why: str
    acts: Acts


class OverviewIdle(msgspec.Struct, frozen=True, kw_only=True):
    """A free counter for which somebody waits: how many it could call, and since when both is so."""

    waiting: int
    since: datetime


class OverviewCounter(msgspec.Struct, frozen=True, kw_only=True):
    """A counter: its state since a time, its clerk, the number at it; of a pause its end, of a service its usual minutes."""

    counter: str
    zone: str
    state: str
    clerk: str | None
    number: str | None
    since: datetime | None
    served: int
    profile: str
    visit: UUID | None
    pause: str | None
    until: datetime | None
    usual: int | None
    idle: OverviewIdle | None
    acts: Acts


def queues(floor: Floor, now: datetime, may: Collection[str]) -> tuple[OverviewQueue, ...]:
    """In the plan's order."""
    return tuple(_queue(floor, queue.code, now, may) for queue in floor.settled.queues)


def counters(floor: Floor, now: datetime, may: Collection[str]) -> tuple[OverviewCounter, ...]:
    """In the plan's order."""
    return tuple(_counter(floor, counter.code, now, may) for counter in floor.settled.counters)


def _queue(floor: Floor, code: str, now: datetime, may: Collection[str]) -> OverviewQueue:
    queue, waiting, told = floor.look.queues[code], line(floor, code), estimate(floor, code)
    first = first_of(floor, waiting)
    visit = None if first is None else floor.visits[first]
    limit = queue.target if visit is None or visit.high is None else visit.high
    state, over = "empty", 0
    if visit is not None:
        waited = (now - visit.issued) / timedelta(minutes=1)
        if limit is None:
            state = "waiting"
        elif waited > limit:
            state, over = "over", int(waited) - limit
        else:
            state = "near" if waited >= NEAR * limit else "within"
    gives = WHOLE not in floor.gates and queue_shut(floor, code, now) is None
    return OverviewQueue(
        queue=code, name=queue.name, letter=queue.letter, waiting=len(waiting), longest=None if visit is None else visit.issued,
        low=told.low, high=told.high, limit=limit, state=state, over=over, gives=gives, why=why_stopped(floor, code),
        acts=("SetQueue",) if "SetQueue" in may and WHOLE not in floor.gates else (),
    )  # fmt: skip


def _counter(floor: Floor, code: str, now: datetime, may: Collection[str]) -> OverviewCounter:
    at, state = post(floor, code), counter_state(floor, code)
    visit = None if at.visit is None else floor.visits[at.visit]
    since = _since(floor, at, state)
    on_phone = at.contact is not None or (visit is not None and visit.origin in OF_CONTACTS)
    possible = {"ReleaseCounter": not on_phone, "SetProfile": True, "SendMessage": True}
    return OverviewCounter(
        counter=code, zone=floor.look.counters[code].zone, state=state, clerk=at.clerk,
        number=visit.number if visit is not None else None, since=since, served=at.served,
        profile=profile_of(floor, code), visit=at.visit, pause=at.pause, until=at.until,
        usual=usual(floor, visit.service, *visit.more) if visit is not None and state == "serving" else None,
        idle=_idle(floor, code, since) if state == "idle" and since is not None else None,
        acts=tuple(name for name, so in possible.items() if so and name in may) if at.clerk is not None else (),
    )  # fmt: skip


def _since(floor: Floor, at: Post, state: str) -> datetime | None:
    """When the counter's state began."""
    if at.visit is not None:
        leg = floor.visits[at.visit].leg
        return leg.served if state == "serving" else leg.called
    if state == "idle":
        moments = (at.since, at.step.at if at.step is not None else None, at.undone)
        return max((one for one in moments if one is not None), default=None)
    return at.since


def _idle(floor: Floor, counter: str, since: datetime) -> OverviewIdle | None:
    pools = [own[ALL] for own in eligible(floor, counter).values() if ALL in own]
    directed = [line(floor, name) for name in lines_of(floor, counter) if ":" in name]
    every = [one for one in (*pools, *directed) if len(one)]
    if not every:
        return None
    begun = min(floor.visits[one.head.visit].leg.since for one in every if one.head is not None)
    return OverviewIdle(waiting=sum(map(len, every)), since=max(since, begun))
