"""Custom and Star printers: chosen by what they answer, proven by what they say, their presenters freed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from printers import render
from printers.codec import Full, StarStatus
from printers.drivers import CustomKiosk, Star, probing
from printers.drivers.star import settle
from printers.jobs import Phase
from printers.layout import void_slip
from printers.ports import open_port
from printers.slip import Number, Text
from printers.splitters import FullSplitter, StarSplitter
from printers.status import State, from_full, from_star
from printers.virtual import VirtualPrinter
from tests.printers.bench import Bench, copy_of, slip_of

P = Phase


@pytest.fixture(params=["custom", "star", "star-presenter"])
def kiosk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "jobs.sqlite", family=request.param, taken_after=None)
    yield made.ready()
    made.close()


@pytest.fixture(params=["custom", "star-presenter"])
def presenter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "jobs.sqlite", family=request.param, taken_after=None)
    yield made.ready()
    made.close()


@pytest.mark.parametrize(
    ("family", "driver"), [("custom", "custom-kiosk"), ("star", "star-line"), ("star-presenter", "star-line")]
)
@pytest.mark.parametrize("fault", ["", "paper_out", "cover_open", "jam"])
def test_chosen_by_its_answers_and_nothing_on_paper(family: str, driver: str, fault: str) -> None:
    printer = VirtualPrinter(family=family)
    if fault:
        printer.fault(fault)
    server = printer.serve(port=0)
    port = open_port(f"tcp://127.0.0.1:{server.port}")
    port.open()
    try:
        found = probing(port)
        assert found.driver.name == driver
        assert found.reading
        assert found.reading.reason == {"cover_open": "cover"}.get(fault, fault)
        if fault:
            printer.fault(fault, False)
        assert not printer.sheet.rows
        assert not printer.papers
    finally:
        port.close()
        server.close()


def test_a_job_is_printed_and_proven(kiosk: Bench) -> None:
    kiosk.spooler.submit("j1", slip_of("A001"))
    kiosk.phase("j1", P.PRINTED)
    assert kiosk.job("j1").evidence == kiosk.spooler._session.driver.evidence
    assert kiosk.pieces() == ["BEGIN A001\nline\nEND A001"]


def test_a_ticket_held_out_stops_the_next_until_it_is_taken(presenter: Bench) -> None:
    presenter.spooler.submit("j1", slip_of("A001"))
    presenter.phase("j1", P.PRINTED)
    presenter.until(lambda: presenter.spooler.status().state is State.PRESENTER_BUSY)
    status = presenter.spooler.status()
    assert (status.can_print, status.reason) == (False, "presenter")
    presenter.spooler.submit("j2", slip_of("A002"))
    presenter.pass_time(5)
    assert presenter.job("j2").phase is P.QUEUED
    presenter.printer.take()
    presenter.phase("j2", P.PRINTED)
    assert [piece.fate for piece in presenter.printer.papers] == ["taken", ""]


def test_nobody_takes_it_and_it_goes_back_after_thirty_seconds(presenter: Bench) -> None:
    presenter.spooler.submit("j1", slip_of("A001"))
    presenter.phase("j1", P.PRINTED)
    presenter.pass_time(27)
    assert presenter.printer.position == "out"
    presenter.pass_time(6)
    assert presenter.printer.papers[0].fate == "retracted"
    presenter.ready()


def test_a_doubtful_strip_is_taken_back_before_the_next_ticket(kiosk: Bench) -> None:
    kiosk.printer.fault("cutter")
    kiosk.spooler.submit("j1", slip_of("A001"))
    kiosk.phase("j1", P.UNCONFIRMED)
    assert kiosk.job("j1").ask
    kiosk.printer.fault("cutter", False)
    kiosk.spooler.reprint("j1", copy_of("A001"))
    kiosk.until(lambda: kiosk.printer.take() or kiosk.job("j1").over)
    assert kiosk.job("j1").phase is P.PRINTED
    pieces = kiosk.pieces()
    assert pieces[-1] == "COPY BEGIN A001\nCOPY line\nCOPY END A001"
    assert any(piece.startswith("VOID") or "\nVOID" in piece for piece in pieces[:-1])


@pytest.mark.parametrize("rows", [20, 45, 70, 200])
def test_paper_out_in_the_middle_never_makes_two_valid_tickets(kiosk: Bench, rows: int) -> None:
    kiosk.printer.paper_left = rows
    kiosk.spooler.submit("j1", slip_of("A001"))
    kiosk.until(lambda: kiosk.printer.take() or kiosk.job("j1").over)
    kiosk.printer.fault("paper_out", False)
    kiosk.spooler.submit("j2", slip_of("A002"))
    kiosk.until(lambda: kiosk.printer.take() or kiosk.job("j2").over)
    assert kiosk.job("j2").phase is P.PRINTED
    valid = [piece for piece in kiosk.pieces() if "END" in piece and "VOID" not in piece]
    assert sum("A001" in piece for piece in valid) <= 1
    assert sum("A002" in piece for piece in valid) == 1
    assert not any("A001" in piece and "A002" in piece for piece in valid)


def test_a_star_printer_that_comes_back_finishes_its_old_job_before_it_gets_a_new_one(tmp_path: Path) -> None:
    made = Bench(tmp_path / "jobs.sqlite", family="star", speed=2000)
    made.ready()
    made.spooler.submit("j1", slip_of("A001"))
    made.until(lambda: made.job("j1").phase is P.SENT)
    made.server.drop(reset=True)
    made.phase("j1", P.UNCONFIRMED, P.PRINTED)
    made.spooler.submit("j2", slip_of("A002"))
    made.phase("j2", P.PRINTED)
    assert [piece for piece in made.pieces() if "END A002" in piece and "VOID" not in piece]
    made.close()


def test_a_star_job_counter_never_passes_its_end_and_a_power_cut_proves_nothing(tmp_path: Path) -> None:
    made = Bench(tmp_path / "jobs.sqlite", family="star")
    made.ready()
    for n in range(25):
        made.spooler.submit(f"j{n}", slip_of(f"A{n:03d}"))
    made.until(lambda: all(job.over for job in made.spooler.jobs().values()))
    assert all(job.phase is P.PRINTED for job in made.spooler.jobs().values())
    assert len(made.printer.papers) == 25
    made.close()
    for base in range(30):
        assert Star().seen(StarStatus(bytes.fromhex("23 06 00 00 00 00 00 00 00")), b"abc", base) == ""


def test_splitters_put_pieces_together_and_pass_over_what_is_none() -> None:
    star = bytes.fromhex("23 06 08 00 00 08 00 06 06")
    noise = bytes.fromhex("10 00 11 12")
    whole = [m for byte in noise + star + b"\x12" + star for m in StarSplitter().feed(bytes((byte,)))]
    assert not [m for m in whole if isinstance(m, StarStatus)]  # each byte to a new splitter
    splitter = StarSplitter()
    found = [m for byte in noise + star + b"\x12" + star for m in splitter.feed(bytes((byte,)))]
    statuses = [m for m in found if isinstance(m, StarStatus)]
    assert [m.jobs for m in statuses] == [3, 3]
    assert [m.presenter for m in statuses] == [3, 3]
    assert from_star(statuses[0]).reason == "paper_out"
    custom = FullSplitter()
    stream = bytes.fromhex("10 00 00 00 00  10 0f 20 00 00 00  00")
    full = [m for byte in stream for m in custom.feed(bytes((byte,))) if isinstance(m, Full)]
    assert full == [Full(0x20, 0, 0, 0)]
    assert from_full(full[0]).presented


@pytest.mark.parametrize("before", range(32))
def test_no_older_job_reaches_the_goal_of_settling(before: int) -> None:
    marks, goal = settle(before)
    assert marks.count(b"\x17") == goal
    assert goal not in {(before + older) % 32 for older in range(3)}


def test_frames_of_the_two() -> None:
    full = b"\x1b\x64\x06\x1d\x56\x00"
    assert CustomKiosk().frame(b"\x1b@T\n", b"abc", full, b"").hex(" ") == "1b 40 1d e0 0f 54 0a 1b 69 1d 65 03 0c"
    assert Star().frame(b"\x1b@T\n", b"abc", full, b"").hex(" ") == "1b 40 1b 1e 61 00 54 0a 17 1b 64 02 17"


def test_a_star_printer_prints_the_same_dots() -> None:
    slip = void_slip()
    sheets = []
    for family, frame in (("epson", lambda c: c), ("star", lambda c: Star().frame(c, b"abc", b"\x1b\x64\x06", b""))):
        printer = VirtualPrinter(family=family)
        printer.feed(frame(render.content(slip)), lambda data: None)
        rows = [row.ljust(72, b"\0") for row in printer.sheet.rows]
        inked = [at for at, row in enumerate(rows) if any(row)]
        sheets.append(rows[inked[0] : inked[0] + 100])
    assert sheets[0] == sheets[1]


def test_a_star_printer_gets_a_picture_whatever_was_chosen(tmp_path: Path) -> None:
    made = Bench(tmp_path / "jobs.sqlite", family="star", render=render.chosen("tcp://x", "TM-T20II", "", "native"))
    made.ready()
    made.spooler.submit("j1", (Text("āčēģīķļņšūž"), Number("A001")))
    made.phase("j1", P.PRINTED)
    assert made.pieces() == ["A001"]
    made.close()


def test_what_a_star_printer_cannot_print_is_an_error() -> None:
    with pytest.raises(ValueError, match="raster and ASCII"):
        Star().frame(b"\x1b@\x1bt\x21\x83\n", b"abc", b"\x1b\x64\x06", b"")
