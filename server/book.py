"""The book of appointments as the API hands it out: free times, and a day with codes and contacts."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from server.domain.arrival import local_day
from server.domain.commands import Contact
from server.domain.floor import Floor
from server.domain.slots import booking_for, by_video, minutes_of, slots


class SlotRecord(Struct, frozen=True, kw_only=True):
    """A time (UTC) at which an appointment may begin, its local day, and how many more of them; 0: it is full."""

    day: str
    start: datetime
    free: int


class SlotPage(Struct, frozen=True, kw_only=True):
    """Times for one service, earliest first; an appointment takes `minutes`."""

    service: str
    minutes: int
    slots: tuple[SlotRecord, ...]


class AppointmentRecord(Struct, frozen=True, kw_only=True):
    """An appointment that is not over, by video if in a `booth`; `contact` is null if none was given."""

    appointment: UUID
    code: str
    service: str
    start: datetime
    minutes: int
    language: str
    needs: tuple[str, ...]
    booth: str | None
    state: Literal["booked", "held"]
    contact: Contact | None


class CallbackRecord(Struct, frozen=True, kw_only=True):
    """Somebody who is to be called back."""

    callback: UUID
    service: str
    start: datetime
    language: str
    contact: Contact | None


class AppointmentPage(Struct, frozen=True, kw_only=True):
    """The book of one local day, by time, and who is to be called back on it."""

    day: str
    appointments: tuple[AppointmentRecord, ...]
    callbacks: tuple[CallbackRecord, ...] = ()


def slot_page(
    floor: Floor, service: str, days: Iterable[date], now: datetime, without: UUID | None = None, *, video: bool = False
) -> SlotPage:
    """The times of some local days, for moving as if `without` had no place; refused if the service cannot be booked."""
    booking_for(floor, service, video=by_video(floor, without, video))
    found = ((day, slot) for day in days for slot in slots(floor, service, day, now, without, video=video))
    return SlotPage(
        service=service, minutes=minutes_of(floor, service, without),
        slots=tuple(SlotRecord(day=day.isoformat(), start=slot.start, free=slot.free) for day, slot in found),
    )  # fmt: skip


def appointment_page(floor: Floor, day: str, contacts: Mapping[UUID, Contact]) -> AppointmentPage:
    """What the book has for a local day, with the contacts of who booked."""
    ahead = (floor.book[place.visit] for place in floor.agenda)
    back = sorted((one for one in floor.callbacks.values() if local_day(floor, one.start) == day), key=lambda one: one.start)
    waiting = tuple(
        CallbackRecord(callback=one.id, service=one.service, start=one.start, language=one.language, contact=contacts.get(one.id))
        for one in back
    )
    return AppointmentPage(day=day, callbacks=waiting, appointments=tuple(
        AppointmentRecord(
            appointment=one.id, code=one.code, service=one.service, start=one.start, minutes=one.minutes, language=one.language,
            needs=one.needs, booth=one.booth, state="booked" if one.held is None else "held", contact=contacts.get(one.id),
        )
        for one in ahead if local_day(floor, one.start) == day
    ))  # fmt: skip
