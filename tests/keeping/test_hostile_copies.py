"""Copies when the disk goes away, fills up or lies: nothing half made counts, and the next round is whole again."""

import errno
import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.admin.keeping_web import said
from server.cli import main
from server.engine import Engine
from server.files import full
from server.keeping import backups as module
from server.keeping import packed
from server.keeping.backups import verdict
from server.keeping.shelf import copies, digest_of, name_of, seal, unchanged
from server.words import Words
from tests.keeping.test_backups import TAKE, backups, centre, data
from tests.support import KIOSK

__all__ = ["centre", "data"]


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    (tmp_path / "usb").mkdir()
    return tmp_path / "usb"


def state(keep: Any) -> str:
    return verdict(keep, datetime.now(UTC))[0]


def test_an_empty_place_to_mount_a_disk_is_no_second_place(
    centre: Engine, data: Path, usb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, here = {usb: 2}, module.disk_of
    monkeypatch.setattr(module, "disk_of", lambda folder: disk.get(folder) or here(folder))
    assert state(backups(data, usb).round()) == "ok"
    shutil.rmtree(usb)
    usb.mkdir()
    disk.clear()  # the disk was pulled out; its folder on the disk below is there
    again = backups(data, usb)
    assert (state(again.look()), state(again.round()), list(usb.iterdir())) == ("place", "place", [])
    assert state(again.look()) == "place", "and it stays said"
    disk[usb] = 3
    assert state(again.round()) == "ok", "another disk in its place is one"
    assert len(copies(usb)) == 1


def test_the_disk_is_pulled_out_in_the_middle(centre: Engine, data: Path, usb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy, copying = shutil.copyfile, backups(data, usb)

    def pulled(source: Path, target: Path) -> None:
        copy(source, target)
        if Path(target).parent == usb:
            with open(target, "r+b") as file:
                file.truncate(5000)
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(module.shutil, "copyfile", pulled)
    keep = copying.round()
    assert (state(keep), list(copies(usb))) == ("place", [])
    assert keep.places[0].newest is not None, "the first place has its copy"
    monkeypatch.undo()
    assert centre.handle(TAKE, KIOSK).result["number"] == "A004"
    assert state(copying.round()) == "ok"
    assert not list(usb.glob(".*")), "nothing half made is left"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("database or disk is full")])
def test_a_full_disk_while_copying_says_so_and_keeps_the_copy_before(
    centre: Engine, data: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    copying = backups(data)
    assert state(copying.round()) == "ok"
    (before,) = copies(data / "backup")

    def full(source: Path, target: Path) -> None:
        Path(target).write_bytes(b"half")
        raise error

    monkeypatch.setattr(module, "copy_database", full)
    keep = copying.round()
    assert (state(keep), copies(data / "backup")) == ("failed", (before,))
    assert str(error) in (keep.last.fault if keep.last else "")
    assert not list((data / "backup").glob("*.part"))
    assert unchanged(before.path)


def test_a_disk_that_writes_something_else_is_found_out(
    centre: Engine, data: Path, usb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copyfile

    def flips(source: Path, target: Path) -> None:
        whole = bytearray(Path(source).read_bytes())
        whole[len(whole) // 2] ^= 1
        Path(target).write_bytes(whole)

    monkeypatch.setattr(module.shutil, "copyfile", flips)
    keep = backups(data, usb).round()
    assert "the disk is failing" in keep.places[1].fault
    assert copies(usb) == ()
    monkeypatch.setattr(module.shutil, "copyfile", copy)
    assert state(backups(data, usb).round()) == "ok"


@pytest.mark.parametrize("place", ["backup", "usb"])
def test_what_a_killed_round_left_does_not_keep_the_next_one_from_its_room(
    centre: Engine, data: Path, usb: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    here = usb if place == "usb" else data / "backup"
    here.mkdir(exist_ok=True)
    size = (data / "rinda.db").stat().st_size
    for name in (".rinda-fresh.part", "..rinda-fresh.part.part", ".rinda-20260316T080000Z-7.db.gz.part"):
        (here / name).write_bytes(b"x" * size)

    def usage(folder: Path) -> Any:
        used = sum(one.stat().st_size for one in here.iterdir()) if folder == here else 0
        return shutil._ntuple_diskusage(3 * size, used, 3 * size - used)  # type: ignore[attr-defined]

    monkeypatch.setattr(module.shutil, "disk_usage", usage)
    keep = backups(data, usb).round()
    assert (state(keep), len(copies(here)), [one.fault for one in keep.places]) == ("ok", 1, ["", ""])
    assert not list(here.glob(".*part"))


def test_a_copy_of_a_clock_that_was_wrong_is_not_the_latest(
    centre: Engine, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backups(data).round()
    (made,) = copies(data / "backup")
    wrong = made.path.with_name(name_of(made.at + timedelta(days=400), made.position))
    made.path.rename(wrong)
    seal(wrong, digest_of(wrong))
    assert centre.handle(TAKE, KIOSK).result["number"] == "A004"
    keep = backups(data).round()
    newest = keep.newest()
    assert newest is not None
    assert newest.position == centre.floor.position > made.position
    assert [one.position for one in copies(data / "backup")] == [newest.position, made.position]
    assert main(["restore", "latest", "--from", str(data / "backup"), "--data", str(tmp_path / "new")]) == 0
    assert f"{newest.position} records" in capsys.readouterr().out


@pytest.mark.parametrize("way", ["backup", "restore", "check"])
def test_a_full_disk_is_named_and_nothing_half_made_stays(
    centre: Engine, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    newest = backups(data).round().newest()
    assert newest is not None
    there = tmp_path / "there"
    there.mkdir()
    connect = sqlite3.connect

    def small(database: Any, **chosen: Any) -> sqlite3.Connection:
        made = connect(database, **chosen)
        if there in Path(database).parents:
            made.execute("PRAGMA max_page_count=2")
        return made

    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(sqlite3, "connect", small)
    monkeypatch.setattr(packed.shutil, "copyfileobj", no_room)
    words = {
        "backup": ["backup", str(there / "mine.db"), "--data", str(data)],
        "restore": ["restore", str(newest.path), "--data", str(there)],
        "check": ["backup", "check", str(newest.path), "--data", str(there)],
    }[way]
    assert main(words) == 1
    assert capsys.readouterr().err == f"rinda: {there}: the disk is full; make room and begin again\n"
    assert list(there.iterdir()) == []


def test_a_manager_reads_in_latvian_why_there_is_no_copy(
    centre: Engine, data: Path, usb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, away = Words("lv"), data / "away"
    usage = shutil._ntuple_diskusage(100, 100, 0)  # type: ignore[attr-defined]
    room = f"{data / 'backup'}: kopijai vajag 1 MB, un tik daudz vietas nav."
    room += " Atbrīvojiet vietu vai norādiet mapi lielākā diskā (RINDA_BACKUP_DIRS)."
    faults = [one.fault for one in backups(data, away).round().places]
    monkeypatch.setattr(module.shutil, "disk_usage", lambda folder: usage)
    keep = backups(data, usb).round()
    assert [said(one, words) for one in (*faults, keep.last.fault if keep.last else "", str(full(usb)), "[Errno 5] unknown")] == [
        "",
        f"{away} nav pieejama. Pievienojiet disku atpakaļ vai izņemiet mapi no RINDA_BACKUP_DIRS.",
        room,
        f"{usb}: disks ir pilns. Atbrīvojiet tajā vietu.",
        "[Errno 5] unknown",
    ]
