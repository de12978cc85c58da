"""Months that are over: frozen as they were counted, and what is put right later as rows of its own."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, Select, func, insert, literal, select

from server.domain.moment import microseconds
from server.national.node.schema import centres, deliveries, frozen, months

CELL = ("centre", "institution", "service", "kind", "channel")
"""What a figure of a closed month is about."""


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """A month as it was closed. `unready` are the centres whose records were not all here then, with how many were missing."""

    month: str
    cells: int
    services: int
    digest: str
    unready: dict[str, int]


class MonthError(ValueError):
    """Why the month cannot be closed."""


def unready(connection: Connection, month: str) -> dict[str, int]:
    """Centres that have records which are not in the figures yet, and how many: open months must wait for them, or be told so."""
    waiting = select(centres.c.centre, centres.c.pulse, centres.c.acked, centres.c.projected).where(centres.c.secret.is_not(None))
    found = {}
    for row in connection.execute(waiting):
        head = msgspec.json.decode(row.pulse, type=_Head).head
        if behind := max(head, row.acked) - row.projected:
            found[row.centre] = behind
    return found


def close_month(engine: Engine, month: str, by: str, now: datetime, *, anyway: bool = False) -> Closed:
    """Freezes the figures of a month that is over; MonthError if it is not, is closed already, or records are missing.

    With `anyway` it closes without the missing records; they become corrections when they come.
    """
    if month >= f"{now:%Y-%m}":
        raise MonthError(f"{month} is not over yet")
    at = microseconds(now)
    with engine.begin() as connection:
        if connection.execute(select(months.c.month).where(months.c.month == month)).scalar() is not None:
            raise MonthError(f"{month} is closed already")
        missing = unready(connection, month)
        if missing and not anyway:
            names = ", ".join(sorted(missing)[:5])
            raise MonthError(f"records of {len(missing)} centres are not all here: {names}")
        counted = _counted(month).subquery()
        each = [counted.c[name] for name in CELL]
        rows = select(literal(month), literal(0), *each, counted.c.quantity, counted.c.minutes, literal(at))
        connection.execute(
            insert(frozen).from_select(["month", "n", *CELL, "quantity", "minutes", "noted"], rows)
        )  # fmt: skip
        digest, cells, services = _digest(connection, month)
        connection.execute(
            months.insert(),
            {
                "month": month, "closed": at, "by": by, "digest": digest,
                "open_centres": msgspec.json.encode(missing, order="sorted").decode(),
            },
        )  # fmt: skip
    return Closed(month=month, cells=cells, services=services, digest=digest, unready=missing)


def note_corrections(engine: Engine, month: str, now: datetime) -> int:
    """Writes down where the records of a closed month say otherwise by now; how many cells changed."""
    at = microseconds(now)
    with engine.begin() as connection:
        if connection.execute(select(months.c.month).where(months.c.month == month)).scalar() is None:
            raise MonthError(f"{month} is not closed")
        told: dict[tuple[str, ...], tuple[int, int]] = {
            tuple(row[:5]): (row[5], row[6]) for row in connection.execute(_told(month))
        }
        true = {tuple(row[:5]): (row[5], row[6]) for row in connection.execute(_counted(month))}
        n = (connection.execute(select(func.max(frozen.c.n)).where(frozen.c.month == month)).scalar() or 0) + 1
        rows = []
        for cell in sorted(told.keys() | true.keys()):
            (was, was_minutes), (now_, minutes) = told.get(cell, (0, 0)), true.get(cell, (0, 0))
            if (was, was_minutes) != (now_, minutes):
                values = dict(zip(CELL, cell, strict=True))
                rows.append(
                    {"month": month, "n": n, **values, "quantity": now_ - was, "minutes": minutes - was_minutes, "noted": at}
                )
        if rows:
            connection.execute(frozen.insert(), rows)
    return len(rows)


def verify(engine: Engine, month: str) -> bool:
    """Whether the frozen figures are those that were closed."""
    with engine.connect() as connection:
        kept = connection.execute(select(months.c.digest).where(months.c.month == month)).scalar()
        return kept == _digest(connection, month)[0]


def _counted(month: str) -> Select[Any]:
    """What the records say of a month, by cell; records that a centre lost do not count."""
    cell = [deliveries.c[name] for name in CELL]
    here = select(*cell, func.sum(deliveries.c.quantity).label("quantity"), func.sum(deliveries.c.minutes).label("minutes"))
    return here.where(deliveries.c.month == month, deliveries.c.lost == 0).group_by(*cell)


def _told(month: str) -> Select[Any]:
    """What was told of a closed month, corrections included."""
    cell = [frozen.c[name] for name in CELL]
    return select(*cell, func.sum(frozen.c.quantity), func.sum(frozen.c.minutes)).where(frozen.c.month == month).group_by(*cell)


def _digest(connection: Connection, month: str) -> tuple[str, int, int]:
    columns = [frozen.c[name] for name in (*CELL, "quantity", "minutes")]
    rows: Iterable[Row[Any]] = connection.execute(select(*columns).where(frozen.c.month == month, frozen.c.n == 0))
    ordered = sorted(tuple(row) for row in rows)
    body = msgspec.json.encode(ordered)
    return hashlib.sha256(body).hexdigest(), len(ordered), sum(row[5] for row in ordered)


class _Head(msgspec.Struct, frozen=True):
    head: int = 0
