"""Putting the record of a visit right that is over, also one of an earlier day."""

from datetime import UTC, datetime

from msgspec.structs import replace

from server.domain.arrival import local_day
from server.domain.commands import CorrectVisit, DeliveredService
from server.domain.context import Context
from server.domain.events import Delivered, Event, VisitCorrected
from server.domain.floor import Floor, Visit
from server.domain.recording import delivered_service
from server.domain.refusal import Refusal


def correct_visit(floor: Floor, command: CorrectVisit, context: Context) -> tuple[Event, ...]:
    """The true end, times and services, with the reason; the old ones stay in the journal.

    A visit of today is on the floor, one of an earlier day is `context.past`. Who left or did not come was not served by
    the last counter; whoever was served must have a time of it and, where the plan wants that, a delivered service.
    """
    visit = floor.visits.get(command.visit) or context.past
    if visit is None or visit.id != command.visit:
        raise Refusal("unknown_visit")
    number = visit.number or "—"
    if visit.state != "ended" or visit.end is None:
        raise Refusal("not_over", number=number)
    served, ended = _times(floor, visit, command, context.now)
    delivered = _delivered(floor, visit, command.delivered)
    if command.end == "served" and floor.settled.rules.outcome_required and not delivered:
        raise Refusal("outcome_due", number=number)
    if delivered and served is None and not any(leg.served for leg in visit.legs[:-1]):
        raise Refusal("never_served", number=number)
    if (command.end, served, ended, delivered) == (visit.end, visit.leg.served, visit.leg.ended, visit.delivered):
        raise Refusal("nothing_changed", number=number)
    return (
        VisitCorrected(
            visit=visit.id, day=visit.day, was=visit.end, end=command.end, served=served, ended=ended, delivered=delivered,
            reason=command.reason,
        ),
    )  # fmt: skip


def _times(floor: Floor, visit: Visit, command: CorrectVisit, now: datetime) -> tuple[datetime | None, datetime]:
    """When service by the last counter began, if it did, and when the visit ended; refused where that cannot be."""
    leg, number = visit.leg, visit.number or "—"
    absent = command.end in ("no_show", "left")
    served = command.served if absent else command.served or leg.served
    ended = command.ended or leg.ended
    if ended is None or (absent and served is not None) or (served is None and command.end == "served"):
        raise Refusal("impossible_times", number=number)
    if command.end == "no_show" and not any(past.called for past in visit.legs):
        raise Refusal("not_called", number=number)
    begun = max(visit.issued, leg.called or visit.issued)
    in_order = begun <= (served or begun) <= ended <= now
    if not in_order or (ended != leg.ended and local_day(floor, ended) > visit.day):
        raise Refusal("impossible_times", number=number)
    return served and served.astimezone(UTC), ended.astimezone(UTC)


def _delivered(floor: Floor, visit: Visit, given: tuple[DeliveredService, ...] | None) -> tuple[Delivered, ...]:
    """The delivered services as given; one that the visit has already is kept, though the plan may not know it any more."""
    if given is None:
        return visit.delivered
    found = []
    for n, one in enumerate(given, start=1):
        before = (d for d in visit.delivered if _plain(d) == _plain(one))
        kept = next(before, None)
        found.append(delivered_service(floor, one, n) if kept is None else replace(kept, n=n))
    return tuple(found)


def _plain(one: Delivered | DeliveredService) -> tuple[object, ...]:
    said = (getattr(one, field) for field in DeliveredService.__struct_fields__)
    return tuple(None if value == "" else value for value in said)
