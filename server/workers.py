"""Step and loop apart: a worker runs a step, waits as long as the step says, and stops when told."""

import logging
from collections.abc import Callable

import gevent
from gevent.event import Event

log = logging.getLogger("rinda.worker")


class Worker:
    """Runs `step` on a greenlet; it returns the seconds until it wants to run again. Tests call the step itself.

    A step that raises is a fault: logged once when it begins and once when it mends, and tried again after `retry_s`. `wake` ends
    a wait; what comes within `gather_s` of it is one step's work.
    """

    def __init__(self, name: str, step: Callable[[], float], retry_s: float = 5.0, gather_s: float = 0.0) -> None:
        self._name, self._step, self._retry_s, self._gather_s = name, step, retry_s, gather_s
        self._stop, self._bell = Event(), Event()
        self._loop: gevent.Greenlet[..., None] | None = None

    def start(self) -> None:
        """Begins at once."""
        self._loop = gevent.spawn(self._run)

    def wake(self) -> None:
        """There is something to do (on the loop's thread)."""
        self._bell.set()

    def stop(self, within_s: float | None = None) -> None:
        """Waits for the step under way, if any, and ends; after `within_s` without it."""
        self._stop.set()
        self._bell.set()
        if self._loop is not None:
            self._loop.join(within_s)
            self._loop.kill(block=False)

    def _run(self) -> None:
        broken = False
        while not self._stop.is_set():
            self._bell.clear()
            try:
                wait = self._step()
                if broken:
                    log.info("%s works again", self._name)
                broken = False
            except Exception:
                if not broken:
                    log.exception("%s failed", self._name)
                broken, wait = True, self._retry_s
            if self._bell.wait(wait):
                self._stop.wait(self._gather_s)
