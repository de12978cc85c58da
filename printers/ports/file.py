"""file:///path : bytes appended to a file or a spool pipe; nothing comes back."""

import contextlib
import time
from pathlib import Path
from typing import BinaryIO

from printers.ports.base import Plain, PortError


class FilePort(Plain):
    """A write-only printer."""

    answers = False

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._file: BinaryIO | None = None

    def open(self) -> None:
        """Opens for appending."""
        if self._file:
            return
        try:
            self._file = self._path.open("ab", buffering=0)
        except OSError as error:
            raise PortError("refused", f"cannot open {self._path}: {error}") from error

    def write(self, data: bytes, timeout: float) -> None:
        """Appends all bytes; a regular file does not wait, so `timeout` has no part."""
        if not self._file:
            raise PortError("gone", "port is not open")
        try:
            self._file.write(data)
        except OSError as error:
            raise PortError("gone", str(error), len(data)) from error

    def read(self, timeout: float) -> bytes:
        """Nothing, after `timeout`."""
        time.sleep(timeout)
        return b""

    def close(self) -> None:
        """Closes the file."""
        file, self._file = self._file, None
        if file:
            with contextlib.suppress(OSError):
                file.close()

    def abort(self) -> None:
        """The same as `close`: there is nothing to wait for."""
        self.close()
