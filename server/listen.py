"""How a program of ours serves HTTP and waits for its end."""

import logging
import signal
import socket
from collections.abc import Callable
from typing import Any

import gevent
import gevent.socket
from gevent.event import Event
from gevent.pywsgi import WSGIHandler, WSGIServer
from werkzeug.middleware.proxy_fix import ProxyFix

from server.host_cookies import host_cookies

log = logging.getLogger("rinda.http")

Heard = Callable[[str], bool]
WHY_MOST = 200


class _Server(WSGIServer):
    """`heard(address)` says whether it is logged that something came from there that is no request."""

    heard: Heard


class _Handler(WSGIHandler):
    """After a websocket has ended its connection is over; pywsgi would read the closing frame as the next request."""

    server: _Server

    def log_error(self, msg: str, *args: object) -> None:
        """What a client sent is no request: the one thing that pywsgi says here."""
        address = str(self.client_address[0])
        if self.server.heard(address):
            log.info("not a request", extra={"address": address, "why": str(args[-1] if args else msg)[:WHY_MOST]})

    def handle_one_response(self) -> None:
        super().handle_one_response()
        if self.environ and self.environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            self.close_connection = True


def behind(app: Callable[..., Any], proxies: int) -> Callable[..., Any]:
    """The app as that many proxies of ours show it: whose address it is and whether the line is encrypted.

    The last proxy alone says what the scheme is, and all of them pass the Host on as it came.
    """
    return ProxyFix(host_cookies(app), x_for=proxies, x_proto=min(proxies, 1), x_host=0) if proxies else app


def serve(host: str, port: int, app: Callable[..., Any], heard: Heard = lambda address: True) -> WSGIServer:
    """Listens and serves on the running loop; OSError if the address is taken. `heard` as the server's.

    TCP_NODELAY is inherited by accepted sockets on Linux; without it pywsgi's two sends per answer make every reply on a
    kept-alive connection wait about 40 ms for the client's delayed acknowledgement (gevent issue 1233).
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = gevent.socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind((host, port))
    listener.listen(1024)
    server = _Server(listener, app, handler_class=_Handler, log=None, error_log=log)
    server.heard = heard
    server.start()
    return server


def until_interrupted() -> None:
    """Lets the loop run until SIGINT or SIGTERM."""
    over = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, over.set)
    over.wait()
