"""cups://QUEUE : each job handed to the system's print queue as it is; that it came out is never known."""

import shutil
import subprocess
import time

from printers.ports.base import PortError

LOOK_S = 5.0
HAND_S = 10.0


class CupsPort:
    """A write-only printer behind `lp -d QUEUE -o raw`; a job leaves whole, at its end."""

    answers = False

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._job = bytearray()
        self._open = False

    def open(self) -> None:
        """Looks whether the queue exists."""
        if self._open:
            return
        if not shutil.which("lp") or not shutil.which("lpstat"):
            raise PortError("refused", "this machine has no printing system: the programs lp and lpstat are missing")
        found = self._run(["lpstat", "-v", self._queue], b"", LOOK_S)
        if found.returncode:
            raise PortError("refused", f"the print queue {self._queue!r} is unknown: {_said(found)}")
        self._open = True

    def write(self, data: bytes, timeout: float) -> None:
        """Collects."""
        if not self._open:
            raise PortError("gone", "port is not open")
        self._job += data

    def end(self, timeout: float) -> None:
        """Hands the job over within 10 s; PortError 'refused' when the queue does not take it."""
        job, self._job = bytes(self._job), bytearray()
        if not job:
            return
        done = self._run(["lp", "-s", "-d", self._queue, "-o", "raw"], job, max(timeout, HAND_S))
        if done.returncode:
            raise PortError("refused", f"the print queue {self._queue!r} took nothing: {_said(done)}")

    def read(self, timeout: float) -> bytes:
        """Nothing, after `timeout`."""
        time.sleep(timeout)
        return b""

    def paper_out(self) -> bool | None:
        """Not known."""
        return None

    def close(self) -> None:
        """Forgets a job that was not ended."""
        self._job.clear()
        self._open = False

    def abort(self) -> None:
        """The same as `close`."""
        self.close()

    def _run(self, command: list[str], data: bytes, timeout: float) -> "subprocess.CompletedProcess[bytes]":
        try:
            return subprocess.run(command, input=data, capture_output=True, check=False, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            raise PortError("timeout", f"{command[0]} did not end within {timeout:.0f} s", len(data)) from error
        except OSError as error:
            raise PortError("refused", f"{command[0]}: {error}") from error


def _said(done: "subprocess.CompletedProcess[bytes]") -> str:
    return (done.stderr or done.stdout).decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
