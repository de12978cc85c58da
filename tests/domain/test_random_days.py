"""Random days: whatever people and devices ask, in whatever order and with whatever clock, nobody is lost or doubled.

HYPOTHESIS_PROFILE=nightly runs many more and longer days, other ones every time, and shrinks what it finds (minutes).
"""

from datetime import timedelta
from typing import get_args
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from msgspec.structs import replace
from rpds import HashTrieMap

from config.plan import Booth, Calling, Clerk, Plan, Roll, Share
from server import channels
from server.domain import commands as c
from server.domain.booths import booths_now
from server.domain.context import Actor
from server.domain.decide import actions
from server.domain.events import (
    AppointmentBooked,
    AppointmentEnded,
    AppointmentMoved,
    BoothState,
    DayOpened,
    Event,
    PlanRevised,
    Record,
    StepUndone,
    TicketIssued,
)  # fmt: skip
from server.domain.evolve import evolve, fold
from server.domain.floor import Floor
from server.domain.follow import follow
from server.domain.numbering import RESERVE_SERIES
from server.domain.pools import rebuilt
from server.domain.proof import every_summons
from server.domain.refusal import CODES, Refusal
from server.domain.serving import undoable
from server.domain.tally import Tally, recounted
from tests.conftest import NIGHTLY
from tests.support import CLERK, KIOSK, MANAGER, MORNING, OTHER, SYSTEM, Scene, service_of, tiny_plan

PROFILE = settings(
    max_examples=1500 if NIGHTLY else 40,
    stateful_step_count=120 if NIGHTLY else 40,
    deadline=None,
    phases=list(Phase) if NIGHTLY else [Phase.explicit, Phase.reuse, Phase.generate],
    derandomize=not NIGHTLY,
    suppress_health_check=list(HealthCheck),
)

PLAN = replace(tiny_plan(), booths=(Booth(code="v1", name={"lv": "Kabīne"}, zone="hall", services=("VSAA",)),))
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
    replace(PLAN, booths=()),
    replace(PLAN, counters=PLAN.counters[1:]),
    replace(PLAN, profiles=PLAN.profiles[:1], counters=tuple(replace(one, profile="all") for one in PLAN.counters)),
    replace(PLAN, services=PLAN.services[2:], queues=(replace(PLAN.queues[0], services=()), *PLAN.queues[1:])),
    replace(PLAN, rules=replace(PLAN.rules, outcome_required=False, no_show_s=60)),
    replace(PLAN, centre=replace(PLAN.centre, timezone="Pacific/Auckland")),
    replace(PLAN, profiles=(replace(PLAN.profiles[0], calling=Calling(order="points", overtakes_most=2)), *PLAN.profiles[1:])),
    replace(PLAN, profiles=(replace(PLAN.profiles[0], calling=Calling(order="preference", wait_most=5)), *PLAN.profiles[1:])),
    replace(PLAN, profiles=(replace(PLAN.profiles[0], calling=Calling(
        order="ratio", shares=(Share(queue=PLAN.queues[0].code, take=2), Share(queue=PLAN.queues[2].code)),
    )), *PLAN.profiles[1:])),
    replace(PLAN, queues=(replace(PLAN.queues[0], skill="signer"), *PLAN.queues[1:]),
            clerks=(Clerk(code="clerk1", skills=("signer",)),), roll=Roll(service=PLAN.queues[0].services[0], last=2)),
    replace(PLAN, profiles=(replace(PLAN.profiles[0], queues=PLAN.profiles[0].queues[:2]), replace(
        PLAN.profiles[1], queues=PLAN.profiles[0].queues[2:]))),
])  # fmt: skip

arrivals = st.tuples(
    st.sampled_from(["take", "take", "take", "several", "book", "check in", "X001", "X002", "Y001", "X0001"]),
    services, languages, moments,
)  # fmt: skip
steps = st.lists(st.integers(0, 40), min_size=1, max_size=6)
targets = st.sampled_from([
    *[{"queue": queue.code} for queue in PLAN.queues], {"to_counter": "2"}, {"to_counter": "3"}, {"to_clerk": "clerk2"}, {},
    {"to_centre": "Kuldīga"},
    {"queue": "none"},
])  # fmt: skip
anything = st.one_of(
    st.builds(lambda kind, counter: kind(counter=counter), st.sampled_from([
        c.CallNext, c.Recall, c.Serve, c.Requeue, c.NoShow, c.Finish, c.Undo, c.Undo, c.Resume, c.CloseCounter, c.StoreNext,
        c.CallRoll,
    ]), counters),
    st.builds(c.SetRoll, counter=counters, next=st.integers(0, 3)),
    st.builds(c.OpenCounter, counter=counters, profile=st.sampled_from([None, None, "first", "none"])),
    st.builds(c.Pause, counter=counters, reason=st.sampled_from(["lunch", "unheard-of"]), minutes=st.sampled_from([None, 30])),
    st.builds(
        lambda counter, goal, rank: c.Transfer(counter=counter, rank=rank, **goal),
        counters, targets, st.sampled_from(["arrival", "first", "last"]),
    ),
    st.builds(
        c.Park, counter=counters, minutes=st.sampled_from([1, 10, 240, 1440]), note=st.sampled_from(["", "01019012345"])
    ),
    st.builds(
        c.RecordService, counter=counters, service=services, kind=st.sampled_from(["konsultacija", "pieteikums", "none"])
    ),
    st.builds(c.AmendService, counter=counters, n=st.integers(1, 3), service=services, kind=st.just("konsultacija")),
    st.builds(c.StrikeService, counter=counters, n=st.integers(1, 3)),
    st.builds(
        lambda kind, counter: kind(counter=counter, then_next=True), st.sampled_from([c.Requeue, c.NoShow, c.Finish]), counters
    ),
    st.builds(c.RaiseAlarm, counter=counters),
    st.builds(c.AcknowledgeAlarm, counter=counters),
    st.builds(c.ReleaseCounter, counter=counters, reason=st.just("prom")),
    st.builds(c.SetProfile, counter=counters, profile=st.sampled_from(["all", "first", "none"])),
    st.builds(
        c.SetQueue, queue=st.sampled_from([None, PLAN.queues[0].code, PLAN.queues[-1].code, "none"]),
        open=st.sampled_from([True, True, False]), reason=st.just("pieteikti visi"),
    ),
    st.builds(c.Announce, text=st.just("Strādā viens lodziņš"), zones=st.sampled_from([(), ("hall",), ("none",)])),
    st.builds(c.NoteTroubles, troubles=st.lists(st.sampled_from([
        c.Trouble(kind="printer", about="kiosk-1"), c.Trouble(kind="voice"), c.Trouble(kind="unshown", about="A001"),
    ]), max_size=3).map(tuple)),
    st.builds(c.SeeTrouble, kind=st.sampled_from(["printer", "voice"]), about=st.sampled_from(["", "kiosk-1"])),
    st.builds(c.SendMessage, counter=counters, text=st.just("esmu te"), to=st.sampled_from(["manager", "counter"])),
)  # fmt: skip

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
        self.reserve = 0
        self.book: list[Record] = []
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

    @rule(target=visits, orders=st.lists(arrivals, min_size=1, max_size=3), actor=st.sampled_from([KIOSK, KIOSK, CLERK]))
    def arrive(self, orders: list[tuple[str, str, str, timedelta]], actor: Actor):
        """Visitors come to the kiosk, to a clerk, with an appointment, or with a number from the time of a cut."""
        events: tuple[Event, ...] = ()
        for how, service, language, ago in orders:
            self.scene.clock.pass_(milliseconds=300)
            then = self.scene.clock.now + ago
            command: c.Command = c.AdmitOffline(number=how, service=service, issued=then)
            codes = sorted(self.scene.floor.codes)
            if how == "take":
                needs = (("priority",), ("accessible",), ())[then.second % 3]
                command = c.TakeTicket(service=service, language=language, needs=needs)
            elif how == "several":
                command = c.TakeTicket(service=service, more=tuple(queue.services[0] for queue in PLAN.queues[-2:]))
            elif how == "book":
                later = self.scene.clock.now + timedelta(minutes=5, microseconds=-1) - ago
                start = later - (later - MORNING) % timedelta(minutes=5)
                command = c.BookAppointment(service=service, start=start, channel="video" if then.second % 2 else "klatiene")
            elif how == "check in":
                command = c.CheckIn(code=codes[then.second % len(codes)] if codes else "000000")
            events += self.ask(command, actor)
        return self.new(events)

    @rule(target=visits, counter=counters, service=services, actor=clerks, channel=st.sampled_from(["talrunis", "none"]))
    def contact(self, counter: str, service: str, actor: Actor, channel: str):
        return self.new(self.ask(c.RegisterContact(counter=counter, service=service, channel=channel), actor))

    @rule(state=st.sampled_from(get_args(BoothState)), choice=st.integers(0, 9), actor=clerks)
    def booth(self, state: BoothState, choice: int, actor: Actor) -> None:
        """What a desk is offered about booths is never refused; anything else may be."""
        offered = [(one.code, *step) for one in booths_now(self.scene.floor, self.scene.clock.now) for step in one.steps]
        if choice > 4 and offered:
            code, state, about = offered[choice % len(offered)]
            self.scene.do(c.SetBooth(booth=code, state=state, appointment=about), actor)
        else:
            about = next(iter(self.scene.floor.book), None) if choice % 2 else None
            self.ask(c.SetBooth(booth="v9" if choice == 0 else "v1", state=state, appointment=about), actor)

    def work(self, counter: str, choices: list[int], then: int) -> None:
        """Steps that the desk offers, by the clerk who sits there; none of them may be refused but Finish without a record."""
        for choice in choices:
            floor = self.scene.floor
            if counter not in floor.look.counters:
                return
            at = floor.posts.get(counter)
            actor = Actor("clerk", at.clerk) if at is not None and at.clerk else CLERK
            offered = actions(floor, counter, actor)
            # Choices above 20 are the main step, so that visits get somewhere; closing and pausing are for the others.
            names = offered[:1] if choice > 20 else offered
            if not names:
                return
            kind = c.COMMANDS[names[choice % len(names)]]
            here = floor.visits[at.visit] if at is not None and at.visit is not None else None
            if kind is c.Finish and choice > 20 and here is not None and not here.delivered:
                kind = c.RecordService
            callable_ = [v.id for v in floor.visits.values() if v.state in ("waiting", "parked")]
            if kind is c.PrintSlip:
                callable_ = [v.id for v in floor.visits.values() if v.state != "ended" and v.number]
                if not callable_:  # only somebody on the telephone was put back
                    continue
            plan, past = floor.settled, list(floor.callbacks)
            own = kind in (c.RecordService, c.AmendService, c.StrikeService, c.Finish)
            fields = {
                "counter": counter, "kiosk": KIOSK.id, "prints": KIOSK.id,
                "visit": callable_[choice % len(callable_)] if callable_ and not own else None, "service": service_of(plan, -1),
                "kind": "konsultacija", "n": 1, "channel": "klatiene",
                "reason": "unreached" if kind is c.EndCallback else "lunch", "minutes": None if own else 1 + choice,
                "queue": plan.queues[-1].code, "rank": ("first", "last")[choice % 2], "next": 1, "on": choice % 2 == 0,
                "then_next": choice % 2 == 0, "callback": past[choice % len(past)] if past else None,
                "text": "lūdzu, papīru printerim", "start": self.scene.clock.now + timedelta(minutes=choice),
                "contact": c.Contact(phone="26123456"),
            }  # fmt: skip
            command = kind(**{name: fields[name] for name in kind.__struct_fields__ if name in fields})
            # Something is to be recorded; the day may be over; somebody may hold the number of the roll; numbers may be stopped.
            if kind in (c.Finish, c.RegisterCallback, c.SetRoll, c.TakeTicket):
                self.ask(command, actor)
            else:
                self.undo_is_exact(counter, floor, self.scene.do(command, actor))
            self.scene.clock.pass_(seconds=then)
            if choice % 3 == 0:
                self.confirm(counter)
            if choice % 7 == 0:
                self.scene.clock.pass_(seconds=400)
                self.ask(c.Tick(), SYSTEM)

    def undo_is_exact(self, counter: str, before: Floor, events: tuple[Event, ...]) -> None:
        """One step and its undoing leave the floor as it was, but for the record that it happened."""
        after = self.scene.floor
        step = after.posts[counter].step
        if step is None or len(events) != 1 or step.moved != after.position or not undoable(after, after.posts[counter]):
            return
        undone = StepUndone(visit=step.before.id, counter=counter, step=step.event)
        back = follow(after, (undone,), UUID(int=0), CLERK, self.scene.clock.now).floor
        last = before.posts[counter].step
        kept = last and replace(last, post=replace(last.post, step=None))
        stored = None if step.event == "VisitCalled" else before.posts[counter].stored
        post = replace(before.posts[counter], step=kept, undone=back.at, stored=stored, moved=back.position)
        posts = before.posts.insert(counter, post)
        assert back == replace(before, position=back.position, at=back.at, posts=posts)

    def confirm(self, counter: str) -> None:
        """A board and a printer do what their views say."""
        floor = self.scene.floor
        at = floor.posts.get(counter)
        if at is not None and at.visit is not None and (calls := floor.visits[at.visit].leg.calls):
            self.scene.do(c.ConfirmShown(visit=at.visit, calls=calls, zone="hall"), Actor("display", "hall"))
        if (owed := floor.owed.get(KIOSK.id)) and owed.head:
            self.scene.do(c.ReportSlip(visit=owed.head.visit, state="printed"), KIOSK)

    @rule(choices=steps, then=st.sampled_from([0, 1, 30]))
    def work_at_1(self, choices: list[int], then: int) -> None:
        self.work("1", choices, then)

    @rule(choices=steps, then=st.sampled_from([0, 1, 30]))
    def work_at_2(self, choices: list[int], then: int) -> None:
        self.work("2", choices, then)

    @rule(choices=steps, then=st.sampled_from([0, 1, 30]))
    def work_at_3(self, choices: list[int], then: int) -> None:
        self.work("3", choices, then)

    @rule(command=anything, actor=clerks)
    def ask_anything(self, command: c.Command, actor: Actor) -> None:
        self.ask(command, actor)

    @rule(
        visit=visits, counter=counters, actor=clerks, calls=st.integers(1, 3), state=st.sampled_from(["printed", "failed"]),
        what=st.sampled_from([
            "call", "leave", "shown", "spoken", "slip", "copy", "print", "help", "answer", "instead", "amend", "finish", "read",
            "delay", "delay", "coming", "two minutes", "return", "return", "go", "move", "move", "end", "withdraw",
        ]),
    )  # fmt: skip
    def about_a_visit(self, visit: UUID, counter: str, actor: Actor, calls: int, state: str, what: str) -> None:
        """Also about visits of earlier days and ones that are over."""
        visitor = Actor("visitor", str(visit))
        command: dict[str, tuple[c.Command, Actor]] = {
            "call": (c.CallVisit(counter=counter, visit=visit), actor),
            "leave": (c.Leave(visit=visit), actor),
            "shown": (c.ConfirmShown(visit=visit, calls=calls, zone="hall"), Actor("display", "hall")),
            "spoken": (c.ConfirmSpoken(visit=visit, calls=calls, zone="side"), Actor("display", "side")),
            "slip": (c.ReportSlip(visit=visit, state=state), KIOSK),
            "copy": (c.ReportSlip(visit=visit, state=state, copy=True, order=calls), KIOSK),
            "print": (c.PrintSlip(visit=visit, kiosk=KIOSK.id), actor),
            "help": (c.CallHelp(), KIOSK),
            "answer": (c.AnswerHelp(kiosk=KIOSK.id), actor),
            "amend": (c.RecordService(counter=counter, visit=visit, service=service_of(PLAN), kind="pieteikums"), actor),
            "finish": (c.Finish(counter=counter, visit=visit), actor),
            "read": (c.AcknowledgeMessage(message=next(iter(self.scene.floor.messages), visit)), actor),
            "delay": (c.Delay(visit=visit, places=calls), visitor),
            "coming": (c.AnswerCall(visit=visit, calls=calls, says="coming"), visitor),
            "two minutes": (c.AnswerCall(visit=visit, calls=calls, says="two_minutes"), visitor),
            "return": (c.Return(visit=visit), visitor),
            "go": (c.Leave(visit=visit), visitor),
            "move": (self.moved(visit, counter, calls), MANAGER),
            "end": (c.EndVisit(visit=visit, reason="aizmirsts"), MANAGER),
            "withdraw": (c.Withdraw(announcement=next(iter(self.scene.floor.announcements), visit)), MANAGER),
        }
        if what != "instead":
            self.ask(*command[what])
        elif (known := self.scene.floor.visits.get(visit)) is not None:
            self.reserve += 1
            own = c.AdmitOffline(number=f"W{self.reserve:03d}", service=known.service, issued=known.issued, instead=visit)
            admitted = self.ask(own, KIOSK)
            assert not admitted or self.scene.visit(visit).state not in ("waiting", "parked") or known.device != str(KIOSK)

    @staticmethod
    def moved(visit: UUID, counter: str, choice: int) -> c.MoveVisit:
        goal = ({"queue": PLAN.queues[choice - 1].code}, {"counter": counter}, {"clerk": "clerk1"}, {})[(choice + visit.int) % 4]
        return c.MoveVisit(visit=visit, rank=("arrival", "first", "last")[visit.int % 3], reason="lūdza", **goal)

    @rule(seconds=st.sampled_from([1, 30, 120, 120, 700, 2000, -1, -90, -4000, -90_000]), tick=st.booleans())
    def time(self, seconds: int, tick: bool) -> None:
        self.scene.clock.pass_(seconds=seconds)
        if tick:
            self.ask(c.Tick(), SYSTEM)

    @rule(what=st.sampled_from(["night", "night", "nights", "close", "revise", "revise"]), odds=st.integers(0, 3), plan=plans)
    def rarely(self, what: str, odds: int, plan: Plan) -> None:
        if what == "revise":
            self.ask(c.RevisePlan(plan=plan), SYSTEM)
        elif odds == 0 and what == "close":
            self.ask(c.CloseDay(stops=plan is PLAN), MANAGER)
        elif odds == 0:
            self.scene.clock.pass_(days=1 if what == "night" else 3)
            self.ask(c.Tick(), SYSTEM)

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
            actor = (CLERK, MANAGER, KIOSK)[floor.position % 3]
            data = channels.view(floor, name, channels.Onlooker(actor))
            msgspec.json.encode(data)
            channels.resolve(name)[0].urgent(data)

    def follow(self) -> None:
        """The twin, and the day rebuilt as `CentreStore.today` does: the plan at its start, then its records."""
        for record in self.scene.records[self.followed :]:
            again = through_json(record)
            self.twin = evolve(self.twin, again)
            if isinstance(again.event, AppointmentBooked | AppointmentMoved | AppointmentEnded):
                self.book.append(again)
            if isinstance(record.event, DayOpened):
                plan = next(r for r in reversed(self.scene.records[: record.position]) if isinstance(r.event, PlanRevised))
                self.today = fold(Floor(), [plan, *self.book, again])
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
        if event.series not in RESERVE_SERIES:
            assert given == list(range(1, len(given) + 1))
        assert event.number == f"{event.series}{event.n:03d}" or event.origin == "roll"

    def places(self) -> None:
        floor = self.scene.floor
        again: Tally = HashTrieMap()
        for visit in floor.visits.values():
            again = recounted(again, None, visit, floor.day)
        assert again == floor.tally, "the day in numbers is that of its visits"
        assert {visit.id for visit in floor.visits.values()} == self.issued
        assert {floor.tokens[visit.token] for visit in floor.visits.values()} == self.issued
        lines = {**dict(floor.lines.items()), **dict(floor.directed.items())}
        lined = [(name, place) for name, line in lines.items() for place in line]
        parked, at = list(floor.parked), [visit for post in floor.posts.values() for visit in (post.visit, post.contact) if visit]
        found = [place.visit for _, place in lined] + [place.visit for place in parked] + at + list(floor.held)
        assert rebuilt(floor).pools == floor.pools
        due = {(kiosk, place.visit) for kiosk, line in floor.owed.items() for place in line}
        assert due == {(visit.prints, visit.id) for visit in floor.visits.values() if visit.slip == "owed"}
        self.parties()
        self.summons()
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
            if post.contact is not None:
                contact = floor.visits[post.contact]
                assert (contact.state, contact.number, contact.leg.counter) == ("serving", "", counter)
                assert post.clerk is not None
                assert post.pause is None
            assert post.served >= 0
        assert all(pace.count > 0 and pace.ms >= 0 for pace in floor.paces.values())

    def parties(self) -> None:
        """One person is at one counter at most, and meanwhile the other numbers are held."""
        floor = self.scene.floor
        held = set()
        for members in floor.parties.values():
            visits = [floor.visits[id] for id in members]
            busy = [visit for visit in visits if visit.state in ("called", "serving")]
            assert len(busy) <= 1
            held |= {visit.id for visit in visits if busy and visit.state == "waiting"}
        assert held == set(floor.held)

    def summons(self) -> None:
        """Every call has a name of its own, all that stand are counted, and each has at most one proof from a zone."""
        for visit in self.scene.floor.visits.values():
            every = every_summons(visit)
            assert [one.calls for one in every] == list(range(len(every), 0, -1))
            assert max((leg.calls for leg in visit.legs), default=0) == len(every)
            for leg in visit.legs:
                assert bool(leg.summons) == (leg.calls > 0)
                assert not leg.summons or (leg.summons[0].at, leg.summons[-1].calls) == (leg.called, leg.calls)
            for proofs in [one.shown for one in every] + [one.spoken for one in every]:
                assert len({proof.zone for proof in proofs}) == len(proofs)

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
