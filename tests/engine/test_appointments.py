"""Appointments over a real database: the book survives days and restarts, contacts stay in their table and are erased."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, inspect, make_url, text

from server.domain import commands as c
from server.domain.commands import Contact
from server.domain.evolve import fold
from server.domain.floor import Floor
from server.domain.refusal import Refusal
from server.engine import Engine
from server.store.centre import BOOK_DAYS
from tests.support import CLERK, KIOSK, MORNING, SYSTEM, Clock, engine_over, service_of, tiny_plan

SERVICE = service_of(tiny_plan())
FRIDAY = MORNING + timedelta(days=4, hours=2)
CANARY = Contact(name="Kanārija Dzeltenā", phone="+371 20009999", email="kanarija@dzeltena.example")
SIGNS = ("Kanārija", "20009999", "kanarija@")


def book(engine: Engine, start: Any = FRIDAY, contact: Contact | None = CANARY, **more: Any) -> Any:
    done = engine.handle(c.BookAppointment(service=SERVICE, start=start, contact=contact, **more), CLERK)
    return done.result


def tick(engine: Engine, clock: Clock, **delta: float) -> None:
    clock.pass_(**delta)
    engine.handle(c.Tick(), SYSTEM)


def contacts(url: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row.values()) for row in table(url, "contacts"))


def table(url: str, name: str) -> list[dict[str, Any]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()]
    engine.dispose()
    return found


def bytes_of(url: str) -> bytes:
    """The database's files as they lie on the disk."""
    path = Path(make_url(url).database or "")
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))


def test_booked_on_monday_for_friday(start: Callable[[], Engine], clock: Clock) -> None:
    engine = start()
    told, other = book(engine), book(engine, FRIDAY + timedelta(hours=1))
    gone = book(engine, FRIDAY + timedelta(hours=2))
    engine.handle(c.CancelAppointment(appointment=UUID(gone["appointment"])), CLERK)
    for day in range(4):
        engine.stop()
        before, engine = engine.floor, start()
        assert engine.floor == before
        if day == 1:
            moved = c.MoveAppointment(appointment=UUID(other["appointment"]), start=FRIDAY + timedelta(hours=3))
            engine.handle(moved, CLERK)
        if day == 2:
            held = engine.handle(c.HoldSlot(service=SERVICE, start=FRIDAY + timedelta(hours=4)), CLERK).result
            book(engine, FRIDAY + timedelta(hours=4), held=UUID(held["appointment"]))
        tick(engine, clock, days=1)
        engine.handle(c.TakeTicket(service=SERVICE), KIOSK)
    engine.stop()
    before, engine = engine.floor, start()
    assert engine.floor == before
    assert (engine.floor.day, len(engine.floor.book), len(engine.floor.agenda)) == ("2026-03-20", 3, 3)
    assert engine.floor.book[UUID(told["appointment"])].start == FRIDAY
    assert engine.floor.book[UUID(other["appointment"])].start == FRIDAY + timedelta(hours=3)
    clock.now = FRIDAY
    assert engine.handle(c.CheckIn(code=told["code"]), KIOSK).result["number"] == "J001"
    with pytest.raises(Refusal, match="unknown_code"):
        engine.handle(c.CheckIn(code=gone["code"]), KIOSK)
    engine.stop()
    before, engine = engine.floor, start()
    assert engine.floor == before
    with pytest.raises(Refusal, match="checked_in"):
        engine.handle(c.CheckIn(code=told["code"]), KIOSK)


def test_a_start_reads_what_is_open_only_and_not_all_years(engine: Engine, clock: Clock) -> None:
    for _ in range(3):
        told = book(engine, clock.now + timedelta(days=1), contact=None)
        engine.handle(c.CancelAppointment(appointment=UUID(told["appointment"])), CLERK)
        tick(engine, clock, days=1)
    book(engine, clock.now + timedelta(days=29), contact=None)
    tick(engine, clock, days=3)
    names = [type(record.event).__name__ for record in engine._store.today()]
    assert names == ["PlanRevised", "AppointmentBooked", "DayOpened"]
    tick(engine, clock, days=BOOK_DAYS + 4)
    assert [type(record.event).__name__ for record in engine._store.today()] == ["PlanRevised", "DayOpened"]
    with engine._store._reader.connect() as connection:
        assert list(engine._store._bookings(connection, engine.floor.position)) == []
    assert fold(Floor(), engine._store.today()) == engine.floor


def test_what_is_moved_on_and_on_outlives_the_record_of_its_booking(start: Callable[[], Engine], clock: Clock) -> None:
    engine = start()
    told = book(engine, FRIDAY + timedelta(days=21), needs=("wheelchair",))
    appointment = UUID(told["appointment"])
    for _ in range(BOOK_DAYS // 14 + 1):
        tick(engine, clock, days=14)
        later = engine.floor.book[appointment].start + timedelta(days=14)
        engine.handle(c.MoveAppointment(appointment=appointment, start=later), CLERK)
    was = engine.floor.book[appointment]
    engine.stop()
    engine = start()
    assert engine.floor.book[appointment] == was
    assert (engine.floor.codes[told["code"]], was.needs, was.service) == (appointment, ("wheelchair",), SERVICE)


def test_a_contact_is_in_its_table_and_nowhere_else(engine: Engine, url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    held = engine.handle(c.HoldSlot(service=SERVICE, start=FRIDAY), CLERK).result
    told = book(engine, held=UUID(held["appointment"]))
    assert contacts(url) == [(told["appointment"], "2026-03-20", CANARY.name, CANARY.phone, CANARY.email)]
    assert engine._store.contacts_on("2026-03-20") == {UUID(told["appointment"]): CANARY}
    assert engine._store.contacts_on("2026-03-19") == {}
    connection = create_engine(url)
    names = set(inspect(connection).get_table_names()) - {"contacts"}
    connection.dispose()
    assert {"journal", "visits", "replies"} < names
    everything = repr({name: table(url, name) for name in names}) + caplog.text + repr(engine.floor)
    assert not [sign for sign in SIGNS if sign in everything]


def test_without_a_contact_there_is_no_row(engine: Engine, url: str) -> None:
    book(engine, contact=None)
    assert contacts(url) == []


def test_moved_cancelled_and_the_day_after(engine: Engine, clock: Clock, url: str) -> None:
    days = {}
    for name, start in (("cancelled", FRIDAY), ("moved", FRIDAY), ("kept", MORNING), ("monday", MORNING + timedelta(minutes=5))):
        days[name] = UUID(book(engine, start, Contact(name=name))["appointment"])

    def left() -> dict[str, str]:
        return {name: day for _, day, name, *_ in contacts(url)}

    assert left() == {"cancelled": "2026-03-20", "moved": "2026-03-20", "kept": "2026-03-16", "monday": "2026-03-16"}
    engine.handle(c.CancelAppointment(appointment=days["cancelled"]), CLERK)
    engine.handle(c.MoveAppointment(appointment=days["moved"], start=FRIDAY - timedelta(days=3)), CLERK)
    engine.handle(c.CheckIn(code=engine.floor.book[days["kept"]].code), KIOSK)
    tick(engine, clock, hours=1)
    assert days["monday"] not in engine.floor.book  # nobody came; until the night they can be asked why
    assert left() == {"moved": "2026-03-17", "kept": "2026-03-16", "monday": "2026-03-16"}
    tick(engine, clock, hours=15)
    assert left() == {"moved": "2026-03-17"}
    tick(engine, clock, days=1)
    assert left() == {}


def test_what_is_erased_is_not_on_the_disk_any_more(clock: Clock, tmp_path: Path) -> None:
    """SQLite only: PostgreSQL overwrites what is deleted when it vacuums, not before."""
    url = f"sqlite:///{tmp_path}/centre.db"
    engine = engine_over(url, clock)
    for n in range(19):
        book(engine, MORNING + timedelta(minutes=30 * n))
    raw = bytes_of(url)
    assert all(sign.encode() in raw for sign in SIGNS)
    tick(engine, clock, days=1)
    raw = bytes_of(url)
    assert not [sign for sign in SIGNS if sign.encode() in raw]
    assert b"AppointmentBooked" in raw
    engine.stop()


def test_a_contact_that_cannot_be_stored_is_not_in_the_log(
    engine: Engine, url: str, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    outside = create_engine(url)
    with outside.begin() as connection:
        connection.execute(text("ALTER TABLE contacts RENAME TO elsewhere"))
    with pytest.raises(Refusal, match="not_stored"):
        book(engine)
    with outside.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO contacts"))
    outside.dispose()
    assert "cannot write to the database" in caplog.text
    assert not [sign for sign in SIGNS if sign in caplog.text]
    assert len(engine.floor.book) == 0  # neither the appointment nor the contact
    book(engine)
    assert len(contacts(url)) == len(engine.floor.book) == 1
