"""The spooler under faults, over TCP: docs/printing.md, rules 1 to 6, one by one."""

import socket
from pathlib import Path

import pytest

from printers.jobs import Phase
from printers.status import State
from tests.printers.bench import Bench, copy_of, slip_of
from tests.printers.conftest import bench, generic  # noqa: F401

P = Phase
CONTENT_ROWS = 3 * 30  # three lines of native text


def valid(bench: Bench, name: str) -> int:  # noqa: F811
    """Pieces that a visitor could take for the ticket: its last line on it, neither a copy nor taken back."""
    return sum(f"END {name}" in piece and "VOID" not in piece and "COPY" not in piece for piece in bench.pieces())


def test_rule_1_no_byte_written_goes_back_to_the_queue(bench: Bench) -> None:  # noqa: F811
    bench.server.close()
    bench.until(lambda: bench.spooler.status().state is State.LOST)
    bench.spooler.submit("j1", slip_of("A001"))
    bench.pass_time(10)
    assert bench.phases("j1") == [P.QUEUED]
    bench.server = bench.printer.serve(port=bench.server.port)
    bench.phase("j1", P.PRINTED)
    assert bench.job("j1").attempts == 1
    assert bench.pieces() == ["BEGIN A001\nline\nEND A001"]


@pytest.mark.parametrize("is_generic", [False, True])
def test_a_dead_link_is_found_before_the_first_byte(tmp_path: Path, is_generic: bool) -> None:
    made = Bench(tmp_path / "jobs", generic=is_generic).ready()
    made.pass_time(2)
    made.printer.fault("silent")
    made.now += 5
    made.spooler.submit("j1", slip_of("A001"))
    made.pass_time(5)
    assert made.spooler.status().state is State.LOST
    assert made.phases("j1") == [P.QUEUED]
    assert made.pieces() == []
    made.close()


@pytest.mark.parametrize("rows", [1, 20, CONTENT_ROWS - 1])
def test_rule_2_paper_out_before_m1_is_cleared_and_sent_again_behind_a_void(bench: Bench, rows: int) -> None:  # noqa: F811
    bench.printer.paper_left = rows
    bench.spooler.submit("j1", slip_of("A001"))
    bench.until(lambda: bench.spooler.status().state is State.BLOCKED)
    bench.phase("j1", P.QUEUED)
    bench.printer.fault("paper_out", False)
    bench.phase("j1", P.PRINTED)
    assert bench.job("j1").attempts == 2
    assert bench.job("j1").void
    assert "VOID" in bench.pieces()[0]
    assert bench.pieces()[1:] == ["BEGIN A001\nline\nEND A001"]


def test_rule_3_paper_out_between_the_markers_is_unconfirmed_and_never_sent_again(bench: Bench) -> None:  # noqa: F811
    bench.printer.paper_left = CONTENT_ROWS + 60
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.UNCONFIRMED)
    assert bench.phases("j1") == [P.QUEUED, P.SENDING, P.SENT, P.CONTENT_DONE, P.UNCONFIRMED]
    bench.printer.fault("paper_out", False)
    bench.ready()
    bench.pass_time(5)
    bench.spooler.submit("j2", slip_of("A002"))
    bench.phase("j2", P.PRINTED)
    assert bench.pieces() == ["BEGIN A001\nline\nEND A001\nVOID", "BEGIN A002\nline\nEND A002"]


def test_paper_out_after_m2_changes_nothing(bench: Bench) -> None:  # noqa: F811
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.PRINTED)
    bench.printer.fault("paper_out")
    bench.until(lambda: bench.spooler.status().state is State.BLOCKED)
    assert bench.job("j1").phase is P.PRINTED


def test_cover_in_the_middle(bench: Bench) -> None:  # noqa: F811
    bench.printer.paper_left = 40
    bench.spooler.submit("j1", slip_of("A001"))
    bench.until(lambda: bench.spooler.status().state is State.BLOCKED)
    bench.printer.fault("cover_open")
    bench.until(lambda: bench.spooler.status().reason == "cover")
    bench.printer.fault("paper_out", False)
    bench.pass_time(3)
    bench.printer.fault("cover_open", False)
    bench.phase("j1", P.PRINTED)
    assert valid(bench, "A001") == 1


def test_cutter_jam_shows_at_the_cut_and_is_unconfirmed(bench: Bench) -> None:  # noqa: F811
    bench.printer.fault("cutter")
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.UNCONFIRMED)
    assert bench.spooler.status().reason == "cutter"


def test_three_attempts_then_no_more(bench: Bench) -> None:  # noqa: F811
    bench.spooler.submit("j1", slip_of("A001"), ttl_s=10000)
    for attempt in range(3):
        bench.printer.paper_left = 10
        bench.until(lambda n=attempt: bench.phases("j1").count(P.SENDING) == n + 1)  # type: ignore[misc]
        bench.phase("j1", P.QUEUED, P.EXPIRED)
        bench.printer.fault("paper_out", False)
    assert bench.job("j1").phase is P.EXPIRED
    assert valid(bench, "A001") == 0


@pytest.mark.parametrize("counts", [True, False])
def test_lost_marker_answers_do_not_double_when_the_counter_speaks(
    bench: Bench,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    counts: bool,
) -> None:
    """The documents know no such loss. Without a counter the spooler sends again, as rule 2 says."""
    say, dropped = bench.printer.say, []

    def lossy(data: bytes, reply: object) -> None:
        if data[:1] == b"_" and not counts:
            return
        if data[:2] == b"\x37\x22" and len(dropped) < 2:
            dropped.append(data)
            return
        say(data, reply)  # type: ignore[arg-type]

    monkeypatch.setattr(bench.printer, "say", lossy)
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.PRINTED)
    assert bench.job("j1").attempts == (1 if counts else 2)
    assert bench.job("j1").evidence == ("counter" if counts else "marker")
    assert valid(bench, "A001") == (1 if counts else 2)


def test_silence_in_the_middle_is_unconfirmed_and_never_sent_again(bench: Bench) -> None:  # noqa: F811
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.SENDING)
    bench.printer.fault("silent")
    bench.pass_time(12)
    assert bench.job("j1").phase is P.UNCONFIRMED
    bench.printer.fault("silent", False)
    bench.ready()
    bench.pass_time(10)
    assert bench.phases("j1").count(P.SENDING) == 1
    assert valid(bench, "A001") == 1


@pytest.mark.parametrize("reset", [False, True])
def test_rule_4_connection_lost_in_the_middle(bench: Bench, reset: bool) -> None:  # noqa: F811
    bench.printer.fault("hung")
    bench.spooler.submit("j1", slip_of("A001"))
    bench.spooler._session._read_at = bench.now
    bench.until(lambda: bench.job("j1").phase is P.QUEUED)
    bench.printer.fault("hung", False)
    bench.phase("j1", P.SENDING)
    bench.server.drop(reset=reset)
    bench.until(lambda: bench.spooler.status().state is State.LOST or bench.job("j1").over)
    bench.ready()
    bench.until(lambda: bench.job("j1").over)
    assert bench.phases("j1").count(P.SENDING) == 1 or bench.job("j1").phase is P.PRINTED
    assert valid(bench, "A001") <= 1


def test_rst_after_all_was_printed_stays_unconfirmed_but_fin_lets_the_counter_speak(tmp_path: Path) -> None:
    for reset, expected in ((True, P.UNCONFIRMED), (False, P.PRINTED)):
        made = Bench(tmp_path / f"{reset}").ready()
        say = made.printer.say
        made.printer.say = lambda data, reply, say=say: None if data[:2] == b"\x37\x22" else say(data, reply)  # type: ignore
        made.spooler.submit("j1", slip_of("A001"))
        made.until(lambda made=made: made.printer.papers)  # type: ignore[misc]
        made.printer.say = say  # type: ignore[method-assign]
        made.server.drop(reset=reset)
        made.until(lambda made=made: made.spooler.status().state is State.LOST)  # type: ignore[misc]
        made.ready()
        made.pass_time(3)
        assert made.job("j1").phase is expected
        made.close()


def test_rule_5_generic_never_sends_again(generic: Bench) -> None:  # noqa: F811
    generic.printer.paper_left = 40
    generic.spooler.submit("j1", slip_of("A001"))
    generic.phase("j1", P.UNCONFIRMED)
    generic.printer.fault("paper_out", False)
    generic.ready()
    generic.pass_time(10)
    assert generic.phases("j1").count(P.SENDING) == 1
    # What waited in the printer comes out after all; the next job takes its own strip.
    generic.spooler.submit("j2", slip_of("A002"))
    generic.phase("j2", P.PRINTED)
    assert valid(generic, "A001") == 1
    assert valid(generic, "A002") == 1


def test_a_late_fence_answer_of_one_job_never_confirms_the_next(generic: Bench) -> None:  # noqa: F811
    say, held = generic.printer.say, []

    def late(data: bytes, reply: object) -> None:
        if len(data) == 1 and data[0] & 0x90 == 0:
            held.append((data, reply))
        else:
            say(data, reply)  # type: ignore[arg-type]

    generic.printer.say = late  # type: ignore[method-assign,assignment]
    generic.printer.paper_left = 40
    generic.spooler.submit("j1", slip_of("A001"))
    generic.phase("j1", P.UNCONFIRMED)
    generic.printer.fault("paper_out", False)
    generic.ready()
    generic.spooler.submit("j2", slip_of("A002"))
    generic.phase("j2", P.SENT)
    say(*held[0])  # type: ignore[arg-type]
    generic.pass_time(2)
    assert generic.job("j2").phase is P.SENT
    generic.until(lambda: len(held) == 2)
    say(*held[1])  # type: ignore[arg-type]
    generic.phase("j2", P.PRINTED)


def test_half_open_link_is_lost_after_two_polls(bench: Bench) -> None:  # noqa: F811
    bench.printer.fault("hung")
    bench.pass_time(8)
    assert bench.spooler.status().state is State.LOST
    assert not bench.spooler.status().can_print
    bench.printer.fault("hung", False)
    bench.ready()


def test_interleaved_and_late_status_bytes_do_no_harm(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    say = bench.printer.say

    def noisy(data: bytes, reply: object) -> None:
        if data[:2] == b"\x37\x22":  # a stray real-time byte and an ASB around and inside the answer
            data = b"\x12" + data[:3] + b"\x12" + data[3:] + b"\x10\x00\x12\x00\x00"
        say(data, reply)  # type: ignore[arg-type]

    monkeypatch.setattr(bench.printer, "say", noisy)
    for n in range(10):
        bench.spooler.submit(f"j{n}", slip_of(f"A00{n}"))
    bench.phase("j9", P.PRINTED)
    assert len(bench.pieces()) == 10


def test_a_strip_left_by_one_visitor_is_voided_before_the_next(bench: Bench) -> None:  # noqa: F811
    bench.printer.paper_left = CONTENT_ROWS - 1
    bench.spooler.submit("j1", slip_of("A001"), ttl_s=1)
    bench.until(lambda: bench.spooler.status().state is State.BLOCKED)
    bench.phase("j1", P.EXPIRED)
    bench.printer.fault("paper_out", False)
    bench.spooler.submit("j2", slip_of("B002"))
    bench.phase("j2", P.PRINTED)
    first, second = bench.pieces()
    assert first.endswith("VOID")
    assert "B002" not in first
    assert second == "BEGIN B002\nline\nEND B002"


def test_a_torn_raster_on_reconnect_does_not_swallow_the_next_job(tmp_path: Path) -> None:
    for is_generic in (False, True):
        made = Bench(tmp_path / f"{is_generic}", generic=is_generic).ready()
        made.spooler._store.note("strip_dirty", "1")
        with socket.create_connection(("127.0.0.1", made.server.port)) as other:
            other.sendall(b"\x1b@\x1d\x76\x30\x00\x48\x00\x80\x00" + bytes(500))
        made.until(lambda made=made: made.printer._buffer or len(made.printer.sheet.rows) > 3)  # type: ignore[misc]
        made.crash()
        made.start()
        made.ready()
        made.spooler.submit("j1", slip_of("A001"))
        made.phase("j1", P.PRINTED)
        assert made.pieces()[-1] == "BEGIN A001\nline\nEND A001"
        assert made.job("j1").attempts == 1
        made.close()


def test_a_copy_after_doubt_is_marked(bench: Bench) -> None:  # noqa: F811
    bench.printer.paper_left = CONTENT_ROWS + 60
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.UNCONFIRMED)
    bench.printer.fault("paper_out", False)
    bench.spooler.answer("j1", printed=False)
    bench.spooler.reprint("j1", copy_of("A001"))
    bench.phase("j1", P.PRINTED)
    assert valid(bench, "A001") == 0
    assert "COPY END A001" in bench.pieces()[-1]
