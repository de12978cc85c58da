"""Every template gives a sound plan that its TOML says too, and what is wrong with the facts is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from config import CATALOGUE
from config.fault import PlanFault
from config.first_plan import TYPES, Facts, first_plan, open_hours
from config.load import check_plan, dump_plan, load_catalogue, read_plan
from config.network import Bundle

KNOWN = load_catalogue(CATALOGUE)
RAUNA = Facts(code="rauna", name="Raunas centrs", short="Raunas VPVKAC", municipality="Smiltenes novads", counters=3)


@pytest.mark.parametrize("type_", TYPES)
def test_a_template_gives_a_sound_plan_that_can_be_written(type_: str) -> None:
    plan = first_plan(type_, RAUNA, KNOWN)
    assert (plan.centre.code, plan.centre.type, [one.code for one in plan.counters]) == ("rauna", type_, ["1", "2", "3"])
    assert not check_plan(plan)
    assert read_plan(dump_plan(plan, KNOWN), Path("rauna.toml"), KNOWN) == plan


def test_hours_are_those_that_were_said() -> None:
    hours = open_hours("mon-wed, fri 8:30-12:00; 12:30-17:00 | sat 9:00-13:00")
    plan = first_plan("vietejas", replace(RAUNA, hours=hours), KNOWN)
    assert plan.hours is not None
    assert [(one.days, one.spans) for one in plan.hours.regular] == [
        (("mon", "tue", "wed", "fri"), "8:30-12:00; 12:30-17:00"), (("sat",), "9:00-13:00"),
    ]  # fmt: skip


def test_it_begins_with_what_the_network_locks_and_advises() -> None:
    bundle = Bundle(
        revision=4, not_before=datetime(2026, 11, 1, tzinfo=UTC), catalogue=KNOWN, locked={"rules.lock_minutes": 3},
        advised={"rules.park_limit_minutes": 60},
    )  # fmt: skip
    rules = first_plan("novada", RAUNA, KNOWN, bundle).rules
    assert (rules.lock_minutes, rules.park_limit_minutes) == (3, 60)


@pytest.mark.parametrize(
    ("type_", "facts", "says"),
    [
        ("pilsetas", RAUNA, "is none of"),
        ("novada", replace(RAUNA, counters=0), "from 1 to"),
        ("novada", replace(RAUNA, code="rauna/.."), "code"),
        ("novada", replace(RAUNA, short=" "), "name: is missing"),
        ("novada", replace(RAUNA, hours=open_hours("mon 8:30-8:00")), "8:30-8:00"),
    ],
)
def test_what_is_wrong_is_named(type_: str, facts: Facts, says: str) -> None:
    with pytest.raises(PlanFault, match=says):
        first_plan(type_, facts, KNOWN)


@pytest.mark.parametrize("text", ["8:30-17:00", "monday 8:30-17:00", "fri-mon 8:30-17:00", "mon"])
def test_hours_that_mean_nothing_are_told(text: str) -> None:
    with pytest.raises(PlanFault, match="write days and spans"):
        open_hours(text)
