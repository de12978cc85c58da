"""A centre with a past: two days long ago, one a year ago, and today."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.settings import sqlite_url
from server.domain import commands as c
from server.engine import Engine
from server.store.centre import CentreStore
from tests.engine.conftest import clock, engine, start, url
from tests.support import CLERK, KIOSK, SYSTEM, Clock, service_of, tiny_plan

__all__ = ["clock", "engine", "start", "url"]


def a_day(engine: Engine, clock: Clock, visits: int = 3) -> None:
    """Visits of a day: all but the last are served, who waits on until the day turns."""
    engine.handle(c.Tick(), SYSTEM)
    engine.handle(c.OpenCounter(counter="1"), CLERK)
    service = service_of(tiny_plan())
    for _ in range(visits):
        engine.handle(c.TakeTicket(service=service), KIOSK)
        clock.pass_(seconds=20)
    for _ in range(visits - 1):
        engine.handle(c.CallNext(counter="1"), CLERK)
        clock.pass_(seconds=30)
        engine.handle(c.Serve(counter="1"), CLERK)
        clock.pass_(minutes=4)
        engine.handle(c.RecordService(counter="1", service=service, kind="konsultacija", channel="klatiene"), CLERK)
        engine.handle(c.Finish(counter="1"), CLERK)


@pytest.fixture
def past(start: Callable[[], Engine], clock: Clock) -> Engine:
    """Started today, sixteen months after its first day."""
    found = start()
    for days in (0, 1, 120, 364):
        clock.pass_(days=days)
        a_day(found, clock)
    return found


def database(folder: Path) -> CentreStore:
    """The store of a data folder, not opened for writing."""
    return CentreStore(sqlite_url(folder))
