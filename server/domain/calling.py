"""Calls: of whoever is next by rule, of a chosen visit, from the paper roll, and of the next arrival by itself."""

import itertools
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from config.plan import Roll
from server.domain.arrival import numbered, waiting_visit
from server.domain.commands import CallNext, CallRoll, CallVisit, Recall, SetRoll, StoreNext
from server.domain.context import Actor, Context
from server.domain.events import Event, NextStored, Passed, Reason, Rival, RollSet, VisitCalled, VisitRecalled
from server.domain.floor import Floor, Leg, Visit, accompanied, post, profile_of
from server.domain.moment import microseconds
from server.domain.post import called_at, idle_post, own_post
from server.domain.refusal import Refusal
from server.domain.rules import Candidate, earlier, ranked, times_passed

RIVALS = 3
"""So many of those who would have been next, and of those who were passed over, are kept with a call."""


def call_next(floor: Floor, command: CallNext, context: Context) -> tuple[Event, ...]:
    """The first by the rule of the counter's profile."""
    idle_post(floor, command.counter, context.actor)
    found = upcoming(floor, command.counter, context.now, 1 + RIVALS)
    if not found:
        raise Refusal("nobody_waiting", counter=command.counter)
    _mind_the_gap(floor, command.counter, context.now)
    return (_called(floor, command.counter, found[0], found[1:], context.now),)


def call_visit(floor: Floor, command: CallVisit, context: Context) -> tuple[Event, ...]:
    """A chosen visit, which may overtake others; who they are is kept in the reason."""
    idle_post(floor, command.counter, context.actor)
    if not may_choose(floor, context.actor):
        raise Refusal("not_allowed")
    visit = waiting_visit(floor, command.visit)
    if accompanied(floor, visit):
        raise Refusal("companion_called", number=visit.number)
    rivals = [one for one in upcoming(floor, command.counter, context.now, 1 + RIVALS) if one.visit != visit.id]
    chosen = Candidate((), visit.id, "chosen", _waited(visit, context.now) / 60)
    return (replace(_called(floor, command.counter, chosen, rivals, context.now), note=command.note),)


def may_choose(floor: Floor, actor: Actor) -> bool:
    """Whether the actor may call out of order: a manager, and a clerk by the plan's rule or by its word for that clerk."""
    rules, clerks = floor.settled.rules, floor.settled.clerks
    return actor.role == "manager" or rules.clerks_choose or any(one.chooses for one in clerks if one.code == actor.id)


def recall(floor: Floor, command: Recall, context: Context) -> tuple[Event, ...]:
    """The same visit again; the count rises, so boards and panels ring again."""
    visit = called_at(floor, command.counter, context.actor)
    return (VisitRecalled(visit=visit.id, counter=command.counter, calls=visit.leg.calls + 1),)


def store_next(floor: Floor, command: StoreNext, context: Context) -> tuple[Event, ...]:
    """The next arrival comes by itself; only where nobody waits, or CallNext would be the step to take."""
    at = own_post(floor, command.counter, context.actor)
    if (at.stored is not None) == command.on:
        return ()
    if command.on:
        idle_post(floor, command.counter, context.actor)
        if upcoming(floor, command.counter, context.now, 1):
            raise Refusal("somebody_waiting", counter=command.counter)
    return (NextStored(counter=command.counter, on=command.on),)


def stored_calls(floor: Floor, now: datetime) -> tuple[Event, ...]:
    """Calls to the counter that has waited longest for the next arrival, if there is one now; one at a time."""
    stored = sorted((at.stored, counter) for counter, at in floor.posts.items() if at.stored is not None)
    for _, counter in stored:
        found = upcoming(floor, counter, now, 1 + RIVALS)
        if found and _gap_left(floor, counter, now) == 0:
            return (_called(floor, counter, found[0], found[1:], now),)
    return ()


def call_roll(floor: Floor, command: CallRoll, context: Context) -> tuple[Event, ...]:
    """A visit for the next number of the paper roll, and its call at once."""
    at = idle_post(floor, command.counter, context.actor)
    roll, label = floor.settled.roll, next_on_roll(floor)
    if roll is None:
        raise Refusal("no_roll")
    if label is None:
        raise Refusal("number_taken", number=str(roll.last))
    _mind_the_gap(floor, command.counter, context.now)
    issued = numbered(floor, context, service=roll.service, series=ROLL_SERIES, origin="roll", number=str(label))
    leg = Leg(queue=issued.queue, line=issued.queue, since=context.now, key=issued.key)
    overtakes, passed = _passed(floor, command.counter, issued.visit, leg)
    reason = Reason(rule="roll", waited_s=0, overtakes=overtakes, score=0.0, passed=passed)
    called = VisitCalled(visit=issued.visit, counter=command.counter, clerk=at.clerk or "", reason=reason)
    return (issued, called, RollSet(next=_after(roll, label)))


def set_roll(floor: Floor, command: SetRoll, context: Context) -> tuple[Event, ...]:
    """A new roll, or numbers that were torn off in vain."""
    roll = floor.settled.roll
    if roll is None:
        raise Refusal("no_roll")
    if not roll.first <= command.next <= roll.last:
        raise Refusal("not_on_roll", first=roll.first, last=roll.last)
    if str(command.next) in _on_paper(floor):
        raise Refusal("number_taken", number=str(command.next))
    return () if floor.roll == command.next else (RollSet(next=command.next),)


def next_on_roll(floor: Floor) -> int | None:
    """The next number of the paper roll that nobody holds; None in a centre without a roll, or when all are held."""
    roll = floor.settled.roll
    if roll is None:
        return None
    label, held = roll.first if floor.roll is None or not roll.first <= floor.roll <= roll.last else floor.roll, _on_paper(floor)
    for _ in range(roll.first, roll.last + 1):
        if str(label) not in held:
            return label
        label = _after(roll, label)
    return None


def _after(roll: Roll, label: int) -> int:
    return label + 1 if label < roll.last else roll.first


def _on_paper(floor: Floor) -> set[str]:
    """Numbers of the roll that somebody holds now."""
    return {visit.number for visit in floor.visits.values() if visit.origin == "roll" and visit.state != "ended"}


def upcoming(floor: Floor, counter: str, now: datetime, count: int) -> list[Candidate]:
    """The first so many in the order in which the counter would call them.

    Who was just put back by this counter ("next, please") keeps the place but is not called again at once, unless nobody
    else waits.
    """
    found = list(itertools.islice(ranked(floor, counter, microseconds(now)), count + 1))
    step = post(floor, counter).step
    if step is not None and step.event == "VisitRequeued" and len(found) > 1 and found[0].visit == step.before.id:
        found[0], found[1] = found[1]._replace(rule="put_back"), found[0]
    return found[:count]


def _called(floor: Floor, counter: str, chosen: Candidate, rivals: list[Candidate], now: datetime) -> VisitCalled:
    visit = floor.visits[chosen.visit]
    overtakes, passed = _passed(floor, counter, visit.id, visit.leg)
    reason = Reason(
        rule=chosen.rule, waited_s=_waited(visit, now), overtakes=overtakes, score=round(chosen.score, 2), passed=passed,
        rivals=tuple(
            Rival(visit=one.visit, number=floor.visits[one.visit].number, score=round(one.score, 2)) for one in rivals[:RIVALS]
        ),
    )  # fmt: skip
    clerk = post(floor, counter).clerk or ""
    return VisitCalled(visit=visit.id, counter=counter, clerk=clerk, reason=reason, turn=chosen.turn)


def _passed(floor: Floor, counter: str, visit: UUID, leg: Leg) -> tuple[int, tuple[Passed, ...]]:
    """How many a call passes over, and the first of them."""
    overtakes, who = earlier(floor, counter, visit, leg)
    return overtakes, tuple(
        Passed(visit=id, number=floor.visits[id].number, times=times_passed(floor, id) + 1)
        for id in itertools.islice(who, RIVALS)
    )


def _waited(visit: Visit, now: datetime) -> int:
    return max(0, (microseconds(now) - microseconds(visit.issued)) // 1_000_000)


def _gap_left(floor: Floor, counter: str, now: datetime) -> int:
    """Seconds until the counter may call again."""
    at = post(floor, counter)
    calling = floor.look.calling[profile_of(floor, counter)]
    if not calling.gap_s or at.called is None:
        return 0
    left = at.called + timedelta(seconds=calling.gap_s) - now
    # A clock that was set back must not stop the work.
    return max(0, -(-left // timedelta(seconds=1))) if left <= timedelta(seconds=calling.gap_s) else 0


def _mind_the_gap(floor: Floor, counter: str, now: datetime) -> None:
    if left := _gap_left(floor, counter, now):
        raise Refusal("too_soon", seconds=left)


ROLL_SERIES = "roll"
