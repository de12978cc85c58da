"""A node that came back from a backup uses no number of settings twice, and nobody believes that all is well."""

import logging
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from config import CATALOGUE
from config.load import load_catalogue
from server.national import wire
from server.national.line import CentreLine
from server.national.node.bundle_check import states
from server.national.node.bundles import LEAP_MOST, Bundles, held
from server.national.node.database import open_engines
from server.national.node.intake import Intake
from server.national.node.pages_live import read
from server.national.node.register import Register
from server.national.signing import load_key
from server.national.uplink import Reply, Uplink
from server.protocol import Status
from tests.national.sim import Journal

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
CATALOGUE_NOW = load_catalogue(CATALOGUE)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    write, read = open_engines(f"sqlite:///{tmp_path}/node.db")
    read.dispose()
    for centre in ("a", "b"):
        Register(write).add(centre, {"type": "novada"})
    return write


def beat(engine: Engine, centre: str, **said: Any) -> wire.Ack:
    pulse = wire.Pulse(at=NOW, head=0, **said)
    batch = wire.Batch(sync=wire.SYNC, instance=f"instance-{centre}", epoch=1, rows=(), pulse=pulse)
    return Intake(engine).take(centre, batch, NOW)


@pytest.fixture
def bundles(engine: Engine, tmp_path: Path) -> Bundles:
    return Bundles(engine, load_key(tmp_path / "key"))


def draft(bundles: Bundles) -> int:
    return bundles.draft("all", "anna", NOW, catalogue=CATALOGUE_NOW, not_before=NOW)


@pytest.mark.parametrize(
    "said",
    [{"bundle": 7, "bundle_known": 7, "bundle_state": "kept"}, {"bundle": 3, "bundle_known": 7, "bundle_state": "rejected"},
     {"bundle": 7, "bundle_state": "kept"}],
)  # fmt: skip
def test_the_next_revision_is_above_what_any_centre_knows(engine: Engine, bundles: Bundles, said: dict[str, Any]) -> None:
    bundles.publish(draft(bundles), NOW)
    beat(engine, "a", **said)
    with engine.connect() as connection:
        assert held(connection) == {"a": 7, "b": 0}
    assert draft(bundles) == 8
    bundles.publish(8, NOW)
    assert beat(engine, "a", **said).bundle == 8


def test_a_centre_that_says_what_cannot_be_uses_up_no_numbers(engine: Engine, bundles: Bundles) -> None:
    beat(engine, "a", bundle_known=2**31 - 1)
    beat(engine, "b", bundle_known=LEAP_MOST + 1)
    assert draft(bundles) == 1


def test_the_node_shows_who_has_settings_that_it_does_not_know(engine: Engine, bundles: Bundles) -> None:
    bundles.publish(draft(bundles), NOW)
    beat(engine, "a", bundle=1, bundle_known=1, bundle_state="kept")
    beat(engine, "b", bundle=5, bundle_known=5, bundle_state="kept")
    with engine.connect() as connection:
        assert {one.centre: (one.ahead, one.needs) for one in read(connection, NOW)} == {"a": (0, False), "b": (5, True)}


def test_an_intake_hears_of_what_another_process_published(engine: Engine, bundles: Bundles) -> None:
    intake = Intake(engine)
    batch = wire.Batch(sync=wire.SYNC, instance="instance-a", epoch=1, rows=(), pulse=wire.Pulse(at=NOW, head=0))
    found = [intake.take("a", batch, NOW).bundle]
    for scope in ("centre:b", "type:novada", "all"):
        bundles.publish(bundles.draft(scope, "anna", NOW, catalogue=CATALOGUE_NOW, not_before=NOW), NOW)
        found.append(intake.take("a", batch, NOW).bundle)
    assert found == [0, 0, 2, 3]


def test_a_draft_is_handed_to_nobody(bundles: Bundles) -> None:
    revision = draft(bundles)
    assert bundles.get("a", revision) is None
    bundles.publish(revision, NOW)
    assert bundles.get("a", revision) is not None


def test_what_a_centre_refused_is_noted_at_that_revision_though_a_newer_is_out(engine: Engine, bundles: Bundles) -> None:
    for _ in range(3):
        bundles.publish(draft(bundles), NOW)
    beat(engine, "a", bundle=1, bundle_known=2, bundle_state="rejected")
    with engine.connect() as connection:
        told = [states(connection, revision)[0].state for revision in (1, 2, 3)]
    assert told == ["published", "rejected", "published"]


class _Receiver:
    known, revision = 7, 7

    def wants(self, newest: int) -> bool:
        return newest > self.known

    def step(self, now: datetime) -> None:
        return

    def rest(self, now: datetime) -> float:
        return 30.0


def test_the_centre_says_so_once_and_until_a_higher_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    newest, told = [3], list[Status]()

    def send(path: str, body: bytes) -> Reply:
        if path == "hello":
            return Reply(200, wire.plain(wire.Welcome(epoch=1, acked=0, hash="0" * 64, archived=0)))
        return Reply(200, wire.plain(wire.Ack(acked=0, archived=0, now=NOW, bundle=newest[0])))

    line = CentreLine.__new__(CentreLine)
    line._receiver, line._ahead, line._told = _Receiver(), "", None  # type: ignore[assignment]
    line._believed, line._folder, line._heard = lambda: True, None, 0
    line._tell = lambda device, status: told.append(status)
    line._fetch = lambda receiver, revision: None  # type: ignore[method-assign]
    line._uplink = Uplink(
        Journal(), send, "instance-a", lambda head, since: wire.Pulse(at=NOW, head=head), random.Random(1)
    )  # fmt: skip
    with caplog.at_level(logging.ERROR):
        for newest[0] in (3, 3, 3, 8):
            line._exchange()
            line._say(line._uplink.state)
    assert [(one.state, "7 are known here" in one.detail and "is 3" in one.detail) for one in told] == [
        ("up", False), ("up", True), ("up", False)
    ]  # fmt: skip
    assert len(caplog.records) == 1
