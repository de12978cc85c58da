"""usblp:///dev/usb/lp0 : a USB printer through the kernel's usblp driver."""

import contextlib
import fcntl
import os
import select
import sys
import time

from printers.ports.base import Plain, PortError

LPGETSTATUS = 0x060B  # linux/lp.h: the printer class's port status, one byte in an int
PAPER_OUT = 0x20


class UsblpPort(Plain):
    """A character device opened O_RDWR|O_NONBLOCK; non-blocking, so that LPABORT's ENOSPC cannot occur."""

    answers = True

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd = -1

    def open(self) -> None:
        """Opens the device file."""
        if self._fd >= 0:
            return
        try:
            self._fd = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise PortError("refused", f"cannot open {self._path}: {error}") from error

    def write(self, data: bytes, timeout: float) -> None:
        """Writes all; PortError 'timeout' when the printer takes no more, 'gone' when it was unplugged."""
        sent, until = 0, time.monotonic() + timeout
        while sent < len(data):
            if not self._wait(select.POLLOUT, until - time.monotonic(), sent):
                raise PortError("timeout", f"printer took {sent} of {len(data)} bytes", sent)
            try:
                sent += os.write(self._fd, data[sent : sent + 8192])
            except BlockingIOError:
                continue
            except OSError as error:
                raise PortError("gone", str(error), sent) from error

    def read(self, timeout: float) -> bytes:
        """What has arrived; usblp answers an empty read when nothing has, so that is no end of file."""
        if not self._wait(select.POLLIN, timeout, 0):
            return b""
        try:
            return os.read(self._fd, 4096)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise PortError("gone", str(error)) from error

    def paper_out(self) -> bool | None:
        """The printer class's port status, which even a printer without a back channel gives; None when it does not."""
        if self._fd < 0:
            return None
        answer = bytearray(4)
        try:
            fcntl.ioctl(self._fd, LPGETSTATUS, answer)
        except OSError:
            return None
        return bool(int.from_bytes(answer, sys.byteorder) & PAPER_OUT)

    def close(self) -> None:
        """Closes the device file."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            with contextlib.suppress(OSError):
                os.close(fd)

    def _wait(self, event: int, timeout: float, sent: int) -> bool:
        if self._fd < 0:
            raise PortError("gone", "port is not open", sent)
        poll = select.poll()
        poll.register(self._fd, event)
        ready = poll.poll(max(0.0, timeout) * 1000)
        if ready and not ready[0][1] & event:
            raise PortError("gone", f"{self._path} is gone", sent)
        return bool(ready)

    def abort(self) -> None:
        """The same as `close`: there is nothing to wait for."""
        self.close()
