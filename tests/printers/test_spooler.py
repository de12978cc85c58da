"""One printer's queue, over TCP, against the virtual printer."""

import logging
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from printers import codec
from printers.drivers import CUTS_BYTES
from printers.jobs import Phase
from printers.session import Timing
from printers.slip import Slip
from printers.spooler import Spooler
from printers.status import State
from tests.printers.bench import START, Bench, copy_of, plain, slip_of

P = Phase


def test_the_good_case_tells_every_phase_and_prints_once(bench: Bench) -> None:
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.PRINTED)
    assert bench.phases("j1") == [P.QUEUED, P.SENDING, P.SENT, P.CONTENT_DONE, P.PRINTED]
    assert bench.pieces() == ["BEGIN A001\nline\nEND A001"]
    assert bench.job("j1").evidence == "marker"
    assert bench.job("j1").cut_base == 0
    assert bench.spooler.status().driver == "escpos-epson"


def test_the_same_job_again_does_nothing(bench: Bench) -> None:
    for _ in range(3):
        bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.PRINTED)
    bench.spooler.submit("j1", slip_of("A001"))
    bench.pass_time(5)
    assert len(bench.pieces()) == 1


def test_jobs_print_in_order(bench: Bench) -> None:
    for n in range(5):
        bench.spooler.submit(f"j{n}", slip_of(f"A{n:03d}"))
    bench.phase("j4", P.PRINTED)
    assert [piece.split()[1] for piece in bench.pieces()] == [f"A{n:03d}" for n in range(5)]


def test_a_job_that_was_expected_asks_the_printer_nothing_more(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    feed = bench.printer.feed

    def watch(data: bytes, reply: object) -> None:
        asked.append(data)
        feed(data, reply)  # type: ignore[arg-type]

    monkeypatch.setattr(bench.printer, "feed", watch)
    bench.pass_time(2)
    bench.spooler.expect()
    bench.until(lambda: bench.spooler._prepared)
    assert any(codec.CUTS in data for data in asked)
    asked.clear()
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.PRINTED)
    first = asked[0]
    assert b"BEGIN A001" in first, "the first thing that the printer hears is the ticket"
    assert bench.job("j1").cut_base == 0


def test_what_was_read_for_an_expected_job_is_read_again_when_it_is_old(bench: Bench) -> None:
    bench.spooler.expect()
    bench.until(lambda: bench.spooler._prepared)
    bench.now += 60
    bench.printer.cuts += 1  # somebody pressed the feed button
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.PRINTED)
    assert bench.job("j1").cut_base == 1


def test_a_slip_that_was_drawn_ahead_is_drawn_once_and_never_printed_by_itself(tmp_path: Path) -> None:
    drawn: list[Slip] = []

    def render(slip: Slip) -> bytes:
        drawn.append(slip)
        return plain(slip)

    bench = Bench(tmp_path / "jobs.sqlite", render=render).ready()
    bench.spooler.draw(slip_of("A001"))
    bench.pass_time(2)
    assert (drawn, bench.pieces()) == ([slip_of("A001")], [])
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.PRINTED)
    bench.spooler.draw(slip_of("A003"))
    bench.spooler.submit("j2", slip_of("A002"))
    bench.phase("j2", P.PRINTED)
    assert bench.pieces() == ["BEGIN A001\nline\nEND A001", "BEGIN A002\nline\nEND A002"]
    assert drawn.count(slip_of("A002")) == 1
    bench.close()


def test_attempt_ids_differ_and_are_printable(bench: Bench) -> None:
    for n in range(3):
        bench.spooler.submit(f"j{n}", slip_of("A001"))
    bench.phase("j2", P.PRINTED)
    idents = {job.attempt_id for job in bench.spooler.jobs().values()}
    assert len(idents) == 3
    assert all(len(ident) == 4 and ident.isascii() and ident.isprintable() for ident in idents)


def test_sending_is_stored_before_the_first_byte(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[str] = []
    feed = bench.printer.feed

    def watch(data: bytes, reply: object) -> None:
        if b"BEGIN" in data:
            with sqlite3.connect(bench.store) as db:
                stored.append(db.execute("SELECT state FROM jobs").fetchone()[0].decode())
                stored.append(db.execute("SELECT value FROM facts WHERE name='strip_dirty'").fetchone()[0])
        feed(data, reply)  # type: ignore[arg-type]

    monkeypatch.setattr(bench.printer, "feed", watch)
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.PRINTED)
    assert '"phase":"sending"' in stored[0] or '"phase":"sent"' in stored[0]
    assert stored[1] == "1"


def test_generic_prints_by_its_fence_and_says_that_it_is_weaker(generic: Bench) -> None:
    generic.spooler.submit("j1", slip_of("A001"))
    generic.phase("j1", P.PRINTED)
    assert generic.phases("j1") == [P.QUEUED, P.SENDING, P.SENT, P.PRINTED]
    assert generic.job("j1").evidence == "fence"
    assert generic.spooler.status().driver == "escpos-generic"


def test_a_file_cannot_confirm_and_does_not_ask_and_never_voids(tmp_path: Path, bench: Bench) -> None:
    out = tmp_path / "out.bin"
    spooler = bench.start(f"file://{out}")
    for n in range(2):
        spooler.submit(f"f{n}", slip_of(f"F00{n}"))
    bench.phase("f1", P.UNCONFIRMED)
    assert not bench.job("f1").ask
    assert not spooler.status().confirms
    assert out.read_bytes() == b"".join(plain(slip_of(f"F00{n}")) + CUTS_BYTES["full"] for n in range(2))


def test_waits_for_the_printer_then_expires(bench: Bench) -> None:
    bench.printer.fault("paper_out")
    bench.until(lambda: bench.spooler.status().state is State.BLOCKED)
    assert bench.spooler.status().reason == "paper_out"
    bench.spooler.submit("j1", slip_of("A001"))
    bench.pass_time(59)
    assert bench.job("j1").phase is P.QUEUED
    bench.pass_time(2)
    assert bench.job("j1").phase is P.EXPIRED
    bench.printer.fault("paper_out", False)
    bench.ready()
    bench.pass_time(5)
    assert bench.pieces() == []


def test_near_end_goes_on_printing_and_shows(bench: Bench) -> None:
    bench.printer.fault("near_end")
    bench.until(lambda: bench.spooler.status().state is State.READY_LOW, flow=0.5)
    assert bench.spooler.status().can_print
    assert bench.spooler.status().paper_low
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.PRINTED)


def test_no_means_a_copy_and_yes_means_printed(bench: Bench) -> None:
    bench.printer.fault("cutter")
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.UNCONFIRMED)
    assert bench.job("j1").ask
    bench.spooler.answer("j1", printed=False)
    assert bench.job("j1").phase is P.MISSING
    bench.printer.fault("cutter", False)
    bench.spooler.reprint("j1", copy_of("A001"))
    bench.phase("j1", P.PRINTED)
    assert bench.job("j1").copies == 1
    # The first strip was taken back before the copy began.
    assert bench.pieces()[-1] == "COPY BEGIN A001\nCOPY line\nCOPY END A001"
    assert "VOID" in bench.pieces()[-2]
    bench.spooler.answer("j1", printed=True)
    assert bench.job("j1").evidence == "marker"


def test_no_answer_closes_after_twenty_seconds(bench: Bench) -> None:
    bench.printer.fault("cutter")
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.UNCONFIRMED)
    bench.pass_time(19)
    assert bench.job("j1").phase is P.UNCONFIRMED
    bench.pass_time(2)
    assert bench.job("j1").phase is P.UNKNOWN
    bench.spooler.answer("j1", printed=True)
    assert (bench.job("j1").phase, bench.job("j1").evidence) == (P.PRINTED, "visitor")


def test_reprint_while_on_its_way_does_nothing(bench: Bench) -> None:
    bench.printer.fault("paper_out")
    bench.until(lambda: bench.spooler.status().state is State.BLOCKED)
    bench.spooler.submit("j1", slip_of("A001"))
    bench.spooler.reprint("j1", copy_of("A001"))
    bench.spooler.reprint("unknown", copy_of("A001"))
    bench.printer.fault("paper_out", False)
    bench.phase("j1", P.PRINTED)
    assert bench.pieces() == ["BEGIN A001\nline\nEND A001"]


def test_a_queued_job_survives_a_restart_and_its_time_goes_on(bench: Bench) -> None:
    bench.printer.fault("paper_out")
    bench.until(lambda: bench.spooler.status().state is State.BLOCKED)
    bench.spooler.submit("old", slip_of("A001"), ttl_s=5)
    bench.spooler.submit("new", slip_of("A002"))
    bench.crash()
    bench.now += 6
    bench.printer.fault("paper_out", False)
    bench.start()
    bench.phase("new", P.PRINTED)
    assert bench.job("old").phase is P.EXPIRED
    assert bench.pieces() == ["BEGIN A002\nline\nEND A002"]
    bench.spooler.submit("old", slip_of("A001"))
    assert bench.job("old").phase is P.EXPIRED


def test_restart_with_the_cut_counter_as_witness(bench: Bench) -> None:
    bench.spooler.submit("j1", slip_of("A001"))
    bench.until(lambda: bench.job("j1").phase is not P.QUEUED, flow=0)
    while not bench.printer.papers:  # all is sent and cut, but the answers are never read
        bench.spooler._session._send()
    bench.crash()
    told = len(bench.changes)
    spooler = bench.start()
    assert spooler.jobs()["j1"].phase is P.UNCONFIRMED
    assert len(bench.changes) == told  # nobody is called from inside the constructor
    bench.phase("j1", P.PRINTED)
    assert [job.phase for job in bench.changes[told:]] == [P.UNCONFIRMED, P.PRINTED]
    assert bench.job("j1").evidence == "counter"
    bench.spooler.submit("j2", slip_of("A002"))
    bench.phase("j2", P.PRINTED)
    assert [piece for piece in bench.pieces() if "END" in piece] == [f"BEGIN A00{n}\nline\nEND A00{n}" for n in (1, 2)]


@pytest.mark.parametrize("why", ["another boot", "too long ago", "no base"])
def test_restart_without_a_witness_stays_unconfirmed(bench: Bench, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    if why == "no base":
        monkeypatch.setattr(
            bench.printer, "say", lambda data, reply, say=bench.printer.say: None if data[:1] == b"_" else say(data, reply)
        )
    bench.spooler.submit("j1", slip_of("A001"))
    bench.until(lambda: bench.job("j1").phase is not P.QUEUED)
    while not bench.printer.papers:
        bench.spooler._session._send()
    bench.crash()
    if why == "another boot":
        monkeypatch.setattr("printers.spooler.boot_id", lambda: "other")
    if why == "too long ago":
        bench.now += 3600
    bench.start()
    bench.ready()
    bench.pass_time(5)
    assert bench.job("j1").phase is P.UNCONFIRMED


def test_logs_once_when_it_breaks_and_once_when_it_mends(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        bench.printer.fault("paper_out")
        bench.pass_time(30)
        bench.printer.fault("paper_out", False)
        bench.ready()
        bench.pass_time(10)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "paper_out" in caplog.records[0].message


def test_run_never_raises_and_stops(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    spooler = Spooler("tcp://127.0.0.1:1", tmp_path / "s", plain, lambda: START, lambda job: None)
    stop = threading.Event()
    step, calls = spooler.step, []

    def failing() -> float:
        calls.append(1)
        if len(calls) == 3:
            stop.set()
            return 0.0
        if len(calls) == 1:
            raise RuntimeError("a bug")
        return step()

    spooler.step = failing  # type: ignore[method-assign]
    thread = threading.Thread(target=spooler.run, args=(stop,))
    spooler._wake.set()
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert sum("a step failed" in record.message for record in caplog.records) == 1


def test_run_prints_in_its_thread(tmp_path: Path) -> None:
    made = Bench(tmp_path / "b")
    done = threading.Event()
    spooler = Spooler(made.url, tmp_path / "s", plain, lambda: START, lambda job: done.set() if job.phase is P.PRINTED else None)
    stop = threading.Event()
    thread = threading.Thread(target=spooler.run, args=(stop,))
    thread.start()
    spooler.submit("j1", slip_of("A001"))
    assert done.wait(20)
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    made.close()


def test_bad_url_and_bad_driver_are_told_at_once(tmp_path: Path) -> None:
    for url, driver in (("ftp://x", ""), ("tcp://x", "laser")):
        with pytest.raises(ValueError, match=r"tcp://|raw-writeonly"):
            Spooler(url, tmp_path / "s", plain, lambda: START, lambda job: None, driver=driver)


def test_the_store_is_full_sync_and_forgets_after_two_days(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bench.spooler._store._db.execute("PRAGMA synchronous").fetchone() == (2,)
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.PRINTED)
    bench.crash()
    bench.now += timedelta(hours=47).total_seconds()
    assert "j1" in bench.start().jobs()
    bench.now += timedelta(hours=2).total_seconds()
    bench.spooler.submit("j2", slip_of("A002"))
    bench.phase("j2", P.PRINTED)
    bench.crash()
    assert list(bench.start().jobs()) == ["j1", "j2"], "few are kept however old: the clock may have been put right"
    bench.crash()
    monkeypatch.setattr("printers.store.LEAST", 1)
    assert list(bench.start().jobs()) == ["j2"]


def test_old_jobs_are_forgotten_while_it_runs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("printers.store.LEAST", 1)
    bench.spooler.submit("j1", slip_of("A001"))
    bench.phase("j1", P.PRINTED)
    bench.now += timedelta(hours=49).total_seconds()
    bench.spooler.submit("j2", slip_of("A002"))
    bench.until(lambda: list(bench.spooler.jobs()) == ["j2"])


def test_a_clock_that_was_put_right_forgets_no_job(tmp_path: Path) -> None:
    for now in (START - timedelta(days=5 * 365), START):
        spooler = Spooler("tcp://127.0.0.1:9", tmp_path / "jobs.db", plain, lambda now=now: now, lambda job: None)
        spooler.submit("j1", slip_of("A001"))
        spooler.withdraw("j1")
        assert [job.phase for job in spooler.jobs().values()] == [P.EXPIRED]
        spooler.close()


def test_a_job_is_not_too_late_while_it_is_being_submitted(tmp_path: Path) -> None:
    """The loop looks at the jobs at the very moment at which `submit` reads the time."""
    main, looks = threading.get_ident(), list[threading.Thread]()

    def timer() -> float:
        if armed and threading.get_ident() == main:
            armed.clear()
            looks.append(threading.Thread(target=spooler._close_old))
            looks[0].start()
            looks[0].join(0.2)
        return 1000.0

    armed = list[int]()
    spooler = Spooler("tcp://127.0.0.1:9", tmp_path / "s", plain, lambda: START, lambda job: None, timer=timer)
    armed.append(1)
    spooler.submit("j1", slip_of("A001"))
    looks[0].join(20)
    assert spooler.jobs()["j1"].phase is P.QUEUED
    spooler.close()


@pytest.mark.parametrize(("boot", "later", "phase"), [("same", 59, P.QUEUED), ("same", 61, P.EXPIRED), ("other", 1, P.EXPIRED)])
def test_a_clock_set_back_over_a_restart_prints_no_old_slip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, boot: str, later: float, phase: Phase
) -> None:
    """On a machine that stayed on, the slip gets its time once more; one that was off may have been off for days."""
    now, second = START, 1000.0

    def start() -> Spooler:
        return Spooler("tcp://127.0.0.1:9", tmp_path / "s", plain, lambda: now, lambda job: None, timer=lambda: second)

    monkeypatch.setattr("printers.spooler.boot_id", lambda: "same")
    spooler = start()
    spooler.submit("j1", slip_of("A001"), ttl_s=60)
    spooler.close()
    monkeypatch.setattr("printers.spooler.boot_id", lambda: boot)
    now, second = START - timedelta(days=1), 10.0
    spooler = start()
    second += later
    spooler.step()
    assert spooler.jobs()["j1"].phase is phase
    spooler.close()


@pytest.mark.parametrize("harm", ["all", "a page"])
def test_a_file_that_cannot_be_read_is_put_aside_and_the_strip_taken_as_dirty(bench: Bench, harm: str) -> None:
    for n in range(40):
        bench.spooler.submit(f"j{n}", slip_of("A001"))
        bench.spooler.withdraw(f"j{n}")
    bench.spooler._store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bench.crash()
    whole = bench.store.read_bytes()
    spoilt = b"\xff" * 8192 if harm == "all" else whole[:8192] + b"\xff" * 4096 + whole[12288:]
    bench.store.write_bytes(spoilt)
    again = bench.start()
    assert (again.lost, again.jobs()) == (True, {})
    (kept,) = bench.store.parent.glob(f"{bench.store.stem}-broken-*{bench.store.suffix}")
    assert kept.read_bytes() == spoilt
    again.submit("j1", slip_of("A002"))
    bench.phase("j1", P.PRINTED)
    assert bench.pieces() == ["VOID", "BEGIN A002\nline\nEND A002"]
    bench.crash()
    assert not bench.start().lost


def test_the_times_are_those_of_the_specification() -> None:
    timing = Timing()
    assert (timing.answer, timing.poll_idle, timing.poll_busy, timing.marker, timing.ask) == (0.5, 3.0, 0.5, 8.0, 20.0)
    assert timing.back_off == (1, 2, 4, 8, 16, 30)
