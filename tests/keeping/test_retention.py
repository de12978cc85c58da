"""What is too old goes, with a record of it, and everything else works on as before."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import DBAPIError

from config.settings import Settings
from server.domain import commands as c
from server.domain.events import RetentionDone
from server.domain.evolve import fold
from server.domain.floor import Floor
from server.domain.moment import moment
from server.domain.months import month_after
from server.domain.refusal import Refusal
from server.domain.retention import KEPT, kept_from
from server.engine import Engine
from server.keeping.backups import Keep, Place
from server.keeping.retention import Remains, Retention, due
from server.keeping.service import DOUBTED, LEAPT, Held, Keeping
from server.keeping.shelf import name_of, seal
from server.store.journal import BrokenChain
from server.store.schema import journal, replies, sessions, visits
from server.workers import Worker
from tests.keeping.conftest import a_day
from tests.store.test_store import outside, unguard
from tests.support import KIOSK, SYSTEM, Clock, service_of, tiny_plan


def retention(engine: Engine, **more: object) -> Retention:
    return Retention(engine._store, lambda command: engine.handle(command, SYSTEM) and None, engine.do, **more)  # type: ignore[arg-type]


def run(engine: Engine, clock: Clock, **more: object) -> RetentionDone:
    """The job, and the last record that it left."""
    retention(engine, **more).run(clock.now, engine.floor.day)
    return next(
        one.event for one in reversed(engine._store.since(engine.floor.position - 1)) if isinstance(one.event, RetentionDone)
    )  # fmt: skip


def days_of_visits(engine: Engine) -> list[str]:
    return [row["day"] for row in engine._store.read(select(visits.c.day).distinct().order_by(visits.c.day))]


def old_session(connection: Connection) -> None:
    """Somebody's who was signed in long ago."""
    connection.execute(sessions.insert(), {"token": "old", "account": "x", "csrf": "x", "until": 1})


def test_what_is_too_old_is_gone_and_the_chain_holds(past: Engine, clock: Clock) -> None:
    store, until = past._store, kept_from(past.floor.day)
    before = {row["position"]: row for row in store.rows(0)}
    assert [day < until for day in days_of_visits(past)] == [True, True, False, False]
    found = retention(past).find(clock.now, past.floor.day)
    old = [row for row in before.values() if row["day"] < until and row["type"] not in KEPT]
    assert (found.journal_rows, found.visit_rows) == (len(old), 6)
    done = run(past, clock)
    assert {one.what: one.n for one in done.erased} == {
        "journal": found.journal_rows, "visits": 6, "replies": found.reply_rows,
    }  # fmt: skip
    assert store.verify() == store.head() == max(before) + 1
    for row in store.rows(0, max(before)):
        was = before[row["position"]]
        assert (row["hash"], row["type"], row["day"], row["at"]) == (was["hash"], was["type"], was["day"], was["at"])
        if was["day"] < until and was["type"] not in KEPT:
            assert (row["data"], row["actor"], row["command"].strip("0-")) == ("", "", "")
        else:
            assert row == was
    assert min(days_of_visits(past)) >= until
    assert store.scalar(select(func.min(replies.c.position))) > done.replies > 0


def test_a_second_run_finds_nothing_and_says_so(past: Engine, clock: Clock) -> None:
    run(past, clock)
    assert retention(past).find(clock.now, past.floor.day).total == 0
    assert run(past, clock).erased == ()
    assert past._store.verify() == past.floor.position


def test_the_centre_goes_on_and_starts_again_on_what_is_left(past: Engine, clock: Clock, start: Callable[[], Engine]) -> None:
    past.handle(c.TakeTicket(service=service_of(tiny_plan())), KIOSK)
    run(past, clock)
    floor = past.floor
    assert past.handle(c.TakeTicket(service=service_of(tiny_plan())), KIOSK).result["number"] == "A005"
    past.stop()
    again = start()
    assert again.floor.day == floor.day
    assert again.floor == fold(Floor(), again._store.today())
    assert again._store.verify_today() == again._store.verify() == again._store.head()
    clock.pass_(days=1)
    a_day(again, clock)
    assert len(again._store.visits_on(again.floor.day)) == 3


def test_the_guards_stand_again_afterwards(past: Engine, clock: Clock, url: str) -> None:
    run(past, clock)
    changed, gone = [update(one).values(position=one.c.position + 1) for one in (journal, replies)], ["journal", "replies"]
    for change in (*changed, *(text(f"DELETE FROM {table}") for table in gone)):
        with pytest.raises(DBAPIError, match="append-only"), outside(url) as connection:
            connection.execute(change)


def test_an_emptied_row_is_a_fault_unless_the_journal_says_that_it_was_emptied(past: Engine, clock: Clock, url: str) -> None:
    done = run(past, clock)
    first = past._store.scalar(
        select(func.min(journal.c.position)).where(journal.c.position > done.position, journal.c.type.not_in(KEPT))
    )
    with outside(url) as connection:
        unguard(url, connection)
        connection.execute(update(journal).where(journal.c.position == first).values(data=""))
    with pytest.raises(BrokenChain) as broken:
        past._store.verify()
    assert broken.value.position == first


def test_what_is_kept_for_ever_cannot_be_emptied(past: Engine, clock: Clock, url: str) -> None:
    run(past, clock)
    with outside(url) as connection:
        unguard(url, connection)
        connection.execute(update(journal).where(journal.c.position == 1).values(data=""))
    with pytest.raises(BrokenChain, match="position 1"):
        past._store.verify()


def test_nothing_younger_can_be_erased(past: Engine) -> None:
    head = past.floor.position
    for until, gone in (
        (past.floor.day, past.floor.day),
        ("2026-09-30", "2026-09-30"),
        (kept_from(past.floor.day), past.floor.day),
    ):
        with pytest.raises(Refusal) as refused:
            past.handle(c.EraseOld(until=until, since=1, position=head, visits=gone, replies=0), SYSTEM)
        assert refused.value.code == "kept_longer", until
    assert past.floor.position == head


def test_what_the_node_does_not_have_stays(past: Engine, clock: Clock) -> None:
    for safe in (None, 0, 5):
        found = retention(past, archived=lambda safe=safe: safe).find(clock.now, past.floor.day)
        assert found.position == (safe or 0)
        assert "node" in found.held
    run(past, clock, archived=lambda: 5)
    rows = past._store.rows(0)
    assert [row["position"] for row in rows if row["data"] == ""] == [p for p in range(1, 6) if rows[p - 1]["type"] not in KEPT]
    assert past._store.verify() == past.floor.position


def test_what_reports_do_not_hold_stays(past: Engine, clock: Clock) -> None:
    first, second, *_ = days_of_visits(past)
    done = run(past, clock, reported=lambda day: day != second)
    assert done.visits == second
    assert first not in days_of_visits(past)
    assert second in days_of_visits(past)


def test_other_parts_erase_by_their_own_rule_and_are_counted(past: Engine, clock: Clock) -> None:
    asked = []

    def erase(connection: Connection, before: str) -> dict[str, int]:
        asked.append(before)
        return {"texts": 7}

    past.do(old_session)
    done = run(past, clock, erasers=[(6, erase)])
    assert asked == [f"{month_after(past.floor.day[:7], -6)}-01"]
    assert {one.what: one.n for one in done.erased}.items() >= {"texts": 7, "sessions": 1}.items()
    assert past._store.scalar(select(func.count()).select_from(sessions)) == 0


def test_it_says_loudly_when_something_remains(past: Engine, clock: Clock) -> None:
    job = Retention(past._store, lambda command: None, past.do)
    with pytest.raises(Remains, match="old rows are still there"):
        job.run(clock.now, past.floor.day)


def test_an_old_past_goes_in_small_steps(start: Callable[[], Engine], clock: Clock) -> None:
    engine = start()
    for _ in range(8):
        clock.pass_(days=1)
        a_day(engine, clock, visits=1)
    clock.pass_(days=420)
    engine.handle(c.Tick(), SYSTEM)
    head = engine.floor.position
    run(engine, clock)
    steps = [one.event for one in engine._store.since(head) if isinstance(one.event, RetentionDone)]
    assert len(steps) == 3
    assert [one.until for one in steps] == sorted(one.until for one in steps)
    assert retention(engine).find(clock.now, engine.floor.day).total == 0
    assert engine._store.verify() == engine.floor.position


def test_each_row_that_goes_is_counted_once_however_many_steps_it_takes(start: Callable[[], Engine], clock: Clock) -> None:
    engine = start()
    for _ in range(8):
        clock.pass_(days=1)
        a_day(engine, clock, visits=1)
    engine.do(old_session)
    clock.pass_(days=420)
    engine.handle(c.Tick(), SYSTEM)
    head = engine.floor.position
    found = retention(engine).run(clock.now, engine.floor.day)
    steps = [one.event for one in engine._store.since(head) if isinstance(one.event, RetentionDone)]
    counts = Counter[str]()
    for step in steps:
        counts.update({one.what: one.n for one in step.erased})
    assert len(steps) > 1
    assert found.reply_rows > 0
    assert counts == {"journal": found.journal_rows, "visits": 8, "replies": found.reply_rows, "sessions": 1}


@pytest.mark.parametrize(
    ("last", "hour", "quiet", "runs"),
    [
        ("2026-11-22", 3, True, False), ("2026-11-21", 3, False, True), ("2026-11-21", 10, False, False),
        ("2026-11-21", 10, True, True), ("2026-11-19", 10, False, True), ("", 10, False, False), ("", 2, False, True),
        ("2026-11-21", 4, False, True), ("2026-11-21", 5, False, False),
    ],
)  # fmt: skip
def test_it_runs_at_night_or_when_nobody_works(last: str, hour: int, quiet: bool, runs: bool) -> None:
    assert due(last, "2026-11-22", hour, quiet=quiet) is runs


def test_thirteen_months_are_kept() -> None:
    assert kept_from("2026-11-22") == "2025-10-22"
    assert kept_from("2027-03-31") == "2026-02-28"
    assert kept_from("2024-03-31") == "2023-02-28"
    assert kept_from("2025-03-30") == "2024-02-29"
    assert kept_from("2027-01-31") == "2025-12-31"
    assert moment(0).isoformat() < kept_from("2026-01-01")


class _Plain:
    """A keeping whose parts are on this thread; what it says is remembered."""

    def __init__(self, engine: Engine, folder: Path, **more: Any) -> None:
        self.said: list[str] = []
        self.believed = True
        settings = Settings(
            host="127.0.0.1", port=1, data_dir=folder, database_url=engine._store.url, public_url="http://127.0.0.1:1", **more
        )  # fmt: skip
        self.keeping = Keeping(
            settings, engine._store, engine, lambda work, *args: work(*args), lambda name, status: self.said.append(status.state),
            retention(engine), lambda: self.believed,
        )  # fmt: skip

    def step(self) -> None:
        self.keeping._erase()


@pytest.mark.parametrize(("later", "leapt"), [(1, False), (7, False), (8, True)])
def test_a_week_without_a_day_is_a_holiday_and_more_may_be_a_wrong_clock(past: Engine, later: int, leapt: bool) -> None:
    newest = date.fromisoformat(past.floor.day)
    assert retention(past).leapt((newest + timedelta(days=later)).isoformat()) is leapt


def test_the_first_day_of_a_centre_comes_after_none(start: Callable[[], Engine]) -> None:
    engine = start()
    engine.handle(c.Tick(), SYSTEM)
    assert next(row["day"] for row in engine._store.rows(0)) == "", "a plan is there before any day"
    assert not retention(engine).leapt(engine.floor.day)


def test_a_day_that_a_wrong_clock_began_erases_nothing(start: Callable[[], Engine], clock: Clock, tmp_path: Path) -> None:
    engine = start()
    a_day(engine, clock)
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    known = days_of_visits(engine)
    clock.pass_(days=3650)
    engine.handle(c.Tick(), SYSTEM)
    plain = _Plain(engine, tmp_path)
    for _ in range(3):
        plain.step()
    assert days_of_visits(engine) == known != []
    assert set(plain.said) == {"failed"}
    assert plain.keeping.fault == LEAPT
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    plain.step()
    assert (days_of_visits(engine), plain.said[-1], plain.keeping.fault) == ([], "ok", ""), "the next day was one day later"


@pytest.mark.parametrize("asked", [False, True])
def test_while_the_clock_is_doubted_nothing_is_erased_and_what_was_asked_for_waits(
    past: Engine, clock: Clock, tmp_path: Path, *, asked: bool
) -> None:
    clock.pass_(days=1)
    past.handle(c.Tick(), SYSTEM)
    plain, known = _Plain(past, tmp_path), days_of_visits(past)
    plain.believed = False
    if asked:
        plain.keeping.erase_now()
    for _ in range(2):
        plain.step()
    assert (days_of_visits(past), set(plain.said), plain.keeping.fault) == (known, {"failed"}, DOUBTED)
    plain.believed = True
    plain.step()
    assert len(days_of_visits(past)) < len(known)
    assert (plain.said[-1], plain.keeping.fault) == ("ok", "")


def test_the_log_says_the_same_fault_once(
    start: Callable[[], Engine], clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = start()
    a_day(engine, clock)
    clock.pass_(days=3650)
    engine.handle(c.Tick(), SYSTEM)
    plain = _Plain(engine, tmp_path)
    for _ in range(4):
        plain.step()
    assert plain.said == ["failed"] * 3, "devices are told each time"
    assert [one.getMessage() for one in caplog.records if one.name == "rinda.keeping"] == [f"the retention job failed: {LEAPT}"]


def test_whoever_presses_the_button_says_that_the_clock_is_right(
    start: Callable[[], Engine], clock: Clock, tmp_path: Path
) -> None:  # fmt: skip
    engine = start()
    a_day(engine, clock)
    clock.pass_(days=3650)
    engine.handle(c.Tick(), SYSTEM)
    plain = _Plain(engine, tmp_path)
    plain.keeping.erase_now()
    plain.step()
    assert (days_of_visits(engine), plain.said, plain.keeping.fault) == ([], [], "")


def test_a_copy_made_behind_the_erasure_holds_nothing_that_is_gone(past: Engine, clock: Clock, tmp_path: Path) -> None:
    plain = _Plain(past, tmp_path)
    assert plain.keeping.held() == Held()
    run(past, clock)
    (last, *_) = (one.position for one in plain.keeping.runs() if one.event.erased)
    for position in (last - 1, last):
        copy = tmp_path / name_of(clock.now + timedelta(seconds=position - last), position)
        copy.touch()
        seal(copy, "")
    plain.keeping.keeper.keep = Keep(places=(Place(folder=tmp_path, first=True),))
    assert plain.keeping.held() == Held(copies=1, oldest=clock.now - timedelta(seconds=1))


@pytest.mark.parametrize(("training", "begun"), [(False, ["backup", "retention"]), (True, [])])
def test_a_centre_for_training_keeps_nothing(
    past: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, training: bool, begun: list[str]
) -> None:
    found: list[str] = []
    monkeypatch.setattr(Worker, "start", lambda worker: found.append(worker._name))
    _Plain(past, tmp_path, training=training).keeping.start()
    assert found == begun
