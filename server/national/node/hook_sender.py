"""One message to an address that somebody else named: to public ones only, checked where the connection goes; no redirects."""

import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

WITHIN_S = 10.0
"""For connecting, and for each part of the exchange; a whole try is bounded by who runs it."""

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)[ \r\n]")
_LINE_MOST = 1000
_PROTOCOLS = ipaddress.ip_network("192.0.0.0/24")
"""What older Pythons take for public, with the machine's own data at one provider of clouds."""

Resolve = Callable[[str, int], list[str]]


class Forbidden(OSError):
    """The address leads where nothing may be sent."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host; OSError if it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


class Sender:
    """`tls` is for tests with a certificate of their own."""

    def __init__(self, resolve: Resolve = resolve, tls: ssl.SSLContext | None = None) -> None:
        self._resolve, self._tls = resolve, tls or ssl.create_default_context()

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str], *, inside: bool) -> int:
        """Posts; the status of the answer, whose body nobody reads. OSError when there was none.

        The host is looked up once; every address must be public, and the connection goes to one of those that were looked at.
        """
        parts = urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        found = self._resolve(host, port)
        if not found:
            raise Forbidden(f"{host} has no address")
        if not inside and (private := [one for one in found if not is_public(one)]):
            raise Forbidden(f"{host} leads to {private[0]}, which is not public")
        line = _Line(host, port, found[0], self._tls if secure else None)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            line.request("POST", target, body, dict(headers))
            return _status(line.sock)
        except http.client.HTTPException as error:
            raise OSError(f"no request of HTTP: {type(error).__name__}") from None
        finally:
            line.close()


def _status(sock: socket.socket) -> int:
    """The status of the answer, all in all within WITHIN_S: who answers a byte at a time would keep a sender for hours."""
    until, said = time.monotonic() + WITHIN_S, b""
    while b"\n" not in said and len(said) < _LINE_MOST:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        sock.settimeout(left)
        part = sock.recv(_LINE_MOST)
        if not part:
            break
        said += part
    found = _STATUS.match(said)
    if found is None:
        raise OSError("no answer of HTTP")
    return int(found[1])


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, not of a private network, this machine, a link or a group."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if not found.is_global or found.is_site_local:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved and found not in _PROTOCOLS


class _Line(http.client.HTTPConnection):
    """A connection to an address that was looked at; the name counts for the certificate and the Host header only."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=WITHIN_S)
        if tls is not None:
            self.default_port = 443
        self._address, self._tls = address, tls

    def connect(self) -> None:
        """To that address and no other."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)
