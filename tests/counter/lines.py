"""Lines for tests: one of software with a clock of its own, and pairs of pseudo-terminals that can be cut."""

import os
import select
import threading
import tty
from collections.abc import Callable
from pathlib import Path

from counter.panels.port import PortLost


class FakeLine:
    """A port whose time passes only when somebody waits. `answer(request)` is what comes back, at once.

    With `noise` every read brings it, before what was answered, a character's time later.
    """

    def __init__(self, answer: Callable[[bytes], bytes] = lambda request: b"") -> None:
        self.now, self.answer = 0.0, answer
        self.written: list[tuple[float, bytes]] = []
        self.there, self.is_open, self.opened = True, False, 0
        self.noise = b""
        self._coming = b""

    def monotonic(self) -> float:
        return self.now

    def open(self) -> None:
        if not self.there:
            raise PortLost("no such line")
        self.is_open, self.opened, self._coming = True, self.opened + 1, b""

    def close(self) -> None:
        self.is_open = False

    def write(self, data: bytes) -> None:
        if not self.there:
            raise PortLost("gone")
        assert self.is_open
        self.written.append((self.now, data))
        self._coming += self.answer(data)

    def read(self, seconds: float) -> bytes:
        if not self.is_open:
            self.now += seconds
            return b""
        if not self.there:
            raise PortLost("gone")
        got, self._coming = self.noise + self._coming, b""
        if self.noise:
            self.now += min(seconds, len(self.noise) / 960)
        if not got:
            self.now += seconds
        return got

    def wake(self) -> None:
        pass

    def texts(self) -> list[bytes]:
        """What was written, in order; the list is emptied."""
        found, self.written = [data for _, data in self.written], []
        return found


class Pty:
    """A pseudo-terminal behind a link that udev might have made; `heard` is what the program wrote."""

    def __init__(self, link: Path) -> None:
        self.link, self.heard = link, b""
        self._lock = threading.Condition()
        self.plug()

    def plug(self) -> None:
        """The device appears."""
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self._slave = slave
        spare = self.link.with_suffix(".new")
        spare.symlink_to(os.ttyname(slave))
        spare.rename(self.link)
        self._end, self._ear = os.pipe()[::-1]
        self._thread = threading.Thread(target=self._listen, args=(self._master, self._ear), daemon=True)
        self._thread.start()

    def pull(self) -> None:
        """The device is gone, link and all."""
        self.link.unlink(missing_ok=True)
        os.write(self._end, b"!")
        self._thread.join()
        os.close(self._slave)
        os.close(self._master)
        os.close(self._end)
        os.close(self._ear)
        self.heard = b""

    def say(self, data: bytes) -> None:
        """What comes from the other end."""
        os.write(self._master, data)

    def until(self, wanted: bytes, within_s: float) -> bytes:
        """All that was heard, once `wanted` is in it."""
        with self._lock:
            assert self._lock.wait_for(lambda: wanted in self.heard, within_s), f"{wanted!r} not in {self.heard!r}"
            return self.heard

    def _listen(self, master: int, ear: int) -> None:
        while ear not in (ready := select.select([master, ear], [], [])[0]):
            if master in ready:
                data = os.read(master, 4096)
                with self._lock:
                    self.heard += data
                    self._lock.notify_all()
