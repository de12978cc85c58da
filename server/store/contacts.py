"""How to reach who booked or wants to be called back: in one table, never in the journal, until the day after."""

from collections.abc import Iterable
from uuid import UUID

from msgspec.structs import asdict
from sqlalchemy import Connection, Executable, delete, insert, select, update

from server.domain.arrival import local_day
from server.domain.commands import BookAppointment, BookRoom, Command, Contact, RegisterCallback
from server.domain.events import (
    AppointmentBooked,
    AppointmentEnded,
    AppointmentMoved,
    CallbackBooked,
    CallbackEnded,
    DayOpened,
    Event,
    RoomBooked,
    RoomBookingEnded,
)
from server.domain.floor import Floor
from server.store.schema import contacts


def changes(floor: Floor, command: Command, events: Iterable[Event]) -> tuple[Executable, ...]:
    """What the events of a command, decided on `floor`, change in the table; runs in the transaction that appends them."""
    found: list[Executable] = []
    for event in events:
        if isinstance(event, DayOpened):
            found.append(delete(contacts).where(contacts.c.day < event.day))
        elif isinstance(event, AppointmentMoved):
            day = local_day(floor, event.start)
            found.append(update(contacts).where(contacts.c.appointment == str(event.appointment)).values(day=day))
        elif isinstance(event, AppointmentEnded) and event.reason == "cancelled":
            found.append(delete(contacts).where(contacts.c.appointment == str(event.appointment)))
        elif isinstance(event, AppointmentBooked) and isinstance(command, BookAppointment) and command.contact:
            row = {"appointment": str(event.appointment), "day": local_day(floor, event.start)}
            found.append(insert(contacts).values(**row, **asdict(command.contact)))
        elif isinstance(event, CallbackBooked) and isinstance(command, RegisterCallback):
            row = {"appointment": str(event.callback), "day": local_day(floor, event.start)}
            found.append(insert(contacts).values(**row, **asdict(command.contact)))
        elif isinstance(event, RoomBooked) and isinstance(command, BookRoom) and command.contact:
            row = {"appointment": str(event.booking), "day": local_day(floor, event.start)}
            found.append(insert(contacts).values(**row, **asdict(command.contact)))
        elif isinstance(event, RoomBookingEnded) and event.reason == "cancelled":
            found.append(delete(contacts).where(contacts.c.appointment == str(event.booking)))
        elif isinstance(event, CallbackEnded):
            found.append(delete(contacts).where(contacts.c.appointment == str(event.callback)))
    return tuple(found)


def on_day(connection: Connection, day: str) -> dict[UUID, Contact]:
    """The contacts of a day's appointments and of those to be called back on it."""
    rows = connection.execute(select(contacts).where(contacts.c.day == day)).mappings()
    return {UUID(row["appointment"]): Contact(name=row["name"], phone=row["phone"], email=row["email"]) for row in rows}
