"""Before a bundle is published the node says what each centre would: nobody is surprised by a refusal."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from config import CATALOGUE, CENTRES
from config.catalogue_diff import differences
from config.load import load_catalogue, load_plan
from config.network import Bundle, applied
from server.fault_words import words
from server.national.node.bundle_check import check, differing, states
from server.national.node.bundles import Bundles, newest_for, note_state
from server.national.node.intake import Intake
from server.national.node.schema import centres, metadata
from server.national.node.told import Told
from server.national.signing import load_key
from server.national.wire import SYNC, Hello, Pulse
from server.store.journal import GENESIS

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OLD = load_catalogue(CATALOGUE)
PLANS = {name: load_plan(CENTRES / f"{name}.toml", OLD) for name in ("demo", "village")}


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(made)
    with made.begin() as connection:
        for code, plan in PLANS.items():
            row = {"centre": code, "hash": GENESIS, "type": plan.centre.type, "plan": msgspec.json.encode(plan).decode()}
            connection.execute(centres.insert(), row)
        connection.execute(centres.insert(), {"centre": "coming", "hash": GENESIS, "type": "novada"})
    yield made
    made.dispose()


def a_bundle(**values: Any) -> Bundle:
    return Bundle(revision=1, not_before=NOW, **{"catalogue": OLD, **values})


def test_a_good_bundle_is_refused_by_nobody(engine: Engine) -> None:
    with engine.connect() as connection:
        found = check(connection, a_bundle(locked={"rules.lock_minutes": 3}), "all", OLD)
    assert (found.good, found.refusals, found.unknown) == (2, {}, ("coming",))


@pytest.mark.parametrize(
    ("locked", "who", "says"),
    [
        ({"booking.lead": 90}, {"village"}, "has no booking"),
        ({"rules.lock_minutes": 999}, {"demo", "village"}, "999"),
        ({"rules.park_limit_minutes": 20}, {"demo", "village"}, "more than park_limit_minutes"),
        ({"rules.lock_minutes": "nine"}, {"demo", "village"}, "Expected"),
        ({"queues.a": 3}, {"demo", "village"}, "sets no key"),
        ({"rules.lock_minuets": 3}, {"demo", "village"}, 'did you mean "lock_minutes"'),
    ],
)
def test_who_would_refuse_is_named_with_the_reason(
    engine: Engine, locked: dict[str, object], who: set[str], says: str
) -> None:  # fmt: skip
    with engine.connect() as connection:
        found = check(connection, a_bundle(locked=locked), "all", OLD)
    assert found.refusals.keys() == who
    assert all(says in " ".join(map(str, faults)) for faults in found.refusals.values())
    texts = {fault.text for faults in found.refusals.values() for fault in faults}
    assert not {text for text in texts if words(text, "lv") == text}  # an officer reads it in Latvian


def test_a_service_that_is_gone_is_refused_where_it_is_named(engine: Engine) -> None:
    without = replace(OLD, services=tuple(one for one in OLD.services if one.code != "PASV-14"))
    without = replace(without, situations=())
    with engine.connect() as connection:
        found = check(connection, a_bundle(catalogue=without), "all", OLD)
    assert "PASV-14" in " ".join(map(str, found.refusals["village"]))
    assert not [fault for fault in found.refusals["village"] if words(fault.text, "lv") == fault.text]


def test_a_plan_made_of_an_earlier_bundle_is_read_by_its_catalogue(engine: Engine, tmp_path: Path) -> None:
    fresh = replace(OLD, services=tuple(replace(s, minutes=s.minutes + 1) for s in OLD.services))
    made = Bundles(engine, load_key(tmp_path / "key"))
    revision = made.draft("all", "anna", NOW, catalogue=fresh, not_before=NOW)
    there = applied(PLANS["demo"], OLD, a_bundle(catalogue=fresh))
    with engine.begin() as connection:
        connection.execute(centres.update().where(centres.c.centre == "demo").values(plan=msgspec.json.encode(there).decode()))
    with engine.connect() as connection:
        assert check(connection, a_bundle(catalogue=OLD), "centre:demo", OLD).good == 1
        deviating = differing(connection, a_bundle(catalogue=OLD), "centre:demo")["demo"]
    assert (revision, deviating[0].path.endswith(".minutes")) == (1, True)


def test_states_of_every_centre(engine: Engine, tmp_path: Path) -> None:
    made = Bundles(engine, load_key(tmp_path / "key"))
    revision = made.draft("all", "anna", NOW, catalogue=OLD, not_before=NOW)
    with engine.connect() as connection:
        assert {one.state for one in states(connection, revision)} == {"drafted"}
    made.publish(revision, NOW)
    with engine.begin() as connection:
        pulse = Pulse(at=NOW, head=1, bundle=revision, bundle_state="applied")
        note_state(connection, "demo", "{}", pulse, revision, NOW)
        found = {one.centre: one.state for one in states(connection, revision)}
    assert found == {"coming": "published", "demo": "applied", "village": "published"}


def test_what_a_centre_says_first_on_a_new_line_is_noted_too(engine: Engine, tmp_path: Path) -> None:
    made = Bundles(engine, load_key(tmp_path / "key"))
    revision = made.draft("all", "anna", NOW, catalogue=OLD, not_before=NOW)
    made.publish(revision, NOW)
    pulse = Pulse(at=NOW, head=0, bundle_known=revision, bundle_state="rolled_back", bundle_text="harm")
    Intake(engine).hello("demo", Hello(sync=SYNC, instance="a" * 16, pulse=pulse), NOW)
    with engine.connect() as connection:
        told = {one.centre: (one.state, one.text) for one in states(connection, revision)}
    assert told["demo"] == ("rolled_back", "harm")


def test_a_draft_older_than_what_is_out_is_not_published(engine: Engine, tmp_path: Path) -> None:
    made = Bundles(engine, load_key(tmp_path / "key"))
    old, new = (made.draft("all", "anna", NOW, catalogue=OLD, not_before=NOW) for _ in range(2))
    made.publish(new, NOW)
    with pytest.raises(Told, match="draft it anew"):
        made.publish(old, NOW)
    with engine.connect() as connection:
        assert newest_for(connection, "demo") == new


def test_differences_of_catalogues_fact_by_fact() -> None:
    gone = OLD.services[3].code
    services = [one for one in OLD.services if one.code != gone]
    services[0] = replace(services[0], minutes=99)
    fresh = replace(OLD, services=(*services, replace(services[0], code="NEW-01")), kinds={**OLD.kinds, "video": {"lv": "Video"}})
    found = [(one.part, one.code, one.what, one.field, one.after) for one in differences(OLD, fresh)]
    assert found == [
        ("kinds", "video", "new", "", None), ("services", services[0].code, "changed", "minutes", 99),
        ("services", "NEW-01", "new", "", None), ("services", gone, "gone", "", None),
    ]  # fmt: skip
    assert differences(OLD, OLD) == ()
