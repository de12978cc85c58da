"""Reserve numbers: durable, once, in a row for the local day, at the centre at their true times, whatever the clocks did."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kiosk.clock import moment_of
from kiosk.replay import AGAIN_S, LATER, Replay
from kiosk.reserve import BROKEN, Wish, opened
from server.domain import arrival
from server.domain import commands as c
from server.domain.context import Actor
from server.protocol import Answer, CommandMessage, companion, visit_of
from tests.kiosk.rig import RIGA, Centre, Machine, at, truth
from tests.support import MORNING

DAY = "2026-03-16"
FRAME = 24 + 4096
"""Bytes of a frame in SQLite's write-ahead log: its header and a page."""


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path)


@pytest.fixture
def machine(centre: Centre, tmp_path: Path) -> Machine:
    found = Machine(centre, tmp_path / "kiosk-1")
    found.hear()
    return found


def test_the_same_touch_gets_the_same_number_also_after_a_restart(machine: Machine) -> None:
    touch = uuid4()
    first = machine.touch(touch=touch)
    machine.start()
    assert machine.touch(touch=touch) == first
    assert machine.touch().number == "X002"


def test_several_services_get_numbers_in_a_row_each_instead_of_its_own_companion(machine: Machine) -> None:
    touch = uuid4()
    wish = Wish(touch=touch, services=("a", "b", "c"), language="en", needs=("accessible",))
    rows = machine.reserve.issue(wish, "X", RIGA, 0)
    assert [(row.number, row.service) for row in rows] == [("X001", "a"), ("X002", "b"), ("X003", "c")]
    assert rows[0].instead == visit_of(touch)
    assert [row.instead for row in rows] == [companion(visit_of(touch), n) for n in range(3)]
    assert [companion(touch, n) for n in range(6)] == [arrival.companion(touch, n) for n in range(6)], "one name on both sides"
    assert all(machine.reserve.replaces(row.instead) and not machine.reserve.replaces(row.visit) for row in rows)
    assert all(machine.reserve.knows_alone(row.visit) for row in rows)


def test_the_count_goes_on_from_what_the_server_knows_and_from_what_the_disk_has(machine: Machine) -> None:
    assert machine.touch(used=17).number == "X018"
    assert machine.touch(used=17).number == "X019"


def test_the_count_begins_anew_at_local_midnight(centre: Centre, machine: Machine) -> None:
    centre.clock.now = MORNING  # 8:00 in Riga
    centre.pass_(hours=15, minutes=59)
    assert [machine.touch().number, machine.touch().number] == ["X001", "X002"]
    centre.pass_(minutes=2)
    assert machine.touch().number == "X001"
    machine.start()
    assert machine.touch().number == "X002"
    machine.back()
    assert centre.numbers() == [(DAY, "X001"), (DAY, "X002"), ("2026-03-17", "X001"), ("2026-03-17", "X002")]


def test_on_return_all_are_at_the_centre_once_in_true_order_and_the_main_series_has_no_gap(
    centre: Centre, tmp_path: Path
) -> None:
    one, two = Machine(centre, tmp_path / "one"), Machine(centre, tmp_path / "two", "kiosk-2", "Y")
    one.hear()
    two.hear()
    said = [centre.take()]
    for n in range(12):
        centre.pass_(minutes=1)
        machine = (one, two)[n % 2]
        machine.wall += 90_000_000  # somebody sets its clock again and again
        said.append(machine.touch().number)
    centre.pass_(minutes=1)
    two.back()
    one.back()
    two.back()
    said.append(centre.take())
    assert [number for _, number in centre.numbers()] == said
    assert said[0] == "A001"
    assert said[-1] == "A002"
    waiting = [visit.number for visit in sorted(centre.engine.floor.visits.values(), key=lambda one: one.legs[0].key)]
    assert waiting == said


def test_a_number_is_done_only_when_answered_and_sent_the_same_each_time(centre: Centre, machine: Machine) -> None:
    machine.touch()
    machine.touch()
    machine.reachable = False
    machine.back()
    (first, second) = machine.reserve.unsent()
    assert first.told is not None
    assert second.told is None, "the second waits for the answer to the first"
    centre.pass_(seconds=10)
    machine.start()
    machine.reachable = True
    machine.back()
    assert machine.reserve.unsent() == ()
    assert machine.reserve.rows()[0].told == first.told
    assert len(centre.numbers()) == 2


def test_what_was_answered_but_not_marked_is_sent_again_without_effect(centre: Centre, machine: Machine) -> None:
    row = machine.reserve.tell(machine.touch(), machine.reserve.times())
    from kiosk.replay import message_of

    assert centre.submit("kiosk-1", message_of(row)).ok
    machine.start()
    machine.back()
    assert machine.reserve.unsent() == ()
    assert centre.numbers() == [(DAY, "X001")]


def test_a_refused_number_is_kept_and_marked_and_does_not_hold_up_the_next(centre: Centre, machine: Machine) -> None:
    # A disk that was replaced gives a number that the centre has already.
    centre.engine.handle(
        c.AdmitOffline(number="X001", service=centre.service, issued=centre.clock.now), Actor("kiosk", "kiosk-1"), uuid4()
    )
    centre.pass_(minutes=1)
    machine.touch()
    machine.touch()
    machine.back()
    (kept,) = machine.reserve.unsent()
    assert (kept.number, kept.refused) == ("X001", "number_taken")
    machine.start()
    assert machine.reserve.unsent() == (kept,)
    assert (DAY, "X002") in centre.numbers()


def test_the_visit_that_the_server_did_begin_gives_its_place(centre: Centre, machine: Machine) -> None:
    touch = uuid4()
    actor = Actor("kiosk", "kiosk-1")
    done = centre.engine.handle(c.TakeTicket(service=centre.service), actor, touch)
    centre.pass_(seconds=4)
    row = machine.touch(touch=touch)
    machine.back()
    visits = {visit.number: visit for visit in centre.engine.floor.visits.values()}
    assert visits[done.result["number"]].state == "ended"
    assert visits["X001"].id == row.visit
    assert visits["X001"].state == "waiting"


@pytest.mark.parametrize("hours", [-30, -1, 1, 30, 24 * 400])
def test_a_clock_set_wrong_while_the_machine_is_on_changes_nothing(centre: Centre, machine: Machine, hours: int) -> None:
    centre.pass_(minutes=10)
    machine.touch()
    machine.wall += hours * 3_600_000_000
    centre.pass_(minutes=10)
    row = machine.touch()
    assert row.issued == centre.clock.now, "the slip says the true time"
    machine.start()
    centre.pass_(minutes=10)
    machine.back()
    assert list(truth(machine)) == [("X001", MORNING + timedelta(minutes=10)), ("X002", MORNING + timedelta(minutes=20))]


def test_after_a_power_cut_the_wall_clock_counts_with_its_last_difference(centre: Centre, machine: Machine) -> None:
    machine.wall -= 3_600_000_000  # an hour slow, and the server knows better
    machine.hear()
    centre.pass_(minutes=5)
    machine.switch_on()
    centre.pass_(minutes=5)
    machine.touch()
    centre.pass_(minutes=5)
    machine.touch()
    machine.switch_on()
    centre.pass_(minutes=5)
    machine.back()
    assert list(truth(machine)) == [("X001", MORNING + timedelta(minutes=10)), ("X002", MORNING + timedelta(minutes=15))]


def test_a_machine_that_hears_the_server_before_it_is_switched_off_knows_its_times_whatever_its_clock_said(
    centre: Centre, machine: Machine
) -> None:
    machine.switch_on(rtc=at("1970-01-01T00:00:00"))
    centre.pass_(minutes=5)
    first = machine.touch()
    assert first.issued >= MORNING, "never before the server was last heard"
    centre.pass_(hours=2)
    machine.touch()
    centre.pass_(minutes=1)
    machine.back()
    assert list(truth(machine)) == [
        ("X001", MORNING + timedelta(minutes=5)),
        ("X002", MORNING + timedelta(hours=2, minutes=5)),
    ]


def test_with_a_dead_battery_and_no_server_the_order_stays_and_no_number_comes_twice(centre: Centre, machine: Machine) -> None:
    given = [machine.touch().number for _ in range(3)]
    for wrong in ("1970-01-01T00:00:00", "2031-05-05T12:00:00", "2026-03-16T05:00:00"):
        centre.pass_(minutes=30)
        machine.switch_on(rtc=at(wrong))
        given += [machine.touch().number for _ in range(3)]
    centre.pass_(minutes=1)
    machine.switch_on(rtc=at("2000-01-01T00:00:00"))
    machine.back()
    assert machine.reserve.unsent() == ()
    assert [number for _, number in centre.numbers()] == given
    assert len(set(given)) == len(given)
    assert all(MORNING <= when <= centre.clock.now for _, when in truth(machine))
    days = {day for day, _ in centre.numbers()}
    assert days == {DAY}


def test_a_wrong_clock_before_a_power_cut_does_not_move_what_is_known_after_it(centre: Centre, machine: Machine) -> None:
    machine.switch_on(rtc=at("2026-03-16T20:00:00"))
    centre.pass_(minutes=5)
    machine.touch()
    machine.switch_on()
    centre.pass_(minutes=5)
    machine.touch()
    centre.pass_(hours=20)
    machine.back()
    told = dict(truth(machine))
    assert told["X002"] == MORNING + timedelta(minutes=10)
    assert MORNING <= told["X001"] <= told["X002"]


def test_a_clock_a_day_ahead_after_a_power_cut_counts_on(centre: Centre, machine: Machine) -> None:
    assert machine.touch().number == "X001"
    machine.back()
    centre.pass_(minutes=10)
    machine.reachable = False
    machine.switch_on(rtc=centre.clock.now + timedelta(days=1))
    assert machine.touch().number == "X002", "perhaps it is still today"
    machine.reachable = True
    machine.back()
    assert centre.numbers() == [(DAY, "X001"), (DAY, "X002")]


def test_a_number_whose_day_is_uncertain_is_not_given_again_today(centre: Centre, machine: Machine) -> None:
    centre.pass_(days=1)
    machine.switch_on(rtc=at("1970-01-01T00:00:00"))
    first = machine.touch()
    assert first.issued < MORNING + timedelta(hours=1), "it is thought to be yesterday still"
    machine.switch_on(rtc=centre.clock.now)
    machine.hear()
    assert (first.number, machine.touch().number) == ("X001", "X002"), "both may be in the hall"


@pytest.mark.parametrize("code", LATER)
def test_a_server_that_cannot_take_a_number_now_is_asked_again_in_a_moment(machine: Machine, code: str) -> None:
    asked: list[UUID] = []
    answers = [Answer(ok=False, code=code), None]

    def submit(message: CommandMessage) -> Answer | None:
        asked.append(message.id)
        return answers.pop(0) if answers else Answer(ok=True)

    replay = Replay(machine.reserve, submit, timer=lambda: machine.boot / 1e6)
    first, second = machine.touch(), machine.touch()
    for _ in range(2):
        replay.step()
        replay.step()
        assert [row.refused for row in machine.reserve.unsent()] == ["", ""]
        machine.boot += int(AGAIN_S * 1e6)
    replay.step()
    assert asked == [first.command] * 3 + [second.command], "once in a while, and none before it"
    assert machine.reserve.unsent() == ()


def test_nothing_is_sent_before_the_server_was_heard(centre: Centre, machine: Machine) -> None:
    machine.switch_on(rtc=centre.clock.now - timedelta(hours=30))
    machine.touch()
    centre.pass_(minutes=7)
    machine.replay.step()
    assert [(row.sent, row.told) for row in machine.reserve.rows()] == [(False, None)]
    machine.back()
    assert [row.sent for row in machine.reserve.rows()] == [True]


def test_what_was_told_and_not_taken_is_kept_for_good(centre: Centre, machine: Machine) -> None:
    row = machine.reserve.tell(machine.touch(), machine.reserve.times())
    for _ in range(9):
        centre.pass_(days=1)
        machine.hear()
    machine.start()
    assert machine.reserve.rows() == machine.reserve.unsent() == (row,)


def test_with_a_dead_battery_the_time_goes_on_and_is_not_known(centre: Centre, machine: Machine) -> None:
    centre.pass_(minutes=1)
    machine.switch_on(rtc=at("1970-01-01T00:00:00"))
    centre.pass_(hours=5)
    assert machine.reserve.known is None
    assert moment_of(machine.reserve.now) == MORNING + timedelta(hours=5, seconds=7), "at least what the machine has been on"
    assert machine.touch().issued == MORNING + timedelta(hours=5, seconds=7)
    machine.hear()
    assert machine.reserve.known == centre.clock.now
    centre.pass_(seconds=7)
    machine.switch_on()  # which takes seven seconds
    centre.pass_(minutes=1)
    assert machine.reserve.known == centre.clock.now


def test_old_numbers_are_forgotten_while_it_runs_and_never_by_an_uncertain_clock(centre: Centre, machine: Machine) -> None:
    first = machine.touch()
    machine.back()
    machine.switch_on(rtc=centre.clock.now + timedelta(days=400))
    assert [row.number for row in machine.reserve.rows()] == ["X001"]
    machine.hear()
    for _ in range(8):
        centre.pass_(days=1)
        machine.hear()
    assert machine.reserve.rows() == machine.reserve.of(first.touch) == ()
    assert not machine.reserve.replaces(first.instead)


def test_the_true_times_are_found_once_for_all_that_is_sent(centre: Centre, machine: Machine) -> None:
    for _ in range(5):
        machine.touch()
    found = machine.reserve._times
    walks: list[int] = []
    machine.reserve._times = lambda now: (walks.append(now), found(now))[1]  # type: ignore[method-assign,func-returns-value]
    machine.back()
    assert len(centre.numbers()) == 5
    assert len(walks) == 1


def test_days_without_a_server(centre: Centre, machine: Machine) -> None:
    expected = []
    for day in range(4):
        for n in range(1, 4):
            centre.pass_(minutes=7)
            assert machine.touch().number == f"X00{n}"
            expected.append((f"2026-03-{16 + day}", f"X00{n}"))
        machine.start()
        centre.pass_(days=1, minutes=-21)
    machine.back()
    assert centre.numbers() == expected
    ended = [visit for visit in centre.engine.floor.visits.values() if visit.state != "ended"]
    assert ended == [], "nobody of an earlier day is called today"


def test_a_power_cut_at_any_byte_of_the_log_loses_nothing_that_was_told(centre: Centre, machine: Machine, tmp_path: Path) -> None:
    store = machine.folder / "reserve.db"
    wal = store.with_name("reserve.db-wal")
    machine.reserve._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole: list[tuple[int, str]] = [(0, "")]
    for _ in range(3):
        number = machine.touch().number
        whole.append((wal.stat().st_size, number))
    log = wal.read_bytes()
    cut = tmp_path / "cut"
    ends = {size for size, _ in whole}
    # Every byte of the last commit, and around the ends of those before it.
    lengths = sorted({*range(whole[2][0], len(log) + 1, 61), *(end + near for end in ends for near in (-1, 0, 1)), len(log)})
    for length in [one for one in lengths if 0 <= one <= len(log)]:
        shutil.rmtree(cut, ignore_errors=True)
        cut.mkdir()
        shutil.copy(store, cut / "reserve.db")
        (cut / "reserve.db-wal").write_bytes(log[:length])
        again = opened(cut / "reserve.db", machine.moment, machine.reserve._lock)
        told = [number for size, number in whole[1:] if size <= length]
        assert [row.number for row in again.rows()] == told, length
        (fresh,) = again.issue(Wish(touch=uuid4(), services=("a",), language="lv"), "X", RIGA, 0)
        assert fresh.number not in told
        again.close()


def test_a_file_that_cannot_be_read_is_kept_and_its_numbers_are_not_given_again(machine: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "spoilt"
    folder.mkdir()
    (folder / "reserve.db").write_bytes(b"no database" * 1000)
    again = opened(folder / "reserve.db", machine.moment, machine.reserve._lock)
    (fresh,) = again.issue(Wish(touch=uuid4(), services=("a",), language="lv"), "X", RIGA, 0)
    assert fresh.n > 500
    assert [path.read_bytes()[:11] for path in folder.glob(BROKEN.format("*"))] == [b"no database"]


def test_a_file_that_cannot_be_opened_now_is_not_put_aside(machine: Machine, tmp_path: Path) -> None:
    there = tmp_path / "elsewhere" / "reserve.db"
    there.mkdir(parents=True)
    with pytest.raises(sqlite3.OperationalError):
        opened(there, machine.moment, machine.reserve._lock)
    assert list(there.parent.iterdir()) == [there]


def test_each_broken_file_makes_the_counts_begin_higher(machine: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "spoilt"
    folder.mkdir()
    given: list[int] = []
    for _ in range(3):
        (folder / "reserve.db").write_bytes(b"no database" * 1000)
        machine.wall += 1
        again = opened(folder / "reserve.db", machine.moment, machine.reserve._lock)
        given += [again.issue(Wish(touch=uuid4(), services=("a",), language="lv"), "X", RIGA, 0)[0].n for _ in range(2)]
        again.close()
    assert given == [501, 502, 1001, 1002, 1501, 1502]


def test_each_number_is_on_the_disk_when_it_is_given(machine: Machine) -> None:
    row = machine.touch()
    with sqlite3.connect(machine.folder / "reserve.db") as other:
        assert other.execute("SELECT count(*) FROM numbers WHERE touch = ?", (str(row.touch),)).fetchone() == (1,)
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert machine.reserve._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_what_was_taken_is_forgotten_after_a_week_but_nothing_else(centre: Centre, machine: Machine) -> None:
    machine.touch()
    machine.back()
    kept = machine.touch()
    centre.pass_(days=8)
    machine.start()
    assert machine.reserve.rows() == (kept,)
    assert moment_of(machine.reserve.now) == centre.clock.now
