"""What a decision needs beside the floor: the time, who asks, and fresh names; all of them arguments."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from server.domain.events import ServiceHistory
from server.domain.floor import Visit

Role = Literal["kiosk", "display", "panel", "clerk", "manager", "national", "visitor", "system"]


class Actor(Struct, frozen=True):
    """Who asks. `id` is an account, a device or a kiosk code."""

    role: Role
    id: str

    def __str__(self) -> str:
        return f"{self.role}:{self.id}"


NETWORK = Actor("system", "network")
"""Who puts the network's settings into force."""


class Context(Struct, frozen=True, kw_only=True):
    """`now` is aware UTC; `visit` and `token` are fresh and unguessable, used when the command begins a visit.

    `history` is what earlier days say, given when a day may open; `past` is the visit of an earlier day that the command names.
    """

    now: datetime
    actor: Actor
    visit: UUID
    token: str
    history: tuple[ServiceHistory, ...] = ()
    past: Visit | None = None
