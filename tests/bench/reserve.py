"""A reserve number on the kiosk's disk against the bare commit of the same row."""

import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from kiosk.clock import reader
from kiosk.reserve import SCHEMA, Reserve, Wish
from printers.spooler import boot_id
from tests.bench.report import Row, at_most, quantile

GOAL = 1.3


def reserve(quick: bool) -> Iterator[Row]:
    """Medians of blocks measured in turn; both databases WAL with synchronous=FULL."""
    ours, bare = [], []
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as folder:
        kept = Reserve(Path(folder) / "reserve.db", reader(boot_id()), threading.RLock())
        with closing(sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)) as base:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("PRAGMA synchronous=FULL")
            base.executescript(SCHEMA)
            for _ in range(6 if quick else 15):
                ours.append(quantile([_issue(kept) for _ in range(25)], 0.5))
                data = bytes(400)
                bare.append(quantile([_commit(base, data) for _ in range(25)], 0.5))
        kept.close()
    yield at_most("reserve number given / bare durable commit of its row", ours, bare, GOAL)


def _issue(kept: Reserve) -> float:
    wish = Wish(touch=uuid4(), services=("pmlp-deklaresana",), language="lv")
    began = perf_counter()
    kept.issue(wish, "X", "Europe/Riga", 0)
    return perf_counter() - began


def _commit(base: sqlite3.Connection, data: bytes) -> float:
    touch = str(uuid4())
    began = perf_counter()
    base.execute("BEGIN IMMEDIATE")
    base.execute("INSERT INTO numbers (touch, part, n, data) VALUES (?, 0, 1, ?)", (touch, data))
    base.execute("COMMIT")
    return perf_counter() - began
