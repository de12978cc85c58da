"""A copy that the disk did not keep, a disk that would be full after it, and what a fresh server says of an old one."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from server.keeping import backups
from server.keeping.backups import OLD, ROOM, Backups, Keep, Made, Place, verdict
from server.keeping.shelf import Copy

NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)


def unproved(path: Path) -> None:
    raise AssertionError(path)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "rinda-20260316T080000Z-7.db"
    path.write_bytes(b"copy" * 1000)
    return path


@pytest.fixture
def other(tmp_path: Path) -> Path:
    folder = tmp_path / "other"
    folder.mkdir()
    return folder


def of(tmp_path: Path, other: Path) -> Backups:
    return Backups(tmp_path / "rinda.db", tmp_path, (other,), lambda: ZoneInfo("Europe/Riga"), unproved)  # type: ignore[arg-type]


def test_a_disk_that_gives_back_something_else_has_no_copy(
    made: Path, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of(tmp_path, other)._put(made, other)
    assert (other / made.name).read_bytes() == made.read_bytes()
    (other / made.name).unlink()
    monkeypatch.setattr(backups, "put_in_place", lambda part, there: there.write_bytes(b"rotten"))
    with pytest.raises(OSError, match="not what was written"):
        of(tmp_path, other)._put(made, other)
    assert not (other / made.name).exists()


@pytest.mark.parametrize(("spare", "fits"), [(0, True), (-1, False)])
def test_what_must_stay_free_is_free_after_the_copy_too(
    made: Path, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spare: int, fits: bool
) -> None:
    free = int(10**9 * ROOM) + made.stat().st_size + spare
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**9, 10**9 - free, free))  # type: ignore[attr-defined]
    if fits:
        of(tmp_path, other)._put(made, other)
        return
    with pytest.raises(OSError, match="no room"):
        of(tmp_path, other)._put(made, other)


def test_an_old_copy_is_an_alarm_only_once_the_server_had_its_turn(made: Path) -> None:
    copy = Copy(path=made, at=NOW - OLD - timedelta(seconds=1), position=7, size=4)
    place = Place(folder=made.parent, first=True, newest=copy)
    assert verdict(Keep(places=(place,)), NOW)[0] == "ok"
    assert verdict(Keep(places=(place,), last=Made(at=NOW, seconds=1)), NOW)[0] == "old"


def test_a_first_place_that_cannot_be_tidied_is_told_and_ends_no_round(
    made: Path, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rinda.db").touch()
    keeping, thinned = of(tmp_path, other), list[Path]()
    first = keeping._folders[0]

    def broken(folder: Path, zone: ZoneInfo) -> int:
        thinned.append(folder)
        if folder == first:
            raise OSError("Input/output error")
        return 0

    monkeypatch.setattr(keeping, "_fresh", lambda: (None, first / made.name))
    first.mkdir()
    (first / made.name).write_bytes(made.read_bytes())
    monkeypatch.setattr(backups, "thin", broken)
    keep = keeping.round()
    assert thinned == [other, first]
    assert {one.folder: one.fault for one in keep.places} == {first: "Input/output error", other: ""}
    assert keep.last is not None
    assert not keep.last.fault


def test_a_first_place_that_takes_no_mark_of_the_others_is_told(
    other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def full(path: Path, data: bytes) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(backups, "disk_of", lambda folder: 2 if folder == other else 1)
    monkeypatch.setattr(backups, "replace_file", full)
    assert [one.fault for one in of(tmp_path, other).look().places] == ["", "No space left on device"]
