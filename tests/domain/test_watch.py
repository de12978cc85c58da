"""The server's eye on itself: what it says of disk and clock, and which troubles it notes, each change once."""

from collections import namedtuple
from pathlib import Path

import pytest

from server.alerts import Health
from server.domain.commands import NoteTroubles
from server.protocol import Status
from server.watch import LOW_BYTES, Watch
from tests.support import MORNING, SYSTEM, Scene

Usage = namedtuple("Usage", "total used free")


def test_a_trouble_is_noted_when_it_begins_and_when_it_ends(tmp_path: Path) -> None:
    scene, health, noted = Scene(), dict[str, Health](), list[NoteTroubles]()

    def note(command: NoteTroubles) -> None:
        noted.append(command)
        scene.do(command, SYSTEM)

    watch = Watch(
        lambda: scene.floor, lambda: health, note, lambda name, status: None, lambda: True, tmp_path, lambda: scene.clock.now
    )  # fmt: skip
    watch.step()
    assert noted == []
    health["kiosk-1:menu@kiosk-1"] = Health(channel="menu", connected=True, status=Status(state="jam"), since=MORNING)
    watch.step()
    watch.step()
    assert [[(one.kind, one.about) for one in command.troubles] for command in noted] == [[("printer", "kiosk-1")]]
    health.clear()
    watch.step()
    assert (len(noted), len(scene.floor.troubles), len(scene.floor.mended)) == (2, 0, 1)


def test_disk_and_clock_are_told_when_they_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, told, right, free = Scene(), list[tuple[str, str]](), [True], [LOW_BYTES * 10]
    monkeypatch.setattr("server.watch.shutil.disk_usage", lambda folder: Usage(LOW_BYTES * 100, 0, free[0]))
    watch = Watch(
        lambda: scene.floor, dict, lambda command: None, lambda name, status: told.append((name, status.state)), lambda: right[0],
        tmp_path, lambda: scene.clock.now,
    )  # fmt: skip
    watch.step()
    watch.step()
    assert told == [("clock", "ok"), ("disk", "ok")]
    right[0], free[0] = False, LOW_BYTES - 1
    watch.step()
    assert told[2:] == [("clock", "doubted"), ("disk", "low")]
