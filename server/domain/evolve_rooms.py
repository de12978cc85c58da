"""The floor after what happened to rooms, their bookings, and slips that belong to no visit. Pure and total."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from server.domain import events as e
from server.domain.evolve_places import settled, taken_back
from server.domain.floor import Floor, Paper, RoomBooking, RoomUse, RoomWait


def _use(floor: Floor, room: str) -> RoomUse:
    return floor.rooms.get(room) or RoomUse()


def _put(floor: Floor, room: str, use: RoomUse) -> Floor:
    return replace(floor, rooms=floor.rooms.insert(room, use))


def _without(use: RoomUse, number: str) -> tuple[RoomWait, ...]:
    return tuple(one for one in use.waits if one.number != number)


def _started(floor: Floor, event: e.RoomStarted, record: e.Record) -> Floor:
    known = _use(floor, event.room)
    use = RoomUse(
        state="used", since=record.at, until=event.until, helped=event.helped, number=event.number, visit=event.visit,
        booking=event.booking, why=event.why, waits=_without(known, event.number), last=known.last,
    )  # fmt: skip
    return settled(_put(floor, event.room, use), "room", event.room, "serving", event.number)


def _extended(floor: Floor, event: e.RoomExtended, record: e.Record) -> Floor:
    return _put(floor, event.room, replace(_use(floor, event.room), until=event.until, warned=False))


def _warned(floor: Floor, event: e.RoomWarned, record: e.Record) -> Floor:
    return _put(floor, event.room, replace(_use(floor, event.room), warned=True))


def _ended(floor: Floor, event: e.RoomEnded, record: e.Record) -> Floor:
    use = _use(floor, event.room)
    floor = settled(floor, "room", event.room, "over")
    return _put(floor, event.room, replace(
        use, state="wipe", since=record.at, until=None, warned=False, over=event.reason != "ended", outcome=event.outcome,
    ))  # fmt: skip


def _wiped(floor: Floor, event: e.RoomWiped, record: e.Record) -> Floor:
    known = _use(floor, event.room)
    return _put(floor, event.room, RoomUse(since=record.at, waits=known.waits, last=known.last))


def _joined(floor: Floor, event: e.RoomJoined, record: e.Record) -> Floor:
    use = _use(floor, event.room)
    wait = RoomWait(number=event.number, since=record.at, visit=event.visit)
    return _put(floor, event.room, replace(use, waits=(*use.waits, wait), last=use.last + (event.visit is None)))


def _left(floor: Floor, event: e.RoomLeft, record: e.Record) -> Floor:
    use = _use(floor, event.room)
    return taken_back(_put(floor, event.room, replace(use, waits=_without(use, event.number))), "room", event.room, event.number)


def _booked(floor: Floor, event: e.RoomBooked, record: e.Record) -> Floor:
    one = RoomBooking(
        id=event.booking, room=event.room, start=event.start, minutes=event.minutes, title=event.title,
        purpose=event.purpose, helper=event.helper,
    )  # fmt: skip
    return replace(floor, kept=floor.kept.insert(one.id, one))


def _booking_ended(floor: Floor, event: e.RoomBookingEnded, record: e.Record) -> Floor:
    return replace(floor, kept=floor.kept.discard(event.booking))


def _paper_requested(floor: Floor, event: e.PaperRequested, record: e.Record) -> Floor:
    return replace(floor, papers=floor.papers.insert(event.paper, Paper(asked=event, at=record.at, by=record.actor)))


def _paper_reported(floor: Floor, event: e.PaperReported, record: e.Record) -> Floor:
    known = floor.papers.get(event.paper)
    if known is None:
        return floor
    return replace(floor, papers=floor.papers.insert(event.paper, replace(known, state=event.state)))


EVOLVERS: dict[type, Callable[[Floor, Any, e.Record], Floor]] = {
    e.RoomStarted: _started,
    e.RoomExtended: _extended,
    e.RoomWarned: _warned,
    e.RoomEnded: _ended,
    e.RoomWiped: _wiped,
    e.RoomJoined: _joined,
    e.RoomLeft: _left,
    e.RoomBooked: _booked,
    e.RoomBookingEnded: _booking_ended,
    e.PaperRequested: _paper_requested,
    e.PaperReported: _paper_reported,
}
