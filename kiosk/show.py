"""What the page, the server and the measuring eye are told of a kiosk."""

from collections.abc import Sequence

import flask

from kiosk.feed import JobState, KioskState, PrinterState
from kiosk.reserve import ReserveNumber
from printers.jobs import JobState as Job
from printers.jobs import Phase
from printers.status import PrinterStatus, State
from server.protocol import Status
from server.release import VERSION

_SHOWN: dict[Phase, JobState] = {
    Phase.CREATED: "queued",
    Phase.QUEUED: "queued",
    Phase.SENDING: "printing",
    Phase.SENT: "printing",
    Phase.CONTENT_DONE: "printing",
    Phase.PRINTED: "printed",
    Phase.UNCONFIRMED: "unconfirmed",
    Phase.UNKNOWN: "failed",
    Phase.MISSING: "failed",
    Phase.EXPIRED: "expired",
}


def shown(job: Job) -> JobState:
    """What the page shows: a printer that can never confirm is not asked about."""
    return "printed" if job.phase == Phase.UNCONFIRMED and not job.ask else _SHOWN[job.phase]


def printer_state(found: PrinterStatus) -> PrinterState:
    """The printer as the page knows it."""
    return PrinterState(
        state=str(found.state), reason=found.reason, can_print=found.can_print, paper_low=found.paper_low,
        confirms=found.confirms, driver=found.driver, slips_left=found.slips_left,
    )  # fmt: skip


def health(printer: PrinterState, unsent: Sequence[ReserveNumber]) -> Status:
    """What the overview shows: the printer's trouble, numbers that are not with the server, and those that it does not take."""
    refused = [f"{one.number} {one.refused}" for one in unsent if one.refused]
    lost = printer.state == State.LOST
    trouble = State.LOST if lost else printer.reason or printer.state
    state = str(trouble) if not printer.can_print else "paper_low" if printer.paper_low else "ok"
    words = filter(None, (printer.driver, printer.reason if lost else "", *refused))
    return Status(
        state="number_refused" if refused and state == "ok" else state,
        detail="; ".join(words)[:200], slips=printer.slips_left, unsent=len(unsent),
        version=VERSION, driver=printer.driver[:40], confirms=printer.confirms,
    )  # fmt: skip


def metrics(state: KioskState) -> flask.Response:
    """For Prometheus."""
    lines = (
        f"rinda_kiosk_link_up {int(state.link.up)}",
        f"rinda_kiosk_can_print {int(state.printer.can_print)}",
        f"rinda_kiosk_paper_low {int(state.printer.paper_low)}",
        f"rinda_kiosk_numbers_unsent {state.reserve.unsent}",
    )
    return flask.Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


__all__ = ["health", "metrics", "printer_state", "shown"]
