"""Of what the line of an epoch is made: rows of its own, and of those before it up to where the next one began."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select

from server.national.node.schema import epochs, events
from server.store.journal import GENESIS

_BASES = (
    select(epochs.c.epoch, epochs.c.base)
    .where(epochs.c.centre == bindparam("centre"), epochs.c.epoch <= bindparam("epoch"))
    .order_by(epochs.c.epoch.desc())
)


def parts(connection: Connection, centre: str, epoch: int, table: Any = events) -> list[tuple[int, ColumnElement[bool]]]:
    """Each epoch of the line with the condition on its positions in a table of rows."""
    found, until = [], None
    for one, base in connection.execute(_BASES, {"centre": centre, "epoch": epoch}):
        if until is None or base < until:
            found.append((one, _between(table, base, until)))
            until = base
    return [*found, (1, _between(table, 0, until))] if until != 0 else found


def line(connection: Connection, centre: str, epoch: int, positions: Sequence[int]) -> dict[int, str]:
    """The hashes of rows on the line of an epoch."""
    each = parts(connection, centre, epoch)
    where = or_(*(and_(events.c.epoch == one, events.c.position.in_(positions), part) for one, part in each))
    found = connection.execute(select(events.c.position, events.c.hash).where(events.c.centre == centre, where))
    return {row.position: row.hash for row in found}


def hash_at(connection: Connection, centre: str, epoch: int, position: int) -> str | None:
    """The hash of the row there on the line of an epoch; GENESIS at 0, None where there is no row."""
    return GENESIS if position == 0 else line(connection, centre, epoch, (position,)).get(position)


def _between(table: Any, base: int, until: int | None) -> ColumnElement[bool]:
    above: ColumnElement[bool] = table.c.position > base
    return above if until is None else and_(above, table.c.position <= until)
