"""Decisions about the beginning of a visit, and about leaving before a call."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from server.domain.admission import admit
from server.domain.commands import Leave, TakeTicket
from server.domain.context import Context
from server.domain.events import Event, Group, Origin, TicketIssued, VisitEnded
from server.domain.floor import Floor, Visit, profile_of
from server.domain.moment import microseconds
from server.domain.numbering import next_count, printed
from server.domain.order import Key
from server.domain.post import own_post
from server.domain.refusal import Refusal
from server.domain.slips import wished
from server.domain.waiting import UNTOLD, people_ahead, promise

OF_CONTACTS = ("contact", "callback")
"""Where visits come from that never had a number."""
_ORIGINS: dict[str, Origin] = {"kiosk": "kiosk", "clerk": "desk"}


def take_ticket(floor: Floor, command: TakeTicket, context: Context) -> tuple[Event, ...]:
    """A number in the service's queue, ranked by arrival.

    Further services stay on the same number where one counter can serve all; where not, each counter's share gets a number
    of its own, linked by one party and ranked by the same arrival.
    """
    not_replaced(floor, context)
    prints = wished(floor, command.prints, context.actor)
    services = tuple(dict.fromkeys((command.service, *command.more)))
    for service in services:
        queue = queue_for(floor, service, command.language)
        admit(floor, service, queue, context.now, remote=command.remote, together=services)
    shares = _shares(floor, services)
    party = context.visit if len(shares) > 1 else None
    events: list[Event] = []
    for share in shares:
        fresh = replace(context, visit=companion(context.visit, len(events)), token=_token(context.token, len(events)))
        series = floor.look.queues[floor.look.queue_of[share[0]]].letter
        origin = _ORIGINS.get(context.actor.role, "api")
        events.append(
            _issued(floor, fresh, share[0], command.language, command.needs, series, origin, more=share[1:], party=party,
                    before=len(events), prints=prints, taken=[event for event in events if isinstance(event, TicketIssued)])
        )  # fmt: skip
    return tuple(events)


def numbered(
    floor: Floor, context: Context, *, service: str, series: str, origin: Origin, language: str = "lv",
    needs: tuple[str, ...] = (), **more: Any,
) -> TicketIssued:  # fmt: skip
    """A number for a service in a series, with whatever else the event shall say."""
    return _issued(floor, context, service, language, needs, series, origin, **more)


def leave(floor: Floor, command: Leave, context: Context) -> tuple[Event, ...]:
    """The visitor gives up while waiting or parked; a contact without a number also at the counter, if it came to nothing."""
    begun = floor.visits.get(command.visit)
    counter = begun.leg.counter if begun is not None and begun.state == "serving" else None
    if begun is not None and counter is not None and begun.origin in OF_CONTACTS and not begun.delivered:
        own_post(floor, counter, context.actor)
        return (VisitEnded(visit=begun.id, reason="left", counter=counter),)
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


def not_replaced(floor: Floor, context: Context) -> None:
    """Refuses what arrives late: a wish that a kiosk gave up, having given a number of its own in its place."""
    other = floor.instead.get(context.visit)
    if other is not None:
        raise Refusal("number_held", number=floor.visits[other].number)


def queue_for(floor: Floor, service: str, language: str) -> str:
    """The queue of a service; refused if there is no such service, or the language is off."""
    queue = floor.look.queue_of.get(service)
    if queue is None:
        raise Refusal("unknown_service", service=service)
    if language not in floor.settled.languages:
        raise Refusal("language_off", language=language)
    return queue


def arrival_key(floor: Floor, at: datetime) -> Key:
    """The rank of who comes at a time and takes no number."""
    return Key(1, microseconds(at), floor.position + 1)


def companion(visit: UUID, n: int) -> UUID:
    """The id of the n-th further visit of a party; the visit's own for 0. Devices know it too (server/protocol.py)."""
    return visit if n == 0 else uuid5(visit, str(n))


def _token(token: str, n: int) -> str:
    return token if n == 0 else f"{token}.{n}"


def _shares(floor: Floor, services: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The services, split into as few numbers as counters need: each goes with the first that a counter serves as well.

    By the counters that are open, with what their clerks can do; before anybody works, by those of the plan.
    """
    look = floor.look
    if len(services) == 1:
        return [services]
    at_work = [(profile_of(floor, code), at.clerk) for code, at in floor.posts.items() if at.clerk and code in look.counters]
    profiles = [_servable(floor, profile, clerk) for profile, clerk in at_work] or [
        set(look.profiles[counter.profile]) for counter in look.counters.values()
    ]
    shares: list[tuple[str, ...]] = []
    for service in services:
        for i, share in enumerate(shares):
            together = {floor.look.queue_of[one] for one in (*share, service)}
            if any(together <= queues for queues in profiles):
                shares[i] = (*share, service)
                break
        else:
            shares.append((service,))
    return shares


def _servable(floor: Floor, profile: str, clerk: str) -> set[str]:
    look = floor.look
    able = look.skills.get(clerk, frozenset())
    queues = (look.queues[code] for code in look.profiles[profile] if code in look.queues)
    return {queue.code for queue in queues if queue.skill is None or queue.skill in able}


def _issued(
    floor: Floor, context: Context, service: str, language: str, needs: tuple[str, ...], series: str, origin: Origin, *,
    rank: datetime | None = None, due: datetime | None = None, day: str | None = None, n: int | None = None,
    issued: datetime | None = None, number: str = "", more: tuple[str, ...] = (), party: UUID | None = None,
    appointment: UUID | None = None, group: Group | None = None, before: int = 0, taken: Sequence[TicketIssued] = (),
    prints: str | None = None, instead: UUID | None = None, channel: str | None = None,
) -> TicketIssued:  # fmt: skip
    """`before` events of the same command come first; `taken` are those that took a number."""
    queue = floor.look.queue_of[service]
    if n is None:
        n = next_count(floor, series) + sum(event.series == series for event in taken)
    key = Key(1, microseconds(rank or issued or context.now), floor.position + 1 + before)
    group = group or ("priority" if "priority" in needs else "walk_in")
    ahead = people_ahead(floor, queue, key) + len(taken)
    others = (floor.look.queue_of[one] for one in more)
    also = tuple(dict.fromkeys(one for one in others if one != queue))
    # Nobody is told anything by a number that was given without the server, or is called at once.
    silent = origin in ("offline", "roll")
    told = (
        UNTOLD
        if silent
        else promise(floor, queue, context.now, behind=len(taken), group=group, at=key.at, needs=needs, also=also)
    )
    if prints is None and context.actor.role == "kiosk" and origin in ("kiosk", "appointment"):
        prints = next((kiosk.code for kiosk in floor.settled.kiosks if kiosk.code == context.actor.id and kiosk.prints), None)
    return TicketIssued(
        visit=context.visit, day=day or floor.day, series=series, n=n, number=number or printed(series, n), service=service,
        queue=queue, language=language, needs=tuple(dict.fromkeys(needs)), origin=origin,
        device=str(context.actor), token=context.token, issued=issued or context.now, key=key, ahead=ahead,
        low=told.low, high=told.high, middle_s=told.middle_s, due=due, more=more, party=party, appointment=appointment,
        group=group, prints=prints, instead=instead, channel=channel,
    )  # fmt: skip
