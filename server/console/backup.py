"""`rinda backup` and `rinda restore`: a copy of the centre's database, and the way back from a copy or from the node."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import make_url

from config.settings import Settings, from_environment, sqlite_url
from server.console import data_option
from server.files import put_in_place
from server.keeping.backups import FILES, FOLDER, mirror
from server.keeping.packed import is_packed, unpack
from server.keeping.proof import Proof, prove
from server.keeping.shelf import Copy, by_age, copies, unchanged
from server.store.centre import CentreStore
from server.store.copies import BESIDE, copy_database, remove_database

LATEST = "latest"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands."""
    backup = commands.add_parser(
        "backup",
        help="a verified copy of the centre's database, while the server runs; or the list of those that are there",
        epilog="Examples: rinda backup copy.db --data DIR; rinda backup list --data DIR; rinda backup check copy.db",
    )
    backup.add_argument("file", help="the copy, which must not be there yet; or `list`; or `check` and a copy")
    backup.add_argument("copy", nargs="?", type=Path, help="with `check`: which one")
    backup.add_argument("--from", dest="place", type=Path, help="with `list`: one more folder with copies")
    backup.add_argument("--json", action="store_true", help="the list as JSON")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser(
        "restore", help="the centre's database from a copy, or from the network's node; the server must not run",
        epilog="Examples: rinda restore latest --from /media/usb/rinda --data DIR; "
        "rinda restore --from-node --node https://tikls.example.lv --code ABCDE-FGHJK --data DIR",
    )  # fmt: skip
    restore.add_argument("file", nargs="?", help="a copy: its path, its name in `rinda backup list`, or `latest`")
    restore.add_argument(
        "--from", dest="place", type=Path, help="one more folder with copies, such as a disk that was plugged in"
    )
    restore.add_argument("--from-node", action="store_true", help="what the node has of this centre")
    restore.add_argument("--node", help="the node's address")
    restore.add_argument("--code", help="from the network's officer; the papers of the machine before are void then")
    restore.set_defaults(run=_restore)
    for parser in (backup, restore):
        data_option.add(parser)


def _backup(chosen: argparse.Namespace) -> int:
    settings = from_environment(data_dir=chosen.data, database_url=chosen.database)
    if chosen.file == "list":
        return _list(settings, chosen.place, as_json=chosen.json)
    if chosen.file == "check":
        if chosen.copy is None:
            raise ValueError("name the copy: rinda backup check FILE")
        print(_good(chosen.copy, _scratch(chosen.copy, settings.data_dir)))
        return 0
    url, target = make_url(settings.database_url), Path(chosen.file)
    if url.get_backend_name() != "sqlite":
        raise ValueError("this centre's database is PostgreSQL: use pg_dump or pgBackRest (docs/operations.md)")
    data_option.store(chosen)
    if target.exists():
        raise ValueError(f"{target}: is there already")
    proof = _copy(Path(url.database or ""), target)
    print(f"{target}: {proof.position} records, every hash right")
    return 0


def _list(settings: Settings, place: Path | None, *, as_json: bool) -> int:
    found = _copies(settings, place)
    if as_json:
        print(json.dumps([
            {"path": str(one.path), "at": one.at.isoformat(), "position": one.position, "bytes": one.size} for one in found
        ]))  # fmt: skip
        return 0
    if not found:
        print("there is no copy in", ", ".join(str(one) for one in _places(settings, place)))
        return 1
    for one in found:
        print(f"{one.at:%Y-%m-%d %H:%M} UTC  {one.position:>9} records  {one.size / 1024**2:>8.1f} MB  {one.path}")
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    if chosen.from_node == (chosen.file is not None):
        raise ValueError("name a copy, or --from-node")
    settings = from_environment(data_dir=chosen.data, database_url=chosen.database)
    return (
        _from_node(chosen, settings.data_dir, settings.database_url)
        if chosen.from_node
        else _from_file(_chosen(settings, chosen.file, chosen.place), settings.data_dir)
    )


def _chosen(settings: Settings, said: str, place: Path | None) -> Path:
    """The copy that is meant: a path, a name of one that is in a place, or the newest of all."""
    if said != LATEST and Path(said).is_file():
        return Path(said)
    found = [one.path for one in _copies(settings, place) if said in (LATEST, one.path.name)]
    if not found:
        raise OSError(f"{said}: there is no such copy; rinda backup list shows those that are there")
    return found[0]


def _from_file(copy: Path, folder: Path) -> int:
    path = Path(make_url(sqlite_url(folder)).database or "")
    # A log that is left of another database would be read as this one's.
    if there := [one.name for one in (path, *(path.with_name(path.name + end) for end in BESIDE[1:])) if one.exists()]:
        raise ValueError(f"{path.parent / there[0]}: is there; move it away first ({', '.join(there)}), it may be needed")
    if not unchanged(copy):
        raise ValueError(f"{copy}: is not what was written, by the sum beside it; take another one")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def files() -> None:
        for name in FILES:
            if done := mirror(copy.parent / name, folder / name):
                print(f"{folder / name}: {done} files")

    proof = _copy(copy, path, files)
    print(f"{path}: {proof.position} records, every hash right, {proof.accounts} accounts")
    print("what happened after the copy was made is not in it")
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


def _places(settings: Settings, place: Path | None) -> Iterator[Path]:
    yield from ([place] if place is not None else [])
    yield settings.data_dir / FOLDER
    yield from settings.backup_folders


def _copies(settings: Settings, place: Path | None) -> tuple[Copy, ...]:
    """Of all places, the newest first; a place that is not there has none."""
    found: list[Copy] = []
    for folder in _places(settings, place):
        if folder.is_dir():
            found += copies(folder)
    return by_age(found)


def _copy(source: Path, target: Path, beside: Callable[[], None] = lambda: None) -> Proof:
    """A copy that was opened and proved, and had done what belongs `beside` it, before it got its name: ended on the way, all of
    it is done again. ValueError for what is no good copy.
    """
    fresh = target.with_name(f".{target.name}.fresh")
    remove_database(fresh)
    try:
        unpack(source, fresh) if is_packed(source) else copy_database(source, fresh)
        proof = prove(fresh)
        beside()
        put_in_place(fresh, target)
    finally:
        remove_database(fresh)
    return proof


def _scratch(copy: Path, folder: Path) -> Path:
    """Where a copy is opened: beside the data, for the place of the copy may be read only."""
    return (folder if folder.is_dir() else Path.cwd()) / f".{copy.name}.check"


def _good(copy: Path, scratch: Path) -> str:
    if not unchanged(copy):
        raise ValueError(f"{copy}: is not what was written, by the sum beside it")
    remove_database(scratch)
    try:
        unpack(copy, scratch)
        proof = prove(scratch)
    finally:
        remove_database(scratch)
    return f"{copy}: {proof.position} records, every hash right, {proof.accounts} accounts, day {proof.day or '–'}"
