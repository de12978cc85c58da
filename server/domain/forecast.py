"""How long everybody on a floor will wait: a view of the expected calls, and the same pace beyond them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from heapq import nsmallest
from itertools import islice, takewhile
from operator import itemgetter
from typing import NamedTuple

from msgspec.structs import replace

from server.domain.events import Group
from server.domain.expected import Call, Coming, LaidOut, Newcomer, overtakes
from server.domain.floor import Floor, Leg, Visit, line, post
from server.domain.moment import microseconds
from server.domain.order import Key
from server.domain.pace import Tempo
from server.domain.pools import ALL, arrival, demand, demand_of, pools
from server.domain.roster import ALWAYS, Duty, roster

AHEAD_S, COMING = 2 * 3600, 16
"""Of those who will come, at most so many of one kind and so far ahead are reckoned with."""

SHOWS = 0.9
"""The share of booked visitors who come."""

FLOW_S = 1800
"""How many come is reckoned over the day so far, but over half an hour at least."""

EVEN = 0.72
"""Mean of what is left of a service in progress, as a part of the mean service: (1 + cv^2) / 2 at the usual spread."""

_SAME = ("directory", "posts", "parked", "directed", "held", "agenda")
_SECOND = 1_000_000
_LAST = 1 << 62


class Due(NamedTuple):
    """An expected call, in `wait` seconds: the n-th (`calls`) of the `counters` that serve the queue.

    `idle` are the seconds of the wait in which none of them is staffed.
    """

    wait: float
    calls: int
    counters: int
    idle: float


class Forecast:
    """What is to be expected of a floor at a time. Queues that share no counter are looked at when asked for."""

    def __init__(self, floor: Floor, now: datetime) -> None:
        self.floor, self.now, self._at = floor, now, microseconds(now)
        self.tempo = Tempo(floor)
        self._parts: dict[str, LaidOut] = {}

    @cached_property
    def duties(self) -> list[Duty]:
        """The counters that are at work or expected."""
        return roster(self.floor, self.now)

    def still_holds(self, floor: Floor) -> bool:
        """Whether another floor differs in nothing but who has come or left since."""
        return floor.day == self.floor.day and all(getattr(floor, name) is getattr(self.floor, name) for name in _SAME)

    def depth(self, queue: str) -> int:
        """How many calls were laid out."""
        return len(self._part(queue).calls)

    def by_arrival(self, queue: str) -> bool:
        """Whether whoever comes later to the tied queues stands behind, as walk-ins do under arrival and points."""
        choices = (choice for found in self._part(queue).serving.values() for choice in found)
        return all(choice.calling.order in ("arrival", "points") for choice in choices)

    def come_since(self, floor: Floor, queue: str) -> int:
        """How many more wait on another floor in the queues that are tied to one."""
        tied = self._part(queue).serving
        return max(0, sum(len(line(floor, one)) - len(line(self.floor, one)) for one in tied))

    def newcomer(self, queue: str, behind: int = 0) -> Due | None:
        """A walk-in of this moment, with so many people before it beyond those who wait; None if nobody will serve the queue."""
        part, one = self._part(queue), self._newcomer(queue, "walk_in", self._at)
        found = part.found.get(queue)
        if found is None or behind:
            return self._beyond(part, one, behind, found)
        return self._due(part, one, found)

    def ranked(
        self, queue: str, group: Group, at: int, needs: Sequence[str] = (), also: tuple[str, ...] = ()
    ) -> Due | None:  # fmt: skip
        """A newcomer of a class, ranked by a time (microseconds since 1970), who also wants what other queues wait for."""
        one = self._newcomer(queue, group, at, needs, also)
        part = self._lay_out(self._tied(queue), [one])
        found = part.found.get(queue)
        return self._beyond(part, one) if found is None else self._due(part, one, found)

    def visit(self, visit: Visit) -> Due | None:
        """A waiting visit."""
        part, one = self._part(visit.leg.queue), Newcomer(visit.leg, demand(self.floor.look, visit))
        found = part.calls.get(visit.leg.key.turn)
        return self._beyond(part, one) if found is None else self._due(part, one, found)

    def _newcomer(
        self, queue: str, group: Group, at: int, needs: Sequence[str] = (), also: tuple[str, ...] = ()
    ) -> Newcomer:  # fmt: skip
        leg = Leg(queue=queue, line=queue, since=self.now, key=Key(1, at, _LAST), group=group, also=also)
        return Newcomer(leg, demand_of(self.floor.look, needs, leg))

    def _part(self, queue: str) -> LaidOut:
        found = self._parts.get(queue)
        if found is None:
            queues = self._tied(queue)
            found = self._lay_out(queues, [self._newcomer(one, "walk_in", self._at) for one in sorted(queues)])
            self._parts |= dict.fromkeys(queues, found)
        return found

    def _tied(self, queue: str) -> set[str]:
        """The queues that share counters with one, directly or through others."""
        profiles = [self.floor.look.profiles[code] for code in {duty.profile for duty in self.duties}]
        found, grown = {queue}, True
        while grown:
            grown = False
            for queues in profiles:
                if not found.isdisjoint(queues) and not found.issuperset(queues):
                    found.update(queues)
                    grown = True
        return found

    def _lay_out(self, queues: set[str], newcomers: list[Newcomer]) -> LaidOut:
        duties = [duty for duty in self.duties if not queues.isdisjoint(self.floor.look.profiles[duty.profile])]
        coming = [*self._away(queues), *self._still_to_come(queues, {duty.profile for duty in duties})]
        return LaidOut(self.floor, self._at, self.tempo, duties, self._free(duties), coming, newcomers)

    def _free(self, duties: list[Duty]) -> dict[str, float]:
        """When the busy counters are done: their expected rests, spread over time as chance would spread them.

        With n busy counters the first is free after about 1/n of a mean service; were they all to take their mean, none
        would be free for long. Any few of them that serve the same are spread too.
        """
        busy = sorted((duty.profile, duty.counter) for duty in duties if post(self.floor, duty.counter).visit is not None)
        count = len(busy)
        turns = sorted(range(count), key=lambda n: int(f"{n:016b}"[::-1], 2))
        ranks = {n: rank for rank, n in enumerate(turns)}
        free = {}
        for n, (_, counter) in enumerate(busy):
            share = (ranks[n] + 1 - (1 - EVEN) / count) / count / EVEN
            free[counter] = share * self.tempo.rest(post(self.floor, counter), self.now)
        return free

    def _away(self, queues: set[str]) -> Iterator[Coming]:
        """Who will come or return at a time that is known."""
        if len(self.floor.agenda):
            later = (one for one in self.floor.agenda if one.key.at > self._at)
            for place in takewhile(lambda one: one.key.at < self._at + AHEAD_S * _SECOND, islice(later, COMING)):
                booked = self.floor.book[place.visit]
                queue = self.floor.look.queue_of.get(booked.service)
                if queue in queues and booked.held is None:
                    key = Key(1, place.key.at, _LAST + place.key.turn)
                    leg = Leg(queue=queue, line=queue, since=self.now, key=key, group="appointment")
                    yield Coming(leg, SHOWS * self.tempo.expected(self.tempo.mean(booked.service)))
        for place in islice(self.floor.parked, COMING):
            visit = self.floor.visits[place.visit]
            if visit.leg.queue in queues and ":" not in visit.leg.line:
                key = Key(0, place.key.at, _LAST + place.key.turn)
                leg = Leg(queue=visit.leg.queue, line=visit.leg.line, since=self.now, key=key, group="returning")
                yield Coming(leg, self.tempo.stay(visit))

    def _still_to_come(self, queues: set[str], profiles: set[str]) -> Iterator[Coming]:
        """Who will probably come and may overtake somebody who is here, at the pace of the day so far."""
        rules = [rule for profile in profiles if (rule := self.floor.look.calling[profile]).order != "arrival"]
        found: list[tuple[int, Leg]] = []
        for (queue, group), flow in self.floor.flows.items() if rules else ():
            if queue not in queues or group == "appointment":
                continue
            leg = Leg(queue=queue, line=queue, since=self.now, key=Key(1, 0, 0), group=group)
            if any(overtakes(rule, leg) for rule in rules):
                every = max(FLOW_S * _SECOND, self._at - flow.since) // flow.count + 1
                found += ((self._at + every * (2 * n + 1) // 2, leg) for n in range(min(COMING, AHEAD_S * _SECOND // every)))
        for n, (at, leg) in enumerate(nsmallest(COMING, found, key=itemgetter(0))):
            yield Coming(replace(leg, key=Key(1, at, 2 * _LAST + n)), self.tempo.typical)

    def _due(self, part: LaidOut, one: Newcomer, call: Call) -> Due:
        duties = _able(part, one)
        return Due(call.wait, call.n, len(duties), _idle(duties, call.wait))

    def _beyond(self, part: LaidOut, one: Newcomer, behind: int = 0, after: Call | None = None) -> Due | None:
        """Who is not among those laid out, or comes `behind` so many after one of them: the pace goes on in staffed hours."""
        duties, waits = _able(part, one), []
        start = part.until if after is None else after.wait
        for choice in part.serving.get(one.leg.queue, ()):
            done = sum(part.done.get(queue, 0) for queue in choice.queues)
            left = behind
            if after is None:
                everybody = [own[ALL] for own in pools(self.floor, choice.profile).values() if ALL in own]
                left += max(0, sum(pool.before(arrival(one.leg)) for pool in everybody) - done)
            tied = [hand.duty for hand in part.hands if not set(hand.choice.queues).isdisjoint(choice.queues)]
            each = self.tempo.typical
            if done and part.until:
                each = sum(duty.staffed(part.until) for duty in tied) / done
            left = max(1, left)
            waits.append((_worked(tied, start, left * each), left))
        if not duties or not waits:
            return None
        wait, left = min(waits)
        calls = left + sum(choice.calls for choice in part.serving[one.leg.queue])
        return Due(wait, calls, len(duties), _idle(duties, wait))


def _able(part: LaidOut, one: Newcomer) -> list[Duty]:
    """The counters that may call somebody."""
    return [
        hand.duty for hand in part.hands
        if one.leg.queue in hand.choice.queues and (not one.asked or one.asked in hand.able)
    ]  # fmt: skip


def _idle(duties: list[Duty], until: float) -> float:
    """Seconds from now until a time in which none of the counters is staffed."""
    idle, reached = 0.0, 0.0
    for begin, end in sorted(stretch for duty in duties for stretch in duty.stretches):
        if begin >= until:
            break
        idle += max(0.0, begin - reached)
        reached = max(reached, end)
    return idle + max(0.0, until - reached)


def _worked(duties: list[Duty], start: float, seconds: float) -> float:
    """When the counters together have been staffed for so many seconds since `start`."""
    stretches = [(max(start, begin), end) for duty in duties for begin, end in duty.stretches if end > start]
    turns = sorted([(begin, 1) for begin, _ in stretches] + [(end, -1) for _, end in stretches if end != ALWAYS])
    at, staffed = start, 0
    for then, change in turns:
        if staffed and seconds <= staffed * (then - at):
            break
        seconds -= staffed * (then - at)
        at, staffed = then, staffed + change
    return at + seconds / max(1, staffed)
