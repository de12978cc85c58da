"""Applications that came on paper: which documents were received for whom, until the institution has them. Nobody's name."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, insert, select, update

from server.store.schema import intakes


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """One application: its code, its local day, who took it, the documents by kind; `handed` since it is gone (microseconds)."""

    code: str
    day: str
    at: int
    by: str
    institution: str
    service: str
    counts: dict[str, int]
    handed: int | None = None
    handed_by: str | None = None

    @property
    def documents(self) -> int:
        """How many in all."""
        return sum(self.counts.values())


def add(connection: Connection, one: Intake) -> None:
    """Keeps it; IntegrityError for a code that there is already."""
    row = msgspec.structs.asdict(one) | {"counts": msgspec.json.encode(one.counts).decode()}
    connection.execute(insert(intakes).values(**row))


def hand_over(connection: Connection, codes: Sequence[str], at: int, by: str) -> None:
    """They are with the institution now; what was so before stays as it was."""
    chosen = intakes.c.code.in_(codes) & intakes.c.handed.is_(None)
    connection.execute(update(intakes).where(chosen).values(handed=at, handed_by=by))


def here() -> Select[Any]:
    """Those that no institution has yet, oldest first."""
    return select(intakes).where(intakes.c.handed.is_(None)).order_by(intakes.c.institution, intakes.c.at)


def gone(since: int) -> Select[Any]:
    """Those handed over since a time (microseconds), newest first."""
    return select(intakes).where(intakes.c.handed >= since).order_by(intakes.c.handed.desc(), intakes.c.institution, intakes.c.at)


def intake(row: Mapping[str, Any]) -> Intake:
    """A row as a value."""
    return Intake(**{**row, "counts": msgspec.json.decode(row["counts"], type=dict[str, int])})
