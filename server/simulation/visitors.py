"""The visitors of a day, drawn beforehand from a load and a seed: the same ones for every plan."""

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from msgspec import Struct

from config.hours import WEEKDAYS, day_spans, instant
from config.plan import Hours, OpenHours, Plan
from config.visitors import Load, Shares
from server.domain.commands import Need


class Visitor(Struct, frozen=True, kw_only=True):
    """Somebody who comes `at` a time for services that truly take `seconds` each at a counter.

    Who would like to book `wishes` so; `late_s` after the booked time (before it if negative) it comes, if it `keeps` it at
    all. `patience_s` is None for whoever waits to the end; `shows` is false for whoever will not follow a call.
    """

    at: datetime
    services: tuple[str, ...]
    seconds: dict[str, int]
    walk_s: int
    shows: bool
    patience_s: int | None
    needs: tuple[Need, ...] = ()
    wishes: datetime | None = None
    late_s: int = 0
    keeps: bool = True


def visitors(plan: Plan, load: Load, seed: int, day: date) -> tuple[Visitor, ...]:
    """Who comes on a day, by time, to a centre with this plan."""
    chance = Random(f"{seed} {day} visitors")
    mean = expected(plan, load, day)
    zone, hours = plan.centre.timezone, {int(hour): weight for hour, weight in load.hours.items()}
    whole = sum(hours.values())
    draw = _Draw(plan, load, chance, str(day.month))
    found = []
    for hour, weight in sorted(hours.items()):
        begin = instant(day, hour * 60, zone)
        found += [draw.visitor(begin + timedelta(seconds=second)) for second in _arrivals(chance, mean * weight / whole)]
    return tuple(found)


def expected(plan: Plan, load: Load, day: date) -> float:
    """How many come on a day, on the average; nobody on a public holiday."""
    if is_holiday(day):
        return 0.0
    mean = load.visitors * len(plan.counters) / load.counters
    mean *= load.weekdays.get(WEEKDAYS[day.weekday()], 0) / 100 * load.months.get(str(day.month), 100) / 100
    return mean * load.after_holiday / 100 if is_holiday(day - timedelta(days=1)) else mean


def is_holiday(day: date) -> bool:
    """Whether a day is a public holiday of Latvia."""
    return not day_spans(_ALWAYS, day)


def _arrivals(chance: Random, mean: float) -> Iterator[int]:
    """Seconds of an hour at which somebody comes: a Poisson process with that mean."""
    at = 0.0
    while mean > 0 and (at := at + chance.expovariate(mean / 3600)) < 3600:
        yield int(at)


class _Draw:
    """Draws one visitor after the other; every visitor takes the same number of draws."""

    def __init__(self, plan: Plan, load: Load, chance: Random, month: str) -> None:
        self.load, self.chance = load, chance
        self.minutes = {service.code: service.minutes for service in plan.services}
        offered = {service for queue in plan.queues for service in queue.services}
        weights = _weights(plan, load.month_mix.get(month, load.mix), offered)
        self.services, self.sums = list(weights), list(accumulate(weights.values()))

    def visitor(self, at: datetime) -> Visitor:
        chance, people, times = self.chance, self.load.people, self.load.times
        services = tuple(dict.fromkeys(self._service() for _ in range(2)))
        seconds = {service: max(20, round(60 * self.minutes[service] * self._factor())) for service in services}
        several, leaves, books = self._is(people.several), self._is(people.leaves), self._is(people.booked)
        shows, first, keeps = not self._is(people.no_show), self._is(people.priority), not self._is(people.booked_no_show)
        patience, walk, late = chance.expovariate(1), chance.expovariate(1), chance.gauss(-360, 300)
        return Visitor(
            at=at, services=services if several else services[:1], seconds=seconds, walk_s=min(90, round(times.walk_s * walk)),
            shows=shows, patience_s=round(60 * people.patience * patience) if leaves else None,
            needs=("priority",) if first else (), wishes=at if books else None, late_s=round(late), keeps=keeps,
        )  # fmt: skip

    def _is(self, percent: int) -> bool:
        return self.chance.random() * 100 < percent

    def _service(self) -> str:
        return self.chance.choices(self.services, cum_weights=self.sums)[0]

    def _factor(self) -> float:
        """Log-normal, with the mean and the deviation that the load says."""
        variance = math.log1p((self.load.times.cv / 100) ** 2)
        return self.load.times.factor / 100 * math.exp(self.chance.gauss(-variance / 2, math.sqrt(variance)))


def _weights(plan: Plan, mix: Shares, offered: set[str]) -> dict[str, float]:
    """Weights of the services that the plan offers; what an institution has is split evenly, but for services named alone."""
    weights: dict[str, float] = {code: mix[code] for code in mix if code in offered}
    for institution in plan.institutions:
        rest = [s.code for s in plan.services if s.institution == institution.code and s.code in offered and s.code not in mix]
        weights |= {service: mix.get(institution.code, 0) / len(rest) for service in rest}
    if not any(weights.values()):
        raise ValueError("the load has no visitor for any service that the plan offers")
    return weights


_ALWAYS = Hours(regular=(OpenHours(days=WEEKDAYS, spans="0:00-24:00"),))
