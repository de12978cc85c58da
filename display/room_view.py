"""What the screen of a room or client computer shows now, as a pure function of the floor."""

from datetime import datetime
from typing import Literal

import msgspec

from config.catalogue import Text
from server.domain.floor import Floor
from server.domain.rooms import WARN, room_now

MINUTES_SHOWN = 240
"""A booking is told of so many minutes before it begins."""


class RoomScreen(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `room/<code>`: one room, its state since a time and, while it is used, until when. Nobody's name is in it.

    `warn_s` seconds before `until` it says that the time is ending; `over`: it ended because its time was up. `waiting` are the
    numbers that wait for it, `booked` when it is kept next, within four hours.
    """

    room: str
    name: Text
    kind: Literal["computer", "workplace", "room"]
    state: Literal["free", "used", "wipe"]
    since: datetime | None
    until: datetime | None
    over: bool
    warn_s: int
    helped: bool
    waiting: tuple[str, ...]
    booked: datetime | None
    centre: Text
    timezone: str


def room_screen(floor: Floor, room: str, now: datetime) -> RoomScreen:
    """The screen of a room; LookupError for one that the plan does not have."""
    at = room_now(floor, floor.look.rooms[room], now)
    near = at.next is not None and (at.next.start - now).total_seconds() <= MINUTES_SHOWN * 60
    return RoomScreen(
        room=room, name=at.room.name, kind=at.room.kind, state=at.use.state, since=at.use.since, until=at.use.until,
        over=at.use.over, warn_s=int(WARN.total_seconds()), helped=at.use.helped,
        waiting=tuple(one.number for one in at.use.waits), booked=at.next.start if at.next is not None and near else None,
        centre=floor.settled.centre.short, timezone=floor.settled.centre.timezone,
    )  # fmt: skip


def urgent(screen: RoomScreen) -> object:
    """All of it but the numbers that wait."""
    return msgspec.structs.replace(screen, waiting=())
