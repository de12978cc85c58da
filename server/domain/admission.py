"""Whether a number may be given now: opening hours, the day's contingent, and whether the turn would come before closing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.hours import closing, next_opening, opening, openings
from server.domain.floor import Floor
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
        return _again("too_late", floor, next_opening(hours, last, zone), closes=_time(floor, last))
    return None


def queue_shut(floor: Floor, queue: str, now: datetime) -> Refusal | None:
    """Why a queue with hours of its own gives no number now."""
    own, zone = floor.look.queues[queue].hours, floor.settled.centre.timezone
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
    zone = floor.settled.centre.timezone
    ends = [end for hours in (floor.settled.hours, floor.look.queues[queue].hours) if (end := closing(hours, now, zone))]
    done = expected_end(floor, queue, services, now) if ends else None
    return _tomorrow("day_full", floor, now) if done is not None and done > min(ends) else None


def _other_ways(floor: Floor, service: str) -> tuple[str, ...]:
    booking = floor.settled.booking
    booked = ("appointment",) if booking is not None and service in booking.services else ()
    return (*booked, *(channel for channel in floor.look.services[service].channels if channel in WAYS))


def _both_open(floor: Floor, queue: str, now: datetime) -> datetime | None:
    """When queue and centre are next open together."""
    own, hours, zone = floor.look.queues[queue].hours, floor.settled.hours, floor.settled.centre.timezone
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
    hours, zone = floor.settled.hours, floor.settled.centre.timezone
    return _again(code, floor, next_opening(hours, closing(hours, now, zone) or now, zone))


def _again(code: str, floor: Floor, at: datetime | None, **facts: str) -> Refusal:
    if at is None:
        return Refusal(code, ways=(), **facts)
    date = f"{at.astimezone(ZoneInfo(floor.settled.centre.timezone)):%d.%m.%Y}"
    return Refusal(code, ways=("again",), date=date, time=_time(floor, at), **facts)


def _time(floor: Floor, at: datetime) -> str:
    local = at.astimezone(ZoneInfo(floor.settled.centre.timezone))
    return f"{local.hour}:{local:%M}"
