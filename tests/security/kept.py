"""What a centre has written down, to be compared before and after."""

import hashlib
import sqlite3

from tests.security.world import Centre

PASSING = {"devices": ("seen", "place", "version"), "sessions": ("locked",)}
"""Columns that say only when something was last there."""


def snapshot(centre: Centre) -> dict[str, str]:
    """A digest of each table by its name; of the journal only what somebody did, not what the server noted by itself."""
    with sqlite3.connect(centre.folder / "rinda.db") as base:
        base.row_factory = sqlite3.Row
        names = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: _digest(base, name) for name in names if not name.startswith(("sqlite_", "day_sheets"))}


def _digest(base: sqlite3.Connection, name: str) -> str:
    told = hashlib.sha256()
    for row in base.execute(f'SELECT * FROM "{name}"'):
        if name == "journal" and str(row["actor"]).startswith("system"):
            continue
        told.update(repr([row[key] for key in row.keys() if key not in PASSING.get(name, ())]).encode())  # noqa: SIM118
    return told.hexdigest()
