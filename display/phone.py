"""What a visitor's phone shows of their ticket, as a pure function of the floor."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from config.catalogue import Text
from config.hours import next_opening, opening
from server.domain.floor import Floor, Post, Visit, line, profile_of
from server.domain.labels import public_label
from server.domain.place_calls import of_visit, way
from server.domain.visitor import kept_until, let_by
from server.domain.waiting import UNTOLD, estimate_of, is_late, people_ahead, will_be_in_time

Action = Literal["leave", "delay", "coming", "two_minutes", "return"]


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `ticket/<token>`: the number, where it stands, and where to go. Nothing personal.

    `owner` is the institution, empty for a sensitive service. `low` and `high` are minutes from now on, `promised_low` and
    `promised_high` those told when the number was issued; `late`: the visit waits longer, `in_time`: it surely enough will not.
    `idle`: nobody is called from its line now, as no counter for it is at work; `resumes`: when one will be, if that is known.
    `behind` wait in the same line after it, and at most `delay` of them can be let go first. `times`: how often it was called
    since last served. `answer` is what was said to the present summons. `until`: when a parked visit returns by itself, or until
    when the place of who did not come is kept. `reserve`: given without the server.
    `actions` are the steps that the page offers now; `language` is the one in which the number was taken.
    """

    centre: Text
    number: str
    service: Text
    owner: Text
    state: Literal["waiting", "called", "serving", "parked", "ended"]
    issued: datetime
    reserve: bool
    ahead: int | None
    behind: int
    low: int | None
    high: int | None
    promised_low: int | None
    promised_high: int | None
    late: bool
    in_time: bool
    idle: bool
    resumes: datetime | None
    counter: str | None
    towards: Text | None
    calls: int
    times: int
    called: datetime | None
    answer: str | None
    until: datetime | None
    end: str | None
    actions: tuple[Action, ...]
    delay: int
    language: str


def ticket(floor: Floor, token: str, now: datetime | None = None) -> Ticket:
    """The ticket behind a token of today (LookupError for any other), at a time, or at that of the floor."""
    found = floor.tokens.get(token)
    if found is None:
        raise LookupError("token")
    visit = floor.visits[found]
    leg, plan = visit.leg, floor.settled
    now = now or floor.at or visit.issued
    waits = visit.state == "waiting"
    told = estimate_of(floor, visit, now) if waits else UNTOLD
    kept = kept_until(floor, visit)
    counter = leg.counter if visit.state in ("called", "serving") else None
    service, owner = public_label(floor, visit.service)
    rest = line(floor, leg.line)
    idle = waits and not _called_now(floor, visit)
    shown = Ticket(
        centre=plan.centre.short, number=visit.number, service=service, owner=owner, state=visit.state, issued=visit.issued,
        reserve=visit.origin == "offline", ahead=ahead_of(floor, visit) if waits else None,
        behind=max(0, len(rest) - rest.before(leg.key) - 1) if waits else 0, low=told.low, high=told.high,
        promised_low=visit.low, promised_high=visit.high, late=is_late(visit, now),
        in_time=will_be_in_time(floor, visit, now), idle=idle, resumes=_resumes(floor, visit, now) if idle else None,
        counter=counter,
        towards={c: text.replace("{n}", counter) for c, text in plan.place.towards.items()} if counter else None,
        calls=leg.calls, times=visit.times(leg.calls), called=leg.summons[-1].at if leg.summons else leg.called,
        answer=leg.answer if leg.calls and leg.answered == leg.calls else None,
        until=visit.until if visit.state == "parked" else kept if kept and now <= kept else None, end=visit.end,
        actions=tuple(_actions(floor, visit, now)), delay=_delay(floor, visit), language=visit.language,
    )  # fmt: skip
    return _elsewhere(floor, visit, shown)


def _elsewhere(floor: Floor, visit: Visit, shown: Ticket) -> Ticket:
    """The ticket of who waits and is called to a room or a booth: as a call to a counter, which nobody has to answer.

    The code of the place is in capitals, as on boards.
    """
    call = of_visit(floor, visit.id) if shown.state in ("waiting", "parked") else None
    if call is None:
        return shown
    return msgspec.structs.replace(
        shown, state="called", counter=call.place.upper(), towards=way(floor, call.kind, call.place),
        calls=call.summons[-1].calls, times=call.summons[-1].calls, called=call.at, answer=None, until=None, ahead=None, low=None,
        high=None, late=False, in_time=False, idle=False, resumes=None,
        actions=tuple(one for one in shown.actions if one != "delay"), delay=0,
    )  # fmt: skip


def urgent(ticket: Ticket) -> object:
    """The part of a ticket that cannot wait a second: the call, and what the visitor may do."""
    return ticket.state, ticket.counter, ticket.calls, ticket.answer, ticket.actions


def ahead_of(floor: Floor, visit: Visit) -> int:
    """How many are called before a waiting visit; of those who were put first or have returned only their like are."""
    leg = visit.leg
    if ":" in leg.line:
        return line(floor, leg.line).before(leg.key)
    if leg.key.band:
        return people_ahead(floor, leg.queue, leg.key)
    working = {profile_of(floor, code) for code, at in floor.posts.items() if at.clerk is not None and at.pause is None}
    counts = (
        sum(line(floor, queue).before(leg.key) for queue in floor.look.profiles[profile])
        for profile in floor.look.profiles_of.get(leg.queue, ()) if profile in working
    )  # fmt: skip
    return min(counts, default=line(floor, leg.queue).before(leg.key))


def _staffed(floor: Floor, visit: Visit) -> Iterator[Post]:
    """The places at which somebody works who calls from the visit's line, at a break or not."""
    kind, _, one = visit.leg.line.partition(":")
    profiles = floor.look.profiles_of.get(visit.leg.queue, ())
    for code, at in floor.posts.items():
        if at.clerk is not None and (
            {"counter": code, "clerk": at.clerk}[kind] == one if one else profile_of(floor, code) in profiles
        ):
            yield at


def _called_now(floor: Floor, visit: Visit) -> bool:
    return any(at.pause is None for at in _staffed(floor, visit))


def _resumes(floor: Floor, visit: Visit, now: datetime) -> datetime | None:
    """When the first of those at a break comes back, or the centre opens; only of the same day, as the number is of no other."""
    back = [at.until for at in _staffed(floor, visit) if at.until is not None and at.until > now]
    plan = floor.settled
    zone = plan.centre.timezone
    if not back and opening(plan.hours, now, zone) is None and (opens := next_opening(plan.hours, now, zone)) is not None:
        back = [opens]
    day = ZoneInfo(zone)
    return min((one for one in back if one.astimezone(day).date() == now.astimezone(day).date()), default=None)


def _delay(floor: Floor, visit: Visit) -> int:
    rules = floor.settled.rules
    if visit.state != "waiting" or visit.delays >= rules.delays or not rules.delay_places:
        return 0
    return len(let_by(floor, visit, rules.delay_places))


def _actions(floor: Floor, visit: Visit, now: datetime) -> Iterator[Action]:
    leg, kept = visit.leg, kept_until(floor, visit)
    if _delay(floor, visit):
        yield "delay"
    if visit.state in ("waiting", "parked"):
        yield "leave"
    if visit.state == "called" and leg.answered != leg.calls:
        yield "coming"
        if not leg.grace_s:
            yield "two_minutes"
    if kept is not None and now <= kept:
        yield "return"
