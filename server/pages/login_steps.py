"""What still comes after the right password: the second factor, and a password of one's own in place of a code."""

import secrets
from collections.abc import Callable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from server.people.sessions import digest

STEP_S = 600
PENDING_MOST = 500
TRIES = 5

Stage = Literal["factor", "password"]


class Pending(Struct, frozen=True):
    """Somebody whose password was right at a workstation (its cookie), and what has still to be done, in order."""

    name: str
    station: str
    wanted: str
    language: str
    until: float
    stages: tuple[Stage, ...]
    tries: int = 0


class Steps:
    """In memory alone: after a restart the password is given again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._pending: dict[str, Pending] = {}

    def begin(self, name: str, station: str, wanted: str, language: str, stages: tuple[Stage, ...]) -> str:
        """The value of the cookie by which the browser goes on."""
        now, token = self._clock(), secrets.token_urlsafe(32)
        self._pending = {key: one for key, one in self._pending.items() if one.until > now}
        while len(self._pending) >= PENDING_MOST:
            self._pending.pop(next(iter(self._pending)))
        self._pending[digest(token)] = Pending(name, station, wanted, language, now + STEP_S, stages)
        return token

    def get(self, token: str) -> Pending | None:
        """Who goes on with this cookie; None when that took too long."""
        one = self._pending.get(digest(token)) if token else None
        return one if one is not None and one.until > self._clock() and one.stages else None

    def wrong(self, token: str) -> None:
        """One wrong code more; after five the password is given again."""
        if (one := self.get(token)) is not None:
            self._pending[digest(token)] = replace(one, tries=one.tries + 1)
            if one.tries + 1 >= TRIES:
                self.end(token)

    def done(self, token: str, stage: Stage) -> Pending | None:
        """A stage is done; what is left. None if somebody else did it at the same moment."""
        one = self.get(token)
        if one is None or one.stages[0] != stage:
            return None
        left = self._pending[digest(token)] = replace(one, stages=one.stages[1:])
        return left

    def end(self, token: str) -> None:
        """It is over."""
        self._pending.pop(digest(token), None)
