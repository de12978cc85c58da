"""The network's settings at the same moment as a manager's plan, and at a moment when nothing can be written."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from config.plan import Plan
from config.settings import sqlite_url
from server.domain import commands as c
from server.domain.context import NETWORK
from server.domain.refusal import Refusal
from server.engine import Engine
from server.national.line import CentreLine
from server.national.papers import Papers
from server.national.receiver import Receiver
from server.national.signing import load_key, public, sign
from tests.national.members import alone
from tests.national.test_bundles import NOW, OLD, PLAN, a_bundle
from tests.support import MANAGER, Clock, engine_over


class Line:
    """A centre's engine with the receiver that its server gives to the line; `between` runs after the plan was read."""

    def __init__(self, folder: Path) -> None:
        self.engine = engine_over(sqlite_url(folder), Clock(NOW), PLAN)
        member = alone(self.engine, folder)
        self.between = lambda: None
        self.key = load_key(folder / "node.key")
        self.receiver = Receiver(folder, public(self.key), OLD, self.plan, member._revise, lambda: True)

    def plan(self) -> Plan | None:
        read = self.engine.floor.plan
        self.between()
        return read


@pytest.fixture
def line(tmp_path: Path):
    found = Line(tmp_path)
    yield found
    found.engine.stop()


def test_a_managers_change_at_that_moment_is_not_lost_under_the_networks(line: Line) -> None:
    changed = replace(PLAN, rules=replace(PLAN.rules, no_show_s=77))
    line.receiver.take(sign(a_bundle(), line.key))
    line.between = lambda: line.engine.handle(c.RevisePlan(plan=changed), MANAGER)
    line.receiver.step(NOW)
    assert line.engine.floor.settled.rules.no_show_s == 77
    assert line.receiver.kept.state == "fetched", "it is tried again, not refused for good"
    line.between = lambda: None
    line.receiver.step(NOW + timedelta(seconds=1))
    plan = line.engine.floor.settled
    assert (plan.rules.no_show_s, plan.network.bundle, line.receiver.kept.state) == (77, 1, "applied")


def test_a_plan_made_before_the_networks_does_not_undo_it(line: Line) -> None:
    version, mine = line.engine.floor.version, replace(PLAN, rules=replace(PLAN.rules, no_show_s=77))
    line.receiver.take(sign(a_bundle(), line.key))
    line.receiver.step(NOW)
    with pytest.raises(Refusal, match="locked_key"):
        line.engine.handle(c.RevisePlan(plan=mine, version=version), MANAGER)
    with pytest.raises(Refusal, match="locked_key"):
        line.engine.handle(c.SchedulePlan(plan=mine, version=version, at=NOW + timedelta(hours=1)), MANAGER)
    assert line.engine.floor.settled.network.bundle == 1


def test_a_full_disk_does_not_refuse_the_networks_settings_for_good(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.receiver.take(sign(a_bundle(), line.key))

    def full(engine: Engine, *rest: object) -> None:
        raise Refusal("not_stored")

    monkeypatch.setattr(Engine, "handle", full)
    line.receiver.step(NOW)
    assert line.receiver.kept.state == "fetched"
    monkeypatch.undo()
    line.receiver.step(NOW + timedelta(seconds=1))
    assert line.receiver.kept.state == "applied"


def test_what_waits_for_its_time_is_a_draft_when_the_network_was_first(line: Line) -> None:
    version, mine = line.engine.floor.version, replace(PLAN, rules=replace(PLAN.rules, no_show_s=77))
    line.engine.handle(c.SchedulePlan(plan=mine, version=version, at=NOW + timedelta(hours=1)), MANAGER)
    line.engine.handle(c.RevisePlan(plan=replace(PLAN, rules=replace(PLAN.rules, no_show_s=5))), NETWORK)
    planned = line.engine.floor.planned
    assert planned is not None
    assert (planned.code, planned.plan) == ("plan_moved_on", mine)


def test_settings_of_a_later_time_do_not_come_with_a_clock_that_leapt(line: Line) -> None:
    believed = True
    papers = Papers(node="http://127.0.0.1:1", centre="a", secret="s")
    centre = CentreLine(
        papers, line.engine._store, lambda *_: None, lambda work, **_: work(), line.receiver, believed=lambda: believed
    )
    line.receiver.take(sign(a_bundle(), line.key))
    believed = False
    centre._step()
    assert (line.receiver.kept.state, line.engine.floor.settled.network.bundle) == ("fetched", 0)
    believed = True
    centre._step()
    assert (line.receiver.kept.state, line.engine.floor.settled.network.bundle) == ("applied", 1)
