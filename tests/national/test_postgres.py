"""The node's database on both engines: migrated as declared, append-only, in months, and the same answers from each."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from server.national import wire
from server.national.node import database
from server.national.node.intake import Intake, Refused
from server.national.node.register import Register
from server.national.node.schema import centres, events, metadata
from tests.house import ROOT
from tests.national.sim import Journal

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    return f"sqlite:///{tmp_path / 'node.db'}" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The node's writer."""
    write, read = database.open_engines(url)
    Register(write).add("a")
    yield write
    write.dispose()
    read.dispose()


def batch(journal: Journal, after: int, epoch: int = 1, most: int = 500, **more: Any) -> wire.Batch:
    return wire.Batch(
        sync=wire.SYNC, instance="instance", epoch=epoch, rows=tuple(journal.rows(after, most, wire.LOOSE_MOST)),
        pulse=wire.Pulse(at=NOW, head=journal.head()), **more,
    )  # fmt: skip


def filled(count: int, at: datetime = NOW) -> Journal:
    journal = Journal()
    journal.grow(count, at)
    return journal


def test_migrations_make_exactly_the_declared_schema(engine: Engine) -> None:
    def declared(thing: Any, name: str | None, kind: str, reflected: bool, _: Any) -> bool:
        return not (kind == "table" and reflected and str(name).startswith("events_"))

    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": engine.dialect.name != "sqlite", "include_object": declared}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == database.HEAD
    assert ScriptDirectory(str(database._MIGRATIONS)).get_heads() == [database.HEAD]


def test_a_second_start_changes_nothing_and_keeps_what_is_there(engine: Engine, url: str) -> None:
    Intake(engine).take("a", batch(filled(30), 0), NOW)
    again, read = database.open_engines(url)
    with read.connect() as connection:
        assert connection.execute(select(func.count()).select_from(events)).scalar() == 30
    again.dispose()
    read.dispose()


def test_the_record_refuses_change(engine: Engine) -> None:
    Intake(engine).take("a", batch(filled(3), 0), NOW)
    tables = ["events"]
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            tables += connection.execute(text("SELECT DISTINCT tableoid::regclass::text FROM events")).scalars().all()
    for table in tables:
        changes = [f"UPDATE {table} SET data = '{{}}' WHERE position = 2", f"DELETE FROM {table} WHERE position = 2"]
        changes += [f"TRUNCATE {table}"] if engine.dialect.name == "postgresql" else []
        for change in changes:
            with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
                connection.execute(text(change))
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(events)).scalar() == 3


def test_a_batch_that_comes_again_is_stored_once(engine: Engine) -> None:
    intake, journal = Intake(engine), filled(700)
    assert intake.take("a", batch(journal, 0), NOW).acked == 500
    assert intake.take("a", batch(journal, 0), NOW).acked == 500
    assert intake.take("a", batch(journal, 300), NOW).acked == 700
    with pytest.raises(Refused, match="gap"):
        intake.take("a", batch(filled(900), 800), NOW)
    with pytest.raises(Refused, match="retired"):
        intake.take("a", batch(journal, 0, epoch=2), NOW)
    with pytest.raises(Refused, match="fork"):
        intake.take("a", batch(filled(700), 300), NOW)
    with engine.connect() as connection:
        stored = connection.execute(select(events.c.position, events.c.data, events.c.hash).order_by(events.c.position)).all()
    assert [tuple(row) for row in stored] == [(row.position, row.data, row.hash) for row in journal.rows_]


def test_every_text_comes_back_byte_for_byte(engine: Engine) -> None:
    intake, journal = Intake(engine), Journal()
    strange = ["a\\tb\\n", "tab\there", "line\nbreak", "back\\slash \\N \\. \\\\", "ā ļ 🎫 \u2028", '"quoted"', "", "\r\n"]
    for one in strange:
        journal.put("kiosk:" + one, one, NOW)
    intake.take("a", batch(journal, 0), NOW)
    page = intake.reread("a", wire.Reread(sync=wire.SYNC, after=0), NOW)
    assert list(page.rows) == journal.rows_


def test_a_damaged_row_is_taken_only_when_the_centre_says_so(engine: Engine) -> None:
    intake, journal = Intake(engine), filled(10)
    journal.damage(4, data="\0 no JSON", at=2**63 - 1)
    with pytest.raises(Refused, match="damaged"):
        intake.take("a", batch(journal, 0), NOW)
    assert intake.take("a", batch(journal, 0, damaged=(4,)), NOW).acked == 10
    assert intake.reread("a", wire.Reread(sync=wire.SYNC, after=0), NOW).rows[4:] == tuple(journal.rows_[4:])


def test_a_restored_centre_begins_an_epoch_and_a_late_fork_begins_none(engine: Engine) -> None:
    intake, journal = Intake(engine), filled(20)
    intake.take("a", batch(journal, 0), NOW)
    restored = Journal(journal.rows_[:12])
    restored.grow(5, NOW)
    fork = wire.Fork(sync=wire.SYNC, instance="instance", epoch=1, base=12, hash=journal.rows_[11].hash)
    assert (welcome := intake.fork("a", fork, NOW)).epoch == 2
    assert welcome.acked == 12
    assert intake.take("a", batch(restored, 12, epoch=2), NOW).acked == 17
    with pytest.raises(Refused, match="retired"):
        intake.fork("a", fork, NOW)
    assert intake.reread("a", wire.Reread(sync=wire.SYNC, after=0), NOW).rows == tuple(restored.rows_)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(events)).scalar() == 25, "what was lost is kept too"


def test_months_have_partitions_and_late_ones_are_moved_into_theirs(postgres_url: str) -> None:
    write, read = database.open_engines(postgres_url)
    Register(write).add("a")
    intake, journal = Intake(write), Journal()
    for at in (
        datetime(2031, 5, 1, tzinfo=UTC),
        datetime(2023, 1, 31, 23, 59, 59, tzinfo=UTC),
        NOW,
        datetime(1975, 1, 1, tzinfo=UTC),
    ):
        journal.grow(5, at)
    intake.take("a", batch(journal, 0), NOW)

    def places() -> dict[str, int]:
        query = text("SELECT tableoid::regclass::text, count(*) FROM events GROUP BY 1")
        with read.connect() as connection:
            return {str(name): int(count) for name, count in connection.execute(query)}

    assert sum(places().values()) == 20
    database.ensure_months(write, database.months_around(NOW))
    assert places() == {"events_other": 10, "events_2023_01": 5, "events_2026_11": 5}
    database.ensure_months(write, database.months_around(datetime(2031, 4, 1, tzinfo=UTC)))
    assert places() == {"events_other": 5, "events_2023_01": 5, "events_2026_11": 5, "events_2031_05": 5}
    assert intake.reread("a", wire.Reread(sync=wire.SYNC, after=0), NOW).rows == tuple(journal.rows_)
    for table in places():
        for change in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(DBAPIError, match="append-only"), write.begin() as connection:
                connection.execute(text(change))
    write.dispose()
    read.dispose()


def test_months_around_a_new_year() -> None:
    assert database.months_around(datetime(2026, 12, 31, tzinfo=UTC)) == ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03"]


def test_two_intakes_that_start_at_once_make_the_tables_once(postgres_url: str) -> None:
    program = "import sys; from server.national.node.database import open_engines; open_engines(sys.argv[1])"
    starts = [subprocess.Popen([sys.executable, "-c", program, postgres_url], cwd=ROOT) for _ in range(3)]
    assert [one.wait(60) for one in starts] == [0, 0, 0]
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(centres)).scalar() == 0
    engine.dispose()
