"""`rinda backup` and `rinda restore`: a copy of the centre's database, and the way back from a copy or from the node."""

import argparse
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from config.settings import from_environment, sqlite_url
from server import data_option
from server.store.centre import CentreStore
from server.store.journal import BrokenChain


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands."""
    backup = commands.add_parser(
        "backup",
        help="a verified copy of the centre's database; the server may run",
        epilog="Example: rinda backup copy.db --data DIR",
    )
    backup.add_argument("file", type=Path, help="the copy; must not be there yet")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser(
        "restore", help="the centre's database from a copy, or from the network's node; the server must not run",
        epilog="Example: rinda restore --from-node --node https://tikls.example.lv --code ABCDE-FGHJK --data DIR",
    )  # fmt: skip
    restore.add_argument("file", type=Path, nargs="?", help="a copy that `rinda backup` has made")
    restore.add_argument("--from-node", action="store_true", help="what the node has of this centre")
    restore.add_argument("--node", help="the node's address")
    restore.add_argument("--code", help="from the network's officer; the papers of the machine before are void then")
    restore.set_defaults(run=_restore)
    for parser in (backup, restore):
        data_option.add(parser)


def _backup(chosen: argparse.Namespace) -> int:
    url = make_url(from_environment(data_dir=chosen.data, database_url=chosen.database).database_url)
    if url.get_backend_name() != "sqlite":
        raise ValueError("this centre's database is PostgreSQL: use pg_dump or pgBackRest (docs/operations.md)")
    data_option.store(chosen)
    if chosen.file.exists():
        raise ValueError(f"{chosen.file}: is there already")
    position = _copy(Path(url.database or ""), chosen.file)
    print(f"{chosen.file}: {position} records, every hash right")
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    if chosen.from_node == (chosen.file is not None):
        raise ValueError("name a copy, or --from-node")
    settings = from_environment(data_dir=chosen.data, database_url=chosen.database)
    return (
        _from_node(chosen, settings.data_dir, settings.database_url)
        if chosen.from_node
        else _from_file(chosen, settings.data_dir)
    )


def _from_file(chosen: argparse.Namespace, folder: Path) -> int:
    path = Path(make_url(sqlite_url(folder)).database or "")
    if path.exists():
        raise ValueError(f"{path}: is there; move it away first, it may be needed")
    folder.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".fresh")
    fresh.unlink(missing_ok=True)
    position = _copy(chosen.file, fresh)
    fresh.replace(path)
    print(f"{path}: {position} records, every hash right; what happened after the copy was made is not in it")
    return 0


def _from_node(chosen: argparse.Namespace, folder: Path, url: str) -> int:
    from server.national.enrol import enrol
    from server.national.papers import load_papers
    from server.national.restore import restore
    from server.national.sender import Sender

    if chosen.code and chosen.node:
        papers = enrol(chosen.node, chosen.code, folder)
    elif (known := load_papers(folder)) is not None:
        papers = known
    else:
        raise ValueError("--node and --code are needed: this folder has no papers for the network")
    sender = Sender(papers)
    try:
        done = restore(CentreStore(url), sender, _told)
    finally:
        sender.close()
    print(f"{papers.centre}: {done.position} records, {done.fetched} of them from the node; the epoch is {done.epoch} as before")
    if done.damaged:
        print(f"these do not match their hash, as at the node: {', '.join(map(str, done.damaged))}", file=sys.stderr)
    print("accounts, devices and contacts were never sent: make them anew (rinda account add, rinda device add)")
    return 0


def _told(done: int, of: int) -> None:
    print(f"{done} of {of}", file=sys.stderr, end="\r" if sys.stderr.isatty() and done < of else "\n")


def _copy(source: Path, target: Path) -> int:
    """SQLite's online backup, opened and verified; the number of records. ValueError for what is no good copy."""
    if not source.is_file():
        raise OSError(f"{source}: there is no such file")
    fresh = target.with_name(f".{target.name}.part")
    fresh.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here, closing(sqlite3.connect(fresh)) as there:
            here.backup(there)
            if (found := there.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise ValueError(f"{source}: {found}")
        store = CentreStore(f"sqlite:///{fresh.absolute()}")
        position = store.verify()
        store.close()
        with closing(sqlite3.connect(fresh)) as there:
            there.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(target)
    except (sqlite3.Error, BrokenChain) as error:
        raise ValueError(f"{source}: {error}") from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    return position
