"""What staff are told of the kiosks: gravest first, one of a kind, gone when it is over."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from counter.view import desk, desk_urgent
from server.admin.view import overview, urgent
from server.alerts import OFF_S, Alert, Health, alerts
from server.domain import commands as c
from server.domain.floor import HELP_S
from server.protocol import Status
from tests.support import CLERK, KIOSK, MORNING, OTHER, Scene, tiny_plan

(ONE,) = tiny_plan().kiosks
PLAN = replace(tiny_plan(), kiosks=(ONE, replace(ONE, code="kiosk-2", reserve="Y")))


def said(kiosk: str = "kiosk-1", connected: bool = True, **status: object) -> dict[str, Health]:
    health = Health(channel="menu", connected=connected, status=Status(**status), since=MORNING)  # type: ignore[arg-type]
    return {f"{kiosk}:menu@{kiosk}": health}


def found(scene: Scene, health: dict[str, Health]) -> list[tuple[str, str]]:
    return [(one.kind, one.kiosk) for one in alerts(scene.floor, health, scene.clock.now)]


@pytest.mark.parametrize("state", ["ok", "starting", "presenter", "recovering", "connecting"])
def test_nothing_to_say(state: str) -> None:
    scene = Scene(PLAN)
    assert found(scene, said(state=state)) == []
    assert found(scene, {}) == []  # never heard since the server started: the overview lists it, no desk is alarmed
    board = Health(channel="board/hall", connected=False, status=Status(state="paper_out"))
    assert found(scene, {"x@kiosk-1": board}) == []
    assert found(scene, said("kiosk-9", state="paper_out")) == []  # not of this plan


@pytest.mark.parametrize(
    "state",
    ["paper_out", "cover", "cutter", "jam", "fault", "overheat", "offline", "no answer", "lost: broken pipe", "unheard of"],
)
def test_a_printer_that_fell_out(state: str) -> None:
    scene = Scene(PLAN)
    (alert,) = alerts(scene.floor, said(state=state), scene.clock.now)
    assert alert == Alert(kind="printer", kiosk="kiosk-1", since=MORNING, detail=state)


def test_paper_and_numbers_that_are_not_here() -> None:
    scene = Scene(PLAN)
    low = alerts(scene.floor, said(state="paper_low", slips=40, unsent=3), scene.clock.now)
    assert low == (
        Alert(kind="reserve", kiosk="kiosk-1", unsent=3),
        Alert(kind="paper_low", kiosk="kiosk-1", since=MORNING, slips=40),
    )
    assert found(scene, said(state="ready_low")) == [("paper_low", "kiosk-1")]
    assert found(scene, said(state="number_refused", unsent=1)) == [("reserve", "kiosk-1")]
    assert found(scene, said(state="reserve X")) == [("reserve", "kiosk-1")]
    assert found(scene, said(state="jam", unsent=1)) == [("printer", "kiosk-1"), ("reserve", "kiosk-1")]


def test_a_kiosk_that_is_away() -> None:
    scene = Scene(PLAN)
    away = said(connected=False, state="paper_out")
    scene.clock.pass_(seconds=OFF_S - 1)
    assert found(scene, away) == []
    scene.clock.pass_(seconds=1)
    assert alerts(scene.floor, away, scene.clock.now) == (Alert(kind="kiosk_off", kiosk="kiosk-1", since=MORNING),)
    # A connection from another machine counts: the kiosk was exchanged.
    assert found(scene, {**away, "new:menu@kiosk-1": said()["kiosk-1:menu@kiosk-1"]}) == []


def test_the_gravest_first_and_a_call_that_is_answered_after_one_that_is_not() -> None:
    scene = Scene(PLAN, opened=["1"])
    scene.do(c.CallHelp(), KIOSK)
    scene.do(c.CallHelp(), replace(KIOSK, id="kiosk-2"))
    scene.do(c.AnswerHelp(kiosk="kiosk-1"), OTHER)
    health = {**said(state="paper_low", unsent=1), **said("kiosk-2", state="cover")}
    kinds = [("help", "kiosk-2"), ("help", "kiosk-1"), ("printer", "kiosk-2"), ("reserve", "kiosk-1"), ("paper_low", "kiosk-1")]
    assert found(scene, health) == kinds
    view = desk(scene.floor, "1", CLERK, health, scene.clock.now)
    assert view.alerts == alerts(scene.floor, health, scene.clock.now)
    assert [one.clerk for one in view.alerts[:2]] == [None, "clerk2"]
    assert overview(scene.floor, health, scene.clock.now).alerts == view.alerts
    scene.clock.pass_(seconds=HELP_S)
    assert found(scene, {}) == [("help", "kiosk-2")]


def test_what_a_desk_must_see_at_once() -> None:
    scene = Scene(PLAN, opened=["1"])

    def now(**status: object) -> list[object]:
        health = said(**status)  # type: ignore[arg-type]
        whole = overview(scene.floor, health, scene.clock.now)
        return [desk_urgent(desk(scene.floor, "1", CLERK, health, scene.clock.now)), urgent(replace(whole, devices=()))]

    assert all(one != other for one, other in zip(now(), now(state="paper_out"), strict=True))
    assert now(state="paper_low", slips=40) == now(state="paper_low", slips=39)


def test_the_overview_knows_every_kiosk() -> None:
    scene = Scene(PLAN)
    scene.do(c.CallHelp(), KIOSK)
    scene.clock.pass_(minutes=1)
    first, second = overview(
        scene.floor, said(state="paper_low", detail="epson, confirms", slips=12, unsent=2), scene.clock.now
    ).kiosks
    assert (first.kiosk, first.connected, first.state, first.detail) == ("kiosk-1", True, "paper_low", "epson, confirms")
    assert (first.slips, first.unsent, first.help) == (12, 2, MORNING)
    assert (second.kiosk, second.connected, second.state, second.help) == ("kiosk-2", False, "", None)
    assert overview(scene.floor, {}, MORNING + timedelta(days=1)).kiosks[1].slips is None


def test_a_desk_knows_the_printers_of_its_zone_first() -> None:
    kiosks = (
        replace(ONE, code="side", zone="side"), replace(ONE, code="mute", zone="hall", prints=False),
        replace(ONE, code="near", zone="hall"),
    )  # fmt: skip
    scene = Scene(replace(PLAN, kiosks=kiosks), opened=["1"])
    assert desk(scene.floor, "1", CLERK).printers == ("near", "side")
