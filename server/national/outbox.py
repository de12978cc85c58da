"""The centre's journal as the line reads it."""

from typing import Any

from sqlalchemy import LargeBinary, Text, cast, select
from sqlalchemy.exc import OperationalError

from server.national.uplink import sized
from server.national.wire import Row
from server.store.centre import CentreStore
from server.store.journal import GENESIS
from server.store.schema import journal

_FIELDS = ("position", "day", "at", "type", "actor", "command", "data", "hash")


class JournalOutbox:
    """Reads from any thread; nothing is kept beside the journal itself."""

    def __init__(self, store: CentreStore) -> None:
        self._store = store

    def head(self) -> int:
        """The last position."""
        return self._store.head()

    def rows(self, after: int, most: int, bytes_most: int) -> list[Row]:
        """Rows after a position, as they stand."""
        try:
            found = self._store.rows(after, most)
        except OperationalError:
            found = self._broken(after, most)
        return sized((_row(row) for row in found), bytes_most)

    def hash_at(self, position: int) -> str | None:
        """The hash of the row there, GENESIS at 0, None where there is no row."""
        if position == 0:
            return GENESIS
        found: str | None = self._store.scalar(select(journal.c.hash).where(journal.c.position == position))
        return found

    def _broken(self, after: int, most: int) -> list[dict[str, Any]]:
        """The rows once more, where a bad disk left what is no text: with a mark in place of each wrong byte, so that they go."""
        columns = [cast(one, LargeBinary).label(one.name) if isinstance(one.type, Text) else one for one in journal.c]
        query = select(*columns).where(journal.c.position > after).order_by(journal.c.position).limit(most)
        return [
            {name: value.decode("utf-8", "replace") if isinstance(value, bytes) else value for name, value in row.items()}
            for row in self._store.read(query)
        ]


def _row(row: dict[str, Any]) -> Row:
    return Row(*(row[name] for name in _FIELDS))
