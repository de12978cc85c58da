"""Where the commands of a simulated day go in: a floor in memory, or the real engine over a database."""

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Protocol
from uuid import UUID

from server.domain.commands import Command
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.events import Record
from server.domain.floor import Floor
from server.domain.follow import follow
from server.engine import Engine
from server.store.centre import CentreStore

Watch = Callable[[Floor, Record], None]
"""Sees every record together with the floor before the command that it came from."""


class Door(Protocol):
    """One way in. `now` is the simulated time, moved by whoever drives it; `do` raises the Refusal."""

    now: datetime

    @property
    def floor(self) -> Floor:
        """Everything true now."""

    def do(self, command: Command, actor: Actor) -> tuple[Record, ...]:
        """The command's effect, as records."""


class Memory:
    """Decides and follows like the engine, without its database; ids come from the seed."""

    def __init__(self, start: datetime, seed: int) -> None:
        self.now, self._floor = start, Floor()
        self._ids = Random(f"{seed} ids")

    @property
    def floor(self) -> Floor:
        """The floor that commands have made."""
        return self._floor

    def do(self, command: Command, actor: Actor) -> tuple[Record, ...]:
        """The command's effect, as records; raises the Refusal."""
        visit, asked = self._id(), self._id()
        context = Context(now=self.now, actor=actor, visit=visit, token=visit.hex)
        after = follow(self._floor, decide(self._floor, command, context), asked, actor, self.now)
        self._floor = after.floor
        return after.records

    def _id(self) -> UUID:
        return UUID(int=self._ids.getrandbits(128), version=4)


class Durable:
    """The real engine, on a clock of the simulation."""

    def __init__(self, start: datetime, store: CentreStore) -> None:
        self.now, self._store = start, store
        self._engine = Engine(store, clock=lambda: self.now)
        self._engine.start()

    @property
    def floor(self) -> Floor:
        """The engine's floor."""
        return self._engine.floor

    def do(self, command: Command, actor: Actor) -> tuple[Record, ...]:
        """The command's effect, as records from the journal; raises the Refusal."""
        before = self.floor.position
        done = self._engine.handle(command, actor)
        return tuple(self._store.since(before)) if done.position > before else ()

    def stop(self) -> None:
        """Closes the database."""
        self._engine.stop()
