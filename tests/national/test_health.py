"""Settings do harm as soon as anybody's view cannot be made with them, whoever it is for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from config.settings import sqlite_url
from server import channels
from server.domain import commands as c
from server.membership import Membership
from tests.national.members import alone
from tests.support import KIOSK, Clock, engine_over, service_of


@pytest.fixture
def member(tmp_path: Path) -> Iterator[Membership]:
    """Of a centre that has one of everything, where somebody waits."""
    plan = load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE))
    engine = engine_over(sqlite_url(tmp_path), Clock(), plan)
    engine.handle(c.TakeTicket(service=service_of(plan)), KIOSK)
    yield alone(engine, tmp_path)
    engine.stop()


def test_a_sound_centre_is_healthy(member: Membership) -> None:
    assert member._healthy()


@pytest.mark.parametrize("kind", channels.CHANNELS)
def test_a_view_that_cannot_be_made_is_harm(member: Membership, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    def broken(*asked: Any) -> Any:
        raise RuntimeError("a defect of the program")

    monkeypatch.setitem(channels.CHANNELS, kind, replace(channels.CHANNELS[kind], view=broken))
    assert not member._healthy()
