"""The way between a spooler and a virtual printer, with switches for what goes wrong on it: a TCP proxy or a socat pair."""

import contextlib
import os
import select
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from printers.ports.base import Plain, PortError
from printers.virtual import VirtualPrinter

STRAY = b"\x12"  # a real-time answer that nobody waits for
BLOCK = b"\x37"  # begins an ESC/POS answer of several bytes
ASB = b"\x10\x00\x00\x00"  # an automatic status: all is well


class Line:
    """Bytes pass as the switches say."""

    def __init__(self) -> None:
        self.dead = False  # nothing passes and nobody is told: the peer has vanished
        self.drip = False  # one byte at a time
        self.noisy = False  # answers come in pieces; a block has stray status bytes before, inside and behind it
        self.late = False  # answers are held until `release`
        self.spent = threading.Event()
        self._left: int | None = None
        self._then: Callable[[], Any] = self.die
        self._held: list[tuple[Callable[[bytes], Any], bytes]] = []

    def die(self) -> None:
        """The peer has vanished."""
        self.dead = True

    def allow(self, count: int, then: Callable[[], Any] | None = None) -> None:
        """After this many more bytes to the printer `then` happens, if nothing is given the line dies; `spent` tells."""
        self.spent.clear()
        self._left, self._then = count, then or self.die

    def free(self) -> None:
        """Everything passes again; what was swallowed is lost."""
        self._left, self.dead, self.drip, self.noisy, self.late = None, False, False, False, False

    def release(self) -> None:
        """The answers that came late arrive now."""
        self.late, held, self._held = False, self._held, []
        for give, data in held:
            with contextlib.suppress(OSError):  # nobody is there any more
                give(data)

    def to_printer(self, data: bytes, give: Callable[[bytes], Any]) -> None:
        """What the program sent."""
        if self._left is not None and len(data) >= self._left and not self.dead:
            first, data, self._left = data[: self._left], data[self._left :], None
            self._pass(first, give)
            self._then()
            self.spent.set()
        if self._left is not None:
            self._left -= len(data)
        if not self.dead:
            self._pass(data, give)

    def to_program(self, data: bytes, give: Callable[[bytes], Any]) -> None:
        """What the printer said."""
        if self.dead:
            return
        if self.late:
            self._held.append((give, data))
        elif self.noisy and data[:1] == BLOCK:
            for part in (STRAY + data[:3] + STRAY, data[3:] + ASB[:2] + STRAY + ASB[2:]):
                give(part)
        elif self.noisy:
            for at in range(len(data)):
                give(data[at : at + 1])
        else:
            self._pass(data, give)

    def _pass(self, data: bytes, give: Callable[[bytes], Any]) -> None:
        for part in [data[at : at + 1] for at in range(len(data))] if self.drip else [data] * bool(data):
            give(part)


class Proxy(Line):
    """In front of a port of this machine; `port` is its own."""

    def __init__(self, behind: int) -> None:
        super().__init__()
        self._behind = behind
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._plugged = True
        threading.Thread(target=self._accept, daemon=True).start()

    def unplug(self, reset: bool = False) -> None:
        """The connection ends on both sides, in order or with RST; nobody gets through until `replug`."""
        self._plugged = False
        pairs, self._pairs = self._pairs, []
        for program, machine in pairs:
            for sock in (program, machine):
                with contextlib.suppress(OSError):
                    if reset:
                        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, (1).to_bytes(4, "little") + bytes(4))
                    sock.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
                    sock.close()

    def replug(self) -> None:
        """Connections are taken again."""
        self._plugged = True

    def close(self) -> None:
        """Ends everything."""
        self.unplug()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                program, _ = self._listener.accept()
                if not self._plugged:
                    program.close()
                    continue
                machine = socket.create_connection(("127.0.0.1", self._behind))
                for sock in (program, machine):
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._pairs.append((program, machine))
                threading.Thread(target=self._pump, args=(program, machine, self.to_printer), daemon=True).start()
                threading.Thread(target=self._pump, args=(machine, program, self.to_program), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, carry: Callable[[bytes, Callable[[bytes], Any]], None]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := source.recv(65_536):
                carry(data, target.sendall)
            if not self.dead:
                target.shutdown(socket.SHUT_WR)


class TcpLine(Proxy):
    """A proxy in front of the virtual printer's port."""

    def __init__(self, printer: VirtualPrinter) -> None:
        self.server = printer.serve(port=0)
        super().__init__(self.server.port)
        self.url = f"tcp://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Ends everything."""
        super().close()
        self.server.close()


class SerialLine(Line):
    """A pair of pseudo-terminals made by socat; the program has one behind a link that stays the same, the printer the other."""

    def __init__(self, printer: VirtualPrinter, folder: Path) -> None:
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self._printer = printer
        self._ends = (folder / "program", folder / "machine")
        self.url = f"serial://{self._ends[0]}?flow=none"
        self._socat: subprocess.Popen[bytes] | None = None
        self._end = -1
        self._write = threading.Lock()
        self.replug()

    def unplug(self, reset: bool = False) -> None:
        """The device is gone; what is in the printer stays there. A serial line knows no reset."""
        if self._socat:
            self._socat.kill()
            self._socat.wait()
            self._socat = None
            self._reader.join()
            os.close(self._end)
        for end in self._ends:
            end.unlink(missing_ok=True)

    def replug(self) -> None:
        """The device is there again, by another number behind the same link."""
        if self._socat:
            return
        self._socat = subprocess.Popen(
            ["socat", *(f"pty,raw,echo=0,link={end}" for end in self._ends)], stderr=subprocess.DEVNULL
        )
        limit = time.monotonic() + 10
        while not all(end.exists() for end in self._ends):
            assert time.monotonic() < limit, "socat made no pair"
            time.sleep(0.002)
        self._end = os.open(self._ends[1], os.O_RDWR | os.O_NOCTTY)
        self._reader = threading.Thread(target=self._read, args=(self._end,), daemon=True)
        self._reader.start()

    def close(self) -> None:
        """Ends everything."""
        self.unplug()

    def _read(self, end: int) -> None:
        def say(data: bytes) -> None:
            with contextlib.suppress(OSError), self._write:
                while data:
                    data = data[os.write(end, data) :]

        # One way to answer for the printer's whole life: a serial printer does not notice who is at the other end.
        self._say = say
        with contextlib.suppress(OSError):
            while True:
                select.select([end], [], [])
                data = os.read(end, 65_536)
                if not data:
                    return
                self.to_printer(data, lambda part: self._printer.feed(part, self._answer))

    def _answer(self, data: bytes) -> None:
        self.to_program(data, lambda part: self._say(part))


class DirectLine(Line):
    """No line at all: reads find at once what there is, or let their time-out pass by `wait`."""

    def __init__(self, printer: VirtualPrinter, wait: Callable[[float], None]) -> None:
        super().__init__()
        self.printer, self.wait = printer, wait
        self.port = DirectPort(self)
        self._plugged = True

    def open(self, url: str) -> "DirectPort":
        """In the place of printers.ports.open_port."""
        return DirectPort(self)

    def unplug(self, cause: str) -> None:
        """The connection breaks with this PortError cause; nobody gets through until `replug`."""
        self._plugged = False
        self.port.broken = self.port.broken or cause
        self.printer.gone(self.port.say)

    def replug(self) -> None:
        """Connections are taken again."""
        self._plugged = True

    def connect(self, port: "DirectPort") -> None:
        """A new connection ends the one before it."""
        if not self._plugged or self.dead:
            raise PortError("refused", "nobody there")
        self.printer.gone(self.port.say)
        self.port = port


class DirectPort(Plain):
    """One connection of a DirectLine."""

    answers = True

    def __init__(self, line: DirectLine) -> None:
        self.broken = ""
        self._line, self._came = line, bytearray()
        self.say = lambda data: line.to_program(data, self._came.extend)  # the printer knows the connection by it

    def open(self) -> None:
        self._line.connect(self)

    def write(self, data: bytes, timeout: float) -> None:
        if self.broken:
            raise PortError(self.broken, "the line broke")
        self._line.to_printer(data, lambda part: None if self.broken else self._line.printer.feed(part, self.say))
        if self.broken:
            raise PortError(self.broken, "the line broke", len(data))

    def read(self, timeout: float) -> bytes:
        if not self._came:
            if self.broken:
                raise PortError(self.broken, "the line broke")
            self._line.wait(timeout)
        data, self._came[:] = bytes(self._came), b""
        return data

    def close(self) -> None:
        self._line.printer.gone(self.say)

    abort = close
