"""What the network says to a centre's plan: one catalogue for all, keys that it sets, and where a centre differs."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, get_type_hints

import msgspec

from config.assemble import assemble
from config.catalogue import Catalogue
from config.dump import file_of
from config.fault import Fault, did_you_mean
from config.load import check_plan
from config.merge import merged, plain
from config.plan import Network, Plan
from config.shape import Report

EVERYTHING = "everything"
"""In place of the names of keys: all that the centre has changed."""

SETTABLE = ("languages", "rules", "hours", "voice", "booking", "pause_reasons", "slip_footer", "slip", "centre", "place")
"""Parts of a plan in which the network may set keys: what has no code of its own to find it by stays the centre's."""


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """The network's word of one revision, for a part of the centres, in force from `not_before` on.

    `locked` are keys of a plan (`rules.lock_minutes`) with the value that they have everywhere; `advised` those that a centre
    may set otherwise, which is then listed.
    """

    revision: Annotated[int, msgspec.Meta(ge=1)]
    not_before: datetime
    catalogue: Catalogue
    locked: dict[str, Any] = {}
    advised: dict[str, Any] = {}
    note: str = ""


class Unfit(ValueError):
    """A plan cannot be put under a bundle; `faults` say why, `str()` names the first of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults[:5])))


class Deviation(msgspec.Struct, frozen=True, kw_only=True):
    """Where a centre says otherwise than the network: the key, the network's value and its own."""

    path: str
    network: Any
    centre: Any


def check_bundle(bundle: Bundle, plan: Plan) -> tuple[Fault, ...]:
    """What is wrong with the keys of a bundle, held against some plan; empty if nothing is."""
    faults = []
    for part, values in (("locked", bundle.locked), ("advised", bundle.advised)):
        for path, value in values.items():
            try:
                with_value(plan, path, value)
            except (LookupError, ValueError) as error:
                faults.append(Fault(f"{part}.{path}", None, error.args[0].removeprefix(f"{path}: ")))
    return tuple(faults)


def applied(plan: Plan, before: Catalogue, bundle: Bundle) -> Plan:
    """The plan under the bundle: the new catalogue's facts where the centre did not say otherwise, and the locked keys.

    Advised keys are not touched here: a centre starts with them, from its template. ValueError with the fault of a plan that
    cannot be made so, Unfit where the catalogue is the reason, such as a queue for a service that the catalogue has no more.
    """
    report = Report()
    fresh = assemble(file_of(plan, before), bundle.catalogue, report)
    if report.faults:
        raise Unfit(Fault(path, None, text) for path, text in report.faults)
    for path, value in bundle.locked.items():
        try:
            fresh = with_value(fresh, path, value)
        except LookupError as error:
            raise ValueError(str(error)) from None
    return msgspec.structs.replace(fresh, network=Network(bundle=bundle.revision, locked=tuple(sorted(bundle.locked))))


def taken_back(before: Plan, catalogue: Catalogue, bundle: Bundle, plan: Plan) -> tuple[Plan, tuple[str, ...]]:
    """The plan of `before` the bundle, made of `catalogue`, with what the centre has changed in `plan` since the bundle came.

    Where both changed the same, that of before is back; so is a key that was locked then. The keys of which that is true are
    named; `everything`, where the centre's changes cannot be without the bundle, such as a queue for a service of its catalogue.
    """
    found, clashes = merged(plain(applied(before, catalogue, bundle)), plain(before), plain(plan))
    lost = [".".join(path) for path in clashes]
    try:
        fresh = msgspec.convert(found, Plan)
        for path in before.network.locked:
            if value_of(fresh, path) != (value := value_of(before, path)):
                fresh, lost = with_value(fresh, path, msgspec.to_builtins(value)), [*lost, path]
        if check_plan(fresh) or not made_of(fresh, catalogue):
            return before, (EVERYTHING,)
    except (LookupError, ValueError):
        return before, (EVERYTHING,)
    return fresh, tuple(dict.fromkeys(lost))


def made_of(plan: Plan, catalogue: Catalogue) -> bool:
    """Whether the plan's own file, read again with this catalogue, is the plan."""
    report = Report()
    again = assemble(file_of(plan, catalogue), catalogue, report)
    return not report.faults and msgspec.structs.replace(again, network=plan.network) == plan


def deviations(plan: Plan, bundle: Bundle) -> tuple[Deviation, ...]:
    """Where the plan of a centre says otherwise than the bundle, in keys and in facts about services."""
    found = []
    for path, value in {**bundle.locked, **bundle.advised}.items():
        try:
            own = value_of(plan, path)
        except LookupError:
            continue
        if msgspec.to_builtins(own) != msgspec.to_builtins(value):
            found.append(Deviation(path=path, network=value, centre=msgspec.to_builtins(own)))
    for kind, mine, theirs in (
        ("services", plan.services, bundle.catalogue.services),
        ("institutions", plan.institutions, bundle.catalogue.institutions),
    ):
        known = {one.code: one for one in theirs}
        for one in mine:
            network = known.get(one.code)
            if network is None:
                found.append(Deviation(path=f"{kind}.{one.code}", network=None, centre=one.code))
                continue
            for name in one.__struct_fields__:
                if getattr(one, name) != getattr(network, name):
                    values = (msgspec.to_builtins(getattr(each, name)) for each in (network, one))
                    theirs_, own = values
                    found.append(Deviation(path=f"{kind}.{one.code}.{name}", network=theirs_, centre=own))
    return tuple(found)


def value_of(plan: Plan, path: str) -> Any:
    """What a plan has under a key; LookupError names a key that there is not."""
    value: Any = plan
    for name in _names(path):
        value = _inside(value, name, path)
    return value


def with_value(plan: Plan, path: str, value: Any) -> Plan:
    """The plan with another value under a key; LookupError for no such key, ValueError for a value of another shape."""
    return _with(plan, _names(path), value, path)  # type: ignore[no-any-return]


def _with(whole: Any, names: list[str], value: Any, path: str) -> Any:
    name, *rest = names
    if isinstance(whole, Mapping):
        return {**whole, name: _with(whole[name], rest, value, path) if rest else value}
    _inside(whole, name, path)
    kind = get_type_hints(type(whole), include_extras=True)[name]
    inner = getattr(whole, name)
    if rest and inner is None:
        raise ValueError(f"{path}: this plan has no {name}; set it whole")
    try:
        changed = _with(inner, rest, value, path) if rest else msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"{path}: {error}") from None
    return msgspec.structs.replace(whole, **{name: changed})


def _names(path: str) -> list[str]:
    names = path.split(".")
    if names[0] not in SETTABLE:
        raise LookupError(f'the network sets no key "{path}"{did_you_mean(names[0], SETTABLE)}')
    return names


def _inside(value: Any, name: str, path: str) -> Any:
    if isinstance(value, Mapping):
        if name in value:
            return value[name]
        raise LookupError(f'there is no key "{path}"')
    known = getattr(type(value), "__struct_fields__", ())
    if name not in known:
        raise LookupError(f'there is no key "{path}"{did_you_mean(name, known)}')
    return getattr(value, name)
