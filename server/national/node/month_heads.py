"""Up to which record a centre's month reaches, by the node's own clock: what a centre's clock says is not asked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from server.domain.moment import microseconds
from server.domain.months import month_after
from server.national.node.pages_words import ZONE
from server.national.node.schema import month_heads

TRAVEL = timedelta(minutes=10)
"""No message is on its way for so long: who is heard this much after a month's end spoke after it."""


def note_head(connection: Connection, centre: str, mark: Mapping[str, Any], head: int, now: datetime) -> dict[str, str]:
    """The first time that a centre is heard after a month: none of that month's records comes after the `head` that it has now.

    `mark` is the centre's row; what is to be written there too is returned.
    """
    month = month_over(now)
    if mark["month_told"] == month:
        return {}
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {"centre": centre, "month": month, "epoch": mark["epoch"], "head": head, "noted": microseconds(now)}
    connection.execute(insert(month_heads).values(row).on_conflict_do_nothing())
    return {"month_told": month}


def month_over(now: datetime) -> str:
    """The last month that is over for everybody, as 2026-10."""
    return month_after(f"{(now - TRAVEL).astimezone(ZONE):%Y-%m}", -1)


def heads(connection: Connection, month: str) -> dict[tuple[str, int], int]:
    """By centre and epoch the record up to which the month reaches at most; who was not heard since has none."""
    rows = connection.execute(select(month_heads).where(month_heads.c.month >= month).order_by(month_heads.c.month.desc()))
    return {(row.centre, row.epoch): row.head for row in rows}
