"""Nobody is on the line: what tells a person from another never travels, wherever it was written."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import select

from config.settings import sqlite_url
from server.domain import commands as c
from server.domain.private import free_fields
from server.domain.refusal import Refusal
from server.engine import Engine
from server.national import wire
from server.national.outbox import JournalOutbox
from server.national.uplink import Reply, Uplink
from server.people.people import People
from server.store.centre import CentreStore
from server.store.schema import accounts, contacts
from tests.national.sim import Network
from tests.support import CLERK, KIOSK, MANAGER, Clock, engine_over, service_of, tiny_plan

CONTACT = c.Contact(name="Kanārija Dzeltene", phone="+371 29 555 123", email="dzeltene@kanarijas.example")
CANARIES = ("dzeltene@kanarijas.example", "+371 29 555 123", "29555123", "010190-12345", "LV80BANK0000435195001")
NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)


class Ear:
    """A line that hears every byte, unpacked."""

    def __init__(self) -> None:
        self.network, self.heard = Network(0), bytearray()
        self.network.faulty = 0.0

    def __call__(self, path: str, body: bytes) -> Reply:
        self.heard += path.encode() + zlib.decompress(body)
        return self.network.serve("a", path, body)

    def listen(self, store: CentreStore) -> str:
        """All that a centre sends."""
        uplink = Uplink(
            JournalOutbox(store), self, "instance-1", lambda head, since: wire.Pulse(at=NOW, head=head), self.network.chance
        )
        while uplink.step(NOW) == 0:
            pass
        assert uplink.state.acked == store.head() > 0
        return self.heard.decode().casefold()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A centre that works."""
    found = engine_over(sqlite_url(tmp_path), Clock())
    for counter in ("1", "2"):
        found.handle(c.OpenCounter(counter=counter), CLERK)
    yield found
    found.stop()


def heard(engine: Engine) -> str:
    return Ear().listen(engine._store)


def free() -> list[tuple[type[Any], str]]:
    """Every text of a command that a person may write freely."""
    return [(kind, field) for kind in c.COMMANDS.values() for field, _ in free_fields(kind)]


def some(kind: type[Any], field: str, text: str) -> Any:
    """A command with the text in a field; what else it must have is made up."""
    given: dict[str, Any] = {}
    for one in msgspec.structs.fields(kind):
        if one.required:
            given[one.name] = uuid4() if UUID in (one.type, *get_args(one.type)) else NOW if one.type is datetime else "1"
    return kind(**{**given, field: text})


def test_contacts_stay_in_the_centre(engine: Engine) -> None:
    start = engine.floor.at
    assert start is not None
    service = service_of(tiny_plan())
    engine.handle(c.BookAppointment(service=service, start=start + timedelta(minutes=30), contact=CONTACT), CLERK)
    engine.handle(c.RegisterCallback(service=service, start=start + timedelta(minutes=30), contact=CONTACT), CLERK)
    kept = engine._store.read(select(contacts))
    assert {row["phone"] for row in kept} == {CONTACT.phone}, "the centre itself can reach them"
    said = heard(engine)
    assert "appointmentbooked" in said
    assert "callbackbooked" in said
    for canary in (CONTACT.name, CONTACT.phone, CONTACT.email, "dzeltene", "29 555"):
        assert canary.casefold() not in said


@pytest.mark.parametrize("canary", CANARIES)
def test_what_tells_a_person_is_refused_in_every_free_text(engine: Engine, canary: str) -> None:
    fields = free()
    assert len(fields) > 5
    for kind, field in fields:
        with pytest.raises(Refusal) as refusal:
            engine.handle(some(kind, field, f"zvanīt: {canary}"), MANAGER)
        assert refusal.value.code == "personal_data", (kind, field)
    engine.handle(c.TakeTicket(service=service_of(tiny_plan())), KIOSK)
    assert canary.casefold() not in heard(engine)


def test_who_works_there_travels_as_an_account_only(engine: Engine) -> None:
    people = People(engine.do)
    people.load()
    people.add_account("clerk1", "clerk", "Ilze Kanārija-Dzeltene", "a password with wings")
    engine.handle(c.TakeTicket(service=service_of(tiny_plan())), KIOSK)
    (account,) = engine._store.read(select(accounts))
    said = heard(engine)
    assert "clerk:clerk1" in said
    for secret in ("Ilze", "Kanārija", "with wings", account["password"]):
        assert secret.casefold() not in said
