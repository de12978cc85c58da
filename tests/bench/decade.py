"""Ten years of visits of a large centre written in bulk: drawn as columns and put into the JSON of a real visit."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from config.catalogue import Service
from config.plan import Plan
from server.domain.events import Delivered, Reason
from server.domain.floor import Leg, Proof, Summons, Visit
from server.domain.order import Key
from server.store.centre import _encoder
from server.store.schema import visits

A_DAY = 400
BEGAN = date(2016, 1, 4)
DAYS_AT_ONCE = 50

_TIMES = {
    name: datetime(1901 + n, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    for n, name in enumerate(("issued", "called", "served", "ended", "shown"))
}
_NUMBERS = {"n": 7_000_001, "place": 7_000_002, "low": 7_000_003, "high": 7_000_004, "middle": 7_000_005}
_ID, _DAY = UUID(int=2**127 + 1), "1900-01-01"


def working_days(count: int) -> list[date]:
    """So many days from BEGAN on, without Saturdays and Sundays."""
    every = (BEGAN + timedelta(days=n) for n in range(2 * count + 7))
    return [day for day in every if day.weekday() < 5][:count]


def fill(file: Path, plan: Plan, wanted: int) -> list[str]:
    """Writes visits into a database that nobody has open and that has its tables; the days."""
    days, columns = working_days(wanted // A_DAY), [column.name for column in visits.columns]
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    templates = [(_template(plan, one, True), _template(plan, one, False)) for one in plan.services]
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        for n in range(0, len(days), DAYS_AT_ONCE):
            rows = _rows(plan, templates, days[n : n + DAYS_AT_ONCE], n * A_DAY)
            connection.executemany(
                f"INSERT INTO visits ({names}) VALUES ({marks})", ([row[name] for name in columns] for row in rows)
            )
            connection.commit()
    finally:
        connection.close()
    return [day.isoformat() for day in days]


def _rows(plan: Plan, templates: list[tuple[str, str]], days: list[date], begin: int) -> Iterator[dict[str, Any]]:
    """Visits of some days, the first of them the one of number `begin`."""
    size, chance = len(days) * A_DAY, np.random.default_rng(begin)
    second = 1_000_000
    opens: Any = np.repeat(np.array([f"{day}T06:00" for day in days], dtype="datetime64[us]"), A_DAY)
    wait = (chance.exponential(480, size) * second).astype(np.int64)
    issued = opens + np.sort(chance.integers(0, 9 * 3600 * second, (len(days), A_DAY)), axis=1).ravel()
    called = issued + wait
    served = called + chance.integers(10 * second, 60 * second, size)
    ended = served + ((30 + chance.exponential(840, size)) * second).astype(np.int64)
    at: dict[str, Any] = {
        "issued": issued,
        "called": called,
        "served": served,
        "ended": ended,
        "shown": called + chance.integers(50_000, 900_000, size),
    }
    micros = {name: one.astype(np.int64).tolist() for name, one in at.items()}
    said = {name: np.datetime_as_string(one).tolist() for name, one in at.items()}
    low = (wait // (300 * second) * 5).tolist()
    service = (chance.random(size) ** 2 * len(plan.services)).astype(np.int64).tolist()
    came, counter = (chance.random(size) > 0.05).tolist(), chance.integers(1, 21, size).tolist()
    kind = chance.choice(["pieteikums", "konsultacija"], size).tolist()
    queues = [_queue(plan, one) for one in plan.services]
    for i in range(size):
        place, n, day = begin + i, i % A_DAY + 1, days[i // A_DAY].isoformat()
        number, id, here = f"A{n:03}", str(UUID(int=place)), plan.services[service[i]].code
        data = templates[service[i]][0 if came[i] else 1] % {
            "id": id, "day": day, "number": number, "n": n, "place": place + 1, "low": low[i], "high": low[i] + 5,
            "middle": low[i] * 60 + 150, "counter": counter[i], "kind": kind[i], **{name: each[i] for name, each in said.items()},
        }  # fmt: skip
        yield {
            "visit": id, "day": day, "series": "A", "n": n, "number": number, "service": here, "queue": queues[service[i]],
            "state": "ended", "counter": str(counter[i]), "issued": micros["issued"][i], "called": micros["called"][i],
            "served": micros["served"][i] if came[i] else None, "ended": micros["ended"][i],
            "end": "served" if came[i] else "no_show", "position": place + 1, "data": data,
        }  # fmt: skip


def _template(plan: Plan, service: Service, came: bool) -> str:
    """The JSON of a visit with a place for everything that differs."""
    made = _encoder.encode(_visit(plan, service, came)).decode().replace("%", "%%")
    for name, at in _TIMES.items():
        made = made.replace(f"{at:%Y-%m-%dT%H:%M:%S.%f}", f"%({name})s")
    for name, value in _NUMBERS.items():
        made = made.replace(str(value), f"%({name})d")
    return (
        made.replace(str(_ID), "%(id)s")
        .replace(_DAY, "%(day)s")
        .replace("@number", "%(number)s")
        .replace("@counter", "%(counter)d")
        .replace("@kind", "%(kind)s")
    )


def _queue(plan: Plan, service: Service) -> str:
    return next(one.code for one in plan.queues if service.code in one.services)


def _visit(plan: Plan, service: Service, came: bool) -> Visit:
    at, number, queue = _TIMES, _NUMBERS, _queue(plan, service)
    shown = (Proof(zone="hall", at=at["shown"]),)
    leg = Leg(
        queue=queue, line=queue, since=at["issued"], key=Key(1, 0, number["n"]), counter="@counter", clerk="clerk",
        called=at["called"], calls=1, served=at["served"] if came else None, ended=at["ended"],
        end="served" if came else "no_show", reason=Reason(rule="arrival", waited_s=0, overtakes=0),
        summons=(Summons(calls=1, at=at["called"], zone="hall", shown=shown),),
    )  # fmt: skip
    got = Delivered(
        n=1,
        service=service.code,
        institution=service.institution,
        kind="@kind",
        channel="klatiene",
        outcome="advised",
        quantity=1,
    )
    return Visit(
        id=_ID, day=_DAY, number="@number", series="A", n=number["n"], service=service.code, language="lv", needs=(),
        origin="kiosk", device="kiosk:kiosk-1", token="@number", issued=at["issued"], position=number["place"],
        moved=number["place"], ahead=0, low=number["low"], high=number["high"], due=None, state="ended", legs=(leg,),
        delivered=(got,) if came else (), end="served" if came else "no_show", prints="kiosk-1", slip="printed",
        middle_s=number["middle"],
    )  # fmt: skip
