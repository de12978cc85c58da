"""A plan that people changed outlives a start; the file counts again as soon as it says something new."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from config import CATALOGUE, CENTRES
from config.catalogue import Catalogue
from config.load import PlanFault, load_catalogue, load_plan, said_by
from config.plan import Network, Plan
from server.admin.plan.at_start import Begin, begin
from server.domain import commands as c
from server.domain.context import NETWORK, Actor
from server.engine import Engine
from tests.support import MANAGER, SYSTEM, Clock, demo_plan, tiny_plan

PACKAGED = load_catalogue(CATALOGUE)


def with_rules(plan: Plan, no_show_s: int) -> Plan:
    return replace(plan, rules=replace(plan.rules, no_show_s=no_show_s))


def with_minutes(plan: Plan, more: int) -> Plan:
    return replace(plan, services=tuple(replace(one, minutes=one.minutes + more) for one in plan.services))


FILE = tiny_plan()
BY_HAND, NEW_FILE = with_rules(FILE, 300), with_rules(FILE, 600)
DEMO = replace(demo_plan(), booking=None)


@pytest.fixture
def engine(start: Callable[[], Engine]) -> Engine:
    return start()


def revise(engine: Engine, plan: Plan, actor: Actor, reason: str = "", file: str = "") -> None:
    engine.handle(c.RevisePlan(plan=plan, reason=reason, file=file), actor)


def begun(engine: Engine, given: Plan, file: str = "") -> Begin:
    return begin(engine._store.read, given, engine.floor.settled, lambda: PACKAGED, file)


def restarted(engine: Engine, given: Plan, file: str = "") -> Plan:
    """The plan in force after a start with this plan of the file."""
    found = begun(engine, given, file)
    if found.plan is not None:
        revise(engine, found.plan, SYSTEM, found.reason, file)
    return engine.floor.settled


def kept(engine: Engine, given: Plan, file: str = "") -> bool:
    return begun(engine, given, file).plan is None


def test_what_nobody_changed_is_taken_from_the_file(engine: Engine) -> None:
    assert not kept(engine, FILE)
    assert not kept(engine, NEW_FILE)
    assert not kept(engine, with_minutes(FILE, 5)), "with its new facts"


def test_a_managers_plan_stays_until_the_file_is_edited(engine: Engine) -> None:
    revise(engine, BY_HAND, MANAGER)
    assert kept(engine, FILE)
    assert begun(engine, NEW_FILE).replaces
    revise(engine, NEW_FILE, SYSTEM)
    assert not kept(engine, NEW_FILE), "the file is in force"
    revise(engine, BY_HAND, MANAGER)
    assert kept(engine, NEW_FILE)
    assert not kept(engine, FILE), "put back by hand is an edit too"


@pytest.mark.parametrize("reason", ["no rīta", ""])
def test_a_plan_that_started_at_its_time_is_the_managers(engine: Engine, clock: Clock, reason: str) -> None:
    engine.handle(
        c.SchedulePlan(plan=BY_HAND, version=engine.floor.version, at=clock.now + timedelta(minutes=5), reason=reason), MANAGER
    )
    clock.pass_(minutes=6)
    engine.handle(c.Tick(), SYSTEM)
    assert engine.floor.plan == BY_HAND
    assert kept(engine, FILE)


def test_what_the_network_set_is_no_edit_of_the_file(engine: Engine) -> None:
    revise(engine, BY_HAND, MANAGER)
    revise(engine, with_rules(BY_HAND, 400), NETWORK)
    assert kept(engine, FILE)


def test_facts_in_the_file_that_are_edited_later_are_taken(engine: Engine) -> None:
    revise(engine, NEW_FILE, SYSTEM, file="one")
    revise(engine, BY_HAND, MANAGER)
    assert kept(engine, NEW_FILE, "one")
    edited = with_minutes(NEW_FILE, 7)
    assert begun(engine, edited, "two") == Begin(plan=edited, replaces=True)
    assert kept(engine, NEW_FILE, "two"), "written otherwise, it says the same"


def test_a_newer_catalogue_comes_along_beside_what_was_changed_by_hand(engine: Engine) -> None:
    revise(engine, DEMO, SYSTEM, file="one")
    first, *rest = DEMO.services
    by_hand = replace(with_rules(DEMO, 300), services=(replace(first, minutes=90), *rest))
    revise(engine, by_hand, MANAGER)
    for more in (5, 9, 0):  # also a third catalogue, and the first one again
        newer = with_minutes(DEMO, more)
        now = restarted(engine, newer, "one")
        assert now.rules.no_show_s == 300
        assert [one.minutes for one in now.services] == [90, *(one.minutes + more for one in rest)]
        assert kept(engine, newer, "one"), "once"
    assert begun(engine, with_minutes(DEMO, 5), "one").kept == (f"services.{first.code}.minutes",)


def test_a_catalogue_that_does_not_fit_what_was_changed_by_hand_waits(engine: Engine) -> None:
    revise(engine, DEMO, SYSTEM, file="one")
    revise(engine, with_rules(DEMO, 300), MANAGER)
    first, *rest = DEMO.services
    wrong = replace(DEMO, services=(replace(first, kinds=("nekas",)), *rest))
    assert begun(engine, wrong, "one") == Begin(plan=None, kept=("everything",))


def test_what_started_at_its_time_is_no_word_of_the_catalogue(engine: Engine, clock: Clock) -> None:
    revise(engine, DEMO, SYSTEM, file="one")
    by_hand, at = with_rules(DEMO, 300), clock.now + timedelta(minutes=5)
    engine.handle(c.SchedulePlan(plan=by_hand, version=engine.floor.version, at=at), MANAGER)
    clock.pass_(minutes=6)
    engine.handle(c.Tick(), SYSTEM)
    assert restarted(engine, with_minutes(DEMO, 5), "one") == with_minutes(by_hand, 5)


def test_a_service_that_the_catalogue_retires_breaks_no_queue_that_was_changed_by_hand(engine: Engine) -> None:
    revise(engine, DEMO, SYSTEM, file="one")
    first, *rest = DEMO.queues
    old = first.services[0]
    revise(engine, replace(DEMO, queues=(replace(first, services=tuple(reversed(first.services))), *rest)), MANAGER)
    newer = replace(
        DEMO, queues=(replace(first, services=first.services[1:]), *rest),
        services=tuple(replace(one, retired=one.code == old) for one in DEMO.services),
    )  # fmt: skip
    assert begun(engine, newer, "one") == Begin(plan=None, kept=("everything",))


def test_what_the_network_has_set_is_never_the_files(engine: Engine) -> None:
    network = Network(bundle=2, locked=("rules.no_show_s",))
    revise(engine, DEMO, SYSTEM, file="one")
    revise(engine, replace(with_rules(DEMO, 77), network=network), NETWORK)
    found = begun(engine, with_rules(with_minutes(DEMO, 3), 5), "one")
    assert found.plan is not None
    assert (found.plan.rules.no_show_s, found.plan.network) == (77, network)


def test_what_a_file_says_is_not_how_it_is_written(tmp_path: Path) -> None:
    source = (CENTRES / "demo.toml").read_text()
    (tmp_path / "a.toml").write_text(source)
    (tmp_path / "b.toml").write_text("# mine\n" + re.sub(r"\n\n+", "\n\n\n", source))
    (tmp_path / "c.toml").write_text(source + '\n[[service]]\ncode = "VID-01"\nminutes = 44\n')
    one, two, three = (said_by(tmp_path / f"{name}.toml") for name in "abc")
    assert one == two != three
    assert load_plan(tmp_path / "c.toml", PACKAGED) != load_plan(tmp_path / "a.toml", PACKAGED)
    (tmp_path / "d.toml").write_text("[")
    with pytest.raises(PlanFault):
        said_by(tmp_path / "d.toml")


def test_the_catalogue_is_read_only_when_something_is_brought_along(engine: Engine) -> None:
    def never() -> Catalogue:
        raise AssertionError

    revise(engine, BY_HAND, MANAGER)
    assert begin(engine._store.read, FILE, engine.floor.settled, never).plan is None
