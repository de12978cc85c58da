"""The sheet of a day, made of its visits."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from server.domain.floor import Leg, Visit
from server.domain.moment import microseconds
from server.domain.proof import every_summons, shown_at
from server.domain.shares import clock_minutes, served_s, shares
from server.repairs import FAULTS, Repair
from server.reports.sheet import (
    COPY,
    CORRECTED,
    NONE,
    NUMBERED,
    PARKED,
    PARTS,
    PRINTED,
    REQUEUED,
    SLIP,
    SPOKEN,
    TRANSFERRED,
    DaySheet,
    Sheets,
    in_memory,
)

FAULT_BITS = {name: 1 << n for n, name in enumerate(FAULTS)}
"""The bit of each fault of the repair list in a visit's `faults`."""

RIGA = "Europe/Riga"
_LEG_FLAGS = {"parked": PARKED, "transferred": TRANSFERRED, "requeued": REQUEUED}
_LONGEST_S = 2**31 - 1


class _Words:
    """The words of a day in the order of their first use."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {"": 0}

    def __call__(self, word: str | None) -> int:
        return self.places.setdefault(word or "", len(self.places))


def made(day: str, visits: Sequence[Visit], faults: Iterable[Repair] = (), timezone: str = RIGA) -> DaySheet:
    """All that reports need of a day's visits; nothing in it says who came or who served."""
    words, zone = _Words(), ZoneInfo(timezone)
    bits: dict[UUID, int] = {}
    for one in faults:
        bits[one.visit] = bits.get(one.visit, 0) | FAULT_BITS[one.fault]
    legs = {visit.id: visit.legs for visit in visits}
    stretches: dict[tuple[UUID, int], int] = {}
    rows: dict[str, list[tuple[int, ...]]] = {name: [] for name in PARTS}
    for visit in visits:
        rows["visits"].append(_visit(visit, words, zone, bits.get(visit.id, 0)))
        rows["given"] += _given(visit, words)
        rows["calls"] += _calls(visit, words)
        for leg in visit.legs:
            if leg.called is None or leg.reason is None:
                continue
            wait = max(0, _micros(leg.called, leg.since))
            rows["legs"].append((wait, leg.reason.overtakes, words(leg.queue), words(leg.group)))
            rows["passed"] += _passed(leg, leg.called, legs, stretches, words)
    parts = {name: np.array(rows[name], dtype=kind).tobytes() for name, kind in PARTS.items()}
    return DaySheet(day=day, words=tuple(words.places), parts=parts)


def sheets_of(days: Iterable[Sequence[Visit]], timezone: str = RIGA) -> Sheets:
    """Visits that are at hand, day by day or several days together, as sheets."""
    by_day: dict[str, list[Visit]] = {}
    for day in days:
        for visit in day:
            by_day.setdefault(visit.day, []).append(visit)
    return in_memory([made(day, by_day[day], timezone=timezone) for day in sorted(by_day)])


def _visit(visit: Visit, words: _Words, zone: ZoneInfo, faults: int) -> tuple[int, ...]:
    called = next((leg.called for leg in visit.legs if leg.called is not None), None)
    wait = NONE if called is None or visit.series is None else max(0, _micros(called, visit.issued))
    expected, low, high = NONE, NONE, NONE
    if visit.high is not None:
        low, high = visit.low or 0, visit.high
        expected = visit.middle_s if visit.middle_s is not None else (low + high) * 30
    last = next((leg for leg in reversed(visit.legs) if leg.served is not None and leg.called is not None), None)
    walk = NONE if last is None or last.called is None or last.served is None else _micros(last.served, last.called) // 1_000_000
    flags = (
        NUMBERED * (visit.series is not None) | CORRECTED * (visit.corrected > 0) | SLIP * (visit.prints is not None)
        | PRINTED * (visit.slip == "printed") | COPY * (visit.order > 0 and visit.copy)
    )  # fmt: skip
    for leg in visit.legs:
        flags |= _LEG_FLAGS.get(leg.end or "", 0)
    began = visit.issued.astimezone(zone)
    now = visit.leg.ended or visit.issued
    return (
        wait, expected, min(max(0, walk), _LONGEST_S) if walk != NONE else NONE, min(served_s(visit, now), _LONGEST_S), low, high,
        began.hour * 60 + began.minute, words(visit.service), words(visit.legs[0].queue), words(visit.leg.counter),
        words(visit.to_centre), words(visit.origin), words(visit.end or "open"), flags, faults,
    )  # fmt: skip


def _given(visit: Visit, words: _Words) -> list[tuple[int, ...]]:
    if visit.end is None:
        return []
    now = visit.leg.ended or visit.issued
    each = zip(visit.delivered, shares(visit.delivered, clock_minutes(visit, now)), strict=True)
    return [
        (
            minutes, words(one.institution), words(one.service), words(one.counts or one.kind), words(one.kind),
            words(one.channel), words(one.outcome), words(one.redirected_to), words(one.why), words(one.alone), one.quantity,
            one.scanned, one.printed,
        )
        for one, minutes in each
    ]  # fmt: skip


def _calls(visit: Visit, words: _Words) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    for one in every_summons(visit):
        shown = shown_at(one)
        took = NONE if shown is None else max(0, _micros(shown, one.at))
        found.append((took, words(one.zone), SPOKEN if one.spoken else 0))
    return found


def _passed(
    leg: Leg, called: datetime, legs: dict[UUID, tuple[Leg, ...]], stretches: dict[tuple[UUID, int], int], words: _Words
) -> list[tuple[int, ...]]:  # fmt: skip
    """Whom the call of a leg passed over, where the stretch in which they waited then is known."""
    found: list[tuple[int, ...]] = []
    for passed in leg.reason.passed if leg.reason is not None else ():
        n = _waiting_then(legs.get(passed.visit, ()), called)
        if n is not None and leg.reason is not None:
            its = legs[passed.visit][n]
            stretch = stretches.setdefault((passed.visit, n), len(stretches))
            found.append((stretch, words(its.queue), words(its.group), words(leg.reason.rule), passed.times))
    return found


def _waiting_then(legs: tuple[Leg, ...], at: datetime) -> int | None:
    """Which leg waited at an instant; None if none did, because the call in it was undone or the clock set back."""
    return next(
        (n for n, leg in enumerate(legs) if leg.since <= at and all(end is None or at <= end for end in (leg.called, leg.ended))),
        None,
    )


def _micros(later: datetime, earlier: datetime) -> int:
    return microseconds(later) - microseconds(earlier)
