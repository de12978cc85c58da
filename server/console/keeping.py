"""`rinda doctor`, `retention`, `upgrade-check` and `install`: what keeps a centre well, from the command line."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import make_url

from config.settings import from_environment
from server.console import data_option
from server.domain.retention import KEPT_MONTHS
from server.engine import Engine
from server.keeping.checks import must_act
from server.keeping.checks_machine import plan_file
from server.keeping.doctor import LOOKS, Doctor
from server.keeping.install import ROLES, carry_out, said_in, steps
from server.keeping.rehearsal import rehearse
from server.keeping.retention import Found, Retention
from server.keeping.service import submit_to
from server.national.enrol import PLAN
from server.national.papers import load_papers
from server.national.sender import Sender
from server.national.wire import SYNC, Page, Reread, pack, unpack
from server.quality.keeping import erase_before
from server.store.centre import CentreStore
from server.store.sheets import DaySheets

_SIGNS = {"ok": "ok       ", "note": "note     ", "attention": "ATTENTION", "trouble": "TROUBLE  "}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands."""
    doctor = commands.add_parser(
        "doctor", help="looks at everything a centre's server stands on, and says what to do; the server may run",
        epilog="Example: rinda doctor --data /var/lib/rinda. Exits 1 when something must be done.",
    )  # fmt: skip
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.set_defaults(run=_doctor)
    retention = commands.add_parser(
        "retention", help="erases what is too old, with a record of it; the server must not run (it does so itself, every night)",
        epilog="Example: rinda retention --dry-run --data /var/lib/rinda",
    )  # fmt: skip
    retention.add_argument("--dry-run", action="store_true", help="only say what would go; the server may run")
    retention.add_argument("--json", action="store_true", help="for programs")
    retention.set_defaults(run=_retention)
    upgrade = commands.add_parser(
        "upgrade-check", help="tries this version's changes of the database on a copy; the server may run",
        epilog="Example: rinda upgrade-check --data /var/lib/rinda. Exits 1 when the upgrade would fail.",
    )  # fmt: skip
    upgrade.add_argument("--json", action="store_true", help="for programs")
    upgrade.set_defaults(run=_upgrade)
    for parser in (doctor, retention, upgrade):
        data_option.add(parser)
    install = commands.add_parser(
        "install", help="makes this machine a server, kiosk, panel line or node: users, folders, units of systemd (as root)",
        epilog="Example: rinda install server --dry-run",
    )  # fmt: skip
    install.add_argument("role", nargs="+", choices=sorted(ROLES), help="what the machine is to be")
    install.add_argument("--dry-run", action="store_true", help="only say what would be done")
    install.add_argument("--root", type=Path, default=Path("/"), help="another root folder, for an image")
    install.set_defaults(run=_install)


SERVER_ENV, SERVER_DATA = Path("/etc/rinda/server.env"), Path("/var/lib/rinda")
"""Of the unit: what its server is told, and its data folder."""


def _as_started(data: Path | str | None) -> dict[str, str]:
    """The environment, and for the data of the unit also what that says; the environment goes first."""
    if data is None or Path(data).resolve() != SERVER_DATA or not os.access(SERVER_ENV, os.R_OK):
        return dict(os.environ)
    return said_in(SERVER_ENV) | dict(os.environ)


def _doctor(chosen: argparse.Namespace) -> int:
    environment = _as_started(chosen.data or os.environ.get("RINDA_DATA_DIR"))
    settings = from_environment(environment, data_dir=chosen.data, database_url=chosen.database)
    said = environment.get("RINDA_PLAN")
    path = Path(said or settings.data_dir / PLAN)
    store = CentreStore(settings.database_url)
    try:
        found = Doctor(settings, store, looks=(*LOOKS, plan_file(path)) if said or path.exists() else LOOKS).examine()
    finally:
        store.close()
    if chosen.json:
        checks = [{"name": one.name, "state": one.state, "text": one.text(), "todo": one.advice()} for one in found]
        print(json.dumps({"ok": not must_act(found), "checks": checks}, ensure_ascii=False))
    else:
        for one in found:
            print(f"{_SIGNS[one.state]}  {one.name:<16} {one.text()}")
            if one.advice():
                print(f"{'':<29}-> {one.advice()}")
    return 1 if must_act(found) else 0


def _retention(chosen: argparse.Namespace) -> int:
    store = data_option.store(chosen)
    if chosen.dry_run:
        try:
            today = store.today()
            day = today[-1].day if today else ""
            if not day:
                raise ValueError("this centre has no business day yet")
            found = Retention(store, lambda command: None, lambda work: None).find(datetime.now(UTC), day)
        finally:
            store.close()
        _say(found, "would go", as_json=chosen.json)
        return 0
    engine = Engine(store)
    engine.start()
    try:
        if not engine.floor.day:
            raise ValueError("this centre has no business day yet")
        sheets = DaySheets(store, lambda: engine.floor, engine.do)
        while sheets.step():
            pass
        job = Retention(
            store, submit_to(engine), engine.do, reported=sheets.holds, erasers=[(KEPT_MONTHS, erase_before)],
            archived=_acked(from_environment(data_dir=chosen.data, database_url=chosen.database).data_dir, store),
        )  # fmt: skip
        _say(job.run(datetime.now(UTC), engine.floor.day), "are gone", as_json=chosen.json)
    finally:
        engine.stop()
    return 0


def _acked(folder: Path, store: CentreStore) -> Callable[[], int | None]:
    """Up to where the network's node has the journal, which it is asked; all of it where there is no network."""
    papers = load_papers(folder)
    if papers is None:
        return store.head

    def ask() -> int:
        sender = Sender(papers)
        try:
            reply = sender("reread", pack(Reread(sync=SYNC, after=store.head())))
            if reply.status != 200:
                raise OSError(f"the node answered {reply.status}")
            return unpack(reply.body, Page).acked
        finally:
            sender.close()

    return ask


def _say(found: Found, what: str, *, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode(found).decode())
        return
    rows = (
        ("journal records", found.journal_rows), ("visits", found.visit_rows), ("answers to commands", found.reply_rows),
        ("sessions", found.session_rows), ("contacts", found.contact_rows),
    )  # fmt: skip
    print(f"kept whole from {found.until} on; {what}:")
    for name, n in rows:
        print(f"  {n:>9}  {name}")
    if found.held:
        print(f"some stays for now: {found.held.format(**found.held_facts)}")


def _upgrade(chosen: argparse.Namespace) -> int:
    settings = from_environment(data_dir=chosen.data, database_url=chosen.database)
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise ValueError("PostgreSQL changes a schema wholly or not at all; take a backup and try the upgrade on a restored copy")
    data_option.store(chosen).close()
    found = rehearse(Path(url.database or ""))
    if chosen.json:
        print(msgspec.json.encode(found).decode())
    elif found.fault:
        print(f"schema {found.before} would not become {found.after}: {found.fault}", file=sys.stderr)
    elif found.before == found.after:
        print(f"schema {found.after}: nothing is to be changed; {found.position} records, every hash right")
    else:
        print(f"schema {found.before} becomes {found.after} in {found.seconds:.1f} s; {found.position} records, every hash right")
    return 1 if found.fault else 0


def _install(chosen: argparse.Namespace) -> int:
    program = Path(sys.argv[0]).absolute() if Path(sys.argv[0]).name == "rinda" else Path(sys.executable).parent / "rinda"
    todo = steps(chosen.role, program, chosen.root)
    if chosen.dry_run:
        for step in todo:
            print(step.said())
        return 0
    if os.geteuid() != 0:
        raise PermissionError("only root can install; --dry-run shows what would be done")
    try:
        carry_out(todo, print)
    except subprocess.CalledProcessError as error:
        raise OSError(f"{' '.join(error.cmd)} failed with exit code {error.returncode}") from None
    print(f"now: fill in {chosen.root / 'etc' / 'rinda'}, then reboot or systemctl start the units")
    return 0
