"""Who was turned away is in the log: how, where, from which address; with a pace, so that no stranger fills the disk."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from server.guard import Bucket

log = logging.getLogger("rinda.turned_away")

STATUSES = frozenset({"401", "403", "423", "429"})
BURST, RATE, ALL_BURST, ALL_RATE = 20, 0.2, 200, 2.0
"""Lines by address and all in all: at once, then by second."""
PARTS, API_PARTS, LENGTH = 2, 4, 80
"""How much of an address of ours is told. What follows names a record or is a ticket's token, which is a secret."""


def pace() -> Callable[[str], bool]:
    """Whether one more line about an address may be logged."""
    each, together = Bucket(RATE, BURST), Bucket(ALL_RATE, ALL_BURST)
    return lambda address: each.take(address) and together.take("")


def noted(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The app whose refusals are logged."""
    heard = pace()

    def watched(environ: dict[str, Any], respond: Callable[..., Any]) -> Iterable[bytes]:
        def answer(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            address = str(environ.get("REMOTE_ADDR", ""))
            if status[:3] in STATUSES and heard(address):
                said = {"status": status[:3], "method": environ.get("REQUEST_METHOD", ""), "address": address}
                log.info("turned away", extra={**said, "where": where(environ.get("PATH_INFO", ""))})
            return respond(status, headers, *rest)

        return app(environ, answer)

    return watched


def where(path: str) -> str:
    """The part of a path that is no secret."""
    parts = path.removeprefix("/").split("/")
    kept = 1 if parts[0] == "ticket" else API_PARTS if parts[0] == "api" else PARTS
    return f"/{'/'.join(parts[:kept])}"[:LENGTH]
