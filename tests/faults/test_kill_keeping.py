"""Copies, the way back, and the close of a month, killed at any of their steps: nothing is lost, doubled or left lying about."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, create_engine, func, select

from config.settings import sqlite_url
from server.cli import main
from server.domain import commands as c
from server.engine import Engine as Centre
from server.keeping.backups import FOLDER, Backups
from server.keeping.proof import prove
from server.keeping.shelf import copies, sum_file, unchanged
from server.national.node import schema as node
from server.national.node.months import MonthError, close_month, verify
from server.people.people import People
from server.store.centre import CentreStore
from server.store.copies import BESIDE
from server.store.sheets import DaySheets
from tests.faults.killer import KILLED, ended, killed
from tests.keeping.conftest import a_day
from tests.national.test_months import MONTH, NOW, _row
from tests.support import MANAGER, Clock, engine_over

pytestmark = pytest.mark.faults


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a centre that is stopped: a day of its own, a person, two files beside it."""
    folder = tmp_path / "data"
    folder.mkdir()
    clock = Clock()
    engine = engine_over(sqlite_url(folder), clock)
    a_day(engine, clock)
    People(engine.do).add_account("ilze", "clerk", "Ilze", "a long password of hers")
    engine.stop()
    for name in ("media", "recordings"):
        (folder / name).mkdir()
        (folder / name / "one").write_bytes(name.encode() * 500)
    return folder


def files(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def backups(data: Path) -> Backups:
    return Backups(data / "rinda.db", data, (data.parent / "other",), lambda: ZoneInfo("Europe/Riga"), prove)


def killed_at_work(data: Path) -> None:
    """The server goes on for another day and is killed: what happened then is in the log beside its database."""

    def work() -> None:
        clock = Clock()
        clock.pass_(days=1)
        a_day(engine_over(sqlite_url(data), clock), clock)
        os.kill(os.getpid(), 9)

    assert ended(work, data) == KILLED
    assert (data / "rinda.db-wal").stat().st_size > 0


def test_a_round_of_copies_killed_anywhere_leaves_only_whole_ones(data: Path) -> None:
    other = data.parent / "other"
    other.mkdir()

    def round_() -> int:
        keep = backups(data).round()
        return int(bool(keep.last is None or keep.last.fault or any(one.fault for one in keep.places)))

    for _ in killed(round_, data.parent, every=5):
        pass
    for folder in (data / FOLDER, other):
        kept = copies(folder)
        assert kept
        assert all(unchanged(one.path) for one in kept)
        named = {one.path.name for one in kept} | {sum_file(one.path).name for one in kept}
        assert {one.name for one in folder.iterdir() if one.is_file()} - {".rinda-apart"} == named
    assert main(["backup", "check", str(copies(other)[0].path)]) == 0


def test_a_way_back_killed_anywhere_is_gone_again(data: Path) -> None:
    other, new = data.parent / "other", data.parent / "new"
    other.mkdir()
    assert not backups(data).round().last.fault  # type: ignore[union-attr]
    position = copies(other)[0].position

    def restore() -> int:
        return main(["restore", "latest", "--from", str(other), "--data", str(new)])

    for _ in killed(restore, data.parent, every=4):
        if not (new / "rinda.db").exists():
            assert ended(restore, data.parent) == 0
        assert files(new) == {"rinda.db", "media/one", "recordings/one"}
        shutil.rmtree(new)
    store = CentreStore(sqlite_url(new))
    assert store.verify() == position
    store.close()


def test_what_was_not_yet_in_the_database_of_before_does_not_get_into_the_copy(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A killed server leaves a log beside its database; whoever moves away the one must move away the other."""
    assert not backups(data).round().last.fault  # type: ignore[union-attr]
    position = copies(data / FOLDER)[0].position
    killed_at_work(data)
    (data / "rinda.db").rename(data / "away.db")
    before = files(data)
    assert main(["restore", "latest", "--data", str(data)]) == 2
    assert "rinda.db-wal: is there; move it away first" in capsys.readouterr().err
    assert files(data) == before
    for ending in BESIDE[1:]:
        if (one := data / f"rinda.db{ending}").exists():
            one.rename(data / f"away.db{ending}")
    assert main(["restore", "latest", "--data", str(data)]) == 0
    for name, more in (("rinda.db", False), ("away.db", True)):
        store = CentreStore(f"sqlite:///{data / name}")
        assert (store.verify() > position) is more, "and what was moved away is whole"
        store.close()


@pytest.mark.parametrize("way", ["round", "backup", "check", "restore"])
def test_the_log_of_a_half_made_copy_does_not_get_into_the_next_one(data: Path, tmp_path: Path, way: str) -> None:
    made = backups(data)
    (tmp_path / "other").mkdir()
    assert not made.round().last.fault  # type: ignore[union-attr]
    copy, target, new = copies(data / FOLDER)[0], tmp_path / "mine.db", tmp_path / "new"
    stranger = tmp_path / "stranger"
    shutil.copytree(data, stranger)
    killed_at_work(stranger)
    new.mkdir()
    scratch = {
        "round": data / FOLDER / ".rinda-fresh.part", "backup": tmp_path / ".mine.db.fresh",
        "check": data / f".{copy.path.name}.check", "restore": new / ".rinda.db.fresh",
    }[way]  # fmt: skip
    for ending in ("", "-wal", "-shm"):
        shutil.copy(stranger / f"rinda.db{ending}", f"{scratch}{ending}")
    if way == "round":
        keep = made.round()
        assert keep.last is not None
        assert keep.last.proof is not None, keep.last.fault
        assert keep.last.proof.position == copy.position
        return
    words = {
        "backup": ["backup", str(target), "--data", str(data)],
        "check": ["backup", "check", str(copy.path), "--data", str(data)],
        "restore": ["restore", str(copy.path), "--data", str(new)],
    }[way]  # fmt: skip
    assert main(words) == 0
    if way != "check":
        store = CentreStore(f"sqlite:///{target if way == 'backup' else new / 'rinda.db'}")
        assert store.verify() == copy.position
        store.close()
    assert not scratch.with_name(f"{scratch.name}-wal").exists()


def test_a_month_of_a_centre_killed_while_it_closes_is_closed_once(data: Path) -> None:
    clock = Clock()
    clock.pass_(days=40)

    def open_() -> Centre:
        engine = engine_over(sqlite_url(data), clock)
        engine.reckon = DaySheets(engine._store, lambda: engine.floor, engine.do).month
        return engine

    engine = open_()
    month = next(iter(engine._store.rows(0)))["day"][:7]
    assert engine.floor.day[:7] > month
    engine.stop()
    saved = data.parent / "saved.db"
    shutil.copy(data / "rinda.db", saved)

    def close() -> None:
        open_().handle(c.CloseMonth(month=month), MANAGER)

    for _ in killed(close, data, every=7):
        store = CentreStore(sqlite_url(data))
        store.verify()
        closed = [row for row in store.rows(0) if row["type"] == "MonthClosed"]
        store.close()
        assert ended(close, data) == (1 if closed else 0), "closed, or to be closed again"
        for one in data.glob("rinda.db*"):
            one.unlink()
        shutil.copy(saved, data / "rinda.db")


def test_a_month_of_the_network_killed_while_it_closes_is_closed_once(tmp_path: Path) -> None:
    url, saved = f"sqlite:///{tmp_path}/node.db", tmp_path / "saved.db"
    engine = create_engine(url)
    node.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(node.deliveries.insert(), [_row("a", f"a{n}", "pieteikums") for n in range(20)])
    engine.dispose()
    shutil.copy(tmp_path / "node.db", saved)

    def close() -> None:
        close_month(create_engine(url), MONTH, "anna", NOW)

    def there(found: Engine) -> tuple[int, int, int]:
        with found.connect() as connection:
            cells = connection.execute(select(func.count(), func.sum(node.frozen.c.quantity))).one()
            return connection.execute(select(func.count()).select_from(node.months)).scalar_one(), cells[0], cells[1] or 0

    for _ in killed(close, tmp_path):
        found = create_engine(url)
        if there(found) == (0, 0, 0):
            close_month(found, MONTH, "anna", datetime.now(UTC))
        assert there(found) == (1, 1, 40)
        assert verify(found, MONTH)
        with pytest.raises(MonthError, match="closed already"):
            close_month(found, MONTH, "anna", datetime.now(UTC))
        found.dispose()
        shutil.copy(saved, tmp_path / "node.db")
