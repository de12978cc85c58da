"""Decisions about the steps of a visitor who holds the token of the ticket: others first, an answer to a call, once more."""

from datetime import datetime, timedelta
from itertools import islice

from server.domain.arrival import waiting_visit
from server.domain.commands import AnswerCall, Delay, Return
from server.domain.context import Context
from server.domain.events import CallAnswered, Event, VisitDelayed, VisitReturned
from server.domain.floor import Floor, Visit, in_plan, line
from server.domain.moment import microseconds
from server.domain.order import Key, Place
from server.domain.refusal import Refusal

RETURNS = 2
"""So often whoever did not come to a call is taken back on the same day."""


def delay(floor: Floor, command: Delay, context: Context) -> tuple[Event, ...]:
    """A place right behind the n-th who stands behind; the last place if there are fewer.

    Who goes by a right of their own (an appointment, a priority) is let by in any case and does not count; who stands behind
    such a visit stands there as everybody else. Whoever let the same one by before stays in front.
    """
    visit, rules = waiting_visit(floor, command.visit), floor.settled.rules
    if visit.state != "waiting":
        raise Refusal("not_waiting", number=visit.number)
    if visit.delays >= rules.delays:
        raise Refusal("delays_used", number=visit.number)
    if command.places > rules.delay_places:
        raise Refusal("delay_too_long", places=rules.delay_places)
    behind = let_by(floor, visit, command.places + 1)
    if not behind:
        raise Refusal("nobody_behind", number=visit.number)
    last = behind[: command.places][-1]
    group = visit.leg.group if floor.visits[last.visit].leg.group == visit.leg.group else "walk_in"
    key = Key(last.key.band, last.key.at, floor.position + 1)
    return (VisitDelayed(visit=visit.id, places=min(command.places, len(behind)), key=key, group=group),)


def let_by(floor: Floor, visit: Visit, most: int) -> list[Place]:
    """The first so many of those who wait behind a visit in its line and would go first if it stood behind them."""
    leg = visit.leg
    later = (place for place in line(floor, leg.line).since(leg.key) if place.visit != visit.id)
    equals = (place for place in later if floor.visits[place.visit].leg.group in (leg.group, "walk_in"))
    return list(islice(equals, most))


def answer_call(floor: Floor, command: AnswerCall, context: Context) -> tuple[Event, ...]:
    """What the visitor says to a summons, or to one before it in the same leg, once; two minutes more are given once in a leg."""
    visit = floor.visits.get(command.visit)
    if visit is None:
        raise Refusal("unknown_visit")
    leg = visit.leg
    if visit.state != "called" or command.calls > leg.calls:
        raise Refusal("call_over", number=visit.number)
    if leg.answered == leg.calls:
        if leg.answer == command.says:
            return ()
        raise Refusal("answered_already", number=visit.number)
    if command.says == "two_minutes" and leg.grace_s:
        raise Refusal("grace_used", number=visit.number)
    return (CallAnswered(visit=visit.id, calls=leg.calls, says=command.says),)


def come_back(floor: Floor, command: Return, context: Context) -> tuple[Event, ...]:
    """Who did not come to the call waits again, ahead of those who never were called; number and token stay."""
    visit = floor.visits.get(command.visit)
    if visit is None:
        raise Refusal("unknown_visit")
    if visit.state != "ended":
        raise Refusal("place_kept", number=visit.number)
    until = kept_until(floor, visit)
    if until is None or context.now > until:
        raise Refusal("place_gone", number=visit.number)
    return (VisitReturned(visit=visit.id, key=Key(0, microseconds(context.now), visit.leg.key.turn)),)


def kept_until(floor: Floor, visit: Visit) -> datetime | None:
    """Until when the place of a visit that did not come is kept; None where it is not (any more).

    Not where a person has put the record right since, not for a service that the plan does not have any more, and not where
    nobody works any more today.
    """
    look, leg, minutes = floor.look, visit.leg, floor.settled.rules.return_minutes
    missed = sum(one.end == "no_show" for one in visit.legs)
    if visit.end != "no_show" or leg.ended is None or visit.corrected or not visit.number or not minutes:
        return None
    known = in_plan(look, leg) and all(service in look.queue_of for service in (visit.service, *visit.more))
    if missed > RETURNS or not known or all(at.clerk is None for at in floor.posts.values()):
        return None
    return leg.ended + timedelta(minutes=minutes)
