"""`--data` and `--database`: the same for every command that opens a centre's database."""

import argparse
import os
from pathlib import Path

from sqlalchemy import make_url

from config.settings import from_environment
from server.store.centre import CentreStore


def add(parser: argparse.ArgumentParser) -> None:
    """Adds both options; what they leave open comes from the environment, as for `rinda serve`."""
    parser.add_argument("--data", type=Path, help="the centre's data folder (else RINDA_DATA_DIR)")
    parser.add_argument("--database", help="SQLAlchemy URL (else RINDA_DATABASE_URL, else the SQLite file in the data folder)")


def add_node(parser: argparse.ArgumentParser) -> None:
    """Adds `--database` of a command of the network's node: no other place is ever meant by leaving it out."""
    named = os.environ.get("RINDA_NODE_DATABASE_URL") or None
    said = "the node's database, as sqlite:////var/lib/node.db or postgresql+psycopg://... (else RINDA_NODE_DATABASE_URL)"
    parser.add_argument("--database", metavar="URL", default=named, required=named is None, help=said)


def store(chosen: argparse.Namespace, *, fresh: bool = False) -> CentreStore:
    """The store that the options name; OSError if a SQLite file is not there, or, where a `fresh` one may be, its folder."""
    url = from_environment(data_dir=chosen.data, database_url=chosen.database).database_url
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or "")
        if fresh:
            if not path.parent.is_dir():
                raise OSError(f"{path.parent}: there is no such folder; --data names the one that `rinda serve` has made")
        elif not path.is_file():
            raise OSError(f"{path}: no centre's data is there; --data names its folder")
    return CentreStore(url)
