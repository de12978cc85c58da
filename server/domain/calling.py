"""Who is next at a counter, and why: first come, first served over all its lines."""

import heapq
import itertools
from datetime import datetime
from typing import Literal

from server.domain.arrival import waiting_visit
from server.domain.commands import CallNext, CallVisit, Recall
from server.domain.context import Context
from server.domain.events import Event, Reason, VisitCalled, VisitRecalled
from server.domain.floor import Floor, Visit, line, lines_of, post
from server.domain.moment import microseconds
from server.domain.order import Place
from server.domain.post import called_at, idle_post
from server.domain.refusal import Refusal


def call_next(floor: Floor, command: CallNext, context: Context) -> tuple[Event, ...]:
    """The earliest place over the counter's lines; ties are impossible because every key is unique."""
    at = idle_post(floor, command.counter, context.actor)
    place = next_for(floor, command.counter)
    if place is None or at.clerk is None:
        raise Refusal("nobody_waiting", counter=command.counter)
    visit = floor.visits[place.visit]
    overtakes = _ahead(floor, command.counter, visit)
    reason = Reason(rule=rule(visit, overtakes), waited_s=_waited(visit, context.now), overtakes=overtakes)
    return (VisitCalled(visit=visit.id, counter=command.counter, clerk=at.clerk, reason=reason),)


def call_visit(floor: Floor, command: CallVisit, context: Context) -> tuple[Event, ...]:
    """A chosen visit, which may overtake others; how many is kept in the reason."""
    at = idle_post(floor, command.counter, context.actor)
    visit = waiting_visit(floor, command.visit)
    overtakes = _ahead(floor, command.counter, visit)
    reason = Reason(rule="chosen", waited_s=_waited(visit, context.now), overtakes=overtakes)
    return (VisitCalled(visit=visit.id, counter=command.counter, clerk=at.clerk or "", reason=reason),)


def recall(floor: Floor, command: Recall, context: Context) -> tuple[Event, ...]:
    """The same visit again; the count rises, so boards and panels ring again."""
    visit = called_at(floor, command.counter, context.actor)
    return (VisitRecalled(visit=visit.id, counter=command.counter, calls=visit.leg.calls + 1),)


def upcoming(floor: Floor, counter: str, count: int) -> list[Place]:
    """The first places in the order in which the counter would call them.

    Who was just put back by this counter ("next, please") keeps the place but is not called again at once, unless nobody
    else waits.
    """
    heads = (itertools.islice(line(floor, name), count + 1) for name in lines_of(floor, counter))
    places = heapq.nsmallest(count + 1, itertools.chain.from_iterable(heads))
    step = post(floor, counter).step
    if step is not None and step.event == "VisitRequeued" and len(places) > 1 and places[0].visit == step.before.id:
        places[0], places[1] = places[1], places[0]
    return places[:count]


def next_for(floor: Floor, counter: str) -> Place | None:
    """The place that the counter would call now."""
    return next(iter(upcoming(floor, counter, 1)), None)


def rule(visit: Visit, overtakes: int) -> Literal["arrival", "first", "returned", "directed", "put_back"]:
    """The rule that makes a waiting visit the next one; `overtakes` counts those who stand before it."""
    leg = visit.leg
    if overtakes:
        return "put_back"
    if ":" in leg.line:
        return "directed"
    if leg.key.band == 0:
        return "returned" if len(visit.legs) > 1 and visit.legs[-2].end == "parked" else "first"
    return "arrival"


def _ahead(floor: Floor, counter: str, visit: Visit) -> int:
    return sum(line(floor, name).before(visit.leg.key) for name in lines_of(floor, counter))


def _waited(visit: Visit, now: datetime) -> int:
    return max(0, (microseconds(now) - microseconds(visit.issued)) // 1_000_000)
