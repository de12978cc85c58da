"""Random days: whatever people and devices ask, in whatever order and with whatever clock, nobody is lost or doubled."""

import os
from datetime import timedelta
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from msgspec.structs import replace

from server import channels
from server.domain import commands as c
from server.domain.context import Actor
from server.domain.decide import actions
from server.domain.events import DayOpened, Event, PlanRevised, Record, TicketIssued
from server.domain.evolve import evolve, fold
from server.domain.floor import Floor
from server.domain.refusal import CODES, Refusal
from tests.support import CLERK, KIOSK, MANAGER, OTHER, SYSTEM, Scene, service_of, tiny_plan

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
PROFILE = settings(
    max_examples=1500 if NIGHTLY else 55,
    stateful_step_count=120 if NIGHTLY else 40,
    deadline=None,
    derandomize=not NIGHTLY,
    suppress_health_check=list(HealthCheck),
)

PLAN = tiny_plan()
COUNTERS = ("1", "2", "3")
counters = st.sampled_from((*COUNTERS, *COUNTERS, *COUNTERS, "9"))
services = st.sampled_from([s for queue in PLAN.queues for s in queue.services] * 3 + ["NO-1"])
clerks = st.sampled_from([CLERK, CLERK, CLERK, OTHER, MANAGER])
languages = st.sampled_from(["lv", "lv", "en", "xx"])
moments = st.integers(-3 * 86_400, 600).map(lambda s: timedelta(seconds=s))
plans = st.sampled_from([
    PLAN,
    replace(PLAN, queues=PLAN.queues[1:]),
    replace(PLAN, counters=PLAN.counters[:2]),
    replace(PLAN, counters=PLAN.counters[1:]),
    replace(PLAN, profiles=PLAN.profiles[:1], counters=tuple(replace(one, profile="all") for one in PLAN.counters)),
    replace(PLAN, services=PLAN.services[2:], queues=(replace(PLAN.queues[0], services=()), *PLAN.queues[1:])),
    replace(PLAN, rules=replace(PLAN.rules, outcome_required=False, no_show_s=60)),
    replace(PLAN, centre=replace(PLAN.centre, timezone="Pacific/Auckland")),
])  # fmt: skip

_event: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def through_json(record: Record) -> Record:
    return replace(record, event=_event.decode(msgspec.json.encode(record.event)))


class RandomDays(RuleBasedStateMachine):
    """Commands of every kind on one centre; `twin` lives from the records as the journal would give them back."""

    visits = Bundle("visits")

    @initialize()
    def open(self) -> None:
        self.scene = Scene(PLAN)
        self.twin, self.today, self.followed = Floor(), Floor(), 0
        self.issued: set[UUID] = set()
        self.numbers: dict[tuple[str, str], list[int]] = {}
        self.last_day = ""
        for counter, clerk in (("1", CLERK), ("2", OTHER)):
            self.scene.do(c.OpenCounter(counter=counter), clerk)

    def ask(self, command: c.Command, actor: Actor) -> tuple[Event, ...]:
        """Asks; a refusal is an answer with a sentence and changes nothing, anything else that is raised is a fault."""
        before = self.scene.floor
        try:
            return self.scene.do(command, actor)
        except Refusal as no:
            refusal = no
        assert CODES[refusal.code].format(**refusal.facts)
        assert self.scene.floor is before
        return ()

    def new(self, events: tuple[Event, ...]):
        return multiple(*[event.visit for event in events if isinstance(event, TicketIssued)])

    @rule(target=visits, service=services, language=languages, actor=st.sampled_from([KIOSK, KIOSK, CLERK]))
    def take(self, service: str, language: str, actor: Actor):
        return self.new(self.ask(c.TakeTicket(service=service, language=language, needs=("priority",)), actor))

    @rule(target=visits, service=services, ago=moments)
    def check_in(self, service: str, ago: timedelta):
        return self.new(self.ask(c.CheckIn(service=service, due=self.scene.clock.now - ago), KIOSK))

    @rule(target=visits, service=services, ago=moments, number=st.sampled_from(["X001", "X002", "Y001", "X0001"]))
    def admit(self, service: str, ago: timedelta, number: str):
        issued = self.scene.clock.now + ago
        return self.new(self.ask(c.AdmitOffline(number=number, service=service, issued=issued), KIOSK))

    @rule(target=visits, counter=counters, service=services, actor=clerks, channel=st.sampled_from(["talrunis", "none"]))
    def contact(self, counter: str, service: str, actor: Actor, channel: str):
        return self.new(self.ask(c.RegisterContact(counter=counter, service=service, channel=channel), actor))

    @rule(counter=counters, actor=clerks, profile=st.sampled_from([None, None, "first", "none"]))
    def open_counter(self, counter: str, actor: Actor, profile: str | None) -> None:
        self.ask(c.OpenCounter(counter=counter, profile=profile), actor)

    @rule(
        counter=counters,
        actor=clerks,
        step=st.sampled_from([
            c.CallNext, c.CallNext, c.CallNext, c.Recall, c.Serve, c.Serve, c.Requeue, c.NoShow, c.Finish, c.Undo, c.Undo,
            c.Resume, c.CloseCounter,
        ]),
    )  # fmt: skip
    def step(self, counter: str, actor: Actor, step: type[c.CounterCommand]) -> None:
        self.ask(step(counter=counter), actor)

    @rule(counter=st.sampled_from(COUNTERS), data=st.data())
    def plausible(self, counter: str, data: st.DataObject) -> None:
        """A step that the desk offers, by the clerk who sits there."""
        if counter not in self.scene.floor.look.counters:
            return
        at = self.scene.floor.posts.get(counter)
        actor = Actor("clerk", at.clerk) if at is not None and at.clerk else CLERK
        if offered := actions(self.scene.floor, counter, actor):
            name = data.draw(st.sampled_from(offered))
            kind = c.COMMANDS[name]
            service = service_of(PLAN, 1)
            fields = {
                "visit": next((v.id for v in self.scene.floor.visits.values() if v.state in ("waiting", "parked")), None),
                "service": service, "kind": "konsultacija", "reason": "lunch", "n": 1, "channel": "klatiene",
                "queue": PLAN.queues[1].code, "rank": "first",
            }  # fmt: skip
            known = {field: value for field, value in fields.items() if field in kind.__struct_fields__}
            self.scene.do(kind(counter=counter, **known), actor) if name != "Finish" else self.ask(kind(counter=counter), actor)

    @rule(counter=counters, actor=clerks, visit=visits)
    def call_visit(self, counter: str, actor: Actor, visit: UUID) -> None:
        self.ask(c.CallVisit(counter=counter, visit=visit), actor)

    @rule(visit=visits)
    def leave(self, visit: UUID) -> None:
        self.ask(c.Leave(visit=visit), CLERK)

    @rule(
        counter=counters, actor=clerks, rank=st.sampled_from(["arrival", "first", "last"]),
        goal=st.sampled_from([
            *[{"queue": queue.code} for queue in PLAN.queues], {"to_counter": "2"}, {"to_counter": "3"}, {"to_clerk": "clerk2"},
            {}, {"queue": "none"},
        ]),
    )  # fmt: skip
    def transfer(self, counter: str, actor: Actor, rank: str, goal: dict[str, str]) -> None:
        self.ask(c.Transfer(counter=counter, rank=rank, **goal), actor)

    @rule(counter=counters, actor=clerks, minutes=st.sampled_from([1, 10, 240, 1440]), note=st.sampled_from(["", "01019012345"]))
    def park(self, counter: str, actor: Actor, minutes: int, note: str) -> None:
        self.ask(c.Park(counter=counter, minutes=minutes, note=note), actor)

    @rule(counter=counters, actor=clerks, service=services, kind=st.sampled_from(["konsultacija", "pieteikums", "none"]))
    def record(self, counter: str, actor: Actor, service: str, kind: str) -> None:
        self.ask(c.RecordService(counter=counter, service=service, kind=kind), actor)

    @rule(counter=counters, actor=clerks, service=services, n=st.integers(1, 3))
    def amend(self, counter: str, actor: Actor, service: str, n: int) -> None:
        self.ask(c.AmendService(counter=counter, n=n, service=service, kind="konsultacija"), actor)

    @rule(counter=counters, actor=clerks, minutes=st.sampled_from([None, 30]), reason=st.sampled_from(["lunch", "unheard-of"]))
    def pause(self, counter: str, actor: Actor, minutes: int | None, reason: str) -> None:
        self.ask(c.Pause(counter=counter, reason=reason, minutes=minutes), actor)

    @rule(visit=visits, calls=st.integers(1, 3), zone=st.sampled_from(["hall", "side", "none"]))
    def shown(self, visit: UUID, calls: int, zone: str) -> None:
        self.ask(c.ConfirmShown(visit=visit, calls=calls, zone=zone), Actor("display", "hall"))

    @rule(visit=visits, state=st.sampled_from(["printed", "failed"]), copy=st.booleans())
    def slip(self, visit: UUID, state: str, copy: bool) -> None:
        self.ask(c.ReportSlip(visit=visit, state=state, copy=copy), KIOSK)

    @rule(seconds=st.sampled_from([1, 30, 120, 120, 700, 2000, -1, -90, -4000, -90_000]), tick=st.booleans())
    def time(self, seconds: int, tick: bool) -> None:
        self.scene.clock.pass_(seconds=seconds)
        if tick:
            self.ask(c.Tick(), SYSTEM)

    @rule(odds=st.integers(0, 5), days=st.sampled_from([1, 1, 3]))
    def night(self, odds: int, days: int) -> None:
        if odds == 0:
            self.scene.clock.pass_(days=days)
            self.ask(c.Tick(), SYSTEM)

    @rule(odds=st.integers(0, 3))
    def close_day(self, odds: int) -> None:
        if odds == 0:
            self.ask(c.CloseDay(), MANAGER)

    @rule(plan=plans)
    def revise(self, plan) -> None:
        self.ask(c.RevisePlan(plan=plan), SYSTEM)

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "scene"):
            return
        self.follow()
        floor = self.scene.floor
        self.places()
        assert self.twin == floor
        assert self.today == floor
        for name in self.channels():
            for actor in (CLERK, MANAGER, KIOSK):
                data = channels.view(floor, name, channels.Onlooker(actor))
                msgspec.json.encode(data)
                channels.resolve(name)[0].urgent(data)

    def follow(self) -> None:
        """The twin, and the day rebuilt as `CentreStore.today` does: the plan at its start, then its records."""
        for record in self.scene.records[self.followed :]:
            again = through_json(record)
            self.twin = evolve(self.twin, again)
            if isinstance(record.event, DayOpened):
                plan = next(r for r in reversed(self.scene.records[: record.position]) if isinstance(r.event, PlanRevised))
                self.today = fold(Floor(), [plan, again])
                assert record.event.day > self.last_day
                self.last_day, self.issued = record.event.day, set()
            else:
                self.today = evolve(self.today, again)
            if isinstance(record.event, TicketIssued):
                self.count(record.event)
        self.followed = len(self.scene.records)

    def count(self, event: TicketIssued) -> None:
        self.issued.add(event.visit)
        if event.series is None or event.n is None:
            return
        given = self.numbers.setdefault((event.day, event.series), [])
        assert event.n not in given or event.day < self.scene.floor.day  # an earlier day: the database's index refuses it
        given.append(event.n)
        if event.series not in "XY":
            assert given == list(range(1, len(given) + 1))
        assert event.number == f"{event.series}{event.n:03d}"

    def places(self) -> None:
        floor = self.scene.floor
        assert {visit.id for visit in floor.visits.values()} == self.issued
        assert {floor.tokens[visit.token] for visit in floor.visits.values()} == self.issued
        lined = [(name, place) for name, line in floor.lines.items() for place in line]
        parked, at = list(floor.parked), [post.visit for post in floor.posts.values() if post.visit is not None]
        found = [place.visit for _, place in lined] + [place.visit for place in parked] + at
        assert len(found) == len(set(found))
        for visit in floor.visits.values():
            assert (visit.id in found) == (visit.state != "ended")
            assert (visit.state == "ended") == (visit.end is not None)
            assert all(leg.end is not None and leg.ended is not None for leg in visit.legs[:-1])
            assert (visit.leg.end is None) == (visit.state not in ("ended", "parked"))
        for name, place in lined:
            visit = floor.visits[place.visit]
            assert (visit.state, visit.leg.line, visit.leg.key) == ("waiting", name, place.key)
            assert visit.leg.queue in floor.look.queues
        assert all(floor.visits[place.visit].state == "parked" for place in parked)
        for counter, post in floor.posts.items():
            if post.visit is not None:
                assert floor.visits[post.visit].state in ("called", "serving")
                assert floor.visits[post.visit].leg.counter == counter
                assert post.clerk is not None
                assert post.pause is None
            assert post.served >= 0
        assert all(pace.count >= 0 and pace.seconds >= -1e-6 for pace in floor.paces.values())

    def channels(self) -> list[str]:
        floor = self.scene.floor
        named = [f"{kind}/{code}" for kind in ("desk", "panel") for code in floor.look.counters]
        tokens = [f"ticket/{visit.token}" for visit in list(floor.visits.values())[:6]]
        return ["menu", "overview", "catalogue", "jobs/kiosk-1", "board/hall", "board/side", *named, *tokens]

    def teardown(self) -> None:
        if hasattr(self, "scene"):
            assert self.scene.replayed() == self.scene.floor


TestRandomDays = RandomDays.TestCase
TestRandomDays.settings = PROFILE
