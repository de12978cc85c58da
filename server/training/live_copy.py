"""What a training centre takes from the live one: its plan and its people. The live database is only read."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, create_engine, make_url, select
from sqlalchemy.pool import NullPool

from config.plan import Plan
from server.domain.events import PlanRevised
from server.store import journal as rows
from server.store.database import reader
from server.store.schema import accounts, journal


class Person(NamedTuple):
    """An account: who signs in by which password (Argon2id) in which role."""

    name: str
    role: str
    display: str
    password: str


class Live(NamedTuple):
    """The plan in force and the people who may come in."""

    plan: Plan
    people: tuple[Person, ...]


def live(url: str) -> Live:
    """Read once; LookupError where no plan is in force yet, OSError where there is no database."""
    engine = _looking(url)
    try:
        with engine.connect() as connection:
            last = select(journal).where(journal.c.type == "PlanRevised").order_by(journal.c.position.desc()).limit(1)
            row = connection.execute(last).mappings().first()
            if row is None:
                raise LookupError("no plan is in force in the live centre yet")
            event = rows.to_record(row).event
            people = select(accounts.c.name, accounts.c.role, accounts.c.display, accounts.c.password)
            found = connection.execute(people.where(accounts.c.off == 0).order_by(accounts.c.name)).all()
    finally:
        engine.dispose()
    if not isinstance(event, PlanRevised):
        raise LookupError("the live centre's plan cannot be read")
    return Live(event.plan, tuple(Person(*one) for one in found))


def _looking(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return reader(url)
    path = Path(parsed.database or "").absolute()
    if not path.is_file():
        raise OSError(f"{path}: no centre's data is there; --data names its folder")
    # Without a log nobody writes: then not even a lock or an index of the log is made beside the file.
    still = "" if Path(f"{path}-wal").exists() else "&immutable=1"
    source = f"{path.as_uri()}?mode=ro{still}"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(source, uri=True), poolclass=NullPool)
