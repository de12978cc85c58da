"""Calls to rooms and video booths: who is due there is summoned as to a counter, with the proof that boards said so."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Literal
from uuid import UUID

from config.catalogue import Text
from server.domain.booths import Talk, booth_use, opens, talks
from server.domain.commands import CallToPlace
from server.domain.context import Context
from server.domain.events import Event, PlaceCalled, PlaceCallShown, PlaceCallSpoken, PlaceKind
from server.domain.floor import Floor, PlaceCall, Visit
from server.domain.refusal import Refusal
from server.domain.rooms import room_use

_NAMED = {"lv": "uz vietu „{name}”", "en": "to “{name}”", "ru": "к месту «{name}»", "uk": "до місця «{name}»"}
"""The way to a place of which the plan says only the name."""


def call_to_place(floor: Floor, command: CallToPlace, context: Context) -> tuple[Event, ...]:
    """The first who waits for it, or `number`; the same once more calls again, anybody else takes the place of that call."""
    find = _in_room if command.kind == "room" else _in_booth
    number, visit = find(floor, command, context.now)
    known = floor.place_calls.get((command.kind, command.place))
    again = known is not None and known.number == number and state(floor, known) == "called"
    return (
        PlaceCalled(
            kind=command.kind, place=command.place, number=number, visit=visit,
            call=known.id if known is not None and again else context.visit,
            calls=known.summons[-1].calls + 1 if known is not None and again else 1,
        ),
    )  # fmt: skip


def called(floor: Floor, call: UUID) -> PlaceCall | None:
    """The call of this id, if it is the last one to its place."""
    return next((one for one in floor.place_calls.values() if one.id == call), None)


def open_call(floor: Floor, kind: PlaceKind, place: str) -> PlaceCall | None:
    """The call to a place that nobody has followed yet."""
    known = floor.place_calls.get((kind, place))
    return known if known is not None and state(floor, known) == "called" else None


def shown(floor: Floor, call: PlaceCall, calls: int, zone: str) -> tuple[Event, ...]:
    """The first board of a zone that painted it counts there."""
    new = any(one.calls == calls and all(proof.zone != zone for proof in one.shown) for one in call.summons)
    return (PlaceCallShown(call=call.id, calls=calls, zone=zone),) if new else ()


def spoken(floor: Floor, call: PlaceCall, calls: int, zone: str) -> tuple[Event, ...]:
    """Likewise the first board of a zone that has spoken it to the end."""
    new = any(one.calls == calls and all(proof.zone != zone for proof in one.spoken) for one in call.summons)
    return (PlaceCallSpoken(call=call.id, calls=calls, zone=zone),) if new else ()


def state(floor: Floor, call: PlaceCall) -> Literal["called", "serving", "over"]:
    """called, serving or over: over also when the visit has ended, or was called to a counter since."""
    visit = floor.visits.get(call.visit) if call.visit is not None else None
    if visit is not None and (visit.state == "ended" or _elsewhere(visit, call)):
        return "over"
    return call.state


def of_visit(floor: Floor, visit: UUID) -> PlaceCall | None:
    """Where the visit is called to now, if that is a room or a booth."""
    found = (one for one in floor.place_calls.values() if one.visit == visit and state(floor, one) == "called")
    return max(found, key=lambda one: one.at, default=None)


def unshown_places(floor: Floor, heard: Collection[str]) -> Iterator[tuple[PlaceCall, datetime]]:
    """Calls that wait for their proof, and since when; `heard` are the zones that have boards."""
    for _, one in sorted(floor.place_calls.items()):
        zone = next((zone for zone in (one.zone, place_zone(floor, one.kind, one.place)) if zone in heard), None)
        if zone is None or state(floor, one) != "called":
            continue
        since = None
        for summons in reversed(one.summons):
            if any(proof.zone == zone for proof in summons.shown):
                break
            since = summons.at
        if since is not None:
            yield one, since


def place_zone(floor: Floor, kind: str, place: str) -> str:
    """Where a room or a booth lies; empty for one that the plan has no more."""
    found = floor.look.place(kind, place)
    return "" if found is None else found.zone


def way(floor: Floor, kind: str, place: str) -> Text:
    """How to get there, as it is written: what the plan says, else by its name."""
    found = floor.look.place(kind, place)
    if found is None:
        return {"lv": place}
    named = {code: _NAMED[code].replace("{name}", name) for code, name in found.name.items() if code in _NAMED}
    return found.way or named


def _elsewhere(visit: Visit, call: PlaceCall) -> bool:
    return any(leg.called is not None and leg.called > call.at for leg in visit.legs)


def _in_room(floor: Floor, command: CallToPlace, now: datetime) -> tuple[str, UUID | None]:
    if command.place not in floor.look.rooms:
        raise Refusal("unknown_room", room=command.place)
    use = room_use(floor, command.place)
    if use.state != "free":
        raise Refusal("room_not_ready", room=command.place)
    for one in use.waits:
        if command.number in ("", one.number):
            return one.number, one.visit
    if command.number:
        raise Refusal("not_in_room_queue", number=command.number, room=command.place)
    raise Refusal("nobody_for_room", room=command.place)


def _in_booth(floor: Floor, command: CallToPlace, now: datetime) -> tuple[str, UUID | None]:
    if command.place not in floor.look.booths:
        raise Refusal("unknown_booth", booth=command.place)
    talk = due_in_booth(floor, command.place, now)
    visit = None if talk is None or talk.visit is None else floor.visits[talk.visit]
    if visit is None or command.number not in ("", visit.number):
        raise Refusal("not_checked_in")
    return visit.number, visit.id


def due_in_booth(floor: Floor, booth: str, now: datetime) -> Talk | None:
    """The talk whose visitor is here and may be called to the booth now: the one it is ready for, else the next."""
    use = booth_use(floor, booth)
    here = [
        one for one in talks(floor).get(booth, ())
        if one.visit is not None and floor.visits[one.visit].state != "ended" and now >= opens(floor, one.booked)
        and one.booked.id not in use.had
    ]  # fmt: skip
    if use.state == "busy":
        return None
    if use.appointment is not None and use.state == "ready":
        return next((one for one in here if one.booked.id == use.appointment), None)
    return here[0] if here and use.state != "ready" else None
