"""PINs, workstations, the lock of sessions, single sign-on names and people who may not come in: on disk and in time."""

from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from server.engine import Engine
from server.people import hashing
from server.people.enter import enter
from server.people.hashing import easy, like_pin
from server.people.people import Barred, People, TooFast
from server.people.stations import BARRED_S, WRONG_BARS, WRONG_ENDS, station_of
from server.store.schema import accounts, sessions, stations

HERE, THERE = "here", "there"
PIN = "482915"
HOUR = 3600.0


class Seconds:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/centre.db"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(hashing, "hasher", hasher)
    monkeypatch.setattr(hashing, "nobody", hasher.hash("nobody"))


@pytest.fixture
def time() -> Seconds:
    return Seconds()


def loaded(engine: Engine, time: Seconds, lock_s: float = 0.0) -> People:
    people = People(engine.do, time, lambda: lock_s)
    people.load()
    return people


@pytest.fixture
def staff(engine: Engine, time: Seconds) -> People:
    """`anna` and `ivo`, each with a PIN, both at home at the workstation `here`."""
    people = loaded(engine, time)
    for name in ("anna", "ivo"):
        people.add_account(name, "clerk", name.title(), "pareizi8")
        people.set_pin(name, hashing.hasher.hash(PIN))
        people.open_session(name, "password", HERE)
    return people


def tried(people: People, secret: str, station: str = HERE, name: str = "anna") -> str:
    try:
        return enter(people, lambda work, *args: work(*args), name, secret, station, "1.2.3.4") or "wrong"
    except Barred:
        return "barred"


@pytest.mark.parametrize(
    ("pin", "so"),
    [
        ("111111", True),
        ("121212", True),
        ("345678", True),
        ("987654", True),
        ("483483", True),
        ("482915", False),
        ("19840317", False),
    ],
)
def test_easy_pins(pin: str, so: bool) -> None:
    assert easy(pin) is so


def test_what_could_be_a_pin() -> None:
    assert [like_pin(one) for one in ("12345", "123456", "123456789012", "1234567890123", "12345a", "١٢٣٤٥٦")] == [
        False, True, True, False, False, False,
    ]  # fmt: skip


def test_a_pin_works_only_where_the_password_was_given_and_for_twelve_hours(staff: People, time: Seconds) -> None:
    assert (tried(staff, PIN), tried(staff, PIN, THERE), tried(staff, PIN, "")) == ("pin", "barred", "barred")
    assert tried(staff, "pareizi8", THERE) == "password"
    assert tried(staff, PIN, name="nobody") == "barred"
    time.now += 12 * HOUR - 1
    assert tried(staff, PIN) == "pin"
    time.now += 2
    assert tried(staff, PIN) == "barred"
    staff.open_session("anna", "sso", HERE)
    assert tried(staff, PIN) == "pin"


def test_a_session_by_pin_ends_with_the_passwords_hours(staff: People, time: Seconds) -> None:
    time.now += 11 * HOUR
    token = staff.open_session("anna", "pin", HERE)
    time.now += HOUR - 1
    assert staff.session(token) is not None
    time.now += 2
    assert staff.session(token) is None


def test_wrong_pins_bar_it_for_a_while_and_then_for_good(staff: People, time: Seconds, engine: Engine) -> None:
    assert [tried(staff, "739154") for _ in range(WRONG_BARS)] == ["wrong"] * WRONG_BARS
    assert (tried(staff, PIN), tried(staff, PIN, name="ivo")) == ("barred", "pin")
    assert tried(loaded(engine, time), PIN) == "barred"  # a restart forgives nothing
    time.now += BARRED_S + 1
    assert [tried(staff, "739154") for _ in range(WRONG_ENDS - WRONG_BARS)] == ["wrong"] * (WRONG_ENDS - WRONG_BARS)
    time.now += BARRED_S + 1
    assert tried(staff, PIN) == "barred"
    assert tried(staff, "pareizi8") == "password"
    staff.open_session("anna", "password", HERE)
    assert tried(staff, PIN) == "pin"


def test_the_right_pin_forgives_the_wrong_ones(staff: People) -> None:
    for _ in range(3):
        assert [tried(staff, "739154") for _ in range(WRONG_BARS - 1)] == ["wrong"] * (WRONG_BARS - 1)
        assert tried(staff, PIN) == "pin"


def test_a_password_of_digits_is_a_password_too(staff: People) -> None:
    staff.add_account("olga", "clerk", "Olga", "9053718264")
    assert tried(staff, "9053718264", THERE, "olga") == "password"
    staff.set_pin("olga", hashing.hasher.hash(PIN))
    staff.open_session("olga", "password", HERE)
    assert (tried(staff, "9053718264", name="olga"), tried(staff, PIN, name="olga")) == ("password", "pin")


def test_a_new_pin_waits_for_the_password(staff: People) -> None:
    staff.set_pin("anna", hashing.hasher.hash("593817"))
    assert (tried(staff, "593817"), tried(staff, PIN)) == ("barred", "barred")
    staff.open_session("anna", "password", HERE)
    assert (tried(staff, "593817"), tried(staff, PIN)) == ("pin", "wrong")
    staff.set_pin("anna", None)
    staff.open_session("anna", "password", HERE)
    assert tried(staff, "593817") == "barred"


def test_who_is_known_at_a_workstation(staff: People, time: Seconds, engine: Engine) -> None:
    time.now += 60
    staff.open_session("anna", "password", HERE)
    assert [one.name for one in staff.known_at(HERE)] == ["anna", "ivo"]
    assert [one.name for one in loaded(engine, time).known_at(HERE)] == ["anna", "ivo"]
    assert staff.known_at(THERE) == []
    staff.set_off("anna", True)
    assert [one.name for one in staff.known_at(HERE)] == ["ivo"]
    time.now += 31 * 24 * HOUR
    assert staff.known_at(HERE) == []


def test_who_is_switched_off_is_out_at_once_and_stays_out(staff: People, time: Seconds, engine: Engine) -> None:
    token = staff.open_session("anna", "password", HERE)
    staff.set_off("anna", True)
    for people in (staff, loaded(engine, time)):
        assert people.session(token) is None
        assert people.actor(people.session(token)) is None
        assert (tried(people, PIN), tried(people, "pareizi8")) == ("barred", "wrong")
    staff.set_off("anna", False)
    assert staff.session(token) is None
    assert tried(staff, "pareizi8") == "password"


def test_an_idle_session_locks_and_stays_locked_over_a_restart(
    start: Callable[[], Engine], time: Seconds
) -> None:  # fmt: skip
    engine = start()
    people = loaded(engine, time, lock_s=600.0)
    people.add_account("anna", "clerk", "Anna", "pareizi8")
    idle, busy = people.open_session("anna"), people.open_session("anna")
    for _ in range(3):
        time.now += 250
        session = people.session(busy)
        assert session is not None
        people.sessions.touch(session)
    assert (people.locked(idle), people.locked(busy)) == (True, False)
    session = people.session(idle)
    assert session is not None
    people.sessions.touch(session)
    assert people.locked(idle)  # work in it does not open it
    people.sessions.sweep()
    engine.stop()
    again = loaded(start(), time, lock_s=600.0)
    assert (again.locked(idle), again.locked(busy)) == (True, False)
    session = again.session(idle)
    assert session is not None
    again.sessions.set_locked(session, False)
    assert not again.locked(idle)


def test_without_a_rule_nothing_locks_by_itself(staff: People, time: Seconds) -> None:
    token = staff.open_session("anna")
    time.now += 11 * HOUR
    assert not staff.locked(token)
    assert not staff.locked(None)


def test_one_person_is_one_at_the_single_sign_on(staff: People, time: Seconds, engine: Engine) -> None:
    staff.set_sso("anna", "9f3c")
    staff.set_sso("anna", "9f3c")
    with pytest.raises(ValueError, match="anna"):
        staff.set_sso("ivo", "9f3c")
    found = loaded(engine, time).by_sso("9f3c")
    assert found is not None
    assert found.name == "anna"
    assert staff.by_sso("") is None
    staff.set_sso("anna", None)
    assert staff.by_sso("9f3c") is None


def test_the_workstations_cookie_is_stored_only_hashed(staff: People, engine: Engine) -> None:
    cookie = staff.stations.fresh()
    staff.open_session("anna", "password", cookie)
    kept: list[str] = []
    for table in (stations, sessions, accounts):
        engine.do(lambda connection, table=table: kept.extend(map(str, connection.execute(select(table)).all())))
    assert not any(cookie in row or PIN in row for row in kept)
    assert any(station_of(cookie) in row for row in kept)


def test_wrong_passwords_wait_whatever_stood_before(staff: People) -> None:
    assert [tried(staff, "wrong-password") for _ in range(5)] == ["wrong"] * 5
    with pytest.raises(TooFast):
        tried(staff, "pareizi8")
    assert tried(staff, PIN) == "pin"
