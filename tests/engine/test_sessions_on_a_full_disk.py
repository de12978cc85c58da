"""Sessions while nothing can be written: who goes is gone, who locks is locked, who comes back gets in."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from server.engine import Engine
from server.people.people import By, People
from server.store.schema import sessions


class Disk:
    """The engine's chores, on a disk that may be full."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.full = engine, False

    def do(self, work: Callable[[Connection], None]) -> None:
        if self.full:
            raise OperationalError("INSERT", None, Exception("database or disk is full"))
        self._engine.do(work)


@pytest.fixture
def disk(engine: Engine) -> Disk:
    return Disk(engine)


@pytest.fixture
def people(disk: Disk) -> People:
    people = People(disk.do)
    people.load()
    people.add_account("anna", "clerk", "Anna", "pareizi8")
    return people


def stored(engine: Engine) -> int:
    found: list[str] = []
    engine.do(lambda connection: found.extend(connection.execute(select(sessions.c.token)).scalars()))
    return len(found)


def test_who_signs_out_is_gone_and_stays_so(people: People, disk: Disk, engine: Engine) -> None:
    cookie = people.open_session("anna")
    disk.full = True
    people.close_session(cookie)
    people.sessions.sweep()
    assert people.session(cookie) is None
    assert stored(engine) == 1, "a restart now would know it still"
    disk.full = False
    people.sessions.sweep()
    assert stored(engine) == 0


def test_a_session_that_a_manager_ends_is_gone_and_the_manager_is_told(people: People, disk: Disk) -> None:
    cookie = people.open_session("anna")
    session = people.session(cookie)
    assert session is not None
    disk.full = True
    with pytest.raises(OperationalError):
        people.end_sessions("anna", [session.key], By("manager"))
    assert people.session(cookie) is None


def test_a_lock_holds_and_opens_again(people: People, disk: Disk) -> None:
    cookie = people.open_session("anna")
    disk.full = True
    for locked in (True, False):
        session = people.session(cookie)
        assert session is not None
        people.sessions.set_locked(session, locked)
        assert people.locked(cookie) is locked


def test_what_could_not_be_written_of_an_account_is_not_so_before_a_restart_either(people: People, disk: Disk) -> None:
    before = people.account("anna")
    disk.full = True
    for change in (
        lambda: people.choose("anna", "cita-parole8", By("anna")),
        lambda: people.set_off("anna", True),
        lambda: people.set_role("anna", "manager", By("manager")),
        lambda: people.set_display("anna", "Cita", By("manager")),
    ):
        with pytest.raises(OperationalError):
            change()
        assert people.account("anna") == before
