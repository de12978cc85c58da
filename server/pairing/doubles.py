"""Whether one token is used on two machines at once: both stay connected, or they drive each other out. Pure but for memory."""

from collections.abc import Iterable

BOTH_S = 12.0
"""Longer than a connection that broke without a word can seem alive (5 s ping, 4 s patience), as after a change of address."""
SWAPS, WITHIN_S = 3, 60.0
"""So often a connection from another address takes the place of one that lives, and within how long."""


class Doubles:
    """`key` is a token's digest, times are in seconds of one clock."""

    def __init__(self) -> None:
        self._swaps: dict[str, list[float]] = {}
        self._now: dict[str, tuple[str, ...]] = {}

    def swapped(self, key: str, now: float) -> None:
        """A connection of another machine took the place of this token's live one, under the same name."""
        self._swaps[key] = [*(at for at in self._swaps.get(key, ()) if now - at < WITHIN_S), now]

    def of(self, key: str) -> tuple[str, ...]:
        """The addresses at which a token is used at once; none when all is well."""
        return self._now.get(key, ())

    @property
    def now(self) -> tuple[str, ...]:
        """The tokens that were used on several machines at the last look."""
        return tuple(self._now)

    def look(self, live: Iterable[tuple[str, str, float]], now: float) -> list[str]:
        """Takes all live connections (key, address, since when) and returns the keys that are doubled since this look."""
        places: dict[str, set[str]] = {}
        both: dict[str, set[str]] = {}
        for key, address, since in live:
            places.setdefault(key, set()).add(address)
            if now - since >= BOTH_S:
                both.setdefault(key, set()).add(address)
        found = {key: tuple(sorted(at)) for key, at in both.items() if len(at) > 1}
        for key, times in list(self._swaps.items()):
            if not (times := [at for at in times if now - at < WITHIN_S]):
                del self._swaps[key]
            elif len(times) >= SWAPS:
                found.setdefault(key, tuple(sorted(places.get(key, ()))) or ("?",))
        fresh = [key for key in found if key not in self._now]
        self._now = found
        return fresh
