"""Months that are over: frozen as they were counted, and what is put right later as rows of its own."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, Select, func, insert, literal, or_, select, union_all

from server.domain.moment import microseconds
from server.national.node.month_heads import heads
from server.national.node.pages_words import ZONE
from server.national.node.schema import centres, deliveries, frozen, months
from server.national.node.told import Told

CELL = ("centre", "institution", "service", "kind", "channel")
"""What a figure of a closed month is about."""


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """A month as it was closed. `unready` are the centres whose records were not all here then, with how many were missing."""

    month: str
    cells: int
    services: int
    digest: str
    unready: dict[str, int]


class MonthError(Told):
    """Why a month cannot be closed or reckoned with."""


def unready(connection: Connection, month: str) -> dict[str, int]:
    """Centres of which records of this month may still come, with how many of theirs are not in the figures yet.

    All are here when the figures hold every record up to the one that the centre had when it was first heard after the month, by
    our clock. 0: it was silent since before the month ended, or a new epoch is not in the figures yet, so that they hold what the
    centre has lost.
    """
    names = ("centre", "pulse", "acked", "projected", "epoch", "projected_epoch")
    known, found = heads(connection, month), {}
    for row in connection.execute(select(*(centres.c[name] for name in names)).where(centres.c.secret.is_not(None))):
        last = max(msgspec.json.decode(row.pulse, type=_Head).head, row.acked)
        until = known.get((row.centre, row.epoch))
        here = row.projected >= until if until is not None else last == 0
        if row.epoch != row.projected_epoch or not here:
            found[row.centre] = max((last if until is None else until) - row.projected, 0)
    return found


def _remade(connection: Connection, month: str) -> list[str]:
    """Centres that have records here, but not in the figures, which may be of this month."""
    known, found = heads(connection, month), []
    names = ("centre", "acked", "projected", "epoch", "projected_epoch")
    for row in connection.execute(select(*(centres.c[name] for name in names))):
        until = min(row.acked, known.get((row.centre, row.epoch), row.acked))
        if row.epoch != row.projected_epoch or row.projected < until:
            found.append(row.centre)
    return found


def months_known(connection: Connection) -> list[str]:
    """Months with figures, closed or not, the newest first."""
    counted = connection.execute(select(deliveries.c.month).distinct()).scalars().all()
    closed = connection.execute(select(months.c.month)).scalars().all()
    return sorted({*counted, *closed}, reverse=True)


def close_month(engine: Engine, month: str, by: str, now: datetime, *, anyway: bool = False) -> Closed:
    """Freezes the figures of a month that is over; MonthError if it is not, is closed already, or records are missing.

    With `anyway` it closes without the missing records; they become corrections when they come.
    """
    if month >= f"{now.astimezone(ZONE):%Y-%m}":
        raise MonthError("{month} is not over yet.", month=month)
    at = microseconds(now)
    with engine.begin() as connection:
        if connection.execute(select(months.c.month).where(months.c.month == month)).scalar() is not None:
            raise MonthError("{month} is closed already.", month=month)
        missing = unready(connection, month)
        if missing and not anyway:
            names = ", ".join(sorted(missing)[:5]) + (", …" if len(missing) > 5 else "")
            raise MonthError("{month}: records are missing of these centres: {names}", month=month, names=names)
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
    """Writes down where the records of a closed month say otherwise by now; how many cells changed.

    A centre whose figures are being made anew and have not come to the end of the month is left for the next time.
    """
    with engine.begin() as connection:
        # Held until the end: two that count at once would both write the same difference.
        if connection.execute(select(months.c.month).where(months.c.month == month).with_for_update()).scalar() is None:
            raise MonthError("{month} is not closed.", month=month)
        n = (connection.execute(select(func.max(frozen.c.n)).where(frozen.c.month == month)).scalar() or 0) + 1
        values = (*(frozen.c[name] for name in CELL), -frozen.c.quantity, -frozen.c.minutes)
        told = select(*values).where(frozen.c.month == month)
        remade = _remade(connection, month)
        both = union_all(
            _counted(month).where(deliveries.c.centre.not_in(remade)), told.where(frozen.c.centre.not_in(remade))
        ).subquery()  # fmt: skip
        each = [both.c[name] for name in CELL]
        more, longer = func.sum(both.c.quantity), func.sum(both.c.minutes)
        rows = select(literal(month), literal(n), *each, more, longer, literal(microseconds(now)))
        rows = rows.group_by(*each).having(or_(more != 0, longer != 0))
        connection.execute(insert(frozen).from_select(["month", "n", *CELL, "quantity", "minutes", "noted"], rows))
        here = select(func.count()).select_from(frozen).where(frozen.c.month == month, frozen.c.n == n)
        return int(connection.execute(here).scalar() or 0)


def note_all(engine: Engine, now: datetime) -> int:
    """Corrections of every closed month."""
    with engine.connect() as connection:
        closed = connection.execute(select(months.c.month).order_by(months.c.month)).scalars().all()
    return sum(note_corrections(engine, month, now) for month in closed)


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


def _digest(connection: Connection, month: str) -> tuple[str, int, int]:
    columns = [frozen.c[name] for name in (*CELL, "quantity", "minutes")]
    rows: Iterable[Row[Any]] = connection.execute(select(*columns).where(frozen.c.month == month, frozen.c.n == 0))
    ordered = sorted(tuple(row) for row in rows)
    body = msgspec.json.encode(ordered)
    return hashlib.sha256(body).hexdigest(), len(ordered), sum(row[5] for row in ordered)


class _Head(msgspec.Struct, frozen=True):
    head: int = 0
