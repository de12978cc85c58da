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

    def end(self, timeout: float) -> None:
        """All bytes of a job have been written: a port that collects them hands them on now."""

    def paper_out(self) -> bool | None:
        """What the line itself says of the paper, without asking the printer's language; None where it says nothing."""

    def close(self) -> None:
        """Closes; never raises."""

    def abort(self) -> None:
        """Closes at once, without waiting for a peer that is known to be dead; never raises."""


class Plain:
    """What most ways have in common: nothing is collected, and the line says nothing of the paper."""

    def end(self, timeout: float) -> None:
        """Nothing to do."""

    def paper_out(self) -> bool | None:
        """Not known."""
        return None
