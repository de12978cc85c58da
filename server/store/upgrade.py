"""A database of an older version made one of this version: with a copy beside it, and the way back if that fails."""

import logging
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from server.store.copies import BESIDE, copy_database
from server.store.database import HEAD, MIGRATIONS, migrate

log = logging.getLogger("rinda.store")


class NotUpgraded(RuntimeError):
    """The schema could not be changed; the database is as it was before."""


def upgrade(engine: Engine, folder: Path = MIGRATIONS, head: str = HEAD) -> None:
    """Migrates, with a checked copy beside the file until the next upgrade. NotUpgraded: it failed and the copy was put back.

    Where there is nothing to change nothing is copied, nor where the database is new or PostgreSQL, which goes back by itself.
    """
    path, version = Path(engine.url.database or ""), version_of(engine)
    if version in ("", head) or engine.dialect.name != "sqlite":
        migrate(engine, folder, head)
        return
    if version > head:
        raise NotUpgraded(f"{path}: schema {version} is of a newer version of Rinda; install that one again")
    try:
        kept = before(path, version)
        copy_database(path, kept)
    except (OSError, ValueError) as error:
        raise NotUpgraded(f"{path}: no copy could be made before the upgrade, so nothing was changed: {error}") from error
    try:
        migrate(engine, folder, head)
        with engine.connect() as connection:
            if (found := connection.execute(text("PRAGMA quick_check(1)")).scalar()) != "ok":
                raise ValueError(found)
    except Exception as error:
        engine.dispose()
        try:
            _put_back(kept, path)
        except (OSError, ValueError) as worse:
            raise NotUpgraded(
                f"{path}: schema {version} could not be made schema {head}: {error}; nor could the copy be put back: {worse}. "
                f"Make room, and put {kept} in its place"
            ) from error
        raise NotUpgraded(
            f"{path}: schema {version} could not be made schema {head}, so it is as it was before: {error}. Start the version of "
            f"Rinda that ran here last; the copy is {kept}"
        ) from error
    for other in path.parent.glob(f"{path.name}.before-*"):
        if other != kept:
            other.unlink()
    log.info("schema %s became %s; the database as it was: %s", version, head, kept)


def _put_back(kept: Path, path: Path) -> None:
    """The copy in place of the file: at no moment is there none, and no log of the one is left beside the other."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # folds the log into the file
    for ending in BESIDE[1:]:
        path.with_name(path.name + ending).unlink(missing_ok=True)
    copy_database(kept, path)


def version_of(engine: Engine) -> str:
    """The schema that a database has; empty for one that has none yet."""
    with engine.connect() as connection:
        known = inspect(connection).has_table("alembic_version")
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "") if known else ""


def before(path: Path, version: str) -> Path:
    """Where the copy of a database is kept that had a schema."""
    return path.with_name(f"{path.name}.before-{version}")
