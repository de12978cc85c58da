"""Proof that a summons reached the visitor: what boards confirm as shown and spoken, and which calls nobody has confirmed."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from server.domain.commands import ConfirmShown, ConfirmSpoken
from server.domain.context import Context
from server.domain.events import CallShown, CallSpoken, Event
from server.domain.floor import Floor, Leg, Summons, Visit
from server.domain.place_calls import called, shown, spoken
from server.domain.refusal import Refusal

PROOF_S = 2
"""A summons that no board has shown after so long must be told by voice."""


class Unshown(Struct, frozen=True, kw_only=True):
    """A visit at `counter` whose summons of `since` no board of `zone` has shown yet."""

    counter: str
    visit: UUID
    number: str
    zone: str
    since: datetime


def confirm_shown(floor: Floor, command: ConfirmShown, context: Context) -> tuple[Event, ...]:
    """The first board of a zone that painted a summons counts there; later ones and summons taken back change nothing."""
    if (place := called(floor, command.visit)) is not None:
        return shown(floor, place, command.calls, _zone(floor, command))
    summons = _summons(floor, command)
    if summons is None or any(one.zone == command.zone for one in summons.shown):
        return ()
    return (CallShown(visit=command.visit, calls=command.calls, zone=command.zone),)


def confirm_spoken(floor: Floor, command: ConfirmSpoken, context: Context) -> tuple[Event, ...]:
    """Likewise the first board of a zone that has spoken it to the end."""
    if (place := called(floor, command.visit)) is not None:
        return spoken(floor, place, command.calls, _zone(floor, command))
    summons = _summons(floor, command)
    if summons is None or any(one.zone == command.zone for one in summons.spoken):
        return ()
    return (CallSpoken(visit=command.visit, calls=command.calls, zone=command.zone),)


def _summons(floor: Floor, command: ConfirmShown | ConfirmSpoken) -> Summons | None:
    visit = floor.visits.get(command.visit)
    if visit is None:
        raise Refusal("unknown_visit")
    _zone(floor, command)
    return next((one for one in every_summons(visit) if one.calls == command.calls), None)


def _zone(floor: Floor, command: ConfirmShown | ConfirmSpoken) -> str:
    if all(zone.code != command.zone for zone in floor.settled.zones):
        raise Refusal("unknown_zone", zone=command.zone)
    return command.zone


def every_summons(visit: Visit) -> tuple[Summons, ...]:
    """All summons of the visit that stand, the latest first."""
    return tuple(one for leg in reversed(visit.legs) for one in reversed(leg.summons))


def shown_at(summons: Summons) -> datetime | None:
    """When a board of the waiting area showed it first, or, where none did, any board."""
    times = [one.at for one in summons.shown if one.zone == summons.zone] or [one.at for one in summons.shown]
    return min(times, default=None)


def unshown(floor: Floor, heard: Collection[str]) -> Iterator[Unshown]:
    """Visits that are called now and whose last summons waits for its proof; `heard` are the zones that have boards.

    The board that counts hangs where the visitor waits or, if there is none, in the zone of the counter. `since` is the first
    summons after the last one that was shown there.
    """
    for counter, at in sorted(floor.posts.items()):
        visit = floor.visits[at.visit] if at.visit is not None else None
        if visit is None or visit.state != "called" or not visit.leg.summons:
            continue
        zone = _watched(floor, visit.leg, counter, heard)
        if zone is None:
            continue
        since = None
        for one in reversed(visit.leg.summons):
            if any(proof.zone == zone for proof in one.shown):
                break
            since = one.at
        if since is not None:
            yield Unshown(counter=counter, visit=visit.id, number=visit.number, zone=zone, since=since)


def overdue(one: Unshown, now: datetime) -> bool:
    """Whether the proof should be there."""
    return now >= due(one)


def due(one: Unshown) -> datetime:
    """When the proof should be there."""
    return one.since + timedelta(seconds=PROOF_S)


def _watched(floor: Floor, leg: Leg, counter: str, heard: Collection[str]) -> str | None:
    own = floor.look.counters.get(counter)
    zones = (leg.summons[-1].zone, "" if own is None else own.zone)
    return next((zone for zone in zones if zone in heard), None)
