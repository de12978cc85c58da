"""What the one who asked is told: the result of a command, read off its first event and the floor after it."""

from typing import Any
from uuid import UUID

from msgspec import Struct, to_builtins

from server.domain.events import Event, Reason, TicketIssued, VisitCalled
from server.domain.floor import Floor


class Promise(Struct, frozen=True, kw_only=True):
    """Minutes until the call; both None where there is no basis."""

    low: int | None
    high: int | None


class Issued(Struct, frozen=True, kw_only=True):
    """Result of a command that began a visit."""

    visit: UUID
    number: str
    token: str
    ahead: int
    promise: Promise


class Called(Struct, frozen=True, kw_only=True):
    """Result of a call."""

    visit: UUID
    number: str
    service: str
    reason: Reason


def result(floor: Floor, events: tuple[Event, ...]) -> dict[str, Any]:
    """The result as plain JSON values; empty for commands whose answer is that they were done."""
    first = events[0] if events else None
    if isinstance(first, TicketIssued):
        promise = Promise(low=first.low, high=first.high)
        issued = Issued(visit=first.visit, number=first.number, token=first.token, ahead=first.ahead, promise=promise)
        return dict(to_builtins(issued))
    if isinstance(first, VisitCalled):
        visit = floor.visits[first.visit]
        called = Called(visit=visit.id, number=visit.number, service=visit.service, reason=first.reason)
        return dict(to_builtins(called))
    return {}
