"""What a plan would do to those who are here now: reckoned by starting it on the present floor, which nobody sees. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from config.plan import Plan
from server.alerts import Health
from server.domain.commands import RevisePlan
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.events import PlanRevised
from server.domain.floor import Floor, post
from server.domain.follow import follow
from server.domain.refusal import Refusal
from server.domain.waiting import estimate_of

NOBODY = UUID(int=0)
Draws = Callable[[Floor, str, str], object]
"""What a channel shows of a floor to a kiosk of that code (empty: to anybody); LookupError where there is no such place."""


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """So many visits go from a queue to another one; `zone`: and are called in another room then."""

    queue: str
    to: str
    visits: int
    zone: bool


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """So many wait that many minutes less, or more."""

    visits: int
    least: int
    most: int


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """`refused`: the plan cannot be started now, for that reason. `lost` are visits without a place: there are never any.

    `unknown`: so many waits cannot be reckoned. `drawn` devices draw themselves anew, `homeless` ones have no place any more.
    """

    refused: Refusal | None = None
    waiting: int = 0
    lost: int = 0
    moves: tuple[Move, ...] = ()
    shorter: Shift | None = None
    longer: Shift | None = None
    unknown: int = 0
    signed_out: int = 0
    drawn: int = 0
    homeless: tuple[str, ...] = ()


def effect(floor: Floor, plan: Plan, actor: Actor, now: datetime, health: Mapping[str, Health], draws: Draws) -> Effect:
    """The effect of starting the plan now."""
    floor = replace(floor, at=now)
    context = Context(now=now, actor=actor, visit=NOBODY, token="")
    try:
        events = decide(floor, RevisePlan(plan=plan), context)
    except Refusal as refusal:
        return Effect(refused=refusal, waiting=len(_placed(floor)))
    after = follow(floor, events, NOBODY, actor, now).floor
    here = _placed(floor)
    shorter, longer, unknown = _waits(floor, after, now)
    drawn, homeless = _redrawn(floor, after, health, draws)
    return Effect(
        waiting=len(here), lost=len(here - _placed(after)), moves=_moves(floor, after, events), shorter=shorter, longer=longer,
        unknown=unknown, signed_out=sum(post(after, counter).clerk is None for counter, at in floor.posts.items() if at.clerk),
        drawn=drawn, homeless=homeless,
    )  # fmt: skip


def _placed(floor: Floor) -> set[UUID]:
    """Who waits in a line that somebody can call from, is set aside, held, or at a counter."""
    lines = (line for name, line in floor.lines.items() if name in floor.look.queues)
    found = {place.visit for line in (*lines, *floor.directed.values(), floor.parked) for place in line}
    found |= {visit for at in floor.posts.values() for visit in (at.visit, at.contact) if visit is not None}
    return found | set(floor.held)


def _moves(floor: Floor, after: Floor, events: Collection[object]) -> tuple[Move, ...]:
    moved = [one for event in events if isinstance(event, PlanRevised) for one in event.moved]
    count = Counter((floor.visits[one.visit].leg.queue, one.queue) for one in moved)
    found = []
    for (queue, to), visits in sorted(count.items()):
        was, will = floor.look.queues.get(queue), after.look.queues[to]
        if queue != to:
            found.append(Move(queue=queue, to=to, visits=visits, zone=was is not None and was.zone != will.zone))
    return tuple(found)


def _waits(floor: Floor, after: Floor, now: datetime) -> tuple[Shift | None, Shift | None, int]:
    less, more, unknown = list[int](), list[int](), 0
    for visit in floor.visits.values():
        if visit.state != "waiting":
            continue
        told = [estimate_of(one, one.visits[visit.id], now).middle_s for one in (floor, after)]
        if told[0] is None or told[1] is None:
            unknown += 1
            continue
        minutes = round((told[1] - told[0]) / 60)
        if minutes:
            (less if minutes < 0 else more).append(abs(minutes))
    return _shift(less), _shift(more), unknown


def _shift(minutes: list[int]) -> Shift | None:
    return Shift(visits=len(minutes), least=min(minutes), most=max(minutes)) if minutes else None


def _redrawn(floor: Floor, after: Floor, health: Mapping[str, Health], draws: Draws) -> tuple[int, tuple[str, ...]]:
    """How many of the connected devices show something else, and which have nothing to show."""
    here = ((device, one.channel) for device, one in health.items() if one.connected and one.channel)
    devices = Counter((channel, device.partition("@")[2]) for device, channel in here)
    drawn, homeless = 0, list[str]()
    for (channel, owner), count in sorted(devices.items()):
        try:
            before = draws(floor, channel, owner)
        except LookupError:
            continue
        try:
            drawn += count * (draws(after, channel, owner) != before)
        except LookupError:
            homeless.append(channel)
    return drawn, tuple(homeless)
