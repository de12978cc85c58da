"""Every phase x event of docs/printing.md; what is not in the table changes nothing."""

from datetime import UTC, datetime

import msgspec
import pytest

from printers.jobs import (
    MAX_ATTEMPTS,
    Answered,
    Cleared,
    Content,
    CutSeen,
    Done,
    Doubtful,
    Event,
    Expired,
    JobState,
    NothingWritten,
    Phase,
    Reprint,
    Silent,
    Started,
    Submitted,
    Written,
    advance,
    created,
)

NOW = datetime(2027, 3, 1, tzinfo=UTC)
P = Phase
EVENTS: dict[str, Event] = {
    "submitted": Submitted(),
    "started": Started("abca", False, 7, "boot"),
    "nothing": NothingWritten(),
    "written": Written(),
    "content": Content(),
    "done": Done("marker"),
    "counter": Done("counter"),
    "cleared": Cleared("paper_out", True),
    "cleared late": Cleared("paper_out", False),
    "doubtful": Doubtful("lost"),
    "expired": Expired(),
    "yes": Answered(True),
    "no": Answered(False),
    "silent": Silent(),
    "reprint": Reprint(60),
    "cut seen": CutSeen(True),
    "cut perhaps": CutSeen(False),
}
TABLE: dict[Phase, dict[str, Phase]] = {
    P.CREATED: {"submitted": P.QUEUED, "expired": P.EXPIRED},
    P.QUEUED: {"started": P.SENDING, "expired": P.EXPIRED, "cut seen": P.PRINTED, "cut perhaps": P.UNCONFIRMED},
    P.SENDING: {"nothing": P.QUEUED, "written": P.SENT, "content": P.CONTENT_DONE, "done": P.PRINTED, "counter": P.PRINTED,
                "cleared": P.QUEUED, "cleared late": P.EXPIRED, "doubtful": P.UNCONFIRMED},
    P.SENT: {"content": P.CONTENT_DONE, "done": P.PRINTED, "counter": P.PRINTED, "cleared": P.QUEUED,
             "cleared late": P.EXPIRED, "doubtful": P.UNCONFIRMED},
    P.CONTENT_DONE: {"done": P.PRINTED, "counter": P.PRINTED, "cleared": P.UNCONFIRMED, "cleared late": P.UNCONFIRMED,
                     "doubtful": P.UNCONFIRMED},
    P.PRINTED: {"reprint": P.QUEUED},
    P.UNCONFIRMED: {"counter": P.PRINTED, "yes": P.PRINTED, "no": P.MISSING, "silent": P.UNKNOWN, "reprint": P.QUEUED},
    P.UNKNOWN: {"yes": P.PRINTED, "no": P.MISSING, "reprint": P.QUEUED},
    P.MISSING: {"yes": P.PRINTED, "reprint": P.QUEUED},
    P.EXPIRED: {"reprint": P.QUEUED},
}  # fmt: skip


def at(phase: Phase, attempts: int = 1) -> JobState:
    return msgspec.structs.replace(created("j", NOW, 60), phase=phase, attempts=attempts)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("name", list(EVENTS))
def test_every_phase_and_event(phase: Phase, name: str) -> None:
    before = at(phase)
    after = advance(before, EVENTS[name], NOW)
    if name in TABLE[phase]:
        assert after.phase is TABLE[phase][name]
    else:
        assert after is before


def test_attempts_are_counted_and_end() -> None:
    assert advance(at(P.QUEUED, 0), EVENTS["started"], NOW).attempts == 1
    assert advance(at(P.SENDING), NothingWritten(), NOW).attempts == 0
    assert advance(at(P.SENT, MAX_ATTEMPTS), EVENTS["cleared"], NOW).phase is P.EXPIRED


def test_only_doubt_asks_and_a_reprint_starts_afresh() -> None:
    assert advance(at(P.SENT), Doubtful("lost"), NOW).ask
    assert not advance(at(P.SENT), Doubtful("printer cannot confirm", ask=False), NOW).ask
    assert advance(at(P.CONTENT_DONE), EVENTS["cleared"], NOW).ask
    again = advance(advance(at(P.SENT), Doubtful("x"), NOW), Reprint(30), NOW)
    assert (again.attempts, again.copies, again.ttl_s, again.ask, again.evidence) == (0, 1, 30, False, "")


def test_a_job_survives_json() -> None:
    job = advance(at(P.QUEUED, 0), EVENTS["started"], NOW)
    assert msgspec.json.decode(msgspec.json.encode(job), type=JobState) == job
