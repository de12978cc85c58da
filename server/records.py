"""Visits and their faults as the API hands them out: what happened and when, without the ticket's token and without notes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from config import texts
from server.domain.events import Delivered
from server.domain.moment import moment
from server.repairs import FAULTS, Repair


class VisitRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One visit as it stood at `position`, its last change. Times are UTC; `queue` and `counter` are of its last leg.

    `ahead`, `low` and `high` (minutes) and `middle_s` (seconds) are what was promised when it began; `corrected` says how often
    somebody put the record right.
    """

    visit: UUID
    number: str
    position: int
    day: str
    service: str
    queue: str
    counter: str | None
    state: str
    end: str | None
    issued: datetime
    called: datetime | None
    served: datetime | None
    ended: datetime | None
    ahead: int
    low: int | None
    high: int | None
    middle_s: int | None
    delivered: tuple[Delivered, ...]
    corrected: int = 0


class VisitPage(msgspec.Struct, frozen=True, kw_only=True):
    """Visits in the order of their last change; `next` is the position after which to go on."""

    visits: tuple[VisitRecord, ...]
    next: int


class RepairRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A visit with a fault, with the facts and the sentence that says it, in the language asked for."""

    visit: UUID
    number: str
    day: str
    fault: str
    facts: dict[str, str | int]
    text: str


class RepairList(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be put right, in the order of day and issue."""

    repairs: tuple[RepairRecord, ...]


class _Data(msgspec.Struct):
    delivered: tuple[Delivered, ...]
    ahead: int
    low: int | None
    high: int | None
    middle_s: int | None = None
    corrected: int = 0


_AS_THEY_ARE = ("number", "position", "day", "service", "queue", "counter", "state", "end")
_MOMENTS = ("issued", "called", "served", "ended")
_data: msgspec.json.Decoder[_Data] = msgspec.json.Decoder(_Data)


def visit_page(rows: list[dict[str, Any]], since: int) -> VisitPage:
    """A page of rows of the visits table."""
    return VisitPage(visits=tuple(map(_record, rows)), next=rows[-1]["position"] if rows else since)


def repair_list(found: Iterable[Repair], language: str) -> RepairList:
    """Faults with their sentences."""
    return RepairList(
        repairs=tuple(
            RepairRecord(
                visit=one.visit, number=one.number, day=one.day, fault=one.fault, facts=one.facts,
                text=texts.translate(language, FAULTS[one.fault], **one.facts),
            )
            for one in found
        )
    )  # fmt: skip


def _record(row: Mapping[str, Any]) -> VisitRecord:
    facts: dict[str, Any] = {name: row[name] for name in _AS_THEY_ARE}
    facts |= {name: _moment(row[name]) for name in _MOMENTS}
    return VisitRecord(visit=UUID(row["visit"]), **facts, **msgspec.structs.asdict(_data.decode(row["data"])))


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else moment(microseconds)
