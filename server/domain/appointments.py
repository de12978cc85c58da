"""Decisions about appointments: places in the book, and what becomes of them."""

from server.domain.commands import BookAppointment, CancelAppointment, CheckIn, HoldSlot, MoveAppointment
from server.domain.context import Context
from server.domain.events import Event
from server.domain.floor import Floor
from server.domain.refusal import Refusal


def hold_slot(floor: Floor, command: HoldSlot, context: Context) -> tuple[Event, ...]:
    """A place for some minutes."""
    raise Refusal("server_error")


def book(floor: Floor, command: BookAppointment, context: Context) -> tuple[Event, ...]:
    """A place for good."""
    raise Refusal("server_error")


def move(floor: Floor, command: MoveAppointment, context: Context) -> tuple[Event, ...]:
    """Another time."""
    raise Refusal("server_error")


def cancel(floor: Floor, command: CancelAppointment, context: Context) -> tuple[Event, ...]:
    """The place is free again."""
    raise Refusal("server_error")


def check_in(floor: Floor, command: CheckIn, context: Context) -> tuple[Event, ...]:
    """A number of the appointment series, ranked by the booked time or by arrival, whichever is later."""
    raise Refusal("server_error")


def overdue(floor: Floor, context: Context) -> tuple[Event, ...]:
    """What the ticker ends: holds that ran out, appointments to which nobody came."""
    return ()


def left_over(floor: Floor, day: str) -> tuple[Event, ...]:
    """What the turn of the day ends: places of days before `day`."""
    return ()
