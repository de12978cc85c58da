"""How what is too old goes from the tables: guards are lifted in the transaction that erases, and in no other."""

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import Connection, Executable, and_, delete, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from server.domain.events import Event, RetentionDone
from server.domain.retention import KEPT
from server.store.schema import journal, replies, visits

NOBODY = "00000000-0000-0000-0000-000000000000"
ERASED = ""
"""What stands in place of the data, and of who did it."""


def old_rows(until: str, position: int, since: int = 0) -> ColumnElement[bool]:
    """The journal rows that an erasure is about: of days before one, between two positions, that still say something."""
    return and_(
        journal.c.position.between(since, position), journal.c.day < until, journal.c.data != ERASED,
        journal.c.type.not_in(sorted(KEPT)),
    )  # fmt: skip


def erasures(events: Sequence[Event], dialect: str) -> tuple[Executable, ...]:
    """What the records of erasures do in the tables; runs in the transaction that appends them."""
    return tuple(one for event in events if isinstance(event, RetentionDone) for one in _of(event, dialect))


def erased_up_to(connection: Connection) -> int:
    """The last position up to which the journal itself says that rows were emptied; 0 for none."""
    query = select(journal.c.data).where(journal.c.type == RetentionDone.__name__)
    said = (msgspec.json.decode(data, type=RetentionDone) for data in connection.execute(query).scalars())
    return max((one.position for one in said), default=0)


def _of(event: RetentionDone, dialect: str) -> Iterator[Executable]:
    yield from _lifted("journal", ("update",), dialect)
    yield (
        update(journal)
        .where(old_rows(event.until, event.position, event.since))
        .values(data=ERASED, actor=ERASED, command=NOBODY)
    )
    yield from _back("journal", ("update",), dialect)
    yield from _lifted("replies", ("delete",), dialect)
    yield delete(replies).where(replies.c.position <= event.replies)
    yield from _back("replies", ("delete",), dialect)
    yield delete(visits).where(visits.c.day < event.visits)


def _lifted(table: str, verbs: Sequence[str], dialect: str) -> Iterator[Executable]:
    if dialect != "sqlite":
        yield text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change")
        return
    for verb in verbs:
        yield text(f"DROP TRIGGER {table}_no_{verb}")


def _back(table: str, verbs: Sequence[str], dialect: str) -> Iterator[Executable]:
    """The guards as the first migration made them."""
    if dialect != "sqlite":
        yield text(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_change")
        return
    for verb in verbs:
        yield text(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
