"""What a run was like: waits by class and by queue, promises kept, overtakes, use of the counters, appointments."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from server.simulation.outcome import DayResult, Outcome


class Waits(Struct, frozen=True):
    """Minutes from the number to the first call, of `count` visits that were called."""

    count: int
    mean: float
    p50: float
    p85: float
    p95: float
    longest: float


class Promises(Struct, frozen=True):
    """Of visits that were called: how many had a promise, and how true it was.

    `kept` is the share called by the upper bound, `error` the mean error in minutes of the expected wait, `relative` that
    error to the mean wait (None if nobody waited).
    """

    had: int
    of: int
    kept: float
    error: float
    relative: float | None


class Appointments(Struct, frozen=True):
    """Booked, kept and missed; `late` are the mean minutes between the booked time and the call (0 if called before it).

    It is None where nobody was called.
    """

    booked: int
    kept: int
    missed: int
    late: float | None


class Result(Struct, frozen=True, kw_only=True):
    """A run. Shares are of 1; `refused` counts answers no by code; `overtaken` is the most that one visitor was passed over.

    `worked` is the share of open time that the counters were busy; `slots` are mean and 85th percentile of the wait by the
    half-hour in which the number was taken, from 0:00.
    """

    days: int
    visits: int
    ended: dict[str, int]
    refused: dict[str, int]
    waits: Waits
    classes: dict[str, Waits]
    queues: dict[str, Waits]
    overtakes: int
    overtaken: int
    promises: Promises | None
    worked: float
    counters: dict[str, float]
    appointments: Appointments
    slots: dict[int, tuple[float, float]]


def measure(days: Sequence[DayResult]) -> Result:
    """The result of all the days together."""
    outcomes = [outcome for day in days for outcome in day.outcomes]
    benches = [bench for day in days for bench in day.counters.values()]
    late = [outcome.late_s / 60 for outcome in outcomes if outcome.late_s is not None and outcome.wait_s is not None]
    refused = sum((Counter(day.refused) for day in days), Counter[str]())
    return Result(
        days=len(days), visits=len(outcomes), ended=dict(sorted(Counter(outcome.end for outcome in outcomes).items())),
        refused=dict(sorted(refused.items())), waits=_waits(outcomes),
        classes=_by(outcomes, lambda one: one.group), queues=_by(outcomes, lambda one: one.queue),
        overtakes=sum(outcome.overtakes for outcome in outcomes),
        overtaken=max((outcome.passed for outcome in outcomes), default=0), promises=_promises(outcomes),
        worked=_share(sum(one.busy_s for one in benches), sum(one.open_s for one in benches)),
        counters=_use(days),
        appointments=Appointments(
            sum(day.booked for day in days), sum(day.kept for day in days), sum(day.missed for day in days),
            round(sum(late) / len(late), 2) if late else None,
        ),
        slots=_slots(outcomes),
    )  # fmt: skip


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest of the values, which ascend, that at least `share` of them do not exceed; 0 if there are none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _waits(outcomes: Iterable[Outcome]) -> Waits:
    found = sorted(outcome.wait_s / 60 for outcome in outcomes if outcome.wait_s is not None)
    mean = sum(found) / len(found) if found else 0.0
    values = (mean, *(percentile(found, share) for share in (0.5, 0.85, 0.95, 1)))
    return Waits(len(found), *(round(value, 2) for value in values))


def _by(outcomes: Iterable[Outcome], name: Callable[[Outcome], str]) -> dict[str, Waits]:
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(name(outcome), []).append(outcome)
    return {key: _waits(found[key]) for key in sorted(found)}


def _promises(outcomes: Iterable[Outcome]) -> Promises | None:
    kept, errors, waits, of = 0, 0.0, 0.0, 0
    had = 0
    for one in outcomes:
        if one.wait_s is None:
            continue
        of += 1
        if one.high is None or one.low is None:
            continue
        had += 1
        middle = (one.low + one.high) * 30 if one.middle_s is None else one.middle_s
        kept += one.wait_s <= one.high * 60
        errors += abs(middle - one.wait_s) / 60
        waits += one.wait_s / 60
    if not had:
        return None
    relative = round(errors / waits, 3) if waits else None
    return Promises(had, of, round(kept / had, 4), round(errors / had, 2), relative)


def _use(days: Iterable[DayResult]) -> dict[str, float]:
    opened, busy = Counter[str](), Counter[str]()
    for day in days:
        for counter, bench in day.counters.items():
            opened[counter] += bench.open_s
            busy[counter] += bench.busy_s
    return {counter: _share(busy[counter], opened[counter]) for counter in sorted(opened, key=lambda code: (len(code), code))}


def _share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def _slots(outcomes: Iterable[Outcome]) -> dict[int, tuple[float, float]]:
    found: dict[int, list[float]] = {}
    for one in outcomes:
        if one.wait_s is not None:
            found.setdefault(one.minute // 30, []).append(one.wait_s / 60)
    return {
        slot: (round(sum(waits) / len(waits), 2), round(percentile(sorted(waits), 0.85), 2))
        for slot, waits in sorted(found.items())
    }
