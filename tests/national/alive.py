"""A centre's journal whose next rows come from the domain itself: what people do, corrections of days past, new days."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from server.domain import commands as c
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.floor import Floor, Visit
from server.domain.follow import follow
from server.domain.refusal import Refusal
from server.national.wire import Row
from server.store.journal import GENESIS, to_row
from tests.national.sim import Journal
from tests.reports.test_reconcile import GOT, STEPS
from tests.support import MANAGER, SYSTEM, tiny_plan


@dataclass
class Alive(Journal):
    """`add` does one thing that can be done; the centre's own floor and visits are kept beside the rows."""

    floor: Floor = field(default_factory=Floor)
    visits: dict[UUID, Visit] = field(default_factory=dict)
    today: timedelta = timedelta()

    def add(self, chance: random.Random, at: datetime) -> None:
        now = max(at + self.today, self.floor.at or at)
        if self.floor.plan is None:
            self._do(c.RevisePlan(plan=tiny_plan()), SYSTEM, now, chance)
            self._do(c.Tick(), SYSTEM, now, chance)
            self._do(c.OpenCounter(counter="1"), Actor("clerk", "clerk1"), now, chance)
        step, actor = chance.choice(STEPS)
        if chance.random() < 0.01:
            # A later version may have such events: they are passed over here.
            self.put("system:later", '{"type":"FromTheFuture","what":1}', now, kind="FromTheFuture")
            self.floor = self.floor.__class__(**{**_fields(self.floor), "position": self.head()})
        elif step == "morrow":
            self.today += timedelta(days=1)
            self._do(c.Tick(), SYSTEM, now + timedelta(days=1), chance)
            self._do(c.OpenCounter(counter="1"), Actor("clerk", "clerk1"), now + timedelta(days=1), chance)
        elif isinstance(step, str):
            self._about_some(step, actor, now, chance)
        else:
            self._do(step, actor, now, chance)

    def copied(self) -> "Alive":
        return Alive(list(self.rows_), self.page, self.floor, dict(self.visits), self.today)

    def _about_some(self, step: str, actor: Actor, now: datetime, chance: random.Random) -> None:
        if not self.visits:
            return
        visit = self.visits[chance.choice(list(self.visits))]
        if step == "leave":
            self._do(c.Leave(visit=visit.id), actor, now, chance)
            return
        began = visit.leg.served or visit.leg.called or visit.issued if step == "served" else None
        command = c.CorrectVisit(
            visit=visit.id, end=step, served=began, delivered=GOT if step == "served" else (), reason="pārbaude"  # type: ignore[arg-type]
        )  # fmt: skip
        self._do(command, MANAGER, now, chance, visit)

    def _do(self, command: c.Command, actor: Actor, now: datetime, chance: random.Random, past: Visit | None = None) -> None:
        new, id = (UUID(int=chance.getrandbits(128), version=4) for _ in range(2))
        context = Context(now=now, actor=actor, visit=new, token=new.hex, past=past)
        try:
            after = follow(self.floor, decide(self.floor, command, context), id, actor, now, past)
        except Refusal:
            return
        self.floor = after.floor
        for record in after.records:
            row = to_row(record, self.rows_[-1].hash if self.rows_ else GENESIS)
            self.rows_.append(Row(*(row[name] for name in Row.__struct_fields__)))
        self.visits |= {visit.id: visit for visit, _ in after.changed}


def _fields(floor: Floor) -> dict[str, object]:
    return {name: getattr(floor, name) for name in Floor.__struct_fields__}
