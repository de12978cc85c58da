"""A past day once more, with the same visitors and clerks, under two plans: would people have waited less?"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from config.hours import instant
from config.plan import Plan
from config.visitors import Load
from server.domain.commands import RevisePlan
from server.domain.context import SYSTEM
from server.domain.floor import Visit
from server.simulation.day import Day
from server.simulation.doors import Memory
from server.simulation.measure import percentile
from server.simulation.outcome import DayResult, day_result
from server.simulation.roster import Times, roster
from server.simulation.visitors import Visitor, visitors

ENOUGH = 20
"""A day with fewer visits says nothing about a plan."""

_SEED, _WALK_S, _LEAST_S = 1, 20, 20


class Figures(Struct, frozen=True, kw_only=True):
    """Of a day under a plan: minutes within which four in five were called, the share of promises kept, who was served."""

    wait80: float
    kept: float | None
    called: int
    served: int


class Trial(Struct, frozen=True, kw_only=True):
    """A day under the plan in force and under another one. `real`: its visitors truly came; else they were drawn by a load."""

    day: date
    real: bool
    visitors: int
    before: Figures
    after: Figures


def trial(now: Plan, draft: Plan, day: date, past: Sequence[Visit], load: Load) -> Trial:
    """The day of the past visits; where these are too few, a day drawn for the present plan."""
    real = len([visit for visit in past if visit.number]) >= ENOUGH
    came = _came(past, now) if real else visitors(now, load, _SEED, day)
    staffed = _staffed(past) if real else roster(now, load, _SEED, day)
    before, after = (_played(plan, load, day, came, staffed) for plan in (now, draft))
    return Trial(day=day, real=real, visitors=len(came), before=_figures(before), after=_figures(after))


def _came(past: Sequence[Visit], plan: Plan) -> tuple[Visitor, ...]:
    """Those who took a number, with the times that they truly took; appointments come as people do who have none."""
    usual = {service.code: service.minutes * 60 for service in plan.services}
    found = []
    for visit in sorted((one for one in past if one.number), key=lambda one: one.issued):
        served = [leg for leg in visit.legs if leg.served is not None and leg.ended is not None]
        seconds = sum((leg.ended - leg.served).total_seconds() for leg in served if leg.ended and leg.served)
        walk = [(leg.served - leg.called).total_seconds() for leg in served if leg.called and leg.served]
        each = round(seconds) if served else usual.get(visit.service, 600)
        left = visit.end == "left" and visit.leg.ended is not None
        found.append(Visitor(
            at=visit.issued, services=(visit.service, *visit.more),
            seconds={code: max(_LEAST_S, each if n == 0 else _LEAST_S) for n, code in enumerate((visit.service, *visit.more))},
            walk_s=round(min(90.0, max(0.0, walk[0]))) if walk else _WALK_S, shows=visit.end != "no_show",
            patience_s=_between(visit.issued, visit.leg.ended) if left else None,
            needs=("priority",) if "priority" in visit.needs else (),
        ))  # fmt: skip
    return tuple(found)


def _staffed(past: Sequence[Visit]) -> dict[str, Times]:
    """Each counter from its first call to the end of its last visit."""
    found: dict[str, tuple[datetime, datetime]] = {}
    for visit in past:
        for leg in visit.legs:
            if leg.counter is None or leg.called is None:
                continue
            end = leg.ended or leg.called
            begin, last = found.get(leg.counter, (leg.called, end))
            found[leg.counter] = (min(begin, leg.called), max(last, end, leg.called + timedelta(minutes=1)))
    return {counter: (times,) for counter, times in sorted(found.items())}


def _played(plan: Plan, load: Load, day: date, came: Sequence[Visitor], staffed: dict[str, Times]) -> DayResult:
    offered = {service for queue in plan.queues for service in queue.services}
    counters = {counter.code for counter in plan.counters}
    here = [one for one in came if set(one.services) <= offered]
    times = {counter: worked for counter, worked in staffed.items() if counter in counters}
    door = Memory(instant(day, 0, plan.centre.timezone), _SEED)
    door.do(RevisePlan(plan=plan), SYSTEM)
    simulated = Day(door, plan, load)
    simulated.run(instant(day, 1, plan.centre.timezone), here, times)
    return day_result(door.floor, simulated.records, dict(simulated.refused), plan.centre.timezone)


def _figures(result: DayResult) -> Figures:
    waits = sorted(one.wait_s / 60 for one in result.outcomes if one.wait_s is not None)
    told = [one for one in result.outcomes if one.wait_s is not None and one.high is not None]
    kept = sum(one.wait_s <= one.high * 60 for one in told if one.wait_s is not None and one.high is not None)
    return Figures(
        wait80=round(percentile(waits, 0.8), 1), kept=kept / len(told) if told else None, called=len(waits),
        served=sum(one.end == "served" for one in result.outcomes),
    )  # fmt: skip


def _between(begin: datetime, end: datetime | None) -> int:
    return 0 if end is None else max(0, round((end - begin).total_seconds()))
