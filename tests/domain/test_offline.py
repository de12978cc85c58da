"""Numbers that kiosks gave without the server: whatever comes back in whatever order, nobody is lost or doubled."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from server.domain import commands as c
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.events import DayOpened, Event, TicketIssued, VisitEnded
from server.domain.follow import follow
from server.domain.refusal import Refusal
from tests.conftest import drawn
from tests.journal import visits_of
from tests.support import KIOSK, MANAGER, MORNING, Scene, service_of, tiny_plan

SECOND = Actor("kiosk", "kiosk-2")
KIOSKS = {"X": KIOSK, "Y": SECOND, "Q": Actor("kiosk", "kiosk-3"), "W": Actor("kiosk", "kiosk-4")}
PLAN = replace(
    tiny_plan(),
    kiosks=tuple(
        replace(tiny_plan().kiosks[0], code=actor.id, reserve=letter) for letter, actor in KIOSKS.items()
    ),
)  # fmt: skip


def named(name: object) -> UUID:
    return uuid5(UUID(int=4), str(name))


def ask(scene: Scene, command: c.Command, actor: Actor, visit: UUID) -> tuple[Event, ...]:
    """The command under an id of which `visit` comes, as the engine does it; the refusal is raised."""
    events = decide(scene.floor, command, Context(now=scene.clock.now, actor=actor, visit=visit, token=visit.hex))
    after = follow(scene.floor, events, visit, actor, scene.clock.now)
    scene.floor = after.floor
    scene.records += after.records
    return events


def admit(
    number: str, issued: datetime, instead: UUID | None = None, *, service: str | None = None, language: str = "lv"
) -> c.AdmitOffline:  # fmt: skip
    return c.AdmitOffline(
        number=number, service=service or service_of(PLAN), issued=issued, instead=instead, language=language
    )  # fmt: skip


def take(more: tuple[str, ...] = ()) -> c.TakeTicket:
    return c.TakeTicket(service=service_of(PLAN), more=more)


@pytest.mark.parametrize("letter", "XYQW")
def test_every_reserve_series(letter: str) -> None:
    scene = Scene(PLAN)
    (issued,) = scene.do(admit(f"{letter}007", MORNING), KIOSKS[letter])
    assert (issued.number, issued.series, issued.n, issued.device) == (f"{letter}007", letter, 7, f"kiosk:{KIOSKS[letter].id}")


def test_a_service_that_is_gone_goes_where_the_kiosk_sends_who_does_not_know() -> None:
    unknown = service_of(PLAN, 1)
    plan = replace(PLAN, kiosks=(replace(PLAN.kiosks[0], unknown=unknown), *PLAN.kiosks[1:]))
    scene = Scene(plan)
    (issued,) = scene.do(admit("X001", MORNING, service="GONE-1", language="xx"), KIOSK)
    assert (issued.service, issued.queue, issued.language) == (unknown, plan.queues[1].code, "lv")
    (issued,) = scene.do(admit("Y001", MORNING, service="GONE-1", language="en"), SECOND)  # has no service for it
    assert (issued.service, issued.language) == (plan.queues[0].services[0], "en")
    empty = replace(plan, queues=(replace(plan.queues[0], services=()), *plan.queues[1:]))
    (issued,) = Scene(empty).do(admit("Y001", MORNING, service="GONE-1"), SECOND)
    assert issued.service == plan.queues[1].services[0]


def test_a_ghost_that_waits_ends_and_gives_its_place() -> None:
    scene = Scene(PLAN, opened=["1"])
    ghost = named("ghost")
    ask(scene, take(), KIOSK, ghost)
    scene.clock.pass_(seconds=4)
    others = [scene.take(), scene.take()]
    scene.clock.pass_(minutes=5)
    issued, ended = ask(scene, admit("X001", MORNING + timedelta(seconds=6), ghost), KIOSK, named("own"))
    assert ended == VisitEnded(visit=ghost, reason="left")
    assert (issued.issued, issued.instead) == (MORNING + timedelta(seconds=6), ghost)
    called = [scene.do(c.CallNext(counter="1"))[0].visit]
    for _ in others:
        scene.do(c.NoShow(counter="1"))
        scene.clock.pass_(seconds=30)
        called.append(scene.do(c.CallNext(counter="1"))[0].visit)
    assert called == [issued.visit, *others]


def test_a_ghost_that_is_parked_ends_too() -> None:
    scene = Scene(PLAN, opened=["1"])
    ghost = named("ghost")
    ask(scene, take(), KIOSK, ghost)
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Park(counter="1", minutes=10))
    ask(scene, admit("X001", MORNING, ghost), KIOSK, named("own"))
    assert (scene.visit(ghost).state, scene.visit(ghost).end, len(scene.floor.parked)) == ("ended", "left", 0)


@pytest.mark.parametrize("steps", [(), (c.Serve,), (c.NoShow,)])
def test_a_ghost_at_a_counter_stays_the_clerks_and_the_paper_is_called(steps: tuple[type[c.CounterCommand], ...]) -> None:
    scene = Scene(PLAN, opened=["1", "2"])
    ghost = named("ghost")
    ask(scene, take(), KIOSK, ghost)
    scene.clock.pass_(seconds=2)
    scene.take()
    scene.do(c.CallNext(counter="1"))
    for step in steps:
        scene.do(step(counter="1"))
    before = scene.visit(ghost)
    (issued,) = ask(scene, admit("X001", MORNING + timedelta(seconds=2), ghost), KIOSK, named("own"))
    assert scene.visit(ghost) == before
    assert scene.do(c.CallNext(counter="2"))[0].visit == issued.visit


def test_all_numbers_of_a_ghost_end() -> None:
    scene = Scene(PLAN, opened=["3"])  # serves the first queue alone: two services are two numbers
    ghost = named("ghost")
    first, second = ask(scene, take((service_of(PLAN, 1),)), KIOSK, ghost)
    own = ask(scene, admit("X001", MORNING, ghost), KIOSK, named("own"))
    assert {event.visit for event in own if isinstance(event, VisitEnded)} == {first.visit, second.visit}
    (other,) = ask(scene, admit("X002", MORNING, second.visit, service=service_of(PLAN, 1)), KIOSK, named("own 2"))
    assert other.instead == second.visit
    assert sum(visit.state == "waiting" for visit in scene.floor.visits.values()) == 2


@pytest.mark.parametrize("command", [take(), c.CheckIn(code="000000")])
def test_a_ghost_that_arrives_late_gets_no_number(command: c.Command) -> None:
    scene = Scene(PLAN)
    ghost = named("ghost")
    ask(scene, admit("X001", MORNING, ghost), KIOSK, named("own"))
    with pytest.raises(Refusal, match="number_held") as refusal:
        ask(scene, command, KIOSK, ghost)
    assert refusal.value.facts == {"number": "X001"}
    assert scene.floor.series.get("A") is None


def test_only_the_kiosk_that_asked_for_a_visit_can_give_it_up() -> None:
    scene = Scene(PLAN)
    ghost = named("ghost")
    ask(scene, take(), KIOSK, ghost)
    ask(scene, admit("Y001", MORNING, ghost), SECOND, named("own"))
    assert scene.visit(ghost).state == "waiting"
    ask(scene, admit("X001", MORNING, ghost), MANAGER, named("by hand"))
    assert scene.visit(ghost).end == "left"


class Came(Struct, frozen=True):
    """Somebody came: `day` and `s` (seconds after eight) are true; `how` it went. `twice`: the replay comes again."""

    letter: str
    day: int
    s: int
    how: str
    twice: bool


came = st.builds(
    Came, st.sampled_from("XY"), st.integers(0, 2), st.integers(0, 3600),
    st.sampled_from(["online", "reserve", "reserve", "ghost", "late", "never"]), st.booleans(),
)  # fmt: skip


@settings(
    max_examples=drawn(150),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(people=st.lists(came, min_size=1, max_size=14), data=st.data())
def test_two_kiosks_in_reserve(people: list[Came], data: st.DataObject) -> None:
    """Three days; on the last the links are back and everything comes in any order, some of it twice, ghosts among it."""
    people = sorted(people, key=lambda one: (one.day, one.s))
    scene = Scene(PLAN, opened=["1"])
    used: Counter[tuple[int, str]] = Counter()
    true: dict[str, datetime] = {}
    waits: list[tuple[c.Command, Actor, UUID]] = []
    for i, one in enumerate(people):
        scene.clock.now = max(scene.clock.now, MORNING + timedelta(days=one.day, seconds=one.s))
        scene.tick()
        kiosk, at = KIOSKS[one.letter], MORNING + timedelta(days=one.day, seconds=one.s)
        asked = (take(), kiosk, named(f"asked {i}"))
        if one.how in ("online", "ghost"):
            ask(scene, *asked)
        if one.how == "online":
            continue
        if one.how == "late":
            waits.append(asked)
        used[one.day, one.letter] += 1
        number = f"{one.letter}{used[one.day, one.letter]:03d}"
        instead = None if one.how == "reserve" else asked[2]
        true[f"{one.day} {number}"] = at
        waits += [(admit(number, at, instead), kiosk, named(f"own {i} {n}")) for n in range(1 + one.twice)]
    scene.clock.now = max(scene.clock.now, MORNING + timedelta(days=2, hours=2))
    scene.tick()
    for command, actor, visit in data.draw(st.permutations(waits)):
        scene.clock.pass_(seconds=1)
        if visit in scene.floor.instead:
            with pytest.raises(Refusal, match="number_held"):
                ask(scene, command, actor, visit)
        else:
            ask(scene, command, actor, visit)

    everybody = [visit for visit, _ in visits_of(scene.records).values()]
    first = MORNING.date()
    reserve = Counter((visit.day, visit.number) for visit in everybody if visit.series in ("X", "Y"))
    assert set(reserve.values()) <= {1}
    assert {f"{(datetime.fromisoformat(day).date() - first).days} {number}" for day, number in reserve} == set(true)
    for visit in everybody:
        if visit.series in ("X", "Y"):
            day = (datetime.fromisoformat(visit.day).date() - first).days
            assert visit.issued == true[f"{day} {visit.number}"]
            assert visit.end == (None if day == 2 else "day_closed")
    for i, one in enumerate(people):
        ghost = next((visit for visit in everybody if visit.id == named(f"asked {i}")), None)
        if one.how == "online":
            assert ghost is not None
            assert ghost.end == (None if one.day == 2 else "day_closed")
        elif ghost is not None:
            assert ghost.end == ("left" if one.how == "late" or one.day == 2 else "day_closed")
    consecutive(scene)
    waiting = {visit.id for visit in scene.floor.visits.values() if visit.state == "waiting"}
    assert len(waiting) == sum(one.day == 2 for one in people)
    scene.do(c.OpenCounter(counter="1"))
    called = []
    while waiting - set(called):
        scene.clock.pass_(seconds=30)
        called.append(scene.do(c.CallNext(counter="1"))[0].visit)
        scene.do(c.NoShow(counter="1"))
    times = [scene.visit(id).issued for id in called]
    assert times == sorted(times)
    assert scene.replayed() == scene.floor


def consecutive(scene: Scene) -> None:
    """The main series counts from 1 without a gap every day, in the order of issue."""
    counts: list[int] = []
    for record in scene.records:
        if isinstance(record.event, DayOpened):
            counts = []
        elif isinstance(record.event, TicketIssued) and record.event.series == "A":
            counts.append(record.event.n or 0)
            assert counts == list(range(1, len(counts) + 1))


def test_a_letter_stays_with_its_kiosk_on_a_day_when_it_was_given_out() -> None:
    first, second, *rest = PLAN.kiosks
    swapped = replace(PLAN, kiosks=(replace(first, reserve="Y"), replace(second, reserve="X"), *rest))
    renamed = replace(PLAN, kiosks=(replace(first, code="kiosk-9"), second, *rest))
    gone = replace(PLAN, kiosks=(second, *rest))
    scene = Scene(PLAN)
    scene.do(admit("X001", MORNING), KIOSK)
    for plan in (swapped, renamed):
        assert scene.refused(c.RevisePlan(plan=plan), MANAGER) == "reserve_in_use"
    assert scene.do(c.RevisePlan(plan=gone), MANAGER)
    for plan in (swapped, renamed):
        assert Scene(PLAN).do(c.RevisePlan(plan=plan), MANAGER), "nothing was given out today"
