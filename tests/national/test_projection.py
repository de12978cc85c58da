"""The node's visits are the centre's: after every fault of line, node and centre, whatever was projected in between."""

import os
import random
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from server.domain import commands as c
from server.domain.floor import Visit
from server.national.node import projection
from tests.conftest import NIGHTLY
from tests.domain.test_revision import joined
from tests.national.alive import Alive
from tests.national.sim import Broken, Network, Site
from tests.national.test_mutants import BROKEN, mutant
from tests.support import KIOSK, MANAGER, SYSTEM, service_of, tiny_plan

SEEDS = int(os.environ.get("RINDA_SEEDS", "3200" if NIGHTLY else "160")) // 2
PARTS = 2
_visit = msgspec.json.Decoder(Visit)


class Projected(Network):
    """A network with a projector that dies, now and then, between the intake and its own commit."""

    def __init__(self, seed: int, making: Any = projection) -> None:
        super().__init__(seed, Alive)
        self.making = making
        self.projector = making.Projection(self.node.engine)
        self.making.STEP_ROWS = self.chance.choice((3, 30, 2000))

    def happens(self, site: Site) -> None:
        if self.chance.random() < 0.75:
            super().happens(site)
            if self.chance.random() < 0.05:
                self.projector = self.making.Projection(self.node.engine)
            return
        self.node.dies = self.chance.random() < 0.2
        try:
            self.projector.step()
        except Broken:
            pass
        finally:
            self.node.dies = False

    def compare(self, site: Site) -> None:
        """All that the node shows of the present line is what the centre has; what it has lost is marked."""
        super().compare(site)
        while self.projector.step():
            pass
        here = site.servers[0].journal
        assert isinstance(here, Alive)
        rows = self.node.all("SELECT visit, lost, data FROM visits WHERE centre = ?", site.name)
        shown = {visit.id: visit for visit in (_visit.decode(data) for _, lost, data in rows if not lost)}
        damaged = self.node.all("SELECT 1 FROM damaged WHERE centre = ?", site.name)
        if not damaged and not any(row.data == "\0?" for row in here.rows_):
            assert shown == here.visits
            given = self.node.all(
                "SELECT visit, count(*) FROM deliveries WHERE centre = ? AND lost = 0 GROUP BY visit", site.name
            )
            assert dict(given) == {str(id): len(v.delivered) for id, v in here.visits.items() if v.end and v.delivered}
            odd = sum(row.type == "FromTheFuture" for row in here.rows_)
            assert self.node.all("SELECT skipped FROM centres WHERE centre = ?", site.name)[0][0] >= odd
            assert self.projector.floor(site.name).visits == here.floor.visits
        self.rebuilt(site, rows)

    def rebuilt(self, site: Site, rows: list[tuple[Any, ...]]) -> None:
        """Thrown away and made again it is the same, but for what only lost records know."""
        self.projector.rebuild(site.name)
        while self.projector.step():
            pass
        again = self.node.all("SELECT visit, lost, data FROM visits WHERE centre = ?", site.name)
        assert sorted(again) == sorted(row for row in rows if not row[1])


def run(network: Projected) -> None:
    for _ in range(100):
        network.step()
    network.settle()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_shown_is_what_happened(part: int) -> None:
    for seed in range(part, SEEDS, PARTS):
        try:
            run(Projected(seed))
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error


FAULTS = {
    "a new epoch is not noticed": ('if epoch != mark["projected_epoch"]:', "if False:"),
    "lost visits are not marked": (".values(lost=1)", ".values(lost=0)"),
    "only the last day is made again": ("if first is not None:", "if False:"),
    "a row is passed over": (
        "until = min(mark[\"acked\"], after + STEP_ROWS)", "until = min(mark[\"acked\"], after + STEP_ROWS)\n        after += after > 20",  # noqa: E501
    ),
    "corrections count twice": ("visits.c.position < position, ", ""),
    "a correction of a day past is left out": ("if past is not None:", "if False:"),
    "the mark moves first": (
        "_write(connection, centre, made.at[0], made.changed.values())",
        "made.changed and random_fault(connection)",
    ),
    "the floor of a restart is made of the day alone": ("plan = last(\"PlanRevised\", start)", "plan = 0"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_projection_is_found(name: str) -> None:
    module = mutant(projection, *FAULTS[name])
    module.random_fault = lambda connection: None  # type: ignore[attr-defined]
    for seed in range(SEEDS):
        try:
            run(Projected(seed, module))
        except BROKEN:
            raise
        except Exception:
            return
    raise AssertionError("not found")


def test_a_centre_that_cannot_be_projected_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Projected(3)
    while len(network.sites) < 2:
        network = Projected(network.chance.randrange(10_000))
    network.faulty = 0.0
    chance = random.Random(1)
    for site in network.sites:
        for _ in range(60):
            site.servers[0].journal.add(chance, network.now)
        while site.servers[0].uplink.step(network.now) == 0:
            pass
    made = projection.live

    def live(floor: Any) -> Any:
        if floor.visits == network.sites[0].servers[0].journal.floor.visits:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return made(floor)

    monkeypatch.setattr(projection, "STEP_ROWS", 2000)
    monkeypatch.setattr(projection, "live", live)
    while network.projector.step():
        pass
    marks = dict(network.node.all("SELECT centre, acked - projected FROM centres"))
    assert marks["a"] > 0
    assert marks["b"] == 0
    monkeypatch.setattr(projection, "live", made)
    server = network.sites[0].servers[0]
    before = server.journal.head()
    while server.journal.head() == before:
        server.journal.add(chance, network.now)
    server.uplink.step(network.now)
    while network.projector.step():
        pass
    assert dict(network.node.all("SELECT centre, acked - projected FROM centres")) == {"a": 0, "b": 0}


def test_a_database_that_does_not_answer_is_told_to_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Projected(0)
    network.faulty = 0.0
    journal = network.sites[0].servers[0].journal
    journal.add(random.Random(1), network.now)
    while network.sites[0].servers[0].uplink.step(network.now) == 0:
        pass

    def gone(*_: object) -> None:
        raise OperationalError("SELECT", None, Exception("gone"))

    with monkeypatch.context() as here:
        here.setattr(projection, "_write", gone)
        with pytest.raises(OperationalError):
            network.projector.step()
    assert network.projector.step()


def _alone() -> tuple[Projected, Alive, random.Random]:
    """One centre with a good line that has worked for a while."""
    network = Projected(0)
    network.faulty = 0.0
    network.making.STEP_ROWS = 2000
    network.sites = network.sites[:1]
    journal, chance = network.sites[0].servers[0].journal, random.Random(4)
    assert isinstance(journal, Alive)
    while not any(visit.end == "served" for visit in journal.visits.values()):
        journal.add(chance, network.now)
    return network, journal, chance


def _level(network: Projected) -> None:
    while network.sites[0].servers[0].uplink.step(network.now) == 0:
        pass
    while network.projector.step():
        pass


def test_of_two_at_once_the_slower_one_writes_nothing_and_goes_on_where_the_other_is() -> None:
    network, journal, chance = _alone()
    faster = projection.Projection(network.node.engine)

    def more() -> None:
        before = len(journal.visits)
        while len(journal.visits) == before:
            journal.add(chance, network.now)
        while network.sites[0].servers[0].uplink.step(network.now) == 0:
            pass

    class Slower(projection.Projection):
        """Another brings the centre further while this one works out what to write."""

        def _made(self, connection: Connection, centre: str) -> Any:
            found = super()._made(connection, centre)
            more()
            while faster.step():
                pass
            return found

    more()
    assert not Slower(network.node.engine).bring("a")
    assert network.node.all("SELECT projected = acked FROM centres WHERE centre = 'a'") == [(1,)]
    shown = network.node.all("SELECT data FROM visits WHERE lost = 0")
    assert {visit.id: visit for visit in (_visit.decode(data) for (data,) in shown)} == journal.visits


def test_a_row_whose_day_is_none_is_passed_over_and_breaks_no_list_of_months() -> None:
    network, journal, _ = _alone()
    at = next(row.position for row in journal.rows_ if row.type == "TicketIssued")
    journal.damage(at, day="20\ufffd6-11-02")
    _level(network)
    assert network.node.all("SELECT skipped > 0, projected = acked FROM centres WHERE centre = 'a'") == [(1, 1)]
    assert network.node.all("SELECT count(*) FROM visits WHERE month NOT LIKE '20__-__'") == [(0,)]


def test_a_visit_that_is_put_right_under_a_later_plan_stays_with_the_institution_of_its_time() -> None:
    network, journal, chance = _alone()

    def called() -> Visit | None:
        over = (one for one in journal.visits.values() if one.end == "served")
        return next((one for one in over if any(leg.called for leg in one.legs)), None)

    while (visit := called()) is None:
        journal.add(chance, network.now)
    _level(network)
    before = network.node.all("SELECT institution FROM visits WHERE visit = ?", str(visit.id))
    assert before != [("",)]
    now = (journal.floor.at or network.now) + timedelta(days=1)
    journal._do(c.Tick(), SYSTEM, now, chance)
    plan = tiny_plan()
    others = tuple(msgspec.structs.replace(one, institution="CITS") for one in plan.services)
    journal._do(c.RevisePlan(plan=msgspec.structs.replace(plan, services=others)), SYSTEM, now, chance)
    command = c.CorrectVisit(visit=visit.id, end="no_show", served=None, delivered=(), reason="pārbaude")
    journal._do(command, MANAGER, now, chance, visit)
    _level(network)
    assert network.node.all("SELECT institution, corrected, end FROM visits WHERE visit = ?", str(visit.id)) == [
        (*before[0], visit.corrected + 1, "no_show")
    ]
    network.rebuilt(network.sites[0], network.node.all("SELECT visit, lost, data FROM visits"))
    assert network.node.all("SELECT institution FROM visits WHERE visit = ?", str(visit.id)) == before


def test_who_waits_in_a_queue_that_a_plan_takes_away_is_shown_where_the_plan_puts_them() -> None:
    network, journal, chance = _alone()
    now, plan = journal.floor.at or network.now, tiny_plan()
    journal._do(c.TakeTicket(service=service_of(plan)), KIOSK, now, chance)
    _level(network)
    before = dict(journal.visits)
    journal._do(c.RevisePlan(plan=joined(plan)), SYSTEM, now, chance)
    assert journal.visits != before
    _level(network)
    shown = network.node.all("SELECT data FROM visits")
    assert {visit.id: visit for visit in (_visit.decode(data) for (data,) in shown)} == journal.visits


def test_a_damaged_plan_does_not_stop_a_centre_after_a_restart_of_the_node() -> None:
    network, journal, chance = _alone()
    now = journal.floor.at or network.now
    journal._do(c.RevisePlan(plan=msgspec.structs.replace(tiny_plan(), languages=("lv",))), SYSTEM, now, chance)
    journal.damage(next(row.position for row in reversed(journal.rows_) if row.type == "PlanRevised"), data="\0?")
    journal._do(c.Tick(), SYSTEM, (journal.floor.at or network.now) + timedelta(days=1), chance)
    _level(network)
    network.projector = projection.Projection(network.node.engine)
    before = journal.head()
    while journal.head() == before:
        journal.add(chance, network.now)
    _level(network)
    assert network.node.all("SELECT projected = acked, acked > ? FROM centres WHERE centre = 'a'", before) == [(1, 1)]


def test_after_a_plan_of_a_newer_version_the_one_before_it_is_in_force_also_after_a_restart_of_the_node() -> None:
    network, journal, chance = _alone()
    now = journal.floor.at or network.now
    journal.put("system:later", '{"type":"PlanRevised","plan":"of tomorrow"}', now, kind="PlanRevised")
    journal.floor = msgspec.structs.replace(journal.floor, position=journal.head())
    journal._do(c.Tick(), SYSTEM, now + timedelta(days=1), chance)
    _level(network)
    network.projector = projection.Projection(network.node.engine)
    known = set(journal.visits)
    while known == set(journal.visits):
        journal.add(chance, network.now)
    _level(network)
    assert network.node.all("SELECT skipped FROM centres WHERE centre = 'a'") == [(1,)]
    assert network.node.all("SELECT count(*) FROM visits WHERE institution = '' AND service != ''") == [(0,)]
    assert network.node.all("SELECT count(*) FROM visits") == [(len(journal.visits),)]
