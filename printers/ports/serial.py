"""serial:///dev/ttyUSB0?baudrate=115200 and serial+URL for pyserial's own loop://, socket://, rfc2217://."""

import contextlib
import os
import select
import time
from io import UnsupportedOperation
from typing import Any

import serial

from printers.ports.base import Plain, PortError

try:
    from termios import error as TermiosError
except ImportError:  # not a POSIX system
    TermiosError = OSError  # type: ignore[misc,assignment]

PIECE = 256
"""Bytes that go out together over what has no file: a piece goes wholly or not at all."""
FAULTS = (serial.SerialException, OSError, TermiosError, ValueError)


def _file_of(line: Any) -> int | None:
    """The file of a line that has one; what pyserial's own `write` took before its time-out nobody can ask."""
    try:
        return int(line.fileno())
    except (AttributeError, UnsupportedOperation):
        return None


def _some(file: int, data: bytes, timeout: float) -> int:
    """Writes what the line takes within `timeout`; 0 when it takes nothing."""
    if not select.select([], [file], [], timeout)[1]:
        return 0
    try:
        return os.write(file, data)
    except BlockingIOError:
        return 0


def _whole(line: Any, data: bytes, timeout: float) -> int:
    """Writes all of it or nothing."""
    line.write_timeout = timeout
    try:
        line.write(data)
    except serial.SerialTimeoutException:
        return 0
    return len(data)


class SerialPort(Plain):
    """A printer on a serial line; 8N1, RTS/CTS unless `flow` says 'xonxoff' or 'none'."""

    answers = True

    def __init__(self, url: str, baudrate: int = 115200, flow: str = "rtscts") -> None:
        self._url, self._baudrate, self._flow = url, baudrate, flow
        self._line: Any = None

    def open(self) -> None:
        """Opens the line, alone: a second program is refused."""
        if self._line:
            return
        options: dict[str, Any] = {"exclusive": True} if "://" not in self._url else {}
        try:
            self._line = serial.serial_for_url(
                self._url,
                self._baudrate,
                timeout=0,
                write_timeout=2,
                rtscts=self._flow == "rtscts",
                xonxoff=self._flow == "xonxoff",
                **options,
            )
        except FAULTS as error:
            raise PortError("refused", f"cannot open {self._url}: {error}") from error

    def write(self, data: bytes, timeout: float) -> None:
        """Hands over all bytes; PortError 'timeout' says what the line took: at 115,200 baud that is 11 a millisecond."""
        line, sent, until = self._alive(), 0, time.monotonic() + timeout
        try:
            file = _file_of(line)
            while sent < len(data):
                left = max(0.0, until - time.monotonic())
                taken = _whole(line, data[sent : sent + PIECE], left) if file is None else _some(file, data[sent:], left)
                if not taken:
                    raise PortError("timeout", f"printer took {sent} of {len(data)} bytes", sent)
                sent += taken
        except FAULTS as error:
            raise PortError("gone", str(error), len(data)) from error

    def read(self, timeout: float) -> bytes:
        """What has arrived."""
        line = self._alive()
        try:
            line.timeout = timeout
            first: bytes = line.read(1)
            return first + line.read(line.in_waiting) if first else b""
        except FAULTS as error:
            raise PortError("gone", str(error)) from error

    def close(self) -> None:
        """Closes the line."""
        line, self._line = self._line, None
        if line:
            with contextlib.suppress(*FAULTS):
                line.close()

    def _alive(self) -> Any:
        if not self._line:
            raise PortError("gone", "port is not open")
        return self._line

    def abort(self) -> None:
        """The same as `close`: there is nothing to wait for."""
        self.close()
