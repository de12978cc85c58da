"""The visits of today that are over at a counter, with what was recorded, so that a wrong record can be put right. Pure."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from counter.work import DeskDelivered, delivered_of
from server.domain.context import Actor
from server.domain.floor import Floor, Leg, Visit
from server.domain.recording import may_correct


class FinishedVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that is over: served last since `served` by account `clerk`, ended at `ended` as `end`.

    `actions` are given with its `visit`. Where there are none the record is another's to correct, and its notes are not shown.
    """

    visit: UUID
    number: str
    service: str
    channel: str | None
    served: datetime
    ended: datetime
    clerk: str | None
    end: str
    delivered: tuple[DeskDelivered, ...]
    actions: tuple[str, ...]


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `finished/<counter>`: those served there today, or anywhere by who looks; what ended last comes first."""

    visits: tuple[FinishedVisit, ...]


def finished(floor: Floor, counter: str, actor: Actor) -> Finished:
    """What this actor may see and do; a counter that the plan does not have is a LookupError."""
    here = floor.look.counters[counter].code
    over = (visit for visit in floor.visits.values() if visit.state == "ended" and visit.day == floor.day)
    found = (_finished(floor, visit, actor) for visit in over if any(_ours(leg, here, actor) for leg in visit.legs))
    return Finished(visits=tuple(sorted(found, key=lambda one: (one.ended, one.visit), reverse=True)))


def _ours(leg: Leg, counter: str, actor: Actor) -> bool:
    return leg.served is not None and (leg.counter == counter or leg.clerk == actor.id)


def _finished(floor: Floor, visit: Visit, actor: Actor) -> FinishedVisit:
    may = may_correct(floor, visit, actor)
    last = next(leg for leg in reversed(visit.legs) if leg.served is not None)
    ended = visit.leg.ended or last.since
    delivered = delivered_of(visit, ended)
    return FinishedVisit(
        visit=visit.id, number=visit.number, service=visit.service, channel=visit.channel, served=last.served or last.since,
        ended=ended, clerk=last.clerk, end=visit.end or "", actions=_actions(floor, visit) if may else (),
        delivered=delivered if may else tuple(replace(one, note="") for one in delivered),
    )  # fmt: skip


def _actions(floor: Floor, visit: Visit) -> tuple[str, ...]:
    """The last service stays where the plan wants one."""
    left = len(visit.delivered) - floor.settled.rules.outcome_required
    return ("RecordService", *(("AmendService",) if visit.delivered else ()), *(("StrikeService",) if left > 0 else ()))
