"""`rinda account` and `rinda device`; the server must be stopped, for it is the only writer."""

import argparse
import getpass
import secrets
import sys
from collections.abc import Callable

from server.console import data_option
from server.engine import Engine
from server.people.hashing import easy, hasher, like_pin
from server.people.passwords import fault
from server.people.people import LastManager, People

STAFF = ("clerk", "manager", "national")
DEVICES = ("kiosk", "display", "panel", "manager", "national")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands."""
    account = commands.add_parser("account", help="make an account for a person")
    verbs = account.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = verbs.add_parser("add", help="asks for the password", epilog="Example: rinda account add ilze --role clerk --data DIR")
    new.add_argument("name")
    new.add_argument("--role", choices=STAFF, default="clerk")
    new.add_argument("--display", help="the name that colleagues see")
    new.set_defaults(run=_account)
    pin = verbs.add_parser("pin", help="asks for the PIN", epilog="Example: rinda account pin ilze --data DIR")
    pin.add_argument("name")
    pin.set_defaults(run=_pin)
    sso = verbs.add_parser(
        "sso", help="who it is at the single sign-on", epilog="Example: rinda account sso ilze 9f3c --data DIR"
    )
    sso.add_argument("name")
    sso.add_argument("subject", help="the value of the claim that RINDA_SSO_CLAIM names; - for nobody")
    sso.set_defaults(run=_sso)
    off = verbs.add_parser("off", help="let a person in no more", epilog="Example: rinda account off ilze --data DIR")
    on = verbs.add_parser("on", help="let a person in again", epilog="Example: rinda account on ilze --data DIR")
    for verb, shut in ((off, True), (on, False)):
        verb.add_argument("name")
        verb.set_defaults(run=_off, off=shut)
    device = commands.add_parser("device", help="let a device or a program in")
    verbs = device.add_subparsers(title="commands", metavar="COMMAND", required=True)
    pair = verbs.add_parser(
        "add", help="prints its token once", epilog="Example: rinda device add kiosk-1 --role kiosk --data DIR"
    )
    pair.add_argument("device", help="a kiosk or a line of panels by its code in the plan, a screen or a program by any name")
    pair.add_argument(
        "--role", choices=DEVICES, default="display", help="a program that reads reports is national; one that corrects, manager"
    )
    pair.set_defaults(run=_device)
    for verb in (new, pin, sso, off, on, pair):
        data_option.add(verb)


def _account(chosen: argparse.Namespace) -> int:
    password = asked("Password: ")
    if (refused := fault(password, (chosen.name, chosen.display or ""))) is not None:
        print(f"rinda: {refused[0].format(**refused[1])}", file=sys.stderr)
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


def _pin(chosen: argparse.Namespace) -> int:
    pin = asked("PIN: ")
    if not like_pin(pin) or easy(pin):
        print("rinda: a PIN has 6 to 12 digits, not all alike and no run such as 345678", file=sys.stderr)
        return 2
    return _changed(chosen, lambda people: people.set_pin(chosen.name, hasher.hash(pin)), "has a PIN")


def _sso(chosen: argparse.Namespace) -> int:
    subject = None if chosen.subject == "-" else chosen.subject
    said = f"is {subject} at the single sign-on" if subject else "is nobody at the single sign-on"
    return _changed(chosen, lambda people: people.set_sso(chosen.name, subject), said)


def _off(chosen: argparse.Namespace) -> int:
    said = "may not come in any more" if chosen.off else "may come in again"
    return _changed(chosen, lambda people: people.set_off(chosen.name, chosen.off), said)


def _changed(chosen: argparse.Namespace, change: Callable[[People], None], said: str) -> int:
    """Changes an account that must be there, and says what is true now."""
    engine, people = _people(chosen, fresh=False)
    try:
        if people.account(chosen.name) is None:
            print(f"rinda: there is no account {chosen.name!r}", file=sys.stderr)
            return 1
        change(people)
    except LastManager:
        print(f"rinda: {chosen.name!r} is the last manager: make another one first", file=sys.stderr)
        return 1
    finally:
        engine.stop()
    print(f"{chosen.name} {said}")
    return 0


def asked(what: str) -> str:
    """A secret from the person at the terminal, else the first line of what is piped in."""
    return getpass.getpass(what) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _device(chosen: argparse.Namespace) -> int:
    token = secrets.token_urlsafe(32)
    engine, people = _people(chosen)
    try:
        people.add_device(chosen.device, chosen.role, token)
    finally:
        engine.stop()
    print(token)
    return 0


def _people(chosen: argparse.Namespace, fresh: bool = True) -> tuple[Engine, People]:
    engine = Engine(data_option.store(chosen, fresh=fresh))
    engine.start()
    people = People(engine.do)
    people.load()
    return engine, people
