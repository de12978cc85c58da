"""Who is next at a counter, by which rule and with which score: one order out of layers, each of them pure.

First whoever must not be passed over again ("finally"), then who was put first or has returned, then appointments from their
minute on, then the profile's own order; visits meant for this counter or clerk compete by arrival.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from config.plan import Calling
from server.domain.events import Rule
from server.domain.floor import Floor, Leg, Pools, Post, directed_lines, line, post, profile_of
from server.domain.order import Line, Place
from server.domain.pools import ALL, BOOKED, MEANT_FIRST, arrival, demand, due, may_serve, passed_by, pools

_MINUTE = 60_000_000
_FINALLY, _FIRST, _BOOKED, _DIRECTED, _ORDER, _EARLY = range(6)


class Candidate(NamedTuple):
    """A visit in its place in the order. `turn` is what a cycle of ratios goes on with after it."""

    order: tuple[float, ...]
    visit: UUID
    rule: Rule
    score: float
    turn: int | None = None


def ranked(floor: Floor, counter: str, now: int) -> Iterator[Candidate]:
    """All whom the counter may call, in the order in which it would call them at `now` (microseconds since 1970).

    Lazy: the first few cost the same however many wait. Each visit comes once.
    """
    seen: set[UUID] = set()
    for candidate in heapq.merge(*_streams(floor, counter, now)):
        if candidate.visit not in seen:
            seen.add(candidate.visit)
            yield candidate


def eligible(floor: Floor, counter: str) -> dict[str, Pools]:
    """By demand, the pools that the counter may call from."""
    return {asked: found for asked, found in pools(floor, profile_of(floor, counter)).items() if may_serve(floor, counter, asked)}


def earlier(floor: Floor, counter: str, visit: UUID, leg: Leg) -> tuple[int, Iterator[UUID]]:
    """How many others the counter could call who came before a leg of a visit, and who they are, first come first."""
    key = arrival(leg)
    pooled = _of(eligible(floor, counter), ALL)
    directed = sorted(
        Place(arrival(floor.visits[place.visit].leg), place.visit)
        for name in directed_lines(floor, counter) for place in itertools.islice(line(floor, name), _DIRECTED_SEEN)
        if place.visit != visit
    )  # fmt: skip
    count = sum(one.before(key) for one in pooled) + sum(place.key < key for place in directed)
    before = itertools.takewhile(lambda place: place.key < key, heapq.merge(*pooled, directed))
    return count, (place.visit for place in before)


def times_passed(floor: Floor, visit: UUID) -> int:
    """How often somebody who came later was called instead of a waiting visit that could have been called."""
    waiting = floor.visits[visit]
    leg, asked = waiting.leg, demand(floor.look, waiting)
    found = (floor.passed.get((profile, asked)) for profile in floor.look.profiles_of.get(leg.queue, ()))
    return max(0, sum(passed_by(one, leg) for one in found if one is not None) - leg.spared)


def _streams(floor: Floor, counter: str, now: int) -> list[Iterable[Candidate]]:
    at, profile = post(floor, counter), profile_of(floor, counter)
    calling = floor.look.calling[profile]
    found = eligible(floor, counter)
    weigh = _Weigh(floor, calling, now)
    streams: list[Iterable[Candidate]] = []
    if calling.overtakes_most is not None or calling.wait_most is not None:
        streams += [weigh.overdue(pool) for pool in _of(found, ALL)]
        streams += [weigh.overdue(line(floor, name)) for name in directed_lines(floor, counter)]
    streams += [weigh.first(pool) for pool in _of(found, MEANT_FIRST)]
    streams += [weigh.directed(line(floor, name)) for name in directed_lines(floor, counter) if len(line(floor, name))]
    if calling.order == "points":
        return streams + [weigh.points(pool) for group in CLASSES for pool in _of(found, group)]
    streams += [weigh.booked(pool) for pool in _of(found, BOOKED)]
    if calling.order == "ratio":
        return [*streams, weigh.cycle(_cycle(floor, profile, calling), found, at)]
    return streams + [weigh.in_order(pool) for pool in _of(found, ALL if calling.order == "arrival" else "")]


def _of(found: dict[str, Pools], group: str) -> list[Line]:
    """The lines of a group."""
    return [pool for own in found.values() if (pool := own.get(group)) is not None]


def _cycle(floor: Floor, profile: str, calling: Calling) -> list[str]:
    """Queues in the turns of a ratio; those that it does not name come once, after the others."""
    named = [share.queue for share in calling.shares for _ in range(share.take)]
    return named + [queue for queue in floor.look.profiles[profile] if queue not in named]


class _Weigh:
    """Makes candidates of places; each method gives them in ascending order."""

    def __init__(self, floor: Floor, calling: Calling, now: int) -> None:
        self.floor, self.calling, self.now = floor, calling, now

    def score(self, place: Place, leg: Leg) -> float:
        """Points under points, minutes until the target is missed under targets, else minutes waited."""
        if self.calling.order == "points" and leg.group != "first":
            gain = getattr(self.calling.points, leg.group)
            return float(gain.rate * ((self.now - leg.key.at) / _MINUTE + gain.head_start))
        if self.calling.order == "target":
            return (due(self.floor.look, leg) - self.now) / _MINUTE
        return (self.now - leg.key.at) / _MINUTE

    def candidate(self, tier: int, place: Place, rule: Rule, order: tuple[float, ...] | None = None) -> Candidate:
        """A place with its order inside a tier, which is its key if not given."""
        leg = self.floor.visits[place.visit].leg
        return Candidate((tier, *(place.key if order is None else order)), place.visit, rule, self.score(place, leg))

    def overdue(self, waiting: Line) -> Iterator[Candidate]:
        """Of those who came first, who was passed over or has waited as much as the rule allows."""
        most, longest = self.calling.overtakes_most, self.calling.wait_most
        for place in itertools.islice(waiting, _WATCHED):
            leg = self.floor.visits[place.visit].leg
            too_long = longest is not None and self.now - leg.key.at >= longest * _MINUTE
            if too_long or (most is not None and times_passed(self.floor, place.visit) >= most):
                at = arrival(leg)
                yield self.candidate(_FINALLY, Place(at, place.visit), "finally")
            elif most is None or self._calls_after(leg) < most:
                return

    def _calls_after(self, leg: Leg) -> int:
        """Of all calls of later arrivals, more than any count for one visit; it falls with later arrival."""
        return sum(passed_by(one, leg) for one in self.floor.passed.values())

    def first(self, pool: Line) -> Iterator[Candidate]:
        """Put first by a clerk, or returned."""
        for place in pool:
            returned = self.floor.visits[place.visit].leg.group == "returning"
            yield self.candidate(_FIRST, place, "returned" if returned else "first")

    def directed(self, waiting: Line) -> Iterator[Candidate]:
        """Meant for this counter or clerk."""
        found = []
        for place in itertools.islice(waiting, _DIRECTED_SEEN):
            leg = self.floor.visits[place.visit].leg
            if place.key.band == 0:
                found.append(self.candidate(_FIRST, place, "directed"))
            elif self.calling.order == "points":
                found.append(self.candidate(_ORDER, place, "directed", (-self.score(place, leg), place.key.at, place.key.turn)))
            elif self.calling.order == "target":
                found.append(self.candidate(_ORDER, place, "directed", (1, due(self.floor.look, leg), place.key.turn)))
            else:
                tier = _ORDER if self.calling.order == "arrival" else _DIRECTED
                found.append(self.candidate(tier, place, "directed"))
        return iter(sorted(found))

    def booked(self, pool: Line) -> Iterator[Candidate]:
        """Appointments: from their minute on before the others, until then after them."""
        for place in pool:
            due_now = place.key.at <= self.now
            yield self.candidate(_BOOKED if due_now else _EARLY, place, "appointment" if due_now else "arrival")

    def points(self, pool: Line) -> Iterator[Candidate]:
        """One class: the rate is the same, so the order of arrival is the order of points."""
        for place in pool:
            score = self.score(place, self.floor.visits[place.visit].leg)
            yield self.candidate(_ORDER, place, "points", (-score, place.key.at, place.key.turn))

    def in_order(self, pool: Line) -> Iterator[Candidate]:
        """Arrival, preference or target: the pool is sorted by it already."""
        rule = self.calling.order
        for place in pool:
            yield self.candidate(_ORDER, place, "arrival" if rule in ("points", "ratio") else rule)

    def cycle(self, cycle: list[str], found: dict[str, Pools], at: Post) -> Iterator[Candidate]:
        """One after the other from the queues of the cycle, going on where the counter's last call left it."""
        lines: dict[str, Iterator[Place]] = {}
        turn, idle, step = at.turn % max(1, len(cycle)), 0, 0
        while idle < len(cycle):
            queue = cycle[turn]
            if queue not in lines:
                lines[queue] = heapq.merge(*_of(found, f"queue {queue}"))
            place = next(lines[queue], None)
            turn, idle = (turn + 1) % len(cycle), idle + 1
            if place is not None:
                idle, step = 0, step + 1
                yield self.candidate(_ORDER, place, "ratio", (step,))._replace(turn=turn)


CLASSES = ("walk_in", "appointment", "priority", "returning", "transferred")
_WATCHED = 64
"""Of each demand so many of those who came first are watched for having been passed over."""

_DIRECTED_SEEN = 64
"""Of a directed line so many are looked at; nobody is sent to one counter by the hundred."""
