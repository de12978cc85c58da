"""A TCP proxy with faults to switch on: delay, bandwidth, slices, a limit that resets; it shares out among addresses."""

import contextlib
import itertools
import socket
import struct
import threading
import time
from collections.abc import Sequence

SLICE = 16 * 1024
_RESET = struct.pack("ii", 1, 0)


class Toxic:
    """Listens on a port of its own; `to` are the ports behind it, in turn for each connection."""

    def __init__(self, to: Sequence[int]) -> None:
        self.delay_s = 0.0  # before each piece
        self.rate = 0.0  # bytes a second, both ways together as on a shared line; 0: as fast as it goes
        self.piece = SLICE  # bytes that travel together
        self.limit: int | None = None  # so many bytes more, then every connection is reset
        self.down = False  # nobody is let in
        self.carried = 0
        self._ports, self._open, self._lock = itertools.cycle(to), set[socket.socket](), threading.Lock()
        self._free_at = 0.0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection is reset, in the middle of what it carries."""
        with self._lock:
            gone, self._open = self._open, set()
        for one in gone:
            _reset(one)

    def free(self) -> None:
        """Everything passes."""
        self.delay_s, self.rate, self.piece, self.limit, self.down = 0.0, 0.0, SLICE, None, False

    def close(self) -> None:
        """Ends it."""
        self.down = True
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = None
            for _ in range(2):
                with contextlib.suppress(OSError):
                    far = None if self.down else socket.create_connection(("127.0.0.1", next(self._ports)), 5)
                if far is not None:
                    break
            if far is None:
                _reset(near)
                continue
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open |= {near, far}
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(self.piece):
                if self.limit is not None:
                    self.limit -= len(data)
                    if self.limit <= 0:
                        self.limit = None
                        target.sendall(data[: len(data) // 2])
                        self.cut()
                        return
                self._wait(len(data))
                target.sendall(data)
                self.carried += len(data)
            target.shutdown(socket.SHUT_WR)

    def _wait(self, count: int) -> None:
        if self.delay_s:
            time.sleep(self.delay_s)
        if self.rate:
            with self._lock:
                self._free_at = max(self._free_at, time.monotonic()) + count / self.rate
                due = self._free_at
            time.sleep(max(0.0, due - time.monotonic()))


def _reset(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        one.shutdown(socket.SHUT_RDWR)
    one.close()
