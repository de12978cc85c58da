"""The node's database: SQLite for a demo, PostgreSQL as the record."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text

from server.domain.months import month_after
from server.store.database import migrate, reader, writer

HEAD = "0004"
"""The newest schema; a test compares it with the migrations."""
POOL = 8
FIRST_MONTH = "2020-01"
"""What is dated earlier, or later than the months that are made ahead, stays in `events_other`."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_ALONE = text("SELECT pg_advisory_xact_lock(726977)")


def open_engines(url: str) -> tuple[Engine, Engine]:
    """Writer and reader; the tables are there afterwards."""
    write = (
        writer(url) if url.startswith("sqlite") else create_engine(url, pool_size=POOL, pool_pre_ping=True, hide_parameters=True)
    )
    prepare(write)
    return write, reader(url)


def prepare(engine: Engine) -> None:
    """Brings the database to the newest schema, with a partition for each month soon."""
    migrate(engine, _MIGRATIONS, HEAD)
    ensure_months(engine, months_around(datetime.now(UTC)))


def months_around(now: datetime) -> list[str]:
    """Last month to three months ahead, as 2026-11."""
    return [month_after(f"{now:%Y-%m}", by) for by in range(-1, 4)]


def ensure_months(engine: Engine, months: Iterable[str]) -> None:
    """On PostgreSQL a partition of `events` for each month, and for each of which rows came before it had one."""
    if engine.dialect.name != "postgresql":
        return
    wanted = sorted(months)
    early = text("SELECT DISTINCT month FROM events_other WHERE month >= :first AND month <= :last")
    with engine.connect() as connection:
        found = connection.execute(early, {"first": FIRST_MONTH, "last": wanted[-1]}).scalars().all()
    for month in sorted({*wanted, *found}):
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            connection.execute(_ALONE)
            _ensure(connection, month)


def _ensure(connection: Connection, month: str) -> None:
    name = partition(month)
    if connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar() is not None:
        return
    rest = connection.execute(text("SELECT EXISTS (SELECT FROM events_other WHERE month = :month)"), {"month": month})
    if rest.scalar():
        # While both tables stand apart from `events`, what is moved is no news for whoever subscribes to it.
        for step in (
            "LOCK TABLE events IN ACCESS EXCLUSIVE MODE",
            f"CREATE TABLE {name} (LIKE events INCLUDING ALL)",
            "ALTER TABLE events DETACH PARTITION events_other",
            f"INSERT INTO {name} SELECT * FROM events_other WHERE month = '{month}'",
            f"DELETE FROM events_other WHERE month = '{month}'",
            f"ALTER TABLE events ATTACH PARTITION {name} FOR VALUES IN ('{month}')",
            "ALTER TABLE events ATTACH PARTITION events_other DEFAULT",
        ):
            connection.execute(text(step))
    else:
        connection.execute(text(f"CREATE TABLE {name} PARTITION OF events FOR VALUES IN ('{month}')"))
    connection.execute(
        text(f"CREATE TRIGGER keep_all BEFORE TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION append_only()")
    )


def partition(month: str) -> str:
    """The table that holds a month's events."""
    return f"events_{month.replace('-', '_')}"
