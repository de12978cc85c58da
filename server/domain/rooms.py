"""Rooms, client computers and workplaces: who has them until when, who waits for them, and what is booked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from config.plan import Room
from server.domain import commands as c
from server.domain.context import Context
from server.domain.events import (
    Event,
    RoomBooked,
    RoomBookingEnded,
    RoomEnd,
    RoomEnded,
    RoomExtended,
    RoomJoined,
    RoomLeft,
    RoomOutcome,
    RoomStarted,
    RoomWarned,
    RoomWiped,
)  # fmt: skip
from server.domain.floor import Floor, RoomBooking, RoomUse
from server.domain.refusal import Refusal

WARN = timedelta(minutes=5)
"""So long before the end the room and the staff are told."""
SOON = timedelta(minutes=5)
"""So long before a booking its room is nobody else's."""
LEAST = timedelta(minutes=5)
_UNUSED = RoomUse()


class RoomNow(NamedTuple):
    """A room as it stands: its use, the next booking of today or of now, and for how many minutes it can be had now (0: not)."""

    room: Room
    use: RoomUse
    next: RoomBooking | None
    free_for: int


def room_use(floor: Floor, room: str) -> RoomUse:
    """Who has the room; nobody if nothing happened to it today."""
    return floor.rooms.get(room) or _UNUSED


def bookings(floor: Floor, room: str | None = None) -> tuple[RoomBooking, ...]:
    """What is booked, by time; of one room or of all."""
    found = (one for one in floor.kept.values() if room is None or one.room == room)
    return tuple(sorted(found, key=lambda one: (one.start, one.room)))


def rooms_now(floor: Floor, now: datetime) -> tuple[RoomNow, ...]:
    """Every room of the plan."""
    return tuple(room_now(floor, room, now) for room in floor.settled.rooms)


def room_now(floor: Floor, room: Room, now: datetime) -> RoomNow:
    """The room as it stands."""
    use = room_use(floor, room.code)
    ahead = next((one for one in bookings(floor, room.code) if one.end > now), None)
    free_for = room.minutes if use.state == "free" else 0
    if free_for and ahead is not None:
        gap = ahead.start - now
        free_for = min(free_for, int(gap.total_seconds() // 60)) if gap >= LEAST else 0
    return RoomNow(room, use, ahead, free_for)


def extensions(floor: Floor, room: Room) -> tuple[int, ...]:
    """By how many minutes its present use can be lengthened without touching a booking."""
    use = room_use(floor, room.code)
    if use.state != "used" or use.until is None:
        return ()
    until = use.until
    return tuple(m for m in room.extend if _clash(floor, room.code, until, until + timedelta(minutes=m), use.booking) is None)


def in_use(floor: Floor) -> set[str]:
    """Rooms that somebody has, waits for or has booked."""
    used = {code for code, use in floor.rooms.items() if use.state != "free" or use.waits}
    return used | {one.room for one in floor.kept.values()}


def start_room(floor: Floor, command: c.StartRoom, context: Context) -> tuple[Event, ...]:
    """Somebody gets a free room; one who waited for it does not wait any more, a booking is used."""
    room, use = _room(floor, command.room), room_use(floor, command.room)
    if use.state == "used":
        raise Refusal("room_taken", room=room.code, time=_clock(floor, use.until))
    if use.state == "wipe":
        raise Refusal("room_unwiped", room=room.code)
    if command.why is not None and command.why not in floor.look.services:
        raise Refusal("unknown_service", service=command.why)
    number, visit = _waiting(floor, use, command)
    booking = None
    if command.booking is not None:
        booking = floor.kept.get(command.booking)
        if booking is None or booking.room != room.code:
            raise Refusal("unknown_room_booking")
        if context.now < booking.start - SOON:
            raise Refusal("room_booking_early", time=_clock(floor, booking.start))
    until = _until(floor, room, command, booking, context.now)
    started = RoomStarted(
        room=room.code, until=until, helped=command.helped, number=number, visit=visit, booking=command.booking,
        why=command.why or "",
    )  # fmt: skip
    kept = () if booking is None else (RoomBookingEnded(booking=booking.id, reason="kept"),)
    return (started, *kept)


def extend_room(floor: Floor, command: c.ExtendRoom, context: Context) -> tuple[Event, ...]:
    """More time for who has the room, if nobody has booked it then."""
    room, use = _room(floor, command.room), _used(floor, command.room)
    if command.minutes not in room.extend:
        raise Refusal("room_extension", room=room.code, minutes=", ".join(map(str, room.extend)) or "0")
    begin = max(use.until or context.now, context.now)
    until = begin + timedelta(minutes=command.minutes)
    if (clash := _clash(floor, room.code, begin, until, use.booking)) is not None:
        raise Refusal("room_booked", room=room.code, date=_day(floor, clash.start), time=_clock(floor, clash.start))
    return (RoomExtended(room=room.code, until=until),)


def end_room(floor: Floor, command: c.EndRoom, context: Context) -> tuple[Event, ...]:
    """Whoever had the room is done."""
    _room(floor, command.room)
    return (_end(command.room, _used(floor, command.room), "ended", context.now, command.outcome),)


def wipe_room(floor: Floor, command: c.WipeRoom, context: Context) -> tuple[Event, ...]:
    """It is signed out and cleared; said again of a free one it changes nothing."""
    _room(floor, command.room)
    use = room_use(floor, command.room)
    if use.state == "used":
        raise Refusal("room_taken", room=command.room, time=_clock(floor, use.until))
    if use.state == "free":
        return ()
    said = None if use.outcome is not None else command.outcome
    return (RoomWiped(room=command.room, clerk=context.actor.id, outcome=said),)


def join_room(floor: Floor, command: c.JoinRoom, context: Context) -> tuple[Event, ...]:
    """Somebody waits for the room, with the number that they have or one of the room's own."""
    room, use = _room(floor, command.room), room_use(floor, command.room)
    if command.visit is None:
        return (RoomJoined(room=room.code, number=f"{room.code.upper()}-{use.last + 1}"),)
    visit = floor.visits.get(command.visit)
    if visit is None:
        raise Refusal("unknown_visit")
    if visit.state == "ended":
        raise Refusal("visit_over", number=visit.number)
    if not visit.number:
        raise Refusal("no_number")
    if any(one.visit == visit.id for one in use.waits):
        return ()
    return (RoomJoined(room=room.code, number=visit.number, visit=visit.id),)


def leave_room(floor: Floor, command: c.LeaveRoom, context: Context) -> tuple[Event, ...]:
    """The number waits for the room no more."""
    _room(floor, command.room)
    if all(one.number != command.number for one in room_use(floor, command.room).waits):
        raise Refusal("not_in_room_queue", number=command.number, room=command.room)
    return (RoomLeft(room=command.room, number=command.number),)


def book_room(floor: Floor, command: c.BookRoom, context: Context) -> tuple[Event, ...]:
    """Keeps the room, unless it is booked or used then."""
    room = _room(floor, command.room)
    if not room.bookable:
        raise Refusal("room_not_bookable", room=room.code)
    ahead = command.start - context.now
    if ahead < timedelta(0):
        raise Refusal("time_over")
    if ahead < timedelta(minutes=room.lead):
        raise Refusal("room_too_soon", room=room.code, minutes=room.lead)
    if ahead > timedelta(days=room.horizon):
        raise Refusal("room_too_far", room=room.code, days=room.horizon)
    end = command.start + timedelta(minutes=command.minutes)
    if (clash := _clash(floor, room.code, command.start, end, None)) is not None:
        raise Refusal("room_booked", room=room.code, date=_day(floor, clash.start), time=_clock(floor, clash.start))
    use = room_use(floor, room.code)
    if use.state == "used" and use.until is not None and command.start < use.until:
        raise Refusal("room_taken", room=room.code, time=_clock(floor, use.until))
    return (
        RoomBooked(
            booking=context.visit, room=room.code, start=command.start, minutes=command.minutes, title=command.title,
            purpose=command.purpose, helper=command.helper,
        ),
    )  # fmt: skip


def cancel_room_booking(floor: Floor, command: c.CancelRoomBooking, context: Context) -> tuple[Event, ...]:
    """Gives the room back."""
    if command.booking not in floor.kept:
        raise Refusal("unknown_room_booking")
    return (RoomBookingEnded(booking=command.booking, reason="cancelled"),)


def timed(floor: Floor, now: datetime) -> tuple[Event, ...]:
    """What time alone brings: five minutes left, the time is up, nobody came for a booking."""
    found: list[Event] = []
    for code, use in sorted(floor.rooms.items()):
        if use.state != "used" or use.until is None:
            continue
        if now >= use.until:
            found.append(_end(code, use, "over", now, None))
        elif not use.warned and now >= use.until - WARN:
            found.append(RoomWarned(room=code))
    return (*found, *expired(floor, now))


def expired(floor: Floor, now: datetime) -> tuple[Event, ...]:
    """Bookings whose time has passed."""
    return tuple(RoomBookingEnded(booking=one.id, reason="expired") for one in bookings(floor) if one.end <= now)


def left_over(floor: Floor, now: datetime) -> tuple[Event, ...]:
    """The day is closed: nobody has a room, and nobody waits for one."""
    return tuple(_closed(floor, now))


def unwiped(floor: Floor) -> tuple[Event, ...]:
    """In the new day: rooms of which nobody has said that they are signed out. `floor` is that of the day before."""
    still = sorted(code for code, use in floor.rooms.items() if use.state != "free" and code in floor.look.rooms)
    return tuple(RoomEnded(room=code, reason="unwiped") for code in still)


def _closed(floor: Floor, now: datetime) -> Iterator[Event]:
    for code, use in sorted(floor.rooms.items()):
        if use.state == "used":
            yield _end(code, use, "day_closed", now, None)
        for one in use.waits:
            yield RoomLeft(room=code, number=one.number)


def _room(floor: Floor, code: str) -> Room:
    if (room := floor.look.rooms.get(code)) is None:
        raise Refusal("unknown_room", room=code)
    return room


def _used(floor: Floor, code: str) -> RoomUse:
    if (use := room_use(floor, code)).state != "used":
        raise Refusal("room_free", room=code)
    return use


def _waiting(floor: Floor, use: RoomUse, command: c.StartRoom) -> tuple[str, UUID | None]:
    """The number and the visit of who gets the room."""
    if command.visit is not None:
        visit = floor.visits.get(command.visit)
        if visit is None:
            raise Refusal("unknown_visit")
        return visit.number, visit.id
    if not command.number:
        return "", None
    for one in use.waits:
        if one.number == command.number:
            return one.number, one.visit
    raise Refusal("not_in_room_queue", number=command.number, room=command.room)


def _until(floor: Floor, room: Room, command: c.StartRoom, booking: RoomBooking | None, now: datetime) -> datetime:
    """The end of its time: what was asked for, that of the booking, or as long as is usual and free."""
    if command.minutes is not None:
        until = now + timedelta(minutes=command.minutes)
    elif booking is not None:
        until = max(booking.end, now + LEAST)
    else:
        until = now + timedelta(minutes=room.minutes)
        clash = _clash(floor, room.code, now, until, None)
        if clash is not None and clash.start - now >= LEAST:
            until = clash.start
    own = booking.id if booking is not None else None
    if (clash := _clash(floor, room.code, now, until, own)) is not None:
        raise Refusal("room_booked", room=room.code, date=_day(floor, clash.start), time=_clock(floor, clash.start))
    return until


def _clash(floor: Floor, room: str, begin: datetime, end: datetime, own: UUID | None) -> RoomBooking | None:
    """The first other booking that meets a time."""
    return next((one for one in bookings(floor, room) if one.id != own and one.start < end and begin < one.end), None)


def _end(room: str, use: RoomUse, reason: RoomEnd, now: datetime, outcome: RoomOutcome | None) -> RoomEnded:
    minutes = 0 if use.since is None else max(0, round((now - use.since).total_seconds() / 60))
    return RoomEnded(room=room, reason=reason, minutes=minutes, helped=use.helped, outcome=outcome)


def _clock(floor: Floor, at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(floor.settled.centre.timezone))
    return f"{local.hour}:{local:%M}"


def _day(floor: Floor, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(floor.settled.centre.timezone)):%d.%m.%Y}"
