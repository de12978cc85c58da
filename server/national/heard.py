"""What the node said last, kept over a restart: a server that starts while the node is away knows what waits for it."""

import logging
from contextlib import suppress
from pathlib import Path

import msgspec

from server.logs import cause
from server.national.uplink import Outbox

log = logging.getLogger("rinda.uplink")

NAME = "heard.json"


class Heard(msgspec.Struct, frozen=True):
    """The node had everything up to `acked`, whose row had this hash."""

    acked: int
    hash: str


def load_heard(folder: Path | None, outbox: Outbox) -> int:
    """The position in the file, or 0: without one, and where the journal is another than then (a copy was put back).

    It is for telling people only. What the node really has, it says itself, and nothing is erased by this.
    """
    if folder is None:
        return 0
    try:
        found = msgspec.json.decode((folder / NAME).read_bytes(), type=Heard)
    except (OSError, msgspec.MsgspecError, RecursionError):
        return 0
    return found.acked if found.acked > 0 and outbox.hash_at(found.acked) == found.hash else 0


def save_heard(folder: Path, acked: int, outbox: Outbox) -> None:
    """Not forced to the disk: an older mark is no harm. A disk that takes nothing is told by others."""
    fresh = folder / f"{NAME}.part"
    try:
        fresh.write_bytes(msgspec.json.encode(Heard(acked, outbox.hash_at(acked) or "")))
        fresh.replace(folder / NAME)
    except OSError as error:
        log.debug("what the node said last could not be kept: %s", cause(error))
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
