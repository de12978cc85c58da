"""Damaged rows of several centres and epochs: each is asked for, mended and forgotten where it belongs, and nowhere else."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import StaticPool

from server.national.node import quarantine
from server.national.node.schema import centres, damaged, deliveries, epochs, events, mended, metadata
from server.national.wire import Row
from server.store.journal import GENESIS, chain
from tests.national.test_months import _row as delivery

DATA = '{"type":"Nothing"}'
BASE, LAST = 3, 6
"""Centre `a` went back to a copy: its second epoch begins after row 3; rows 4 and 5 of the first are lost."""


def grown(after: str, first: int, last: int) -> list[Row]:
    rows, previous = list[Row](), after
    for position in range(first, last + 1):
        covered = chain(previous, position, "2026-11-03", position, "kiosk:1", f"{first}", DATA)
        rows.append(Row(position, "2026-11-03", position, "Nothing", "kiosk:1", f"{first}", DATA, covered))
        previous = covered
    return rows


FIRST = grown(GENESIS, 1, 5)
SECOND = grown(FIRST[BASE - 1].hash, BASE + 1, LAST)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    with engine.begin() as found:
        state = {"hash": GENESIS, "projected": 9, "projected_epoch": 2, "skipped": 4, "live": '{"a":1}', "plan": '{"b":2}'}
        found.execute(centres.insert(), [{"centre": one, **state} for one in "ab"])
        found.execute(epochs.insert(), {"centre": "a", "epoch": 2, "base": BASE, "since": 1, "lost": 5})
        for centre, epoch, rows in (("a", 1, FIRST), ("a", 2, SECOND), ("b", 1, FIRST)):
            found.execute(events.insert(), [
                {"centre": centre, "epoch": epoch, "month": "2026-11", "received": 1, **_plain(row)} for row in rows
            ])  # fmt: skip
        found.execute(damaged.insert(), [
            {"centre": centre, "epoch": epoch, "position": position, "received": 1}
            for centre, epoch, position in (("a", 1, 2), ("a", 1, 5), ("a", 2, 4), ("b", 1, 1))
        ])  # fmt: skip
        found.execute(deliveries.insert(), [delivery(one, "v", "pieteikums") for one in "ab"])
        yield found
    engine.dispose()


def _plain(row: Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


def test_what_is_awaited_lies_on_the_present_line_and_what_is_counted_is_all(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [quarantine.awaited(connection, *line) for line in (("a", 2), ("a", 1), ("b", 1))] == [(2, 4), (2, 5), (1,)]
    assert quarantine.counts(connection) == {"a": 3, "b": 1}
    monkeypatch.setattr(quarantine, "RESENT_MOST", 1)
    assert quarantine.awaited(connection, "a", 2) == (2,)


def places(connection: Connection, centre: str) -> list[tuple[str, int, int]]:
    table = quarantine.sound(connection, centre)
    return sorted(tuple(row) for row in connection.execute(select(table.c.centre, table.c.epoch, table.c.position)))


def test_sound_are_the_rows_of_one_centre_that_came_whole_or_were_mended(connection: Connection) -> None:
    first, second = [("a", 1, 1), ("a", 1, 3), ("a", 1, 4)], [("a", 2, 5), ("a", 2, 6)]
    assert places(connection, "a") == first + second
    quarantine.take(connection, "b", 1, [FIRST[0]], 7)
    assert places(connection, "a") == first + second, "what another centre mended is not its"
    assert places(connection, "b") == [("b", 1, position) for position in range(1, 6)]


def test_a_mended_row_goes_to_its_own_epoch_once_and_only_its_centre_is_made_anew(connection: Connection) -> None:
    (forged,) = grown(FIRST[0].hash, 2, 2)
    assert forged.hash != FIRST[1].hash
    assert quarantine.take(connection, "a", 2, [forged, SECOND[1]], 7) == 0
    assert connection.execute(select(deliveries.c.centre)).scalars().all() == ["a", "b"], "nothing mended, nothing forgotten"
    assert quarantine.take(connection, "a", 2, [FIRST[2], FIRST[1], FIRST[1], SECOND[0]], 7) == 2
    assert connection.execute(select(mended.c.centre, mended.c.epoch, mended.c.position)).all() == [("a", 1, 2), ("a", 2, 4)]
    assert quarantine.awaited(connection, "a", 2) == ()
    assert connection.execute(select(deliveries.c.centre)).scalars().all() == ["b"]
    names = ("projected", "projected_epoch", "skipped", "live", "plan")
    query = select(*(centres.c[name] for name in names)).order_by(centres.c.centre)
    assert connection.execute(query).all() == [(0, 1, 0, "{}", "{}"), (9, 2, 4, '{"a":1}', '{"b":2}')]
