"""The floor under another plan: everybody's place, the counters' profiles and the sorted pools as that plan wants them. Total."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from server.domain.events import PlanRevised, Rehomed
from server.domain.floor import Directory, Floor, Post, Visit, line, with_line
from server.domain.order import Line, Place
from server.domain.pools import demand_of, passed_by, rebuilt
from server.domain.revision import home, rehomed


def under_plan(floor: Floor, event: PlanRevised) -> Floor:
    """The floor with the plan in force; who was passed over so often under the old one was so often under the new one."""
    before, look = floor.directory, Directory.of(event.plan)
    passed = {} if before is None else _passed(floor, before)
    floor = replace(floor, plan=event.plan, version=event.version, directory=look, rush=None)
    if before is None:
        return rebuilt(floor)
    floor = _spared(_moved(floor, event.moved), look, passed)
    for counter, at in floor.posts.items():
        changed = _with_profile(at, counter, before, look)
        floor = replace(floor, posts=floor.posts.insert(counter, _steps(changed, before, look)))
    return rebuilt(floor)


def _moved(floor: Floor, moved: Sequence[Rehomed]) -> Floor:
    """Everybody where the plan wants them, in the old order; each line is made once, however many come and go."""
    visits, goes, come = floor.visits, dict[str, set[UUID]](), dict[str, list[Place]]()
    for to in moved:
        visit = visits[to.visit]
        leg = visit.legs[-1]
        visits = visits.insert(visit.id, rehomed(visit, to))
        if visit.state == "waiting" and visit.id not in floor.held:
            goes.setdefault(leg.line, set()).add(visit.id)
            come.setdefault(to.line, []).append(Place(leg.key, visit.id))
    for name in dict.fromkeys((*goes, *come)):
        gone = goes.get(name, set())
        stay = (place for place in line(floor, name) if place.visit not in gone)
        floor = with_line(floor, name, Line.of((*stay, *come.get(name, ()))))
    return replace(floor, visits=visits)


class _Calls:
    """The calls under a plan that a visit can have been passed over by; looked up once for all that ask alike."""

    def __init__(self, floor: Floor, look: Directory) -> None:
        self._floor, self._look = floor, look
        self._lines: dict[tuple[str, str], tuple[Line, ...]] = {}

    def over(self, visit: Visit) -> int:
        """How often the visit was passed over."""
        leg = visit.legs[-1]
        key = (leg.queue, demand_of(self._look, visit.needs, leg))
        lines = self._lines.get(key)
        if lines is None:
            found = (self._floor.passed.get((profile, key[1])) for profile in self._look.profiles_of.get(leg.queue, ()))
            lines = self._lines[key] = tuple(one for one in found if one is not None)
        return sum(passed_by(one, leg) for one in lines)


def _passed(floor: Floor, look: Directory) -> dict[UUID, int]:
    """How often each visit that waits, or may again, was passed over."""
    if not floor.passed:
        return {}
    calls = _Calls(floor, look)
    return {visit.id: calls.over(visit) - visit.legs[-1].spared for visit in floor.visits.values() if visit.state != "ended"}


def _spared(floor: Floor, look: Directory, passed: dict[UUID, int]) -> Floor:
    """The floor on which each visit has so many calls left out that it was passed over as often as before."""
    visits, calls = floor.visits, _Calls(floor, look)
    for id, times in passed.items():
        visit = visits[id]
        leg = visit.legs[-1]
        spared = calls.over(visit) - times
        if spared != leg.spared:
            visits = visits.insert(id, replace(visit, legs=(*visit.legs[:-1], replace(leg, spared=spared))))
    return replace(floor, visits=visits)


def _with_profile(at: Post, counter: str, before: Directory, look: Directory) -> Post:
    """An open counter that works by the profile of its own goes on with the one that the plan gives it now."""
    was, now = before.counters.get(counter), look.counters.get(counter)
    if at.clerk is None or was is None or now is None or at.profile != was.profile or was.profile == now.profile:
        return at
    return at if at.clerk in look.own_profiles else replace(at, profile=now.profile)


def _steps(at: Post, before: Directory, look: Directory) -> Post:
    """What can be taken back leads to a place that there is."""
    step = at.step
    if step is None:
        return at
    to = home(step.before, before, look)
    kept = step.before if to is None else rehomed(step.before, to)
    return replace(at, step=replace(step, before=kept, post=_steps(step.post, before, look)))
