"""Clerks of the demo who work by themselves: they open a counter, call, serve, record and finish until the demo ends."""

import random
from uuid import UUID, uuid4

from config.plan import Plan
from server.bridge import Door
from server.domain import commands as c
from server.domain.context import Actor
from server.domain.floor import Floor, counter_state, post
from server.domain.refusal import Refusal

TALK_S, WALK_S, LOOK_S = 240.0, 15.0, 3.0
"""Mean seconds of a talk (shorter than in life, so that something happens), of the way to the counter, between two looks."""


def clerk_of(counter: str) -> str:
    """The account of who works there by itself."""
    return f"helper{counter}"


class Clerk:
    """One clerk; `step` does what is due at the counter and gives the seconds to the next step.

    Whoever else takes the counter over has it: then, and after a hand closed it, this one stays away.
    """

    def __init__(self, door: Door, plan: Plan, counter: str, chance: random.Random) -> None:
        self._door, self._counter, self._chance = door, counter, chance
        self._kinds = {service.code: service.kinds[0] for service in plan.services}
        self._actor, self._came = Actor("clerk", clerk_of(counter)), False

    def step(self, floor: Floor) -> float | None:
        """None: it goes home."""
        at, state = post(floor, self._counter), counter_state(floor, self._counter)
        if state == "closed" and not self._came:
            self._came = not isinstance(self._do(c.OpenCounter(counter=self._counter)), Refusal)
            return LOOK_S
        if at.clerk != self._actor.id:
            return None if self._came else LOOK_S
        if state == "idle":
            called = not isinstance(self._do(c.CallNext(counter=self._counter)), Refusal)
            return self._chance.expovariate(1 / WALK_S) + 2 if called else LOOK_S
        if state == "called":
            self._do(c.Serve(counter=self._counter))
            return self._chance.expovariate(1 / TALK_S) + 20
        if state == "serving" and at.visit is not None:
            self._end(floor, at.visit)
        return LOOK_S

    def _end(self, floor: Floor, visit: UUID) -> None:
        one = floor.visits[visit]
        if not one.delivered:
            for service in (one.service, *one.more):
                self._do(c.RecordService(counter=self._counter, service=service, kind=self._kinds[service]))
        self._do(c.Finish(counter=self._counter))

    def _do(self, command: c.Command) -> object:
        return self._door.handle(command, self._actor, uuid4())
