"""Connections: one writer that alone checkpoints, readers that cannot write, migrations to the newest schema."""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from alembic import command

_MIGRATIONS = Path(__file__).parent / "migrations"

_SQLITE = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA journal_size_limit=67108864",
)
"""FULL: with NORMAL, simulated power cuts lost 4,517 of 39,783 acknowledged rows (docs/decisions.md)."""


def writer(url: str) -> Engine:
    """The engine of the one writer. On SQLite every transaction is BEGIN IMMEDIATE."""
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        _prepare(engine, (*_SQLITE, "PRAGMA wal_autocheckpoint=1000"), "BEGIN IMMEDIATE")
    return engine


def reader(url: str) -> Engine:
    """An engine for short reads; on SQLite it can neither write nor checkpoint."""
    engine = create_engine(url, pool_size=4)
    if engine.dialect.name == "sqlite":
        _prepare(engine, (*_SQLITE, "PRAGMA wal_autocheckpoint=0", "PRAGMA query_only=ON"), "BEGIN")
    return engine


def migrate(engine: Engine) -> None:
    """Brings the database to the newest schema; nothing to do costs one look at the version table."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_file(url: str) -> Path | None:
    """The file behind a SQLite URL, or None for another database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def _prepare(engine: Engine, pragmas: tuple[str, ...], begin: str) -> None:
    @event.listens_for(engine, "connect")
    def connect(dbapi: Any, _record: Any) -> None:
        # The driver's own transaction handling is switched off: it would begin late and lose updates.
        dbapi.isolation_level = None
        for pragma in pragmas:
            dbapi.execute(pragma)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
