"""A printer made of software: eats what a printer eats, answers as one does, breaks on request, keeps its paper.

It was written from the makers' documents (docs/printing.md), never compared with a real device.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from printers.paper import Paper
from printers.realtime import Scanner
from printers.virtual_custom import CustomFamily
from printers.virtual_escpos import EscposFamily
from printers.virtual_machine import FAULTS, Family, Machine, Reply
from printers.virtual_server import Server
from printers.virtual_star import StarFamily

FAMILIES: dict[str, Callable[[Machine], Family]] = {
    "epson": EscposFamily,
    "generic": lambda machine: EscposFamily(machine, epson=False),
    "custom": CustomFamily,
    "star": StarFamily,
    "star-presenter": lambda machine: StarFamily(machine, presents=True),
}


class VirtualPrinter(Machine):
    """One printer. `speed` in dot rows per second (0 = at once); `folder` keeps the pieces over a restart.

    Usable from several threads. `fault(name, on)` switches FAULTS while it runs. `family` is a word of FAMILIES;
    `generic=True` says the same as family="generic". `paper_left` is None (endless) or the dot rows until the paper is out.
    A presenter's ticket is taken `taken_after` s after it came out; None: only by `take`. ValueError for an unknown family.
    """

    def __init__(
        self,
        dots: int = 576,
        *,
        speed: float = 0,
        folder: str | Path | None = None,
        generic: bool = False,
        family: str = "",
        taken_after: float | None = 2.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(dots, speed, Path(folder) if folder else None, clock, timer)
        self.lock = threading.RLock()
        self.taken_after = taken_after
        self._scanners: dict[Reply, Scanner] = {}
        self.speak(family or ("generic" if generic else "epson"))
        if speed:
            threading.Thread(target=self._tick, daemon=True, name="virtual-printer").start()

    def speak(self, family: str) -> None:
        """Becomes a printer of another family, as if it had been exchanged; ValueError for an unknown one."""
        if family not in FAMILIES:
            raise ValueError(f"unknown printer family {family!r}; use one of: {', '.join(FAMILIES)}")
        with self.lock:
            self.family = FAMILIES[family](self)
            self._scanners.clear()
            self.restart()

    def serve(self, host: str = "127.0.0.1", port: int = 9100) -> Server:
        """Answers on TCP; port 0 takes a free one. OSError when the port is taken."""
        return Server(self, host, port)

    def fault(self, name: str, on: bool = True) -> None:
        """Switches a fault; ValueError for an unknown name. Removing paper_out also loads a new, endless roll."""
        if name not in FAULTS:
            raise ValueError(f"unknown fault {name!r}; use one of: {', '.join(FAULTS)}")
        with self.lock:
            if on:
                self.faults.add(name)
            else:
                self.faults.discard(name)
                if name == "paper_out":
                    self.paper_left = None
                if name == "cutter":
                    self.jammed = False
            self.family.changed()
            self.pump()

    def power_cycle(self) -> None:
        """Off and on: buffer, modes and automatic status are gone; the strip in the machine stays."""
        with self.lock:
            self.family.forget()
            self._scanners.clear()
            self.jammed = False
            self.restart()

    def feed(self, data: bytes, reply: Reply) -> None:
        """Bytes from one connection; `reply` identifies it and takes the answers."""
        with self.lock:
            scanner = self._scanners.get(reply) or self._scanners.setdefault(reply, self.family.scanner())
            commands = scanner.feed(data)
            if self.host is None or len(data) > sum(len(command) for _, command in commands):
                self.host = reply
            start = 0
            for end, command in commands:
                self.take_in(data[start:end])
                self.family.at_once(command, reply)
                start = end
            self.take_in(data[start:])

    def gone(self, reply: Reply) -> None:
        """A connection ended."""
        with self.lock:
            self._scanners.pop(reply, None)
            self.family.forget(reply)
            if self.host == reply:
                self.host = None

    def _tick(self) -> None:
        while True:
            with self.lock:
                self.pump()
            time.sleep(0.005)


def serve(host: str = "127.0.0.1", port: int = 9100, folder: str | Path | None = None) -> tuple[VirtualPrinter, Server]:
    """A new virtual printer that answers on TCP."""
    printer = VirtualPrinter(folder=folder)
    return printer, printer.serve(host, port)


__all__ = ["FAMILIES", "FAULTS", "Paper", "Reply", "Server", "VirtualPrinter", "serve"]
