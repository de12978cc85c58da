"""A day on which the plan is changed all the time, in every part, while visits are in every state; what is seen must hold."""

import random
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from config.load import check_plan
from config.plan import Booth, Calling, Clerk, Counter, Plan, Profile, Queue, Roll, Room, Share, Wifi
from server import channels
from server.domain import commands as c
from server.domain.context import Actor
from server.domain.decide import actions
from server.domain.events import TicketIssued, VisitCalled
from server.domain.floor import Floor, profile_of
from server.domain.pools import rebuilt
from server.domain.refusal import CODES, Refusal
from server.domain.rules import ranked
from tests.support import CLERK, KIOSK, MANAGER, OTHER, SYSTEM, Scene, tiny_plan

ROOM = Room(code="r1", name={"lv": "Telpa"}, zone="hall", kind="room", lead=0)
PLAN = replace(
    tiny_plan(), rooms=(ROOM, replace(ROOM, code="r2")), roll=Roll(service=tiny_plan().queues[0].services[0], last=9),
    booths=(Booth(code="v1", name={"lv": "Kabīne"}, zone="hall", services=("VSAA",)),), wifi=Wifi(network="V"),
)  # fmt: skip
PEOPLE = (CLERK, CLERK, OTHER, MANAGER)


def put(plan: Plan, part: str, n: int, **changes: object) -> Plan:
    parts = list(getattr(plan, part))
    if not parts:
        return plan
    n %= len(parts)
    parts[n] = replace(parts[n], **changes)  # type: ignore[arg-type]
    return replace(plan, **{part: tuple(parts)})  # type: ignore[arg-type]


def drop(plan: Plan, part: str, n: int) -> Plan:
    parts = getattr(plan, part)
    return replace(plan, **{part: tuple(one for i, one in enumerate(parts) if i != n % len(parts))}) if parts else plan  # type: ignore[arg-type]


def shuffled_services(plan: Plan, r: random.Random) -> Plan:
    queues = {queue.code: list[str]() for queue in plan.queues}
    for service in PLAN.services:
        if any(service.code == one.code for one in plan.services) and r.random() < 0.9:
            queues[r.choice(list(queues))].append(service.code)
    return replace(plan, queues=tuple(replace(queue, services=tuple(queues[queue.code])) for queue in plan.queues))


def with_rule(plan: Plan, r: random.Random) -> Plan:
    n = r.randrange(len(plan.profiles))
    own = plan.profiles[n].queues
    rule = r.choice([
        Calling(), Calling(order="preference", wait_most=5), Calling(order="points", overtakes_most=1), Calling(order="target"),
        Calling(order="ratio", shares=tuple(Share(queue=q, take=r.randint(1, 3)) for q in own)), Calling(gap_s=5),
    ])  # fmt: skip
    return put(plan, "profiles", n, calling=rule)


def with_less(plan: Plan, r: random.Random) -> Plan:
    part = r.choice(["queues", "counters", "profiles", "services", "kiosks", "rooms", "booths", "zones", "screens", "clerks"])
    less = drop(plan, part, r.randrange(9))
    if part == "queues":
        kept = {queue.code for queue in less.queues}
        less = replace(less, profiles=tuple(
            replace(p, queues=tuple(q for q in p.queues if q in kept), calling=Calling()) for p in less.profiles
        ))  # fmt: skip
    if part == "profiles" and less.profiles:
        kept = {profile.code for profile in less.profiles}
        own = tuple(one if one.profile in kept else replace(one, profile=less.profiles[0].code) for one in less.counters)
        less = replace(less, counters=own)
    if part == "services":
        kept = {service.code for service in less.services}
        less = replace(
            less, queues=tuple(replace(q, services=tuple(s for s in q.services if s in kept)) for q in less.queues),
            booking=less.booking and replace(less.booking, services=tuple(s for s in less.booking.services if s in kept)),
            roll=less.roll if less.roll is not None and less.roll.service in kept else None,
        )  # fmt: skip
    return less


def with_more(plan: Plan, r: random.Random) -> Plan:
    what = r.choice(["queue", "counter", "profile", "whole"])
    if what == "whole":
        return PLAN
    code = f"x{r.randrange(3)}"
    if any(code == one.code for one in (*plan.queues, *plan.counters, *plan.profiles)):
        return plan
    if what == "counter":
        return replace(plan, counters=(*plan.counters, Counter(code=code, zone="hall", profile=plan.profiles[0].code)))
    if what == "profile":
        queues = tuple(q.code for q in r.sample(plan.queues, r.randint(1, len(plan.queues))))
        return replace(plan, profiles=(*plan.profiles, Profile(code=code, name={"lv": code}, queues=queues)))
    letters = sorted(set("ABCDEFG") - {queue.letter for queue in plan.queues})
    new = Queue(code=code, name={"lv": code}, letter=letters[0], zone="hall", services=())
    profiles = tuple(replace(p, queues=(*p.queues, code)) for p in plan.profiles)
    return replace(plan, queues=(*plan.queues, new), profiles=profiles)


def with_small_things(plan: Plan, r: random.Random) -> Plan:
    n, own, zones = r.randrange(9), plan.profiles[0].code, ["Europe/Riga", "Pacific/Auckland", "America/St_Johns"]
    return r.choice([
        lambda: put(plan, "queues", n, zone=r.choice(["hall", "side"])),
        lambda: put(plan, "counters", n, zone=r.choice(["hall", "side"])),
        lambda: put(plan, "counters", n, profile=r.choice(plan.profiles).code),
        lambda: put(plan, "queues", n, skill=r.choice([None, "signer"])),
        lambda: replace(plan, clerks=(Clerk(code="clerk1", skills=("signer",), profile=r.choice([None, own])),)),
        lambda: replace(plan, clerks=()), lambda: put(plan, "services", n, sensitive=r.random() < 0.5, minutes=r.randint(1, 60)),
        lambda: put(plan, "services", n, retired=True), lambda: replace(plan, languages=plan.languages[:1]),
        lambda: put(plan, "kiosks", n, screen=False), lambda: put(plan, "kiosks", n, prints=False),
        lambda: put(plan, "kiosks", n, reserve=r.choice("WXYQ")),
        lambda: put(plan, "queues", n, letter=r.choice("ABCDEFGH")),
        lambda: replace(plan, roll=None), lambda: replace(plan, booking=None), lambda: replace(plan, wifi=None),
        lambda: replace(plan, rules=replace(plan.rules, no_show_s=30, delays=3, return_minutes=60)),
        lambda: replace(plan, centre=replace(plan.centre, timezone=r.choice(zones))),
        lambda: replace(plan, pause_reasons=dict(list(plan.pause_reasons.items())[:1])),
    ])()  # fmt: skip


def other_plan(plan: Plan, r: random.Random) -> Plan | None:
    """A plan with one to three changes that the checker has nothing against."""
    for _ in range(6):
        found = plan
        for _ in range(r.randint(1, 3)):
            if not (found.queues and found.profiles and found.counters and found.kiosks):
                break
            found = r.choice([shuffled_services, with_rule, with_less, with_more, with_small_things, with_small_things])(found, r)
        if found.queues and found.profiles and found.counters and not check_plan(found):
            return found
    return None


class Day:
    """One day under random hands; `left` are the steps that were not refused."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.scene = Scene(PLAN)
        self.before: list[Plan] = [PLAN]
        self.given: list[tuple[str, str]] = []
        for counter, clerk in (("1", CLERK), ("2", OTHER)):
            self.scene.do(c.OpenCounter(counter=counter), clerk)

    def ask(self, command: c.Command, actor: Actor) -> bool:
        floor, version = self.scene.floor, self.scene.floor.version
        try:
            events = self.scene.do(command, actor)
        except Refusal as refusal:
            no = refusal
        else:
            no = None
        if no is not None:
            assert CODES[no.code].format(**no.facts)
            assert self.scene.floor is floor
            return False
        for event in events:
            if isinstance(event, TicketIssued) and event.number and event.origin != "roll":
                self.given.append((event.day, event.number))
            if isinstance(event, VisitCalled) and self.scene.floor.version == version:
                self.called_rightly(event, floor)
        return bool(events)

    def called_rightly(self, event: VisitCalled, before: Floor) -> None:
        """To an open counter that serves the queue, by its profile, unless a person chose it or it is of the paper roll."""
        visit = self.scene.floor.visits[event.visit]
        assert self.scene.floor.posts[event.counter].clerk == event.clerk
        if event.reason is not None and event.reason.rule in ("chosen", "roll"):
            return
        if ":" not in visit.leg.line and event.counter in before.posts:
            assert visit.leg.queue in before.look.profiles[profile_of(before, event.counter)], (visit.leg, event)
        assert visit.state in ("called", "serving", "ended")

    def step(self) -> None:
        r, floor = self.r, self.scene.floor
        self.scene.clock.pass_(seconds=r.choice([0, 1, 5, 20, 60]))
        counter = r.choice([*floor.look.counters, "1", "2", "3"])
        clerk = r.choice(PEOPLE)
        at = floor.posts.get(counter)
        if at is not None and at.clerk is not None and r.random() < 0.8:
            clerk = next((one for one in (CLERK, OTHER, MANAGER) if one.id == at.clerk), clerk)
        visits = list(floor.visits)
        visit = r.choice(visits) if visits else UUID(int=1)
        what = r.random()
        if what < 0.13:
            services = [service for queue in floor.look.queues.values() for service in queue.services] or ["none"]
            more = (r.choice(services),) if r.random() < 0.2 else ()
            needs = (r.choice(["priority", "accessible", "language"]),) if r.random() < 0.2 else ()
            language = r.choice(floor.settled.languages)
            asked = c.TakeTicket(service=r.choice(services), more=more, needs=needs, language=language)
            self.ask(asked, r.choice([KIOSK, CLERK]))
        elif what < 0.62:
            self.ask(self.by_clerk(counter, visit), clerk)
        elif what < 0.74:
            self.ask(self.by_manager(counter, visit), MANAGER)
        elif what < 0.84:
            self.ask(self.elsewhere(visit), r.choice([CLERK, MANAGER, KIOSK]))
        elif what < 0.87:
            self.scene.clock.pass_(seconds=r.choice([120, 900, 3600, -60, -4000]))
            self.ask(c.Tick(), SYSTEM)
        elif what < 0.872:
            self.scene.clock.pass_(days=1)
            self.ask(c.Tick(), SYSTEM)
        else:
            self.replan()

    def by_clerk(self, counter: str, visit: UUID) -> c.Command:
        r = self.r
        look = self.scene.floor.look
        services = list(look.services) or ["none"]
        profiles = [None, *look.profiles]
        offered = [name for name in actions(self.scene.floor, counter, MANAGER) if r.random() < 0.7]
        plain = [name for name in offered if set(c.COMMANDS[name].__struct_fields__) <= {"counter", "seen", "then_next", "visit"}]
        return r.choice([
            *[lambda: c.COMMANDS[r.choice(plain)](counter=counter) if plain else c.OpenCounter(counter=counter)] * 6,
            lambda: c.OpenCounter(counter=counter, profile=r.choice(profiles)), lambda: c.Undo(counter=counter),
            lambda: c.Undo(counter=counter), lambda: c.Finish(counter=counter, then_next=True),
            lambda: c.Undo(counter=counter), lambda: c.CallVisit(counter=counter, visit=visit),
            lambda: c.StoreNext(counter=counter),
            lambda: c.Park(counter=counter, minutes=r.choice([1, 30])),
            lambda: c.Transfer(counter=counter, queue=r.choice(list(look.queues)), rank=r.choice(["arrival", "first"])),
            lambda: c.Transfer(counter=counter, to_counter=r.choice(list(look.counters))),
            lambda: c.Transfer(counter=counter, to_clerk=r.choice(["clerk1", "clerk2"])),
            lambda: c.RecordService(counter=counter, service=r.choice(services), kind="konsultacija"),
            lambda: c.RegisterContact(counter=counter, service=r.choice(services), channel="talrunis"),
            lambda: c.Requeue(counter=counter, then_next=True), lambda: c.CallRoll(counter=counter),
            lambda: c.SendMessage(counter=counter, text="esmu te", to="manager"), lambda: c.RaiseAlarm(counter=counter),
        ])()  # fmt: skip

    def by_manager(self, counter: str, visit: UUID) -> c.Command:
        r, look = self.r, self.scene.floor.look
        goal: dict[str, str] = r.choice([
            {"queue": r.choice(list(look.queues))}, {"counter": r.choice(list(look.counters))}, {"clerk": "clerk1"}, {},
        ])  # fmt: skip
        return r.choice([
            lambda: c.MoveVisit(visit=visit, rank=r.choice(["arrival", "first", "last"]), reason="lūdza", **goal),
            lambda: c.MoveVisit(visit=visit, rank="first", reason="lūdza", **goal),
            lambda: c.EndVisit(visit=visit, reason="aizgāja"), lambda: c.ReleaseCounter(counter=counter, reason="prom"),
            lambda: c.SetProfile(counter=counter, profile=r.choice(list(look.profiles))),
            lambda: c.SetQueue(queue=r.choice([None, *look.queues]), open=r.random() < 0.6, reason="visi pieteikti"),
            lambda: c.Announce(text="Strādā viens lodziņš", zones=r.choice([(), ("hall",), ("side",)])),
        ])()  # fmt: skip

    def elsewhere(self, visit: UUID) -> c.Command:
        r, now, look = self.r, self.scene.clock.now, self.scene.floor.look
        services = list(look.services) or ["none"]
        soon = now.replace(second=0, microsecond=0) + timedelta(minutes=5 - now.minute % 5)
        kept = list(self.scene.floor.kept) or [UUID(int=1)]
        codes = list(self.scene.floor.codes) or ["000000"]
        return r.choice([
            lambda: c.StartRoom(room=r.choice(["r1", "r2"])), lambda: c.JoinRoom(room="r1", visit=r.choice([None, visit])),
            lambda: c.EndRoom(room=r.choice(["r1", "r2"])), lambda: c.WipeRoom(room=r.choice(["r1", "r2"])),
            lambda: c.StartRoom(room="r1", visit=visit), lambda: c.StartRoom(room="r2", booking=r.choice(kept)),
            lambda: c.BookRoom(room="r2", start=now + timedelta(minutes=r.choice([1, 60])), minutes=30),
            lambda: c.BookAppointment(service=r.choice(services), start=soon), lambda: c.CheckIn(code=r.choice(codes)),
            lambda: c.RegisterCallback(
                service=r.choice(services), start=now + timedelta(minutes=20), contact=c.Contact(phone="29000000")
            ),
            lambda: c.PrintSlip(visit=visit, kiosk="kiosk-1"), lambda: c.PrintPaper(kiosk="kiosk-1", kind="wifi"),
            lambda: c.Delay(visit=visit), lambda: c.Return(visit=visit), lambda: c.Leave(visit=visit),
            lambda: c.SetBooth(booth="v1", state=r.choice(["free", "ready", "busy"])),
        ])()  # fmt: skip

    def replan(self) -> None:
        """Another plan now or soon, or the one before; what is there stays who it is and where its turn is."""
        r, floor = self.r, self.scene.floor
        plan = self.before[-1] if r.random() < 0.4 else other_plan(floor.settled, r)
        if plan is None:
            return
        if r.random() < 0.1:
            at = self.scene.clock.now + timedelta(seconds=r.choice([1, 60, 900]))
            self.ask(c.SchedulePlan(plan=plan, version=floor.version, at=at), MANAGER)
            return
        before = whereabouts(floor)
        clerks = {counter: at.clerk for counter, at in floor.posts.items() if at.clerk}
        if self.ask(c.RevisePlan(plan=plan, version=floor.version), MANAGER):
            self.before.append(floor.settled)
            after = whereabouts(self.scene.floor)
            assert after.keys() == before.keys()
            for v, was in before.items():
                assert after[v] == was or (was[0], after[v][0]) == ("waiting", "called"), "in its old place, or called by itself"
            assert {counter: at.clerk for counter, at in self.scene.floor.posts.items() if at.clerk} == clerks

    def holds(self, seen: bool) -> None:
        floor = self.scene.floor
        here = [place.visit for line in (*floor.lines.values(), *floor.directed.values(), floor.parked) for place in line]
        here += [v for at in floor.posts.values() for v in (at.visit, at.contact) if v is not None] + list(floor.held)
        assert sorted(here) == sorted(v.id for v in floor.visits.values() if v.state != "ended"), "everybody stands in one place"
        assert rebuilt(floor).pools == floor.pools
        for name, line in (*floor.lines.items(), *floor.directed.items()):
            for place in line:
                leg = floor.visits[place.visit].leg
                assert (leg.line, leg.key) == (name, place.key)
                assert leg.queue in floor.look.queues
        for v in floor.visits.values():
            assert v.state == "ended" or {v.service, *v.more} <= floor.look.services.keys(), "nobody waits for what is not given"
        if seen:
            self.seen()

    def seen(self) -> None:
        """Every view there is can be drawn and sent."""
        floor = self.scene.floor
        for name in every_channel(floor):
            for actor in (CLERK, MANAGER):
                data = channels.view(floor, name, channels.Onlooker(actor))
                msgspec.json.encode(data)
                channels.resolve(name)[0].urgent(data)
        for counter in floor.look.counters:
            list(ranked(floor, counter, int(self.scene.clock.now.timestamp() * 1e6)))


def whereabouts(floor: Floor) -> dict[UUID, tuple[object, ...]]:
    return {v.id: (v.state, v.number, v.leg.key, v.leg.since, v.leg.called, len(v.legs)) for v in floor.visits.values()}


def every_channel(floor: Floor) -> Iterator[str]:
    yield from ("menu", "overview", "catalogue", "visits")
    for kind, parts in {
        "desk": floor.look.counters, "panel": floor.look.counters, "rate": floor.look.counters, "room": floor.look.rooms,
        "finished": floor.look.counters,
        "board": [zone.code for zone in floor.settled.zones], "jobs": [kiosk.code for kiosk in floor.settled.kiosks],
        "ticket": list(floor.tokens)[:40],
    }.items():  # fmt: skip
        yield from (f"{kind}/{code}" for code in parts)


@pytest.mark.parametrize("seed", range(5))
def test_everything_is_changed_all_the_time_and_nobody_is_lost(seed: int) -> None:
    day = Day(seed)
    for n in range(200):
        day.step()
        day.holds(seen=n % 10 == 0)
    assert day.scene.replayed() == day.scene.floor
    assert len(day.given) == len(set(day.given)), "no number twice on a day"
    assert day.scene.floor.version > 5


def test_a_service_that_is_gone_does_not_come_back_with_a_step_that_is_taken_back() -> None:
    plan = replace(tiny_plan(), booking=None, rules=replace(tiny_plan().rules, outcome_required=False))
    scene = Scene(plan, opened=["1"])
    scene.take()
    for step in (c.CallNext, c.Serve, c.Finish):
        scene.do(step(counter="1"))
    first, *others = plan.queues
    less = replace(
        plan, services=tuple(one for one in plan.services if one.code != first.services[0]),
        queues=(replace(first, services=first.services[1:]), *others),
    )  # fmt: skip
    scene.do(c.RevisePlan(plan=less), MANAGER)
    assert scene.refused(c.Undo(counter="1")) == "moved_on"
    assert "Undo" not in actions(scene.floor, "1", CLERK)
    scene.do(c.RevisePlan(plan=plan), MANAGER)
    scene.do(c.Undo(counter="1"))
    assert scene.floor.posts["1"].visit is not None, "with the service it can be taken back again"


def test_a_centre_without_a_kiosk_has_a_menu() -> None:
    scene = Scene(replace(tiny_plan(), kiosks=()))
    menu = channels.view(scene.floor, "menu", channels.Onlooker(CLERK))
    assert msgspec.json.decode(msgspec.json.encode(menu))["reserve"] == "X"
