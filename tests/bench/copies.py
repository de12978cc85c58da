"""A copy of a centre's database as it is packed every hour: what it costs, and how small it becomes."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import process_time

from config import CATALOGUE, CENTRES, LOADS
from config.load import load_catalogue, load_plan, load_visitors
from config.settings import sqlite_url
from server.keeping.packed import pack
from server.keeping.shelf import digest_of
from server.simulation.run import run
from server.store.centre import CentreStore
from tests.bench.report import Row, at_most

DAYS, ROUNDS = 20, 5
_FIRST = date(2026, 3, 2)


def copies(quick: bool) -> Iterator[Row]:
    """Days of the demo centre with its own journal; the baseline is one SHA-256 of the same file. Seconds of the processor."""
    catalogue = load_catalogue(CATALOGUE)
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as name:
        folder, days = Path(name), DAYS // 10 if quick else DAYS
        load = load_visitors(LOADS / "p2.toml", catalogue)
        run(load_plan(CENTRES / "demo.toml", catalogue), load, 1, _FIRST, days, data=folder)
        store = CentreStore(sqlite_url(folder))
        store.open()
        store.close()
        source, target, ours, plain = folder / "rinda.db", folder / "copy", list[float](), list[float]()
        for _ in range(ROUNDS):
            began = process_time()
            digest_of(source)
            looked = process_time()
            pack(source, target)
            plain.append(looked - began)
            ours.append(process_time() - looked)
        size, small = (path.stat().st_size / 1e6 for path in (source, target))
    yield at_most(f"a copy of {size:.1f} MB is packed and read back / SHA-256 of it", ours, plain)
    yield Row(name="the same, packed", ours=f"{small:.1f} MB", baseline=f"{size:.1f} MB", ratio=small / size)
