"""The figures of the day on the manager's page: who came, how long it took, whether promises were kept. Pure."""

import itertools
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from server.domain.floor import Floor
from server.domain.order import Key, Line
from server.domain.rules import times_passed
from server.domain.tally import arrivals, quantile, total, waits

HEADS = 3
"""Who came first has been passed over most: so many of each line are looked at."""

_HOUR_S = 3600


class OverviewPassed(msgspec.Struct, frozen=True, kw_only=True):
    """A visit and how often today somebody who came later was called before it."""

    number: str
    times: int
    waiting: bool


class OverviewOvertakes(msgspec.Struct, frozen=True, kw_only=True):
    """Today's calls that passed over somebody who came earlier: how many, whom in all, and who was passed over most."""

    calls: int
    overtaking: int
    passed: int
    most: OverviewPassed | None


class OverviewToday(msgspec.Struct, frozen=True, kw_only=True):
    """The day so far: visits begun and how they stand or ended; promises `told` to who was called, `kept` by the upper bound.

    `error_s` is their mean error, `p80` minutes that four of five waited at most for their first call, `targets` the
    least and the greatest target of the queues in minutes. `lost` calls that nobody followed took `lost_s` of the counters'
    time. `last` is the last earlier day with a visit.
    """

    begun: int
    serving: int
    served: int
    waiting: int
    left: int
    no_show: int
    told: int
    kept: int
    error_s: int | None
    p80: int | None
    targets: tuple[int, int] | None
    lost: int
    lost_s: int
    last: str


class OverviewHour(msgspec.Struct, frozen=True, kw_only=True):
    """A local hour of the day: how many came, and how many were to be expected; None without earlier days."""

    hour: int
    came: int
    expected: float | None


class OverviewLongest(msgspec.Struct, frozen=True, kw_only=True):
    """Who waits longest."""

    visit: UUID
    number: str
    queue: str
    since: datetime


def today(floor: Floor) -> OverviewToday:
    """From the tally that is kept with the floor."""
    told, plan = total(floor, "told"), floor.settled
    targets = [queue.target or plan.rules.wait_minutes for queue in plan.queues]
    return OverviewToday(
        begun=total(floor, "begun"), serving=sum(total(floor, "state", one) for one in ("called", "serving")),
        served=total(floor, "end", "served"), waiting=sum(total(floor, "state", one) for one in ("waiting", "parked")),
        left=sum(total(floor, "end", one) for one in ("left", "sent", "day_closed")), no_show=total(floor, "end", "no_show"),
        told=told, kept=total(floor, "kept"), error_s=round(total(floor, "off") / told) if told else None,
        p80=quantile(waits(floor), 0.8), targets=(min(targets), max(targets)) if targets else None,
        lost=floor.absent.count, lost_s=floor.absent.ms // 1000, last=floor.arrivals.last,
    )  # fmt: skip


def hours(floor: Floor) -> tuple[OverviewHour, ...]:
    """From the first to the last hour in which somebody came or is expected."""
    zone, came = ZoneInfo(floor.settled.centre.timezone), dict[int, int]()
    for hour, amount in arrivals(floor).items():
        local = datetime.fromtimestamp(hour * _HOUR_S, zone).hour
        came[local] = came.get(local, 0) + amount
    expected = dict(floor.arrivals.hours)
    known = sorted(came.keys() | expected.keys())
    return tuple(
        OverviewHour(hour=one, came=came.get(one, 0), expected=expected.get(one, 0.0) if floor.arrivals.days else None)
        for one in (range(known[0], known[-1] + 1) if known else ())
    )


def first_of(floor: Floor, waiting: Line) -> UUID | None:
    """Who waits longest in a line: the first of it, or the first behind those of raised rank."""
    heads = (waiting.head, next(waiting.since(Key(1, 0, 0)), None))
    return min((one.visit for one in heads if one is not None), key=lambda visit: floor.visits[visit].issued, default=None)


def longest(floor: Floor) -> OverviewLongest | None:
    """Of all lines, also those for one counter or clerk."""
    firsts = [first for line in (*floor.lines.values(), *floor.directed.values()) if (first := first_of(floor, line)) is not None]
    visit = min((floor.visits[one] for one in firsts), key=lambda one: (one.issued, one.position), default=None)
    if visit is None:
        return None
    return OverviewLongest(visit=visit.id, number=visit.number, queue=visit.leg.queue, since=visit.issued)


def overtakes(floor: Floor) -> OverviewOvertakes:
    """Of today's calls, from the reasons that were kept with them and from those who head the lines now."""
    passed = total(floor, "passed")
    most, times = _most(floor) if passed else (None, 0)
    return OverviewOvertakes(
        calls=total(floor, "calls"), overtaking=total(floor, "overtaking"), passed=passed,
        most=_passed(floor, most, times) if most is not None and times else None,
    )  # fmt: skip


def _most(floor: Floor) -> tuple[UUID | None, int]:
    times: dict[UUID, int] = {}
    for visit in floor.visits.values():
        for leg in visit.legs:
            if leg.reason is not None:
                for one in leg.reason.passed:
                    times[one.visit] = max(times.get(one.visit, 0), one.times)
    for waiting in floor.lines.values():
        for place in itertools.islice(waiting, HEADS):
            times[place.visit] = times_passed(floor, place.visit)
    most = max(times, key=lambda visit: (times[visit], -floor.visits[visit].position), default=None)
    return most, 0 if most is None else times[most]


def _passed(floor: Floor, visit: UUID, times: int) -> OverviewPassed:
    one = floor.visits[visit]
    return OverviewPassed(number=one.number, times=times, waiting=one.state == "waiting")
