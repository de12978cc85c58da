"""Guesses, replays and two at once: codes of the second factor, of pairing, and corrections of what is gone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import gevent
import pytest
from sqlalchemy import select

from server.domain import commands as c
from server.domain.refusal import Refusal
from server.engine import Engine
from server.keeping.retention import Retention
from server.pairing.window import WRONG_MOST, Given, Pairing, Refused
from server.people.factor import STEP_S, code_at, fresh_codes, fresh_secret
from server.people.people import By, People
from server.store.schema import visits
from tests.engine.test_people_access import Seconds, cheap
from tests.keeping.conftest import past
from tests.support import MANAGER, SYSTEM, Clock

__all__ = ["cheap", "past"]
BY = By("boss", "10.0.0.5")


def test_one_code_in_two_sessions_at_the_same_moment_opens_one(engine: Engine) -> None:
    """The second comes while the first is being written."""
    time, second = Seconds(), list[bool]()
    secret, (plain, hashed) = fresh_secret(), fresh_codes()

    def do(work: Callable[[Any], None]) -> None:
        if armed and not second:
            second.append(True)
            second[0] = staff.check_factor("boss", given, BY)
        engine.do(work)

    armed = False
    staff = People(do, time)
    staff.load()
    staff.add_account("boss", "manager", "Anna", "varde kapj kalnā")
    staff.set_factor("boss", secret, 0, hashed, BY)
    armed = True
    for given in (code_at(secret, int(time.now // STEP_S)), plain[0]):
        second.clear()
        assert staff.check_factor("boss", given, BY)
        assert second == [False]


def test_a_thousand_guesses_find_no_code_and_the_true_one_still_pairs() -> None:
    pairing = Pairing(Seconds())
    secret, offer = pairing.begin("screen", "here", "10.0.0.1")
    said = list[str]()
    for n in range(1000):
        if not pairing.window_s:
            pairing.open()
        with pytest.raises(Refused) as no:
            pairing.find(f"{n:07d}".translate(str.maketrans("0123456789", "ACDEFGHJKL")) if n else "")
        said.append(str(no.value))
    assert sum("closed" in one for one in said) == 1000 // WRONG_MOST
    pairing.open()
    assert pairing.find(offer.code) is offer
    assert pairing.claim(offer)
    first, second = (gevent.spawn(pairing.fetch, secret, 5) for _ in range(2))
    gevent.sleep(0)
    pairing.settle(offer, Given("token", "hall", "/display/hall"))
    gevent.joinall([first, second])
    assert sorted([first.value is None, second.value is None]) == [False, True], "the token is told once"


def test_what_was_erased_cannot_be_corrected_and_the_rest_goes_on(past: Engine, clock: Clock) -> None:
    old, new = (past._store.read(select(visits.c.visit).where(visits.c.end == "served").order_by(order))[0]["visit"]
                for order in (visits.c.position, visits.c.position.desc()))  # fmt: skip
    Retention(past._store, lambda command: past.handle(command, SYSTEM) and None, past.do).run(clock.now, past.floor.day)
    command = c.CorrectVisit(visit=UUID(old), end="no_show", reason="nospiests par agru")
    with pytest.raises(Refusal, match="unknown_visit"):
        past.handle(command, MANAGER)
    assert past.handle(c.CorrectVisit(visit=UUID(new), end="no_show", delivered=(), reason="nospiests par agru"), MANAGER)
    assert past._store.verify() == past.floor.position
