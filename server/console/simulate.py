"""`rinda simulate`: whole days of a centre, and what another plan would change."""

import argparse
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from config import CATALOGUE, CENTRES, LOADS
from config.catalogue import Catalogue
from config.load import load_catalogue, load_plan, load_visitors
from config.plan import Plan
from config.visitors import Load
from server.simulation.measure import Result, measure
from server.simulation.run import run
from server.simulation.show import comparison, plot, table

_MONDAY = date(2026, 10, 5)
_EXAMPLE = "rinda simulate --centre state_city --seed 1 --days 5 --compare my-plan.toml"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    about = "Days of drawn visitors and clerks on the real rules: waits, promises, overtakes, use of the counters."
    simulate = commands.add_parser(
        "simulate", help="what days at a centre would be like", description=about, epilog=f"Example: {_EXAMPLE}"
    )
    centre = "a plan of config/centres (demo, state_city, village) or a TOML file"
    simulate.add_argument("--centre", required=True, metavar="NAME|FILE", help=centre)
    simulate.add_argument("--seed", type=int, required=True, help="the same seed gives the same days")
    simulate.add_argument("--days", type=_days, default=1, metavar="N", help="calendar days, 1 to 3660 (default 1)")
    simulate.add_argument(
        "--from", dest="first", type=_date, default=_MONDAY, metavar="DATE", help=f"the first day (default {_MONDAY}, a Monday)"
    )
    simulate.add_argument(
        "--load", metavar="NAME|FILE", help="p1 to p4 of config/loads or a TOML file (default: by type of centre)"
    )
    simulate.add_argument("--compare", metavar="NAME|FILE", help="another plan, for the very same visitors")
    simulate.add_argument("--json", action="store_true", help="the figures as JSON")
    simulate.add_argument("--data", type=Path, metavar="DIR", help="go through the database, kept in this new folder")
    simulate.add_argument("--plot", action="store_true", help="draw the wait over the day even where there is no terminal")
    simulate.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    catalogue = load_catalogue(CATALOGUE)
    plan = load_plan(_found(chosen.centre, CENTRES), catalogue)
    other = load_plan(_found(chosen.compare, CENTRES), catalogue) if chosen.compare else None
    if other is not None and chosen.data:
        raise ValueError("--data keeps one run; it does not go with --compare")
    load = _load(chosen.load, plan, catalogue)
    results = [_simulated(plan, load, chosen, None)]
    if other is not None:
        results.append(_simulated(other, load, chosen, plan))
    names = [_name(chosen.centre), *([_name(chosen.compare)] if chosen.compare else [])]
    if len(set(names)) < len(names):
        names = [chosen.centre, f"{chosen.compare} (2)"]
    if chosen.json:
        print(msgspec.json.encode(dict(zip(names, results, strict=True))).decode())
        return 0
    print(table(results[0]) if len(results) == 1 else comparison((names[0], names[1]), (results[0], results[1])))
    terminal = sys.stdout.isatty()
    if terminal or chosen.plot:
        width = shutil.get_terminal_size((100, 24)).columns
        print("\n" + plot(dict(zip(names, results, strict=True)), width, colour=terminal))
    return 0


def _simulated(plan: Plan, load: Load, chosen: argparse.Namespace, like: Plan | None) -> Result:
    told = _progress(chosen.days) if sys.stderr.isatty() else lambda done: None
    return measure(run(plan, load, chosen.seed, chosen.first, chosen.days, like=like, data=chosen.data, told=told))


def _progress(days: int) -> Callable[[int], None]:
    def told(done: int) -> None:
        print(f"\rday {done} of {days}", end="\n" if done == days else "", file=sys.stderr, flush=True)

    return told


def _load(named: str | None, plan: Plan, catalogue: Catalogue) -> Load:
    usual = {"vietejas": "p1", "novada": "p2", "regionalas": "p3", "nacionalas": "p4"}[plan.centre.type]
    return load_visitors(_found(named or usual, LOADS), catalogue)


def _found(named: str, folder: Path) -> Path:
    """The file of that name in the folder that comes with the program, else the file itself."""
    known = folder / f"{named}.toml"
    return known if "/" not in named and known.is_file() else Path(named)


def _name(named: str) -> str:
    return Path(named).stem


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-03-02") from None


def _days(text: str) -> int:
    if not (text.isdigit() and 1 <= int(text) <= 3660):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days (1 to 3660)")
    return int(text)
