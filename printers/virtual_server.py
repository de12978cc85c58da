"""TCP in front of the virtual printer: several connections, one after the other or at once."""

import contextlib
import select
import socket
import threading
import time
from collections.abc import Callable
from typing import Protocol


class _Printer(Protocol):
    faults: set[str]

    def feed(self, data: bytes, reply: Callable[[bytes], None]) -> None: ...

    def gone(self, reply: Callable[[bytes], None]) -> None: ...


class Server:
    """Listens from the start; `port` is the number in use, `close` ends everything."""

    def __init__(self, printer: _Printer, host: str, port: int) -> None:
        self._printer = printer
        self._listener = socket.create_server((host, port))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        threading.Thread(target=self._accept, daemon=True, name=f"printer-{self.port}").start()

    def close(self) -> None:
        """Stops listening and ends all connections."""
        self._closed.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()

    def drop(self, reset: bool = False) -> None:
        """Ends all connections as a cable or a power cut would: in order (FIN), or with RST."""
        with self._lock:
            connections = list(self._open)
        for sock in connections:
            with contextlib.suppress(OSError):
                if reset:
                    linger = (1).to_bytes(4, "little") + bytes(4)
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    sock.close()
                else:
                    sock.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.add(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        def reply(data: bytes) -> None:
            with contextlib.suppress(OSError):
                sock.sendall(data)

        try:
            while not self._closed.is_set():
                if "hung" in self._printer.faults:
                    time.sleep(0.01)
                    continue
                if not select.select([sock], [], [], 0.1)[0]:
                    continue
                data = sock.recv(65536)
                if not data:
                    break
                self._printer.feed(data, reply)
        except (OSError, ValueError):
            pass
        finally:
            self._printer.gone(reply)
            with self._lock:
                self._open.discard(sock)
            with contextlib.suppress(OSError):
                sock.close()
