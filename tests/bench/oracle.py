"""What could be said of a wait at best: the median of many futures, drawn from the true times and the true roster."""

import math
from datetime import datetime
from random import Random
from statistics import median

from config.visitors import Load
from server.domain.events import TicketIssued
from server.domain.floor import Floor, Post, Visit, post, profile_of
from server.domain.forecast import Forecast
from server.domain.pace import Tempo
from server.domain.roster import ALWAYS, Duty
from server.simulation.roster import Times

FUTURES = 50
_DRAWS = 200


class Drawn(Tempo):
    """Times drawn as the simulation draws them. `slow` is by how many percent the day is slower than the load says."""

    def __init__(self, floor: Floor, load: Load, slow: int, chance: Random) -> None:
        super().__init__(floor)
        self.load, self.chance = load, chance
        self.factor = 0.6 * load.times.factor * (1 + slow / 100)
        self.variance = math.log1p((load.times.cv / 100) ** 2)

    def stay(self, visit: Visit) -> float:
        """From call to call."""
        times, people = self.load.times, self.load.people
        if self.chance.random() * 100 < people.no_show:
            return float(times.absent_s)
        return min(90.0, times.walk_s * self.chance.expovariate(1)) + self._service(visit)

    def rest(self, at: Post, now: datetime) -> float:
        """What is left of a visit: of the services that last so long already, one."""
        if at.visit is None:
            return 0.0
        visit = self.floor.visits[at.visit]
        if visit.leg.served is None:
            return self.stay(visit)
        gone = (now - visit.leg.served).total_seconds()
        drawn = (self._service(visit) - gone for _ in range(_DRAWS))
        return next((left for left in drawn if left > 0), self.load.times.record_s / 2)

    def _service(self, visit: Visit) -> float:
        spread = math.sqrt(self.variance)
        factors = [math.exp(self.chance.gauss(-self.variance / 2, spread)) for _ in (visit.service, *visit.more)]
        minutes = [self.floor.look.services[one].minutes for one in (visit.service, *visit.more)]
        each = [max(20.0, self.factor * m * f) for m, f in zip(minutes, factors, strict=True)]
        return sum(each) + self.load.times.record_s


class _Future(Forecast):
    """One future: everything in progress lasts as long as it was drawn."""

    def _free(self, duties: list[Duty]) -> dict[str, float]:
        return {duty.counter: self.tempo.rest(post(self.floor, duty.counter), self.now) for duty in duties}


def at_best(floor: Floor, now: datetime, event: TicketIssued, worked: dict[str, Times], load: Load, slow: int) -> float:
    """The wait of a new number in seconds, by somebody who knows all but what chance will bring."""
    chance, duties, found = Random(str(event.visit)), _duties(floor, now, worked), []
    for _ in range(FUTURES):
        future = _Future(floor, now)
        future.duties, future.tempo = duties, Drawn(floor, load, slow, chance)
        walk_in = event.group == "walk_in"
        due = future.newcomer(event.queue) if walk_in else future.ranked(event.queue, event.group, event.key.at)
        found.append(math.inf if due is None else due.wait)
    return median(found)


def _duties(floor: Floor, now: datetime, worked: dict[str, Times]) -> list[Duty]:
    duties = []
    for counter, times in worked.items():
        is_open = post(floor, counter).clerk is not None
        left = [(max(0.0, (begin - now).total_seconds()), (end - now).total_seconds()) for begin, end in times if end > now]
        if is_open or left:
            left = [*left[:-1], (left[-1][0] if left else 0.0, ALWAYS)]  # who still waits at the end is served
            duties.append(Duty(counter, profile_of(floor, counter), is_open, tuple(left)))
    return duties
