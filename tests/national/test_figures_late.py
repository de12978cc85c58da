"""Figures stay the centre's own, to the unit, whatever comes late: moves, corrections of a closed month, another epoch."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, func, select, text

from server.domain import commands as c
from server.domain.floor import Visit
from server.national import wire
from server.national.node.database import open_engines
from server.national.node.figures import count_listed, ends, services
from server.national.node.figures_filter import Filter
from server.national.node.intake import Intake
from server.national.node.months import close_month, note_corrections, verify
from server.national.node.pages_month import _days
from server.national.node.projection import Projection
from server.national.node.register import Register
from server.national.node.schema import frozen
from server.national.uplink import Reply, Uplink
from server.reports import OF_VISITS, REPORTS
from tests.national.alive import Alive
from tests.support import MANAGER

BEGAN = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
MONTH = "2026-10"
FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)


@dataclass
class Moving(Alive):
    """A centre where visits are moved by hand and by plans, too."""

    moved: int = 0

    def add(self, chance: random.Random, at: datetime) -> None:
        head = self.head()
        if self.floor.plan is None or chance.random() > 0.15:
            super().add(chance, at)
            return
        waiting = [visit.id for visit in self.floor.visits.values() if visit.state == "waiting"]
        now = max(at + self.today, self.floor.at or at)
        if waiting and chance.random() < 0.7:
            queue = chance.choice(("vsaa", "vid", "pasv"))
            self._do(c.MoveVisit(visit=chance.choice(waiting), queue=queue, reason="pārbaude"), MANAGER, now, chance)
        else:
            self._do(c.RevisePlan(plan=_turned(self.floor.plan)), MANAGER, now, chance)
        self.moved += self.head() - head

    def copied(self) -> "Moving":
        return Moving(list(self.rows_), self.page, self.floor, dict(self.visits), self.today, self.moved)

    def correct(self, chance: random.Random, month: str) -> int:
        """Puts visits of a month right, whose days are long over; how many."""
        head, past = self.head(), [visit for visit in self.visits.values() if visit.day.startswith(month)]
        for visit in chance.sample(past, len(past) // 2):
            end = chance.choice(("served", "left", "no_show"))
            began = visit.leg.served or visit.leg.called or visit.issued if end == "served" else None
            got = tuple(
                c.DeliveredService(
                    service=chance.choice(("VSAA-01", "VID-02")), kind="konsultacija", quantity=chance.randrange(1, 4)
                )
                for _ in range(chance.randrange(1, 3))
            )
            command = c.CorrectVisit(
                visit=visit.id, end=end, served=began, delivered=got if end == "served" else (), reason="pārbaude"  # type: ignore[arg-type]
            )  # fmt: skip
            self._do(command, MANAGER, self.floor.at or NOW, chance, self.visits[visit.id])
        return self.head() - head


def _turned(plan: Any) -> Any:
    """The plan with the services of its queues passed on to the next queue."""
    given = [queue.services for queue in plan.queues]
    turned = [*given[1:], given[0]]
    return replace(plan, queues=tuple(replace(queue, services=some) for queue, some in zip(plan.queues, turned, strict=True)))


class Node:
    """The node's programs on a database, and the line of the one centre to them."""

    def __init__(self, engine: Engine, read: Engine) -> None:
        self.engine, self._intake, self._projection = engine, Intake(engine, lease_s=0), Projection(engine, read)
        self._lines = 0
        Register(engine).add("a", {"name": "a", "type": "novada", "municipality": "Cēsu novads"})

    def takes(self, journal: Moving) -> None:
        """All of the journal through an uplink of its own, by turns with the projection."""
        self._lines += 1

        def send(path: str, body: bytes) -> Reply:
            kinds: dict[str, Any] = {"hello": wire.Hello, "events": wire.Batch, "hashes": wire.Ask, "fork": wire.Fork}
            work: dict[str, Any] = {"hello": self._intake.hello, "hashes": self._intake.hashes, "fork": self._intake.fork}
            said = wire.unpack(body, kinds[path])
            return Reply(200, wire.plain(work.get(path, self._intake.take)("a", said, NOW)))

        def pulse(head: int, since: datetime | None) -> wire.Pulse:
            return wire.Pulse(at=NOW, head=head, backlog_since=since)

        line = Uplink(journal, send, f"instance-{self._lines}", pulse, random.Random(1))
        line._rows = 40
        while line.state.acked != journal.head() or line.state.phase != "up":
            line.step(NOW)
            self._projection.step()
        while self._projection.step():
            pass


@pytest.fixture(params=["sqlite", "postgresql"])
def node(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Node]:
    url = f"sqlite:///{tmp_path}/node.db" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    write, read = open_engines(url)
    yield Node(write, read)
    write.dispose()
    read.dispose()


def agree(node: Node, journal: Moving) -> None:
    """Every report and sum at the node is that of the centre's visits; no visit stands there twice."""
    days: dict[str, list[Visit]] = {}
    for visit in sorted(journal.visits.values(), key=lambda one: one.position):
        days.setdefault(visit.day, []).append(visit)
    own = [days[day] for day in sorted(days)]
    counted = Counter[tuple[str, str, str]]()
    for visit in journal.visits.values():
        for one in visit.delivered if visit.end is not None else ():
            counted[visit.day[:7], one.institution, one.counts or one.kind] += one.quantity
    with node.engine.connect() as connection:
        there = _days(connection, "a", FIRST, LAST)
        for name in sorted(OF_VISITS):
            assert REPORTS[name](there).rows == REPORTS[name](own).rows, name
        found = services(connection, Filter(), ("month", "institution", "kind"))
        assert {key: sums["services"] for key, sums in found.items()} == counted
        issued = {month: sums["issued"] for (month,), sums in ends(connection, Filter(), ("month",)).items()}
        assert issued == Counter(visit.day[:7] for visit in journal.visits.values())
        everything = Filter(first="2026-01", last="2027-12")
        assert count_listed(connection, everything, everything)[:2] == (len(journal.visits), sum(counted.values()))
        shown = connection.execute(text("SELECT visit FROM visits WHERE lost = 0")).scalars().all()
    assert sorted(shown) == sorted(str(id) for id in journal.visits)


def told(engine: Engine) -> Counter[str]:
    """What is told of the closed month, frozen and corrected, by kind."""
    cell = select(frozen.c.kind, func.sum(frozen.c.quantity)).where(frozen.c.month == MONTH).group_by(frozen.c.kind)
    with engine.connect() as connection:
        return +Counter({kind: int(n) for kind, n in connection.execute(cell)})


def of_month(journal: Moving) -> Counter[str]:
    """What the centre counts in it now."""
    found: Counter[str] = Counter()
    for visit in journal.visits.values():
        if visit.day.startswith(MONTH) and visit.end is not None:
            for one in visit.delivered:
                found[one.counts or one.kind] += one.quantity
    return found


def test_moves_corrections_of_a_closed_month_and_another_epoch(node: Node) -> None:
    chance, journal = random.Random(11), Moving()
    while journal.today < timedelta(days=30):
        journal.add(chance, BEGAN)
    assert journal.moved > 20
    node.takes(journal)
    agree(node, journal)
    close_month(node.engine, MONTH, "anna", NOW, anyway=True)
    closed = of_month(journal)
    assert told(node.engine) == closed

    assert journal.correct(chance, MONTH) > 20
    node.takes(journal)
    agree(node, journal)
    assert note_corrections(node.engine, MONTH, NOW) > 0
    assert told(node.engine) == of_month(journal) != closed

    backup = journal.copied()
    assert journal.correct(chance, MONTH) > 10
    for _ in range(60):
        journal.add(chance, BEGAN)
    node.takes(journal)
    note_corrections(node.engine, MONTH, NOW)
    assert told(node.engine) == of_month(journal)

    # The centre burns; its backup goes on with other records under the same numbers.
    other = random.Random(12)
    backup.correct(other, MONTH)
    for _ in range(40):
        backup.add(other, BEGAN)
    node.takes(backup)
    agree(node, backup)
    note_corrections(node.engine, MONTH, NOW)
    assert told(node.engine) == of_month(backup)
    with node.engine.connect() as connection:
        epoch, lost = connection.execute(text("SELECT epoch, (SELECT count(*) FROM visits WHERE lost = 1) FROM centres")).one()
    assert epoch == 2
    assert lost == len(journal.visits.keys() - backup.visits.keys()) > 0
    assert verify(node.engine, MONTH), "what was closed stands as it was closed"
