"""Bookings of a room and days of a visiting specialist as iCalendar (RFC 5545), for the calendars that people have."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from config.hours import instant
from config.plan import Plan, Queue, Room
from server.admin.rooms.view import open_on
from server.domain.floor import RoomBooking

DAYS = 90


def room_calendar(plan: Plan, room: Room, booked: Iterable[RoomBooking], stamp: datetime) -> bytes:
    """What is booked in a room from now on."""
    calendar = _calendar(f"{room.name['lv']} · {plan.centre.short['lv']}")
    for one in booked:
        calendar.add_component(_event(str(one.id), one.title or room.name["lv"], one.start, one.end, stamp, room.name["lv"]))
    return bytes(calendar.to_ical())


def queue_calendar(plan: Plan, queue: Queue, first: date, stamp: datetime) -> bytes:
    """When a queue's specialist is there, in the ninety days from `first` on."""
    calendar, zone = _calendar(f"{queue.name['lv']} · {plan.centre.short['lv']}"), plan.centre.timezone
    for day in (first + timedelta(days=n) for n in range(DAYS)):
        for n, span in enumerate(open_on(plan, queue, day)):
            begin, end = instant(day, span.begin, zone), instant(day, span.end, zone)
            calendar.add_component(_event(f"{queue.code}-{day}-{n}", queue.name["lv"], begin, end, stamp, plan.centre.name["lv"]))
    return bytes(calendar.to_ical())


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Rinda//Rinda//LV")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    return calendar


def _event(uid: str, title: str, begin: datetime, end: datetime, stamp: datetime, place: str) -> Event:
    event, utc = Event(), ZoneInfo("UTC")
    event.add("uid", f"{uid}@rinda")
    event.add("dtstamp", stamp.astimezone(utc).replace(microsecond=0))
    event.add("dtstart", begin.astimezone(utc))
    event.add("dtend", end.astimezone(utc))
    event.add("summary", title)
    event.add("location", place)
    return event
