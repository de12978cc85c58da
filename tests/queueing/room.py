"""A small centre under Poisson arrivals and exponential service: on the real rules, and in a second, plain implementation."""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from config.plan import Calling, Plan, Profile
from server.domain import commands as c
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.events import Event, Group, Record, TicketIssued, VisitCalled
from server.domain.floor import Floor
from server.domain.follow import follow
from tests.support import CLERK, KIOSK, MORNING, SYSTEM, service_of, tiny_plan

MINUTE = 60_000_000
CLASSES: tuple[Group, ...] = ("walk_in", "priority", "appointment")


class Customer(NamedTuple):
    """Comes `at` a time for `service`, both in microseconds, as one of several kinds."""

    at: int
    kind: int
    service: int


def customers(seed: int, count: int, rates: Sequence[float], means: Sequence[float]) -> list[Customer]:
    """So many arrivals of Poisson processes with these rates a minute, with exponential service of these mean minutes."""
    chance, at, found = Random(seed), 0.0, []
    kinds, whole = range(len(rates)), sum(rates)
    for _ in range(count):
        at += chance.expovariate(whole)
        kind = chance.choices(kinds, rates)[0]
        found.append(Customer(int(at * MINUTE), kind, max(1, int(chance.expovariate(1 / means[kind]) * MINUTE))))
    return found


def room(calling: Calling, counters: int = 1, targets: Sequence[int | None] = (None,) * 3) -> Plan:
    """Three queues and so many counters that all call from all of them by the rule, in the order in which the plan has them."""
    plan = tiny_plan(counters=tuple(str(n + 1) for n in range(counters)))
    everybody = Profile(code="all", name={"lv": "Visi"}, queues=tuple(queue.code for queue in plan.queues), calling=calling)
    return replace(
        plan, queues=tuple(replace(one, target=target) for one, target in zip(plan.queues, targets, strict=True)),
        profiles=(everybody,), counters=tuple(replace(one, profile="all") for one in plan.counters),
        rules=replace(plan.rules, outcome_required=False),
    )  # fmt: skip


class Room:
    """The real floor with idle counters, which call as soon as somebody waits; `waits` are by customer, in microseconds.

    The kind of a customer is its queue, or with `classes` its class of `CLASSES` in the first queue.
    """

    def __init__(self, plan: Plan, *, classes: bool = False) -> None:
        self.plan, self.classes, self.floor, self.now = plan, classes, Floor(), 0
        self.records: list[Record] = []
        self.waits: list[int] = []
        self._ids = itertools.count(1)
        self._visits: dict[UUID, int] = {}
        self._free = deque(counter.code for counter in plan.counters)
        self._busy: list[tuple[int, str]] = []
        self._do(c.RevisePlan(plan=plan), SYSTEM)
        self._do(c.Tick(), SYSTEM)
        for counter in self._free:
            self._do(c.OpenCounter(counter=counter), CLERK)

    def serve(self, coming: Sequence[Customer]) -> list[int]:
        """Serves them all; their waits in the order of arrival."""
        self.waits = [-1] * len(coming)
        for n, customer in enumerate(coming):
            self._until(customer.at, coming)
            self.now = customer.at
            group = CLASSES[customer.kind] if self.classes else "walk_in"
            take = c.TakeTicket(service=service_of(self.plan, 0 if self.classes else customer.kind))
            issued = self._do(take, KIOSK, group)
            assert isinstance(issued, TicketIssued)
            self._visits[issued.visit] = n
            self._call(coming)
        self._until(None, coming)
        return self.waits

    def _until(self, at: int | None, coming: Sequence[Customer]) -> None:
        while self._busy and (at is None or self._busy[0][0] <= at):
            self.now, counter = heapq.heappop(self._busy)
            self._do(c.Finish(counter=counter), CLERK)
            self._free.append(counter)
            self._call(coming)

    def _call(self, coming: Sequence[Customer]) -> None:
        while self._free and self.floor.lines:
            counter = self._free.popleft()
            called = self._do(c.CallNext(counter=counter), CLERK)
            assert isinstance(called, VisitCalled)
            n = self._visits[called.visit]
            self.waits[n] = self.now - coming[n].at
            self._do(c.Serve(counter=counter), CLERK)
            heapq.heappush(self._busy, (self.now + coming[n].service, counter))

    def _do(self, command: c.Command, actor: Actor, group: Group = "walk_in") -> Event:
        """The first event of a command. A ticket gets its class here, as checking in gives it to an appointment."""
        now, fresh = MORNING + timedelta(microseconds=self.now), UUID(int=next(self._ids))
        events = decide(self.floor, command, Context(now=now, actor=actor, visit=fresh, token=fresh.hex))
        if isinstance(events[0], TicketIssued):
            events = (replace(events[0], group=group),)
        after = follow(self.floor, events, fresh, actor, now)
        self.floor = after.floor
        self.records += after.records
        return events[0]


def first_come(coming: Sequence[Customer], counters: int) -> Iterator[int]:
    """Waits under first come first served, by the recursion of Kiefer and Wolfowitz (1955)."""
    free = [0] * counters
    for customer in coming:
        begin = max(customer.at, free[0])
        heapq.heapreplace(free, begin + customer.service)
        yield begin - customer.at


def one_counter(coming: Sequence[Customer], rank: Callable[[Customer, int], float]) -> list[int]:
    """Waits at one counter that calls whoever has the highest rank at that time, the earlier of two equal ones."""
    waits, now, here, waiting = [-1] * len(coming), 0, 0, list[int]()
    while here < len(coming) or waiting:
        if not waiting:
            now = max(now, coming[here].at)
        while here < len(coming) and coming[here].at <= now:
            waiting.append(here)
            here += 1
        chosen = max(waiting, key=lambda n: (rank(coming[n], now), -n))
        waiting.remove(chosen)
        waits[chosen] = now - coming[chosen].at
        now += coming[chosen].service
    return waits
