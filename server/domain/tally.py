"""The day in numbers, kept with the floor: each change of a visit takes its old facts out and puts the new ones in."""

from collections.abc import Iterator
from typing import TypeAlias

from rpds import HashTrieMap

from server.domain.floor import Floor, Visit
from server.domain.moment import microseconds

_SECOND, _MINUTE = 1_000_000, 60_000_000
_HOUR = 60 * _MINUTE

Fact = tuple[str, str, int]
Tally: TypeAlias = "HashTrieMap[Fact, int]"


def recounted(tally: Tally, before: Visit | None, after: Visit | None, day: str) -> Tally:
    """The tally of a business day after a visit became another."""
    if before is after:
        return tally
    change: dict[Fact, int] = {}
    for visit, sign in ((before, -1), (after, 1)):
        for fact, amount in _facts(visit) if visit is not None and visit.day == day else ():
            change[fact] = change.get(fact, 0) + sign * amount
    for fact, amount in change.items():
        if amount:
            total = (tally.get(fact) or 0) + amount
            tally = tally.insert(fact, total) if total else tally.discard(fact)
    return tally


def total(floor: Floor, kind: str, about: str = "") -> int:
    """How many today: `begun`; by `state` or `end`; `told`, `kept` and `off` (s) of promises; `calls`, `overtaking`, `passed`."""
    return floor.tally.get((kind, about, 0)) or 0


def arrivals(floor: Floor) -> dict[int, int]:
    """How many came, by hour since 1970 (UTC)."""
    return {hour: amount for (kind, _, hour), amount in floor.tally.items() if kind == "hour"}


def waits(floor: Floor) -> dict[int, int]:
    """How many waited how many minutes, rounded as reports round them, for their first call."""
    return {minutes: amount for (kind, _, minutes), amount in floor.tally.items() if kind == "wait"}


def quantile(amounts: dict[int, int], share: float) -> int | None:
    """The least value that so large a share does not exceed; None of nothing."""
    left = share * sum(amounts.values())
    for value in sorted(amounts):
        left -= amounts[value]
        if left <= 1e-9:
            return value
    return None


def _facts(visit: Visit) -> Iterator[tuple[Fact, int]]:
    yield ("begun", "", 0), 1
    yield ("end", visit.end, 0) if visit.end is not None else ("state", visit.state, 0), 1
    yield ("hour", "", microseconds(visit.issued) // _HOUR), 1
    for leg in visit.legs:
        if leg.reason is not None:
            yield ("calls", "", 0), 1
            if leg.reason.overtakes:
                yield ("overtaking", "", 0), 1
                yield ("passed", "", 0), leg.reason.overtakes
    called = next((leg.called for leg in visit.legs if leg.called is not None), None)
    if called is None or visit.series is None:
        return
    wait = max(0, microseconds(called) - microseconds(visit.issued))
    yield ("wait", "", round(wait // _SECOND / 60)), 1
    if visit.high is not None:
        expected = visit.middle_s if visit.middle_s is not None else ((visit.low or 0) + visit.high) * 30
        yield ("told", "", 0), 1
        yield ("off", "", 0), abs(wait // _SECOND - expected)
        if wait <= visit.high * _MINUTE:
            yield ("kept", "", 0), 1
