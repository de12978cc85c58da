"""A print job: its states and the pure machine between them (docs/printing.md)."""

import enum
from datetime import datetime

import msgspec

MAX_ATTEMPTS = 3


class Phase(enum.StrEnum):
    """The states of a job."""

    CREATED = "created"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    CONTENT_DONE = "content_done"
    PRINTED = "printed"
    UNCONFIRMED = "unconfirmed"
    UNKNOWN = "unknown"
    MISSING = "missing"
    EXPIRED = "expired"


OPEN = frozenset((Phase.SENDING, Phase.SENT, Phase.CONTENT_DONE))
WAITING = frozenset((Phase.CREATED, Phase.QUEUED))


class JobState(msgspec.Struct, frozen=True):
    """One job. `ttl_s` counts from `created`; `ask` says that the visitor should be asked whether paper came out.

    `evidence` tells what PRINTED rests on: marker, fence (weaker), counter, visitor. `cut_base` is the cut counter just
    before this ticket's own cut. `void` says that the attempt began with a VOID strip. `copies` counts reprints. `boot` names
    the switching on in which it was submitted or, later, last started.
    """

    job_id: str
    phase: Phase
    created: datetime
    since: datetime
    ttl_s: float = 60.0
    attempts: int = 0
    attempt_id: str = ""
    reason: str = ""
    evidence: str = ""
    ask: bool = False
    copies: int = 0
    void: bool = False
    cut_base: int | None = None
    boot: str = ""

    @property
    def over(self) -> bool:
        """True when nothing more happens by itself, but for UNCONFIRMED, which closes as UNKNOWN after 20 s."""
        return self.phase not in OPEN and self.phase not in WAITING


class Submitted(msgspec.Struct, frozen=True):
    """The job is stored and waits for the printer."""


class Started(msgspec.Struct, frozen=True):
    """An attempt begins; this is stored before the first byte goes out."""

    attempt_id: str
    void: bool
    cut_base: int | None
    boot: str


class NothingWritten(msgspec.Struct, frozen=True):
    """The connection failed before a byte was handed over (rule 1)."""


class Written(msgspec.Struct, frozen=True):
    """All bytes are with the operating system."""


class Content(msgspec.Struct, frozen=True):
    """M1 came back: the content is on paper."""


class Done(msgspec.Struct, frozen=True):
    """The ticket is out, or the counter or the visitor says so."""

    evidence: str


class Cleared(msgspec.Struct, frozen=True):
    """The printer forgot the rest of the job, on the same connection (rules 2 and 3)."""

    reason: str
    in_time: bool


class Doubtful(msgspec.Struct, frozen=True):
    """Nobody can tell whether it came out (rules 4 and 5)."""

    reason: str
    ask: bool = True


class Expired(msgspec.Struct, frozen=True):
    """It waited too long; the visitor keeps the number on the screen."""


class Answered(msgspec.Struct, frozen=True):
    """The visitor, or staff, says whether paper came out (rule 6)."""

    printed: bool


class Silent(msgspec.Struct, frozen=True):
    """Nobody answered the question in time."""


class CutSeen(msgspec.Struct, frozen=True):
    """Before another attempt the cut counter shows that the last one was cut after all; `certain` unless paper was handled."""

    certain: bool


class Reprint(msgspec.Struct, frozen=True):
    """The same job again, as a copy."""

    ttl_s: float


Event = (
    Submitted
    | Started
    | NothingWritten
    | Written
    | Content
    | Done
    | Cleared
    | Doubtful
    | Expired
    | Answered
    | Silent
    | Reprint
    | CutSeen
)


def created(job_id: str, now: datetime, ttl_s: float, boot: str = "") -> JobState:
    """A new job; `boot` names the time since this machine was switched on."""
    return JobState(job_id, Phase.CREATED, now, now, ttl_s, boot=boot)


def advance(job: JobState, event: Event, now: datetime) -> JobState:
    """The job after the event; the very same object when the event says nothing in its present state."""
    phase = job.phase
    match event:
        case Submitted() if phase is Phase.CREATED:
            return _to(job, Phase.QUEUED, now)
        case Started(attempt_id=ident, void=void, cut_base=base, boot=boot) if phase is Phase.QUEUED:
            job = msgspec.structs.replace(job, attempt_id=ident, void=void, cut_base=base, boot=boot)
            return _to(msgspec.structs.replace(job, attempts=job.attempts + 1), Phase.SENDING, now)
        case NothingWritten() if phase is Phase.SENDING:
            return _to(msgspec.structs.replace(job, attempts=job.attempts - 1), Phase.QUEUED, now)
        case CutSeen(certain=True) if phase is Phase.QUEUED and job.attempts:
            return _to(msgspec.structs.replace(job, evidence="counter"), Phase.PRINTED, now)
        case CutSeen() if phase is Phase.QUEUED and job.attempts:
            return _to(job, Phase.UNCONFIRMED, now, "perhaps printed before", ask=True)
        case Written() if phase is Phase.SENDING:
            return _to(job, Phase.SENT, now)
        case Content() if phase in (Phase.SENDING, Phase.SENT):
            return _to(job, Phase.CONTENT_DONE, now)
        case Done(evidence=evidence) if phase in OPEN or (phase is Phase.UNCONFIRMED and evidence == "counter"):
            return _to(msgspec.structs.replace(job, evidence=evidence), Phase.PRINTED, now)
        case Cleared(reason=reason) if phase is Phase.CONTENT_DONE:
            return _to(job, Phase.UNCONFIRMED, now, reason, ask=True)
        case Cleared(reason=reason, in_time=in_time) if phase in OPEN:
            again = in_time and job.attempts < MAX_ATTEMPTS
            return _to(job, Phase.QUEUED if again else Phase.EXPIRED, now, reason)
        case Doubtful(reason=reason, ask=ask) if phase in OPEN:
            return _to(job, Phase.UNCONFIRMED, now, reason, ask)
        case Expired() if phase in WAITING:
            return _to(job, Phase.EXPIRED, now, job.reason or "too late")
        case Answered(printed=True) if phase in (Phase.UNCONFIRMED, Phase.UNKNOWN, Phase.MISSING):
            return _to(msgspec.structs.replace(job, evidence="visitor"), Phase.PRINTED, now)
        case Answered(printed=False) if phase in (Phase.UNCONFIRMED, Phase.UNKNOWN):
            return _to(job, Phase.MISSING, now, job.reason)
        case Silent() if phase is Phase.UNCONFIRMED:
            return _to(job, Phase.UNKNOWN, now, job.reason)
        case Reprint(ttl_s=ttl_s) if job.over:
            return JobState(job.job_id, Phase.QUEUED, now, now, ttl_s, copies=job.copies + 1)
    return job


def _to(job: JobState, phase: Phase, now: datetime, reason: str = "", ask: bool = False) -> JobState:
    return msgspec.structs.replace(job, phase=phase, since=now, reason=reason, ask=ask)
