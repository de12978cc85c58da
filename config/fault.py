"""What is wrong with a file of the configuration: all of it at once, each fault with its place."""

from collections.abc import Iterable
from difflib import get_close_matches

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One mistake: where and what, in words for the file's owner.

    `path` has the words of what was read, indexes from 0: `queue[2].services[0]` of a file, `queues[2].services[0]` of a
    plan. `line` counts from 1; `file` is the path as it was given.
    """

    path: str
    line: int | None
    text: str
    file: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.file and self.line else self.file
        return ": ".join(part for part in (where, self.path, self.text) if part)


class PlanFault(Exception):
    """The file is not usable; `faults` are all its faults in the order of the file, `str()` one line for each."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that was most likely meant by `word`, or None; capitals do not matter."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word[:80].casefold(), by_folded, n=1)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message: `; did you mean "x"?`, or nothing."""
    found = nearest(word, known)
    return f'; did you mean "{found}"?' if found else ""
