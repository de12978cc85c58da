"""What a visitor's phone shows of their ticket, as a pure function of the floor."""

from typing import Literal

import msgspec

from config.catalogue import Text
from server.domain.floor import Floor, line
from server.domain.labels import public_label
from server.domain.waiting import estimate


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `ticket/<token>`: the number, where it stands, and where to go. Nothing personal.

    `language` is the one in which the visitor took the number.
    """

    centre: Text
    number: str
    service: Text
    state: Literal["waiting", "called", "serving", "parked", "ended"]
    ahead: int | None
    low: int | None
    high: int | None
    counter: str | None
    towards: Text | None
    calls: int
    end: str | None
    language: str


def ticket(floor: Floor, token: str) -> Ticket:
    """The ticket behind a token of today (LookupError for any other)."""
    found = floor.tokens.get(token)
    if found is None:
        raise LookupError("token")
    visit = floor.visits[found]
    leg, plan = visit.leg, floor.settled
    ahead = line(floor, leg.line).before(leg.key) if visit.state == "waiting" else None
    low, high = estimate(floor, leg.queue, ahead) if ahead is not None else (None, None)
    counter = leg.counter if visit.state in ("called", "serving") else None
    towards = {c: text.replace("{n}", counter) for c, text in plan.place.towards.items()} if counter else None
    return Ticket(
        centre=plan.centre.short, number=visit.number, service=public_label(floor, visit.service)[0],
        state=visit.state, ahead=ahead, low=low, high=high, counter=counter, towards=towards, calls=leg.calls,
        end=visit.end, language=visit.language,
    )  # fmt: skip
