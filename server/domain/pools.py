"""Who waits, sorted once for every profile's rule: choosing the next does not depend on how many wait.

A pool is named by a group and a demand. The group is what the rule weighs against each other (classes under points, queues
under ratios, one for all under preference and target); `ALL` holds everybody by arrival. The demand is what a visit asks of
whoever serves it.
"""

from __future__ import annotations

from msgspec.structs import replace

from config.plan import Calling
from server.domain.floor import Directory, Floor, Leg, Pools, Visit, post
from server.domain.order import EMPTY, Key, Line, Place

ALL = "*"
MEANT_FIRST, BOOKED = "first", "appointment"
TARGET_MINUTES = 30
"""The target of a queue that has none of its own."""

SOFT = ("accessible", "sign_language")
"""Needs that choose the counter, as long as an open one can meet them."""

_BITS = 40
_SKILL = "skill:"
_MINUTE = 60_000_000


def enter(floor: Floor, visit: Visit) -> Floor:
    """The floor with the waiting visit in the pools of every profile that may call it."""
    return _change(floor, visit, inside=True)


def leave(floor: Floor, visit: Visit) -> Floor:
    """The floor without the visit in any pool."""
    return _change(floor, visit, inside=False)


def rebuilt(floor: Floor) -> Floor:
    """The floor with pools made anew: the plan, and with it the rules, has changed."""
    floor = replace(floor, pools={})
    for line in floor.lines.values():
        for place in line:
            floor = enter(floor, floor.visits[place.visit])
    return floor


def pools(floor: Floor, profile: str) -> dict[str, Pools]:
    """The pools of a profile that are not empty, by demand and then by group. Never changed in place."""
    return floor.pools.get(profile, _NONE)


def arrival(leg: Leg) -> Key:
    """The place of a leg by arrival alone."""
    return Key(1, leg.key.at, leg.key.turn)


def passed_by(called: Line, leg: Leg) -> int:
    """How many of the calls are of arrivals later than the leg's; its own calls are not."""
    return len(called) - called.before(called_key(leg, 0)._replace(turn=leg.key.turn + 1 << _BITS))


def called_key(leg: Leg, position: int) -> Key:
    """The place of a call among all calls: by the arrival of who was called; a visit may be called more than once."""
    return Key(1, leg.key.at, (leg.key.turn << _BITS) + position)


def demand(look: Directory, visit: Visit) -> str:
    """What the visit asks of whoever serves it: needs and skills, one after the other; mostly nothing.

    A need is said with the profiles that serve the queue: among their counters somebody is looked for who can meet it.
    """
    if not visit.needs and not look.skilled:
        return ""
    profiles = "|".join(look.profiles_of.get(visit.leg.queue, ()))
    asked = [f"{need}@{profiles}" for need in SOFT if need in visit.needs]
    for queue in (visit.leg.queue, *visit.leg.also):
        found = look.queues.get(queue)
        if found is not None and found.skill is not None:
            asked.append(_SKILL + found.skill)
    return " ".join(asked)


def may_serve(floor: Floor, counter: str, asked: str) -> bool:
    """Whether the counter and its clerk meet a demand. A need that no other open counter can meet is met by everybody."""
    return all(_meets(floor, counter, one) for one in asked.split())


def _meets(floor: Floor, counter: str, asked: str) -> bool:
    need, _, serving = asked.partition("@")
    if _can(floor, counter, need):
        return True
    if need.startswith(_SKILL):
        return False
    profiles = serving.split("|")
    return not any(
        at.clerk is not None and at.pause is None and at.profile in profiles and _can(floor, other, need)
        for other, at in floor.posts.items()
    )


def _can(floor: Floor, counter: str, need: str) -> bool:
    here = floor.look.counters.get(counter)
    if need == "accessible" and here is not None and here.accessible:
        return True
    return need.removeprefix(_SKILL) in floor.look.skills.get(post(floor, counter).clerk or "", frozenset())


def _change(floor: Floor, visit: Visit, *, inside: bool) -> Floor:
    leg, look = visit.leg, floor.look
    if ":" in leg.line:
        return floor
    asked, sorted_by = demand(look, visit), dict(floor.pools)
    by_arrival = arrival(leg)
    for profile in _profiles(look, leg):
        group, key = place(look, profile, leg)
        by_demand = dict(sorted_by.get(profile, _NONE))
        own = dict(by_demand.get(asked, _EMPTY))
        _put(own, ALL, by_arrival, visit, inside=inside)
        if group != ALL:
            _put(own, group, key, visit, inside=inside)
        by_demand[asked] = own
        if not own:
            del by_demand[asked]
        sorted_by[profile] = by_demand
        if not by_demand:
            del sorted_by[profile]
    return replace(floor, pools=sorted_by)


def _put(own: Pools, group: str, key: Key, visit: Visit, *, inside: bool) -> None:
    pool = own.get(group, EMPTY)
    own[group] = pool.insert(Place(key, visit.id)) if inside else pool.remove(key)
    if not len(own[group]):
        del own[group]


def _profiles(look: Directory, leg: Leg) -> tuple[str, ...]:
    """Profiles that may call the leg. If the plan has none any more for all its queues, the first queue decides."""
    of_queue = look.profiles_of.get(leg.queue, ())
    if not leg.also:
        return of_queue
    return tuple(code for code in of_queue if set(leg.also) <= set(look.profiles[code])) or of_queue


def place(look: Directory, profile: str, leg: Leg) -> tuple[str, Key]:
    """The group of a leg under the profile's rule, and its place in the group."""
    calling: Calling = look.calling[profile]
    band, at, turn = leg.key
    if calling.order == "points":
        return (MEANT_FIRST if leg.group == "first" else leg.group), Key(1, at, turn)
    if band == 0:
        return MEANT_FIRST, leg.key
    if leg.group == "appointment" and calling.booked_first:
        return BOOKED, leg.key
    if calling.order == "ratio":
        return f"queue {leg.queue}", leg.key
    if calling.order == "preference":
        return "", Key(1 + look.profiles[profile].index(leg.queue), at, turn)
    if calling.order == "target":
        return "", Key(1, due(look, leg), turn)
    return ALL, leg.key


def due(look: Directory, leg: Leg) -> int:
    """When the target of the leg's queue is missed, in microseconds since 1970."""
    queue = look.queues.get(leg.queue)
    return leg.key.at + _MINUTE * ((queue.target if queue else None) or TARGET_MINUTES)


_NONE: dict[str, Pools] = {}
_EMPTY: Pools = {}
