"""Decisions about numbers that a kiosk gave while the server was out of reach."""

from datetime import datetime, timedelta
from uuid import UUID

from server.domain.arrival import local_day, numbered
from server.domain.commands import AdmitOffline
from server.domain.context import Actor, Context
from server.domain.events import Event, VisitEnded
from server.domain.floor import Floor, Visit
from server.domain.moment import moment
from server.domain.numbering import reserve_number
from server.domain.refusal import Refusal

OFFLINE_DAYS = 3660
"""A number from longer ago is the fault of a clock."""


def admit_offline(floor: Floor, command: AdmitOffline, context: Context) -> tuple[Event, ...]:
    """A reserve number at its true time; one of an earlier day is kept and ended as day_closed, never lost.

    What the same kiosk gave as the same number at the same time is the same visit: nothing changes. A visit that the kiosk
    asked for in vain gives its place, if it is the earlier one. It ends as left while it waits. One that was called or served
    meanwhile stays as it is: what happens at a counter is the clerk's, an empty call ends as no_show, and the paper that the
    visitor holds is called all the same, at the place of the first.
    """
    series, n = reserve_number(floor, command.number)
    if command.issued < context.now - timedelta(days=OFFLINE_DAYS):
        raise Refusal("time_too_old", time=command.issued.isoformat(), days=OFFLINE_DAYS)
    if command.issued > context.now:
        raise Refusal("time_ahead", time=command.issued.isoformat())
    service = _service(floor, command.service, context.actor)
    # Between midnight and the tick that opens the new day, the open one still takes everybody in.
    day = offline_day(floor, command.issued)
    if (known := known_as(floor, day, series, n, context.past)) is not None:
        if (known.device, known.issued) == (str(context.actor), command.issued):
            return ()
        raise Refusal("number_taken", number=command.number)
    ghosts = _ghosts(floor, command.instead, context.actor)
    issued = numbered(
        floor, context, service=service, series=series, origin="offline", language=_language(floor, command.language),
        needs=command.needs, day=day, n=n, issued=command.issued, rank=_rank(ghosts, command.issued), instead=command.instead,
    )  # fmt: skip
    over = () if day == floor.day else (VisitEnded(visit=issued.visit, reason="day_closed"),)
    return (issued, *over, *(VisitEnded(visit=one.id, reason="left") for one in ghosts if one.state in ("waiting", "parked")))


def offline_day(floor: Floor, issued: datetime) -> str:
    """The business day of a reserve number that was given then."""
    return min(local_day(floor, issued), floor.day)


def earlier_number(floor: Floor, command: AdmitOffline) -> tuple[str, str, int] | None:
    """Day, series and count of a number of a day before the open one; None if it is of today, or of no day."""
    try:
        day = offline_day(floor, command.issued) if floor.day else ""
    except Refusal:
        return None
    return (day, *reserve_number(floor, command.number)) if day < floor.day else None


def known_as(floor: Floor, day: str, series: str, n: int, past: Visit | None = None) -> Visit | None:
    """The visit that has this number of that day, on the floor or (`past`) no longer."""
    found = (visit for visit in floor.visits.values() if (visit.day, visit.series, visit.n) == (day, series, n))
    return next(found, past)


def _service(floor: Floor, wanted: str, actor: Actor) -> str:
    """The service, or where somebody finds out what it was: the kiosk's "I do not know", else the plan's first one."""
    queues = floor.look.queue_of
    unknown = (kiosk.unknown for kiosk in floor.settled.kiosks if kiosk.code == actor.id)
    for service in (wanted, *unknown, *(service for queue in floor.settled.queues for service in queue.services)):
        if service in queues:
            return service
    raise Refusal("unknown_service", service=wanted)


def _language(floor: Floor, wanted: str) -> str:
    return wanted if wanted in floor.settled.languages else "lv"


def _ghosts(floor: Floor, instead: UUID | None, actor: Actor) -> list[Visit]:
    """The visit that this kiosk asked for without hearing the answer, with the further numbers of the same person."""
    asked = None if instead is None else floor.visits.get(instead)
    if asked is None or (asked.device != str(actor) and actor.role != "manager"):
        return []
    return [floor.visits[id] for id in (floor.parties.get(asked.party) or () if asked.party else (asked.id,))]


def _rank(ghosts: list[Visit], issued: datetime) -> datetime:
    """The earlier arrival of the two."""
    return min([issued, *(moment(one.legs[0].key.at) for one in ghosts)])
