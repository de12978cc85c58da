"""Whom to reach about an appointment of today or later is not too old, whatever else goes that night."""

from datetime import date, timedelta

from sqlalchemy import Connection, select

from server.domain.commands import Command
from server.domain.context import SYSTEM
from server.engine import Engine
from server.keeping.retention import Retention
from server.store.schema import contacts
from tests.support import Clock


def test_contacts_of_today_and_later_stay(past: Engine, clock: Clock) -> None:
    today = date.fromisoformat(past.floor.day)
    days = [(today + timedelta(days=n)).isoformat() for n in (-1, 0, 1)]
    rows = [{"appointment": f"a{n}", "day": day, "name": "Anna", "phone": "", "email": ""} for n, day in enumerate(days)]

    def put(connection: Connection) -> None:
        connection.execute(contacts.insert(), rows)

    def submit(command: Command) -> None:
        past.handle(command, SYSTEM)

    past.do(put)
    job = Retention(past._store, submit, past.do)
    assert job.find(clock.now, past.floor.day).contact_rows == 1
    job.run(clock.now, past.floor.day)
    assert [row["day"] for row in past._store.read(select(contacts.c.day).order_by(contacts.c.day))] == days[1:]
