"""`rinda journal tail|verify|export`."""

import argparse
import json
import sys
from typing import Any

from server.console import data_option
from server.domain.moment import moment
from server.store.journal import BrokenChain

PAGE = 1000


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands; they only read, so the server may run meanwhile."""
    journal = commands.add_parser("journal", help="look at the journal, check its chain, export it")
    verbs = journal.add_subparsers(title="commands", metavar="COMMAND", required=True)
    tail = verbs.add_parser("tail", help="the last records", epilog="Example: rinda journal tail --data demo-data -n 20")
    tail.add_argument("-n", type=int, default=20)
    tail.set_defaults(run=_tail)
    verify = verbs.add_parser("verify", help="check every hash", epilog="Example: rinda journal verify --data demo-data")
    verify.set_defaults(run=_verify)
    export = verbs.add_parser(
        "export", help="every record as a line of JSON", epilog="Example: rinda journal export --data DIR > j.jsonl"
    )
    export.add_argument(
        "--tokens",
        action="store_true",
        help="with the tickets' tokens, which are live keys: the hashes cover them, so without them an export cannot be verified "
        "by itself",
    )
    export.set_defaults(run=_export)
    for verb in (tail, verify, export):
        data_option.add(verb)
        verb.add_argument("--json", action="store_true")


def _tail(chosen: argparse.Namespace) -> int:
    store = data_option.store(chosen)
    for row in store.rows(max(0, store.head() - chosen.n)):
        print(_json(row) if chosen.json else _line(row))
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    try:
        position = data_option.store(chosen).verify()
    except BrokenChain as broken:
        print(
            json.dumps({"ok": False, "position": broken.position, "fault": str(broken)}) if chosen.json else f"BROKEN: {broken}"
        )
        return 1
    print(json.dumps({"ok": True, "position": position}) if chosen.json else f"good: {position} records, every hash right")
    return 0


def _export(chosen: argparse.Namespace) -> int:
    store, position = data_option.store(chosen), 0
    while rows := store.rows(position, PAGE):
        for row in rows:
            sys.stdout.write(_json(row, tokens=chosen.tokens) + "\n")
        position = rows[-1]["position"]
    return 0


def _json(row: dict[str, Any], *, tokens: bool = False) -> str:
    data = json.loads(row["data"] or "null")
    return json.dumps({**row, "data": data if tokens else _hidden(data)}, ensure_ascii=False)


def _hidden(data: dict[str, Any] | None) -> dict[str, Any] | None:
    """Without the token of a ticket: who knows it sees the ticket. None: emptied for its age."""
    return {**data, "token": "…"} if data is not None and "token" in data else data


def _line(row: dict[str, Any]) -> str:
    at = moment(row["at"])
    data = _hidden(json.loads(row["data"] or "null"))
    facts = "(erased for its age)" if data is None else json.dumps(
        {key: value for key, value in data.items() if key not in ("type", "plan")}, ensure_ascii=False
    )  # fmt: skip
    return f"{row['position']:>7}  {at:%Y-%m-%d %H:%M:%S}  {row['actor']:<20} {row['type']:<16} {facts}"
