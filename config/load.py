"""TOML files as a catalogue or a plan; a file with faults gives all of them at once, each with its path and line."""

import ast
import hashlib
import json
import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from config.assemble import assemble
from config.catalogue import Catalogue
from config.centre_file import SECTIONS, CentreFile
from config.dump import dump_plan as dump_plan
from config.fault import Fault as Fault
from config.fault import PlanFault as PlanFault
from config.plan import Plan
from config.references import check_catalogue, check_counted, check_references, check_services
from config.shape import Report, read
from config.toml_lines import line_of, lines
from config.visitors import Load, check_load


def load_catalogue(path: Path) -> Catalogue:
    """The catalogue in a TOML file; PlanFault with every fault."""
    return read_catalogue(_source(path), path)


def read_catalogue(source: str, path: Path) -> Catalogue:
    """The catalogue in a TOML text that has come as `path`; PlanFault with every fault."""
    report = Report(SECTIONS)
    catalogue = read(_parsed(source, path), Catalogue, report)
    check_catalogue(catalogue, report)
    _raise(report, source, path)
    return catalogue


def said_by(path: Path) -> str:
    """What a TOML file says, as a digest: comments, order and layout do not matter. PlanFault if it is none."""
    text = json.dumps(_parsed(_source(path), path), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def load_plan(path: Path, catalogue: Catalogue) -> Plan:
    """The plan in a centre's TOML file with its facts from `catalogue`; PlanFault with every fault."""
    return read_plan(_source(path), path, catalogue)


def read_plan(source: str, path: Path, catalogue: Catalogue) -> Plan:
    """The plan in a TOML text that has come as `path`; PlanFault with every fault."""
    report = Report(SECTIONS)
    plan = assemble(read(_parsed(source, path), CentreFile, report), catalogue, report)
    check_references(plan, report)
    _raise(report, source, path)
    return plan


def load_visitors(path: Path, catalogue: Catalogue) -> Load:
    """The load in a TOML file; PlanFault with every fault."""
    source = _source(path)
    report = Report()
    load = read(_parsed(source, path), Load, report)
    check_load(load, catalogue, report)
    _raise(report, source, path)
    return load


def check_plan(plan: Plan) -> tuple[Fault, ...]:
    """Every fault of a plan that came some other way than from a file, such as over the API; empty if it is sound."""
    report = Report()
    read(msgspec.to_builtins(plan), Plan, report)
    return _sense(plan, report)


def check_shape(plan: Plan) -> tuple[Fault, ...]:
    """The faults of its parts, each by itself: limits, codes, texts; most of the time that `check_plan` takes."""
    report = Report()
    read(msgspec.to_builtins(plan), Plan, report)
    return _faults(report)


def check_sense(plan: Plan) -> tuple[Fault, ...]:
    """The faults between parts that are sound by themselves: what refers to nothing, or contradicts something else."""
    return _sense(plan, Report())


def _sense(plan: Plan, report: Report) -> tuple[Fault, ...]:
    check_references(plan, report)
    check_services(plan.services, plan.institutions, plan.kinds, plan.channels, report)
    check_counted(plan.counted, plan.kinds, report)
    return _faults(report)


def _faults(report: Report) -> tuple[Fault, ...]:
    return tuple(Fault(path, None, text) for path, text in report.faults)


def _source(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise PlanFault([Fault("", None, f"cannot be read: {error.strerror}", str(path))]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PlanFault([Fault("", line, "is not UTF-8 text", str(path))]) from error


def _parsed(source: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(source)
    except RecursionError as error:
        raise PlanFault([Fault("", None, "not TOML: nested too deeply", str(path))]) from error
    except ValueError as error:
        place = re.search(r" \(at line (\d+), column \d+\)$| \(at end of document\)$", str(error))
        line = int(place[1] or source.count("\n") + 1) if place else None
        text = str(error)[: place.start()] if place else str(error)
        raise PlanFault([Fault("", line, f"not TOML: {_plain(text)}", str(path))]) from error


def _raise(report: Report, source: str, path: Path) -> None:
    if not report.faults:
        return
    found = lines(source)
    faults = []
    for where, text in report.faults:
        shown = _in_file(where, found, report)
        faults.append(Fault(shown, line_of(_as_written(shown, report), found), text, str(path)))
    raise PlanFault(sorted(faults, key=lambda fault: fault.line or 0))


def _in_file(path: str, found: Collection[str], report: Report) -> str:
    """The path in the file's own words, but for the fault that the file says `[[queues]]`."""
    return path if path in SECTIONS and path in found else report.named(path)


def _as_written(path: str, report: Report) -> str:
    """Where `path` stands in a file that misspells the name of the table."""
    for name in sorted(report.aliases, key=len, reverse=True):
        if path == name or path.startswith((f"{name}.", f"{name}[")):
            return report.aliases[name] + path[len(name) :]
    return path


def _plain(text: str) -> str:
    """tomllib's word for something that is there twice, without Python's way of writing a key."""
    if text == "Cannot overwrite a value":
        return "this key is there already"
    twice = re.fullmatch(r"Cannot (?:declare|mutate immutable namespace) (\(.*\))(?: twice)?", text, re.DOTALL)
    if not twice:
        return text
    return f"[{'.'.join(ast.literal_eval(twice[1]))}] is there already; it may stand only once"
