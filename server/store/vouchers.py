"""Words for the visitors' network: a list of the manager's, each word on one slip only, and gone when that is printed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, Executable, Select, func, insert, select, update

from server.domain.events import DayOpened, Event, PaperReported, PaperRequested
from server.store.schema import vouchers

GONE = "sha256:"
"""Begins what stands in place of a word that was given: enough to know it again when a list brings it once more."""


def spare(most: int) -> Select[int, str]:
    """The next ones that nobody has, with their places."""
    return select(vouchers.c.n, vouchers.c.code).where(vouchers.c.paper.is_(None)).order_by(vouchers.c.n).limit(most)


def changes(events: Iterable[Event], held: Mapping[UUID, str]) -> tuple[Executable, ...]:
    """What the events change in the list, of which `held` is given but not printed; runs in the transaction that appends them."""
    found: list[Executable] = []
    for event in events:
        if isinstance(event, PaperRequested) and event.voucher_n:
            found.append(update(vouchers).where(vouchers.c.n == event.voucher_n).values(paper=str(event.paper)))
        elif isinstance(event, PaperReported) and event.paper in held:
            found.append(_erase(held[event.paper]))
        elif isinstance(event, DayOpened):  # nobody owes the slips of the day before any more
            found += map(_erase, held.values())
    return tuple(found)


def after(held: Mapping[UUID, str], events: Iterable[Event], word: str) -> Mapping[UUID, str]:
    """What `given` finds after the events; `word` is what their slip was given."""
    for event in events:
        if isinstance(event, PaperRequested) and event.voucher_n:
            held = {**held, event.paper: word}
        elif isinstance(event, PaperReported) and event.paper in held:
            held = {paper: code for paper, code in held.items() if paper != event.paper}
        elif isinstance(event, DayOpened) and held:
            held = {}
    return held


def given() -> Select[str, str]:
    """Slip and word of those that are on their way to paper."""
    return select(vouchers.c.paper, vouchers.c.code).where(vouchers.c.paper.is_not(None), vouchers.c.code.not_like(f"{GONE}%"))


def add(connection: Connection, codes: Sequence[str], at: int, by: str) -> None:
    """Adds those that the list does not have and never had, at its end."""
    known = set(connection.execute(select(vouchers.c.code)).scalars())
    last = connection.execute(select(func.coalesce(func.max(vouchers.c.n), 0))).scalar_one()
    fresh = [code for code in dict.fromkeys(codes) if not {code, _gone(code)} & known]
    rows = [{"code": code, "n": last + i, "added": at, "by": by} for i, code in enumerate(fresh, 1)]
    if rows:
        connection.execute(insert(vouchers), rows)


def counts() -> Select[int, int]:
    """How many there are (`all`), and how many of them nobody has (`spare`)."""
    spare_ones = func.count().filter(vouchers.c.paper.is_(None))
    return select(func.count().label("all"), spare_ones.label("spare")).select_from(vouchers)


def _erase(code: str) -> Executable:
    return update(vouchers).where(vouchers.c.code == code).values(code=_gone(code))


def _gone(code: str) -> str:
    return GONE + hashlib.sha256(code.encode()).hexdigest()
