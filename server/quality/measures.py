"""What the records themselves say of the standard: pure figures over the visits of a period."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from msgspec import Struct, field

from server.domain.floor import Visit
from server.domain.proof import PROOF_S, every_summons, shown_at

SECOND = timedelta(seconds=1)


class Figures(Struct, kw_only=True):
    """Sums over visits that are over. Times in seconds.

    `waits` are from the issue of a number to the first call, `stays` from the issue to the end of who was served, `takes` of
    service. `elsewhere` counts where visitors were sent, `unserved` why they were not served, `alone` what was said of the
    next time, `ways` the channels of delivered services. `chosen` calls were out of order by a clerk's choice, `why` of them
    with a note. `wishes` visits had a need.
    """

    visits: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    stays: list[float] = field(default_factory=list)
    takes: list[float] = field(default_factory=list)
    promised: int = 0
    kept: int = 0
    summons: int = 0
    shown: int = 0
    recorded: int = 0
    services: int = 0
    redirected: int = 0
    unsettled: int = 0
    lodged: int = 0
    scanned: int = 0
    printed: int = 0
    numbers: int = 0
    paperless: int = 0
    booked: int = 0
    wishes: int = 0
    calls: int = 0
    chosen: int = 0
    why: int = 0
    elsewhere: Counter[str] = field(default_factory=Counter)
    unserved: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)


def figures(days: Iterable[Sequence[Visit]]) -> Figures:
    """Of the visits of several days, given day by day."""
    found = Figures()
    for day in days:
        for visit in day:
            if visit.end is not None:
                _count(found, visit)
    return found


def together(*parts: Figures) -> Figures:
    """The sums of several parts."""
    whole = Figures()
    for part in parts:
        for name in Figures.__struct_fields__:
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
    return whole


def _count(found: Figures, visit: Visit) -> None:
    found.visits += 1
    found.ends[visit.end or ""] += 1
    found.booked += visit.appointment is not None
    found.wishes += bool(visit.needs)
    called = next((leg.called for leg in visit.legs if leg.called is not None), None)
    if visit.series is not None:
        found.numbers += 1
        found.paperless += visit.prints is None
        if called is not None:
            wait = max(0.0, (called - visit.issued) / SECOND)
            found.waits.append(wait)
            if visit.high is not None:
                found.promised += 1
                found.kept += wait <= visit.high * 60
    for leg in visit.legs:
        if leg.called is not None and leg.reason is not None:
            found.calls += 1
            if leg.reason.rule == "chosen":
                found.chosen += 1
                found.why += bool(leg.note)
    for one in every_summons(visit):
        found.summons += 1
        at = shown_at(one)
        found.shown += at is not None and (at - one.at) / SECOND <= PROOF_S
    if visit.end == "served":
        _served(found, visit)


def _served(found: Figures, visit: Visit) -> None:
    leg = visit.leg
    if leg.ended is not None:
        found.stays.append(max(0.0, (leg.ended - visit.issued) / SECOND))
        if leg.served is not None:
            found.takes.append(max(0.0, (leg.ended - leg.served) / SECOND))
    found.recorded += bool(visit.delivered) and all(one.outcome for one in visit.delivered)
    for one in visit.delivered:
        found.services += one.quantity
        found.redirected += one.quantity * (one.outcome == "redirected")
        found.unsettled += one.quantity * (one.outcome in ("redirected", "not_served"))
        found.lodged += one.quantity * (one.outcome == "lodged")
        found.scanned += one.scanned
        found.printed += one.printed
        found.ways[one.channel] += one.quantity
        if one.redirected_to:
            found.elsewhere[one.redirected_to] += one.quantity
        if one.why:
            found.unserved[one.why] += one.quantity
        if one.alone is not None:
            found.alone[one.alone] += 1
