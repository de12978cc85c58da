"""tcp://host:9100 : one persistent connection that notices a dead peer and closes without losing the tail."""

import contextlib
import select
import socket
import time

from printers.ports.base import Plain, PortError

CONNECT_S = 3.0
DRAIN_S = 5.0
OPTIONS = {  # seconds, count; the last in milliseconds: unacknowledged data this old ends the connection
    "TCP_KEEPIDLE": 10,
    "TCP_KEEPINTVL": 5,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 5000,
}


class TcpPort(Plain):
    """A network printer at host and port."""

    answers = True

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Connects within 3 s."""
        if self._socket:
            return
        try:
            sock = socket.create_connection(self._address, CONNECT_S)
        except OSError as error:
            raise PortError("refused", f"cannot reach {self._address[0]}:{self._address[1]}: {error}") from error
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in OPTIONS.items():
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        sock.setblocking(False)
        self._socket = sock

    def write(self, data: bytes, timeout: float) -> None:
        """Sends all; PortError 'timeout' when the peer takes no more, with what it took in `written`."""
        sock, sent, until = self._alive(), 0, time.monotonic() + timeout
        while sent < len(data):
            try:
                sent += sock.send(data[sent:])
            except BlockingIOError:
                left = until - time.monotonic()
                if left <= 0 or not select.select([], [sock], [], left)[1]:
                    raise PortError("timeout", f"printer took {sent} of {len(data)} bytes", sent) from None
            except OSError as error:
                raise PortError("reset", str(error), sent) from error

    def read(self, timeout: float) -> bytes:
        """What has arrived; PortError 'eof' when the printer closed, 'reset' when the connection broke."""
        sock = self._alive()
        try:
            if not select.select([sock], [], [], timeout)[0]:
                return b""
            data = sock.recv(4096)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise PortError("reset", str(error)) from error
        if not data:
            raise PortError("eof", "printer closed the connection")
        return data

    def close(self) -> None:
        """Says that no more comes, reads to the end, closes: unread status bytes would reset it and lose the tail."""
        sock, self._socket = self._socket, None
        if not sock:
            return
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_WR)
            until = time.monotonic() + DRAIN_S
            while (left := until - time.monotonic()) > 0 and select.select([sock], [], [], left)[0] and sock.recv(4096):
                pass
        with contextlib.suppress(OSError):
            sock.close()

    def abort(self) -> None:
        """Closes at once, for a connection that is already known to be dead."""
        sock, self._socket = self._socket, None
        if sock:
            sock.close()

    def _alive(self) -> socket.socket:
        if not self._socket:
            raise PortError("gone", "port is not open")
        return self._socket
