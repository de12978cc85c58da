"""Paper that staff ask for: which kiosk owes which slip, whatever kiosks report of older ones; and calls for a person."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from config.plan import Plan
from server.domain import commands as c
from server.domain.context import Actor
from server.domain.decide import actions
from server.domain.events import HelpAnswered, HelpCalled, SlipRequested
from server.domain.floor import HELP_S, open_help
from tests.support import CLERK, KIOSK, MANAGER, OTHER, Scene, service_of, tiny_plan

SECOND = Actor("kiosk", "kiosk-2")
MISSING = UUID(int=9)


def plan() -> Plan:
    """Two kiosks with a printer, and one without."""
    (one,) = tiny_plan().kiosks
    return replace(tiny_plan(), kiosks=(
        one, replace(one, code="kiosk-2", reserve="Y"), replace(one, code="mute", prints=False, reserve="Q"),
    ))  # fmt: skip


def owed(scene: Scene) -> dict[str, list[str]]:
    found = {kiosk: [scene.visit(place.visit).number for place in line] for kiosk, line in scene.floor.owed.items()}
    return {kiosk: numbers for kiosk, numbers in found.items() if numbers}


def test_a_slip_is_owed_again_and_is_a_copy() -> None:
    scene = Scene(plan())
    visit = scene.take()
    scene.do(c.ReportSlip(visit=visit, state="printed", order=0), KIOSK)
    assert owed(scene) == {}
    assert scene.do(c.PrintSlip(visit=visit, kiosk="kiosk-1")) == (SlipRequested(visit=visit, kiosk="kiosk-1", copy=True),)
    now = scene.visit(visit)
    assert (now.prints, now.slip, now.order, now.copy) == ("kiosk-1", "owed", 1, True)
    assert owed(scene) == {"kiosk-1": ["A001"]}


def test_a_slip_that_is_still_owed_moves() -> None:
    scene = Scene(plan())
    visit = scene.take()
    other = scene.take()
    scene.do(c.PrintSlip(visit=visit, kiosk="kiosk-2"))
    assert owed(scene) == {"kiosk-1": ["A002"], "kiosk-2": ["A001"]}
    assert scene.refused(c.ReportSlip(visit=visit, state="printed"), KIOSK) == "other_kiosk"
    scene.do(c.PrintSlip(visit=visit, kiosk="kiosk-2"))
    scene.do(c.ReportSlip(visit=visit, state="printed", order=2), SECOND)
    assert owed(scene) == {"kiosk-1": ["A002"]}
    assert (scene.visit(visit).slip, scene.visit(visit).order, scene.visit(other).order) == ("printed", 2, 0)


def test_a_report_of_an_older_slip_does_not_stand_for_the_one_that_is_due() -> None:
    scene = Scene(plan())
    visit = scene.take()
    scene.do(c.PrintSlip(visit=visit, kiosk="kiosk-1"))
    assert scene.do(c.ReportSlip(visit=visit, state="printed", order=0), KIOSK) == ()
    assert owed(scene) == {"kiosk-1": ["A001"]}
    scene.do(c.ReportSlip(visit=visit, state="printed", order=1), KIOSK)
    assert owed(scene) == {}


def test_a_number_from_a_desk_has_its_first_slip_without_a_mark() -> None:
    scene = Scene(plan())
    visit = scene.take(actor=CLERK)
    assert (scene.visit(visit).prints, scene.visit(visit).slip, owed(scene)) == (None, None, {})
    (asked,) = scene.do(c.PrintSlip(visit=visit, kiosk="kiosk-2"))
    assert asked.copy is False
    assert scene.do(c.PrintSlip(visit=visit, kiosk="kiosk-2"))[0].copy is True


@pytest.mark.parametrize("actor", [CLERK, MANAGER])
def test_whoever_gives_a_number_at_a_desk_chooses_the_printer(actor: Actor) -> None:
    scene = Scene(plan())
    command = c.TakeTicket(service=service_of(scene.plan), prints="kiosk-2")
    (issued,) = scene.do(command, actor)
    assert (issued.prints, owed(scene)) == ("kiosk-2", {"kiosk-2": ["A001"]})
    assert scene.refused(replace(command, prints="mute"), actor) == "no_printer"
    assert scene.refused(replace(command, prints="none"), actor) == "unknown_kiosk"


def test_linked_numbers_are_all_printed_where_the_desk_says() -> None:
    scene = Scene(plan(), opened=["3"])
    scene.do(c.TakeTicket(service=service_of(scene.plan), more=(service_of(scene.plan, 1),), prints="kiosk-2"))
    assert owed(scene) == {"kiosk-2": ["A001", "B001"]}


@pytest.mark.parametrize("role", ["kiosk", "visitor"])
def test_visitors_choose_no_printer(role: str) -> None:
    scene = Scene(plan())
    who = Actor(role, "kiosk-1")  # type: ignore[arg-type]
    assert scene.refused(c.TakeTicket(service=service_of(scene.plan), prints="kiosk-1"), who) == "not_allowed"
    booked = scene.book()
    assert scene.refused(c.CheckIn(code=booked.code, prints="kiosk-1"), who) == "not_allowed"
    assert scene.refused(c.CheckIn(code=booked.code), who) is None


def test_an_appointment_checked_in_at_the_desk_is_printed_where_it_says() -> None:
    scene = Scene(plan())
    scene.do(c.CheckIn(code=scene.book().code, prints="kiosk-2"))
    scene.do(c.CheckIn(code=scene.book().code))
    scene.do(c.CheckIn(code=scene.book().code), KIOSK)
    assert owed(scene) == {"kiosk-1": ["J003"], "kiosk-2": ["J001"]}


@pytest.mark.parametrize("state", ["waiting", "called", "serving", "parked"])
def test_a_slip_for_everybody_who_is_not_gone(state: str) -> None:
    scene = Scene(plan(), opened=["1"])
    visit = scene.take()
    steps = {"waiting": [], "called": [c.CallNext], "serving": [c.CallNext, c.Serve], "parked": [c.CallNext, c.Park]}
    for step in steps[state]:
        scene.do(step(counter="1"))
    assert "PrintSlip" in actions(scene.floor, "1", CLERK)
    scene.do(c.PrintSlip(visit=visit, kiosk="kiosk-1"))
    assert scene.visit(visit).state == state
    scene.do(c.CloseDay())
    assert scene.refused(c.PrintSlip(visit=visit, kiosk="kiosk-1")) == "visit_over"


def test_what_cannot_be_printed() -> None:
    scene = Scene(plan(), opened=["1"])
    contact = scene.do(c.RegisterContact(counter="1", service=service_of(scene.plan), channel="talrunis"))[0].visit
    assert "PrintSlip" not in actions(scene.floor, "1", CLERK)
    assert scene.refused(c.PrintSlip(visit=contact, kiosk="kiosk-1")) == "no_number"
    assert scene.refused(c.PrintSlip(visit=MISSING, kiosk="kiosk-1")) == "unknown_visit"
    visit = scene.take()
    assert scene.refused(c.PrintSlip(visit=visit, kiosk="mute")) == "no_printer"
    assert scene.refused(c.PrintSlip(visit=visit, kiosk="none")) == "unknown_kiosk"


def test_undo_leaves_what_is_owed() -> None:
    scene = Scene(plan(), opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.PrintSlip(visit=visit, kiosk="kiosk-2"))
    scene.do(c.Undo(counter="1"))
    now = scene.visit(visit)
    assert (now.state, now.prints, now.slip, now.order, now.copy) == ("waiting", "kiosk-2", "owed", 1, True)
    scene.do(c.ReportSlip(visit=visit, state="printed", order=1), SECOND)
    assert owed(scene) == {}


def test_one_call_for_help_until_somebody_came() -> None:
    scene = Scene(plan())
    assert scene.do(c.CallHelp(), KIOSK) == (HelpCalled(kiosk="kiosk-1"),)
    scene.clock.pass_(seconds=20)
    assert scene.do(c.CallHelp(), KIOSK) == ()
    assert scene.refused(c.AnswerHelp(kiosk="kiosk-2")) == "no_help_called"
    assert scene.do(c.AnswerHelp(kiosk="kiosk-1")) == (HelpAnswered(kiosk="kiosk-1", clerk="clerk1"),)
    assert scene.do(c.AnswerHelp(kiosk="kiosk-1")) == ()
    assert scene.refused(c.AnswerHelp(kiosk="kiosk-1"), OTHER) == "help_coming"
    scene.clock.pass_(seconds=HELP_S - 1)
    assert scene.do(c.CallHelp(), KIOSK) == ()
    scene.clock.pass_(seconds=1)
    assert open_help(scene.floor, "kiosk-1", scene.clock.now) is None
    assert scene.refused(c.AnswerHelp(kiosk="kiosk-1"), OTHER) == "no_help_called"
    assert scene.do(c.CallHelp(), KIOSK) == (HelpCalled(kiosk="kiosk-1"),)
    called = scene.floor.help["kiosk-1"]
    assert (called.since, called.answered, called.clerk) == (scene.clock.now, None, None)


def test_a_call_for_help_ends_with_the_day_and_not_for_a_clock_set_back() -> None:
    scene = Scene(plan())
    scene.do(c.CallHelp(), KIOSK)
    scene.clock.pass_(hours=2)
    assert open_help(scene.floor, "kiosk-1", scene.clock.now) is not None
    scene.do(c.AnswerHelp(kiosk="kiosk-1"))
    assert open_help(scene.floor, "kiosk-1", scene.clock.now - timedelta(hours=1)) is None
    scene.do(c.CallHelp(), SECOND)
    scene.tick(days=1)
    assert open_help(scene.floor, "kiosk-2", scene.clock.now) is None
    assert scene.refused(c.CallHelp(), Actor("kiosk", "none")) == "unknown_kiosk"
