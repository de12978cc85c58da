"""A database of yesterday's schema becomes one of today's; when that fails it is as it was, and the server says so."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, text

from config.settings import sqlite_url
from server.domain import commands as c
from server.domain.evolve import fold
from server.domain.floor import Floor
from server.keeping.rehearsal import rehearse
from server.store import database, schema
from server.store.centre import CentreStore
from server.store.upgrade import NotUpgraded, before, upgrade, version_of
from tests.support import KIOSK, Clock, engine_over, service_of, tiny_plan

BEFORE = f"{int(database.HEAD) - 1:04}"
FAILING = """
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("DELETE FROM visits")
    op.execute("ALTER TABLE visits ADD COLUMN half TEXT")
    raise RuntimeError("the power of the migration is out")
"""


@pytest.fixture
def yesterday(tmp_path: Path) -> Path:
    """A data folder with a day in a database of the schema before this one."""
    made = engine_over(sqlite_url(tmp_path / "new"), Clock()) if (tmp_path / "new").mkdir() is None else None
    assert made
    for _ in range(3):
        made.handle(c.TakeTicket(service=service_of(tiny_plan())), KIOSK)
    tables = (schema.journal, schema.visits, schema.replies)
    rows = {table: made._store.read(select(table)) for table in tables}
    made.stop()
    migrations = copied_migrations(tmp_path, until=BEFORE)
    folder = tmp_path / "data"
    folder.mkdir()
    engine = database.writer(sqlite_url(folder))
    database.migrate(engine, migrations, BEFORE)
    with engine.begin() as connection:
        for table, some in rows.items():
            connection.execute(table.insert(), some)
    engine.dispose()
    return folder


def copied_migrations(folder: Path, until: str = "9999") -> Path:
    """The migrations up to one, as an older version of the program had them."""
    target = folder / f"migrations-{until}"
    shutil.copytree(database.MIGRATIONS, target, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (target / "versions").glob("*.py"):
        if path.stem[:4] > until:
            path.unlink()
    return target


def content(folder: Path) -> tuple[str, list[tuple[object, ...]], Floor]:
    """The schema, every journal row, the floor."""
    engine = database.writer(sqlite_url(folder))
    version = version_of(engine)
    engine.dispose()
    store = CentreStore(sqlite_url(folder))
    found = version, [tuple(row.values()) for row in store.rows(0)], fold(Floor(), store.today())
    store.close()
    return found


def test_yesterdays_database_is_copied_and_migrated_at_the_start(yesterday: Path) -> None:
    was = content(yesterday)
    store = CentreStore(sqlite_url(yesterday))
    store.open()
    assert store.verify() == 5
    store.close()
    assert content(yesterday) == (database.HEAD, *was[1:])
    kept = before(yesterday / "rinda.db", BEFORE)
    assert kept.is_file()
    back = yesterday.parent / "back"
    back.mkdir()
    shutil.copy(kept, back / "rinda.db")
    assert content(back) == was, "the way back: the version before starts on the copy"
    store.open()
    store.close()
    assert kept.stat().st_mtime < (yesterday / "rinda.db").stat().st_mtime + 1, "nothing to change: nothing copied again"


def test_a_migration_that_fails_leaves_everything_as_it_was(yesterday: Path, tmp_path: Path) -> None:
    was, migrations = content(yesterday), copied_migrations(tmp_path)
    (migrations / "versions" / "9999_failing.py").write_text(FAILING.format(head=database.HEAD))
    engine = database.writer(sqlite_url(yesterday))
    with pytest.raises(NotUpgraded, match=r"as it was before: the power of the migration is out.*Start the version"):
        upgrade(engine, migrations, "9999")
    engine.dispose()
    assert content(yesterday) == was
    engine = database.writer(sqlite_url(yesterday))
    upgrade(engine)
    engine.dispose()
    assert content(yesterday)[0] == database.HEAD, "and the right version goes on from there"


def test_without_room_for_a_copy_nothing_is_changed(yesterday: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    was = content(yesterday)

    def full(source: Path, target: Path) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("server.store.upgrade.copy_database", full)
    with pytest.raises(NotUpgraded, match=r"nothing was changed.*No space left"):
        CentreStore(sqlite_url(yesterday)).open()
    monkeypatch.undo()
    assert content(yesterday) == was


def test_the_rehearsal_migrates_a_copy_and_leaves_the_database(yesterday: Path, tmp_path: Path) -> None:
    was = content(yesterday)
    found = rehearse(yesterday / "rinda.db")
    assert (found.before, found.after, found.position, found.fault) == (BEFORE, database.HEAD, 5, "")
    assert content(yesterday) == was
    migrations = copied_migrations(tmp_path)
    (migrations / "versions" / "9999_failing.py").write_text(FAILING.format(head=database.HEAD))
    assert "out" in rehearse(yesterday / "rinda.db", migrations, "9999").fault
    assert content(yesterday) == was
    assert sorted(path.name for path in yesterday.iterdir() if "part" in path.name or "rehearsal" in path.name) == []


def test_an_older_schema_is_known_by_its_number(yesterday: Path) -> None:
    store = CentreStore(sqlite_url(yesterday))
    assert store.scalar(text("SELECT version_num FROM alembic_version")) == BEFORE
    store.close()
