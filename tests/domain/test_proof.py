"""What boards confirm: every summons of a visit keeps when it was shown and spoken, and the one that nobody saw is an alarm."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from config.plan import Screen
from counter.view import desk
from server.admin.view import overview
from server.alerts import CLOCK_MS, OFF_S, Alert, Health, alerts, at_counter, turns
from server.domain import commands as c
from server.domain.evolve import fold
from server.domain.floor import Floor, Leg, Summons
from server.domain.proof import PROOF_S, every_summons, shown_at
from server.protocol import Status
from tests.support import BOARD, CLERK, MORNING, OTHER, Scene, tiny_plan

PLAN = tiny_plan()
"""Two queues wait in the hall, the third one at the side; all counters stand in the hall."""


def board(zone: str = "hall", connected: bool = True, role: str = "display", name: str = "", **status: Any) -> dict[str, Health]:
    said = Health(channel=f"board/{zone}", connected=connected, status=Status(**status), since=MORNING, role=role)
    return {f"{name or f'board-{zone}-x'}@{role}": said}


def called(scene: Scene, queue: int = 0, counter: str = "1") -> UUID:
    visit = scene.take(queue)
    scene.do(c.CallNext(counter=counter), CLERK if counter == "1" else OTHER)
    return visit


def shown(scene: Scene, visit: UUID, calls: int = 1, zone: str = "hall") -> int:
    return len(scene.do(c.ConfirmShown(visit=visit, calls=calls, zone=zone), BOARD))


def spoken(scene: Scene, visit: UUID, calls: int = 1, zone: str = "hall") -> int:
    return len(scene.do(c.ConfirmSpoken(visit=visit, calls=calls, zone=zone), BOARD))


def kept(scene: Scene, visit: UUID) -> list[tuple[int, float, float | None, float | None]]:
    """Of every summons, the oldest first: its number, when it was made, shown and spoken, in seconds of the scene."""

    def after(at: datetime | None) -> float | None:
        return None if at is None else (at - MORNING).total_seconds()

    return [
        (one.calls, after(one.at) or 0.0, after(shown_at(one)), after(one.spoken[0].at if one.spoken else None))
        for one in reversed(every_summons(scene.visit(visit)))
    ]


# what is kept


def test_every_summons_keeps_its_own_times() -> None:
    scene = Scene(PLAN, opened=["1"])
    visit = called(scene)
    scene.clock.pass_(seconds=0.5)
    assert shown(scene, visit) == 1
    scene.clock.pass_(seconds=4)
    assert spoken(scene, visit) == 1
    scene.do(c.Recall(counter="1"))
    scene.clock.pass_(seconds=1)
    scene.do(c.Recall(counter="1"))
    scene.clock.pass_(seconds=1)
    assert shown(scene, visit, calls=3) == 1
    assert shown(scene, visit, calls=2) == 1  # late, and of another summons than the last one
    assert kept(scene, visit) == [(1, 0, 0.5, 4.5), (2, 4.5, 6.5, None), (3, 5.5, 6.5, None)]
    assert scene.visit(visit).leg.calls == 3
    assert scene.replayed() == scene.floor


def test_a_zone_confirms_a_summons_once() -> None:
    scene = Scene(PLAN, opened=["1"])
    visit = called(scene)
    assert [shown(scene, visit, zone=zone) for zone in ("side", "side", "hall", "hall")] == [1, 0, 1, 0]
    assert [spoken(scene, visit, zone=zone) for zone in ("side", "hall", "hall", "side")] == [1, 1, 0, 0]
    assert (spoken(scene, visit, calls=2), shown(scene, visit, calls=2)) == (0, 0), "nobody was called twice"
    assert scene.refused(c.ConfirmSpoken(visit=visit, calls=1, zone="cellar"), BOARD) == "unknown_zone"
    assert scene.refused(c.ConfirmSpoken(visit=UUID(int=3), calls=1, zone="hall"), BOARD) == "unknown_visit"


def test_put_back_and_handed_on_it_keeps_the_summons_of_before() -> None:
    scene = Scene(PLAN, opened=["1"])
    visit = called(scene)
    shown(scene, visit)
    scene.do(c.Requeue(counter="1"))
    scene.clock.pass_(seconds=10)
    scene.do(c.CallVisit(counter="1", visit=visit))
    assert kept(scene, visit) == [(1, 0, 0, None), (2, 10, None, None)]
    scene.do(c.Transfer(counter="1", queue=PLAN.queues[2].code))
    scene.do(c.CallVisit(counter="1", visit=visit))
    assert [one.zone for one in every_summons(scene.visit(visit))] == ["side", "hall", "hall"]
    assert [len(leg.summons) for leg in scene.visit(visit).legs] == [1, 1, 1]


def test_a_call_taken_back_takes_its_summons_along_and_another_step_none() -> None:
    scene = Scene(PLAN, opened=["1"])
    visit = called(scene)
    scene.do(c.Recall(counter="1"))
    scene.do(c.Serve(counter="1"))
    scene.clock.pass_(seconds=1)
    assert shown(scene, visit, calls=1) == 1
    assert spoken(scene, visit, calls=2) == 1  # what boards have said meanwhile stays true
    scene.do(c.Undo(counter="1"))
    assert (scene.visit(visit).state, kept(scene, visit)) == ("called", [(1, 0, 1, None), (2, 0, None, 1)])
    scene.do(c.Undo(counter="1"))
    assert (scene.visit(visit).state, kept(scene, visit)) == ("waiting", [])
    scene.do(c.CallNext(counter="1"))
    assert kept(scene, visit) == [(1, 1, None, None)]
    assert scene.replayed() == scene.floor


def test_a_proof_that_comes_when_the_visit_is_over_counts() -> None:
    scene = Scene(PLAN, opened=["1"])
    visit = called(scene)
    scene.do(c.NoShow(counter="1"))
    assert shown(scene, visit) == 1
    assert kept(scene, visit) == [(1, 0, 0, None)]


def test_legs_of_before_proofs_were_kept_are_read_and_confirm_nothing() -> None:
    scene = Scene(PLAN, opened=["1"])
    visit = called(scene)
    old = msgspec.to_builtins(replace(scene.visit(visit).leg, summons=()))
    del old["summons"]
    leg = msgspec.convert({**old, "shown": MORNING}, Leg)
    assert (leg.summons, leg.shown, leg.calls) == ((), None, 1)
    before = replace(scene.visit(visit), legs=(leg,))
    scene.floor = replace(scene.floor, visits=scene.floor.visits.insert(visit, before))
    assert shown(scene, visit) == 0
    assert alerts(scene.floor, board(), MORNING + timedelta(hours=1)) == ()
    scene.do(c.Recall(counter="1"))
    assert (shown(scene, visit, calls=2), len(scene.visit(visit).leg.summons)) == (1, 1)


def test_a_journal_of_before_comes_to_the_same_floor() -> None:
    """The events of showing are as they always were; only the last summons of a leg was kept then."""
    scene = Scene(PLAN, opened=["1"])
    visit = called(scene)
    shown(scene, visit)
    assert {type(record.event).__name__ for record in scene.records} >= {"VisitCalled", "CallShown"}
    again = fold(Floor(), scene.records)
    assert again.visits[visit].leg.summons == (
        Summons(calls=1, at=MORNING, zone="hall", shown=scene.visit(visit).leg.summons[0].shown),
    )


# the alarm


def unshown(scene: Scene, health: dict[str, Health]) -> list[tuple[str, str]]:
    found = alerts(scene.floor, health, scene.clock.now)
    return [(one.number, one.counters[0]) for one in found if one.kind == "unshown"]


def test_a_call_that_no_board_shows_within_2_s_is_an_alarm_at_that_desk() -> None:
    scene = Scene(PLAN, opened=["1"])
    scene.do(c.OpenCounter(counter="2"), OTHER)
    called(scene)
    scene.clock.pass_(seconds=PROOF_S, milliseconds=-1)
    assert unshown(scene, board()) == []
    scene.clock.pass_(milliseconds=1)
    found = alerts(scene.floor, board(), scene.clock.now)
    assert found == (Alert(kind="unshown", counters=("1",), number="A001", since=MORNING),)
    assert desk(scene.floor, "1", CLERK, board(), scene.clock.now).alerts == found
    assert desk(scene.floor, "2", OTHER, board(), scene.clock.now).alerts == ()
    assert overview(scene.floor, board(), scene.clock.now).alerts == found
    assert unshown(scene, {}) == [], "without boards nobody looks at one"
    assert unshown(scene, board(role="manager")) == [], "a person who looks at the board is no board"
    assert unshown(scene, board(connected=False)) == [("A001", "1")]


@pytest.mark.parametrize("step", ["shown", "served", "over", "put back"])
def test_the_alarm_goes_when(step: str) -> None:
    scene = Scene(PLAN, opened=["1"])
    visit = called(scene)
    scene.clock.pass_(seconds=3)
    assert unshown(scene, board()) == [("A001", "1")]
    if step == "shown":
        shown(scene, visit)
    else:
        steps = {"served": c.Serve(counter="1"), "over": c.NoShow(counter="1"), "put back": c.Requeue(counter="1")}
        scene.do(steps[step])
    assert unshown(scene, board()) == []


def test_a_recall_ends_the_alarm_only_when_it_is_shown() -> None:
    scene = Scene(PLAN, opened=["1"])
    visit = called(scene)
    scene.clock.pass_(seconds=3)
    scene.do(c.Recall(counter="1"))
    assert unshown(scene, board()) == [("A001", "1")]
    shown(scene, visit, calls=2)
    assert unshown(scene, board()) == []
    scene.do(c.Recall(counter="1"))
    scene.clock.pass_(seconds=1)
    assert unshown(scene, board()) == []
    scene.clock.pass_(seconds=1)
    assert unshown(scene, board()) == [("A001", "1")]


def test_the_board_that_counts_hangs_where_the_visitor_waits() -> None:
    scene = Scene(PLAN, opened=["1"])
    visit = called(scene, queue=2)
    scene.clock.pass_(seconds=3)
    both = {**board("hall"), **board("side")}
    shown(scene, visit, zone="hall")
    assert unshown(scene, both) == [("C001", "1")]
    assert unshown(scene, board("hall")) == [], "without a board there the one by the counter counts"
    shown(scene, visit, zone="side")
    assert unshown(scene, both) == []


def test_when_alerts_come_with_time_alone() -> None:
    scene = Scene(PLAN, opened=["1"])
    called(scene)
    assert turns(Floor(), board(), MORNING) is None
    assert turns(scene.floor, {}, MORNING) is None
    assert turns(scene.floor, board(), MORNING) == MORNING + timedelta(seconds=PROOF_S)
    assert turns(scene.floor, board(), MORNING + timedelta(seconds=PROOF_S)) is None
    away = {"k:menu@kiosk-1": Health(channel="menu", connected=False, status=Status(), since=MORNING)}
    assert turns(scene.floor, away, MORNING) == MORNING + timedelta(seconds=OFF_S)
    assert turns(scene.floor, {**away, **board()}, MORNING) == MORNING + timedelta(seconds=PROOF_S)


# boards


def of_boards(scene: Scene, health: dict[str, Health]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.zone, one.detail) for one in alerts(scene.floor, health, scene.clock.now)]


def test_a_board_that_is_away() -> None:
    scene = Scene(PLAN, opened=["3"])
    away = board(connected=False)
    scene.clock.pass_(seconds=OFF_S, milliseconds=-1)
    assert of_boards(scene, away) == []
    scene.clock.pass_(milliseconds=1)
    (alert,) = alerts(scene.floor, away, scene.clock.now)
    assert (alert.kind, alert.zone, alert.name, alert.since) == ("board_off", "hall", PLAN.zones[0].name, MORNING)
    assert (alert.detail, alert.counters) == ("", ("1", "2", "3"))
    assert of_boards(scene, board(connected=False, role="clerk")) == []
    assert of_boards(scene, {**away, **board(name="new")}) == [], "it was exchanged"
    scene.do(c.CloseCounter(counter="3"))
    assert of_boards(scene, away) == [], "the work is over and screens are switched off"


def test_each_screen_of_the_plan_is_missed_by_itself() -> None:
    screens = tuple(Screen(code=code, zone="hall") for code in ("a", "a-b", "c"))
    scene = Scene(replace(PLAN, screens=screens), opened=["1"])
    scene.clock.pass_(seconds=OFF_S)
    first, second = board(name="board-hall-a-x1", connected=False), board(name="board-hall-a-b-x1")
    assert of_boards(scene, second) == [], "those that were never heard are not missed"
    assert of_boards(scene, {**first, **second}) == [("board_off", "hall", "a")]
    assert of_boards(scene, {**first, **second, **board(name="board-hall-a-x2")}) == [], "another machine is there"
    both = {**first, **board(name="board-hall-a-b-x1", connected=False), **board(name="board-hall-c-x1", sound="blocked")}
    assert of_boards(scene, both) == [("board_off", "hall", "a, a-b"), ("board_mute", "hall", "c")]


def test_a_desk_is_told_of_the_boards_of_its_visitors() -> None:
    scene = Scene(PLAN, opened=["1"])
    scene.clock.pass_(seconds=OFF_S)
    found = alerts(scene.floor, board("side", connected=False), scene.clock.now)
    told = [counter for counter in ("1", "2", "3") if at_counter(found, counter)]
    assert told == ["1", "2"], "counter 3 serves only the first queue, which waits in the hall"


def test_sound_and_clock_of_a_board() -> None:
    scene = Scene(PLAN)
    assert of_boards(scene, board(sound="on", clock_ms=CLOCK_MS)) == []
    assert of_boards(scene, board(sound="off")) == []
    assert of_boards(scene, board(sound="blocked", clock_ms=-CLOCK_MS - 1000)) == [
        ("board_mute", "hall", ""), ("board_clock", "hall", "-31"),
    ]  # fmt: skip
    found = alerts(scene.floor, board(sound="blocked", clock_ms=CLOCK_MS + 1), scene.clock.now)
    assert [one.kind for one in at_counter(found, "1")] == ["board_mute"], "the clock is for who manages"
    assert of_boards(scene, board(sound="blocked", clock_ms=CLOCK_MS + 1, connected=False)) == []


def test_the_overview_lists_the_boards() -> None:
    scene = Scene(PLAN)
    hall, side = overview(scene.floor, board(sound="on", clock_ms=120), scene.clock.now).boards
    assert (hall.zone, hall.device, hall.connected, hall.sound, hall.clock_ms) == ("hall", "board-hall-x", True, "on", 120)
    assert (side.zone, side.device, side.connected, side.state) == ("side", "", False, "")
