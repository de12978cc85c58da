"""Gets each slip onto paper at most once, and knows when it does not know (docs/printing.md)."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from printers import codec, jobs, roll
from printers.codec import Block, Fence, Message
from printers.counter import Counter
from printers.drivers import CUTS_BYTES, ident_of
from printers.flight import Flight
from printers.jobs import OPEN, WAITING, Event, JobState, Phase
from printers.layout import void_slip
from printers.session import Session, Timing
from printers.slip import Slip
from printers.status import PrinterStatus, State
from printers.store import opened

log = logging.getLogger(__name__)

Facts = dict[str, str]
EVIDENCE_S = 60.0  # a cut counter says nothing about a job this long ago: paper may have been changed since
FORGET_S = 3600.0  # how often finished jobs of the day before yesterday are deleted
NO_ANSWER = "no confirmation"


class Spooler:
    """One printer's queue. `submit`, `answer`, `reprint`, `jobs` and `status` may be called from any thread; `step`,
    `run` and `close` from one. `render` gives a slip's bytes without cut and markers; its attribute `raster`, if it has
    one, does so for a printer that takes no native letters. `on_change` gets each new job state, after it is durable, from
    whichever thread caused it; it must not block. `driver` names one of printers.drivers.DRIVERS instead of probing: needed
    only for a printer that never answers. `remaining_mm` is what the near-end sensor leaves, until the first roll has shown
    it. `lost` is True when the file could not be read: what was printed before is not known. ValueError for a bad URL.
    """

    def __init__(
        self,
        url: str,
        store_path: str | Path,
        render: Callable[[Slip], bytes | Iterable[bytes]],
        clock: Callable[[], datetime],
        on_change: Callable[[JobState], None],
        *,
        cut: str = "full",
        driver: str = "",
        timing: Timing | None = None,
        timer: Callable[[], float] = time.monotonic,
        remaining_mm: int = roll.REMAINING_MM,
    ) -> None:
        self.alive = timer()  # the monotonic second of the last step, for a watchdog
        self._remaining_mm = remaining_mm
        self._render, self._clock, self._on_change, self._timer = render, clock, on_change, timer
        self._raster: Callable[[Slip], bytes | Iterable[bytes]] = getattr(render, "raster", render)
        self._cut = CUTS_BYTES[cut]
        self._timing = timing or Timing()
        self._lock = threading.RLock()
        self._store, self.lost = opened(store_path, clock(), self._lock)
        self._roll = self._roll_of(self._store.fact("roll"))
        self._wake = threading.Event()
        self._expected_until = 0.0
        self._draft: Slip | None = None
        self._drawn: tuple[bool, Slip, bytes] | None = None  # with letters or not, and the bytes
        self._session = Session(url, self._timing, clock, timer, self._store.fact("driver"), driver)
        self._session.track = msgspec.structs.replace(self._session.track, low=self._roll.low)
        self._jobs = self._store.load()
        self._unsettled = {job.job_id: job for job in self._jobs.values() if not _settled(job)}  # all that a step looks at
        self._deadline: dict[str, float] = {}
        self._ask_until: dict[str, float] = {}
        self._flight: Flight | None = None
        self._suspect: str = ""
        self._fences = 0  # generic: fences sent whose answers are still due
        self._counter = Counter(self._session, timer)
        self._seen_connection = 0
        self._cleared_on = 0  # the connection on which an attempt was last cleared
        self._forget_at = timer() + FORGET_S
        self._broken = False
        self._untold: list[JobState] = []
        self._resuming = True
        self._resume()
        self._resuming = False

    def submit(self, job_id: str, slip: Slip, *, ttl_s: float = 60) -> None:
        """Stores the job durably and wakes the loop; the same `job_id` again does nothing. sqlite3.Error if it cannot."""
        self.draw(slip)
        with self._lock:
            if job_id in self._jobs:
                return
            now = self._clock()
            job = jobs.advance(jobs.created(job_id, now, ttl_s, boot_id()), jobs.Submitted(), now)
            self._store.save(job, slip)
            self._deadline[job_id] = self._timer() + ttl_s  # first: the loop looks at the jobs without the lock
            self._keep(job)
        self._on_change(job)
        self._wake.set()

    def expect(self) -> None:
        """A job is likely to come within seconds: the printer is asked now for what a job would have to ask it first."""
        self._expected_until = self._timer() + self._timing.expected
        self._wake.set()

    def draw(self, slip: Slip) -> None:
        """A slip that is likely to be due soon is made into bytes now, and they are kept until the next one."""
        self._draft = slip
        self._wake.set()

    def answer(self, job_id: str, printed: bool) -> None:
        """What the visitor said about an UNCONFIRMED or UNKNOWN job; nothing for any other job."""
        self._apply(job_id, jobs.Answered(printed))
        self._wake.set()

    def withdraw(self, job_id: str) -> None:
        """Gives up a job that still waits for the printer: nobody is there to take the slip. Nothing for any other job."""
        with self._lock:
            waits = job_id in self._jobs and self._jobs[job_id].phase in WAITING
        if waits:
            self._apply(job_id, jobs.Expired())
            self._wake.set()

    def reprint(self, job_id: str, slip: Slip, *, ttl_s: float = 60) -> None:
        """Prints a finished job again with the copy slip (KOPIJA); nothing while the job is still on its way."""
        with self._lock:
            if job_id in self._jobs and self._jobs[job_id].over:
                self._deadline[job_id] = self._timer() + ttl_s
        self._apply(job_id, jobs.Reprint(ttl_s), slip)
        self._wake.set()

    def jobs(self) -> dict[str, JobState]:
        """All remembered jobs by id, oldest first; finished ones are forgotten after 48 h."""
        with self._lock:
            return dict(self._jobs)

    def status(self) -> PrinterStatus:
        """What the printer is able to do now."""
        left = self._roll.left(self._remaining_mm)
        return msgspec.structs.replace(self._session.track.status(), slips_left=left)

    def run(self, stop: threading.Event) -> None:
        """Steps until `stop` is set, then closes; whatever a printer does, nothing is raised."""
        while not stop.is_set():
            try:
                wait = self.step()
                if self._broken:
                    log.info("printer spooler %s: steps succeed again", self._session.url)
                self._broken = False
            except Exception:
                if not self._broken:
                    log.exception("printer spooler %s: a step failed", self._session.url)
                self._broken, wait = True, 1.0
            self._wake.wait(min(wait, 0.5))
            self._wake.clear()
        self.close()

    def close(self) -> None:
        """Closes connection and store; a job on its way is found as UNCONFIRMED at the next start."""
        self._session.close()
        self._store.close()

    def step(self) -> float:
        """One bounded piece of work; seconds until it wants to be called again (earlier after `submit`)."""
        session = self._session
        self.alive = self._timer()
        while self._untold:
            self._on_change(self._untold.pop(0))
        session.half_sent = session.half_sent or (self._dirty and not session.open)
        self._draw()
        messages = session.tick(self._busy, listening=bool(self._flight) or self._counter.asking)
        if session.open and session.connection != self._seen_connection:
            self._connected()
        self._look_at_paper()
        self._close_old()
        if self._flight:
            self._follow(self._flight, messages)
            return session.wait(self._busy)
        self._fences = max(0, self._fences - sum(isinstance(message, Fence) for message in messages))
        if not session.track.ready:
            self._counter.forget()
        elif self._suspect:
            self._audit(messages)
        else:
            self._next(messages)
        return session.wait(self._busy)

    @property
    def _busy(self) -> bool:
        return bool(self._flight) or self._counter.asking or self._due() or (self._expecting and not self._prepared)

    @property
    def _expecting(self) -> bool:
        return self._session.track.ready and self._timer() < self._expected_until

    @property
    def _prepared(self) -> bool:
        return self._session.fresh and (not self._session.driver.counts or self._counter.base is not None)

    def _due(self) -> bool:
        return self._session.track.ready and any(job.phase in WAITING for job in list(self._unsettled.values()))

    # what is stored

    def _resume(self) -> None:
        """After a restart: whatever was on its way is UNCONFIRMED until the cut counter says otherwise (rule 4)."""
        self._dirty = self._store.fact("strip_dirty") == "1"
        now, second, boot = self._clock(), self._timer(), boot_id()
        for job in list(self._jobs.values()):
            if job.phase in OPEN:
                self._apply(job.job_id, jobs.Doubtful("restarted"))
                self._suspect_of(job, same_power=job.boot == boot)
            elif job.phase in WAITING:
                age = (now - job.created).total_seconds()
                if age < 0 and job.boot != boot:
                    age = job.ttl_s  # nobody knows how long the machine was off
                self._deadline[job.job_id] = second + job.ttl_s - min(max(age, 0.0), job.ttl_s)
            elif job.phase is Phase.UNCONFIRMED:
                self._ask_until[job.job_id] = second + self._timing.ask

    def _suspect_of(self, job: JobState, same_power: bool) -> None:
        recent = (self._clock() - job.since).total_seconds() <= EVIDENCE_S
        self._suspect = job.job_id if same_power and recent and job.cut_base is not None else ""

    def _keep(self, job: JobState) -> None:
        self._jobs[job.job_id] = job
        if _settled(job):
            self._unsettled.pop(job.job_id, None)
        else:
            self._unsettled[job.job_id] = job

    def _apply(self, job_id: str, event: Event, slip: Slip | None = None, facts: Facts | None = None) -> JobState | None:
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None:
                return None
            after = jobs.advance(job, event, self._clock())
            if after is job:
                return None
            self._store.save(after, slip, facts)
            if after.phase is Phase.UNCONFIRMED:
                self._ask_until[job_id] = self._timer() + self._timing.ask
            self._keep(after)
            if facts and "strip_dirty" in facts:
                self._dirty = facts["strip_dirty"] == "1"
        if self._resuming:  # the caller does not hold this object yet: told by the first step
            self._untold.append(after)
        else:
            self._on_change(after)
        return after

    @staticmethod
    def _roll_of(stored: str) -> roll.Roll:
        try:
            return msgspec.json.decode(stored, type=roll.Roll) if stored else roll.Roll()
        except msgspec.DecodeError:
            return roll.Roll()

    def _look_at_paper(self) -> None:
        """Stores what is new about the paper; says once that it is low."""
        before, after = self._roll, roll.seen(self._roll, self._session.track.status())
        if after is before:
            return
        self._store.note("roll", msgspec.json.encode(after).decode())
        self._roll = after
        if after.low and not before.low:
            left = after.left(self._remaining_mm)
            log.warning("printer %s: paper low, about %s slips left", self._session.url, left)

    def _close_old(self) -> None:
        """Jobs past their time expire; questions past theirs close as UNKNOWN."""
        now = self._timer()
        for job in list(self._unsettled.values()):
            if job.phase in WAITING and now >= self._deadline.get(job.job_id, float("inf")):
                self._apply(job.job_id, jobs.Expired())
            elif job.phase is Phase.UNCONFIRMED and now >= self._ask_until.get(job.job_id, float("inf")):
                self._apply(job.job_id, jobs.Silent())

        if now >= self._forget_at:
            self._forget_at = now + FORGET_S
            with self._lock:
                for job_id in self._store.forget(self._clock()):
                    for known in (self._jobs, self._unsettled, self._deadline, self._ask_until):
                        known.pop(job_id, None)

    # starting a job

    def _connected(self) -> None:
        self._seen_connection = self._session.connection
        self._fences = 0
        self._counter.forget()
        if self._session.known and self._session.known != self._store.fact("driver"):
            self._store.note("driver", self._session.known)

    def _next(self, messages: list[Message]) -> None:
        with self._lock:
            waiting = [job for job in self._unsettled.values() if job.phase in WAITING]
        if not waiting and not self._expecting:
            self._counter.forget()
            return
        session = self._session
        if session.driver.counts:
            if not self._counter.known(messages):
                return
        elif not session.fresh:
            session.poll_soon()
            return
        if not waiting or session.polling or session.unsent:
            return
        if again := session.driver.recount(session.jobs_counted):
            session.queue(again)
            session.poll_soon()
            return
        self._start(min(waiting, key=lambda job: (job.created, job.job_id)))

    def _cut_after_all(self, job: JobState) -> bool:
        """True when the counter shows that the cleared attempt before this one was cut: its answers were lost, not it."""
        if not job.attempts or job.cut_base is None or self._counter.base is None or self._counter.base <= job.cut_base:
            return False
        certain = self._cleared_on == self._session.connection and job.reason == NO_ANSWER
        self._apply(job.job_id, jobs.CutSeen(certain))
        return True

    def _start(self, job: JobState) -> None:
        if self._cut_after_all(job):
            return
        session, void = self._session, self._dirty
        sequence = int(self._store.fact("sequence") or 0) + 1
        ident = ident_of(sequence)
        taken_back = self._bytes(void_slip()) if void else b""
        content = self._bytes(self._store.slip(job.job_id))
        frame = session.driver.frame(content, ident, self._cut, taken_back)
        base = None if self._counter.base is None or self._counter.base < 0 else self._counter.base + int(void)
        self._counter.base = None
        started = jobs.Started(f"{ident.decode('ascii')}a", void, base, boot_id())
        if not self._apply(job.job_id, started, facts={"strip_dirty": "1", "sequence": str(sequence)}):
            return
        rows = roll.rows_of(content) + roll.rows_of(taken_back) + roll.rows_of(self._cut)
        self._flight = Flight(job.job_id, ident, len(frame), void, session.jobs_counted, rows, self._timer())
        session.queue(frame)
        if session.driver.evidence == "fence":
            self._fences += 1

    def _draw(self) -> None:
        """Makes the bytes while the job is still being stored, or not even due."""
        if self._draft is None or self._flight or not self._session.track.ready:
            return
        draft, self._draft = self._draft, None
        self._drawn = (self._session.driver.letters, draft, self._bytes(draft))

    def _bytes(self, slip: Slip) -> bytes:
        letters = self._session.driver.letters
        if self._drawn and self._drawn[:2] == (letters, slip):
            return self._drawn[2]
        made = (self._render if letters else self._raster)(slip)
        return made if isinstance(made, bytes) else b"".join(made)

    # following it

    def _follow(self, flight: Flight, messages: list[Message]) -> None:
        session, now = self._session, self._timer()
        if session.open:
            if session.unsent < flight.left:
                flight.left, flight.moved_at = session.unsent, now
            if flight.left == 0 and self._apply(flight.job_id, jobs.Written()) and not session.driver.confirms:
                self._settle(flight, jobs.Doubtful("printer cannot confirm", ask=False), clean=True)
                return
        for message in messages:
            if self._heard(flight, message):
                return
        if not session.open:
            self._lost(flight)
            return
        fenced = flight.fenced_at_round is not None and session.rounds > flight.fenced_at_round
        if fenced and session.track.ready:
            self._settle(flight, jobs.Done(session.driver.evidence), clean=True)
            return
        if flight.clear_at is not None:
            if now - flight.clear_at > self._timing.clear:
                self._settle(flight, jobs.Doubtful(f"{flight.why}; no answer to clear"))
        elif session.track.state is State.BLOCKED:
            self._give_up(flight, session.track.reason)
        elif now - flight.moved_at > self._timing.marker:
            self._give_up(flight, NO_ANSWER)

    def _heard(self, flight: Flight, message: Message) -> bool:
        """Takes one message; True when the job is settled by it."""
        session = self._session
        if isinstance(message, Block) and message.cleared and flight.clear_at is not None:
            self._cleared_on = session.connection
            in_time = self._timer() < self._deadline.get(flight.job_id, 0.0)
            self._settle(flight, jobs.Cleared(flight.why, in_time))
            return True
        seen = session.driver.seen(message, flight.ident, flight.counted)
        if seen == "content":
            self._apply(flight.job_id, jobs.Content())
        elif seen == "done":
            self._settle(flight, jobs.Done(session.driver.evidence), clean=True)
            return True
        elif seen == "fence" and self._fences:
            self._fences -= 1
            if not self._fences:
                flight.fenced_at_round = session.rounds + int(session.polling)
                session.poll_soon()
        return False

    def _give_up(self, flight: Flight, why: str) -> None:
        session = self._session
        dropped = session.drop()
        flight.why = why
        if dropped == flight.total:
            self._settle(flight, jobs.NothingWritten(), clean=not flight.void)
        elif session.driver.clears:
            flight.clear_at = self._timer()
            session.queue(codec.CLEAR)
        else:
            session.half_sent = session.half_sent or dropped > 0
            if dropped:
                session.queue(session.driver.flush())
                self._fences -= int(session.driver.evidence == "fence")
            self._settle(flight, jobs.Doubtful(why))
            session.doubt()
            if session.track.ready:
                session.break_off("timeout", why)  # an answer went missing: begin the count anew

    def _lost(self, flight: Flight) -> None:
        session = self._session
        if session.lost_unsent >= flight.total and flight.left == flight.total:
            self._settle(flight, jobs.NothingWritten(), clean=not flight.void)
            return
        job = self._jobs[flight.job_id]
        self._settle(flight, jobs.Doubtful(f"connection lost: {session.track.reason}"))
        if flight.clear_at is None:
            self._suspect_of(job, same_power=session.lost_by == "eof")

    def _settle(self, flight: Flight, event: Event, clean: bool = False) -> None:
        self._flight = None
        facts = {"strip_dirty": "0"} if clean else {}
        if not isinstance(event, jobs.NothingWritten):
            self._roll = roll.printed(self._roll, flight.rows)
            facts["roll"] = msgspec.json.encode(self._roll).decode()
        self._apply(flight.job_id, event, facts=facts)

    def _audit(self, messages: list[Message]) -> None:
        """Rule 4: the cut counter may know what became of the job before the loss."""
        job = self._jobs.get(self._suspect)
        if not self._session.driver.counts or job is None or job.phase is not Phase.UNCONFIRMED:
            self._suspect = ""
            return
        found = self._counter.audit(job.cut_base or 0, messages)
        if found == "cut":
            self._apply(job.job_id, jobs.Done("counter"))
        if found:
            self._suspect = ""


def _settled(job: JobState) -> bool:
    return job.phase not in WAITING and job.phase not in OPEN and job.phase is not Phase.UNCONFIRMED


def boot_id() -> str:
    """A name for the time since this machine was switched on; empty where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


__all__ = ["JobState", "Phase", "PrinterStatus", "Spooler", "Timing"]
