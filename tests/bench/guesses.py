"""What predictors say of waits, noted beside what happened: in a simulation as it goes, or over a journal."""

from collections.abc import Iterable
from datetime import datetime
from statistics import fmean
from uuid import UUID

from msgspec import Struct

from config.visitors import Load
from server.domain.events import Record, TicketIssued, VisitCalled
from server.domain.evolve import evolve
from server.domain.floor import Floor, line
from server.domain.pace import HISTORY_WEIGHT, TYPICAL_S
from server.domain.waiting import Told, promise
from server.simulation.roster import Times
from tests.bench.oracle import at_best

OURS, BEST = "ours", "at best"


class Guess(Struct, frozen=True):
    """What was said to a visitor, in seconds by predictor, and the upper bound; and how long the wait was."""

    said: dict[str, float]
    high_s: float
    waited_s: float


class Watch:
    """Notes what every predictor says at each number that has a promise, until its first call."""

    def __init__(
        self, *, every: int = 0, worked: dict[str, Times] | None = None, load: Load | None = None, slow: int = 0
    ) -> None:
        self.every, self.worked, self.load, self.slow = every, worked, load, slow
        self.guesses: list[Guess] = []
        self._said: dict[UUID, tuple[Told, dict[str, float]]] = {}
        self._waits: dict[str, list[float]] = {}
        self._asked = 0

    def number(self, floor: Floor, event: TicketIssued, at: datetime, told: Told) -> None:
        """Somebody took a number."""
        if told.high is None or told.middle_s is None:
            return
        said = {OURS: float(told.middle_s), **self._others(floor, event, at)}
        self._asked += 1
        if self.every and self._asked % self.every == 0 and self.worked is not None and self.load is not None:
            said[BEST] = at_best(floor, at, event, self.worked, self.load, self.slow)
        self._said[event.visit] = (told, said)

    def call(self, floor: Floor, event: VisitCalled, at: datetime) -> None:
        """Somebody was called."""
        visit = floor.visits.get(event.visit)
        if visit is None or len(visit.legs) > 1 or visit.leg.calls:
            return
        waited = (at - visit.issued).total_seconds()
        self._waits.setdefault(visit.leg.queue, []).append(waited)
        if event.visit in self._said:
            told, said = self._said.pop(event.visit)
            self.guesses.append(Guess(said, 60.0 * (told.high or 0), waited))

    def __call__(self, floor: Floor, record: Record) -> None:
        """As the simulation tells it."""
        event = record.event
        if isinstance(event, TicketIssued):
            self.number(floor, event, record.at, Told(low=event.low, high=event.high, middle_s=event.middle_s))
        elif isinstance(event, VisitCalled):
            self.call(floor, event, record.at)

    def _others(self, floor: Floor, event: TicketIssued, now: datetime) -> dict[str, float]:
        """What is usual; all of them say 0 where an idle counter would call at once.

        The last counts all who wait for the counters that serve the queue, and knows the earlier days as the forecast does.
        """
        waits, head = self._waits.get(event.queue, []), line(floor, event.queue).head
        profiles, look = floor.look.profiles_of[event.queue], floor.look.profiles
        serving = [at for at in floor.posts.values() if at.clerk is not None and at.pause is None and at.profile in profiles]
        queues = {queue for at in serving for queue in look[at.profile or ""]} or {event.queue}
        ahead = sum(len(line(floor, queue)) for queue in queues)
        said = {
            "last to enter service": waits[-1] if waits else 0.0,
            "head of line": (now - floor.visits[head.visit].issued).total_seconds() if head else 0.0,
            "today's average wait": fmean(waits) if waits else 0.0,
            "(ahead + 1) x mean / counters": (ahead + 1) * _mean_service(floor, queues) / max(1, len(serving)),
        }
        idle = any(at.visit is None and not any(len(line(floor, one)) for one in look[at.profile or ""]) for at in serving)
        return dict.fromkeys(said, 0.0) if idle else said


def _mean_service(floor: Floor, queues: set[str]) -> float:
    """Seconds: of earlier days, which weigh as much as in the forecast, and of today."""
    count = sum(pace.count for pace in floor.paces.values())
    seconds = sum(pace.ms for pace in floor.paces.values()) / 1000
    services = [one for queue in queues for one in floor.look.queues[queue].services]
    before = [known for one in services if (known := floor.history.get(one)) is not None]
    if before:
        seconds += HISTORY_WEIGHT * sum(one.count * one.mean_s for one in before) / sum(one.count for one in before)
        count += HISTORY_WEIGHT
    return seconds / count if count else TYPICAL_S


def of_journal(records: Iterable[Record]) -> list[Guess]:
    """The same of any journal from its beginning, such as that of a real centre."""
    floor, watch = Floor(), Watch()
    for record in records:
        event = record.event
        if isinstance(event, TicketIssued) and event.high is not None:
            told = promise(floor, event.queue, record.at, group=event.group, at=event.key.at, needs=event.needs)
            watch.number(floor, event, record.at, told)
        elif isinstance(event, VisitCalled):
            watch.call(floor, event, record.at)
        floor = evolve(floor, record)
    return watch.guesses


def errors(guesses: list[Guess]) -> dict[str, float]:
    """Mean error of every predictor, as a part of the mean wait."""
    mean = fmean(one.waited_s for one in guesses) or 1.0
    names = [name for name in guesses[0].said if name != BEST]
    return {name: fmean(abs(one.said[name] - one.waited_s) for one in guesses) / mean for name in names}
