"""What judges the paper in the fault matrix can itself say no."""

from datetime import UTC, datetime

import pytest

from printers.jobs import JobState, Phase
from printers.virtual import VirtualPrinter
from tests.faults.evidence import judge
from tests.faults.stand import quick
from tests.printers.bench import copy_of, slip_of

NOW = datetime(2027, 3, 1, 7, 42, tzinfo=UTC)
CUT = b"\x1dV\x00"
VOID = b"VOID\n"


def outcome(printed: bytes, phase: Phase = Phase.PRINTED) -> object:
    """What the judge says of these bytes and a job for A001 in that phase; its evidence is a marker."""
    printer = VirtualPrinter()
    printer.feed(printed, lambda data: None)
    job = JobState("j1", phase, NOW, NOW, evidence="marker" if phase is Phase.PRINTED else "")
    return judge([*printer.papers, *([printer.sheet] if printer.sheet.rows else [])], {"A001": job})


def whole(name: str) -> bytes:
    return quick(slip_of(name))


def test_one_good_ticket_passes() -> None:
    assert outcome(whole("A001") + CUT) == {"printed marker": 1}
    assert outcome(whole("A001") + VOID + CUT + whole("A001") + CUT) == {"printed marker": 1}
    assert outcome(whole("A001") + CUT + quick(copy_of("A001")) + CUT) == {"printed marker": 1}
    assert outcome(b"", Phase.UNKNOWN) == {"unknown": 1}


@pytest.mark.parametrize(
    ("printed", "phase", "why"),
    [
        (whole("A001") + CUT + whole("A001") + CUT, Phase.PRINTED, "doubled"),
        (whole("A001")[:-12] + CUT + whole("A001") + CUT, Phase.PRINTED, "doubled"),  # torn, but its code can be read
        (whole("A001") + whole("B002") + CUT, Phase.PRINTED, "two numbers"),
        (whole("B002") + CUT, Phase.PRINTED, "not there"),
        (b"BEGIN A001\nEND A001\n" + CUT, Phase.PRINTED, "not there"),  # no code on it
        (whole("A001") + VOID + CUT, Phase.PRINTED, "not there"),
        (b"", Phase.SENT, "left open"),
    ],
)
def test_bad_paper_is_found(printed: bytes, phase: Phase, why: str) -> None:
    with pytest.raises(AssertionError, match=why):
        outcome(printed, phase)
