"""What tests of the heart share: plans, a centre in memory with a clock of its own, and an engine over a real database."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from config.plan import Booking, Counter, Plan, Profile, Queue
from server.domain import commands as c
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.events import AppointmentBooked, Event, Record
from server.domain.evolve import fold
from server.domain.floor import Floor, Visit
from server.domain.follow import follow
from server.domain.refusal import Refusal
from server.engine import Engine
from server.store.centre import CentreStore

MORNING = datetime(2026, 3, 16, 6, 0, tzinfo=UTC)
"""A Monday, eight o'clock in Riga."""

KIOSK = Actor("kiosk", "kiosk-1")
CLERK = Actor("clerk", "clerk1")
OTHER = Actor("clerk", "clerk2")
MANAGER = Actor("manager", "manager")
SYSTEM = Actor("system", "server")
BOARD = Actor("display", "hall")


def long_day(timezone: str) -> str:
    """The time zone, or late in its evening that of a place where the same date has hours left."""
    return "Pacific/Honolulu" if datetime.now(ZoneInfo(timezone)).hour >= 18 else timezone


@cache
def demo_plan() -> Plan:
    """The plan of the demo centre."""
    return load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE))


@cache
def tiny_plan(queues: tuple[str, ...] = ("vid", "vsaa", "pasv"), counters: tuple[str, ...] = ("1", "2", "3")) -> Plan:
    """The demo plan with these queues (a letter for each in order: A, B, C) of two services each, and these counters.

    Profile `all` serves every queue, profile `first` only the first one; the last counter has `first`.
    """
    demo = demo_plan()
    kept = tuple(
        replace(queue, letter="ABCDEFG"[i], services=queue.services[:2])
        for i, queue in enumerate(queue for queue in demo.queues if queue.code in queues)
    )
    used = {service for queue in kept for service in queue.services}
    services = tuple(service for service in demo.services if service.code in used)
    owners = {service.institution for service in services}
    profiles = (
        Profile(code="all", name={"lv": "Visi"}, queues=tuple(queue.code for queue in kept)),
        Profile(code="first", name={"lv": "Pirmā"}, queues=(kept[0].code,)),
    )
    posts = tuple(
        Counter(code=code, zone="hall", profile="first" if code == counters[-1] else "all") for code in counters
    )  # fmt: skip
    return replace(
        demo, lines=(), screens=(), slides=(), queues=kept, profiles=profiles, counters=posts, services=services,
        institutions=tuple(one for one in demo.institutions if one.code in owners),
        kiosks=tuple(replace(kiosk, quick=(), unknown=None) for kiosk in demo.kiosks),
        hours=None, shifts=(), clerks=(), roll=None, booths=(),
        booking=Booking(services=tuple(sorted(used)), places=3, step=5, lead=0, early=240),
    )  # fmt: skip


def service_of(plan: Plan, queue: int = 0, which: int = 0) -> str:
    """A service that waits in the plan's n-th queue."""
    return plan.queues[queue].services[which]


def queue_named(plan: Plan, code: str) -> Queue:
    """The plan's queue of that code."""
    return next(queue for queue in plan.queues if queue.code == code)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **delta: float) -> None:
        """Moves it, as `timedelta` says; negative is back."""
        self.now += timedelta(**delta)


class Scene:
    """A centre in memory: commands in, records kept, no database. `do` raises the Refusal like `decide`."""

    def __init__(self, plan: Plan | None = None, *, now: datetime = MORNING, opened: Iterable[str] = ()) -> None:
        self.clock, self.floor = Clock(now), Floor()
        self.records: list[Record] = []
        self._random = Random(1)
        self.plan = plan or tiny_plan()
        self.do(c.RevisePlan(plan=self.plan), SYSTEM)
        self.tick()
        for counter in opened:
            self.do(c.OpenCounter(counter=counter), CLERK)

    def decide(self, command: c.Command, actor: Actor = CLERK) -> tuple[Event, ...]:
        """What would happen; nothing does."""
        fresh = UUID(int=self._random.getrandbits(128), version=4)
        context = Context(now=self.clock.now, actor=actor, visit=fresh, token=fresh.hex)
        return decide(self.floor, command, context)

    def do(self, command: c.Command, actor: Actor = CLERK) -> tuple[Event, ...]:
        """The events of a command, now part of the floor."""
        events = self.decide(command, actor)
        asked = UUID(int=self._random.getrandbits(128), version=4)
        after = follow(self.floor, events, asked, actor, self.clock.now)
        self.floor = after.floor
        self.records += after.records
        return events

    def refused(self, command: c.Command, actor: Actor = CLERK) -> str | None:
        """The code with which the command is refused now, or None; nothing happens."""
        try:
            self.decide(command, actor)
        except Refusal as refusal:
            return refusal.code
        return None

    def take(self, queue: int = 0, actor: Actor = KIOSK) -> UUID:
        """A visit that waits in the n-th queue."""
        (issued,) = self.do(c.TakeTicket(service=service_of(self.plan, queue)), actor)
        return issued.visit  # type: ignore[union-attr]

    def book(self, queue: int = 0, *, start: datetime | None = None) -> AppointmentBooked:
        """An appointment for the n-th queue, at the next slot if no time is given."""
        soon = self.clock.now + (MORNING - self.clock.now) % timedelta(minutes=5)
        (booked,) = self.do(c.BookAppointment(service=service_of(self.plan, queue), start=start or soon))
        assert isinstance(booked, AppointmentBooked)
        return booked

    def tick(self, **delta: float) -> tuple[Event, ...]:
        """Time passes and the ticker sees it."""
        self.clock.pass_(**delta)
        return self.do(c.Tick(), SYSTEM)

    def visit(self, id: UUID) -> Visit:
        """The visit as it is now."""
        return self.floor.visits[id]

    def replayed(self) -> Floor:
        """The floor that the records give from nothing."""
        return fold(Floor(), self.records)


def engine_over(url: str, clock: Clock | None = None, plan: Plan | None = None) -> Engine:
    """A started engine with a plan in force and the day open."""
    engine = Engine(CentreStore(url), clock=clock or Clock())
    engine.start()
    engine.handle(c.RevisePlan(plan=plan or tiny_plan()), SYSTEM)
    engine.handle(c.Tick(), SYSTEM)
    return engine
