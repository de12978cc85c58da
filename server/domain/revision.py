"""Another plan while the centre is open: at once or at a time. Nobody loses a place, and nobody at a counter is sent away."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from config.network import value_of
from config.plan import Plan
from server.domain.commands import RevisePlan, SchedulePlan, WithdrawPlan
from server.domain.context import NETWORK, Context
from server.domain.events import Event, PlanPutOff, PlanRevised, PlanScheduled, PlanWithdrawn, Rehomed
from server.domain.floor import Directory, Floor, Leg, Visit
from server.domain.refusal import Refusal
from server.domain.rooms import in_use as rooms_in_use

AHEAD_MOST = timedelta(days=366)
"""So long may a plan wait for its time."""


def revise_plan(floor: Floor, command: RevisePlan, context: Context) -> tuple[Event, ...]:
    """A plan equal to the one in force changes nothing; one made from an older one, or that drops a part in use, is refused.

    What waits for a time and was made from the plan that is replaced stays a draft.
    """
    if command.plan == floor.plan:
        return ()
    _based(floor, command.plan, command.version, context)
    revised = replace(_revised(floor, command.plan, command.reason), file=command.file)
    return (revised, *(() if not _waits(floor) else (PlanPutOff(code="plan_moved_on"),)))


def schedule_plan(floor: Floor, command: SchedulePlan, context: Context) -> tuple[Event, ...]:
    """One plan at a time waits for its time; whether it can be started is looked at then, for other parts are in use then."""
    if command.plan == floor.plan:
        return ()
    if _waits(floor):
        raise Refusal("plan_waits")
    if command.at <= context.now:
        raise Refusal("time_over")
    if command.at > context.now + AHEAD_MOST:
        raise Refusal("time_far")
    _based(floor, command.plan, command.version, context)
    return (PlanScheduled(plan=command.plan, version=command.version, at=command.at, reason=command.reason),)


def withdraw_plan(floor: Floor, command: WithdrawPlan, context: Context) -> tuple[Event, ...]:
    """The plan that waits for its time, or that could not be started then, does not any more."""
    return (PlanWithdrawn(),) if floor.planned is not None else ()


def due(floor: Floor, context: Context) -> tuple[Event, ...]:
    """The plan whose time has come; one that cannot be started now stays a draft, with the reason."""
    planned = floor.planned
    if planned is None or planned.code or planned.at > context.now:
        return ()
    try:
        _based(floor, planned.plan, planned.version, context)
        return (replace(_revised(floor, planned.plan, planned.reason), scheduled=True),)
    except Refusal as refusal:
        return (PlanPutOff(code=refusal.code, facts={name: str(fact) for name, fact in refusal.facts.items()}),)


def home(visit: Visit, before: Directory, after: Directory) -> Rehomed | None:
    """Where a visit belongs under the plan after: with its service, unless a clerk sent it elsewhere; None where nothing has it.

    Who is at a counter keeps the queue that it was called from, as long as there is one. Who was sent to a counter that is gone
    waits for any that serves the queue.
    """
    leg, queue = visit.leg, visit.leg.queue
    follows = visit.state in ("waiting", "parked") and queue == before.queue_of.get(visit.service)
    if follows or queue not in after.queues:
        queue = after.queue_of.get(visit.service, queue)
    if queue not in after.queues:
        return None
    kind, _, name = leg.line.partition(":")
    gone = not name or (kind == "counter" and name not in after.counters)
    return Rehomed(visit=visit.id, queue=queue, line=queue if gone else leg.line, also=_also(visit, queue, after))


def rehomed(visit: Visit, to: Rehomed) -> Visit:
    """The visit there, in its old place of the order."""
    leg = replace(visit.leg, queue=to.queue, line=to.line, also=to.also)
    return replace(visit, legs=(*visit.legs[:-1], leg))


def _also(visit: Visit, queue: str, after: Directory) -> tuple[str, ...]:
    """The further queues of its number; one that a clerk has sent on since has none."""
    if not visit.more or any(leg.end == "transferred" for leg in visit.legs):
        return visit.leg.also
    found = (after.queue_of.get(service) for service in visit.more)
    return tuple(dict.fromkeys(one for one in found if one is not None and one != queue))


def _same(leg: Leg, to: Rehomed) -> bool:
    return (leg.queue, leg.line, leg.also) == (to.queue, to.line, to.also)


def _waits(floor: Floor) -> bool:
    return floor.planned is not None and not floor.planned.code


def _based(floor: Floor, plan: Plan, version: int | None, context: Context) -> None:
    """What the network has set only the network changes; nobody else's later change is undone unseen."""
    if floor.plan is not None and context.actor != NETWORK:
        if plan.network != floor.plan.network:
            raise Refusal("locked_key", key="network")
        for path in floor.plan.network.locked:
            if value_of(plan, path) != value_of(floor.plan, path):
                raise Refusal("locked_key", key=path)
    if version is not None and version != floor.version:
        raise Refusal("plan_moved_on")


def _revised(floor: Floor, plan: Plan, reason: str) -> PlanRevised:
    look = Directory.of(plan)
    _mind_counters(floor, plan)
    _mind_book(floor, plan, look)
    moved = []
    for visit in sorted(floor.visits.values(), key=lambda v: v.position):
        if visit.state == "ended":
            continue
        for service in (visit.service, *visit.more):
            if service not in look.services:
                raise Refusal("service_in_use", service=service)
        to = home(visit, floor.look, look)
        if to is None:
            raise Refusal("queue_in_use", queue=visit.leg.queue)
        if not _same(visit.leg, to):
            moved.append(to)
    return PlanRevised(version=floor.version + 1, plan=plan, reason=reason, moved=tuple(moved))


def _mind_counters(floor: Floor, plan: Plan) -> None:
    counters = {counter.code for counter in plan.counters}
    for counter, at in sorted(floor.posts.items()):
        if at.clerk is not None and counter not in counters:
            raise Refusal("counter_in_use", counter=counter)
    # A kiosk may have given numbers of its letter that are not here yet, and would give them again to others.
    held = {kiosk.reserve: kiosk.code for kiosk in floor.plan.kiosks if kiosk.screen} if floor.plan else {}
    for kiosk in plan.kiosks:
        if kiosk.screen and held.get(kiosk.reserve, kiosk.code) != kiosk.code and floor.series.get(kiosk.reserve):
            raise Refusal("reserve_in_use", letter=kiosk.reserve, kiosk=held[kiosk.reserve])
    kiosks = {kiosk.code for kiosk in plan.kiosks if kiosk.prints}
    for code, owed in sorted(floor.owed.items()):
        if len(owed) and code not in kiosks:
            raise Refusal("kiosk_in_use", kiosk=code)


def _mind_book(floor: Floor, plan: Plan, look: Directory) -> None:
    """What is booked or promised for later needs its service in a queue, and its booth."""
    if len(floor.book) and plan.booking is None:
        raise Refusal("booking_in_use")
    used = {one.booth for one in floor.book.values() if one.booth is not None}
    used |= {booth for booth, use in floor.booths.items() if use.state != "free"}
    for booth in sorted(used - look.booths.keys()):
        raise Refusal("booth_in_use", booth=booth)
    for room in sorted(rooms_in_use(floor) - look.rooms.keys()):
        raise Refusal("room_in_use", room=room)
    promised = {one.service for one in floor.book.values()} | {one.service for one in floor.callbacks.values()}
    for service in sorted(promised - look.queue_of.keys()):
        raise Refusal("service_in_use", service=service)
