"""When each counter will be able to call, from what it does now and from the shifts of the plan."""

from datetime import date, datetime
from typing import NamedTuple

from config.hours import WEEKDAYS, closing, instant, spans
from config.plan import Plan
from server.domain.floor import Floor, Post, profile_of
from server.domain.moment import microseconds

LATE_S = 600
"""So long after the beginning of its shift a closed counter is still expected."""

PAUSE_S = 900
"""How long a pause without an end lasts; one that is overdue goes on for OVERDUE_S."""

OVERDUE_S = 300

ALWAYS = float("inf")

Stretch = tuple[float, float]
"""From and until, in seconds from now."""


class Duty(NamedTuple):
    """A counter, by which profile it calls, and when it is staffed; `open` if it is so now, perhaps in a pause."""

    counter: str
    profile: str
    open: bool
    stretches: tuple[Stretch, ...]

    def ready(self, at: float) -> float | None:
        """The first time from `at` on at which it is staffed."""
        for begin, end in self.stretches:
            if at < end:
                return max(at, begin)
        return None

    def staffed(self, until: float) -> float:
        """Seconds for which it is staffed from now until a time."""
        return sum(max(0.0, min(end, until) - begin) for begin, end in self.stretches)


def roster(floor: Floor, now: datetime) -> list[Duty]:
    """The counters that are open or expected, those that work longest for some queue without an end: who waits is served."""
    planned, until = _day(floor.settled, floor.day)
    at = microseconds(now)
    shut = ALWAYS if until is None or until <= at else (until - at) / 1e6
    duties = []
    for counter in floor.look.counters:
        known = floor.posts.get(counter)
        shifts = [((begin - at) / 1e6, (end - at) / 1e6) for begin, end in planned.get(counter, ())]
        if known is not None and known.clerk is not None:
            found = _open(floor, counter, known, shifts, at, shut)
        else:
            found = _closed(shifts, seen=known is not None)
        if found:
            duties.append(Duty(counter, profile_of(floor, counter), known is not None and known.clerk is not None, found))
    return _unending(floor, duties)


def _open(floor: Floor, counter: str, at: Post, shifts: list[Stretch], now: int, shut: float) -> tuple[Stretch, ...]:
    """Whoever is open out of its shift works now: until the next one, or until the end of the day."""
    later = [shift for shift in shifts if shift[1] > 0]
    if not later:
        later = [(0.0, shut if not shifts else ALWAYS)]
    elif at.pause is None and (at.visit is None or len(later) == len(shifts)):  # else it has its last visit before a break
        later[0] = (min(0.0, later[0][0]), later[0][1])
    begin = 0.0
    if at.pause is not None:
        since = 0.0 if at.since is None else (microseconds(at.since) - now) / 1e6
        ends = since + PAUSE_S if at.until is None else (microseconds(at.until) - now) / 1e6
        begin = ends if ends > 0 else float(OVERDUE_S)
    return tuple((max(start, begin, 0.0), end) for start, end in later if end > begin)


def _closed(shifts: list[Stretch], *, seen: bool) -> tuple[Stretch, ...]:
    """Whoever has not come to its shift is not expected to the next ones either; `seen`: it was open today."""
    missed = any(begin <= -LATE_S for begin, _ in shifts)
    return tuple((max(0.0, begin), end) for begin, end in shifts if end > 0 and begin > -LATE_S and (seen or not missed))


def _unending(floor: Floor, duties: list[Duty]) -> list[Duty]:
    if all(duty.stretches[-1][1] == ALWAYS for duty in duties):
        return duties
    last: dict[str, float] = {}
    for duty in duties:
        for queue in floor.look.profiles[duty.profile]:
            last[queue] = max(last.get(queue, 0.0), duty.stretches[-1][1])
    return [
        duty._replace(stretches=(*duty.stretches[:-1], (duty.stretches[-1][0], ALWAYS)))
        if any(last[queue] == duty.stretches[-1][1] for queue in floor.look.profiles[duty.profile])
        else duty
        for duty in duties
    ]


def _day(plan: Plan, day: str) -> tuple[dict[str, list[tuple[int, int]]], int | None]:
    """The shifts of the business day by counter, and when the centre closes; in microseconds since 1970."""
    global _known
    plan_known, day_known, found = _known
    if plan_known is not plan or day_known != day:
        found = _read(plan, day)
        _known = (plan, day, found)
    return found


def _read(plan: Plan, day: str) -> tuple[dict[str, list[tuple[int, int]]], int | None]:
    on, zone = date.fromisoformat(day), plan.centre.timezone
    planned: dict[str, list[tuple[int, int]]] = {}
    for shift in plan.shifts:
        if WEEKDAYS[on.weekday()] in shift.days:
            times = [tuple(microseconds(instant(on, minute, zone)) for minute in span) for span in spans(shift.spans)]
            planned.setdefault(shift.counter, []).extend((begin, end) for begin, end in times)
    until = closing(plan.hours, instant(on, 720, zone), zone)
    return {counter: sorted(found) for counter, found in planned.items()}, None if until is None else microseconds(until)


_known: tuple[Plan | None, str, tuple[dict[str, list[tuple[int, int]]], int | None]] = (None, "", ({}, None))
