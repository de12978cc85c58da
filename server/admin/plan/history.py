"""The versions of the plan as the journal has them: who, when, why."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, select

from config.plan import Plan
from server.domain.events import PlanRevised
from server.domain.moment import moment
from server.store.schema import journal

SHOWN = 200
Read = Callable[[Select[Any]], list[dict[str, Any]]]

_revised = msgspec.json.Decoder(PlanRevised)


class _Told(msgspec.Struct, frozen=True):
    """Of a revision what a list shows: without the plan."""

    version: int
    reason: str = ""
    scheduled: bool = False
    moved: tuple[msgspec.Raw, ...] = ()


_told = msgspec.json.Decoder(_Told)


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version that is or was in force since `at`, put there by `actor`; `moved` visits went along."""

    version: int
    at: datetime
    actor: str
    reason: str
    scheduled: bool
    moved: int


def versions(read: Read, most: int = SHOWN) -> tuple[Version, ...]:
    """The newest first, at most so many."""
    query = select(journal.c.at, journal.c.actor, journal.c.data).where(journal.c.type == "PlanRevised")
    rows = read(query.order_by(journal.c.position.desc()).limit(most))
    found = []
    for row in rows:
        told = _told.decode(row["data"])
        found.append(Version(
            version=told.version, at=moment(row["at"]), actor=row["actor"], reason=told.reason, scheduled=told.scheduled,
            moved=len(told.moved),
        ))  # fmt: skip
    return tuple(found)


def plan_of(read: Read, version: int) -> Plan | None:
    """The plan of a version, or None; of two with the same number, as a restored centre may have, the later one."""
    mine = journal.c.data.contains(f'"version":{version},')
    query = select(journal.c.data).where(journal.c.type == "PlanRevised", mine)
    for row in read(query.order_by(journal.c.position.desc())):
        revised = _revised.decode(row["data"])
        if revised.version == version:
            return revised.plan
    return None
