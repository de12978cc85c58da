"""Settings from the network: signed, fetched, checked, in force at their time, taken back when they harm, and locked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from config import CATALOGUE, CENTRES
from config.load import check_plan, load_catalogue, load_plan
from config.network import Bundle, applied, check_bundle, deviations, value_of, with_value
from config.plan import Network, Plan
from server.domain.commands import RevisePlan
from server.domain.context import NETWORK, Actor, Context
from server.domain.events import PlanRevised
from server.domain.floor import Directory, Floor
from server.domain.refusal import Refusal
from server.domain.revision import revise_plan
from server.national.receiver import WATCH, WATCH_STEP_S, Later, Receiver, begin_with, catalogue_in, under_network
from server.national.signing import Forged, Signed, load_key, opened, public, sign

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OLD = load_catalogue(CATALOGUE)
PLAN = load_plan(CENTRES / "demo.toml", OLD)


def a_bundle(revision: int = 1, **values: Any) -> Bundle:
    services = tuple(replace(one, minutes=one.minutes + 5) if one.code == "VID-01" else one for one in OLD.services)
    given = {"catalogue": replace(OLD, services=services), "locked": {"rules.lock_minutes": 3}, **values}
    return Bundle(revision=revision, not_before=NOW, **given)


class Centre:
    """A centre's plan in memory."""

    def __init__(self, tmp_path: Path) -> None:
        self.key = load_key(tmp_path / "node.key")
        self.folder, self.plan, self.well = tmp_path, PLAN, True
        self.receiver = self.boot()

    def boot(self) -> Receiver:
        self.receiver = Receiver(self.folder, public(self.key), OLD, lambda: self.plan, self.revise, lambda: self.well)
        return self.receiver

    def revise(self, plan: Plan, made_from: Plan) -> None:
        self.plan = plan


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path)


def test_facts_and_locked_keys_come_into_force_and_the_centres_own_words_stay() -> None:
    own = replace(PLAN, services=tuple(replace(s, daily=7) if s.code == "VID-01" else s for s in PLAN.services))
    fresh = applied(own, OLD, a_bundle())
    service = next(one for one in fresh.services if one.code == "VID-01")
    before = next(one for one in OLD.services if one.code == "VID-01")
    assert (service.minutes, service.daily, fresh.rules.lock_minutes) == (before.minutes + 5, 7, 3)
    assert fresh.network == Network(bundle=1, locked=("rules.lock_minutes",))
    assert not check_plan(fresh)


def test_what_a_centre_says_otherwise_is_listed() -> None:
    bundle = a_bundle(advised={"rules.park_limit_minutes": 60})
    own = replace(applied(PLAN, OLD, bundle), languages=("lv",))
    own = replace(own, services=tuple(replace(s, daily=7) if s.code == "VID-01" else s for s in own.services))
    assert [(one.path, one.network, one.centre) for one in deviations(own, bundle)] == [
        ("rules.park_limit_minutes", 60, PLAN.rules.park_limit_minutes), ("services.VID-01.daily", None, 7),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("rules.lock_minuets", 3, 'did you mean "lock_minutes"'),
        ("queues", [], "sets no key"),
        ("rules.lock_minutes", "three", "Expected `int`"),
        ("hours.last_ticket", 1, "has no hours"),
    ],
)
def test_a_key_that_cannot_be_set_is_named(path: str, value: object, says: str) -> None:
    faults = check_bundle(a_bundle(locked={path: value}), PLAN)
    assert [fault.path for fault in faults] == [f"locked.{path}"]
    assert says in faults[0].text


def test_keys_reach_into_parts_and_tables() -> None:
    assert value_of(with_value(PLAN, "pause_reasons.lunch.lv", "Pusdienas"), "pause_reasons.lunch.lv") == "Pusdienas"
    assert value_of(with_value(PLAN, "booking.lead", 90), "booking.lead") == 90


def test_a_bundle_waits_for_its_time_and_survives_a_restart(centre: Centre) -> None:
    assert centre.receiver.wants(1)
    centre.receiver.take(sign(a_bundle(), centre.key))
    assert not centre.receiver.wants(1)
    centre.boot().step(NOW - timedelta(seconds=1))
    assert (centre.plan, centre.receiver.kept.state) == (PLAN, "fetched")
    centre.boot().step(NOW)
    assert (centre.plan.network.bundle, centre.receiver.kept.state, centre.receiver.revision) == (1, "applied", 1)
    assert catalogue_in(centre.folder, public(centre.key), OLD) == a_bundle().catalogue
    centre.boot().step(NOW + WATCH)
    assert centre.receiver.kept.state == "kept"


def test_a_plan_file_at_the_next_start_cannot_undo_it(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    again = under_network(centre.folder, public(centre.key), OLD, lambda known: load_plan(CENTRES / "demo.toml", known))
    assert again == centre.plan != PLAN


def test_an_older_revision_that_is_sent_again_changes_nothing(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(2), centre.key))
    centre.receiver.step(NOW)
    centre.receiver.take(sign(a_bundle(1, locked={"rules.lock_minutes": 5}), centre.key))
    centre.receiver.step(NOW)
    assert (centre.receiver.revision, centre.plan.rules.lock_minutes, centre.receiver.kept.state) == (2, 3, "applied")


def test_what_harms_is_taken_back_and_not_taken_again(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    centre.well = False
    centre.boot().step(NOW + timedelta(seconds=10))
    assert (centre.plan, centre.receiver.kept.state, centre.receiver.revision) == (PLAN, "rolled_back", 0)
    assert not centre.receiver.wants(1)
    assert centre.receiver.wants(2)


def under(centre: Centre, changed: Callable[[Plan], Plan], **values: Any) -> None:
    """A bundle is in force, the manager changes the plan, and the bundle does harm."""
    centre.receiver.take(sign(a_bundle(**values), centre.key))
    centre.receiver.step(NOW)
    assert centre.receiver.kept.state == "applied"
    centre.plan = changed(centre.plan)
    assert not check_plan(centre.plan)
    centre.well = False
    centre.boot().step(NOW + timedelta(seconds=10))
    assert (centre.receiver.kept.state, centre.receiver.revision) == ("rolled_back", 0)


def with_service(plan: Plan, code: str, **values: Any) -> Plan:
    return replace(plan, services=tuple(replace(one, **values) if one.code == code else one for one in plan.services))


def test_what_the_manager_changed_since_stays_when_the_bundle_goes(centre: Centre) -> None:
    def changed(plan: Plan) -> Plan:
        plan = replace(with_service(plan, "VID-01", daily=7), rules=replace(plan.rules, no_show_s=77))
        return replace(plan, counters=(*plan.counters, replace(plan.counters[-1], code="99")))

    under(centre, changed)
    assert centre.plan == changed(PLAN)
    assert centre.receiver.kept.text == "the centre did not work well with it"


def test_where_both_changed_the_same_that_of_before_is_back_and_it_is_said(centre: Centre) -> None:
    def changed(plan: Plan) -> Plan:
        return replace(with_service(plan, "VID-01", minutes=44), rules=replace(plan.rules, lock_minutes=9, no_show_s=77))

    under(centre, changed, locked={}, advised={"rules.lock_minutes": 3})
    assert centre.plan == replace(PLAN, rules=replace(PLAN.rules, lock_minutes=9, no_show_s=77)), "advised is not applied"
    assert centre.receiver.kept.text.endswith("services.VID-01.minutes")


def test_a_key_that_was_locked_before_is_so_again(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(locked={"rules.no_show_s": 60}), centre.key))
    centre.receiver.step(NOW)
    centre.receiver.step(NOW + WATCH)
    before = centre.plan
    centre.receiver.take(sign(a_bundle(2, locked={"rules.lock_minutes": 3}), centre.key))
    centre.receiver.step(NOW + WATCH)
    centre.plan = replace(centre.plan, rules=replace(centre.plan.rules, no_show_s=77, park_limit_minutes=55))
    centre.well = False
    centre.receiver.step(NOW + WATCH)
    assert centre.plan == replace(before, rules=replace(before.rules, park_limit_minutes=55))
    assert centre.plan.network == Network(bundle=1, locked=("rules.no_show_s",))
    assert centre.receiver.kept.text.endswith("rules.no_show_s")


def test_what_cannot_be_without_the_bundle_goes_with_it(centre: Centre) -> None:
    more = replace(next(one for one in OLD.services if one.code == "VID-01"), code="VID-99")

    def changed(plan: Plan) -> Plan:
        first, *rest = (replace(one, services=tuple(s for s in one.services if s != "VID-99")) for one in plan.queues)
        queues = (replace(first, services=(*first.services, "VID-99")), *rest)
        return replace(plan, queues=queues, rules=replace(plan.rules, no_show_s=77))

    under(centre, changed, catalogue=replace(OLD, services=(*OLD.services, more)))
    assert centre.plan == PLAN
    assert centre.receiver.kept.text.endswith("everything")


def test_a_plan_that_changes_at_that_moment_is_merged_at_the_next(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    centre.well, really = False, centre.receiver._revise

    def late(plan: Plan, made_from: Plan) -> None:
        raise Later("the plan was changed meanwhile")

    centre.receiver._revise = late
    centre.receiver.step(NOW + timedelta(seconds=5))
    assert (centre.receiver.kept.state, centre.receiver.kept.text) == ("applied", "")
    centre.plan, centre.receiver._revise = replace(centre.plan, rules=replace(centre.plan.rules, no_show_s=77)), really
    centre.receiver.step(NOW + timedelta(seconds=10))
    assert centre.plan == replace(PLAN, rules=replace(PLAN.rules, no_show_s=77))


def test_one_that_has_to_wait_a_moment_leaves_the_way_back_from_the_one_before_it(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    begun = centre.receiver.kept
    centre.receiver.take(sign(a_bundle(2, locked={"rules.lock_minutes": 5}), centre.key))
    revise = centre.revise

    def busy(plan: Plan, made_from: Plan) -> None:
        raise Later("the plan was changed meanwhile")

    centre.revise = busy  # type: ignore[method-assign]
    centre.boot().step(NOW + timedelta(seconds=1))
    assert (centre.receiver.kept.since, centre.receiver.kept.plan_before) == (begun.since, PLAN)
    centre.revise, centre.well = revise, False  # type: ignore[method-assign]
    centre.boot().step(NOW + timedelta(seconds=2))
    assert (centre.plan, centre.receiver.kept.state, centre.receiver.revision) == (PLAN, "rolled_back", 0)


def test_what_was_refused_meanwhile_is_not_fetched_again_when_the_one_before_it_goes(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    centre.receiver.take(Signed(2, sign(a_bundle(2), centre.key).payload, "00" * 64))
    centre.well = False
    centre.receiver.step(NOW + timedelta(seconds=1))
    assert (centre.receiver.kept.state, centre.plan) == ("rolled_back", PLAN)
    assert [centre.receiver.wants(one) for one in (1, 2, 3)] == [False, False, True]


def test_a_crash_after_it_was_taken_back_is_finished(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    centre.plan = replace(PLAN, rules=replace(PLAN.rules, no_show_s=77))
    centre.boot().step(NOW + timedelta(seconds=1))
    assert (centre.plan.rules.no_show_s, centre.plan.network, centre.receiver.kept.state) == (77, Network(), "rolled_back")


def test_after_the_watch_a_fault_takes_nothing_back(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    centre.receiver.step(NOW + WATCH)
    centre.well = False
    centre.receiver.step(NOW + WATCH + timedelta(seconds=1))
    assert centre.plan.network.bundle == 1


def test_a_crash_between_plan_and_memory_is_finished(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))

    def crash(plan: Plan, made_from: Plan) -> None:
        centre.plan = plan
        raise KeyboardInterrupt

    centre.receiver._revise = crash
    with pytest.raises(KeyboardInterrupt):
        centre.receiver.step(NOW)
    centre.well = True
    centre.boot().step(NOW + timedelta(seconds=1))
    assert (centre.receiver.revision, centre.receiver.kept.state) == (1, "applied")
    centre.well = False
    centre.receiver.step(NOW + timedelta(seconds=2))
    assert centre.plan == PLAN


def test_a_bundle_that_the_plan_cannot_bear_is_refused_with_its_fault(centre: Centre) -> None:
    without = replace(OLD, institutions=tuple(one for one in OLD.institutions if one.code != "VID"))
    centre.receiver.take(sign(a_bundle(catalogue=without), centre.key))
    centre.receiver.step(NOW)
    assert (centre.plan, centre.receiver.kept.state) == (PLAN, "rejected")
    assert "VID" in centre.receiver.kept.text
    assert not centre.receiver.wants(1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: Signed(2, s.payload, s.signature),
        lambda s: Signed(1, s.payload.replace("lock", "luck"), s.signature),
        lambda s: Signed(1, s.payload, "00" * 64),
        lambda s: Signed(1, s.payload, "x"),
    ],
)
def test_what_the_node_did_not_sign_is_not_taken(centre: Centre, spoil: Callable[[Signed], Signed]) -> None:
    signed = spoil(sign(a_bundle(), centre.key))
    with pytest.raises(Forged):
        opened(signed, public(centre.key))
    centre.receiver.take(signed)
    centre.receiver.step(NOW)
    assert (centre.plan, centre.receiver.kept.state) == (PLAN, "rejected")


def test_only_the_network_changes_what_it_locked() -> None:
    plan = applied(PLAN, OLD, a_bundle())
    floor = Floor(plan=plan, directory=Directory.of(plan), version=1)

    def revised(fresh: Plan, actor: Actor) -> tuple[Any, ...]:
        return revise_plan(floor, RevisePlan(plan=fresh), Context(now=NOW, actor=actor, visit=uuid4(), token="t"))

    manager = Actor("manager", "anna")
    for fresh, key in (
        (with_value(plan, "rules.lock_minutes", 9), "rules.lock_minutes"), (replace(plan, network=Network()), "network"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            revised(fresh, manager)
        assert (refused.value.code, refused.value.facts["key"]) == ("locked_key", key)
        assert isinstance(revised(fresh, NETWORK)[0], PlanRevised)
    assert isinstance(revised(with_value(plan, "rules.park_limit_minutes", 60), manager)[0], PlanRevised)


def test_what_cannot_be_taken_back_yet_is_tried_again(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    centre.well = False

    def refuse(plan: Plan, made_from: Plan) -> None:
        raise ValueError("service VID-01 is in use")

    centre.receiver._revise = refuse
    centre.receiver.step(NOW + timedelta(seconds=5))
    assert (centre.plan.network.bundle, centre.receiver.kept.state) == (1, "applied")
    assert "VID-01 is in use" in centre.receiver.kept.text
    centre.boot().step(NOW + WATCH + timedelta(hours=1))
    assert (centre.plan, centre.receiver.kept.state) == (PLAN, "rolled_back")


def test_a_line_that_rests_looks_when_something_is_due(centre: Centre) -> None:
    assert centre.receiver.rest(NOW) == float("inf")
    centre.receiver.take(sign(a_bundle(), centre.key))
    assert centre.receiver.rest(NOW - timedelta(seconds=20)) == 20.0
    centre.receiver.step(NOW)
    assert centre.receiver.rest(NOW) == WATCH_STEP_S
    centre.receiver.step(NOW + WATCH)
    assert centre.receiver.rest(NOW) == float("inf")


def test_a_new_centre_begins_under_the_settings_in_force(centre: Centre, tmp_path: Path) -> None:
    (folder := tmp_path / "new").mkdir()
    signed, key = sign(a_bundle(), centre.key), public(centre.key)
    begin_with(folder, key, signed, NOW - timedelta(seconds=1))
    assert catalogue_in(folder, key, OLD) == OLD, "their time has not come"
    begin_with(folder, key, signed, NOW)
    begin_with(folder, key, sign(a_bundle(2, catalogue=OLD), centre.key), NOW)
    assert catalogue_in(folder, key, OLD) == a_bundle().catalogue, "what is there stays"
    with pytest.raises(Forged):
        begin_with(folder, key, Signed(1, signed.payload, "00" * 64), NOW)


def test_processes_that_begin_together_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: public(load_key(tmp_path / "node" / "node.key")), range(64)))
    assert len(keys) == 1
    assert [one.name for one in (tmp_path / "node").iterdir()] == ["node.key"]
    assert (tmp_path / "node" / "node.key").stat().st_mode & 0o077 == 0


def test_another_bundle_that_is_fetched_does_not_end_the_watch(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    centre.receiver.take(sign(replace(a_bundle(2), not_before=NOW + timedelta(days=1)), centre.key))
    assert centre.receiver.rest(NOW) == WATCH_STEP_S
    centre.well = False
    centre.boot().step(NOW + timedelta(seconds=10))
    kept = centre.receiver.kept
    assert (centre.plan, kept.state, kept.refused) == (PLAN, "rolled_back", 1)
    assert (centre.receiver.known, centre.receiver.wants(2)) == (1, True), "what is told of it is of revision 1"


def test_what_harms_and_cannot_be_taken_back_gives_way_to_what_mends_it(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    centre.well = False
    revise = centre.receiver._revise

    def refuse(plan: Plan, made_from: Plan) -> None:
        if plan.network.bundle == 0:
            raise ValueError("service VID-01 is in use")
        revise(plan, made_from)

    centre.receiver._revise = refuse
    broken = replace(OLD, institutions=tuple(one for one in OLD.institutions if one.code != "VID"))
    for n, (catalogue, bundle, state) in enumerate(((broken, 1, "rejected"), (OLD, 3, "applied"))):
        centre.receiver.take(sign(a_bundle(2 + n, catalogue=catalogue), centre.key))
        centre.receiver.step(NOW + timedelta(seconds=5 * n))
        assert (centre.plan.network.bundle, centre.receiver.kept.state) == (bundle, state)
        assert centre.receiver.rest(NOW) == WATCH_STEP_S, "still watched"


def test_a_database_of_before_the_bundle_gets_it_once_more(centre: Centre) -> None:
    plans = list[Plan]()
    for revision in (1, 2):
        centre.receiver.take(sign(a_bundle(revision, locked={"rules.lock_minutes": 2 + revision}), centre.key))
        centre.receiver.step(NOW)
        plans.append(centre.plan)
        centre.receiver.step(NOW + WATCH)
    centre.plan = copy = plans[0]
    centre.boot().step(NOW + timedelta(hours=1))
    assert (centre.plan.network.bundle, centre.plan.rules.lock_minutes, centre.receiver.kept.state) == (2, 4, "applied")
    centre.well = False
    centre.receiver.step(NOW + timedelta(hours=1, seconds=5))
    assert (centre.plan, centre.receiver.revision) == (copy, 1)


def test_a_database_of_before_all_settings_is_put_under_the_newest_from_the_beginning(centre: Centre) -> None:
    for revision in (1, 2):
        centre.receiver.take(sign(a_bundle(revision), centre.key))
        centre.receiver.step(NOW)
        centre.receiver.step(NOW + WATCH)
    centre.plan = PLAN
    centre.boot().step(NOW + timedelta(hours=1))
    assert centre.plan == applied(PLAN, OLD, a_bundle(2))


def test_a_database_of_before_waits_for_what_is_newer_than_the_settings_it_lost(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    centre.receiver.step(NOW + WATCH)
    later = NOW + timedelta(days=1)
    centre.receiver.take(sign(replace(a_bundle(2), not_before=later), centre.key))
    centre.plan = PLAN
    centre.boot().step(NOW + timedelta(hours=1))
    assert centre.plan == PLAN
    centre.receiver.step(later)
    assert centre.plan == applied(PLAN, OLD, a_bundle(2))


def test_one_that_the_plan_cannot_bear_leaves_the_way_back_from_the_one_before_it(centre: Centre) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    broken = replace(OLD, institutions=tuple(one for one in OLD.institutions if one.code != "VID"))
    centre.receiver.take(sign(a_bundle(2, catalogue=broken), centre.key))
    centre.receiver.step(NOW + timedelta(seconds=5))
    centre.well = False
    centre.receiver.step(NOW + timedelta(seconds=10))
    assert (centre.plan, centre.receiver.kept.state, centre.receiver.wants(2)) == (PLAN, "rolled_back", False)


def spoilt(centre: Centre) -> None:
    (centre.folder / "bundles.json").write_bytes(b'{"current":')


def other_key(centre: Centre) -> None:
    (centre.folder / "node.key").unlink()
    centre.key = load_key(centre.folder / "node.key")


@pytest.mark.parametrize("spoil", [spoilt, other_key])
def test_a_memory_that_cannot_be_used_is_fetched_anew(centre: Centre, spoil: Callable[[Centre], None]) -> None:
    centre.receiver.take(sign(a_bundle(), centre.key))
    centre.receiver.step(NOW)
    centre.receiver.step(NOW + WATCH)
    spoil(centre)
    assert under_network(centre.folder, public(centre.key), OLD, lambda known: PLAN) == PLAN, "the centre starts"
    centre.plan = replace(PLAN, network=centre.plan.network)
    signed = sign(a_bundle(), centre.key)
    centre.boot().take(signed)
    centre.receiver.step(NOW + timedelta(hours=1))
    assert centre.plan == applied(PLAN, OLD, a_bundle())
    centre.receiver.step(NOW + timedelta(hours=1) + WATCH)
    assert (centre.boot().kept.state, centre.receiver.revision) == ("kept", 1)
