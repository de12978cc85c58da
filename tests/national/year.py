"""A network and its year, drawn and written straight into the node's tables: the mix of DOMAIN, section 9, on made-up days."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Engine, insert, text

from server.domain.moment import microseconds
from server.national.node.live import Live, LiveQueue
from server.national.node.schema import centres, deliveries, rollout, visits
from server.national.wire import Pulse
from server.store.journal import GENESIS

NATIONAL = {
    "Rīga": (56.95, 24.11), "Daugavpils": (55.87, 26.54), "Jelgava": (56.65, 23.71), "Jēkabpils": (56.50, 25.86),
    "Jūrmala": (56.97, 23.77), "Liepāja": (56.51, 21.01), "Rēzekne": (56.51, 27.33), "Valmiera": (57.54, 25.43),
    "Ventspils": (57.39, 21.56),
}  # fmt: skip
REGIONAL = {
    "Aizkraukle": (56.60, 25.25), "Alūksne": (57.42, 27.05), "Balvi": (57.13, 27.26), "Bauska": (56.41, 24.19),
    "Cēsis": (57.31, 25.27), "Dobele": (56.62, 23.28), "Gulbene": (57.18, 26.75), "Krāslava": (55.90, 27.17),
    "Kuldīga": (56.97, 21.96), "Limbaži": (57.51, 24.71), "Līvāni": (56.35, 26.17), "Ludza": (56.55, 27.72),
    "Madona": (56.85, 26.22), "Ogre": (56.82, 24.60), "Preiļi": (56.29, 26.72), "Saldus": (56.67, 22.49),
    "Sigulda": (57.15, 24.86), "Smiltene": (57.42, 25.90), "Talsi": (57.25, 22.59), "Tukums": (56.97, 23.15),
    "Valka": (57.78, 26.01),
}  # fmt: skip
COUNTY = {
    "Aizkraukle": "Aizkraukles", "Alūksne": "Alūksnes", "Balvi": "Balvu", "Bauska": "Bauskas", "Cēsis": "Cēsu",
    "Dobele": "Dobeles", "Gulbene": "Gulbenes", "Jēkabpils": "Jēkabpils", "Krāslava": "Krāslavas", "Kuldīga": "Kuldīgas",
    "Limbaži": "Limbažu", "Līvāni": "Līvānu", "Ludza": "Ludzas", "Madona": "Madonas", "Ogre": "Ogres", "Preiļi": "Preiļu",
    "Saldus": "Saldus", "Sigulda": "Siguldas", "Smiltene": "Smiltenes", "Talsi": "Talsu", "Tukums": "Tukuma", "Valka": "Valkas",
    "Valmiera": "Valmieras", "Daugavpils": "Augšdaugavas", "Jelgava": "Jelgavas", "Jūrmala": "Mārupes", "Liepāja":
    "Dienvidkurzemes", "Rēzekne": "Rēzeknes", "Rīga": "Ropažu", "Ventspils": "Ventspils",
}  # fmt: skip
"""The county of a town and its parishes; beside a state city the one around it."""
STATE_CITIES = ("Rīga", "Daugavpils", "Jelgava", "Jūrmala", "Liepāja", "Rēzekne", "Ventspils")
SERVICES = {
    "VSAA": (28, "VSAA-01"), "VID": (20, "VID-01"), "PORTALS": (20, "EID-02"), "PASV": (20, "PASV-05"), "PMLP": (4, "PMLP-02"),
    "NVA": (3, "NVA-01"), "LAD": (2, "LAD-01"), "VZD": (1, "VZD-01"), "UR": (1, "UR-03"), "VDI": (1, "VDI-01"),
}  # fmt: skip
WEIGHT = {"nacionalas": 60.0, "regionalas": 12.0, "novada": 2.2, "vietejas": 0.6}
DATA = json.dumps({"filler": "x" * 900})


def network(count: int = 592) -> list[dict[str, Any]]:
    """The facts of so many centres: towns where they are, parishes somewhere around them."""
    chance, found = random.Random(7), list[dict[str, Any]]()
    towns = {**NATIONAL, **REGIONAL}
    for name, (lat, lon) in towns.items():
        type_ = "nacionalas" if name in NATIONAL else "regionalas"
        county = name if name in STATE_CITIES else f"{COUNTY[name]} novads"
        found.append(_facts(f"c{len(found):03}", f"{name} VPVKAC", type_, county, lat, lon))
    names = list(towns)
    while len(found) < count:
        town = names[len(found) % len(names)]
        lat, lon = towns[town]
        place = f"{town}, {len(found) // len(names)}. pagasts VPVKAC"
        type_ = "novada" if len(found) < 166 else "vietejas"
        spot = (lat + chance.uniform(-0.16, 0.16), lon + chance.uniform(-0.3, 0.3))
        found.append(_facts(f"c{len(found):03}", place, type_, f"{COUNTY[town]} novads", *spot))
    return found[:count]


def _facts(code: str, name: str, type_: str, county: str, lat: float, lon: float) -> dict[str, Any]:
    return {"centre": code, "name": name, "type": type_, "municipality": county, "lat": lat, "lon": lon, "hash": GENESIS}


def live_now(engine: Engine, facts: Sequence[dict[str, Any]], now: datetime) -> None:
    """Writes the centres with something going on in each: some late, some closed, some without a link, some not heard yet."""
    chance, rows = random.Random(8), list[dict[str, Any]]()
    for n, one in enumerate(facts):
        state = "open" if n in (1, 7) else chance.choices(("open", "late", "closed", "lost", "new"), (84, 4, 8, 1, 3))[0]
        busy = WEIGHT[one["type"]]
        waiting = 0 if state == "closed" else chance.randrange(round(busy / 5) + 2)
        late = max(1, waiting // 3) if state == "late" else 0
        waiting = max(waiting, late)
        counters = 6 if busy > 20 else 3 if busy > 5 else 1
        high = None if not waiting else 5 + waiting * 4
        heard = now - timedelta(minutes=42 if state == "lost" else 0, seconds=4)
        live = Live(
            at=heard, day=f"{now:%Y-%m-%d}", version=1, waiting=waiting, late=late, high=high, counters=counters,
            working=0 if state == "closed" else counters, serving=0, served=3, issued=5,
            queues=(LiveQueue(queue="vsaa", waiting=waiting, low=0, high=high, services=("VSAA-01",)),),
        )  # fmt: skip
        pulse = Pulse(
            at=heard, head=131 if state == "lost" else 100, version="0.1.0", backlog_since=heard if state == "lost" else None
        )
        known = {} if state == "new" else {
            "secret": f"{one['centre']}", "heard": microseconds(heard), "acked": 100, "projected": 100, "skew_ms": 12,
            "pulse": msgspec.json.encode(pulse).decode(), "live": msgspec.json.encode(live).decode(),
        }  # fmt: skip
        blank = {"secret": None, "heard": None, "acked": 0, "projected": 0, "skew_ms": None, "pulse": "{}", "live": "{}"}
        rows.append({**one, **blank, **known})
    day = now.date()
    steps = [
        {"centre": one["centre"], "step": step, "day": (day + timedelta(days=7 * n + 7 * k)).isoformat()}
        for n, one in enumerate([row for row in rows if row["secret"] is None])
        for k, step in ((-1, "equipped" if n % 2 else "contract"), (1, "training"), (4, "open"))
    ]
    with engine.begin() as connection:
        connection.execute(insert(centres), rows)
        connection.execute(insert(rollout), steps)


def year(
    facts: Sequence[dict[str, Any]], last: date, count: int, seed: int = 1
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """So many visits of the year that ends with `last`, each with its services."""
    chance = random.Random(seed)
    days = [last - timedelta(days=n) for n in range(365)]
    days = [day for day in days if day.weekday() < 5]
    weights = [
        (2.0 if day.month == 3 else 0.75 if day.month in (7, 8) else 1.0) * (1.2 if day.weekday() < 2 else 0.9) for day in days
    ]
    busy = [WEIGHT[one["type"]] for one in facts]
    names, shares = list(SERVICES), [weight for weight, _ in SERVICES.values()]
    march = [45 if name == "VID" else share for name, share in zip(names, shares, strict=True)]
    for day, one in zip(chance.choices(days, weights, k=count), chance.choices(facts, busy, k=count), strict=True):
        yield _visit(chance, one, day, names, march if day.month == 3 else shares)


def _visit(
    chance: random.Random, one: dict[str, Any], day: date, names: Sequence[str], shares: Sequence[float]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # fmt: skip
    id = str(UUID(int=chance.getrandbits(128), version=4))
    issued = microseconds(datetime(day.year, day.month, day.day, 6, tzinfo=UTC)) + chance.randrange(8 * 3600) * 1_000_000
    wait = round(chance.expovariate(1 / 400) * 1e6)
    contact = chance.random() < 0.06
    end = chance.choices(("served", "no_show", "left", "sent", "day_closed"), (88, 7, 3, 1, 1))[0]
    high = None if contact else 4 + chance.randrange(16)
    institution = chance.choices(names, shares)[0]
    called = None if contact or end == "left" else issued + wait
    visit = {
        "centre": one["centre"], "visit": id, "epoch": 1, "position": 1, "lost": 0, "day": day.isoformat(),
        "month": f"{day:%Y-%m}", "number": "" if contact else f"A{chance.randrange(1, 400):03}",
        "service": SERVICES[institution][1], "institution": institution, "origin": "contact" if contact else "kiosk",
        "channel": "talrunis" if contact else None, "end": end, "issued": issued,
        "called": called, "served": called, "ended": issued + wait + 900_000_000,
        "wait_s": None if called is None else wait // 1_000_000,
        "kept": None if called is None or high is None else int(wait <= high * 60_000_000),
        "low": None if high is None else high // 2,
        "high": high, "corrected": 0, "data": DATA,
    }  # fmt: skip
    given = []
    for n in range(1, 1 + (chance.choices((1, 2, 3), (74, 20, 6))[0] if end == "served" else 0)):
        which = institution if n == 1 else chance.choices(names, shares)[0]
        kind = chance.choices(("pieteikums", "konsultacija", "informacija"), (46, 48, 6))[0]
        channel = "talrunis" if contact else chance.choices(("klatiene", "e_pakalpojums", "video", "papirs"), (60, 30, 4, 6))[0]
        outcome = "lodged" if kind == "pieteikums" else chance.choices(("advised", "redirected", "not_served"), (94, 4, 2))[0]
        given.append({
            "centre": one["centre"], "visit": id, "n": n, "lost": 0, "day": visit["day"], "month": visit["month"],
            "institution": which, "service": SERVICES[which][1], "kind": kind, "own_kind": kind, "channel": channel,
            "outcome": outcome, "why": "", "redirected_to": "", "scanned": 0, "printed": 0,
            "alone": chance.choice(("yes", "helped", "no")) if channel == "e_pakalpojums" else None, "quantity": 1, "minutes": 9,
        })  # fmt: skip
    return visit, given


def load(engine: Engine, rows: Iterator[tuple[dict[str, Any], list[dict[str, Any]]]], at_once: int = 5000) -> tuple[int, int]:
    """Writes them; how many visits and deliveries those were."""
    total = [0, 0]
    held: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    with engine.begin() as connection:

        def write() -> None:
            for n, table in enumerate((visits, deliveries)):
                if held[n]:
                    connection.execute(insert(table), held[n])
                    total[n] += len(held[n])
                    held[n].clear()

        for visit, given in rows:
            held[0].append(visit)
            held[1].extend(given)
            if len(held[0]) >= at_once:
                write()
        write()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE visits, deliveries" if engine.dialect.name == "postgresql" else "ANALYZE"))
    return total[0], total[1]
