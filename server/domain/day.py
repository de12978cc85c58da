"""Decisions that belong to the whole centre: the business day, the ticker and the plan."""

from datetime import timedelta

from config.network import value_of
from server.domain import appointments, booths, contacts
from server.domain.arrival import local_day
from server.domain.commands import CloseDay, RevisePlan, Tick
from server.domain.context import NETWORK, Context
from server.domain.events import (
    CounterClosed,
    DayOpened,
    Event,
    PlanRevised,
    VisitEnded,
    VisitReturned,
)  # fmt: skip
from server.domain.floor import Directory, Floor, in_plan
from server.domain.moment import microseconds
from server.domain.order import Key
from server.domain.refusal import Refusal


def turn_of_day(floor: Floor, context: Context) -> tuple[Event, ...]:
    """What happens when the centre's calendar has passed the open business day: that one is closed, the next opened.

    A clock that goes back changes nothing: a day is opened only when its date is later than the open one.
    """
    if local_day(floor, context.now) <= floor.day:
        return ()
    day = local_day(floor, context.now)
    return (*_close(floor), *appointments.left_over(floor, day), DayOpened(day=day, history=context.history))


def close_day(floor: Floor, command: CloseDay, context: Context) -> tuple[Event, ...]:
    """Everybody who still holds a number ends as day_closed, by name; numbers go on if more visitors come."""
    return _close(floor)


def tick(floor: Floor, command: Tick, context: Context) -> tuple[Event, ...]:
    """The turn of the day; else parked visits whose time has come return, and calls nobody followed end as no_show."""
    if floor.plan is None:
        return ()
    turned = turn_of_day(floor, context)
    if turned:
        return turned
    events: list[Event] = []
    for place in floor.parked:
        if place.key.at > microseconds(context.now):
            break
        visit = floor.visits[place.visit]
        events.append(VisitReturned(visit=visit.id, key=Key(0, place.key.at, visit.leg.key.turn)))
    for counter, at in sorted(floor.posts.items()):
        called = floor.visits[at.visit] if at.visit is not None else None
        since = called.leg.called if called is not None and called.state == "called" else None
        if called is None or since is None:
            continue
        limit = timedelta(seconds=floor.plan.rules.no_show_s + called.leg.grace_s)
        if context.now - max(since, at.undone or since) >= limit:
            events.append(VisitEnded(visit=called.id, reason="no_show", counter=counter))
    return (*events, *appointments.overdue(floor, context))


def revise_plan(floor: Floor, command: RevisePlan, context: Context) -> tuple[Event, ...]:
    """A plan equal to the one in force changes nothing; one made from an older one, or that drops a part in use, is refused."""
    if command.plan == floor.plan:
        return ()
    _not_locked(floor, command, context)
    if command.version is not None and command.version != floor.version:
        raise Refusal("plan_moved_on")
    counters = {counter.code for counter in command.plan.counters}
    for counter, at in sorted(floor.posts.items()):
        if at.clerk is not None and counter not in counters:
            raise Refusal("plan_in_use", part=f"counter {counter}")
    # A kiosk may have given numbers of its letter that are not here yet, and would give them again to others.
    held = {kiosk.reserve: kiosk.code for kiosk in floor.plan.kiosks if kiosk.screen} if floor.plan else {}
    for kiosk in command.plan.kiosks:
        if kiosk.screen and held.get(kiosk.reserve, kiosk.code) != kiosk.code and floor.series.get(kiosk.reserve):
            raise Refusal("plan_in_use", part=f"reserve letter {kiosk.reserve} of kiosk {held[kiosk.reserve]}")
    look = Directory.of(command.plan)
    here = {service for visit in floor.visits.values() if visit.state != "ended" for service in (visit.service, *visit.more)}
    here |= {one.service for one in floor.book.values()} | {one.service for one in floor.callbacks.values()}
    if len(floor.book) and command.plan.booking is None:
        raise Refusal("plan_in_use", part="booking")
    used = {one.booth for one in floor.book.values() if one.booth is not None}
    used |= {booth for booth, use in floor.booths.items() if use.state != "free"}
    for booth in sorted(used - look.booths.keys()):
        raise Refusal("plan_in_use", part=f"booth {booth}")
    for service in sorted(here - look.queue_of.keys()):
        raise Refusal("plan_in_use", part=f"service {service}")
    for visit in sorted(floor.visits.values(), key=lambda v: v.position):
        if visit.state != "ended" and not in_plan(look, visit.leg):
            part = visit.leg.line.replace(":", " ") if visit.leg.queue in look.queues else f"queue {visit.leg.queue}"
            raise Refusal("plan_in_use", part=part)
    return (PlanRevised(version=floor.version + 1, plan=command.plan),)


def _not_locked(floor: Floor, command: RevisePlan, context: Context) -> None:
    """What the network has set only the network changes."""
    if floor.plan is None or context.actor == NETWORK:
        return
    if command.plan.network != floor.plan.network:
        raise Refusal("locked_key", key="network")
    for path in floor.plan.network.locked:
        if value_of(command.plan, path) != value_of(floor.plan, path):
            raise Refusal("locked_key", key=path)


def _close(floor: Floor) -> tuple[Event, ...]:
    open_visits = sorted((v for v in floor.visits.values() if v.state != "ended"), key=lambda v: v.position)
    at = {visit: counter for counter, at in floor.posts.items() for visit in (at.visit, at.contact) if visit is not None}
    ended = [VisitEnded(visit=v.id, reason="day_closed", counter=at.get(v.id)) for v in open_visits]
    closed = [CounterClosed(counter=c) for c, post in sorted(floor.posts.items()) if post.clerk is not None]
    return (*ended, *closed, *contacts.left_over(floor), *booths.left_over(floor))
