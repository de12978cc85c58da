"""Decisions about appointments: places in the book, and what becomes of them."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from config.booths import VIDEO
from config.plan import Booking
from server.domain.admission import centre_shut
from server.domain.arrival import local_day, not_replaced, numbered, queue_for
from server.domain.commands import BookAppointment, CancelAppointment, CheckIn, HoldSlot, MoveAppointment
from server.domain.context import Context
from server.domain.events import AppointmentBooked, AppointmentEnded, AppointmentMoved, Event
from server.domain.floor import WHOLE, Appointment, Floor
from server.domain.moment import moment
from server.domain.numbering import APPOINTMENT_SERIES
from server.domain.refusal import Refusal
from server.domain.slips import wished
from server.domain.slots import ensure_free


def hold_slot(floor: Floor, command: HoldSlot, context: Context) -> tuple[Event, ...]:
    """A place for some minutes."""
    booth = ensure_free(floor, command.service, command.start, context.now, video=command.channel == VIDEO)
    until = context.now + timedelta(minutes=_terms(floor).hold)
    return (
        AppointmentBooked(
            appointment=context.visit, code=_code(floor, context.token), service=command.service,
            start=command.start.astimezone(UTC), minutes=floor.look.services[command.service].minutes,
            language=floor.settled.languages[0], held=until, booth=booth,
        ),
    )  # fmt: skip


def book(floor: Floor, command: BookAppointment, context: Context) -> tuple[Event, ...]:
    """A place for good; the held one keeps its appointment and code, also for another service or time than was held."""
    queue_for(floor, command.service, command.language)
    held = None if command.held is None else floor.book.get(command.held)
    if command.held is not None and (held is None or held.held is None or held.held <= context.now):
        raise Refusal("hold_over")
    video = command.channel == VIDEO
    booth = None if held is None else held.booth
    same = held is not None and (held.service, held.start, booth is not None) == (command.service, command.start, video)
    if not same:
        booth = ensure_free(floor, command.service, command.start, context.now, without=command.held, video=video)
    return (
        AppointmentBooked(
            appointment=held.id if held else context.visit, code=held.code if held else _code(floor, context.token),
            service=command.service, start=command.start.astimezone(UTC), language=command.language,
            minutes=held.minutes if held and same else floor.look.services[command.service].minutes,
            needs=tuple(dict.fromkeys(command.needs)), booth=booth,
        ),
    )  # fmt: skip


def move(floor: Floor, command: MoveAppointment, context: Context) -> tuple[Event, ...]:
    """Another time; the same one changes nothing."""
    known = _known(floor, command.appointment)
    if command.start == known.start:
        return ()
    video = known.booth is not None
    booth = ensure_free(floor, known.service, command.start, context.now, minutes=known.minutes, without=known.id, video=video)
    return (
        AppointmentMoved(
            appointment=known.id, start=command.start.astimezone(UTC), booth=booth, code=known.code, service=known.service,
            minutes=known.minutes, language=known.language, needs=known.needs,
        ),
    )  # fmt: skip


def cancel(floor: Floor, command: CancelAppointment, context: Context) -> tuple[Event, ...]:
    """The place is free again."""
    known = _known(floor, command.appointment)
    return (AppointmentEnded(appointment=known.id, reason="cancelled" if known.held is None else "expired"),)


def check_in(floor: Floor, command: CheckIn, context: Context) -> tuple[Event, ...]:
    """A number of the appointment series, ranked by the booked time or by arrival, whichever is later.

    Who comes too late for the right of an appointment waits like anybody else from now on.
    """
    not_replaced(floor, context)
    if WHOLE in floor.gates and (shut := centre_shut(floor, context.now)) is not None:
        raise shut
    prints = wished(floor, command.prints, context.actor)
    known, now = _to_check_in(floor, command.code, context.now), context.now
    booking = _terms(floor)
    if now < (opens := known.start - timedelta(minutes=booking.early)):
        local = opens.astimezone(ZoneInfo(floor.settled.centre.timezone))
        raise Refusal("too_early", date=f"{local:%d.%m.%Y}", time=f"{local.hour}:{local:%M}")
    in_time = now <= known.start + timedelta(minutes=booking.late)
    issued = numbered(
        floor, context, service=known.service, series=APPOINTMENT_SERIES, origin="appointment", language=known.language,
        needs=known.needs, due=known.start, appointment=known.id, rank=max(known.start, now) if in_time else now,
        group="appointment" if in_time else None, prints=prints, channel=None if known.booth is None else VIDEO,
    )  # fmt: skip
    return (issued, AppointmentEnded(appointment=known.id, reason="kept", visit=issued.visit))


def overdue(floor: Floor, context: Context) -> tuple[Event, ...]:
    """What the ticker ends: holds that ran out, appointments to which nobody came."""
    if floor.agenda.head is None:
        return ()
    events: list[Event] = []
    for place in floor.holds:
        if moment(place.key.at) > context.now:
            break
        events.append(AppointmentEnded(appointment=place.visit, reason="expired"))
    for place in floor.agenda:
        if not _missed(floor, floor.book[place.visit], context.now):
            break
        if floor.book[place.visit].held is None:
            events.append(AppointmentEnded(appointment=place.visit, reason="no_show"))
    return tuple(events)


def left_over(floor: Floor, day: str) -> tuple[Event, ...]:
    """What the turn of the day ends: places of days before `day`, and every hold."""
    events: list[Event] = [AppointmentEnded(appointment=place.visit, reason="expired") for place in floor.holds]
    for place in floor.agenda:
        one = floor.book[place.visit]
        if local_day(floor, one.start) >= day:
            break
        if one.held is None:
            events.append(AppointmentEnded(appointment=one.id, reason="no_show"))
    return tuple(events)


def _known(floor: Floor, id: UUID) -> Appointment:
    known = floor.book.get(id)
    if known is None:
        raise Refusal("unknown_appointment")
    return known


def _to_check_in(floor: Floor, code: str, now: datetime) -> Appointment:
    """The appointment of a code to which one can still come."""
    over = floor.over.get(code)
    if over is not None and over.visit is not None:
        raise Refusal("checked_in", number=floor.visits[over.visit].number)
    if over is not None and over.reason != "expired":
        raise Refusal("appointment_over")
    id = floor.codes.get(code)
    known = None if id is None else floor.book[id]
    if known is None or known.held is not None:
        raise Refusal("unknown_code")
    if _missed(floor, known, now):
        raise Refusal("appointment_over")
    return known


def _missed(floor: Floor, known: Appointment, now: datetime) -> bool:
    return now >= known.start + timedelta(minutes=_terms(floor).no_show)


def _terms(floor: Floor) -> Booking:
    """The windows; the plan keeps its booking as long as there is anybody in the book."""
    return floor.settled.booking or Booking(services=())


def _code(floor: Floor, token: str) -> str:
    """Six digits that no appointment of today or later has."""
    hashes = (hashlib.sha256(f"{token} {n}".encode()).digest() for n in count())
    codes = (f"{int.from_bytes(one) % 1_000_000:06d}" for one in hashes)
    return next(code for code in codes if code not in floor.codes and code not in floor.over)
