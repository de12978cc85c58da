"""How the pages read and write what quality keeps: read on native threads, written on the writer's."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, Executable, Select

from server.domain.moment import microseconds
from server.engine import now_utc
from server.store.quality_schema import quality_steps

T = TypeVar("T")

Read = Callable[[Select[Any]], list[dict[str, Any]]]
"""What a query finds, from any thread."""


class Records:
    """`native(work, ...)` runs on a native thread, `do(work)` in one transaction of the writer."""

    def __init__(self, read: Read, native: Callable[..., Any], do: Callable[[Callable[[Connection], None]], None]) -> None:
        self._read, self._native, self._do = read, native, do

    def rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        """What a query finds."""
        found: list[dict[str, Any]] = self._native(self._read, query)
        return [{str(name): value for name, value in row.items()} for row in found]  # a quoted name is no plain str

    def find(self, query: Select[Any], kind: type[T]) -> list[T]:
        """What a query finds, as values."""
        return msgspec.convert(self.rows(query), list[kind])  # type: ignore[valid-type]

    def write(self, *statements: Executable) -> None:
        """All of it in one transaction."""
        self.work(lambda connection: _run(connection, statements))

    def work(self, work: Callable[[Connection], None]) -> None:
        """Runs `work` in one transaction on the writer's connection."""
        self._do(work)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did about a finding or a complaint; `at` in microseconds since 1970."""

    id: str
    of: str
    at: int
    by: str
    what: str


def step(of: str, by: str, what: str) -> Executable:
    """The statement that notes it, now."""
    return quality_steps.insert().values(id=fresh(), of=of, at=microseconds(now_utc()), by=by, what=what)


def fresh() -> str:
    """A new id, which says nothing."""
    return uuid4().hex


def _run(connection: Connection, statements: Sequence[Executable]) -> None:
    for statement in statements:
        connection.execute(statement)
