"""Every open visit of the centre, as the manager's page lists them behind its figures. Pure."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from config.catalogue import Text
from server import authority
from server.domain.context import Actor
from server.domain.floor import Floor, State, Visit

_WAITING, _AT_COUNTER = ("MoveVisit", "EndVisit", "PrintSlip"), ("EndVisit",)


class OpenVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that is not over: since when it is here, what was promised (minutes), where it waits, what may be done with it.

    `line` is the queue that it waits in, or "counter:2", "clerk:clerk1"; `until` is when it comes back by itself.
    """

    visit: UUID
    number: str
    service: str
    queue: str
    line: str
    state: State
    issued: datetime
    low: int | None
    high: int | None
    needs: tuple[str, ...]
    counter: str | None
    first: bool
    until: datetime | None
    acts: tuple[str, ...]


class OpenVisits(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `visits`: all of them by the time of their arrival, and the names of their services."""

    visits: tuple[OpenVisit, ...]
    services: dict[str, Text]


def visits(floor: Floor, actor: Actor | None = None) -> OpenVisits:
    """Those of the lines, the parked, the held and those at counters."""
    manages = actor is not None and actor.role == "manager"
    may = authority.COMMANDS["manager"] if manages else frozenset[str]()
    waiting = (place.visit for line in (*floor.lines.values(), *floor.directed.values(), floor.parked) for place in line)
    there = (visit for post in floor.posts.values() for visit in (post.visit, post.contact) if visit is not None)
    found = sorted((floor.visits[one] for one in (*waiting, *floor.held, *there)), key=lambda one: (one.issued, one.position))
    known = floor.look.services
    names = {one.service: known[one.service].name for one in found if one.service in known}
    return OpenVisits(visits=tuple(_open(visit, may) for visit in found), services=names)


def _open(visit: Visit, may: Collection[str]) -> OpenVisit:
    leg = visit.leg
    acts = _WAITING if visit.state in ("waiting", "parked") else _AT_COUNTER
    return OpenVisit(
        visit=visit.id, number=visit.number, service=visit.service, queue=leg.queue, line=leg.line,
        state=visit.state, issued=visit.issued, low=visit.low, high=visit.high, needs=visit.needs,
        counter=leg.counter if visit.state in ("called", "serving") else None, first=leg.group == "first",
        until=visit.until, acts=tuple(one for one in acts if one in may),
    )  # fmt: skip
