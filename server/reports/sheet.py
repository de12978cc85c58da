"""Day sheets: what reports need of a business day as columns of numbers, and many days of them as one."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct

from server.domain.events import RoomEnded, RoomWiped

Array = np.ndarray[Any, Any]

NONE = -1
"""Stands where a time, a bound or a wait is not there."""

NUMBERED, PARKED, TRANSFERRED, REQUEUED, CORRECTED, SLIP, PRINTED, COPY = (1 << n for n in range(8))
"""Flags of a visit. Numbered: it had a number; slip: paper was due, printed: it came out, copy: more than once."""

SPOKEN = 1
"""Flag of a summons."""

PARTS: dict[str, np.dtype[Any]] = {
    "visits": np.dtype([
        ("wait", "<i8"), ("expected", "<i4"), ("walk", "<i4"), ("served", "<i4"), ("low", "<i2"), ("high", "<i2"),
        ("minute", "<u2"), ("service", "<u2"), ("queue", "<u2"), ("counter", "<u2"), ("to", "<u2"), ("origin", "<u2"),
        ("end", "<u2"), ("flags", "<u2"), ("faults", "<u2"),
    ]),
    "given": np.dtype([
        ("minutes", "<i4"), ("institution", "<u2"), ("service", "<u2"), ("kind", "<u2"), ("own", "<u2"), ("channel", "<u2"),
        ("outcome", "<u2"), ("to", "<u2"), ("why", "<u2"), ("alone", "<u2"), ("quantity", "<u2"), ("scanned", "<u2"),
        ("printed", "<u2"),
    ]),
    "legs": np.dtype([("wait", "<i8"), ("overtook", "<u4"), ("queue", "<u2"), ("group", "<u2")]),
    "passed": np.dtype([("stretch", "<u4"), ("queue", "<u2"), ("group", "<u2"), ("rule", "<u2"), ("times", "<u2")]),
    "calls": np.dtype([("took", "<i8"), ("zone", "<u2"), ("flags", "<u2")]),
}  # fmt: skip
"""The columns of each part.

Of a visit: `wait` (microseconds) from the issue to the first call, `expected` (s) the wait of its promise with its bounds `low`
and `high` (minutes), `walk` (s) from its last call to the service, `served` (s) at counters, `minute` of the local day in which
it began, `to` the centre where it was sent. Of a service: `kind` as the network counts it, `own` as recorded. Of a stretch of
waiting that ended with a call: its `wait` (microseconds). Of a summons: `took` (microseconds).
"""

CODED: dict[str, frozenset[str]] = {
    "visits": frozenset({"service", "queue", "counter", "to", "origin", "end"}),
    "given": frozenset({"institution", "service", "kind", "own", "channel", "outcome", "to", "why", "alone"}),
    "legs": frozenset({"queue", "group"}),
    "passed": frozenset({"queue", "group", "rule"}),
    "calls": frozenset({"zone"}),
}
"""The columns whose numbers are places in the list of words; a sheet has its own list, which begins with the empty word."""


class DaySheet(Struct, frozen=True, kw_only=True):
    """One day: its parts as bytes, and its words."""

    day: str
    words: tuple[str, ...]
    parts: dict[str, bytes]


WAIT_TARGET = 15
"""Minutes within which eight in ten should be called, where a plan does not say otherwise."""


class About(Struct, frozen=True, kw_only=True):
    """What a plan says that reports hold against what happened: minutes within which eight in ten should be called, `targets` of
    its queues, and `have`: counters that are meant to be staffed, by weekday (0 is Monday) and hour."""

    target: int = WAIT_TARGET
    targets: dict[str, int] = {}
    have: dict[tuple[int, int], int] = {}


Read = Callable[[str], Sequence[bytes]]
"""The bytes of a part, for every day in order."""

RoomEvents = Iterable[RoomEnded | RoomWiped]


class Part:
    """Rows of one part over many days; `day` is each row's place in the list of days. Words are those of all days."""

    def __init__(self, rows: Array, day: Array, coded: frozenset[str], words: Array, begins: Array) -> None:
        self.rows, self.day = rows, day
        self._coded, self._words, self._begins = coded, words, begins
        self._found: dict[str, Array] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> Array:
        """A column; of signed numbers, so that nothing wraps."""
        if name not in self._found:
            column = self.rows[name].astype(np.int64)
            self._found[name] = self._words[self._begins[self.day] + column] if name in self._coded else column
        return self._found[name]


ABOUT = About()


class Sheets:
    """The sheets of some days, each part read when it is first asked for; `rooms` are the ends of uses of rooms in these days."""

    def __init__(
        self, days: Sequence[str], words: Sequence[Sequence[str]], read: Read, about: About = ABOUT,
        rooms: Callable[[], RoomEvents] = tuple,
    ) -> None:  # fmt: skip
        self.days, self.about = tuple(days), about
        known: dict[str, int] = {"": 0}
        places = [known.setdefault(word, len(known)) for of_day in words for word in of_day]
        self.words, self._known = list(known), known
        self._places = np.array(places, dtype=np.int64)
        self._begins = np.cumsum([0, *(len(of_day) for of_day in words)], dtype=np.int64)
        self._read, self.rooms = read, rooms

    def code(self, word: str) -> int:
        """The number of a word; NONE if no row has it."""
        return self._known.get(word, NONE)

    @cached_property
    def weekdays(self) -> Array:
        """Of every day; 0 is Monday."""
        return np.array([date.fromisoformat(day).weekday() for day in self.days], dtype=np.int64)

    @cached_property
    def months(self) -> tuple[list[str], Array]:
        """The months of the days, and every day's place among them."""
        names = sorted({day[:7] for day in self.days})
        place = {name: n for n, name in enumerate(names)}
        return names, np.array([place[day[:7]] for day in self.days], dtype=np.int64)

    @cached_property
    def visits(self) -> Part:
        """Visits."""
        return self._part("visits")

    @cached_property
    def given(self) -> Part:
        """Services of visits that are over."""
        return self._part("given")

    @cached_property
    def legs(self) -> Part:
        """Stretches of waiting that ended with a call."""
        return self._part("legs")

    @cached_property
    def passed(self) -> Part:
        """Every time that a stretch of waiting was named as passed over."""
        return self._part("passed")

    @cached_property
    def calls(self) -> Part:
        """Calls and recalls."""
        return self._part("calls")

    def _part(self, name: str) -> Part:
        kind, bodies = PARTS[name], self._read(name)
        counts = [len(body) // kind.itemsize for body in bodies]
        rows = np.frombuffer(b"".join(bodies), dtype=kind)
        day = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        return Part(rows, day, CODED[name], self._places, self._begins)


def in_memory(days: Sequence[DaySheet], about: About = ABOUT) -> Sheets:
    """Sheets that are at hand."""
    names = [one.day for one in days]
    return Sheets(names, [one.words for one in days], lambda part: [one.parts[part] for one in days], about)
