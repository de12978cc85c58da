"""What managers are working on: one draft each, seen by its maker alone, kept over a restart."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from server.domain.moment import microseconds, moment
from server.store.schema import plan_drafts


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A file in work, and the one of `version` that it was made from."""

    at: datetime
    version: int
    base: dict[str, Any]
    data: dict[str, Any]


class Drafts:
    """`do` runs work on the writer's connection."""

    def __init__(self, do: Callable[[Callable[[Connection], None]], None]) -> None:
        self._do = do

    def of(self, account: str) -> Draft | None:
        """The draft of an account."""
        found: list[Any] = []
        self._do(lambda connection: found.extend(connection.execute(select(plan_drafts).where(_own(account))).mappings()))
        if not found:
            return None
        row = found[0]
        base, data = (msgspec.json.decode(row[name]) for name in ("base", "data"))
        return Draft(at=moment(row["at"]), version=row["version"], base=base, data=data)

    def keep(self, account: str, draft: Draft) -> None:
        """In place of the one before."""
        row = {
            "account": account, "at": microseconds(draft.at), "version": draft.version,
            "base": msgspec.json.encode(draft.base).decode(), "data": msgspec.json.encode(draft.data).decode(),
        }  # fmt: skip

        def write(connection: Connection) -> None:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            rows = dialect.insert(plan_drafts).values(row)
            connection.execute(rows.on_conflict_do_update(index_elements=["account"], set_=row))

        self._do(write)

    def drop(self, account: str) -> None:
        """There is none any more."""
        self._do(lambda connection: _gone(connection, account))


def _own(account: str) -> Any:
    return plan_drafts.c.account == account


def _gone(connection: Connection, account: str) -> None:
    connection.execute(delete(plan_drafts).where(_own(account)))
