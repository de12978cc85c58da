"""One simulated day: an ordered heap of steps, each of which gives the commands that people would give."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from config.plan import Plan
from config.visitors import Load
from server.domain import commands as c
from server.domain.context import SYSTEM, Actor
from server.domain.events import AppointmentBooked, Record, TicketIssued, VisitCalled, VisitEnded
from server.domain.floor import counter_state, lines_of
from server.domain.refusal import Refusal
from server.simulation.doors import Door, Watch
from server.simulation.roster import Times
from server.simulation.visitors import Visitor

_MINUTE = timedelta(minutes=1)
_MANAGER = Actor("manager", "manager")
_TRIES = 24
"""So many slots around the wished time somebody who books tries."""


class Day:
    """A day in progress. `refused` counts answers no, `begun` is the visitor of every visit.

    What begins at `until` or later is not played: the day stays open then, the clerks have gone home and who waits waits.
    """

    def __init__(self, door: Door, plan: Plan, load: Load, watch: Watch | None = None, until: datetime | None = None) -> None:
        self.door, self.load, self.watch, self._until = door, load, watch, until
        self.refused: Counter[str] = Counter()
        self.begun: dict[UUID, Visitor] = {}
        self.records: list[Record] = []
        self._plan = plan
        self._kinds = {service.code: service.kinds[0] for service in plan.services}
        kiosk = plan.kiosks[0].code if plan.kiosks else None
        self._door_actor = Actor("clerk", "desk") if kiosk is None else Actor("kiosk", kiosk)
        self._heap: list[tuple[datetime, int, Callable[[], None]]] = []
        self._turn = itertools.count()
        self._idle: dict[str, None] = {}
        self._due: dict[str, timedelta | None] = {}
        self._last = False

    def run(self, morning: datetime, visitors: Iterable[Visitor], roster: Mapping[str, Times]) -> None:
        """Everything from the turn of the day, which is at `morning` (soon after midnight), to the close or to `until`."""
        visitors = tuple(visitors)
        self.door.now = morning
        self.do(c.Tick(), SYSTEM)
        for visitor in visitors:
            if visitor.wishes is None or not self._book(visitor, visitor.wishes):
                self._at(visitor.at, self._arrive, visitor)
        for counter, times in roster.items():
            self._staff(counter, times)
        if not self._heap:
            return
        ends = [times[-1][1] for times in roster.values()] or [max(step[0] for step in self._heap)]
        over = max(ends) + self.load.work.overtime * _MINUTE
        self._at(min(self._heap[0][0], over), self._tick, over)
        stop = over if self._until is None else min(over, self._until)
        while self._heap and self._heap[0][0] < stop:
            self.door.now, _, step = heapq.heappop(self._heap)
            step()
        self.door.now = stop
        if stop < over:
            self._go_home()
        else:
            self.do(c.CloseDay(), _MANAGER)

    def do(self, command: c.Command, actor: Actor) -> tuple[Record, ...]:
        """The records of a command; raises the Refusal."""
        before = self.door.floor
        records = self.door.do(command, actor)
        self.records += records
        if self.watch is not None:
            for record in records:
                self.watch(before, record)
        return records

    def _at(self, when: datetime, step: Callable[..., None], *about: object) -> None:
        heapq.heappush(self._heap, (when, next(self._turn), lambda: step(*about)))

    def _in(self, seconds: float, step: Callable[..., None], *about: object) -> None:
        self._at(self.door.now + timedelta(seconds=seconds), step, *about)

    def _ask(self, command: c.Command, actor: Actor) -> tuple[Record, ...]:
        """As `do`, but a refusal is counted and gives nothing."""
        try:
            return self.do(command, actor)
        except Refusal as refusal:
            self.refused[refusal.code] += 1
            return ()

    def _tick(self, over: datetime) -> None:
        for record in self.do(c.Tick(), SYSTEM):
            counter = getattr(record.event, "counter", None)
            if isinstance(record.event, VisitEnded) and counter is not None:
                self._free(counter)
        self._wake()
        if self.door.now + _MINUTE < over:
            self._at(self.door.now + _MINUTE, self._tick, over)

    # visitors

    def _book(self, visitor: Visitor, wish: datetime) -> bool:
        """Whether a place in the book was found near the wished time; then its visitor comes to it, if it keeps it."""
        booking = self._plan.booking
        if booking is None or visitor.services[0] not in booking.services:
            return False
        step = booking.step * _MINUTE
        first = wish - timedelta(seconds=wish.timestamp() % step.total_seconds())
        for n in range(_TRIES):
            start = first + step * ((n + 1) // 2 * (1 if n % 2 else -1))
            try:
                records = self.do(c.BookAppointment(service=visitor.services[0], start=start), _MANAGER)
            except Refusal:
                continue
            booked = next(one.event for one in records if isinstance(one.event, AppointmentBooked))
            if visitor.keeps:
                self._at(max(start + timedelta(seconds=visitor.late_s), self.door.now), self._check_in, visitor, booked)
            return True
        self.refused["no_slot"] += 1
        return False

    def _check_in(self, visitor: Visitor, booked: AppointmentBooked) -> None:
        try:
            self._begun(visitor, self.do(c.CheckIn(code=booked.code), self._door_actor))
        except Refusal as refusal:
            booking = self._plan.booking
            works = booked.start if booking is None else booked.start - booking.early * _MINUTE
            if refusal.code == "too_early" and works > self.door.now:
                self._at(works, self._check_in, visitor, booked)
            else:
                self._arrive(visitor)

    def _arrive(self, visitor: Visitor) -> None:
        first, *more = visitor.services
        take = c.TakeTicket(service=first, needs=visitor.needs, more=tuple(more))
        self._begun(visitor, self._ask(take, self._door_actor))

    def _begun(self, visitor: Visitor, records: tuple[Record, ...]) -> None:
        for record in records:
            if isinstance(record.event, TicketIssued):
                self.begun[record.event.visit] = visitor
                if visitor.patience_s is not None:
                    self._in(visitor.patience_s, self._leave, record.event.visit)
        if records:
            self._wake()

    def _leave(self, id: UUID) -> None:
        visit = self.door.floor.visits.get(id)
        if visit is not None and visit.state == "waiting":
            self.do(c.Leave(visit=id), _MANAGER)

    # clerks

    def _staff(self, counter: str, times: Times) -> None:
        self._at(times[0][0], self._open, counter)
        for (_, end), (begin, _) in itertools.pairwise(times):
            self._at(end, self._off, counter, begin - end)
        self._at(times[-1][1], self._off, counter, None)

    def _open(self, counter: str) -> None:
        self.do(c.OpenCounter(counter=counter), _clerk(counter))
        self._free(counter)

    def _off(self, counter: str, pause: timedelta | None) -> None:
        """A pause is due, or with None the end of work: at once, or when the visit at the counter is over."""
        self._due[counter] = pause
        if counter in self._idle:
            del self._idle[counter]
            self._free(counter)

    def _free(self, counter: str) -> None:
        """Nobody is at the counter: its clerk takes the pause that is due, goes home when nobody waits, or works on."""
        pause = self._due.get(counter)
        if pause is not None:
            del self._due[counter]
            reason = next(iter(self._plan.pause_reasons), "lunch")
            minutes = max(1, round(pause / _MINUTE))
            self.do(c.Pause(counter=counter, reason=reason, minutes=minutes), _clerk(counter))
            self._in(pause.total_seconds(), self._resume, counter)
        else:
            self._idle[counter] = None
        self._wake()

    def _go_home(self) -> None:
        """All clerks, in the middle of the day: who is at a counter is served or waits on."""
        for counter in self.door.floor.posts:
            state, visit = counter_state(self.door.floor, counter), self.door.floor.posts[counter].visit
            if state == "closed":
                continue
            if state == "called":
                self.do(c.Requeue(counter=counter), _clerk(counter))
            elif visit is not None:
                if not self.door.floor.visits[visit].delivered:
                    self._record(counter, visit)
                self.do(c.Finish(counter=counter), _clerk(counter))
            self.do(c.CloseCounter(counter=counter), _clerk(counter))

    def _resume(self, counter: str) -> None:
        if counter_state(self.door.floor, counter) == "paused":
            self.do(c.Resume(counter=counter), _clerk(counter))
            self._free(counter)

    def _wake(self) -> None:
        """Idle clerks call, the one who has waited longest first; those whose work is over go when there is nobody to call."""
        for counter in tuple(self._idle):
            floor = self.door.floor
            if any(name in floor.lines for name in lines_of(floor, counter)) and self._call(counter):
                del self._idle[counter]
            elif counter in self._due:
                del self._idle[counter], self._due[counter]
                self.do(c.CloseCounter(counter=counter), _clerk(counter))

    def _call(self, counter: str) -> bool:
        try:
            records = self.do(c.CallNext(counter=counter), _clerk(counter))
        except Refusal as refusal:
            if refusal.code == "too_soon":
                self._in(float(refusal.facts["seconds"]), self._wake)
            elif refusal.code != "nobody_waiting":
                raise
            return False
        called = next(record.event for record in records if isinstance(record.event, VisitCalled))
        visitor, half = self.begun[called.visit], self.load.times.absent_s / 2
        if visitor.shows:
            self._in(visitor.walk_s, self._serve, counter, called.visit)
        else:
            self._in(half, self._again, counter, called.visit, half)
        return True

    def _again(self, counter: str, visit: UUID, half: float) -> None:
        if self._here(counter, visit):
            self.do(c.Recall(counter=counter), _clerk(counter))
            self._in(half, self._no_show, counter, visit)

    def _no_show(self, counter: str, visit: UUID) -> None:
        if self._here(counter, visit):
            self.do(c.NoShow(counter=counter), _clerk(counter))
            self._free(counter)

    def _serve(self, counter: str, visit: UUID) -> None:
        self.do(c.Serve(counter=counter), _clerk(counter))
        seconds = self.begun[visit].seconds
        self._in(sum(seconds[service] for service in self._services(visit)), self._record, counter, visit)

    def _record(self, counter: str, visit: UUID) -> None:
        for service in self._services(visit):
            self.do(c.RecordService(counter=counter, service=service, kind=self._kinds[service]), _clerk(counter))
        self._in(self.load.times.record_s, self._finish, counter)

    def _finish(self, counter: str) -> None:
        self.do(c.Finish(counter=counter), _clerk(counter))
        self._free(counter)

    def _services(self, id: UUID) -> tuple[str, ...]:
        visit = self.door.floor.visits[id]
        return (visit.service, *visit.more)

    def _here(self, counter: str, visit: UUID) -> bool:
        """Whether the visit is at the counter still: the ticker ends a call that nobody follows, too."""
        return self.door.floor.posts[counter].visit == visit


def _clerk(counter: str) -> Actor:
    return Actor("clerk", f"clerk-{counter}")
