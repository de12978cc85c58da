"""Another clerk takes an open counter over, and whoever opens one brings a profile along."""

from msgspec.structs import replace

from config.plan import Clerk
from server.domain import commands as c
from tests.support import CLERK, OTHER, Scene, service_of, tiny_plan

TAKE = c.TakeCounter(counter="1", giver=CLERK.id)


def test_the_counter_changes_hands_and_the_visit_stays_with_who_serves_it() -> None:
    scene = Scene(opened=("1",))
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    scene.do(TAKE, OTHER)
    post = scene.floor.posts["1"]
    assert (post.clerk, post.visit, post.profile) == (OTHER.id, visit, "all")
    assert scene.visit(visit).leg.clerk == CLERK.id
    assert scene.refused(c.Undo(counter="1"), OTHER) == "nothing_to_undo"
    assert scene.refused(c.Finish(counter="1")) == "counter_taken"
    scene.do(c.RecordService(counter="1", service=service_of(scene.plan), kind="konsultacija"), OTHER)
    scene.do(c.Finish(counter="1"), OTHER)
    assert scene.visit(visit).leg.clerk == CLERK.id
    assert scene.replayed() == scene.floor


def test_a_pause_stays() -> None:
    scene = Scene(opened=("1",))
    scene.do(c.Pause(counter="1", reason="lunch", minutes=30))
    before = scene.floor.posts["1"]
    scene.do(TAKE, OTHER)
    after = scene.floor.posts["1"]
    assert (after.pause, after.until, after.since) == (before.pause, before.until, before.since)


def test_nothing_is_taken_that_was_not_given() -> None:
    scene = Scene(opened=("1",))
    assert scene.refused(c.TakeCounter(counter="9", giver=CLERK.id), OTHER) == "unknown_counter"
    assert scene.refused(c.TakeCounter(counter="2", giver=CLERK.id), OTHER) == "counter_closed"
    assert scene.refused(c.TakeCounter(counter="1", giver="somebody"), OTHER) == "counter_taken"
    assert scene.decide(c.TakeCounter(counter="1", giver=OTHER.id), CLERK) == ()


def test_a_clerk_brings_the_profile_that_the_plan_names() -> None:
    plan = replace(tiny_plan(), clerks=(Clerk(code=OTHER.id, skills=(), profile="first"), Clerk(code=CLERK.id, skills=())))
    scene = Scene(plan, opened=("1",))
    assert scene.floor.posts["1"].profile == "all"
    scene.do(TAKE, OTHER)
    assert scene.floor.posts["1"].profile == "first"
    scene.do(c.TakeCounter(counter="1", giver=OTHER.id))
    assert scene.floor.posts["1"].profile == "first"
    scene.do(c.OpenCounter(counter="2"), OTHER)
    assert scene.floor.posts["2"].profile == "first"
    scene.do(c.CloseCounter(counter="2"), OTHER)
    scene.do(c.OpenCounter(counter="2", profile="all"), OTHER)
    assert scene.floor.posts["2"].profile == "all"
