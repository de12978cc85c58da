"""What the one who asked is told: the result of a command, read off its first event and the floor after it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, json

from server.domain.commands import AdmitOffline, Command
from server.domain.events import (
    AppointmentBooked,
    CallbackBooked,
    Event,
    MessageSent,
    PaperRequested,
    PlaceCalled,
    Reason,
    RoomBooked,
    RoomJoined,
    SoundTested,
    TicketIssued,
    VisitCalled,
    VisitEnded,
    VisitRequeued,
)
from server.domain.floor import Floor, Visit
from server.domain.numbering import reserve_number
from server.domain.offline import known_as, offline_day


class Promise(Struct, frozen=True, kw_only=True):
    """Minutes until the call; both None where there is no basis."""

    low: int | None
    high: int | None


class Issued(Struct, frozen=True, kw_only=True):
    """Result of a command that began a visit; `due` is the time of its appointment."""

    visit: UUID
    number: str
    service: str
    token: str
    ahead: int
    promise: Promise
    due: datetime | None = None
    linked: tuple["Linked", ...] = ()


class Linked(Struct, frozen=True, kw_only=True):
    """A further number of the same person, for services that another counter serves."""

    visit: UUID
    number: str
    service: str
    token: str
    promise: Promise


class Booked(Struct, frozen=True, kw_only=True):
    """Result of a command about the book: the appointment and the code with which its visitor checks in."""

    appointment: UUID
    code: str
    start: datetime


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
        others = tuple(
            Linked(visit=one.visit, number=one.number, service=one.service, token=one.token, promise=_promise(one))
            for one in events[1:]
            if isinstance(one, TicketIssued)
        )
        issued = Issued(
            visit=first.visit, number=first.number, service=first.service, token=first.token, ahead=first.ahead,
            promise=_promise(first), due=first.due, linked=others,
        )  # fmt: skip
        if len(events) > 1 and isinstance(events[1], VisitCalled) and events[1].visit == first.visit and first.origin == "roll":
            return _called(floor, events[1])
        return _plain(issued)
    if isinstance(first, AppointmentBooked):
        return _plain(Booked(appointment=first.appointment, code=first.code, start=first.start))
    if isinstance(first, CallbackBooked):
        return {"callback": str(first.callback)}
    if isinstance(first, MessageSent):
        return {"message": str(first.message)}
    if isinstance(first, RoomBooked):
        return {"booking": str(first.booking)}
    if isinstance(first, RoomJoined):
        return {"number": first.number}
    if isinstance(first, PlaceCalled):
        return {"call": str(first.call), "number": first.number}
    if isinstance(first, SoundTested):
        return {"test": str(first.test)}
    if isinstance(first, PaperRequested):
        return {"paper": str(first.paper)}
    second = events[1] if len(events) > 1 else None
    if isinstance(first, VisitCalled):
        return _called(floor, first)
    if isinstance(first, VisitEnded | VisitRequeued) and isinstance(second, VisitCalled) and second.counter == first.counter:
        return _called(floor, second)
    return {}


def standing(floor: Floor, command: Command, past: Visit | None) -> dict[str, Any]:
    """The result of a command that changed nothing: that of the visit which is there already, or nothing."""
    if not isinstance(command, AdmitOffline):
        return {}
    series, n = reserve_number(floor, command.number)
    visit = known_as(floor, offline_day(floor, command.issued), series, n, past)
    if visit is None:
        return {}
    promise = Promise(low=visit.low, high=visit.high)
    return _plain(
        Issued(visit=visit.id, number=visit.number, service=visit.service, token=visit.token, ahead=visit.ahead, promise=promise)
    )


def _promise(event: TicketIssued) -> Promise:
    return Promise(low=event.low, high=event.high)


def _called(floor: Floor, event: VisitCalled) -> dict[str, Any]:
    visit = floor.visits[event.visit]
    return _plain(Called(visit=visit.id, number=visit.number, service=visit.service, reason=event.reason))


def _plain(value: Struct) -> dict[str, Any]:
    """As the database will give it back: a repeated command gets the same answer."""
    found: dict[str, Any] = json.decode(json.encode(value))
    return found
