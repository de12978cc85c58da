"""`rinda account add` and `rinda device add`; the server must be stopped, for it is the only writer."""

import argparse
import getpass
import secrets
import sys

from server import data_option
from server.engine import Engine
from server.people import People

STAFF = ("clerk", "manager", "national")
DEVICES = ("kiosk", "display", "manager", "national")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands."""
    account = commands.add_parser("account", help="make an account for a person")
    verbs = account.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = verbs.add_parser("add", help="asks for the password", epilog="Example: rinda account add ilze --role clerk --data DIR")
    new.add_argument("name")
    new.add_argument("--role", choices=STAFF, default="clerk")
    new.add_argument("--display", help="the name that colleagues see")
    new.set_defaults(run=_account)
    device = commands.add_parser("device", help="let a device or a program in")
    verbs = device.add_subparsers(title="commands", metavar="COMMAND", required=True)
    pair = verbs.add_parser(
        "add", help="prints its token once", epilog="Example: rinda device add kiosk-1 --role kiosk --data DIR"
    )
    pair.add_argument("device", help="a kiosk by its code in the plan, a screen or a program by any name")
    pair.add_argument(
        "--role", choices=DEVICES, default="display", help="a program that reads reports is national; one that corrects, manager"
    )
    pair.set_defaults(run=_device)
    for verb in (new, pair):
        data_option.add(verb)


def _account(chosen: argparse.Namespace) -> int:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < 8:
        print("rinda: a password has at least 8 characters", file=sys.stderr)
        return 2
    engine, people = _people(chosen)
    try:
        if people.account(chosen.name) is not None:
            print(f"rinda: there is an account {chosen.name!r} already", file=sys.stderr)
            return 1
        people.add_account(chosen.name, chosen.role, chosen.display or chosen.name, password)
    finally:
        engine.stop()
    print(f"{chosen.name} may sign in as {chosen.role}")
    return 0


def _device(chosen: argparse.Namespace) -> int:
    token = secrets.token_urlsafe(32)
    engine, people = _people(chosen)
    try:
        people.add_device(chosen.device, chosen.role, token)
    finally:
        engine.stop()
    print(token)
    return 0


def _people(chosen: argparse.Namespace) -> tuple[Engine, People]:
    engine = Engine(data_option.store(chosen, fresh=True))
    engine.start()
    people = People(engine.do)
    people.load()
    return engine, people
