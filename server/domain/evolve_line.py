"""What every change of a visit is made of: into a line and out of it, on to the next leg, at a counter and away. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from server.domain import events as e
from server.domain.floor import Floor, Leg, LegEnd, Step, Visit, line, post, with_line
from server.domain.moment import microseconds
from server.domain.order import EMPTY, Key, Place
from server.domain.pools import demand, passed_by
from server.domain.pools import enter as into_pools
from server.domain.pools import leave as out_of_pools


def spared(floor: Floor, visit: Visit) -> int:
    """How many calls of later arrivals there were before the present leg of the visit began."""
    asked = demand(floor.look, visit)
    found = (floor.passed.get((profile, asked)) for profile in floor.look.profiles_of.get(visit.leg.queue, ()))
    return sum(passed_by(one, visit.leg) for one in found if one is not None)


def owing(floor: Floor, kiosk: str, visit: Visit) -> Floor:
    owed = (floor.owed.get(kiosk) or EMPTY).insert(Place(Key(1, 0, visit.position), visit.id))
    return replace(floor, owed=floor.owed.insert(kiosk, owed))


def paid(floor: Floor, kiosk: str, visit: Visit) -> Floor:
    owed = (floor.owed.get(kiosk) or EMPTY).remove(Key(1, 0, visit.position))
    return replace(floor, owed=floor.owed.insert(kiosk, owed))


def put(floor: Floor, visit: Visit) -> Floor:
    return replace(floor, visits=floor.visits.insert(visit.id, visit))


def moved_on(floor: Floor, visit: Visit, record: e.Record, *, leg: Leg, **changes: Any) -> Floor:
    return put(floor, replace(visit, legs=(*visit.legs[:-1], leg), moved=record.position, **changes))


def in_open_leg(visit: Visit, record: e.Record) -> Visit:
    """The visit; if it is parked its last leg is over, and what comes now needs a leg of its own."""
    if visit.state != "parked":
        return visit
    last = visit.leg
    leg = Leg(
        queue=last.queue, line=last.line, since=record.at, key=last.key, group=last.group, also=last.also, spared=last.spared
    )
    return replace(visit, legs=(*visit.legs, leg))


def back_to_line(floor: Floor, event: e.VisitRequeued | e.VisitTransferred, record: e.Record, end: LegEnd, leg: Leg) -> Floor:
    visit = floor.visits[event.visit]
    step = step_at(floor, event.counter, event, visit, record)
    ended = replace(visit.leg, ended=record.at, end=end)
    back = replace(visit, state="waiting", legs=(*visit.legs[:-1], ended, leg), moved=record.position)
    return at_post(enter(put(floor, back), back), event.counter, visit=None, step=step)


def enter(floor: Floor, visit: Visit) -> Floor:
    if visit.state == "parked":
        return replace(floor, parked=floor.parked.insert(Place(until_key(visit), visit.id)))
    place = Place(visit.leg.key, visit.id)
    return into_pools(with_line(floor, visit.leg.line, line(floor, visit.leg.line).insert(place)), visit)


def withdraw(floor: Floor, visit: Visit) -> Floor:
    if visit.state == "parked":
        return replace(floor, parked=floor.parked.remove(until_key(visit)))
    if visit.state != "waiting":
        return floor
    if visit.id in floor.held:
        return replace(floor, held=floor.held.discard(visit.id))
    return out_of_pools(with_line(floor, visit.leg.line, line(floor, visit.leg.line).remove(visit.leg.key)), visit)


def settle_party(floor: Floor, party: UUID) -> Floor:
    """While one visit of a party is at a counter the others are held: they keep their place and are not called."""
    members = [floor.visits[id] for id in floor.parties.get(party) or ()]
    busy = any(member.state in ("called", "serving") for member in members)
    for member in members:
        if member.state != "waiting" or busy == (member.id in floor.held):
            continue
        if busy:
            floor = withdraw(floor, member)
            floor = replace(floor, held=floor.held.insert(member.id))
        else:
            floor = enter(replace(floor, held=floor.held.discard(member.id)), member)
    return floor


def until_key(visit: Visit) -> Key:
    return Key(0, 0 if visit.until is None else microseconds(visit.until), visit.position)


def at_post(floor: Floor, counter: str, **changes: Any) -> Floor:
    return replace(floor, posts=floor.posts.insert(counter, replace(post(floor, counter), **changes)))


def step_at(floor: Floor, counter: str, event: e.Event, before: Visit, record: e.Record) -> Step:
    """The step with the counter before it; of the steps before it only the last is kept."""
    at = post(floor, counter)
    if at.step is not None:
        at = replace(at, step=replace(at.step, post=replace(at.step.post, step=None)))
    return Step(event=type(event).__name__, before=before, post=at, at=record.at, moved=record.position)
