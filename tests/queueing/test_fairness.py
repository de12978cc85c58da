"""What every rule guarantees, whatever comes: nobody is passed over for ever where the plan says so, and no chance is at work.

The guarantees are for one profile and for who waits in its queues without having been called yet; that a clerk may choose
somebody (CallVisit) or put somebody first is beyond every rule.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from config.plan import Calling, Plan, Profile, Share
from server.domain import commands as c
from server.domain.context import Context
from server.domain.decide import decide
from server.domain.events import TicketIssued, VisitCalled, VisitEnded
from server.domain.evolve import evolve
from server.domain.floor import Floor
from tests.conftest import drawn
from tests.house import ROOT
from tests.queueing.room import room
from tests.support import CLERK, KIOSK, Scene, service_of

ORDERS = ("arrival", "preference", "ratio", "points", "target")
SHARES = (Share(queue="vid", take=2), Share(queue="vsaa"))
COUNTERS = ("1", "2", "3")
TARGETS = (45, 20, 5)


class Seen(NamedTuple):
    """A call, with everybody who could have been called instead: minutes waited and arrival in order of issue."""

    profile: str
    turn: int
    waited: float
    others: dict[int, float]


@st.composite
def days(draw: st.DrawFn) -> list[tuple[str, int, bool]]:
    """A room that fills, then arrivals (queue, with priority or not), calls (counter) and time (minutes) in any order."""
    take = st.tuples(st.just("take"), st.integers(0, 2), st.booleans())
    call = st.tuples(st.just("call"), st.integers(0, 2), st.just(False))
    time = st.tuples(st.just("pass"), st.integers(0, 30), st.just(False))
    full = draw(st.lists(st.one_of(take, take, time), min_size=5, max_size=25))
    return full + draw(st.lists(st.one_of(take, call, call, time), min_size=10, max_size=50))


def _plan(calling: Calling) -> Plan:
    """Counters 1 and 2 call from all queues by the rule, counter 3 only from the first two, by arrival."""
    plan = room(calling, 3, TARGETS)
    few = Profile(code="few", name={"lv": "Daži"}, queues=("vid", "vsaa"))
    third = replace(plan.counters[2], profile="few")
    return replace(plan, profiles=(*plan.profiles, few), counters=(*plan.counters[:2], third))


def _watched(calling: Calling, steps: Iterable[tuple[str, int, bool]]) -> tuple[Scene, list[Seen]]:
    """The day as it was played, and every call as an onlooker saw it who knows nothing of the rules."""
    scene = Scene(_plan(calling), opened=COUNTERS)
    waiting: dict[UUID, tuple[int, int, float]] = {}
    seen, clock = [], 0.0
    profiles = {one.code: set(one.queues) for one in scene.plan.profiles}
    for n, (kind, which, priority) in enumerate(steps):
        if kind == "pass":
            clock += which
            scene.clock.pass_(minutes=which)
        elif kind == "take":
            needs: tuple[c.Need, ...] = ("priority",) if priority else ()
            (issued,) = scene.do(c.TakeTicket(service=service_of(scene.plan, which), needs=needs), KIOSK)
            assert isinstance(issued, TicketIssued)
            waiting[issued.visit] = (n, which, clock)
        elif scene.refused(c.CallNext(counter=COUNTERS[which])) is None:
            (called,) = scene.do(c.CallNext(counter=COUNTERS[which]))
            assert isinstance(called, VisitCalled)
            profile = scene.plan.counters[which].profile
            turn, _, came = waiting.pop(called.visit)
            queues = [queue.code in profiles[profile] for queue in scene.plan.queues]
            others = {other: clock - at for other, queue, at in waiting.values() if queues[queue]}
            seen.append(Seen(profile, turn, clock - came, others))
            scene.do(c.NoShow(counter=COUNTERS[which]))
    return scene, seen


@pytest.mark.parametrize("order", ORDERS)
@given(steps=days(), most=st.integers(0, 3))
@settings(max_examples=drawn(60), deadline=None)
def test_nobody_is_passed_over_more_often_than_the_profile_allows(order, steps, most):
    """A profile with `overtakes_most` = N calls at most N later arrivals while somebody waits whom it could call."""
    _, seen = _watched(Calling(order=order, shares=SHARES if order == "ratio" else (), overtakes_most=most), steps)

    times: dict[int, int] = {}
    for call in seen:
        for other in call.others if call.profile == "all" else ():
            times[other] = times.get(other, 0) + (other < call.turn)
    assert all(count <= most for count in times.values())


@pytest.mark.parametrize("order", ORDERS)
@given(steps=days(), longest=st.integers(1, 40))
@settings(max_examples=drawn(60), deadline=None)
def test_whoever_has_waited_too_long_is_next_by_arrival(order, steps, longest):
    """While anybody has waited `wait_most` minutes, the profile calls the first of them and nobody else."""
    _, seen = _watched(Calling(order=order, shares=SHARES if order == "ratio" else (), wait_most=longest), steps)

    for call in seen:
        late = [turn for turn, waited in {**call.others, call.turn: call.waited}.items() if waited >= longest]
        if late and call.profile == "all":
            assert call.turn == min(late)


@given(steps=days())
@settings(max_examples=drawn(60), deadline=None)
def test_by_target_nobody_is_passed_over_but_by_who_is_due_earlier(steps):
    _, seen = _watched(Calling(order="target"), steps)
    due = {n: clock + TARGETS[which] for n, which, clock in _arrivals(steps)}

    for call in seen:
        if call.profile == "all":
            assert all((due[call.turn], call.turn) < (due[other], other) for other in call.others)


@given(steps=days())
@settings(max_examples=drawn(60), deadline=None)
def test_by_ratio_every_queue_has_its_turn(steps):
    """In a cycle of four turns no counter calls four times past a queue in which somebody waits."""
    steps = [step for step in steps if step[:2] != ("call", 1)]
    _, seen = _watched(Calling(order="ratio", shares=SHARES), steps)
    queue = {n: which for n, which, _ in _arrivals(steps)}

    since = dict.fromkeys(range(3), 0)
    for call in (call for call in seen if call.profile == "all"):
        for which in since:
            waits = any(queue[other] == which for other in call.others)
            since[which] = since[which] + 1 if waits and queue[call.turn] != which else 0
            assert since[which] < 4


@pytest.mark.parametrize("order", ORDERS)
@given(steps=days())
@settings(max_examples=drawn(40), deadline=None)
def test_the_same_journal_gives_the_same_calls(order, steps):
    """From a floor that was made anew of the records before it, every call is decided again with the same reason."""
    scene, _ = _watched(Calling(order=order, shares=SHARES if order == "ratio" else (), overtakes_most=2, wait_most=30), steps)

    floor = Floor()
    for record in scene.records:
        if isinstance(record.event, VisitCalled):
            context = Context(now=record.at, actor=CLERK, visit=UUID(int=0), token="")
            assert decide(floor, c.CallNext(counter=record.event.counter), context) == (record.event,)
        floor = evolve(floor, record)
    assert floor == scene.floor


@pytest.mark.parametrize("order", ORDERS)
def test_who_comes_at_the_same_moment_is_called_in_the_order_of_issue(order):
    scene = Scene(room(Calling(order=order, shares=SHARES if order == "ratio" else ())), opened=("1",))
    came = [scene.take(0) for _ in range(5)]

    called = []
    for _ in came:
        (call,) = scene.do(c.CallNext(counter="1"))
        assert isinstance(call, VisitCalled)
        called.append(call.visit)
        (end,) = scene.do(c.NoShow(counter="1"))
        assert isinstance(end, VisitEnded)
    assert called == came


def test_no_hash_decides_anything():
    """Sets and maps of texts are in another order in every process; two processes give the same day."""
    code = "from tests.queueing.test_fairness import one_day; print(one_day())"
    days = [
        subprocess.Popen(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for seed in ("1", "2")
    ]
    one, two = (day.communicate()[0] for day in days)
    assert one == two
    assert int(one.split()[0]) > 100


def one_day() -> str:
    """Length and digest of the records of a simulated day at the demo centre."""
    import hashlib
    from datetime import date

    import msgspec

    from config import CATALOGUE, LOADS
    from config.load import load_catalogue, load_visitors
    from server.simulation.run import run
    from tests.support import demo_plan

    records: list[bytes] = []
    load = load_visitors(LOADS / "p4.toml", load_catalogue(CATALOGUE))
    run(demo_plan(), load, 1, date(2026, 10, 5), 1, watch=lambda floor, record: records.append(msgspec.json.encode(record)))
    return f"{len(records)} {hashlib.sha256(b''.join(records)).hexdigest()}"


def _arrivals(steps: Iterable[tuple[str, int, bool]]) -> list[tuple[int, int, float]]:
    found, clock = [], 0.0
    for n, (kind, which, _) in enumerate(steps):
        if kind == "pass":
            clock += which
        elif kind == "take":
            found.append((n, which, clock))
    return found
