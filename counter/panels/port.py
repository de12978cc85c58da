"""A serial line: opened alone, written and read with time-outs, woken by other threads."""

import contextlib
import os
import select
import socket
from pathlib import Path
from typing import Any, Protocol

import serial

from config.line_limits import check_port
from config.plan import Line

try:
    from termios import error as TermiosError
except ImportError:  # not a POSIX system
    TermiosError = OSError  # type: ignore[misc,assignment]

WRITE_S = 1.0
POLL_S = 0.02
"""How often a port without a file descriptor (rfc2217://) is looked at."""
FAULTS = (serial.SerialException, OSError, TermiosError, ValueError)


class PortLost(Exception):
    """The line is not there, or takes no bytes; what was written counts as not shown."""


class Port(Protocol):
    """What a session needs of a line. Everything but `wake` is called by the one thread that owns it."""

    def open(self) -> None:
        """PortLost if it cannot be had."""

    def close(self) -> None:
        """Closes; never fails."""

    def write(self, data: bytes) -> None:
        """Hands over all bytes or raises PortLost."""

    def read(self, seconds: float) -> bytes:
        """What has come, b"" after `seconds` or when woken; PortLost when the line is gone."""

    def wake(self) -> None:
        """Ends the present or the next `read` (any thread)."""


class Waker:
    """Ends a wait from another thread."""

    def __init__(self) -> None:
        self._ear, self._mouth = socket.socketpair()
        for end in (self._ear, self._mouth):
            end.setblocking(False)

    def wake(self) -> None:
        """From any thread; many wakes are one."""
        with contextlib.suppress(BlockingIOError, OSError):
            self._mouth.send(b"!")

    def wait(self, source: Any, seconds: float) -> bool:
        """Whether `source` (something with a file descriptor, or None) can be read; False after `seconds` or a wake."""
        watched = [self._ear] if source is None else [self._ear, source]
        ready = select.select(watched, [], [], max(0.0, seconds))[0]
        if self._ear in ready:
            self._ear.recv(4096)
        return any(one is source for one in ready)


class SerialPort:
    """A device file or a serial server, with the speed and frame of the plan."""

    def __init__(self, url: str, line: Line) -> None:
        self._url, self._speed, self._frame = url, line.speed, line.frame
        self._line: Any = None
        self._waker = Waker()

    def open(self) -> None:
        """Opens it alone: a second program is refused, and so is what is no serial line."""
        try:
            check_port(self._url)
        except ValueError as error:
            raise PortLost(str(error)) from error
        if os.path.exists(self._url) and not Path(self._url).is_char_device():
            raise PortLost(f"{self._url} is no device")
        options: dict[str, Any] = {} if "://" in self._url else {"exclusive": True}
        try:
            self._line = serial.serial_for_url(
                self._url, baudrate=self._speed, bytesize=int(self._frame[0]), parity=self._frame[1],
                stopbits=int(self._frame[2]), timeout=0, write_timeout=WRITE_S, **options,
            )  # fmt: skip
        except FAULTS as error:
            raise PortLost(f"cannot open {self._url}: {error}") from error

    def close(self) -> None:
        """Closes; what was not sent yet is lost."""
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(*FAULTS):
                line.close()

    def write(self, data: bytes) -> None:
        """Hands over all bytes within a second."""
        try:
            self._line.write(data)
        except FAULTS as error:
            raise PortLost(f"{self._url}: {error}") from error

    def read(self, seconds: float) -> bytes:
        """What has come; a line that has ended is lost."""
        try:
            if self._line is None:
                self._waker.wait(None, seconds)
                return b""
            has_file = hasattr(self._line, "fd") or hasattr(self._line, "_socket")
            if has_file:
                if not self._waker.wait(self._line, seconds):
                    return b""
            elif not self._line.in_waiting:
                self._waker.wait(None, min(seconds, POLL_S))
            return bytes(self._line.read(4096))
        except FAULTS as error:
            raise PortLost(f"{self._url}: {error}") from error

    def wake(self) -> None:
        """Ends a read."""
        self._waker.wake()
