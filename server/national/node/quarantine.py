"""Rows that came damaged: kept as they came, part of nothing that is made of the record, until the centre sends them whole."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Connection, and_, delete, exists, or_, select, union_all, update

from server.national.node.parts import hash_at, parts
from server.national.node.schema import centres, damaged, deliveries, events, mended, visits
from server.national.wire import RESENT_MOST, Row, emptied
from server.store.journal import chain

_THERE = and_(
    mended.c.centre == damaged.c.centre, mended.c.epoch == damaged.c.epoch, mended.c.position == damaged.c.position
)  # fmt: skip
AWAITED = exists().where(damaged.c.centre == centres.c.centre, ~exists().where(_THERE))
"""Of a row of `centres`: whether damaged rows of it were not sent again yet."""


def awaited(connection: Connection, centre: str, epoch: int) -> tuple[int, ...]:
    """Positions on the line of an epoch that are damaged here still; those that the node asks for at once."""
    return tuple(_awaited(connection, centre, epoch))


def _awaited(connection: Connection, centre: str, epoch: int) -> dict[int, int]:
    """The epoch of each of them, by position."""
    each = (and_(damaged.c.epoch == one, part) for one, part in parts(connection, centre, epoch, damaged))
    query = select(damaged.c.position, damaged.c.epoch).where(damaged.c.centre == centre, or_(*each), ~exists().where(_THERE))
    rows = connection.execute(query.order_by(damaged.c.position).limit(RESENT_MOST))
    return {row.position: row.epoch for row in rows}


def counts(connection: Connection) -> dict[str, int]:
    """By centre how many rows are damaged here still, lost epochs and all."""
    found: dict[str, int] = {}
    for centre in connection.execute(select(damaged.c.centre).where(~exists().where(_THERE))).scalars():
        found[centre] = found.get(centre, 0) + 1
    return found


def sound(connection: Connection, centre: str, *, all_: bool = False) -> Any:
    """`events` as what is made of a centre's record may read them: rows that came whole. With `all_` damaged ones too.

    Where nothing ever came damaged it is the table itself.
    """
    if connection.execute(select(damaged.c.centre).where(damaged.c.centre == centre).limit(1)).first() is None:
        return events
    of = mended if all_ else damaged
    broken = exists().where(of.c.centre == events.c.centre, of.c.epoch == events.c.epoch, of.c.position == events.c.position)
    columns = [[table.c[one.name] for one in mended.c] for table in (events, mended)]
    whole = select(*columns[0]).where(events.c.centre == centre, ~broken)
    return union_all(whole, select(*columns[1]).where(mended.c.centre == centre)).subquery()


def take(connection: Connection, centre: str, epoch: int, rows: Sequence[Row], received: int) -> int:
    """Keeps the rows that were damaged and are what their hash covers, or were emptied by the centre since; how many. What is
    made of the centre is made anew then.

    A row that is not awaited, or that does not match the hash it always had, is passed over.
    """
    awaits, taken = _awaited(connection, centre, epoch), list[dict[str, Any]]()
    for row in rows:
        if row.position not in awaits:
            continue
        previous, known = (hash_at(connection, centre, epoch, at) for at in (row.position - 1, row.position))
        covered = chain(previous or "", row.position, row.day, row.at, row.actor, row.command, row.data)
        if row.hash == known and (known == covered or emptied(row)):
            taken.append({**asdict(row), "centre": centre, "epoch": awaits.pop(row.position), "received": received})
    if taken:
        connection.execute(mended.insert(), taken)
        forget(connection, centre)
    return len(taken)


def forget(connection: Connection, centre: str) -> None:
    """Throws away what was made of a centre's records; the projection makes it again."""
    for table in (deliveries, visits):
        connection.execute(delete(table).where(table.c.centre == centre))
    here = update(centres).where(centres.c.centre == centre)
    connection.execute(here.values(projected=0, projected_epoch=1, skipped=0, live="{}", plan="{}"))
