"""Jobs that survive a power cut: one small SQLite file per printer, synchronous=FULL."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from printers import slip as paper
from printers.jobs import JobState
from printers.slip import Slip

KEEP = timedelta(hours=48)  # how long a finished job is remembered, and its id refused
SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (job_id TEXT PRIMARY KEY, place INTEGER, state BLOB NOT NULL, slip BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class JobStore:
    """Every call is durable when it returns and holds `lock` meanwhile (re-entrant, the owner's). sqlite3.Error on failure."""

    def __init__(self, path: str | Path, now: datetime, lock: AbstractContextManager[object]) -> None:
        if str(path) != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = lock
        self._db = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None, timeout=5)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(SCHEMA)
        self.forget(now)

    def load(self) -> dict[str, JobState]:
        """All jobs in the order of their submission."""
        with self._lock:
            rows = self._db.execute("SELECT job_id, state FROM jobs ORDER BY place").fetchall()
        return {job_id: msgspec.json.decode(state, type=JobState) for job_id, state in rows}

    def forget(self, now: datetime) -> list[str]:
        """Deletes jobs that were over two days ago; their ids."""
        old = [job.job_id for job in self.load().values() if job.over and now - job.since > KEEP]
        with self._lock:
            self._db.executemany("DELETE FROM jobs WHERE job_id = ?", [(job_id,) for job_id in old])
        return old

    def slip(self, job_id: str) -> Slip:
        """What to print; KeyError for an unknown job."""
        with self._lock:
            row = self._db.execute("SELECT slip FROM jobs WHERE job_id = ?", (job_id,)).fetchone()
        if row is None:
            raise KeyError(job_id)
        return paper.unpack(row[0])

    def save(self, job: JobState, slip: Slip | None = None, facts: dict[str, str] | None = None) -> None:
        """Writes the job, its slip when given (which also puts it last in line), and facts, in one transaction."""
        with self._lock, self._transaction():
            state = msgspec.json.encode(job)
            if slip is None:
                self._db.execute("UPDATE jobs SET state = ? WHERE job_id = ?", (state, job.job_id))
            else:
                self._db.execute(
                    "INSERT OR REPLACE INTO jobs VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM jobs), ?, ?)",
                    (job.job_id, state, paper.pack(slip)),
                )
            for name, value in (facts or {}).items():
                self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def fact(self, name: str) -> str:
        """A fact about the printer, or an empty string."""
        with self._lock:
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def note(self, name: str, value: str) -> None:
        """Writes one fact."""
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
