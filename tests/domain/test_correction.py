"""A manager puts the record of a visit right: only to what can have been, with everything that was counted of it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from server.domain import commands as c
from server.domain.commands import DeliveredService
from server.domain.context import Context
from server.domain.decide import decide
from server.domain.events import VisitCorrected
from server.domain.floor import Visit, post
from server.domain.follow import follow
from server.domain.refusal import Refusal
from tests.conftest import drawn
from tests.journal import visits_of
from tests.support import CLERK, MANAGER, MORNING, Scene, service_of, tiny_plan

SERVICE = service_of(tiny_plan())
GOT = DeliveredService(service=SERVICE, kind="konsultacija")


def correct(visit: UUID, end: Any, **more: Any) -> c.CorrectVisit:
    return c.CorrectVisit(visit=visit, end=end, reason=more.pop("reason", "nospiests par agru"), **more)


def served(scene: Scene, counter: str = "1") -> UUID:
    """A visit: issued, called a minute later, served from the second to the seventh, with a record."""
    visit = scene.take()
    for minutes, command in (
        (1, c.CallNext(counter=counter)), (1, c.Serve(counter=counter)), (5, None),
        (0, c.RecordService(counter=counter, service=SERVICE, kind="pieteikums")), (0, c.Finish(counter=counter)),
    ):  # fmt: skip
        scene.clock.pass_(minutes=minutes)
        if command is not None:
            scene.do(command, CLERK)
    return visit


@pytest.fixture
def scene() -> Scene:
    return Scene(opened=["1"])


def test_the_event_says_what_was_and_what_is_and_why(scene: Scene) -> None:
    visit = served(scene)
    ended = MORNING + timedelta(minutes=4)
    (event,) = scene.do(correct(visit, "served", ended=ended, delivered=(GOT,)), MANAGER)
    assert isinstance(event, VisitCorrected)
    assert (event.visit, event.day, event.was, event.end) == (visit, "2026-03-16", "served", "served")
    assert (event.served, event.ended) == (MORNING + timedelta(minutes=2), ended)
    assert [(one.n, one.service, one.kind, one.outcome, one.quantity) for one in event.delivered] == [
        (1, SERVICE, "konsultacija", "advised", 1)
    ]
    assert event.reason == "nospiests par agru"
    now = scene.visit(visit)
    assert (now.end, now.leg.end, now.leg.ended, now.delivered) == ("served", "served", ended, event.delivered)
    assert scene.replayed() == scene.floor
    assert {id: one for id, (one, _) in visits_of(scene.records).items()} == dict(scene.floor.visits.items())


def test_what_is_left_out_stays(scene: Scene) -> None:
    visit = served(scene)
    before = scene.visit(visit)
    scene.do(correct(visit, "served", ended=MORNING + timedelta(minutes=6)), MANAGER)
    after = scene.visit(visit)
    assert (after.leg.served, after.delivered) == (before.leg.served, before.delivered)


def test_times_in_another_zone_are_kept_as_utc(scene: Scene) -> None:
    visit = served(scene)
    (event,) = scene.do(
        correct(visit, "served", ended=(MORNING + timedelta(minutes=3)).astimezone(timezone(timedelta(hours=2)))), MANAGER
    )
    assert isinstance(event, VisitCorrected)
    assert event.ended.tzinfo is UTC


def test_correcting_again_and_back(scene: Scene) -> None:
    visit = served(scene)
    before = scene.floor
    again = correct(visit, "served", delivered=(DeliveredService(service=SERVICE, kind="pieteikums"),))
    scene.do(correct(visit, "no_show", delivered=()), MANAGER)
    assert scene.visit(visit).delivered == ()
    scene.do(replace(again, served=MORNING + timedelta(minutes=2)), MANAGER)
    after = scene.visit(visit)
    assert after.corrected == 2
    assert replace(after, moved=0, corrected=0) == replace(before.visits[visit], moved=0)
    assert (scene.floor.paces, post(scene.floor, "1").served) == (before.paces, 1)


@pytest.mark.parametrize(
    ("end", "more", "code"),
    [
        ("served", {}, "nothing_changed"),
        ("served", {"delivered": (DeliveredService(service=SERVICE, kind="pieteikums"),)}, "nothing_changed"),
        ("served", {"delivered": ()}, "outcome_due"),
        ("served", {"ended": MORNING + timedelta(minutes=1)}, "impossible_times"),
        ("served", {"served": MORNING}, "impossible_times"),
        ("served", {"served": MORNING + timedelta(minutes=7, seconds=1)}, "impossible_times"),
        ("served", {"ended": MORNING + timedelta(minutes=8)}, "impossible_times"),
        ("served", {"ended": datetime.max.replace(tzinfo=UTC)}, "impossible_times"),
        ("served", {"served": datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))}, "impossible_times"),
        ("no_show", {"served": MORNING + timedelta(minutes=2), "delivered": ()}, "impossible_times"),
        ("no_show", {}, "never_served"),
        ("left", {}, "never_served"),
        ("no_show", {"delivered": (), "reason": "personas kods 010190-12345"}, "personal_data"),
        ("served", {"delivered": (DeliveredService(service="NO-1", kind="konsultacija"),)}, "unknown_service"),
        ("served", {"delivered": (DeliveredService(service=SERVICE, kind="none"),)}, "unknown_kind"),
        ("served", {"delivered": (replace(GOT, channel="none"),)}, "unknown_service_channel"),
        ("served", {"delivered": (replace(GOT, outcome="none"),)}, "unknown_outcome"),
    ],
)
def test_only_what_can_have_been(scene: Scene, end: str, more: dict[str, Any], code: str) -> None:
    assert scene.refused(correct(served(scene), end, **more), MANAGER) == code


def test_a_visit_that_is_open_or_unknown(scene: Scene) -> None:
    waiting = scene.take()
    assert scene.refused(correct(waiting, "left"), MANAGER) == "not_over"
    assert scene.refused(correct(uuid4(), "left"), MANAGER) == "unknown_visit"


def test_who_was_never_called_did_not_fail_to_come(scene: Scene) -> None:
    visit = scene.take()
    scene.do(c.CloseDay(), MANAGER)
    assert scene.refused(correct(visit, "no_show"), MANAGER) == "not_called"
    assert scene.refused(correct(visit, "served", delivered=(GOT,)), MANAGER) == "impossible_times"
    scene.clock.pass_(minutes=5)
    scene.do(correct(visit, "left"), MANAGER)
    assert scene.visit(visit).end == "left"


def test_an_end_after_the_business_day_cannot_be(scene: Scene) -> None:
    visit = served(scene)
    scene.clock.pass_(days=1)
    assert scene.refused(correct(visit, "served", ended=scene.clock.now), MANAGER) == "impossible_times"
    scene.clock.now = datetime(2026, 3, 16, 21, 59, 59, tzinfo=UTC)  # a second before midnight in Riga
    assert scene.refused(correct(visit, "served", ended=scene.clock.now), MANAGER) is None
    scene.clock.pass_(seconds=1)
    assert scene.refused(correct(visit, "served", ended=scene.clock.now), MANAGER) == "impossible_times"


def test_a_recorded_service_that_the_plan_has_no_more_is_kept(scene: Scene) -> None:
    visit = served(scene)
    kept = scene.visit(visit).delivered[0]
    plan = scene.plan
    without = replace(
        plan, services=tuple(one for one in plan.services if one.code != SERVICE),
        queues=(replace(plan.queues[0], services=plan.queues[0].services[1:]), *plan.queues[1:]),
    )  # fmt: skip
    scene.do(c.RevisePlan(plan=without), MANAGER)
    old = DeliveredService(
        service=SERVICE, kind=kept.kind, channel=kept.channel, outcome=kept.outcome, quantity=kept.quantity
    )  # fmt: skip
    new = DeliveredService(service=service_of(without), kind="konsultacija")
    scene.do(correct(visit, "served", delivered=(new, old)), MANAGER)
    assert scene.visit(visit).delivered[1] == replace(kept, n=2)
    assert scene.refused(correct(visit, "served", delivered=(replace(old, quantity=2),)), MANAGER) == "unknown_service"


def test_paces_and_counts_follow(scene: Scene) -> None:
    visit = served(scene)
    served(scene)
    pace = scene.floor.paces[SERVICE]
    assert (pace.count, pace.ms) == (2, 600_000)
    scene.do(correct(visit, "served", ended=MORNING + timedelta(minutes=3)), MANAGER)
    pace = scene.floor.paces[SERVICE]
    assert (pace.count, pace.ms, post(scene.floor, "1").served) == (2, 360_000, 2)
    scene.do(correct(visit, "no_show", delivered=()), MANAGER)
    pace = scene.floor.paces[SERVICE]
    assert (pace.count, pace.ms, post(scene.floor, "1").served) == (1, 300_000, 1)


def test_undoing_a_later_step_does_not_bring_the_old_count_back(scene: Scene) -> None:
    visit, other = served(scene), scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(correct(visit, "no_show", delivered=()), MANAGER)
    scene.do(c.Undo(counter="1"))
    assert (scene.visit(other).state, post(scene.floor, "1").served) == ("waiting", 0)
    assert scene.refused(c.Undo(counter="1")) == "moved_on"


def test_the_end_itself_cannot_be_undone_after_its_correction(scene: Scene) -> None:
    visit = served(scene)
    scene.do(correct(visit, "no_show", delivered=()), MANAGER)
    assert scene.refused(c.Undo(counter="1")) == "moved_on"


def test_a_forgotten_visit_of_the_day_before(scene: Scene) -> None:
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    scene.tick(days=1)
    (past, _) = visits_of(scene.records)[visit]
    assert (past.end, visit in scene.floor.visits) == ("day_closed", False)
    true_end = MORNING + timedelta(minutes=10)
    context = Context(now=scene.clock.now, actor=MANAGER, visit=uuid4(), token="", past=past)
    command = correct(visit, "served", ended=true_end, delivered=(GOT,))
    events = decide(scene.floor, command, context)
    after = follow(scene.floor, events, uuid4(), MANAGER, scene.clock.now, past)
    ((changed, position),) = after.changed
    assert (changed.end, changed.leg.ended, changed.day) == ("served", true_end, "2026-03-16")
    assert (position, after.records[0].day) == (after.floor.position, "2026-03-17")
    # Nothing of an earlier day counts today.
    assert (after.floor.paces, after.floor.posts) == (scene.floor.paces, scene.floor.posts)
    assert visits_of([*scene.records, *after.records])[visit] == (changed, position)


def test_a_number_of_an_earlier_day_that_came_late_counts_nothing_today(scene: Scene) -> None:
    (issued, _) = scene.do(
        c.AdmitOffline(number="X001", service=SERVICE, issued=MORNING - timedelta(days=1)), MANAGER
    )  # fmt: skip
    visit = issued.visit  # type: ignore[union-attr]
    then = MORNING - timedelta(hours=23)
    scene.do(correct(visit, "served", served=then, ended=then + timedelta(minutes=9), delivered=(GOT,)), MANAGER)
    assert scene.visit(visit).end == "served"
    assert len(scene.floor.paces) == 0


ENDS = st.sampled_from(["served", "no_show", "left", "day_closed"])
AT = st.one_of(st.none(), st.integers(-60, 900).map(lambda s: MORNING + timedelta(seconds=s)))


@settings(deadline=None, max_examples=drawn(60))
@given(st.lists(st.tuples(st.integers(0, 2), ENDS, AT, AT, st.sampled_from([None, (), (GOT,)])), max_size=12))
def test_whatever_is_corrected_the_counts_are_those_of_the_visits(tries: list[tuple[Any, ...]]) -> None:
    scene = Scene(opened=["1"])
    ids = [served(scene), served(scene), scene.take()]
    scene.do(c.CallNext(counter="1"))
    scene.do(c.NoShow(counter="1"))
    for which, end, began, ended, delivered in tries:
        command = correct(ids[which], end, served=began, ended=ended, delivered=delivered)
        try:
            scene.do(command, MANAGER)
        except Refusal:
            continue
    found = [one for one in scene.floor.visits.values() if one.end == "served"]
    assert post(scene.floor, "1").served == len(found)
    pace = scene.floor.paces.get(SERVICE)
    assert (pace.count if pace else 0, pace.ms if pace else 0) == (len(found), sum(map(_ms, found)))
    for one in scene.floor.visits.values():
        moments = [at for at in (one.issued, one.leg.called, one.leg.served, one.leg.ended) if at is not None]
        assert moments == sorted(moments)
        assert (one.end, one.leg.end) == (one.leg.end, one.end)
    assert scene.replayed() == scene.floor


def _ms(visit: Visit) -> int:
    assert visit.leg.served is not None
    assert visit.leg.ended is not None
    return (visit.leg.ended - visit.leg.served) // timedelta(milliseconds=1)
