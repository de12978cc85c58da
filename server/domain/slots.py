"""When an appointment can be had: opening hours and hours of the queue, a grid, and what is taken already."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from config.hours import WEEKDAYS, Opening, Span, day_spans, instant, own_hours, spans
from config.plan import Booking
from server.domain.floor import Appointment, Floor
from server.domain.moment import microseconds
from server.domain.order import Key
from server.domain.refusal import Refusal

_WORKDAY = (Span(8 * 60, 18 * 60),)
"""Monday to Friday, where the centre is always open."""


class Slot(Struct, frozen=True, kw_only=True):
    """A time (UTC) at which an appointment may begin, and how many more of them."""

    start: datetime
    free: int


def slots(
    floor: Floor, service: str, day: date, now: datetime, without: UUID | None = None, *, video: bool = False
) -> tuple[Slot, ...]:
    """The times of a local day that are neither too soon nor too far, the full ones too; refused if it cannot be booked.

    `without` is an appointment that gets another time: its own place is free, and it takes what it takes.
    """
    video = by_video(floor, without, video)
    booking, minutes = booking_for(floor, service, video=video), minutes_of(floor, service, without)
    starts = _starts(floor, booking, service, minutes, day, now)
    book = _Book(floor, booking, day, without) if starts else None
    return tuple(
        Slot(start=start, free=len(book.booths(service, start, minutes)) if video else book.free(service, start, minutes))
        for start in starts if book
    )  # fmt: skip


def ensure_free(
    floor: Floor, service: str, start: datetime, now: datetime, *, minutes: int | None = None, without: UUID | None = None,
    video: bool = False,
) -> str | None:  # fmt: skip
    """The booth of an appointment that may begin then, None if it is not by video; else refused.

    `without` is one that gives its own place up for it, and stays in its booth if it can.
    """
    booking, day = booking_for(floor, service, video=video), _local(floor, start)
    minutes = minutes or floor.look.services[service].minutes
    if start not in _starts(floor, booking, service, minutes, day, now):
        raise Refusal("slot_outside")
    book = _Book(floor, booking, day, without)
    if not video and book.free(service, start, minutes) >= 1:
        return None
    booths = book.booths(service, start, minutes) if video else ()
    if not booths:
        raise Refusal("slot_taken")
    known = floor.book.get(without) if without is not None else None
    return known.booth if known is not None and known.booth in booths else booths[0]


def minutes_of(floor: Floor, service: str, moving: UUID | None) -> int:
    """How long an appointment for the service takes; one that is moved takes as long as it was booked for."""
    known = floor.book.get(moving) if moving is not None else None
    return known.minutes if known is not None and known.service == service else floor.look.services[service].minutes


def by_video(floor: Floor, moving: UUID | None, asked: bool) -> bool:
    """Whether it is about a place in a booth: as was asked for, but one that is moved stays what it is."""
    known = floor.book.get(moving) if moving is not None else None
    return asked if known is None else known.booth is not None


def booking_for(floor: Floor, service: str, *, video: bool = False) -> Booking:
    """How appointments for the service are made, at a counter or by video; refused if there are none."""
    if service not in floor.look.queue_of:
        raise Refusal("unknown_service", service=service)
    booking = floor.settled.booking
    if video and booking is not None and service in floor.look.booths_of:
        return booking
    if video:
        raise Refusal("not_by_video", service=service)
    if booking is None or service not in booking.services:
        raise Refusal("not_bookable", service=service)
    return booking


def _starts(floor: Floor, booking: Booking, service: str, minutes: int, day: date, now: datetime) -> list[datetime]:
    """The grid of a day: every `step` minutes from each opening, as long as the service ends before the closing."""
    if not 0 <= (day - _local(floor, now)).days <= booking.horizon:
        return []
    plan, soonest = floor.settled, now + timedelta(minutes=booking.lead)
    centre = day_spans(plan.hours, day) if plan.hours is not None else _WORKDAY if day.weekday() < 5 else ()
    queue = day_spans(own_hours(floor.look.queues[floor.look.queue_of[service]]), day)
    found: list[datetime] = []
    for begin, end in ((max(a.begin, b.begin), min(a.end, b.end)) for a in centre for b in queue):
        start, last = _at(floor, day, begin), _at(floor, day, end) - timedelta(minutes=minutes)
        while begin < end and start <= last:
            if start >= soonest:
                found.append(start)
            start += timedelta(minutes=booking.step)
    return found


class _Taken(NamedTuple):
    """A place in the book, and the counters that could serve it; by video it is in a booth, and no counter's."""

    begin: datetime
    end: datetime
    counters: frozenset[str]
    booth: str | None = None


class _Book:
    """What is booked, held or checked in on a day, and its roster. No appointment lasts beyond midnight: that is closing."""

    def __init__(self, floor: Floor, booking: Booking, day: date, without: UUID | None = None) -> None:
        self._floor, self._places = floor, booking.places
        self._roster = [
            (shift.counter, Opening(_at(floor, day, begin), _at(floor, day, end)))
            for shift in floor.settled.shifts
            if WEEKDAYS[day.weekday()] in shift.days and shift.counter in floor.look.counters
            for begin, end in spans(shift.spans)
        ]
        taken = list(self._on(_at(floor, day, 0), without))
        self._taken = [one for one in taken if one.booth is None]
        self._talks = [one for one in taken if one.booth is not None]

    def booths(self, service: str, start: datetime, minutes: int) -> tuple[str, ...]:
        """The booths that are free for the whole of it: nobody changes the room amid a talk."""
        end = start + timedelta(minutes=minutes)
        taken = {one.booth for one in self._talks if one.begin < end and start < one.end}
        return tuple(booth for booth in self._floor.look.booths_of.get(service, ()) if booth not in taken)

    def free(self, service: str, start: datetime, minutes: int) -> int:
        """How many such appointments fit at every moment of it."""
        wanted = self._span(service, start, minutes)
        near = [one for one in self._taken if one.begin < wanted.end and wanted.begin < one.end]
        moments = {max(one.begin, wanted.begin) for one in near} | {wanted.begin}
        return min(self._room(wanted, [one for one in near if one.begin <= at < one.end]) for at in moments)

    def _room(self, wanted: _Taken, here: list[_Taken]) -> int:
        """At one moment: as many as there are places and, by the roster, counters beside those for everybody here."""
        left = max(0, self._places - len(here))
        if self._floor.settled.shifts:
            left = min(left, len(wanted.counters))
        if not self._floor.settled.shifts:
            return left
        return _seated((*here, *[wanted] * left)) - _seated(here)

    def _on(self, midnight: datetime, without: UUID | None) -> Iterator[_Taken]:
        last = microseconds(midnight + timedelta(days=1, hours=1))  # a day may have 25 hours
        for place in self._floor.agenda.since(Key(0, microseconds(midnight), 0)):
            if place.key.at > last:
                break
            if place.visit != without:
                yield self._of(self._floor.book[place.visit])
        for over in self._floor.over.values():
            if over.reason == "kept":
                yield self._of(over.appointment)

    def _of(self, one: Appointment) -> _Taken:
        if one.booth is None:
            return self._span(one.service, one.start, one.minutes)
        return _Taken(one.start, one.start + timedelta(minutes=one.minutes), frozenset(), one.booth)

    def _span(self, service: str, start: datetime, minutes: int) -> _Taken:
        """With the counters whose profile serves the queue and that are planned to be open from beginning to end."""
        look, end = self._floor.look, start + timedelta(minutes=minutes)
        return _Taken(start, end, frozenset(
            counter for counter, open_ in self._roster
            if open_.begin <= start and end <= open_.end
            and look.queue_of.get(service) in look.profiles[look.counters[counter].profile]
        ))  # fmt: skip


def _seated(asked: Sequence[_Taken]) -> int:
    """How many of them can have a counter each at the same time (Kuhn's matching)."""
    seats: dict[str, int] = {}

    def seat(who: int, tried: set[str]) -> bool:
        for counter in asked[who].counters - tried:
            tried.add(counter)
            if counter not in seats or seat(seats[counter], tried):
                seats[counter] = who
                return True
        return False

    return sum(seat(who, set()) for who in range(len(asked)))


def _at(floor: Floor, day: date, minute: int) -> datetime:
    return instant(day, minute, floor.settled.centre.timezone)


def _local(floor: Floor, at: datetime) -> date:
    try:
        return at.astimezone(ZoneInfo(floor.settled.centre.timezone)).date()
    except OverflowError:  # within a day of the first or the last instant that a datetime can hold
        raise Refusal("slot_outside") from None
