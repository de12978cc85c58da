"""Tells the service manager that the kiosk works: as long as its page draws and its printer's loop goes round."""

import contextlib
import os
import socket
from collections.abc import Callable, Mapping

PAGE_S = 20.0
LOOP_S = 20.0


class Watchdog:
    """sd_notify(3) without a library. Does nothing where no service manager listens (no NOTIFY_SOCKET)."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._path = environ.get("NOTIFY_SOCKET", "")
        self._said = ""
        micro = environ.get("WATCHDOG_USEC", "")
        self.every_s = int(micro) / 2e6 if micro.isdigit() and int(micro) else 10.0
        """How often `feed` wants to be called: twice in the time that the service manager waits."""

    def ready(self) -> None:
        """The program serves."""
        self._send("READY=1")

    def stopping(self) -> None:
        """The program ends because it was told to."""
        self._send("STOPPING=1")

    def feed(self, trouble: str, status: str) -> None:
        """One sign of life, unless there is `trouble`; `status` is one line for people, told when it changes."""
        words = trouble or status
        if words != self._said:
            self._said = words
            self._send(f"STATUS={words}")
        if not trouble:
            self._send("WATCHDOG=1")

    def _send(self, text: str) -> None:
        if not self._path:
            return
        address = "\0" + self._path[1:] if self._path.startswith("@") else self._path
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.connect(address)
            line.send(text.encode())


class Heart:
    """When the page and the printer's loop were last seen; `timer` gives monotonic seconds.

    A page that was never seen since the start is not missed, and with `page` false none ever is.
    """

    def __init__(self, timer: Callable[[], float], page: bool = True) -> None:
        self._timer, self._page = timer, page
        self._seen: float | None = None

    def beat(self) -> None:
        """The page has given a sign of life."""
        self._seen = self._timer()

    def trouble(self, loop_alive_s: float) -> str:
        """What is wrong, or nothing; `loop_alive_s` are the seconds since the printer's loop last went round."""
        if self._page and self._seen is not None and self._timer() - self._seen > PAGE_S:
            return f"the page has not been seen for {self._timer() - self._seen:.0f} s"
        if loop_alive_s > LOOP_S:
            return f"the printer's loop stands still for {loop_alive_s:.0f} s"
        return ""
