"""A clerk of the demo works a visit through, step by step, and leaves the counter to whoever takes it."""

import random
from datetime import UTC, datetime
from uuid import UUID

from server.demo_clerks import LOOK_S, Clerk, clerk_of
from server.domain.commands import CloseCounter, Command, OpenCounter, RevisePlan, TakeTicket, Tick
from server.domain.context import Actor
from server.domain.floor import counter_state, post
from server.domain.refusal import Refusal
from server.simulation.doors import Memory
from tests.support import demo_plan

SYSTEM, ANNA = Actor("system", "server"), Actor("manager", "anna")


class Room(Memory):
    """A floor in memory as the clerk's door: a refusal is an answer."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 10, 5, 9, tzinfo=UTC), 1)
        self.do(RevisePlan(plan=demo_plan()), SYSTEM)
        self.do(Tick(), SYSTEM)

    def handle(self, command: Command, actor: Actor, id: UUID) -> object:
        try:
            return self.do(command, actor)
        except Refusal as refusal:
            return refusal


def _clerk(room: Room) -> Clerk:
    return Clerk(room, demo_plan(), "4", random.Random(1))  # type: ignore[arg-type]


def test_a_visit_is_worked_through():
    room = Room()
    clerk, states = _clerk(room), []
    assert clerk.step(room.floor) == LOOK_S
    assert post(room.floor, "4").clerk == clerk_of("4")
    assert clerk.step(room.floor) == LOOK_S  # nobody waits
    room.do(TakeTicket(service="VID-01", more=("VSAA-31",)), ANNA)
    for _ in range(3):
        assert clerk.step(room.floor) is not None
        states.append(counter_state(room.floor, "4"))
    assert states == ["called", "serving", "idle"]
    (visit,) = room.floor.visits.values()
    assert (visit.end, [one.service for one in visit.delivered]) == ("served", ["VID-01", "VSAA-31"])


def test_who_takes_the_counter_over_has_it():
    room = Room()
    clerk = _clerk(room)
    room.do(OpenCounter(counter="4"), Actor("clerk", "ilze"))
    assert clerk.step(room.floor) == LOOK_S
    assert post(room.floor, "4").clerk == "ilze"
    room.do(CloseCounter(counter="4"), Actor("clerk", "ilze"))
    clerk.step(room.floor)
    assert post(room.floor, "4").clerk == clerk_of("4")
    room.do(CloseCounter(counter="4"), Actor("manager", "anna"))
    assert clerk.step(room.floor) is None
