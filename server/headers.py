"""Security headers that every answer of every Rinda web server carries."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import flask

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
"""`connect-src 'self'` covers http(s) and the websocket of the same origin; nothing else is ever needed."""

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {source}" for name, source in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


ONLY_ENCRYPTED = ("Strict-Transport-Security", "max-age=31536000")
"""For a year, of this host alone: a neighbour's host may have no certificate. Browsers heed it on encrypted lines only."""


def always(environ: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the answer to a request carries in any case."""
    return [*HEADERS.items(), ONLY_ENCRYPTED] if environ.get("wsgi.url_scheme") == "https" else list(HEADERS.items())


def secure(app: flask.Flask) -> None:
    """Puts the headers on every answer of `app`; what names no caching of its own (static files do) is not stored."""
    inner = app.wsgi_app

    def guarded(environ: dict[str, Any], respond: Callable[..., Any]) -> Iterable[bytes]:
        def answer(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            named = {name for name, _ in headers}
            headers += [pair for pair in always(environ) if pair[0] not in named]
            if environ.get("PATH_INFO", "").startswith("/static/vendor/") and status.startswith("200"):
                # Icons and fonts must be there when the server is not: a page that has lost it draws its notice with them.
                headers[:] = [pair for pair in headers if pair[0] != "Cache-Control"] + [_KEPT]
            elif "Cache-Control" not in named:
                headers.append(_NOT_STORED)
            return respond(status, headers, *rest)

        return inner(environ, answer)

    app.wsgi_app = guarded  # type: ignore[assignment]


_KEPT = ("Cache-Control", "public, max-age=86400")
_NOT_STORED = ("Cache-Control", "no-store")
