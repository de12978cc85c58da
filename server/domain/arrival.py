"""Decisions about the beginning of a visit, and about leaving before a call."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.commands import AdmitOffline, CheckIn, Leave, RegisterContact, TakeTicket
from server.domain.context import Context
from server.domain.events import Event, Origin, TicketIssued, VisitEnded
from server.domain.floor import Floor, Visit, line
from server.domain.moment import microseconds
from server.domain.numbering import APPOINTMENT_SERIES, next_number, reserve_number
from server.domain.order import Key
from server.domain.post import idle_post
from server.domain.refusal import Refusal
from server.domain.waiting import estimate

_ORIGINS: dict[str, Origin] = {"kiosk": "kiosk", "clerk": "desk"}


def take_ticket(floor: Floor, command: TakeTicket, context: Context) -> tuple[Event, ...]:
    """A number in the service's queue, ranked by arrival."""
    queue = _queue(floor, command.service, command.language)
    series = floor.look.queues[queue].letter
    return (_issued(floor, command, context, queue, series, _ORIGINS.get(context.actor.role, "api"), context.now),)


def check_in(floor: Floor, command: CheckIn, context: Context) -> tuple[Event, ...]:
    """A number of the appointment series, ranked by the booked time or by arrival, whichever is later."""
    queue = _queue(floor, command.service, command.language)
    rank = max(command.due, context.now)
    return (_issued(floor, command, context, queue, APPOINTMENT_SERIES, "appointment", rank, due=command.due),)


def admit_offline(floor: Floor, command: AdmitOffline, context: Context) -> tuple[Event, ...]:
    """A reserve number at its true time; one of an earlier day is kept and ended as day_closed, never lost."""
    series, n = reserve_number(floor, command.number)
    if command.issued > context.now:
        raise Refusal("time_ahead", time=command.issued.isoformat())
    queue = _queue(floor, command.service, command.language)
    # Between midnight and the tick that opens the new day, the open one still takes everybody in.
    day = min(local_day(floor, command.issued), floor.day)
    if any((visit.day, visit.series, visit.n) == (day, series, n) for visit in floor.visits.values()):
        raise Refusal("number_taken", number=command.number)
    issued = _issued(floor, command, context, queue, series, "offline", command.issued, day=day, n=n, issued=command.issued)
    return (issued,) if day == floor.day else (issued, VisitEnded(visit=issued.visit, reason="day_closed"))


def register_contact(floor: Floor, command: RegisterContact, context: Context) -> tuple[Event, ...]:
    """A contact without a number, served at once."""
    at = idle_post(floor, command.counter, context.actor)
    queue = _queue(floor, command.service, command.language)
    if command.channel not in floor.settled.channels:
        raise Refusal("unknown_service_channel", channel=command.channel)
    return (
        TicketIssued(
            visit=context.visit, day=floor.day, series=None, n=None, number="", service=command.service, queue=queue,
            language=command.language, needs=(), origin="contact", device=str(context.actor), token=context.token,
            issued=context.now, key=_key(floor, context.now), ahead=0, low=None, high=None,
            counter=command.counter, clerk=at.clerk, channel=command.channel,
        ),
    )  # fmt: skip


def leave(floor: Floor, command: Leave, context: Context) -> tuple[Event, ...]:
    """The visitor gives up; only while waiting or parked."""
    visit = waiting_visit(floor, command.visit)
    return (VisitEnded(visit=visit.id, reason="left"),)


def waiting_visit(floor: Floor, visit_id: UUID) -> Visit:
    """The visit, which must be waiting or parked."""
    visit = floor.visits.get(visit_id)
    if visit is None:
        raise Refusal("unknown_visit")
    if visit.state not in ("waiting", "parked"):
        raise Refusal("visit_over" if visit.state == "ended" else "not_waiting", number=visit.number)
    return visit


def local_day(floor: Floor, at: datetime) -> str:
    """The calendar date of an instant in the centre's zone, as ISO text."""
    try:
        return at.astimezone(ZoneInfo(floor.settled.centre.timezone)).date().isoformat()
    except OverflowError:  # within a day of the first or the last instant that a datetime can hold
        raise Refusal("malformed") from None


def _queue(floor: Floor, service: str, language: str) -> str:
    queue = floor.look.queue_of.get(service)
    if queue is None:
        raise Refusal("unknown_service", service=service)
    if language not in floor.settled.languages:
        raise Refusal("language_off", language=language)
    return queue


def _key(floor: Floor, at: datetime) -> Key:
    return Key(1, microseconds(at), floor.position + 1)


def _issued(
    floor: Floor, command: TakeTicket | CheckIn | AdmitOffline, context: Context, queue: str, series: str,
    origin: Origin, rank: datetime, *, due: datetime | None = None, day: str | None = None, n: int | None = None,
    issued: datetime | None = None,
) -> TicketIssued:  # fmt: skip
    number = f"{series}{n:03d}" if n is not None else ""
    if n is None:
        n, number = next_number(floor, series)
    key = _key(floor, rank)
    ahead = line(floor, queue).before(key)
    low, high = estimate(floor, queue, ahead)
    kiosk = next((kiosk for kiosk in floor.settled.kiosks if kiosk.code == context.actor.id), None)
    return TicketIssued(
        visit=context.visit, day=day or floor.day, series=series, n=n, number=number, service=command.service,
        queue=queue, language=command.language, needs=tuple(dict.fromkeys(command.needs)), origin=origin,
        device=str(context.actor), token=context.token, issued=issued or context.now, key=key, ahead=ahead,
        low=low, high=high, due=due,
        prints=kiosk.code if kiosk and kiosk.prints and origin in ("kiosk", "appointment") else None,
    )  # fmt: skip
