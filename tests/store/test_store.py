"""The database itself: append-only, chained, migrated as declared, with the settings that were measured."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError

from server.domain import commands as c
from server.engine import Engine
from server.store import database, schema
from server.store.centre import CentreStore
from server.store.journal import BrokenChain, verify
from tests.support import CLERK, KIOSK, SYSTEM, Clock, service_of, tiny_plan

TAKE = c.TakeTicket(service=service_of(tiny_plan()))


@contextmanager
def outside(url: str) -> Iterator[Connection]:
    """A connection past the store, as somebody with a database tool has it; one transaction, DDL and all."""
    engine = database.writer(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def unguard(url: str, connection: Connection) -> None:
    if is_sqlite(url):
        connection.execute(text("DROP TRIGGER journal_no_update"))
        connection.execute(text("DROP TRIGGER journal_no_delete"))
    else:
        connection.execute(text("DROP TRIGGER journal_no_change ON journal"))


CHANGES = ("UPDATE {} SET position = position + 100", "DELETE FROM {}", "DELETE FROM {} WHERE position = 4")


def test_the_journal_refuses_change(engine: Engine, url: str) -> None:
    engine.handle(TAKE, KIOSK)
    engine.handle(TAKE, KIOSK)
    for change in (change.format(table) for table in ("journal", "replies") for change in CHANGES):
        with pytest.raises(DBAPIError, match="append-only"), outside(url) as connection:
            connection.execute(text(change))
        with pytest.raises(DBAPIError, match="append-only"):
            engine.do(lambda connection, change=change: connection.execute(text(change)) and None)
    assert engine.handle(TAKE, KIOSK).result["number"] == "A003"
    assert engine._store.verify() == 5


TAMPERS = [
    (["UPDATE journal SET data = replace(data, 'A002', 'A009') WHERE position = 4"], 4),
    (["UPDATE journal SET actor = 'clerk:nobody' WHERE position = 3"], 3),
    (["UPDATE journal SET at = at - 1 WHERE position = 5"], 5),
    (["UPDATE journal SET day = '2026-03-15' WHERE position = 5"], 5),
    (["UPDATE journal SET type = 'VisitEnded' WHERE position = 4"], 4),
    (["UPDATE journal SET command = '00000000-0000-4000-8000-000000000000' WHERE position = 2"], 2),
    (["UPDATE journal SET hash = '0' WHERE position = 6"], 6),
    (["DELETE FROM journal WHERE position = 4"], 4),
    (["DELETE FROM journal WHERE position = 1"], 1),
    (["DELETE FROM journal WHERE position = 4", "UPDATE journal SET position = 4 WHERE position = 5"], 4),
    (
        [
            "UPDATE journal SET position = 10 - position WHERE position IN (1, 9)",
            "UPDATE journal SET position = 1 WHERE position = 2",
        ],
        1,
    ),
    (
        [f"UPDATE journal SET position = {new} WHERE position = {old}" for old, new in ((4, 99), (5, 4), (99, 5))],
        4,
    ),
]


def test_a_changed_journal_is_found_with_its_position(engine: Engine, url: str) -> None:
    for _ in range(4):
        engine.handle(TAKE, KIOSK)
    assert engine._store.verify() == 6
    for tamper, position in TAMPERS:
        with outside(url) as connection:
            unguard(url, connection)
            for change in tamper:
                connection.execute(text(change))
            found = list(connection.execute(select(schema.journal).order_by(schema.journal.c.position)).mappings())
            connection.get_transaction().rollback()  # type: ignore[union-attr]
        with pytest.raises(BrokenChain) as broken:
            verify(found)
        assert broken.value.position == position, tamper
    with outside(url) as connection:
        unguard(url, connection)
        connection.execute(text("DELETE FROM journal WHERE position = 4"))
    with pytest.raises(BrokenChain, match="position 4: missing"):
        engine._store.verify()


def test_the_chain_goes_on_over_restarts(start: Callable[[], Engine]) -> None:
    for _ in range(3):
        engine = start()
        engine.handle(TAKE, KIOSK)
        engine.stop()
    last = start()
    assert last._store.verify() == last._store.head() == 5


def test_an_empty_journal_is_whole(url: str) -> None:
    store = CentreStore(url)
    store.open()
    assert (store.verify(), store.head(), store.today(), store.since(0)) == (0, 0, [], [])
    store.close()


def test_migrations_make_exactly_the_declared_schema(url: str) -> None:
    store = CentreStore(url)
    store.open()
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, schema.metadata) == []
        assert context.get_current_revision() == database.HEAD
    engine.dispose()
    store.close()
    store.open()
    store.close()


def test_head_is_the_last_migration() -> None:
    config = ScriptDirectory(str(database.MIGRATIONS))
    assert config.get_heads() == [database.HEAD]


def test_the_migration_is_all_or_nothing(url: str) -> None:
    """A table in the way makes it fail; nothing of the schema stays behind then."""
    with outside(url) as connection:
        connection.execute(text("CREATE TABLE devices (x INTEGER)"))
    with pytest.raises(DBAPIError):
        CentreStore(url).open()
    with outside(url) as connection:
        connection.execute(text("DROP TABLE devices"))
    store = CentreStore(url)
    store.open()
    assert store.verify() == 0
    store.close()


def pragmas(connection: Connection) -> dict[str, Any]:
    names = ("journal_mode", "synchronous", "wal_autocheckpoint", "query_only", "foreign_keys", "busy_timeout", "trusted_schema")
    return {
        name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
        for name in (*names, "cell_size_check", "mmap_size", "secure_delete")
    }


def test_sqlite_settings_are_the_measured_ones(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path}/centre.db"
    store = CentreStore(url)
    store.open()
    found: list[dict[str, Any]] = []
    store.do(lambda connection: found.append(pragmas(connection)))
    for _ in range(2):
        with store._reader.connect() as one, store._reader.connect() as other:
            found += [pragmas(one), pragmas(other)]
    writer, *readers = found
    common = {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "trusted_schema": 0,
        "cell_size_check": 1, "mmap_size": 0, "secure_delete": 1,
    }  # fmt: skip
    assert writer == {**common, "wal_autocheckpoint": 1000, "query_only": 0}
    assert all(reader == {**common, "wal_autocheckpoint": 0, "query_only": 1} for reader in readers)
    with pytest.raises(DBAPIError, match="readonly"), store._reader.begin() as connection:
        connection.execute(schema.accounts.insert(), {"name": "x", "role": "x", "display": "x", "password": "x"})
    store.close()


def test_sqlite_writes_begin_immediate(tmp_path: Any) -> None:
    """A second writer has to wait at its beginning instead of losing its update at its end."""
    url = f"sqlite:///{tmp_path}/centre.db"
    store = CentreStore(url)
    store.open()
    other = database.writer(url)
    with other.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
        connection.commit()

        def write(_: Connection) -> None:
            with pytest.raises(DBAPIError, match="locked"):
                connection.begin()

        store.do(write)
    store.close()


def test_a_reader_sees_one_moment(engine: Engine, url: str) -> None:
    """A reader that is in the middle of its look does not hold the writer up."""
    with engine._store._reader.connect() as reader:
        before = reader.execute(select(schema.journal.c.position)).all()
        engine.handle(TAKE, KIOSK)
        if is_sqlite(url):
            assert reader.execute(select(schema.journal.c.position)).all() == before


def test_today_begins_with_the_plan_that_was_in_force(engine: Engine, clock: Clock) -> None:
    engine.handle(TAKE, KIOSK)
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    engine.handle(TAKE, KIOSK)
    assert [type(record.event).__name__ for record in engine._store.today()] == ["PlanRevised", "DayOpened", "TicketIssued"]
    assert [record.position for record in engine._store.today()] == [1, 5, 6]


def test_chores_share_the_writer_and_its_transactions(engine: Engine) -> None:
    row = {"name": "anna", "role": "clerk", "display": "Anna", "password": "-"}

    def half(connection: Connection) -> None:
        connection.execute(schema.accounts.insert(), row)
        raise KeyError("changed my mind")

    def names() -> list[str]:
        found: list[str] = []
        engine.do(lambda connection: found.extend(connection.execute(select(schema.accounts.c.name)).scalars()))
        return found

    with pytest.raises(KeyError):
        engine.do(half)
    assert names() == []
    engine.do(lambda connection: connection.execute(schema.accounts.insert(), row) and None)
    with pytest.raises(DBAPIError):
        engine.do(lambda connection: connection.execute(schema.accounts.insert(), row) and None)
    assert names() == ["anna"]
    assert engine.handle(TAKE, KIOSK).result["number"] == "A001"
    assert engine._store.verify() == 3


def test_numbers_are_unique_in_the_database_too(engine: Engine, url: str) -> None:
    engine.handle(TAKE, KIOSK)
    copy = (
        "INSERT INTO visits SELECT '{}', day, series, n, number, service, queue, state, counter, issued, called, served, ended, "
    )
    with pytest.raises(DBAPIError), outside(url) as connection:
        connection.execute(text(copy.format(uuid4()) + '"end", position, data FROM visits'))


def test_pages_of_visits_by_position(engine: Engine) -> None:
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    for _ in range(5):
        engine.handle(TAKE, KIOSK)
    first = engine._store.visits_since(0, 2)
    rest = engine._store.visits_since(first[-1]["position"], 10)
    assert [row["n"] for row in (*first, *rest)] == [1, 2, 3, 4, 5]


def test_the_chain_of_the_open_day_is_checked_from_its_first_record(engine: Engine, clock: Clock, url: str) -> None:
    engine.handle(TAKE, KIOSK)
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    engine.handle(TAKE, KIOSK)
    last = engine.floor.position
    assert engine._store.verify_today() == last
    with outside(url) as connection:
        unguard(url, connection)
        connection.execute(text("UPDATE journal SET actor = 'kiosk:other' WHERE position = 3"))
    assert engine._store.verify_today() == last, "yesterday's rows are not today's concern"
    with outside(url) as connection:
        connection.execute(text("UPDATE journal SET actor = 'kiosk:other' WHERE position = :last"), {"last": last})
    with pytest.raises(BrokenChain):
        engine._store.verify_today()
