"""Actions of which a visit is made in an unusual way: centre and node have the same visits, services and reports of them."""

import json
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from config.plan import Plan
from server.domain import commands as c
from server.domain.context import Actor
from server.domain.floor import Visit
from server.national.node.pages_month import _days
from server.reports import REPORTS
from tests.domain.test_parties import split_plan
from tests.national.alive import Alive
from tests.national.test_projection import Projected, _level
from tests.support import CLERK, KIOSK, MANAGER, SYSTEM, service_of, tiny_plan
from tests.support import OTHER as COLLEAGUE

PLAN = tiny_plan()
FIRST, SECOND, OTHER = service_of(PLAN), service_of(PLAN, 0, 1), service_of(PLAN, 1)


class Centre:
    """A centre with one counter open; `do` is a command that must be taken."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.network, self.chance = Projected(0), random.Random(5)
        self.network.faulty, self.network.making.STEP_ROWS = 0.0, 2000
        self.network.sites = self.network.sites[:1]
        journal = self.network.sites[0].servers[0].journal
        assert isinstance(journal, Alive)
        self.journal, self.now = journal, self.network.now
        self.do(c.RevisePlan(plan=plan), SYSTEM)
        self.do(c.Tick(), SYSTEM)
        self.do(c.OpenCounter(counter="1"), CLERK)

    def do(self, command: c.Command, actor: Actor = CLERK, past: Visit | None = None) -> list[Visit]:
        """The visits that are new or otherwise afterwards."""
        self.now += timedelta(seconds=20)
        before, known = self.journal.head(), dict(self.journal.visits)
        self.journal._do(command, actor, self.now, self.chance, past)
        assert self.journal.head() > before, f"{command} was refused"
        return [visit for id, visit in self.journal.visits.items() if known.get(id) != visit]

    def agrees(self) -> None:
        """The node's visits, services and reports are the centre's, made step by step and made anew."""
        _level(self.network)
        self._compare()
        self.network.projector.rebuild("a")
        _level(self.network)
        self._compare()

    def _compare(self) -> None:
        shown = {UUID(id): json.loads(data) for id, data in self.network.node.all("SELECT visit, data FROM visits")}
        assert shown == {id: json.loads(msgspec.json.encode(visit)) for id, visit in self.journal.visits.items()}
        given = self.network.node.all("SELECT visit, n, service, kind, quantity FROM deliveries ORDER BY 1, 2")
        assert given == sorted(
            (str(visit.id), n, one.service, one.counts or one.kind, one.quantity)
            for visit in self.journal.visits.values() if visit.end
            for n, one in enumerate(visit.delivered, 1)
        )  # fmt: skip
        days: dict[str, list[Visit]] = {}
        for visit in sorted(self.journal.visits.values(), key=lambda one: one.position):
            days.setdefault(visit.day, []).append(visit)
        own = [days[day] for day in sorted(days)]
        first, last = self.now.date() - timedelta(days=30), self.now.date() + timedelta(days=1)
        with self.network.node.engine.connect() as connection:
            theirs = _days(connection, "a", first, last)
        for name, report in REPORTS.items():
            assert _rows(report(theirs)) == _rows(report(own)), name


def _rows(table: Any) -> Any:
    return table.rows


@pytest.fixture
def centre() -> Centre:
    return Centre()


def served(centre: Centre, service: str = FIRST) -> Visit:
    """A visit that was served and is over."""
    (visit,) = centre.do(c.TakeTicket(service=service), KIOSK)
    centre.do(c.CallNext(counter="1"))
    centre.do(c.Serve(counter="1"))
    centre.do(c.RecordService(counter="1", service=service, kind="konsultacija"))
    centre.do(c.Finish(counter="1"))
    return centre.journal.visits[visit.id]


def test_who_did_not_come_and_is_here_now(centre: Centre) -> None:
    (visit,) = centre.do(c.TakeTicket(service=FIRST), KIOSK)
    centre.do(c.CallNext(counter="1"))
    centre.do(c.NoShow(counter="1"))
    assert centre.journal.visits[visit.id].end == "no_show"
    centre.agrees()
    centre.do(c.Return(visit=visit.id), KIOSK)
    assert centre.journal.visits[visit.id].end is None
    centre.agrees()
    centre.do(c.CallNext(counter="1"))
    centre.do(c.Serve(counter="1"))
    centre.do(c.RecordService(counter="1", service=FIRST, kind="pieteikums", quantity=3))
    centre.do(c.Finish(counter="1"))
    assert centre.journal.visits[visit.id].end == "served"
    centre.agrees()


def test_one_person_with_several_numbers() -> None:
    centre = Centre(split_plan())
    centre.do(c.OpenCounter(counter="2"), COLLEAGUE)
    made = centre.do(c.TakeTicket(service=FIRST, more=(service_of(PLAN, 2),)), KIOSK)
    assert [visit.party for visit in made] == [made[0].id] * 2
    centre.agrees()
    for counter, clerk, visit in (("1", CLERK, made[0]), ("2", COLLEAGUE, made[1])):
        centre.do(c.CallNext(counter=counter), clerk)
        centre.do(c.Serve(counter=counter), clerk)
        centre.do(c.RecordService(counter=counter, service=visit.service, kind="konsultacija"), clerk)
        centre.agrees()
        centre.do(c.Finish(counter=counter), clerk)
        centre.agrees()
    assert {visit.end for visit in centre.journal.visits.values()} == {"served"}


def test_a_contact_beside_the_visit_at_the_counter(centre: Centre) -> None:
    (visit,) = centre.do(c.TakeTicket(service=FIRST), KIOSK)
    centre.do(c.CallNext(counter="1"))
    centre.do(c.Serve(counter="1"))
    beside = next(
        one for one in centre.do(c.RegisterContact(counter="1", service=OTHER, channel="talrunis")) if one.id != visit.id
    )
    centre.do(c.RecordService(counter="1", visit=beside.id, service=OTHER, kind="konsultacija", channel="talrunis"))
    centre.agrees()
    centre.do(c.Finish(counter="1", visit=beside.id))
    centre.do(c.RecordService(counter="1", service=FIRST, kind="pieteikums"))
    centre.do(c.RecordService(counter="1", service=SECOND, kind="konsultacija"))
    centre.do(c.Finish(counter="1"))
    assert {one.end for one in centre.journal.visits.values()} == {"served"}
    centre.agrees()


@pytest.mark.parametrize("days", [0, 1, 20])
def test_a_service_that_is_recorded_when_the_visit_is_over(centre: Centre, days: int) -> None:
    past = served(centre)
    centre.agrees()
    if days:
        centre.now += timedelta(days=days)
        centre.do(c.Tick(), SYSTEM)
    command = c.RecordService(counter="1", visit=past.id, service=SECOND, kind="pieteikums", quantity=2)
    centre.do(command, MANAGER if days else CLERK, past if days else None)
    after = centre.journal.visits[past.id]
    assert [one.service for one in after.delivered] == [FIRST, SECOND]
    centre.agrees()
    amended = c.AmendService(counter="1", visit=past.id, n=2, service=OTHER, kind="konsultacija")
    centre.do(amended, MANAGER if days else CLERK, after if days else None)
    assert [one.service for one in centre.journal.visits[past.id].delivered] == [FIRST, OTHER]
    centre.agrees()
    struck = c.StrikeService(counter="1", visit=past.id, n=1)
    centre.do(struck, MANAGER if days else CLERK, centre.journal.visits[past.id] if days else None)
    assert [one.service for one in centre.journal.visits[past.id].delivered] == [OTHER]
    centre.agrees()


def test_a_service_that_was_taken_out_is_not_counted(centre: Centre) -> None:
    centre.do(c.TakeTicket(service=FIRST), KIOSK)
    centre.do(c.CallNext(counter="1"))
    centre.do(c.Serve(counter="1"))
    centre.do(c.RecordService(counter="1", service=FIRST, kind="pieteikums"))
    centre.do(c.RecordService(counter="1", service=SECOND, kind="konsultacija"))
    centre.do(c.StrikeService(counter="1", n=1))
    centre.do(c.Finish(counter="1"))
    (visit,) = centre.journal.visits.values()
    assert [(one.n, one.service) for one in visit.delivered] == [(1, SECOND)]
    centre.agrees()
