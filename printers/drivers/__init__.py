"""Drivers, and the choice between them by what a printer answers, never by its name (names lie)."""

import time
from collections.abc import Callable

from printers import codec
from printers.codec import Block, Fence, Message, RealTime, Splitter
from printers.drivers.base import CUTS_BYTES, INIT, Driver, ident_of
from printers.drivers.epson import Epson
from printers.drivers.generic import Generic
from printers.drivers.write_only import WriteOnly
from printers.ports import Port
from printers.status import Reading, from_polls

__all__ = ["CUTS_BYTES", "DRIVERS", "Driver", "Epson", "Generic", "Probe", "WriteOnly", "ident_of", "probe", "probing"]

DRIVERS: dict[str, Driver] = {driver.name: driver for driver in (Epson(), Generic(), WriteOnly())}
ANSWER_S = 0.5
PROCESS_ID_S = 2.0
GRACE_S = 0.3  # after the fence behind a process ID answered, the ID itself gets this long
PROBE_IDENT = b"oooo"


class Probe:
    """What the probe found: the driver, the last reading (None when silent), and whether it was too busy to be sure."""

    def __init__(self, driver: Driver, reading: Reading | None, sure: bool) -> None:
        self.driver, self.reading, self.sure = driver, reading, sure


def probe(port: Port) -> Driver:
    """The driver for an open port: process ID answered within 2 s while online, else DLE EOT answered, else write-only.

    PortError when the connection breaks. Sends ESC @, DLE EOT 1 to 4, GS ( H fn 48 and GS r 1.
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
    answers: list[int] = []
    for n in (1, 2, 3, 4):
        found = _ask(port, splitter, n) or (_ask(port, splitter, n) if n == 1 else None)
        if found is None:
            return Probe(WriteOnly(), None, n > 1)
        answers.append(found)
    reading = from_polls(*answers)
    if reading.reason:
        return Probe(Generic(), reading, False)
    port.write(INIT + codec.process_id(PROBE_IDENT) + INIT + codec.FENCE, ANSWER_S)
    until, fenced = time.monotonic() + PROCESS_ID_S, False
    while (left := until - time.monotonic()) > 0:
        for message in splitter.feed(port.read(min(left, 0.1))):
            if isinstance(message, Block) and message.process == PROBE_IDENT:
                _until(port, splitter, lambda m: isinstance(m, Fence), ANSWER_S)
                return Probe(Epson(), reading, True)
            if isinstance(message, Fence) and not fenced:
                until, fenced = time.monotonic() + GRACE_S, True
    return Probe(Generic(), reading, fenced)


def _ask(port: Port, splitter: Splitter, n: int) -> int | None:
    port.write(codec.dle_eot(n), ANSWER_S)
    found = _until(port, splitter, lambda m: isinstance(m, RealTime), ANSWER_S)
    return found.byte if isinstance(found, RealTime) else None


def _until(port: Port, splitter: Splitter, wanted: Callable[[Message], bool], timeout: float) -> Message | None:
    until = time.monotonic() + timeout
    while (left := until - time.monotonic()) > 0:
        for message in splitter.feed(port.read(left)):
            if wanted(message):
                return message
    return None
