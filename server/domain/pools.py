"""Who waits, sorted once for every profile's rule: choosing the next does not depend on how many wait.

A pool is named by a group and a demand. The group is what the rule weighs against each other (classes under points, queues
under ratios, one for all under preference and target); `ALL` holds everybody by arrival. The demand is what a visit asks of
whoever serves it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from config.plan import Calling
from server.domain.floor import Directory, Floor, Leg, Pools, Visit, post, profile_of
from server.domain.order import EMPTY, Key, Line, Place

ALL = "*"
MEANT_FIRST, BOOKED = "first", "appointment"
TARGET_MINUTES = 30
"""The target of a queue that has none of its own."""

SOFT = ("accessible", "sign_language")
"""Needs that choose the counter, as long as an open one can meet them."""

_BITS = 40
_SKILL, _ALSO = "skill:", "also:"
_MINUTE = 60_000_000


def enter(floor: Floor, visit: Visit) -> Floor:
    """The floor with the waiting visit in the pools of every profile that may call it."""
    return _change(floor, visit, inside=True)


def leave(floor: Floor, visit: Visit) -> Floor:
    """The floor without the visit in any pool."""
    return _change(floor, visit, inside=False)


def rebuilt(floor: Floor) -> Floor:
    """The floor with pools made anew: the plan, and with it the rules, has changed."""
    found: dict[str, dict[str, dict[str, list[Place]]]] = {}
    look = floor.look
    for line in floor.lines.values():
        for waiting in line:
            visit = floor.visits[waiting.visit]
            leg = visit.legs[-1]
            asked = demand_of(look, visit.needs, leg)
            by_arrival = Place(arrival(leg), visit.id)
            for profile in look.profiles_of.get(leg.queue, ()):
                group, key = place(look, profile, leg)
                own = found.setdefault(profile, {}).setdefault(asked, {})
                own.setdefault(ALL, []).append(by_arrival)
                if group != ALL:
                    own.setdefault(group, []).append(Place(key, visit.id))
    sorted_by = {
        profile: {asked: {group: Line.of(places) for group, places in own.items()} for asked, own in by_demand.items()}
        for profile, by_demand in found.items()
    }
    return replace(floor, pools=sorted_by)


def pools(floor: Floor, profile: str) -> dict[str, Pools]:
    """The pools of a profile that are not empty, by demand and then by group. Never changed in place."""
    return floor.pools.get(profile, _NONE)


def arrival(leg: Leg) -> Key:
    """The place of a leg by arrival alone."""
    return Key(1, leg.key.at, leg.key.turn)


def passed_by(called: Line, leg: Leg) -> int:
    """How many of the calls are of arrivals later than the leg's; its own calls are not."""
    return len(called) - called.before(Key(1, leg.key.at, leg.key.turn + 1 << _BITS))


def called_key(leg: Leg, position: int) -> Key:
    """The place of a call among all calls: by the arrival of who was called; a visit may be called more than once."""
    return Key(1, leg.key.at, (leg.key.turn << _BITS) + position)


def demand(look: Directory, visit: Visit) -> str:
    """What the visit asks of whoever serves it."""
    return demand_of(look, visit.needs, visit.leg)


def demand_of(look: Directory, needs: Sequence[str], leg: Leg) -> str:
    """What somebody in a leg asks; mostly nothing. "need need also:queue skill:x @profile|profile".

    The skill of its queue is a must. Needs, and serving the further queues of the same number, are met as long as some open
    counter can meet all of it; the profiles tell among which counters.
    """
    if not needs and not leg.also and not look.skilled:
        return ""
    asked = [need for need in SOFT if need in needs] + [_ALSO + queue for queue in sorted(leg.also)]
    queue = look.queues.get(leg.queue)
    skill = [] if queue is None or queue.skill is None else [_SKILL + queue.skill]
    if asked:
        skill.append("@" + "|".join(look.profiles_of.get(leg.queue, ())))
    return " ".join((*asked, *skill))


def may_serve(floor: Floor, counter: str, asked: str) -> bool:
    """Whether the counter and its clerk meet a demand. What no other open counter can meet in full is met by everybody."""
    if not asked:
        return True
    words = asked.split()
    if not all(_can(floor, counter, word) for word in words if word.startswith(_SKILL)):
        return False
    wishes = [word for word in words if word[0] != "@"]
    if all(_can(floor, counter, word) for word in wishes):
        return True
    profiles = words[-1][1:].split("|")
    return not any(
        at.clerk is not None and at.pause is None and profile_of(floor, other) in profiles
        and all(_can(floor, other, word) for word in wishes)
        for other, at in floor.posts.items() if other in floor.look.counters
    )  # fmt: skip


def _can(floor: Floor, counter: str, word: str) -> bool:
    look = floor.look
    if word.startswith(_ALSO):
        code = word.removeprefix(_ALSO)
        further = look.queues.get(code)
        served = code in look.profiles[profile_of(floor, counter)]
        return served and (further is None or further.skill is None or _can(floor, counter, _SKILL + further.skill))
    if word == "accessible" and look.counters[counter].accessible:
        return True
    return word.removeprefix(_SKILL) in look.skills.get(post(floor, counter).clerk or "", frozenset())


def _change(floor: Floor, visit: Visit, *, inside: bool) -> Floor:
    leg, look = visit.leg, floor.look
    if ":" in leg.line:
        return floor
    asked, sorted_by = demand(look, visit), dict(floor.pools)
    by_arrival = arrival(leg)
    for profile in look.profiles_of.get(leg.queue, ()):
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
