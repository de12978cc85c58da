"""Settings that do harm give way to those before them, not to what came with the program."""

from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from config.catalogue import Catalogue
from config.plan import Plan
from server.national.receiver import WATCH
from server.national.signing import sign
from tests.national.test_bundles import NOW, OLD, PLAN, Centre, a_bundle


def lasting(minutes: int) -> Catalogue:
    services = tuple(replace(one, minutes=minutes) if one.code == "VID-01" else one for one in OLD.services)
    return replace(OLD, services=services)


def of_service(plan: Plan) -> int | None:
    return next(one.minutes for one in plan.services if one.code == "VID-01")


def test_the_catalogue_of_the_settings_before_is_back(tmp_path: Path) -> None:
    centre = Centre(tmp_path)
    centre.receiver.take(sign(a_bundle(1, catalogue=lasting(21)), centre.key))
    centre.receiver.step(NOW)
    centre.receiver.step(NOW + WATCH)
    assert of_service(PLAN) != of_service(centre.plan) == 21
    centre.receiver.take(sign(a_bundle(2, catalogue=lasting(34)), centre.key))
    centre.receiver.step(NOW + WATCH)
    assert of_service(centre.plan) == 34
    centre.plan = replace(centre.plan, rules=replace(centre.plan.rules, no_show_s=77))
    centre.well = False
    centre.receiver.step(NOW + WATCH + timedelta(seconds=10))
    assert (of_service(centre.plan), centre.plan.rules.no_show_s, centre.plan.network.bundle) == (21, 77, 1)
    assert centre.receiver.kept.text == "the centre did not work well with it"
