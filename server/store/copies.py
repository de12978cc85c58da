"""Copies of a SQLite database: made while it is in use, there whole or not at all, and opened before they are believed."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from server.files import full, put_in_place

BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite may have beside a file, by ending."""


def copy_database(source: Path, target: Path) -> None:
    """SQLite's online backup into one file without a log beside it; `target` is there whole or as it was before.

    Long, and for a thread that may wait: it holds no lock that a writer needs. OSError or ValueError for what is no good copy.
    """
    if not source.is_file():
        raise OSError(f"{source}: there is no such file")
    part = target.with_name(f".{target.name}.part")
    remove_database(part)
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here, closing(sqlite3.connect(part)) as there:
            here.execute("PRAGMA query_only=ON")
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")
            if (found := there.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                raise ValueError(f"{source}: {found}")
        os.chmod(part, 0o600)
        put_in_place(part, target)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
            raise full(target.parent) from error
        raise ValueError(f"{source}: {error}") from error
    finally:
        remove_database(part)


def remove_database(path: Path) -> None:
    """The file and what SQLite has beside it."""
    for ending in BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)
