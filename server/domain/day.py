"""Decisions that belong to the whole centre: the business day and the ticker."""

from datetime import timedelta

from server.domain import appointments, booths, contacts, revision, rooms
from server.domain.arrival import local_day
from server.domain.commands import CloseDay, Tick
from server.domain.context import Context
from server.domain.events import (
    CounterClosed,
    DayOpened,
    Event,
    QueueSet,
    VisitEnded,
    VisitReturned,
)  # fmt: skip
from server.domain.floor import WHOLE, Floor
from server.domain.moment import microseconds
from server.domain.order import Key


def turn_of_day(floor: Floor, context: Context) -> tuple[Event, ...]:
    """What happens when the centre's calendar has passed the open business day: that one is closed, the next opened.

    A clock that goes back changes nothing: a day is opened only when its date is later than the open one.
    """
    if local_day(floor, context.now) <= floor.day:
        return ()
    day = local_day(floor, context.now)
    opened = DayOpened(day=day, history=context.history, arrivals=context.arrivals)
    kept = rooms.expired(floor, context.now)
    return (*_close(floor, context), *appointments.left_over(floor, day), *kept, opened, *rooms.unwiped(floor))


def close_day(floor: Floor, command: CloseDay, context: Context) -> tuple[Event, ...]:
    """Who still holds a number ends as day_closed, by name; unless numbers are stopped, they go on if more visitors come."""
    stopped = (QueueSet(queue=WHOLE, gives="none"),) if command.stops and WHOLE not in floor.gates else ()
    return (*_close(floor, context), *stopped)


def tick(floor: Floor, command: Tick, context: Context) -> tuple[Event, ...]:
    """The turn of the day; else a plan whose time has come; else parked visits return, calls nobody followed end as no_show."""
    if floor.plan is None:
        return ()
    turned = turn_of_day(floor, context)
    if turned:
        return turned
    if planned := revision.due(floor, context):
        return planned
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
    return (*events, *appointments.overdue(floor, context), *rooms.timed(floor, context.now))


def _close(floor: Floor, context: Context) -> tuple[Event, ...]:
    open_visits = sorted((v for v in floor.visits.values() if v.state != "ended"), key=lambda v: v.position)
    at = {visit: counter for counter, at in floor.posts.items() for visit in (at.visit, at.contact) if visit is not None}
    ended = [VisitEnded(visit=v.id, reason="day_closed", counter=at.get(v.id)) for v in open_visits]
    closed = [CounterClosed(counter=c) for c, post in sorted(floor.posts.items()) if post.clerk is not None]
    left = (*contacts.left_over(floor), *booths.left_over(floor), *rooms.left_over(floor, context.now))
    return (*ended, *closed, *left)
