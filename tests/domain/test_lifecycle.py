"""Every state of a visit times every command, against the table of the architecture page, written out by hand."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from config.plan import Roll
from server.domain import commands as c
from server.domain.decide import actions
from server.domain.events import AppointmentEnded, Event, VisitEnded
from server.domain.refusal import CODES, Refusal
from tests.support import CLERK, MORNING, OTHER, SYSTEM, Scene, service_of, tiny_plan

NOBODY = UUID(int=7, version=4)

# A cell is what is recorded and the state that the visit is in then (`-`: no visit), or `!` and the refusal.
# `recorded` is serving with one delivered service. The visit is at counter 1 (or comes from there), which is open
# but in `day_closed`; `left` was waiting.
TABLE = """
command         none                           waiting                    called                            serving                            recorded                           parked                            served                     no_show                   left                        day_closed
TakeTicket      TicketIssued>-                 TicketIssued>waiting       TicketIssued>called               TicketIssued>serving               TicketIssued>serving               TicketIssued>parked               TicketIssued>ended         TicketIssued>ended        TicketIssued>ended          TicketIssued>ended
AdmitOffline    TicketIssued>-                 TicketIssued>waiting       TicketIssued>called               TicketIssued>serving               TicketIssued>serving               TicketIssued>parked               TicketIssued>ended         TicketIssued>ended        TicketIssued>ended          TicketIssued>ended
CheckIn         TicketIssued+AppointmentEnded(kept)>- TicketIssued+AppointmentEnded(kept)>waiting TicketIssued+AppointmentEnded(kept)>called TicketIssued+AppointmentEnded(kept)>serving TicketIssued+AppointmentEnded(kept)>serving TicketIssued+AppointmentEnded(kept)>parked TicketIssued+AppointmentEnded(kept)>ended TicketIssued+AppointmentEnded(kept)>ended TicketIssued+AppointmentEnded(kept)>ended TicketIssued+AppointmentEnded(kept)>ended
RegisterContact TicketIssued>-                 TicketIssued>waiting       TicketIssued>called               TicketIssued>serving               TicketIssued>serving               TicketIssued>parked               TicketIssued>ended         TicketIssued>ended        TicketIssued>ended          !counter_closed
CallNext        !nobody_waiting                VisitCalled>called         !counter_busy                     !counter_busy                      !counter_busy                      !nobody_waiting                   !nobody_waiting            !nobody_waiting           !nobody_waiting             !counter_closed
CallVisit       !unknown_visit                 VisitCalled>called         !counter_busy                     !counter_busy                      !counter_busy                      VisitCalled>called                !visit_over                !visit_over               !visit_over                 !counter_closed
CallRoll        TicketIssued+VisitCalled+RollSet>- TicketIssued+VisitCalled+RollSet>waiting !counter_busy !counter_busy !counter_busy TicketIssued+VisitCalled+RollSet>parked TicketIssued+VisitCalled+RollSet>ended TicketIssued+VisitCalled+RollSet>ended TicketIssued+VisitCalled+RollSet>ended !counter_closed
StoreNext       NextStored>- !somebody_waiting !counter_busy !counter_busy !counter_busy NextStored>parked NextStored>ended NextStored>ended NextStored>ended !counter_closed
Recall          !counter_free                  !counter_free              VisitRecalled>called              !not_called                        !not_called                        !counter_free                     !counter_free              !counter_free             !counter_free               !counter_closed
Serve           !counter_free                  !counter_free              ServiceStarted>serving            !already_serving                   !already_serving                   !counter_free                     !counter_free              !counter_free             !counter_free               !counter_closed
Requeue         !counter_free                  !counter_free              VisitRequeued>waiting             !not_called                        !not_called                        !counter_free                     !counter_free              !counter_free             !counter_free               !counter_closed
Transfer        !counter_free                  !counter_free              VisitTransferred>waiting          VisitTransferred>waiting           VisitTransferred>waiting           !counter_free                     !counter_free              !counter_free             !counter_free               !counter_closed
Park            !counter_free                  !counter_free              VisitParked>parked                VisitParked>parked                 VisitParked>parked                 !counter_free                     !counter_free              !counter_free             !counter_free               !counter_closed
NoShow          !counter_free                  !counter_free              VisitEnded(no_show)>ended         !not_called                        !not_called                        !counter_free                     !counter_free              !counter_free             !counter_free               !counter_closed
RecordService   !counter_free                  !counter_free              !not_serving                      ServiceRecorded>serving            ServiceRecorded>serving            !counter_free                     !counter_free              !counter_free             !counter_free               !counter_closed
AmendService    !counter_free                  !counter_free              !not_serving                      !unknown_record                    ServiceRecorded>serving            !counter_free                     !counter_free              !counter_free             !counter_free               !counter_closed
StrikeService   !counter_free                  !counter_free              !not_serving                      !unknown_record                    ServiceStruck>serving              !counter_free                     !counter_free              !counter_free             !counter_free               !counter_closed
Finish          !counter_free                  !counter_free              !not_serving                      !outcome_due                       VisitEnded(served)>ended           !counter_free                     !counter_free              !counter_free             !counter_free               !counter_closed
Leave           !unknown_visit                 VisitEnded(left)>ended     !not_waiting                      !not_waiting                       !not_waiting                       VisitEnded(left)>ended            !visit_over                !visit_over               !visit_over                 !visit_over
Delay           !unknown_visit                 !nobody_behind             !not_waiting                      !not_waiting                       !not_waiting                       !not_waiting                      !visit_over                !visit_over               !visit_over                 !visit_over
AnswerCall      !unknown_visit                 !call_over                 CallAnswered>called               !call_over                         !call_over                         !call_over                        !call_over                 !call_over                !call_over                  !call_over
Return          !unknown_visit                 !place_kept                !place_kept                       !place_kept                        !place_kept                        !place_kept                       !place_gone                VisitReturned>waiting     !place_gone                 !place_gone
MoveVisit       !unknown_visit VisitMoved>waiting !not_waiting !not_waiting !not_waiting VisitMoved>waiting !visit_over !visit_over !visit_over !visit_over
EndVisit        !unknown_visit VisitEnded(left)>ended VisitEnded(no_show)>ended VisitEnded(day_closed)>ended VisitEnded(served)>ended VisitEnded(left)>ended !visit_over !visit_over !visit_over !visit_over
CloseDay        CounterClosed>- VisitEnded(day_closed)+CounterClosed>ended VisitEnded(day_closed)+CounterClosed>ended VisitEnded(day_closed)+CounterClosed>ended VisitEnded(day_closed)+CounterClosed>ended VisitEnded(day_closed)+CounterClosed>ended CounterClosed>ended CounterClosed>ended CounterClosed>ended >ended
Undo            !nothing_to_undo               !nothing_to_undo           StepUndone>waiting                StepUndone>called                  StepUndone>serving                 StepUndone>called                 StepUndone>serving         StepUndone>called         !nothing_to_undo            !counter_closed
CorrectVisit    !unknown_visit !not_over !not_over !not_over !not_over !not_over !never_served VisitCorrected>ended !nothing_changed VisitCorrected>ended
Tick            >-                             >waiting                   VisitEnded(no_show)>ended         >serving                           >serving                           VisitReturned>waiting             >ended                     >ended                    >ended                      >ended
"""  # noqa: E501

STATES, *ROWS = (line.split() for line in TABLE.strip().splitlines())
CELLS = [
    pytest.param(row[0], state, cell, id=f"{state}-{row[0]}")
    for row in ROWS
    for state, cell in zip(STATES[1:], row[1:], strict=True)
]


def record(scene: Scene) -> c.RecordService:
    return c.RecordService(counter="1", service=service_of(scene.plan), kind="konsultacija")


def reach(scene: Scene, state: str) -> UUID:
    """A visit of the scene brought into a state at counter 1, open under `clerk1`."""
    if state == "none":
        return NOBODY
    visit = scene.take()
    steps: dict[str, list[c.Command]] = {
        "waiting": [],
        "called": [c.CallNext(counter="1")],
        "serving": [c.CallNext(counter="1"), c.Serve(counter="1")],
        "recorded": [c.CallNext(counter="1"), c.Serve(counter="1"), record(scene)],
        "parked": [c.CallNext(counter="1"), c.Park(counter="1", minutes=5)],
        "served": [c.CallNext(counter="1"), c.Serve(counter="1"), record(scene), c.Finish(counter="1")],
        "no_show": [c.CallNext(counter="1"), c.NoShow(counter="1")],
        "left": [c.Leave(visit=visit)],
        "day_closed": [c.CloseDay()],
    }
    for step in steps[state]:
        scene.clock.pass_(seconds=20)
        scene.do(step)
    return visit


def command(scene: Scene, name: str, visit: UUID) -> c.Command:
    service = service_of(scene.plan)
    if name == "CheckIn":
        return c.CheckIn(code=scene.book().code)
    made: dict[str, c.Command] = {
        "TakeTicket": c.TakeTicket(service=service),
        "AdmitOffline": c.AdmitOffline(number="X001", service=service, issued=scene.clock.now),
        "CallRoll": c.CallRoll(counter="1"),
        "StoreNext": c.StoreNext(counter="1"),
        "CorrectVisit": c.CorrectVisit(visit=visit, end="left", reason="aizgāja, neviens nepamanīja"),
        "RegisterContact": c.RegisterContact(counter="1", service=service, channel="talrunis"),
        "CallNext": c.CallNext(counter="1"),
        "CallVisit": c.CallVisit(counter="1", visit=visit),
        "Recall": c.Recall(counter="1"),
        "Serve": c.Serve(counter="1"),
        "Requeue": c.Requeue(counter="1"),
        "Transfer": c.Transfer(counter="1", queue=scene.plan.queues[1].code),
        "Park": c.Park(counter="1"),
        "NoShow": c.NoShow(counter="1"),
        "RecordService": record(scene),
        "AmendService": c.AmendService(counter="1", n=1, service=service, kind="konsultacija"),
        "StrikeService": c.StrikeService(counter="1", n=1),
        "Finish": c.Finish(counter="1"),
        "Leave": c.Leave(visit=visit),
        "Delay": c.Delay(visit=visit),
        "AnswerCall": c.AnswerCall(visit=visit, calls=1, says="coming"),
        "Return": c.Return(visit=visit),
        "MoveVisit": c.MoveVisit(visit=visit, rank="first", reason="maza bērna māte"),
        "EndVisit": c.EndVisit(visit=visit, reason="aizmirsts"),
        "CloseDay": c.CloseDay(),
        "Undo": c.Undo(counter="1"),
        "Tick": c.Tick(),
    }
    return made[name]


def named(event: Event) -> str:
    name = type(event).__name__
    return f"{name}({event.reason})" if isinstance(event, VisitEnded | AppointmentEnded) else name


@pytest.mark.parametrize(("name", "state", "expected"), CELLS)
def test_cell(name: str, state: str, expected: str) -> None:
    scene = Scene(replace(tiny_plan(), roll=Roll(service=service_of(tiny_plan()))), opened=["1"])
    visit = reach(scene, state)
    scene.clock.pass_(minutes=31 if name == "Tick" else 1)
    ask = command(scene, name, visit)
    before = scene.floor
    if expected.startswith("!"):
        with pytest.raises(Refusal) as refusal:
            scene.do(ask)
        assert (f"!{refusal.value.code}", scene.floor) == (expected, before)
        return
    events = scene.do(ask, SYSTEM if name == "Tick" else CLERK)
    after = scene.floor.visits.get(visit)
    assert "+".join(map(named, events)) + f">{after.state if after else '-'}" == expected


def test_the_table_names_every_command_of_a_visit() -> None:
    """A command that is added to the code needs its row here, or its place in this list of others."""
    others = {
        "OpenCounter", "TakeCounter", "CloseCounter", "Pause", "Resume", "ConfirmShown", "ReportSlip", "RevisePlan", "SetRoll",
        "HoldSlot", "BookAppointment", "MoveAppointment", "CancelAppointment", "PrintSlip", "CallHelp", "AnswerHelp",
        "RegisterCallback", "CallCallback", "EndCallback", "SendMessage", "AcknowledgeMessage", "RaiseAlarm", "AcknowledgeAlarm",
        "SetBooth", "StartRoom", "ExtendRoom", "EndRoom", "WipeRoom", "JoinRoom", "LeaveRoom", "BookRoom", "CancelRoomBooking",
        "PrintPaper", "ReportPaper", "ConfirmSpoken", "CloseMonth", "SetQueue", "SchedulePlan", "WithdrawPlan", "ReleaseCounter",
        "SetProfile", "Announce", "Withdraw", "NoteTroubles", "SeeTrouble", "EraseOld", "CallToPlace", "TestSound",
        "ReportSound", "HearSound",
    }  # fmt: skip
    assert {row[0] for row in ROWS} | others == set(c.COMMANDS)


def test_every_refusal_of_the_table_has_a_sentence() -> None:
    assert {cell[1:] for row in ROWS for cell in row[1:] if cell.startswith("!")} <= set(CODES)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("waiting", "CallNext"), ("waiting", "CallVisit"), ("parked", "CallVisit"), ("called", "Serve"),
        ("called", "Requeue"), ("called", "Transfer"), ("serving", "Transfer"), ("called", "Park"), ("serving", "Park"),
        ("called", "NoShow"), ("serving", "RecordService"), ("recorded", "AmendService"), ("recorded", "StrikeService"),
        ("recorded", "Finish"),
    ],
)  # fmt: skip
def test_undo_restores_everything_with_the_original_times(state: str, step: str) -> None:
    scene = Scene(opened=["1"])
    visit = reach(scene, state)
    scene.take(), scene.take(1)
    scene.clock.pass_(seconds=50)
    before = scene.floor
    scene.do(command(scene, step, visit))
    scene.clock.pass_(minutes=3)
    (undone,) = scene.do(c.Undo(counter="1"))
    assert undone.step == type(scene.records[-2].event).__name__
    last = before.posts["1"].step
    # All that is left of it is that it happened: the position, its time; of the steps before it one can still be taken back.
    kept = last and replace(last, post=replace(last.post, step=None))
    back = replace(before.posts["1"], step=kept, undone=scene.clock.now, moved=scene.floor.position)
    posts = before.posts.insert("1", back)
    assert scene.floor == replace(before, position=scene.floor.position, at=scene.floor.at, posts=posts)
    assert scene.refused(c.Undo(counter="1")) == (None if last else "nothing_to_undo")


def test_one_key_that_took_two_steps_is_taken_back_whole() -> None:
    """ "Finish and call next", "next, please": two steps, so two can be taken back, and no third."""
    scene = Scene(opened=["1"])
    first = reach(scene, "recorded")
    second = scene.take()
    before = scene.floor
    scene.do(c.Finish(counter="1"))
    scene.do(c.CallNext(counter="1"))
    assert scene.floor.posts["1"].visit == second
    scene.do(c.Undo(counter="1"))
    scene.do(c.Undo(counter="1"))
    assert (scene.floor.posts["1"].visit, scene.visit(first), scene.visit(second)) == (
        first, before.visits[first], before.visits[second],
    )  # fmt: skip
    assert scene.refused(c.Undo(counter="1")) == "nothing_to_undo"


def test_undo_of_a_no_show_that_the_ticker_found() -> None:
    scene = Scene(opened=["1"])
    visit = reach(scene, "called")
    scene.tick(minutes=31)
    assert scene.visit(visit).end == "no_show"
    scene.do(c.Undo(counter="1"))
    assert (scene.visit(visit).state, scene.visit(visit).end, scene.visit(visit).leg.end) == ("called", None, None)


@pytest.mark.parametrize("way", ["called elsewhere", "returned", "left"])
def test_undo_is_refused_after_the_visit_moved_on(way: str) -> None:
    scene = Scene(opened=["1", "2"])
    visit = reach(scene, "parked" if way == "returned" else "called")
    if way == "returned":
        scene.tick(minutes=6)
    else:
        scene.do(c.Requeue(counter="1"))
        scene.do(c.CallNext(counter="2") if way == "called elsewhere" else c.Leave(visit=visit))
    before = scene.floor
    assert scene.refused(c.Undo(counter="1")) == "moved_on"
    assert scene.floor is before
    assert "Undo" not in scene_actions(scene, "1")


def test_undo_takes_back_two_steps_at_most_and_none_during_a_pause() -> None:
    scene = Scene(opened=["1"])
    visit = reach(scene, "served")
    scene.do(c.Pause(counter="1", reason="lunch"))
    assert scene.refused(c.Undo(counter="1")) == "nothing_to_undo"
    scene.do(c.Resume(counter="1"))
    scene.do(c.Undo(counter="1"))
    assert scene.visit(visit).state == "serving"
    scene.do(c.Undo(counter="1"))
    assert scene.visit(visit).delivered == ()
    assert scene.refused(c.Undo(counter="1")) == "nothing_to_undo"


def test_undo_does_not_bring_back_what_the_plan_no_longer_has() -> None:
    """A visit that was ended, or sent elsewhere, would come back into a queue that no counter calls from."""
    scene = Scene(opened=["1"])
    reach(scene, "no_show")
    scene.do(c.RevisePlan(plan=replace(tiny_plan(), queues=scene.plan.queues[1:])), SYSTEM)
    assert scene.refused(c.Undo(counter="1")) == "moved_on"


def scene_actions(scene: Scene, counter: str) -> tuple[str, ...]:
    return actions(scene.floor, counter, CLERK)


@pytest.mark.parametrize("state", ["none", *STATES[2:], "closed", "paused", "other clerk", "elsewhere", "parked only"])
def test_offered_steps_are_those_that_are_accepted(state: str) -> None:
    """Finish is offered while an outcome is due: the desk asks for the outcome then."""
    scene = Scene(opened=["1"])
    if state == "closed":
        scene.take()
        scene.do(c.CloseCounter(counter="1"))
        visit = next(iter(scene.floor.visits))
    elif state == "paused":
        visit = scene.take()
        scene.do(c.Pause(counter="1", reason="lunch"))
    elif state == "other clerk":
        scene = Scene()
        scene.do(c.OpenCounter(counter="1"), OTHER)
        visit = scene.take()
    elif state == "elsewhere":
        scene = Scene(opened=["3"])
        visit = scene.take(1)
    elif state == "parked only":
        visit = reach(scene, "parked")
    else:
        visit = reach(scene, state)
    counter = "3" if state == "elsewhere" else "1"
    offered = scene_actions(scene, counter)
    for name in (
        "OpenCounter", "CloseCounter", "Pause", "Resume", "CallNext", "CallVisit", "RegisterContact", "Recall", "Serve",
        "Requeue", "Transfer", "Park", "NoShow", "RecordService", "AmendService", "StrikeService", "Finish", "Undo",
    ):  # fmt: skip
        made = {
            "OpenCounter": lambda: c.OpenCounter(counter=counter),
            "CloseCounter": lambda: c.CloseCounter(counter=counter),
            "Pause": lambda: c.Pause(counter=counter, reason="lunch"),
            "Resume": lambda: c.Resume(counter=counter),
        }
        ask = made[name]() if name in made else command(scene, name, visit)
        if counter != "1" and name not in made:
            ask = replace(ask, counter=counter)
        code = scene.refused(ask)
        if name in offered:
            assert code is None or (name, code) == ("Finish", "outcome_due"), name
        else:
            assert code is not None, name
    if state == "other clerk":
        assert offered == ()


def test_the_close_of_a_day_is_never_counted_as_served() -> None:
    scene = Scene(opened=["1"])
    visit = reach(scene, "recorded")
    scene.do(c.CloseDay())
    assert scene.visit(visit).end == "day_closed"
    assert scene.visit(visit).leg.end == "day_closed"
    assert scene.floor.posts["1"].served == 0
    assert all(pace.count == 0 for pace in scene.floor.paces.values())


def test_times_of_an_ordinary_visit() -> None:
    scene = Scene(opened=["1"])
    visit = reach(scene, "served")
    leg = scene.visit(visit).leg
    second = timedelta(seconds=1)
    assert (leg.since, leg.called, leg.served, leg.ended) == (
        MORNING, MORNING + 20 * second, MORNING + 40 * second, MORNING + 80 * second,
    )  # fmt: skip
    assert (leg.counter, leg.clerk, leg.end, leg.calls) == ("1", "clerk1", "served", 1)
