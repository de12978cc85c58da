"""What a language of the voice has."""

from typing import Protocol


class Words(Protocol):
    """Each of the modules beside this one: `NUMBER` begins a call, `COME` ends it with a {place}; numbers from 0 to 999.

    `TEST` says that this is a test of the sound.
    """

    NUMBER: str
    COME: str
    TEST: str
    LETTERS: dict[str, str]
    GENDERS: tuple[str, ...]

    def cardinal(self, n: int, gender: str = "m") -> str:
        """The number in the nominative."""

    def ordinal(self, n: int, gender: str, case: str) -> str:
        """The number as it stands before a noun."""

    def hundred(self, count: int, more: bool) -> str:
        """So many hundreds; `more`: tens or units follow."""


def digits_of(n: int) -> tuple[int, int, int]:
    """Hundreds, tens and units; ValueError beyond 0 to 999."""
    if not 0 <= n <= 999:
        raise ValueError(f"{n} is outside 0 to 999")
    return n // 100, n // 10 % 10, n % 10
