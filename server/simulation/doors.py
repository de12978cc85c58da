"""Where the commands of a simulated day go in: a floor in memory, or the real engine over a database."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Protocol
from uuid import UUID

from server.domain.arrival import local_day
from server.domain.commands import Command, Tick
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.events import Record, ServiceHistory
from server.domain.floor import Floor
from server.domain.follow import follow
from server.domain.pace import learned
from server.engine import Engine
from server.store.centre import CentreStore

Watch = Callable[[Floor, Record], None]
"""Sees every record together with the floor before the command that it came from."""


HISTORY = timedelta(days=60)


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
        self._served: dict[date, list[tuple[str, datetime, datetime]]] = {}

    @property
    def floor(self) -> Floor:
        """The floor that commands have made."""
        return self._floor

    def do(self, command: Command, actor: Actor) -> tuple[Record, ...]:
        """The command's effect, as records; raises the Refusal."""
        visit, asked = self._id(), self._id()
        history = self._history() if isinstance(command, Tick) and self._floor.day else ()
        context = Context(now=self.now, actor=actor, visit=visit, token=visit.hex, history=history)
        after = follow(self._floor, decide(self._floor, command, context), asked, actor, self.now)
        self._floor = after.floor
        return after.records

    def _history(self) -> tuple[ServiceHistory, ...]:
        """What the days before say, as the engine would read it from the database; only when a day is about to open."""
        today = date.fromisoformat(local_day(self._floor, self.now))
        ended = date.fromisoformat(self._floor.day)
        if today <= ended:
            return ()
        self._served[ended] = [
            (visit.service, visit.leg.served, visit.leg.ended)
            for visit in sorted(self._floor.visits.values(), key=lambda visit: visit.position)
            if visit.end == "served" and not visit.more and visit.leg.served is not None and visit.leg.ended is not None
        ]
        self._served = {day: rows for day, rows in self._served.items() if day >= today - HISTORY}
        return learned(row for rows in self._served.values() for row in rows)

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
