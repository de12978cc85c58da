"""What the overview is told of a kiosk's printer."""

from datetime import UTC, datetime

import pytest

from kiosk.show import health, printer_state
from printers.status import PrinterStatus, State


@pytest.mark.parametrize(
    ("state", "reason", "low", "told", "detail"),
    [
        (State.READY, "", False, "ok", "escpos-epson"),
        (State.READY_LOW, "", True, "paper_low", "escpos-epson"),
        (State.BLOCKED, "paper_out", True, "paper_out", "escpos-epson"),
        (State.RECOVERING, "", True, "recovering", "escpos-epson"),
        (State.LOST, "cannot reach 10.0.0.9:9100: [Errno 113] No route to host", False, "lost",
         "escpos-epson; cannot reach 10.0.0.9:9100: [Errno 113] No route to host"),
    ],
)  # fmt: skip
def test_a_state_is_one_word_and_the_rest_is_detail(state: State, reason: str, low: bool, told: str, detail: str) -> None:
    can = state in (State.READY, State.READY_LOW)
    found = PrinterStatus(state, reason, datetime(2027, 3, 1, tzinfo=UTC), can, low, True, "escpos-epson", 40 if low else None)
    said = health(printer_state(found), ())
    assert (said.state, said.detail, said.slips) == (told, detail, 40 if low else None)
