"""Writes a plan as the TOML file of its centre."""

import json
import re
from itertools import groupby
from typing import Any

import msgspec

from config.assemble import all_of, assemble
from config.catalogue import Catalogue, Institution, Service
from config.centre_file import SECTIONS, CentreFile, Change, Offer, ProfileEntry, QueueEntry
from config.plan import Network, Plan, Queue
from config.shape import Report

_WIDTH = 120


def dump_plan(plan: Plan, catalogue: Catalogue) -> str:
    """TOML that `load_plan` reads back as the equal plan; ValueError if the plan is not made of this catalogue."""
    file = file_of(plan, catalogue)
    report = Report()
    if assemble(file, catalogue, report) != msgspec.structs.replace(plan, network=Network()) or report.faults:
        raise ValueError("the plan is not made of this catalogue, so its file cannot say it")
    blocks = [[]]  # type: list[list[str]]
    for name, value in _said(file).items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            blocks += [[f"[[{SECTIONS[name]}]]", *(_pair(*pair) for pair in part.items())] for part in value]
        elif isinstance(value, dict) and name != "slip_footer":
            blocks.append([f"[{name}]", *(_pair(*pair) for pair in value.items())])
        else:
            blocks[0].append(_pair(name, value))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def file_of(plan: Plan, catalogue: Catalogue) -> CentreFile:
    """What the file of this plan says beside the catalogue."""
    originals = {service.code: service for service in catalogue.services}
    changes = []
    for service in plan.services:
        said = _otherwise(service, originals.get(service.code, service), Change)
        changes += [Change(code=service.code, **said)] if said else []
    every = tuple(queue.code for queue in plan.queues)
    return CentreFile(
        languages=plan.languages,
        slip_footer=plan.slip_footer,
        centre=plan.centre,
        place=plan.place,
        zones=plan.zones,
        institutions=tuple(_offer(institution, plan, catalogue) for institution in plan.institutions),
        services=tuple(changes),
        queues=tuple(_queue(queue, plan) for queue in plan.queues),
        profiles=tuple(
            ProfileEntry(code=p.code, name=p.name, queues="all" if p.queues == every else p.queues, calling=p.calling)
            for p in plan.profiles
        ),
        counters=plan.counters,
        kiosks=plan.kiosks,
        lines=plan.lines,
        booths=plan.booths,
        rooms=plan.rooms,
        wifi=plan.wifi,
        screens=plan.screens,
        voice=plan.voice,
        slides=plan.slides,
        clerks=plan.clerks,
        shifts=plan.shifts,
        hours=plan.hours,
        booking=plan.booking,
        roll=plan.roll,
        rules=plan.rules,
        pause_reasons=plan.pause_reasons,
        slip=plan.slip,
        feedback=plan.feedback,
        notices=plan.notices,
    )


def _offer(institution: Institution, plan: Plan, catalogue: Catalogue) -> Offer:
    codes = [service.code for service in plan.services if service.institution == institution.code]
    original = next((i for i in catalogue.institutions if i.code == institution.code), institution)
    everything = codes == all_of(institution.code, catalogue)
    said = _otherwise(institution, original, Offer)
    return Offer(code=institution.code, services="all" if everything else tuple(codes), **said)


def _queue(queue: Queue, plan: Plan) -> QueueEntry:
    services = _folded(queue, plan)
    sole = next((i for i in plan.institutions if services == (i.code,)), None)
    name = None if sole and sole.short == queue.name else queue.name
    letter = None if sole and sole.letter == queue.letter else queue.letter
    return QueueEntry(
        code=queue.code, zone=queue.zone, services=services, name=name, letter=letter, target=queue.target, skill=queue.skill,
        hours=queue.hours,
        exceptions=queue.exceptions,
    )  # fmt: skip


def _folded(queue: Queue, plan: Plan) -> tuple[str, ...]:
    """The services of a queue, with an institution's code for the run that is all of it that other queues leave.

    Of queues that share an institution only the one with most of its services says so; the others name theirs.
    """
    holder = {service.code: service.institution for service in plan.services}
    others = [other for other in plan.queues if other is not queue]
    elsewhere = {code for other in others for code in other.services}
    folded: list[str] = []
    for institution, run in groupby(queue.services, lambda code: holder[code]):
        codes = list(run)
        offered = [s.code for s in plan.services if s.institution == institution and not s.retired]
        most = max((sum(code in offered for code in other.services) for other in others), default=0)
        rest = [code for code in offered if code not in elsewhere]
        folded += [institution] if codes == rest and len(codes) > most else codes
    return tuple(folded)


def _otherwise(value: Institution | Service, original: object, form: type[msgspec.Struct]) -> dict[str, Any]:
    """The fields of `form` in which `value` is not as in the catalogue."""
    names = [name for name in form.__struct_fields__ if name not in ("code", "services")]
    return {name: getattr(value, name) for name in names if getattr(value, name) != getattr(original, name)}


def _said(value: object) -> Any:
    """Plain data without what is left to its default."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        given = {f.name: getattr(value, f.name) for f in fields}
        defaults = {f.name: f.default if f.default_factory is msgspec.NODEFAULT else f.default_factory() for f in fields}
        return {name: _said(part) for name, part in given.items() if part != defaults[name]}
    if isinstance(value, tuple):
        return [_said(part) for part in value]
    if isinstance(value, dict):
        return {name: _said(part) for name, part in value.items()}
    return value


def _pair(key: str, value: object) -> str:
    start = f"{key if re.fullmatch('[A-Za-z0-9_-]+', key) else json.dumps(key)} = "
    text = start + value_text(value)
    if isinstance(value, list) and len(text) > _WIDTH:
        rows, row = [], "   "
        for item in value:
            if len(row) + len(value_text(item)) + 2 > _WIDTH:
                rows.append(row)
                row = "   "
            row += f" {value_text(item)},"
        return "\n".join([start + "[", *rows, row, "]"])
    return text


def value_text(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(_pair(key, item) for key, item in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(map(value_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
