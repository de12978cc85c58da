"""`rinda national import` and `rinda national webhook`."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from config import CATALOGUE
from config.open_data.table import NoTable, Said
from server.console import data_option


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands."""
    lists = verbs.add_parser("import", help="reads the network's open data").add_subparsers(metavar="LIST", required=True)
    contacts = lists.add_parser(
        "contacts",
        help="the list of centres, into the register",
        epilog="Example: rinda national import contacts vpvkac-kontakti.csv --dry-run",
    )
    contacts.add_argument("file", type=Path)
    contacts.add_argument("--dry-run", action="store_true", help="only say what would be")
    data_option.add_node(contacts)
    contacts.set_defaults(run=_contacts)
    services = lists.add_parser(
        "services", help="the list of services, held against the catalogue",
        epilog="Example: rinda national import services pakalpojumi.csv --output candidates.toml",
    )  # fmt: skip
    services.add_argument("file", type=Path)
    services.add_argument("--dry-run", action="store_true", help="only say what is new, gone and renamed")
    services.add_argument("--catalogue", type=Path, default=CATALOGUE)
    services.add_argument(
        "--output", type=Path, default=Path("candidates.toml"), help="entries for what is new, for a person to complete"
    )
    services.set_defaults(run=_services)
    hooks = verbs.add_parser("webhook", help="who is told of what happens").add_subparsers(metavar="COMMAND", required=True)
    new = hooks.add_parser(
        "add", help="prints its name and secret", epilog="Example: rinda national webhook add https://example.lv/in month_closed"
    )
    new.add_argument("url")
    new.add_argument("events", nargs="+", help="month_closed, centre_silent, centre_back, bundle_applied")
    new.add_argument("--inside", action="store_true", help="may be plain http, and an address of a private network")
    new.set_defaults(run=_add)
    shown = hooks.add_parser("list", help="all of them", epilog="Example: rinda national webhook list --json")
    shown.add_argument("--json", action="store_true")
    shown.set_defaults(run=_list)
    for name, text, run in (("test", "sends one message now", _test), ("remove", "ends it", _remove)):
        one = hooks.add_parser(name, help=text, epilog=f"Example: rinda national webhook {name} hook_1a2b3c4d")
        one.add_argument("hook")
        one.set_defaults(run=run)
        data_option.add_node(one)
    for verb in (new, shown):
        data_option.add_node(verb)


def _contacts(chosen: argparse.Namespace) -> int:
    from config.open_data.contacts import Contacts
    from server.national.node.database import open_engines
    from server.national.node.directory import take

    now = datetime.now(UTC)
    try:
        with chosen.file.open("rb") as file:
            reading = Contacts(file, now.date())
            contacts = list(reading)
    except NoTable as error:
        return _bad(chosen.file, error)
    taken = take(open_engines(chosen.database)[0], contacts, chosen.file.name, now, dry=chosen.dry_run)
    _tell(chosen.file, [*reading.said, *taken.said])
    if reading.rows.unknown:
        print(f"columns that are not used: {', '.join(reading.rows.unknown)}")
    print(f"{reading.rows.full} rows, {reading.rows.empty} empty ones")
    for text, codes in (
        ("new", taken.new),
        ("with other facts", taken.changed),
        ("as before", taken.same),
        ("not in the list", taken.absent),
    ):
        print(f"{len(codes)} {text}{': ' if codes else ''}{', '.join(codes)}")
    if chosen.dry_run:
        print("nothing was written")
    return 0


def _services(chosen: argparse.Namespace) -> int:
    from config.load import load_catalogue
    from config.open_data.services import candidates, compare, entries

    catalogue = load_catalogue(chosen.catalogue)
    try:
        with chosen.file.open("rb") as file:
            found = compare(file, catalogue)
    except NoTable as error:
        return _bad(chosen.file, error)
    _tell(chosen.file, found.said)
    for one in found.new:
        print(f"new: {one.name} ({one.institution or one.holder}), row {one.row}")
    for one, service, likeness in found.renamed:
        print(f"perhaps renamed ({likeness:.0%} alike): {service.code} {service.name['lv']} -> {one.name}, row {one.row}")
    for service in found.gone:
        print(f"not in the list: {service.code} {service.name['lv']}")
    for holder in found.strangers:
        print(f"not an institution of the catalogue: {holder}")
    print(
        f"{len(found.same)} the same, {len(found.new)} new, {len(found.renamed)} perhaps renamed, "
        f"{len(found.gone)} not in the list"
    )
    if not chosen.dry_run and (made := candidates(found, catalogue)):
        chosen.output.write_text(entries(made), "utf-8")
        print(f"{len(made)} entries to complete are in {chosen.output}")
    return 0


def _tell(file: Path, said: Iterable[Said]) -> None:
    for one in sorted(said, key=lambda one: one.row):
        print(f"{file.name}:{one.row}: {one.text}{'' if one.taken else ' (row not used)'}", file=sys.stderr)


def _bad(file: Path, error: Exception) -> int:
    print(f"rinda: {file}: {error}", file=sys.stderr)
    return 2


def _hooks(chosen: argparse.Namespace):  # type: ignore[no-untyped-def]
    from server.national.node.database import open_engines
    from server.national.node.hook_sender import Sender
    from server.national.node.webhooks import Webhooks

    return Webhooks(open_engines(chosen.database)[0], Sender())


def _add(chosen: argparse.Namespace) -> int:
    try:
        hook, secret = _hooks(chosen).add(chosen.url, tuple(chosen.events), inside=chosen.inside)
    except ValueError as error:
        print(f"rinda: {error}", file=sys.stderr)
        return 2
    print(f"{hook} {secret}")
    return 0


def _list(chosen: argparse.Namespace) -> int:
    import msgspec

    found: Sequence[msgspec.Struct] = _hooks(chosen).listed()
    if chosen.json:
        print(json.dumps(msgspec.to_builtins(found)))
        return 0
    for one in _hooks(chosen).listed():
        state = f"off: {one.off}" if one.off else f"{one.waiting} waiting, {one.given_up} given up"
        print(f"{one.hook} {one.url} {' '.join(one.events)} ({state})")
    return 0


def _test(chosen: argparse.Namespace) -> int:
    try:
        answer = _hooks(chosen).test(chosen.hook, datetime.now(UTC))
    except LookupError as error:
        return _none(error)
    print(answer)
    return 0 if answer.startswith("HTTP 2") else 1


def _remove(chosen: argparse.Namespace) -> int:
    try:
        _hooks(chosen).remove(chosen.hook)
    except LookupError as error:
        return _none(error)
    return 0


def _none(error: LookupError) -> int:
    print(f"rinda: {error.args[0]}", file=sys.stderr)
    return 1
