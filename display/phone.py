"""What a visitor's phone shows of their ticket, as a pure function of the floor."""

from datetime import datetime
from typing import Literal

import msgspec

from config.catalogue import Text
from server.domain.floor import Floor, line
from server.domain.labels import public_label
from server.domain.waiting import UNTOLD, estimate_of, is_late, people_ahead


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `ticket/<token>`: the number, where it stands, and where to go. Nothing personal.

    `late`: the visit waits longer than was promised. `language` is the one in which the visitor took the number.
    """

    centre: Text
    number: str
    service: Text
    state: Literal["waiting", "called", "serving", "parked", "ended"]
    ahead: int | None
    low: int | None
    high: int | None
    late: bool
    counter: str | None
    towards: Text | None
    calls: int
    end: str | None
    language: str


def ticket(floor: Floor, token: str, now: datetime | None = None) -> Ticket:
    """The ticket behind a token of today (LookupError for any other), at a time, or at that of the floor."""
    found = floor.tokens.get(token)
    if found is None:
        raise LookupError("token")
    visit = floor.visits[found]
    leg, plan = visit.leg, floor.settled
    ahead = None
    if visit.state == "waiting":
        ahead = line(floor, leg.line).before(leg.key) if ":" in leg.line else people_ahead(floor, leg.queue, leg.key)
    now = now or floor.at or visit.issued
    told = UNTOLD if ahead is None else estimate_of(floor, visit, now)
    counter = leg.counter if visit.state in ("called", "serving") else None
    towards = {c: text.replace("{n}", counter) for c, text in plan.place.towards.items()} if counter else None
    return Ticket(
        centre=plan.centre.short, number=visit.number, service=public_label(floor, visit.service)[0],
        state=visit.state, ahead=ahead, low=told.low, high=told.high, counter=counter, towards=towards, calls=leg.calls,
        late=is_late(visit, now), end=visit.end, language=visit.language,
    )  # fmt: skip
