"""A line between a board and its server that can be slow, deaf or cut: a TCP proxy on threads."""

import socket
import threading
import time
from collections import deque
from contextlib import suppress

from tests.house import free_port


class Line:
    """`slow()` holds every part back for 0.3 s. `cut()` ends all connections and lets none in, `deafen()` swallows what is
    sent on those there are, while they seem open; `mend()` ends what was spoilt and is whole again."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, free_port()
        self._delay_s, self._deaf, self._down = 0.0, False, False
        self._ends: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._welcome, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the board goes."""
        return f"http://127.0.0.1:{self.port}"

    def slow(self) -> None:
        """As if it went around the world."""
        self._delay_s = 0.3

    def cut(self) -> None:
        """As if the cable were pulled out."""
        self._down = True
        self._hang_up()

    def deafen(self) -> None:
        """As if packets were lost somewhere."""
        self._deaf = True

    def mend(self) -> None:
        """Whole again."""
        self._hang_up()
        self._deaf = self._down = False
        self._delay_s = 0.0

    def close(self) -> None:
        """For good."""
        self.cut()
        self._door.close()

    def _hang_up(self) -> None:
        while self._ends:
            with suppress(OSError):
                self._ends.pop().shutdown(socket.SHUT_RDWR)

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                if self._down:
                    near.close()
                    continue
                try:
                    far = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    near.close()
                    continue
                self._ends += [near, far]
                for source, sink in ((near, far), (far, near)):
                    sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._carry(source, sink)

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        """Two threads: one takes in, one gives out when it is time; so a delay costs no throughput."""
        parts: deque[tuple[float, bytes]] = deque()
        some = threading.Semaphore(0)

        def take() -> None:
            part = b"-"
            while part:
                try:
                    part = source.recv(65_536)
                except OSError:
                    part = b""
                if part and self._deaf:
                    continue
                parts.append((time.monotonic() + self._delay_s, part))
                some.release()

        def give() -> None:
            with suppress(OSError):
                while some.acquire():
                    due, part = parts.popleft()
                    time.sleep(max(0.0, due - time.monotonic()))
                    if not part:
                        break
                    sink.sendall(part)
            for end in (source, sink):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

        for work in (take, give):
            threading.Thread(target=work, daemon=True).start()
