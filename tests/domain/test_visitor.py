"""What a visitor may do with the ticket in hand: let others go first, answer a call, be called once more, leave."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from config.plan import Calling, Hours, OpenHours, Plan
from counter.view import desk
from display.phone import ticket
from display.phone_web import ticket_page
from display.view import board
from server.domain import commands as c
from server.domain.calling import upcoming
from server.domain.context import Actor
from server.domain.evolve_visits import GRACE_S
from server.domain.rules import times_passed
from server.domain.visitor import RETURNS
from server.reports.maker import sheets_of
from server.reports.overtakes import overtakes
from server.reports.visits import visits
from tests.domain.test_parties import split_plan
from tests.support import CLERK, KIOSK, MANAGER, OTHER, SYSTEM, Scene, service_of, tiny_plan


def holder(visit: UUID) -> Actor:
    return Actor("visitor", str(visit))


def by(rule: Calling) -> Plan:
    plan = tiny_plan()
    return replace(plan, profiles=(replace(plan.profiles[0], calling=rule), *plan.profiles[1:]))


def crowd(scene: Scene, count: int, queue: int = 0) -> list[UUID]:
    found = []
    for _ in range(count):
        scene.clock.pass_(seconds=10)
        found.append(scene.take(queue))
    return found


def order(scene: Scene, counter: str = "1") -> list[UUID]:
    return [one.visit for one in upcoming(scene.floor, counter, scene.clock.now, 100)]


RULES = [
    Calling(), Calling(overtakes_most=1), Calling(order="points"), Calling(order="preference"), Calling(order="target"),
    Calling(order="ratio"),
]  # fmt: skip


@pytest.mark.parametrize("calling", RULES, ids=lambda rule: f"{rule.order}-{rule.overtakes_most}")
@pytest.mark.parametrize("places", [1, 2, 5])
def test_so_many_others_go_first_by_every_rule(calling: Calling, places: int) -> None:
    scene = Scene(by(calling), opened=["1"])
    everybody = crowd(scene, 8)
    late, others = everybody[1], everybody[:1] + everybody[2:]
    scene.do(c.Delay(visit=late, places=places), holder(late))
    expected = [*others[: 1 + places], late, *others[1 + places :]]
    called = []
    for _ in everybody:
        (call,) = scene.do(c.CallNext(counter="1"))
        called.append(call.visit)
        scene.clock.pass_(seconds=30)
        scene.do(c.NoShow(counter="1"))
    assert called == expected
    figures = overtakes(sheets_of([list(scene.floor.visits.values())]))
    assert all(row[6] == 0 and row[7] == 0 for row in figures.rows), "nobody was overtaken"


def test_wait_promise_and_number_stay_as_they_were() -> None:
    scene = Scene(opened=["1"])
    first, *_ = crowd(scene, 4)
    before = scene.visit(first)
    scene.clock.pass_(minutes=3)
    scene.do(c.Delay(visit=first, places=2), holder(first))
    after = scene.visit(first)
    place = replace(after.leg, key=before.leg.key)
    assert replace(after, legs=(place,), delays=0, moved=before.moved) == before
    assert (after.delays, len(after.legs)) == (1, 1)
    assert scene.replayed() == scene.floor


def test_fewer_behind_than_asked_is_the_last_place_and_nobody_behind_is_refused() -> None:
    scene = Scene(opened=["1"])
    first, second = crowd(scene, 2)
    (delayed,) = scene.do(c.Delay(visit=first, places=5), holder(first))
    assert (delayed.places, order(scene)) == (1, [second, first])
    assert scene.refused(c.Delay(visit=first), holder(first)) == "nobody_behind"


def test_the_rule_says_how_often_and_how_far() -> None:
    plan = tiny_plan()
    scene = Scene(replace(plan, rules=replace(plan.rules, delays=1, delay_places=3)), opened=["1"])
    first, *_ = crowd(scene, 6)
    assert scene.refused(c.Delay(visit=first, places=4), holder(first)) == "delay_too_long"
    scene.do(c.Delay(visit=first, places=3), holder(first))
    assert scene.refused(c.Delay(visit=first, places=1), holder(first)) == "delays_used"
    called = order(scene)[0]
    scene.do(c.CallNext(counter="1"))
    assert scene.refused(c.Delay(visit=called), holder(called)) == "not_waiting"
    scene.do(c.Park(counter="1", minutes=5))
    assert scene.refused(c.Delay(visit=called), holder(called)) == "not_waiting"


def test_who_asked_for_the_same_place_first_has_it() -> None:
    scene = Scene(opened=["1"])
    a, b, x, y = crowd(scene, 4)
    scene.do(c.Delay(visit=a, places=2), holder(a))
    assert order(scene) == [b, x, a, y]
    scene.do(c.Delay(visit=b, places=1), holder(b))
    assert order(scene) == [x, a, b, y]


def test_a_priority_stands_behind_others_as_everybody_else_and_does_not_gain_one() -> None:
    scene = Scene(by(Calling(order="points")), opened=["1"])
    scene.clock.pass_(seconds=10)
    (issued,) = scene.do(c.TakeTicket(service=service_of(scene.plan), needs=("priority",)), KIOSK)
    plain = crowd(scene, 3)
    scene.do(c.Delay(visit=issued.visit, places=2), holder(issued.visit))
    scene.clock.pass_(minutes=20)
    assert order(scene) == [plain[0], plain[1], issued.visit, plain[2]]
    (urgent,) = scene.do(c.TakeTicket(service=service_of(scene.plan), needs=("priority",)), KIOSK)
    assert scene.refused(c.Delay(visit=plain[2]), holder(plain[2])) == "nobody_behind"
    assert scene.visit(urgent.visit).leg.group == "priority"


def test_those_let_by_never_overtook_and_later_ones_count_again() -> None:
    scene = Scene(by(Calling(overtakes_most=2)), opened=["1", "2"])
    late, *others = crowd(scene, 6)
    scene.do(c.CallVisit(counter="2", visit=others[4]), CLERK)  # an overtake from before
    scene.do(c.NoShow(counter="2"))
    assert times_passed(scene.floor, late) == 1
    scene.do(c.Delay(visit=late, places=2), holder(late))
    assert times_passed(scene.floor, late) == 0
    for expected in others[:2]:
        assert scene.do(c.CallNext(counter="1"))[0].visit == expected
        scene.do(c.NoShow(counter="1"))
    assert times_passed(scene.floor, late) == 0
    scene.do(c.CallVisit(counter="1", visit=others[3]), CLERK)
    assert times_passed(scene.floor, late) == 1


def test_random_delays_keep_the_order_that_a_plain_list_says() -> None:
    dice = Random(6)
    for _ in range(40):
        scene = Scene(opened=["1"])
        line = crowd(scene, dice.randint(2, 90))
        spot: dict[UUID, tuple[int, int]] = {visit: (n, 0) for n, visit in enumerate(line)}
        for step in range(1, 30):
            visit, places = dice.choice(line), dice.randint(1, 5)
            at = line.index(visit)
            behind = line[at + 1 : at + 1 + places]
            if scene.refused(c.Delay(visit=visit, places=places), holder(visit)) is not None:
                assert not behind or scene.visit(visit).delays == 2
                continue
            scene.do(c.Delay(visit=visit, places=places), holder(visit))
            spot[visit] = (spot[behind[-1]][0], step)
            line.sort(key=lambda one: spot[one])
        assert order(scene) == line
        assert scene.replayed() == scene.floor


def test_an_answer_is_given_once_for_each_summons_and_time_once_for_each_leg() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    assert scene.refused(c.AnswerCall(visit=visit, calls=1, says="coming"), holder(visit)) == "call_over"
    scene.do(c.CallNext(counter="1"))
    scene.do(c.AnswerCall(visit=visit, calls=1, says="two_minutes"), holder(visit))
    assert scene.do(c.AnswerCall(visit=visit, calls=1, says="two_minutes"), holder(visit)) == ()
    assert scene.refused(c.AnswerCall(visit=visit, calls=1, says="coming"), holder(visit)) == "answered_already"
    scene.do(c.Recall(counter="1"))
    assert scene.refused(c.AnswerCall(visit=visit, calls=3, says="coming"), holder(visit)) == "call_over"
    assert scene.refused(c.AnswerCall(visit=visit, calls=2, says="two_minutes"), holder(visit)) == "grace_used"
    scene.do(c.AnswerCall(visit=visit, calls=1, says="coming"), holder(visit))  # from a page that has not seen the recall
    leg = scene.visit(visit).leg
    assert (leg.answer, leg.answered, leg.grace_s) == ("coming", 2, GRACE_S)
    assert scene.replayed() == scene.floor


def test_an_answer_does_not_stand_in_the_way_of_undo() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.AnswerCall(visit=visit, calls=1, says="two_minutes"), holder(visit))
    scene.do(c.Undo(counter="1"))
    assert (scene.visit(visit).state, scene.visit(visit).leg.grace_s) == ("waiting", 0)


@pytest.mark.parametrize("says", [None, "coming", "two_minutes"])
def test_two_minutes_put_the_end_of_a_call_off(says: str | None) -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    if says:
        scene.do(c.AnswerCall(visit=visit, calls=1, says=says), holder(visit))
    scene.tick(seconds=scene.plan.rules.no_show_s + 60)
    assert scene.visit(visit).state == ("called" if says == "two_minutes" else "ended")
    scene.tick(seconds=61)
    assert scene.visit(visit).end == "no_show"


def missed(scene: Scene, visit: UUID) -> None:
    scene.do(c.CallVisit(counter="1", visit=visit))
    scene.clock.pass_(minutes=1)
    scene.do(c.NoShow(counter="1"))


def test_who_returns_is_called_next_under_the_same_number() -> None:
    scene = Scene(opened=["1"])
    visit, *others = crowd(scene, 3)
    before = scene.visit(visit)
    missed(scene, visit)
    scene.clock.pass_(minutes=scene.plan.rules.return_minutes)
    scene.do(c.Return(visit=visit), holder(visit))
    after = scene.visit(visit)
    assert (after.state, after.end, after.number, after.token, after.issued) == (
        "waiting", None, before.number, before.token, before.issued,
    )  # fmt: skip
    assert [leg.end for leg in after.legs] == ["no_show", None]
    assert order(scene) == [visit, *others]
    assert scene.do(c.CallNext(counter="1"))[0].reason.rule == "returned"
    assert scene.replayed() == scene.floor


def test_a_return_is_for_today_within_the_time_and_not_for_ever() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    assert scene.refused(c.Return(visit=visit), holder(visit)) == "place_kept"
    for _ in range(RETURNS):
        missed(scene, visit)
        scene.do(c.Return(visit=visit), holder(visit))
        assert scene.refused(c.Return(visit=visit), holder(visit)) == "place_kept", "nobody is told to take a new number"
    missed(scene, visit)
    assert scene.refused(c.Return(visit=visit), holder(visit)) == "place_gone"
    late = scene.take()
    missed(scene, late)
    scene.clock.pass_(minutes=scene.plan.rules.return_minutes, seconds=1)
    assert scene.refused(c.Return(visit=late), holder(late)) == "place_gone"
    left = scene.take()
    scene.do(c.Leave(visit=left), holder(left))
    assert scene.refused(c.Return(visit=left), holder(left)) == "place_gone"


def test_a_return_needs_a_queue_and_a_record_that_nobody_has_put_right() -> None:
    scene = Scene(opened=["1"])
    visit, other = crowd(scene, 2)
    missed(scene, visit)
    missed(scene, other)
    scene.clock.pass_(seconds=30)
    true = c.CorrectVisit(visit=other, end="no_show", ended=scene.clock.now - timedelta(seconds=5), reason="piegāja vēlāk")
    scene.do(true, MANAGER)
    assert scene.refused(c.Return(visit=other), holder(other)) == "place_gone"
    queues = tuple(replace(one, services=()) if n == 0 else one for n, one in enumerate(scene.plan.queues))
    scene.do(c.RevisePlan(plan=replace(scene.plan, queues=queues)), SYSTEM)
    assert scene.refused(c.Return(visit=visit), holder(visit)) == "place_gone"


def test_nobody_returns_when_nobody_works_any_more() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    missed(scene, visit)
    scene.do(c.CloseDay(), MANAGER)
    assert scene.refused(c.Return(visit=visit), holder(visit)) == "place_gone"
    assert "return" not in ticket(scene.floor, scene.visit(visit).token, scene.clock.now).actions


def test_after_a_return_the_figures_are_of_what_came_of_it() -> None:
    """The call that nobody followed stays in the record of the visit, but the visit did not end with it."""
    scene = Scene(opened=["1"])
    visit, other = crowd(scene, 2)
    missed(scene, visit)
    assert (scene.floor.absent.count, scene.floor.posts["1"].served) == (1, 0)
    scene.do(c.Return(visit=visit), holder(visit))
    assert scene.refused(c.Undo(counter="1")) == "moved_on"
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    scene.clock.pass_(minutes=4)
    scene.do(c.RecordService(counter="1", service=service_of(scene.plan), kind="konsultacija"))
    scene.do(c.Finish(counter="1"))
    assert (scene.floor.absent.count, scene.floor.posts["1"].served) == (1, 1)
    missed(scene, other)
    scene.do(c.Return(visit=other), holder(other))
    scene.do(c.CloseDay(), MANAGER)
    assert [scene.visit(one).end for one in (visit, other)] == ["served", "day_closed"]
    (row,) = (dict(zip([one.key for one in table.columns], row, strict=True)) for table in
              [visits(sheets_of([list(scene.floor.visits.values())]))] for row in table.rows)  # fmt: skip
    assert (row["issued"], row["served"], row["no_show"], row["day_closed"]) == (2, 1, 0, 1)


def test_a_number_whose_companion_is_at_a_counter_comes_back_held() -> None:
    scene = Scene(split_plan(), opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    first, second = (service_of(scene.plan, queue) for queue in (0, 2))
    one, two = (event.visit for event in scene.do(c.TakeTicket(service=first, more=(second,)), KIOSK))
    missed(scene, one)
    scene.do(c.CallVisit(counter="2", visit=two), OTHER)
    scene.do(c.Return(visit=one), holder(one))
    assert one in scene.floor.held
    scene.do(c.NoShow(counter="2"), OTHER)
    assert order(scene) == [one]


def test_who_was_served_and_is_called_to_another_counter_is_called_for_the_first_time() -> None:
    scene = Scene(opened=["1", "2"])
    mine = scene.take()

    def told() -> list[int]:
        (call,) = board(scene.floor, "hall", scene.clock.now).calls
        page = ticket(scene.floor, scene.visit(mine).token, scene.clock.now)
        at_desk = desk(scene.floor, call.counter, CLERK).visit
        assert at_desk
        assert call.calls == page.calls == at_desk.calls
        assert call.times == at_desk.times
        return [page.calls, call.times, page.times]

    scene.do(c.CallNext(counter="1"))
    scene.do(c.Recall(counter="1"))
    assert told() == [2, 2, 2]
    scene.do(c.Requeue(counter="1"))
    scene.do(c.CallVisit(counter="2", visit=mine, note="x"))
    assert told() == [3, 3, 3]
    scene.do(c.Serve(counter="2"))
    assert told() == [3, 3, 3]
    scene.do(c.Transfer(counter="2", to_counter="1"))
    scene.do(c.CallNext(counter="1"))
    assert told() == [4, 1, 1]
    scene.do(c.Recall(counter="1"))
    assert told() == [5, 2, 2]


def test_a_visitor_acts_only_for_the_own_visit() -> None:
    scene = Scene(opened=["1"])
    mine, other = crowd(scene, 2)
    steps = (c.Leave(visit=other), c.Delay(visit=other), c.AnswerCall(visit=other, calls=1, says="coming"), c.Return(visit=other))
    for command in steps:
        assert scene.refused(command, holder(mine)) == "not_allowed"
        assert scene.refused(command, Actor("visitor", "ticket")) == "not_allowed"


def test_the_page_offers_exactly_what_is_not_refused() -> None:
    """Whatever the state: a step that is offered works, one that is not is refused."""
    scene = Scene(opened=["1"])
    visit, *_ = crowd(scene, 3)
    ways = [
        lambda: None,
        lambda: scene.do(c.Delay(visit=visit, places=1), holder(visit)),
        lambda: scene.do(c.Delay(visit=visit, places=1), holder(visit)),
        lambda: scene.do(c.CallVisit(counter="1", visit=visit)),
        lambda: scene.do(c.AnswerCall(visit=visit, calls=1, says="two_minutes"), holder(visit)),
        lambda: scene.do(c.Recall(counter="1")),
        lambda: scene.do(c.NoShow(counter="1")),
        lambda: scene.do(c.Return(visit=visit), holder(visit)),
        lambda: scene.do(c.CallVisit(counter="1", visit=visit)),
        lambda: scene.do(c.Park(counter="1", minutes=5)),
        lambda: scene.do(c.CallVisit(counter="1", visit=visit)),
        lambda: scene.do(c.NoShow(counter="1")),
        lambda: scene.clock.pass_(minutes=16),
    ]
    seen = set()
    for way in ways:
        way()
        now = scene.clock.now
        shown = ticket(scene.floor, scene.visit(visit).token, now)
        calls = max(1, shown.calls)
        asked = {
            "delay": c.Delay(visit=visit), "leave": c.Leave(visit=visit), "return": c.Return(visit=visit),
            "coming": c.AnswerCall(visit=visit, calls=calls, says="coming"),
            "two_minutes": c.AnswerCall(visit=visit, calls=calls, says="two_minutes"),
        }  # fmt: skip
        answered = scene.visit(visit).leg.answered == calls
        allowed = {name for name, command in asked.items() if scene.refused(command, holder(visit)) is None}
        # The same answer once more is no fault, but nothing to offer.
        assert set(shown.actions) == allowed - ({"coming", "two_minutes"} if answered else set())
        seen |= set(shown.actions)
    assert seen == set(asked)


def test_the_phone_says_when_nobody_is_called_and_until_when() -> None:
    plan = replace(tiny_plan(), hours=Hours(regular=(OpenHours(days=("mon",), spans="8:00-12:00; 13:00-17:00"),)))
    scene = Scene(plan, opened=["1"])
    first, second = (scene.visit(scene.take(queue)).token for queue in (0, 1))

    def told(token: str) -> tuple[bool, datetime | None]:
        found = ticket(scene.floor, token, scene.clock.now)
        assert ("Šobrīd nevienu neizsauc" in ticket_page(found, plan, language="lv", now=scene.clock.now)) == found.idle
        return found.idle, found.resumes

    assert told(first) == told(second) == (False, None)
    scene.do(c.Pause(counter="1", reason="lunch", minutes=20))
    back = scene.clock.now + timedelta(minutes=20)
    assert told(first) == told(second) == (True, back)
    page = ticket_page(ticket(scene.floor, first, scene.clock.now), plan, language="lv", now=scene.clock.now)
    assert f"plkst. {back.astimezone(ZoneInfo('Europe/Riga')):%-H:%M}" in page
    scene.do(c.OpenCounter(counter="3"), OTHER)
    assert [told(first), told(second)] == [(False, None), (True, back)], "counter 3 calls from the first queue only"
    scene.clock.pass_(minutes=21)
    assert told(second) == (True, None), "the clerk is late"
    scene.do(c.Resume(counter="1"))
    assert told(second) == (False, None)


def test_the_phone_says_when_the_centre_opens_again_today() -> None:
    hours = Hours(regular=(OpenHours(days=("mon", "tue"), spans="8:00-12:00; 13:00-17:00"),))
    scene = Scene(replace(tiny_plan(), hours=hours), opened=["1"])
    token = scene.visit(scene.take()).token
    scene.do(c.CloseCounter(counter="1"))
    local = scene.clock.now.astimezone(ZoneInfo("Europe/Riga"))

    def told(hour: int) -> tuple[bool, str]:
        found = ticket(scene.floor, token, local.replace(hour=hour, minute=10))
        return found.idle, f"{found.resumes.astimezone(local.tzinfo):%H:%M}" if found.resumes else ""

    assert [told(hour) for hour in (9, 12, 14, 18)] == [(True, ""), (True, "13:00"), (True, ""), (True, "")]
