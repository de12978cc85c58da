"""A centre's file as the forms edit it, and the plan that it makes: checked as every plan is, in the words of the forms."""

from typing import Any

import msgspec
from msgspec.structs import replace

from config.assemble import assemble
from config.catalogue import Catalogue
from config.centre_file import CentreFile
from config.dump import file_of
from config.network import value_of, with_value
from config.plan import Network, Plan
from config.references import check_references
from config.shape import Report, read
from server.fault_words import words

Data = dict[str, Any]
"""A centre's file as plain data, every field in it."""


TOLD = 200
"""Faults that are told one by one."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong at a path of the file: `queues[2].zone`."""

    path: str
    text: str


class Faults(msgspec.Struct, frozen=True, kw_only=True):
    """The first faults in words, and how many `more` there are."""

    told: tuple[Fault, ...] = ()
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.told)


def grounds(plan: Plan, catalogue: Catalogue) -> Catalogue:
    """The catalogue that a plan can be said with: the centre's own, with the plan's facts where these are other ones."""
    report = Report()
    if assemble(file_of(plan, catalogue), catalogue, report) == replace(plan, network=Network()):
        return catalogue
    services = {one.code: one for one in plan.services}
    institutions = {one.code: one for one in plan.institutions}
    known = {one.code for one in catalogue.services} | {one.code for one in catalogue.institutions}
    return replace(
        catalogue, kinds=plan.kinds, channels=plan.channels, outcomes=plan.outcomes, unserved=plan.unserved,
        counted=plan.counted, health_words=plan.health_words, situations=plan.situations,
        services=(
            *(services.get(one.code, one) for one in catalogue.services),
            *(one for code, one in services.items() if code not in known),
        ),
        institutions=(
            *(institutions.get(one.code, one) for one in catalogue.institutions),
            *(one for code, one in institutions.items() if code not in known),
        ),
    )  # fmt: skip


def data_of(plan: Plan, catalogue: Catalogue) -> Data:
    """The file of a plan."""
    data: Data = msgspec.json.decode(msgspec.json.encode(file_of(plan, catalogue)))  # lists, as a page sends them
    return data


def made(data: object, catalogue: Catalogue, network: Network) -> tuple[Plan, Report]:
    """The plan that a file makes, and what is wrong with it; with faults it has empty places."""
    report = Report()
    plan = assemble(read(data, CentreFile, report), catalogue, report)
    check_references(plan, report)
    return replace(plan, network=network), report


def checked(data: object, catalogue: Catalogue, now: Plan, language: str) -> tuple[Plan, Faults]:
    """The plan that a file makes, and its faults in words; what the network has set is a fault where it is another."""
    plan, report = made(data, catalogue, now.network)
    other = held(plan, now, report)
    found = [*report.faults, *((path, "The network sets this.") for path in other)]
    told = tuple(Fault(path=path, text=words(text, language)) for path, text in found[:TOLD])
    return plan, Faults(told=told, more=len(found) - len(told))


def held(plan: Plan, now: Plan, report: Report | None = None) -> tuple[str, ...]:
    """The keys that the network has set and that a plan says otherwise, but for those that its faults have torn."""
    whole = [path for path in now.network.locked if report is None or not report.torn(path)]
    return tuple(path for path in whole if value_of(plan, path) != value_of(now, path))


def as_network_says(plan: Plan, now: Plan) -> Plan:
    """A plan from elsewhere, or from earlier, with what the network has set now."""
    for path in now.network.locked:
        plan = with_value(plan, path, msgspec.to_builtins(value_of(now, path)))
    return replace(plan, network=now.network)


def brought_back(plan: Plan, now: Plan, catalogue: Catalogue) -> Plan:
    """An earlier plan under the catalogue of today: what the network has changed since stays changed."""
    if plan.network.bundle != now.network.bundle:
        services = {one.code: one for one in (*catalogue.services, *now.services)}
        institutions = {one.code: one for one in (*catalogue.institutions, *now.institutions)}
        plan = replace(
            plan, kinds=now.kinds, channels=now.channels, outcomes=now.outcomes, unserved=now.unserved, counted=now.counted,
            health_words=now.health_words, situations=now.situations,
            services=tuple(services.get(one.code, one) for one in plan.services),
            institutions=tuple(institutions.get(one.code, one) for one in plan.institutions),
        )  # fmt: skip
    return as_network_says(plan, now)
