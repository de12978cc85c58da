"""A row that came damaged counts for nothing, however well it reads, until the centre sends it whole."""

import json
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text

from server.national.node import quarantine
from server.national.node.rows import page
from server.national.wire import SYNC, Batch, Pulse, Row
from tests.national.alive import Alive
from tests.national.test_projection import Projected, _alone, _level


def recorded(journal: Alive) -> Row | None:
    """A record of a service that a visit ended with."""
    over = {visit.id for visit in journal.visits.values() if visit.end == "served" and not visit.corrected}
    rows = (row for row in journal.rows_ if row.type == "ServiceRecorded")
    return next((row for row in rows if UUID(json.loads(row.data)["visit"]) in over), None)


@pytest.fixture
def damaged() -> tuple[Projected, Alive, Row]:
    """A centre whose disk made ninety services of one, with all of it at the node; and the row as it was."""
    network, journal, chance = _alone()
    while (whole := recorded(journal)) is None:
        journal.add(chance, network.now)
    event = json.loads(whole.data)
    event["delivered"]["quantity"] = 90
    journal.damage(whole.position, data=json.dumps(event))
    _level(network)
    return network, journal, whole


def kept(network: Projected) -> dict[str, Any]:
    with network.node.engine.connect() as connection:
        most = connection.execute(text("SELECT coalesce(max(quantity), 0) FROM deliveries")).scalar()
        level = connection.execute(text("SELECT projected = acked FROM centres")).scalar()
        return {"most": most, "level": level, "awaited": quarantine.counts(connection)}


def send(network: Projected, row: Row, journal: Alive) -> tuple[int, ...]:
    pulse = Pulse(at=network.now, head=journal.head())
    name = network.sites[0].servers[0].name
    batch = Batch(sync=SYNC, instance=name, epoch=1, rows=(), pulse=pulse, mended=(row,))
    return network.intake.take("a", batch, network.now).resend  # type: ignore[no-any-return]


def test_it_is_kept_and_counted_nowhere(damaged: tuple[Projected, Alive, Row]) -> None:
    found = kept(damaged[0])
    assert found["most"] < 90
    assert (found["level"], found["awaited"]) == (1, {"a": 1})


def test_once_it_comes_whole_the_node_is_as_the_centre(damaged: tuple[Projected, Alive, Row]) -> None:
    network, journal, whole = damaged
    journal.rows_[whole.position - 1] = whole
    _level(network)
    assert kept(network)["awaited"] == {}
    network.compare(network.sites[0])
    rows = network.node.all("SELECT visit, data FROM visits WHERE lost = 0")
    assert {id: json.loads(data) for id, data in rows} == {
        str(id): json.loads(msgspec.json.encode(visit)) for id, visit in journal.visits.items()
    }
    with network.node.engine.connect() as connection:
        assert list(page(connection, "a", 1, 0, journal.head())) == journal.rows_, "a burnt centre gets it whole too"


def test_nothing_else_can_take_its_place(damaged: tuple[Projected, Alive, Row]) -> None:
    network, journal, whole = damaged
    other = next(row for row in journal.rows_ if row.position > whole.position)
    for row in (
        journal.rows_[whole.position - 1],
        msgspec.structs.replace(whole, data=whole.data.replace("}", " }", 1)),
        msgspec.structs.replace(whole, hash="0" * 64),
        msgspec.structs.replace(other, actor="clerk:other"),
    ):
        assert send(network, row, journal) == (whole.position,)
    assert kept(network)["awaited"] == {"a": 1}
    assert send(network, whole, journal) == ()
    assert send(network, whole, journal) == ()
    with pytest.raises(Exception, match="append-only"), network.node.engine.begin() as connection:
        connection.execute(text("DELETE FROM mended"))


def test_a_plan_that_came_damaged_is_not_in_force_until_it_comes_whole() -> None:
    network, journal, _ = _alone()
    plans = [row for row in journal.rows_ if row.type == "PlanRevised"]
    for plan in plans:
        journal.damage(plan.position, data=plan.data.replace('"lv"', '"en"'))
    _level(network)
    numbered = 'SELECT count(*) FROM visits WHERE data NOT LIKE \'%"origin":"contact"%\''  # a contact needs no queue of a plan
    assert network.node.all(numbered) == [(0,)]
    for plan in plans:
        journal.rows_[plan.position - 1] = plan
    _level(network)
    network.compare(network.sites[0])
    assert network.node.all("SELECT count(*) FROM visits") == [(len(journal.visits),)]
