"""What public pages share: an answer kept for a while, so that many readers cost as much as one, and the language."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from flask import request

from server.shell import LANGUAGES

T = TypeVar("T")


class Kept(Generic[T]):
    """Makes the value anew when it is older than `seconds`; who comes while it is made gets the one before, if there is one."""

    def __init__(self, seconds: float, make: Callable[[], T], clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._make, self._clock = seconds, make, clock
        self._value: T | None = None
        self._until, self._making = float("-inf"), False

    def __call__(self) -> T:
        """The value."""
        if self._value is not None and (self._making or self._clock() < self._until):
            return self._value
        self._making = True
        try:
            self._value = self._make()
            self._until = self._clock() + self._seconds
        finally:
            self._making = False
        return self._value


def language_asked() -> str:
    """Latvian, unless the address names another that we have: public pages keep no cookie."""
    asked = request.args.get("language", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]
