"""The journal as rows: a gapless, hash-chained list of records, and its verification."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, RowMapping, select

from server.domain.events import Event, Record
from server.domain.moment import microseconds, moment
from server.domain.retention import KEPT
from server.store.schema import journal

GENESIS = "0" * 64
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class BrokenChain(Exception):
    """The journal was changed or has a gap; `position` is the first place where it shows."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(f"journal position {position}: {what}")
        self.position = position


def to_row(record: Record, previous: str) -> dict[str, Any]:
    """The row of a record that follows the row with hash `previous`."""
    data = _encoder.encode(record.event).decode()
    at = microseconds(record.at)
    command = str(record.command)
    return {
        "position": record.position,
        "day": record.day,
        "at": at,
        "type": type(record.event).__name__,
        "actor": record.actor,
        "command": command,
        "data": data,
        "hash": chain(previous, record.position, record.day, at, record.actor, command, data),
    }


def chain(previous: str, position: int, day: str, at: int, actor: str, command: str, data: str) -> str:
    """SHA-256 (hex) over the previous hash and every field of a row, one per line."""
    text = "\n".join((previous, str(position), day, str(at), actor, command, data))
    return hashlib.sha256(text.encode()).hexdigest()


def to_record(row: RowMapping) -> Record:
    """The record of a row."""
    return Record(
        position=row["position"],
        day=row["day"],
        at=moment(row["at"]),
        actor=row["actor"],
        command=UUID(row["command"]),
        event=_decoder.decode(row["data"]),
    )


def is_empty(row: Mapping[str, Any] | RowMapping) -> bool:
    """Whether the row was emptied for its age: position, day, time, type and hash are all that it says."""
    return row["data"] == "" and row["type"] not in KEPT


def read(connection: Connection, after: int = 0, limit: int | None = None) -> Iterator[RowMapping]:
    """Rows after a position, in order, streamed."""
    query = select(journal).where(journal.c.position > after).order_by(journal.c.position).limit(limit)
    return iter(connection.execution_options(yield_per=1000).execute(query).mappings())


def verify(rows: Iterable[RowMapping], previous: str = GENESIS, position: int = 0, emptied: int = 0) -> tuple[int, str]:
    """The last position and hash after checking that no row is missing or changed; raises BrokenChain.

    Up to position `emptied` a row may have been emptied for its age: its hash is taken as it stands, and the next one holds it.
    """
    for row in rows:
        if row["position"] != position + 1:
            raise BrokenChain(position + 1, f"missing; the next row is {row['position']}")
        if row["position"] <= emptied and is_empty(row):
            position, previous = row["position"], row["hash"]
            continue
        expected = chain(
            previous, row["position"], row["day"], row["at"], row["actor"], row["command"], row["data"]
        )  # fmt: skip
        if not row["data"].startswith(f'{{"type":"{row["type"]}"'):
            raise BrokenChain(row["position"], f"the type is not {row['type']}")
        if row["hash"] != expected:
            raise BrokenChain(row["position"], "the row does not match its hash")
        position, previous = row["position"], expected
    return position, previous
