"""Cookies that only this very host can set, where the line is encrypted: by the browser's own rule for the prefix `__Host-`."""

from collections.abc import Callable, Iterable
from typing import Any

OURS, PREFIX = "rinda_", "__Host-"
"""How our cookies begin, and what browsers take only with Secure, for the whole host and from nobody else."""


def host_cookies(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The app with our cookies under the prefix on encrypted lines; within it they keep their names.

    There a cookie of ours without the prefix is nobody's: a neighbour's host, or the plain line, may have set it.
    """

    def prefixed(environ: dict[str, Any], respond: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("wsgi.url_scheme") != "https":
            return app(environ, respond)
        environ["HTTP_COOKIE"] = taken(environ.get("HTTP_COOKIE", ""))

        def answer(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return respond(status, [(name, given(name, value)) for name, value in headers], *rest)

        return app(environ, answer)

    return prefixed


def taken(header: str) -> str:
    """A Cookie header as the app may read it."""
    found = (part.strip() for part in header.split(";"))
    return "; ".join(part.removeprefix(PREFIX) for part in found if part and not part.startswith(OURS))


def given(name: str, value: str) -> str:
    """A header of an answer as the browser shall get it."""
    if name.lower() != "set-cookie" or not value.startswith(OURS):
        return value
    return f"{PREFIX}{value}" if "; secure" in value.lower() else f"{PREFIX}{value}; Secure"
