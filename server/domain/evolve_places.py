"""The floor after calls to rooms and booths, and after tests of sound. Pure and total."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from server.domain import events as e
from server.domain.floor import Floor, PlaceCall, Proof, SoundTest, Summons


def settled(floor: Floor, kind: e.PlaceKind, place: str, state: str, number: str | None = None) -> Floor:
    """The call to a place after something happened there, if it was for `number` (None: for whomever); else it is over."""
    known = floor.place_calls.get((kind, place))
    if known is None or known.state == "over":
        return floor
    now = state if number in (None, known.number) else "over"
    return replace(floor, place_calls=floor.place_calls.insert((kind, place), replace(known, state=now)))


def taken_back(floor: Floor, kind: e.PlaceKind, place: str, number: str) -> Floor:
    """The call of a number that waits no more was never there."""
    known = floor.place_calls.get((kind, place))
    if known is None or known.number != number or known.state != "called":
        return floor
    return replace(floor, place_calls=floor.place_calls.discard((kind, place)))


def _called(floor: Floor, event: e.PlaceCalled, record: e.Record) -> Floor:
    key, known = (event.kind, event.place), floor.place_calls.get((event.kind, event.place))
    zone = _waits_in(floor, event)
    summons = Summons(calls=event.calls, at=record.at, zone=zone)
    before = known.summons if known is not None and known.id == event.call else ()
    one = PlaceCall(
        id=event.call, kind=event.kind, place=event.place, number=event.number, visit=event.visit, zone=zone, at=record.at,
        summons=(*before, summons),
    )  # fmt: skip
    return replace(floor, place_calls=floor.place_calls.insert(key, one))


def _waits_in(floor: Floor, event: e.PlaceCalled) -> str:
    visit = floor.visits.get(event.visit) if event.visit is not None else None
    queue = floor.look.queues.get(visit.leg.queue) if visit is not None else None
    if queue is not None:
        return queue.zone
    own = floor.look.place(event.kind, event.place)
    return "" if own is None else own.zone


def _shown(floor: Floor, event: e.PlaceCallShown, record: e.Record) -> Floor:
    return _proven(floor, event, lambda one, proof: replace(one, shown=(*one.shown, proof)), record)


def _spoken(floor: Floor, event: e.PlaceCallSpoken, record: e.Record) -> Floor:
    return _proven(floor, event, lambda one, proof: replace(one, spoken=(*one.spoken, proof)), record)


def _proven(
    floor: Floor, event: e.PlaceCallShown | e.PlaceCallSpoken, add: Callable[[Summons, Proof], Summons], record: e.Record
) -> Floor:  # fmt: skip
    proof = Proof(zone=event.zone, at=record.at)
    for key, one in floor.place_calls.items():
        if one.id == event.call:
            summons = tuple(add(each, proof) if each.calls == event.calls else each for each in one.summons)
            return replace(floor, place_calls=floor.place_calls.insert(key, replace(one, summons=summons)))
    return floor


def _tested(floor: Floor, event: e.SoundTested, record: e.Record) -> Floor:
    one = SoundTest(id=event.test, zone=event.zone, screen=event.screen, asked=record.at)
    return replace(floor, sounds=floor.sounds.insert((one.zone, one.screen), one))


def _played(floor: Floor, event: e.SoundPlayed, record: e.Record) -> Floor:
    return _of_test(floor, event.test, result=event.result, told=record.at)


def _heard(floor: Floor, event: e.SoundHeard, record: e.Record) -> Floor:
    return _of_test(floor, event.test, heard=event.heard, hearer=event.clerk)


def _of_test(floor: Floor, test: object, **values: Any) -> Floor:
    for key, one in floor.sounds.items():
        if one.id == test:
            return replace(floor, sounds=floor.sounds.insert(key, replace(one, **values)))
    return floor


EVOLVERS: dict[type, Callable[[Floor, Any, e.Record], Floor]] = {
    e.PlaceCalled: _called,
    e.PlaceCallShown: _shown,
    e.PlaceCallSpoken: _spoken,
    e.SoundTested: _tested,
    e.SoundPlayed: _played,
    e.SoundHeard: _heard,
}
