"""Ten years of a large centre: how fast its day sheets are made, and what every report page and answer costs over all of them."""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

import flask
from sqlalchemy import func, select, text

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from config.settings import sqlite_url
from server.admin.ground import Ground
from server.admin.reports.period import Period
from server.admin.reports.web import PAGES, ReportPages
from server.domain.context import Actor
from server.domain.floor import Floor
from server.engine import Engine
from server.reports import BY_DAY, REPORTS
from server.reports.formats import encode
from server.store.centre import CentreStore
from server.store.schema import day_sheets
from server.store.sheets import DaySheets
from tests.bench.decade import fill
from tests.bench.report import Row

VISITS = 1_000_000
GOAL_S = 1.0
A_YEAR = 250
"""Working days."""


class Cost(NamedTuple):
    """Seconds of the processor and of the clock."""

    cpu: float
    wall: float

    def __str__(self) -> str:
        return f"{self.cpu * 1000:.0f} ms ({self.wall * 1000:.0f} ms)"


def reports(quick: bool) -> Iterator[Row]:
    """On SQLite; the baseline is a plain count in SQL over the same visits. Costs are of the processor (of the clock)."""
    wanted = VISITS // 10 if quick else VISITS
    plan = load_plan(CENTRES / "state_city.toml", load_catalogue(CATALOGUE))
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as folder:
        file = Path(folder) / "rinda.db"
        empty = CentreStore(sqlite_url(Path(folder)))
        empty.open()
        empty.close()
        began = perf_counter(), process_time()
        days = fill(file, plan, wanted)
        cost = Cost(process_time() - began[1], perf_counter() - began[0])
        yield Row(name=f"{wanted:,} visits are written", ours=f"{cost.cpu:.0f} s ({cost.wall:.0f} s)", baseline="", ratio=None)
        store = CentreStore(sqlite_url(Path(folder)))
        engine = Engine(store)
        engine.start()
        try:
            floor = Floor(plan=plan, day=(date.fromisoformat(days[-1]) + timedelta(days=1)).isoformat())
            sheets = DaySheets(store, lambda: floor, engine.do)
            began = perf_counter(), process_time()
            while sheets.step():
                pass
            cost = Cost(process_time() - began[1], perf_counter() - began[0])
            yield Row(
                name=f"day sheets of {wanted:,} visits are made",
                ours=f"{wanted / cost.cpu:,.0f}/s ({wanted / cost.wall:,.0f}/s)", baseline="", ratio=None,
            )  # fmt: skip
            size = store.scalar(select(func.sum(func.length(day_sheets.c.body))))
            yield Row(name="a visit in its day sheet", ours=f"{int(size or 0) / wanted:.0f} bytes", baseline="", ratio=None)
            yield from _measured(sheets, store, floor, days, file)
        finally:
            engine.stop()


def _measured(sheets: DaySheets, store: CentreStore, floor: Floor, days: list[str], file: Path) -> Iterator[Row]:
    def plain() -> None:
        with store.reading() as connection:
            connection.execute(text('SELECT day, "end", COUNT(*) FROM visits GROUP BY day, "end"')).all()

    base = _cold(plain, store, file)
    for name, work in _works(sheets, floor, days).items():
        cost = _cold(work, store, file)
        yield Row(
            name=f"reports: {name}", ours=str(cost), baseline=str(base), ratio=cost.cpu / base.cpu, goal=f"<= {GOAL_S:.0f} s",
            met=cost.cpu <= GOAL_S,
        )  # fmt: skip


def _works(sheets: DaySheets, floor: Floor, days: list[str]) -> dict[str, Callable[[], object]]:
    """Every page as a browser gets it, over all days, and every answer of the API, over all or over as many as it gives."""
    whole = Period(kind="free", first=date.fromisoformat(days[0]), last=date.fromisoformat(days[-1]))
    app = flask.Flask("bench")
    app.register_blueprint(ReportPages(_Manager(floor), sheets).routes())
    browser = app.test_client()

    def get(address: str) -> None:
        reply = browser.get(f"{address}?{whole.query()}")
        assert reply.status_code == 200, reply.status

    def answer(name: str, kind: str) -> None:
        first = days[-A_YEAR:][0] if name in BY_DAY else days[0]
        encode(sheets.get(first, days[-1], REPORTS[name]), kind, name, whole.first, whole.last, "lv", datetime.now(UTC))

    browser.get("/admin/reports?span=day&at=1990-01-01")  # templates and texts are read once by a server
    works: dict[str, Callable[[], object]] = {"page overview": lambda: get("/admin/reports")}
    works |= {f"page {name}": partial(get, f"/admin/reports/{name}") for name in PAGES}
    works |= {f"API {name}{', a year' if name in BY_DAY else ''}": partial(answer, name, "json") for name in REPORTS}
    return works | {"workbook waits": lambda: answer("waits", "xlsx")}


def _cold(work: Callable[[], object], store: CentreStore, file: Path) -> Cost:
    """What it costs with new connections and a file that the system has forgotten."""
    store._reader.dispose()
    handle = os.open(file, os.O_RDONLY)
    os.fsync(handle)
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(handle)
    wall, cpu = perf_counter(), process_time()
    work()
    return Cost(process_time() - cpu, perf_counter() - wall)


class _Now:
    """Does at once what a server gives to a thread of its own."""

    def native(self, work: Callable[..., Any], *args: Any) -> Any:
        """The answer of the work."""
        return work(*args)


class _Manager(Ground):
    """Pages as a manager sees them, who is signed in."""

    def __init__(self, floor: Floor) -> None:
        super().__init__(lambda: floor, None, _Now(), lambda: "Māra Ozola")  # type: ignore[arg-type]

    def actor(self) -> Actor:
        """The manager."""
        return Actor("manager", "manager")

    def csrf(self) -> str:
        """No page of these is a form that is sent."""
        return ""
