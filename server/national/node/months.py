"""Months that are over: frozen as they were counted, and what is put right later as rows of its own."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, Select, func, insert, literal, or_, select, union_all

from server.domain.moment import microseconds
from server.national.node.pages_words import ZONE
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
    """Centres of which records of this month may still come, with how many of theirs are not in the figures yet.

    A record dated after the month that is in the figures says that all before it are too; so does a centre that was heard
    after the month with nothing left to send. 0: it was silent since before the month ended, or a new epoch is not in the
    figures yet, so that they hold what the centre has lost.
    """
    end = _end(month)
    names = ("centre", "pulse", "acked", "projected", "heard", "live", "epoch", "projected_epoch")
    columns = [centres.c[name] for name in names]
    found = {}
    for row in connection.execute(select(*columns).where(centres.c.secret.is_not(None))):
        behind = max(msgspec.json.decode(row.pulse, type=_Head).head, row.acked) - row.projected
        last = msgspec.json.decode(row.live, type=_At).at
        told = last is not None and microseconds(last) >= end
        silent = row.acked > 0 and row.heard is not None and row.heard < end
        if row.epoch != row.projected_epoch or (not told and (behind or silent)):
            found[row.centre] = max(behind, 0)
    return found


def _remade(connection: Connection, month: str) -> list[str]:
    """Centres that have records here, but not in the figures, which may be of this month."""
    end, found = _end(month), []
    turned = centres.c.epoch != centres.c.projected_epoch
    query = select(centres.c.centre, centres.c.live, turned.label("turned"))
    for row in connection.execute(query.where(or_(turned, centres.c.projected < centres.c.acked))):
        last = msgspec.json.decode(row.live, type=_At).at
        if row.turned or last is None or microseconds(last) < end:
            found.append(row.centre)
    return found


def _end(month: str) -> int:
    """When the month is over, by the network's time; microseconds since 1970."""
    return microseconds(datetime.combine(date.fromisoformat(f"{month_after(month)}-01"), time(), ZONE))


def month_after(month: str) -> str:
    """The next month: 2027-01 after 2026-12."""
    n = int(month[:4]) * 12 + int(month[5:])
    return f"{n // 12:04}-{n % 12 + 1:02}"


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
    """Writes down where the records of a closed month say otherwise by now; how many cells changed.

    A centre whose figures are being made anew and have not come to the end of the month is left for the next time.
    """
    with engine.begin() as connection:
        # Held until the end: two that count at once would both write the same difference.
        if connection.execute(select(months.c.month).where(months.c.month == month).with_for_update()).scalar() is None:
            raise MonthError(f"{month} is not closed")
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


class _At(msgspec.Struct, frozen=True):
    at: datetime | None = None
