"""The rooms' week and the visiting specialists' calendar, as pure functions of floor and plan."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from config.catalogue import Text
from config.hours import Span, dates, day_spans, own_hours, shown
from config.plan import Exceptional, Plan, Queue, Room
from server.domain.floor import Floor, PlaceCall, RoomBooking
from server.domain.place_calls import open_call
from server.domain.rooms import RoomNow, bookings, extensions, rooms_now

WEEKS = 4


class RoomCard(NamedTuple):
    """A room as it stands, by how many minutes its present use can be lengthened, and the call to it that is not over."""

    now: RoomNow
    extend: tuple[int, ...]
    zone: Text
    call: PlaceCall | None


class DayCell(NamedTuple):
    """What is booked in one room on one day."""

    day: date
    booked: tuple[RoomBooking, ...]


class Visiting(NamedTuple):
    """A queue whose specialist comes on certain days: who that is by account, and the days of one week."""

    queue: Queue
    clerks: tuple[str, ...]
    days: tuple["VisitingDay", ...]


class VisitingDay(NamedTuple):
    """A day, when the specialist is there (`spans` in words, empty: not), and the exception that says so, if one does."""

    day: date
    spans: str
    exception: Exceptional | None


def cards(floor: Floor, now: datetime) -> tuple[RoomCard, ...]:
    """Every room of the plan."""
    zones = {zone.code: zone.name for zone in floor.settled.zones}
    return tuple(
        RoomCard(one, extensions(floor, one.room), zones.get(one.room.zone, {}), open_call(floor, "room", one.room.code))
        for one in rooms_now(floor, now)
    )


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def week_of(floor: Floor, first: date) -> tuple[tuple[Room, tuple[DayCell, ...]], ...]:
    """Every room with what is booked on the seven days from `first` on."""
    zone, found = ZoneInfo(floor.settled.centre.timezone), bookings(floor)
    days = [first + timedelta(days=n) for n in range(7)]

    def on(room: Room, day: date) -> DayCell:
        return DayCell(day, tuple(one for one in found if one.room == room.code and one.start.astimezone(zone).date() == day))

    return tuple((room, tuple(on(room, day) for day in days)) for room in floor.settled.rooms)


def visiting(plan: Plan, first: date) -> tuple[Visiting, ...]:
    """The queues with hours of their own, and when somebody is there in the week that begins on `first`."""
    return tuple(_visiting(plan, queue, first) for queue in plan.queues if queue.hours)


def visiting_queues(plan: Plan) -> tuple[Queue, ...]:
    """The queues with hours of their own."""
    return tuple(queue for queue in plan.queues if queue.hours)


def _visiting(plan: Plan, queue: Queue, first: date) -> Visiting:
    clerks = tuple(one.code for one in plan.clerks if queue.skill is not None and queue.skill in one.skills)
    days = (first + timedelta(days=n) for n in range(7))
    return Visiting(queue, clerks, tuple(VisitingDay(day, _words(open_on(plan, queue, day)), _said(queue, day)) for day in days))


def open_on(plan: Plan, queue: Queue, day: date) -> tuple[Span, ...]:
    """When a queue is served on a day: in its own hours, and while the centre is open."""
    centre = day_spans(plan.hours, day)
    both = (Span(max(a.begin, b.begin), min(a.end, b.end)) for a in centre for b in day_spans(own_hours(queue), day))
    return tuple(span for span in both if span.begin < span.end)


def _words(spans: Sequence[Span]) -> str:
    return ", ".join(shown(span).replace("-", "–") for span in spans)


def _said(queue: Queue, day: date) -> Exceptional | None:
    """The exception that a day falls into; of several the last, as the hours read them."""
    for one in reversed(queue.exceptions):
        first, last = dates(one.date)
        if first <= day <= last:
            return one
    return None
