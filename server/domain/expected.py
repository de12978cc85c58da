"""The expected calls, laid out without chance over the counters that are at work.

The same layers as in `server.domain.rules`, over the same pools; each counter calls when its expected work is done. Who will
come and overtake (appointments of the book, parked visits, classes and queues that go first) is laid out with the others.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import chain, islice
from typing import NamedTuple
from uuid import UUID

from config.plan import Calling
from server.domain.floor import Floor, Leg, directed_lines, line, post
from server.domain.order import Key, Place
from server.domain.pace import Tempo
from server.domain.pools import ALL, BOOKED, MEANT_FIRST, may_serve, passed_by, place, pools
from server.domain.roster import Duty

CALLS = 64
"""So many calls are laid out."""

_SECOND, _MINUTE = 1_000_000, 60_000_000
_FINALLY, _FIRST, _BOOKED, _DIRECTED, _ORDER, _EARLY = range(6)

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

    def first(self, taken: set[UUID]) -> Place | None:
        """The first who is not taken."""
        while self.head is not None and self.head.visit in taken:
            self.head = next(self._rest, None)
        return self.head


class Choice:
    """What the counters of one profile choose from, and what they have called so far."""

    def __init__(self, floor: Floor, profile: str, coming: dict[UUID, Coming], newcomers: list[Newcomer]) -> None:
        look = floor.look
        self.profile, self.queues, self.calling = profile, look.profiles[profile], look.calling[profile]
        self.watched = self.calling.overtakes_most is not None or self.calling.wait_most is not None
        self.streams: list[_Stream] = []
        self.turns: dict[str, list[_Stream]] = {}
        self.everybody: list[_Stream] = []
        for asked, own in pools(floor, profile).items():
            for group, pool in own.items():
                if group != ALL or self.calling.order == "arrival":
                    self._add(_Stream(group, asked, pool))
                if group == ALL and self.watched:
                    self.everybody.append(_Stream(ALL, asked, pool))
        apart = self.calling.order in ("preference", "target")
        expected: dict[tuple[str, str], list[Place]] = {}
        for id, one in coming.items():
            if one.leg.queue in self.queues and overtakes(self.calling, one.leg):
                group, key = place(look, profile, one.leg)
                expected.setdefault((group, one.leg.queue if apart else ""), []).append(Place(key, id))
        for (group, _), places in expected.items():
            self._add(_Stream(group, "", sorted(places), coming=True))
        named = [share.queue for share in self.calling.shares for _ in range(share.take)]
        self.cycle = named + [queue for queue in self.queues if queue not in named]
        own_newcomers = (one for one in newcomers if one.leg.queue in self.queues)
        self.newcomers = {one.leg.queue: (one, *place(look, profile, one.leg)) for one in own_newcomers}
        self.called: list[int] = []
        self.calls = 0

    def _add(self, stream: _Stream) -> None:
        kind, _, queue = stream.group.partition(" ")
        if queue and kind == "queue":
            self.turns.setdefault(queue, []).append(stream)
        else:
            self.streams.append(stream)

    def rank(self, group: str, key: Key, at: int) -> Rank:
        """The place in the order at a time."""
        if group == MEANT_FIRST:
            return (_FIRST, *key)
        if self.calling.order == "points":
            gain = getattr(self.calling.points, group)
            return (_ORDER, -gain.rate * ((at - key.at) / _MINUTE + gain.head_start), key.at, key.turn)
        if group == BOOKED:
            return (_BOOKED if key.at <= at else _EARLY, *key)
        return (_ORDER, *key)

    def overdue(self, times: int, since: int, at: int) -> bool:
        """Whether somebody who was passed over so often, and again since by these calls, or waits so long must be called."""
        most, longest = self.calling.overtakes_most, self.calling.wait_most
        if longest is not None and at - since >= longest * _MINUTE:
            return True
        return most is not None and times + len(self.called) - bisect(self.called, since) >= most


class _Hand:
    """A counter: whom it may call, and where it stands in the cycle of its rule."""

    def __init__(self, floor: Floor, duty: Duty, choice: Choice) -> None:
        self.duty, self.choice, self.turn = duty, choice, post(floor, duty.counter).turn
        names = directed_lines(floor, duty.counter) if floor.directed and duty.open else ()
        self.directed = [_Stream(":", "", islice(line(floor, name), CALLS)) for name in names]
        asked = {one.asked for one in (*choice.streams, *choice.everybody, *chain(*choice.turns.values()))}
        asked |= {one.asked for one, _, _ in choice.newcomers.values()}
        # Who will come to a counter that is closed now is not known.
        self.able = {one for one in asked if not one or not duty.open or may_serve(floor, duty.counter, one)}


class LaidOut:
    """The calls of counters that have queues in common, until every newcomer is called, at most 64.

    `calls` are those of waiting visits, `found` those of the newcomers by queue; `until` is the time of the last in seconds.
    """

    def __init__(
        self, floor: Floor, now: int, tempo: Tempo, duties: list[Duty], free: dict[str, float],
        coming: dict[UUID, Coming], newcomers: list[Newcomer],
    ) -> None:  # fmt: skip
        self.floor, self.now, self.tempo, self.coming = floor, now, tempo, coming
        self.choices = {code: Choice(floor, code, coming, newcomers) for code in {duty.profile for duty in duties}}
        self.hands = [_Hand(floor, duty, self.choices[duty.profile]) for duty in duties]
        self.serving: dict[str, list[Choice]] = {}
        for choice in self.choices.values():
            for queue in choice.queues:
                self.serving.setdefault(queue, []).append(choice)
        self.calls: dict[UUID, Call] = {}
        self.found: dict[str, Call] = {}
        self.done: dict[str, int] = {}
        self.until = 0.0
        self._taken: set[UUID] = set()
        self._earliest = min((one.leg.key.at for one in newcomers), default=now)
        self._wanted = {one.leg.queue for one in newcomers if one.leg.queue in self.serving}
        self._lay_out(free)

    def _lay_out(self, free: dict[str, float]) -> None:
        ready = ((hand.duty.ready(free.get(hand.duty.counter, 0.0)), n) for n, hand in enumerate(self.hands))
        heap = [(wait, n) for wait, n in ready if wait is not None]
        heapify(heap)
        calls, times = 0, sorted(one.leg.key.at for one in self.coming.values())
        while heap and calls < CALLS and self._wanted:
            wait, n = heappop(heap)
            at = self.now + int(wait * _SECOND)
            chosen = self._choose(self.hands[n], wait, at)
            if chosen is None:
                again = bisect(times, at)
                free_at = (times[again] - self.now) / _SECOND if again < len(times) else None
            else:
                calls, self.until = calls + 1, wait
                free_at = wait + self._call(self.hands[n].choice, chosen.visit, wait)
            if free_at is not None and (next_ := self.hands[n].duty.ready(free_at)) is not None:
                heappush(heap, (next_, n))

    def _call(self, choice: Choice, id: UUID, wait: float) -> float:
        """Takes somebody; seconds for which the counter is busy."""
        self._taken.add(id)
        choice.calls += 1
        expected = self.coming.get(id)
        if expected is None:
            visit = self.floor.visits[id]
            leg, stay = visit.leg, self.tempo.stay(visit)
            self.calls[id] = Call(wait, sum(one.calls for one in self.serving.get(leg.queue, (choice,))))
            self.done[leg.queue] = self.done.get(leg.queue, 0) + 1
        else:
            leg, stay = expected
        if choice.watched:
            insort(choice.called, leg.key.at)
        return stay

    def _choose(self, hand: _Hand, wait: float, at: int) -> Place | None:
        """Whom the counter would call, after the newcomers whom it would call before."""
        best: Place | None = None
        rank: Rank = ()
        for stream, head in self._heads(hand, hand.choice.everybody, at):
            if hand.choice.overdue(self._passed(hand.choice, stream, head), head.key.at, at) and (
                best is None or (_FINALLY, *head.key) < rank
            ):
                best, rank = head, (_FINALLY, *head.key)
        for stream, head in self._heads(hand, hand.choice.streams, at):
            found = hand.choice.rank(stream.group, head.key, at)
            if best is None or found < rank:
                best, rank = head, found
        for _, head in self._heads(hand, hand.directed, at):
            found = self._directed(hand.choice.calling, head, at)
            if best is None or found < rank:
                best, rank = head, found
        if hand.choice.calling.order == "ratio":
            return best if best is not None and rank[0] < _ORDER else self._in_turn(hand, wait, at) or best
        if best is None or hand.choice.calling.order != "arrival" or best.key.at >= self._earliest:
            for queue, (one, group, key) in hand.choice.newcomers.items():
                if queue in self._wanted and one.asked in hand.able:
                    late = hand.choice.watched and hand.choice.overdue(0, one.leg.key.at, at)
                    found = (_FINALLY, *key) if late else hand.choice.rank(group, key, at)
                    if best is None or found < rank:
                        self._find(queue, wait)
        return best

    def _in_turn(self, hand: _Hand, wait: float, at: int) -> Place | None:
        """The next of the queue whose turn it is, as the rule of ratios says."""
        cycle = hand.choice.cycle
        for step in range(len(cycle)):
            queue = cycle[(hand.turn + step) % len(cycle)]
            heads = [head for _, head in self._heads(hand, hand.choice.turns.get(queue, ()), at)]
            first = min(heads, default=None)
            if queue in self._wanted and queue in hand.choice.newcomers:
                one, _, key = hand.choice.newcomers[queue]
                if one.asked in hand.able and (first is None or key < first.key):
                    self._find(queue, wait)
            if first is not None:
                hand.turn = (hand.turn + step + 1) % len(cycle)
                return first
        return None

    def _heads(self, hand: _Hand, streams: Iterable[_Stream], at: int) -> Iterator[tuple[_Stream, Place]]:
        for stream in streams:
            if stream.asked and stream.asked not in hand.able:
                continue
            head = stream.first(self._taken)
            if head is not None and not (stream.coming and self.coming[head.visit].leg.key.at > at):
                yield stream, head

    def _passed(self, choice: Choice, stream: _Stream, head: Place) -> int:
        """How often the head of a stream was passed over so far."""
        if stream.passed is None or stream.passed[0] is not head:
            called, leg = self.floor.passed.get((choice.profile, stream.asked)), self.floor.visits[head.visit].leg
            stream.passed = (head, 0 if called is None else passed_by(called, leg) - leg.spared)
        return stream.passed[1]

    def _directed(self, calling: Calling, head: Place, at: int) -> Rank:
        if head.key.band == 0:
            return (_FIRST, *head.key)
        return (_ORDER if calling.order == "arrival" else _DIRECTED, *head.key)

    def _find(self, queue: str, wait: float) -> None:
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
