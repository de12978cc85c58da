"""Connections: one writer that alone checkpoints, readers that cannot write, migrations to the newest schema."""

import fcntl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Dialect, Engine, Insert, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

WRITER_LOCK = 0x72696E6461
HEAD = "0010"
"""The newest schema; a test compares it with the migrations."""

MIGRATIONS = Path(__file__).parent / "migrations"

_SQLITE = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA journal_size_limit=67108864",
)
"""secure_delete overwrites what is deleted: contacts. FULL: with NORMAL, simulated power cuts lost 4,517 of 39,783 acknowledged
rows (docs/decisions.md)."""


def writer(url: str) -> Engine:
    """The engine of the one writer. On SQLite every transaction is BEGIN IMMEDIATE."""
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        _prepare(engine, (*_SQLITE, "PRAGMA wal_autocheckpoint=1000"), "BEGIN IMMEDIATE")
    return engine


def reader(url: str) -> Engine:
    """An engine for short reads; on SQLite it can neither write nor checkpoint."""
    engine = create_engine(url, pool_size=4, pool_pre_ping=True, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        _prepare(engine, (*_SQLITE, "PRAGMA wal_autocheckpoint=0", "PRAGMA query_only=ON"), "BEGIN")
    return engine


def migrate(engine: Engine, folder: Path = MIGRATIONS, head: str = HEAD) -> None:
    """Brings the database to the newest schema of a folder of migrations.

    Where there is nothing to do, Alembic is not even imported (0.4 s).
    """
    with engine.connect() as connection:
        known = inspect(connection).has_table("alembic_version")
        if known and connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == head:
            return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


class Statement:
    """An INSERT compiled once: on the hot path the ORM's own machinery costs a fifth of a one-row commit (measured)."""

    def __init__(self, statement: Insert, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._sql, self._order = str(compiled), compiled.positiontup

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Executes it for every row; a row has a value for each column."""
        order = self._order
        given = rows if order is None else [tuple(row[name] for name in order) for row in rows]
        connection.exec_driver_sql(self._sql, given)


class Busy(RuntimeError):
    """Another program writes to this database."""


def claim(engine: Engine) -> IO[str] | None:
    """Takes the right to write to a SQLite file, for as long as the returned file stays open; Busy if another has it.

    Two writers would each believe in a floor of their own, and writing and checkpointing at once is what can corrupt a
    SQLite file before 3.51.3. On PostgreSQL the writer's connection holds an advisory lock instead: see `hold`.
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return None
    lock = Path(f"{path}.lock").open("w")  # noqa: SIM115 - held until the store is closed
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Busy(f"{path}: another program writes to this database; stop it first") from None
    return lock


def hold(connection: Connection) -> None:
    """On PostgreSQL: the lock that makes this connection the one writer, waited for at most 3 s; Busy if another has it."""
    if connection.dialect.name != "postgresql":
        return
    try:
        connection.execute(text("SET LOCAL lock_timeout = '3s'"))
        connection.execute(text(f"SELECT pg_advisory_lock({WRITER_LOCK})"))
    except OperationalError as error:
        raise Busy("another program writes to this database; stop it first") from error


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
