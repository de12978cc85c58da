"""What a decision needs beside the floor: the time, who asks, and fresh names; all of them arguments."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from server.domain.events import ArrivalHistory, MonthFigures, ServiceHistory
from server.domain.floor import Visit

Role = Literal["kiosk", "display", "panel", "clerk", "manager", "national", "visitor", "system"]


class Actor(Struct, frozen=True):
    """Who asks. `id` is an account, a device or a kiosk code; `only` the one channel that a device is bound to, if any."""

    role: Role
    id: str
    only: str = ""

    def __str__(self) -> str:
        return f"{self.role}:{self.id}"


SYSTEM = Actor("system", "server")
"""The centre server itself: time, the turn of the day, its own upkeep."""

NETWORK = Actor("system", "network")
"""Who puts the network's settings into force."""


class Reckoned(Struct, frozen=True, kw_only=True):
    """A month as it stands, and whether it was closed before."""

    figures: MonthFigures
    closed: bool


class Context(Struct, frozen=True, kw_only=True):
    """`now` is aware UTC; `visit` and `token` are fresh and unguessable, used when the command begins a visit.

    `month` is the one that is to be closed. `voucher_n` is the place in the list of the next voucher for the visitors'
    network, given when its slip is asked for.
    `history` and `arrivals` are what earlier days say, given when a day may open; `past` is the visit of an earlier day that the
    command names.
    """

    now: datetime
    actor: Actor
    visit: UUID
    token: str
    history: tuple[ServiceHistory, ...] = ()
    arrivals: ArrivalHistory = ArrivalHistory()
    voucher_n: int = 0
    past: Visit | None = None
    month: Reckoned | None = None
