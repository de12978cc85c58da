"""How much paper is left: guessed at first, then learnt from the rolls that ran out."""

from datetime import UTC, datetime

import pytest

from printers import render
from printers.layout import ticket_slip, void_slip
from printers.roll import Roll, printed, rows_of, seen
from printers.status import PrinterStatus, State
from printers.virtual import VirtualPrinter
from tests.printers.bench import Bench, slip_of
from tests.printers.test_layout import A012
from tests.printers.test_native import T20

NOW = datetime(2027, 3, 1, tzinfo=UTC)


def ready(low: bool = False) -> PrinterStatus:
    return PrinterStatus(State.READY_LOW if low else State.READY, "", NOW, True, low, True, "x")


def blocked(reason: str) -> PrinterStatus:
    return PrinterStatus(State.BLOCKED, reason, NOW, False, True, True, "x")


def test_no_estimate_until_it_is_low_then_the_stated_length_counts_down() -> None:
    roll = printed(Roll(), 1000)
    assert roll.left() is None
    roll = seen(roll, ready(low=True))
    assert roll.left(5000) == 40
    for _ in range(10):
        roll = printed(roll, 1000)
    assert roll.left(5000) == 30
    for _ in range(100):
        roll = printed(roll, 1000)
    assert roll.left(5000) == 0


def test_a_roll_that_ran_out_teaches_and_a_new_one_begins() -> None:
    roll = seen(printed(Roll(), 1000), ready(low=True))
    for _ in range(12):
        roll = printed(roll, 1000)
    roll = seen(seen(roll, blocked("paper_out")), blocked("paper_out"))
    assert roll.learned == (12000,)
    roll = seen(roll, ready())
    assert (roll.slips, roll.left()) == (0, None)
    assert seen(roll, ready(low=True)).left() == 12


def test_a_cover_opened_for_another_reason_changes_nothing_while_it_stays_low() -> None:
    roll = printed(seen(Roll(mean=1000), ready(low=True)), 1000)
    again = seen(seen(roll, blocked("cover")), ready(low=True))
    assert again.left() == roll.left()
    assert seen(again, ready()).slips == 0


def test_no_more_than_five_rolls_are_remembered_and_an_odd_one_does_not_count_much() -> None:
    roll = Roll(mean=1000, learned=(9000, 10000, 11000, 500, 10000, 10000)[-5:])
    assert seen(roll, ready(low=True)).left() == 10


@pytest.mark.parametrize("slip", [ticket_slip(A012), void_slip()])
@pytest.mark.parametrize("mode", ["raster", "native"])
def test_the_rows_of_a_slip_are_those_that_the_printer_feeds(slip: render.Slip, mode: str) -> None:
    content = render.content(slip, T20, mode) + b"\x1b\x64\x06"
    printer = VirtualPrinter()
    printer.feed(content, lambda data: None)
    assert rows_of(content) == pytest.approx(len(printer.sheet.rows), rel=0.25 if mode == "native" else 0.01)


def test_the_status_tells_it_once_and_it_survives_a_restart(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.spooler.submit("j1", slip_of("A001"))
    bench.until(lambda: bench.job("j1").over)
    assert bench.spooler.status().slips_left is None
    bench.printer.fault("near_end")
    bench.until(lambda: bench.spooler.status().paper_low, flow=0.5)
    first = bench.spooler.status().slips_left
    assert first
    bench.spooler.submit("j2", slip_of("A002"))
    bench.until(lambda: bench.job("j2").over)
    assert bench.spooler.status().slips_left == first - 1
    bench.crash()
    bench.start()
    assert bench.spooler.status().slips_left == first - 1
    bench.until(lambda: bench.spooler.status().paper_low, flow=0.5)
    assert sum("paper low" in record.message for record in caplog.records) == 1
    bench.printer.fault("paper_out")
    bench.until(lambda: bench.spooler.status().state is State.BLOCKED)
    bench.printer.fault("near_end", False)
    bench.printer.fault("paper_out", False)
    bench.ready()
    bench.until(lambda: bench.spooler.status().slips_left is None, flow=0.5)


def test_a_watchdog_sees_each_step(bench: Bench) -> None:
    before = bench.spooler.alive
    bench.pass_time(1)
    assert bench.spooler.alive > before
