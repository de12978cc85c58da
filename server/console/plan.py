"""`rinda plan check|show|import|export|diff`."""

import argparse
import difflib
import json
import sys
from collections.abc import Sized
from datetime import date
from pathlib import Path

import msgspec

from config import CATALOGUE
from config.fault import Fault, PlanFault
from config.hours import shown, week
from config.load import dump_plan, load_catalogue, load_plan
from config.plan import Plan
from config.screen_references import screen_warnings
from config.settings import from_environment
from config.spoken.check import voice_warnings
from server.admin.plan.form import grounds
from server.console import data_option
from server.domain.commands import RevisePlan
from server.domain.context import Actor
from server.domain.evolve import fold
from server.domain.floor import Floor
from server.engine import Engine
from server.media.folder import media_warnings
from server.national.papers import load_papers
from server.national.receiver import catalogue_in, under_network


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands."""
    plan = commands.add_parser("plan", help="check, show, import, export or compare a centre's plan")
    verbs = plan.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = verbs.add_parser(
        "check", help="list every fault of a plan file", epilog="Example: rinda plan check centre.toml --data /var/lib/rinda"
    )
    check.add_argument("file", type=Path, help="the centre's plan (TOML)")
    check.add_argument("--data", type=Path, help="the centre's data folder: are the files of the slides there?")
    check.add_argument("--json", action="store_true", help="faults and warnings as JSON")
    check.set_defaults(run=_check)
    show = verbs.add_parser(
        "show", help="show a plan file as it is understood", epilog="Example: rinda plan show centre.toml --json"
    )
    show.add_argument("file", type=Path)
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=_show)
    diff = verbs.add_parser("diff", help="compare two plan files", epilog="Example: rinda plan diff old.toml new.toml")
    diff.add_argument("old", type=Path)
    diff.add_argument("new", type=Path)
    diff.set_defaults(run=_diff)
    importing = verbs.add_parser(
        "import", help="put a plan file into force (server stopped)", epilog="Example: rinda plan import centre.toml --data DIR"
    )
    importing.add_argument("file", type=Path)
    data_option.add(importing)
    importing.set_defaults(run=_import)
    export = verbs.add_parser(
        "export",
        help="write the plan in force as TOML (the server may run)",
        epilog="Example: rinda plan export --data DIR > centre.toml",
    )
    data_option.add(export)
    export.set_defaults(run=_export)


def _load(path: Path) -> Plan:
    return load_plan(path, load_catalogue(CATALOGUE))


def _check(chosen: argparse.Namespace) -> int:
    try:
        plan = _load(chosen.file)
    except PlanFault as fault:
        if not chosen.json:
            raise
        print(json.dumps({"ok": False, "faults": [msgspec.to_builtins(one) for one in fault.faults]}, ensure_ascii=False))
        return 2
    warnings = (*screen_warnings(plan), *voice_warnings(plan))
    if chosen.data is not None:
        warnings += media_warnings(plan, chosen.data)
    if chosen.json:
        print(json.dumps({"ok": True, "faults": [], "warnings": warnings}, ensure_ascii=False))
    else:
        print(
            f"{chosen.file}: good: {_many(plan.services, 'service')} in {_many(plan.queues, 'queue')}, "
            f"{_many(plan.counters, 'counter')}, {_many(plan.zones, 'zone')}, {_many(plan.kiosks, 'kiosk')}"
        )
        for warning in warnings:
            print(f"{chosen.file}: warning: {warning}")
    return 0


def _many(things: Sized, name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def _show(chosen: argparse.Namespace) -> int:
    plan = _load(chosen.file)
    if chosen.json:
        print(msgspec.json.encode(plan).decode())
    else:
        print(dump_plan(plan, load_catalogue(CATALOGUE)), end="")
        print(_week(plan, date.today()), end="")  # noqa: DTZ011 - the season on the wall where the command is given
    return 0


def _week(plan: Plan, today: date) -> str:
    """The usual week at this season as comments of TOML, so that what is shown remains a plan; nothing without hours."""
    if plan.hours is None:
        return ""
    lines = [f"# {name}  {'; '.join(map(shown, spans)) or 'closed'}" for name, spans in week(plan.hours.regular, today).items()]
    return "\n".join(["", f"# The usual week at the season of {today}:", *lines, ""])


def _diff(chosen: argparse.Namespace) -> int:
    catalogue = load_catalogue(CATALOGUE)
    texts, faults = list[list[str]](), list[Fault]()
    for path in (chosen.old, chosen.new):
        try:
            texts.append(dump_plan(load_plan(path, catalogue), catalogue).splitlines())
        except PlanFault as fault:
            faults += fault.faults
    if faults:
        raise PlanFault(faults)
    old, new = texts
    lines = list(difflib.unified_diff(old, new, str(chosen.old), str(chosen.new), lineterm=""))
    print("\n".join(lines) if lines else "no difference")
    return 0


def _import(chosen: argparse.Namespace) -> int:
    folder, key = _network(chosen)
    plan = under_network(folder, key, load_catalogue(CATALOGUE), lambda known: load_plan(chosen.file, known))
    engine = Engine(data_option.store(chosen))
    engine.start()
    try:
        done = engine.handle(RevisePlan(plan=plan), Actor("manager", "command line"))
    finally:
        engine.stop()
    print(f"plan in force at position {done.position}")
    return 0


def _export(chosen: argparse.Namespace) -> int:
    plan = fold(Floor(), data_option.store(chosen).today()).plan
    if plan is None:
        print("rinda: no plan is in force there", file=sys.stderr)
        return 1
    catalogue = catalogue_in(*_network(chosen), load_catalogue(CATALOGUE))
    said_with = grounds(plan, catalogue)
    if said_with != catalogue:
        print(
            "rinda: facts of services come from the catalogue, and this plan has others; the file does not say them",
            file=sys.stderr,
        )
    print(dump_plan(plan, said_with), end="")
    return 0


def _network(chosen: argparse.Namespace) -> tuple[Path, str]:
    """The centre's data folder, and the key of its network; an empty one where it is on its own."""
    folder = from_environment(data_dir=chosen.data, database_url=chosen.database).data_dir
    papers = load_papers(folder)
    return folder, papers.key if papers is not None else ""
