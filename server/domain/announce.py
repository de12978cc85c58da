"""Decisions about a manager's line on the boards, and which lines stand there now."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from server.domain.commands import Announce, Withdraw
from server.domain.context import Context
from server.domain.events import Announced, AnnouncementWithdrawn, Event
from server.domain.floor import Announcement, Floor
from server.domain.refusal import Refusal


def announce(floor: Floor, command: Announce, context: Context) -> tuple[Event, ...]:
    """On every board, or on those of some zones, until its minutes are over or it is taken back."""
    known = {zone.code for zone in floor.settled.zones}
    for zone in command.zones:
        if zone not in known:
            raise Refusal("unknown_zone", zone=zone)
    until = context.now + timedelta(minutes=command.minutes)
    return (Announced(announcement=context.visit, text=command.text, zones=tuple(dict.fromkeys(command.zones)), until=until),)


def withdraw(floor: Floor, command: Withdraw, context: Context) -> tuple[Event, ...]:
    """Takes a line back that stands there."""
    if all(one.id != command.announcement for one in announced(floor, context.now)):
        raise Refusal("unknown_announcement")
    return (AnnouncementWithdrawn(announcement=command.announcement),)


def announced(floor: Floor, now: datetime, zone: str | None = None) -> Iterator[Announcement]:
    """The lines that stand on the boards now, or on those of one zone, the latest first."""
    for one in sorted(floor.announcements.values(), key=lambda one: one.position, reverse=True):
        if one.until > now and (zone is None or not one.zones or zone in one.zones):
            yield one
