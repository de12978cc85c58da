"""The node's database: SQLite for a demo, PostgreSQL as the record."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.schema import CreateTable

from server.national.node.schema import events, metadata
from server.store.database import reader, writer

POOL = 8


def open_engines(url: str) -> tuple[Engine, Engine]:
    """Writer and reader; the tables are there afterwards."""
    write = (
        writer(url) if url.startswith("sqlite") else create_engine(url, pool_size=POOL, pool_pre_ping=True, hide_parameters=True)
    )
    prepare(write)
    return write, reader(url)


def prepare(engine: Engine) -> None:
    """Makes what is not there yet."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(726977)"))
            made = str(CreateTable(events, if_not_exists=True).compile(dialect=engine.dialect)).rstrip()
            connection.execute(text(f"{made} PARTITION BY LIST (month)"))
            connection.execute(text("CREATE TABLE IF NOT EXISTS events_other PARTITION OF events DEFAULT"))
        metadata.create_all(connection)
    ensure_months(engine, months_around(datetime.now(UTC)))


def months_around(now: datetime) -> list[str]:
    """Last month to three months ahead, as 2026-11."""
    first = now.year * 12 + now.month - 1
    return [f"{one // 12}-{one % 12 + 1:02}" for one in range(first - 1, first + 4)]


def ensure_months(engine: Engine, months: Iterable[str]) -> None:
    """On PostgreSQL a partition of `events` for each month; what came for a month before it had one is moved there."""
    if engine.dialect.name != "postgresql":
        return
    for month in months:
        name = f"events_{month.replace('-', '_')}"
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(726977)"))
            if connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar() is not None:
                continue
            # In one transaction nobody sees the rows missing: out of the rest, partition made, back in.
            connection.execute(text("LOCK TABLE events IN ACCESS EXCLUSIVE MODE"))
            connection.execute(
                text(f"CREATE TEMP TABLE held ON COMMIT DROP AS SELECT * FROM events_other WHERE month = '{month}'")
            )
            connection.execute(text(f"DELETE FROM events_other WHERE month = '{month}'"))
            connection.execute(text(f"CREATE TABLE {name} PARTITION OF events FOR VALUES IN ('{month}')"))
            connection.execute(text("INSERT INTO events SELECT * FROM held"))
