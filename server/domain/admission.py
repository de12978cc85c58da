"""Whether a number may be given now: opening hours, the day's contingent, and whether the turn would come before closing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.hours import closing, next_opening, opening, openings, own_hours
from config.plan import Hours
from server.domain.floor import WHOLE, Floor
from server.domain.refusal import WAYS, Refusal
from server.domain.waiting import expected_end


def admit(floor: Floor, service: str, queue: str, now: datetime, *, remote: bool = False, together: Sequence[str] = ()) -> None:
    """Nothing if a number may be given for the service; raises the Refusal that says why not, and what else is possible."""
    refusal = (
        centre_shut(floor, now, remote=remote)
        or queue_shut(floor, queue, now)
        or used_up(floor, service, now)
        or _too_full(floor, together or (service,), queue, now)
    )
    if refusal is not None:
        there = ("staff",) if refusal.code != "closed_now" and not remote else ()
        raise Refusal(refusal.code, ways=(*refusal.ways, *_other_ways(floor, service), *there), **refusal.facts)


def centre_shut(floor: Floor, now: datetime, *, remote: bool = False) -> Refusal | None:
    """Why the centre gives no number at all now; a centre without hours always does.

    From afar numbers are given from so many minutes after the first opening of the day until so many before the last
    closing, through the lunch gap as well.
    """
    hours, zone = floor.settled.hours, floor.settled.centre.timezone
    if (stopped := _stopped(floor, now)) is not None:
        return stopped
    if hours is None:
        return None
    today = openings(hours, now, zone)
    is_open = any(one.begin <= now < one.end for one in today)
    if remote and today and today[0].begin <= now < today[-1].end:
        begin = today[0].begin + timedelta(minutes=hours.remote_after)
        end = today[-1].end - timedelta(minutes=hours.remote_before)
        if begin <= now < end:
            return None
        told = {"begin": _time(floor, begin), "end": _time(floor, end)} if begin < end else {}
        return Refusal("remote_closed", ways=(*(["window"] if told else []), *(["here"] if is_open else [])), **told)
    if not is_open:
        return _again("closed_now", floor, next_opening(hours, now, zone))
    last = today[-1].end
    if now >= last - timedelta(minutes=hours.last_ticket):
        return _again("too_late", floor, _from(hours, last, zone), closes=_time(floor, last))
    return None


def queue_shut(floor: Floor, queue: str, now: datetime) -> Refusal | None:
    """Why a queue gives no number now: a manager's word counts, else its own hours."""
    gate = floor.gates.get(queue)
    if gate is not None:
        return None if gate.gives == "always" else Refusal("queue_stopped", reason=gate.reason)
    own, zone = own_hours(floor.look.queues[queue]), floor.settled.centre.timezone
    if not own or opening(own, now, zone) is not None:
        return None
    return _again("queue_closed", floor, _both_open(floor, queue, now))


def used_up(floor: Floor, service: str, now: datetime) -> Refusal | None:
    """Whether the contingent of the day has been given."""
    return _tomorrow("none_left", floor, now) if left(floor, service) == 0 else None


def left(floor: Floor, service: str) -> int | None:
    """How many numbers are left for a service today; None where there is no limit."""
    daily = floor.look.services[service].daily
    return None if daily is None else max(0, daily - (floor.given.get(service) or 0))


def _too_full(floor: Floor, services: Sequence[str], queue: str, now: datetime) -> Refusal | None:
    zone, own = floor.settled.centre.timezone, own_hours(floor.look.queues[queue]) if queue not in floor.gates else ()
    ends = [end for hours in (floor.settled.hours, own) if (end := closing(hours, now, zone))]
    done = expected_end(floor, queue, services, now) if ends else None
    return _tomorrow("day_full", floor, now) if done is not None and done > min(ends) else None


def why_stopped(floor: Floor, queue: str) -> str:
    """The reason that a manager gave for which the queue, or the whole centre, gives no numbers; empty if none did."""
    gates = (floor.gates.get(code) for code in (WHOLE, queue))
    return next((gate.reason for gate in gates if gate is not None and gate.gives == "none"), "")


def next_day(floor: Floor, now: datetime) -> datetime | None:
    """When the centre opens next, if it gives no more numbers today; None without hours."""
    hours, zone = floor.settled.hours, floor.settled.centre.timezone
    if hours is None:
        return None
    end = closing(hours, now, zone)
    return next_opening(hours, now, zone) if end is None else _from(hours, end, zone)


def _from(hours: Hours, end: datetime, zone: str) -> datetime | None:
    """The next opening once a day is over; round the clock it begins with the very midnight that ends the day."""
    return next_opening(hours, end - timedelta.resolution, zone)


def _stopped(floor: Floor, now: datetime) -> Refusal | None:
    """Why the whole centre gives no numbers today: the day is closed, or a manager's reason."""
    gate = floor.gates.get(WHOLE)
    if gate is None:
        return None
    if gate.reason:
        return Refusal("numbers_stopped", reason=gate.reason)
    return _again("closed_now", floor, next_day(floor, now))


def _other_ways(floor: Floor, service: str) -> tuple[str, ...]:
    booking = floor.settled.booking
    booked = ("appointment",) if booking is not None and service in booking.services else ()
    return (*booked, *(channel for channel in floor.look.services[service].channels if channel in WAYS))


def _both_open(floor: Floor, queue: str, now: datetime) -> datetime | None:
    """When queue and centre are next open together."""
    own, hours, zone = own_hours(floor.look.queues[queue]), floor.settled.hours, floor.settled.centre.timezone
    begin = next_opening(own, now, zone)
    while begin is not None:
        if opening(hours, begin, zone) is not None:
            return begin
        later = next_opening(hours, begin, zone)
        if later is not None and opening(own, later, zone) is not None:
            return later
        begin = next_opening(own, begin, zone) if begin < now + timedelta(days=60) else None
    return None


def _tomorrow(code: str, floor: Floor, now: datetime) -> Refusal:
    return _again(code, floor, next_day(floor, now))


def _again(code: str, floor: Floor, at: datetime | None, **facts: str) -> Refusal:
    if at is None:
        return Refusal(code, ways=(), **facts)
    date = f"{at.astimezone(ZoneInfo(floor.settled.centre.timezone)):%d.%m.%Y}"
    return Refusal(code, ways=("again",), date=date, time=_time(floor, at), **facts)


def _time(floor: Floor, at: datetime) -> str:
    local = at.astimezone(ZoneInfo(floor.settled.centre.timezone))
    return f"{local.hour}:{local:%M}"
