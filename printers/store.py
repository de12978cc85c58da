"""Jobs that survive a power cut: one small SQLite file per printer, synchronous=FULL."""

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from printers import slip as paper
from printers.jobs import JobState
from printers.slip import Slip

log = logging.getLogger(__name__)

KEEP = timedelta(hours=48)  # how long a finished job is remembered, and its id refused
LEAST = 200  # so many of the newest are remembered however old the clock says they are: it may just have been put right
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
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(SCHEMA)
            if (said := self._db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise sqlite3.DatabaseError(said)
            self.forget(now)
        except BaseException:
            self._db.close()
            raise

    def load(self) -> dict[str, JobState]:
        """All jobs in the order of their submission."""
        with self._lock:
            rows = self._db.execute("SELECT job_id, state FROM jobs ORDER BY place").fetchall()
        return {job_id: msgspec.json.decode(state, type=JobState) for job_id, state in rows}

    def forget(self, now: datetime) -> list[str]:
        """Deletes jobs that were over two days ago, but never one of the newest `LEAST`; their ids."""
        jobs = list(self.load().values())
        newest = max((job.since for job in jobs), default=now)
        old = [job.job_id for job in jobs[: max(0, len(jobs) - LEAST)] if job.over and min(now, newest) - job.since > KEEP]
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


def opened(path: str | Path, now: datetime, lock: AbstractContextManager[object]) -> tuple[JobStore, bool]:
    """The jobs in a file, and whether those before were lost: a file that cannot be read is put aside for people to look at.

    What was on its way then may hang half printed in the printer, so the strip counts as dirty.
    """
    try:
        return JobStore(path, now, lock), False
    except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        kept = put_aside(Path(path), now)
        log.exception("%s cannot be read; it is kept as %s, and a new one begins without the slips of before", path, kept)
    store = JobStore(path, now, lock)
    store.note("strip_dirty", "1")
    return store, True


def put_aside(path: Path, now: datetime) -> str:
    """Gives a database file and what belongs to it another name, which is answered. OSError."""
    name = f"{path.stem}-broken-{now:%Y%m%dT%H%M%S%f}{path.suffix}"
    for end in ("", "-wal", "-shm"):
        part = path.with_name(path.name + end)
        if part.exists():
            part.rename(path.with_name(name + end))
    return name
