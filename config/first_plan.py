"""The first plan of a new centre, from the template of its type and the few facts that only its people know."""

import re
from pathlib import Path
from typing import get_args

import msgspec

from config import TEMPLATES
from config.catalogue import Catalogue
from config.fault import Fault, PlanFault
from config.load import check_plan, load_plan
from config.network import Bundle, with_value
from config.plan import CentreType, Counter, OpenHours, Plan, Weekday

TYPES: tuple[str, ...] = get_args(CentreType)
COUNTERS_MOST = 60

_DAYS: tuple[Weekday, ...] = get_args(Weekday)
_OPEN = re.compile(r"\s*([a-z,\- ]+?)\s+(\d.*)")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a new centre. `name` and `short` are Latvian; `hours` is empty where the template's are right."""

    code: str
    name: str
    short: str
    municipality: str
    counters: int
    hours: tuple[OpenHours, ...] = ()


def first_plan(type_: str, facts: Facts, catalogue: Catalogue, bundle: Bundle | None = None) -> Plan:
    """The plan, sound and under the network's newest bundle, whose advised keys it begins with; PlanFault with every fault."""
    if type_ not in TYPES:
        raise PlanFault([Fault("type", None, f"{type_!r} is none of {', '.join(TYPES)}")])
    if not 1 <= facts.counters <= COUNTERS_MOST:
        raise PlanFault([Fault("counters", None, f"must be from 1 to {COUNTERS_MOST}")])
    if not facts.short.strip() or not facts.municipality.strip():
        raise PlanFault([Fault("name" if facts.municipality.strip() else "municipality", None, "is missing")])
    plan = load_plan(template_of(type_), catalogue)
    centre = msgspec.structs.replace(
        plan.centre, code=facts.code, name={"lv": facts.name or facts.short}, short={"lv": facts.short}, type=type_,
        municipality=facts.municipality,
    )  # fmt: skip
    first = plan.counters[0]
    others = (Counter(code=str(n), zone=first.zone, profile=first.profile) for n in range(2, facts.counters + 1))
    hours = plan.hours
    if facts.hours and hours is not None:
        hours = msgspec.structs.replace(hours, regular=facts.hours)
    plan = msgspec.structs.replace(plan, centre=centre, counters=(first, *others), hours=hours)
    for path, value in ({**bundle.advised, **bundle.locked} if bundle is not None else {}).items():
        try:
            plan = with_value(plan, path, value)
        except (LookupError, ValueError) as error:
            raise PlanFault([Fault(path, None, str(error).strip("'\""))]) from None
    if faults := check_plan(plan):
        raise PlanFault(faults)
    return plan


def template_of(type_: str) -> Path:
    """The file of a type's template."""
    return TEMPLATES / f"{type_}.toml"


def open_hours(text: str) -> tuple[OpenHours, ...]:
    """Hours as a person says them: "mon-thu 8:30-17:00 | fri 8:30-12:00; 12:30-15:00"; PlanFault for what is not so."""
    found = []
    for part in filter(str.strip, text.split("|")):
        said = _OPEN.fullmatch(part.strip())
        days = tuple(day for name in re.split(r"[ ,]+", said[1].strip()) for day in _days(name)) if said else ()
        if said is None or not days:
            raise PlanFault([Fault("hours", None, f'"{part.strip()}": write days and spans, as in mon-fri 8:30-17:00')])
        found.append(OpenHours(days=days, spans=said[2].strip()))
    return tuple(found)


def _days(name: str) -> tuple[Weekday, ...]:
    first, _, last = name.partition("-")
    known = [str(day) for day in _DAYS]
    if first not in known or (last or first) not in known:
        return ()
    return _DAYS[known.index(first) : known.index(last or first) + 1]
