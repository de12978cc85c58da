"""Who is next at a counter, and why: first come, first served over all its lines."""

from datetime import datetime

from server.domain.arrival import microseconds, waiting_visit
from server.domain.commands import CallNext, CallVisit, Recall
from server.domain.context import Context
from server.domain.events import Event, Reason, VisitCalled, VisitRecalled
from server.domain.floor import Floor, Visit, line, lines_of
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
    return (VisitCalled(visit=visit.id, counter=command.counter, clerk=at.clerk, reason=why(visit, context.now, 0)),)


def call_visit(floor: Floor, command: CallVisit, context: Context) -> tuple[Event, ...]:
    """A chosen visit, which may overtake others; how many is kept in the reason."""
    at = idle_post(floor, command.counter, context.actor)
    visit = waiting_visit(floor, command.visit)
    overtakes = sum(line(floor, name).before(visit.leg.key) for name in lines_of(floor, command.counter))
    reason = Reason(rule="chosen", waited_s=_waited(visit, context.now), overtakes=overtakes)
    return (VisitCalled(visit=visit.id, counter=command.counter, clerk=at.clerk or "", reason=reason),)


def recall(floor: Floor, command: Recall, context: Context) -> tuple[Event, ...]:
    """The same visit again; the count rises, so boards and panels ring again."""
    visit = called_at(floor, command.counter, context.actor)
    return (VisitRecalled(visit=visit.id, counter=command.counter, calls=visit.leg.calls + 1),)


def next_for(floor: Floor, counter: str) -> Place | None:
    """The place that the counter would call now."""
    heads = (line(floor, name).head for name in lines_of(floor, counter))
    return min((head for head in heads if head is not None), default=None)


def why(visit: Visit, now: datetime, overtakes: int) -> Reason:
    """The rule that puts a waiting visit first."""
    leg = visit.leg
    if ":" in leg.line:
        return Reason(rule="directed", waited_s=_waited(visit, now), overtakes=overtakes)
    if leg.key.band == 0:
        returned = len(visit.legs) > 1 and visit.legs[-2].end == "parked"
        return Reason(rule="returned" if returned else "first", waited_s=_waited(visit, now), overtakes=overtakes)
    return Reason(rule="arrival", waited_s=_waited(visit, now), overtakes=overtakes)


def _waited(visit: Visit, now: datetime) -> int:
    return max(0, (microseconds(now) - microseconds(visit.issued)) // 1_000_000)
