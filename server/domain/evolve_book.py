"""The floor after appointments and calls back were booked, moved and over. Pure and total."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from server.domain import events as e
from server.domain.floor import Appointment, Callback, Floor, Over
from server.domain.moment import microseconds
from server.domain.order import Key, Place


def _appointment_booked(floor: Floor, event: e.AppointmentBooked, record: e.Record) -> Floor:
    known = floor.book.get(event.appointment)
    if known is not None:
        floor = _out_of_book(floor, known)
    return _in_book(floor, Appointment(
        id=event.appointment, code=event.code, service=event.service, start=event.start, minutes=event.minutes,
        language=event.language, needs=event.needs, position=record.position, held=event.held,
        booth=event.booth,
    ))  # fmt: skip


def _appointment_moved(floor: Floor, event: e.AppointmentMoved, record: e.Record) -> Floor:
    known = floor.book.get(event.appointment)
    if known is not None:
        moved = replace(known, start=event.start, booth=event.booth, position=record.position)
        return _in_book(_out_of_book(floor, known), moved)
    if not event.code:  # from before a move said all of it, and the record of the booking is not there
        return floor
    return _in_book(floor, Appointment(
        id=event.appointment, code=event.code, service=event.service, start=event.start, minutes=event.minutes,
        language=event.language, needs=event.needs, position=record.position, booth=event.booth,
    ))  # fmt: skip


def _appointment_ended(floor: Floor, event: e.AppointmentEnded, record: e.Record) -> Floor:
    known = floor.book.get(event.appointment)
    if known is None:
        return floor
    over = Over(appointment=known, reason=event.reason, visit=event.visit)
    return replace(_out_of_book(floor, known), over=floor.over.insert(known.code, over))


def _in_book(floor: Floor, one: Appointment) -> Floor:
    place = Place(Key(0, microseconds(one.start), one.position), one.id)
    holds = floor.holds if one.held is None else floor.holds.insert(Place(Key(0, microseconds(one.held), one.position), one.id))
    return replace(
        floor, book=floor.book.insert(one.id, one), codes=floor.codes.insert(one.code, one.id), agenda=floor.agenda.insert(place),
        talks=floor.talks if one.booth is None else floor.talks.insert(place), holds=holds,
    )  # fmt: skip


def _out_of_book(floor: Floor, one: Appointment) -> Floor:
    key = Key(0, microseconds(one.start), one.position)
    holds = floor.holds if one.held is None else floor.holds.remove(Key(0, microseconds(one.held), one.position))
    return replace(
        floor, book=floor.book.discard(one.id), codes=floor.codes.discard(one.code), agenda=floor.agenda.remove(key),
        talks=floor.talks if one.booth is None else floor.talks.remove(key), holds=holds,
    )  # fmt: skip


def _callback_booked(floor: Floor, event: e.CallbackBooked, record: e.Record) -> Floor:
    one = Callback(
        id=event.callback, service=event.service, start=event.start, language=event.language, position=record.position
    )  # fmt: skip
    return replace(floor, callbacks=floor.callbacks.insert(one.id, one))


def _callback_ended(floor: Floor, event: e.CallbackEnded, record: e.Record) -> Floor:
    return replace(floor, callbacks=floor.callbacks.discard(event.callback))


EVOLVERS: dict[type, Callable[[Floor, Any, e.Record], Floor]] = {
    e.AppointmentBooked: _appointment_booked,
    e.AppointmentMoved: _appointment_moved,
    e.AppointmentEnded: _appointment_ended,
    e.CallbackBooked: _callback_booked,
    e.CallbackEnded: _callback_ended,
}
