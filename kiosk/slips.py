"""Makes the printer match the slips that are due, the server's and the kiosk's own, and tells what became of them."""

import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec

from kiosk.clock import microseconds_of
from kiosk.memory import Remembered
from kiosk.numbers import likely_slip, reserve_slip
from kiosk.paper import sheet_of
from kiosk.replay import LATER
from kiosk.reserve import Reserve, ReserveNumber
from kiosk.shapes import Jobs, PaperJob, SlipJob
from printers.jobs import JobState, Phase
from printers.slip import Slip
from printers.spooler import Spooler
from printers.store import put_aside
from server.protocol import Answer, CommandMessage

log = logging.getLogger("rinda.kiosk")

TTL_S = 60.0
TTL_US = 60_000_000
TOLD_AGAIN_S = 600.0
KEEP = "-2 days"
LEAST = 200
"""So many of the newest slips are kept however old the clock says they are: it may just have been put right."""

REPORTED = {
    Phase.PRINTED: "printed",
    Phase.UNCONFIRMED: "unconfirmed",
    Phase.UNKNOWN: "unknown",
    Phase.MISSING: "failed",
    Phase.EXPIRED: "expired",
}


class SlipBook:
    """The slips of the last two days, on disk: a copy can be printed after a restart. Calls are made under one lock.

    `lost` is True when the file could not be read: it is put aside for people to look at, and a new one begins.
    """

    def __init__(self, path: Path, now: datetime) -> None:
        self.lost = False
        try:
            self._open(path)
        except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
            self._db.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            kept = put_aside(path, now)
            log.exception("%s cannot be read; it is kept as %s, and a new one begins without the slips of before", path, kept)
            self.lost = True
            self._open(path)

    def _open(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS slips (visit TEXT PRIMARY KEY, data BLOB NOT NULL, at TEXT NOT NULL)")
        if (said := self._db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(said)
        newest = "SELECT rowid FROM slips ORDER BY rowid DESC LIMIT ?"
        self._db.execute(f"DELETE FROM slips WHERE at < datetime('now', ?) AND rowid NOT IN ({newest})", (KEEP, LEAST))
        rows = self._db.execute("SELECT visit, data FROM slips").fetchall()
        self._slips = {UUID(visit): msgspec.json.decode(data, type=SlipJob) for visit, data in rows}

    def get(self, visit: UUID) -> SlipJob | None:
        """The slip of a visit as it was last handed to the printer."""
        return self._slips.get(visit)

    def put(self, slip: SlipJob) -> None:
        """Keeps it; what is kept already is not written again."""
        if self._slips.get(slip.visit) != slip:
            self._slips[slip.visit] = slip
            data = msgspec.json.encode(slip)
            self._db.execute("INSERT OR REPLACE INTO slips VALUES (?, ?, datetime('now'))", (str(slip.visit), data))

    def close(self) -> None:
        """Closes the file."""
        self._db.close()


class Slips:
    """One kiosk's slips. `submit` gives None when the server does not answer; `paper` makes a slip's paper.

    `lock` keeps a number from being replaced while its slip goes to the printer. `now` is the centre's time. Where a file was
    lost nobody knows what was printed before the program began: a slip of before comes as a copy (KOPIJA).
    """

    def __init__(
        self,
        spooler: Spooler,
        reserve: Reserve,
        book: SlipBook,
        lock: AbstractContextManager[object],
        submit: Callable[[CommandMessage], Answer | None],
        paper: Callable[[SlipJob, bool, Jobs | None], Slip],
        remembered: Callable[[], Remembered | None],
        now: Callable[[], datetime],
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lost, self._timer, self._began = spooler.lost or book.lost, timer, timer()
        self._spooler, self._reserve, self._book, self._lock = spooler, reserve, book, lock
        self._submit, self._paper, self._remembered, self._now = submit, paper, remembered, now
        self._jobs: Jobs | None = None
        self._papers: set[UUID] = set()
        # What happened shortly before a restart may not have been told: it is told again, under the same ids.
        self._reported = {
            job.job_id: report_key(job)
            for job in spooler.jobs().values()
            if job.over and (datetime.now(job.since.tzinfo) - job.since).total_seconds() > TOLD_AGAIN_S
        }

    def due(self, jobs: Jobs) -> None:
        """The server's list of slips."""
        self._jobs = jobs

    def foresee(self, result: dict[str, Any], language: str) -> None:
        """A number was given: its slip is drawn while the server's list of slips is still on its way. It is not printed."""
        try:
            slip = likely_slip(result, language, self._now(), self._remembered())
            self._spooler.draw(self._paper(slip, False, self._jobs))
        except Exception:  # whatever becomes of its paper, the visitor is told the number
            log.exception("a slip could not be drawn ahead")

    def of(self, visit: UUID) -> SlipJob | None:
        """A visit's slip, if the server asked for it; called with the lock held or for a look only."""
        due = self._jobs.slips if self._jobs else ()
        return next((slip for slip in due if slip.visit == visit), None) or self._book.get(visit)

    def reconcile(self) -> None:
        """Submits what is due and has not been, withdraws what nobody waits for, reports what is over."""
        with self._lock:
            now = microseconds_of(self._now())
            for row in self._reserve.rows():
                if now - row.given.thought < TTL_US:
                    self._print_own(row, tuple(one.number for one in self._reserve.of(row.touch)))
            late = [slip for slip in (self._jobs.slips if self._jobs else ()) if not self._print(slip)]
        for paper in self._jobs.papers if self._jobs else ():
            self._print_paper(paper, self._jobs)
        for slip in late:
            self._report(slip.visit, "expired", copy=False, key=f"expired:{slip.order}", order=slip.order)
        for job in self._spooler.jobs().values():
            key = report_key(job)
            if job.phase not in REPORTED or self._reported.get(job.job_id) == key:
                continue
            visit = UUID(job.job_id)
            if visit in self._papers:
                self._report_paper(visit, REPORTED[job.phase], key)
                continue
            if not self._reserve.knows_alone(visit):
                order = known.order if (known := self._book.get(visit)) else 0
                self._report(visit, REPORTED[job.phase], copy=job.copies > 0, key=key, order=order)

    def settle(self, visit: UUID, printed: bool) -> None:
        """The visitor's word about a doubtful slip; "no" prints a copy."""
        self._spooler.answer(str(visit), printed)
        with self._lock:
            slip = self._book.get(visit)
        if not printed and slip is not None:
            self._spooler.reprint(str(visit), self._paper(slip, True, self._jobs), ttl_s=TTL_S)

    def _print(self, slip: SlipJob) -> bool:
        """False for a slip that came too late, or whose number nobody holds: the server need not wait for it."""
        id = str(slip.visit)
        job = self._spooler.jobs().get(id)
        if self._reserve.replaces(slip.visit):
            if job is not None:
                self._spooler.withdraw(id)
            return job is not None
        before = self._book.get(slip.visit)
        wanted = slip.order > (before.order if before is not None else 0)
        if job is None or (wanted and job.over):
            # What staff ask for is asked for now, however old the number is.
            left = TTL_S if slip.order else TTL_S - self._age(slip)
            if left <= 0:
                return False
            paper = self._paper(slip, slip.copy or self._doubtful(slip), self._jobs)
            if job is None:
                self._spooler.submit(id, paper, ttl_s=min(left, TTL_S))
            else:
                self._spooler.reprint(id, paper, ttl_s=TTL_S)
            self._book.put(slip)
        elif job.phase in REPORTED:
            self._reported.pop(id, None)
        elif not slip.waiting and not slip.order and not self._spooler.status().can_print:
            # Called while the printer could not print: when it is mended, nobody is there to take the slip.
            self._spooler.withdraw(id)
        return True

    def _print_paper(self, paper: PaperJob, jobs: Jobs | None) -> None:
        """Once; one that comes late is not printed, for nobody stands there any more."""
        self._papers.add(paper.paper)
        job = self._spooler.jobs().get(str(paper.paper))
        left = TTL_S - (self._now() - paper.asked).total_seconds()
        if job is not None:
            if job.phase in REPORTED:
                self._reported.pop(str(paper.paper), None)
        elif left <= 0 or jobs is None:
            self._report_paper(paper.paper, "expired", "expired")
        else:
            self._spooler.submit(str(paper.paper), sheet_of(paper, jobs.centre, jobs.timezone, jobs.logo), ttl_s=min(left, TTL_S))

    def _report_paper(self, paper: UUID, state: str, key: str) -> None:
        answer = self._submit(
            CommandMessage(id=uuid5(paper, key), name="ReportPaper", data={"paper": str(paper), "state": state})
        )
        if answer is not None and answer.code not in LATER:
            self._reported[str(paper)] = key

    def _print_own(self, row: ReserveNumber, party: tuple[str, ...]) -> None:
        slip = reserve_slip(row, self._remembered(), party)
        left = TTL_S - self._age(slip)
        if left > 0 and str(slip.visit) not in self._spooler.jobs():
            paper = self._paper(slip, self._doubtful(slip), self._jobs)
            self._spooler.submit(str(slip.visit), paper, ttl_s=min(left, TTL_S))
            self._book.put(slip)

    def _age(self, slip: SlipJob) -> float:
        return (self._now() - slip.issued).total_seconds()

    def _doubtful(self, slip: SlipJob) -> bool:
        """Whether it may have been printed before the program began, and nobody knows."""
        return self._lost and self._age(slip) > self._timer() - self._began

    def _report(self, visit: UUID, state: str, *, copy: bool, key: str, order: int) -> None:
        data = {"visit": str(visit), "state": state, "copy": copy, "order": order}
        answer = self._submit(CommandMessage(id=uuid5(visit, f"{key}:{order}"), name="ReportSlip", data=data))
        if answer is not None and answer.code not in LATER:
            self._reported[str(visit)] = key


def report_key(job: JobState) -> str:
    """What there is to report of a job."""
    return f"{job.phase}:{job.copies}"


def last(jobs: Mapping[str, JobState], most: int) -> list[JobState]:
    """The newest jobs."""
    return list(jobs.values())[-most:]
