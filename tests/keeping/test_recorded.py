"""Days recorded by earlier versions: today's code must fold, verify, report, copy and go on with them, and lose nothing.

`recorded/DATE.sql.xz` is the database of a centre as the code of that date left it: three days of random commands of every
kind, the last one still open, with accounts and contacts; `DATE.json` says what that code itself held to be true then.
"""

import json
import lzma
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from config.settings import sqlite_url
from server.cli import main
from server.domain import commands as c
from server.domain.events import Event
from server.domain.floor import Floor
from server.domain.order import Line
from server.engine import Engine
from server.keeping.proof import prove
from server.keeping.rehearsal import rehearse
from server.people.people import People
from server.reports import REPORTS
from server.reports.table import Table
from server.store import database
from server.store.centre import CentreStore
from server.store.copies import copy_database
from server.store.schema import accounts, contacts, replies
from server.store.sheets import DaySheets
from server.store.upgrade import version_of
from tests.keeping.test_retention import run
from tests.support import CLERK, KIOSK, MANAGER, SYSTEM, Clock, service_of, tiny_plan

RECORDED = Path(__file__).parent / "recorded"
OLD = sorted(path.name.removesuffix(".sql.xz") for path in RECORDED.glob("*.sql.xz"))


class Was:
    """A data folder as an earlier version left it, and what that version says of it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder
        self.said: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_bytes())
        with sqlite3.connect(folder / "rinda.db") as made:
            made.executescript(lzma.decompress((RECORDED / f"{name}.sql.xz").read_bytes()).decode())
        made.close()
        self.clock = Clock(datetime.fromisoformat(self.said["now"]))
        self.database = folder / "rinda.db"

    def start(self, folder: Path | None = None) -> Engine:
        """Today's engine over it."""
        engine = Engine(CentreStore(sqlite_url(folder or self.folder)), clock=self.clock)
        engine.start()
        return engine


@pytest.fixture(params=OLD)
def was(request: pytest.FixtureRequest, tmp_path: Path) -> Was:
    folder = tmp_path / "data"
    folder.mkdir()
    return Was(request.param, folder)


@pytest.fixture
def engine(was: Was) -> Iterator[Engine]:
    found = was.start()
    yield found
    found.stop()


def ids(line: Line) -> list[str]:
    return [str(place.visit) for place in line]


def told(floor: Floor) -> dict[str, Any]:
    """What the earlier version wrote down of its floor, of today's."""
    return {
        "day": floor.day,
        "head": floor.position,
        "version": floor.version,
        "states": {str(visit.id): visit.state for visit in floor.visits.values()},
        "lines": {name: ids(line) for name, line in floor.lines.items()},
        "directed": {name: ids(line) for name, line in floor.directed.items()},
        "parked": ids(floor.parked),
        "owed": {name: ids(line) for name, line in floor.owed.items() if len(line)},
        "posts": {
            code: [post.clerk, post.profile, post.visit and str(post.visit), post.pause] for code, post in floor.posts.items()
        },
        "codes": sorted(floor.codes),
        "callbacks": len(floor.callbacks),
        "messages": len(floor.messages),
        "roll": floor.roll,
    }


def kept(then: Any, now: Any) -> Any:
    """Of a value as it reads now, what it had then."""
    if isinstance(then, dict) and isinstance(now, dict):
        return {name: kept(value, now[name]) for name, value in then.items() if name in now}
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [kept(one, other) for one, other in zip(then, now, strict=True)]
    return now


def reports(engine: Engine) -> dict[str, Table]:
    sheets = DaySheets(engine._store, lambda: engine.floor, engine.do)
    return sheets.get("2026-03-01", "2026-03-31", lambda found: {name: make(found) for name, make in REPORTS.items()})


def cells(table: Table) -> list[dict[str, Any]]:
    """Rows by the keys of their columns."""
    return [dict(zip((column.key for column in table.columns), row, strict=True)) for row in table.rows]


def test_there_are_days_of_an_earlier_version() -> None:
    assert OLD


def test_every_type_and_field_of_then_is_read_now(was: Was) -> None:
    store = CentreStore(sqlite_url(was.folder))
    decoder = msgspec.json.Decoder(Event)
    found: Counter[str] = Counter()
    for row in store.rows(0):
        event = decoder.decode(row["data"])
        then, now = json.loads(row["data"]), json.loads(msgspec.json.encode(event))
        assert kept(then, now) == then, (row["position"], "a field was dropped, renamed or reads otherwise")
        found[row["type"]] += 1
    assert found == was.said["types"]
    assert len(found) >= 39, "every type that version had"
    store.close()


def test_the_floor_is_the_same(was: Was, engine: Engine) -> None:
    now = told(engine.floor)
    assert now == {name: was.said[name] for name in now}
    assert engine._store.verify() == was.said["head"]
    assert engine._store.rows(was.said["head"] - 1)[0]["hash"] == was.said["hash"], "the rows are as they were, to the byte"


def test_the_schema_goes_up_with_a_copy_beside_and_nobody_is_lost(was: Was) -> None:
    before = CentreStore(sqlite_url(was.folder))
    counts = {table.name: len(before.read(select(*table.primary_key))) for table in (accounts, contacts, replies)}
    before.close()
    assert min(counts.values()) > 2
    assert rehearse(was.database).fault == ""
    engine = was.start()
    after = {table.name: len(engine._store.read(select(table))) for table in (accounts, contacts, replies)}
    assert after == counts
    people = People(engine.do)
    people.load()
    assert {account.name for account in people.everybody()} == {"clerk1", "clerk2", "manager"}
    assert people.check("clerk1", "a password with wings", "127.0.0.1")
    engine.stop()
    (kept,) = was.folder.glob("rinda.db.before-*")
    assert prove(kept).position == was.said["head"], "the way back"
    made = database.writer(sqlite_url(was.folder))
    assert version_of(made) == database.HEAD
    made.dispose()


def test_reports_count_what_the_earlier_version_had(was: Was, engine: Engine) -> None:
    found = reports(engine)
    ends: dict[str, Counter[str]] = {}
    for day in was.said["ends"]:
        visits = engine._store.visits_on(day)
        ends[day] = Counter(visit.end or visit.state for visit in visits)
    assert ends == was.said["ends"]
    rows = cells(found["visits"])
    for day, said in was.said["ends"].items():
        for end in ("served", "no_show", "left", "sent", "day_closed"):
            assert sum(row[end] for row in rows if row["day"] == day) == said.get(end, 0), (day, end)
    delivered: Counter[str] = Counter()
    for row in cells(found["delivered"]):
        if row["day"] < was.said["day"]:
            delivered[f"{row['day']} {row['service']} {row['kind']}"] += row["services"]
    then: Counter[str] = Counter()
    for name, quantity in was.said["delivered"].items():
        if name < was.said["day"]:
            then[name.rpartition(" ")[0]] += quantity
    assert delivered == then != Counter()


def test_a_restored_copy_gives_the_same_floor_and_reports(was: Was, engine: Engine, tmp_path: Path) -> None:
    copy, elsewhere = tmp_path / "copy.db", tmp_path / "elsewhere"
    copy_database(was.database, copy)
    assert main(["restore", str(copy), "--data", str(elsewhere)]) == 0
    again = was.start(elsewhere)
    try:
        assert told(again.floor) == told(engine.floor)
        assert reports(again) == reports(engine)
    finally:
        again.stop()


def test_a_copy_made_by_the_earlier_version_is_restored(was: Was, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert main(["restore", str(was.database), "--data", str(elsewhere)]) == 0
    again = was.start(elsewhere)
    assert told(again.floor)["lines"] == was.said["lines"]
    again.stop()


def test_work_goes_on_today_and_tomorrow(was: Was, engine: Engine) -> None:
    waiting = sum(len(line) for line in engine.floor.lines.values())
    assert waiting
    for counter, post in was.said["posts"].items():
        if post[2] is None:
            continue
        visit = engine.floor.posts[counter].visit
        engine.handle(c.CloseDay(), MANAGER)
        assert visit is not None
        assert engine.floor.visits[visit].end == "day_closed"
        break
    engine.handle(c.OpenCounter(counter="1", profile="all"), CLERK)
    engine.handle(c.TakeTicket(service=service_of(tiny_plan())), KIOSK)
    called = engine.handle(c.CallNext(counter="1"), CLERK)
    assert called.result["number"]
    was.clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    assert engine.floor.day == "2026-03-19"
    assert engine._store.read(select(contacts).where(contacts.c.day < "2026-03-19")) == []
    assert engine._store.verify() == engine.floor.position


def test_what_is_sixteen_months_old_goes_and_reports_stay(was: Was, engine: Engine) -> None:
    was.clock.pass_(days=490)
    engine.handle(c.Tick(), SYSTEM)
    sheets, counted = DaySheets(engine._store, lambda: engine.floor, engine.do), reports(engine)["visits"]
    assert all(sheets.holds(day) for day in was.said["ends"])
    done = run(engine, was.clock, reported=sheets.holds)
    assert {one.what: one.n for one in done.erased}["visits"] == sum(sum(ends.values()) for ends in was.said["ends"].values())
    assert reports(engine)["visits"] == counted
    assert engine._store.verify() == engine.floor.position
