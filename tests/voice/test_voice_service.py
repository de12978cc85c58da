"""The server's side of the voice: packs over HTTP, what boards and the manager are told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask
import msgspec
import pytest

from config.plan import Plan
from config.spoken import clips_of
from server.alerts import VOICE, Alert, Health, alerts, at_counter
from server.protocol import Status
from server.voice.service import AGAIN_S, LOOK_S, VoiceService
from tests.house import House, until
from tests.support import MORNING, Scene, tiny_plan
from tests.voice.conftest import clips


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server to which no screen is open but by its token."""
    found = House(tmp_path_factory.mktemp("house"), options=("--paired",)).start()
    yield found
    found.stop()


def at_once(work: Any, *args: Any, within_s: float) -> Any:
    """Without a thread."""
    return work(*args)


def ready(house: House) -> str:
    """The name of the pack that the board is told."""
    return str(until(lambda: house.data("board/hall")["voice"]["clips"], "a pack of clips"))


def test_a_board_is_told_when_its_clips_are_ready_and_gets_them(house: House, demo: Plan) -> None:
    path = f"/display/voice/{ready(house)}.pack"
    found = house.request("GET", path, headers={"Authorization": "Bearer demo-display"})
    assert found.status == 200
    assert "immutable" in found.headers["Cache-Control"]
    length = int.from_bytes(found.body[:4], "big")
    index = msgspec.json.decode(found.body[4 : 4 + length])
    assert index.keys() == clips_of(demo).keys()
    assert sum(one["bytes"] for one in index.values()) == len(found.body) - 4 - length


def test_who_may_see_no_board_gets_no_clips(house: House) -> None:
    path = f"/display/voice/{ready(house)}.pack"
    assert house.request("GET", path).status in (302, 303, 401, 403)
    kiosk = house.request("GET", path, headers={"Authorization": "Bearer demo-kiosk"})
    assert kiosk.status != 200


def test_another_name_is_not_there(house: House) -> None:
    assert house.request("GET", "/display/voice/other.pack", headers={"Authorization": "Bearer demo-display"}).status == 404


def test_a_pack_that_is_being_made_is_worth_waiting_for(few: Plan, tmp_path: Path) -> None:
    app, found, told = flask.Flask("test"), clips(tmp_path), list[Status]()
    service = VoiceService(found, lambda: few, at_once, told.append)
    app.register_blueprint(service.routes(lambda channel: None))
    seen = list[tuple[int, str | None]]()

    def progress(done: int, total: int) -> None:
        answer = app.test_client().get(f"/display/voice/{found.making}.pack")
        seen.append((answer.status_code, answer.headers.get("Retry-After")))

    assert found.prepare(few, progress)
    assert set(seen) == {(503, "2")}
    assert app.test_client().get(f"/display/voice/{found.ready.name}.pack").status_code == 200
    assert app.test_client().get("/display/voice/.pack").status_code == 404


def test_what_is_ready_and_what_is_missing_is_reported_when_it_changes(
    few: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans, found, told = [few], clips(tmp_path), list[Status]()
    service = VoiceService(found, lambda: plans[0], at_once, told.append)
    assert service.step() == LOOK_S
    assert told == [Status(state="ready", detail=found.ready.name)]
    assert service.step() == LOOK_S
    assert len(told) == 1
    plans[0] = msgspec.structs.replace(few, counters=(*few.counters, msgspec.structs.replace(few.counters[0], code="77")))
    monkeypatch.setattr("server.voice.voice.sys.executable", "/bin/false")
    assert service.step() == AGAIN_S
    assert told[1:] == [Status(state="missing", detail=found.ready.name)]
    assert found.ready.missing == ("lv/counter-77",)
    monkeypatch.undo()
    assert service.step() == LOOK_S
    assert told[2:] == [Status(state="ready", detail=found.ready.name)]


def test_before_there_is_a_plan_nothing_is_done(tmp_path: Path) -> None:
    service = VoiceService(clips(tmp_path), lambda: None, at_once, lambda status: pytest.fail("nothing to report"))
    assert service.step() == LOOK_S


def test_missing_clips_are_the_managers_alert() -> None:
    scene = Scene(tiny_plan())

    def told(state: str) -> tuple[Alert, ...]:
        said = Status(state=state, detail="pack-1")
        return alerts(scene.floor, {VOICE: Health(channel=VOICE, connected=True, status=said, since=MORNING)}, scene.clock.now)

    assert told("ready") == ()
    assert [(one.kind, one.since) for one in told("missing")] == [("voice", MORNING)]
    assert at_counter(told("missing"), "1") == (), "a clerk can do nothing about it"
