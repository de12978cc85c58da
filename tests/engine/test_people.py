"""Who comes in: passwords, the growing delay, sessions, device tokens; all of it through the writer. And who may do what."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from argon2 import PasswordHasher, Type
from sqlalchemy import select

from server import authority, channels
from server.domain import commands as c
from server.domain.context import Actor, Role
from server.engine import Engine
from server.people import hashing
from server.people.people import SESSION_HOURS, People, TooFast
from server.store.schema import accounts, devices, sessions

HASHER = hashing.hasher


@pytest.fixture
def url(tmp_path: Path) -> str:
    """SQLite is enough here: chores over both databases are the store's test."""
    return f"sqlite:///{tmp_path}/centre.db"


class Seconds:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at its cheapest: these tests ask what is checked, not how dear it is."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(hashing, "hasher", hasher)
    monkeypatch.setattr(hashing, "nobody", hasher.hash("nobody"))


@pytest.fixture
def time() -> Seconds:
    return Seconds()


@pytest.fixture
def staff(engine: Engine, time: Seconds) -> People:
    """`anna`, a clerk with the password `pareizi`."""
    some = People(engine.do, time)
    some.load()
    some.add_account("anna", "clerk", "Anna", "pareizi")
    return some


def stored(engine: Engine) -> str:
    """Everything of the three tables as text."""
    found: list[str] = []
    for table in (accounts, sessions, devices):
        engine.do(lambda connection, table=table: found.extend(map(str, connection.execute(select(table)).all())))
    return json.dumps(found)


def test_the_cost_of_a_password_is_owasps_floor() -> None:
    assert (HASHER.time_cost, HASHER.memory_cost, HASHER.type) == (2, 19 * 1024, Type.ID)


def test_a_password_is_right_or_wrong(staff: People, engine: Engine) -> None:
    assert staff.check("anna", "pareizi", "1.2.3.4")
    assert not staff.check("anna", "nepareizi", "1.2.3.4")
    assert not staff.check("anna", "", "1.2.3.4")
    assert not staff.check("Anna", "pareizi", "1.2.3.4")
    assert not staff.check("nobody", "nobody", "1.2.3.4")
    assert "pareizi" not in stored(engine)
    assert "$argon2id$" in stored(engine)


def test_the_delay_grows_and_ends(staff: People, time: Seconds) -> None:
    def fail() -> float:
        try:
            assert not staff.check("anna", "wrong", "1.2.3.4")
        except TooFast as fast:
            return fast.seconds
        return 0.0

    assert [fail() for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    for expected in (1, 2, 4, 8, 16, 32, 60, 60):
        assert fail() == pytest.approx(expected)
        with pytest.raises(TooFast):
            staff.check("anna", "pareizi", "1.2.3.4")  # also the right one has to wait
        time.now += expected - 0.01
        assert fail() > 0
        time.now += 0.02
        assert fail() == 0
    assert staff.check("anna", "pareizi", "5.6.7.8")  # another address is another matter
    time.now += 60.01
    assert staff.check("anna", "pareizi", "1.2.3.4")
    assert fail() == 0


def test_many_names_from_one_address_wait_together(staff: People, time: Seconds) -> None:
    def fails(name: str, station: str = "") -> bool:
        return not staff.check(name, "wrong", "1.2.3.4", station=station)

    assert all(fails(f"name{n}") for n in range(30))
    for name in ("another", "anna"):
        with pytest.raises(TooFast) as fast:
            fails(name)
        assert 0 < fast.value.seconds <= 2
    assert staff.check("anna", "pareizi", "5.6.7.8")
    time.now += 2.01
    assert fails("another")
    with pytest.raises(TooFast):
        fails("one-more")
    staff.open_session("anna", station="desk")
    assert staff.check("anna", "pareizi", "1.2.3.4", station="desk")  # whom this browser knows
    with pytest.raises(TooFast):
        staff.check("anna", "pareizi", "1.2.3.4", station="another")


def test_right_passwords_are_no_tries(staff: People) -> None:
    assert all(staff.check("anna", "pareizi", "1.2.3.4") for _ in range(100))


def test_when_too_much_waits_a_try_is_put_off(staff: People) -> None:
    def full(*_: object) -> object:
        raise TimeoutError

    with pytest.raises(TooFast):
        staff.check("anna", "pareizi", "1.2.3.4", full)
    assert staff.check("anna", "pareizi", "1.2.3.4")


def test_an_attack_that_lasts_for_days_ends_too(staff: People, time: Seconds) -> None:
    for _ in range(1200):
        time.now += 61
        assert not staff.check("anna", "wrong", "1.2.3.4")
    time.now += 61
    assert staff.check("anna", "pareizi", "1.2.3.4")


def test_nobody_waits_longer_because_the_clock_went_back(staff: People, time: Seconds) -> None:
    for _ in range(6):
        time.now += 1.5
        assert not staff.check("anna", "wrong", "1.2.3.4")
    time.now -= 7200
    with pytest.raises(TooFast) as fast:
        staff.check("anna", "pareizi", "1.2.3.4")
    assert fast.value.seconds <= 60


def test_sessions_last_their_hours(staff: People, time: Seconds) -> None:
    token = staff.open_session("anna")
    session = staff.session(token)
    assert session is not None
    assert (session.account, staff.actor(staff.session(token))) == ("anna", Actor("clerk", "anna"))
    assert session.csrf not in (token, staff.session(staff.open_session("anna")))
    time.now += SESSION_HOURS * 3600 - 1
    assert staff.actor(staff.session(token)) == Actor("clerk", "anna")
    time.now += 2
    assert staff.actor(staff.session(token)) is None
    assert staff.session(token) is None


def test_signing_out_ends_one_session(staff: People, engine: Engine, time: Seconds) -> None:
    here, there = staff.open_session("anna"), staff.open_session("anna")
    staff.close_session(here)
    staff.close_session(here)
    staff.close_session("never was")
    again = People(engine.do, time)
    again.load()
    for one in (staff, again):
        assert one.actor(one.session(here)) is None
        assert one.actor(one.session(there)) == Actor("clerk", "anna")


def test_expired_sessions_leave_the_database(staff: People, engine: Engine, time: Seconds) -> None:
    staff.open_session("anna")
    time.now += SESSION_HOURS * 3600 + 1
    staff.open_session("anna")
    count: list[int] = []
    engine.do(lambda connection: count.append(len(connection.execute(select(sessions)).all())))
    assert count == [1]


def test_tokens_are_stored_only_hashed(staff: People, engine: Engine) -> None:
    staff.add_device("kiosk-1", "kiosk", "demo-kiosk-token")
    token = staff.open_session("anna")
    kept = stored(engine)
    assert "demo-kiosk-token" not in kept
    assert token not in kept
    assert "kiosk-1" in kept


def test_no_token_is_nobody(staff: People) -> None:
    staff.add_device("kiosk-1", "kiosk", "secret")
    for token in (None, "", "x", "kiosk-1"):
        assert staff.by_token(token) is None
        assert staff.actor(staff.session(token)) is None


def test_all_of_it_survives_a_restart(start: Callable[[], Engine], time: Seconds) -> None:
    engine = start()
    before = People(engine.do, time)
    before.add_account("anna", "clerk", "Anna", "pareizi")
    before.add_device("kiosk-1", "kiosk", "secret")
    token = before.open_session("anna")
    engine.stop()
    again = start()
    after = People(again.do, time)
    after.load()
    assert after.check("anna", "pareizi", "1.2.3.4")
    assert after.by_token("secret") == Actor("kiosk", "kiosk-1")
    assert after.actor(after.session(token)) == Actor("clerk", "anna")
    assert after.session(token) == before.session(token)
    after.add_account("anna", "manager", "Other", "cita")  # one that is there stays as it is
    assert after.account("anna") == before.account("anna")


MAY = """
command          kiosk display clerk manager national visitor system panel
TakeTicket       x     .       x     x       .        .       .      .
CheckIn          x     .       x     x       .        .       .      .
AdmitOffline     x     .       .     x       .        .       .      .
ReportSlip       x     .       .     x       .        .       .      .
ConfirmShown     .     x       .     .       .        .       .      .
ConfirmSpoken    .     x       .     .       .        .       .      .
Leave            .     .       x     x       .        x       .      .
Delay            .     .       .     .       .        x       .      .
AnswerCall       .     .       .     .       .        x       .      .
Return           .     .       .     .       .        x       .      .
OpenCounter      .     .       x     x       .        .       .      .
CloseCounter     .     .       x     x       .        .       .      .
Pause            .     .       x     x       .        .       .      .
Resume           .     .       x     x       .        .       .      x
CallNext         .     .       x     x       .        .       .      x
CallVisit        .     .       x     x       .        .       .      .
Recall           .     .       x     x       .        .       .      x
Serve            .     .       x     x       .        .       .      x
Requeue          .     .       x     x       .        .       .      x
Transfer         .     .       x     x       .        .       .      .
Park             .     .       x     x       .        .       .      .
NoShow           .     .       x     x       .        .       .      x
RecordService    .     .       x     x       .        .       .      .
AmendService     .     .       x     x       .        .       .      .
StrikeService    .     .       x     x       .        .       .      .
Finish           .     .       x     x       .        .       .      x
Undo             .     .       x     x       .        .       .      .
RegisterContact  .     .       x     x       .        .       .      .
RegisterCallback .     .       x     x       .        .       .      .
CallCallback     .     .       x     x       .        .       .      .
EndCallback      .     .       x     x       .        .       .      .
SendMessage      .     .       x     x       .        .       .      .
AcknowledgeMessage .     .       x     x       .        .       .      .
RaiseAlarm       .     .       x     x       .        .       .      .
AcknowledgeAlarm .     .       x     x       .        .       .      .
StoreNext        .     .       x     x       .        .       .      .
CallRoll         .     .       x     x       .        .       .      .
SetRoll          .     .       x     x       .        .       .      .
HoldSlot         .     .       x     x       .        .       .      .
BookAppointment  .     .       x     x       .        .       .      .
MoveAppointment  .     .       x     x       .        .       .      .
CancelAppointment .    .       x     x       .        .       .      .
CorrectVisit     .     .       .     x       .        .       .      .
SetQueue         . . . x . . . .
ReleaseCounter   . . . x . . . .
SetProfile       . . . x . . . .
MoveVisit        . . . x . . . .
EndVisit         . . . x . . . .
Announce         . . . x . . . .
Withdraw         . . . x . . . .
SeeTrouble       . . . x . . . .
NoteTroubles     . . . . . . x .
CloseDay         .     .       .     x       .        .       .      .
RevisePlan       .     .       .     x       .        .       x      .
SchedulePlan     .     .       .     x       .        .       .      .
WithdrawPlan     .     .       .     x       .        .       .      .
CloseMonth       .     .       .     x       .        .       .      .
EraseOld         .     .       .     .       .        .       x      .
PrintSlip        .     .       x     x       .        .       .      .
SetBooth         .     .       x     x       .        .       .      .
CallHelp         x     .       .     .       .        .       .      .
AnswerHelp       .     .       x     x       .        .       .      .
TakeCounter      .     .       .     .       .        .       x      .
StartRoom        .      .      x      x      .      .      .      .
ExtendRoom       .      .      x      x      .      .      .      .
EndRoom          .      .      x      x      .      .      .      .
WipeRoom         .      .      x      x      .      .      .      .
JoinRoom         .      .      x      x      .      .      .      .
LeaveRoom        .      .      x      x      .      .      .      .
BookRoom         .      .      x      x      .      .      .      .
CancelRoomBooking .      .      x      x      .      .      .      .
CallToPlace      .      .      x      x      .      .      .      .
TestSound        .      .      .      x      .      .      .      .
ReportSound      .      x      .      .      .      .      .      .
HearSound        .      .      .      x      .      .      .      .
PrintPaper       x      .      x      x      .      .      .      .
ReportPaper      x      .      .      .      .      .      .      .
Tick             .     .       .     .       .        .       x      .
"""

SEES = """
channel          kiosk display clerk manager national visitor system panel
menu             x     .       x     x       .        .       .      .
jobs             x     .       .     x       .        .       .      .
desk             .     .       x     x       .        .       .      .
finished         .     .       x     x       .        .       .      .
panel            .     x       x     x       .        .       .      .
panels           .     x       .     x       .        .       .      x
catalogue        .     .       x     x       .        .       .      .
board            .     x       x     x       .        .       .      .
ticket           x     x       x     x       x        x       x      x
rate             .     x       .     x       .        .       .      .
room             .     x       x     x       .        .       .      .
visits           .     .       x     x       .        .       .      .
overview         .     .       x     x       x        .       .      .
"""


def cells(table: str) -> set[tuple[str, str, bool]]:
    (_, *roles), *lines = (line.split() for line in table.strip().splitlines())
    assert set(roles) == set(get_args(Role))
    return {(role, line[0], mark == "x") for line in lines for role, mark in zip(roles, line[1:], strict=True)}


def test_who_may_submit_what() -> None:
    names = set(c.COMMANDS)
    assert {name for _, name, _ in cells(MAY)} == names
    assert {(role, name, authority.may_submit(role, name)) for role in get_args(Role) for name in names} == cells(MAY)


def test_who_may_see_what() -> None:
    names = set(channels.CHANNELS)
    assert {name for _, name, _ in cells(SEES)} == names
    for role, name, seen in cells(SEES):
        assert authority.may_see(role, name) == authority.may_see(role, f"{name}/x") == seen


@pytest.mark.parametrize("role", ["", "root", "Manager"])
def test_an_unknown_role_may_nothing(role: str) -> None:
    assert not any(authority.may_submit(role, name) for name in c.COMMANDS)
    assert not any(authority.may_see(role, name) for name in channels.CHANNELS if name != "ticket")
    assert not authority.may_submit("manager", "Unheard")
    assert not authority.may_see("manager", "unheard")
