"""Drivers, and the choice between them by what a printer answers, never by its name (names lie)."""

import time
from collections.abc import Callable

from printers import codec
from printers.codec import Block, Fence, Full, Message, RealTime, Splitter, StarStatus
from printers.cuts import CUTS_BYTES
from printers.drivers.base import INIT, Driver, ident_of
from printers.drivers.custom_kiosk import FULL, CustomKiosk
from printers.drivers.epson import Epson
from printers.drivers.generic import Generic
from printers.drivers.star import ASB_OFF, ASK, Star, settle
from printers.drivers.write_only import WriteOnly
from printers.ports import Port, PortError
from printers.splitters import FullSplitter, Splits, StarSplitter
from printers.status import Reading, from_full, from_polls, from_star

__all__ = [
    "CUTS_BYTES",
    "DRIVERS",
    "CustomKiosk",
    "Driver",
    "Epson",
    "Generic",
    "Probe",
    "Star",
    "WriteOnly",
    "ident_of",
    "probe",
    "probing",
]

DRIVERS: dict[str, Driver] = {driver.name: driver for driver in (Epson(), CustomKiosk(), Star(), Generic(), WriteOnly())}
ANSWER_S = 0.5
PROCESS_ID_S = 2.0
GRACE_S = 0.3  # after the fence behind a process ID answered, the ID itself gets this long
SETTLE_S = 10.0  # a Star printer's older jobs are over by then, or the connection is made anew
PACE_S = 0.02  # between two looks at the job counter
PROBE_IDENT = b"oooo"


class Probe:
    """What the probe found: the driver, the last reading (None when silent), and whether it was too busy to be sure."""

    def __init__(self, driver: Driver, reading: Reading | None, sure: bool) -> None:
        self.driver, self.reading, self.sure = driver, reading, sure


def probe(port: Port) -> Driver:
    """The driver for an open port, by what it answers: a Star status, a Custom full status, a process ID within 2 s, DLE EOT,
    or nothing (write-only).

    PortError when the connection breaks. Sends ESC ACK SOH, DLE EOT 1 to 4 and 20, ESC @, GS ( H fn 48 and GS r 1: control
    bytes that print nothing on a printer that does not know them, but for the process ID, which ESC @ takes back.
    """
    return probing(port).driver


def probing(port: Port, flush: bytes = b"") -> Probe:
    """As `probe`, with the reading and its certainty; `flush` goes first, to end a job left half sent."""
    if not port.answers:
        return Probe(WriteOnly(), None, True)
    splitter = Splitter()
    if flush:
        port.write(flush, PROCESS_ID_S)
        if flush == codec.CLEAR:
            _until(port, splitter, lambda m: isinstance(m, Block) and m.cleared, ANSWER_S)
    first = _first(port) or _first(port)
    if isinstance(first, StarStatus):
        return _star(port, first)
    if first is None:
        return Probe(WriteOnly(), None, False)
    answers = [first.byte]
    for n in (2, 3, 4):
        found = _ask(port, splitter, n)
        if found is None:
            return Probe(WriteOnly(), None, True)
        answers.append(found)
    reading = from_polls(*answers)
    if reading.reason:
        port.write(FULL, ANSWER_S)
        full = _until(port, FullSplitter(), lambda m: isinstance(m, Full), ANSWER_S)
        return Probe(CustomKiosk(), from_full(full), True) if isinstance(full, Full) else Probe(Generic(), reading, False)
    return _escpos(port, reading)


def _first(port: Port) -> RealTime | StarStatus | None:
    """What answers ESC ACK SOH or DLE EOT 1. A Star printer sends its status before it answers the EOT in the second."""
    port.write(ASK + codec.dle_eot(1), ANSWER_S)
    star, epson = StarSplitter(), Splitter()
    until = time.monotonic() + ANSWER_S
    while (left := until - time.monotonic()) > 0:
        data = port.read(left)
        for message in (*star.feed(data), *epson.feed(data)):
            if isinstance(message, StarStatus | RealTime):
                return message
    return None


def _star(port: Port, first: StarStatus) -> Probe:
    """Sure once all older jobs are over; PortError when it prints on and on."""
    reading = from_star(first)
    if reading.reason:
        return Probe(Star(), reading, False)
    marks, goal = settle(first.jobs)
    port.write(ASB_OFF + marks, ANSWER_S)
    splitter, until = StarSplitter(), time.monotonic() + SETTLE_S
    while time.monotonic() < until:
        port.write(ASK, ANSWER_S)
        found = _until(port, splitter, lambda m: isinstance(m, StarStatus), ANSWER_S)
        if not isinstance(found, StarStatus):
            break
        reading = from_star(found)
        if found.jobs == goal or reading.reason:
            return Probe(Star(), reading, found.jobs == goal)
        time.sleep(PACE_S)
    raise PortError("timeout", "still busy with an earlier job")


def _escpos(port: Port, reading: Reading) -> Probe:
    """Which ESC/POS printer that is: the real-time full status comes first, the process ID in its turn, then the fence."""
    port.write(FULL + INIT + codec.process_id(PROBE_IDENT) + INIT + codec.FENCE, ANSWER_S)
    splitter = FullSplitter()
    until, fenced = time.monotonic() + PROCESS_ID_S, False
    last = until + PROCESS_ID_S
    while (left := until - time.monotonic()) > 0:
        for message in splitter.feed(port.read(min(left, 0.1))):
            if isinstance(message, Full):
                _until(port, splitter, lambda m: isinstance(m, Fence), ANSWER_S)
                return Probe(CustomKiosk(), from_full(message), True)
            if isinstance(message, Block) and message.process == PROBE_IDENT:
                _until(port, splitter, lambda m: isinstance(m, Fence), ANSWER_S)
                return Probe(Epson(), reading, True)
            if isinstance(message, Fence):  # of an earlier job, too: those behind it come within the same time
                until, fenced = min(time.monotonic() + GRACE_S, last), True
    return Probe(Generic(), reading, fenced)


def _ask(port: Port, splitter: Splits, n: int) -> int | None:
    port.write(codec.dle_eot(n), ANSWER_S)
    found = _until(port, splitter, lambda m: isinstance(m, RealTime), ANSWER_S)
    return found.byte if isinstance(found, RealTime) else None


def _until(port: Port, splitter: Splits, wanted: Callable[[Message], bool], timeout: float) -> Message | None:
    until = time.monotonic() + timeout
    while (left := until - time.monotonic()) > 0:
        for message in splitter.feed(port.read(left)):
            if wanted(message):
                return message
    return None
