"""What a plan would do to those who wait: whoever changes the queue is told, and whether the room is another one."""

import pytest
from msgspec.structs import replace

from config.plan import Plan, Zone
from server.admin.plan.effect import Effect, Move, effect
from tests.domain.test_revision import joined
from tests.support import MANAGER, Scene, tiny_plan


def looked_at(scene: Scene, plan: Plan) -> Effect:
    return effect(scene.floor, plan, MANAGER, scene.clock.now, {}, lambda floor, channel, owner: None)


def in_another_room(plan: Plan) -> Plan:
    """All but the first queue are called in a room of their own."""
    first, *rest = plan.queues
    zone = Zone(code="upstairs", name={"lv": "2. stāvs"})
    counters = tuple(replace(one, zone=zone.code) for one in plan.counters[:-1])
    return replace(
        plan, zones=(*plan.zones, zone), counters=(*counters, plan.counters[-1]),
        queues=(first, *(replace(one, zone=zone.code) for one in rest)),
    )  # fmt: skip


@pytest.mark.parametrize("zone", [False, True])
def test_who_goes_to_another_queue_is_counted_and_sent_to_another_room_only_where_it_is_one(zone: bool) -> None:
    scene = Scene(in_another_room(tiny_plan()) if zone else tiny_plan())
    for _ in range(2):
        scene.take(0)
    scene.take(1)
    first, second, *_ = scene.plan.queues
    found = looked_at(scene, joined(scene.plan))
    assert found.refused is None
    assert (found.waiting, found.lost) == (3, 0)
    assert found.moves == (Move(queue=first.code, to=second.code, visits=2, zone=zone),)


def test_a_plan_that_moves_nobody_has_no_moves() -> None:
    scene = Scene()
    scene.take(0)
    assert looked_at(scene, replace(scene.plan, rules=replace(scene.plan.rules, no_show_s=77))).moves == ()
