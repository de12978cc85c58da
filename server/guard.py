"""Before anything else sees a request: who comes, from where, how large, how fast; and the gate before Engine.IO."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from socket import SHUT_RDWR
from typing import Any
from urllib.parse import parse_qs, urlsplit

import gevent
from werkzeug.sansio.http import parse_cookie

from server.domain.context import Actor
from server.headers import always
from server.people.people import People, Session

log = logging.getLogger("rinda.guard")

COOKIE = "rinda_session"
DEVICE_COOKIE = "rinda_device"
SCREENS = ("display", "panel")
"""Whose token may be a cookie: such pages are paired by opening their address once."""
UNIDENTIFIED_AT_ONCE = 16
STRANGERS_MOST = 64
IDENTIFY_WITHIN_S = 3.0
TICKET_BURST, TICKET_RATE = 120, 10.0
"""Per address: a whole waiting room behind one guest Wi-Fi. Guessing is hopeless anyway: tokens have 128 random bits."""

Environ = dict[str, Any]
Respond = Callable[..., Any]


def same_origin(environ: Environ) -> bool:
    """Whether the request's Origin, if it names one, is this very host."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return True
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(host) and host == environ.get("HTTP_HOST", "")


def is_private(address: str) -> bool:
    """Whether it is of this machine or of a private network."""
    try:
        return ip_address(address).is_private
    except ValueError:
        return False


def identify(environ: Environ, people: People) -> Actor | None:
    """The actor behind a bearer token, a session cookie or a device cookie of the request; None if nobody is known."""
    if (token := _bearer(environ)) is not None:
        return people.by_token(token)
    return people.actor(riding(environ, people)) or _screen(people.by_token(_cookie(environ, DEVICE_COOKIE)))


def riding(environ: Environ, people: People) -> Session | None:
    """The session that the request rides on: its cookie's, unless it brings a bearer token, be that right or wrong.

    Lock, forged requests and pages all ask here, so that no header lifts a rule while the cookie still opens the door.
    """
    return people.session(_cookie(environ, COOKIE)) if _bearer(environ) is None else None


def credential(environ: Environ, people: People, token: str | None) -> Callable[[], Actor | None]:
    """Looks up who holds the credential of a handshake, each time anew, so that a revoked one ends at once."""
    named = token or environ.get("rinda.query_token")
    return partial(people.by_token, named) if named else partial(identify, environ, people)


def carried(environ: Environ, people: People, token: str | None = None) -> str | None:
    """The token that a request or handshake rides on as a device does, whether or not it is good; None for who is signed in."""
    if named := token or environ.get("rinda.query_token") or _bearer(environ):
        return str(named)
    return _cookie(environ, DEVICE_COOKIE) if riding(environ, people) is None else None


def locked(environ: Environ, people: People, token: str | None = None) -> bool:
    """Whether a handshake rides on a locked session; tokens and device cookies are never locked."""
    session = None if token or environ.get("rinda.query_token") else riding(environ, people)
    return session is not None and people.sessions.locked(session)


def awake(environ: Environ, people: People, token: str | None = None) -> Callable[[], bool]:
    """Notes that somebody works in the session of a handshake, and says whether it takes commands: a locked one does not."""
    rides = not (token or environ.get("rinda.query_token"))

    def work() -> bool:
        if rides and (session := riding(environ, people)) is not None:
            people.sessions.touch(session)
        return not locked(environ, people, token)

    return work


def _bearer(environ: Environ) -> str | None:
    """The token of the Authorization header; None if there is none of that scheme, which is no credential of ours."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _screen(actor: Actor | None) -> Actor | None:
    """Only screens are known by a cookie that lasts for a year."""
    return actor if actor is not None and actor.role in SCREENS else None


def _cookie(environ: Environ, name: str) -> str | None:
    return parse_cookie(environ.get("HTTP_COOKIE", "")).get(name)


class Bucket:
    """A token bucket per key: `burst` at once, then `rate` a second. Keys that are full again are forgotten."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> bool:
        """Takes one; False when there is none."""
        now = self._clock()
        level, at = self._levels.get(key, (self._burst, now))
        level = min(self._burst, level + (now - at) * self._rate)
        if level < 1:
            return False
        self._levels[key] = (level - 1, now)
        if len(self._levels) > 1000:
            self._levels = {
                k: (v, t) for k, (v, t) in self._levels.items() if v + (now - t) * self._rate < self._burst
            }  # fmt: skip
        return True


class Gate:
    """WSGI, in front of Engine.IO: only websockets, only from this origin, and only from somebody.

    A handshake with a bearer token, a `token` in its query or a cookie is let through at once. A client that cannot
    set either and says who it is in the Socket.IO CONNECT finds one of sixteen places (per address, 64 in all) to do so within
    three seconds.
    Everybody else gets 401 before Engine.IO has spent anything on them.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], people: People) -> None:
        self._app = app
        self._people = people
        self.unidentified: Counter[str] = Counter()

    def __call__(self, environ: Environ, respond: Respond) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith("/socket.io"):
            return self._app(environ, respond)
        query = parse_qs(environ.get("QUERY_STRING", ""))
        if environ.get("HTTP_UPGRADE", "").lower() != "websocket" or query.get("transport") != ["websocket"]:
            return _refuse(environ, respond, "400 Bad Request", "websocket transport only")
        if not same_origin(environ):
            return _refuse(environ, respond, "403 Forbidden", "foreign origin")
        token = (query.get("token") or [None])[0]
        environ["rinda.query_token"] = token
        if identify(environ, self._people) or self._people.by_token(token):
            return self._serve(environ, respond)
        if self.unidentified[_address(environ)] >= UNIDENTIFIED_AT_ONCE or self.unidentified.total() >= STRANGERS_MOST:
            return _refuse(environ, respond, "401 Unauthorized", "say who you are in the handshake")
        return self._let_in(environ, respond)

    def _let_in(self, environ: Environ, respond: Respond) -> Iterable[bytes]:
        """One of the places for clients that identify after the handshake; the socket is cut when they do not."""
        address = _address(environ)
        self.unidentified[address] += 1
        held = True

        def leave() -> None:
            self.unidentified[address] -= 1
            if not self.unidentified[address]:
                del self.unidentified[address]

        def identified() -> None:
            nonlocal held
            if held:
                held = False
                leave()
                late.kill(block=False)

        def cut() -> None:
            nonlocal held
            held = False
            leave()
            _hang_up(environ)

        late = gevent.spawn_later(IDENTIFY_WITHIN_S, cut)
        environ["rinda.identified"] = identified
        try:
            return self._serve(environ, respond)
        finally:
            identified()

    def _serve(self, environ: Environ, respond: Respond) -> Iterable[bytes]:
        """Engine.IO raises for a packet that is none; the connection ends with it."""
        try:
            return self._app(environ, respond)
        except Exception as error:
            log.info("a websocket ended: %s: %s", type(error).__name__, str(error)[:200])
            _hang_up(environ)
            return []


def _address(environ: Environ) -> str:
    return str(environ.get("REMOTE_ADDR", ""))


def _hang_up(environ: Environ) -> None:
    """Ends the connection itself: the end of the handler alone would not end the websocket's own greenlet."""
    wire = getattr(getattr(environ.get("wsgi.input"), "raw", None), "_sock", None)
    if wire is not None:
        with suppress(OSError):
            wire.shutdown(SHUT_RDWR)


def _refuse(environ: Environ, respond: Respond, status: str, text: str) -> Iterable[bytes]:
    body = text.encode()
    kind = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    respond(status, [*kind, *always(environ)])
    return [body]
