"""Rows of the record: how they are put into the node's database, and how they are read back as they came."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.exc import DBAPIError

from server.domain.moment import moment
from server.national.node.parts import parts
from server.national.node.quarantine import sound
from server.national.wire import Row

_DAY_US = 86_400_000_000
_COLUMNS = ("centre", "epoch", "position", "month", "day", "at", "type", "actor", "command", "data", "hash", "received")
_NAMES = ", ".join(_COLUMNS)
_COPY = f"COPY events ({_NAMES}) FROM STDIN"
_INSERT = f"INSERT INTO events ({_NAMES}) VALUES ({', '.join('?' * len(_COLUMNS))})"

NO_MONTH = "0000-00"
"""Of a row whose time is none: its centre calls it damaged."""


def store(connection: Connection, centre: str, epoch: int, rows: Sequence[Row], received: int) -> None:
    """Appends rows that are not there yet; on PostgreSQL as COPY, which costs a third of INSERT (docs/national.md)."""
    given = [
        (
            centre, epoch, row.position, month_of(row.at), row.day, row.at, row.type, row.actor, row.command, row.data, row.hash,
            received,
        )
        for row in rows
    ]  # fmt: skip
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_INSERT, given)
        return
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            for one in given:
                copy.write_row(one)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(_COPY, None, error) from error


def clean(row: Row) -> Row:
    """A damaged row as a database can keep it: PostgreSQL has no character 0 in texts."""
    texts = {
        name: value.replace("\0", "\N{REPLACEMENT CHARACTER}") for name, value in asdict(row).items() if isinstance(value, str)
    }
    return replace(row, **texts)


def page(connection: Connection, centre: str, epoch: int, after: int, until: int) -> Iterator[Row]:
    """Rows of the line of an epoch, in order, whole where they ever came whole; positions above `after` up to `until`."""
    table = sound(connection, centre, all_=True)
    each = (and_(table.c.epoch == one, part) for one, part in parts(connection, centre, epoch, table))
    query = select(*(table.c[name] for name in Row.__struct_fields__)).where(
        table.c.centre == centre, or_(*each), table.c.position > after, table.c.position <= until
    )
    for row in connection.execute(query.order_by(table.c.position)):
        yield Row(*row)


def month_of(at: int) -> str:
    """The month (UTC) of microseconds since 1970, as 2026-11."""
    return _month(at // _DAY_US)


@lru_cache(4096)
def _month(day: int) -> str:
    try:
        return f"{moment(day * _DAY_US):%Y-%m}"
    except OverflowError:
        return NO_MONTH
