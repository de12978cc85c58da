"""Copies: made while the centre works, opened before they count, in several places, and the way back from them."""

import hashlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import select

from config.settings import sqlite_url
from server.cli import main
from server.domain import commands as c
from server.domain.evolve import fold
from server.domain.floor import Floor
from server.engine import Engine
from server.keeping import packed
from server.keeping.backups import FOLDER, Backups, Keep, Made, Place, verdict
from server.keeping.keeper import START_S, Keeper
from server.keeping.packed import pack, unpack
from server.keeping.pgbackrest import read_info
from server.keeping.proof import Proof, prove, prove_apart
from server.keeping.shelf import Copy, copies, name_of, sum_file, surplus
from server.people.people import People
from server.protocol import Status
from server.reports import REPORTS
from server.reports.table import Table
from server.store.centre import CentreStore
from server.store.copies import copy_database
from server.store.schema import accounts, journal, replies, visits
from server.store.sheets import DaySheets
from tests.keeping.conftest import a_day
from tests.national.test_restore import Line
from tests.support import KIOSK, Clock, engine_over, service_of, tiny_plan

RIGA = ZoneInfo("Europe/Riga")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TAKE = c.TakeTicket(service=service_of(tiny_plan()))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def centre(data: Path) -> Iterator[Engine]:
    """A centre with two days and people."""
    clock = Clock()
    engine = engine_over(sqlite_url(data), clock)
    a_day(engine, clock)
    clock.pass_(days=1)
    a_day(engine, clock)
    People(engine.do).add_account("ilze", "clerk", "Ilze", "a long password of hers")
    yield engine
    engine.stop()


def backups(data: Path, *others: Path, proof: Callable[[Path], Proof] = prove) -> Backups:
    return Backups(data / "rinda.db", data, others, lambda: RIGA, proof)


def opened(copy: Path, data: Path) -> CentreStore:
    """What is in a copy."""
    unpack(copy, data / "unpacked.db")
    return CentreStore(f"sqlite:///{data / 'unpacked.db'}")


def every_report(engine: Engine) -> dict[str, Table]:
    """All that can be said of the year."""
    sheets = DaySheets(engine._store, lambda: engine.floor, engine.do)
    return sheets.get("2026-01-01", "2026-12-31", lambda found: {name: make(found) for name, make in REPORTS.items()})


def shelf(*ages: timedelta) -> list[Copy]:
    return [Copy(path=Path(name_of(NOON - age, 1)), at=NOON - age, position=1, size=1) for age in ages]


def test_a_copy_is_made_while_the_centre_works_and_is_proved(centre: Engine, data: Path) -> None:
    keep = backups(data, proof=prove_apart).round()
    made = keep.newest()
    assert made is not None
    assert keep.last is not None
    assert keep.last.proof is not None
    assert (made.position, keep.last.proof.accounts, keep.last.proof.visits) == (centre.floor.position, 1, 3)
    assert keep.last.proof.head == centre._store.rows(made.position - 1, 1)[0]["hash"]
    assert sum_file(made.path).read_text() == f"{hashlib.sha256(made.path.read_bytes()).hexdigest()}  {made.path.name}\n"
    assert made.path.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in made.path.parent.iterdir()) == sorted([made.path.name, sum_file(made.path).name])
    assert centre.handle(TAKE, KIOSK).result["number"] == "A004"
    assert opened(made.path, data).head() == made.position, "a copy is of its moment"
    assert made.path.stat().st_size * 3 < (data / "rinda.db").stat().st_size


def test_a_second_place_gets_the_same_bytes_and_the_pictures(centre: Engine, data: Path, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    (data / "media").mkdir()
    (data / "media" / "a.png").write_bytes(b"picture")
    keep = backups(data, usb).round()
    one, two = (place.newest for place in keep.places)
    assert one is not None
    assert two is not None
    assert one.path.read_bytes() == two.path.read_bytes()
    assert (usb / "media" / "a.png").read_bytes() == b"picture"
    assert verdict(keep, datetime.now(UTC))[0] == "ok"


def test_a_disk_that_is_away_is_said_and_nothing_else_stops(centre: Engine, data: Path, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    copying = backups(data, usb)
    keep = copying.round()
    assert keep.places[0].newest is not None
    assert "put the disk back" in keep.places[1].fault
    assert verdict(keep, datetime.now(UTC)) == ("place", str(usb))
    assert not usb.exists(), "a folder on the disk below the missing one is no second place"
    usb.mkdir()
    assert verdict(copying.round(), datetime.now(UTC))[0] == "ok"


def test_a_damaged_database_makes_no_copy_that_counts(centre: Engine, data: Path) -> None:
    centre.stop()
    with sqlite3.connect(data / "rinda.db") as opened:
        opened.execute("DROP TRIGGER journal_no_update")
        opened.execute("UPDATE journal SET data = replace(data, 'A002', 'A009') WHERE type = 'TicketIssued'")
    keep = backups(data).round()
    assert keep.last is not None
    assert "does not match its hash" in keep.last.fault
    assert verdict(keep, datetime.now(UTC))[0] == "failed"
    assert list((data / FOLDER).iterdir()) == []
    copy_database(data / "rinda.db", data / "broken.db")
    with pytest.raises(ValueError, match="does not match its hash"):
        prove_apart(data / "broken.db")


def test_hours_days_and_months_are_kept() -> None:
    every_hour = shelf(*(timedelta(hours=n) for n in range(24 * 500)))
    gone = {one.path for one in surplus(every_hour, RIGA)}
    kept = [one.at for one in every_hour if one.path not in gone]
    assert kept[:24] == [NOON - timedelta(hours=n) for n in range(24)]
    days = {at.astimezone(RIGA).date() for at in kept}
    assert len(days) == 14 + 2
    assert len({(at.year, at.month) for at in (at.astimezone(RIGA) for at in kept)}) == 3
    assert all(at.astimezone(RIGA).hour == 23 for at in kept[24:]), "the last of a day, by the centre's own clock"
    assert surplus([one for one in every_hour if one.path not in gone], RIGA) == (), "and no more goes the next time"
    assert surplus(shelf(timedelta(days=900)), RIGA) == (), "the only one stays, however old"


def placed(age: timedelta) -> Keep:
    return Keep(last=Made(at=NOON, seconds=1), places=(Place(folder=Path("a"), first=True, newest=shelf(age)[0]),))


@pytest.mark.parametrize(
    ("keep", "state"),
    [
        (Keep(), "starting"),
        (Keep(last=Made(at=NOON, seconds=1, fault="disk full")), "failed"),
        (placed(timedelta(0)), "ok"),
        (placed(timedelta(hours=3)), "old"),
    ],
)  # fmt: skip
def test_what_is_reported(keep: Keep, state: str) -> None:
    assert verdict(keep, NOON)[0] == state


def test_the_server_makes_one_an_hour_and_one_when_asked(centre: Engine, data: Path) -> None:
    told: list[Status] = []
    now = [0.0]
    keeper = Keeper(
        backups(data), "", lambda work, *args: work(*args), lambda name, status: told.append(status), steady=lambda: now[0]
    )  # fmt: skip
    assert keeper.step() == 60
    assert told[-1].state == "starting"
    now[0] = START_S
    keeper.step()
    assert told[-1].state == "ok"
    keeper.step()
    assert len(copies(data / FOLDER)) == 1
    centre.handle(TAKE, KIOSK)
    keeper.want()
    keeper.step()
    assert len(copies(data / FOLDER)) in (1, 2), "two of one hour: the older one may go"
    assert copies(data / FOLDER)[0].position == centre.floor.position


def test_a_restore_on_an_empty_machine_gives_the_same_centre(
    centre: Engine, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usb, empty = tmp_path / "usb", tmp_path / "empty"
    usb.mkdir()
    (data / "recordings").mkdir()
    (data / "recordings" / "one.wav").write_bytes(b"sound")
    floor, store = centre.floor, centre._store
    backups(data, usb).round()
    before = {table.name: store.read(select(table)) for table in (journal, visits, replies, accounts)}
    reports = every_report(centre)
    assert main(["backup", "list", "--from", str(usb), "--data", str(empty), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["position"] for one in listed] == [floor.position]
    assert main(["restore", "latest", "--from", str(usb), "--data", str(empty)]) == 0
    assert f"{floor.position} records, every hash right, 1 accounts" in capsys.readouterr().out
    assert (empty / "recordings" / "one.wav").read_bytes() == b"sound"
    assert empty.stat().st_mode & 0o077 == 0
    clock = Clock(floor.at or NOON)
    again = Engine(CentreStore(sqlite_url(empty)), clock=clock)
    again.start()
    try:
        assert again.floor == floor
        assert {table.name: again._store.read(select(table)) for table in (journal, visits, replies, accounts)} == before
        assert every_report(again) == reports
        people = People(again.do)
        people.load()
        assert people.check("ilze", "a long password of hers", "10.0.0.9")
        assert again.handle(TAKE, KIOSK).result["number"] == "A004"
    finally:
        again.stop()


def test_a_changed_or_broken_copy_is_not_restored(
    centre: Engine, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = backups(data).round().newest()
    assert made is not None
    assert main(["backup", "check", str(made.path), "--data", str(data)]) == 0
    assert "every hash right, 1 accounts" in capsys.readouterr().out
    opened(made.path, data).close()
    plain = data / "unpacked.db"
    whole = plain.read_bytes()
    at = whole.index(b'"A002"')
    plain.write_bytes(whole[:at] + b'"A007"' + whole[at + 6 :])
    pack(plain, made.path)
    for words in (["restore", made.path.name], ["restore", "latest"]):
        empty = tmp_path / "empty"
        assert main([*words, "--from", str(made.path.parent), "--data", str(empty)]) == 2
        assert "is not what was written" in capsys.readouterr().err
    assert main(["backup", "check", str(made.path), "--data", str(data)]) == 2
    sum_file(made.path).unlink()
    assert main(["restore", str(made.path), "--data", str(empty)]) == 2, "without its sum the hashes of the journal tell"
    assert "does not match its hash" in capsys.readouterr().err
    assert not (empty / "rinda.db").exists()
    assert main(["restore", "nothing.db", "--data", str(empty)]) == 1
    assert "rinda backup list" in capsys.readouterr().err


def test_a_packed_copy_that_lost_its_end_or_a_byte_is_refused(
    centre: Engine, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = backups(data).round().newest()
    assert made is not None
    sum_file(made.path).unlink()
    whole = made.path.read_bytes()
    half = len(whole) // 2
    for broken in (whole[:half], whole[:half] + bytes([whole[half] ^ 255]) + whole[half + 1 :], whole[:-8] + bytes(8)):
        made.path.write_bytes(broken)
        assert main(["restore", str(made.path), "--data", str(tmp_path / "empty")]) == 2
        assert "cannot be unpacked" in capsys.readouterr().err
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_copy_of_the_first_versions_was_not_packed_and_comes_back(centre: Engine, data: Path, tmp_path: Path) -> None:
    made = backups(data).round().newest()
    assert made is not None
    old = made.path.with_suffix("")
    unpack(made.path, old)
    made.path.unlink()
    sum_file(old).write_text(f"{hashlib.sha256(old.read_bytes()).hexdigest()}  {old.name}\n")
    assert [one.path for one in copies(old.parent)] == [old]
    assert main(["restore", "latest", "--from", str(old.parent), "--data", str(tmp_path / "empty")]) == 0


def test_what_is_read_back_must_be_what_was_packed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, target = data / "plain", data / "packed"
    plain.write_bytes(b"what was written" * 1000)
    real = packed.shutil.copyfileobj  # type: ignore[attr-defined]
    monkeypatch.setattr(packed.shutil, "copyfileobj", lambda source, there, size: real(io.BytesIO(b"rotten"), there, size))  # type: ignore[attr-defined]
    with pytest.raises(OSError, match="the disk is failing"):
        pack(plain, target)


def test_numbers_given_twice_after_a_restore_are_seen_by_the_node(centre: Engine, data: Path, tmp_path: Path) -> None:
    """The node has what the copy has not: the centre that goes on from the copy begins a new epoch, and both pasts are kept."""
    line = Line()
    assert line.send_all(centre._store).state.epoch == 1
    made = backups(data).round().newest()
    assert made is not None
    lost = [centre.handle(TAKE, KIOSK).result["number"] for _ in range(2)]
    line.send_all(centre._store)
    centre.stop()
    empty = tmp_path / "empty"
    assert main(["restore", str(made.path), "--data", str(empty)]) == 0
    again = Engine(CentreStore(sqlite_url(empty)), clock=Clock(centre.floor.at or NOON))
    again.start()
    try:
        assert again.handle(TAKE, KIOSK).result["number"] == lost[0], "the machine cannot know"
        state = line.send_all(again._store).state
        assert (state.phase, state.epoch, state.acked) == ("up", 2, again.floor.position)
    finally:
        again.stop()


def test_pgbackrest_is_read() -> None:
    said = [{"name": "centre", "backup": [{"timestamp": {"stop": 1_790_000_000}}, {"timestamp": {"stop": 1_790_086_400}},
                                          {"timestamp": {"stop": 1_799_000_000}, "error": True}]}]  # fmt: skip
    assert read_info(msgspec.json.encode(said), "centre") == datetime.fromtimestamp(1_790_086_400, UTC)
    for bad in (b"", b"[]", b'[{"name": "centre", "backup": []}]', b'[{"name": "other", "backup": [{}]}]'):
        with pytest.raises(ValueError, match="no complete backup of centre"):
            read_info(bad, "centre")


def test_what_a_copy_lacks_is_said_by_the_floor(centre: Engine, data: Path) -> None:
    made = backups(data).round().newest()
    assert made is not None
    store = opened(made.path, data)
    assert fold(Floor(), store.today()) == centre.floor
    store.close()
