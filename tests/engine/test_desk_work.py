"""The desk's work over a real database: one effect for one wish, restarts, contacts and private words that stay out of it."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import create_engine, inspect

from server.domain import commands as c
from server.domain.commands import Contact
from server.domain.context import Actor
from server.domain.refusal import Refusal
from server.engine import Done, Engine
from server.reports.maker import sheets_of
from server.reports.visits import visits
from tests.engine.test_appointments import contacts, table
from tests.engine.test_engine import together
from tests.support import CLERK, KIOSK, MANAGER, MORNING, OTHER, SYSTEM, Clock, engine_over, service_of, tiny_plan

SERVICE = service_of(tiny_plan())
CANARY = Contact(name="Kanārija Dzeltenā", phone="+371 20009999")


def serving(engine: Engine) -> UUID:
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    visit = UUID(engine.handle(c.TakeTicket(service=SERVICE), KIOSK).result["visit"])
    engine.handle(c.CallNext(counter="1"), CLERK)
    engine.handle(c.Serve(counter="1"), CLERK)
    return visit


def everything(url: str, *but: str) -> str:
    connection = create_engine(url)
    names = set(inspect(connection).get_table_names()) - set(but)
    connection.dispose()
    return repr({name: table(url, name) for name in names})


def test_finish_and_next_under_one_id_is_done_once(engine: Engine) -> None:
    serving(engine)
    second = engine.handle(c.TakeTicket(service=SERVICE), KIOSK).result
    engine.handle(c.RecordService(counter="1", service=SERVICE, kind="konsultacija"), CLERK)
    wish, press = uuid4(), c.Finish(counter="1", then_next=True, seen=engine.floor.position)
    first = engine.handle(press, CLERK, wish)
    assert (first.result["visit"], first.result["number"]) == (second["visit"], second["number"])
    assert engine.handle(press, CLERK, wish) == first
    assert engine.floor.visits[UUID(second["visit"])].leg.calls == 1
    with pytest.raises(Refusal) as no:
        engine.handle(press, CLERK)
    assert no.value.code == "counter_moved_on"


def test_two_pages_of_one_counter_that_press_at_once_call_one(engine: Engine) -> None:
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    for _ in range(4):
        engine.handle(c.TakeTicket(service=SERVICE), KIOSK)
    seen = engine.floor.position
    replies = together(engine, lambda box: [box.submit(c.CallNext(counter="1", seen=seen), CLERK) for _ in range(2)])
    assert [type(reply) for reply in replies] == [Done, Refusal]
    assert [visit.state for visit in engine.floor.visits.values()].count("called") == 1


def test_sixteen_desks_that_call_at_once_from_five_hundred_call_each_once(url: str, clock: Clock) -> None:
    plan = tiny_plan()
    desks = tuple(str(n) for n in range(1, 17))
    many = replace(plan, counters=tuple(replace(plan.counters[0], code=code) for code in desks))
    engine = engine_over(url, clock, many)
    try:
        for code in desks:
            engine.handle(c.OpenCounter(counter=code), Actor("clerk", f"c{code}"))
        together(engine, lambda box: [box.submit(c.TakeTicket(service=SERVICE)) for _ in range(500)])
        replies = together(
            engine, lambda box: [box.submit(c.CallNext(counter=code), Actor("clerk", f"c{code}")) for code in desks for _ in "ab"]
        )
        called = [reply.result["visit"] for reply in replies if isinstance(reply, Done)]
        assert (len(called), len(set(called))) == (16, 16)
        assert {reply.code for reply in replies if isinstance(reply, Refusal)} == {"counter_busy"}
        assert sorted(str(at.visit) for at in engine.floor.posts.values()) == sorted(called)
    finally:
        engine.stop()


def test_what_the_desk_holds_survives_a_restart(start: Callable[[], Engine]) -> None:
    engine = start()
    serving(engine)
    engine.handle(c.OpenCounter(counter="2"), OTHER)
    engine.handle(c.RegisterContact(counter="1", service=SERVICE, channel="video"), CLERK)
    engine.handle(c.RegisterCallback(service=SERVICE, start=MORNING + timedelta(hours=1), contact=CANARY), CLERK)
    engine.handle(c.SendMessage(counter="1", text="Beidzas papīrs"), CLERK)
    engine.handle(c.RaiseAlarm(counter="1"), CLERK)
    engine.handle(c.AcknowledgeAlarm(counter="1"), OTHER)
    before = engine.floor
    engine.stop()
    after = start().floor
    for what in ("posts", "alarms", "messages", "callbacks", "visits"):
        assert getattr(after, what) == getattr(before, what), what
    assert after.posts["1"].contact is not None


def test_a_contact_to_be_called_back_is_in_its_table_until_then(
    engine: Engine, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    wish = c.RegisterCallback(service=SERVICE, start=MORNING + timedelta(hours=1), contact=CANARY)
    told, other = (engine.handle(wish, CLERK).result["callback"] for _ in range(2))
    assert contacts(url) == sorted((one, "2026-03-16", CANARY.name, CANARY.phone, "") for one in (told, other))
    assert engine._store.contacts_on("2026-03-16")[UUID(told)] == CANARY
    assert not [
        sign for sign in ("Kanārija", "20009999") if sign in everything(url, "contacts") + caplog.text + repr(engine.floor)
    ]
    issued = engine.handle(c.CallCallback(counter="1", callback=UUID(told)), CLERK).result
    assert (issued["number"], [row[0] for row in contacts(url)]) == ("", [other])
    engine.handle(c.EndCallback(callback=UUID(other), reason="cancelled"), CLERK)
    assert contacts(url) == []


def test_the_day_takes_contacts_to_be_called_back_along(engine: Engine, url: str, clock: Clock) -> None:
    engine.handle(c.RegisterCallback(service=SERVICE, start=MORNING + timedelta(hours=1), contact=CANARY), CLERK)
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    assert contacts(url) == []


def test_private_words_are_nowhere(engine: Engine, url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    serving(engine)
    commands: list[c.Command] = [
        c.Park(counter="1", note="pk 010190-12345"), c.SendMessage(counter="1", text="pk 010190-12345"),
        c.Transfer(counter="1", to_centre="pk 010190-12345"),
        c.RecordService(counter="1", service=SERVICE, kind="konsultacija", redirected_to="pk 010190-12345"),
    ]  # fmt: skip
    for command in commands:
        with pytest.raises(Refusal, match="personal_data"):
            engine.handle(command, CLERK)
    assert "010190" not in everything(url) + caplog.text + repr(engine._refused)


def test_a_record_of_an_earlier_day_is_a_manager_s_to_amend(engine: Engine, clock: Clock) -> None:
    visit = serving(engine)
    engine.handle(c.RecordService(counter="1", service=SERVICE, kind="konsultacija"), CLERK)
    clock.pass_(minutes=5)
    engine.handle(c.Finish(counter="1"), CLERK)
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    ask: dict[str, Any] = {"counter": "1", "visit": visit, "n": 1, "service": SERVICE, "kind": "pieteikums", "language": "ru"}
    with pytest.raises(Refusal, match="manager_only"):
        engine.handle(c.AmendService(**ask), CLERK)
    engine.handle(c.AmendService(**ask), MANAGER)
    kept = engine._store.visit(visit)
    assert kept is not None
    assert (kept.delivered[0].kind, kept.delivered[0].language, kept.corrected) == ("pieteikums", "ru", 1)
    assert engine._store.verify() == engine.floor.position


def test_a_visit_sent_to_another_centre_is_counted_as_sent(engine: Engine) -> None:
    serving(engine)
    engine.handle(c.Transfer(counter="1", to_centre="Kuldīga"), CLERK)
    found = visits(sheets_of([engine._store.visits_on("2026-03-16")]))
    (row,) = found.rows
    assert dict(zip((column.key for column in found.columns), row, strict=True))["sent"] == 1
