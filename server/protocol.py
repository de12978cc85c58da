"""The whole wire between the centre server and its devices: three messages, their shapes, and the version."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid5

import msgspec

PROTOCOL = 1
"""Major version. A different one is refused on connect; new fields are always allowed."""

VIEW = "view"
COMMAND = "command"
STATUS = "status"


def visit_of(command: UUID) -> UUID:
    """The visit that a command of this id begins, if it begins one: a device knows it before it is answered."""
    return uuid5(command, "visit")


def companion(visit: UUID, n: int) -> UUID:
    """The id of the n-th further visit of a party, as server/domain/arrival.py names it; the visit's own for 0."""
    return visit if n == 0 else uuid5(visit, str(n))


class Identify(msgspec.Struct, frozen=True, kw_only=True):
    """What a device says of itself on connect (Socket.IO `auth`). Staff pages leave `token` out and bring their cookie."""

    protocol: int
    channel: str
    device: Annotated[str, msgspec.Meta(max_length=64)]
    token: str | None = None


class View(msgspec.Struct, frozen=True, kw_only=True):
    """`view`, server to device: everything that the channel shows at `position`; `now` is the server's clock (UTC)."""

    channel: str
    position: int
    now: datetime
    data: Any


class CommandMessage(msgspec.Struct, frozen=True, kw_only=True):
    """`command`, device to server, answered by an `Answer`. `id` is made by the client and makes it idempotent.

    `language` is the language of the sentence if the answer is no.
    """

    id: UUID
    name: str
    data: dict[str, Any] = {}
    language: str = "lv"


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The reply to a command: done at `position` with `result`, or not done for the reason `code`, said in `text`."""

    ok: bool
    position: int | None = None
    result: dict[str, Any] | None = None
    code: str | None = None
    text: str | None = None


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A session over HTTP; commands that ride on its cookie carry `csrf` as X-CSRF-Token."""

    account: str
    role: str
    csrf: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """`status`, device to server: its health, for people to see; kept in memory only, never in the journal.

    `slips` is about how many more slips the paper will do, for a device that can tell; `unsent` how many numbers given
    without the server it still holds, or records the line to the network, `unsent_since` the time of the oldest of these;
    `silent` are the counters whose sign does not answer on a line. Of a board `sound` is on, off or blocked (the browser wants
    a touch first), `clock_ms` by how much its clock is ahead of the server's.

    `version` is that of its program, `driver` what it drives its printer or signs by, `confirms` whether these tell what became
    of what they were sent; null where nobody knows.
    """

    state: Annotated[str, msgspec.Meta(max_length=40)] = "ok"
    detail: Annotated[str, msgspec.Meta(max_length=200)] = ""
    slips: int | None = None
    unsent: int = 0
    unsent_since: datetime | None = None
    silent: tuple[Annotated[str, msgspec.Meta(max_length=40)], ...] = ()
    sound: Annotated[str, msgspec.Meta(max_length=20)] = ""
    clock_ms: int | None = None
    version: Annotated[str, msgspec.Meta(max_length=40)] = ""
    driver: Annotated[str, msgspec.Meta(max_length=40)] = ""
    confirms: bool | None = None
