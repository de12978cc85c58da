"""The bare SQLite commit: the rows that the product wrote for one kind of event, inserted again with nothing around it."""

import itertools
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

ROWS = 200
_READ = {
    "journal": "SELECT * FROM journal WHERE type = ? ORDER BY position DESC LIMIT ?",
    "visits": "SELECT * FROM visits WHERE visit IN (SELECT json_extract(data, '$.visit') FROM journal WHERE type = ? LIMIT ?)",
    "replies": "SELECT * FROM replies WHERE command IN (SELECT command FROM journal WHERE type = ? LIMIT ?)",
}


class Commits:
    """A database of its own with the product's tables and settings; `run` commits one event's rows at a time."""

    def __init__(self, source: Path, kind: str) -> None:
        self._path = source.with_name(f"bare-{kind}.db")
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as kept:
            tables = [sql for (sql,) in kept.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")]
            rows = {name: kept.execute(query, (kind, ROWS)).fetchall() for name, query in _READ.items()}
        self._rows: dict[str, itertools.cycle[tuple[Any, ...]]] = {name: itertools.cycle(found) for name, found in rows.items()}
        self._database = sqlite3.connect(self._path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._database.execute(f"PRAGMA {pragma}")
        for sql in tables:
            self._database.execute(sql)
        self._position = 0

    def run(self, times: int) -> list[float]:
        """Seconds of each commit."""
        taken = []
        for _ in range(times):
            self._position += 1
            key = os.urandom(16).hex() + "0000"
            journal, visit, reply = (next(self._rows[name]) for name in ("journal", "visits", "replies"))
            started = perf_counter()
            self._database.execute("BEGIN IMMEDIATE")
            self._insert("journal", (self._position, *journal[1:]))
            self._insert("visits", (key, visit[1], visit[2], self._position, *visit[4:]))
            self._insert("replies", (key, *reply[1:]))
            self._database.execute("COMMIT")
            taken.append(perf_counter() - started)
        return taken

    def close(self) -> None:
        """Closes and removes the database."""
        self._database.close()
        self._path.unlink()

    def _insert(self, table: str, row: tuple[Any, ...]) -> None:
        self._database.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
