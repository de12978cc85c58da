"""The repair list: records of visits that are impossible or unfinished, to be put right before they reach statistics."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.domain.floor import Leg, Visit

SHORT = timedelta(seconds=30)
LONG = timedelta(hours=3)
OPEN = timedelta(hours=4)
LATE = timedelta(minutes=30)
"""So long after closing somebody may still be at a counter who came before it."""

FAULTS: dict[str, str] = {
    "forgotten": "{number} was still at counter {counter} when the day was closed.",
    "open_long": "{number} took its number {hours} h ago and is not over.",
    "no_record": "{number} was served, but no service is recorded.",
    "too_short": "{number} was served for only {seconds} s.",
    "too_long": "{number} was served for {minutes} min.",
    "past_closing": "{number} was served until {minutes} min after closing.",
    "out_of_order": "The times of {number} are not in order: issued, called, served, ended.",
    "elsewhere": "{number} did not come to counter {counter}, but was at counter {other} as {companion} then.",
}
"""What can be wrong with a visit, with its English sentence; other languages translate it."""


class Repair(Struct, frozen=True, kw_only=True):
    """A visit with a fault; `facts` fill the sentence."""

    visit: UUID
    number: str
    day: str
    fault: str
    facts: dict[str, str | int]


def repairs(
    visits: Iterable[Visit],
    now: datetime,
    closing: Callable[[datetime], datetime | None] = lambda at: None,
    *,
    timezone: str = "Europe/Riga",
) -> tuple[Repair, ...]:
    """The faults of one day's visits, or of several, in the order of day and issue.

    `closing` tells when the day of an instant ends, if it does. A call that no board confirmed is no fault.
    """
    known = sorted(visits, key=lambda visit: (visit.day, visit.issued, visit.position))
    parties: dict[UUID, list[Visit]] = {}
    for visit in known:
        if visit.party is not None:
            parties.setdefault(visit.party, []).append(visit)
    found = []
    for visit in known:
        number = visit.number or _named(visit, timezone)
        companions = parties.get(visit.party, []) if visit.party is not None else []
        for fault, facts in (*_unfinished(visit, now), *_impossible(visit, companions), *_doubtful(visit, closing)):
            facts = {"number": number, **facts}
            found.append(Repair(visit=visit.id, number=visit.number, day=visit.day, fault=fault, facts=facts))
    return tuple(found)


def _named(visit: Visit, timezone: str) -> str:
    """A contact without a number, as its record is found: by local time and service."""
    return f"{visit.issued.astimezone(ZoneInfo(timezone)):%H:%M} {visit.service}"


Fault = tuple[str, dict[str, str | int]]


def _unfinished(visit: Visit, now: datetime) -> Iterator[Fault]:
    if visit.end is None and now - visit.issued > OPEN:
        yield "open_long", {"hours": (now - visit.issued) // timedelta(hours=1)}
    if visit.end == "day_closed" and visit.leg.called is not None:
        yield "forgotten", {"counter": visit.leg.counter or "—"}
    if visit.end == "served" and not visit.delivered:
        yield "no_record", {}


def _impossible(visit: Visit, companions: list[Visit]) -> Iterator[Fault]:
    for leg in visit.legs:
        moments = [at for at in (visit.issued, leg.called, leg.served, leg.ended) if at is not None]
        if moments != sorted(moments):
            yield "out_of_order", {}
            break
    if visit.end != "no_show":
        return
    for one in companions:
        for leg in one.legs:
            if _at_once(visit.leg, leg):
                yield "elsewhere", {
                    "counter": visit.leg.counter or "—", "other": leg.counter or "—", "companion": one.number,
                }  # fmt: skip
                return


def _at_once(call: Leg, other: Leg) -> bool:
    """Whether the other leg was being served while the call stood."""
    if call.called is None or call.ended is None or other.served is None or other.ended is None:
        return False
    return other.served < call.ended and call.called < other.ended


def _doubtful(visit: Visit, closing: Callable[[datetime], datetime | None]) -> Iterator[Fault]:
    began, ended = visit.leg.served, visit.leg.ended
    if visit.end != "served" or began is None or ended is None:
        return
    if visit.origin != "contact" and timedelta(0) <= ended - began < SHORT:
        yield "too_short", {"seconds": (ended - began) // timedelta(seconds=1)}
    if ended - began > LONG:
        yield "too_long", {"minutes": (ended - began) // timedelta(minutes=1)}
    shut = closing(began)
    if shut is not None and began <= shut and ended - shut > LATE:
        yield "past_closing", {"minutes": (ended - shut) // timedelta(minutes=1)}
