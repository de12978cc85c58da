"""What every way to a printer has in common."""

from typing import Protocol


class PortError(Exception):
    """The way to the printer failed.

    `cause` is 'eof' (the printer ended it), 'reset', 'timeout', 'gone' (device vanished) or 'refused' (never opened);
    `written` counts the bytes of the failed `write` that may be out.
    """

    def __init__(self, cause: str, text: str, written: int = 0) -> None:
        super().__init__(text)
        self.cause, self.written = cause, written


class Port(Protocol):
    """Bytes out, bytes back; every call ends within its time-out in seconds and fails only with PortError."""

    answers: bool  # False: nothing ever comes back (a file, a spool)

    def open(self) -> None:
        """Opens; a second call on an open port does nothing."""

    def write(self, data: bytes, timeout: float) -> None:
        """Hands all bytes to the operating system."""

    def read(self, timeout: float) -> bytes:
        """What has arrived, waiting at most `timeout` for the first byte; empty when nothing came."""

    def close(self) -> None:
        """Closes; never raises."""

    def abort(self) -> None:
        """Closes at once, without waiting for a peer that is known to be dead; never raises."""
