"""The best that can be said of a wait: the mean over many futures, drawn from the true means and the true roster."""

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

FUTURES = 60


class TrueTempo(Tempo):
    """Times drawn by chance from what the simulation draws from; `factor` is how much slower the day is."""

    def __init__(self, floor: Floor, load: Load, chance: Random, factor: float) -> None:
        super().__init__(floor)
        self.load, self.chance, self.factor = load, chance, factor
        self.variance = math.log1p((load.times.cv / 100) ** 2)

    def _service(self, code: str) -> float:
        mean = 60.0 * self.floor.look.services[code].minutes * self.load.times.factor / 100 * self.factor
        return max(20.0, mean * math.exp(self.chance.gauss(-self.variance / 2, math.sqrt(self.variance))))

    def stay(self, visit: Visit) -> float:
        if visit.group_left(self.chance) if hasattr(visit, "group_left") else False:
            return 0.0
        if self.chance.random() * 100 < self.load.people.no_show:
            return float(self.load.times.absent_s)
        walk = min(90.0, self.load.times.walk_s * self.chance.expovariate(1))
        return walk + sum(map(self._service, (visit.service, *visit.more))) + self.load.times.record_s

    def rest(self, at: Post, now: datetime) -> float:
        visit = None if at.visit is None else self.floor.visits[at.visit]
        if visit is None:
            return 0.0
        if visit.leg.served is None:
            return self.stay(visit)
        gone = (now - visit.leg.served).total_seconds()
        for _ in range(200):
            whole = sum(map(self._service, (visit.service, *visit.more))) + self.load.times.record_s
            if whole > gone:
                return whole - gone
        return self.load.times.record_s / 2


class _Future(Forecast):
    def _free(self, duties: list[Duty]) -> dict[str, float]:
        return {
            duty.counter: self.tempo.rest(post(self.floor, duty.counter), self.now)
            for duty in duties if post(self.floor, duty.counter).visit is not None
        }  # fmt: skip


class Oracle:
    """Knows the true roster and the true distributions, not what chance will bring."""

    def __init__(self, floor: Floor, now: datetime, rosters: dict[str, Times], load: Load, factor: float = 1.0) -> None:
        self.floor, self.now, self.load, self.factor = floor, now, load, factor
        self.duties = []
        for counter, times in rosters.items():
            left = [((a - now).total_seconds(), (b - now).total_seconds()) for a, b in times if b > now]
            at = post(floor, counter)
            if not left:
                left = [(0.0, ALWAYS)] if at.clerk is not None else []
            elif left:
                left[-1] = (left[-1][0], ALWAYS)
            if left:
                duty = tuple((max(0.0, a), b) for a, b in left)
                self.duties.append(Duty(counter, profile_of(floor, counter), at.clerk is not None, duty))

    def wait(self, event: TicketIssued) -> float:
        """The median of the futures."""
        chance, found = Random(str(event.visit)), []
        for _ in range(FUTURES):
            future = _Future(self.floor, self.now)
            future.duties = self.duties
            future.tempo = TrueTempo(self.floor, self.load, chance, self.factor)
            due = (
                future.newcomer(event.queue) if event.group == "walk_in"
                else future.ranked(event.queue, event.group, event.key.at)
            )  # fmt: skip
            found.append(math.inf if due is None else due.wait)
        return median(found)
