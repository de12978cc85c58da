"""Lines of panels: what they are sent, what their keys may do, and who is told when a sign is dead."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from config.plan import Key, Line, Panel
from counter.panels.shapes import Sign
from counter.panels.view import panels
from counter.view import desk
from server.admin.view import overview
from server.alerts import OFF_S, Alert, Health, alerts
from server.domain import commands as c
from server.domain.context import Actor
from server.protocol import Status
from tests.support import CLERK, MORNING, Scene, tiny_plan

FIRST, SECOND = (counter.code for counter in tiny_plan().counters[:2])
LINE = Line(
    code="hall", driver="modbus", port="/dev/ttyUSB0", panels=(Panel(counter=FIRST, address=1),), keys_port="/dev/ttyACM0",
    keys=(Key(counter=FIRST, says="N", does=("CallNext",)),),
)  # fmt: skip
BOTH = replace(LINE, panels=(*LINE.panels, Panel(counter=SECOND, address=2)))
KEYS = Actor("panel", "hall")


def scene(line: Line = LINE, opened: bool = True) -> Scene:
    return Scene(replace(tiny_plan(), lines=(line,)), opened=(FIRST, SECOND) if opened else ())


def said(connected: bool = True, **status: object) -> dict[str, Health]:
    health = Health(channel="panels", connected=connected, status=Status(**status), since=MORNING)  # type: ignore[arg-type]
    return {"panels@hall": health}


def test_a_line_is_sent_its_own_counters() -> None:
    one = scene()
    one.take()
    one.do(c.CallNext(counter=FIRST))
    number = next(iter(one.floor.visits.values())).number
    sent = panels(one.floor, "hall")
    assert (sent.line, sent.timezone) == (LINE, "Europe/Riga")
    assert sent.signs == (Sign(counter=FIRST, state="called", number=number, calls=1),)
    one.do(c.Recall(counter=FIRST))
    assert panels(one.floor, "hall").signs[0].calls == 2
    stranger = panels(one.floor, "somebody")
    assert stranger.line is None
    assert [sign.counter for sign in stranger.signs] == [counter.code for counter in one.plan.counters]


def test_a_pause_is_shown_until_when() -> None:
    one = scene()
    reason = next(iter(one.plan.pause_reasons))
    one.do(c.Pause(counter=FIRST, reason=reason, minutes=20))
    (sign,) = panels(one.floor, "hall").signs
    assert (sign.state, sign.until) == ("paused", one.clock.now + timedelta(minutes=20))


def test_keys_act_at_their_own_counters_only() -> None:
    one = scene()
    for _ in range(3):
        one.take()
    assert one.refused(c.CallNext(counter=SECOND), KEYS) == "other_panel"
    assert one.refused(c.CallNext(counter=FIRST), Actor("panel", "another")) == "other_panel"
    one.do(c.CallNext(counter=FIRST), KEYS)
    assert one.refused(c.CallNext(counter=FIRST), KEYS) == "counter_busy"
    one.do(c.Recall(counter=FIRST), KEYS)
    one.do(c.NoShow(counter=FIRST), KEYS)


@pytest.mark.parametrize(
    ("health", "detail", "counters"),
    [
        (said(state="silent", silent=(SECOND,)), "silent", (SECOND,)),
        (said(state="lost", detail="gone"), "lost", (FIRST, SECOND)),
        (said(connected=False, state="ok"), "off", (FIRST, SECOND)),
    ],
)
def test_dead_signs_are_told(health: dict[str, Health], detail: str, counters: tuple[str, ...]) -> None:
    one = scene(BOTH)
    late = one.clock.now + timedelta(seconds=OFF_S)
    wanted = Alert(kind="panel", line="hall", detail=detail, counters=counters, since=MORNING)
    assert alerts(one.floor, health, late) == (wanted,)
    assert overview(one.floor, health, late).alerts == (wanted,)
    for counter in (FIRST, SECOND):
        own = (replace(wanted, counters=(counter,)),) if counter in counters else ()
        assert desk(one.floor, counter, CLERK, health, late).alerts == own


def test_nothing_is_told_of_what_is_well_or_was_never_heard() -> None:
    one = scene(BOTH)
    for health in ({}, said(state="ok"), said(state="silent", silent=("99",)), said(connected=False, state="ok")):
        assert alerts(one.floor, health, one.clock.now) == ()
