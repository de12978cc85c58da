"""The expected calls, laid out without chance over the counters that are at work.

The same layers as in `server.domain.rules`, over the same pools; each counter calls when its expected work is done. Who will
come and overtake (appointments of the book, parked visits, classes and queues that go first) is laid out with the others.
Whoever waits is known by the `turn` of the key: one number for one leg, in every pool.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from config.plan import Calling
from server.domain.floor import Floor, Leg, directed_lines, line, post
from server.domain.order import Key, Place
from server.domain.pace import Tempo
from server.domain.pools import ALL, BOOKED, MEANT_FIRST, may_serve, place, pools
from server.domain.roster import Duty
from server.domain.rules import times_passed

CALLS, LEAST, ROUNDS = 64, 16, 5
"""At most so many calls are laid out, and at least, and for each counter: beyond, the pace of these is good enough."""

_SECOND, _MINUTE = 1_000_000, 60_000_000
_FINALLY, _FIRST, _BOOKED, _DIRECTED, _ORDER, _EARLY = range(6)
_NOBODY = UUID(int=0)

Rank = tuple[float, ...]


class Newcomer(NamedTuple):
    """Somebody who would begin a leg now; `asked` is the demand."""

    leg: Leg
    asked: str


class Coming(NamedTuple):
    """Somebody who is expected at the time that the key of the leg says, and the counter's time it will take, in seconds."""

    leg: Leg
    stay: float


class Call(NamedTuple):
    """An expected call: in `wait` seconds, the n-th of the counters that serve the queue."""

    wait: float
    n: int


class _Stream:
    """Those of one group and demand, in order; `coming` are not here yet."""

    __slots__ = ("_rest", "asked", "coming", "group", "head", "passed")

    def __init__(self, group: str, asked: str, places: Iterable[Place], *, coming: bool = False) -> None:
        self.group, self.asked, self.coming = group, asked, coming
        self._rest: Iterator[Place] = iter(places)
        self.head = next(self._rest, None)
        self.passed: tuple[Place, int] | None = None

    def first(self, taken: set[int]) -> Place | None:
        """The first who is not taken."""
        while self.head is not None and self.head.key.turn in taken:
            self.head = next(self._rest, None)
        return self.head


class _Entrants(NamedTuple):
    """Newcomers to several queues who stand at the same place of the order."""

    group: str
    key: Key
    since: Key
    asked: str
    queues: set[str]


class Choice:
    """What the counters of one profile choose from, and what they have called so far."""

    def __init__(self, floor: Floor, profile: str, coming: dict[int, Coming], newcomers: list[Newcomer]) -> None:
        look = floor.look
        self.profile, self.queues, self.calling = profile, look.profiles[profile], look.calling[profile]
        self.order = self.calling.order
        self.watched = self.calling.overtakes_most is not None or self.calling.wait_most is not None
        self.streams: list[_Stream] = []
        self.everybody: list[_Stream] = []
        for asked, own in pools(floor, profile).items():
            for group, pool in own.items():
                if group != ALL or self.order == "arrival":
                    self.streams.append(_Stream(group, asked, pool))
                if group == ALL and self.watched:
                    self.everybody.append(_Stream(ALL, asked, pool))
        apart = self.order in ("preference", "target")
        expected: dict[tuple[str, str], list[Place]] = {}
        for one in coming.values():
            if one.leg.queue in self.queues and overtakes(self.calling, one.leg):
                group, key = place(look, profile, one.leg)
                expected.setdefault((group, one.leg.queue if apart else ""), []).append(Place(key, _NOBODY))
        self.streams += [_Stream(group, "", sorted(places), coming=True) for (group, _), places in expected.items()]
        entrants: dict[tuple[str, Key, str], _Entrants] = {}
        for leg, asked in newcomers:
            if leg.queue in self.queues:
                group, key = place(look, profile, leg)
                same = entrants.setdefault((group, key, asked), _Entrants(group, key, leg.key, asked, set()))
                same.queues.add(leg.queue)
        self.entrants = list(entrants.values())
        self.called: list[tuple[int, int]] = []
        self.calls = 0

    def rank(self, group: str, key: Key, at: int) -> Rank:
        """The place in the order at a time."""
        if group == MEANT_FIRST:
            return (_FIRST, *key)
        if self.order == "points":
            gain = getattr(self.calling.points, group)
            return (_ORDER, -gain.rate * ((at - key.at) / _MINUTE + gain.head_start), key.at, key.turn)
        if group == BOOKED:
            return (_BOOKED if key.at <= at else _EARLY, *key)
        return (_ORDER, *key)

    def overdue(self, times: int, since: Key, at: int) -> bool:
        """Whether somebody who was passed over so often, and again since by these calls, or waits so long must be called."""
        most, longest = self.calling.overtakes_most, self.calling.wait_most
        if longest is not None and at - since.at >= longest * _MINUTE:
            return True
        return most is not None and times + len(self.called) - bisect(self.called, (since.at, since.turn)) >= most


class _Hand:
    """A counter: whom it may call, and where it stands in the cycle of its rule."""

    def __init__(self, floor: Floor, duty: Duty, choice: Choice) -> None:
        self.duty, self.choice, self.turn = duty, choice, post(floor, duty.counter).turn
        asked = {one.asked for one in (*choice.streams, *choice.everybody)} | {one.asked for one in choice.entrants}
        # Who will come to a counter that is closed now is not known.
        self.able = {one for one in asked if not one or not duty.open or may_serve(floor, duty.counter, one)}
        self.everybody = [one for one in choice.everybody if one.asked in self.able]
        self.streams = [one for one in choice.streams if one.asked in self.able]
        self.entrants = [one for one in choice.entrants if one.asked in self.able]
        names = directed_lines(floor, duty.counter) if floor.directed and duty.open else ()
        self.directed = [_Stream(":", "", islice(line(floor, name), CALLS)) for name in names]
        self.cycle: list[str] = []
        if choice.order == "ratio":
            named = [share.queue for share in choice.calling.shares for _ in range(share.take)]
            self.cycle = named + [queue for queue in choice.queues if queue not in named]


class LaidOut:
    """The calls of counters that have queues in common, until every newcomer is called, as far as CALLS goes.

    `calls` are those of waiting visits by their turn, `found` those of the newcomers by queue, `done` how many of each queue;
    `until` is the time of the last in seconds.
    """

    def __init__(
        self, floor: Floor, now: int, tempo: Tempo, duties: list[Duty], free: dict[str, float], coming: list[Coming],
        newcomers: list[Newcomer],
    ) -> None:  # fmt: skip
        self.floor, self.now, self.tempo = floor, now, tempo
        self.coming = {one.leg.key.turn: one for one in coming}
        choices = {code: Choice(floor, code, self.coming, newcomers) for code in {duty.profile for duty in duties}}
        self.hands = [_Hand(floor, duty, choices[duty.profile]) for duty in duties]
        self.serving: dict[str, list[Choice]] = {}
        for choice in choices.values():
            for queue in choice.queues:
                self.serving.setdefault(queue, []).append(choice)
        self.calls: dict[int, Call] = {}
        self.found: dict[str, Call] = {}
        self.done: dict[str, int] = {}
        self.until = 0.0
        self._taken: set[int] = set()
        self._earliest = min((one.leg.key.at for one in newcomers), default=now)
        self._wanted = {one.leg.queue for one in newcomers if one.leg.queue in self.serving}
        self._lay_out(free)

    def _lay_out(self, free: dict[str, float]) -> None:
        ready = ((hand.duty.ready(free.get(hand.duty.counter, 0.0)), n) for n, hand in enumerate(self.hands))
        heap = [(wait, n) for wait, n in ready if wait is not None]
        heapify(heap)
        most = min(CALLS, max(LEAST, ROUNDS * len(self.hands)))
        calls, times = 0, sorted(one.leg.key.at for one in self.coming.values())
        while heap and calls < most and self._wanted:
            wait, n = heappop(heap)
            hand, at = self.hands[n], self.now + round(wait * _SECOND)  # as exact as the times of those who will come
            chosen = self._choose(hand, wait, at)
            if chosen is not None:
                calls, self.until = calls + 1, wait
                free_at = wait + self._call(hand.choice, chosen, wait)
            elif (again := bisect(times, at)) < len(times):
                free_at = (times[again] - self.now) / _SECOND
            else:
                continue
            if (then := hand.duty.ready(free_at)) is not None:
                heappush(heap, (then, n))

    def _call(self, choice: Choice, chosen: Place, wait: float) -> float:
        """Takes somebody; seconds for which the counter is busy."""
        turn = chosen.key.turn
        self._taken.add(turn)
        choice.calls += 1
        expected = self.coming.get(turn)
        if expected is None:
            visit = self.floor.visits[chosen.visit]
            leg, stay = visit.leg, self.tempo.stay(visit)
            self.calls[turn] = Call(wait, sum([one.calls for one in self.serving.get(leg.queue, ())]) or 1)
            self.done[leg.queue] = self.done.get(leg.queue, 0) + 1
        else:
            leg, stay = expected
        if choice.watched:
            insort(choice.called, (leg.key.at, leg.key.turn))
        return stay

    def _choose(self, hand: _Hand, wait: float, at: int) -> Place | None:
        """Whom the counter would call, after the newcomers whom it would call before."""
        best: Place | None = None
        rank: Rank = (_EARLY + 1,)
        choice, taken = hand.choice, self._taken
        for stream in hand.everybody:
            head = stream.first(taken)
            if head is not None and choice.overdue(self._passed(choice, stream, head), head.key, at):
                found: Rank = (_FINALLY, *head.key)
                if found < rank:
                    best, rank = head, found
        for stream in hand.streams:
            head = stream.first(taken)
            if head is None or (hand.cycle and stream.group.startswith(_OF_QUEUE)) or (stream.coming and self._away(head, at)):
                continue
            found = choice.rank(stream.group, head.key, at)
            if found < rank:
                best, rank = head, found
        for stream in hand.directed:
            head = stream.first(taken)
            if head is not None:
                tier = _FIRST if head.key.band == 0 else _ORDER if choice.order == "arrival" else _DIRECTED
                if (found := (tier, *head.key)) < rank:
                    best, rank = head, found
        if hand.cycle:
            return best if rank[0] < _ORDER else self._in_turn(hand, wait, at) or best
        # By arrival alone, who is here goes before all newcomers.
        if best is None or choice.order != "arrival" or best.key.at >= self._earliest:
            for one in hand.entrants:
                late = choice.watched and choice.overdue(0, one.since, at)
                if ((_FINALLY, *one.key) if late else choice.rank(one.group, one.key, at)) < rank:
                    self._find(one.queues, wait)
        return best

    def _in_turn(self, hand: _Hand, wait: float, at: int) -> Place | None:
        """The next of the queue whose turn it is, as the rule of ratios says."""
        for step in range(len(hand.cycle)):
            queue = hand.cycle[(hand.turn + step) % len(hand.cycle)]
            heads = [
                head for stream in hand.streams
                if stream.group == _OF_QUEUE + queue and (head := stream.first(self._taken)) is not None
                and not (stream.coming and self._away(head, at))
            ]  # fmt: skip
            first = min(heads, default=None)
            for one in hand.entrants:
                if queue in one.queues and (first is None or one.key < first.key):
                    self._find({queue}, wait)
            if first is not None:
                hand.turn = (hand.turn + step + 1) % len(hand.cycle)
                return first
        return None

    def _away(self, head: Place, at: int) -> bool:
        return self.coming[head.key.turn].leg.key.at > at

    def _passed(self, choice: Choice, stream: _Stream, head: Place) -> int:
        """How often the head of a stream was passed over so far."""
        if stream.passed is None or stream.passed[0] is not head:
            stream.passed = (head, times_passed(self.floor, head.visit))
        return stream.passed[1]

    def _find(self, queues: set[str], wait: float) -> None:
        for queue in queues & self._wanted:
            self._wanted.discard(queue)
            self.found[queue] = Call(wait, 1 + sum(one.calls for one in self.serving[queue]))


def overtakes(calling: Calling, leg: Leg) -> bool:
    """Whether somebody still to come may be called before a walk-in who is here."""
    if leg.key.band == 0:
        return True
    if calling.order == "points":
        own, walk_in = getattr(calling.points, leg.group), calling.points.walk_in
        return bool(own.rate > walk_in.rate or own.head_start > walk_in.head_start)
    return calling.order != "arrival" or (leg.group == "appointment" and calling.booked_first)


_OF_QUEUE = "queue "
"""The groups of the rule of ratios begin so."""
