"""How long visits take at a counter: what earlier days say, and the more of today the more there is of it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from server.domain.events import ArrivalHistory, ServiceHistory
from server.domain.floor import Floor, Pace, Post, Visit

SPREAD = 0.6
"""Standard deviation of ln(service time) where nothing is known of it."""

CATALOGUE_WEIGHT = 5
HISTORY_WEIGHT = 40
"""In visits, against those of today; the catalogue counts little against earlier days."""

DAY_WEIGHT = 20
"""The same for the day as a whole, of which there are more visits than of any one service."""

WALK_S, WALK_WEIGHT = 30.0, 10
TYPICAL_S = 900.0
"""A service of which nothing is known."""

TURN_S = 10.0
"""From the end of a visit to the next call, where somebody waits."""

ABSENT, ABSENT_WEIGHT = 0.04, 25
"""The share of calls that nobody follows, until today says otherwise."""

SHORTEST_S, LONGEST_S = 20.0, 4 * 3600.0
LEARNED_DAYS = 60

ALIKE = 6
"""So many of the last days of the same weekday say how many come in an hour."""


def learned(rows: Iterable[tuple[str, datetime, datetime]]) -> tuple[ServiceHistory, ...]:
    """What served visits say, by service: (service, served, ended). Under 20 s or over 4 h somebody forgot a key: left out."""
    logs: dict[str, list[float]] = {}
    for service, served, ended in rows:
        seconds = (ended - served).total_seconds()
        if SHORTEST_S <= seconds <= LONGEST_S:
            logs.setdefault(service, []).append(math.log(seconds))
    return tuple(_history(service, logs[service]) for service in sorted(logs))


def expected(rows: Iterable[tuple[str, datetime]], last: str, timezone: str) -> ArrivalHistory:
    """Who may come in each hour of a day, from (day, time of issue) of such days; `last` is the last day with a visit."""
    zone, counts, days = ZoneInfo(timezone), dict[int, int](), set[str]()
    for day, at in rows:
        days.add(day)
        hour = at.astimezone(zone).hour
        counts[hour] = counts.get(hour, 0) + 1
    hours = tuple((hour, round(counts[hour] / len(days), 1)) for hour in sorted(counts))
    return ArrivalHistory(days=len(days), hours=hours, last=last)


def _history(service: str, logs: list[float]) -> ServiceHistory:
    count = len(logs)
    middle = math.fsum(logs) / count
    # The guess weighs as much as ten visits, so that two alike do not pass for certainty.
    variance = (math.fsum((one - middle) ** 2 for one in logs) + 10 * SPREAD**2) / (count + 9)
    mean = math.fsum(map(math.exp, logs)) / count
    return ServiceHistory(service=service, count=count, mean_s=round(mean, 1), spread=round(math.sqrt(variance), 3))


def before(floor: Floor, service: str) -> float | None:
    """Seconds of a service by earlier days here, the less there are of it the more by the catalogue; None where nothing is known.

    The same all day.
    """
    found, known = floor.look.services.get(service), floor.history.get(service)
    if found is None and known is None:
        return None
    catalogue = 60.0 * found.minutes if found is not None else TYPICAL_S
    if known is None:
        return catalogue
    return (CATALOGUE_WEIGHT * catalogue + known.count * known.mean_s) / (CATALOGUE_WEIGHT + known.count)


def usual(floor: Floor, *services: str) -> int | None:
    """The minutes that such services usually take at a counter, as everybody is told of them: the same all day, whoever comes."""
    known = [seconds for one in services if (seconds := before(floor, one)) is not None]
    return max(1, round(sum(known) / 60)) if known else None


class Tempo:
    """Expected seconds at a counter on one floor. A day that is slow or quick in all moves the services not yet seen too."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.means: dict[str, float] = {}
        pace, told = Pace(), 0.0
        for service, today in floor.paces.items():
            pace = Pace(count=pace.count + today.count, ms=pace.ms + today.ms, walk_ms=pace.walk_ms + today.walk_ms)
            told += today.count * self._before(service)
        known = DAY_WEIGHT * told / pace.count if pace.count else 1.0
        self.today = (known + pace.ms / 1000) / (known + told)
        self.walk = (WALK_WEIGHT * WALK_S + pace.walk_ms / 1000) / (WALK_WEIGHT + pace.count)
        absent = floor.absent
        self.absent = (ABSENT * ABSENT_WEIGHT + absent.count) / (ABSENT_WEIGHT + absent.count + pace.count)
        prior = floor.settled.rules.presence_s
        self.absent_s = (prior * ABSENT_WEIGHT + absent.ms / 1000) / (ABSENT_WEIGHT + absent.count)
        # Whoever is still to come is as all others of the day, and as TYPICAL_S before there were any.
        self.typical = self.expected(self.today * (told + CATALOGUE_WEIGHT * TYPICAL_S) / (pace.count + CATALOGUE_WEIGHT))

    def mean(self, service: str) -> float:
        """Service time."""
        found = self.means.get(service)
        if found is None:
            weight = min(HISTORY_WEIGHT, CATALOGUE_WEIGHT + self._count(service))
            today = self.floor.paces.get(service) or Pace()
            found = (weight * self.today * self._before(service) + today.ms / 1000) / (weight + today.count)
            self.means[service] = found
        return found

    def stay(self, visit: Visit) -> float:
        """From the call of a waiting visit to the next call at the counter."""
        service = self.mean(visit.service)
        for more in visit.more:
            service += self.mean(more)
        return self.expected(service)

    def expected(self, service: float) -> float:
        """The same for a service of so many seconds."""
        return (1 - self.absent) * (self.walk + service) + self.absent * self.absent_s + TURN_S

    def rest(self, at: Post, now: datetime) -> float:
        """Until the counter's present visit is over; 0 without one."""
        visit = None if at.visit is None else self.floor.visits[at.visit]
        if visit is None:
            return 0.0
        leg = visit.leg
        service = sum(map(self.mean, (visit.service, *visit.more)))
        if leg.served is None:
            since = 0.0 if leg.called is None else max(0.0, (now - leg.called).total_seconds())
            return max(self.walk, self.expected(service) - min(since, self.walk))
        gone = max(0.0, (now - leg.served).total_seconds())
        return TURN_S + residual(service, self.spread(visit.service), gone)

    def spread(self, service: str) -> float:
        """Of ln(service time)."""
        known = self.floor.history.get(service)
        return SPREAD if known is None else known.spread

    def variation(self, queue: str) -> float:
        """Squared coefficient of variation of the times of those who wait with a queue: of service, and of coming at all."""
        services = self.floor.look.queues[queue].services
        spreads = [known.spread for one in services if (known := self.floor.history.get(one)) is not None]
        spread = sum(spreads) / len(spreads) if spreads else SPREAD
        return math.expm1(spread**2) + self.absent

    def basis(self, queue: str) -> tuple[int, int]:
        """How many of the queue's services were served today, and on earlier days."""
        services = self.floor.look.queues[queue].services
        today = sum((self.floor.paces.get(one) or Pace()).count for one in services)
        return today, sum(map(self._count, services))

    def _count(self, service: str) -> int:
        known = self.floor.history.get(service)
        return 0 if known is None else known.count

    def _before(self, service: str) -> float:
        known = before(self.floor, service)
        return TYPICAL_S if known is None else known


def residual(mean: float, spread: float, gone: float) -> float:
    """Seconds that a log-normal time of this mean and spread still lasts after `gone` seconds, on the average."""
    if gone < 1.0 or spread < 0.05:
        return max(mean - gone, 0.1 * mean)
    z = (math.log(gone / mean) + spread**2 / 2) / spread
    # Beyond, both tails vanish; a service that lasts so long lasts on for about as long as the mean.
    if z > 4.0:
        return mean
    return mean * _above(z - spread) / _above(z) - gone


def _above(z: float) -> float:
    return 0.5 * math.erfc(z / math.sqrt(2))
